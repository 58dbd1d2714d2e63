using System.Security.Cryptography;
using System.Text;

namespace Minato.OptOut;

/// <summary>
/// Keeps a choice's owner from the ledger's readers. The stream's name is a keyed hash, so that one's choices follow one
/// another without saying whose they are; the pseudonym travels in the payload under AES-GCM, bound to its stream.
/// </summary>
internal sealed class ChoiceSeal(IKeyStore keys)
{
    public const string StreamKey = "choice-streams";
    public const string PersonKey = "choice-persons";
    public const string StreamPrefix = "choice/";
    private const int Nonce = 12;
    private const int Tag = 16;

    public string StreamOf(Pseudonym<Citizen> citizen, string prefix = StreamPrefix)
    {
        Span<byte> bytes = stackalloc byte[16];
        citizen.Write(bytes);
        return prefix + Convert.ToHexStringLower(HMACSHA256.HashData(keys.Key(StreamKey), bytes)[..16]);
    }

    public string Close(Pseudonym<Citizen> citizen, ActorId by, string stream)
    {
        var plain = new byte[16 + Encoding.UTF8.GetByteCount(by.Value)];
        citizen.Write(plain);
        Encoding.UTF8.GetBytes(by.Value, plain.AsSpan(16));
        var box = new byte[Nonce + Tag + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, Nonce));
        using var aes = Cipher();
        aes.Encrypt(box.AsSpan(0, Nonce), plain, box.AsSpan(Nonce + Tag), box.AsSpan(Nonce, Tag), Encoding.UTF8.GetBytes(stream));
        return Convert.ToBase64String(box);
    }

    /// <exception cref="CryptographicException">The payload was changed, or belongs to another stream.</exception>
    public Pseudonym<Citizen> Open(string sealedText, string stream)
    {
        var box = Convert.FromBase64String(sealedText);
        if (box.Length < Nonce + Tag + 16)
        {
            throw new CryptographicException("A sealed choice is too short.");
        }

        var plain = new byte[box.Length - Nonce - Tag];
        using var aes = Cipher();
        aes.Decrypt(box.AsSpan(0, Nonce), box.AsSpan(Nonce + Tag), box.AsSpan(Nonce, Tag), plain, Encoding.UTF8.GetBytes(stream));
        return Pseudonym<Citizen>.Read(plain);
    }

    /// <summary>A text under the same key, bound to its stream.</summary>
    public string CloseText(string text, string stream) => SealedText.Close(keys, PersonKey, text, stream);

    /// <exception cref="CryptographicException">It was changed, or belongs to another stream.</exception>
    public string OpenText(string sealedText, string stream) => SealedText.Open(keys, PersonKey, sealedText, stream);

    private AesGcm Cipher() => new(keys.Key(PersonKey), Tag);
}
