using Minato.Catalogue.Harvest;

namespace Minato.Catalogue;

/// <summary>A dataset of another catalogue, as that catalogue says it.</summary>
/// <param name="Address">Its IRI, or its page where it has none.</param>
/// <param name="AccessRights">The last part of the term, such as <c>NON_PUBLIC</c>; empty where nothing is said.</param>
/// <param name="Page">Where to read more.</param>
/// <param name="Modified">As written there.</param>
public sealed record HarvestedDataset(string Address, Bilingual Title, Bilingual Description, string Publisher, string AccessRights, IReadOnlyList<string> Keywords, string Page, string Modified);

/// <summary>Another catalogue.</summary>
/// <param name="Url">Where it is fetched; null: it is uploaded.</param>
/// <param name="Sha256">Of what was last taken in.</param>
public sealed record HarvestSource(string Id, Bilingual Title, string? Url, DateTimeOffset? TakenAt, int Datasets, string? Sha256)
{
    /// <summary>Why the last try failed.</summary>
    public string? Failed { get; init; }
}

/// <summary>Other catalogues, shown as 'elsewhere' and never mixed with what can be applied for here (H2).</summary>
public interface IHarvest
{
    IReadOnlyList<HarvestSource> Sources { get; }

    IReadOnlyList<(HarvestSource Source, HarvestedDataset Dataset)> Search(string? text);

    /// <summary>By the operator. Refused with <c>harvest.address</c>, <c>harvest.title</c>, <c>harvest.known</c>.</summary>
    Task<Outcome<HarvestSource>> RegisterAsync(string id, Bilingual title, string? url, Actor by, CancellationToken ct = default);

    /// <summary>Takes a document in as the whole of the source; what was of it before is gone. A refusal changes nothing but says why.</summary>
    Task<Outcome<HarvestSource>> UploadAsync(string id, byte[] document, Actor by, CancellationToken ct = default);

    /// <summary>Fetches the source and takes it in.</summary>
    Task<Outcome<HarvestSource>> FetchAsync(string id, Actor by, CancellationToken ct = default);

    Task<Outcome<bool>> RemoveAsync(string id, Actor by, CancellationToken ct = default);

    /// <summary>Fetches what was not fetched for a day.</summary>
    Task<Outcome<int>> FetchDueAsync(CancellationToken ct = default);
}
