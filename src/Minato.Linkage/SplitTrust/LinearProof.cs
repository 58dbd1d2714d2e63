using System.Security.Cryptography;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.SplitTrust;

/// <summary>
/// One equation over secret factors: <c>Image = Σ factor[k]·Terms[k]</c>. No image means the identity; no term means that the
/// factor does not occur.
/// </summary>
internal sealed record Relation(Point? Image, params Point?[] Terms);

/// <summary>
/// That somebody knows factors which satisfy several linear equations at once (generalised Schnorr with Fiat–Shamir; Camenisch
/// and Stadler 1997). The equality of two discrete logarithms is the case of one factor and two equations.
/// </summary>
internal sealed record LinearProof(Scalar Challenge, Scalar[] Responses)
{
    /// <param name="context">What the proof is for; a proof for something else does not hold here.</param>
    /// <param name="factors">The secrets, in the order of the relations' terms.</param>
    public static LinearProof Prove(ReadOnlySpan<byte> context, IReadOnlyList<Relation> relations, ReadOnlySpan<Scalar> factors)
    {
        var nonces = new Scalar[factors.Length];
        foreach (ref var nonce in nonces.AsSpan())
        {
            nonce = Scalar.Random();
        }

        var commitments = new Point[relations.Count];
        for (var j = 0; j < commitments.Length; j++)
        {
            var terms = relations[j].Terms;
            var first = true;
            for (var k = 0; k < terms.Length; k++)
            {
                if (terms[k] is { } term)
                {
                    (commitments[j], first) = (first ? nonces[k] * term : commitments[j] + (nonces[k] * term), false);
                }
            }
        }

        var challenge = Hash(context, relations, commitments);
        var responses = new Scalar[factors.Length];
        for (var k = 0; k < responses.Length; k++)
        {
            responses[k] = nonces[k] - (challenge * factors[k]);
        }

        return new(challenge, responses);
    }

    public bool Holds(ReadOnlySpan<byte> context, IReadOnlyList<Relation> relations)
    {
        try
        {
            var commitments = new Point[relations.Count];
            for (var j = 0; j < commitments.Length; j++)
            {
                var (image, terms) = (relations[j].Image, relations[j].Terms);
                if (terms.Length != Responses.Length)
                {
                    return false;
                }

                var sum = new List<(Scalar, EdwardsPoint)>();
                if (image is { } known)
                {
                    sum.Add((Challenge, EdwardsPoint.Of(known)));
                }

                for (var k = 0; k < terms.Length; k++)
                {
                    if (terms[k] is { } term)
                    {
                        sum.Add((Responses[k], EdwardsPoint.Of(term)));
                    }
                }

                commitments[j] = EdwardsPoint.Sum(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(sum)).ToPoint();
            }

            return Hash(context, relations, commitments).Equals(Challenge);
        }
        catch (NotAPointException)
        {
            return false;
        }
    }

    private static Scalar Hash(ReadOnlySpan<byte> context, IReadOnlyList<Relation> relations, Point[] commitments)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        Span<byte> text = stackalloc byte[Point.Size];
        hash.AppendData("minato linear proof v1"u8);
        hash.AppendData(SHA512.HashData(context));
        for (var j = 0; j < commitments.Length; j++)
        {
            hash.AppendData([(byte)relations[j].Terms.Length]);
            Add(relations[j].Image, text);
            foreach (var term in relations[j].Terms)
            {
                Add(term, text);
            }

            Add(commitments[j], text);
        }

        return Scalar.Reduce(hash.GetHashAndReset());

        void Add(Point? point, Span<byte> text)
        {
            // Absent is written as the identity's encoding, which no point has.
            point.GetValueOrDefault().Write(text);
            hash.AppendData(text);
        }
    }
}
