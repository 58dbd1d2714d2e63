using System.Numerics;
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
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(700)]
    public void Weighted_sums_are_the_plain_sums(int rows)
    {
        var random = new Random(rows);
        var weights = Enumerable.Range(0, rows).Select(_ => new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64())).ToArray();
        var columns = Enumerable.Range(0, 2).Select(c => Enumerable.Range(0, rows).Select(i => Scalar.Small((ulong)((c * 100_000) + i + 1)) * Point.G).ToArray()).ToArray();
        var sums = WeightedSums.Of(weights, columns, TestContext.Current.CancellationToken);
        for (var c = 0; c < 2; c++)
        {
            var plain = weights.Select((w, i) => Scalar.Of(w) * columns[c][i]).Aggregate((x, y) => x + y);
            Assert.Equal(plain, sums[c].ToPoint());
        }
    }

    [Fact]
    public void Multiples_from_a_table_are_those_of_libsodium()
    {
        var (key, point) = (Scalar.Random() * Point.G, Scalar.Random() * Point.G);
        var (table, few) = (new KeyMultiples(key, 1000), new KeyMultiples(key, 1));
        Gen.OneOf(Scalars, Gen.ULong.Select(u => Scalar.Small(u == 0 ? 1 : u))).Sample(
            s =>
            {
                var plain = point + (s * key);
                return table.Plus(point, s) == plain && few.Plus(point, s) == plain;
            },
            iter: 300);
        Assert.Equal(point + (default(Scalar) - Scalar.One) * key, table.Plus(point, default(Scalar) - Scalar.One));
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
            },
            iter: 3000);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(18)]
    public void Numbers_just_above_p_are_written_below_it(int above)
    {
        Check(above, FieldElement.Of(FieldElement.Prime - 1) + FieldElement.Of(above + 1));
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

    private static void Check(BigInteger expected, FieldElement actual)
    {
        var text = new byte[32];
        actual.Write(text);
        Assert.Equal(((expected % FieldElement.Prime) + FieldElement.Prime) % FieldElement.Prime, new BigInteger(text, isUnsigned: true));
    }
}
