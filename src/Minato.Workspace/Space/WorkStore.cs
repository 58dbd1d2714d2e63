using System.Security.Cryptography;
using Minato.Workspace.Sandbox;

namespace Minato.Workspace.Space;

/// <summary>How much a project may keep in <c>work</c>: bytes, and files, folders and links together.</summary>
internal readonly record struct WorkQuota(long Bytes, int Files);

/// <summary>
/// The folder <c>work</c> of one project as it lies on the disk: sealed files named at random, and trees that say which of them stand where: <c>head</c> and one for
/// each snapshot. A tree takes effect by one rename, so that a power cut leaves the save before or the save after, whole.
/// </summary>
internal sealed class WorkStore(string folder, Func<byte[]> projectKey)
{
    /// <summary>What nobody refers to is swept after so long: a running job may still refer to it.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private string Blobs => Path.Join(folder, "blobs");

    private string Snapshots => Path.Join(folder, "snapshots");

    private string HeadFile => Path.Join(folder, "head");

    private string SnapshotFile(string id) => Path.Join(Snapshots, Slug.Check(id, "snapshot"));

    public WorkTree Head => Read(HeadFile) ?? WorkTree.Empty;

    public WorkTree? Snapshot(string id) => Slug.IsValid(id) ? Read(SnapshotFile(id)) : null;

    public WorkDraft Draft(WorkTree began, WorkQuota quota) => new(this, began, quota);

    public Stream Open(WorkEntry entry) => SealedBlob.Open(Path.Join(Blobs, entry.Blob!), projectKey());

    internal SealedBlob.Writer NewBlob(out string name)
    {
        Directory.CreateDirectory(Blobs);
        name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return SealedBlob.Create(Path.Join(Blobs, name), projectKey());
    }

    internal void DeleteBlob(string name) => File.Delete(Path.Join(Blobs, name));

    /// <summary>
    /// Makes what a job left the project's <c>work</c>, together with what others saved since it began. Refused with <c>workspace.work-full</c>.
    /// </summary>
    public Outcome<WorkTree> Save(WorkDraft draft, WorkQuota quota, string suffix)
    {
        using var alone = Alone();
        var (head, began, mine) = (Head, draft.Began, draft.Tree);
        var (tree, conflicts) = head.Hash == began.Hash ? (mine, 0) : WorkTree.Merge(began, head, mine, suffix);
        if (Full(tree, quota) is { } full)
        {
            return full;
        }

        if (tree.Hash != head.Hash)
        {
            if (draft.Written.Count > 0)
            {
                Spawn.Flush(Blobs, draft.Written);
            }

            Replace(HeadFile, tree);
        }

        return conflicts == 0
            ? tree
            : Outcome<WorkTree>.Ok(tree, [Finding.Warning("workspace.work-twice", $"{conflicts} files of /work were also changed by another job meanwhile; this job's stand beside them", $"Look at the files that end in {suffix}")]);
    }

    /// <summary>Keeps a tree under a name.</summary>
    public void Keep(string id, WorkTree tree)
    {
        Directory.CreateDirectory(Snapshots);
        Replace(SnapshotFile(id), tree);
    }

    public void Forget(string id) => File.Delete(SnapshotFile(id));

    public WorkTree Restore(WorkTree tree)
    {
        using var alone = Alone();
        Replace(HeadFile, tree);
        return tree;
    }

    public static Finding? Full(WorkTree tree, WorkQuota quota) =>
        tree.Bytes <= quota.Bytes && tree.Count <= quota.Files
            ? null
            : Finding.Error("workspace.work-full", $"/work would hold more than {quota.Bytes >> 20} MiB or {quota.Files} files; it stays as it was last saved", "Delete what can be made again, or ask for more room");

    /// <summary>Deletes what saves that came to nothing left behind, and what nothing refers to any more.</summary>
    public void Sweep(DateTimeOffset now)
    {
        if (!Directory.Exists(Blobs))
        {
            return;
        }

        using var alone = Alone();
        var trees = Directory.Exists(Snapshots) ? Directory.GetFiles(Snapshots).Where(f => !IsHalf(f)).Prepend(HeadFile) : [HeadFile];
        var used = trees.Select(Read).OfType<WorkTree>().SelectMany(t => t.Entries).Select(e => e.Blob).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(f => IsHalf(f.Name) || (f.Directory!.Name == "blobs" && !used.Contains(f.Name))))
        {
            if (now - file.LastWriteTimeUtc > Kept)
            {
                file.Delete();
            }
        }
    }

    private WorkTree? Read(string path) => File.Exists(path) ? WorkTree.FromJson(SealedBlob.Read(path, projectKey())) : null;

    private void Replace(string path, WorkTree tree)
    {
        Directory.CreateDirectory(folder);
        var half = $"{path}.{Guid.NewGuid():n}.half";
        SealedBlob.Write(half, projectKey(), tree.ToJson());
        Spawn.Flush(folder, Path.GetRelativePath(folder, half));
        File.Move(half, path, overwrite: true);
        Spawn.Flush(Path.GetDirectoryName(path)!);
    }

    private static bool IsHalf(string name) => name.EndsWith(".half", StringComparison.Ordinal);

    /// <summary>Between processes too: several may have the node's folder open.</summary>
    private FileStream Alone()
    {
        Directory.CreateDirectory(folder);
        for (var tries = 0; ; tries++)
        {
            try
            {
                return new FileStream(Path.Join(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (tries < 1000)
            {
                Thread.Sleep(10);
            }
        }
    }
}

/// <summary>A save that is being taken in: nothing of it counts before the store has saved its tree.</summary>
internal sealed class WorkDraft(WorkStore store, WorkTree began, WorkQuota quota)
{
    private readonly Dictionary<string, WorkEntry> entries = new(StringComparer.Ordinal);
    private readonly List<string> written = [];
    private long left = quota.Bytes;

    public WorkTree Began => began;

    public WorkTree Tree => WorkTree.Of(entries.Values);

    /// <summary>Names of the sealed files that are new.</summary>
    public IReadOnlyList<string> Written => written;

    /// <summary>More came than the project may keep: nothing is saved.</summary>
    public bool IsFull { get; private set; }

    public void Folder(string path, long modified) => Add(new WorkEntry(path, Executable: true, 0, modified));

    public void Link(string path, string target, long modified) => Add(new WorkEntry(path, Executable: false, 0, modified, Link: target));

    /// <param name="copy">Writes the content to where it is told.</param>
    public void File(string path, long bytes, bool executable, long modified, Action<Stream> copy)
    {
        if (IsFull || bytes > left || entries.Count >= quota.Files)
        {
            IsFull = true;
            copy(Stream.Null);
            return;
        }

        left -= bytes;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var blob = store.NewBlob(out var name);
        copy(new HashingStream(blob, hash));
        var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        var old = began.Find(path);
        if (old?.Sha256 == sha256)
        {
            // Not completed: it goes away, and the former file stands for it.
            name = old.Blob!;
        }
        else
        {
            blob.Complete();
            written.Add(name);
        }

        Add(new WorkEntry(path, executable, bytes, modified, sha256, name));
    }

    /// <summary>Takes back what was written for a save that does not come.</summary>
    public void Drop() => written.ForEach(store.DeleteBlob);

    private void Add(WorkEntry entry)
    {
        if (entries.Count >= quota.Files)
        {
            IsFull = true;
            return;
        }

        entries[entry.Path] = entry;
    }
}
