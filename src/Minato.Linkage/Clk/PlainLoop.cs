using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Minato.Linkage.Clk;

/// <summary>Row against row, as one would write it down: the fallback without vectors, the oracle of the tests, and the peers of the benchmark.</summary>
internal static class PlainLoop
{
    private static readonly Vector256<byte> BitsOfNibble = Vector256.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);

    /// <summary>Common bits, word by word (<c>popcnt</c>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Common(ref ulong a, ref ulong b)
    {
        var count = 0;
        for (var w = 0; w < ClkBits.Words; w++)
        {
            count += BitOperations.PopCount(Unsafe.Add(ref a, w) & Unsafe.Add(ref b, w));
        }

        return count;
    }

    /// <summary>Common bits by 256-bit vectors and a table of nibbles: what .NET has no instruction for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Common256(ref ulong a, ref ulong b)
    {
        var low = Vector256.Create((byte)0x0F);
        var sum = Vector256<byte>.Zero;
        for (nuint w = 0; w < ClkBits.Words; w += 4)
        {
            var both = (Vector256.LoadUnsafe(ref a, w) & Vector256.LoadUnsafe(ref b, w)).AsByte();
            sum += Vector256.Shuffle(BitsOfNibble, (both & low) | UpperLane) + Vector256.Shuffle(BitsOfNibble, ((both.AsUInt16() >>> 4).AsByte() & low) | UpperLane);
        }

        var (l, u) = Vector256.Widen(sum);
        return Vector256.Sum(l + u);
    }

    /// <summary>Vector256.Shuffle indexes all 32 bytes; upper lanes use the table's second copy, which spares the lane crossing.</summary>
    private static Vector256<byte> UpperLane => Vector256.Create(Vector128<byte>.Zero, Vector128.Create((byte)16));

    /// <summary>All pairs at least as similar as the bound, by brute force over a range of <paramref name="a"/>.</summary>
    public static long Match(ClkSet a, int from, int to, ClkSet b, DiceBound bound, bool vector, List<ClkPair> found)
    {
        var counts = new int[b.Count];
        for (var j = 0; j < counts.Length; j++)
        {
            counts[j] = b.SetBits(j);
        }

        for (var i = from; i < to; i++)
        {
            ref var x = ref MemoryMarshal.GetReference(a[i]);
            var set = a.SetBits(i);
            for (var j = 0; j < counts.Length; j++)
            {
                ref var y = ref MemoryMarshal.GetReference(b[j]);
                var common = vector ? Common256(ref x, ref y) : Common(ref x, ref y);
                if (common >= bound.Need(set + counts[j]))
                {
                    found.Add(new ClkPair(i, j, common));
                }
            }
        }

        return (long)(to - from) * counts.Length;
    }
}
