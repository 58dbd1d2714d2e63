using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using NSec.Cryptography;

namespace Minato.Ledger.Age;

/// <summary>A recipient's public X25519 key, written as age does: <c>age1…</c>.</summary>
public sealed class AgeRecipient
{
    private const string Prefix = "age";

    internal AgeRecipient(PublicKey key) => Key = key;

    internal PublicKey Key { get; }

    /// <summary>To be read to one another by phone: the first half of the SHA-256 of the key, in eight groups of four hex digits.</summary>
    public string Fingerprint => string.Join(' ', Convert.ToHexStringLower(SHA256.HashData(Key.Export(KeyBlobFormat.RawPublicKey))[..16]).Chunk(4).Select(c => new string(c)));

    /// <summary>False where the text is no key, or one that everybody could open (a point of small order).</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out AgeRecipient? recipient)
    {
        recipient = null;
        if (text is { Length: < 200 } && Bech32.Decode(Prefix, text) is { Length: 32 } bytes && PublicKey.TryImport(KeyAgreementAlgorithm.X25519, bytes, KeyBlobFormat.RawPublicKey, out var key) && key is not null)
        {
            using var probe = NSec.Cryptography.Key.Create(KeyAgreementAlgorithm.X25519);
            using var agreed = KeyAgreementAlgorithm.X25519.Agree(probe, key);
            recipient = agreed is null ? null : new AgeRecipient(key);
        }

        return recipient is not null;
    }

    public override string ToString() => Bech32.Encode(Prefix, Key.Export(KeyBlobFormat.RawPublicKey));
}

/// <summary>The secret half, as age writes it: a file with a line <c>AGE-SECRET-KEY-1…</c>; lines that begin with <c>#</c> are remarks.</summary>
public sealed class AgeIdentity : IDisposable
{
    private const string Prefix = "age-secret-key-";
    private const int LongestFile = 64 * 1024;

    private AgeIdentity(Key key) => Key = key;

    internal Key Key { get; }

    public AgeRecipient Recipient => new(Key.PublicKey);

    public static AgeIdentity Create() => new(NSec.Cryptography.Key.Create(KeyAgreementAlgorithm.X25519, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport }));

    /// <returns>Refused with <c>age.key</c> where there is no such line.</returns>
    public static Outcome<AgeIdentity> ReadFile(string path)
    {
        var none = Finding.Error("age.key", "There is no secret key in this file", "Give the file that 'minato handover key' or age-keygen wrote", new Place(Path.GetFileName(path)));
        if (!File.Exists(path) || new FileInfo(path).Length > LongestFile)
        {
            return none;
        }

        var line = File.ReadLines(path).Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0 && l[0] != '#');
        return line is not null && Bech32.Decode(Prefix, line) is { Length: 32 } bytes && NSec.Cryptography.Key.TryImport(KeyAgreementAlgorithm.X25519, bytes, KeyBlobFormat.RawPrivateKey, out var key) && key is not null
            ? new AgeIdentity(key)
            : none;
    }

    /// <summary>Writes a new file that only its owner reads.</summary>
    /// <exception cref="IOException">There is a file of that name.</exception>
    public void WriteFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var secret = Key.Export(KeyBlobFormat.RawPrivateKey);
        using var writer = new StreamWriter(path, options) { NewLine = "\n" };
        writer.WriteLine($"# public key: {Recipient}");
        writer.WriteLine(Bech32.Encode(Prefix, secret).ToUpperInvariant());
        CryptographicOperations.ZeroMemory(secret);
    }

    public void Dispose() => Key.Dispose();
}
