using Minato.Linkage.Matching;
using Xunit;

namespace Minato.Linkage.Tests.Matching;

/// <summary>The chance of a link among its rivals, against all ways to pair the rows, counted one by one.</summary>
public sealed class RivalryTests
{
    [Fact]
    public void Without_rings_the_chances_are_those_of_all_pairings()
    {
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var (rowsA, rowsB) = (random.Next(1, 5), random.Next(1, 5));
            var links = Forest(random, rowsA, rowsB);
            var made = new float[links.Count];
            var expected = new Rivalry(links, rowsA + rowsB).Expected(0, made);
            var (all, with) = (0.0, new double[links.Count]);
            Pair(links, 0, 0, 1, [], (worth, chosen) =>
            {
                all += worth;
                foreach (var k in chosen)
                {
                    with[k] += worth;
                }
            });
            for (var k = 0; k < links.Count; k++)
            {
                Assert.Equal(with[k] / all, made[k], 4);
            }

            Assert.Equal(with.Sum() / all, expected, 3);
        }
    }

    [Fact]
    public void A_link_alone_has_its_own_chance_and_a_shift_multiplies_the_odds()
    {
        var made = new float[1];
        var rivalry = new Rivalry([new Link(0, 1, 3)], 2);
        rivalry.Expected(0, made);
        Assert.Equal(8.0 / 9, made[0], 5);
        rivalry.Expected(2, made);
        Assert.Equal(32.0 / 33, made[0], 5);
    }

    [Fact]
    public void Equal_rivals_share_what_there_is()
    {
        var made = new float[2];
        var expected = new Rivalry([new Link(0, 2, 20), new Link(1, 2, 20)], 3).Expected(0, made);
        Assert.Equal(0.5, made[0], 4);
        Assert.Equal(made[0], made[1]);
        Assert.InRange(expected, 0.99, 1.0);
    }

    private static List<Link> Forest(Random random, int rowsA, int rowsB)
    {
        var root = Enumerable.Range(0, rowsA + rowsB).ToArray();
        int Root(int x) => root[x] == x ? x : Root(root[x]);
        var links = new List<Link>();
        for (var a = 0; a < rowsA; a++)
        {
            for (var b = rowsA; b < rowsA + rowsB; b++)
            {
                if (random.NextDouble() < 0.7 && Root(a) != Root(b))
                {
                    root[Root(a)] = Root(b);
                    links.Add(new Link(a, b, (float)((random.NextDouble() * 24) - 8)));
                }
            }
        }

        return links;
    }

    private static void Pair(List<Link> links, int at, int used, double worth, List<int> chosen, Action<double, List<int>> found)
    {
        if (at == links.Count)
        {
            found(worth, chosen);
            return;
        }

        Pair(links, at + 1, used, worth, chosen, found);
        var both = (1 << links[at].A) | (1 << links[at].B);
        if ((used & both) == 0)
        {
            chosen.Add(at);
            Pair(links, at + 1, used | both, worth * Math.Pow(2, links[at].Weight), chosen, found);
            chosen.RemoveAt(chosen.Count - 1);
        }
    }
}
