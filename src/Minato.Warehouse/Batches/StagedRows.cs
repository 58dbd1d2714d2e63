using System.Text.RegularExpressions;
using Minato.Tables;
using Minato.Warehouse.Shapes;
using static Minato.Tables.ColumnType;

namespace Minato.Warehouse.Batches;

/// <summary>
/// The tables that a delivery is staged in: narrow, in arrival order. What a fact says of the vocabularies is a <c>term</c>, kept once for the
/// many facts that say the same; each table of the CDM has its own staged facts, with the columns that it reads, so that no row is looked at twice.
/// </summary>
internal static partial class StagedRows
{
    public static TableShape Records { get; } = new(
        "staged_record",
        [
            new("number", Integer), new("record_key", Text), new("ticket", Integer), new("year_of_birth", Integer), new("month_of_birth", Integer), new("gender", Integer), new("prefecture", Text),
            new("first_date", Date), new("last_date", Date),
        ],
        ["number"]);

    /// <summary>Under which name Linkage answered a record's ticket.</summary>
    public static TableShape Answers { get; } = new("staged_answer", [new("ticket", Integer), new("name", Uuid), new("link_class", Integer)], ["ticket"]);

    public static TableShape Terms { get; } = new(
        "staged_term",
        [
            new("number", Integer), new("system", Text), new("code", Text), new("concept", Integer), new("source_concept", Integer), new("unit", Text), new("unit_concept", Integer),
            new("value_code", Text), new("value_concept", Integer),
        ],
        ["number"]);

    /// <summary>Who acted where, one row for each change on the way: not distinct.</summary>
    public static TableShape Places { get; } = new("staged_place", [new("facility", Integer), new("provider", Integer)], ["facility"]);

    /// <summary>Wards as care sites of their own, not distinct; <c>name</c> is the institution's number and the ward's code.</summary>
    public static TableShape Wards { get; } = new("staged_ward", [new("ward", Integer), new("facility", Integer), new("name", Text)], ["ward"]);

    /// <summary>All that a staged fact can have beside its term.</summary>
    private static IReadOnlyList<Column> OfAFact { get; } =
    [
        new("seq", Integer), new("record", Integer), new("term", Integer), new("start", Date), new("stop", Date), new("value", ColumnType.Decimal), new("suspected", ColumnType.Boolean),
        new("days", Integer), new("quantity", ColumnType.Decimal), new("visit", Integer), new("facility", Integer), new("provider", Integer), new("identifier", Text),
        new("from_text", ColumnType.Boolean), new("line", Integer), new("note", Integer), new("text_offset", Integer), new("text_length", Integer), new("confidence", ColumnType.Decimal),
    ];

    /// <summary>The staged facts of a table: those columns that the table is made of.</summary>
    public static TableShape FactsOf(CdmTable table)
    {
        HashSet<string> read = [.. Read(table), "seq", "record", "term", "start", "from_text"];
        return new("staged_" + table.Name, [.. OfAFact.Where(c => read.Contains(c.Name))], ["seq"]);
    }

    /// <summary>The columns of the term that the table is made of.</summary>
    public static IReadOnlyList<Column> TermColumnsOf(CdmTable table) => [.. Terms.Columns.Where(c => Read(table).Contains(c.Name))];

    private static IEnumerable<string> Read(CdmTable table) => table.Columns.SelectMany(c => OfFact().Matches(c.From)).Select(m => m.Groups[1].Value);

    [GeneratedRegex(@"\bf\.(\w+)")]
    private static partial Regex OfFact();
}
