using System.Security.Cryptography;

namespace Minato.Linkage.Store;

/// <summary>
/// AES-256-GCM around what the store keeps of identities: nonce (12), tag (16), ciphertext. The associated data bind a
/// sealed value to its row, so that two rows cannot be exchanged unnoticed.
/// </summary>
internal sealed class Seal : IDisposable
{
    public const string KeyName = "linkage-identity";
    private const int Nonce = 12;
    private const int Tag = 16;
    private readonly AesGcm aes;

    public Seal(IKeyStore keys) => aes = new AesGcm(keys.Key(KeyName), Tag);

    public byte[] Close(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> row)
    {
        var sealedBytes = new byte[Nonce + Tag + plain.Length];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, Nonce));
        aes.Encrypt(sealedBytes.AsSpan(0, Nonce), plain, sealedBytes.AsSpan(Nonce + Tag), sealedBytes.AsSpan(Nonce, Tag), row);
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">The bytes were changed, or belong to another row.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> row)
    {
        if (sealedBytes.Length < Nonce + Tag)
        {
            throw new CryptographicException("A sealed value is too short.");
        }

        var plain = new byte[sealedBytes.Length - Nonce - Tag];
        aes.Decrypt(sealedBytes[..Nonce], sealedBytes[(Nonce + Tag)..], sealedBytes.Slice(Nonce, Tag), plain, row);
        return plain;
    }

    public void Dispose() => aes.Dispose();
}
