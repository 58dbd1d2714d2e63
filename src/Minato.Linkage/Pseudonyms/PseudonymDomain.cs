using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Minato.Linkage.Pseudonyms;

/// <summary>
/// Authority mode (D2): a pseudonym is AES-256 of the person's 128-bit handle under the domain's key: one block, a
/// permutation, so it needs no table, never collides, and says nothing without the key. In bulk through one framework
/// call. Handles are random, so the deterministic mode reveals only equality, which is what a pseudonym is.
/// </summary>
internal sealed class PseudonymDomain : IDisposable
{
    private const int Block = 16;
    private const int Chunk = 4096;
    private readonly Aes aes;

    private PseudonymDomain(byte[] key, string name)
    {
        aes = Aes.Create();
        aes.Key = key;
        Epoch = $"{name}#{Convert.ToHexStringLower(HMACSHA256.HashData(key, "minato key epoch"u8)[..4])}";
    }

    /// <summary>The key's name and a fingerprint: the same key gives the same epoch, and nothing of the key is in it.</summary>
    public string Epoch { get; }

    /// <exception cref="KeyDestroyedException">The domain is closed for good.</exception>
    public static PseudonymDomain Of(IKeyStore keys, string name) => new(keys.Key(name), name);

    public static string NameOf(DatasetId dataset) => $"domain/dataset/{dataset.Value}";

    public static string NameOf(PermitId permit) => $"domain/project/{permit.Value}";

    public const string CitizenName = "domain/citizen";

    public UInt128 Pseudonym(UInt128 handle)
    {
        Span<UInt128> one = [handle];
        Transform(one, encrypt: true);
        return one[0];
    }

    public UInt128 Handle(UInt128 pseudonym)
    {
        Span<UInt128> one = [pseudonym];
        Transform(one, encrypt: false);
        return one[0];
    }

    /// <summary>Handles to pseudonyms, in place.</summary>
    public void Encrypt(Span<UInt128> handles) => Transform(handles, encrypt: true);

    /// <summary>Pseudonyms to handles, in place.</summary>
    public void Decrypt(Span<UInt128> pseudonyms) => Transform(pseudonyms, encrypt: false);

    private void Transform(Span<UInt128> values, bool encrypt)
    {
        var size = Math.Min(values.Length, Chunk) * Block;
        var from = new byte[size];
        var to = new byte[size];
        while (values.Length > 0)
        {
            var n = Math.Min(values.Length, Chunk);
            for (var i = 0; i < n; i++)
            {
                BinaryPrimitives.WriteUInt128BigEndian(from.AsSpan(i * Block), values[i]);
            }

            _ = encrypt
                ? aes.EncryptEcb(from.AsSpan(0, n * Block), to, PaddingMode.None)
                : aes.DecryptEcb(from.AsSpan(0, n * Block), to, PaddingMode.None);
            for (var i = 0; i < n; i++)
            {
                values[i] = BinaryPrimitives.ReadUInt128BigEndian(to.AsSpan(i * Block));
            }

            values = values[n..];
        }

        CryptographicOperations.ZeroMemory(from);
        CryptographicOperations.ZeroMemory(to);
    }

    public void Dispose() => aes.Dispose();
}
