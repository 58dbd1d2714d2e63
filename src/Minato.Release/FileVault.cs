using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Minato.Release;

/// <summary>Files by the SHA-256 of their content. A file is there whole or not at all, and is given out only if it still is what it was.</summary>
internal sealed class FileVault
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string folder;

    public FileVault(string folder)
    {
        this.folder = folder;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, Private | UnixFileMode.UserExecute);
        }

        // What a process left half that is no more. Half files are named after their process.
        foreach (var half in Directory.EnumerateFiles(folder).Where(f => Path.GetFileName(f).Split('.') is [_, var mark] && !IsAlive(mark.Split('-')[0])))
        {
            File.Delete(half);
        }
    }

    /// <summary>Keeps a content; durable when it returns.</summary>
    public string Keep(ReadOnlySpan<byte> content)
    {
        var hash = Hash(content);
        var path = PathOf(hash);
        if (Read(hash) is null)
        {
            var half = HalfOf(hash);
            using (var file = new FileStream(half, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(half, path, overwrite: true);
        }

        return hash;
    }

    /// <summary>Keeps what is written, however long; durable when it returns. Null, and nothing is kept, where the writer says that it is no good.</summary>
    public (string Sha256, long Bytes)? Keep(Func<Stream, bool> write)
    {
        var half = HalfOf("new");
        try
        {
            string hash;
            long bytes;
            using (var file = new FileStream(half, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                if (!write(file))
                {
                    return null;
                }

                file.Flush(flushToDisk: true);
                (file.Position, bytes) = (0, file.Length);
                hash = Convert.ToHexStringLower(SHA256.HashData(file));
            }

            File.Move(half, PathOf(hash), overwrite: true);
            return (hash, bytes);
        }
        finally
        {
            File.Delete(half);
        }
    }

    /// <summary>What is kept under that hash, unchecked; null where it is not there.</summary>
    public Stream? Open(string hash) => File.Exists(PathOf(hash)) ? new FileStream(PathOf(hash), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete) : null;

    public void Delete(string hash) => File.Delete(PathOf(hash));

    /// <summary>Deletes what was kept before that moment and has none of these hashes.</summary>
    public void KeepOnly(IReadOnlySet<string> hashes, DateTimeOffset before)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Where(f => Path.GetFileName(f) is var name && !name.Contains('.') && !hashes.Contains(name) && File.GetLastWriteTimeUtc(f) < before.UtcDateTime))
        {
            File.Delete(file);
        }
    }

    /// <summary>The content of that hash; null where it is not there or was changed.</summary>
    public byte[]? Read(string hash)
    {
        var path = PathOf(hash);
        var content = File.Exists(path) ? File.ReadAllBytes(path) : null;
        return content is not null && Hash(content) == hash ? content : null;
    }

    public static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static bool IsAlive(string process)
    {
        try
        {
            return int.TryParse(process, CultureInfo.InvariantCulture, out var id) && Process.GetProcessById(id) is var found && !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private string HalfOf(string name) => Path.Join(folder, $"{name}.{Environment.ProcessId}-{Guid.NewGuid():n}");

    private string PathOf(string hash) => Path.Join(folder, Slug.Check(hash, "hash"));
}
