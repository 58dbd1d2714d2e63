using System.Security.Cryptography;
using System.Text.Json;
using Minato.Workspace.Sandbox;
using Minato.Workspace.Space;

namespace Minato.Workspace.Desk;

/// <summary>
/// The files of one permit's imports: <c>copy/HASH</c> as they came, sealed by the project's key; <c>open/…</c> what this process has in hand in clear, laid out for sandboxes or lent to
/// a reader, gone when nobody uses it. Each is there whole or not at all. In the permit's own folder, so that it goes with it.
/// </summary>
/// <param name="keyOf">The project's key (<see cref="ProjectSpaces.KeyName"/>).</param>
internal sealed class ImportStore(string workspace, Func<PermitId, byte[]> keyOf)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly Lock gate = new();
    private readonly Dictionary<(PermitId Permit, string Sha256), (string Path, int Users)> laidOut = [];

    /// <summary>Keeps a stream; null where it is longer than allowed.</summary>
    public async Task<(string Sha256, long Bytes)?> KeepAsync(PermitId permit, Stream content, long most, CancellationToken ct)
    {
        var half = NewOpen(permit);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long bytes = 0;
            using (var file = SealedBlob.Create(half, keyOf(permit)))
            {
                var buffer = new byte[128 * 1024];
                for (int read; (read = await content.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0;)
                {
                    if ((bytes += read) > most)
                    {
                        return null;
                    }

                    hash.AppendData(buffer, 0, read);
                    file.Write(buffer.AsSpan(0, read));
                }

                file.Complete();
            }

            Spawn.Flush(Folder(permit, "open"), Path.GetFileName(half));
            var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
            File.Move(half, CopyOf(permit, sha256), overwrite: true);
            Spawn.Flush(Folder(permit, "copy"));
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
        IsWhole(permit, sha256) ? JsonSerializer.Deserialize<List<ImportedFile>>(SealedBlob.Read(CopyOf(permit, sha256), keyOf(permit)), Json) : null;

    /// <summary>Whether the copy is there and is what it was.</summary>
    public bool IsWhole(PermitId permit, string sha256)
    {
        if (!File.Exists(CopyOf(permit, sha256)))
        {
            return false;
        }

        try
        {
            using var file = OpenCopy(permit, sha256);
            return Convert.ToHexStringLower(SHA256.HashData(file)) == sha256;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <exception cref="InvalidDataException">It is not what was sealed; also while it is read.</exception>
    public Stream OpenCopy(PermitId permit, string sha256) => SealedBlob.Open(CopyOf(permit, sha256), keyOf(permit));

    /// <summary>The import unpacked, for as long as somebody uses it; null where its copy is not what was approved.</summary>
    public ToolInUse? LayOut(ImportView import, ImportRules rules)
    {
        var name = (import.Permit, import.Sha256!);
        lock (gate)
        {
            if (!laidOut.TryGetValue(name, out var there))
            {
                there = (NewOpen(import.Permit), 0);
                Directory.CreateDirectory(there.Path, Private);
                if (!IsWhole(import.Permit, import.Sha256!) || !UnpackTo(there.Path))
                {
                    Directory.Delete(there.Path, recursive: true);
                    return null;
                }
            }

            laidOut[name] = there with { Users = there.Users + 1 };
            return new(there.Path, () => PutAway(name));
        }

        bool UnpackTo(string folder)
        {
            using var copy = OpenCopy(import.Permit, import.Sha256!);
            return Unpacking.Read(copy, import.Declaration.FileName, rules, folder).IsOk;
        }
    }

    /// <summary>A copy in clear under the file's own name, which tells readers its format. It is the caller's to remove.</summary>
    public (string Path, Action Remove) Lend(ImportView import)
    {
        var folder = NewOpen(import.Permit);
        Directory.CreateDirectory(folder, Private);
        var path = Path.Join(folder, import.Declaration.FileName);
        try
        {
            using var copy = OpenCopy(import.Permit, import.Sha256!);
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            copy.CopyTo(file);
        }
        catch
        {
            Remove(folder);
            throw;
        }

        return (path, () => Remove(folder));
    }

    /// <summary>Takes out what no import of the permit needs any more, and what a dead process had in hand.</summary>
    /// <param name="copies">Hashes of copies that stay.</param>
    public void Keep(PermitId permit, IReadOnlySet<string> copies)
    {
        foreach (var open in Directory.EnumerateFileSystemEntries(Folder(permit, "open")).Where(o => !ProcessHasIt(o)))
        {
            Remove(open);
        }

        foreach (var copy in Directory.EnumerateFiles(Folder(permit, "copy")).Where(c => !copies.Contains(Path.GetFileName(c))))
        {
            Remove(copy);
        }
    }

    private void PutAway((PermitId Permit, string Sha256) name)
    {
        lock (gate)
        {
            var there = laidOut[name];
            laidOut[name] = there with { Users = there.Users - 1 };
            if (there.Users == 1)
            {
                laidOut.Remove(name);
                Remove(there.Path);
            }
        }
    }

    private static bool ProcessHasIt(string open) => Path.GetFileName(open).Split('_') is [var mark, _] && ProcessMark.IsAlive(mark);

    private static void Remove(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
        else if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private string CopyOf(PermitId permit, string sha256) => Path.Join(Folder(permit, "copy"), Slug.Check(sha256, "hash"));

    /// <summary>Named after the process, so that its death can be seen.</summary>
    private string NewOpen(PermitId permit) => Path.Join(Folder(permit, "open"), $"{ProcessMark.Own}_{Guid.NewGuid():n}");

    private string Folder(PermitId permit, string part)
    {
        Directory.CreateDirectory(Path.Join(workspace, permit.Value), Private);
        return Directory.CreateDirectory(Path.Join(workspace, permit.Value, "imports", part), Private).FullName;
    }
}
