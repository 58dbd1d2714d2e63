using Minato.Tables;

namespace Minato.Warehouse.Shapes;

/// <summary>A column and the SQL that gives it from a staged fact <c>f</c> and its record <c>r</c>; empty: NULL, because no source tells it or it must not be told.</summary>
internal sealed record CdmColumn(string Name, ColumnType Type, string From = "");

/// <summary>One table of the CDM: its columns in the CDM's order, then ours.</summary>
/// <param name="Kind">The facts that become its rows; null where it is derived from other tables.</param>
/// <param name="IsBeside">Facts give it rows beside those in their own tables.</param>
internal sealed record CdmTable(string Name, string Date, IReadOnlyList<CdmColumn> Columns, FactKind? Kind, bool IsBeside = false)
{
    public bool IsOfFacts => Kind is not null || IsBeside;

    public string Id => Columns[0].Name;

    public TableShape Shape { get; } = new(
        Name,
        [.. Columns.Select(c => new Column(c.Name, c.Type))],
        Kind is not null || IsBeside ? ["person_id", Date, Columns[0].Name] : OfPersons(Columns) ? [.. new[] { "person_id", Date }.Where(c => c.Length > 0)] : [Columns[0].Name]);

    private static bool OfPersons(IEnumerable<CdmColumn> columns) => columns.Any(c => c.Name == "person_id");
}
