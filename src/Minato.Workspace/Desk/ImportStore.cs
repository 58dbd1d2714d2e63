using System.Security.Cryptography;
using System.Text.Json;

namespace Minato.Workspace.Desk;

/// <summary>
/// The files of one permit's imports: <c>copy/HASH</c> as they came, <c>shelf/HASH/</c> unpacked for the environment. Each is there whole or not at all. In the permit's
/// own folder, so that it goes with it.
/// </summary>
internal sealed class ImportStore(string workspace)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Keeps a stream; null where it is longer than allowed.</summary>
    public async Task<(string Sha256, long Bytes)?> KeepAsync(PermitId permit, Stream content, long most, CancellationToken ct)
    {
        var half = Half(permit);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long bytes = 0;
            var file = new FileStream(half, FileMode.CreateNew, FileAccess.Write);
            await using (file.ConfigureAwait(false))
            {
                var buffer = new byte[128 * 1024];
                for (int read; (read = await content.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0;)
                {
                    if ((bytes += read) > most)
                    {
                        return null;
                    }

                    hash.AppendData(buffer, 0, read);
                    await file.WriteAsync(buffer.AsMemory(0, read), ct).ConfigureAwait(false);
                }

                file.Flush(flushToDisk: true);
            }

            var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
            File.Move(half, CopyOf(permit, sha256), overwrite: true);
            return (sha256, bytes);
        }
        finally
        {
            File.Delete(half);
        }
    }

    /// <summary>Keeps the list of an import's files; its SHA-256.</summary>
    public async Task<string> KeepContentsAsync(PermitId permit, IReadOnlyList<ImportedFile> files, CancellationToken ct)
    {
        using var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(files, Json));
        return (await KeepAsync(permit, json, long.MaxValue, ct).ConfigureAwait(false))!.Value.Sha256;
    }

    public IReadOnlyList<ImportedFile>? Contents(PermitId permit, string sha256) =>
        IsWhole(permit, sha256) ? JsonSerializer.Deserialize<List<ImportedFile>>(File.ReadAllBytes(CopyOf(permit, sha256)), Json) : null;

    /// <summary>Whether the copy is there and is what it was.</summary>
    public bool IsWhole(PermitId permit, string sha256)
    {
        if (!File.Exists(CopyOf(permit, sha256)))
        {
            return false;
        }

        using var file = File.OpenRead(CopyOf(permit, sha256));
        return Convert.ToHexStringLower(SHA256.HashData(file)) == sha256;
    }

    public string CopyOf(PermitId permit, string sha256) => Path.Join(Folder(permit, "copy"), Slug.Check(sha256, "hash"));

    /// <summary>The unpacked import, made where it is not there; null where its copy is not what was approved.</summary>
    public string? Shelve(ImportView import, ImportRules rules)
    {
        var shelf = ShelfOf(import.Permit, import.Sha256!);
        if (Directory.Exists(shelf))
        {
            return shelf;
        }

        var half = Half(import.Permit);
        Directory.CreateDirectory(half, Private);
        if (!IsWhole(import.Permit, import.Sha256!) || !Unpacking.Read(CopyOf(import.Permit, import.Sha256!), import.Declaration.FileName, rules, half).IsOk)
        {
            Directory.Delete(half, recursive: true);
            return null;
        }

        try
        {
            Directory.Move(half, shelf);
        }
        catch (IOException) when (Directory.Exists(shelf))
        {
            Directory.Delete(half, recursive: true);
        }

        return shelf;
    }

    /// <summary>Another copy under the file's own name, which tells readers its format. It is the caller's to remove; what a dead process left goes with <see cref="Keep"/>.</summary>
    public (string Path, Action Remove) Lend(ImportView import)
    {
        var half = Half(import.Permit);
        Directory.CreateDirectory(half, Private);
        var path = Path.Join(half, import.Declaration.FileName);
        File.Copy(CopyOf(import.Permit, import.Sha256!), path);
        return (path, () => Remove(half));
    }

    /// <summary>Takes out what no import of the permit needs any more, and what a dead process left half.</summary>
    /// <param name="copies">Hashes of copies that stay.</param>
    /// <param name="shelves">Hashes of unpacked imports that stay.</param>
    public void Keep(PermitId permit, IReadOnlySet<string> copies, IReadOnlySet<string> shelves)
    {
        foreach (var half in Directory.EnumerateFileSystemEntries(Folder(permit, "half")).Where(h => !ProcessIsAlive(h)))
        {
            Remove(half);
        }

        foreach (var copy in Directory.EnumerateFiles(Folder(permit, "copy")).Where(c => !copies.Contains(Path.GetFileName(c))))
        {
            Remove(copy);
        }

        foreach (var shelf in Directory.EnumerateDirectories(Folder(permit, "shelf")).Where(s => !shelves.Contains(Path.GetFileName(s))))
        {
            Remove(shelf);
        }
    }

    private static bool ProcessIsAlive(string half) => Path.GetFileName(half).Split('_') is [var mark, _] && Sandbox.ProcessMark.IsAlive(mark);

    private static void Remove(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
        else
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private string ShelfOf(PermitId permit, string sha256) => Path.Join(Folder(permit, "shelf"), Slug.Check(sha256, "hash"));

    /// <summary>Named after the process, so that its death can be seen.</summary>
    private string Half(PermitId permit) => Path.Join(Folder(permit, "half"), $"{Sandbox.ProcessMark.Own}_{Guid.NewGuid():n}");

    private string Folder(PermitId permit, string part)
    {
        Directory.CreateDirectory(Path.Join(workspace, permit.Value), Private);
        return Directory.CreateDirectory(Path.Join(workspace, permit.Value, "imports", part), Private).FullName;
    }
}
