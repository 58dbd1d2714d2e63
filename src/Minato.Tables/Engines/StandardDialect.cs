using System.Globalization;

namespace Minato.Tables.Engines;

/// <summary>What both engines write alike: SQL standard quoting, ISO dates, whole days, C-like order. A dialect is what differs from this.</summary>
public abstract class StandardDialect : ISqlDialect
{
    private protected StandardDialect()
    {
    }

    public abstract string Name { get; }

    public string Quote(string identifier) => $"\"{NoNul(identifier).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public string Literal(object? value) => value switch
    {
        null => "null",
        bool b => b ? "true" : "false",
        int i => i.ToString(CultureInfo.InvariantCulture),
        long l => l == long.MinValue ? "(-9223372036854775807 - 1)" : l.ToString(CultureInfo.InvariantCulture),
        decimal d => d.ToString(CultureInfo.InvariantCulture),
        string s => $"'{NoNul(s).Replace("'", "''", StringComparison.Ordinal)}'",
        DateOnly date => $"date '{date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}'",
        Guid guid => $"cast('{guid:D}' as uuid)",
        _ => throw new ArgumentException($"A {value.GetType().Name} cannot be written as SQL", nameof(value)),
    };

    public string AddDays(string dateSql, int days) => $"({dateSql} + cast({days.ToString(CultureInfo.InvariantCulture)} as integer))";

    public string DaysBetween(string fromDateSql, string toDateSql) => $"({toDateSql} - {fromDateSql})";

    public virtual string TypeName(ColumnType type) => type switch
    {
        ColumnType.Integer => "bigint",
        ColumnType.Text => "varchar",
        ColumnType.Decimal => "decimal(18, 6)",
        ColumnType.Date => "date",
        ColumnType.Uuid => "uuid",
        ColumnType.Boolean => "boolean",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public abstract string ByteOrder(string textSql);

    public abstract string IsCode(string textSql, int most);

    public virtual string SelectFirst(IReadOnlyList<string> columnsSql, IReadOnlyList<string> partitionSql, IReadOnlyList<(string ColumnSql, string OrderSql, bool Descending)> order, string fromSql)
    {
        var (columns, number) = (string.Join(", ", columnsSql), Quote("row_number$"));
        var partition = partitionSql.Count == 0 ? "" : $"partition by {string.Join(", ", partitionSql)} ";
        var by = order.Count == 0 ? "" : $"order by {string.Join(", ", order.Select(o => o.OrderSql))}";
        return $"select {columns} from (select {columns}, row_number() over ({partition}{by}) as {number} from {fromSql} as q) as n where {number} = 1";
    }

    public abstract string SelectWithPartner(string columnsSql, string leftSql, string rightSql, string onSql, bool anti);

    /// <summary>A NUL would end the text inside an engine written in C, and PostgreSQL stores none.</summary>
    private static string NoNul(string text) => text.Contains('\0') ? throw new ArgumentException("Text with a NUL character cannot be written as SQL") : text;
}
