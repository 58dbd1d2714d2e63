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
}

/// <summary>The room: what holders said comes from the ledger, what the data says is counted once per snapshot and kept in memory.</summary>
public sealed class CatalogueRoom : ICatalogue
{
    private readonly CatalogueOptions options;
    private readonly IWarehouse warehouse;
    private readonly Projection<HolderWords, CatalogueEvent> words;
    private readonly Projection<LinkageDescription, LinkageTold> linkage;
    private readonly TimeProvider clock;
    private readonly Lock counting = new();
    private readonly Dictionary<DatasetId, (string SnapshotId, DatasetFacts Facts)> counted = [];
    private (string Key, SearchIndex Index)? search;

    private CatalogueRoom(CatalogueOptions options, ILedger ledger, IWarehouse warehouse, TimeProvider clock)
    {
        (this.options, this.warehouse, this.clock) = (options, warehouse, clock);
        words = new(ledger, "catalogue", HolderWords.Prefix, HolderWords.Evolve);
        linkage = new(ledger, "linkage", LinkageWords.Prefix, LinkageWords.Evolve);
    }

    public static ICatalogue Open(CatalogueOptions options, ILedger ledger, IWarehouse warehouse, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SmallCell, 1, nameof(options));
        return new CatalogueRoom(options, ledger, warehouse, clock);
    }

    public IReadOnlyList<DatasetDescription> All => [.. warehouse.Datasets.OrderBy(d => d.Id.Value, StringComparer.Ordinal).Select(Describe)];

    public DatasetDescription? Find(DatasetId dataset) => warehouse.Datasets.FirstOrDefault(d => d.Id == dataset) is { } info ? Describe(info) : null;

    public async Task<Outcome<bool>> DescribeAsync(DatasetId dataset, HolderDescription description, Actor by, CancellationToken ct = default)
    {
        if (warehouse.Datasets.FirstOrDefault(d => d.Id == dataset) is not { } info)
        {
            return Finding.Error("catalogue.unknown-dataset", "There is no such dataset", "Register the dataset first, or check its id");
        }

        var told = await words.DecideAsync(HolderWords.StreamOf(dataset), by.Id, state => HolderWords.Decide(state, info, description, by), ct: ct).ConfigureAwait(false);
        return told.Map(_ => true);
    }

    public IReadOnlyList<DatasetDescription> Search(string text)
    {
        var all = All;
        var key = string.Join('|', all.Select(d => $"{d.Dataset.Id}:{d.SnapshotId}:{words.Find(HolderWords.StreamOf(d.Dataset.Id))?.Version}"));
        SearchIndex index;
        lock (counting)
        {
            index = search is { } s && s.Key == key ? s.Index : (search = (key, SearchIndex.Over(all))).Value.Index;
        }

        return index.Find(text);
    }

    public string ToJsonLd(DatasetId? dataset, Uri baseUri)
    {
        var dcat = new HealthDcat(options, baseUri);
        return dataset is { } id
            ? dcat.Dataset(Find(id) ?? throw new ArgumentException($"There is no dataset '{id}'", nameof(dataset)))
            : dcat.Catalogue(All, clock.GetUtcNow());
    }

    public void Refresh(IProgress<Step>? progress = null)
    {
        var datasets = warehouse.Datasets;
        for (var i = 0; i < datasets.Count; i++)
        {
            progress?.Report(new Step("Describing datasets", i, datasets.Count, "datasets"));
            FactsOf(datasets[i].Id);
        }

        progress?.Report(new Step("Describing datasets", datasets.Count, datasets.Count, "datasets"));
    }

    private DatasetDescription Describe(DatasetInfo info)
    {
        var known = FactsOf(info.Id);
        var facts = known?.Facts ?? DatasetFacts.None;
        return new DatasetDescription(
            info, words.Find(HolderWords.StreamOf(info.Id))?.Description, known?.SnapshotId, facts.Persons, facts.RowsByTable, facts.From, facts.To, facts.Quality, facts.Variables)
        {
            TypicalAge = facts.TypicalAge,
            SnapshotAt = facts.SnapshotAt,
            Standing = known is null ? null : DatasetStanding.Of(warehouse.StandingOf(info.Id), JapaneseDay.Today(clock)),
            Linkage = linkage.Find(LinkageWords.StreamOf(info.Id)),
            Checks = warehouse.SharesOf(info.Id),
        };
    }

    private (string SnapshotId, DatasetFacts Facts)? FactsOf(DatasetId dataset)
    {
        if (warehouse.Latest(dataset) is not { } snapshot)
        {
            return null;
        }

        lock (counting)
        {
            if (!counted.TryGetValue(dataset, out var known) || known.SnapshotId != snapshot.Id)
            {
                using var session = warehouse.OpenSession();
                warehouse.Attach(session, snapshot);
                counted[dataset] = known = (snapshot.Id, new FactCounter(session, snapshot, warehouse.Shapes, warehouse.Vocabulary, options.SmallCell).Count());
            }

            return known;
        }
    }
}
