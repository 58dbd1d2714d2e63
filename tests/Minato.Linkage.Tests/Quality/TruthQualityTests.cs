using CsCheck;
using Minato.Linkage.Quality;

namespace Minato.Linkage.Tests.Quality;

/// <summary>Quality without making pairs is the quality of all pairs.</summary>
public sealed class TruthQualityTests
{
    private static readonly Gen<(int Cluster, int Truth, int Group)[]> Records =
        Gen.Select(Gen.Int[0, 8], Gen.Int[-4, 6], Gen.Int[-1, 2]).Array[0, 40];

    [Fact]
    public void It_counts_what_counting_pairs_one_by_one_counts() => Records.Sample(records =>
    {
        var quality = Measure(records);
        var (all, groups) = (Ends(records, _ => true), Enumerable.Range(0, 3).Select(g => Ends(records, r => r.Group == g)).ToArray());
        Assert.Equal(all.Precision, quality.All.Precision.Value, 12);
        Assert.Equal(all.Recall, quality.All.Recall.Value, 12);
        foreach (var group in quality.Groups)
        {
            var wanted = groups[int.Parse(group.Value)];
            Assert.Equal(wanted.Precision, group.Precision.Value, 12);
            Assert.Equal(wanted.Recall, group.Recall.Value, 12);
        }

        Assert.Equal(records.Where(r => r.Group >= 0).GroupBy(r => r.Group).Select(g => (g.Key.ToString(), (long)g.Count(), (long)g.Select(r => r.Truth).Distinct().Count())).Order(), quality.Groups.Select(g => (g.Value, g.Records, g.Persons)));
    }, iter: 1000);

    [Fact]
    public void Persons_and_clusters_are_judged_whole() => Records.Sample(records =>
    {
        var quality = Measure(records);
        var persons = records.GroupBy(r => r.Truth).Select(g => g.Select(r => r.Cluster).ToHashSet()).ToArray();
        var clusters = records.GroupBy(r => r.Cluster).ToDictionary(g => g.Key, g => g.Select(r => r.Truth).ToHashSet());
        Assert.Equal(persons.Length, quality.Persons);
        Assert.Equal(clusters.Count, quality.Clusters);
        Assert.Equal(persons.Count(p => p.Count > 1), quality.PersonsSplit);
        Assert.Equal(clusters.Values.Count(c => c.Count > 1), quality.ClustersMixed);
        Assert.Equal(persons.Count(p => p.Count == 1 && clusters[p.Single()].Count == 1), quality.PersonsExact);
    }, iter: 1000);

    [Fact]
    public void The_interval_holds_the_share_and_narrows_with_more_persons()
    {
        static TruthQuality Of(int persons) => Measure([.. Enumerable.Range(0, persons).SelectMany(p => new[] { (p, p, 0), (p % 20 == 0 ? persons + p : p, p, 0) })]);
        var (few, many) = (Of(200), Of(20_000));
        foreach (var q in new[] { few, many })
        {
            Assert.Equal(0.95, q.All.Recall.Value, 12);
            Assert.InRange(0.95, q.All.Recall.Low, q.All.Recall.High);
        }

        // Of 20 000 persons with a share of 0.95 the standard error is 0.0015.
        Assert.InRange(many.All.Recall.High - many.All.Recall.Low, 0.004, 0.009);
        Assert.True(few.All.Recall.High - few.All.Recall.Low > 5 * (many.All.Recall.High - many.All.Recall.Low));
    }

    [Fact]
    public void Without_an_error_the_interval_says_how_little_a_few_persons_prove()
    {
        var perfect = Measure([(1, 1, 0), (1, 1, 0), (2, 2, 0), (2, 2, 0)]).All;
        Assert.Equal(new Ratio(1, Math.Sqrt(0.025), 1), perfect.Recall);
        Assert.Equal(1, perfect.F1);
    }

    private static TruthQuality Measure((int Cluster, int Truth, int Group)[] records) => TruthQuality.Of(
        [.. records.Select(r => r.Cluster)], [.. records.Select(r => r.Truth)], new Grouping("group", ["0", "1", "2"], i => records[i].Group));

    /// <summary>The oracle: every pair, both ways round, seen from its first record.</summary>
    private static (double Precision, double Recall) Ends((int Cluster, int Truth, int Group)[] records, Func<(int Cluster, int Truth, int Group), bool> counts)
    {
        var (right, found, belong) = (0L, 0L, 0L);
        for (var i = 0; i < records.Length; i++)
        {
            for (var j = 0; j < records.Length; j++)
            {
                if (i != j && counts(records[i]))
                {
                    var (together, same) = (records[i].Cluster == records[j].Cluster, records[i].Truth == records[j].Truth);
                    right += together && same ? 1 : 0;
                    found += together ? 1 : 0;
                    belong += same ? 1 : 0;
                }
            }
        }

        return (found == 0 ? 1 : (double)right / found, belong == 0 ? 1 : (double)right / belong);
    }
}
