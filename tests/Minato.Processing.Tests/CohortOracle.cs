using Minato.Processing.Cohorts;

namespace Minato.Processing.Tests;

/// <summary>
/// What a cohort means, said slowly: loops over one person's events after another, no query, nothing shared with the
/// engine but the definition. The engine must agree on every world.
/// </summary>
internal sealed class CohortOracle(World world, CohortDefinition cohort)
{
    internal sealed record Happened(DateOnly Start, DateOnly End, long Concept);

    internal sealed record Index(DateOnly Start, DateOnly End, DateOnly OpStart, DateOnly OpEnd);

    internal sealed record Stay(string Person, DateOnly Start, DateOnly End);

    public IEnumerable<Stay> Cohort() => world.People.SelectMany(p => StaysOf(p.Name));

    private List<Stay> StaysOf(string person)
    {
        var entries = new HashSet<Index>();
        foreach (var criterion in cohort.Primary.Criteria)
        {
            foreach (var e in EventsOf(person, criterion))
            {
                foreach (var op in world.Observation.Where(o => o.Person == person))
                {
                    if (e.Start >= op.Start.AddDays(cohort.Primary.PriorDays) && e.Start <= op.End.AddDays(-cohort.Primary.PostDays))
                    {
                        entries.Add(new(e.Start, e.End, op.Start, op.End));
                    }
                }
            }
        }

        var index = Limit(entries, cohort.Primary.Limit);
        if (cohort.Additional is { } additional)
        {
            index = index.Where(i => Holds(person, i, additional)).ToList();
        }

        index = Limit(index, cohort.QualifiedLimit);
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

        return merged;
    }

    private static List<Index> Limit(IEnumerable<Index> events, EventLimit limit) => limit switch
    {
        EventLimit.First => events.OrderBy(e => e.Start).ThenBy(e => e.End).Take(1).ToList(),
        EventLimit.Last => events.OrderByDescending(e => e.Start).ThenBy(e => e.End).Take(1).ToList(),
        _ => events.ToList(),
    };

    private List<Happened> EventsOf(string person, Criterion c)
    {
        var all = world.Events.Select((e, i) => (e, i)).Where(x => x.e.Domain == c.Domain && x.e.Person == person);
        if (c.ConceptSet is { } set)
        {
            all = all.Where(x => InSet(cohort.ConceptSets.Single(s => s.Id == set), x.e));
        }

        all = all.Where(x => c.Datasets.Count == 0 || c.Datasets.Contains(x.e.Dataset)).Where(x => c.Domain != CohortDomain.ConditionOccurrence || c.IncludeSuspected || !x.e.Suspected);
        if (c.First)
        {
            all = all.OrderBy(x => x.e.Start).ThenBy(x => x.e.End).ThenBy(x => x.e.Concept).ThenBy(x => x.e.System, StringComparer.Ordinal).ThenBy(x => x.e.Code, StringComparer.Ordinal)
                .ThenBy(x => x.e.Value ?? decimal.MaxValue).ThenBy(x => x.e.Unit ?? long.MaxValue).ThenBy(x => x.e.Suspected).ThenBy(x => x.e.Dataset, StringComparer.Ordinal).ThenBy(x => x.i).Take(1);
        }

        var who = world.People.Single(p => p.Name == person);
        return [.. all.Select(x => x.e).Where(e =>
            (c.StartDate is null || InRange(c.StartDate, e.Start)) &&
            (c.EndDate is null || InRange(c.EndDate, e.End)) &&
            (c.Value is null || (e.Value is { } v && InRange(c.Value, v))) &&
            (c.Units.Count == 0 || (e.Unit is { } u && c.Units.Contains(u))) &&
            Fits(who, e.Start, c.Age, c.Genders)).Select(e => new Happened(e.Start, e.End, e.Concept))];
    }

    private static bool InSet(ConceptSet set, Event e)
    {
        bool Matches(ConceptItem item) => item.Concept is { } concept
            ? e.Concept == concept || (item.IncludeDescendants && Concepts.Below(concept).Contains(e.Concept))
            : e.System == item.Source!.System && (item.IncludeDescendants ? e.Code.StartsWith(item.Source.Code, StringComparison.Ordinal) : e.Code == item.Source.Code);
        return set.Items.Any(i => !i.Excluded && Matches(i)) && !set.Items.Any(i => i.Excluded && Matches(i));
    }

    private static bool Fits(Person who, DateOnly day, NumericRange? age, IReadOnlyList<long> genders) =>
        (age is null || (who.Born is { } born && InRange(age, day.Year - born))) && (genders.Count == 0 || genders.Contains(who.Gender));

    private bool Holds(string person, Index i, CriteriaGroup group)
    {
        var met = group.Criteria.Count(c => Happens(person, i, c))
            + group.Demographics.Count(d => (d.StartDate is null || InRange(d.StartDate, i.Start)) && (d.EndDate is null || InRange(d.EndDate, i.End)) && Fits(world.People.Single(p => p.Name == person), i.Start, d.Age, d.Genders))
            + group.Groups.Count(g => Holds(person, i, g));
        return group.Parts == 0 || group.Kind switch
        {
            GroupKind.All => met == group.Parts,
            GroupKind.Any => met >= 1,
            GroupKind.AtLeast => met >= group.Count,
            _ => met <= group.Count,
        };
    }

    private bool Happens(string person, Index i, CorrelatedCriterion c)
    {
        var found = EventsOf(person, c.Criterion).Where(e => Near(i, e, c)).ToList();
        var times = c.Occurrence.Distinct ? found.Select(e => e.Concept).Distinct().Count() : found.Count;
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
        RangeOp.GreaterOrEqual => value >= 0,
        RangeOp.Greater => value > 0,
        RangeOp.Between => value >= 0 && extent <= 0,
        _ => !(value >= 0 && extent <= 0),
    };
}
