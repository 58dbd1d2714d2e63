using Minato.Warehouse;

namespace Minato.Catalogue;

/// <summary>What the holder says of a dataset (A7, B3).</summary>
public sealed record HolderDescription(
    Bilingual Title, Bilingual Summary, Bilingual WhoNeedsIt, string PriceClass, int DaysToObtain, IReadOnlyList<string> Keywords, string ContactPoint, string UpdateFrequency);

/// <summary>A variable as it is in the data. Counts below the small-cell limit are not shown (null).</summary>
public sealed record VariableDescription(string Table, string Column, string Type, long? Rows, double? MissingShare, string? Minimum, string? Maximum, IReadOnlyList<TopValue> TopValues);

public sealed record TopValue(string System, string Code, Bilingual Name, long Count);

/// <summary>A dataset described by itself and by its holder.</summary>
public sealed record DatasetDescription(
    DatasetInfo Dataset,
    HolderDescription? ByHolder,
    string? SnapshotId,
    long? Persons,
    IReadOnlyDictionary<string, long?> RowsByTable,
    DateOnly? From,
    DateOnly? To,
    IReadOnlyDictionary<string, double> Quality,
    IReadOnlyList<VariableDescription> Variables);

/// <summary>Dataset descriptions; what the data says of itself is counted from the latest snapshot.</summary>
public interface ICatalogue
{
    Task<Outcome<bool>> DescribeAsync(DatasetId dataset, HolderDescription description, Actor by, CancellationToken ct = default);

    IReadOnlyList<DatasetDescription> All { get; }

    DatasetDescription? Find(DatasetId dataset);

    /// <summary>Full-text search in Japanese and English (bigrams for Japanese), best first.</summary>
    IReadOnlyList<DatasetDescription> Search(string text);

    /// <summary>HealthDCAT-AP as JSON-LD: one dataset, or the whole catalogue.</summary>
    string ToJsonLd(DatasetId? dataset, Uri baseUri);

    /// <summary>Counts again what changed since (new snapshots).</summary>
    void Refresh(IProgress<Step>? progress = null);
}
