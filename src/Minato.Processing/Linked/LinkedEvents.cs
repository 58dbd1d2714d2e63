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
    private Scan? people;

    public LinkedEvents(ITableSession session, IReadOnlyList<LinkedDataset> datasets, IReadOnlyDictionary<string, TableShape> shapes, IVocabulary vocabulary, DateOnly from, DateOnly to)
    {
        (this.session, this.vocabulary, this.datasets, this.shapes, this.from, this.to) = (session, vocabulary, datasets, shapes, from, to);
        Persons = session.Materialise("linked_persons", Union(d => d.People.Keep("m_person")).Distinct().Select(("person", Col("m_person"))));
        var observed = CdmTable.Of(CohortDomain.ObservationPeriod);
        Query Periods(long later) => Each(observed, _ => [("start", Greatest(Col(observed.Start!), from)), ("end", Least(Col(observed.End!), to).AddDays(later))]);

        // Periods of several sources that touch are one: somebody was watching all the time. Those of one source are as it says.
        Observation = session.Materialise("linked_observation", datasets.Count == 1
            ? Periods(0)
            : Eras.Merged(Periods(1).Distinct()).Select(("person", Col("person")), ("start", Col("start")), ("end", Col("end").AddDays(-1L))));
    }

    public Query Persons { get; }

    /// <summary>Made when it is first asked for: many cohorts ask for nothing of a person. What nobody states is concept 0, as the CDM has it.</summary>
    public Query People => people ??= session.Materialise("linked_people", new[] { ("year_of_birth", "year_of_birth"), ("gender", "gender_concept_id"), ("race", "race_concept_id"), ("ethnicity", "ethnicity_concept_id") }
        .Aggregate(Persons, (all, column) => shapes["person"].Columns.Any(c => c.Name == column.Item2)
            ? all.LeftJoin(MostFrequent("person", column.Item2).Select(("m_person", Col("person")), ("stated", Col("value"))), Col("person").Eq(Col("m_person")))
                .Select([.. all.Columns.Names.Select(n => (n, Col(n))), (column.Item1, column.Item1 == "year_of_birth" ? Col("stated") : Coalesce(Col("stated"), 0L))])
            : all.With((column.Item1, Null(ColumnType.Integer)))));

    public Query Observation { get; }

    public Query Providers => Reference("provider", EventColumns.Providers, ("provider", "provider_id"), ("specialty", "specialty_concept_id"));

    public Query CareSites => Reference("care_site", EventColumns.CareSites, ("care_site", "care_site_id"), ("place", "place_of_service_concept_id"));

    /// <summary>What a cohort asks for that these tables do not hold: to answer would be to answer "nobody".</summary>
    public static IEnumerable<Finding> Unknown(CohortDefinition cohort, IReadOnlyDictionary<string, TableShape> shapes) => cohort.Criteria
        .Select(c => c.Domain).Where(d => d == CohortDomain.DoseEra && !shapes.ContainsKey(CdmTable.Of(d).Name)).Distinct()
        .Select(d => Finding.Error("cohort.no-data", $"The warehouse holds no {d}: no strengths of drugs are loaded", "Express it by exposures, which have quantities and days", new Place(Field: d.ToString())));

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
            _ => Known(Rows(domain)),
        };
    }

    /// <summary>All columns of events; null where the domain has none such.</summary>
    private static Query Known(Query rows) => rows.Select([.. EventColumns.All.Select(c => (c.Name, rows.Columns.Has(c.Name) ? Col(c.Name) : Null(c.Type)))]);

    private Query Rows(CohortDomain domain)
    {
        var table = CdmTable.Of(domain);
        var shape = shapes[table.Name];
        var has = shape.Columns.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var start = Col(table.Start!);

        // Circe's ends: what is open lasts a day, a drug as long as it was supplied; what is done or measured is of its day. A visit that nobody ended has no end.
        var open = start.AddDays(1L);
        var end = domain switch
        {
            CohortDomain.DrugExposure when has.Contains("days_supply") => Coalesce(Col(table.End!), start.AddDays(Col("days_supply")), open),
            CohortDomain.VisitOccurrence or CohortDomain.VisitDetail or CohortDomain.DoseEra => Col(table.End!),
            _ when table.End is null || domain == CohortDomain.ProcedureOccurrence => open,
            _ => Coalesce(Col(table.End!), open),
        };
        return Each(table, d =>
        [
            ("start", table.IsPeriod ? Greatest(start, from) : start),
            ("end", table.IsPeriod ? Least(end, to) : end),
            ("system", SourceCodes.System(shape)),
            ("code", SourceCodes.Code(table, shape)),
            ("suspected", SourceCodes.Suspected(shape)),
            ("dataset", d.Info.Id.Value),
            ("row", has.Contains(table.Name + "_id") ? Col(table.Name + "_id") : Null(ColumnType.Integer)),
            .. EventColumns.All.Select(c => (c.Name, Column: ColumnOf(table, c.Name, has))).Where(c => c.Column is not null && has.Contains(c.Column))
                .Select(c => (c.Name, shape.Columns.First(s => s.Name == c.Column).Type is ColumnType.Integer && EventColumns.All.First(e => e.Name == c.Name).Type == ColumnType.Decimal
                    ? Col(c.Column!).As(ColumnType.Decimal)
                    : Col(c.Column!))),
        ]);
    }

    /// <summary>Where the CDM keeps what only some kinds of events know.</summary>
    private static string? ColumnOf(CdmTable table, string name, HashSet<string> has) => name switch
    {
        "person" or "start" or "end" or "system" or "code" or "suspected" or "dataset" or "row" or "count" or "gap" => null,
        "concept" => table.Concept ?? (table.Domain == CohortDomain.ObservationPeriod ? "period_type_concept_id" : null),
        "value" => table.Domain == CohortDomain.DoseEra ? "dose_value" : "value_as_number",
        "source_concept" => table.Domain == CohortDomain.PayerPlanPeriod ? "payer_source_concept_id" : table.Source?.Replace("_source_value", "_source_concept_id", StringComparison.Ordinal),
        "visit" => "visit_occurrence_id",
        "type" => has.FirstOrDefault(c => c.EndsWith("_type_concept_id", StringComparison.Ordinal)),
        "status" => "condition_status_concept_id",
        "value_concept" => "value_as_concept_id",
        "value_text" => "value_as_string",
        "unit" or "operator" or "qualifier" or "modifier" or "route" or "disease_status" or "plan" or "sponsor" => name + "_concept_id",
        "plan_source" or "sponsor_source" or "stop_reason_source" => name + "_concept_id",
        "stop_reason_concept" => "stop_reason_concept_id",
        "provider" or "care_site" => name + "_id",
        "lot" => "lot_number",
        "device" => "unique_device_id",
        "site" => "anatomic_site_concept_id",
        "source_id" => "specimen_source_id",
        _ => name,
    };

    /// <summary>The rows that eras are made of, each with its last day: an open condition is of its first day alone.</summary>
    private Query Occasions(CohortDomain domain)
    {
        var table = CdmTable.Of(domain);
        return Each(table, _ =>
        [
            ("concept", Coalesce(Col(table.Concept!), 0L)), ("start", Col(table.Start!)), ("end", Coalesce(Col(table.End!), Col(table.Start!))),
            ("suspected", SourceCodes.Suspected(shapes[table.Name])), ("row", Col(table.Name + "_id")),
        ]).Where(Col("concept").Ne(0L));
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

    private Query Era(CohortDomain domain, Query occasions) =>
        Known(session.Materialise("linked_" + domain, Eras.OfConcepts(occasions.Keep("person", "concept", "start", "end", "row")).RowNumber("row", [], "person", "concept", "start")
            .With(("suspected", false), ("dataset", ""))));

    /// <summary>Who acted, or where: rows of no person.</summary>
    private Query Reference(string table, IReadOnlyList<Column> columns, params IReadOnlyList<(string Name, string Column)> of) => shapes.TryGetValue(table, out var shape)
        ? Union(d => new Scan(d.Prefix + table, shape).Select([("dataset", d.Info.Id.Value), .. of.Select(c => (c.Name, Col(c.Column)))]))
        : new Rows([.. columns.Select(c => (c.Name, c.Type))], []);

    /// <summary>
    /// A person's value of a column where sources disagree: the one most of them state, the smallest of equals. Unknown
    /// (null, or concept 0) has no vote. Gives <c>person, value</c>.
    /// </summary>
    public Query MostFrequent(string table, string column)
    {
        var known = shapes[table].Columns.First(c => c.Name == column).Type == ColumnType.Integer ? Col("value").Ne(0L) : Col("value").IsNotNull();
        return Each(CdmTable.Find(table)!, _ => [("value", Col(column))])
            .Where(known)
            .GroupBy(["person", "value"], Folded.Count("sources"))
            .FirstBy(["person"], new SortKey("sources", Descending: true), "value")
            .Keep("person", "value");
    }

    /// <summary>A table's rows of all datasets under the persons of the project, with those columns.</summary>
    private Query Each(CdmTable table, Func<LinkedDataset, IReadOnlyList<(string Name, Expr Value)>> columns) =>
        Union(d => d.Rows(table, shapes[table.Name], from, to).Select([("person", Col("m_person")), .. columns(d)]));

    private Query Union(Func<LinkedDataset, Query> part)
    {
        var parts = datasets.Select(part).ToArray();
        return parts.Length == 1 ? parts[0] : parts[0].Union(parts[1..]);
    }
}
