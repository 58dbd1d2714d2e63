using System.Globalization;
using Minato.Access;
using Minato.Processing.Linked;
using Minato.Processing.Standards;
using Minato.Tables;

namespace Minato.Processing.Extracting;

/// <summary>
/// The permit's data as the sources tell it (<see cref="ExtractionForm.Source"/>): of each dataset one file, a row for each thing that one of its records says, in the source's own codes, without
/// concepts. Made of the processed rows of the tables: nothing is in it that is not in them, but for the number of the record where the standard gives one.
/// </summary>
internal sealed class SourceForm(ITableSession session, Order order, IReadOnlyDictionary<string, TableShape> shapes)
{
    /// <summary>Of a staged row: the extraction's own number of the source's record.</summary>
    public const string Record = "r$";

    /// <summary>The table that what was taken is gathered in.</summary>
    public const string Gathered = "source_rows";

    /// <summary>Tables that hold what sources say, and what such a thing is called. What the harbour derives (periods, eras, the one death) is not theirs.</summary>
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["visit_occurrence"] = "visit",
        ["visit_detail"] = "ward",
        ["condition_occurrence"] = "condition",
        ["drug_exposure"] = "drug",
        ["procedure_occurrence"] = "procedure",
        ["measurement"] = "measurement",
        ["observation"] = "observation",
        ["device_exposure"] = "device",
        ["specimen"] = "specimen",
        ["death_signal"] = "death",
        ["payer_plan_period"] = "coverage",
        ["cost"] = "cost",
    };

    /// <summary>The file's columns after person, record and kind, and the tables' columns that each is taken from: the first that is there.</summary>
    private static readonly (string Name, Func<CdmTable, string?[]> From)[] Parts =
    [
        ("visit", _ => ["visit_occurrence_id", "cost_event_id"]),
        ("start_date", t => [t.Start]),
        ("end_date", t => [t.End]),
        ("system", _ => ["source_system"]),
        ("code", t => [t.Source, "payer_source_value", "revenue_code_source_value"]),
        ("value", _ => ["value_as_number", "total_charge"]),
        ("unit", _ => ["unit_source_value", "dose_unit_source_value"]),
        ("word", _ => ["value_source_value", "value_as_string", "condition_status_source_value"]),
        ("quantity", _ => ["quantity"]),
        ("days", _ => ["days_supply"]),
        ("facility", _ => ["care_site_id"]),
    ];

    /// <summary>Columns that hold numbers of the extraction's own: a later extraction is compared without them.</summary>
    public static IReadOnlySet<string> Numbered { get; } = new HashSet<string>(StringComparer.Ordinal) { "record", "visit", "facility" };

    private readonly (string Name, ColumnType Type, Func<CdmTable, string?[]> From)[] columns = [.. Columns(order, shapes)];
    private bool isBegun;

    /// <summary>The name of a dataset's table in manifest and dictionary; also its place, without the ending.</summary>
    public static string TableOf(DatasetId dataset) => $"source/{dataset.Value}";

    public static bool IsTable(string table) => table.StartsWith("source/", StringComparison.Ordinal);

    /// <summary>Whether the rows of a table are numbered by the record that they are of.</summary>
    public bool NumbersRecords(TableShape shape) => order.Standard.NumbersRecords && Kinds.ContainsKey(shape.Name) && shape.Columns.Any(c => c.Name == "record_key");

    /// <summary>Takes what is staged of a table.</summary>
    /// <param name="stage">Its columns are <see cref="Recipients.Person"/>, <paramref name="source"/> and those of the table.</param>
    /// <param name="source">The column of the dataset's number.</param>
    /// <param name="given">The table's columns that are handed over.</param>
    /// <param name="staged">What a column of the table is called in the stage, or how its value is made.</param>
    public void Take(CdmTable table, string stage, string source, IReadOnlyList<string> given, Func<string, string> staged)
    {
        if (!Kinds.TryGetValue(table.Name, out var kind))
        {
            return;
        }

        var from = columns.Select(c => (c.Type, Column: Taken(c.From(table), given))).ToArray();
        if (from.All(c => c.Column is null))
        {
            return;
        }

        string Typed(string value, ColumnType type) => $"cast({value} as {session.Dialect.TypeName(type)})";
        var values = from.Select(c => Typed(c.Column is null ? "null" : staged(c.Column), c.Type));
        var record = NumbersRecords(shapes[table.Name]) ? session.Dialect.Quote(Record) : "null";
        string[] names = [Recipients.Person, source, "record", "kind", .. columns.Select(c => c.Name)];
        string[] all = [session.Dialect.Quote(Recipients.Person), session.Dialect.Quote(source), Typed(record, ColumnType.Integer), session.Dialect.Literal(kind), .. values];
        var select = $"select {string.Join(", ", all.Zip(names, (v, n) => $"{v} as {session.Dialect.Quote(n)}"))} from {stage}";
        session.Execute(isBegun ? $"insert into {Gathered} {select}" : $"create temporary table {Gathered} as {select}");
        isBegun = true;
    }

    /// <summary>What is to be written, file by file: the dataset, its rows and what they are ordered by, and the columns with their types.</summary>
    public IEnumerable<(DatasetId Dataset, string Rows, string Order, IReadOnlyList<(string Name, ColumnType Type)> Columns)> Files(string source, IReadOnlyList<int> numbers)
    {
        if (!isBegun)
        {
            yield break;
        }

        (string Name, ColumnType Type)[] all = [.. order.Standard.NumbersRecords ? new[] { ("record", ColumnType.Integer) } : [], ("kind", ColumnType.Text), .. columns.Select(c => (c.Name, c.Type))];

        // A record's lines stand together, visits first; all values decide, so that rows alike are the same row.
        string[] first = ["record", "start_date", "kind"];
        var keys = first.Where(k => all.Any(c => c.Name == k)).Concat(all.Select(c => c.Name).Except(first)).Select(k => k == "kind" ? "kind <> 'visit', kind" : $"{session.Dialect.Quote(k)} nulls last");
        foreach (var (dataset, number) in order.Datasets.Select((d, i) => (d.Info.Id, numbers[i])))
        {
            var person = session.Dialect.Quote(Recipients.Person);
            yield return (dataset, string.Create(CultureInfo.InvariantCulture, $"""
                select {Recipients.NameOf(person)} as person_id, {string.Join(", ", all.Select(c => session.Dialect.Quote(c.Name)))}
                from {Gathered} where {session.Dialect.Quote(source)} = {number}
                """), $"{person}, {string.Join(", ", keys)}", all);
        }
    }

    private static string? Taken(string?[] from, IReadOnlyList<string> given) => from.FirstOrDefault(c => c is not null && given.Contains(c));

    /// <summary>Parts that some table of the permit has. Where tables have them in several types (a date, and one that was made a year), as text.</summary>
    private static IEnumerable<(string Name, ColumnType Type, Func<CdmTable, string?[]> From)> Columns(Order order, IReadOnlyDictionary<string, TableShape> shapes)
    {
        var tables = order.Tables.Where(t => Kinds.ContainsKey(t.Name))
            .Select(t => (Table: t, Types: order.Columns(shapes[t.Name]).ToDictionary(c => c.Column.Name, c => c.Actions.Aggregate(c.Column.Type, (type, a) => a.Result(type))))).ToArray();
        foreach (var (part, from) in Parts)
        {
            ColumnType[] types = [.. tables.Select(t => Taken(from(t.Table), [.. t.Types.Keys]) is { } column ? t.Types[column] : (ColumnType?)null).OfType<ColumnType>().Distinct()];
            if (types.Length > 0)
            {
                yield return (part, types.Length == 1 ? types[0] : types.All(t => t is ColumnType.Integer or ColumnType.Decimal) ? ColumnType.Decimal : ColumnType.Text, from);
            }
        }
    }
}
