using System.Text.Json.Serialization;
using Minato.Ledger;
using Minato.Warehouse;

namespace Minato.Catalogue;

[JsonDerivedType(typeof(DescribedByHolder), "described-by-holder")]
internal abstract record CatalogueEvent
{
    private CatalogueEvent() { }

    public sealed record DescribedByHolder(HolderDescription Description) : CatalogueEvent;
}

/// <summary>What the holder last said of a dataset (B3).</summary>
internal sealed record HolderWords(HolderDescription Description, long Version)
{
    public const string Prefix = "catalogue/";

    public static string StreamOf(DatasetId dataset) => $"{Prefix}{dataset}";

    public static HolderWords Evolve(HolderWords? state, CatalogueEvent e, RecordedEvent recorded) => e switch
    {
        CatalogueEvent.DescribedByHolder x => new HolderWords(x.Description, recorded.Version),
        _ => throw new InvalidOperationException($"Unknown event {e.GetType().Name}"),
    };

    /// <summary>The holder describes its own datasets; the operator may do it for any.</summary>
    public static Outcome<IReadOnlyList<CatalogueEvent>> Decide(HolderWords? state, DatasetInfo dataset, HolderDescription description, Actor by)
    {
        var isHolder = by.Is(Role.Holder) && string.Equals(by.Affiliation, dataset.Holder.Value, StringComparison.OrdinalIgnoreCase);
        if (!isHolder && !by.Is(Role.Operator) && !by.Is(Role.System))
        {
            return Finding.Error("catalogue.not-the-holder", "Only the dataset's holder or the operator describes it", "Sign in as somebody of the holder");
        }

        if (Defect(description) is { } defect)
        {
            return defect;
        }

        return Outcome<IReadOnlyList<CatalogueEvent>>.Ok(IsSame(state?.Description, description) ? [] : [new CatalogueEvent.DescribedByHolder(description)]);
    }

    private static Finding? Defect(HolderDescription? d)
    {
        static Finding Missing(string field) => Finding.Error("catalogue.description", $"The description's {field} is empty, too long or not valid", "Complete the description", new Place(Field: field));
        static bool Text(string? text, int most) => text?.Trim().Length is > 0 && text.Length <= most;
        static bool Both(Bilingual? text, int most) => Text(text?.Ja, most) && Text(text?.En, most);
        return d is null ? Missing("content")
            : !Both(d.Title, 200) ? Missing("title")
            : !Both(d.Summary, 4000) ? Missing("summary")
            : !Both(d.WhoNeedsIt, 2000) ? Missing("whoNeedsIt")
            : !Text(d.PriceClass, 40) ? Missing("priceClass")
            : d.DaysToObtain is < 0 or > 3650 ? Missing("daysToObtain")
            : d.Keywords is null || d.Keywords.Count > 50 || d.Keywords.Any(k => !Text(k, 100)) ? Missing("keywords")
            : !Text(d.ContactPoint, 200) ? Missing("contactPoint")
            : !Text(d.UpdateFrequency, 40) ? Missing("updateFrequency")
            : d.PopulationCoverage is { } coverage && !Both(coverage, 2000) ? Missing("populationCoverage")
            : !Enum.IsDefined(d.Access) ? Missing("access")
            : null;
    }

    private static bool IsSame(HolderDescription? a, HolderDescription b) => a is not null && a with { Keywords = [] } == b with { Keywords = [] } && a.Keywords.SequenceEqual(b.Keywords);
}
