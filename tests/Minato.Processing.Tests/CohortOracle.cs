using Minato.Processing.Cohorts;

namespace Minato.Processing.Tests;

/// <summary>
/// What a cohort means, said slowly: loops over one person's events after another, no query, nothing shared with the
/// engine but the definition. The engine must agree on every world.
/// </summary>
internal sealed class CohortOracle(World world, CohortDefinition cohort)
{
    /// <param name="Sort">Its own first day, whatever day a user-defined period puts in its place.</param>
    internal sealed record Happened(DateOnly Start, DateOnly End, Event Event, long? Visit, string Dataset, DateOnly Sort, int Row);

    internal sealed record Index(DateOnly Start, DateOnly End, DateOnly OpStart, DateOnly OpEnd, long? Visit = null, string Dataset = "")
    {
        public (DateOnly Sort, string Dataset, int Row) Order { get; init; }
    }

    internal sealed record Stay(string Person, DateOnly Start, DateOnly End);

    public IEnumerable<Stay> Cohort() => world.People.SelectMany(p => StaysOf(p.Name));

    private List<Stay> StaysOf(string person)
    {
        var entries = new List<Index>();
        foreach (var criterion in cohort.Primary.Criteria)
        {
            foreach (var e in EventsOf(person, criterion))
            {
                foreach (var op in world.Observation.Where(o => o.Person == person))
                {
                    if (e.Start >= op.Start.AddDays(cohort.Primary.PriorDays) && e.Start <= op.End.AddDays(-cohort.Primary.PostDays))
                    {
                        entries.Add(new(e.Start, e.End, op.Start, op.End, e.Visit, e.Dataset) { Order = (e.Sort, e.Dataset, e.Row) });
                    }
                }
            }
        }

        var index = Limit(entries, cohort.Primary.Limit, byItself: true);
        if (cohort.Additional is { } additional)
        {
            index = index.Where(i => Holds(person, i, additional)).ToList();
        }

        if (cohort.Additional is not null)
        {
            index = Limit(index, cohort.QualifiedLimit);
        }

        foreach (var rule in cohort.InclusionRules)
        {
            index = index.Where(i => Holds(person, i, rule.Group)).ToList();
        }

        var stays = new List<Stay>();
        foreach (var i in Limit(index, cohort.ExpressionLimit))
        {
            var exits = new List<DateOnly>();
            if (cohort.EndStrategy is { } strategy)
            {
                var exit = (strategy.FromEnd ? i.End : i.Start).AddDays(strategy.Days);
                exits.Add(exit < i.OpEnd ? exit : i.OpEnd);
            }
            else
            {
                exits.Add(i.OpEnd);
            }

            if (cohort.CustomEra is { } era)
            {
                exits.AddRange(SpansOnDrug(person, era).Where(s => s.Start <= i.Start && i.Start <= s.End).Select(s => s.End));
            }

            exits.AddRange(cohort.Censoring.SelectMany(c => EventsOf(person, c)).Where(e => e.Start <= i.OpEnd).Select(e => e.Start));
            exits.RemoveAll(x => x < i.Start);
            if (exits.Count > 0)
            {
                stays.Add(new(person, i.Start, exits.Min()));
            }
        }

        // One stay after another, in the order of their beginnings: does it touch what we have?
        var merged = new List<Stay>();
        foreach (var stay in stays.OrderBy(s => s.Start).ThenBy(s => s.End))
        {
            if (merged.Count > 0 && merged[^1].End.AddDays(cohort.EraPad) >= stay.Start)
            {
                merged[^1] = merged[^1] with { End = merged[^1].End > stay.End ? merged[^1].End : stay.End };
            }
            else
            {
                merged.Add(stay);
            }
        }

        return cohort.CensorWindow is not { } window
            ? merged
            : [.. merged.Select(m => m with { Start = window.Start > m.Start ? window.Start.Value : m.Start, End = window.End < m.End ? window.End.Value : m.End }).Where(m => m.Start <= m.End)];
    }

    private List<(DateOnly Start, DateOnly End)> SpansOnDrug(string person, CustomEra era)
    {
        var set = cohort.ConceptSets.Single(s => s.Id == era.DrugSet);
        var taken = world.Events.Where(e => e.Person == person && e.Domain == CohortDomain.DrugExposure && (InSet(set, e) || (e.More.TryGetValue("source_concept", out var c) && Has(set, (long)c))))
            .Select(e => (e.Start, End: (era.DaysSupply is { } days ? e.Start.AddDays(days) : e.End).AddDays(era.GapDays + era.Offset))).OrderBy(e => e.Start).ThenBy(e => e.End).ToList();
        var spans = new List<(DateOnly Start, DateOnly End)>();
        foreach (var t in taken)
        {
            if (spans.Count > 0 && spans[^1].End >= t.Start)
            {
                spans[^1] = (spans[^1].Start, spans[^1].End > t.End ? spans[^1].End : t.End);
            }
            else
            {
                spans.Add(t);
            }
        }

        return [.. spans.Select(s => (s.Start, s.End.AddDays(-era.GapDays)))];
    }

    /// <summary>Ties are broken by the event's own day, its dataset and its number.</summary>
    private static List<Index> Limit(IEnumerable<Index> events, EventLimit limit, bool byItself = false)
    {
        DateOnly Day(Index i) => byItself ? i.Order.Sort : i.Start;
        return limit switch
        {
            EventLimit.First => events.OrderBy(Day).ThenBy(e => e.Order).ThenBy(e => e.OpStart).ThenBy(e => e.OpEnd).Take(1).ToList(),
            EventLimit.Last => events.OrderByDescending(Day).ThenBy(e => e.Order).ThenBy(e => e.OpStart).ThenBy(e => e.OpEnd).Take(1).ToList(),
            _ => events.ToList(),
        };
    }

    private List<Happened> EventsOf(string person, Criterion c)
    {
        var all = world.Events.Select((e, i) => (e, i)).Where(x => x.e.Domain == c.Domain && x.e.Person == person);
        if (c.ConceptSet is { } set)
        {
            all = all.Where(x => InSet(cohort.ConceptSets.Single(s => s.Id == set), x.e));
        }

        all = all.Where(x => c.Datasets.Count == 0 || c.Datasets.Contains(x.e.Dataset)).Where(x => c.Domain != CohortDomain.ConditionOccurrence || c.IncludeSuspected || c.Conditions.Any(k => k.Of == "status") || !x.e.Suspected);
        if (c.SourceConceptSet is { } source)
        {
            all = all.Where(x => x.e.More.TryGetValue("source_concept", out var concept) && Has(cohort.ConceptSets.Single(s => s.Id == source), (long)concept));
        }

        if (c.First)
        {
            all = all.OrderBy(x => x.e.Start).ThenBy(x => x.e.Dataset, StringComparer.Ordinal).ThenBy(x => x.i).Take(1);
        }

        var who = world.People.Single(p => p.Name == person);
        var found = new List<Happened>();
        foreach (var (e, row) in all)
        {
            var (start, end) = (e.Start, e.End);
            if (c.Adjustment is { } a)
            {
                (start, end) = ((a.StartFromEnd ? e.End : e.Start).AddDays(a.StartDays), (a.EndFromStart ? e.Start : e.End).AddDays(a.EndDays));
                if (end < start)
                {
                    continue;
                }
            }

            if (!c.Conditions.All(x => Meets(who, e, start, end, x)) || !Covers(c.UserDefined?.Start) || !Covers(c.UserDefined?.End))
            {
                continue;
            }

            bool Covers(DateOnly? day) => day is null || (start <= day && day <= end);
            var happened = new Happened(c.UserDefined?.Start ?? start, c.UserDefined?.End ?? end, e, e.More.TryGetValue("visit", out var visit) ? (long)visit : null, e.Dataset, start, row);
            if (c.Nested is null || world.Observation.Any(o => o.Person == person && o.Start <= happened.Start && happened.Start <= o.End
                && Holds(person, new(happened.Start, happened.End, o.Start, o.End, happened.Visit, happened.Dataset), c.Nested)))
            {
                found.Add(happened);
            }
        }

        return found;
    }

    private bool Meets(Person who, Event e, DateOnly start, DateOnly end, Condition condition)
    {
        object? Known(string of) => of switch
        {
            "start" => start,
            "end" => end,
            "age" => who.Born is { } born ? (decimal)(start.Year - born) : null,
            "age_at_end" => who.Born is { } born ? (decimal)(end.Year - born) : null,
            "gender" => who.Gender,
            "race" => who.Race,
            "specialty" => e.More.TryGetValue("provider", out var provider) ? Places.Specialty((long)provider) : null,
            "place" => e.More.TryGetValue("care_site", out var site) ? Places.Place((long)site) : null,
            "days" => (decimal)(end.DayNumber - start.DayNumber),
            "value" => e.Value,
            "unit" => e.Unit,
            "visit_concept" => VisitOf(e)?.Concept,
            _ => e.More.GetValueOrDefault(of) is long whole && EventColumns.More.Single(c => c.Name == of).Name is "days_supply" or "refills" or "count" or "gap"
                ? (decimal)(long)e.More[of]
                : e.More.GetValueOrDefault(of),
        };
        decimal? Part(string of, string by) => Known(of) is decimal v && Known(by) is decimal b && b != 0 ? v / b : null;
        return condition switch
        {
            Condition.Numbers { Of: "low_ratio" } n => Part("value", "range_low") is { } v && InRange(n.Range, v),
            Condition.Numbers { Of: "high_ratio" } n => Part("value", "range_high") is { } v && InRange(n.Range, v),
            Condition.Numbers n => Known(n.Of) is decimal v && InRange(n.Range, v),
            Condition.Days d => InRange(d.Range, (DateOnly)Known(d.Of)!),
            Condition.OneOf o => Known(o.Of) is long c && o.Concepts.Contains(c) != o.Excluded,
            Condition.InSet { Set: null } k => Known(k.Of) is null == k.Excluded && (k.Of != "visit_concept" || VisitOf(e) is not null) && (k.Of != "place" || (e.More.TryGetValue("care_site", out var at) && Places.All.Contains((long)at))),
            Condition.InSet s => Known(s.Of) is long c && Has(cohort.ConceptSets.Single(x => x.Id == s.Set), c) != s.Excluded,
            Condition.Reads r => Known(r.Of) is string t && r.Negated != r.Match switch
            {
                TextMatch.Whole => t == r.Text,
                TextMatch.Begins => t.StartsWith(r.Text, StringComparison.Ordinal),
                TextMatch.Ends => t.EndsWith(r.Text, StringComparison.Ordinal),
                _ => t.Contains(r.Text, StringComparison.Ordinal),
            },
            _ => (Known("value") is decimal v && ((Known("range_low") is decimal low && v < low) || (Known("range_high") is decimal high && v > high)))
                || (Known("value_concept") is long said && Condition.Abnormal.Said.Contains(said)),
        };
    }

    /// <summary>A visit that another person is in is none of this one's, whatever number it says (as in Circe).</summary>
    private Event? VisitOf(Event e) => e.More.TryGetValue("visit", out var row)
        ? world.Events.Where((v, i) => i == (long)row && v.Domain == CohortDomain.VisitOccurrence && v.Person == e.Person && v.Dataset == e.Dataset).FirstOrDefault()
        : null;

    private static bool Has(ConceptSet set, long concept)
    {
        bool Matches(ConceptItem item) => item.Concept is { } c && Meant(item, c).Contains(concept);
        return set.Items.Any(i => !i.Excluded && Matches(i)) && !set.Items.Any(i => i.Excluded && Matches(i));
    }

    private static IEnumerable<long> Meant(ConceptItem item, long concept)
    {
        IEnumerable<long> below = item.IncludeDescendants ? Concepts.Below(concept) : [concept];
        return item.IncludeMapped ? below.SelectMany(b => Concepts.MappedTo(b).Append(b)) : below;
    }

    private static bool InSet(ConceptSet set, Event e)
    {
        bool Matches(ConceptItem item) => item.Concept is { } concept
            ? Meant(item, concept).Contains(e.Concept)
            : e.System == item.Source!.System && (item.IncludeDescendants ? e.Code.StartsWith(item.Source.Code, StringComparison.Ordinal) : e.Code == item.Source.Code);
        return set.Items.Any(i => !i.Excluded && Matches(i)) && !set.Items.Any(i => i.Excluded && Matches(i));
    }

    private bool Holds(string person, Index i, CriteriaGroup group)
    {
        var met = group.Criteria.Count(c => Happens(person, i, c))
            + group.Demographics.Count(d => d.Conditions.All(c => Meets(world.People.Single(p => p.Name == person), AtIndex(person, i), i.Start, i.End, c)))
            + group.Groups.Count(g => Holds(person, i, g));
        return group.Parts == 0 || group.Kind switch
        {
            GroupKind.All => met == group.Parts,
            GroupKind.Any => met >= 1,
            GroupKind.AtLeast => met >= group.Count,
            _ => met <= group.Count,
        };
    }

    private static Event AtIndex(string person, Index i) => new(CohortDomain.ConditionOccurrence, person, i.Start, i.End, 0);

    private bool Happens(string person, Index i, CorrelatedCriterion c)
    {
        var found = EventsOf(person, c.Criterion).Where(e => Near(i, e, c)).ToList();
        var times = c.Occurrence.Different switch
        {
            null => found.Count,
            "start" => found.Select(e => e.Start).Distinct().Count(),
            "days" => found.Select(e => e.End.DayNumber - e.Start.DayNumber).Distinct().Count(),
            "concept" => found.Select(e => e.Event.Concept).Distinct().Count(),
            "value" => found.Select(e => e.Event.Value).OfType<decimal>().Distinct().Count(),
            var of => found.Select(e => e.Event.More.GetValueOrDefault(of)).Where(v => v is not null).Distinct().Count(),
        };
        return c.Occurrence.Kind switch
        {
            OccurrenceKind.Exactly => times == c.Occurrence.Count,
            OccurrenceKind.AtMost => times <= c.Occurrence.Count,
            _ => times >= c.Occurrence.Count,
        };
    }

    private static bool Near(Index i, Happened e, CorrelatedCriterion c)
    {
        if (!c.IgnoreObservationPeriod && (e.Start < i.OpStart || e.Start > i.OpEnd))
        {
            return false;
        }

        if (c.RestrictVisit && (i.Visit is null || i.Visit != e.Visit || i.Dataset != e.Dataset))
        {
            return false;
        }

        foreach (var w in new[] { c.Start, c.End })
        {
            if (w is null)
            {
                continue;
            }

            var from = w.FromIndexEnd ? i.End : i.Start;
            var date = w.UseEventEnd ? e.End : e.Start;
            DateOnly? Limit(WindowEdge edge) => edge.Days is { } days ? from.AddDays(days) : c.IgnoreObservationPeriod ? null : edge.Before ? i.OpStart : i.OpEnd;
            if ((Limit(w.From) is { } low && date < low) || (Limit(w.To) is { } high && date > high))
            {
                return false;
            }
        }

        return true;
    }

    private static bool InRange(NumericRange r, decimal v) => InRange(r.Op, v.CompareTo(r.Value), v.CompareTo(r.Extent));

    private static bool InRange(DateRange r, DateOnly v) => InRange(r.Op, v.CompareTo(r.Value), v.CompareTo(r.Extent));

    private static bool InRange(RangeOp op, int value, int extent) => op switch
    {
        RangeOp.Less => value < 0,
        RangeOp.LessOrEqual => value <= 0,
        RangeOp.Equal => value == 0,
        RangeOp.NotEqual => value != 0,
        RangeOp.GreaterOrEqual => value >= 0,
        RangeOp.Greater => value > 0,
        RangeOp.Between => value >= 0 && extent <= 0,
        _ => !(value >= 0 && extent <= 0),
    };
}
