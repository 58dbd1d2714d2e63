using System.Security.Cryptography;
using NSec.Cryptography;

namespace Minato.Intake.Raw;

/// <summary>
/// The key of one delivery's raw files. It is random and stands on the disk only wrapped by the node's key; who overwrites the wrapped key has erased the files,
/// wherever copies of them are.
/// </summary>
internal sealed class RawKey(Key key, string? commitment) : IDisposable
{
    public static readonly AeadAlgorithm Cipher = AeadAlgorithm.XChaCha20Poly1305;

    public Key Key { get; } = key;

    /// <summary>SHA-256 (hex) of the wrapped key, by which the ledger names it; null where it never stood on a disk.</summary>
    public string? Commitment { get; } = commitment;

    /// <summary>A key that ends with this process: for files of which nothing is kept.</summary>
    public static RawKey Passing() => new(Key.Create(Cipher), null);

    public void Dispose() => Key.Dispose();
}

/// <summary>Makes, finds and destroys the keys of raw files. A wrapped key is nonce and sealed key in the file <c>key</c> beside what it opens.</summary>
internal sealed class RawKeys(IKeyStore keys)
{
    /// <summary>The node's key that wraps all others.</summary>
    public const string NodeKey = "intake-raw";

    private const string FileName = "key";

    public bool IsDestroyed => keys.IsDestroyed(NodeKey);

    public RawKey Create(string folder)
    {
        var secret = RandomNumberGenerator.GetBytes(RawKey.Cipher.KeySize);
        var wrapped = new byte[RawKey.Cipher.NonceSize + secret.Length + RawKey.Cipher.TagSize];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, RawKey.Cipher.NonceSize));
        using (var node = Node())
        {
            RawKey.Cipher.Encrypt(node, wrapped.AsSpan(0, RawKey.Cipher.NonceSize), Named(folder), secret, wrapped.AsSpan(RawKey.Cipher.NonceSize));
        }

        using (var file = new FileStream(Path.Combine(folder, FileName), FileMode.CreateNew, FileAccess.Write))
        {
            file.Write(wrapped);
            file.Flush(flushToDisk: true);
        }

        return Opened(secret, wrapped);
    }

    /// <summary>Null where there is no key, or it was destroyed, or the node's key was.</summary>
    public RawKey? Find(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path) || File.ReadAllBytes(path) is not { } wrapped || wrapped.Length <= RawKey.Cipher.NonceSize + RawKey.Cipher.TagSize)
        {
            return null;
        }

        try
        {
            using var node = Node();
            return RawKey.Cipher.Decrypt(node, wrapped.AsSpan(0, RawKey.Cipher.NonceSize), Named(folder), wrapped.AsSpan(RawKey.Cipher.NonceSize)) is { } secret ? Opened(secret, wrapped) : null;
        }
        catch (KeyDestroyedException)
        {
            return null;
        }
    }

    /// <summary>Overwrites the wrapped key and deletes it: from then on nothing opens what it sealed.</summary>
    public static void Destroy(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return;
        }

        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.Write(new byte[file.Length]);
            file.Flush(flushToDisk: true);
        }

        File.Delete(path);
    }

    /// <summary>A wrapped key opens under the name of its own folder only.</summary>
    private static byte[] Named(string folder) => System.Text.Encoding.UTF8.GetBytes("minato raw " + Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));

    private static RawKey Opened(byte[] secret, byte[] wrapped)
    {
        var key = new RawKey(Key.Import(RawKey.Cipher, secret, KeyBlobFormat.RawSymmetricKey), Convert.ToHexStringLower(SHA256.HashData(wrapped)));
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }

    private Key Node()
    {
        var secret = keys.Key(NodeKey);
        var node = Key.Import(RawKey.Cipher, secret, KeyBlobFormat.RawSymmetricKey);
        CryptographicOperations.ZeroMemory(secret);
        return node;
    }
}
