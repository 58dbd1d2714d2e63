using CsCheck;
using Minato.Processing.Cohorts;

namespace Minato.Processing.Tests;

/// <summary>Random lives, random cohorts: the engine and the oracle give the same stays.</summary>
public class CohortPropertyTests
{
    private static readonly DateOnly Day0 = new(2019, 12, 1);

    private static readonly Gen<DateOnly> Day = Gen.Int[0, 60].Select(d => Day0.AddDays(d));

    private static readonly CohortDomain[] Domains = [CohortDomain.ConditionOccurrence, CohortDomain.DrugExposure, CohortDomain.Measurement];

    // Visits are the world's first events, so that their numbers can be named.
    private const int Visits = 4;

    private static readonly Gen<IReadOnlyDictionary<string, object>> More =
        from visit in Gen.Int[-2, Visits]
        from source in Gen.OneOfConst(0L, 11, 1011, 1020)
        from type in Gen.Int[0, 3]
        from low in Gen.Int[-2, 6]
        from days in Gen.Int[0, 12]
        from lot in Gen.OneOfConst("", "A1", "B2", "2A")
        from provider in Gen.Int[0, 3]
        select (IReadOnlyDictionary<string, object>)Said(("visit", visit < 0 ? null : (long)visit), ("source_concept", source), ("type", type == 0 ? null : (long)type), ("value_concept", type == 3 ? 4155142L : null),
            ("range_low", low < -1 ? null : (decimal)low), ("range_high", (decimal)(low + 3)), ("days_supply", days > 10 ? null : (long)days), ("lot", lot.Length == 0 ? null : lot),
            ("provider", provider == 0 ? null : (long)provider), ("care_site", provider == 3 ? null : (long)provider), ("status", type == 1 ? null : (long)type));

    private static Dictionary<string, object> Said(params (string Name, object? Value)[] all) => all.Where(x => x.Value is not null).ToDictionary(x => x.Name, x => x.Value!);

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
        from more in More
        select new Event(domain, person, start, start.AddDays(length), concept, code.Length > 0 ? "icd10" : "", code, value < 8 ? value : null, unit, suspected == 0, dataset) { More = more };

    // One to two disjoint periods per person.
    private static readonly Gen<Seen[]> Observation =
        Gen.Select(Gen.Int[0, 20], Gen.Int[5, 30], Gen.Int[2, 10], Gen.Int[5, 30]).Array[3].Select(all => all.SelectMany((x, i) =>
        {
            var name = $"{(char)('a' + i)}";
            var first = new Seen(name, Day0.AddDays(x.Item1), Day0.AddDays(x.Item1 + x.Item2));
            return new[] { first, new Seen(name, first.End.AddDays(x.Item3), first.End.AddDays(x.Item3 + x.Item4)) };
        }).ToArray());

    private static readonly Gen<World> Worlds =
        from visits in Events.Array[Visits]
        from events in Events.Array[0, 30]
        from seen in Observation
        from born in Gen.Int[1959, 1962]
        select new World([new("a", born, 8507), new("b", null, 8532), new("c", 1960, 8532, 8515)], seen, [.. visits.Select(v => v with { Domain = CohortDomain.VisitOccurrence }), .. events]);

    private static readonly IReadOnlyList<ConceptSet> Sets =
    [
        new(0, "ten", [new(10, null, true, false)]),
        new(1, "ten without twelve", [new(10, null, true, false), new(12, null, false, true), new(20, null, true, false)]),
        new(2, "E11 by code", [new(null, new("icd10", "E11"), true, false), new(null, new("icd10", "E112"), false, true)]),
        new(4, "ten as the source says it", [new(10, null, true, false) { IncludeMapped = true }]),
        new(3, "exactly E11, or twenty", [new(null, new("icd10", "E11"), false, false), new(20, null, false, false)]),
    ];

    private static readonly Gen<RangeOp> Op = Gen.OneOfConst(Enum.GetValues<RangeOp>());

    private static Gen<T?> Sometimes<T>(Gen<T> gen, int oneIn = 4) where T : class => Gen.Int[1, oneIn].SelectMany(i => i == 1 ? gen.Select(x => (T?)x) : Gen.Const((T?)null));

    private static Gen<NumericRange> Ranges(int least, int most, int width) => Gen.Select(Op, Gen.Int[least, most], (o, v) => new NumericRange(o, v, v + width));

    private static readonly Gen<DateRange> Dates = Gen.Select(Op, Day, (o, d) => new DateRange(o, d, d.AddDays(20)));

    private static readonly Gen<Condition> Condition = Gen.OneOf(
        Ranges(58, 61, 1).SelectMany(r => Gen.OneOfConst("age", "age_at_end").Select(of => (Condition)new Condition.Numbers(of, r))),
        Ranges(0, 9, 2).SelectMany(r => Gen.OneOfConst("value", "range_low", "days", "days_supply").Select(of => (Condition)new Condition.Numbers(of, r))),
        Ranges(-2, 3, 1).SelectMany(r => Gen.OneOfConst("low_ratio", "high_ratio").Select(of => (Condition)new Condition.Numbers(of, r))),
        Dates.SelectMany(r => Gen.OneOfConst("start", "end").Select(of => (Condition)new Condition.Days(of, r))),
        Gen.Select(Gen.OneOfConst(("unit", 1L), ("type", 2L), ("gender", 8532L), ("value_concept", 4155142L), ("visit_concept", 11L), ("specialty", 38004456L), ("place", 8717L), ("status", 2L)), Gen.Bool, (x, not) => (Condition)new Condition.OneOf(x.Item1, [x.Item2, 77], not)),
        Gen.Select(Gen.OneOfConst("source_concept", "visit_concept", "type", "specialty", "place"), Gen.OneOfConst<int?>(null, 0, 4), Gen.Bool, (of, set, not) => (Condition)new Condition.InSet(of, set, not)),
        Gen.Select(Gen.OneOfConst(Enum.GetValues<TextMatch>()), Gen.OneOfConst("A", "A1", "2"), Gen.Bool, (match, text, not) => (Condition)new Condition.Reads("lot", match, text, not)),
        Gen.Const((Condition)new Condition.Abnormal()));

    private static Gen<Criterion> Criteria(int depth) =>
        from domain in Gen.OneOfConst(Domains)
        from set in Gen.Int[-2, 4]
        from first in Gen.Bool
        from conditions in Gen.Int[0, 2].SelectMany(n => n == 0 ? Condition.Array[1, 2] : Gen.Const(Array.Empty<Condition>()))
        from suspected in Gen.Bool
        from dataset in Gen.Int[0, 5]
        from source in Gen.Int[0, 9]
        from moved in Sometimes(Gen.Select(Gen.Bool, Gen.Int[-5, 5], Gen.Bool, Gen.Int[-5, 5], (s, sd, e, ed) => new DateAdjustment(s, sd, e, ed)), 8)
        from covered in Sometimes(Gen.Select(Day, Gen.Int[0, 3], (d, open) => new Period(open == 0 ? null : d, open == 1 ? null : d.AddDays(3))), 12)
        from nested in depth == 0 ? Gen.Const((CriteriaGroup?)null) : Sometimes(Groups(depth - 1), 5)
        select new Criterion(domain, set < 0 ? null : set, first, conditions, suspected, dataset == 0 ? ["d2"] : [])
        {
            SourceConceptSet = source == 0 ? 4 : null, Adjustment = moved, UserDefined = covered, Nested = nested is { Parts: > 0 } ? nested : null,
        };

    private static readonly Gen<WindowEdge> Edge = Gen.Select(Gen.Int[-21, 21], Gen.Bool, (d, before) => d is > 15 or < -15 ? new WindowEdge(null, before) : new WindowEdge(d, d < 0));

    private static readonly Gen<TimeWindow> Windows = Gen.Select(Edge, Edge, Gen.Bool, Gen.Bool, (f, t, i, e) => new TimeWindow(f, t, i, e));

    private static Gen<CorrelatedCriterion> Correlated(int depth) =>
        from criterion in Criteria(depth)
        from start in Sometimes(Windows, 2)
        from end in Sometimes(Windows, 5)
        from ignore in Gen.Bool
        from kind in Gen.OneOfConst(Enum.GetValues<OccurrenceKind>())
        from count in Gen.Int[0, 2]
        from different in Gen.OneOfConst(null, null, "concept", "start", "days", "value", "days_supply", "visit")
        from visit in Gen.Int[0, 5]
        select new CorrelatedCriterion(criterion, start, end, ignore, new(kind, count, different)) { RestrictVisit = visit == 0 };

    private static Gen<CriteriaGroup> Groups(int depth) =>
        from kind in Gen.OneOfConst(Enum.GetValues<GroupKind>())
        from count in Gen.Int[0, 2]
        from criteria in Correlated(depth).Array[0, 2]
        from who in Sometimes(
            Gen.OneOf(
                Ranges(58, 61, 1).Select(r => (Condition)new Condition.Numbers("age", r)),
                Gen.OneOfConst("gender", "race").Select(of => (Condition)new Condition.OneOf(of, [8507, 8515], false)),
                Dates.SelectMany(r => Gen.OneOfConst("start", "end").Select(of => (Condition)new Condition.Days(of, r)))).Array[1, 2].Select(c => new DemographicCriterion(c)),
            3)
        from groups in depth == 0 ? Gen.Const(Array.Empty<CriteriaGroup>()) : Groups(depth - 1).Array[0, 1]
        select new CriteriaGroup(kind, count, criteria, who is null ? [] : [who], groups);

    private static readonly Gen<EventLimit> Limits = Gen.OneOfConst(Enum.GetValues<EventLimit>());

    private static readonly Gen<CohortDefinition> Cohorts =
        from primary in Criteria(1).Array[1, 2]
        from days in Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5])
        from limits in Gen.Select(Limits, Limits, Limits)
        from additional in Sometimes(Groups(1), 3)
        from rules in Groups(1).Array[0, 2]
        from end in Sometimes(Gen.Select(Gen.Bool, Gen.Int[-3, 15], (e, d) => new DateOffset(e, d)), 2)
        from censoring in Criteria(0).Array[0, 1]
        from pad in Gen.Int[0, 5]
        from era in Sometimes(Gen.Select(Gen.Int[0, 4], Gen.Int[0, 9], Gen.Int[0, 5], Gen.Int[-4, 8], (set, gap, offset, days) => new CustomEra(set, gap, offset, days < 0 ? null : days)), 3)
        from window in Sometimes(Gen.Select(Day, Gen.Int[0, 40], (d, n) => new Period(n % 5 == 0 ? null : d, n % 7 == 0 ? null : d.AddDays(n))), 5)
        select new CohortDefinition(Sets, new(primary, days.Item1, days.Item2, limits.Item1), additional, limits.Item2, [.. rules.Select((g, i) => new InclusionRule($"rule {i}", g))], limits.Item3, era is null ? end : null, censoring, pad) { CustomEra = era, CensorWindow = window };

    /// <summary>The same 60 worlds each time; others with <c>MINATO_COHORT_SEED</c>, more with <c>MINATO_COHORT_WORLDS</c>.</summary>
    [Fact]
    public void The_engine_and_the_oracle_agree()
    {
        var times = int.Parse(Environment.GetEnvironmentVariable("MINATO_COHORT_WORLDS") ?? "60", System.Globalization.CultureInfo.InvariantCulture);
        var seed = ulong.Parse(Environment.GetEnvironmentVariable("MINATO_COHORT_SEED") ?? "13", System.Globalization.CultureInfo.InvariantCulture);
        var pcg = new PCG(1, seed);
        var gen = Gen.Select(Worlds, Cohorts);
        var met = 0;
        var all = Enumerable.Range(0, times).Select(_ => gen.Generate(pcg, null, out var _)).ToList();
        Parallel.For(0, times, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
        {
            var (world, cohort) = all[i];
            var expected = world.Expect(cohort);
            Assert.Equal(expected, world.Compute(cohort, out var flow));
            if (i % 5 == 0)
            {
                Assert.Equal([expected, expected], world.ComputeInBatch(cohort));
            }

            Assert.Equal(expected.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[0]).Distinct().Count(), flow[^1].Persons);
            Interlocked.Add(ref met, expected.Length > 0 ? 1 : 0);
        });
        Assert.True(met > times / 10, $"only {met} cohorts were not empty: the test would prove little");
    }
}
