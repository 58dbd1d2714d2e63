using System.Security.Cryptography;
using System.Text;

namespace Minato.Kernel;

/// <summary>A text under AES-256-GCM with a named key of the node, bound to where it stands: for what people write into the ledger about themselves.</summary>
public static class SealedText
{
    /// <param name="place">What it is bound to, such as the stream's name; it opens nowhere else.</param>
    /// <returns>Base64 of nonce, tag and cipher text.</returns>
    public static string Close(IKeyStore keys, string key, string text, string place) => Convert.ToBase64String(SealedBytes.Close(keys, key, Encoding.UTF8.GetBytes(text), place));

    /// <exception cref="CryptographicException">It was changed, or belongs elsewhere.</exception>
    public static string Open(IKeyStore keys, string key, string sealedText, string place) => Encoding.UTF8.GetString(SealedBytes.Open(keys, key, Convert.FromBase64String(sealedText), place));
}
