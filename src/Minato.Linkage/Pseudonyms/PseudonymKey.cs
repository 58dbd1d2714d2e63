using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Minato.Linkage.Pseudonyms;

/// <summary>
/// One key of a pseudonym domain (D2, authority mode): a pseudonym is AES-256 of the person's 128-bit handle, one block.
/// A permutation, so it needs no table, never collides, and says nothing without the key. Handles are random, so the
/// deterministic mode reveals only equality, which is what a pseudonym is.
/// </summary>
internal sealed class PseudonymKey : IDisposable
{
    /// <summary>Blocks in one call of the cipher: enough to forget the cost of the call itself, and 128 KiB stay in the second-level cache.</summary>
    public const int Chunk = 8192;

    private const int Block = 16;
    private readonly Aes aes;

    /// <param name="name">Name in the key store: domain, and epoch from the second on.</param>
    public PseudonymKey(byte[] key, string name)
    {
        aes = Aes.Create();
        aes.Key = key;
        Commitment = CommitmentTo(key, name);
        Epoch = $"{name}#{Commitment[..8]}";
    }

    /// <summary>The key's name and the beginning of its commitment: the same key gives the same epoch, and nothing of the key is in it.</summary>
    public string Epoch { get; }

    /// <summary>64 hex digits that bind to this key and do not show it.</summary>
    public string Commitment { get; }

    /// <summary>HMAC-SHA256 of the name under the key: hides a random key, and no second key gives the same. Whoever has the key can check it.</summary>
    public static string CommitmentTo(ReadOnlySpan<byte> key, string name) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"minato key commitment v1\n{name}")));

    /// <summary>Handles to pseudonyms, in place.</summary>
    public void Encrypt(Span<UInt128> handles) => Transform(handles, encrypt: true);

    /// <summary>Pseudonyms to handles, in place.</summary>
    public void Decrypt(Span<UInt128> pseudonyms) => Transform(pseudonyms, encrypt: false);

    private void Transform(Span<UInt128> values, bool encrypt)
    {
        while (!values.IsEmpty)
        {
            var some = values[..Math.Min(values.Length, Chunk)];

            // A pseudonym's bytes are big-endian everywhere; in memory the machine's order holds.
            var bytes = MemoryMarshal.AsBytes(some);
            ToBigEndian(some);
            _ = encrypt ? aes.EncryptEcb(bytes, bytes, PaddingMode.None) : aes.DecryptEcb(bytes, bytes, PaddingMode.None);
            ToBigEndian(some);
            values = values[some.Length..];
        }
    }

    private static void ToBigEndian(Span<UInt128> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(values, values);
        }
    }

    public void Dispose() => aes.Dispose();
}
