namespace Minato.Synthetic;

/// <summary>What a stream of chance is for: each subject has its own, so that a new question does not change the old answers.</summary>
internal enum Topic : ulong
{
    Population = 1,
    Names,
    Health,
    Attendance,
    Visits,
    Identity,
    Fate,
    Labs,
    Vaccines,
    Care,
    Surnames,
}

/// <summary>
/// Chance, the same on every machine: SplitMix64 streams keyed by seed, topic, person and period, and only operations that
/// IEEE 754 fixes to the bit (no library exp, log or sin). Order and number of threads cannot matter.
/// </summary>
internal sealed class Draw(ulong state)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private ulong state = state;

    public static Draw For(ulong seed, Topic topic, long a = 0, long b = 0) =>
        new(Mix(Mix(Mix(seed + Golden) ^ (ulong)topic * 0xD1342543DE82EF95) + (ulong)a * Golden) ^ Mix((ulong)b * 0xA0761D6478BD642F + 1));

    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public ulong Next() => Mix(state += Golden);

    /// <summary>[0, 1), 53 bits.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>0 … n-1.</summary>
    public int Below(int n) => (int)(((UInt128)Next() * (ulong)n) >> 64);

    /// <summary>Both ends included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    public bool Chance(double p) => Unit() < p;

    public double Between(double low, double high) => low + ((high - low) * Unit());

    /// <summary>Standard normal to three digits: the sum of twelve uniforms (additions only).</summary>
    public double Normal()
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++)
        {
            sum += Unit();
        }

        return sum;
    }

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>Index by cumulative weights.</summary>
    public int Weighted(ReadOnlySpan<double> weights)
    {
        var total = 0.0;
        foreach (var w in weights)
        {
            total += w;
        }

        var at = Unit() * total;
        for (var i = 0; i < weights.Length - 1; i++)
        {
            at -= weights[i];
            if (at < 0)
            {
                return i;
            }
        }

        return weights.Length - 1;
    }

    /// <summary>e^x with the four operations alone, relative error below 1e-7 for |x| up to 15.</summary>
    public static double Exp(double x)
    {
        var (y, term, sum) = (x / 256, 1.0, 1.0);
        for (var i = 1; i <= 6; i++)
        {
            term *= y / i;
            sum += term;
        }

        for (var i = 0; i < 8; i++)
        {
            sum *= sum;
        }

        return sum;
    }
}

/// <summary>Weighted choice among many: one draw and a binary search.</summary>
internal sealed class Odds
{
    private readonly double[] upTo;

    public Odds(IEnumerable<double> weights)
    {
        var sum = 0.0;
        upTo = [.. weights.Select(w => sum += w)];
    }

    public int Pick(Draw draw)
    {
        var at = Array.BinarySearch(upTo, draw.Unit() * upTo[^1]);
        return Math.Min(at < 0 ? ~at : at + 1, upTo.Length - 1);
    }
}
