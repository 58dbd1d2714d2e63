namespace Minato.Tables.Engines;

/// <summary>DuckDB 1.5: text is compared by its bytes already; semi and anti joins are words of the language.</summary>
public sealed class DuckDbDialect : StandardDialect
{
    private DuckDbDialect()
    {
    }

    public static DuckDbDialect Instance { get; } = new();

    public override string Name => "duckdb";

    public override string ByteOrder(string textSql) => textSql;

    public override string IsCode(string textSql, int most) => $"regexp_full_match({textSql}, '[!-~]{{1,{most}}}')";

    public override string SelectWithPartner(string columnsSql, string leftSql, string rightSql, string onSql, bool anti) =>
        $"select {columnsSql} from {leftSql} as l {(anti ? "anti" : "semi")} join {rightSql} as r on {onSql}";
}
