using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Minato.Linkage.SplitTrust.Group;

/// <summary>
/// Sums of 128-bit weight times public point, over several columns of equal length and the same weights: what a batch proof
/// is about. By buckets (Pippenger), each part of the rows on a core of its own.
/// </summary>
/// <remarks>
/// A weight is four of 32 bits. So eight lanes hold two columns' sums for each of the four: both columns have the same weights and go to the
/// same buckets, and a pair of points is added to four buckets at once.
/// </remarks>
internal static class WeightedSums
{
    private const int QuarterBits = 32;
    private const int RowsAtLeast = 256;

    /// <returns>One sum for each column.</returns>
    public static EdwardsPoint[] Of(ReadOnlyMemory<UInt128> weights, IReadOnlyList<Point[]> columns, CancellationToken ct = default) => Of(weights, columns, EdwardsLanes.Pay, ct);

    /// <param name="inLanes">In vectors; one point by one is for processors that have none so wide.</param>
    public static EdwardsPoint[] Of(ReadOnlyMemory<UInt128> weights, IReadOnlyList<Point[]> columns, bool inLanes, CancellationToken ct = default)
    {
        var rows = weights.Length;
        var parts = Math.Clamp(rows / RowsAtLeast, 1, Environment.ProcessorCount);
        var totals = new EdwardsPoint[columns.Count];
        Array.Fill(totals, EdwardsPoint.Identity);
        Parallel.For(0, parts, new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = Environment.ProcessorCount }, part =>
        {
            var (from, to) = ((int)((long)rows * part / parts), (int)((long)rows * (part + 1) / parts));
            for (var c = 0; c < columns.Count; c += 2)
            {
                var right = Math.Min(c + 1, columns.Count - 1);
                var some = weights.Span[from..to];
                ReadOnlySpan<Point> one = columns[c].AsSpan(from..to);
                ReadOnlySpan<Point> other = columns[right].AsSpan(from..to);
                var (left, more) = inLanes ? Pair(some, one, other, ct) : (Single(some, one, ct), right == c ? default : Single(some, other, ct));
                lock (totals)
                {
                    totals[c] += left;
                    totals[right] = right == c ? totals[c] : totals[right] + more;
                }
            }
        });
        return totals;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (EdwardsPoint Left, EdwardsPoint Right) Pair(ReadOnlySpan<UInt128> weights, ReadOnlySpan<Point> left, ReadOnlySpan<Point> right, CancellationToken ct)
    {
        const int Lanes = EdwardsLanes.Count;
        const int Limbs = EdwardsLanes.Pair;
        const int Terms = EdwardsLanes.PairTerms;
        var pairs = new Vector128<ulong>[(left.Length + Lanes - 1) / Lanes * Lanes * Terms];
        for (var i = 0; i < left.Length; i += Lanes)
        {
            if (i % 1024 == 0)
            {
                ct.ThrowIfCancellationRequested();
            }

            var few = Math.Min(Lanes, left.Length - i);
            var own = EdwardsLanes.Of(left.Slice(i, few));
            EdwardsLanes.WriteTerms(own, left == right ? own : EdwardsLanes.Of(right.Slice(i, few)), pairs.AsSpan(i * Terms));
        }

        // A window costs one addition a row and two a bucket; the buckets of all quarters stay in a core's cache.
        var window = Math.Clamp((int)Math.Log2(left.Length + 1) - 2, 2, 8);
        var count = 1 << window;
        var buckets = new Vector128<ulong>[4 * count * Limbs];
        var total = EdwardsLanes.Identity;
        for (var shift = (QuarterBits - 1) / window * window; shift >= 0; shift -= window)
        {
            ct.ThrowIfCancellationRequested();
            for (var i = 0; i < window; i++)
            {
                total = total.Doubled();
            }

            for (var digit = 0; digit < count; digit++)
            {
                EdwardsLanes.Identity.WritePairs(Bucket(0, digit), Bucket(1, digit), Bucket(2, digit), Bucket(3, digit));
            }

            // The last window ends with the quarter.
            var digits = (1UL << Math.Min(window, QuarterBits - shift)) - 1;
            for (var row = 0; row < left.Length; row++)
            {
                var (low, high) = ((ulong)weights[row] >> shift, (ulong)(weights[row] >> 64) >> shift);
                var first = Bucket(0, (int)(low & digits));
                var second = Bucket(1, (int)((low >> QuarterBits) & digits));
                var third = Bucket(2, (int)(high & digits));
                var fourth = Bucket(3, (int)((high >> QuarterBits) & digits));
                EdwardsLanes.OfPairs(first, second, third, fourth).PlusPair(pairs.AsSpan(row * Terms, Terms)).WritePairs(first, second, third, fourth);
            }

            // Each bucket counts as often as its digit says, that of zero not at all.
            var (running, sum) = (EdwardsLanes.Identity, EdwardsLanes.Identity);
            for (var digit = count - 1; digit > 0; digit--)
            {
                running += EdwardsLanes.OfPairs(Bucket(0, digit), Bucket(1, digit), Bucket(2, digit), Bucket(3, digit));
                sum += running;
            }

            total += sum;
        }

        var lanes = total.ToPoints();
        var (leftSum, rightSum) = (lanes[6], lanes[7]);
        for (var quarter = 2; quarter >= 0; quarter--)
        {
            for (var i = 0; i < QuarterBits; i++)
            {
                (leftSum, rightSum) = (leftSum.Doubled(), rightSum.Doubled());
            }

            (leftSum, rightSum) = (leftSum + lanes[2 * quarter], rightSum + lanes[(2 * quarter) + 1]);
        }

        return (leftSum, rightSum);

        Span<Vector128<ulong>> Bucket(int quarter, int digit) => buckets.AsSpan(((quarter * count) + digit) * Limbs, Limbs);
    }

    private static EdwardsPoint Single(ReadOnlySpan<UInt128> weights, ReadOnlySpan<Point> points, CancellationToken ct)
    {
        var read = new EdwardsPoint[points.Length];
        for (var i = 0; i < read.Length; i++)
        {
            if (i % 1024 == 0)
            {
                ct.ThrowIfCancellationRequested();
            }

            read[i] = EdwardsPoint.Of(points[i]);
        }

        var window = Math.Clamp((int)Math.Log2(points.Length + 1) - 2, 2, 12);
        var buckets = new EdwardsPoint[(1 << window) - 1];
        var total = EdwardsPoint.Identity;
        for (var shift = ((4 * QuarterBits) - 1) / window * window; shift >= 0; shift -= window)
        {
            for (var i = 0; i < window; i++)
            {
                total = total.Doubled();
            }

            Array.Fill(buckets, EdwardsPoint.Identity);
            for (var i = 0; i < read.Length; i++)
            {
                var digit = (int)(uint)(weights[i] >> shift) & buckets.Length;
                if (digit > 0)
                {
                    buckets[digit - 1] += read[i];
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
