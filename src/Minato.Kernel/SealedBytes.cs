using System.Security.Cryptography;
using System.Text;

namespace Minato.Kernel;

/// <summary>Bytes under AES-256-GCM with a named key of the node, bound to where they stand.</summary>
public static class SealedBytes
{
    private const int Nonce = 12;
    private const int Tag = 16;

    /// <param name="place">What it is bound to, such as a stream's or a file's name; it opens nowhere else.</param>
    /// <returns>Nonce, tag and cipher text.</returns>
    public static byte[] Close(IKeyStore keys, string key, ReadOnlySpan<byte> plain, string place)
    {
        var box = new byte[Nonce + Tag + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, Nonce));
        using var aes = Cipher(keys, key);
        aes.Encrypt(box.AsSpan(0, Nonce), plain, box.AsSpan(Nonce + Tag), box.AsSpan(Nonce, Tag), Encoding.UTF8.GetBytes(place));
        return box;
    }

    /// <exception cref="CryptographicException">It was changed, or belongs elsewhere.</exception>
    public static byte[] Open(IKeyStore keys, string key, ReadOnlySpan<byte> box, string place)
    {
        if (box.Length < Nonce + Tag)
        {
            throw new CryptographicException("What was sealed is too short.");
        }

        var plain = new byte[box.Length - Nonce - Tag];
        using var aes = Cipher(keys, key);
        aes.Decrypt(box[..Nonce], box[(Nonce + Tag)..], box.Slice(Nonce, Tag), plain, Encoding.UTF8.GetBytes(place));
        return plain;
    }

    private static AesGcm Cipher(IKeyStore keys, string key)
    {
        var secret = keys.Key(key);
        var aes = new AesGcm(secret, Tag);
        CryptographicOperations.ZeroMemory(secret);
        return aes;
    }
}
