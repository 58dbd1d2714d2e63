using Minato.Tables.Queries;

namespace Minato.Tables.Tests;

/// <summary>Seeded random rows, expressions and queries that are always well-typed. Few different values, so that things meet.</summary>
internal sealed class RandomWorld(int seed)
{
    private readonly Random random = new(seed);
    private int names;

    public int Next(int below) => random.Next(below);

    public List<object?[]> Rows(TableShape shape, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => shape.Columns.Select(c => Next(5) == 0 ? null : Value(c.Type)).ToArray())];

    public Query Query(int depth, params Scan[] tables)
    {
        if (depth == 0)
        {
            return Next(8) == 0 ? Constants() : tables[Next(tables.Length)];
        }

        var input = Query(depth - 1, tables);
        var name = Name();
        return Next(12) switch
        {
            0 or 1 => input.Where(Predicate(input.Columns, 2)),
            2 => input.Select([.. Enumerable.Range(0, 1 + Next(4)).Select(i => ($"{name}_{i}", AnyExpr(input.Columns, 2)))]),
            3 or 4 => Joined(input, depth, tables),
            5 => input.GroupBy(Some(input.Columns), Folds(input.Columns, name)),
            6 => input.Union(Next(2) == 0 ? input : input.Where(Predicate(input.Columns, 1))),
            7 => input.Distinct(),
            8 => Windowed(input, name),
            9 => input.FirstBy(Some(input.Columns), [.. Keys(input.Columns)]),
            10 => input.Top(Next(6), [.. Keys(input.Columns)]),
            _ => SelfMeeting(input, name),
        };
    }

    private Query Constants() => new Rows([("k", ColumnType.Integer), ("d", ColumnType.Date), ("t", ColumnType.Text), ("m", ColumnType.Decimal)],
        [.. Enumerable.Range(0, Next(4)).Select(_ => (IReadOnlyList<object?>)[Maybe(ColumnType.Integer), Maybe(ColumnType.Date), Maybe(ColumnType.Text), Maybe(ColumnType.Decimal)])]);

    private Join Joined(Query left, int depth, Scan[] tables)
    {
        var right = Query(Math.Max(0, depth - 2), tables).Prefixed(Name() + "_");
        var both = new Columns([.. left.Columns.List, .. right.Columns.List]);
        var terms = new List<Expr>();
        var (l, r) = (left.Columns.List[Next(left.Columns.Count)], right.Columns.List.Where(c => Next(2) == 0).ToList());
        terms.AddRange(r.Where(c => c.Type == l.Type).Take(1).Select(c => Expr.Col(l.Name).Eq(Expr.Col(c.Name))));
        if (terms.Count == 0 || Next(2) == 0)
        {
            terms.Add(Predicate(both, 1));
        }

        return new Join((JoinKind)Next(4), left, right, Expr.All(terms));
    }

    /// <summary>The same node twice: must be computed once and still be right.</summary>
    private Query SelfMeeting(Query input, string name)
    {
        var column = input.Columns.List[Next(input.Columns.Count)].Name;
        var shared = input.Distinct();
        return shared.SemiJoin(shared.Prefixed(name + "_").Where(Predicate(shared.Prefixed(name + "_").Columns, 1)), Expr.Col(column).Eq(Expr.Col($"{name}_{column}")));
    }

    private Window Windowed(Query input, string name)
    {
        var function = (WindowFunction)Next(5);
        var term = function switch
        {
            WindowFunction.RunningSum => Of(ColumnType.Integer, input.Columns, 1),
            WindowFunction.MaxBefore => Of(new[] { ColumnType.Integer, ColumnType.Date, ColumnType.Text, ColumnType.Decimal }[Next(4)], input.Columns, 1),
            _ => AnyExpr(input.Columns, 1),
        };
        return new Window(input, name, function, term, Some(input.Columns), [.. Keys(input.Columns)]);
    }

    private Folded[] Folds(Columns input, string name) =>
    [
        Folded.Count(name + "_n"),
        new(name + "_d", Fold.CountDistinct, AnyExpr(input, 1)),
        new(name + "_s", Fold.Sum, Of(Next(2) == 0 ? ColumnType.Integer : ColumnType.Decimal, input, 1)),
        new(name + "_lo", Fold.Min, Of(Ordered(), input, 1)),
        new(name + "_hi", Fold.Max, Of(Ordered(), input, 1)),
    ];

    private ColumnType Ordered() => new[] { ColumnType.Integer, ColumnType.Text, ColumnType.Decimal, ColumnType.Date }[Next(4)];

    private List<string> Some(Columns columns) => [.. columns.Names.Where(_ => Next(3) == 0)];

    private IEnumerable<SortKey> Keys(Columns columns) => columns.Names.Where(_ => Next(3) == 0).Select(c => new SortKey(c, Next(2) == 0));

    private Expr AnyExpr(Columns input, int depth) => Of((ColumnType)Next(6), input, depth);

    private Expr Predicate(Columns input, int depth) => Of(ColumnType.Boolean, input, depth);

    private Expr Of(ColumnType type, Columns input, int depth)
    {
        if (depth == 0 || Next(3) == 0)
        {
            var fitting = input.List.Where(c => c.Type == type).ToList();
            return fitting.Count > 0 && Next(5) > 0 ? Expr.Col(fitting[Next(fitting.Count)].Name) : new Constant(Maybe(type), type);
        }

        Expr Sub(ColumnType t) => Of(t, input, depth - 1);
        switch (Next(5))
        {
            case 0:
                return Expr.Case([(Sub(ColumnType.Boolean), Sub(type))], Sub(type));
            case 1:
                return Expr.Coalesce(Sub(type), Sub(type));
            case 2 when type is not (ColumnType.Boolean or ColumnType.Uuid):
                return Next(2) == 0 ? Expr.Least(Sub(type), Sub(type)) : Expr.Greatest(Sub(type), Sub(type));
            default:
                break;
        }

        switch (type)
        {
            case ColumnType.Integer:
                return Next(6) switch
                {
                    0 => Sub(type).Plus(Sub(type)),
                    1 => Sub(type).Minus(Sub(type)),
                    2 => Sub(type).FloorTo(1 + Next(7)),
                    3 => Sub(ColumnType.Date).DaysTo(Sub(ColumnType.Date)),
                    4 => Sub(ColumnType.Date).Year(),
                    _ => Sub(ColumnType.Date).Month(),
                };
            case ColumnType.Decimal:
                return Next(4) switch
                {
                    0 => Sub(type).Plus(Sub(type)),
                    1 => Sub(type).Minus(Sub(type)),
                    2 => Sub(type).Times(1.5m),
                    _ => Sub(ColumnType.Integer).As(ColumnType.Decimal),
                };
            case ColumnType.Date:
                return Next(3) switch
                {
                    0 => Sub(type).AddDays(Next(400) - 200),
                    1 => Sub(type).AddDays(Expr.Least(Sub(ColumnType.Integer), 50000L).FloorTo(2)),
                    _ => Sub(type).StartOf((DateField)Next(2)),
                };
            case ColumnType.Text:
                return Next(3) switch
                {
                    0 => Sub(type).FirstChars(Next(3)),
                    1 => Sub(ColumnType.Integer).As(type),
                    _ => Sub(Next(2) == 0 ? ColumnType.Date : ColumnType.Uuid).As(type),
                };
            case ColumnType.Uuid:
                return Expr.Case([(Sub(ColumnType.Boolean), Sub(type)), (Sub(ColumnType.Boolean), Sub(type))], Sub(type));
            default:
                var other = (ColumnType)Next(6);
                return Next(8) switch
                {
                    0 => Sub(type).And(Sub(type)),
                    1 => Sub(type).Or(Sub(type)),
                    2 => Sub(type).Not(),
                    3 => Sub(other).IsNull(),
                    4 => Sub(other).In([.. Enumerable.Range(0, Next(4)).Select(_ => Value(other))]),
                    5 => (Sub(ColumnType.Text), (string)Value(ColumnType.Text), Next(3)) switch
                    {
                        (var text, var part, 0) => text.StartsWith(part),
                        (var text, var part, 1) => text.EndsWith(part),
                        (var text, var part, _) => text.Contains(part),
                    },
                    _ => new Compare((CompareOp)Next(6), Sub(other), Sub(other)),
                };
        }
    }

    private object? Maybe(ColumnType type) => Next(5) == 0 ? null : Value(type);

    private object Value(ColumnType type) => type switch
    {
        ColumnType.Integer => (long)(Next(7) - 3),
        ColumnType.Text => new[] { "", "E11", "E119", "e11", "あ", "𠮟", "ｱ", "'" }[Next(8)],
        ColumnType.Decimal => new[] { 0m, -1.5m, 2.25m, 7.000001m, 100m }[Next(5)],
        ColumnType.Date => new DateOnly(2019, 12, 25).AddDays(Next(12) * (Next(6) == 0 ? 100 : 1)),
        ColumnType.Uuid => new Guid(new byte[] { (byte)(Next(3) * 127), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)Next(2) }, bigEndian: true),
        _ => Next(2) == 0,
    };

    private string Name() => $"c{++names}";
}
