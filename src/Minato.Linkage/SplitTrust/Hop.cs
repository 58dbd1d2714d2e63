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
/// Scalar multiplications per item: strip 3 (in clear 2), wrap 1 and 1 of a point that is always the same, carry 2 and 1.
/// </summary>
internal static class Hop
{
    public static Hopped Strip(HopTerms terms, HopSecret secret, Ciphers from, CancellationToken ct = default)
    {
        var shed = Shed(secret);
        var (b, c) = (new Point[from.Count], new Point[from.Count]);
        Cores.For(from.Count, i => (b[i], c[i]) = (secret.Factor * from.B[i], (secret.Factor * from.C[i]) + (shed * from.B[i])), ct);
        var to = new Ciphers(b, c);
        return new(to, Prove("strip"u8, terms, StripRelations(terms, from, to, ct), secret.Factor, shed));
    }

    public static bool IsStrip(HopTerms terms, Ciphers from, Hopped hopped, CancellationToken ct = default) =>
        Holds("strip"u8, terms, hopped.Proof, from, hopped.Out, () => StripRelations(terms, from, hopped.Out, ct));

    /// <summary>The last share comes off: what remains is a point in clear.</summary>
    public static Tagged StripToTags(HopTerms terms, HopSecret secret, Ciphers from, CancellationToken ct = default)
    {
        var shed = Shed(secret);
        var tags = new Point[from.Count];
        Cores.For(from.Count, i => tags[i] = (secret.Factor * from.C[i]) + (shed * from.B[i]), ct);
        return new(tags, Prove("tag"u8, terms, TagRelations(terms, from, tags, ct), secret.Factor, shed));
    }

    public static bool IsStripToTags(HopTerms terms, Ciphers from, Tagged tagged, CancellationToken ct = default) =>
        Holds("tag"u8, terms, tagged.Proof, from, new Ciphers(tagged.Tags, tagged.Tags), () => TagRelations(terms, from, tagged.Tags, ct));

    public static Hopped Wrap(HopTerms terms, HopSecret secret, Point[] from, CancellationToken ct = default)
    {
        var (b, c, s) = (new Point[from.Length], new Point[from.Length], new Scalar[from.Length]);
        Cores.For(from.Length, i =>
        {
            s[i] = Scalar.Random();
            (b[i], c[i]) = (s[i] * Point.G, (secret.Factor * from[i]) + (s[i] * terms.Key));
        }, ct);
        var to = new Ciphers(b, c);
        var weights = Weights(terms, from, b, c);
        return new(to, Prove("wrap"u8, terms, WrapRelations(terms, weights, from, to, ct), secret.Factor, Sum(weights, s)));
    }

    public static bool IsWrap(HopTerms terms, Point[] from, Hopped hopped, CancellationToken ct = default) =>
        Holds("wrap"u8, terms, hopped.Proof, new Ciphers(from, from), hopped.Out, () => WrapRelations(terms, Weights(terms, from, hopped.Out.B, hopped.Out.C), from, hopped.Out, ct));

    public static Hopped Carry(HopTerms terms, HopSecret secret, Ciphers from, CancellationToken ct = default)
    {
        var (b, c, t) = (new Point[from.Count], new Point[from.Count], new Scalar[from.Count]);
        Cores.For(from.Count, i =>
        {
            t[i] = Scalar.Random();
            (b[i], c[i]) = ((secret.Factor * from.B[i]) + (t[i] * Point.G), (secret.Factor * from.C[i]) + (t[i] * terms.Key));
        }, ct);
        var to = new Ciphers(b, c);
        var weights = Weights(terms, from.B, from.C, b, c);
        return new(to, Prove("carry"u8, terms, CarryRelations(terms, weights, from, to, ct), secret.Factor, Sum(weights, t)));
    }

    public static bool IsCarry(HopTerms terms, Ciphers from, Hopped hopped, CancellationToken ct = default) =>
        Holds("carry"u8, terms, hopped.Proof, from, hopped.Out, () => CarryRelations(terms, Weights(terms, from.B, from.C, hopped.Out.B, hopped.Out.C), from, hopped.Out, ct));

    private static Scalar Shed(HopSecret secret) => default(Scalar) - (secret.Factor * secret.Share);

    private static Relation Factor(HopTerms terms) => new(terms.To, terms.From, null);

    private static Relation[] StripRelations(HopTerms terms, Ciphers from, Ciphers to, CancellationToken ct)
    {
        var s = Sums(Weights(terms, from.B, from.C, to.B, to.C), ct, from.B, from.C, to.B, to.C);
        return [Factor(terms), new(null, terms.Key, Point.Base), new(s[2], s[0], null), new(s[3], s[1], s[0])];
    }

    private static Relation[] TagRelations(HopTerms terms, Ciphers from, Point[] tags, CancellationToken ct)
    {
        var s = Sums(Weights(terms, from.B, from.C, tags), ct, from.B, from.C, tags);
        return [Factor(terms), new(null, terms.Key, Point.Base), new(s[2], s[1], s[0])];
    }

    private static Relation[] WrapRelations(HopTerms terms, UInt128[] weights, Point[] from, Ciphers to, CancellationToken ct)
    {
        var s = Sums(weights, ct, from, to.B, to.C);
        return [Factor(terms), new(s[1], null, Point.Base), new(s[2], s[0], terms.Key)];
    }

    private static Relation[] CarryRelations(HopTerms terms, UInt128[] weights, Ciphers from, Ciphers to, CancellationToken ct)
    {
        var s = Sums(weights, ct, from.B, from.C, to.B, to.C);
        return [Factor(terms), new(s[2], s[0], Point.Base), new(s[3], s[1], terms.Key)];
    }

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
