using Minato.Tables;
using Minato.Tables.Queries;
using static Minato.Tables.Queries.Expr;

namespace Minato.Processing.Cohorts;

/// <summary>A cohort computed: <c>person, start, end</c>, one row per stay in the cohort; and who was left after each step.</summary>
internal sealed record CohortResult(Scan Cohort, IReadOnlyList<FlowStep> Flow);

/// <summary>
/// The cohort as queries of the one query model, run in a session. Entry events are stored once and everything else is
/// asked of them (re-evaluating them per rule is what made other engines run for hours).
/// </summary>
internal sealed class CohortPlan
{
    private readonly ITableSession session;
    private readonly ICohortEvents events;
    private readonly CohortDefinition cohort;
    private readonly Dictionary<int, ConceptFilter> sets;
    private readonly Query people;
    private int stored;

    private CohortPlan(ITableSession session, ICohortEvents events, CohortDefinition cohort, ConceptTree tree)
    {
        (this.session, this.events, this.cohort) = (session, events, cohort);
        sets = cohort.ConceptSets.ToDictionary(s => s.Id, s => ConceptFilter.Of(s, tree));
        people = events.People.Select(("p_person", Col("person")), ("p_born", Col("year_of_birth")), ("p_gender", Col("gender")));
    }

    /// <param name="each">Is shown who is left after each step (a column <c>person</c>, with repeats), while it is there.</param>
    public static CohortResult Run(ITableSession session, ICohortEvents events, CohortDefinition cohort, ConceptTree tree, Action<string, Query>? each = null, CancellationToken ct = default) =>
        new CohortPlan(session, events, cohort, tree).Run(each, ct);

    private CohortResult Run(Action<string, Query>? each, CancellationToken ct)
    {
        List<FlowStep> flow = [new("linked", session.CountRows(events.People.Keep("person").Distinct()))];
        void Note(string name, Query of)
        {
            flow.Add(new(name, session.CountRows(of.Keep("person").Distinct())));
            each?.Invoke(name, of.Keep("person"));
            ct.ThrowIfCancellationRequested();
        }

        Query index = Store(Entry());
        Note("entry", index);
        if (cohort.Additional is { Parts: > 0 } additional)
        {
            index = Store(Satisfying(index, additional));
            Note("additional", index);
        }

        // Circe limits qualified events only where there is something to qualify by.
        if (cohort.Additional is not null && cohort.QualifiedLimit != EventLimit.All)
        {
            index = Store(Limited(index, cohort.QualifiedLimit));
        }

        foreach (var rule in cohort.InclusionRules)
        {
            index = Store(Satisfying(index, rule.Group));
            Note(rule.Name, index);
        }

        index = Limited(index, cohort.ExpressionLimit);
        var result = Store(Collapsed(Ended(Store(index))));
        Note("cohort", result);
        return new CohortResult(result, flow);
    }

    /// <summary>Primary events inside an observation period with enough of it on both sides: <c>event, person, start, end, visit, dataset, op_start, op_end</c>.</summary>
    private Query Entry()
    {
        var primary = cohort.Primary;
        var found = Events(primary.Criteria[0]).Keep([.. Indexed]).Union([.. primary.Criteria.Skip(1).Select(c => Events(c).Keep([.. Indexed]))]).Distinct();
        var observed = Observed;
        var inside = found.InnerJoin(observed, All(
                Col("person").Eq(Col("op_person")),
                Col("start").Ge(Col("op_start").AddDays((long)primary.PriorDays)),
                Col("start").Le(Col("op_end").AddDays((long)-primary.PostDays))))
            .Keep([.. Indexed, "op_start", "op_end"]);
        return Limited(inside, primary.Limit).RowNumber("event", [], "person", "start", "end");
    }

    /// <summary>What an index event is known by: its person, days and visit.</summary>
    private static readonly string[] Indexed = ["person", "start", "end", "visit", "dataset"];

    private Query Observed => events.Observation.Select(("op_person", Col("person")), ("op_start", Col("start")), ("op_end", Col("end")));

    /// <summary>One row per event of the criterion: <c>person, start, end, concept, visit, dataset, row</c>.</summary>
    private Query Events(Criterion c)
    {
        var all = events.Of(c.Domain);
        List<Expr> kind = [];
        if (c.ConceptSet is { } set)
        {
            kind.Add(sets[set].Predicate);
        }

        if (c.Datasets.Count > 0)
        {
            kind.Add(Col("dataset").In(c.Datasets.AsEnumerable()));
        }

        if (c.SourceConceptSet is { } source)
        {
            kind.Add(sets[source].Has(Col("source_concept")));
        }

        if (c.Domain == CohortDomain.ConditionOccurrence && !c.IncludeSuspected)
        {
            kind.Add(Col("suspected").Not());
        }

        if (kind.Count > 0)
        {
            all = all.Where(All(kind));
        }

        // 'First' is the first of its kind; the other conditions are asked of that one.
        if (c.First)
        {
            all = all.FirstBy(["person"], "start", "dataset", "row");
        }

        if (c.Adjustment is { } a)
        {
            all = Moved(all, Col(a.StartFromEnd ? "end" : "start").AddDays((long)a.StartDays), Col(a.EndFromStart ? "start" : "end").AddDays((long)a.EndDays));
        }

        var conditions = c.Conditions;
        if (conditions.Any(x => OfPerson(Subject(x))))
        {
            all = all.InnerJoin(people, Col("person").Eq(Col("p_person")));
        }

        if (conditions.Any(x => Subject(x) == "visit_concept"))
        {
            var visits = events.Of(CohortDomain.VisitOccurrence).Select(("v_dataset", Col("dataset")), ("v_row", Col("row")), ("v_concept", Col("concept")));
            all = all.InnerJoin(visits, All(Col("visit").Eq(Col("v_row")), Col("dataset").Eq(Col("v_dataset"))));
        }

        List<Expr> about = [.. conditions.Select(Meets)];
        foreach (var day in new[] { c.UserDefined?.Start, c.UserDefined?.End }.OfType<DateOnly>())
        {
            about.Add(Col("start").Le(day));
            about.Add(Col("end").Ge(day));
        }

        if (about.Count > 0)
        {
            all = all.Where(All(about));
        }

        if (c.UserDefined is { } period)
        {
            all = Moved(all, period.Start is { } from ? from : Col("start"), period.End is { } to ? to : Col("end"));
        }

        var found = all.Keep("person", "start", "end", "concept", "visit", "dataset", "row");
        return c.Nested is { } nested ? Around(found, nested) : found;
    }

    /// <summary>The events around which the group holds, each seen in the observation period it lies in.</summary>
    private Query Around(Query found, CriteriaGroup group)
    {
        var index = Store(found
            .InnerJoin(Observed, All(Col("person").Eq(Col("op_person")), Col("start").Between(Col("op_start"), Col("op_end"))))
            .RowNumber("event", [], "person", "start", "dataset", "row"));
        return Satisfying(index, group).Keep([.. found.Columns.Names]);
    }

    private static Query Moved(Query events, Expr start, Expr end) =>
        events.Select([.. events.Columns.Names.Select(n => (n, n switch { "start" => start, "end" => end, _ => Col(n) }))]);

    private static string Subject(Condition condition) => condition switch
    {
        Condition.Numbers x => x.Of,
        Condition.Days x => x.Of,
        Condition.OneOf x => x.Of,
        Condition.InSet x => x.Of,
        Condition.Begins x => x.Of,
        _ => "",
    };

    private static bool OfPerson(string of) => of is "age" or "age_at_end" or "gender";

    private Expr Meets(Condition condition)
    {
        switch (condition)
        {
            case Condition.Numbers { Of: "low_ratio" or "high_ratio" } n:
                return Ratio(n.Range, Col(n.Of == "low_ratio" ? "range_low" : "range_high"));
            case Condition.Numbers n:
                return Within(n.Range, Number(n.Of));
            case Condition.Days d:
                return Within(d.Range.Op, Col(d.Of), d.Range.Value, d.Range.Extent);
            case Condition.OneOf o:
                var among = Concept(o.Of).In(o.Concepts);
                return o.Excluded ? among.Not() : among;
            case Condition.InSet { Set: null } known:
                return known.Excluded ? Concept(known.Of).IsNull() : Concept(known.Of).IsNotNull();
            case Condition.InSet s:
                var has = sets[s.Set!.Value].Has(Concept(s.Of));
                return s.Excluded ? has.Not() : has;
            case Condition.Begins b:
                var begins = Col(b.Of).StartsWith(b.Text);
                return b.Negated ? begins.Not() : begins;
            default:
                return Any(Col("value").Lt(Col("range_low")), Col("value").Gt(Col("range_high")), Col("value_concept").In(Condition.Abnormal.Said));
        }
    }

    private static Expr Concept(string of) => Col(of switch { "gender" => "p_gender", "visit_concept" => "v_concept", _ => of });

    private static Expr Number(string of) => of switch
    {
        "value" or "range_low" or "range_high" or "quantity" => Col(of),
        "age" => Col("start").Year().Minus(Col("p_born")).As(ColumnType.Decimal),
        "age_at_end" => Col("end").Year().Minus(Col("p_born")).As(ColumnType.Decimal),
        "days" => Col("start").DaysTo(Col("end")).As(ColumnType.Decimal),
        _ => Col(of).As(ColumnType.Decimal),
    };

    /// <summary>How the value stands to an end of its reference range, without dividing: below zero the comparison turns round; there is none by zero.</summary>
    private static Expr Ratio(NumericRange range, Expr end)
    {
        var (value, from, to) = (Col("value"), end.Times(range.Value), end.Times(range.Extent));
        var turned = range.Op switch
        {
            RangeOp.Less => RangeOp.Greater,
            RangeOp.LessOrEqual => RangeOp.GreaterOrEqual,
            RangeOp.GreaterOrEqual => RangeOp.LessOrEqual,
            RangeOp.Greater => RangeOp.Less,
            var same => same,
        };
        return Case([(end.Gt(0m), Within(range.Op, value, from, to)), (end.Lt(0m), range.Op is RangeOp.Between or RangeOp.NotBetween ? Within(range.Op, value, to, from) : Within(turned, value, from, to))], false);
    }

    /// <summary>Rows (with person and start) of people of that age on that day, and of that gender.</summary>
    private Query Of(Query rows, NumericRange? age, IReadOnlyList<long> genders)
    {
        List<Expr> on = [Col("person").Eq(Col("p_person"))];
        if (age is not null)
        {
            on.Add(Within(age, Number("age")));
        }

        if (genders.Count > 0)
        {
            on.Add(Col("p_gender").In(genders));
        }

        return rows.SemiJoin(people, All(on));
    }

    private Query Satisfying(Query index, CriteriaGroup group)
    {
        if (group.Parts == 0)
        {
            return index;
        }

        var parts = group.Criteria.Select(c => Happening(index, c))
            .Concat(group.Demographics.Select(d => Matching(index, d)))
            .Concat(group.Groups.Select(g => Satisfying(index, g)))
            .Select(q => q.Keep("event")).ToArray();
        var met = parts[0].Union(parts[1..]).GroupBy(["event"], Folded.Count("met")).Prefixed("g_");
        var same = Col("event").Eq(Col("g_event"));
        Query AtLeast(long n) => n <= 0 ? index : index.SemiJoin(met.Where(Col("g_met").Ge(n)), same);
        return group.Kind switch
        {
            GroupKind.All => AtLeast(group.Parts),
            GroupKind.Any => AtLeast(1),
            GroupKind.AtLeast => AtLeast(group.Count),
            _ => index.AntiJoin(met.Where(Col("g_met").Gt((long)group.Count)), same),
        };
    }

    /// <summary>Index events around which the criterion happens as often as asked.</summary>
    private Query Happening(Query index, CorrelatedCriterion c)
    {
        var others = Events(c.Criterion).Prefixed("a_");
        List<Expr> on = [Col("person").Eq(Col("a_person"))];
        if (!c.IgnoreObservationPeriod)
        {
            on.Add(Col("a_start").Between(Col("op_start"), Col("op_end")));
        }

        if (c.RestrictVisit)
        {
            on.Add(Col("visit").Eq(Col("a_visit")));
            on.Add(Col("dataset").Eq(Col("a_dataset")));
        }

        foreach (var window in new[] { c.Start, c.End }.OfType<TimeWindow>())
        {
            var date = Col(window.UseEventEnd ? "a_end" : "a_start");
            var from = Col(window.FromIndexEnd ? "end" : "start");
            if (Edge(window.From, from, c.IgnoreObservationPeriod) is { } low)
            {
                on.Add(date.Ge(low));
            }

            if (Edge(window.To, from, c.IgnoreObservationPeriod) is { } high)
            {
                on.Add(date.Le(high));
            }
        }

        var times = index.InnerJoin(others, All(on)).Keep("event", "a_concept", "a_start")
            .GroupBy(["event"], c.Occurrence.Distinct ? Folded.CountDistinct("times", c.Occurrence.ByDay ? "a_start" : "a_concept") : Folded.Count("times")).Prefixed("t_");
        var same = Col("event").Eq(Col("t_event"));
        long n = c.Occurrence.Count;
        Query MoreThan(long least) => times.Where(Col("t_times").Ge(least));
        return c.Occurrence.Kind switch
        {
            OccurrenceKind.AtLeast => n == 0 ? index : index.SemiJoin(MoreThan(n), same),
            OccurrenceKind.AtMost => index.AntiJoin(MoreThan(n + 1), same),
            _ => n == 0 ? index.AntiJoin(MoreThan(1), same) : index.SemiJoin(times.Where(Col("t_times").Eq(n)), same),
        };
    }

    private static Expr? Edge(WindowEdge edge, Expr from, bool ignoreObservation) =>
        edge.Days is { } days ? from.AddDays((long)days) : ignoreObservation ? null : Col(edge.Before ? "op_start" : "op_end");

    private Query Matching(Query index, DemographicCriterion d)
    {
        List<Expr> about = [];
        Add(about, d.StartDate, Col("start"));
        Add(about, d.EndDate, Col("end"));
        var rows = about.Count == 0 ? index : index.Where(All(about));
        return d.Age is null && d.Genders.Count == 0 ? rows : Of(rows, d.Age, d.Genders);
    }

    /// <summary>Entry and exit of each included event: the strategy's date or the end of observation, or an earlier censoring event.</summary>
    private Query Ended(Query included)
    {
        var last = cohort.EndStrategy is { } offset
            ? Least(Col(offset.FromEnd ? "end" : "start").AddDays((long)offset.Days), Col("op_end"))
            : Col("op_end");
        var ends = included.With(("exit", last)).Where(Col("exit").Ge(Col("start"))).Keep("event", "person", "start", "exit");
        if (cohort.CustomEra is { } era)
        {
            var eras = OnDrug(era).Prefixed("a_");
            ends = ends.Union(included.InnerJoin(eras, All(Col("person").Eq(Col("a_person")), Col("start").Between(Col("a_start"), Col("a_end"))))
                .Select(("event", Col("event")), ("person", Col("person")), ("start", Col("start")), ("exit", Col("a_end"))));
        }

        foreach (var criterion in cohort.Censoring)
        {
            var censored = included.InnerJoin(Events(criterion).Prefixed("a_"), All(Col("person").Eq(Col("a_person")), Col("a_start").Between(Col("start"), Col("op_end"))))
                .Select(("event", Col("event")), ("person", Col("person")), ("start", Col("start")), ("exit", Col("a_start")));
            ends = ends.Union(censored);
        }

        return ends.GroupBy(["event", "person", "start"], Folded.Min("end", "exit")).Keep("person", "start", "end");
    }

    /// <summary>The spans that people are on the era's drugs. The days that it lasts longer count when it is asked what is one span, as in Circe.</summary>
    private Query OnDrug(CustomEra era)
    {
        var drugs = sets[era.DrugSet];
        var last = era.DaysSupply is { } days ? Col("start").AddDays((long)days) : Col("end");
        var taken = events.Of(CohortDomain.DrugExposure).Where(Any(drugs.Predicate, drugs.Has(Coalesce(Col("source_concept"), 0L))))
            .Select(("person", Col("person")), ("start", Col("start")), ("end", last.AddDays((long)era.GapDays + era.Offset)));
        return Eras.Merged(taken.Distinct()).Select(("person", Col("person")), ("start", Col("start")), ("end", Col("end").AddDays((long)-era.GapDays)));
    }

    /// <summary>Stays that overlap, or follow within the pad, are one stay; and then cut to the days that the cohort looks at.</summary>
    private Query Collapsed(Query stays)
    {
        var padded = stays.Distinct().Select(("person", Col("person")), ("start", Col("start")), ("end", Col("end").AddDays((long)cohort.EraPad)));
        var whole = Eras.Merged(padded).Select(("person", Col("person")), ("start", Col("start")), ("end", Col("end").AddDays((long)-cohort.EraPad)));
        return cohort.CensorWindow is not { } window
            ? whole
            : Moved(whole, window.Start is { } from ? Greatest(Col("start"), from) : Col("start"), window.End is { } to ? Least(Col("end"), to) : Col("end")).Where(Col("start").Le(Col("end")));
    }

    private static Query Limited(Query events, EventLimit limit) => limit switch
    {
        EventLimit.First => events.FirstBy(["person"], "start", "end"),
        EventLimit.Last => events.FirstBy(["person"], new SortKey("start", Descending: true), "end"),
        _ => events,
    };

    private static void Add(List<Expr> list, DateRange? range, Expr date)
    {
        if (range is { } r)
        {
            list.Add(Within(r.Op, date, r.Value, r.Extent));
        }
    }

    private static Expr Within(NumericRange range, Expr number) => Within(range.Op, number, range.Value, range.Extent);

    private static Expr Within(RangeOp op, Expr term, Expr value, Expr extent) => op switch
    {
        RangeOp.Less => term.Lt(value),
        RangeOp.LessOrEqual => term.Le(value),
        RangeOp.Equal => term.Eq(value),
        RangeOp.NotEqual => term.Ne(value),
        RangeOp.GreaterOrEqual => term.Ge(value),
        RangeOp.Greater => term.Gt(value),
        RangeOp.Between => term.Between(value, extent),
        _ => term.Between(value, extent).Not(),
    };

    private Scan Store(Query query) => session.Materialise($"cohort_step_{++stored}", query);
}

/// <summary>Periods of persons that overlap become one.</summary>
internal static class Eras
{
    /// <summary>Days without the drug or the condition that are no interruption, in the CDM's own eras.</summary>
    private const long Persistence = 30;

    /// <summary><c>person, start, end</c> in, the same out, disjoint.</summary>
    public static Query Merged(Query periods) => periods
        .Over("reach", WindowFunction.MaxBefore, Col("end"), ["person"], "start", "end")
        .With(("opens", Case([(Coalesce(Col("reach"), Col("start").AddDays(-1L)).Ge(Col("start")), 0L)], 1L)))
        .Keep("person", "start", "end", "opens")
        .Over("era", WindowFunction.RunningSum, Col("opens"), ["person"], "start", "end")
        .GroupBy(["person", "era"], Folded.Min("first", "start"), Folded.Max("last", "end"))
        .Select(("person", Col("person")), ("start", Col("first")), ("end", Col("last")));

    /// <summary>
    /// The CDM's eras: <c>person, concept, start, end, row</c> in; out <c>person, concept, start, end, count, gap</c>, where gaps of up to
    /// thirty days are no interruption, <c>count</c> is of the rows and <c>gap</c> of the days between them.
    /// </summary>
    public static Query OfConcepts(Query rows) => rows
        .Over("reach", WindowFunction.MaxBefore, Col("end"), ["person", "concept"], "start", "end", "row")
        .With(("opens", Case([(Coalesce(Col("reach").AddDays(Persistence), Col("start").AddDays(-1L)).Ge(Col("start")), 0L)], 1L)))
        .With(("between", Case([(All(Col("opens").Eq(0L), Col("reach").AddDays(1L).Lt(Col("start"))), Col("reach").AddDays(1L).DaysTo(Col("start")))], 0L)))
        .Keep("person", "concept", "start", "end", "row", "opens", "between")
        .Over("era", WindowFunction.RunningSum, Col("opens"), ["person", "concept"], "start", "end", "row")
        .GroupBy(["person", "concept", "era"], Folded.Min("first", "start"), Folded.Max("last", "end"), Folded.Count("count"), Folded.Sum("gap", "between"))
        .Select(("person", Col("person")), ("concept", Col("concept")), ("start", Col("first")), ("end", Col("last")), ("count", Col("count")), ("gap", Col("gap")));
}
