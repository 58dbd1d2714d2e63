using System.Globalization;

namespace Minato.Tables.Engines;

/// <summary>DuckDB 1.5: text is compared by its bytes already; semi and anti joins are words of the language.</summary>
public sealed class DuckDbDialect : ISqlDialect
{
    private DuckDbDialect()
    {
    }

    public static DuckDbDialect Instance { get; } = new();

    public string Name => "duckdb";

    public string Quote(string identifier) => SqlText.Quote(identifier);

    public string Literal(object? value) => SqlText.Literal(value);

    public string AddDays(string dateSql, int days) => $"({dateSql} + cast({days.ToString(CultureInfo.InvariantCulture)} as integer))";

    public string DaysBetween(string fromDateSql, string toDateSql) => $"({toDateSql} - {fromDateSql})";

    public string TypeName(ColumnType type) => type switch
    {
        ColumnType.Integer => "bigint",
        ColumnType.Text => "varchar",
        ColumnType.Decimal => "decimal(18, 6)",
        ColumnType.Date => "date",
        ColumnType.Uuid => "uuid",
        ColumnType.Boolean => "boolean",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public string ByteOrder(string textSql) => textSql;

    public string SelectWithPartner(string columnsSql, string leftSql, string rightSql, string onSql, bool anti) =>
        $"select {columnsSql} from {leftSql} as l {(anti ? "anti" : "semi")} join {rightSql} as r on {onSql}";
}
