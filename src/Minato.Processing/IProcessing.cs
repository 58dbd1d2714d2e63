using Minato.Processing.Standards;

namespace Minato.Processing;

/// <summary>One file of an extraction.</summary>
public sealed record ExtractedFile(string Path, string Table, string Dataset, long Rows, long Bytes, string Sha256);

/// <summary>How many were left after each step of the cohort (counted on linked persons).</summary>
public sealed record FlowStep(string Name, long Persons);

/// <summary>The choices applied for one dataset: the evidence that refusals were honoured (E3).</summary>
/// <param name="SetId">Names policy, ledger position and hash of the set of choices as of <paramref name="AsOf"/>.</param>
public sealed record RefusalEvidence(string Dataset, string SetId, DateTimeOffset AsOf, long PersonsBefore, long Withheld)
{
    /// <summary>The set of choices as of the permit's beginning, so that it is seen what was refused since.</summary>
    public string? AtPermit { get; init; }

    public long PersonsAfter => PersonsBefore - Withheld;
}

/// <summary>The datasets together: sums over them, and the distinct <paramref name="Persons"/> that they are once linked.</summary>
public sealed record LinkedEvidence(long Before, long Withheld, long After, long Persons);

/// <summary>Persons whose rows in a table are new, others than before, or gone.</summary>
public sealed record TableChange(string Table, long Added, long Changed, long Withdrawn);

/// <summary>A refresh: an extraction against the permit's former one.</summary>
/// <param name="Former">Id of the extraction compared with.</param>
/// <param name="Withdrawn">Persons who are not in it any more, among them all who refused since.</param>
/// <param name="File"><c>person_id, change</c>: added, changed or withdrawn.</param>
public sealed record ExtractionChanges(string Former, long Added, long Changed, long Withdrawn, IReadOnlyList<TableChange> Tables, ExtractedFile File);

/// <summary>How a dataset stood when it was extracted: what its holders had confirmed (データ確定), and what was left out because it was under embargo (B6).</summary>
/// <param name="Preliminary">Deliveries, of <paramref name="Deliveries"/>, of which not everything was confirmed.</param>
/// <param name="ConfirmedThrough">What happened up to that day was confirmed in every delivery.</param>
/// <param name="Embargoed">Deliveries under embargo; what came since the first of them was left out.</param>
/// <param name="EmbargoUntil">First day on which all of them may be used.</param>
public sealed record StandingEvidence(string Dataset, int Deliveries, int Preliminary, DateOnly? ConfirmedThrough, IReadOnlyList<string> Embargoed, DateOnly? EmbargoUntil);

/// <summary>
/// Everything that made an extraction (H12): repeat it with the same manifest and the bytes are the same.
/// <paramref name="Id"/> is the SHA-256 of the content, without the times and standings.
/// </summary>
public sealed record ExtractionManifest(
    string Id,
    string Permit,
    IReadOnlyDictionary<string, string> Snapshots,
    string ProcessingStandard,
    string CodeVersion,
    string VocabularyVersion,
    string KeyEpoch,
    string CohortSha256,
    IReadOnlyList<RefusalEvidence> Refusals,
    IReadOnlyList<FlowStep> Flow,
    long Persons,
    IReadOnlyList<ExtractedFile> Files,
    DateTimeOffset ChoicesAsOf,
    DateTimeOffset MadeAt)
{
    /// <summary>It lies under this name beside the extraction's files.</summary>
    public const string FileName = "manifest.json";

    /// <summary>SHA-256 of the standard's file: the version alone could lie.</summary>
    public string ProcessingStandardSha256 { get; init; } = "";

    /// <summary>How each dataset stood; not part of <see cref="Id"/>, for holders confirm and embargoes end while the data stay the same.</summary>
    public IReadOnlyList<StandingEvidence> Standings { get; init; } = [];

    public LinkedEvidence? Linked { get; init; }

    /// <summary>Against the former extraction of the permit; null where there is none under the same keys and standard. Not part of <see cref="Id"/>.</summary>
    public ExtractionChanges? Changes { get; init; }

    /// <summary>What an outsider who knows the quasi-identifiers could do with the person file; null where none of them was granted.</summary>
    public RemainingRisk? Risk { get; init; }

    /// <summary>The same, before and after processing, for three kinds of attackers; null where <see cref="Risk"/> is.</summary>
    public ComparedRisk? Compared { get; init; }
}

/// <summary>
/// Re-identification risk measured on the person file as handed over (H9). Shares and risks are of 1.
/// </summary>
/// <param name="SmallestClass">k: how many persons at least share the same quasi-identifiers.</param>
/// <param name="ShareUnique">Share of persons that nobody else resembles.</param>
/// <param name="ProsecutorHighest">1 / <paramref name="SmallestClass"/>.</param>
/// <param name="ProsecutorAverage">Expected share of right guesses if everybody were guessed.</param>
/// <param name="LeftOut">Persons left out because too few resembled them.</param>
/// <param name="RareRows">Rows left out because their code belonged to too few persons.</param>
public sealed record RemainingRisk(
    IReadOnlyList<string> QuasiIdentifiers, long Persons, long SmallestClass, double ShareUnique, double ProsecutorHighest, double ProsecutorAverage, int RequiredK, long LeftOut, long RareRows);

/// <summary>How many files were deleted, and what they took.</summary>
public sealed record ErasedExtractions(int Files, long Bytes);

/// <summary>Link, leave out who refused, select, process, measure (H3, H4): exactly what the permit says.</summary>
public interface IProcessing
{
    /// <summary>
    /// Makes the extraction of a permit in force. With <paramref name="repeat"/>, the same snapshots and choices as that manifest: a check
    /// that it comes out the same (findings say where not), by the operator, not listed in <see cref="Extractions"/>.
    /// </summary>
    Task<Outcome<ExtractionManifest>> ExtractAsync(PermitId permit, Actor by, ExtractionManifest? repeat = null, IProgress<Step>? progress = null, CancellationToken ct = default);

    IReadOnlyList<ExtractionManifest> Extractions(PermitId permit);

    /// <summary>
    /// Whether the choices that an extraction names are the ledger's, and Linkage converted and withheld as it says. For auditors and operators. Refused with
    /// what does not fit: <c>proof.choices</c>, <c>proof.conversion</c>, <c>proof.linked</c>.
    /// </summary>
    Outcome<IReadOnlyList<RefusalEvidence>> ProveRefusals(PermitId permit, string extractionId, Actor by) =>
        Finding.Error("processing.not-here", "This node extracts nothing", "Ask the node that runs Processing");

    /// <summary>
    /// Makes the table of a permit that asks for nothing else (decision 0084): small cells and what would betray them are hidden, and no rows are handed over. By the operator or a member.
    /// Refused with <c>statistics.not-asked</c>, <c>statistics.variable</c>, <c>statistics.differencing</c>, or as an extraction is.
    /// </summary>
    Task<Outcome<StatisticsTable>> TabulateAsync(PermitId permit, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default) =>
        Task.FromResult<Outcome<StatisticsTable>>(Finding.Error("processing.not-here", "This node makes no tables", "Ask the node that runs Processing"));

    /// <summary>The tables that were made for all permits.</summary>
    IReadOnlyList<StatisticsTable> AllTables => [];

    /// <summary>The tables that were made for a permit, oldest first.</summary>
    IReadOnlyList<StatisticsTable> Tables(PermitId permit) => [];

    /// <summary>
    /// Whether rows under the permit's processing standard may be put there; with <paramref name="extraction"/>, whether what was made may. Refused with <c>standard.place</c>, <c>standard.no-rows</c>, or <c>standard.changed</c>
    /// where the standard is not the one that the extraction was made under.
    /// </summary>
    Outcome<bool> MayBePut(PermitId permit, DataPlace place, string? extraction = null) =>
        Finding.Error("processing.not-here", "This node extracts nothing", "Ask the node that runs Processing");

    /// <summary>The folder of an extraction's files.</summary>
    string FolderOf(PermitId permit, string extractionId);

    /// <summary>
    /// Deletes the files of every extraction of a permit, when its project space is erased. Manifests stay on the ledger: by them the same could be made again, where
    /// the project's keys were not destroyed. Doing it twice is no error.
    /// </summary>
    ErasedExtractions Erase(PermitId permit) => new(0, 0);

    /// <summary>Checks a cohort definition without running it; findings name the node.</summary>
    Outcome<bool> CheckCohort(string circeJson);

    /// <summary>
    /// About how many persons a draft cohort would have, step by step, over the latest snapshots and without those who refused (decision 0083). For
    /// researchers; each new number costs one of the month's. Refused with <c>feasibility.role</c>, <c>budget.spent</c>, or what is wrong with the cohort.
    /// </summary>
    Task<Outcome<FeasibilityAnswer>> AskFeasibilityAsync(FeasibilityQuestion question, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default) =>
        Task.FromResult<Outcome<FeasibilityAnswer>>(Finding.Error("feasibility.not-here", "This node does not count before applying", "Ask the node that runs Processing"));

    /// <summary>New numbers that are left to somebody this month.</summary>
    Outcome<long> FeasibilityLeft(Actor by) => 0;
}
