using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Minato.Linkage.Clk;

/// <summary>One side of a linkage project: who encodes, and which dataset the rows are of.</summary>
public sealed record ClkParty(HolderId Holder, DatasetId Dataset)
{
    public override string ToString() => $"{Holder.Value}/{Dataset.Value}";
}

/// <summary>
/// What a holder needs to encode: the key of the encoding, which every holder of the project has and the linkage room does not keep, and the transport
/// key of this party, which the room can derive again until it destroys it. 32 bytes each.
/// </summary>
internal sealed class ClkProjectKey(string project, ClkParty party, string schema, byte[] encoding, byte[] transport) : IDisposable
{
    public const int KeyBytes = 32;

    public string Project { get; } = project;

    public ClkParty Party { get; } = party;

    /// <summary>Version and hash of the schema for which the key was made.</summary>
    public string Schema { get; } = schema;

    public ReadOnlySpan<byte> Encoding => encoding;

    public ReadOnlySpan<byte> Transport => transport;

    /// <summary>16 hex digits that say which key it was, and nothing of it.</summary>
    public string Fingerprint => FingerprintOf(encoding);

    public static string FingerprintOf(ReadOnlySpan<byte> encodingKey) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(encodingKey, "minato clk key"u8)[..8]);

    public static string SchemaOf(ClkSchema schema) => $"{schema.Version}#{schema.Hash}";

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(encoding);
        CryptographicOperations.ZeroMemory(transport);
    }
}

/// <summary>A project key on its way to a holder: RSA-OAEP (SHA-256) to the holder's own public key, as a small JSON file.</summary>
internal sealed record ClkEnvelope(string Project, string Holder, string Dataset, string Schema, string Fingerprint, string Sealed)
{
    private const int LeastRsaBits = 3072;
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    /// <param name="publicKeyPem">The holder's RSA public key, at least 3072 bits, as PEM.</param>
    public static Outcome<ClkEnvelope> Seal(ClkProjectKey key, string publicKeyPem)
    {
        var read = Import(publicKeyPem);
        if (!read.Try(out var rsa))
        {
            return Outcome<ClkEnvelope>.Refused(read.Findings);
        }

        using (rsa)
        {
            byte[] both = [.. key.Encoding, .. key.Transport];
            var box = rsa.Encrypt(both, RSAEncryptionPadding.OaepSHA256);
            CryptographicOperations.ZeroMemory(both);
            return new ClkEnvelope(key.Project, key.Party.Holder.Value, key.Party.Dataset.Value, key.Schema, key.Fingerprint, Convert.ToBase64String(box));
        }
    }

    /// <summary>Opens the envelope with the holder's private key, and sees that the key is the one the fingerprint names.</summary>
    public Outcome<ClkProjectKey> Open(string privateKeyPem)
    {
        var read = Import(privateKeyPem);
        if (!read.Try(out var rsa))
        {
            return Outcome<ClkProjectKey>.Refused(read.Findings);
        }

        using (rsa)
        {
            byte[] both;
            try
            {
                both = rsa.Decrypt(Convert.FromBase64String(Sealed), RSAEncryptionPadding.OaepSHA256);
            }
            catch (Exception e) when (e is CryptographicException or FormatException)
            {
                return Finding.Error("clk.key", "The project key cannot be opened with this private key", "Use the private key whose public half was given to the linkage authority");
            }

            if (both.Length != 2 * ClkProjectKey.KeyBytes || ClkProjectKey.FingerprintOf(both.AsSpan(0, ClkProjectKey.KeyBytes)) != Fingerprint)
            {
                return Finding.Error("clk.key", "The project key is not the one that its file names", "Ask the linkage authority for the file again");
            }

            var party = new ClkParty(new HolderId(Holder), new DatasetId(Dataset));
            return new ClkProjectKey(Project, party, Schema, both[..ClkProjectKey.KeyBytes], both[ClkProjectKey.KeyBytes..]);
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    public static Outcome<ClkEnvelope> Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<ClkEnvelope>(json, Options)!;
        }
        catch (JsonException e)
        {
            return Finding.Error("clk.key", "This is no project key file", "Give the .clkkey file that the linkage authority made", new Place(Line: e.LineNumber + 1, Field: e.Path));
        }
    }

    /// <summary>A fresh pair for a holder: private and public half, PEM.</summary>
    public static (string Private, string Public) NewHolderKey()
    {
        using var rsa = RSA.Create(LeastRsaBits);
        return (rsa.ExportPkcs8PrivateKeyPem(), rsa.ExportSubjectPublicKeyInfoPem());
    }

    private static Outcome<RSA> Import(string pem)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            if (rsa.KeySize >= LeastRsaBits)
            {
                return rsa;
            }
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
        }

        rsa.Dispose();
        return Finding.Error("clk.key", $"This is no RSA key of at least {LeastRsaBits} bits in PEM", "Make one with './minato linkage clk holder-key'");
    }
}
