namespace Minato.Linkage.Matching;

/// <summary>Of each row the best partner that its links offer, and how much the next one is worth.</summary>
internal sealed class Partners
{
    private readonly int[] best;
    private readonly float[] worth;
    private readonly float[] next;

    private Partners(int rows)
    {
        (best, worth, next) = (new int[rows], new float[rows], new float[rows]);
        Array.Fill(best, -1);
        Array.Fill(worth, float.NegativeInfinity);
        Array.Fill(next, float.NegativeInfinity);
    }

    /// <param name="links">In any order; a pair may come several times.</param>
    public static Partners Of(List<Link> links, int rows)
    {
        var made = new Partners(rows);
        foreach (var link in links)
        {
            made.Take(link.A, link.B, link.Weight);
            made.Take(link.B, link.A, link.Weight);
        }

        return made;
    }

    /// <summary>Both sides hold each person once, if rows with two partners above <paramref name="floor"/> are rare.</summary>
    public bool LookSingle(float floor)
    {
        var (some, several) = (0, 0);
        for (var row = 0; row < best.Length; row++)
        {
            some += worth[row] > floor ? 1 : 0;
            several += next[row] > floor ? 1 : 0;
        }

        return several <= 0.05 * some;
    }

    /// <summary>Rows that are each other's best, at least so much worth and so far before the next of either.</summary>
    public bool[] Settled(float least, float lead)
    {
        var made = new bool[best.Length];
        for (var row = 0; row < best.Length; row++)
        {
            made[row] = best[row] is >= 0 and var other && best[other] == row && worth[row] >= least && worth[row] >= Math.Max(next[row], next[other]) + lead;
        }

        return made;
    }

    private void Take(int row, int other, float weight)
    {
        if (best[row] == other)
        {
            return;
        }

        if (weight > worth[row])
        {
            (next[row], worth[row], best[row]) = (worth[row], weight, other);
        }
        else if (weight > next[row])
        {
            next[row] = weight;
        }
    }
}
