using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Minato.Disclosure;

/// <summary>
/// The cell-key method (Thompson, Broadfoot, Elazar 2013; Giessing, Tent 2019): the same group of persons gets the same
/// noise in every table and at every time, so that asking again teaches nothing. Zero stays 0.
/// </summary>
/// <remarks>
/// The distribution of noise v for a count i is the one of greatest entropy with mean 0, variance at most
/// <c>variance</c>, |v| ≤ <c>maximum</c>, and no result in 1..<c>neverShown</c>: p(v) ∝ exp(a·v + b·v²), a and b by Newton's method.
/// </remarks>
public sealed class CellKeyNoise
{
    private readonly int maximum;
    private readonly int neverShown;
    private readonly (int Noise, double Probability)[][] rows;
    private readonly (int Noise, ulong Below)[][] ladders;

    /// <param name="maximum">D: greatest absolute noise.</param>
    /// <param name="variance">V: greatest variance of the noise.</param>
    /// <param name="neverShown">js: results 1..js never appear (9 for the rule 'no cell below 10').</param>
    /// <exception cref="ArgumentException">No distribution fits: mean 0 needs a result above and below every count.</exception>
    public CellKeyNoise(int maximum, double variance, int neverShown)
    {
        if (maximum <= neverShown || variance <= 0)
        {
            throw new ArgumentException("The greatest noise must exceed the largest result that is never shown, and the variance must be positive");
        }

        (this.maximum, this.neverShown) = (maximum, neverShown);
        rows = [.. Enumerable.Range(0, maximum + neverShown + 1).Select(i => i == 0 ? [(0, 1.0)] : Row(i, variance))];
        ladders = [.. rows.Select(Ladder)];
    }

    /// <summary>The noise of a count and its probabilities; counts beyond the last row share the last one.</summary>
    public IReadOnlyList<(int Noise, double Probability)> Distribution(long count) => rows[Math.Min(count, rows.Length - 1)];

    /// <summary>A person's record key: HMAC-SHA256 of the pseudonym under the dataset's secret; uniform 64 bits.</summary>
    public static ulong RecordKey(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> pseudonym)
    {
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(secret, pseudonym, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    /// <summary>The noisy count of the persons with these record keys (each person once). The order does not matter.</summary>
    public long Count(IEnumerable<ulong> recordKeys)
    {
        long count = 0;
        ulong key = 0;
        foreach (var k in recordKeys)
        {
            count++;
            unchecked
            {
                key += k;
            }
        }

        return Perturb(count, key);
    }

    /// <summary>A count and its cell key (sum of the record keys modulo 2⁶⁴).</summary>
    public long Perturb(long count, ulong cellKey)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var ladder = ladders[Math.Min(count, ladders.Length - 1)];
        foreach (var (noise, below) in ladder)
        {
            if (cellKey < below)
            {
                return count + noise;
            }
        }

        return count + ladder[^1].Noise;
    }

    private (int Noise, double Probability)[] Row(int count, double variance)
    {
        int[] noise = [.. Enumerable.Range(-maximum, (2 * maximum) + 1).Where(v => count + v >= 0 && !(count + v >= 1 && count + v <= neverShown))];

        // First without the limit on the variance; where that is too wide, with it.
        var p = Solve(noise, null);
        return Moments(noise, p).Variance > variance + 1e-12 ? Zip(noise, Solve(noise, variance)) : Zip(noise, p);
    }

    private static (int Noise, double Probability)[] Zip(int[] noise, double[] p) => [.. noise.Zip(p)];

    private static (double Mean, double Variance) Moments(int[] noise, double[] p) =>
        (noise.Zip(p, (v, q) => v * q).Sum(), noise.Zip(p, (v, q) => (double)v * v * q).Sum());

    private static double[] Solve(int[] noise, double? variance)
    {
        double a = 0, b = 0;
        var p = Weights(noise, a, b);
        for (var step = 0; step < 500; step++)
        {
            double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
            for (var i = 0; i < noise.Length; i++)
            {
                double v = noise[i], q = p[i];
                (m1, m2, m3, m4) = (m1 + (v * q), m2 + (v * v * q), m3 + (v * v * v * q), m4 + (v * v * v * v * q));
            }

            var (f, g) = (m1, variance is { } limit ? m2 - limit : 0);
            if (Math.Abs(f) + Math.Abs(g) < 1e-13)
            {
                break;
            }

            double c11 = m2 - (m1 * m1), c12 = m3 - (m1 * m2), c22 = m4 - (m2 * m2);
            double da, db;
            if (variance is null)
            {
                (da, db) = (-f / c11, 0);
            }
            else
            {
                var det = (c11 * c22) - (c12 * c12);
                (da, db) = (((-f * c22) + (g * c12)) / det, ((-g * c11) + (f * c12)) / det);
            }

            // Newton on a convex dual, halved until the residual falls.
            var size = Math.Abs(f) + Math.Abs(g);
            var t = 1.0;
            for (; t > 1e-9; t /= 2)
            {
                var q = Weights(noise, a + (t * da), b + (t * db));
                var (mean, second) = Moments(noise, q);
                if (Math.Abs(mean) + (variance is { } l ? Math.Abs(second - l) : 0) < size)
                {
                    break;
                }
            }

            (a, b) = (a + (t * da), b + (t * db));
            p = Weights(noise, a, b);
        }

        var (m, s) = Moments(noise, p);
        return Math.Abs(m) < 1e-6 && (variance is null || Math.Abs(s - variance.Value) < 1e-6)
            ? p
            : throw new ArgumentException("No noise of mean 0 fits this variance: allow a greater variance or a smaller gap");
    }

    private static double[] Weights(int[] noise, double a, double b)
    {
        var e = noise.Select(v => (a * v) + (b * v * v)).ToArray();
        var top = e.Max();
        var w = e.Select(x => Math.Exp(x - top)).ToArray();
        var sum = w.Sum();
        return [.. w.Select(x => x / sum)];
    }

    private static (int Noise, ulong Below)[] Ladder((int Noise, double Probability)[] row)
    {
        var ladder = new (int, ulong)[row.Length];
        var upTo = 0.0;
        for (var i = 0; i < row.Length; i++)
        {
            upTo += row[i].Probability;
            ladder[i] = (row[i].Noise, i == row.Length - 1 || upTo >= 1 ? ulong.MaxValue : (ulong)(upTo * 18446744073709551616.0));
        }

        return ladder;
    }
}
