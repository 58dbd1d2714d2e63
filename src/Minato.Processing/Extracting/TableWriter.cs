using System.Globalization;
using Minato.Access;
using Minato.Processing.Linked;
using Minato.Processing.Media;
using Minato.Processing.Standards;
using Minato.Tables;
using Minato.Tables.Queries;
using Minato.Warehouse;
using static Minato.Tables.Queries.Expr;

namespace Minato.Processing.Extracting;

/// <summary>
/// The permit's tables, processed column by column and written: only granted columns, only the study period, only the recipients. A table is staged in
/// memory in its final order, which is total, so that the same rows are the same bytes; one that would not fit is written in parts of recipients, each a file.
/// </summary>
/// <param name="bytes">How much one staged part may take.</param>
internal sealed class TableWriter(ITableSession session, Order order, Recipients recipients, IReadOnlyDictionary<string, TableShape> shapes, string folder, long bytes)
{
    /// <summary>The dataset named in <see cref="ExtractedFile"/> where a file unites several.</summary>
    private const string Linked = "linked";

    /// <summary>The rows of the part that is being written.</summary>
    private const string Stage = "stage";

    /// <summary>Of a staged row: its dataset as a number, and its own key in the source.</summary>
    private const string Source = "d$";
    private const string Key = "k$";
    private const string RecordKey = "record_key";

    /// <summary>What a value takes while it is sorted, on the average of our tables; measured, and generous.</summary>
    private const long BytesPerValue = 24;

    private static readonly string[] CohortDates = ["cohort_start_date", "cohort_end_date"];

    private readonly List<ExtractedFile> files = [];
    private readonly DataDictionary dictionary = new();
    private readonly List<(string Table, List<string> Files)> database = [];
    private readonly Dictionary<string, Scan> numbers = new(StringComparer.Ordinal);
    private readonly SourceForm? sources = order.Permit.Use.Forms.Contains(ExtractionForm.Source) ? new(session, order, shapes) : null;
    private readonly ActionContext context = new(order.Permit.Use.StudyTo);
    private readonly int[] byName = [.. order.Datasets.Select(d => order.Datasets.Count(o => string.CompareOrdinal(o.Info.Id.Value, d.Info.Id.Value) < 0))];

    public IReadOnlyList<ExtractedFile> Files => files;

    public long RareRows { get; private set; }

    /// <param name="file"><c>person</c> and the processed columns.</param>
    public void WritePersons(Query file)
    {
        var rows = file.Select([("person_id", Col("person").As(ColumnType.Text)), .. file.Columns.Names.Skip(1).Select(c => (c, Col(c)))]);
        WriteSmall("person", "data", rows, "person_id", order.Columns(shapes["person"]));
    }

    /// <param name="cohort"><c>person, start, end</c>, and <c>shift$</c>.</param>
    public void WriteCohort(Query cohort)
    {
        var rule = order.Standard.Tables.GetValueOrDefault("cohort");
        (Column Column, IReadOnlyList<ColumnAction> Actions)[] columns =
        [
            .. CohortDates.Select(c => (new Column(c, ColumnType.Date), rule?.For(c)!)).Where(c => c.Item2 is not null),
        ];
        var rows = cohort.Select([
            ("subject_id", Col("person").As(ColumnType.Text)),
            .. columns.Select(c => (c.Column.Name, Processed(Col(c.Column.Name == "cohort_start_date" ? "start" : "end"), ColumnType.Date, c.Actions)))]);
        WriteSmall("cohort", "", rows, "subject_id", columns);
    }

    public void WriteTable(CdmTable table, CancellationToken ct)
    {
        var shape = shapes[table.Name];
        var columns = order.Columns(shape);
        var ofRecords = sources?.NumbersRecords(shape) == true;
        var all = Selected(table, d => Order.Granted(d, table.Name), [.. columns.Select(c => c.Column)], ofRecords);
        if (all is null)
        {
            return;
        }

        Scan? selected = null;
        var kept = all;
        if (order.Standard.Tables.GetValueOrDefault(table.Name)?.Rare is { } rare && columns.Any(c => c.Column.Name == rare.Column))
        {
            // What is rare is known of the whole table only.
            selected = session.Materialise($"selected_{table.Name}", all);
            (kept, var leftOut) = RareValues.Apply(session, selected, rare);
            RareRows += leftOut;
        }

        if (table.Name == WarehouseRoom.Variants && order.Standard.Media is { LeastCarriers: > 1 } genomes)
        {
            (kept, var leftOut) = CarriedByEnough(kept, genomes.LeastCarriers);
            RareRows += leftOut;
        }

        var own = OwnNumber(table, columns);
        var references = columns.Where(c => c.Column.Name != own && c.Actions.Any(a => a is ColumnAction.Renumber)).Select(c => c.Column.Name).ToArray();
        foreach (var column in references)
        {
            _ = Numbers(table, column);
        }

        if (ofRecords)
        {
            _ = Records();
        }

        // Fewer parts than rows would need are never made: what a part takes is estimated from above. What fits whole need not be counted.
        int PartsOf(long rows) => Math.Max(1, (int)Math.Min(recipients.People.Count, 1 + (rows * (columns.Count + 3) * BytesPerValue / Math.Max(1, bytes))));
        var parts = PartsOf(order.Datasets.SelectMany(d => d.Snapshot.Files).Where(f => f.Table == table.Name).Sum(f => f.Rows)) == 1 ? 1 : PartsOf(session.CountRows(all));
        long before = 0;
        for (var part = 0; part < parts; part++)
        {
            ct.ThrowIfCancellationRequested();
            var (from, to) = ((long)recipients.People.Count * part / parts, (long)recipients.People.Count * (part + 1) / parts);
            StageRows(table, parts == 1 ? kept : kept.Where(Col(Recipients.Number).Ge(from).And(Col(Recipients.Number).Lt(to))), columns, own, references, ofRecords);
            sources?.Take(table, Stage, Source, [.. columns.Select(c => c.Column.Name)], c => c == own ? Position(before) : session.Dialect.Quote(c));
            before += WriteStage(table, columns, own, before, part);
            session.Execute($"drop table {Stage}");
        }

        if (selected is not null)
        {
            session.Drop(selected);
        }
    }

    /// <summary>What each column is, and the database file over all.</summary>
    public void Finish()
    {
        if (sources is not null)
        {
            foreach (var file in sources.Files(Source, byName))
            {
                WriteSource(SourceForm.TableOf(file.Dataset), file.Rows, file.Order, file.Columns);
            }

            session.Execute($"drop table if exists {SourceForm.Gathered}");
        }

        Durable.Write(Path.Join(folder, "dictionary.csv"), dictionary.ToUtf8());
        Seal("dictionary.csv", "dictionary", dictionary.Count);
        DatabaseFile.Write(folder, database.Select(t => (t.Table, (IReadOnlyList<string>)t.Files, dictionary)));
        Seal(DatabaseFile.Name, "database", database.Count);
        if (order.Permit.Use.Forms.Contains(ExtractionForm.Twin))
        {
            SyntheticTwin.Write(folder, order.Permit.Id.Value, database.Select(t => (t.Table, (IReadOnlyList<string>)[.. t.Files.Select(f => Path.Join(folder, f))], order.Numbered(t.Table))));
            Seal(SyntheticTwin.Name, "twin", database.Count);
        }
    }

    /// <summary>Rows of the recipients from every dataset that grants the table: <c>m_person, m_number, d$, k$, shift$</c>, and the columns (null where not granted).</summary>
    /// <param name="ofRecords">Also <c>r$</c>: the key of the record, to be numbered.</param>
    private Query? Selected(CdmTable table, Func<DatasetGrant, IReadOnlySet<string>> granted, IReadOnlyList<Column> columns, bool ofRecords = false)
    {
        var use = order.Permit.Use;
        var key = shapes[table.Name].Columns.Any(c => c.Name == table.Name + "_id") ? Col(table.Name + "_id") : Null(ColumnType.Integer);
        var parts = recipients.Datasets.Select((linked, i) => (linked, order.Datasets[i].Grant, i)).Where(x => granted(x.Grant).Count > 0)
            .Select(x => OfRegions(x.linked.Rows(table, shapes[table.Name], use.StudyFrom, use.StudyTo)).Select([
                (Recipients.Person, Col(Recipients.Person)),
                (Recipients.Number, Col(Recipients.Number)),
                (Source, (long)byName[x.i]),
                (Key, key),
                (ColumnAction.ShiftColumn, Col(ColumnAction.ShiftColumn)),
                .. ofRecords ? new[] { (SourceForm.Record, Col(RecordKey)) } : [],
                .. columns.Select(c => (c.Name, granted(x.Grant).Contains(c.Name) ? Col(c.Name) : Null(c.Type)))])).ToArray();
        return parts.Length == 0 ? null : parts[0].Union(parts[1..]);

        // A genome is given by the regions of the standard (A6).
        Query OfRegions(Query rows) =>
            table.Name == WarehouseRoom.Variants && order.Standard.Media?.Regions is { } regions ? rows.Where(GenomeRegion.Holds(regions)) : rows;
    }

    /// <summary>Without the alleles that fewer of the recipients carry.</summary>
    private (Query Rows, long LeftOut) CarriedByEnough(Query rows, int least)
    {
        var enough = rows.GroupBy(Order.Alleles, Folded.CountDistinct("persons", Recipients.Person)).Where(Col("persons").Ge(least)).Prefixed("enough_");
        var kept = rows.SemiJoin(enough, All([.. Order.Alleles.Select(c => Col(c).Eq(Col("enough_" + c)))]));
        return (kept, session.CountRows(rows) - session.CountRows(kept));
    }

    /// <summary>The table's own key where its new numbers are simply the rows' positions: no other column refers to them.</summary>
    private string? OwnNumber(CdmTable table, IReadOnlyList<(Column Column, IReadOnlyList<ColumnAction> Actions)> columns)
    {
        var key = table.Name + "_id";
        bool Refers(CdmTable other) => order.Columns(shapes[other.Name]).Any(c => c.Actions.Any(a => a is ColumnAction.Renumber)
            && (other != table || c.Column.Name != key) && CdmTable.KeyOf(other, c.Column.Name) is var (owner, of) && owner == table && of == key);
        return columns.Any(c => c.Column.Name == key && c.Actions.Any(a => a is ColumnAction.Renumber)) && !order.Tables.Any(Refers) ? key : null;
    }

    private void StageRows(
        CdmTable table, Query rows, IReadOnlyList<(Column Column, IReadOnlyList<ColumnAction> Actions)> columns, string? own, IReadOnlyList<string> references, bool ofRecords)
    {
        rows = references.Aggregate(rows, (r, column) => Numbered(r, column, Numbers(table, column)));
        rows = ofRecords ? Numbered(rows, SourceForm.Record, Records()) : rows;

        var staged = rows.Select([
            (Recipients.Person, Col(Recipients.Person)),
            (Recipients.Number, Col(Recipients.Number)),
            (Source, Col(Source)),
            (Key, Col(Key)),
            .. ofRecords ? new[] { (SourceForm.Record, Col($"{SourceForm.Record}$new")) } : [],
            .. columns.Where(c => c.Column.Name != own)
                .Select(c => (c.Column.Name, references.Contains(c.Column.Name) ? Col($"{c.Column.Name}$new") : Processed(Inside(table, c.Column), c.Column.Type, c.Actions)))]);

        // Where days are told as they were (or all moved alike), person, day and key are a total order, and cheap. Where they are made coarser, the
        // key could tell the order within a month: then all values decide.
        var start = columns.FirstOrDefault(c => c.Column.Name == table.Start);
        var days = start.Actions?.All(a => a is ColumnAction.Keep or ColumnAction.Shift) == true && shapes[table.Name].Columns.Any(c => c.Name == table.Name + "_id");
        string[] first = [Recipients.Number, .. start.Actions is not null ? new[] { table.Start! } : [], Source];
        var keys = days ? first.Append(Key) : first.Concat(staged.Columns.Names.Except(first).Except([Key, Recipients.Person, SourceForm.Record])).Append(Key);

        // Every byte is carried through the sort: a person sorts as a position in the order of names (as an enumeration it takes half as long again), of one dataset nothing is said, of several two
        // bytes, and what is only sorted by is left behind.
        string Narrow(string column) => $"cast({session.Dialect.Quote(column)} as {(column == Source ? "usmallint" : "uinteger")})";
        string Sorted(string key) => key is Source or Recipients.Number ? Narrow(key) : $"{session.Dialect.Quote(key)} nulls last";
        var carried = staged.Columns.Names.Except([Recipients.Number, Key]).Select(c => c == Source ? $"{Narrow(c)} as {session.Dialect.Quote(c)}" : session.Dialect.Quote(c));
        var by = keys.Where(k => k != Source || order.Datasets.Count > 1).Select(Sorted);
        session.Execute($"create temporary table {Stage} as select {string.Join(", ", carried)} from ({Sql.Compile(staged, session.Dialect)}) as q order by {string.Join(", ", by)}");
    }

    /// <summary>With <c>{column}$new</c>, the number of what the column holds.</summary>
    private static Query Numbered(Query rows, string column, Query numbers)
    {
        var of = $"{column}$";
        return rows.LeftJoin(numbers.Prefixed(of), Col(Source).Eq(Col(of + Source)).And(Col(column).Eq(Col(of + "old"))));
    }

    /// <summary>The number of a staged row, where rows before it were written in other parts.</summary>
    private static string Position(long before) => string.Create(CultureInfo.InvariantCulture, $"rowid + {before + 1}");

    /// <returns>The rows of the part.</returns>
    private long WriteStage(CdmTable table, IReadOnlyList<(Column Column, IReadOnlyList<ColumnAction> Actions)> columns, string? own, long before, int part)
    {
        string Q(string name) => session.Dialect.Quote(name);
        var select = string.Join(", ", columns.Select(c => c.Column.Name == own ? $"{Position(before)} as {Q(c.Column.Name)}" : Q(c.Column.Name)));
        var source = string.Join(" ", order.Datasets.Select((d, i) => string.Create(CultureInfo.InvariantCulture, $"when {byName[i]} then {session.Dialect.Literal(d.Info.Id.Value)}")));
        var sql = $"select {Recipients.NameOf(Q(Recipients.Person))} as person_id, case {Q(Source)} {source} end as dataset_id, {select} from {Stage}";
        var (rows, missing) = Missing(Stage, columns.Select(c => c.Column.Name == own ? null : c.Column.Name));
        Describe(table.Name, columns, rows, i => missing[i], "person_id");
        var place = part == 0 ? $"data/{table.Name}" : string.Create(CultureInfo.InvariantCulture, $"data/{table.Name}.{part + 1}");
        WriteFiles(table.Name, place, sql, part == 0);
        return rows;
    }

    private void WriteSmall(string name, string subfolder, Query query, string person, IReadOnlyList<(Column Column, IReadOnlyList<ColumnAction> Actions)> columns)
    {
        var (rows, missing) = Missing($"({Sql.Compile(query, session.Dialect)}) as q", query.Columns.Names);
        Describe(name, columns, rows, i => missing[i + 1], person);
        WriteFiles(name, subfolder.Length > 0 ? $"{subfolder}/{name}" : name, Sql.Compile(query.Sorted(person), session.Dialect), first: true);
    }

    /// <summary>How many rows there are, and how many of them lack each column; a column that is null is in every row.</summary>
    private (long Rows, IReadOnlyList<long> Of) Missing(string from, IEnumerable<string?> columns)
    {
        var counted = session.Query($"select count(*), {string.Join(", ", columns.Select(c => c is null ? "count(*)" : $"count({session.Dialect.Quote(c)})"))} from {from}").Single();
        var rows = (long)counted[0]!;
        return (rows, [.. counted.Skip(1).Select(n => rows - (long)n!)]);
    }

    private void WriteSource(string table, string rowsSql, string by, IReadOnlyList<(string Name, ColumnType Type)> columns)
    {
        var (rows, missing) = Missing($"({rowsSql}) as q", columns.Select(c => c.Name));
        dictionary.Add(table, "person_id", ColumnType.Text, "project pseudonym", rows, 0);
        for (var i = 0; i < columns.Count; i++)
        {
            dictionary.Add(table, columns[i].Name, columns[i].Type, "as in the tables", rows, missing[i]);
        }

        WriteFile(table, table, $"{rowsSql} order by {by}");
    }

    private void WriteFiles(string table, string place, string sql, bool first)
    {
        if (first)
        {
            database.Add((table, []));
        }

        database[^1].Files.Add(place + ".parquet");
        WriteFile(table, place, sql);
    }

    private void WriteFile(string table, string place, string sql)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(folder, place))!);
        var rows = session.WriteParquet(sql, Path.Join(folder, place + ".parquet"));
        Seal(place + ".parquet", table, rows);
        if (order.Permit.Use.Forms.Contains(ExtractionForm.Csv))
        {
            session.WriteCsv(sql, Path.Join(folder, place + ".csv"));
            Seal(place + ".csv", table, rows);
        }
    }

    private void Describe(string table, IReadOnlyList<(Column Column, IReadOnlyList<ColumnAction> Actions)> columns, long rows, Func<int, long> missing, string person)
    {
        dictionary.Add(table, person, ColumnType.Text, "project pseudonym", rows, 0);
        if (table is not ("person" or "cohort"))
        {
            dictionary.Add(table, "dataset_id", ColumnType.Text, "source", rows, 0);
        }

        for (var i = 0; i < columns.Count; i++)
        {
            dictionary.Add(table, columns[i].Column.Name, columns[i].Column.Type, string.Join(" + ", columns[i].Actions.Select(a => a.Name)), rows, missing(i));
        }
    }

    private void Seal(string path, string table, long rows)
    {
        var (size, sha256) = Durable.Seal(Path.Join(folder, path));
        files.Add(new ExtractedFile(path, table, Linked, rows, size, sha256));
    }

    /// <summary>
    /// Old key → new number (<c>d$, old, new</c>), for a key that columns of several tables speak of: numbered by person and time, so that a number says
    /// nothing of where the row stood in its source.
    /// </summary>
    private Scan Numbers(CdmTable table, string column)
    {
        var (owner, key) = CdmTable.KeyOf(table, column);
        if (numbers.TryGetValue($"{owner.Name}.{key}", out var known))
        {
            return known;
        }

        var columns = shapes[owner.Name].Columns.Where(c => (c.Name == key || c.Name == owner.Start) && c.Name != owner.Name + "_id").ToArray();
        var own = key == owner.Name + "_id";
        var keys = Selected(owner, _ => shapes[owner.Name].Columns.Select(c => c.Name).ToHashSet(StringComparer.Ordinal), columns)!.Where(Col(own ? Key : key).IsNotNull())
            .Select([(Recipients.Person, Col(Recipients.Person)), ("start", owner.Start is { } s ? Col(s) : Null(ColumnType.Date)), (Source, Col(Source)), ("old", Col(own ? Key : key))]);

        // A table's own key is there once; what it only refers to (a facility) is numbered by whom it is seen with first.
        return numbers[$"{owner.Name}.{key}"] = Running($"{owner.Name}_{key}", own ? keys : FirstSeen(keys));
    }

    /// <summary>Each key once, with the person and day that it is seen with first.</summary>
    private static Query FirstSeen(Query keys) => keys.GroupBy([Source, "old"], Folded.Min(Recipients.Person, Recipients.Person), Folded.Min("start", "start"));

    private Scan Running(string name, Query keys) => session.Materialise(
        $"numbers_{name}", keys.Keep(Recipients.Person, "start", Source, "old").RowNumber("new", [], Recipients.Person, "start", Source, "old").Keep(Source, "old", "new"));

    /// <summary>
    /// Record → new number (<c>d$, old, new</c>), by person and first day, over all tables that are handed over: what one record says has one number in all of them.
    /// </summary>
    private Scan Records()
    {
        if (numbers.TryGetValue(RecordKey, out var known))
        {
            return known;
        }

        Query[] parts = [.. order.Tables.Where(t => sources!.NumbersRecords(shapes[t.Name])).Select(Of)];
        return numbers[RecordKey] = Running("of_records", FirstSeen(parts[0].Union(parts[1..])));

        Query Of(CdmTable t)
        {
            var day = t.Start!;
            var rows = Selected(t, d => Order.Granted(d, t.Name).Count > 0 ? new HashSet<string> { day } : [], [new Column(day, ColumnType.Date)], ofRecords: true)!;
            return rows.Where(Col(SourceForm.Record).IsNotNull()).Select([(Recipients.Person, Col(Recipients.Person)), ("start", Col(day)), (Source, Col(Source)), ("old", Col(SourceForm.Record))]);
        }
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
}
