namespace Minato.Tables.Queries;

/// <summary>A query was put together wrongly: a defect of the code that made it, found before any row is read.</summary>
public sealed class QueryException(string message) : InvalidOperationException(message);

/// <summary>The columns a relation gives, in order, with unique names.</summary>
public sealed class Columns
{
    private readonly Dictionary<string, int> index;

    public Columns(IReadOnlyList<(string Name, ColumnType Type)> list)
    {
        List = list;
        index = new(list.Count, StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
        {
            if (!index.TryAdd(list[i].Name, i))
            {
                throw new QueryException($"Column {list[i].Name} occurs twice; rename one (Prefixed, Select)");
            }
        }
    }

    public IReadOnlyList<(string Name, ColumnType Type)> List { get; }

    public int Count => List.Count;

    public IEnumerable<string> Names => List.Select(c => c.Name);

    public int IndexOf(string name) => index.TryGetValue(name, out var i) ? i : throw new QueryException($"There is no column {name} among {string.Join(", ", Names)}");

    public bool Has(string name) => index.ContainsKey(name);

    public ColumnType TypeOf(string name) => List[IndexOf(name)].Type;

    internal static ColumnType TypeOfValue(object value) => value switch
    {
        long => ColumnType.Integer,
        string => ColumnType.Text,
        decimal => ColumnType.Decimal,
        DateOnly => ColumnType.Date,
        Guid => ColumnType.Uuid,
        bool => ColumnType.Boolean,
        _ => throw new QueryException($"A {value.GetType().Name} is not a value of the query model"),
    };

    internal ColumnType Expect(Expr term, ColumnType type) =>
        term.TypeIn(this) is var found && found == type ? type : throw new QueryException($"Expected {type}, found {found}");

    internal ColumnType Same(params IReadOnlyList<Expr> terms)
    {
        var type = terms[0].TypeIn(this);
        return terms.All(t => t.TypeIn(this) == type) ? type : throw new QueryException($"Expected {type} on both sides");
    }
}
