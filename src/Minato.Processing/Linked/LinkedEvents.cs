using Minato.Processing.Cohorts;
using Minato.Tables;
using Minato.Tables.Queries;
using static Minato.Tables.Queries.Expr;

namespace Minato.Processing.Linked;

/// <summary>
/// The permit's datasets as one: link first, then select (H3). Events of all datasets under project pseudonyms, within the
/// study period; one set of demographics and one line of observation per person.
/// </summary>
internal sealed class LinkedEvents : ICohortEvents
{
    private readonly IReadOnlyList<LinkedDataset> datasets;
    private readonly IReadOnlyDictionary<string, TableShape> shapes;
    private readonly DateOnly from;
    private readonly DateOnly to;
    private readonly Dictionary<CohortDomain, Query> domains = [];

    public LinkedEvents(ITableSession session, IReadOnlyList<LinkedDataset> datasets, IReadOnlyDictionary<string, TableShape> shapes, DateOnly from, DateOnly to)
    {
        (this.datasets, this.shapes, this.from, this.to) = (datasets, shapes, from, to);
        var all = Union(d => d.People.Keep("m_person")).Distinct().Select(("person", Col("m_person")));
        var born = MostFrequent("person", "year_of_birth").Prefixed("b_");
        var gender = MostFrequent("person", "gender_concept_id").Prefixed("g_");
        People = session.Materialise("linked_people", all
            .LeftJoin(born, Col("person").Eq(Col("b_person")))
            .LeftJoin(gender, Col("person").Eq(Col("g_person")))
            .Select(("person", Col("person")), ("year_of_birth", Col("b_value")), ("gender", Col("g_value"))));
        var observed = CdmTable.Of(CohortDomain.ObservationPeriod);

        // Periods of several sources that touch are one: somebody was watching all the time.
        var periods = Union(d => d.Rows(observed, shapes[observed.Name], from, to).Select(
            ("person", Col("m_person")), ("start", Greatest(Col(observed.Start!), from)), ("end", Least(Col(observed.End!), to).AddDays(1L)))).Distinct();
        Observation = session.Materialise("linked_observation", Eras.Merged(periods)
            .Select(("person", Col("person")), ("start", Col("start")), ("end", Col("end").AddDays(-1L))));
    }

    public Query People { get; }

    public Query Observation { get; }

    public Query Of(CohortDomain domain)
    {
        if (domains.TryGetValue(domain, out var known))
        {
            return known;
        }

        var table = CdmTable.Of(domain);
        var shape = shapes[table.Name];
        var has = shape.Columns.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        Expr Or(string? column, ColumnType type) => column is not null && has.Contains(column) ? Col(column) : Null(type);
        var start = Col(table.Start!);
        var end = domain switch
        {
            // Circe's ends: what is open lasts a day, a drug as long as it was supplied.
            CohortDomain.DrugExposure when has.Contains("days_supply") => Coalesce(Col(table.End!), start.AddDays(Col("days_supply")), start.AddDays(1L)),
            _ when table.End is null => start.AddDays(1L),
            _ => Coalesce(Col(table.End!), start.AddDays(1L)),
        };
        return domains[domain] = Union(d => d.Rows(table, shape, from, to).Select(
            ("person", Col("m_person")),
            ("start", domain == CohortDomain.ObservationPeriod ? Greatest(start, from) : start),
            ("end", domain == CohortDomain.ObservationPeriod ? Least(end, to) : end),
            ("concept", Or(table.Concept, ColumnType.Integer)),
            ("system", SourceCodes.System(shape)),
            ("code", SourceCodes.Code(table, shape)),
            ("value", Or("value_as_number", ColumnType.Decimal)),
            ("unit", Or("unit_concept_id", ColumnType.Integer)),
            ("suspected", SourceCodes.Suspected(shape)),
            ("dataset", d.Info.Id.Value),
            ("row", Or(table.Name + "_id", ColumnType.Integer))));
    }

    /// <summary>
    /// A person's value of a column where sources disagree: the one most of them state, the smallest of equals. Unknown
    /// (null, or concept 0) has no vote. Gives <c>person, value</c>.
    /// </summary>
    public Query MostFrequent(string table, string column)
    {
        var known = shapes[table].Columns.First(c => c.Name == column).Type == ColumnType.Integer ? Col("value").Ne(0L) : Col("value").IsNotNull();
        return Union(d => d.Rows(CdmTable.Find(table)!, shapes[table], from, to).Select(("person", Col("m_person")), ("value", Col(column))))
            .Where(known)
            .GroupBy(["person", "value"], Folded.Count("sources"))
            .FirstBy(["person"], new SortKey("sources", Descending: true), "value")
            .Keep("person", "value");
    }

    private Query Union(Func<LinkedDataset, Query> part)
    {
        var parts = datasets.Select(part).ToArray();
        return parts[0].Union(parts[1..]);
    }
}
