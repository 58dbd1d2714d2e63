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
    /// <summary>Stored steps of all plans have different names: a session may compute many cohorts.</summary>
    private static int steps;

    private readonly ITableSession session;
    private readonly ICohortEvents events;
    private readonly CohortDefinition cohort;
    private readonly ConceptTree tree;
    private readonly Dictionary<int, ConceptFilter> sets = [];
    private readonly List<Scan> stored = [];
    private readonly Query observed;

    private CohortPlan(ITableSession session, ICohortEvents events, CohortDefinition cohort, ConceptTree tree)
    {
        (this.session, this.events, this.cohort, this.tree) = (session, events, cohort, tree);
        observed = events.Observation.Select(("op_person", Col("person")), ("op_start", Col("start")), ("op_end", Col("end")));
    }

    /// <summary>Computes the cohort; what it stored on the way is dropped, <see cref="CohortResult.Cohort"/> is the caller's to keep or drop.</summary>
    /// <param name="each">Is shown who is left after each step (a column <c>person</c>, with repeats), while it is there.</param>
    public static CohortResult Run(ITableSession session, ICohortEvents events, CohortDefinition cohort, ConceptTree tree, Action<string, Query>? each = null, CancellationToken ct = default) =>
        new CohortPlan(session, events, cohort, tree).Run(each, ct);

    private CohortResult Run(Action<string, Query>? each, CancellationToken ct)
    {
        List<(string Name, Query Left, bool Once)> flow = [("linked", events.Persons, true)];

        Query index;

        // Whether nobody has more than one index event: then nothing is left to be limited or to be counted apart.
        var once = cohort.Primary.Limit != EventLimit.All;
        try
        {
            Query Noted(string name, Query left)
            {
                ct.ThrowIfCancellationRequested();
                flow.Add((name, left, once));
                each?.Invoke(name, left.Keep("person"));
                return left;
            }

            void Limit(EventLimit limit)
            {
                if (limit != EventLimit.All && !once)
                {
                    index = Store(Limited(index, limit));
                    once = true;
                }
            }

            index = Noted("entry", Store(Entry()));
            if (cohort.Additional is { Parts: > 0 } additional)
            {
                index = Noted("additional", Store(Satisfying(index, additional)));
            }

            // Circe limits qualified events only where there is something to qualify by.
            if (cohort.Additional is not null)
            {
                Limit(cohort.QualifiedLimit);
            }

            foreach (var rule in cohort.InclusionRules)
            {
                index = Noted(rule.Name, rule.Group.Parts == 0 ? index : Store(Satisfying(index, rule.Group)));
            }

            Limit(cohort.ExpressionLimit);
            var result = Store(Cut(Collapsed(Ended(index))));
            Noted("cohort", result);
            stored.Remove(result);
            return new CohortResult(result, Counted(flow));
        }
        finally
        {
            session.Drop(stored);
        }
    }

    private IReadOnlyList<FlowStep> Counted(IReadOnlyList<(string Name, Query Left, bool Once)> flow)
    {
        var counts = flow.Select((f, i) => f.Left.GroupBy([], f.Once ? Folded.Count("persons") : Folded.CountDistinct("persons", "person")).Select(("step", (long)i), ("persons", Col("persons")))).ToArray();
        var persons = session.Read(counts[0].Union(counts[1..])).ToDictionary(r => (long)r[0]!, r => (long)r[1]!);
        return [.. flow.Select((f, i) => new FlowStep(f.Name, persons[i]))];
    }

    /// <summary>What an index event is known by: its person, days and observation period, and the visit where one is asked for.</summary>
    private static readonly string[] Indexed = ["person", "start", "end", "op_start", "op_end"];
    private static readonly string[] Visited = ["visit", "dataset"];

    /// <summary>What a limit chooses by among index events of one day.</summary>
    private static readonly string[] Ties = ["sort", "dataset", "row", "op_start", "op_end"];

    /// <summary>
    /// Primary events inside an observation period with enough of it on both sides: <see cref="Indexed"/>, <see cref="Visited"/> where asked for, <c>event</c> (their
    /// number), and <c>sort, row</c>, by which limits choose among them. Events that nothing tells apart are one: ends and visits are looked at only where they are asked for.
    /// </summary>
    private Query Entry()
    {
        var primary = cohort.Primary;
        var found = primary.Criteria.Select(c => Events(c).Keep("person", "start", "end", "visit", "dataset", "row", "sort")).ToArray();
        var inside = found[0].Union(found[1..]).InnerJoin(observed, All(
                Col("person").Eq(Col("op_person")),
                Col("start").Between(Col("op_start"), Col("op_end")),
                Col("start").Ge(Col("op_start").AddDays((long)primary.PriorDays)),
                Col("start").Le(Col("op_end").AddDays((long)-primary.PostDays))))
            .Keep([.. Indexed, .. Visited, "sort", "row"]);
        var once = primary.Limit != EventLimit.All;
        if (once)
        {
            inside = FirstOf(inside, "sort", primary.Limit == EventLimit.Last, "dataset", "row", "op_start", "op_end");
        }

        // Nothing is asked of the events but when they begin and end.
        if (!once && IsPlain)
        {
            return inside.Keep(Indexed);
        }

        var groups = cohort.InclusionRules.Select(r => r.Group).Append(cohort.Additional).OfType<CriteriaGroup>().SelectMany(Deep).ToArray();
        var ends = cohort.EndStrategy is { FromEnd: true } || groups.Any(g =>
            g.Criteria.Any(c => c.Start is { FromIndexEnd: true } || c.End is { FromIndexEnd: true }) || g.Demographics.Any(d => d.Conditions.Any(c => c.Of == "end")));
        var visits = groups.Any(g => g.Criteria.Any(c => c.RestrictVisit));
        string[] told = visits ? [.. Indexed, .. Visited] : Indexed;

        // Where events of one day are alike in all that is looked at, it does not matter which of them a limit takes: their numbers need not be read.
        string[] chosen = !once && !ends && !visits && primary.Criteria.All(c => c is { Adjustment: null, UserDefined: null }) ? ["sort"] : ["sort", "row"];
        inside = inside.Select([.. told.Concat(chosen).Select(c => (c, Col(c == "end" && !ends ? "start" : c)))]);
        return (once ? inside : inside.GroupBy(told, [.. chosen.Select(c => Folded.Min(c, c))])).Numbered("event");
    }

    /// <summary>Whether stays follow from their own entry events alone.</summary>
    private bool IsPlain => cohort.Additional is null && cohort.InclusionRules.Count == 0 && cohort.ExpressionLimit == EventLimit.All && OwnEnds;

    /// <summary>Whether a stay ends by its entry event or its observation, and by nothing else.</summary>
    private bool OwnEnds => cohort.CustomEra is null && cohort.Censoring.Count == 0;

    private static IEnumerable<CriteriaGroup> Deep(CriteriaGroup group) => group.Groups.SelectMany(Deep).Prepend(group);

    /// <summary>What is known of every event.</summary>
    internal static readonly string[] Basic = ["person", "start", "end", "concept", "visit", "dataset", "row"];

    /// <summary>One row per event of the criterion: <c>person, start, end, concept, visit, dataset, row</c>, its own day in <c>sort</c>, and <paramref name="counted"/>.</summary>
    private Query Events(Criterion c, string? counted = null)
    {
        List<Expr> kind = [];
        if (c.Datasets.Count > 0)
        {
            kind.Add(Col("dataset").In(c.Datasets.AsEnumerable()));
        }

        if (c.SourceConceptSet is { } source)
        {
            kind.Add(Set(source).Has(Col("source_concept")));
        }

        // Who asks for the status has said what is to be thought of suspected ones.
        if (c.Domain == CohortDomain.ConditionOccurrence && !c.IncludeSuspected && c.Conditions.All(x => x.Of != "status"))
        {
            kind.Add(Col("suspected").Not());
        }

        string[] columns = counted is null or "days" || Basic.Contains(counted) ? Basic : [.. Basic, counted];
        string[] asked = [.. columns.Concat(c.Conditions.SelectMany(ColumnsOf)).Distinct()];

        var all = events.Of(c.Domain, c.ConceptSet is { } set ? Set(set) : null, [.. asked.Union(["suspected", "source_concept"])]);
        if (kind.Count > 0)
        {
            all = all.Where(All(kind));
        }

        all = all.Keep(asked);

        // 'First' is the first of its kind; the other conditions are asked of that one.
        if (c.First)
        {
            all = FirstOf(all, "start", last: false, "dataset", "row");
        }

        if (c.Adjustment is { } a)
        {
            all = Moved(all, Col(a.StartFromEnd ? "end" : "start").AddDays((long)a.StartDays), Col(a.EndFromStart ? "start" : "end").AddDays((long)a.EndDays))
                .Where(Col("end").Ge(Col("start")));
        }

        all = Meeting(all, c.Conditions).Keep(columns).With(("sort", Col("start")));
        if (counted == "days")
        {
            all = all.With(("days", Col("start").DaysTo(Col("end"))));
        }

        if (c.UserDefined is { } period)
        {
            foreach (var day in new[] { period.Start, period.End }.OfType<DateOnly>())
            {
                all = all.Where(Col("start").Le(day).And(Col("end").Ge(day)));
            }

            all = Moved(all, period.Start is { } from ? from : Col("start"), period.End is { } to ? to : Col("end"));
        }

        return c.Nested is { } nested ? Around(all, nested) : all;
    }

    private ConceptFilter Set(int id) => sets.TryGetValue(id, out var known) ? known : sets[id] = ConceptFilter.Of(cohort.ConceptSets.Single(s => s.Id == id), tree);

    /// <summary>The columns of events that a condition looks at.</summary>
    internal static string[] ColumnsOf(Condition condition) => condition.Of switch
    {
        "" => ["value", "range_low", "range_high", "value_concept"],
        "age" or "age_at_end" or "gender" or "race" or "ethnicity" or "days" or "visit_concept" => [],
        "specialty" => ["provider"],
        "place" => ["care_site"],
        "low_ratio" => ["value", "range_low"],
        "high_ratio" => ["value", "range_high"],
        var column => [column],
    };

    /// <summary>
    /// The events around which the group holds, each seen in the observation periods it lies in. Where these overlap, an event is seen twice and
    /// counts twice, as in Circe.
    /// </summary>
    private Query Around(Query found, CriteriaGroup group)
    {
        var numbered = Store(found.Numbered("event"));
        var index = Store(numbered.InnerJoin(observed, All(Col("person").Eq(Col("op_person")), Col("start").Between(Col("op_start"), Col("op_end")))).Keep([.. Indexed, .. Visited, "event"]));
        return numbered.SemiJoin(Satisfying(index, group, repeated: true).Select(("n_event", Col("event"))), Col("event").Eq(Col("n_event"))).Keep([.. found.Columns.Names]);
    }

    private static Query Moved(Query events, Expr start, Expr end) =>
        events.Select([.. events.Columns.Names.Select(n => (n, n switch { "start" => start, "end" => end, _ => Col(n) }))]);

    /// <summary>Rows (with person, start and end) of which all conditions are true.</summary>
    private Query Meeting(Query rows, IReadOnlyList<Condition> conditions)
    {
        if (conditions.Count == 0)
        {
            return rows;
        }

        bool Asked(params IReadOnlyList<string> of) => conditions.Any(c => of.Contains(c.Of));
        var with = rows;
        if (Asked("age", "age_at_end", "gender", "race", "ethnicity"))
        {
            with = with.InnerJoin(events.People.Prefixed("p_"), Col("person").Eq(Col("p_person")));
        }

        if (Asked("visit_concept"))
        {
            var visits = events.Of(CohortDomain.VisitOccurrence).Keep("person", "dataset", "row", "concept").Prefixed("v_");
            with = with.InnerJoin(visits, All(Col("visit").Eq(Col("v_row")), Col("dataset").Eq(Col("v_dataset")), Col("person").Eq(Col("v_person"))));
        }

        if (Asked("specialty"))
        {
            with = with.LeftJoin(events.Providers.Prefixed("d_"), All(Col("provider").Eq(Col("d_provider")), Col("dataset").Eq(Col("d_dataset"))));
        }

        if (Asked("place"))
        {
            with = with.InnerJoin(events.CareSites.Prefixed("s_"), All(Col("care_site").Eq(Col("s_care_site")), Col("dataset").Eq(Col("s_dataset"))));
        }

        return with.Where(All([.. conditions.Select(Meets)])).Keep([.. rows.Columns.Names]);
    }

    private Expr Meets(Condition condition)
    {
        switch (condition)
        {
            case Condition.Numbers { Of: "low_ratio" or "high_ratio" } n:
                return Ratio(n.Range, Col(n.Of == "low_ratio" ? "range_low" : "range_high"));
            case Condition.Numbers n:
                return Within(n.Range.Op, Number(n.Of), n.Range.Value, n.Range.Extent);
            case Condition.Days d:
                return Within(d.Range.Op, Col(d.Of), d.Range.Value, d.Range.Extent);
            case Condition.OneOf o:
                var among = Concept(o.Of).In(o.Concepts);
                return o.Excluded ? among.Not() : among;
            case Condition.InSet { Set: null } known:
                return known.Excluded ? Concept(known.Of).IsNull() : Concept(known.Of).IsNotNull();
            case Condition.InSet s:
                // Nothing is in an empty set, and everything that is known or not is outside of it.
                var has = Set(s.Set!.Value).Has(Concept(s.Of));
                return s.Excluded ? has.Not() : has;
            case Condition.Reads r:
                var reads = r.Match switch
                {
                    TextMatch.Whole => Col(r.Of).Eq(r.Text),
                    TextMatch.Begins => Col(r.Of).StartsWith(r.Text),
                    TextMatch.Ends => Col(r.Of).EndsWith(r.Text),
                    _ => Col(r.Of).Contains(r.Text),
                };
                return r.Negated ? reads.Not() : reads;
            default:
                return Any(Col("value").Lt(Col("range_low")), Col("value").Gt(Col("range_high")), Col("value_concept").In(Condition.Abnormal.Said));
        }
    }

    private static Expr Concept(string of) => Col(of switch
    {
        "gender" or "race" or "ethnicity" => "p_" + of,
        "visit_concept" => "v_concept",
        "specialty" => "d_specialty",
        "place" => "s_place",
        _ => of,
    });

    private static Expr Number(string of) => of switch
    {
        "value" or "range_low" or "range_high" or "quantity" => Col(of),
        "age" => Col("start").Year().Minus(Col("p_year_of_birth")).As(ColumnType.Decimal),
        "age_at_end" => Col("end").Year().Minus(Col("p_year_of_birth")).As(ColumnType.Decimal),
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

    /// <summary>Index events of which the group holds. <paramref name="repeated"/>: an event may stand in several rows, which count together.</summary>
    private Query Satisfying(Query index, CriteriaGroup group, bool repeated = false)
    {
        if (group.Parts == 0 || (group.Kind == GroupKind.AtLeast && group.Count <= 0))
        {
            return index;
        }

        IEnumerable<Func<Query, Query>> parts =
        [
            .. group.Criteria.Select(c => (Func<Query, Query>)(i => Happening(i, c, repeated))),
            .. group.Demographics.Select(d => (Func<Query, Query>)(i => Meeting(i, d.Conditions))),
            .. group.Groups.Select(g => (Func<Query, Query>)(i => Satisfying(i, g, repeated))),
        ];
        if (group.Kind == GroupKind.All && !repeated)
        {
            return parts.Aggregate(index, (left, part) => part(left));
        }

        var found = parts.Select(p => p(index).Keep("event")).ToArray();
        var all = found[0].Union(found[1..]);
        if (group.Kind == GroupKind.Any)
        {
            return index.SemiJoin(all.Prefixed("g_"), Col("event").Eq(Col("g_event")));
        }

        var met = all.GroupBy(["event"], Folded.Count("met")).Prefixed("g_");
        var same = Col("event").Eq(Col("g_event"));
        return group.Kind switch
        {
            GroupKind.All => index.SemiJoin(met.Where(Col("g_met").Eq((long)group.Parts)), same),
            GroupKind.AtLeast => index.SemiJoin(met.Where(Col("g_met").Ge((long)group.Count)), same),
            _ => index.AntiJoin(met.Where(Col("g_met").Gt((long)group.Count)), same),
        };
    }

    /// <summary>Index events around which the criterion happens as often as asked.</summary>
    private Query Happening(Query index, CorrelatedCriterion c, bool repeated)
    {
        var (kind, n, different) = c.Occurrence;
        if (kind == OccurrenceKind.AtLeast && n == 0)
        {
            return index;
        }

        var others = Events(c.Criterion, different);
        if (different is not null)
        {
            others = others.Where(Col(different).IsNotNull());
        }

        others = others.Prefixed("a_");
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

        if (!repeated && (kind, n) is (OccurrenceKind.AtLeast, 1))
        {
            return index.SemiJoin(others, All(on));
        }

        if (!repeated && n == 0)
        {
            return index.AntiJoin(others, All(on));
        }

        var pairs = index.InnerJoin(others, All(on));
        if (repeated && kind == OccurrenceKind.AtMost)
        {
            // Circe joins these to the event's rows once more.
            pairs = pairs.InnerJoin(index.Select(("again", Col("event"))), Col("event").Eq(Col("again")));
        }

        var times = pairs
            .GroupBy(["event"], different is null ? Folded.Count("times") : Folded.CountDistinct("times", "a_" + different)).Prefixed("t_");
        var same = Col("event").Eq(Col("t_event"));
        return kind switch
        {
            OccurrenceKind.AtLeast => index.SemiJoin(times.Where(Col("t_times").Ge((long)n)), same),
            OccurrenceKind.Exactly when n > 0 => index.SemiJoin(times.Where(Col("t_times").Eq((long)n)), same),
            _ => index.AntiJoin(times.Where(Col("t_times").Gt((long)n)), same),
        };
    }

    private static Expr? Edge(WindowEdge edge, Expr from, bool ignoreObservation) =>
        edge.Days is { } days ? from.AddDays((long)days) : ignoreObservation ? null : Col(edge.Before ? "op_start" : "op_end");

    /// <summary>Entry and exit of each included event: the strategy's date or the end of observation, or an earlier censoring event.</summary>
    private Query Ended(Query included)
    {
        var last = Col("op_end");
        if (cohort.EndStrategy is { } offset)
        {
            var day = Col(offset.FromEnd ? "end" : "start").AddDays((long)offset.Days);
            last = Case([(day.Gt(Col("op_end")), Col("op_end"))], day);
        }

        if (OwnEnds)
        {
            return included.Select(("person", Col("person")), ("start", Col("start")), ("end", last)).Where(Col("end").Ge(Col("start")));
        }

        var ends = included.Select(("event", Col("event")), ("person", Col("person")), ("start", Col("start")), ("exit", last)).Where(Col("exit").Ge(Col("start")));

        if (cohort.CustomEra is { } era)
        {
            var eras = OnDrug(era, included).Prefixed("a_");
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

    /// <summary>The spans that those people are on the era's drugs. The days that it lasts longer count when it is asked what is one span, as in Circe.</summary>
    private Query OnDrug(CustomEra era, Query included)
    {
        var drugs = Set(era.DrugSet);
        var last = era.DaysSupply is { } days ? Col("start").AddDays((long)days) : Col("end");
        var taken = events.Of(CohortDomain.DrugExposure).Where(Any(drugs.Predicate, drugs.Has(Coalesce(Col("source_concept"), 0L))))
            .SemiJoin(included.Select(("i_person", Col("person"))), Col("person").Eq(Col("i_person")))
            .Select(("person", Col("person")), ("start", Col("start")), ("end", last.AddDays((long)era.GapDays + era.Offset)));
        return Eras.Merged(taken.Distinct()).Select(("person", Col("person")), ("start", Col("start")), ("end", Col("end").AddDays((long)-era.GapDays)));
    }

    /// <summary>Stays that overlap, or follow within the pad, are one stay.</summary>
    private Query Collapsed(Query stays)
    {
        if (cohort.ExpressionLimit != EventLimit.All || cohort.Primary.Limit != EventLimit.All || (cohort.Additional is not null && cohort.QualifiedLimit != EventLimit.All))
        {
            return stays;
        }

        // Of stays that end on one day the first says all; where each ends by its own beginning, of those that begin on one day the last.
        var longest = OwnEnds && cohort.EndStrategy is null
            ? stays.GroupBy(["person", "end"], Folded.Min("start", "start"))
            : stays.GroupBy(["person", "start"], Folded.Max("end", "end"));
        var padded = longest.Select(("person", Col("person")), ("start", Col("start")), ("end", Col("end").AddDays((long)cohort.EraPad)));
        return Eras.Merged(padded).Select(("person", Col("person")), ("start", Col("start")), ("end", Col("end").AddDays((long)-cohort.EraPad)));
    }

    /// <summary>Stays cut to the days that the cohort looks at.</summary>
    private Query Cut(Query stays) => cohort.CensorWindow is not { } window
        ? stays
        : Moved(stays, window.Start is { } from ? Greatest(Col("start"), from) : Col("start"), window.End is { } to ? Least(Col("end"), to) : Col("end")).Where(Col("start").Le(Col("end")));

    private static Query Limited(Query index, EventLimit limit) =>
        FirstOf(index, "start", limit == EventLimit.Last, [.. Ties.Where(index.Columns.Has).Select(c => new SortKey(c))]);

    /// <summary>
    /// Each person's first (or last) row by a day, and by the ties where a day has several. Only rows of that day are sorted: sorting whole tables is what is slow.
    /// </summary>
    private static Query FirstOf(Query rows, string day, bool last, params IReadOnlyList<SortKey> ties)
    {
        var days = rows.GroupBy(["person"], last ? Folded.Max("day", day) : Folded.Min("day", day)).Prefixed("f_");
        return rows.InnerJoin(days, All(Col("person").Eq(Col("f_person")), Col(day).Eq(Col("f_day")))).Keep([.. rows.Columns.Names]).FirstBy(["person"], ties);
    }

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

    private Scan Store(Query query)
    {
        var scan = session.Materialise($"cohort_step_{Interlocked.Increment(ref steps)}", query);
        stored.Add(scan);
        return scan;
    }
}
