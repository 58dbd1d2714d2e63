using System.Globalization;

namespace Minato.Tables.Snapshots;

/// <summary>
/// The manifests are written again into a folder of their own; renaming <c>history.json</c> makes that folder the one in force. Before it every
/// reader sees all as it was, after it nothing of what was replaced, and the sweep deletes what is no longer named.
/// </summary>
internal sealed class SnapshotRewrite : ISnapshotRewrite
{
    private readonly SnapshotStore store;
    private readonly Disk disk;
    private readonly DatasetLayout layout;
    private readonly DatasetId dataset;
    private readonly Staging staging;

    public SnapshotRewrite(SnapshotStore store, Disk disk, DatasetLayout layout, DatasetId dataset)
    {
        (this.store, this.disk, this.layout, this.dataset) = (store, disk, layout, dataset);
        Snapshots = store.History(dataset);
        staging = new Staging(disk, layout);
    }

    public IReadOnlyList<Snapshot> Snapshots { get; }

    public string NewFile(string table) => staging.NewFile(table);

    public TableFile Add(string table, string absolutePath, long rows) => staging.Add(table, absolutePath, rows);

    public Outcome<IReadOnlyDictionary<string, string>> Commit(IReadOnlyDictionary<string, TableFile?> replaced)
    {
        ObjectDisposedException.ThrowIf(staging.Ended, this);
        using (var commit = store.WaitForCommit(layout))
        {
            if (commit is null)
            {
                return SnapshotStore.Busy;
            }

            if (Snapshots.Count == 0 || store.Latest(dataset)?.Id != Snapshots[^1].Id)
            {
                return SnapshotStore.Conflict;
            }

            staging.MoveTo(f => store.PathOf(dataset, f), layout.Data);
            var history = layout.History;
            var generation = history.Folder == History.FirstFolder ? 2 : int.Parse(history.Folder.AsSpan(History.FirstFolder.Length + 1), CultureInfo.InvariantCulture) + 1;
            var folder = string.Create(CultureInfo.InvariantCulture, $"{History.FirstFolder}.{generation}");
            var manifests = Path.Combine(layout.Folder, folder);
            disk.CreateFolder(manifests);
            var ids = new Dictionary<string, string>(StringComparer.Ordinal);
            var parent = history.Parent;
            foreach (var snapshot in Snapshots)
            {
                var files = snapshot.Files.Select(f => replaced.TryGetValue(f.Path, out var instead) ? instead : f).OfType<TableFile>().DistinctBy(f => f.Path);
                var (id, bytes) = Manifest.Write(dataset, snapshot.Number, parent, snapshot.At, snapshot.Cause, files);
                disk.Write(Path.Combine(manifests, Manifest.NameOf(snapshot.Number, id)), bytes);
                parent = ids[snapshot.Id] = id;
            }

            disk.FlushFolder(manifests);
            var successors = history.Successors.ToDictionary(s => s.Key, s => ids.GetValueOrDefault(s.Value, s.Value), StringComparer.Ordinal);
            foreach (var (former, now) in ids)
            {
                successors[former] = now;
            }

            new History(folder, history.First, history.Parent, successors).Write(disk, layout.Folder);
            staging.Dispose();
            store.Clean(layout, dataset);
            return ids;
        }
    }

    public void Dispose() => staging.Dispose();
}
