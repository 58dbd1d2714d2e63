namespace Minato.Tables.Queries;

/// <summary>Queries written as a chain: <c>scan.Where(…).InnerJoin(…).GroupBy(…)</c>.</summary>
public static class Relational
{
    public static Query Where(this Query input, Expr predicate) => new Filter(input, predicate);

    public static Query Select(this Query input, params IReadOnlyList<(string Name, Expr Value)> values) =>
        input is Project of && values.All(v => v.Value is ColumnRef or Constant) ? Chosen(of, values) : new Project(input, values);

    /// <summary>Those columns, in that order.</summary>
    public static Query Keep(this Query input, params IReadOnlyList<string> columns) => input.Select([.. columns.Select(c => (c, Expr.Col(c)))]);

    /// <summary>All columns and some more.</summary>
    public static Query With(this Query input, params IReadOnlyList<(string Name, Expr Value)> values) =>
        new Project(input, [.. input.Columns.Names.Select(c => (c, Expr.Col(c))), .. values]);

    /// <summary>All columns, each name with a prefix: how two relations with like columns are joined.</summary>
    public static Query Prefixed(this Query input, string prefix) => input.Select([.. input.Columns.Names.Select(c => (prefix + c, Expr.Col(c)))]);

    public static Query InnerJoin(this Query left, Query right, Expr on) => new Join(JoinKind.Inner, left, right, on);

    public static Query LeftJoin(this Query left, Query right, Expr on) => new Join(JoinKind.Left, left, right, on);

    /// <summary>Left rows with a partner; each once.</summary>
    public static Query SemiJoin(this Query left, Query right, Expr on) => new Join(JoinKind.Semi, left, right, on);

    /// <summary>Left rows without a partner.</summary>
    public static Query AntiJoin(this Query left, Query right, Expr on) => new Join(JoinKind.Anti, left, right, on);

    public static Query GroupBy(this Query input, IReadOnlyList<string> groupBy, params IReadOnlyList<Folded> folds) => new Aggregate(input, groupBy, folds);

    public static Query Union(this Query first, params IReadOnlyList<Query> others) => new Union([first, .. others]);

    public static Query Distinct(this Query input) => new Distinct(input);

    public static Query Numbered(this Query input, string name) => new Numbered(input, name);

    public static Query RowNumber(this Query input, string name, IReadOnlyList<string> partitionBy, params IReadOnlyList<SortKey> orderBy) =>
        new Window(input, name, WindowFunction.RowNumber, 1L, partitionBy, orderBy);

    public static Query Over(this Query input, string name, WindowFunction function, Expr term, IReadOnlyList<string> partitionBy, params IReadOnlyList<SortKey> orderBy) =>
        new Window(input, name, function, term, partitionBy, orderBy);

    /// <summary>The first row of each partition.</summary>
    public static Query FirstBy(this Query input, IReadOnlyList<string> partitionBy, params IReadOnlyList<SortKey> orderBy) => new First(input, partitionBy, orderBy);

    public static Query Sorted(this Query input, params IReadOnlyList<SortKey> keys) => new Sort(input, keys);

    public static Query Top(this Query input, long limit, params IReadOnlyList<SortKey> keys) => new Sort(input, keys, limit);

    /// <summary>Columns chosen from a projection are one projection: engines bind every level and every column of it, used or not.</summary>
    private static Project Chosen(Project of, IReadOnlyList<(string Name, Expr Value)> values)
    {
        var known = of.Values.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);
        return new Project(of.Input, [.. values.Select(v => (v.Name, v.Value is ColumnRef column ? known.GetValueOrDefault(column.Name) ?? throw new QueryException($"There is no column {column.Name}") : v.Value))]);
    }
}
