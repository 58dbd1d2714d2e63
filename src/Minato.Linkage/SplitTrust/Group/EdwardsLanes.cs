using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Minato.Linkage.SplitTrust.Group;

/// <summary>
/// Eight group elements side by side in extended Edwards coordinates (RFC 9496 §4.3): reading, writing and adding cost a
/// fraction of what they cost one by one. All of it takes the same steps whatever the points.
/// </summary>
internal readonly struct EdwardsLanes
{
    public const int Count = FieldLanes.Count;

    /// <summary>Whether it is faster than libsodium one by one.</summary>
    public static bool Pay => Vector512.IsHardwareAccelerated;

    /// <summary>Limbs of a pair of points, and of its terms.</summary>
    public const int Pair = 40;
    public const int PairTerms = 30;

    private static readonly FieldLanes MinusD = FieldLanes.Of(-EdwardsPoint.D);
    private static readonly FieldLanes D2 = FieldLanes.Of(EdwardsPoint.D + EdwardsPoint.D);
    private static readonly FieldLanes InverseRootOfAMinusD = FieldLanes.Of(EdwardsPoint.InverseRootOfAMinusD);

    private static readonly FieldLanes Two = FieldLanes.One + FieldLanes.One;

    private readonly FieldLanes x, y, z, t;

    private EdwardsLanes(in FieldLanes x, in FieldLanes y, in FieldLanes z, in FieldLanes t) => (this.x, this.y, this.z, this.t) = (x, y, z, t);

    public static EdwardsLanes Identity { get; } = new(FieldLanes.Zero, FieldLanes.One, FieldLanes.One, FieldLanes.Zero);

    /// <param name="points">Up to eight; the lanes that are left over hold the generator.</param>
    /// <exception cref="NotAPointException">A point was never validated.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static EdwardsLanes Of(ReadOnlySpan<Point> points)
    {
        Span<Point> eight = stackalloc Point[Count];
        eight[points.Length..].Fill(Point.Base);
        points.CopyTo(eight);
        var words = MemoryMarshal.Cast<Point, ulong>(eight);
        var s = FieldLanes.Read(Column(words, 0), Column(words, 1), Column(words, 2), Column(words, 3));
        var ss = s.Squared();
        var u1 = FieldLanes.One - ss;
        var u2 = FieldLanes.One + ss;
        var u2Squared = u2.Squared();
        var v = (MinusD * u1.Squared()) - u2Squared;
        var (wasSquare, root) = FieldLanes.InverseRoot(v * u2Squared);
        var denX = root * u2;
        var x = ((s + s) * denX).Absolute();
        var y = u1 * (root * denX * v);
        var t = x * y;
        var wrong = ~wasSquare | t.IsNegative | FieldLanes.Same(y, FieldLanes.Zero);
        return wrong == Vector512<ulong>.Zero ? new(x, y, FieldLanes.One, t) : throw new NotAPointException();
    }

    /// <param name="points">Up to eight; what the lanes beyond hold is not written.</param>
    /// <exception cref="NotAPointException">One is the identity, which has no <see cref="Point"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(Span<Point> points)
    {
        var u1 = (z + y) * (z - y);
        var u2 = x * y;
        var root = FieldLanes.InverseRoot(u1 * u2.Squared()).Root;
        var den1 = root * u1;
        var den2 = root * u2;
        var zInverse = den1 * den2 * t;
        var rotate = (t * zInverse).IsNegative;
        var px = FieldLanes.Choose(x, y * FieldLanes.RootOfMinusOne, rotate);
        var py = FieldLanes.Choose(y, x * FieldLanes.RootOfMinusOne, rotate);
        var den = FieldLanes.Choose(den2, den1 * InverseRootOfAMinusD, rotate);
        py = FieldLanes.Choose(py, py.Negated(), (px * zInverse).IsNegative);
        Span<ulong> words = stackalloc ulong[Count * 4];
        Store((den * (z - py)).Absolute(), words);
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = Point.Encoded(MemoryMarshal.AsBytes(words.Slice(i * 4, 4)));
        }
    }

    /// <summary>The lanes one by one.</summary>
    public EdwardsPoint[] ToPoints()
    {
        Span<ulong> words = stackalloc ulong[4 * Count * 4];
        Store(x, words);
        Store(y, words[32..]);
        Store(z, words[64..]);
        Store(t, words[96..]);
        var text = MemoryMarshal.AsBytes(words);
        var points = new EdwardsPoint[Count];
        for (var lane = 0; lane < Count; lane++)
        {
            var own = text[(lane * 32)..];
            points[lane] = new(FieldElement.Read(own), FieldElement.Read(own[256..]), FieldElement.Read(own[512..]), FieldElement.Read(own[768..]));
        }

        return points;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public EdwardsLanes Doubled()
    {
        var a = x.Squared();
        var b = y.Squared();
        var c = z.Squared();
        var h = a + b;
        var e = h.Tight() - (x + y).Squared();
        var g = a - b;
        var f = (c + c + g).Tight();
        return new(e * f, g * h, f * g, e * h);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static EdwardsLanes operator +(in EdwardsLanes p, in EdwardsLanes q) => p.Plus(q.y + q.x, q.y - q.x, q.z + q.z, q.t * D2);

    /// <summary>Writes the terms of what was just read from two columns, each lane as a pair for <see cref="PlusPair"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WriteTerms(in EdwardsLanes left, in EdwardsLanes right, Span<Vector128<ulong>> pairs)
    {
        FieldLanes.WriteLanes(left.y + left.x, right.y + right.x, pairs, PairTerms);
        FieldLanes.WriteLanes(left.y - left.x, right.y - right.x, pairs[10..], PairTerms);
        FieldLanes.WriteLanes(left.t * D2, right.t * D2, pairs[20..], PairTerms);
    }

    /// <summary>Adds a pair of points to each quarter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public EdwardsLanes PlusPair(ReadOnlySpan<Vector128<ulong>> pair) =>
        Plus(FieldLanes.OfPair(pair[..10]), FieldLanes.OfPair(pair.Slice(10, 10)), Two, FieldLanes.OfPair(pair.Slice(20, 10)));

    /// <summary>One pair of points for each quarter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static EdwardsLanes OfPairs(
        ReadOnlySpan<Vector128<ulong>> first, ReadOnlySpan<Vector128<ulong>> second, ReadOnlySpan<Vector128<ulong>> third, ReadOnlySpan<Vector128<ulong>> fourth) => new(
        FieldLanes.OfPairs(first[..10], second[..10], third[..10], fourth[..10]),
        FieldLanes.OfPairs(first.Slice(10, 10), second.Slice(10, 10), third.Slice(10, 10), fourth.Slice(10, 10)),
        FieldLanes.OfPairs(first.Slice(20, 10), second.Slice(20, 10), third.Slice(20, 10), fourth.Slice(20, 10)),
        FieldLanes.OfPairs(first.Slice(30, 10), second.Slice(30, 10), third.Slice(30, 10), fourth.Slice(30, 10)));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void WritePairs(Span<Vector128<ulong>> first, Span<Vector128<ulong>> second, Span<Vector128<ulong>> third, Span<Vector128<ulong>> fourth)
    {
        x.WritePairs(first[..10], second[..10], third[..10], fourth[..10]);
        y.WritePairs(first.Slice(10, 10), second.Slice(10, 10), third.Slice(10, 10), fourth.Slice(10, 10));
        z.WritePairs(first.Slice(20, 10), second.Slice(20, 10), third.Slice(20, 10), fourth.Slice(20, 10));
        t.WritePairs(first.Slice(30, 10), second.Slice(30, 10), third.Slice(30, 10), fourth.Slice(30, 10));
    }

    /// <summary>Adds what is given as <c>y + x</c>, <c>y - x</c>, <c>2z</c> and <c>2dt</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public EdwardsLanes Plus(in FieldLanes sum, in FieldLanes difference, in FieldLanes z2, in FieldLanes dt2)
    {
        var a = (y - x) * difference;
        var b = (y + x) * sum;
        var c = t * dt2;
        var d = z * z2;
        var (e, f, g, h) = (b - a, d - c, d + c, b + a);
        return new(e * f, g * h, f * g, e * h);
    }

    public static Vector512<ulong> Column(ReadOnlySpan<ulong> words, int at) =>
        Vector512.Create(words[at], words[at + 4], words[at + 8], words[at + 12], words[at + 16], words[at + 20], words[at + 24], words[at + 28]);

    private static void Store(in FieldLanes values, Span<ulong> words)
    {
        var (w0, w1, w2, w3) = values.Words();
        for (var i = 0; i < Count; i++)
        {
            (words[i * 4], words[(i * 4) + 1], words[(i * 4) + 2], words[(i * 4) + 3]) = (w0[i], w1[i], w2[i], w3[i]);
        }
    }
}
