using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.Tests.SplitTrust;

/// <summary>The group: libsodium behind types, and our own sums over public points, each the other's oracle.</summary>
public sealed class GroupTests
{
    private static readonly Gen<Scalar> Scalars = Gen.Byte.Array[64].Select(b => Scalar.Reduce(b)).Where(s => !s.IsZero);

    private static readonly Gen<Point> Points = Scalars.Select(s => s * Point.G);

    /// <summary>RFC 9496 Appendix A.1: multiples of the generator.</summary>
    [Theory]
    [InlineData(1, "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76")]
    [InlineData(2, "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919")]
    [InlineData(5, "e882b131016b52c1d3337080187cf768423efccbb517bb495ab812c4160ff44e")]
    [InlineData(15, "e0c418f7c8d9c4cdd7395b93ea124f3ad99021bb681dfc3302a9d99a2e53e64e")]
    public void Multiples_of_the_generator_are_those_of_the_standard(ulong factor, string hex)
    {
        Assert.Equal(hex, (Scalar.Small(factor) * Point.G).ToHex());
        Assert.Equal(hex, (Scalar.Small(factor) * Point.Base).ToHex());
        Assert.Equal(hex, EdwardsPoint.Sum([(Scalar.Small(factor), EdwardsPoint.Of(Point.Base))]).ToPoint().ToHex());
    }

    /// <summary>RFC 9496 Appendix A.2, one of each kind, and the identity.</summary>
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20")]
    [InlineData("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371")]
    [InlineData("3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e")]
    [InlineData("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d")]
    public void What_is_no_element_is_not_read(string hex) => Assert.False(Point.TryRead(Convert.FromHexString(hex), out _));

    [Fact]
    public void Random_bytes_are_read_as_points_exactly_where_our_own_reading_agrees() =>
        Gen.Byte.Array[32].Sample(
            bytes =>
            {
                // An own encoding comes back unchanged: both say that the bytes are the one proper encoding.
                if (Point.TryRead(bytes, out var point))
                {
                    Assert.Equal(bytes, EdwardsPoint.Of(point).ToPoint().ToBytes());
                }
            },
            iter: 2000);

    [Fact]
    public void Own_sums_of_public_points_are_those_of_libsodium() =>
        Gen.Select(Scalars, Points, Scalars, Points).Sample(
            (a, p, b, q) =>
            {
                Assert.Equal((a * p) + (b * q), EdwardsPoint.Sum([(a, EdwardsPoint.Of(p)), (b, EdwardsPoint.Of(q))]).ToPoint());
                Assert.Equal(p + q, (EdwardsPoint.Of(p) + EdwardsPoint.Of(q)).ToPoint());
                Assert.Equal(p - q, (EdwardsPoint.Of(p) + -EdwardsPoint.Of(q)).ToPoint());
                Assert.Equal(Scalar.Small(2) * p, EdwardsPoint.Of(p).Doubled().ToPoint());
                Assert.True((EdwardsPoint.Of(p) + -EdwardsPoint.Of(p)).IsIdentity);
            },
            iter: 200);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(9, 3)]
    [InlineData(700, 4)]
    [InlineData(300, 1)]
    public void Weighted_sums_are_the_plain_sums(int rows, int width)
    {
        var random = new Random(rows);
        var weights = Enumerable.Range(0, rows).Select(_ => new UInt128((ulong)random.NextInt64(long.MinValue, long.MaxValue), (ulong)random.NextInt64(long.MinValue, long.MaxValue))).ToArray();
        weights[^1] = UInt128.MaxValue;
        var columns = Enumerable.Range(0, width).Select(c => Enumerable.Range(0, rows).Select(i => Scalar.Small((ulong)((c * 100_000) + i + 1)) * Point.G).ToArray()).ToArray();
        var plain = columns.Select(column => weights.Select((w, i) => Scalar.Of(w) * column[i]).Aggregate((x, y) => x + y));
        foreach (var inLanes in (ReadOnlySpan<bool>)[true, false])
        {
            Assert.Equal(plain, WeightedSums.Of(weights, columns, inLanes, TestContext.Current.CancellationToken).Select(s => s.ToPoint()));
        }
    }

    [Fact]
    public void Multiples_from_a_table_are_those_of_libsodium()
    {
        var (key, point) = (Scalar.Random() * Point.G, Scalar.Random() * Point.G);
        var (table, few) = (new KeyMultiples(key, 1000), new KeyMultiples(key, 1));
        var scalars = Gen.OneOf(Scalars, Gen.ULong.Select(u => Scalar.Small(u == 0 ? 1 : u)), Gen.Const(default(Scalar) - Scalar.One)).Array[1, 20];
        scalars.Sample(
            s =>
            {
                var points = s.Select(x => x * point).ToArray();
                var plain = points.Zip(s, (p, x) => p + (x * key)).ToArray();
                Assert.Equal(plain, Plus(table, points, s));
                Assert.Equal(plain, Plus(few, points, s));
                Assert.Equal([.. s.Select(x => x * key)], Of(table, s));
                Assert.Equal([.. s.Select(x => x * Point.G)], Of(KeyMultiples.OfBase, s));
            },
            iter: 40);

        static Point[] Plus(KeyMultiples multiples, Point[] points, Scalar[] s)
        {
            var results = points.ToArray();
            multiples.Plus(results, s, results);
            return results;
        }

        static Point[] Of(KeyMultiples multiples, Scalar[] s)
        {
            var results = new Point[s.Length];
            multiples.Of(s, results);
            return results;
        }
    }

    /// <summary>Eight side by side, against libsodium and against one by one.</summary>
    [Fact]
    public void Points_side_by_side_are_those_one_by_one() =>
        Gen.Select(Points.Array[1, 8], Points).Sample(
            (points, other) =>
            {
                var (same, sums, doubled) = (new Point[points.Length], new Point[points.Length], new Point[points.Length]);
                var lanes = EdwardsLanes.Of(points);
                lanes.Write(same);
                Assert.Equal(points, same);
                Point.Add(points, [.. points.Select(_ => other)], sums);
                Assert.Equal([.. points.Select(p => p + other)], sums);
                lanes.Doubled().Write(doubled);
                Assert.Equal([.. points.Select(p => Scalar.Small(2) * p)], doubled);
                Assert.Equal(points, lanes.ToPoints().Take(points.Length).Select(p => p.ToPoint()));
                Assert.Throws<NotAPointException>(() => Point.Add(points, [.. points.Select(p => (default(Scalar) - Scalar.One) * p)], sums));
            },
            iter: 100);

    /// <summary>RFC 9496 Appendix A.2: not a square, a negative product and zero, beside points that are some.</summary>
    [Theory]
    [InlineData("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371")]
    [InlineData("3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    public void What_is_no_element_does_not_pass_side_by_side(string hex)
    {
        var wrong = Point.Encoded(Convert.FromHexString(hex));
        Assert.Throws<NotAPointException>(() => EdwardsLanes.Of([Point.Base, wrong]));
        Assert.Throws<NotAPointException>(() => EdwardsPoint.Of(wrong));
    }

    [Fact]
    public void The_field_is_the_integers_modulo_p() =>
        Gen.Select(Gen.Byte.Array[32], Gen.Byte.Array[32]).Sample(
            (x, y) =>
            {
                x[31] &= 127;
                y[31] &= 127;
                var (a, b) = (new BigInteger(x, isUnsigned: true), new BigInteger(y, isUnsigned: true));
                Check(a * b, FieldElement.Read(x) * FieldElement.Read(y));
                Check(a + b, FieldElement.Read(x) + FieldElement.Read(y));
                Check(a - b, FieldElement.Read(x) - FieldElement.Read(y));
                Check(a * a, FieldElement.Read(x).Squared());
                var (p, q) = (FieldLanes.Of(FieldElement.Read(x)), FieldLanes.Of(FieldElement.Read(y)));
                Check(a * b, p * q);
                Check(a + b, p + q);
                Check(a - b, p - q);
                Check(-a, p.Negated());
                Check(a * a, p.Squared());
                Check((a + b) * (a - b), (p + q) * (p - q));
                Check((a - b) * (a - b), (p - q).Squared());
            },
            iter: 3000);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(18)]
    public void Numbers_just_above_p_are_written_below_it(int above)
    {
        Check(above, FieldElement.Of(FieldElement.Prime - 1) + FieldElement.Of(above + 1));
        Check(above, FieldLanes.Of(FieldElement.Of(FieldElement.Prime - 1)) + FieldLanes.Of(FieldElement.Of(above + 1)));
    }

    [Fact]
    public void A_scalar_has_one_encoding_and_is_not_zero()
    {
        var order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(Scalar.TryRead((order - 1).ToByteArray(isUnsigned: true), out _));
        Assert.False(Scalar.TryRead(order.ToByteArray(isUnsigned: true), out _));
        Assert.False(Scalar.TryRead((order + 1).ToByteArray(isUnsigned: true), out _));
        Assert.False(Scalar.TryRead(new byte[32], out _));
        var s = Scalar.Random();
        Assert.Equal(Scalar.One, s * s.Inverse());
        Assert.DoesNotContain(Convert.ToHexStringLower(s.ToBytes()), s.ToString(), StringComparison.Ordinal);
    }

    /// <summary>
    /// The Austrian sector identifier, as its register publishes it: SHA-1 over the source number and the area. Nothing here uses
    /// it. It is the known answer for what <c>docs/security/pseudonyms.md</c> says of unkeyed hashes: whoever holds the source numbers computes every area's.
    /// </summary>
    [Fact]
    public void The_worked_example_of_the_Austrian_bPK()
    {
#pragma warning disable CA5350 // That SHA-1 is weak is what the example shows.
        var hash = SHA1.HashData(Encoding.ASCII.GetBytes("MDEyMzQ1Njc4OWFiY2RIZg==" + "+urn:publicid:gv.at:cdid+" + "BW"));
#pragma warning restore CA5350
        Assert.Equal("5cd5794e10a3e4ec09474a0e71698ae1652ce69e", Convert.ToHexStringLower(hash));
        Assert.Equal("XNV5ThCj5OwJR0oOcWmK4WUs5p4=", Convert.ToBase64String(hash));
    }

    private static void Check(BigInteger expected, in FieldLanes actual)
    {
        var (w0, w1, w2, w3) = actual.Words();
        for (var lane = 0; lane < FieldLanes.Count; lane++)
        {
            var text = new byte[32];
            MemoryMarshal.Write(text, (w0[lane], w1[lane], w2[lane], w3[lane]));
            Check(expected, text);
        }
    }

    private static void Check(BigInteger expected, FieldElement actual)
    {
        var text = new byte[32];
        actual.Write(text);
        Check(expected, text);
    }

    private static void Check(BigInteger expected, byte[] text)
    {
        Assert.Equal(((expected % FieldElement.Prime) + FieldElement.Prime) % FieldElement.Prime, new BigInteger(text, isUnsigned: true));
    }
}
