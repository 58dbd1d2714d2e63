using CsCheck;
using Minato.Processing.Cohorts;

namespace Minato.Processing.Tests;

/// <summary>Random lives, random cohorts: the engine and the oracle give the same stays.</summary>
public class CohortPropertyTests
{
    private static readonly DateOnly Day0 = new(2019, 12, 1);

    private static readonly Gen<DateOnly> Day = Gen.Int[0, 60].Select(d => Day0.AddDays(d));

    private static readonly CohortDomain[] Domains = [CohortDomain.ConditionOccurrence, CohortDomain.DrugExposure, CohortDomain.Measurement];

    private static readonly Gen<Event> Events =
        from domain in Gen.OneOfConst(Domains)
        from person in Gen.OneOfConst("a", "b", "c")
        from start in Day
        from length in Gen.Int[0, 10]
        from concept in Gen.OneOfConst(0L, 11, 12, 20, 21)
        from code in Gen.OneOfConst("", "E11", "E112", "I10")
        from value in Gen.Int[0, 9]
        from unit in Gen.OneOfConst(0L, 1)
        from suspected in Gen.Int[0, 4]
        from dataset in Gen.OneOfConst("d1", "d2")
        select new Event(domain, person, start, start.AddDays(length), concept, code.Length > 0 ? "icd10" : "", code, value < 8 ? value : null, unit, suspected == 0, dataset);

    // One to two disjoint periods per person.
    private static readonly Gen<Seen[]> Observation =
        Gen.Select(Gen.Int[0, 20], Gen.Int[5, 30], Gen.Int[2, 10], Gen.Int[5, 30]).Array[3].Select(all => all.SelectMany((x, i) =>
        {
            var name = $"{(char)('a' + i)}";
            var first = new Seen(name, Day0.AddDays(x.Item1), Day0.AddDays(x.Item1 + x.Item2));
            return new[] { first, new Seen(name, first.End.AddDays(x.Item3), first.End.AddDays(x.Item3 + x.Item4)) };
        }).ToArray());

    private static readonly Gen<World> Worlds =
        from events in Events.Array[0, 30]
        from seen in Observation
        from born in Gen.Int[1959, 1962]
        select new World([new("a", born, 8507), new("b", null, 8532), new("c", 1960, 8532)], seen, events);

    private static readonly IReadOnlyList<ConceptSet> Sets =
    [
        new(0, "ten", [new(10, null, true, false)]),
        new(1, "ten without twelve", [new(10, null, true, false), new(12, null, false, true), new(20, null, true, false)]),
        new(2, "E11 by code", [new(null, new("icd10", "E11"), true, false), new(null, new("icd10", "E112"), false, true)]),
        new(3, "exactly E11, or twenty", [new(null, new("icd10", "E11"), false, false), new(20, null, false, false)]),
    ];

    private static readonly Gen<RangeOp> Op = Gen.OneOfConst(Enum.GetValues<RangeOp>());

    private static Gen<T?> Sometimes<T>(Gen<T> gen, int oneIn = 4) where T : class => Gen.Int[1, oneIn].SelectMany(i => i == 1 ? gen.Select(x => (T?)x) : Gen.Const((T?)null));

    private static readonly Gen<Criterion> Criteria =
        from domain in Gen.OneOfConst(Domains)
        from set in Gen.Int[-1, 3]
        from first in Gen.Bool
        from age in Sometimes(Op.SelectMany(o => Gen.Int[58, 61].Select(v => new NumericRange(o, v, v + 1))), 6)
        from gender in Gen.Int[0, 5]
        from start in Sometimes(Op.SelectMany(o => Day.Select(d => new DateRange(o, d, d.AddDays(20)))), 6)
        from end in Sometimes(Op.SelectMany(o => Day.Select(d => new DateRange(o, d, d.AddDays(20)))), 8)
        from value in Sometimes(Op.SelectMany(o => Gen.Int[0, 9].Select(v => new NumericRange(o, v, v + 2))), 6)
        from unit in Gen.Int[0, 8]
        from suspected in Gen.Bool
        from dataset in Gen.Int[0, 5]
        select new Criterion(domain, set < 0 ? null : set, first, age, gender == 0 ? [8532L] : [], start, end, value, unit == 0 ? [1L] : [], suspected, dataset == 0 ? ["d2"] : []);

    private static readonly Gen<WindowEdge> Edge = Gen.Select(Gen.Int[-21, 21], Gen.Bool, (d, before) => d is > 15 or < -15 ? new WindowEdge(null, before) : new WindowEdge(d, d < 0));

    private static readonly Gen<TimeWindow> Windows = Gen.Select(Edge, Edge, Gen.Bool, Gen.Bool, (f, t, i, e) => new TimeWindow(f, t, i, e));

    private static readonly Gen<CorrelatedCriterion> Correlated =
        from criterion in Criteria
        from start in Sometimes(Windows, 2)
        from end in Sometimes(Windows, 5)
        from ignore in Gen.Bool
        from kind in Gen.OneOfConst(Enum.GetValues<OccurrenceKind>())
        from count in Gen.Int[0, 2]
        from distinct in Gen.Bool
        select new CorrelatedCriterion(criterion, start, end, ignore, new(kind, count, distinct));

    private static Gen<CriteriaGroup> Groups(int depth) =>
        from kind in Gen.OneOfConst(Enum.GetValues<GroupKind>())
        from count in Gen.Int[0, 2]
        from criteria in Correlated.Array[0, 2]
        from age in Sometimes(Op.SelectMany(o => Gen.Int[58, 61].Select(v => new DemographicCriterion(new(o, v, v + 1), [], null, null))), 3)
        from groups in depth == 0 ? Gen.Const(Array.Empty<CriteriaGroup>()) : Groups(depth - 1).Array[0, 1]
        select new CriteriaGroup(kind, count, criteria, age is null ? [] : [age], groups);

    private static readonly Gen<EventLimit> Limits = Gen.OneOfConst(Enum.GetValues<EventLimit>());

    private static readonly Gen<CohortDefinition> Cohorts =
        from primary in Criteria.Array[1, 2]
        from days in Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5])
        from limits in Gen.Select(Limits, Limits, Limits)
        from additional in Sometimes(Groups(1), 3)
        from rules in Groups(1).Array[0, 2]
        from end in Sometimes(Gen.Select(Gen.Bool, Gen.Int[-3, 15], (e, d) => new DateOffset(e, d)), 2)
        from censoring in Criteria.Array[0, 1]
        from pad in Gen.Int[0, 5]
        select new CohortDefinition(Sets, new(primary, days.Item1, days.Item2, limits.Item1), additional, limits.Item2, [.. rules.Select((g, i) => new InclusionRule($"rule {i}", g))], limits.Item3, end, censoring, pad);

    [Fact]
    public void The_engine_and_the_oracle_agree()
    {
        var met = 0;
        Gen.Select(Worlds, Cohorts).Sample((world, cohort) =>
        {
            var expected = world.Expect(cohort);
            Assert.Equal(expected, world.Compute(cohort, out var flow));
            Assert.Equal(expected.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[0]).Distinct().Count(), flow[^1].Persons);
            Interlocked.Add(ref met, expected.Length > 0 ? 1 : 0);
        }, iter: 250, seed: "0000KNlHjXl5", threads: 2);
        Assert.True(met > 40, $"only {met} cohorts were not empty: the test would prove little");
    }
}
