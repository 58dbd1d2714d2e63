using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Minato.Linkage.Clk;

/// <summary>
/// Counts common bits of one query with all records of a block at once: the columns of the query's bits are added into vertical counters (bit planes)
/// by Harley–Seal carry-save adders. Sixteen columns cost fifteen adders of two instructions; only every 32nd column ripples further up.
/// </summary>
internal static class CarrySave
{
    /// <summary>Columns are added in groups of this many; a query's list of columns is filled up with <see cref="BitColumns.Empty"/>.</summary>
    public const int Group = 32;

    /// <summary>More columns than that are never added: a query with more set bits is counted by its unset bits.</summary>
    public const int MostColumns = ClkBits.Length / 2;

    private const int ColumnWords = BitColumns.Block / 64;

    /// <summary>Finds the records of a block whose count reaches a bound (or, <paramref name="atMost"/>, does not exceed it).</summary>
    /// <param name="block">The block's columns.</param>
    /// <param name="query">Columns to add, rarest first, filled up to a multiple of <see cref="Group"/>.</param>
    /// <param name="bound">Number of the query's columns that a record must, or may, have.</param>
    /// <param name="abandon">Stop as soon as no record of the block can be found any more. Changes nothing in the result.</param>
    /// <param name="found">8 words: the mask of the records found.</param>
    /// <returns>False where none was found; <paramref name="found"/> then holds nothing.</returns>
    public static bool Find<TLanes, TVector>(Span<ulong> block, ReadOnlySpan<ushort> query, int bound, bool atMost, bool abandon, Span<ulong> found)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var any = false;
        for (var word = 0; word < ColumnWords; word += TLanes.Words)
        {
            any |= FindIn<TLanes, TVector>(ref Unsafe.Add(ref MemoryMarshal.GetReference(block), word), query, bound, atMost, abandon, found.Slice(word, TLanes.Words));
        }

        return any;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool FindIn<TLanes, TVector>(ref ulong columns, ReadOnlySpan<ushort> query, int bound, bool atMost, bool abandon, Span<ulong> found)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        TVector p0 = default, p1 = default, p2 = default, p3 = default, p4 = default, p5 = default, p6 = default, p7 = default, p8 = default, p9 = default;
        TVector reached;
        ref var q = ref MemoryMarshal.GetReference(query);
        var limit = atMost ? bound + 1 : bound;
        for (var done = 0; done < query.Length;)
        {
            var a = Sixteen<TLanes, TVector>(ref columns, ref Unsafe.Add(ref q, done), ref p0, ref p1, ref p2, ref p3);
            var b = Sixteen<TLanes, TVector>(ref columns, ref Unsafe.Add(ref q, done + 16), ref p0, ref p1, ref p2, ref p3);
            var carry = TLanes.Carry(p4, a, b);
            p4 = TLanes.Sum(p4, a, b);
            HalfAdd<TLanes, TVector>(ref p5, ref carry);
            HalfAdd<TLanes, TVector>(ref p6, ref carry);
            HalfAdd<TLanes, TVector>(ref p7, ref carry);
            HalfAdd<TLanes, TVector>(ref p8, ref carry);
            p9 = TLanes.Xor(p9, carry);
            done += Group;

            var left = query.Length - done;
            var least = atMost ? limit : limit - left;
            if (left > 0 && (!abandon || least <= 0 || (done & (Group * 2 - 1)) != 0))
            {
                continue;
            }

            reached = Reach<TLanes, TVector>(least, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9);
            if (atMost)
            {
                reached = TLanes.Xor(reached, TLanes.All);
            }

            if (TLanes.IsZero(reached))
            {
                return false;
            }

            if (left == 0)
            {
                for (var w = 0; w < TLanes.Words; w++)
                {
                    found[w] = TLanes.Word(reached, w);
                }
            }
        }

        return true;
    }

    /// <summary>Adds sixteen columns to the counters' four lowest planes; what is carried out of them weighs sixteen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sixteen<TLanes, TVector>(ref ulong columns, ref ushort query, ref TVector ones, ref TVector twos, ref TVector fours, ref TVector eights)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var four0 = Four<TLanes, TVector>(ref columns, ref query, ref ones, ref twos);
        var four1 = Four<TLanes, TVector>(ref columns, ref Unsafe.Add(ref query, 4), ref ones, ref twos);
        var eight0 = Add<TLanes, TVector>(ref fours, four0, four1);
        four0 = Four<TLanes, TVector>(ref columns, ref Unsafe.Add(ref query, 8), ref ones, ref twos);
        four1 = Four<TLanes, TVector>(ref columns, ref Unsafe.Add(ref query, 12), ref ones, ref twos);
        var eight1 = Add<TLanes, TVector>(ref fours, four0, four1);
        return Add<TLanes, TVector>(ref eights, eight0, eight1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Four<TLanes, TVector>(ref ulong columns, ref ushort query, ref TVector ones, ref TVector twos)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var two0 = Add<TLanes, TVector>(ref ones, Column<TLanes, TVector>(ref columns, query), Column<TLanes, TVector>(ref columns, Unsafe.Add(ref query, 1)));
        var two1 = Add<TLanes, TVector>(ref ones, Column<TLanes, TVector>(ref columns, Unsafe.Add(ref query, 2)), Column<TLanes, TVector>(ref columns, Unsafe.Add(ref query, 3)));
        return Add<TLanes, TVector>(ref twos, two0, two1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Column<TLanes, TVector>(ref ulong columns, ushort k)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => TLanes.Load(ref columns, (nuint)k * ColumnWords);

    /// <summary>One carry-save adder: the sum stays in the plane, the carry is returned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Add<TLanes, TVector>(ref TVector plane, TVector a, TVector b)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var carry = TLanes.Carry(plane, a, b);
        plane = TLanes.Sum(plane, a, b);
        return carry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void HalfAdd<TLanes, TVector>(ref TVector plane, ref TVector carry)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var next = TLanes.And(plane, carry);
        plane = TLanes.Xor(plane, carry);
        carry = next;
    }

    /// <summary>The lanes whose counter is at least <paramref name="least"/>, from the lowest plane up: one operation a plane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Reach<TLanes, TVector>(int least, TVector p0, TVector p1, TVector p2, TVector p3, TVector p4, TVector p5, TVector p6, TVector p7, TVector p8, TVector p9)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var r = TLanes.All;
        if (least <= 0)
        {
            return r;
        }

        r = (least & 1) != 0 ? TLanes.And(p0, r) : TLanes.Or(p0, r);
        r = (least & 2) != 0 ? TLanes.And(p1, r) : TLanes.Or(p1, r);
        r = (least & 4) != 0 ? TLanes.And(p2, r) : TLanes.Or(p2, r);
        r = (least & 8) != 0 ? TLanes.And(p3, r) : TLanes.Or(p3, r);
        r = (least & 16) != 0 ? TLanes.And(p4, r) : TLanes.Or(p4, r);
        r = (least & 32) != 0 ? TLanes.And(p5, r) : TLanes.Or(p5, r);
        r = (least & 64) != 0 ? TLanes.And(p6, r) : TLanes.Or(p6, r);
        r = (least & 128) != 0 ? TLanes.And(p7, r) : TLanes.Or(p7, r);
        r = (least & 256) != 0 ? TLanes.And(p8, r) : TLanes.Or(p8, r);
        r = (least & 512) != 0 ? TLanes.And(p9, r) : TLanes.Or(p9, r);
        return least > 1023 ? default : r;
    }
}
