using System.Text.Json;
using Minato.Catalogue;
using Minato.Intake;
using Minato.Warehouse;

namespace Minato.Demo;

/// <summary>The synthetic nation's description of itself: holders, their datasets, and the deliveries in order.</summary>
internal sealed record NationFile(IReadOnlyList<NationHolder> Holders, IReadOnlyList<NationDelivery> Deliveries)
{
    /// <summary>Written last: where it is, the nation is whole.</summary>
    public static string In(string folder) => Path.Combine(folder, "nation.json");

    public static NationFile Read(string folder) => JsonSerializer.Deserialize<NationFile>(File.ReadAllText(In(folder)), Cli.Printing.Json)!;
}

internal sealed record NationHolder(string Id, string NameJa, string NameEn, string Kind, IReadOnlyList<NationDataset> Datasets)
{
    public HolderRegistration AsRegistration() =>
        new(new HolderId(Id), new Bilingual(NameJa, NameEn), Kind, [.. Datasets.Select(d => new DatasetInfo(new DatasetId(d.Id), new HolderId(Id), d.Category, new Bilingual(d.TitleJa, d.TitleEn)))]);
}

internal sealed record NationDataset(
    string Id, DataCategory Category, string TitleJa, string TitleEn, string SummaryJa, string SummaryEn, string WhoNeedsItJa, string WhoNeedsItEn,
    string PriceClass, int DaysToObtain, IReadOnlyList<string> Keywords, string ContactPoint, string UpdateFrequency)
{
    public HolderDescription AsDescription() =>
        new(new(TitleJa, TitleEn), new(SummaryJa, SummaryEn), new(WhoNeedsItJa, WhoNeedsItEn), PriceClass, DaysToObtain, Keywords, ContactPoint, UpdateFrequency);
}

internal sealed record NationDelivery(string Holder, string Dataset, int Number, string Folder);
