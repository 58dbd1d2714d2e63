using System.Buffers.Binary;
using System.Security.Cryptography;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.SplitTrust;

/// <summary>
/// RFC 9497, ciphersuite ristretto255-SHA512, modes OPRF (0) and VOPRF (1): a keyed function of an input that the key's holder
/// never sees, under a key that the input's holder never sees. Names are the RFC's.
/// </summary>
internal sealed class Oprf
{
    public const int OutputSize = 64;

    private readonly byte[] context;
    private readonly byte[] hashToGroup;
    private readonly byte[] hashToScalar;

    private Oprf(byte mode)
    {
        context = [.. "OPRFV1-"u8, mode, .. "-ristretto255-SHA512"u8];
        hashToGroup = [.. "HashToGroup-"u8, .. context];
        hashToScalar = [.. "HashToScalar-"u8, .. context];
    }

    public static Oprf Plain { get; } = new(0);

    public static Oprf Verifiable { get; } = new(1);

    /// <summary>§2.2.1: that two pairs of points have the same ratio.</summary>
    public readonly record struct Proof(Scalar Challenge, Scalar Response)
    {
        public byte[] ToBytes() => [.. Challenge.ToBytes(), .. Response.ToBytes()];

        public static bool TryRead(ReadOnlySpan<byte> sixtyFourBytes, out Proof proof)
        {
            proof = default;
            if (sixtyFourBytes.Length != 64 || !Scalar.TryRead(sixtyFourBytes[..32], out var challenge) || !Scalar.TryRead(sixtyFourBytes[32..], out var response))
            {
                return false;
            }

            proof = new(challenge, response);
            return true;
        }
    }

    /// <summary>§3.2.1.</summary>
    public (Scalar Secret, Point Public) DeriveKeyPair(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> info)
    {
        byte[] input = [.. seed, .. Length(info.Length), .. info, 0];
        byte[] domain = [.. "DeriveKeyPair"u8, .. context];
        for (var counter = 0; counter < 256; counter++)
        {
            input[^1] = (byte)counter;
            if (HashToScalar(input, domain) is { IsZero: false } secret)
            {
                return (secret, secret * Point.G);
            }
        }

        throw new InvalidOperationException("No key can be derived from this seed");
    }

    public Point HashToGroup(ReadOnlySpan<byte> input) => Point.Hash(input, hashToGroup);

    /// <summary>§3.3.1. The blind is random where none is given; giving one is for the published vectors.</summary>
    public (Scalar Blind, Point Blinded) Blind(ReadOnlySpan<byte> input, Scalar? blind = null)
    {
        var r = blind ?? Scalar.Random();
        return (r, r * HashToGroup(input));
    }

    /// <summary>§3.3.1, mode 0.</summary>
    public static Point BlindEvaluate(Scalar secret, Point blinded) => secret * blinded;

    /// <summary>§3.3.2, mode 1: the batch with the proof that one key, the one of <paramref name="publicKey"/>, made it.</summary>
    public (Point[] Evaluated, Proof Proof) BlindEvaluate(Scalar secret, Point publicKey, ReadOnlySpan<Point> blinded, Scalar? nonce = null)
    {
        var evaluated = new Point[blinded.Length];
        for (var i = 0; i < evaluated.Length; i++)
        {
            evaluated[i] = secret * blinded[i];
        }

        return (evaluated, GenerateProof(secret, publicKey, blinded, evaluated, nonce));
    }

    public static byte[] Finalize(ReadOnlySpan<byte> input, Scalar blind, Point evaluated)
    {
        var element = blind.Inverse() * evaluated;
        return SHA512.HashData([.. Length(input.Length), .. input, .. Length(Point.Size), .. element.ToBytes(), .. "Finalize"u8]);
    }

    /// <summary>What <see cref="Finalize"/> gives, by whoever has both input and key (§3.3.1, Evaluate).</summary>
    public byte[] Evaluate(Scalar secret, ReadOnlySpan<byte> input) => Finalize(input, Scalar.One, secret * HashToGroup(input));

    /// <summary>§2.2.1.</summary>
    public Proof GenerateProof(Scalar secret, Point publicKey, ReadOnlySpan<Point> from, ReadOnlySpan<Point> to, Scalar? nonce = null)
    {
        var r = nonce ?? Scalar.Random();
        var m = Composite(publicKey, from, to, from);
        var z = secret * m;
        var c = Challenge(publicKey, m, z, r * Point.G, r * m);
        return new(c, r - (c * secret));
    }

    /// <summary>§2.2.2.</summary>
    public bool VerifyProof(Point publicKey, ReadOnlySpan<Point> from, ReadOnlySpan<Point> to, Proof proof)
    {
        if (from.Length != to.Length || from.IsEmpty || proof.Challenge.IsZero || proof.Response.IsZero)
        {
            return false;
        }

        try
        {
            var m = Composite(publicKey, from, to, from);
            var z = Composite(publicKey, from, to, to);
            var (s, c) = (proof.Response, proof.Challenge);
            return Challenge(publicKey, m, z, (s * Point.G) + (c * publicKey), (s * m) + (c * z)).Equals(c);
        }
        catch (NotAPointException)
        {
            return false;
        }
    }

    /// <summary>§2.2.1, ComputeComposites: the weighted sum of the points <paramref name="of"/>; the weights bind all points.</summary>
    private Point Composite(Point publicKey, ReadOnlySpan<Point> from, ReadOnlySpan<Point> to, ReadOnlySpan<Point> of)
    {
        byte[] seedDomain = [.. "Seed-"u8, .. context];
        var seed = SHA512.HashData([.. Length(Point.Size), .. publicKey.ToBytes(), .. Length(seedDomain.Length), .. seedDomain]);
        var sum = default(Point);
        for (var i = 0; i < of.Length; i++)
        {
            var weight = HashToScalar(
                [.. Length(seed.Length), .. seed, .. Length(i), .. Length(Point.Size), .. from[i].ToBytes(), .. Length(Point.Size), .. to[i].ToBytes(), .. "Composite"u8], hashToScalar);
            sum = i == 0 ? weight * of[i] : sum + (weight * of[i]);
        }

        return sum;
    }

    private Scalar Challenge(Point publicKey, Point m, Point z, Point t2, Point t3)
    {
        using var input = new MemoryStream();
        foreach (var point in (ReadOnlySpan<Point>)[publicKey, m, z, t2, t3])
        {
            input.Write(Length(Point.Size));
            input.Write(point.ToBytes());
        }

        input.Write("Challenge"u8);
        return HashToScalar(input.ToArray(), hashToScalar);
    }

    private static Scalar HashToScalar(ReadOnlySpan<byte> input, ReadOnlySpan<byte> domain)
    {
        Span<byte> uniform = stackalloc byte[64];
        ExpandMessage.Xmd(input, domain, uniform);
        return Scalar.Reduce(uniform);
    }

    private static byte[] Length(int value)
    {
        var text = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(text, checked((ushort)value));
        return text;
    }
}
