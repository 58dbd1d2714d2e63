using System.Text.Json.Serialization;

namespace Minato.Linkage;

/// <summary>What Linkage tells the ledger. No event holds a name, a number or a handle.</summary>
[JsonDerivedType(typeof(Linked), "linked")]
[JsonDerivedType(typeof(HistoryImported), "history-imported")]
[JsonDerivedType(typeof(ProjectOpened), "project-opened")]
[JsonDerivedType(typeof(ProjectClosed), "project-closed")]
[JsonDerivedType(typeof(Converted), "converted")]
[JsonDerivedType(typeof(ConversionRefused), "conversion-refused")]
[JsonDerivedType(typeof(UseRecorded), "use-recorded")]
[JsonDerivedType(typeof(Identified), "identified")]
[JsonDerivedType(typeof(PersonsMerged), "persons-merged")]
[JsonDerivedType(typeof(PersonsSplit), "persons-split")]
[JsonDerivedType(typeof(NormalisedAnew), "normalised-anew")]
internal abstract record LinkageEvent
{
    public sealed record Linked(string Holder, string Dataset, string Delivery, int Tickets, IReadOnlyDictionary<string, int> ByClass, int NewPersons, int Ambiguous, string Rules) : LinkageEvent;

    public sealed record HistoryImported(int Changes, int Used) : LinkageEvent;

    public sealed record ProjectOpened(string Permit, IReadOnlyList<string> Datasets, DateTimeOffset Until) : LinkageEvent;

    public sealed record ProjectClosed(string Permit) : LinkageEvent;

    public sealed record Converted(string Permit, string Dataset, int Asked, int Withheld, string RefusalSet, DateTimeOffset RefusalsAsOf, string KeyEpoch) : LinkageEvent;

    public sealed record ConversionRefused(string Permit, string Dataset, int Asked, string Code) : LinkageEvent;

    public sealed record UseRecorded(string Permit, string Extraction, int People) : LinkageEvent;

    /// <summary>Somebody signed in and was, or was not, found. Which person is not said.</summary>
    public sealed record Identified(bool Found) : LinkageEvent;

    /// <param name="Kept">Citizen pseudonym of the person who stays.</param>
    /// <param name="Merged">Citizen pseudonym of the person who becomes a tombstone.</param>
    /// <param name="Rule">The rule that joined them, or <c>desk</c>.</param>
    public sealed record PersonsMerged(string Id, string Kept, string Merged, string Rule, string Reason) : LinkageEvent;

    public sealed record PersonsSplit(string Id, string Reason) : LinkageEvent;

    /// <summary>The normalisation changed, and all sealed identities were read anew.</summary>
    public sealed record NormalisedAnew(string From, string To, int Identities) : LinkageEvent;
}
