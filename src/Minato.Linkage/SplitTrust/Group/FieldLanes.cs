using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Minato.Linkage.SplitTrust.Group;

/// <summary>
/// Eight integers modulo p = 2^255 - 19 side by side, each in ten limbs of 26 and 25 bits by turns: a processor with wide vectors
/// multiplies them several times as fast as one by one (<see cref="FieldElement"/>). No branch and no address depends on a value.
/// </summary>
/// <remarks>
/// Products, <see cref="Negated"/> and what was read are <em>tight</em>: limbs hardly above 2^26 and 2^25. A sum or difference of two tight
/// numbers is loose: it may be a factor, for a product's sums of ten then stay below 2^63, but not a term of another sum or difference.
/// </remarks>
internal readonly struct FieldLanes
{
    public const int Count = 8;

    /// <summary>Entries of a table for <see cref="Pick"/>, and its numbers of 32 bits.</summary>
    public const int Entries = 16;
    public const int TableLength = Entries * 10;

    private const ulong Mask26 = (1UL << 26) - 1;
    private const ulong Mask25 = (1UL << 25) - 1;
    private const ulong Lowest2P = (1UL << 27) - 38;
    private const ulong Even2P = (1UL << 27) - 2;
    private const ulong Odd2P = (1UL << 26) - 2;

    private readonly Vector512<ulong> a0, a1, a2, a3, a4, a5, a6, a7, a8, a9;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private FieldLanes(
        Vector512<ulong> a0, Vector512<ulong> a1, Vector512<ulong> a2, Vector512<ulong> a3, Vector512<ulong> a4,
        Vector512<ulong> a5, Vector512<ulong> a6, Vector512<ulong> a7, Vector512<ulong> a8, Vector512<ulong> a9) =>
        (this.a0, this.a1, this.a2, this.a3, this.a4, this.a5, this.a6, this.a7, this.a8, this.a9) = (a0, a1, a2, a3, a4, a5, a6, a7, a8, a9);

    public static FieldLanes Zero => default;

    public static FieldLanes One { get; } = Of(FieldElement.One);

    public static FieldLanes RootOfMinusOne { get; } = Of(FieldElement.RootOfMinusOne);

    private static FieldLanes MinusOne { get; } = One.Negated();

    private static FieldLanes MinusRootOfMinusOne { get; } = RootOfMinusOne.Negated();

    /// <summary>The same number in every lane.</summary>
    public static FieldLanes Of(FieldElement value)
    {
        Span<byte> text = stackalloc byte[32];
        value.Write(text);
        var words = MemoryMarshal.Cast<byte, ulong>(text);
        return Read(Vector512.Create(words[0]), Vector512.Create(words[1]), Vector512.Create(words[2]), Vector512.Create(words[3]));
    }

    /// <summary>Writes a number to a <paramref name="table"/> for <see cref="Pick"/>, as its entry number <paramref name="at"/>.</summary>
    public static void WriteEntry(FieldElement value, Span<uint> table, int at)
    {
        var x = Of(value);
        Span<Vector512<ulong>> limbs = [x.a0, x.a1, x.a2, x.a3, x.a4, x.a5, x.a6, x.a7, x.a8, x.a9];
        for (var i = 0; i < limbs.Length; i++)
        {
            table[(i * Entries) + at] = (uint)limbs[i][0];
        }
    }

    /// <summary>For each lane the entry at its digit. The digits are secret: the whole table is read, and the processor permutes it within a register.</summary>
    /// <param name="table">A tenth for each limb, of sixteen entries.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldLanes Pick(ReadOnlySpan<uint> table, Vector512<ulong> digits)
    {
        return new(
            Limb(table, 0, digits), Limb(table, 1, digits), Limb(table, 2, digits), Limb(table, 3, digits), Limb(table, 4, digits),
            Limb(table, 5, digits), Limb(table, 6, digits), Limb(table, 7, digits), Limb(table, 8, digits), Limb(table, 9, digits));

        static Vector512<ulong> Limb(ReadOnlySpan<uint> table, int limb, Vector512<ulong> digits) =>
            Vector512.ShuffleNative(Vector512.Create(table.Slice(limb * Entries, Entries)), digits.AsUInt32()).AsUInt64() & Vector512.Create((ulong)uint.MaxValue);
    }

    /// <summary>One number a lane, of its four words from the lowest; the highest bit is ignored.</summary>
    public static FieldLanes Read(Vector512<ulong> w0, Vector512<ulong> w1, Vector512<ulong> w2, Vector512<ulong> w3)
    {
        var (m26, m25) = (Vector512.Create(Mask26), Vector512.Create(Mask25));
        return new(
            w0 & m26, (w0 >> 26) & m25, ((w0 >> 51) | (w1 << 13)) & m26, (w1 >> 13) & m25, w1 >> 38,
            w2 & m25, (w2 >> 25) & m26, ((w2 >> 51) | (w3 << 13)) & m25, (w3 >> 12) & m26, (w3 >> 38) & m25);
    }

    /// <summary>Ten limbs of two numbers, in all four quarters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldLanes OfPair(ReadOnlySpan<Vector128<ulong>> pair)
    {
        return new(
            Limb(pair[0]), Limb(pair[1]), Limb(pair[2]), Limb(pair[3]), Limb(pair[4]), Limb(pair[5]), Limb(pair[6]), Limb(pair[7]), Limb(pair[8]), Limb(pair[9]));

        static Vector512<ulong> Limb(Vector128<ulong> limb) => Vector512.Create(limb);
    }

    /// <summary>Ten limbs of two numbers for each quarter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static FieldLanes OfPairs(
        ReadOnlySpan<Vector128<ulong>> first, ReadOnlySpan<Vector128<ulong>> second, ReadOnlySpan<Vector128<ulong>> third, ReadOnlySpan<Vector128<ulong>> fourth)
    {
        return new(
            Limb(first[0], second[0], third[0], fourth[0]), Limb(first[1], second[1], third[1], fourth[1]),
            Limb(first[2], second[2], third[2], fourth[2]), Limb(first[3], second[3], third[3], fourth[3]),
            Limb(first[4], second[4], third[4], fourth[4]), Limb(first[5], second[5], third[5], fourth[5]),
            Limb(first[6], second[6], third[6], fourth[6]), Limb(first[7], second[7], third[7], fourth[7]),
            Limb(first[8], second[8], third[8], fourth[8]), Limb(first[9], second[9], third[9], fourth[9]));

        static Vector512<ulong> Limb(Vector128<ulong> a, Vector128<ulong> b, Vector128<ulong> c, Vector128<ulong> d) =>
            Vector512.Create(Vector256.Create(a, b), Vector256.Create(c, d));
    }

    /// <summary>Writes what <see cref="OfPairs"/> reads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void WritePairs(Span<Vector128<ulong>> first, Span<Vector128<ulong>> second, Span<Vector128<ulong>> third, Span<Vector128<ulong>> fourth)
    {
        Write(a0, 0, first, second, third, fourth);
        Write(a1, 1, first, second, third, fourth);
        Write(a2, 2, first, second, third, fourth);
        Write(a3, 3, first, second, third, fourth);
        Write(a4, 4, first, second, third, fourth);
        Write(a5, 5, first, second, third, fourth);
        Write(a6, 6, first, second, third, fourth);
        Write(a7, 7, first, second, third, fourth);
        Write(a8, 8, first, second, third, fourth);
        Write(a9, 9, first, second, third, fourth);

        static void Write(Vector512<ulong> limb, int at, Span<Vector128<ulong>> first, Span<Vector128<ulong>> second, Span<Vector128<ulong>> third, Span<Vector128<ulong>> fourth)
        {
            var (lower, upper) = (limb.GetLower(), limb.GetUpper());
            (first[at], second[at], third[at], fourth[at]) = (lower.GetLower(), lower.GetUpper(), upper.GetLower(), upper.GetUpper());
        }
    }

    /// <summary>Writes each lane of two columns as a pair, for <see cref="OfPair"/>.</summary>
    /// <param name="pairs">From a lane's first limb to the next lane's are <paramref name="stride"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WriteLanes(in FieldLanes left, in FieldLanes right, Span<Vector128<ulong>> pairs, int stride)
    {
        Span<Vector512<ulong>> limbs =
        [
            left.a0, left.a1, left.a2, left.a3, left.a4, left.a5, left.a6, left.a7, left.a8, left.a9,
            right.a0, right.a1, right.a2, right.a3, right.a4, right.a5, right.a6, right.a7, right.a8, right.a9,
        ];
        var words = MemoryMarshal.Cast<Vector512<ulong>, ulong>(limbs);
        for (var lane = 0; lane < Count; lane++)
        {
            for (var i = 0; i < 10; i++)
            {
                pairs[(lane * stride) + i] = Vector128.Create(words[(i * Count) + lane], words[((i + 10) * Count) + lane]);
            }
        }
    }

    /// <summary>The one proper encoding of each, below p, as four words.</summary>
    public (Vector512<ulong> W0, Vector512<ulong> W1, Vector512<ulong> W2, Vector512<ulong> W3) Words()
    {
        var x = Canonical();
        return (
            x.a0 | (x.a1 << 26) | (x.a2 << 51), (x.a2 >> 13) | (x.a3 << 13) | (x.a4 << 38),
            x.a5 | (x.a6 << 25) | (x.a7 << 51), (x.a7 >> 13) | (x.a8 << 12) | (x.a9 << 38));
    }

    /// <summary>All ones in the lanes where the numbers are equal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector512<ulong> Same(in FieldLanes x, in FieldLanes y)
    {
        var (p, q) = (x.Canonical(), y.Canonical());
        return Vector512.Equals(
            (p.a0 ^ q.a0) | (p.a1 ^ q.a1) | (p.a2 ^ q.a2) | (p.a3 ^ q.a3) | (p.a4 ^ q.a4) | (p.a5 ^ q.a5) | (p.a6 ^ q.a6) | (p.a7 ^ q.a7) | (p.a8 ^ q.a8) | (p.a9 ^ q.a9),
            Vector512<ulong>.Zero);
    }

    /// <summary>RFC 9496 §3.1: all ones in the lanes whose encoding is odd.</summary>
    public Vector512<ulong> IsNegative => Vector512<ulong>.Zero - (Canonical().a0 & Vector512<ulong>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldLanes operator +(in FieldLanes x, in FieldLanes y) => new(
        x.a0 + y.a0, x.a1 + y.a1, x.a2 + y.a2, x.a3 + y.a3, x.a4 + y.a4, x.a5 + y.a5, x.a6 + y.a6, x.a7 + y.a7, x.a8 + y.a8, x.a9 + y.a9);

    /// <summary>Adds 2 p first, so that no limb goes below zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldLanes operator -(in FieldLanes x, in FieldLanes y)
    {
        var (lowest, even, odd) = (Vector512.Create(Lowest2P), Vector512.Create(Even2P), Vector512.Create(Odd2P));
        return new(
            x.a0 + (lowest - y.a0), x.a1 + (odd - y.a1), x.a2 + (even - y.a2), x.a3 + (odd - y.a3), x.a4 + (even - y.a4),
            x.a5 + (odd - y.a5), x.a6 + (even - y.a6), x.a7 + (odd - y.a7), x.a8 + (even - y.a8), x.a9 + (odd - y.a9));
    }

    public FieldLanes Negated() => (Zero - this).Tight();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static FieldLanes operator *(in FieldLanes x, in FieldLanes y)
    {
        var (y0, y1, y2, y3, y4, y5, y6, y7, y8, y9) = (y.a0, y.a1, y.a2, y.a3, y.a4, y.a5, y.a6, y.a7, y.a8, y.a9);

        // Row by row, so that all stays in registers. What passes 2^255 comes back times 19, and two odd limbs meet half a bit too low.
        var nineteen = Vector512.Create(19UL);
        var z = x.a0;
        var (r0, r1, r2, r3, r4) = (Product(z, y0), Product(z, y1), Product(z, y2), Product(z, y3), Product(z, y4));
        var (r5, r6, r7, r8, r9) = (Product(z, y5), Product(z, y6), Product(z, y7), Product(z, y8), Product(z, y9));
        y9 = Product(y9, nineteen);
        z = x.a1;
        var d = z + z;
        r0 += Product(d, y9);
        r1 += Product(z, y0);
        r2 += Product(d, y1);
        r3 += Product(z, y2);
        r4 += Product(d, y3);
        r5 += Product(z, y4);
        r6 += Product(d, y5);
        r7 += Product(z, y6);
        r8 += Product(d, y7);
        r9 += Product(z, y8);
        y8 = Product(y8, nineteen);
        z = x.a2;
        r0 += Product(z, y8);
        r1 += Product(z, y9);
        r2 += Product(z, y0);
        r3 += Product(z, y1);
        r4 += Product(z, y2);
        r5 += Product(z, y3);
        r6 += Product(z, y4);
        r7 += Product(z, y5);
        r8 += Product(z, y6);
        r9 += Product(z, y7);
        y7 = Product(y7, nineteen);
        z = x.a3;
        d = z + z;
        r0 += Product(d, y7);
        r1 += Product(z, y8);
        r2 += Product(d, y9);
        r3 += Product(z, y0);
        r4 += Product(d, y1);
        r5 += Product(z, y2);
        r6 += Product(d, y3);
        r7 += Product(z, y4);
        r8 += Product(d, y5);
        r9 += Product(z, y6);
        y6 = Product(y6, nineteen);
        z = x.a4;
        r0 += Product(z, y6);
        r1 += Product(z, y7);
        r2 += Product(z, y8);
        r3 += Product(z, y9);
        r4 += Product(z, y0);
        r5 += Product(z, y1);
        r6 += Product(z, y2);
        r7 += Product(z, y3);
        r8 += Product(z, y4);
        r9 += Product(z, y5);
        y5 = Product(y5, nineteen);
        z = x.a5;
        d = z + z;
        r0 += Product(d, y5);
        r1 += Product(z, y6);
        r2 += Product(d, y7);
        r3 += Product(z, y8);
        r4 += Product(d, y9);
        r5 += Product(z, y0);
        r6 += Product(d, y1);
        r7 += Product(z, y2);
        r8 += Product(d, y3);
        r9 += Product(z, y4);
        y4 = Product(y4, nineteen);
        z = x.a6;
        r0 += Product(z, y4);
        r1 += Product(z, y5);
        r2 += Product(z, y6);
        r3 += Product(z, y7);
        r4 += Product(z, y8);
        r5 += Product(z, y9);
        r6 += Product(z, y0);
        r7 += Product(z, y1);
        r8 += Product(z, y2);
        r9 += Product(z, y3);
        y3 = Product(y3, nineteen);
        z = x.a7;
        d = z + z;
        r0 += Product(d, y3);
        r1 += Product(z, y4);
        r2 += Product(d, y5);
        r3 += Product(z, y6);
        r4 += Product(d, y7);
        r5 += Product(z, y8);
        r6 += Product(d, y9);
        r7 += Product(z, y0);
        r8 += Product(d, y1);
        r9 += Product(z, y2);
        y2 = Product(y2, nineteen);
        z = x.a8;
        r0 += Product(z, y2);
        r1 += Product(z, y3);
        r2 += Product(z, y4);
        r3 += Product(z, y5);
        r4 += Product(z, y6);
        r5 += Product(z, y7);
        r6 += Product(z, y8);
        r7 += Product(z, y9);
        r8 += Product(z, y0);
        r9 += Product(z, y1);
        y1 = Product(y1, nineteen);
        z = x.a9;
        d = z + z;
        r0 += Product(d, y1);
        r1 += Product(z, y2);
        r2 += Product(d, y3);
        r3 += Product(z, y4);
        r4 += Product(d, y5);
        r5 += Product(z, y6);
        r6 += Product(d, y7);
        r7 += Product(z, y8);
        r8 += Product(d, y9);
        r9 += Product(z, y0);
        return Carried(r0, r1, r2, r3, r4, r5, r6, r7, r8, r9);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public FieldLanes Squared()
    {
        var (x0, x1, x2, x3, x4, x5, x6, x7, x8, x9) = (a0, a1, a2, a3, a4, a5, a6, a7, a8, a9);
        var (d0, d1, d2, d3, d4) = (x0 + x0, x1 + x1, x2 + x2, x3 + x3, x4 + x4);
        var (d5, d6, d7, d8, d9) = (x5 + x5, x6 + x6, x7 + x7, x8 + x8, x9 + x9);
        var nineteen = Vector512.Create(19UL);
        var (n5, n6, n7, n8, n9) = (Product(x5, nineteen), Product(x6, nineteen), Product(x7, nineteen), Product(x8, nineteen), Product(x9, nineteen));
        var (m7, m9) = (n7 + n7, n9 + n9);
        var r0 = Product(x0, x0) + Product(d1, m9) + Product(d2, n8) + Product(d3, m7) + Product(d4, n6) + Product(d5, n5);
        var r1 = Product(d0, x1) + Product(d2, n9) + Product(d3, n8) + Product(d4, n7) + Product(d5, n6);
        var r2 = Product(d0, x2) + Product(d1, x1) + Product(d3, m9) + Product(d4, n8) + Product(d5, m7) + Product(x6, n6);
        var r3 = Product(d0, x3) + Product(d1, x2) + Product(d4, n9) + Product(d5, n8) + Product(d6, n7);
        var r4 = Product(d0, x4) + Product(d1, d3) + Product(x2, x2) + Product(d5, m9) + Product(d6, n8) + Product(d7, n7);
        var r5 = Product(d0, x5) + Product(d1, x4) + Product(d2, x3) + Product(d6, n9) + Product(d7, n8);
        var r6 = Product(d0, x6) + Product(d1, d5) + Product(d2, x4) + Product(d3, x3) + Product(d7, m9) + Product(x8, n8);
        var r7 = Product(d0, x7) + Product(d1, x6) + Product(d2, x5) + Product(d3, x4) + Product(d8, n9);
        var r8 = Product(d0, x8) + Product(d1, d7) + Product(d2, x6) + Product(d3, d5) + Product(x4, x4) + Product(d9, n9);
        var r9 = Product(d0, x9) + Product(d1, x8) + Product(d2, x7) + Product(d3, x6) + Product(d4, x5);
        return Carried(r0, r1, r2, r3, r4, r5, r6, r7, r8, r9);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public FieldLanes Squared(int times)
    {
        var x = this;
        for (var i = 0; i < times; i++)
        {
            x = x.Squared();
        }

        return x;
    }

    /// <summary>RFC 9496 §4.2, SQRT_RATIO_M1 of 1 and v: the root of 1/v that is not negative, or of i/v in the lanes where 1/v has none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (Vector512<ulong> WasSquare, FieldLanes Root) InverseRoot(in FieldLanes v)
    {
        var v3 = v.Squared() * v;
        var r = v3 * (v3.Squared() * v).Power();
        var check = v * r.Squared();
        var flipped = Same(check, MinusOne);
        var turned = flipped | Same(check, MinusRootOfMinusOne);
        return (flipped | Same(check, One), Choose(r, r * RootOfMinusOne, turned).Absolute());
    }

    public FieldLanes Absolute() => Choose(this, Negated(), IsNegative);

    /// <summary>The one in the lanes where the mask is 0, the other where it is all ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldLanes Choose(in FieldLanes one, in FieldLanes other, Vector512<ulong> mask) => new(
        Vector512.ConditionalSelect(mask, other.a0, one.a0), Vector512.ConditionalSelect(mask, other.a1, one.a1),
        Vector512.ConditionalSelect(mask, other.a2, one.a2), Vector512.ConditionalSelect(mask, other.a3, one.a3),
        Vector512.ConditionalSelect(mask, other.a4, one.a4), Vector512.ConditionalSelect(mask, other.a5, one.a5),
        Vector512.ConditionalSelect(mask, other.a6, one.a6), Vector512.ConditionalSelect(mask, other.a7, one.a7),
        Vector512.ConditionalSelect(mask, other.a8, one.a8), Vector512.ConditionalSelect(mask, other.a9, one.a9));

    /// <summary>x^((p-5)/8) = x^(2^252 - 3), by the usual chain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private FieldLanes Power()
    {
        var t0 = Squared();
        var t1 = this * t0.Squared(2);
        t0 *= t1;
        t0 = t1 * t0.Squared();
        t0 = t0.Squared(5) * t0;
        t1 = t0.Squared(10) * t0;
        t1 = t1.Squared(20) * t1;
        t0 = t1.Squared(10) * t0;
        t1 = t0.Squared(50) * t0;
        t1 = t1.Squared(100) * t1;
        t0 = t1.Squared(50) * t0;
        return t0.Squared(2) * this;
    }

    /// <summary>Each lane's low 32 bits times the other's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Product(Vector512<ulong> x, Vector512<ulong> y) =>
        Avx512F.IsSupported ? Avx512F.Multiply(x.AsUInt32(), y.AsUInt32()) : x * y;

    /// <summary>Where a sum or a difference shall be a term again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public FieldLanes Tight() => Carried(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9);

    /// <summary>Brings sums to tight limbs, the highest carry back to the lowest times 19; two chains at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldLanes Carried(
        Vector512<ulong> r0, Vector512<ulong> r1, Vector512<ulong> r2, Vector512<ulong> r3, Vector512<ulong> r4,
        Vector512<ulong> r5, Vector512<ulong> r6, Vector512<ulong> r7, Vector512<ulong> r8, Vector512<ulong> r9)
    {
        var (m26, m25) = (Vector512.Create(Mask26), Vector512.Create(Mask25));
        for (var pass = 0; pass < 2; pass++)
        {
            var over = r9 >> 25;
            (r0, r1, r2, r3, r4, r5, r6, r7, r8, r9) = (
                (r0 & m26) + (over + (over << 1) + (over << 4)), (r1 & m25) + (r0 >> 26), (r2 & m26) + (r1 >> 25), (r3 & m25) + (r2 >> 26), (r4 & m26) + (r3 >> 25),
                (r5 & m25) + (r4 >> 26), (r6 & m26) + (r5 >> 25), (r7 & m25) + (r6 >> 26), (r8 & m26) + (r7 >> 25), (r9 & m25) + (r8 >> 26));
        }

        return new(r0, r1, r2, r3, r4, r5, r6, r7, r8, r9);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private FieldLanes Canonical()
    {
        var x = Tight();
        var (m26, m25) = (Vector512.Create(Mask26), Vector512.Create(Mask25));

        // Adding 19 overflows 2^255 exactly where the value is p or more.
        var q = (x.a0 + Vector512.Create(19UL)) >> 26;
        q = (x.a1 + q) >> 25;
        q = (x.a2 + q) >> 26;
        q = (x.a3 + q) >> 25;
        q = (x.a4 + q) >> 26;
        q = (x.a5 + q) >> 25;
        q = (x.a6 + q) >> 26;
        q = (x.a7 + q) >> 25;
        q = (x.a8 + q) >> 26;
        q = (x.a9 + q) >> 25;
        var b0 = x.a0 + q + (q << 1) + (q << 4);
        var b1 = x.a1 + (b0 >> 26);
        var b2 = x.a2 + (b1 >> 25);
        var b3 = x.a3 + (b2 >> 26);
        var b4 = x.a4 + (b3 >> 25);
        var b5 = x.a5 + (b4 >> 26);
        var b6 = x.a6 + (b5 >> 25);
        var b7 = x.a7 + (b6 >> 26);
        var b8 = x.a8 + (b7 >> 25);
        var b9 = x.a9 + (b8 >> 26);
        return new(b0 & m26, b1 & m25, b2 & m26, b3 & m25, b4 & m26, b5 & m25, b6 & m26, b7 & m25, b8 & m26, b9 & m25);
    }
}
