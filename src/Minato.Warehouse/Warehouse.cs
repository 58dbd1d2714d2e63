using System.Collections.Concurrent;
using Minato.Ledger;
using Minato.Tables;
using Minato.Warehouse.Batches;
using Minato.Warehouse.Corrections;
using Minato.Warehouse.Keeping;
using Minato.Warehouse.Quality;
using Minato.Warehouse.Shapes;
using Minato.Warehouse.Standing;
using Minato.Warehouse.Vocabularies;

namespace Minato.Warehouse;

/// <inheritdoc cref="IWarehouse"/>
internal sealed class Warehouse : IWarehouse, IWarehouseKeeping, IDisposable
{
    private readonly DatasetEvents events;
    private readonly ConcurrentDictionary<DatasetId, DatasetInfo> datasets = new();
    private readonly Lock registering = new();
    private readonly QualityShelf quality;
    private readonly StandingBook standings;
    private readonly OhdsiExport? ohdsi;

    public Warehouse(WarehouseOptions options, ISnapshotStore snapshots, ILedger ledger, TimeProvider clock)
    {
        (Options, Snapshots, Clock) = (options, snapshots, clock);
        Scratch = new ScratchFolder(Path.Combine(options.Folder, "temp"));
        ohdsi = options.VocabularyFolder is { } folder ? OhdsiExport.Load(folder, Scratch.Path) : null;
        Codes = new Vocabulary(VocabularyTables.Own, options.MastersFolder is { } masters ? NationalMasters.Load(masters) : null, ohdsi);
        events = new DatasetEvents(ledger);
        quality = new QualityShelf(DatasetsFolder);
        standings = new StandingBook(ledger);
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

    private string DatasetsFolder => Path.Combine(Options.Folder, WarehouseOptions.Datasets);

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

    public Task<Outcome<CorrectionResult>> CorrectAsync(DatasetId dataset, IReadOnlyList<PersonCorrection> corrections, CancellationToken ct = default) =>
        corrections.Count == 0 ? Task.FromResult<Outcome<CorrectionResult>>(CorrectionResult.Unchanged(Latest(dataset))) : ChangeAsync(dataset, commit => commit.Apply(corrections), ct);

    public Task<Outcome<CorrectionResult>> RenewAsync(DatasetId dataset, IReadOnlyList<(Pseudonym<Dataset> Former, Pseudonym<Dataset> New)> map, CancellationToken ct = default) =>
        ChangeAsync(dataset, commit => commit.Renew(map), ct);

    public IReadOnlyList<Pseudonym<Dataset>> NamesOf(DatasetId dataset)
    {
        if (Latest(dataset) is not { } snapshot)
        {
            return [];
        }

        using var session = OpenSession();
        foreach (var shape in (TableShape[])[CdmTables.Records, CdmTables.Corrections])
        {
            session.AttachTable(shape.Name, shape, [.. snapshot.Files.Where(f => f.Table == shape.Name).Select(f => Snapshots.PathOf(dataset, f))]);
        }

        return [.. session.Query("""
            select name from record union select person_id from record union select name from correction where name is not null union select person_id from correction order by 1
            """).Select(r => Pseudonym<Dataset>.FromGuid((Guid)r[0]!))];
    }

    public IReadOnlyList<Snapshot> History(DatasetId dataset) => Snapshots.History(dataset);

    public async Task<Outcome<IReadOnlyList<Snapshot>>> RetainAsync(DatasetId dataset, int last, Actor by, CancellationToken ct = default)
    {
        var kept = History(dataset);
        if (kept.Count == 0 || last < 1)
        {
            return Finding.Error("warehouse.retain", "There is no snapshot, or none would be left", "Keep at least one");
        }

        var dropped = Snapshots.DropBefore(dataset, kept[Math.Max(0, kept.Count - last)].Number);
        return !dropped.Try(out var gone) || gone.Count == 0
            ? dropped
            : (await events.AppendAsync(new SnapshotsDropped(dataset.Value, [.. gone.Select(s => s.Id)]), by.Id, CancellationToken.None).ConfigureAwait(false)).Map(_ => gone);
    }

    public async Task<Outcome<RemovalReceipt>> RemovePersonAsync(DatasetId dataset, Pseudonym<Dataset> person, string grounds, Actor by, CancellationToken ct = default)
    {
        Outcome<RemovalReceipt> unknown = Finding.Error("warehouse.person-unknown", $"No kept snapshot of {dataset} has this person", "Check the dataset and the pseudonym");
        if (string.IsNullOrWhiteSpace(grounds))
        {
            return Finding.Error("warehouse.grounds", "A removal needs its legal grounds", "State the law or order and its reference");
        }

        if (Latest(dataset) is null)
        {
            return unknown;
        }

        var turn = Turns.GetOrAdd(dataset, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var removed = await Task.Run(
                () =>
                {
                    using var session = OpenSession();
                    using var rewrite = Snapshots.Rewrite(dataset);
                    var removal = new PersonRemoval(this, session, dataset, rewrite);
                    if (removal.Prepare(person, grounds, ct) is not { } prepared)
                    {
                        return unknown;
                    }

                    new PendingRemoval(by.Id.Value, PersonRemoved.Of(prepared)).Write(DatasetsFolder);
                    return removal.Commit(prepared);
                },
                ct).ConfigureAwait(false);
            if (!removed.Try(out var receipt))
            {
                File.Delete(PendingRemoval.PathIn(DatasetsFolder, dataset));
                return removed;
            }

            var said = await events.AppendAsync(PersonRemoved.Of(receipt), by.Id, CancellationToken.None).ConfigureAwait(false);
            return said.Map(_ =>
            {
                File.Delete(PendingRemoval.PathIn(DatasetsFolder, dataset));
                return receipt;
            });
        }
        finally
        {
            turn.Release();
        }
    }

    public Snapshot? Latest(DatasetId dataset) => Snapshots.Latest(dataset);

    public Snapshot? Find(DatasetId dataset, string snapshotId) => Snapshots.Find(dataset, snapshotId);

    public void Attach(ITableSession session, Snapshot snapshot, string prefix = "")
    {
        string Named(string table) => session.Dialect.Quote(prefix + table);
        foreach (var (name, shape) in Shapes)
        {
            session.AttachTable(prefix + name, shape, [.. snapshot.Files.Where(f => f.Table == name).Select(f => Snapshots.PathOf(snapshot.Dataset, f))]);
        }

        foreach (var (era, select) in (IEnumerable<(CdmTable, string)>)[(CdmTables.DrugEra, Eras.Drugs(Named)), (CdmTables.ConditionEra, Eras.Conditions(Named))])
        {
            var typed = string.Join(", ", era.Shape.Columns.Select(c => $"cast({session.Dialect.Quote(c.Name)} as {session.Dialect.TypeName(c.Type)}) as {session.Dialect.Quote(c.Name)}"));
            session.Execute($"create or replace temporary view {Named(era.Name)} as select {typed} from ({select}) as era");
        }
    }

    public async Task<Outcome<QualityReport>> MeasureAsync(DatasetId dataset, DeliveryId? delivery = null, CancellationToken ct = default)
    {
        if (Latest(dataset) is not { } snapshot)
        {
            return Finding.Error("warehouse.no-snapshot", $"Dataset {dataset} has no snapshot", "Deliver to it first");
        }

        var report = await Task.Run(
            () =>
            {
                using var session = OpenSession();
                return new QualityRun(this, session, snapshot).Measure(delivery, ct);
            },
            ct).ConfigureAwait(false);
        return (await events.AppendAsync(report, quality.Keep(report), CancellationToken.None).ConfigureAwait(false)).Map(_ => report);
    }

    public IReadOnlyList<QualityReport> QualityOf(DatasetId dataset) => quality.Of(dataset);

    public IReadOnlyList<QualityShares> SharesOf(DatasetId dataset) => quality.SharesOf(dataset);

    public IReadOnlyList<DeliveryStanding> StandingOf(DatasetId dataset) => standings.Of(dataset, CameIn(dataset));

    public Task<Outcome<bool>> EmbargoAsync(DatasetId dataset, DeliveryId delivery, DateOnly until, Actor by, CancellationToken ct = default) =>
        standings.EmbargoAsync(dataset, delivery, until, by.Id, ct);

    public Task<Outcome<int>> ConfirmAsync(DatasetId dataset, DeliveryId? delivery, DateOnly? through, Actor by, CancellationToken ct = default)
    {
        var deliveries = CameIn(dataset).Select(d => d.Delivery).Where(d => delivery is null || d == delivery).ToList();
        return deliveries.Count == 0
            ? Task.FromResult<Outcome<int>>(Finding.Error("warehouse.no-delivery", $"There is no such delivery in {dataset}", "Confirm what has come in"))
            : standings.ConfirmAsync(dataset, deliveries, through, by.Id, ct);
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

    public int Registered => datasets.Count;

    public DatasetInfo? Find(DatasetId dataset) => datasets.GetValueOrDefault(dataset);

    internal Task<Outcome<Appended>> RecordAsync(Snapshot snapshot, CancellationToken ct) => events.AppendAsync(snapshot, ct);

    /// <summary>One change of a dataset's persons, in its turn; said on the ledger once it is there.</summary>
    private async Task<Outcome<CorrectionResult>> ChangeAsync(DatasetId dataset, Func<CorrectionCommit, Outcome<CorrectionResult>> change, CancellationToken ct)
    {
        var turn = Turns.GetOrAdd(dataset, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            using var session = OpenSession();
            var changed = await Task.Run(() => change(new CorrectionCommit(this, session, dataset, ct)), ct).ConfigureAwait(false);
            if (!changed.Try(out var result) || result.Applied == 0)
            {
                return changed;
            }

            var said = await RecordAsync(result.Snapshot!, CancellationToken.None).ConfigureAwait(false);
            return said.Map(_ => result);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Which delivery came in with which snapshot: from the ledger, where also those of dropped snapshots stand, and from a snapshot that is not said yet.</summary>
    private List<(DeliveryId Delivery, int Number)> CameIn(DatasetId dataset)
    {
        var came = events.Deliveries(dataset);
        var unsaid = new Stack<(DeliveryId, int)>();
        for (var s = Latest(dataset); s is not null && (came.Count == 0 || s.Number > came[^1].Number); s = s.Parent is { } parent ? Find(dataset, parent) : null)
        {
            if (SnapshotCause.DeliveryOf(s.Cause) is { } delivery)
            {
                unsaid.Push((delivery, s.Number));
            }
        }

        // A process that died after the snapshot and before the receipt had the same delivery come in once more.
        return [.. came.Concat(unsaid).DistinctBy(d => d.Item1)];
    }

    /// <summary>A removal that was done, or not, when the process died: its files tell.</summary>
    private void SayPending(DatasetId dataset)
    {
        if (PendingRemoval.In(DatasetsFolder, dataset) is not { } pending)
        {
            return;
        }

        var history = History(dataset);
        var here = history.SelectMany(s => s.Files).Select(f => f.Sha256).ToHashSet(StringComparer.Ordinal);
        if (!pending.Removed.Files.Keys.Any(here.Contains))
        {
            var ids = pending.Removed.Snapshots.Count > 0 ? pending.Removed.Snapshots : Snapshots.Successors(dataset);
            _ = events.AppendAsync(pending.Removed with { Snapshots = ids }, new ActorId(pending.By), CancellationToken.None).GetAwaiter().GetResult().Value;
        }

        File.Delete(PendingRemoval.PathIn(DatasetsFolder, dataset));
    }

    /// <summary>A process that died between the snapshot and its event left the event unsaid: say it now, oldest first.</summary>
    private void Reconcile()
    {
        foreach (var dataset in Snapshots.Datasets)
        {
            SayPending(dataset);
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
