using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.SplitTrust;

/// <summary>What a hop must be true to: the public side of the factor and of the key, and what the hop is for.</summary>
/// <param name="Order">Id of the order that the hop serves: a proof cannot be used for another.</param>
/// <param name="To">Commitment to the factor into the target domain, <c>a_to·G</c>.</param>
/// <param name="From">Commitment to the factor out of the source domain, <c>a_from·G</c>; the hop's factor is <c>a_to / a_from</c>.</param>
/// <param name="Key">For a strip the own share of the joint key; for a wrap and a carry the receiver's key.</param>
internal sealed record HopTerms(string Order, Point To, Point From, Point Key);

/// <summary>The secrets of a hop: the factor <c>a_to / a_from</c>, and for a strip the own share of the joint key.</summary>
internal readonly record struct HopSecret(Scalar Factor, Scalar Share = default);

/// <summary>What a hop gave, with the proof that it was the hop of the terms on each of its inputs.</summary>
internal sealed record Hopped(Ciphers Out, LinearProof Proof);

/// <summary>Tags in clear: one-time names of a run.</summary>
internal sealed record Tagged(Point[] Tags, LinearProof Proof);

/// <summary>
/// The three things a transcryptor does with points; every protocol here is made of them. With <c>f</c> the factor:
/// <list type="bullet">
/// <item>strip, under the joint key: <c>(f·B, f·C - f·x·B)</c> takes the own share x off and applies the factor;</item>
/// <item>wrap, of a point in clear: <c>(s·G, f·T + s·Y)</c> for the receiver;</item>
/// <item>carry, under the receiver's key: <c>(f·B + t·G, f·C + t·Y)</c>.</item>
/// </list>
/// A proof covers a whole batch: with weights that depend on all points, the weighted sums satisfy the same equations, and a
/// single wrong ciphertext breaks them except with probability 2^-128 (Bellare, Garay and Rabin 1998; RFC 9497 does the same for its DLEQ).
/// Scalar multiplications per item: strip 3 (in clear 2); wrap 1, carry 2, and each one of the generator and one of the receiver's key. Whoever
/// makes a proof computes the sums of the inputs alone, and those of the outputs from them by its secrets.
/// </summary>
internal static class Hop
{
    public static Hopped Strip(HopTerms terms, HopSecret secret, Ciphers from, CancellationToken ct = default)
    {
        var shed = Shed(secret);
        var (b, c) = (new Point[from.Count], new Point[from.Count]);
        Cores.For(from.Count, (first, end) =>
        {
            Point.Multiply(secret.Factor, from.B.AsSpan(first..end), b.AsSpan(first..end));
            Shed(secret.Factor, shed, from, first, end, c);
        }, ct);
        var to = new Ciphers(b, c);
        var s = Sums(Weights(terms, from.B, from.C, b, c), ct, from.B, from.C);
        return new(to, Prove("strip"u8, terms, StripRelations(terms, s[0], s[1], secret.Factor * s[0], (secret.Factor * s[1]) + (shed * s[0])), secret.Factor, shed));
    }

    public static bool IsStrip(HopTerms terms, Ciphers from, Hopped hopped, CancellationToken ct = default) =>
        Holds("strip"u8, terms, hopped.Proof, from, hopped.Out, () =>
        {
            var s = Sums(Weights(terms, from.B, from.C, hopped.Out.B, hopped.Out.C), ct, from.B, from.C, hopped.Out.B, hopped.Out.C);
            return StripRelations(terms, s[0], s[1], s[2], s[3]);
        });

    /// <summary>The last share comes off: what remains is a point in clear.</summary>
    public static Tagged StripToTags(HopTerms terms, HopSecret secret, Ciphers from, CancellationToken ct = default)
    {
        var shed = Shed(secret);
        var tags = new Point[from.Count];
        Cores.For(from.Count, (first, end) => Shed(secret.Factor, shed, from, first, end, tags), ct);
        var s = Sums(Weights(terms, from.B, from.C, tags), ct, from.B, from.C);
        return new(tags, Prove("tag"u8, terms, TagRelations(terms, s[0], s[1], (secret.Factor * s[1]) + (shed * s[0])), secret.Factor, shed));
    }

    public static bool IsStripToTags(HopTerms terms, Ciphers from, Tagged tagged, CancellationToken ct = default) =>
        Holds("tag"u8, terms, tagged.Proof, from, new Ciphers(tagged.Tags, tagged.Tags), () =>
        {
            var s = Sums(Weights(terms, from.B, from.C, tagged.Tags), ct, from.B, from.C, tagged.Tags);
            return TagRelations(terms, s[0], s[1], s[2]);
        });

    public static Hopped Wrap(HopTerms terms, HopSecret secret, Point[] from, CancellationToken ct = default)
    {
        var (b, c, s) = (new Point[from.Length], new Point[from.Length], new Scalar[from.Length]);
        var multiples = new KeyMultiples(terms.Key, from.Length);
        Cores.For(from.Length, (first, end) =>
        {
            Scalar.Fill(s.AsSpan(first..end));
            KeyMultiples.OfBase.Of(s.AsSpan(first..end), b.AsSpan(first..end));
            Point.Multiply(secret.Factor, from.AsSpan(first..end), c.AsSpan(first..end));
            multiples.Plus(c.AsSpan(first..end), s.AsSpan(first..end), c.AsSpan(first..end));
        }, ct);
        var to = new Ciphers(b, c);
        var weights = Weights(terms, from, b, c);
        var (sum, hidden) = (Sums(weights, ct, from)[0], Sum(weights, s));
        return new(to, Prove("wrap"u8, terms, WrapRelations(terms, sum, hidden * Point.G, (secret.Factor * sum) + (hidden * terms.Key)), secret.Factor, hidden));
    }

    public static bool IsWrap(HopTerms terms, Point[] from, Hopped hopped, CancellationToken ct = default) =>
        Holds("wrap"u8, terms, hopped.Proof, new Ciphers(from, from), hopped.Out, () =>
        {
            var s = Sums(Weights(terms, from, hopped.Out.B, hopped.Out.C), ct, from, hopped.Out.B, hopped.Out.C);
            return WrapRelations(terms, s[0], s[1], s[2]);
        });

    public static Hopped Carry(HopTerms terms, HopSecret secret, Ciphers from, CancellationToken ct = default)
    {
        var (b, c, t) = (new Point[from.Count], new Point[from.Count], new Scalar[from.Count]);
        var multiples = new KeyMultiples(terms.Key, from.Count);
        Cores.For(from.Count, (first, end) =>
        {
            Scalar.Fill(t.AsSpan(first..end));
            Point.Multiply(secret.Factor, from.B.AsSpan(first..end), b.AsSpan(first..end));
            KeyMultiples.OfBase.Plus(b.AsSpan(first..end), t.AsSpan(first..end), b.AsSpan(first..end));
            Point.Multiply(secret.Factor, from.C.AsSpan(first..end), c.AsSpan(first..end));
            multiples.Plus(c.AsSpan(first..end), t.AsSpan(first..end), c.AsSpan(first..end));
        }, ct);
        var to = new Ciphers(b, c);
        var weights = Weights(terms, from.B, from.C, b, c);
        var (sums, hidden) = (Sums(weights, ct, from.B, from.C), Sum(weights, t));
        return new(to, Prove(
            "carry"u8, terms, CarryRelations(terms, sums[0], sums[1], (secret.Factor * sums[0]) + (hidden * Point.G), (secret.Factor * sums[1]) + (hidden * terms.Key)), secret.Factor, hidden));
    }

    public static bool IsCarry(HopTerms terms, Ciphers from, Hopped hopped, CancellationToken ct = default) =>
        Holds("carry"u8, terms, hopped.Proof, from, hopped.Out, () =>
        {
            var s = Sums(Weights(terms, from.B, from.C, hopped.Out.B, hopped.Out.C), ct, from.B, from.C, hopped.Out.B, hopped.Out.C);
            return CarryRelations(terms, s[0], s[1], s[2], s[3]);
        });

    /// <summary><c>f·C - f·x·B</c>, a chunk of it.</summary>
    private static void Shed(Scalar factor, Scalar shed, Ciphers from, int first, int end, Point[] to)
    {
        Span<Point> taken = stackalloc Point[end - first];
        Point.Multiply(shed, from.B.AsSpan(first..end), taken);
        Point.Multiply(factor, from.C.AsSpan(first..end), to.AsSpan(first..end));
        Point.Add(to.AsSpan(first..end), taken, to.AsSpan(first..end));
    }

    private static Scalar Shed(HopSecret secret) => default(Scalar) - (secret.Factor * secret.Share);

    private static Relation Factor(HopTerms terms) => new(terms.To, terms.From, null);

    private static Relation[] StripRelations(HopTerms terms, Point b, Point c, Point toB, Point toC) =>
        [Factor(terms), new(null, terms.Key, Point.Base), new(toB, b, null), new(toC, c, b)];

    private static Relation[] TagRelations(HopTerms terms, Point b, Point c, Point tag) =>
        [Factor(terms), new(null, terms.Key, Point.Base), new(tag, c, b)];

    private static Relation[] WrapRelations(HopTerms terms, Point from, Point toB, Point toC) =>
        [Factor(terms), new(toB, null, Point.Base), new(toC, from, terms.Key)];

    private static Relation[] CarryRelations(HopTerms terms, Point b, Point c, Point toB, Point toC) =>
        [Factor(terms), new(toB, b, Point.Base), new(toC, c, terms.Key)];

    private static LinearProof Prove(ReadOnlySpan<byte> kind, HopTerms terms, Relation[] relations, params ReadOnlySpan<Scalar> factors) =>
        LinearProof.Prove(Context(kind, terms), relations, factors);

    private static bool Holds(ReadOnlySpan<byte> kind, HopTerms terms, LinearProof proof, Ciphers from, Ciphers to, Func<Relation[]> relations)
    {
        if (!from.IsWhole || !to.IsWhole || from.Count != to.Count || proof.Responses.Length != 2)
        {
            return false;
        }

        try
        {
            return proof.Holds(Context(kind, terms), relations());
        }
        catch (NotAPointException)
        {
            return false;
        }
    }

    private static byte[] Context(ReadOnlySpan<byte> kind, HopTerms terms) =>
        [.. "minato hop v1 "u8, .. kind, 0, .. SHA512.HashData(System.Text.Encoding.UTF8.GetBytes(terms.Order)), .. terms.To.ToBytes(), .. terms.From.ToBytes(), .. terms.Key.ToBytes()];

    private static Point[] Sums(UInt128[] weights, CancellationToken ct, params Point[][] columns) =>
        [.. WeightedSums.Of(weights, columns, ct).Select(s => s.ToPoint())];

    /// <summary>128 bits for each row, of a hash over the terms and all points.</summary>
    private static UInt128[] Weights(HopTerms terms, params ReadOnlySpan<Point[]> columns)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(Context("weights"u8, terms));
        foreach (var column in columns)
        {
            hash.AppendData(MemoryMarshal.AsBytes(column.AsSpan()));
        }

        byte[] seed = [.. hash.GetHashAndReset(), 0, 0, 0, 0];
        var weights = new UInt128[columns[0].Length];
        Span<byte> block = stackalloc byte[64];
        for (var i = 0; i < weights.Length; i++)
        {
            if (i % 4 == 0)
            {
                BinaryPrimitives.WriteInt32LittleEndian(seed.AsSpan(64), i / 4);
                SHA512.HashData(seed, block);
            }

            weights[i] = BinaryPrimitives.ReadUInt128LittleEndian(block[(i % 4 * 16)..]);
        }

        return weights;
    }

    private static Scalar Sum(UInt128[] weights, Scalar[] scalars)
    {
        var sum = default(Scalar);
        for (var i = 0; i < scalars.Length; i++)
        {
            sum += Scalar.Of(weights[i]) * scalars[i];
        }

        return sum;
    }
}
