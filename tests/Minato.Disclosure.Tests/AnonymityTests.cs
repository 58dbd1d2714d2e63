using Minato.Disclosure;

namespace Minato.Disclosure.Tests;

public sealed class AnonymityTests
{
    private static readonly string[][] Age = [.. Enumerable.Range(0, 8).Select(a => new[] { $"a{a}", $"b{a / 2}", $"c{a / 4}", "*" })];
    private static readonly string[][] Place = [.. Enumerable.Range(0, 6).Select(p => new[] { $"p{p}", $"q{p / 3}", "*" })];
    private static readonly string[][] Sex = [["f", "*"], ["m", "*"]];
    private static readonly string[][] Illness = [["i0", "x", "*"], ["i1", "x", "*"], ["i2", "y", "*"], ["i3", "y", "*"], ["i4", "z", "*"]];

    private sealed record World(PersonTable Table, AnonymityOracle Oracle, string[][] Keys);

    /// <summary>Few persons, so that all corner cases meet: ties, empty classes, everything suppressed.</summary>
    private static World Make(int seed, bool withPopulation)
    {
        var random = new Random(seed);
        var n = random.Next(1, 60);
        string[][][] ladders = [Age, Place, Sex];
        var spread = random.Next(2, 9);
        var keys = Enumerable.Range(0, n).Select(_ => ladders.Select(l => l[Math.Min(l.Length - 1, random.Next(spread))][0]).ToArray()).ToArray();
        var sensitive = Enumerable.Range(0, n).Select(_ => Illness[random.Next(random.Next(1, 6))][0]).ToArray();
        var sample = Enumerable.Range(0, n).Select(i => !withPopulation || i == 0 || random.Next(3) > 0).ToArray();
        var builder = new PersonTable.Builder([.. ladders.Select((l, d) => Hierarchy.Of($"k{d}", l).Value)], ["illness"]);
        for (var r = 0; r < n; r++)
        {
            builder.Add(keys[r], [sensitive[r]], sample[r]);
        }

        return new(builder.Build().Value, new AnonymityOracle(ladders, keys, sensitive, sample), keys);
    }

    private static (AnonymityModel Model, Func<World, Func<IReadOnlyList<int>, IReadOnlyList<int>, bool>> Keeps)[] Models() =>
    [
        (new KAnonymity(3), _ => (mine, _) => mine.Count >= 3),
        (new KMap(4), _ => (_, all) => all.Count >= 4),
        (new DistinctDiversity("illness", 2), w => (mine, _) => w.Oracle.Counts(mine).Count() >= 2),
        (new EntropyDiversity("illness", 2), w => (mine, _) => Entropy(w.Oracle.Counts(mine)) >= Math.Log(2) - 1e-9 && w.Oracle.Counts(mine).Count() >= 2),
        (new RecursiveDiversity("illness", 2, 2), w => (mine, _) => w.Oracle.Counts(mine).Count() >= 2 && w.Oracle.Counts(mine).First() < 2 * w.Oracle.Counts(mine).Skip(1).Sum()),
        (new EqualCloseness("illness", 0.3), w => (mine, _) => w.Oracle.Values.Sum(v => Math.Abs(w.Oracle.Share(mine, v) - w.Oracle.Share(w.Oracle.Sample, v))) / 2 <= 0.3 + 1e-12),
        (new OrderedCloseness("illness", 0.25), w => (mine, _) => Ordered(w, mine) <= 0.25 + 1e-12),
        (new HierarchicalCloseness("illness", 0.25, Hierarchy.Of("illness", Illness).Value), w => (mine, _) => Hierarchical(w, mine) <= 0.25 + 1e-12),
        (new DeltaPresence(0, 0.7, AbsentToo: true), _ => (mine, all) => mine.Count / (double)all.Count <= 0.7),
        (new DeltaPresence(0.3, 0.9, AbsentToo: true), _ => (mine, all) => mine.Count / (double)all.Count is >= 0.3 and <= 0.9),
    ];

    private static double Entropy(IEnumerable<int> counts)
    {
        double n = counts.Sum();
        return -counts.Sum(c => c / n * Math.Log(c / n));
    }

    private static double Ordered(World w, IReadOnlyList<int> mine)
    {
        double sum = 0, distance = 0;
        foreach (var v in w.Oracle.Values)
        {
            sum += w.Oracle.Share(mine, v) - w.Oracle.Share(w.Oracle.Sample, v);
            distance += Math.Abs(sum);
        }

        return w.Oracle.Values.Count < 2 ? 0 : distance / (w.Oracle.Values.Count - 1);
    }

    // On a tree, the way of the mass is half the surplus of every node, by the height that it rises.
    private static double Hierarchical(World w, IReadOnlyList<int> mine)
    {
        double Surplus(int level, string label) => Illness.Where(row => row[level] == label).Sum(row => w.Oracle.Share(mine, row[0]) - w.Oracle.Share(w.Oracle.Sample, row[0]));
        return Enumerable.Range(0, 2).Sum(level => Illness.Select(row => row[level]).Distinct().Sum(label => Math.Abs(Surplus(level, label)))) / 2 / 2;
    }

    public static TheoryData<int> AllModels => [.. Enumerable.Range(0, Models().Length)];

    [Theory]
    [MemberData(nameof(AllModels))]
    public void TheSearchFindsWhatGoingThroughEveryNodeFinds(int which)
    {
        var (model, keeps) = Models()[which];
        for (var seed = 0; seed < 60; seed++)
        {
            var w = Make((which * 1000) + seed, model is KMap or DeltaPresence);
            var limit = new[] { 0, 0.1, 0.5, 1 }[seed % 4];
            LossMeasure[] measures = [new Loss(), new Discernibility(), new EntropyLoss(Suppression: true), new AverageClassSize()];
            Func<int[], Dictionary<string, List<int>>, HashSet<string>, double>[] slowly = [w.Oracle.Loss, w.Oracle.Discernibility, w.Oracle.Entropy, w.Oracle.Average];
            var (measure, by) = (measures[seed / 4 % 4], slowly[seed / 4 % 4]);
            var expected = w.Oracle.Feasible(keeps(w), model is DeltaPresence { Minimum: > 0 }, limit, by);
            foreach (var prove in new[] { false, true })
            {
                var found = Anonymity.Search(w.Table, [model], limit, measure, prove: prove, threads: 1 + (seed % 2));
                Assert.Equal(expected.Count > 0, found.IsOk);
                if (!found.IsOk)
                {
                    Assert.Equal("anonymity.no-solution", found.Findings[0].Code);
                    continue;
                }

                var least = expected.Min(e => e.Loss);
                var same = Assert.Single(expected, e => e.Levels.SequenceEqual(found.Value.Levels));
                Assert.Equal(least, found.Value.Loss, 1e-9 * Math.Max(1, least));
                Assert.Equal(same.Loss, found.Value.Loss, 1e-9 * Math.Max(1, least));
                Assert.Equal(same.Suppressed, found.Value.Suppressed);
                Assert.Equal(prove, found.Value.Examined == found.Value.Nodes && prove);
            }
        }
    }

    [Fact]
    public void SeveralModelsHoldTogether()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var w = Make(seed, false);
            var expected = w.Oracle.Feasible((mine, _) => mine.Count >= 3 && w.Oracle.Counts(mine).Count() >= 2 && Ordered(w, mine) <= 0.4 + 1e-12, false, 0.4, w.Oracle.Loss);
            var found = Anonymity.Search(w.Table, [new KAnonymity(3), new DistinctDiversity("illness", 2), new OrderedCloseness("illness", 0.4)], 0.4, new Loss());
            Assert.Equal(expected.Count > 0, found.IsOk);
            if (found.IsOk)
            {
                Assert.Equal(expected.Min(e => e.Loss), found.Value.Loss, 1e-9);
            }
        }
    }

    [Fact]
    public void RecodedRecordsAreTheClassesThatWereProved()
    {
        var w = Make(7, false);
        var found = Anonymity.Search(w.Table, [new KAnonymity(3)], 1, new Loss()).Value;
        var labels = new string[3];
        var shown = new List<string>();
        foreach (var record in w.Keys)
        {
            if (found.TryRecode([.. record.Select((v, d) => w.Table.Keys[d].CodeOf(v))], labels))
            {
                shown.Add(string.Join('/', labels));
            }
        }

        Assert.Equal(w.Keys.Length - found.Suppressed, shown.Count);
        Assert.All(shown.GroupBy(s => s), g => Assert.True(g.Count() >= 3));
        Assert.Equal(found.Classes, shown.Distinct().Count());
    }

    [Fact]
    public void AClassOfExactlyLogLIsKeptOnlyWhenCountedExactly()
    {
        var builder = new PersonTable.Builder([Hierarchy.Of("sex", Sex).Value], ["illness"]);
        foreach (var i in new[] { "i0", "i0", "i1", "i1", "i2", "i2" })
        {
            builder.Add(["f"], [i]);
        }

        var table = builder.Build().Value;
        Assert.Equal(0, Anonymity.Search(table, [new EntropyDiversity("illness", 3)], 0, new Loss()).Value.Suppressed);
        Assert.False(Anonymity.Search(table, [new EntropyDiversity("illness", 3, Exact: false)], 0, new Loss()).IsOk);
    }

    [Fact]
    public void PoissonSamplingAsksForLessThanK()
    {
        var model = new EstimatedKMap(5, 100_000, 0.05);
        Assert.Equal(5, model.SampleMinimum(30_162)); // mean 1.5: P(X ≤ 4) is the first above 95 %
        Assert.Equal(2, new EstimatedKMap(5, 10_000_000, 0.05).SampleMinimum(10_000));
    }

    [Fact]
    public void WhatIsWrongIsSaidWithoutQuotingValues()
    {
        Assert.Equal("hierarchy.not-a-tree", Hierarchy.Of("age", [["1", "a", "*"], ["2", "a", "+"]]).Findings[0].Code);
        Assert.Equal("hierarchy.ragged", Hierarchy.Of("age", [["1", "*"], ["2"]]).Findings[0].Code);
        Assert.Equal("hierarchy.empty", Hierarchy.Of("age", []).Findings[0].Code);
        var builder = new PersonTable.Builder([Hierarchy.Of("sex", Sex).Value]);
        builder.Add(["secret"]);
        var finding = Assert.Single(builder.Build().Findings);
        Assert.Equal(("anonymity.value-missing", "sex"), (finding.Code, finding.Place.Field));
        Assert.DoesNotContain("secret", finding.ToString(), StringComparison.Ordinal);
        var table = Make(1, false).Table;
        Assert.Equal("anonymity.model", Anonymity.Search(table, [new KAnonymity(0)], 0, new Loss()).Findings[0].Code);
        Assert.Equal("anonymity.model", Anonymity.Search(table, [new DistinctDiversity("income", 2)], 0, new Loss()).Findings[0].Code);
        Assert.Equal("anonymity.limit", Anonymity.Search(table, [new KAnonymity(2)], double.NaN, new Loss()).Findings[0].Code);
    }

    [Fact]
    public void WeightsMoveTheOptimum()
    {
        var w = Make(11, false);
        var careful = Anonymity.Search(w.Table, [new KAnonymity(3)], 0.5, new Loss(), new Dictionary<string, double> { ["k0"] = 1, ["k1"] = 0, ["k2"] = 0 }).Value;
        var other = Anonymity.Search(w.Table, [new KAnonymity(3)], 0.5, new Loss(), new Dictionary<string, double> { ["k0"] = 0, ["k1"] = 1, ["k2"] = 1 }).Value;
        Assert.True(careful.Levels[0] < other.Levels[0]);
    }

    /// <summary>What ARX 3.9.2 finds for the Adult file (UCI, CC BY 4.0).</summary>
    [Theory]
    [InlineData(0, "0,4,1,1,3,2,2,1,0", 0.5731509655590044, 0)]
    [InlineData(0.05, "0,3,0,0,2,1,1,2,0", 0.2419323650662908, 1346)]
    [InlineData(1, "0,3,0,0,2,1,1,1,0", 0.22041192847984292, 2553)]
    public void AdultComesOutAsInArx(double limit, string levels, double loss, long suppressed)
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable("MINATO_SAMPLES") ?? Path.Combine(AppContext.BaseDirectory, "../../../../../../shared/samples"), "adult");
        if (!Directory.Exists(folder))
        {
            Assert.Skip("The Adult sample is not here (../shared/samples, or MINATO_SAMPLES)");
        }

        var lines = File.ReadAllLines(Path.Combine(folder, "adult.csv"));
        var builder = new PersonTable.Builder([.. lines[0].Split(';').Select(h => Hierarchy.Of(h, [.. File.ReadLines(Path.Combine(folder, $"adult_hierarchy_{h}.csv")).Select(l => l.Split(';'))]).Value)]);
        foreach (var line in lines.Skip(1))
        {
            builder.Add(line.Split(';'));
        }

        var found = Anonymity.Search(builder.Build().Value, [new KAnonymity(5)], limit, new Loss()).Value;
        Assert.Equal((levels, suppressed), (string.Join(',', found.Levels), found.Suppressed));
        Assert.Equal(loss, found.Loss, 1e-9);
        Assert.Equal(12_960, found.Nodes);
    }
}
