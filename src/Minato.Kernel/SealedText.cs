using System.Security.Cryptography;
using System.Text;

namespace Minato.Kernel;

/// <summary>A text under AES-256-GCM with a named key of the node, bound to where it stands: for what people write into the ledger about themselves.</summary>
public static class SealedText
{
    private const int Nonce = 12;
    private const int Tag = 16;

    /// <param name="place">What it is bound to, such as the stream's name; it opens nowhere else.</param>
    /// <returns>Base64 of nonce, tag and cipher text.</returns>
    public static string Close(IKeyStore keys, string key, string text, string place)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[Nonce + Tag + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, Nonce));
        using var aes = Cipher(keys, key);
        aes.Encrypt(box.AsSpan(0, Nonce), plain, box.AsSpan(Nonce + Tag), box.AsSpan(Nonce, Tag), Encoding.UTF8.GetBytes(place));
        return Convert.ToBase64String(box);
    }

    /// <exception cref="CryptographicException">It was changed, or belongs elsewhere.</exception>
    public static string Open(IKeyStore keys, string key, string sealedText, string place)
    {
        var box = Convert.FromBase64String(sealedText);
        if (box.Length < Nonce + Tag)
        {
            throw new CryptographicException("A sealed text is too short.");
        }

        var plain = new byte[box.Length - Nonce - Tag];
        using var aes = Cipher(keys, key);
        aes.Decrypt(box.AsSpan(0, Nonce), box.AsSpan(Nonce + Tag), box.AsSpan(Nonce, Tag), plain, Encoding.UTF8.GetBytes(place));
        return Encoding.UTF8.GetString(plain);
    }

    private static AesGcm Cipher(IKeyStore keys, string key)
    {
        var secret = keys.Key(key);
        var aes = new AesGcm(secret, Tag);
        CryptographicOperations.ZeroMemory(secret);
        return aes;
    }
}
