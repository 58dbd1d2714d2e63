namespace Minato.Tables.Queries;

/// <summary>
/// A relation, described and not yet computed: the one query model of D3. Nodes are frozen and checked when they are
/// made. A node object that is used more than once in a query is computed once.
/// </summary>
public abstract record Query
{
    private protected Query(Columns columns) => Columns = columns;

    public Columns Columns { get; }

    internal abstract IReadOnlyList<Query> Inputs { get; }

    private protected static Columns Of(IEnumerable<(string, ColumnType)> columns) => new([.. columns]);
}

/// <summary>A table or view of the session.</summary>
public sealed record Scan : Query
{
    public Scan(string table, TableShape shape)
        : base(Of(shape.Columns.Select(c => (c.Name, c.Type)))) => Table = table;

    internal Scan(string table, Columns columns)
        : base(columns) => Table = table;

    public string Table { get; }

    internal override IReadOnlyList<Query> Inputs => [];
}

/// <summary>A small constant table, for instance a concept set.</summary>
public sealed record Rows : Query
{
    public Rows(IReadOnlyList<(string Name, ColumnType Type)> columns, IReadOnlyList<IReadOnlyList<object?>> values)
        : base(Of(columns))
    {
        Values = values;
        if (values.Any(row => row.Count != columns.Count || row.Where((v, i) => v is not null && Columns.TypeOfValue(v) != columns[i].Type).Any()))
        {
            throw new QueryException("A row does not fit its columns");
        }
    }

    public IReadOnlyList<IReadOnlyList<object?>> Values { get; }

    internal override IReadOnlyList<Query> Inputs => [];
}

/// <summary>The rows for which the predicate is true (not false, not NULL).</summary>
public sealed record Filter : Query
{
    public Filter(Query input, Expr predicate)
        : base(input.Columns)
    {
        (Input, Predicate) = (input, predicate);
        input.Columns.Expect(predicate, ColumnType.Boolean);
    }

    public Query Input { get; }

    public Expr Predicate { get; }

    internal override IReadOnlyList<Query> Inputs => [Input];
}

/// <summary>New columns computed from each row.</summary>
public sealed record Project : Query
{
    public Project(Query input, IReadOnlyList<(string Name, Expr Value)> values)
        : base(Of(values.Select(v => (v.Name, v.Value.TypeIn(input.Columns)))))
    {
        (Input, Values) = (input, values);
        if (values.Count == 0)
        {
            throw new QueryException("A relation has at least one column");
        }
    }

    public Query Input { get; }

    public IReadOnlyList<(string Name, Expr Value)> Values { get; }

    internal override IReadOnlyList<Query> Inputs => [Input];
}

public enum JoinKind
{
    /// <summary>Pairs for which the condition is true.</summary>
    Inner,

    /// <summary>The same, and left rows without a partner with NULLs.</summary>
    Left,

    /// <summary>Left rows with at least one partner.</summary>
    Semi,

    /// <summary>Left rows without any partner.</summary>
    Anti,
}

/// <summary>Two relations whose column names differ (rename with <see cref="Relational.Prefixed"/>), joined on any condition.</summary>
public sealed record Join : Query
{
    public Join(JoinKind kind, Query left, Query right, Expr on)
        : base(kind is JoinKind.Semi or JoinKind.Anti ? left.Columns : Of(left.Columns.List.Concat(right.Columns.List)))
    {
        (Kind, Left, Right, On) = (kind, left, right, on);
        Of(left.Columns.List.Concat(right.Columns.List)).Expect(on, ColumnType.Boolean);
    }

    public JoinKind Kind { get; }

    public Query Left { get; }

    public Query Right { get; }

    public Expr On { get; }

    internal override IReadOnlyList<Query> Inputs => [Left, Right];
}

public enum Fold
{
    /// <summary>Rows of the group (the term is ignored).</summary>
    Count,

    /// <summary>Different values, NULL not counted.</summary>
    CountDistinct,

    /// <summary>Sum of an integer or decimal; NULL where there is none.</summary>
    Sum,
    Min,
    Max,
}

/// <summary>One computed column of an <see cref="Aggregate"/>.</summary>
public sealed record Folded(string Name, Fold Fold, Expr Term)
{
    public static Folded Count(string name) => new(name, Fold.Count, 1L);

    public static Folded CountDistinct(string name, string column) => new(name, Fold.CountDistinct, Expr.Col(column));

    public static Folded Sum(string name, string column) => new(name, Fold.Sum, Expr.Col(column));

    public static Folded Min(string name, string column) => new(name, Fold.Min, Expr.Col(column));

    public static Folded Max(string name, string column) => new(name, Fold.Max, Expr.Col(column));

    internal ColumnType TypeIn(Columns input) => (Fold, Term.TypeIn(input)) switch
    {
        (Fold.Count or Fold.CountDistinct, _) => ColumnType.Integer,
        (Fold.Sum, ColumnType.Integer) => ColumnType.Integer,
        (Fold.Sum, ColumnType.Decimal) => ColumnType.Decimal,
        (Fold.Min or Fold.Max, not (ColumnType.Boolean or ColumnType.Uuid) and var type) => type,
        var (fold, type) => throw new QueryException($"There is no {fold} of {type}"),
    };
}

/// <summary>One row per group; without group columns exactly one row.</summary>
public sealed record Aggregate : Query
{
    public Aggregate(Query input, IReadOnlyList<string> groupBy, IReadOnlyList<Folded> folds)
        : base(Of(groupBy.Select(g => (g, input.Columns.TypeOf(g))).Concat(folds.Select(f => (f.Name, f.TypeIn(input.Columns))))))
    {
        (Input, GroupBy, Folds) = (input, groupBy, folds);
        if (Columns.Count == 0)
        {
            throw new QueryException("An aggregate needs a group or a fold");
        }
    }

    public Query Input { get; }

    public IReadOnlyList<string> GroupBy { get; }

    public IReadOnlyList<Folded> Folds { get; }

    internal override IReadOnlyList<Query> Inputs => [Input];
}

/// <summary>All rows of all parts, repeats included; the parts have the same columns in the same order.</summary>
public sealed record Union : Query
{
    public Union(IReadOnlyList<Query> parts)
        : base(parts.Count > 0 ? parts[0].Columns : throw new QueryException("A union needs a part"))
    {
        Parts = parts;
        if (parts.Any(p => !p.Columns.List.SequenceEqual(Columns.List)))
        {
            throw new QueryException("The parts of a union have different columns");
        }
    }

    public IReadOnlyList<Query> Parts { get; }

    internal override IReadOnlyList<Query> Inputs => Parts;
}

/// <summary>Each different row once (NULLs are alike here).</summary>
public sealed record Distinct(Query Input) : Query(Input.Columns)
{
    internal override IReadOnlyList<Query> Inputs => [Input];
}

/// <summary>A column to sort by; NULL comes last either way. Text is compared by its UTF-8 bytes.</summary>
public sealed record SortKey(string Column, bool Descending = false)
{
    public static implicit operator SortKey(string column) => new(column);
}

public enum WindowFunction
{
    /// <summary>1, 2, 3 … within the partition (the term is ignored).</summary>
    RowNumber,

    /// <summary>The term in the row before, NULL in the first.</summary>
    Previous,

    /// <summary>The term in the row after, NULL in the last.</summary>
    Next,

    /// <summary>Sum of an integer term from the partition's first row to this one.</summary>
    RunningSum,

    /// <summary>The largest term of all rows before this one, NULL in the first.</summary>
    MaxBefore,
}

/// <summary>
/// The input with one more column, computed along an order within each partition. The order is made total by the input's
/// remaining columns, so that a result never depends on the engine: keep the input narrow.
/// </summary>
public sealed record Window : Query
{
    public Window(Query input, string name, WindowFunction function, Expr term, IReadOnlyList<string> partitionBy, IReadOnlyList<SortKey> orderBy)
        : base(Of(input.Columns.List.Append((name, TypeOf(function, term.TypeIn(input.Columns))))))
    {
        (Input, Name, Function, Term, PartitionBy, OrderBy) = (input, name, function, term, partitionBy, orderBy);
        foreach (var column in partitionBy.Concat(orderBy.Select(k => k.Column)))
        {
            _ = input.Columns.IndexOf(column);
        }
    }

    public Query Input { get; }

    public string Name { get; }

    public WindowFunction Function { get; }

    public Expr Term { get; }

    public IReadOnlyList<string> PartitionBy { get; }

    public IReadOnlyList<SortKey> OrderBy { get; }

    internal override IReadOnlyList<Query> Inputs => [Input];

    internal IReadOnlyList<SortKey> TotalOrder => Sort.Total(OrderBy, Input.Columns, PartitionBy);

    private static ColumnType TypeOf(WindowFunction function, ColumnType term) => (function, term) switch
    {
        (WindowFunction.RowNumber, _) => ColumnType.Integer,
        (WindowFunction.RunningSum, ColumnType.Integer) => ColumnType.Integer,
        (WindowFunction.Previous or WindowFunction.Next, _) => term,
        (WindowFunction.MaxBefore, not (ColumnType.Boolean or ColumnType.Uuid)) => term,
        _ => throw new QueryException($"There is no {function} of {term}"),
    };
}

/// <summary>The first row of each partition, by an order that is made total by the input's remaining columns.</summary>
public sealed record First : Query
{
    public First(Query input, IReadOnlyList<string> partitionBy, IReadOnlyList<SortKey> orderBy)
        : base(input.Columns)
    {
        (Input, PartitionBy, OrderBy) = (input, partitionBy, orderBy);
        foreach (var column in partitionBy.Concat(orderBy.Select(k => k.Column)))
        {
            _ = input.Columns.IndexOf(column);
        }
    }

    public Query Input { get; }

    public IReadOnlyList<string> PartitionBy { get; }

    public IReadOnlyList<SortKey> OrderBy { get; }

    internal override IReadOnlyList<Query> Inputs => [Input];

    internal IReadOnlyList<SortKey> TotalOrder => Sort.Total(OrderBy, Input.Columns, PartitionBy);
}

/// <summary>
/// The rows with numbers from 1 on, in no particular order: a key for rows that are stored, where nothing depends on which row has which. Costs no sort.
/// </summary>
public sealed record Numbered(Query Input, string Name) : Query(Of(Input.Columns.List.Append((Name, ColumnType.Integer))))
{
    internal override IReadOnlyList<Query> Inputs => [Input];
}

/// <summary>
/// The rows in an order, optionally only the first few. The order is made total by the remaining
/// columns: files written from it are the same bytes every time.
/// </summary>
public sealed record Sort : Query
{
    public Sort(Query input, IReadOnlyList<SortKey> keys, long? limit = null)
        : base(input.Columns)
    {
        (Input, Keys, Limit) = (input, keys, limit);
        foreach (var key in keys)
        {
            _ = input.Columns.IndexOf(key.Column);
        }
    }

    public Query Input { get; }

    public IReadOnlyList<SortKey> Keys { get; }

    public long? Limit { get; }

    internal override IReadOnlyList<Query> Inputs => [Input];

    internal IReadOnlyList<SortKey> TotalOrder => Total(Keys, Columns, []);

    internal static IReadOnlyList<SortKey> Total(IReadOnlyList<SortKey> keys, Columns columns, IReadOnlyList<string> fixedColumns) =>
        [.. keys, .. columns.Names.Except(keys.Select(k => k.Column)).Except(fixedColumns).Select(c => new SortKey(c))];
}
