using Minato.Tables;
using static Minato.Tables.ColumnType;

namespace Minato.Warehouse.Batches;

/// <summary>The two tables a delivery is staged in: narrow, in arrival order. A fact belongs to the record with its number, and its <c>kind</c> is the table it goes to.</summary>
internal static class StagedRows
{
    public static TableShape Records { get; } = new(
        "staged_record",
        [
            new("number", Integer), new("record_key", Text), new("ticket", Integer), new("name", Uuid), new("link_class", Integer), new("year_of_birth", Integer), new("month_of_birth", Integer),
            new("gender", Integer), new("prefecture", Text), new("first_date", Date), new("last_date", Date),
        ],
        ["number"]);

    public static TableShape Facts { get; } = new(
        "staged_fact",
        [
            new("seq", Integer), new("record", Integer), new("kind", Integer), new("start", Date), new("stop", Date), new("system", Text), new("code", Text), new("concept", Integer),
            new("source_concept", Integer), new("value", ColumnType.Decimal), new("unit", Text), new("unit_concept", Integer), new("value_code", Text), new("value_concept", Integer),
            new("suspected", ColumnType.Boolean), new("days", Integer), new("quantity", ColumnType.Decimal), new("visit", Integer), new("facility", Integer), new("provider", Integer), new("identifier", Text),
            new("from_text", ColumnType.Boolean), new("line", Integer),
        ],
        ["seq"]);
}
