namespace Minato.Tables.Engines;

/// <summary>PostgreSQL 15 and later (and Citus): for nations for which one machine is not enough (D3).</summary>
public sealed class PostgresDialect : StandardDialect
{
    private PostgresDialect()
    {
    }

    public static PostgresDialect Instance { get; } = new();

    public override string Name => "postgresql";

    public override string TypeName(ColumnType type) => type switch
    {
        ColumnType.Text => "text",
        ColumnType.Decimal => "numeric(18, 6)",
        _ => base.TypeName(type),
    };

    /// <summary>The database's collation must not decide an order.</summary>
    public override string ByteOrder(string textSql) => $"({textSql} collate \"C\")";

    public override string IsCode(string textSql, int most) => $"(({textSql} collate \"C\") ~ '^[!-~]{{1,{most}}}$')";

    public override string SelectWithPartner(string columnsSql, string leftSql, string rightSql, string onSql, bool anti) =>
        $"select {columnsSql} from {leftSql} as l where {(anti ? "not " : "")}exists (select 1 from {rightSql} as r where {onSql})";
}
