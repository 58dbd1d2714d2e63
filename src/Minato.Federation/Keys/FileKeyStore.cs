using System.Security.Cryptography;
using System.Text;
using Minato.Federation.Keys;

namespace Minato.Federation;

/// <summary>
/// The key store as an encrypted file, <c>keys.json</c> (D2). A named key is <c>HKDF-SHA256(root, the name's random salt, name)</c>;
/// destroying it forgets the salt, without which the root is of no use. Several processes may have the folder open.
/// </summary>
/// <remarks>
/// A backup of the file keeps the salts that were in it. Where destruction must hold against backups too, they have to be
/// destroyed with it, or the keys kept in a token.
/// </remarks>
public sealed class FileKeyStore : IOpenKeyStore
{
    public const string FileName = "keys.json";

    private readonly Lock gate = new();
    private readonly Dictionary<string, byte[]> derived = new(StringComparer.Ordinal);
    private readonly string path;
    private readonly Stretching stretching;
    private readonly byte[] sealingKey;
    private KeyTable table;
    private (DateTime, long) seen;

    private FileKeyStore(string path, Stretching stretching, byte[] sealingKey, KeyTable table, (DateTime, long) seen) =>
        (this.path, this.stretching, this.sealingKey, this.table, this.seen) = (path, stretching, sealingKey, table, seen);

    /// <summary>Opens the folder's key store, or makes one where there is none.</summary>
    /// <exception cref="RefusedException"><c>keys.wrong-passphrase</c>, <c>keys.no-passphrase</c>, or <c>keys.damaged</c>; the file is left as it is.</exception>
    public static FileKeyStore Open(string folder, string passphrase) => Open(folder, passphrase, Stretching.New());

    internal static FileKeyStore Open(string folder, string passphrase, Stretching forNewFile)
    {
        if (string.IsNullOrEmpty(passphrase))
        {
            throw Refusal("keys.no-passphrase", "The key store needs a passphrase", "Give the passphrase that the operator keeps");
        }

        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        using var alone = FolderLock.Take(path + ".lock");
        if (!File.Exists(path))
        {
            var key = forNewFile.Stretch(passphrase);
            var table = KeyTable.New();
            DurableFile.Replace(path, SealedKeys.Seal(table, forNewFile, key));
            return new FileKeyStore(path, forNewFile, key, table, Stamp(path));
        }
        else
        {
            var seen = Stamp(path);
            var file = Read(path);
            var key = file.Argon2id.Stretch(passphrase);
            var table = file.Unseal(key) ?? throw Refusal(
                "keys.wrong-passphrase", "The passphrase does not open the key store, or its file was changed", "Try the passphrase again, or restore the file from a backup");
            return new FileKeyStore(path, file.Argon2id, key, table, seen);
        }
    }

    public byte[] Key(string name)
    {
        KeyName.Check(name);
        lock (gate)
        {
            Refresh();
            if (!table.Salts.ContainsKey(name) && !table.Destroyed.Contains(name))
            {
                Change(t => t.Destroyed.Contains(name) || !t.Salts.TryAdd(name, RandomNumberGenerator.GetBytes(32)));
            }

            if (table.Destroyed.Contains(name))
            {
                throw new KeyDestroyedException(name);
            }

            if (!derived.TryGetValue(name, out var key))
            {
                derived[name] = key = HKDF.DeriveKey(HashAlgorithmName.SHA256, table.Root, 32, table.Salts[name], Encoding.UTF8.GetBytes(name));
            }

            return [.. key];
        }
    }

    public void Destroy(string name)
    {
        KeyName.Check(name);
        lock (gate)
        {
            Change(t =>
            {
                var known = t.Salts.Remove(name, out var salt);
                CryptographicOperations.ZeroMemory(salt);
                return !t.Destroyed.Add(name) && !known;
            });
            Forget();
        }
    }

    public bool IsDestroyed(string name)
    {
        lock (gate)
        {
            Refresh();
            return table.Destroyed.Contains(name);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            Forget();
            CryptographicOperations.ZeroMemory(sealingKey);
            CryptographicOperations.ZeroMemory(table.Root);
        }
    }

    /// <summary>Takes the file's present state, changes it, and puts it back, alone among all processes.</summary>
    /// <param name="nothingToDo">Changes the table; true where that changed nothing.</param>
    private void Change(Func<KeyTable, bool> nothingToDo)
    {
        using var alone = FolderLock.Take(path + ".lock");
        Reload();
        if (!nothingToDo(table))
        {
            DurableFile.Replace(path, SealedKeys.Seal(table, stretching, sealingKey));
            seen = Stamp(path);
        }
    }

    /// <summary>Reads the file again where another process wrote it: a key that it destroyed must not be used here.</summary>
    private void Refresh()
    {
        if (Stamp(path) != seen)
        {
            // Alone, because a writer overwrites the old file once the new one is in place.
            using var alone = FolderLock.Take(path + ".lock");
            Reload();
        }
    }

    private void Reload()
    {
        var stamp = Stamp(path);
        if (stamp != seen)
        {
            table = Read(path).Unseal(sealingKey) ?? throw Refusal("keys.damaged", "The key store's file was changed", "Restore it from a backup");
            seen = stamp;
            Forget();
        }
    }

    private void Forget()
    {
        foreach (var key in derived.Values)
        {
            CryptographicOperations.ZeroMemory(key);
        }

        derived.Clear();
    }

    private static SealedKeys Read(string path) =>
        SealedKeys.Read(File.ReadAllBytes(path)) ?? throw Refusal("keys.damaged", "The key store's file cannot be read", "Restore it from a backup; without it nothing can be linked any more");

    /// <summary>Each write makes a new file, so time and length together tell one from the next.</summary>
    private static (DateTime, long) Stamp(string path)
    {
        var info = new FileInfo(path);
        return info.Exists ? (info.LastWriteTimeUtc, info.Length) : throw Refusal("keys.damaged", "The key store's file is gone", "Restore it from a backup");
    }

    private static RefusedException Refusal(string code, string reason, string remedy) => new([Finding.Error(code, reason, remedy, new Place(FileName))]);
}
