using System.Security.Cryptography;

namespace Minato.Linkage.SplitTrust.Group;

/// <summary>RFC 9380 §5.3.1, with SHA-512 and at most 64 bytes out: all that ristretto255 needs.</summary>
internal static class ExpandMessage
{
    private const int InputBlock = 128;
    private const int Digest = 64;

    /// <param name="domain">The domain separation tag, at most 255 bytes.</param>
    /// <param name="uniform">Takes the result, at most 64 bytes.</param>
    public static void Xmd(ReadOnlySpan<byte> message, ReadOnlySpan<byte> domain, Span<byte> uniform)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(domain.Length, 255);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(uniform.Length, Digest);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        Span<byte> zeros = stackalloc byte[InputBlock];
        zeros.Clear();
        Span<byte> tail = [(byte)domain.Length];
        hash.AppendData(zeros);
        hash.AppendData(message);
        hash.AppendData([(byte)(uniform.Length >> 8), (byte)uniform.Length, 0]);
        hash.AppendData(domain);
        hash.AppendData(tail);
        Span<byte> b = stackalloc byte[Digest];
        hash.GetHashAndReset(b);
        hash.AppendData(b);
        hash.AppendData([1]);
        hash.AppendData(domain);
        hash.AppendData(tail);
        hash.GetHashAndReset(b);
        b[..uniform.Length].CopyTo(uniform);
    }
}
