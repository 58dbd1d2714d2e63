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

    /// <summary>The least row as one value, which compares column by column with NULL last: a fold, where a window would sort every partition.</summary>
    public override string SelectFirst(IReadOnlyList<string> columnsSql, IReadOnlyList<string> partitionSql, IReadOnlyList<(string ColumnSql, string OrderSql, bool Descending)> order, string fromSql)
    {
        if (partitionSql.Count == 0 || order.Count == 0 || order.Any(o => o.Descending))
        {
            return base.SelectFirst(columnsSql, partitionSql, order, fromSql);
        }

        var first = Quote("first$");
        var least = $"min(struct_pack({string.Join(", ", order.Select(o => $"{o.ColumnSql} := {o.ColumnSql}"))})) as {first}";
        var partition = string.Join(", ", partitionSql);
        return $"select {string.Join(", ", columnsSql.Select(c => partitionSql.Contains(c) ? c : $"{first}.{c} as {c}"))} from (select {partition}, {least} from {fromSql} as q group by {partition}) as f";
    }

    public override string SelectWithPartner(string columnsSql, string leftSql, string rightSql, string onSql, bool anti) =>
        $"select {columnsSql} from {leftSql} as l {(anti ? "anti" : "semi")} join {rightSql} as r on {onSql}";
}
