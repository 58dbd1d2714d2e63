using System.Collections.Concurrent;

namespace Minato.Tables.Snapshots;

/// <summary>
/// <c>&lt;folder&gt;/&lt;dataset&gt;/data/&lt;table&gt;-&lt;sha256&gt;.parquet</c>, <c>…/snapshots/NNNNNN-&lt;id&gt;.json</c> (once written again <c>…/snapshots.2/</c>, said by <see cref="Snapshots.History"/>), and <c>…/changes/&lt;change&gt;/</c> for what is being
/// prepared. Data files are named by their content, so a file is never written twice and never changed.
/// </summary>
internal sealed class SnapshotStore : ISnapshotStore
{
    private readonly string root;
    private readonly Disk disk;
    private readonly ConcurrentDictionary<string, Snapshot> read = new(StringComparer.Ordinal);

    public SnapshotStore(string folder, Disk disk)
    {
        root = Path.GetFullPath(folder);
        this.disk = disk;
        disk.CreateFolder(root);
        foreach (var dataset in Directory.EnumerateDirectories(root).Select(d => Path.GetFileName(d)).Where(Slug.IsValid))
        {
            Sweep(new DatasetLayout(Path.Combine(root, dataset!)), new DatasetId(dataset!));
        }
    }

    public IReadOnlyList<DatasetId> Datasets =>
        [.. Directory.EnumerateDirectories(root).Select(d => Path.GetFileName(d)).Where(d => Slug.IsValid(d) && Manifests(LayoutOf(new(d))).Any()).Order(StringComparer.Ordinal).Select(d => new DatasetId(d))];

    public Snapshot? Latest(DatasetId dataset) => Manifests(LayoutOf(dataset)).MaxBy(m => m.Number) is { Path: { } path } ? Read(path, dataset) : null;

    public Snapshot? Find(DatasetId dataset, string snapshotId)
    {
        if (!Manifest.IsId(snapshotId))
        {
            return null;
        }

        var layout = LayoutOf(dataset);
        var present = layout.History.Successors.GetValueOrDefault(snapshotId, snapshotId);
        return Manifests(layout).FirstOrDefault(m => m.Id == present) is { Path: { } path } ? Read(path, dataset) : null;
    }

    public IReadOnlyList<Snapshot> History(DatasetId dataset) => [.. Manifests(LayoutOf(dataset)).OrderBy(m => m.Number).Select(m => Read(m.Path, dataset))];

    public IReadOnlyDictionary<string, string> Successors(DatasetId dataset) => LayoutOf(dataset).History.Successors;

    public ISnapshotRewrite Rewrite(DatasetId dataset) => new SnapshotRewrite(this, disk, LayoutOf(dataset), dataset);

    public Outcome<IReadOnlyList<Snapshot>> DropBefore(DatasetId dataset, int number)
    {
        var layout = LayoutOf(dataset);
        using var commit = WaitForCommit(layout);
        if (commit is null)
        {
            return Busy;
        }

        var kept = History(dataset);
        if (kept.FirstOrDefault(s => s.Number == number) is not { } first)
        {
            return Finding.Error("snapshot.unknown", $"Dataset {dataset} keeps no snapshot {number}", "Name one of those that are kept");
        }

        if (first.Number > kept[0].Number)
        {
            (layout.History with { First = first.Number, Parent = first.Parent }).Write(disk, layout.Folder);
            Clean(layout, dataset);
        }

        return Outcome<IReadOnlyList<Snapshot>>.Ok([.. kept.TakeWhile(s => s.Number < number)]);
    }

    public string PathOf(DatasetId dataset, TableFile file) => Path.Combine(LayoutOf(dataset).Folder, file.Path.Replace('/', Path.DirectorySeparatorChar));

    public ISnapshotChange Begin(DatasetId dataset, string cause) => new SnapshotChange(this, disk, LayoutOf(dataset), dataset, cause);

    internal static Finding Busy { get; } = Finding.Error("snapshot.busy", "Another process has been committing to this dataset for half a minute", "Try again when it has finished");

    internal static Finding Conflict { get; } = Finding.Error("snapshot.conflict", "Another change was committed to this dataset meanwhile", "Begin again on the latest snapshot");

    /// <summary>Null where another process does not end.</summary>
    internal FileStream? WaitForCommit(DatasetLayout layout)
    {
        for (var tries = 0; tries < 3000; tries++)
        {
            if (disk.TryLock(layout.CommitLock) is { } taken)
            {
                return taken;
            }

            Thread.Sleep(10);
        }

        return null;
    }

    public IEnumerable<Finding> Verify(DatasetId dataset)
    {
        var layout = LayoutOf(dataset);
        var whole = new HashSet<string>(StringComparer.Ordinal);
        var history = layout.History;
        (int Number, string Id) before = (history.First - 1, history.Parent ?? "");
        foreach (var (number, id, path) in Manifests(layout).OrderBy(m => m.Number))
        {
            var place = new Place($"{dataset}/snapshots/{Path.GetFileName(path)}");
            Snapshot? snapshot = null;
            try
            {
                snapshot = Manifest.Read(path, dataset);
            }
            catch (Exception e) when (e is InvalidDataException or System.Text.Json.JsonException or IOException)
            {
            }

            if (snapshot is null)
            {
                yield return Finding.Error("snapshot.manifest-damaged", "The manifest's bytes are not those its name promises", "Restore the manifest from a backup; its SHA-256 is in its name", place);
            }
            else if (number != before.Number + 1 || (snapshot.Parent ?? "") != before.Id)
            {
                yield return Finding.Error("snapshot.chain-broken", "The manifest does not follow the one before it", "Restore the missing manifest from a backup", place);
            }

            before = (number, id);
            foreach (var file in snapshot?.Files ?? [])
            {
                if (whole.Add(file.Path) && Damage(PathOf(dataset, file), file) is { } damage)
                {
                    yield return Finding.Error($"snapshot.file-{damage}", $"The file is {damage}", "Restore the file from a backup; its SHA-256 is in its name", new Place($"{dataset}/{file.Path}"));
                }
            }
        }
    }

    private static IEnumerable<ManifestFile> Manifests(DatasetLayout layout)
    {
        if (!Directory.Exists(layout.Snapshots))
        {
            return [];
        }

        var history = layout.History;
        return Directory.EnumerateFiles(Path.Combine(layout.Folder, history.Folder)).Select(ManifestFile.Of).OfType<ManifestFile>().Where(m => m.Number >= history.First);
    }

    private static string? Damage(string path, TableFile file) =>
        !File.Exists(path) ? "missing" : new FileInfo(path).Length != file.Bytes || Manifest.HashOf(path) != file.Sha256 ? "damaged" : null;

    private DatasetLayout LayoutOf(DatasetId dataset) => new(Path.Combine(root, Slug.Check(dataset.Value ?? "", "dataset id")));

    private Snapshot Read(string path, DatasetId dataset) => read.GetOrAdd(path, static (p, d) => Manifest.Read(p, d), dataset);

    /// <summary>Removes what changes that did not come to their end left behind; never a file that a manifest names.</summary>
    private void Sweep(DatasetLayout layout, DatasetId dataset)
    {
        if (!Directory.Exists(layout.Changes))
        {
            return;
        }

        foreach (var change in Directory.EnumerateDirectories(layout.Changes).ToList())
        {
            // Another process may be preparing a change just now: its lock lives as long as it does.
            if (disk.TryLock(Path.Combine(change, DatasetLayout.ChangeLock)) is { } dead)
            {
                dead.Dispose();
                disk.DeleteFolder(change);
            }
        }

        using var commit = disk.TryLock(layout.CommitLock);
        if (commit is null)
        {
            return;
        }

        Clean(layout, dataset);
    }

    /// <summary>Deletes what no manifest in force names: manifests that are no longer in force, temporary files, data. The commit lock is held.</summary>
    internal void Clean(DatasetLayout layout, DatasetId dataset)
    {
        var history = layout.History;
        foreach (var former in Directory.EnumerateDirectories(layout.Folder, Minato.Tables.Snapshots.History.FirstFolder + "*").Where(f => Path.GetFileName(f) != history.Folder).ToList())
        {
            disk.DeleteFolder(former);
        }

        foreach (var dropped in Directory.Exists(layout.Snapshots) ? Directory.GetFiles(layout.Snapshots).Select(ManifestFile.Of).OfType<ManifestFile>().Where(m => m.Number < history.First) : [])
        {
            disk.Delete(dropped.Path);
        }

        foreach (var temporary in Directory.Exists(layout.Snapshots) ? Directory.GetFiles(layout.Snapshots, "*" + DatasetLayout.Temporary) : [])
        {
            disk.Delete(temporary);
        }

        HashSet<string> named;
        try
        {
            named = [.. Manifests(layout).SelectMany(m => Manifest.Read(m.Path, dataset).Files).Select(f => f.Path)];
        }
        catch (Exception e) when (e is InvalidDataException or System.Text.Json.JsonException)
        {
            // A damaged manifest may name any file: nothing is deleted until Verify has been heeded.
            return;
        }

        foreach (var file in Directory.Exists(layout.Data) ? Directory.GetFiles(layout.Data) : [])
        {
            if (!named.Contains(DatasetLayout.DataFile(Path.GetFileName(file))))
            {
                disk.Delete(file);
            }
        }
    }
}
