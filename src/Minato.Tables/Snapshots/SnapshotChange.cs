namespace Minato.Tables.Snapshots;

/// <summary>
/// Files are written in the change's own folder; commit moves them to their content's names and then renames the
/// manifest into place. Until that rename every reader sees the base.
/// </summary>
internal sealed class SnapshotChange : ISnapshotChange
{
    private readonly SnapshotStore store;
    private readonly Disk disk;
    private readonly DatasetLayout layout;
    private readonly DatasetId dataset;
    private readonly string cause;
    private readonly Staging staging;
    private readonly Dictionary<string, TableFile> files;

    public SnapshotChange(SnapshotStore store, Disk disk, DatasetLayout layout, DatasetId dataset, string cause)
    {
        (this.store, this.disk, this.layout, this.dataset, this.cause) = (store, disk, layout, dataset, cause);
        Base = store.Latest(dataset);
        files = (Base?.Files ?? []).ToDictionary(f => f.Path, StringComparer.Ordinal);
        staging = new Staging(disk, layout);
    }

    public Snapshot? Base { get; }

    public string NewFile(string table) => staging.NewFile(table);

    public TableFile Add(string table, string absolutePath, long rows)
    {
        var file = staging.Add(table, absolutePath, rows);
        return files[file.Path] = file;
    }

    public void Remove(TableFile file) => files.Remove(file.Path);

    public Outcome<Snapshot> Commit(DateTimeOffset at)
    {
        ObjectDisposedException.ThrowIf(staging.Ended, this);
        using var commit = store.WaitForCommit(layout);
        if (commit is null)
        {
            return SnapshotStore.Busy;
        }

        if (store.Latest(dataset)?.Id != Base?.Id)
        {
            return SnapshotStore.Conflict;
        }

        staging.MoveTo(f => store.PathOf(dataset, f), layout.Data);
        var number = (Base?.Number ?? 0) + 1;
        var (id, bytes) = Manifest.Write(dataset, number, Base?.Id, at, cause, files.Values);
        var manifest = Path.Combine(layout.Snapshots, Manifest.NameOf(number, id));
        disk.Write(manifest + DatasetLayout.Temporary, bytes);
        disk.Rename(manifest + DatasetLayout.Temporary, manifest);
        disk.FlushFolder(layout.Snapshots);
        disk.FlushFolder(layout.Folder);
        staging.Dispose();
        return store.Latest(dataset)!;
    }

    public void Dispose() => staging.Dispose();
}
