using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Minato.Ledger.Age;

namespace Minato.Release.Findings;

/// <summary>
/// Keeps what a finding says, and where it went, from the ledger's readers: JSON of one length, filled up with blanks, under AES-256-GCM and bound to its place. What goes to a holder is as long as any other, too.
/// </summary>
internal sealed class FindingSeal(IKeyStore keys)
{
    public const string KeyName = "findings";
    private const int Nonce = 12;
    private const int Tag = 16;

    /// <summary>Of content, also for a holder: evidence and reasons in three bytes a character, and the rest.</summary>
    private const int ContentSize = 16 << 10;

    /// <summary>Of a way: address and content in base64.</summary>
    private const int WaySize = 32 << 10;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new JsonStringEnumConverter() } };

    public string CloseContent<T>(T content, string place) => Close(Padded(content, ContentSize), place);

    public string CloseWay<T>(T way, string place) => Close(Padded(way, WaySize), place);

    /// <exception cref="CryptographicException">It was changed, or belongs elsewhere.</exception>
    public T Open<T>(string sealedText, string place)
    {
        var box = Convert.FromBase64String(sealedText);
        var plain = new byte[Math.Max(0, box.Length - Nonce - Tag)];
        using var aes = Cipher();
        aes.Decrypt(box.AsSpan(0, Nonce), box.AsSpan(Nonce + Tag), box.AsSpan(Nonce, Tag), plain, Encoding.UTF8.GetBytes(place));
        return JsonSerializer.Deserialize<T>(plain, Json)!;
    }

    /// <summary>An age file for a holder.</summary>
    public static byte[] For<T>(AgeRecipient holder, T content)
    {
        using var box = new MemoryStream();
        using var sealing = AgeFile.Write(box, holder);
        sealing.Write(Padded(content, ContentSize));
        sealing.Complete();
        return box.ToArray();
    }

    private string Close(byte[] plain, string place)
    {
        var box = new byte[Nonce + Tag + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, Nonce));
        using var aes = Cipher();
        aes.Encrypt(box.AsSpan(0, Nonce), plain, box.AsSpan(Nonce + Tag), box.AsSpan(Nonce, Tag), Encoding.UTF8.GetBytes(place));
        return Convert.ToBase64String(box);
    }

    private static byte[] Padded<T>(T content, int size)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(content, Json);
        var padded = new byte[json.Length <= size ? size : throw new InvalidOperationException("A finding is longer than any may be")];
        padded.AsSpan().Fill((byte)' ');
        json.CopyTo(padded, 0);
        return padded;
    }

    private AesGcm Cipher() => new(keys.Key(KeyName), Tag);
}
