using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Minato.Ledger;
using Minato.Warehouse;

namespace Minato.Catalogue;

/// <param name="SmallCell">No count, value or share that is of fewer people than this is shown.</param>
public sealed record CatalogueOptions(int SmallCell = 10)
{
    /// <summary>The body to which one applies for the data (the HDAB of HealthDCAT-AP), by name.</summary>
    public Bilingual Body { get; init; } = new("みなと データ利用窓口", "Minato data access window");

    /// <summary>Its e-mail address; null: its pages.</summary>
    public string? BodyEmail { get; init; }

    /// <summary>The terms of conditions of use.</summary>
    public UseTerms UseTerms { get; init; } = UseTerms.None;
}

/// <summary>
/// The room: what holders said comes from the ledger, what the data says is counted once per snapshot. A description is kept in memory
/// until the ledger says something of its dataset, or its embargo ends.
/// </summary>
public sealed class CatalogueRoom : ICatalogue
{
    private readonly CatalogueOptions options;
    private readonly ILedger ledger;
    private readonly IWarehouse warehouse;
    private readonly Projection<HolderWords, CatalogueEvent> words;
    private readonly Projection<LinkageDescription, LinkageTold> linkage;
    private readonly TimeProvider clock;
    private readonly Lock describing = new();
    private readonly Dictionary<DatasetId, (string SnapshotId, DatasetFacts Facts)> counted = [];
    private readonly ConcurrentDictionary<DatasetId, DatasetDescription> described = new();
    private readonly SearchIndex index = new();
    private readonly HashSet<DatasetId> awaited = [];
    private DateTimeOffset? changedAt;

    /// <summary>In the order of their ids; null: to be put in order when somebody asks.</summary>
    private volatile IReadOnlyList<DatasetDescription>? all;
    private long read;
    private int day;

    private CatalogueRoom(CatalogueOptions options, ILedger ledger, IWarehouse warehouse, TimeProvider clock)
    {
        (this.options, this.ledger, this.warehouse, this.clock) = (options, ledger, warehouse, clock);
        read = ledger.Size;
        words = new(ledger, "catalogue", HolderWords.Prefix, HolderWords.Evolve);
        linkage = new(ledger, "linkage", LinkageWords.Prefix, LinkageWords.Evolve);
    }

    public static ICatalogue Open(CatalogueOptions options, ILedger ledger, IWarehouse warehouse, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SmallCell, 1, nameof(options));
        return new CatalogueRoom(options, ledger, warehouse, clock);
    }

    public IReadOnlyList<DatasetDescription> All
    {
        get
        {
            CatchUp();
            return all ?? InOrder();
        }
    }

    public DatasetDescription? Find(DatasetId dataset)
    {
        CatchUp();
        return described.GetValueOrDefault(dataset);
    }

    public Task<Outcome<bool>> DescribeAsync(DatasetId dataset, HolderDescription description, Actor by, CancellationToken ct = default) =>
        SayAsync(dataset, by, (state, info) => HolderWords.Decide(state, info, description, by, options.UseTerms), ct);

    public Task<Outcome<bool>> AttestAsync(DatasetId dataset, Actor by, CancellationToken ct = default) =>
        SayAsync(dataset, by, (state, info) => HolderWords.DecideAttested(state, info, by), ct);

    public Task<Outcome<bool>> JudgeLabelAsync(DatasetId dataset, LabelStanding standing, string reason, Actor by, CancellationToken ct = default) =>
        SayAsync(dataset, by, (state, _) => HolderWords.DecideLabel(state, standing, reason, by), ct);

    private async Task<Outcome<bool>> SayAsync(DatasetId dataset, Actor by, Func<HolderWords?, DatasetInfo, Outcome<IReadOnlyList<CatalogueEvent>>> decide, CancellationToken ct)
    {
        if (Find(dataset)?.Dataset is not { } info)
        {
            return Finding.Error("catalogue.unknown-dataset", "There is no such dataset", "Register the dataset first, or check its id");
        }

        // What changes nothing of a dataset of which nothing was ever said is no event, and fine.
        Outcome<IReadOnlyList<CatalogueEvent>> decided = Outcome<IReadOnlyList<CatalogueEvent>>.Ok([]);
        var told = await words.DecideAsync(HolderWords.StreamOf(dataset), by.Id, state => decided = decide(state, info), ct: ct).ConfigureAwait(false);
        return decided.Try(out var events) && events.Count == 0 ? true : told.Map(_ => true);
    }

    public IReadOnlyList<DatasetDescription> Search(string text)
    {
        CatchUp();
        return string.IsNullOrWhiteSpace(text) ? All : index.Find(text);
    }

    public string ToJsonLd(DatasetId? dataset, Uri baseUri) => HealthDcat.JsonLd(ToDcat(dataset, baseUri));

    public string ToTurtle(DatasetId? dataset, Uri baseUri) => HealthDcat.AsTurtle(ToDcat(dataset, baseUri));

    public string ToJsonLd(int from, int count, Uri baseUri) => HealthDcat.JsonLd(Page(from, count, baseUri));

    public string ToTurtle(int from, int count, Uri baseUri) => HealthDcat.AsTurtle(Page(from, count, baseUri));

    public DateTimeOffset? ChangedAt
    {
        get
        {
            CatchUp();
            lock (describing)
            {
                return changedAt;
            }
        }
    }

    private JsonObject Page(int from, int count, Uri baseUri) => new HealthDcat(options, baseUri).Catalogue([.. All.Skip(Math.Max(0, from)).Take(Math.Max(0, count))], clock.GetUtcNow());

    private JsonObject ToDcat(DatasetId? dataset, Uri baseUri)
    {
        var dcat = new HealthDcat(options, baseUri);
        return dataset is { } id
            ? dcat.Dataset(Find(id) ?? throw new ArgumentException($"There is no dataset '{id}'", nameof(dataset)))
            : dcat.Catalogue(All, clock.GetUtcNow());
    }

    public void Refresh(IProgress<Step>? progress = null) => CatchUp(progress);

    private void CatchUp(IProgress<Step>? progress = null)
    {
        var size = ledger.Size;
        var today = JapaneseDay.Today(clock);
        if (size == Volatile.Read(ref read) && today.DayNumber == Volatile.Read(ref day) && warehouse.Registered == described.Count)
        {
            return;
        }

        lock (describing)
        {
            // One that is said a moment before the warehouse knows it is looked for again.
            awaited.UnionWith(SaidOfDatasets.From(ledger, read));
            var isNew = today.DayNumber != day || warehouse.Registered != described.Count;
            if (awaited.Count > 0 || isNew)
            {
                // An embargo ends with a day, and who registers a dataset may have said nothing of it yet; whatever else changes a description is said of its dataset.
                DatasetInfo[] stale = !isNew
                    ? [.. awaited.Select(warehouse.Find).OfType<DatasetInfo>()]
                    : [.. warehouse.Datasets.Where(d => awaited.Contains(d.Id) || !described.TryGetValue(d.Id, out var was) || was.Standing?.EmbargoUntil <= today)];
                for (var i = 0; i < stale.Length; i++)
                {
                    progress?.Report(new Step("Describing datasets", i, stale.Length, "datasets"));
                    index.Put(described[stale[i].Id] = Describe(stale[i], today));
                }

                progress?.Report(new Step("Describing datasets", stale.Length, stale.Length, "datasets"));
                all = null;
                awaited.ExceptWith(described.Keys);
                changedAt = stale.Length > 0 ? clock.GetUtcNow() : changedAt;
            }

            Volatile.Write(ref day, today.DayNumber);
            Volatile.Write(ref read, size);
        }
    }

    private IReadOnlyList<DatasetDescription> InOrder()
    {
        lock (describing)
        {
            return all ??= [.. described.Values.OrderBy(d => d.Dataset.Id.Value, StringComparer.Ordinal)];
        }
    }

    private DatasetDescription Describe(DatasetInfo info, DateOnly today)
    {
        var known = FactsOf(info.Id);
        var facts = known?.Facts ?? DatasetFacts.None;
        var said = words.Find(HolderWords.StreamOf(info.Id));
        return new DatasetDescription(
            info, said?.Description, known?.SnapshotId, facts.Persons, facts.RowsByTable, facts.From, facts.To, facts.Quality, facts.Variables)
        {
            TypicalAge = facts.TypicalAge,
            SnapshotAt = facts.SnapshotAt,
            Versions = said?.Versions ?? [],
            KeptAt = said?.KeptAt,
            Label = said?.Label,
            Standing = known is null ? null : DatasetStanding.Of(warehouse.StandingOf(info.Id), today),
            Linkage = linkage.Find(LinkageWords.StreamOf(info.Id)),
            Checks = warehouse.SharesOf(info.Id),
            Conditions = options.UseTerms.Of(info.Category, said?.Description?.UseConditions),
        };
    }

    private (string SnapshotId, DatasetFacts Facts)? FactsOf(DatasetId dataset)
    {
        if (warehouse.Latest(dataset) is not { } snapshot)
        {
            return null;
        }

        if (!counted.TryGetValue(dataset, out var known) || known.SnapshotId != snapshot.Id)
        {
            using var session = warehouse.OpenSession();
            warehouse.Attach(session, snapshot);
            counted[dataset] = known = (snapshot.Id, new FactCounter(session, snapshot, warehouse.Shapes, warehouse.Vocabulary, options.SmallCell).Count());
        }

        return known;
    }
}
