using System.Numerics;
using System.Runtime.CompilerServices;

namespace Minato.Linkage.SplitTrust.Group;

/// <summary>
/// A group element in extended Edwards coordinates (RFC 9496 §4.3), for sums of public points without an
/// encoding in between. Eight at once, and whatever is secret, are <see cref="EdwardsLanes"/>.
/// </summary>
internal readonly struct EdwardsPoint
{
    public static FieldElement D { get; } = FieldElement.Of(-121665 * BigInteger.ModPow(121666, FieldElement.Prime - 2, FieldElement.Prime));
    private static readonly FieldElement D2 = D + D;

    /// <summary>1/sqrt(a - d) with a = -1, the root that is not negative.</summary>
    public static FieldElement InverseRootOfAMinusD { get; } = FieldElement.RootOfRatio(FieldElement.One, -FieldElement.One - D).Root;

    private readonly FieldElement x, y, z, t;

    public EdwardsPoint(in FieldElement x, in FieldElement y, in FieldElement z, in FieldElement t) => (this.x, this.y, this.z, this.t) = (x, y, z, t);

    public static EdwardsPoint Identity { get; } = new(FieldElement.Zero, FieldElement.One, FieldElement.One, FieldElement.Zero);

    /// <exception cref="NotAPointException">The point was never validated.</exception>
    public static EdwardsPoint Of(Point point)
    {
        Span<byte> text = stackalloc byte[Point.Size];
        point.Write(text);
        var s = FieldElement.Read(text);
        var ss = s.Squared();
        var u1 = FieldElement.One - ss;
        var u2 = FieldElement.One + ss;
        var u2Squared = u2.Squared();
        var v = -(D * u1.Squared()) - u2Squared;
        var (wasSquare, root) = FieldElement.RootOfRatio(FieldElement.One, v * u2Squared);
        var denX = root * u2;
        var denY = root * denX * v;
        var x = ((s + s) * denX).Absolute();
        var y = u1 * denY;
        var t = x * y;
        return !wasSquare || t.IsNegative || y.IsZero ? throw new NotAPointException() : new EdwardsPoint(x, y, FieldElement.One, t);
    }

    /// <exception cref="NotAPointException">The identity, which has no <see cref="Point"/>.</exception>
    public Point ToPoint()
    {
        var u1 = (z + y) * (z - y);
        var u2 = x * y;
        var root = FieldElement.RootOfRatio(FieldElement.One, u1 * u2.Squared()).Root;
        var den1 = root * u1;
        var den2 = root * u2;
        var zInverse = den1 * den2 * t;
        var rotate = (t * zInverse).IsNegative;
        var px = rotate ? y * FieldElement.RootOfMinusOne : x;
        var py = rotate ? x * FieldElement.RootOfMinusOne : y;
        var den = rotate ? den1 * InverseRootOfAMinusD : den2;
        if ((px * zInverse).IsNegative)
        {
            py = -py;
        }

        Span<byte> text = stackalloc byte[Point.Size];
        (den * (z - py)).Absolute().Write(text);
        return Point.Encoded(text);
    }

    /// <summary>Writes <c>y + x</c>, <c>y - x</c>, <c>2z</c> and <c>2dt</c>, as <see cref="EdwardsLanes.Plus"/> takes them, to four tables one after the other.</summary>
    public void WriteEntry(Span<uint> tables, int at)
    {
        const int Length = FieldLanes.TableLength;
        FieldLanes.WriteEntry(y + x, tables[..Length], at);
        FieldLanes.WriteEntry(y - x, tables.Slice(Length, Length), at);
        FieldLanes.WriteEntry(z + z, tables.Slice(2 * Length, Length), at);
        FieldLanes.WriteEntry(t * D2, tables.Slice(3 * Length, Length), at);
    }

    public bool IsIdentity => x.IsZero || y.IsZero;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static EdwardsPoint operator +(in EdwardsPoint p, in EdwardsPoint q)
    {
        var a = (p.y - p.x) * (q.y - q.x);
        var b = (p.y + p.x) * (q.y + q.x);
        var c = p.t * D2 * q.t;
        var d = (p.z + p.z) * q.z;
        var (e, f, g, h) = (b - a, d - c, d + c, b + a);
        return new(e * f, g * h, f * g, e * h);
    }

    public EdwardsPoint Doubled()
    {
        var a = x.Squared();
        var b = y.Squared();
        var c = z.Squared();
        var h = a + b;
        var e = h - (x + y).Squared();
        var g = a - b;
        var f = c + c + g;
        return new(e * f, g * h, f * g, e * h);
    }

    public static EdwardsPoint operator -(in EdwardsPoint p) => new(-p.x, p.y, p.z, -p.t);

    /// <summary>Sum of scalar times point, by windows of four bits: for a handful of terms.</summary>
    public static EdwardsPoint Sum(ReadOnlySpan<(Scalar Scalar, EdwardsPoint Point)> terms)
    {
        var tables = new EdwardsPoint[terms.Length][];
        var digits = new byte[terms.Length][];
        for (var i = 0; i < terms.Length; i++)
        {
            tables[i] = new EdwardsPoint[16];
            tables[i][0] = Identity;
            for (var j = 1; j < 16; j++)
            {
                tables[i][j] = tables[i][j - 1] + terms[i].Point;
            }

            digits[i] = terms[i].Scalar.ToBytes();
        }

        var sum = Identity;
        for (var nibble = 63; nibble >= 0; nibble--)
        {
            sum = sum.Doubled().Doubled().Doubled().Doubled();
            for (var i = 0; i < tables.Length; i++)
            {
                sum += tables[i][(digits[i][nibble / 2] >> (nibble % 2 * 4)) & 15];
            }
        }

        return sum;
    }
}
