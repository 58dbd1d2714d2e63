using System.Globalization;

namespace Minato.Tables.Engines;

/// <summary>PostgreSQL 15 and later (and Citus): for nations for which one machine is not enough (D3).</summary>
public sealed class PostgresDialect : ISqlDialect
{
    private PostgresDialect()
    {
    }

    public static PostgresDialect Instance { get; } = new();

    public string Name => "postgresql";

    public string Quote(string identifier) => SqlText.Quote(identifier);

    public string Literal(object? value) => SqlText.Literal(value);

    public string AddDays(string dateSql, int days) => $"({dateSql} + cast({days.ToString(CultureInfo.InvariantCulture)} as integer))";

    public string DaysBetween(string fromDateSql, string toDateSql) => $"({toDateSql} - {fromDateSql})";

    public string TypeName(ColumnType type) => type switch
    {
        ColumnType.Integer => "bigint",
        ColumnType.Text => "text",
        ColumnType.Decimal => "numeric(18, 6)",
        ColumnType.Date => "date",
        ColumnType.Uuid => "uuid",
        ColumnType.Boolean => "boolean",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The database's collation must not decide an order.</summary>
    public string ByteOrder(string textSql) => $"({textSql} collate \"C\")";

    public string SelectWithPartner(string columnsSql, string leftSql, string rightSql, string onSql, bool anti) =>
        $"select {columnsSql} from {leftSql} as l where {(anti ? "not " : "")}exists (select 1 from {rightSql} as r where {onSql})";
}
