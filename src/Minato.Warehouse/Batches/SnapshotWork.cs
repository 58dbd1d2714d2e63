using System.Collections.Concurrent;
using Minato.Tables;
using Minato.Warehouse.Shapes;

namespace Minato.Warehouse.Batches;

/// <summary>A dataset's next snapshot in the making: its tables as files, written in one session of the engine.</summary>
internal sealed class SnapshotWork(Warehouse warehouse, ITableSession session, DatasetId dataset, ISnapshotChange change, CancellationToken ct)
{
    public ITableSession Session => session;

    public ISnapshotChange Change => change;

    public int MostFiles => warehouse.Options.MostFilesPerTable;

    private readonly ConcurrentDictionary<string, long> added = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> RowsAdded => added;

    public void CountAdded(string table, long rows)
    {
        if (rows > 0)
        {
            added[table] = rows;
        }
    }

    /// <summary>Writes files side by side, as many as there are processors: the engine sorts with all of them, but writes what is sorted with one.</summary>
    public void Write(IReadOnlyList<Action<ITableSession>> writings)
    {
        var left = new ConcurrentQueue<Action<ITableSession>>(writings);
        var hands = Math.Min(writings.Count, warehouse.Options.Threads > 0 ? warehouse.Options.Threads : Environment.ProcessorCount);
        Parallel.For(0, hands, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, hands), CancellationToken = ct }, hand =>
        {
            using var beside = hand == 0 ? null : session.Beside();
            while (left.TryDequeue(out var write))
            {
                ct.ThrowIfCancellationRequested();
                write(beside ?? session);
            }
        });
    }

    public IReadOnlyList<TableFile> Base(string table) => [.. (change.Base?.Files ?? []).Where(f => f.Table == table)];

    public string Path(TableFile file) => warehouse.Snapshots.PathOf(dataset, file);

    /// <param name="lastKey">The column that makes the order of the table's rows total.</param>
    public TableFiles Files(TableShape shape, string lastKey)
    {
        ct.ThrowIfCancellationRequested();
        return new TableFiles(this, shape, lastKey);
    }

    /// <summary>
    /// Who a record's person is, by all that Linkage said: <c>move</c> has the name that a moved record is answered under,
    /// <c>standing</c> whom a name stands for. Both read <c>all_correction</c>.
    /// </summary>
    public void PreparePlacing() => session.Execute("""
        create temp table move as select delivery, ticket, arg_max(person_id, number) as name from all_correction where delivery is not null group by delivery, ticket;
        create temp table standing as select name, arg_max(person_id, number) as person_id from all_correction where delivery is null group by name
        """);

    /// <summary>The tables that follow from the others, computed anew from <c>all_*</c>: one file takes the place of the base's.</summary>
    public void Derive()
    {
        foreach (var (table, select) in (IEnumerable<(CdmTable, string)>)
            [(CdmTables.Person, DerivedTables.Persons), (CdmTables.Death, DerivedTables.Death), (CdmTables.ObservationPeriod, DerivedTables.ObservationPeriods)])
        {
            var files = Files(table.Shape, "person_id");
            files.Clear();
            files.Append(select);
            files.Keep();
        }
    }

    public Outcome<Snapshot> Commit() => change.Commit(warehouse.Clock.GetUtcNow());
}
