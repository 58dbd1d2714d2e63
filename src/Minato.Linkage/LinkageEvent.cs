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
[JsonDerivedType(typeof(ProvisionsSeparated), "provisions-separated")]
[JsonDerivedType(typeof(ProvisionBegun), "provision-begun")]
[JsonDerivedType(typeof(ConversionApproved), "conversion-approved")]
[JsonDerivedType(typeof(KeyMade), "key-made")]
[JsonDerivedType(typeof(KeyRetired), "key-retired")]
[JsonDerivedType(typeof(KeyDestroyed), "key-destroyed")]
[JsonDerivedType(typeof(PseudonymsRenewed), "pseudonyms-renewed")]
[JsonDerivedType(typeof(Corrected), "corrected")]
[JsonDerivedType(typeof(Decided), "decided")]
[JsonDerivedType(typeof(DeskLooked), "desk-looked")]
[JsonDerivedType(typeof(WaySought), "way-sought")]
[JsonDerivedType(typeof(RowsAddressed), "rows-addressed")]
[JsonDerivedType(typeof(MissingCounted), "missing-counted")]
[JsonDerivedType(typeof(IdentifiedMany), "identified-many")]
internal abstract record LinkageEvent
{
    public sealed record Linked(string Holder, string Dataset, string Delivery, int Tickets, IReadOnlyDictionary<string, int> ByClass, int NewPersons, int Ambiguous, string Rules) : LinkageEvent;

    /// <summary>For a finding the way to a person was sought. Whose, and whether there is one, is not said.</summary>
    public sealed record WaySought(string Permit) : LinkageEvent;

    /// <summary>Rows of a project were addressed to a holder's own patients.</summary>
    /// <summary>Persons were sought for records of care.</summary>
    public sealed record IdentifiedMany(int Asked, int Found) : LinkageEvent;

    /// <summary>How many of a dataset's people a set of choices leaves out was counted, by group.</summary>
    public sealed record MissingCounted(string Dataset, int People, string RefusalSet) : LinkageEvent;

    public sealed record RowsAddressed(string Permit, string Holder, int Asked, int Addressed, IReadOnlyList<string> RefusalSets) : LinkageEvent;

    public sealed record HistoryImported(int Changes, int Used) : LinkageEvent;

    public sealed record ProjectOpened(string Permit, IReadOnlyList<string> Datasets, DateTimeOffset Until) : LinkageEvent;

    public sealed record ProjectClosed(string Permit) : LinkageEvent;

    /// <param name="KeyEpoch">The project's key that was used.</param>
    /// <param name="DatasetKeyEpoch">The dataset's newest key.</param>
    /// <param name="OfFormerEpoch">People who were still named under a former key of the dataset.</param>
    public sealed record Converted(
        string Permit, string Dataset, int Asked, int Withheld, string RefusalSet, DateTimeOffset RefusalsAsOf, string KeyEpoch, string? DatasetKeyEpoch = null, int OfFormerEpoch = 0)
        : LinkageEvent;

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

    /// <summary>From now on each provision of the project has pseudonyms of its own.</summary>
    public sealed record ProvisionsSeparated(string Permit) : LinkageEvent;

    public sealed record ProvisionBegun(string Permit, string Provision) : LinkageEvent;

    /// <summary>Whoever recorded this allows others to have so many people converted for the permit on this day.</summary>
    public sealed record ConversionApproved(string Permit, long People, string Reason) : LinkageEvent;

    /// <summary>A domain has a new key. The commitment binds to it and does not show it.</summary>
    /// <param name="Domain">Name of the domain, for example <c>domain/dataset/claims</c>.</param>
    public sealed record KeyMade(string Domain, int Epoch, string Commitment) : LinkageEvent;

    /// <summary>The key is used no more, and is about to be destroyed.</summary>
    public sealed record KeyRetired(string Domain, int Epoch, string Reason) : LinkageEvent;

    /// <summary>The statement that the key is gone.</summary>
    /// <param name="Commitment">The one that was made with the key.</param>
    /// <param name="MadeAt">Ledger index of the <see cref="KeyMade"/> that it belongs to.</param>
    public sealed record KeyDestroyed(string Domain, int Epoch, string Commitment, long MadeAt) : LinkageEvent;

    /// <summary>A dataset was given the new names of so many of its people.</summary>
    public sealed record PseudonymsRenewed(string Dataset, int People, int OfFormerEpoch, string KeyEpoch) : LinkageEvent;

    /// <summary>Answers given before were corrected; each dataset and project is told its own. Counts only.</summary>
    /// <param name="Last">The number of the last of these corrections.</param>
    public sealed record Corrected(int Merged, int Parted, int Moved, string Reason, long Last) : LinkageEvent;

    /// <summary>The desk's word on a case of its queue. The case's id says nothing without Linkage's key.</summary>
    public sealed record Decided(string Case, string Verdict, string Reason) : LinkageEvent;

    /// <summary>The desk looked at so many cases: seeing identities leaves a trace.</summary>
    public sealed record DeskLooked(int Cases) : LinkageEvent;
}
