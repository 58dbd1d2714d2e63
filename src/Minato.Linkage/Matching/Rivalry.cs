namespace Minato.Linkage.Matching;

/// <summary>
/// Links of rows of two sides where each row has at most one partner. Most have no rival, and their probability is a formula; the others
/// ask their rivals, in rounds. Deterministic.
/// </summary>
internal sealed class Rivalry
{
    private const int MostRounds = 30;

    private readonly List<Link> links;
    private readonly List<int> lone = [];

    // The contested links, twice: grouped by their row on side A, and on side B.
    private readonly int[] contested;
    private readonly int[] startsA;
    private readonly int[] orderB;
    private readonly int[] startsB;

    /// <param name="links">Sorted by rows; the rows of the two sides have different numbers, all below <paramref name="rows"/>.</param>
    public Rivalry(List<Link> links, int rows)
    {
        this.links = links;
        var degree = new int[rows];
        foreach (var link in links)
        {
            degree[link.A]++;
            degree[link.B]++;
        }

        var several = new List<int>();
        for (var k = 0; k < links.Count; k++)
        {
            (degree[links[k].A] == 1 && degree[links[k].B] == 1 ? lone : several).Add(k);
        }

        contested = [.. several];
        startsA = Starts(contested, k => links[k].A);
        orderB = Enumerable.Range(0, contested.Length).OrderBy(c => links[contested[c]].B).ToArray();
        startsB = Starts(orderB, c => links[contested[c]].B);
    }

    /// <summary>Fills in the probabilities where all odds are multiplied by 2^shift, and gives their sum.</summary>
    public double Expected(double shift, float[] made)
    {
        var expected = 0.0;
        foreach (var k in lone)
        {
            var p = 1 / (1 + double.Exp2(-Math.Min(links[k].Weight + shift, 60)));
            made[k] = (float)p;
            expected += p;
        }

        var n = contested.Length;
        var (odds, fromA, fromB) = (new double[n], new double[n], new double[n]);
        for (var c = 0; c < n; c++)
        {
            odds[c] = double.Exp2(Math.Min(links[contested[c]].Weight + shift, 60));
            fromA[c] = fromB[c] = 1;
        }

        // What a row says over a link: the chance that none of its other links holds, given what the other ends of those say.
        var identity = Enumerable.Range(0, n).ToArray();
        for (var round = 0; round < MostRounds; round++)
        {
            Say(identity, startsA, odds, fromB, fromA);
            if (Say(orderB, startsB, odds, fromA, fromB) < 1e-6)
            {
                break;
            }
        }

        for (var c = 0; c < n; c++)
        {
            var o = odds[c] * fromA[c] * fromB[c];
            var p = o / (1 + o);
            made[contested[c]] = (float)p;
            expected += p;
        }

        return expected;
    }

    private static double Say(int[] order, int[] starts, double[] odds, double[] heard, double[] said)
    {
        var change = 0.0;
        for (var g = 0; g + 1 < starts.Length; g++)
        {
            var (from, to) = (starts[g], starts[g + 1]);
            var sum = 1.0;
            for (var i = from; i < to; i++)
            {
                sum += odds[order[i]] * heard[order[i]];
            }

            for (var i = from; i < to; i++)
            {
                var c = order[i];
                var others = 1.0;
                if (to - from <= 16)
                {
                    // Summed anew: taking a large term from a large sum leaves nothing of the small ones.
                    for (var j = from; j < to; j++)
                    {
                        others += j == i ? 0 : odds[order[j]] * heard[order[j]];
                    }
                }
                else
                {
                    others = Math.Max(1, sum - (odds[c] * heard[c]));
                }

                var now = 1 / others;
                change = Math.Max(change, Math.Abs(now - said[c]));
                said[c] = now;
            }
        }

        return change;
    }

    private static int[] Starts(int[] sorted, Func<int, int> row)
    {
        var starts = new List<int>();
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || row(sorted[i]) != row(sorted[i - 1]))
            {
                starts.Add(i);
            }
        }

        starts.Add(sorted.Length);
        return [.. starts];
    }
}
