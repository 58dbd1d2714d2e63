using System.Collections.Concurrent;
using Minato.Ledger;
using Minato.Tables;
using Minato.Warehouse.Batches;
using Minato.Warehouse.Shapes;
using Minato.Warehouse.Vocabularies;

namespace Minato.Warehouse;

/// <inheritdoc cref="IWarehouse"/>
internal sealed class Warehouse : IWarehouse, IDisposable
{
    private readonly DatasetEvents events;
    private readonly ConcurrentDictionary<DatasetId, DatasetInfo> datasets = new();
    private readonly Lock registering = new();
    private readonly OhdsiExport? ohdsi;

    public Warehouse(WarehouseOptions options, ISnapshotStore snapshots, ILedger ledger, TimeProvider clock)
    {
        (Options, Snapshots, Clock) = (options, snapshots, clock);
        Scratch = new ScratchFolder(Path.Combine(options.Folder, "temp"));
        ohdsi = options.VocabularyFolder is { } folder ? OhdsiExport.Load(folder, Scratch.Path) : null;
        Codes = new Vocabulary(VocabularyTables.Own, options.MastersFolder is { } masters ? NationalMasters.Load(masters) : null, ohdsi);
        events = new DatasetEvents(ledger);
        foreach (var dataset in events.Registered())
        {
            datasets[dataset.Id] = dataset;
        }

        Reconcile();
    }

    public IReadOnlyList<DatasetInfo> Datasets => [.. datasets.Values.OrderBy(d => d.Id.Value, StringComparer.Ordinal)];

    public IReadOnlyDictionary<string, TableShape> Shapes => CdmTables.ByName;

    public IVocabulary Vocabulary => Codes;

    internal WarehouseOptions Options { get; }

    internal ISnapshotStore Snapshots { get; }

    internal TimeProvider Clock { get; }

    internal Vocabulary Codes { get; }

    internal ScratchFolder Scratch { get; }

    /// <summary>One batch at a time is written into a dataset; others of this process wait their turn.</summary>
    internal ConcurrentDictionary<DatasetId, SemaphoreSlim> Turns { get; } = new();

    public Outcome<DatasetInfo> Register(DatasetInfo dataset)
    {
        lock (registering)
        {
            if (datasets.TryGetValue(dataset.Id, out var known))
            {
                if (known == dataset)
                {
                    return known;
                }

                if (known.Holder != dataset.Holder)
                {
                    return Finding.Error("warehouse.dataset-taken", $"Dataset {dataset.Id} belongs to another holder", "Choose another dataset id");
                }

                if (known.Category != dataset.Category && Latest(dataset.Id) is not null)
                {
                    return Finding.Error("warehouse.dataset-category", $"Dataset {dataset.Id} already holds data of category {known.Category}", "Register a second dataset for the other category");
                }
            }

            return events.Append(dataset).Map(_ => datasets[dataset.Id] = dataset);
        }
    }

    public IWarehouseBatch Begin(DatasetId dataset, DeliveryId delivery) => new Batch(this, dataset, delivery);

    public Snapshot? Latest(DatasetId dataset) => Snapshots.Latest(dataset);

    public Snapshot? Find(DatasetId dataset, string snapshotId) => Snapshots.Find(dataset, snapshotId);

    public void Attach(ITableSession session, Snapshot snapshot, string prefix = "")
    {
        foreach (var (name, shape) in Shapes)
        {
            session.AttachTable(prefix + name, shape, [.. snapshot.Files.Where(f => f.Table == name).Select(f => Snapshots.PathOf(snapshot.Dataset, f))]);
        }
    }

    public ITableSession OpenSession() => TablesRoom.OpenSession(new() { MemoryMegabytes = Options.MemoryMegabytes, Threads = Options.Threads, TempFolder = Scratch.Path });

    public long ConceptOf(string system, string code) => Codes.ConceptOf(system, code).Standard;

    public void Dispose()
    {
        ohdsi?.Dispose();
        Scratch.Dispose();
        foreach (var turn in Turns.Values)
        {
            turn.Dispose();
        }
    }

    internal DatasetInfo? InfoOf(DatasetId dataset) => datasets.GetValueOrDefault(dataset);

    internal Task<Outcome<Appended>> RecordAsync(Snapshot snapshot, CancellationToken ct) => events.AppendAsync(snapshot, ct);

    /// <summary>A process that died between the snapshot and its event left the event unsaid: say it now, oldest first.</summary>
    private void Reconcile()
    {
        foreach (var dataset in Snapshots.Datasets)
        {
            var said = events.Snapshots(dataset);
            var unsaid = new Stack<Snapshot>();
            for (var snapshot = Snapshots.Latest(dataset); snapshot is not null && !said.Contains(snapshot.Id); snapshot = snapshot.Parent is { } parent ? Snapshots.Find(dataset, parent) : null)
            {
                unsaid.Push(snapshot);
            }

            foreach (var snapshot in unsaid)
            {
                _ = events.AppendAsync(snapshot, CancellationToken.None).GetAwaiter().GetResult().Value;
            }
        }
    }
}
