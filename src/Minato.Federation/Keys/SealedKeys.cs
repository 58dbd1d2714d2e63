using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using NSec.Cryptography;

namespace Minato.Federation.Keys;

/// <summary>What the key file protects: a root of 32 random bytes, a random salt for each named key, and the names whose salt was destroyed.</summary>
internal sealed record KeyTable(byte[] Root, Dictionary<string, byte[]> Salts, HashSet<string> Destroyed)
{
    public static KeyTable New() => new(RandomNumberGenerator.GetBytes(32), [], []);
}

/// <summary>How a passphrase becomes the sealing key: Argon2id (RFC 9106), memory in KiB.</summary>
internal sealed record Stretching(int MemoryKiB, int Passes, byte[] Salt)
{
    /// <summary>RFC 9106 §4, second recommended option: 64 MiB and three passes (one lane, as the library offers); measured: 0.15 s of one core.</summary>
    public static Stretching New() => new(64 * 1024, 3, RandomNumberGenerator.GetBytes(16));

    /// <summary>A file from outside must not make us take all memory or all day.</summary>
    [JsonIgnore]
    public bool IsSane => MemoryKiB is >= 8 and <= 1024 * 1024 && Passes is >= 1 and <= 100 && Salt.Length == 16;

    public byte[] Stretch(string passphrase)
    {
        var argon2id = PasswordBasedKeyDerivationAlgorithm.Argon2id(new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = MemoryKiB, NumberOfPasses = Passes });
        return argon2id.DeriveBytes(Encoding.UTF8.GetBytes(passphrase), Salt, 32);
    }
}

/// <summary>The key file: in clear how the passphrase is stretched, the rest sealed with AES-256-GCM; the clear part is authenticated too.</summary>
internal sealed record SealedKeys(int Format, Stretching Argon2id, byte[] Nonce, byte[] Tag, byte[] Sealed)
{
    private const int PresentFormat = 1;

    public static byte[] Seal(KeyTable table, Stretching stretching, byte[] sealingKey)
    {
        var clear = JsonSerializer.SerializeToUtf8Bytes(table, KeysJson.Default.KeyTable);
        var file = new SealedKeys(PresentFormat, stretching, RandomNumberGenerator.GetBytes(12), new byte[16], new byte[clear.Length]);
        using var aes = new AesGcm(sealingKey, tagSizeInBytes: 16);
        aes.Encrypt(file.Nonce, clear, file.Sealed, file.Tag, file.Associated());
        CryptographicOperations.ZeroMemory(clear);
        return JsonSerializer.SerializeToUtf8Bytes(file, KeysJson.Default.SealedKeys);
    }

    /// <returns>Null where the bytes are no key file of this format.</returns>
    public static SealedKeys? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var file = JsonSerializer.Deserialize(bytes, KeysJson.Default.SealedKeys);
            return file is { Format: PresentFormat, Argon2id.IsSane: true, Nonce.Length: 12, Tag.Length: 16, Sealed: not null } ? file : null;
        }
        catch (Exception e) when (e is JsonException or NullReferenceException)
        {
            return null;
        }
    }

    /// <returns>Null where the key is wrong or the file was changed.</returns>
    public KeyTable? Unseal(byte[] sealingKey)
    {
        var clear = new byte[Sealed.Length];
        try
        {
            using var aes = new AesGcm(sealingKey, tagSizeInBytes: 16);
            aes.Decrypt(Nonce, Sealed, Tag, clear, Associated());
            return JsonSerializer.Deserialize(clear, KeysJson.Default.KeyTable);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    private byte[] Associated() => Encoding.ASCII.GetBytes(
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"minato-keys/{Format}/{Argon2id.MemoryKiB}/{Argon2id.Passes}/{Convert.ToHexStringLower(Argon2id.Salt)}"));
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SealedKeys))]
[JsonSerializable(typeof(KeyTable))]
internal sealed partial class KeysJson : JsonSerializerContext;
