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

    private CohortPlan(ITableSession session, ICohortEvents events, CohortDefinition cohort, Func<long, IEnumerable<long>> descendants)
    {
        (this.session, this.events, this.cohort) = (session, events, cohort);
        sets = cohort.ConceptSets.ToDictionary(s => s.Id, s => ConceptFilter.Of(s, descendants));
        people = events.People.Select(("p_person", Col("person")), ("p_born", Col("year_of_birth")), ("p_gender", Col("gender")));
    }

    /// <param name="descendants">All concepts below one, itself included.</param>
    public static CohortResult Run(
        ITableSession session, ICohortEvents events, CohortDefinition cohort, Func<long, IEnumerable<long>> descendants, CancellationToken ct = default) =>
        new CohortPlan(session, events, cohort, descendants).Run(ct);

    private CohortResult Run(CancellationToken ct)
    {
        List<FlowStep> flow = [new("linked", session.CountRows(events.People.Keep("person").Distinct()))];
        void Note(string name, Query of)
        {
            flow.Add(new(name, session.CountRows(of.Keep("person").Distinct())));
            ct.ThrowIfCancellationRequested();
        }

        Query index = Store(Entry());
        Note("entry", index);
        if (cohort.Additional is { Parts: > 0 } additional)
        {
            index = Store(Satisfying(index, additional));
            Note("additional", index);
        }

        if (cohort.QualifiedLimit != EventLimit.All)
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

    /// <summary>Primary events inside an observation period with enough of it on both sides: <c>event, person, start, end, op_start, op_end</c>.</summary>
    private Query Entry()
    {
        var primary = cohort.Primary;
        var found = Events(primary.Criteria[0]).Keep("person", "start", "end")
            .Union([.. primary.Criteria.Skip(1).Select(c => Events(c).Keep("person", "start", "end"))]).Distinct();
        var observed = events.Observation.Select(("op_person", Col("person")), ("op_start", Col("start")), ("op_end", Col("end")));
        var inside = found.InnerJoin(observed, All(
                Col("person").Eq(Col("op_person")),
                Col("start").Ge(Col("op_start").AddDays((long)primary.PriorDays)),
                Col("start").Le(Col("op_end").AddDays((long)-primary.PostDays))))
            .Keep("person", "start", "end", "op_start", "op_end");
        return Limited(inside, primary.Limit).RowNumber("event", [], "person", "start", "end");
    }

    /// <summary>One row per event of the criterion: <c>person, start, end, concept</c>.</summary>
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
            all = all.FirstBy(["person"], "start", "end");
        }

        List<Expr> about = [];
        Add(about, c.StartDate, Col("start"));
        Add(about, c.EndDate, Col("end"));
        if (c.Value is { } value)
        {
            about.Add(Within(value, Col("value")));
        }

        if (c.Units.Count > 0)
        {
            about.Add(Col("unit").In(c.Units));
        }

        if (about.Count > 0)
        {
            all = all.Where(All(about));
        }

        var narrow = all.Keep("person", "start", "end", "concept");
        return c.Age is null && c.Genders.Count == 0 ? narrow : Of(narrow, c.Age, c.Genders);
    }

    /// <summary>Rows (with person and start) of people of that age on that day, and of that gender.</summary>
    private Query Of(Query rows, NumericRange? age, IReadOnlyList<long> genders)
    {
        List<Expr> on = [Col("person").Eq(Col("p_person"))];
        if (age is not null)
        {
            on.Add(Within(age, Col("start").Year().Minus(Col("p_born")).As(ColumnType.Decimal)));
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

        var times = index.InnerJoin(others, All(on)).Keep("event", "a_concept")
            .GroupBy(["event"], c.Occurrence.Distinct ? Folded.CountDistinct("times", "a_concept") : Folded.Count("times")).Prefixed("t_");
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
        foreach (var criterion in cohort.Censoring)
        {
            var censored = included.InnerJoin(Events(criterion).Prefixed("a_"), All(Col("person").Eq(Col("a_person")), Col("a_start").Between(Col("start"), Col("op_end"))))
                .Select(("event", Col("event")), ("person", Col("person")), ("start", Col("start")), ("exit", Col("a_start")));
            ends = ends.Union(censored);
        }

        return ends.GroupBy(["event", "person", "start"], Folded.Min("end", "exit")).Keep("person", "start", "end");
    }

    /// <summary>Stays that overlap, or follow within the pad, are one stay.</summary>
    private Query Collapsed(Query stays)
    {
        var padded = stays.Distinct().Select(("person", Col("person")), ("start", Col("start")), ("end", Col("end").AddDays((long)cohort.EraPad)));
        return Eras.Merged(padded).Select(("person", Col("person")), ("start", Col("start")), ("end", Col("end").AddDays((long)-cohort.EraPad)));
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
    /// <summary><c>person, start, end</c> in, the same out, disjoint.</summary>
    public static Query Merged(Query periods) => periods
        .Over("reach", WindowFunction.MaxBefore, Col("end"), ["person"], "start", "end")
        .With(("opens", Case([(Coalesce(Col("reach"), Col("start").AddDays(-1L)).Ge(Col("start")), 0L)], 1L)))
        .Keep("person", "start", "end", "opens")
        .Over("era", WindowFunction.RunningSum, Col("opens"), ["person"], "start", "end")
        .GroupBy(["person", "era"], Folded.Min("first", "start"), Folded.Max("last", "end"))
        .Select(("person", Col("person")), ("start", Col("first")), ("end", Col("last")));
}
