using System.Globalization;

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
    private readonly string folder;
    private readonly FileStream alive;
    private readonly Dictionary<string, TableFile> files;
    private readonly List<(string From, TableFile File)> added = [];
    private int named;
    private bool ended;

    public SnapshotChange(SnapshotStore store, Disk disk, DatasetLayout layout, DatasetId dataset, string cause)
    {
        (this.store, this.disk, this.layout, this.dataset, this.cause) = (store, disk, layout, dataset, cause);
        Base = store.Latest(dataset);
        files = (Base?.Files ?? []).ToDictionary(f => f.Path, StringComparer.Ordinal);
        foreach (var part in (string[])[layout.Folder, layout.Data, layout.Snapshots, layout.Changes])
        {
            disk.CreateFolder(part);
        }

        folder = Path.Combine(layout.Changes, Guid.NewGuid().ToString("N"));
        disk.CreateFolder(folder);
        alive = disk.TryLock(Path.Combine(folder, DatasetLayout.ChangeLock)) ?? throw new IOException("A fresh change folder is locked by another process");
    }

    public Snapshot? Base { get; }

    public string NewFile(string table)
    {
        _ = Slug.Check(table, "table name");
        return Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{table}-{++named}.parquet"));
    }

    public TableFile Add(string table, string absolutePath, long rows)
    {
        var from = Path.GetFullPath(absolutePath);
        if (Path.GetDirectoryName(from) != folder)
        {
            throw new ArgumentException("The file was not made by NewFile of this change", nameof(absolutePath));
        }

        disk.Flush(from);
        var hash = Manifest.HashOf(from);
        var file = new TableFile(table, DatasetLayout.DataFile($"{Slug.Check(table, "table name")}-{hash}.parquet"), rows, new FileInfo(from).Length, hash);
        added.Add((from, file));
        files[file.Path] = file;
        return file;
    }

    public void Remove(TableFile file) => files.Remove(file.Path);

    public Outcome<Snapshot> Commit(DateTimeOffset at)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        using var commit = WaitForLock();
        if (commit is null)
        {
            return Finding.Error("snapshot.busy", "Another process has been committing to this dataset for half a minute", "Try again when it has finished");
        }

        if (store.Latest(dataset)?.Id != Base?.Id)
        {
            return Finding.Error("snapshot.conflict", "Another change was committed to this dataset meanwhile", "Begin again on the latest snapshot");
        }

        foreach (var (from, file) in added)
        {
            // A file of that name has the same bytes, or was damaged: either way this one may take its place.
            disk.Rename(from, store.PathOf(dataset, file));
        }

        disk.FlushFolder(layout.Data);
        var number = (Base?.Number ?? 0) + 1;
        var (id, bytes) = Manifest.Write(dataset, number, Base?.Id, at, cause, files.Values);
        var manifest = Path.Combine(layout.Snapshots, Manifest.NameOf(number, id));
        disk.Write(manifest + DatasetLayout.Temporary, bytes);
        disk.Rename(manifest + DatasetLayout.Temporary, manifest);
        disk.FlushFolder(layout.Snapshots);
        disk.FlushFolder(layout.Folder);
        End();
        return store.Latest(dataset)!;
    }

    public void Dispose() => End();

    private void End()
    {
        if (ended)
        {
            return;
        }

        ended = true;
        try
        {
            disk.DeleteFolder(folder);
        }
        catch (IOException)
        {
            // What is left is swept at the next start.
        }
        finally
        {
            alive.Dispose();
        }
    }

    private FileStream? WaitForLock()
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
}
