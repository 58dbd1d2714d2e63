using Minato.Tables;
using Minato.Tables.Queries;
using Minato.Warehouse;
using static Minato.Tables.Queries.Expr;

namespace Minato.Processing.Linked;

/// <summary>One dataset of the permit in the session: its snapshot's tables as views, and who its people are in the project.</summary>
/// <param name="Prefix">Of the views' names.</param>
/// <param name="People">The mapping table: <c>m_source</c> (dataset pseudonym), <c>m_person</c> (project pseudonym). Who refused is not in it.</param>
internal sealed record LinkedDataset(DatasetInfo Info, Snapshot Snapshot, string Prefix, Scan People)
{
    /// <summary>The shape of every mapping table.</summary>
    public static TableShape MapShape(string name) =>
        new(name, [new("m_source", ColumnType.Uuid, false), new("m_person", ColumnType.Uuid, false)], []);

    /// <summary>
    /// A table's rows of the study period under project pseudonyms (<c>m_person</c>), without those who refused. This is the
    /// only way from a dataset's rows to anything else.
    /// </summary>
    public Query Rows(CdmTable table, TableShape shape, DateOnly from, DateOnly to)
    {
        Query rows = new Scan(Prefix + table.Name, shape);
        if (table is { IsPeriod: true, Start: { } start, End: { } end })
        {
            rows = rows.Where(Col(start).Le(to).And(Col(end).Ge(from)));
        }
        else if (table.Start is { } date)
        {
            rows = rows.Where(Col(date).Between(from, to));
        }

        return rows.InnerJoin(People, Col("person_id").Eq(Col("m_source")));
    }
}
