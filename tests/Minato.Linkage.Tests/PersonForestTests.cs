using CsCheck;
using Minato.Linkage.Persons;

namespace Minato.Linkage.Tests;

/// <summary>Merges and splits against the obvious oracle: who is reachable through the merges in force.</summary>
public sealed class PersonForestTests
{
    private const int Nodes = 9;

    [Fact]
    public void Any_sequence_of_merges_and_splits_is_what_the_merges_in_force_say() =>
        Gen.Select(Gen.Bool, Gen.Int[0, Nodes - 1], Gen.Int[0, Nodes - 1], Gen.Int[0, 50]).Array[0, 40].Sample(
            steps =>
            {
                var forest = new PersonForest();
                for (var n = 0; n < Nodes; n++)
                {
                    forest.Add((UInt128)(n + 1));
                }

                var inForce = new List<MergeEdge>();
                foreach (var (split, left, right, which) in steps)
                {
                    if (split && inForce.Count > 0)
                    {
                        var edge = inForce[which % inForce.Count];
                        forest.Split(edge.Id);
                        inForce.Remove(edge);
                        Assert.False(forest.Edge(edge.Id)!.InForce);
                    }
                    else if (Component(inForce, left).Contains(right))
                    {
                        Assert.Equal(forest.Kept(left), forest.Kept(right));
                    }
                    else
                    {
                        var edge = new MergeEdge($"m-{forest.MergesInForce + forest.Splits}", left, right, "desk", 0, InForce: true);
                        var stays = forest.Kept(left);
                        forest.Merge(edge);
                        inForce.Add(edge);
                        Assert.Equal(stays, forest.Kept(right));
                    }
                }

                for (var n = 0; n < Nodes; n++)
                {
                    var component = Component(inForce, n);
                    Assert.Equal(component, forest.Members(n));
                    Assert.All(component, m => Assert.Equal(forest.Kept(n), forest.Kept(m)));
                    Assert.Contains(forest.Kept(n), component);
                }

                Assert.Equal(inForce.Count, forest.MergesInForce);
                foreach (var edge in inForce)
                {
                    var (kept, merged) = forest.Sides(edge);
                    Assert.Empty(kept.Intersect(merged));
                    Assert.Equal(Component(inForce, edge.Kept), kept.Concat(merged).Order());
                }

                AssertSame(forest, Replayed(inForce, forest));
            },
            iter: 3_000);

    [Fact]
    public void A_split_restores_exactly_what_was_before_the_merge()
    {
        var forest = new PersonForest();
        for (var n = 0; n < 4; n++)
        {
            forest.Add((UInt128)(n + 1));
        }

        forest.Merge(new MergeEdge("a", 1, 0, "desk", 0, InForce: true));
        forest.Merge(new MergeEdge("b", 2, 3, "desk", 0, InForce: true));
        var before = Enumerable.Range(0, 4).Select(forest.Kept).ToArray();
        forest.Merge(new MergeEdge("c", 3, 0, "desk", 0, InForce: true));
        Assert.Single(Enumerable.Range(0, 4).Select(forest.Kept).Distinct());
        forest.Split("c");
        Assert.Equal(before, Enumerable.Range(0, 4).Select(forest.Kept));
        Assert.Throws<InvalidOperationException>(() => forest.Split("c"));
    }

    private static List<int> Component(List<MergeEdge> edges, int node)
    {
        var reached = new SortedSet<int> { node };
        for (var size = 0; size != reached.Count;)
        {
            size = reached.Count;
            foreach (var e in edges.Where(e => reached.Contains(e.Kept) || reached.Contains(e.Merged)))
            {
                reached.Add(e.Kept);
                reached.Add(e.Merged);
            }
        }

        return [.. reached];
    }

    /// <summary>What a store would bring back after a restart.</summary>
    private static PersonForest Replayed(List<MergeEdge> inForce, PersonForest like)
    {
        var forest = new PersonForest();
        for (var n = 0; n < like.Count; n++)
        {
            forest.Add(like.HandleOf(n));
        }

        foreach (var edge in inForce)
        {
            forest.Merge(edge);
        }

        return forest;
    }

    private static void AssertSame(PersonForest a, PersonForest b) => Assert.All(Enumerable.Range(0, a.Count), n => Assert.Equal(a.Kept(n), b.Kept(n)));
}
