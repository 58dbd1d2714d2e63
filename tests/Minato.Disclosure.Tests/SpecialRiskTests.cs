using Minato.Disclosure;

namespace Minato.Disclosure.Tests;

public sealed class SpecialRiskTests
{
    private static readonly string Adult = Path.Combine(Environment.GetEnvironmentVariable("MINATO_SAMPLES") ?? Path.Combine(AppContext.BaseDirectory, "../../../../../../shared/samples"), "adult", "adult.csv");

    private static KeyTable Random(int seed, int records, int columns, int kinds)
    {
        var random = new Random(seed);
        return KeyTable.Of([.. Enumerable.Range(0, columns).Select(d => $"k{d}")], [.. Enumerable.Range(0, columns).Select(_ => (IReadOnlyList<string?>)[.. Enumerable.Range(0, records).Select(_ => random.Next(kinds) is 0 ? null : $"v{random.Next(kinds)}")])]);
    }

    private static KeyTable AdultKeys(params string[] names)
    {
        if (!File.Exists(Adult))
        {
            Assert.Skip("The Adult sample is not here (../shared/samples, or MINATO_SAMPLES)");
        }

        var lines = File.ReadAllLines(Adult);
        var head = lines[0].Split(';');
        var rows = lines.Skip(1).Select(l => l.Split(';')).ToArray();
        names = names.Length == 0 ? head : names;
        return KeyTable.Of(names, [.. names.Select(n => (IReadOnlyList<string?>)[.. rows.Select(r => r[Array.IndexOf(head, n)])])]);
    }

    [Fact]
    public void ScoresAreThoseOfTheDefinition()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var table = Random(seed, 40, 4, 4);
            var found = SpecialUniques.Of(table, 3).Value;
            for (var r = 0; r < table.Records; r++)
            {
                bool Unique(int set) => set != 0 && Enumerable.Range(0, table.Records).Count(s => Enumerable.Range(0, 4).All(d => (set >> d & 1) == 0 || table.Codes[d][s] == table.Codes[d][r])) == 1;
                var minimal = Enumerable.Range(1, 15).Where(s => System.Numerics.BitOperations.PopCount((uint)s) <= 3 && Unique(s) && Enumerable.Range(0, 4).All(d => (s >> d & 1) == 0 || !Unique(s & ~(1 << d)))).ToArray();
                var score = minimal.Sum(s => Enumerable.Range(0, 4).Where(i => i >= System.Numerics.BitOperations.PopCount((uint)s) && i < 3).Aggregate(1.0, (w, i) => w * (4 - i)));
                Assert.Equal(score, found.Scores[r]);
                Assert.Equal(minimal.Length == 0 ? 0 : minimal.Min(s => System.Numerics.BitOperations.PopCount((uint)s)), found.SmallestSets[r]);
            }
        }
    }

    /// <summary>sdcMicro 5.8.1's suda2 on the same records.</summary>
    [Fact]
    public void AdultIsScoredAsBySdcMicro()
    {
        var seven = SpecialUniques.Of(AdultKeys("sex", "age", "race", "marital-status", "education", "native-country", "workclass")).Value;
        Assert.Equal((7_653, 720), (seven.Scores.Count(s => s > 0), seven.Scores.Max()));
        var nine = SpecialUniques.Of(AdultKeys()).Value;
        Assert.Equal((15_512, 40_326), (nine.Scores.Count(s => s > 0), nine.Scores.Max()));
        Assert.Equal("suda.too-much", SpecialUniques.Of(Random(1, 10, 30, 2)).Findings[0].Code);
    }

    /// <summary>ARX 3.9.2's estimators on the same class sizes.</summary>
    [Theory]
    [InlineData(60_000, 25949.44419872918, 26193.9256806)]
    [InlineData(300_000, 96292.52126580896, 83181.2362155)]
    [InlineData(300_000_000, 79370639.38222045, 11854199.04)]
    public void UniquesOfThePopulationAreEstimatedAsByArx(long population, double zayatz, double pitman)
    {
        var sizes = AdultSizes();
        Assert.Equal(zayatz, PopulationUniqueness.Zayatz(sizes, population), zayatz * 1e-9);
        Assert.Equal(pitman, PopulationUniqueness.Pitman(sizes, population), pitman * 1e-7);
        Assert.Equal(population > 10 * 30_162 ? pitman : zayatz, PopulationUniqueness.Estimate(sizes, population), zayatz * 1e-7);
    }

    private static int[] AdultSizes()
    {
        return [.. AdultKeys().Packed()!.Value.Keys.GroupBy(k => k).Select(g => g.Count())];
    }

    [Fact]
    public void WhoeverIsAllOfThePopulationIsAsUniqueAsInTheFile()
    {
        Assert.Equal(3, PopulationUniqueness.Zayatz([1, 1, 1, 5, 9], 17), 1e-9);
        Assert.Equal(0, PopulationUniqueness.Estimate([2, 2, 8], 1000));
    }

    [Theory]
    [InlineData(1, 20)]
    [InlineData(2, 35)]
    [InlineData(3, 50)]
    [InlineData(7, 8)]
    public void IndividualRiskIsTheMeanOfOneOverTheClassInThePopulation(int sample, double weights)
    {
        // F = sample + failures before the sample-th success; summed term by term.
        double p = sample / weights, probability = Math.Pow(p, sample), mean = 0;
        for (var failures = 0; failures < 20_000; failures++)
        {
            mean += probability / (sample + failures);
            probability *= (1 - p) * (sample + failures) / (failures + 1);
        }

        Assert.Equal(mean, IndividualRisk.Of(sample, weights), 1e-9);
        Assert.Equal(1.0 / sample, IndividualRisk.Of(sample, sample), 1e-12);
    }

    [Fact]
    public void ValuesAreLeftOutUntilEveryRecordLooksLikeK()
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var table = Random(seed, 120, 4, 5);
            var found = LocalSuppression.Suppress(table, 4).Value;
            Assert.True(found.SmallestMatch >= 4);
            Assert.Equal(found.SmallestMatch, LocalSuppression.SmallestMatch(table, found.Suppressed));
            Assert.Equal(found.Total, found.Suppressed.Sum(p => System.Numerics.BitOperations.PopCount(p)));

            // Nothing is hidden in vain: to show any one value again would leave somebody too rare.
            var some = Enumerable.Range(0, 120).Where(r => found.Suppressed[r] != 0).Take(5);
            foreach (var r in some)
            {
                var without = found.Suppressed.ToArray();
                without[r] &= without[r] - 1;
                Assert.True(LocalSuppression.SmallestMatch(table, without) < 4);
            }
        }
    }

    [Fact]
    public void DearColumnsStay()
    {
        var table = Random(3, 150, 3, 6);
        var found = LocalSuppression.Suppress(table, 4, [1000, 1, 1]).Value;
        Assert.True(found.ByColumn[0] < found.ByColumn[1] + found.ByColumn[2]);
        Assert.Equal("suppression.too-few", LocalSuppression.Suppress(Random(3, 3, 3, 6), 4).Findings[0].Code);
    }

    /// <summary>sdcMicro 5.8.1 needs 425 values on three keys and 15,743 on seven, under the same rule.</summary>
    [Fact]
    public void AdultLosesFewerValuesThanWithSdcMicro()
    {
        var three = LocalSuppression.Suppress(AdultKeys("sex", "age", "race"), 5).Value;
        Assert.True(three.Total <= 425 && three.SmallestMatch >= 5);
        var seven = LocalSuppression.Suppress(AdultKeys("sex", "age", "race", "marital-status", "education", "native-country", "workclass"), 5).Value;
        Assert.True(seven.Total <= 15_743 && seven.SmallestMatch >= 5);
    }

    [Fact]
    public void GroupsOfNearRecordsHaveKToLessThanTwiceKMembers()
    {
        var random = new Random(5);
        double[] x = [.. Enumerable.Range(0, 203).Select(_ => random.NextDouble())], y = [.. Enumerable.Range(0, 203).Select(_ => random.NextDouble() * 1000)];
        var groups = Microaggregation.Groups([x, y], 4).Value;
        Assert.All(groups.GroupBy(g => g), g => Assert.InRange(g.Count(), 4, 7));
        var means = Microaggregation.Means(x, groups);
        Assert.Equal(x.Sum(), means.Sum(), 1e-9);
        Assert.True(x.Zip(means, (a, b) => (a - b) * (a - b)).Sum() < x.Sum(a => (a - x.Average()) * (a - x.Average())) / 4);
        Assert.Equal("microaggregation.not-a-number", Microaggregation.Groups([[1, double.NaN, 2]], 2).Findings[0].Code);
        Assert.Equal([0, 0, 0, 1, 1, 1], Microaggregation.Groups([[0, 1, 2, 10, 11, 12]], 3).Value.Select(g => g == Microaggregation.Groups([[0, 1, 2, 10, 11, 12]], 3).Value[0] ? 0 : 1));
    }

    [Fact]
    public void SetsOfCodesHideEveryPersonAmongK()
    {
        var random = new Random(9);
        var ladder = Hierarchy.Of("code", [.. Enumerable.Range(0, 24).Select(c => new[] { $"c{c}", $"g{c / 3}", $"h{c / 12}" })]).Value;
        List<IReadOnlyCollection<string>> persons = [.. Enumerable.Range(0, 80).Select(_ => (IReadOnlyCollection<string>)[.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"c{random.Next(24)}").Distinct()])];
        Assert.True(SetAnonymity.Rare(persons, 4, 2).Value > 0);
        var shown = SetAnonymity.Generalise(persons, ladder, 4, 2).Value;
        List<IReadOnlyCollection<string>> after = [.. persons.Select(p => (IReadOnlyCollection<string>)[.. p.Select(c => shown.Shown[c]).OfType<string>().Distinct()])];
        Assert.Equal(0, SetAnonymity.Rare(after, 4, 2).Value);
        Assert.True(shown.LeftOut < shown.Occurrences / 4);
        Assert.Equal(0, SetAnonymity.Rare([["a", "b"], ["a", "b"], ["a"]], 2, 2).Value);
        Assert.Equal(2, SetAnonymity.Rare([["a", "b"], ["a", "c"], ["a", "b"]], 2, 2).Value); // c, and a with c
    }

    [Fact]
    public void WhatTheFirstRoundSuppressesTheNextShowsMoreCoarsely()
    {
        var random = new Random(2);
        string[][] ladder = [.. Enumerable.Range(0, 16).Select(a => new[] { $"a{a}", $"b{a / 4}", "*" })];
        var builder = new PersonTable.Builder([Hierarchy.Of("x", ladder).Value, Hierarchy.Of("y", ladder).Value]);
        string[][] records = [.. Enumerable.Range(0, 300).Select(_ => new[] { $"a{Math.Min(15, random.Next(4) * random.Next(5))}", $"a{random.Next(16)}" })];
        foreach (var r in records)
        {
            builder.Add(r);
        }

        var table = builder.Build().Value;
        var full = Anonymity.Search(table, [new KAnonymity(5)], 1, new Loss()).Value;
        var local = LocalRecoding.Search(table, [new KAnonymity(5)], new Loss()).Value;
        var labels = new string[2];
        var shown = new List<string>();
        foreach (var r in records)
        {
            if (local.TryRecode([.. r.Select((v, d) => table.Keys[d].CodeOf(v))], labels))
            {
                shown.Add(string.Join('/', labels));
            }
        }

        Assert.Equal(300 - local.Suppressed, shown.Count);
        Assert.True(local.Suppressed < full.Suppressed || full.Suppressed == 0);
        Assert.All(shown.GroupBy(s => s), g => Assert.True(g.Count() >= 5));
        Assert.Equal("anonymity.local", LocalRecoding.Search(table, [new KMap(3)], new Loss()).Findings[0].Code);
    }
}
