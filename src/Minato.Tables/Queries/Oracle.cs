using System.Text;

namespace Minato.Tables.Queries;

/// <summary>
/// The query model evaluated on lists: slow, obvious, and the judge of every engine. Random queries on random tables
/// must give the same rows here and there (as a bag; in order after a <see cref="Sort"/>).
/// </summary>
public static class Oracle
{
    /// <param name="tables">The rows of a table by its name, in its columns' order.</param>
    public static IReadOnlyList<object?[]> Evaluate(Query query, Func<string, IEnumerable<object?[]>> tables)
    {
        IReadOnlyList<object?[]> Of(Query q) => Evaluate(q, tables);
        return query switch
        {
            Scan scan => [.. tables(scan.Table)],
            Rows rows => [.. rows.Values.Select(r => r.ToArray())],
            Filter filter => [.. Of(filter.Input).Where(row => True(filter.Predicate, filter.Input.Columns, row))],
            Project project => [.. Of(project.Input).Select(row => project.Values.Select(v => Value(v.Value, project.Input.Columns, row)).ToArray())],
            Join join => Joined(join, Of(join.Left), Of(join.Right)),
            Aggregate aggregate => Aggregated(aggregate, Of(aggregate.Input)),
            Union union => [.. union.Parts.SelectMany(Of)],
            Distinct distinct => [.. Of(distinct.Input).GroupBy(row => row, RowComparer.Instance).Select(g => g.Key)],
            Window window => Windowed(window, Of(window.Input)),
            First first => [.. Partitions(Of(first.Input), first.PartitionBy, first.Columns).Select(rows => InOrder(rows, first.TotalOrder, first.Columns).First())],
            Numbered numbered => [.. Of(numbered.Input).Select((row, i) => (object?[])[.. row, i + 1L])],
            Sort sort => [.. InOrder(Of(sort.Input), sort.TotalOrder, sort.Columns).Take((int)Math.Min(sort.Limit ?? int.MaxValue, int.MaxValue))],
            _ => throw new QueryException($"The oracle does not know {query.GetType().Name}"),
        };
    }

    private static List<object?[]> Joined(Join join, IReadOnlyList<object?[]> left, IReadOnlyList<object?[]> right)
    {
        var both = new Columns([.. join.Left.Columns.List, .. join.Right.Columns.List]);
        var result = new List<object?[]>();
        foreach (var l in left)
        {
            var pairs = right.Select(r => (object?[])[.. l, .. r]).Where(pair => True(join.On, both, pair)).ToList();
            result.AddRange(join.Kind switch
            {
                JoinKind.Inner => pairs,
                JoinKind.Left => pairs.Count > 0 ? pairs : [[.. l, .. new object?[join.Right.Columns.Count]]],
                JoinKind.Semi => pairs.Count > 0 ? [l] : [],
                _ => pairs.Count == 0 ? [l] : [],
            });
        }

        return result;
    }

    private static List<object?[]> Aggregated(Aggregate aggregate, IReadOnlyList<object?[]> input)
    {
        var columns = aggregate.Input.Columns;
        var groups = input.GroupBy(row => aggregate.GroupBy.Select(g => row[columns.IndexOf(g)]).ToArray(), RowComparer.Instance).Select(g => (g.Key, Rows: g.ToList())).ToList();
        if (groups.Count == 0 && aggregate.GroupBy.Count == 0)
        {
            groups.Add(([], []));
        }

        return [.. groups.Select(g => (object?[])[.. g.Key, .. aggregate.Folds.Select(f => Fold(f, columns, g.Rows))])];
    }

    private static object? Fold(Folded fold, Columns columns, List<object?[]> rows)
    {
        var values = rows.Select(row => Value(fold.Term, columns, row)).Where(v => v is not null).Select(v => v!).ToList();
        return fold.Fold switch
        {
            Queries.Fold.Count => (long)rows.Count,
            Queries.Fold.CountDistinct => (long)values.Distinct().Count(),
            _ when values.Count == 0 => null,
            Queries.Fold.Sum when values[0] is long => values.Sum(v => (long)v),
            Queries.Fold.Sum => values.Sum(v => (decimal)v),
            Queries.Fold.Min => values.Aggregate((a, b) => Order(a, b) <= 0 ? a : b),
            _ => values.Aggregate((a, b) => Order(a, b) >= 0 ? a : b),
        };
    }

    private static IEnumerable<IEnumerable<object?[]>> Partitions(IReadOnlyList<object?[]> input, IReadOnlyList<string> by, Columns columns) =>
        input.GroupBy(row => by.Select(p => row[columns.IndexOf(p)]).ToArray(), RowComparer.Instance);

    private static List<object?[]> Windowed(Window window, IReadOnlyList<object?[]> input)
    {
        var columns = window.Input.Columns;
        var result = new List<object?[]>();
        foreach (var partition in Partitions(input, window.PartitionBy, columns))
        {
            var rows = InOrder(partition, window.TotalOrder, columns).ToList();
            var terms = rows.ConvertAll(row => Value(window.Term, columns, row));
            for (var i = 0; i < rows.Count; i++)
            {
                var before = terms.Take(i).Where(t => t is not null).Select(t => t!).ToList();
                var upTo = terms.Take(i + 1).Where(t => t is not null).ToList();
                object? value = window.Function switch
                {
                    WindowFunction.RowNumber => (long)(i + 1),
                    WindowFunction.Previous => i > 0 ? terms[i - 1] : null,
                    WindowFunction.Next => i + 1 < rows.Count ? terms[i + 1] : null,
                    WindowFunction.RunningSum => upTo.Count == 0 ? null : upTo.Sum(t => (long)t!),
                    _ => before.Count == 0 ? null : before.Aggregate((a, b) => Order(a, b) >= 0 ? a : b),
                };
                result.Add([.. rows[i], value]);
            }
        }

        return result;
    }

    private static IEnumerable<object?[]> InOrder(IEnumerable<object?[]> rows, IReadOnlyList<SortKey> keys, Columns columns) =>
        rows.Order(Comparer<object?[]>.Create((a, b) =>
        {
            foreach (var key in keys)
            {
                var i = columns.IndexOf(key.Column);
                var order = (a[i], b[i]) switch
                {
                    (null, null) => 0,
                    (null, _) => 1,
                    (_, null) => -1,
                    var (x, y) => key.Descending ? -Order(x, y) : Order(x, y),
                };
                if (order != 0)
                {
                    return order;
                }
            }

            return 0;
        }));

    private static bool True(Expr predicate, Columns columns, object?[] row) => Value(predicate, columns, row) is true;

    private static object? Value(Expr expr, Columns columns, object?[] row)
    {
        object? Of(Expr e) => Value(e, columns, row);
        return expr switch
        {
            ColumnRef column => row[columns.IndexOf(column.Name)],
            Constant constant => constant.Value is decimal d ? Six(d) : constant.Value,
            Compare compare => Of(compare.Left) is { } l && Of(compare.Right) is { } r ? Holds(compare.Op, Order(l, r)) : null,
            Logic logic => Logical(logic, logic.Terms.Select(t => (bool?)Of(t)).ToList()),
            Negate negate => Of(negate.Term) is bool b ? !b : null,
            NullCheck check => Of(check.Term) is null,
            Within { Values.Count: 0 } => false,
            Within within => Of(within.Term) is { } v ? within.Values.Any(x => Order(x is decimal d ? Six(d) : x, v) == 0) : null,
            Choose choose => Chosen(choose, choose.Terms.Select(Of).Where(v => v is not null).Select(v => v!).ToList()),
            CaseWhen of => Of(of.Arms.Where(a => Of(a.When) is true).Select(a => a.Then).FirstOrDefault(of.Otherwise)),
            Arithmetic arithmetic => (arithmetic.Op, Of(arithmetic.Left), Of(arithmetic.Right)) switch
            {
                (ArithmeticOp.Add, long l, long r) => checked(l + r),
                (ArithmeticOp.Subtract, long l, long r) => checked(l - r),
                (ArithmeticOp.Multiply, long l, long r) => checked(l * r),
                (ArithmeticOp.Add, decimal l, decimal r) => Six(l + r),
                (ArithmeticOp.Subtract, decimal l, decimal r) => Six(l - r),
                (ArithmeticOp.Multiply, decimal l, decimal r) => Six(l * r),
                _ => null,
            },
            MoveDate move => Of(move.Date) is DateOnly date && Of(move.Days) is long days ? date.AddDays((int)days) : null,
            DayCount count => Of(count.From) is DateOnly from && Of(count.To) is DateOnly to ? (long)(to.DayNumber - from.DayNumber) : null,
            DatePart part => Of(part.Date) is DateOnly date ? (long)(part.Field == DateField.Year ? date.Year : date.Month) : null,
            DateFloor floor => Of(floor.Date) is DateOnly date ? new DateOnly(date.Year, floor.Field == DateField.Year ? 1 : date.Month, 1) : null,
            IntegerFloor floor => Of(floor.Term) is long number ? number - (((number % floor.Width) + floor.Width) % floor.Width) : null,
            TextLeft left => Of(left.Term) is string text ? string.Concat(text.EnumerateRunes().Take(left.Length)) : null,
            TextStarts starts => Of(starts.Term) is string text ? text.StartsWith(starts.Prefix, StringComparison.Ordinal) : null,
            TextIsCode code => Of(code.Term) is string text ? text.Length >= 1 && text.Length <= code.Most && text.All(c => c is > ' ' and <= '~') : null,
            LabelOf label => Of(label.Term) is { } value ? label.Labels.FirstOrDefault(l => Order(l.Key, value) == 0).Label : null,
            TextFunction function => Of(function.Term) is string text ? function.Function(text) : null,
            TextEnds ends => Of(ends.Term) is string text ? text.EndsWith(ends.Suffix, StringComparison.Ordinal) : null,
            TextContains contains => Of(contains.Term) is string text ? text.Contains(contains.Part, StringComparison.Ordinal) : null,
            Cast cast => Of(cast.Term) switch
            {
                null => null,
                long number when cast.To == ColumnType.Decimal => (decimal)number,
                DateOnly date => date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                Guid guid => guid.ToString("D"),
                var other => System.Convert.ToString(other, System.Globalization.CultureInfo.InvariantCulture),
            },
            _ => throw new QueryException($"The oracle does not know {expr.GetType().Name}"),
        };
    }

    private static bool Holds(CompareOp op, int order) => op switch
    {
        CompareOp.Eq => order == 0,
        CompareOp.Ne => order != 0,
        CompareOp.Lt => order < 0,
        CompareOp.Le => order <= 0,
        CompareOp.Gt => order > 0,
        _ => order >= 0,
    };

    private static bool? Logical(Logic logic, List<bool?> terms)
    {
        var decides = logic.Op == LogicOp.Or;
        return terms.Contains(decides) ? decides : terms.Contains(null) ? null : !decides;
    }

    private static object? Chosen(Choose choose, List<object> values) => (choose.Op, values.Count) switch
    {
        (_, 0) => null,
        (ChooseOp.First, _) => values[0],
        (ChooseOp.Least, _) => values.Aggregate((a, b) => Order(a, b) <= 0 ? a : b),
        _ => values.Aggregate((a, b) => Order(a, b) >= 0 ? a : b),
    };

    private static decimal Six(decimal value) => Math.Round(value, 6, MidpointRounding.AwayFromZero);

    /// <summary>Text by UTF-8 bytes, UUIDs by their text, false before true.</summary>
    private static int Order(object a, object b) => (a, b) switch
    {
        (string x, string y) => Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y)),
        (Guid x, Guid y) => string.CompareOrdinal(x.ToString("N"), y.ToString("N")),
        _ => Comparer<object>.Default.Compare(a, b),
    };

    /// <summary>Rows as group keys: NULLs are alike.</summary>
    private sealed class RowComparer : IEqualityComparer<object?[]>
    {
        public static RowComparer Instance { get; } = new();

        public bool Equals(object?[]? x, object?[]? y) => x!.AsSpan().SequenceEqual(y);

        public int GetHashCode(object?[] row)
        {
            var hash = default(HashCode);
            foreach (var value in row)
            {
                hash.Add(value);
            }

            return hash.ToHashCode();
        }
    }
}
