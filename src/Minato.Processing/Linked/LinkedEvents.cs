using Minato.Processing.Cohorts;
using Minato.Tables;
using Minato.Tables.Queries;
using Minato.Warehouse;
using static Minato.Tables.Queries.Expr;

namespace Minato.Processing.Linked;

/// <summary>
/// The permit's datasets as one: link first, then select (H3). Events of all datasets under project pseudonyms, within the
/// study period; one set of demographics and one line of observation per person.
/// </summary>
internal sealed class LinkedEvents : ICohortEvents
{
    private readonly ITableSession session;
    private readonly IVocabulary vocabulary;
    private readonly IReadOnlyList<LinkedDataset> datasets;
    private readonly IReadOnlyDictionary<string, TableShape> shapes;
    private readonly DateOnly from;
    private readonly DateOnly to;
    private readonly Dictionary<CohortDomain, Query> domains = [];

    public LinkedEvents(ITableSession session, IReadOnlyList<LinkedDataset> datasets, IReadOnlyDictionary<string, TableShape> shapes, IVocabulary vocabulary, DateOnly from, DateOnly to)
    {
        (this.session, this.vocabulary, this.datasets, this.shapes, this.from, this.to) = (session, vocabulary, datasets, shapes, from, to);
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

        return domains[domain] = domain switch
        {
            CohortDomain.ConditionEra => Era(domain, Occasions(CohortDomain.ConditionOccurrence).Where(Col("suspected").Not())),
            CohortDomain.DrugEra => Era(domain, OfIngredients(Occasions(CohortDomain.DrugExposure))),
            _ => Rows(domain),
        };
    }

    private Query Rows(CohortDomain domain)
    {
        var table = CdmTable.Of(domain);
        var shape = shapes[table.Name];
        var has = shape.Columns.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        Expr Or(string? column, ColumnType type) => column is not null && has.Contains(column) ? Col(column) : Null(type);
        var start = Col(table.Start!);

        // Circe's ends: what is open lasts a day, a drug as long as it was supplied; a procedure is of its day.
        var end = domain switch
        {
            CohortDomain.DrugExposure when has.Contains("days_supply") => Coalesce(Col(table.End!), start.AddDays(Col("days_supply")), start.AddDays(1L)),
            _ when table.End is null || domain == CohortDomain.ProcedureOccurrence => start.AddDays(1L),
            _ => Coalesce(Col(table.End!), start.AddDays(1L)),
        };
        return Union(d => d.Rows(table, shape, from, to).Select(
        [
            ("person", Col("m_person")),
            ("start", table.IsPeriod ? Greatest(start, from) : start),
            ("end", table.IsPeriod ? Least(end, to) : end),
            ("concept", Or(table.Concept, ColumnType.Integer)),
            ("system", SourceCodes.System(shape)),
            ("code", SourceCodes.Code(table, shape)),
            ("value", Or("value_as_number", ColumnType.Decimal)),
            ("unit", Or("unit_concept_id", ColumnType.Integer)),
            ("suspected", SourceCodes.Suspected(shape)),
            ("dataset", d.Info.Id.Value),
            ("row", Or(table.Name + "_id", ColumnType.Integer)),
            .. EventColumns.More.Select(c => (c.Name, Or(ColumnOf(table, c.Name, has), c.Type))),
        ]));
    }

    /// <summary>Where the CDM keeps what only some kinds of events know.</summary>
    private static string? ColumnOf(CdmTable table, string name, HashSet<string> has) => name switch
    {
        "source_concept" => table.Source?.Replace("_source_value", "_source_concept_id", StringComparison.Ordinal),
        "visit" => "visit_occurrence_id",
        "type" => has.FirstOrDefault(c => c.EndsWith("_type_concept_id", StringComparison.Ordinal)),
        "status" => "condition_status_concept_id",
        "value_concept" => "value_as_concept_id",
        "value_text" => "value_as_string",
        "operator" or "qualifier" or "modifier" or "route" => name + "_concept_id",
        "lot" => "lot_number",
        "device" => "unique_device_id",
        "site" => "anatomic_site_concept_id",
        "count" or "gap" => null,
        _ => name,
    };

    /// <summary>The rows that eras are made of, each with its last day: an open condition is of its first day alone.</summary>
    private Query Occasions(CohortDomain domain)
    {
        var table = CdmTable.Of(domain);
        var shape = shapes[table.Name];
        return Union(d => d.Rows(table, shape, from, to).Select(
            ("person", Col("m_person")), ("concept", Coalesce(Col(table.Concept!), 0L)), ("start", Col(table.Start!)), ("end", Coalesce(Col(table.End!), Col(table.Start!))),
            ("suspected", SourceCodes.Suspected(shape)), ("row", Col(table.Name + "_id")))).Where(Col("concept").Ne(0L));
    }

    /// <summary>A drug by each of its ingredients; by itself where none is known.</summary>
    private Query OfIngredients(Query drugs)
    {
        var known = session.Read(drugs.Keep("concept").Distinct().Sorted("concept")).Select(r => (long)r[0]!)
            .SelectMany(d => (vocabulary.Ingredients(d) is { Count: > 0 } i ? i : [d]).Order().Select(i => (IReadOnlyList<object?>)[d, i])).ToArray();
        var of = session.Materialise("drug_ingredient", new Rows([("i_drug", ColumnType.Integer), ("i_concept", ColumnType.Integer)], known));
        return drugs.InnerJoin(of, Col("concept").Eq(Col("i_drug")))
            .Select(("person", Col("person")), ("concept", Col("i_concept")), ("start", Col("start")), ("end", Col("end")), ("row", Col("row")));
    }

    private Query Era(CohortDomain domain, Query occasions)
    {
        var eras = session.Materialise("linked_" + domain, Eras.OfConcepts(occasions.Keep("person", "concept", "start", "end", "row")).RowNumber("row", [], "person", "concept", "start"));
        return eras.Select([.. EventColumns.All.Select(c => (c.Name, c.Name switch
        {
            "suspected" => false,
            "dataset" => "",
            _ when eras.Columns.Names.Contains(c.Name) => Col(c.Name),
            _ => Null(c.Type),
        }))]);
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
