namespace Minato.Linkage.SplitTrust.Group;

/// <summary>
/// Sums of 128-bit weight times public point, over several columns of equal length and the same weights: what a batch proof
/// is about. By buckets (Pippenger), each part of the rows on a core of its own.
/// </summary>
internal static class WeightedSums
{
    private const int WeightBits = 128;
    private const int RowsAtLeast = 256;

    /// <returns>One sum for each column.</returns>
    public static EdwardsPoint[] Of(ReadOnlyMemory<UInt128> weights, IReadOnlyList<Point[]> columns, CancellationToken ct = default)
    {
        var rows = weights.Length;
        var parts = Math.Clamp(rows / RowsAtLeast, 1, Environment.ProcessorCount);
        var sums = new EdwardsPoint[parts][];
        Parallel.For(0, parts, new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = Environment.ProcessorCount }, part =>
        {
            var (from, to) = ((int)((long)rows * part / parts), (int)((long)rows * (part + 1) / parts));
            sums[part] = [.. columns.Select(c => Sum(weights.Span[from..to], c.AsSpan(from, to - from), ct))];
        });
        var totals = sums[0];
        foreach (var more in sums.AsSpan(1))
        {
            for (var i = 0; i < totals.Length; i++)
            {
                totals[i] += more[i];
            }
        }

        return totals;
    }

    private static EdwardsPoint Sum(ReadOnlySpan<UInt128> weights, ReadOnlySpan<Point> points, CancellationToken ct)
    {
        var decoded = new EdwardsPoint[points.Length];
        for (var i = 0; i < decoded.Length; i++)
        {
            if ((i & 1023) == 0)
            {
                ct.ThrowIfCancellationRequested();
            }

            decoded[i] = EdwardsPoint.Of(points[i]);
        }

        // A window costs one addition a row and two a bucket.
        var window = Math.Clamp((int)Math.Log2(points.Length + 1) - 2, 2, 12);
        var buckets = new EdwardsPoint[(1 << window) - 1];
        var total = EdwardsPoint.Identity;
        for (var shift = (WeightBits - 1) / window * window; shift >= 0; shift -= window)
        {
            for (var i = 0; i < window; i++)
            {
                total = total.Doubled();
            }

            Array.Fill(buckets, EdwardsPoint.Identity);
            for (var i = 0; i < decoded.Length; i++)
            {
                var digit = (int)(uint)(weights[i] >> shift) & buckets.Length;
                if (digit > 0)
                {
                    buckets[digit - 1] += decoded[i];
                }
            }

            var (running, sum) = (EdwardsPoint.Identity, EdwardsPoint.Identity);
            for (var b = buckets.Length - 1; b >= 0; b--)
            {
                running += buckets[b];
                sum += running;
            }

            total += sum;
        }

        return total;
    }
}
