using System.Globalization;
using System.Text;

namespace Minato.Tables.Queries;

/// <summary>
/// The query model as SQL text of a dialect. Constants become literals made by the dialect, so the text stands alone:
/// it can be counted, stored as a table or written to a file. Only what both engines answer alike is emitted.
/// </summary>
public static class Sql
{
    public static string Compile(Query query, ISqlDialect dialect) => new Compiler(dialect).Whole(query);

    private sealed class Compiler(ISqlDialect dialect)
    {
        private readonly Dictionary<Query, string> shared = new(ReferenceEqualityComparer.Instance);
        private readonly StringBuilder with = new();

        public string Whole(Query query)
        {
            var uses = new Dictionary<Query, int>(ReferenceEqualityComparer.Instance);
            Count(query, uses);
            foreach (var node in InOrder(query).Where(n => uses[n] > 1 && n is not Scan))
            {
                var body = Select(node);
                var name = dialect.Quote($"shared{shared.Count + 1}");
                with.Append(shared.Count == 0 ? "with " : ", ").Append(name).Append(" as materialized (").Append(body).Append(")\n");
                shared.Add(node, name);
            }

            var select = shared.TryGetValue(query, out var whole) ? $"select {List(query.Columns.Names)} from {whole}" : Select(query);
            return with.Append(select).ToString();
        }

        private static void Count(Query query, Dictionary<Query, int> uses)
        {
            if (!uses.TryAdd(query, 1))
            {
                uses[query]++;
                return;
            }

            foreach (var input in query.Inputs)
            {
                Count(input, uses);
            }
        }

        /// <summary>Every node once, inputs before what uses them.</summary>
        private static List<Query> InOrder(Query query)
        {
            var seen = new HashSet<Query>(ReferenceEqualityComparer.Instance);
            var order = new List<Query>();
            Visit(query);
            return order;

            void Visit(Query node)
            {
                if (seen.Add(node))
                {
                    foreach (var input in node.Inputs)
                    {
                        Visit(input);
                    }

                    order.Add(node);
                }
            }
        }

        private string From(Query query) =>
            shared.TryGetValue(query, out var name) ? name : query is Scan scan ? dialect.Quote(scan.Table) : $"({Select(query)})";

        private string Select(Query query)
        {
            var columns = List(query.Columns.Names);
            return query switch
            {
                Scan scan => $"select {columns} from {dialect.Quote(scan.Table)}",
                Rows rows => Values(rows),
                Filter filter => $"select {columns} from {From(filter.Input)} as q where {Of(filter.Predicate, filter.Input.Columns)}",
                Project project => $"select {string.Join(", ", project.Values.Select(v => $"{Of(v.Value, project.Input.Columns)} as {dialect.Quote(v.Name)}"))} from {From(project.Input)} as q",
                Join join => Joined(join, columns),
                Aggregate aggregate => Aggregated(aggregate),
                Union union => string.Join(" union all ", union.Parts.Select(part => $"select {columns} from {From(part)} as q")),
                Distinct distinct => $"select distinct {columns} from {From(distinct.Input)} as q",
                Window window => Windowed(window),
                First first => dialect.SelectFirst([.. first.Columns.Names.Select(dialect.Quote)], [.. first.PartitionBy.Select(dialect.Quote)], [.. first.TotalOrder.Select(k => (dialect.Quote(k.Column), Order([k], first.Columns), k.Descending))], From(first.Input)),
                Numbered numbered => $"select {List(numbered.Input.Columns.Names)}, row_number() over () as {dialect.Quote(numbered.Name)} from {From(numbered.Input)} as q",
                Sort sort => $"select {columns} from {From(sort.Input)} as q order by {Order(sort.TotalOrder, sort.Columns)}{(sort.Limit is { } limit ? $" limit {limit.ToString(CultureInfo.InvariantCulture)}" : "")}",
                _ => throw new QueryException($"No SQL for {query.GetType().Name}"),
            };
        }

        private string Values(Rows rows)
        {
            if (rows.Values.Count == 0)
            {
                return $"select {string.Join(", ", rows.Columns.List.Select(c => $"cast(null as {dialect.TypeName(c.Type)}) as {dialect.Quote(c.Name)}"))} where false";
            }

            var lines = rows.Values.Select(row => $"({string.Join(", ", row.Select((v, i) => Literal(v, rows.Columns.List[i].Type)))})");
            return $"select {List(rows.Columns.Names)} from (values {string.Join(", ", lines)}) as v({List(rows.Columns.Names)})";
        }

        private string Joined(Join join, string columns)
        {
            var both = new Columns([.. join.Left.Columns.List, .. join.Right.Columns.List]);
            var on = Of(join.On, both);
            return join.Kind switch
            {
                JoinKind.Inner => $"select {columns} from {From(join.Left)} as l inner join {From(join.Right)} as r on {on}",
                JoinKind.Left => $"select {columns} from {From(join.Left)} as l left join {From(join.Right)} as r on {on}",
                _ => dialect.SelectWithPartner(columns, From(join.Left), From(join.Right), on, join.Kind == JoinKind.Anti),
            };
        }

        private string Aggregated(Aggregate aggregate)
        {
            var input = aggregate.Input.Columns;
            var folds = aggregate.Folds.Select(fold =>
            {
                var term = Of(fold.Term, input);
                var type = fold.Term.TypeIn(input);
                var value = fold.Fold switch
                {
                    Fold.Count => "count(*)",
                    Fold.CountDistinct => $"count(distinct {term})",
                    Fold.Sum when type == ColumnType.Integer => $"cast(sum({term}) as bigint)",
                    Fold.Sum => $"cast(sum({term}) as decimal(38, 6))",
                    Fold.Min => $"min({Ordered(term, type)})",
                    _ => $"max({Ordered(term, type)})",
                };
                return $"{value} as {dialect.Quote(fold.Name)}";
            });
            var group = aggregate.GroupBy.Count == 0 ? "" : $" group by {List(aggregate.GroupBy)}";
            return $"select {string.Join(", ", aggregate.GroupBy.Select(dialect.Quote).Concat(folds))} from {From(aggregate.Input)} as q{group}";
        }

        private string Windowed(Window window)
        {
            var input = window.Input.Columns;
            var term = Of(window.Term, input);
            var type = window.Term.TypeIn(input);
            var (function, frame) = window.Function switch
            {
                WindowFunction.RowNumber => ("row_number()", ""),
                WindowFunction.Previous => ($"lag({term})", ""),
                WindowFunction.Next => ($"lead({term})", ""),
                WindowFunction.RunningSum => ($"sum({term})", " rows between unbounded preceding and current row"),
                _ => ($"max({Ordered(term, type)})", " rows between unbounded preceding and 1 preceding"),
            };
            var partition = window.PartitionBy.Count == 0 ? "" : $"partition by {List(window.PartitionBy)} ";
            var order = window.TotalOrder.Count == 0 ? "" : $"order by {Order(window.TotalOrder, input)}";
            var over = $"{function} over ({partition}{order}{frame})";
            var value = window.Function is WindowFunction.RunningSum or WindowFunction.RowNumber ? $"cast({over} as bigint)" : over;
            return $"select {List(input.Names)}, {value} as {dialect.Quote(window.Name)} from {From(window.Input)} as q";
        }

        private string Order(IReadOnlyList<SortKey> keys, Columns input) =>
            string.Join(", ", keys.Select(k => $"{Ordered(dialect.Quote(k.Column), input.TypeOf(k.Column))} {(k.Descending ? "desc" : "asc")} nulls last"));

        private string Ordered(string sql, ColumnType type) => type == ColumnType.Text ? dialect.ByteOrder(sql) : sql;

        private string List(IEnumerable<string> names) => string.Join(", ", names.Select(dialect.Quote));

        private string Literal(object? value, ColumnType type) =>
            value is null or long or decimal or Guid ? $"cast({dialect.Literal(value)} as {dialect.TypeName(type)})" : dialect.Literal(value);

        private string Of(Expr expr, Columns input)
        {
            string Sub(Expr e) => Of(e, input);
            string Many(IEnumerable<Expr> terms, string separator) => string.Join(separator, terms.Select(Sub));
            return expr switch
            {
                ColumnRef column => dialect.Quote(column.Name),
                Constant constant => Literal(constant.Value, constant.Type),
                Compare compare => Compared(compare, input),
                Logic { Terms.Count: 0 } logic => logic.Op == LogicOp.And ? "true" : "false",
                Logic logic => $"({Many(logic.Terms, logic.Op == LogicOp.And ? " and " : " or ")})",
                Negate negate => $"(not {Sub(negate.Term)})",
                NullCheck check => $"({Sub(check.Term)} is null)",
                Within { Values.Count: 0 } => "false",
                Within within => $"({Sub(within.Term)} in ({string.Join(", ", within.Values.Select(dialect.Literal))}))",
                Choose { Op: ChooseOp.First } choose => $"coalesce({Many(choose.Terms, ", ")})",
                Choose choose => $"{(choose.Op == ChooseOp.Least ? "least" : "greatest")}({string.Join(", ", choose.Terms.Select(t => Ordered(Sub(t), t.TypeIn(input))))})",
                CaseWhen of => $"(case {string.Join(" ", of.Arms.Select(a => $"when {Sub(a.When)} then {Sub(a.Then)}"))} else {Sub(of.Otherwise)} end)",
                Arithmetic arithmetic => Computed(arithmetic, input),
                MoveDate { Days: Constant { Value: long days and > int.MinValue and < int.MaxValue } } move => dialect.AddDays(Sub(move.Date), (int)days),
                MoveDate move => $"({Sub(move.Date)} + cast({Sub(move.Days)} as integer))",
                DayCount count => $"cast({dialect.DaysBetween(Sub(count.From), Sub(count.To))} as bigint)",
                DatePart part => $"cast(extract({(part.Field == DateField.Year ? "year" : "month")} from {Sub(part.Date)}) as bigint)",
                DateFloor floor => $"cast(date_trunc('{(floor.Field == DateField.Year ? "year" : "month")}', {Sub(floor.Date)}) as date)",
                IntegerFloor floor => $"({Sub(floor.Term)} - (({Sub(floor.Term)} % {floor.Width}) + {floor.Width}) % {floor.Width})",
                TextLeft left => $"left({Sub(left.Term)}, {left.Length})",
                TextStarts starts => $"starts_with({Sub(starts.Term)}, {dialect.Literal(starts.Prefix)})",
                TextIsCode code => dialect.IsCode(Sub(code.Term), code.Most),
                LabelOf label => Labelled(label, input),
                TextFunction function => $"{dialect.Quote(function.Name)}({Sub(function.Term)})",
                TextEnds ends => $"(right({Sub(ends.Term)}, {ends.Suffix.EnumerateRunes().Count()}) = {dialect.Literal(ends.Suffix)})",
                TextContains { Part.Length: 0 } all => $"({Sub(all.Term)} = {Sub(all.Term)})",
                TextContains contains => $"(strpos({Sub(contains.Term)}, {dialect.Literal(contains.Part)}) > 0)",
                Cast cast => $"cast({Sub(cast.Term)} as {dialect.TypeName(cast.To)})",
                _ => throw new QueryException($"No SQL for {expr.GetType().Name}"),
            };
        }

        /// <summary>A few labels are arms of a case; many are a table, which engines join by hash.</summary>
        private string Labelled(LabelOf label, Columns input)
        {
            const int Few = 64;
            var (term, type) = (Of(label.Term, input), label.TypeIn(input));
            var key = label.Term.TypeIn(input);
            return label.Labels.Count <= Few
                ? $"(case {term} {string.Join(" ", label.Labels.Select(l => $"when {Literal(l.Key, key)} then {Literal(l.Label, type)}"))} end)"
                : $"(select max(label$) from (values {string.Join(", ", label.Labels.Select(l => $"({Literal(l.Key, key)}, {Literal(l.Label, type)})"))}) as labels$(key$, label$) where key$ = {term})";
        }

        private string Compared(Compare compare, Columns input)
        {
            var (left, right) = (Of(compare.Left, input), Of(compare.Right, input));
            if (compare.Op is not (CompareOp.Eq or CompareOp.Ne))
            {
                var type = compare.Left.TypeIn(input);
                (left, right) = (Ordered(left, type), Ordered(right, type));
            }

            var op = compare.Op switch
            {
                CompareOp.Eq => "=",
                CompareOp.Ne => "<>",
                CompareOp.Lt => "<",
                CompareOp.Le => "<=",
                CompareOp.Gt => ">",
                _ => ">=",
            };
            return $"({left} {op} {right})";
        }

        private string Computed(Arithmetic arithmetic, Columns input)
        {
            var op = arithmetic.Op switch
            {
                ArithmeticOp.Add => "+",
                ArithmeticOp.Subtract => "-",
                _ => "*",
            };
            var sql = $"({Of(arithmetic.Left, input)} {op} {Of(arithmetic.Right, input)})";
            return arithmetic.Left.TypeIn(input) == ColumnType.Decimal ? $"cast({sql} as {dialect.TypeName(ColumnType.Decimal)})" : sql;
        }
    }
}
