using System.Text.Json.Serialization;
using Minato.Ledger;
using Minato.Warehouse;

namespace Minato.Catalogue;

[JsonDerivedType(typeof(DescribedByHolder), "described-by-holder")]
[JsonDerivedType(typeof(Attested), "attested")]
[JsonDerivedType(typeof(LabelJudged), "label-judged")]
internal abstract record CatalogueEvent
{
    private CatalogueEvent() { }

    public sealed record DescribedByHolder(HolderDescription Description) : CatalogueEvent;

    /// <summary>The holder says that the description still holds, within a year of last saying so (EHDS Art. 60(3)).</summary>
    public sealed record Attested : CatalogueEvent;

    /// <summary>The body looks into the quality label (EHDS Art. 78).</summary>
    public sealed record LabelJudged(LabelStanding Standing, string Reason) : CatalogueEvent;
}

/// <summary>What the holder said of a dataset (B3), and the body of its quality label.</summary>
/// <param name="Versions">Oldest first.</param>
internal sealed record HolderWords(IReadOnlyList<DescriptionVersion> Versions, DateTimeOffset? KeptAt = null, LabelJudgement? Label = null)
{
    private static readonly HolderWords Nothing = new([]);

    public HolderDescription? Description => Versions.Count == 0 ? null : Versions[^1].Description;

    public const string Prefix = "catalogue/";

    public static string StreamOf(DatasetId dataset) => $"{Prefix}{dataset}";

    public static HolderWords Evolve(HolderWords? state, CatalogueEvent e, RecordedEvent recorded) => e switch
    {
        CatalogueEvent.DescribedByHolder x => (state ?? Nothing) with { Versions = [.. state?.Versions ?? [], new(recorded.At, x.Description)], KeptAt = recorded.At },
        CatalogueEvent.Attested => (state ?? Nothing) with { KeptAt = recorded.At },
        CatalogueEvent.LabelJudged x => (state ?? Nothing) with { Label = new(x.Standing, x.Reason, recorded.At) },
        _ => throw new InvalidOperationException($"Unknown event {e.GetType().Name}"),
    };

    /// <summary>The holder describes its own datasets; the operator may do it for any.</summary>
    public static Outcome<IReadOnlyList<CatalogueEvent>> Decide(HolderWords? state, DatasetInfo dataset, HolderDescription description, Actor by, UseTerms terms)
    {
        if (!IsHolder(dataset, by) && !by.Is(Role.Operator) && !by.Is(Role.System))
        {
            return NotTheHolder;
        }

        if (Defect(description) is { } defect)
        {
            return defect;
        }

        if (terms.DefectOf(description.UseConditions) is { } wrong)
        {
            return Finding.Error("catalogue.use-conditions", $"The conditions of use cannot be taken: {wrong}", "Use codes of standards/use-conditions, with a value where the term asks for one", new Place(Field: "useConditions"));
        }

        return Outcome<IReadOnlyList<CatalogueEvent>>.Ok(IsSame(state?.Description, description) ? [] : [new CatalogueEvent.DescribedByHolder(description)]);
    }

    /// <summary>Nobody attests in the holder's place: it is the holder who knows.</summary>
    public static Outcome<IReadOnlyList<CatalogueEvent>> DecideAttested(HolderWords? state, DatasetInfo dataset, Actor by) =>
        !IsHolder(dataset, by) ? NotTheHolder
        : state?.Description is null ? Finding.Error("catalogue.nothing-to-attest", "The holder has not described this dataset yet", "Describe it first")
        : Outcome<IReadOnlyList<CatalogueEvent>>.Ok([new CatalogueEvent.Attested()]);

    /// <summary>A label is revoked only after the holder could know of the doubt.</summary>
    public static Outcome<IReadOnlyList<CatalogueEvent>> DecideLabel(HolderWords? state, LabelStanding standing, string reason, Actor by)
    {
        var now = state?.Label?.Standing ?? LabelStanding.Good;
        return !by.Is(Role.Operator) ? Finding.Error("catalogue.not-the-body", "Only the operator judges a quality label", "Tell the operator what you found")
            : reason?.Trim().Length is not > 0 || reason.Length > 2000 ? Finding.Error("catalogue.label-reason", "A judgement of a label needs a reason of at most 2,000 characters", "Say what was found", new Place(Field: "reason"))
            : !Enum.IsDefined(standing) ? Finding.Error("catalogue.label-standing", "There is no such standing of a label", "Say Good, Doubted or Revoked", new Place(Field: "standing"))
            : standing == now ? Outcome<IReadOnlyList<CatalogueEvent>>.Ok([])
            : standing == LabelStanding.Revoked && now != LabelStanding.Doubted ? Finding.Error("catalogue.label-not-doubted", "The holder has not been told of a doubt about the label", "Say the doubt first, and hear the holder")
            : Outcome<IReadOnlyList<CatalogueEvent>>.Ok([new CatalogueEvent.LabelJudged(standing, reason)]);
    }

    private static Finding NotTheHolder => Finding.Error("catalogue.not-the-holder", "Only the dataset's holder says this", "Sign in as somebody of the holder");

    private static bool IsHolder(DatasetInfo dataset, Actor by) => by.Is(Role.Holder) && string.Equals(by.Affiliation, dataset.Holder.Value, StringComparison.OrdinalIgnoreCase);

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

    private static bool IsSame(HolderDescription? a, HolderDescription b) => a is not null && a with { Keywords = [], UseConditions = [] } == b with { Keywords = [], UseConditions = [] } && a.Keywords.SequenceEqual(b.Keywords) && a.UseConditions.SequenceEqual(b.UseConditions);
}
