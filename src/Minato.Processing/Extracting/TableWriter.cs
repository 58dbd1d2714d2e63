using Minato.Processing.Linked;
using Minato.Processing.Standards;
using Minato.Tables;
using Minato.Tables.Queries;
using static Minato.Tables.Queries.Expr;

namespace Minato.Processing.Extracting;

/// <summary>
/// The permit's tables, processed column by column and written: only granted columns, only the study period, only the
/// cohort's persons. Every file is sorted by all it holds, so that the same rows are the same bytes.
/// </summary>
internal sealed class TableWriter(
    ITableSession session, Order order, IReadOnlyList<LinkedDataset> datasets, LinkedEvents events, IReadOnlyDictionary<string, TableShape> shapes, string folder)
{
    /// <summary>The dataset named in <see cref="ExtractedFile"/> where a file unites several.</summary>
    private const string Linked = "linked";

    private static readonly string[] CohortDates = ["cohort_start_date", "cohort_end_date"];

    private static readonly string[] Kinds = [".parquet", ".csv"];

    private readonly List<ExtractedFile> files = [];
    private readonly List<(string Table, string Column, ColumnType Type, string Processing)> dictionary = [];
    private readonly Dictionary<string, Scan> numbers = new(StringComparer.Ordinal);
    private readonly ActionContext context = new(order.Permit.Use.StudyTo);

    public IReadOnlyList<ExtractedFile> Files => files;

    public long RareRows { get; private set; }

    /// <summary>The person file before it is written: <c>person</c> and the processed columns. Null where no column of it was granted.</summary>
    /// <param name="persons">A column <c>person</c>.</param>
    public Query? PersonFile(Query persons)
    {
        var shape = shapes["person"];
        var columns = order.Columns(shape);
        if (order.Tables.All(t => t.Name != "person"))
        {
            return null;
        }

        var query = persons;
        foreach (var (column, actions) in columns)
        {
            var prefix = $"{column.Name}$";
            query = query.LeftJoin(events.MostFrequent("person", column.Name).Prefixed(prefix), Col("person").Eq(Col(prefix + "person")));
        }

        return query.Select([("person", Col("person")), .. columns.Select(c => (c.Column.Name, Processed(Col(c.Column.Name + "$value"), c.Column.Type, c.Actions)))]);
    }

    public void WritePersons(Query file) =>
        Write("person", "data", file.Select([("person_id", Col("person").As(ColumnType.Text)), .. file.Columns.Names.Skip(1).Select(c => (c, Col(c)))]), ["person_id"], order.Columns(shapes["person"]));

    /// <param name="cohort"><c>person, start, end</c>.</param>
    /// <param name="shifts"><c>s_person, shift$</c>, where the standard shifts dates.</param>
    public void WriteCohort(Query cohort, Query? shifts)
    {
        var rule = order.Standard.Tables.GetValueOrDefault("cohort");
        (Column Column, IReadOnlyList<ColumnAction> Actions)[] columns =
        [
            .. CohortDates.Select(c => (new Column(c, ColumnType.Date), rule?.For(c)!)).Where(c => c.Item2 is not null),
        ];
        var rows = Shifted(cohort, "person", shifts);
        Write("cohort", "", rows.Select([("subject_id", Col("person").As(ColumnType.Text)), .. columns.Select(c => (c.Column.Name, Processed(Col(c.Column.Name == "cohort_start_date" ? "start" : "end"), ColumnType.Date, c.Actions)))]), ["subject_id"], columns);
    }

    /// <param name="persons">A column <c>person</c>.</param>
    public void WriteTable(CdmTable table, Query persons, Query? shifts)
    {
        var shape = shapes[table.Name];
        var columns = order.Columns(shape);
        var rows = Selected(table, persons, d => Order.Granted(d, table.Name), columns.Select(c => c.Column).ToArray());
        if (rows is null)
        {
            return;
        }

        Scan? selected = null;
        if (order.Standard.Tables.GetValueOrDefault(table.Name)?.Rare is { } rare && columns.Any(c => c.Column.Name == rare.Column))
        {
            selected = session.Materialise($"selected_{table.Name}", rows);
            (rows, var leftOut) = RareValues.Apply(session, selected, rare);
            RareRows += leftOut;
        }

        foreach (var (column, _) in columns.Where(c => c.Actions.Any(a => a is ColumnAction.Renumber)))
        {
            var of = $"{column.Name}$";
            rows = rows.LeftJoin(Numbers(table, column.Name, persons).Prefixed(of), Col("dataset_id").Eq(Col(of + "dataset_id")).And(Col(column.Name).Eq(Col(of + "old"))));
        }

        rows = Shifted(rows, "m_person", shifts);
        var file = rows.Select([
            ("person_id", Col("m_person").As(ColumnType.Text)),
            ("dataset_id", Col("dataset_id")),
            .. columns.Select(c => (c.Column.Name, c.Actions.Any(a => a is ColumnAction.Renumber) ? Col($"{c.Column.Name}$new") : Processed(Inside(table, c.Column), c.Column.Type, c.Actions)))]);
        var date = columns.Any(c => c.Column.Name == table.Start) ? new SortKey[] { table.Start! } : [];
        Write(table.Name, "data", file, ["person_id", .. date, "dataset_id"], columns);
        if (selected is not null)
        {
            session.Drop(selected);
        }
    }

    /// <summary>What each column is and what was done with it.</summary>
    public void WriteDictionary()
    {
        var text = new System.Text.StringBuilder("table,column,type,processing\n");
        foreach (var (table, column, type, processing) in dictionary)
        {
            text.Append(table).Append(',').Append(column).Append(',').Append(type.ToString().ToLowerInvariant()).Append(',').Append(processing).Append('\n');
        }

        var path = Path.Join(folder, "dictionary.csv");
        Durable.Write(path, System.Text.Encoding.UTF8.GetBytes(text.ToString()));
        var (bytes, sha256) = Durable.Seal(path);
        files.Add(new ExtractedFile("dictionary.csv", "dictionary", Linked, dictionary.Count, bytes, sha256));
    }

    /// <summary>Rows of the cohort's persons from every dataset that grants the table: <c>m_person, dataset_id</c>, and the columns (null where not granted).</summary>
    private Query? Selected(CdmTable table, Query persons, Func<Access.DatasetGrant, IReadOnlySet<string>> granted, IReadOnlyList<Column> columns)
    {
        var use = order.Permit.Use;
        var who = persons.Select(("c_person", Col("person")));
        var parts = datasets.Zip(order.Datasets, (linked, d) => (linked, d.Grant)).Where(x => granted(x.Grant).Count > 0)
            .Select(x => x.linked.Rows(table, shapes[table.Name], use.StudyFrom, use.StudyTo)
                .SemiJoin(who, Col("m_person").Eq(Col("c_person")))
                .Select([
                    ("m_person", Col("m_person")),
                    ("dataset_id", x.linked.Info.Id.Value),
                    .. columns.Select(c => (c.Name, granted(x.Grant).Contains(c.Name) ? Col(c.Name) : Null(c.Type)))])).ToArray();
        return parts.Length == 0 ? null : parts[0].Union(parts[1..]);
    }

    /// <summary>
    /// Old key → new number, for a table's own key or its reference to another table's: numbered by person and time, so
    /// that a number says nothing of where the row stood in its source. Gives <c>dataset_id, old, new</c>.
    /// </summary>
    private Scan Numbers(CdmTable table, string column, Query persons)
    {
        var (owner, key) = CdmTable.KeyOf(table, column);
        if (numbers.TryGetValue($"{owner.Name}.{key}", out var known))
        {
            return known;
        }

        var columns = shapes[owner.Name].Columns.Where(c => c.Name == key || c.Name == owner.Start).ToArray();
        SortKey[] byPersonAndTime = ["m_person", .. owner.Start is { } start ? new SortKey[] { start } : [], "dataset_id", key];
        var keys = Selected(owner, persons, _ => columns.Select(c => c.Name).ToHashSet(StringComparer.Ordinal), columns)!.Where(Col(key).IsNotNull());

        // A table's own key is there once; what it only refers to (a facility) is numbered where it is seen first.
        var once = key == owner.Name + "_id" ? keys : keys.FirstBy(["dataset_id", key], byPersonAndTime);
        var numbered = once.RowNumber("new", [], byPersonAndTime);
        return numbers[$"{owner.Name}.{key}"] = session.Materialise($"numbers_{owner.Name}_{key}", numbered.Select(("dataset_id", Col("dataset_id")), ("old", Col(key)), ("new", Col("new"))));
    }

    /// <summary>A period or an end that reaches out of the study is cut: nothing after it was asked for.</summary>
    private Expr Inside(CdmTable table, Column column)
    {
        var use = order.Permit.Use;
        var value = Col(column.Name);
        return column.Type != ColumnType.Date ? value
            : column.Name == table.End ? Case([(value.Gt(use.StudyTo), use.StudyTo)], value)
            : column.Name == table.Start ? Case([(value.Lt(use.StudyFrom), use.StudyFrom)], value)
            : value;
    }

    private Expr Processed(Expr value, ColumnType type, IReadOnlyList<ColumnAction> actions) =>
        actions.Aggregate(value, (v, action) => action.Apply(v, type, context));

    private static Query Shifted(Query rows, string person, Query? shifts) =>
        shifts is null ? rows : rows.InnerJoin(shifts, Col(person).Eq(Col("s_person")));

    private void Write(string name, string subfolder, Query query, IReadOnlyList<SortKey> sortedBy, IReadOnlyList<(Column Column, IReadOnlyList<ColumnAction> Actions)> columns)
    {
        Directory.CreateDirectory(Path.Join(folder, subfolder));
        var place = subfolder.Length > 0 ? $"{subfolder}/{name}" : name;
        var parquet = Path.Join(folder, place + ".parquet");
        var rows = session.WriteParquet(query, parquet, sortedBy);

        // CSV is for tools that cannot read Parquet. It is written from the sorted file: sorting is what costs here.
        var view = new TableShape("written_" + name, [.. query.Columns.List.Select(c => new Column(c.Name, c.Type))], []);
        session.AttachTable(view.Name, view, [parquet]);
        session.WriteCsv(Sql.Compile(new Scan(view.Name, view), session.Dialect), Path.Join(folder, place + ".csv"));
        foreach (var kind in Kinds)
        {
            var (bytes, sha256) = Durable.Seal(Path.Join(folder, place + kind));
            files.Add(new ExtractedFile(place + kind, name, Linked, rows, bytes, sha256));
        }

        foreach (var (column, type) in query.Columns.List)
        {
            var actions = columns.FirstOrDefault(c => c.Column.Name == column).Actions;
            dictionary.Add((name, column, type, actions is not null ? string.Join(" + ", actions.Select(a => a.Name)) : column == "dataset_id" ? "source" : "project pseudonym"));
        }
    }
}
