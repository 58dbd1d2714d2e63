using Minato.Workspace;

namespace Minato.Release;

/// <summary>Where a submission stands. What can be done in which state, and by whom, is <see cref="ExitTable"/>.</summary>
public enum SubmissionState
{
    /// <summary>Declared and not handed in; nothing was checked.</summary>
    Draft,

    /// <summary>A hard rule stopped it: it cannot leave as it is.</summary>
    Stopped,

    /// <summary>Machine checks passed; waits for people.</summary>
    InReview,

    /// <summary>People gave it back with what is to be mended.</summary>
    Returned,
    Refused,

    /// <summary>Refused, and looked at once more by others because its makers asked for it.</summary>
    Appealed,

    /// <summary>Its makers took it back.</summary>
    Withdrawn,
    Released,

    /// <summary>Released, and a member has taken it home.</summary>
    Fetched,
}

/// <summary>What a file is said to be: the classes of statistics of output checking (ACRO's ontology calls them statbarns). What is checked of each stands in the output rules.</summary>
public enum OutputKind
{
    /// <summary>Counts of persons by categories.</summary>
    FrequencyTable,

    /// <summary>Sums and means by categories.</summary>
    MagnitudeTable,

    /// <summary>A picture, with the table behind it.</summary>
    Figure,

    /// <summary>Medians and other percentiles.</summary>
    Positions,

    /// <summary>Smallest and largest values.</summary>
    Endpoints,

    /// <summary>Standard deviations, skewness and the like.</summary>
    Shape,

    /// <summary>Odds ratios, risk ratios, standardised ratios.</summary>
    Ratios,

    /// <summary>Correlation coefficients.</summary>
    Correlations,

    /// <summary>Test statistics and p values.</summary>
    Tests,

    /// <summary>Coefficients of a fitted model.</summary>
    Model,

    /// <summary>Persons at risk, events and survival over time.</summary>
    Survival,

    /// <summary>Gini coefficients and other measures of concentration.</summary>
    Concentration,

    /// <summary>Groups found in the data, by their sizes and centres.</summary>
    Clusters,

    /// <summary>Words: a report or a log.</summary>
    Text,

    /// <summary>A program.</summary>
    Code,
}

/// <summary>
/// One file to be let out. For tables: which column holds the counts of persons behind each row. For figures, and for ratios: the CSV (also in
/// the submission) with the numbers behind it. For sums: a CSV of contributions, which is looked at and does not leave.
/// </summary>
public sealed record OutputDeclaration(string RunId, string FileName, OutputKind Kind, IReadOnlyList<string> DimensionColumns, string? CountColumn, string? UnderlyingFile, string Description)
{
    /// <summary>The column of residual degrees of freedom, where the class asks for it.</summary>
    public string? DegreesOfFreedomColumn { get; init; }
}

/// <summary>One check's result. <paramref name="Hard"/>: nobody can overrule it.</summary>
public sealed record OutputCheck(string File, string Rule, bool Passed, bool Hard, Bilingual Reason, string? Where);

/// <summary>What the machine proposes.</summary>
public enum Proposal
{
    /// <summary>Every check passed.</summary>
    Release,

    /// <summary>A hard rule failed, and a version that passes lies ready (<see cref="SubmissionView.Mended"/>).</summary>
    Mend,

    /// <summary>Nothing hard failed; people must look at what is marked.</summary>
    Review,

    /// <summary>A hard rule failed, and its makers must change it.</summary>
    Refuse,
}

/// <summary>What one checker said. Kept from the others until the matter is decided, so that each looks for themselves.</summary>
public sealed record ExitOpinion(ActorId By, ExitVerdict Verdict, string Reasons, DateTimeOffset At);

public enum ExitVerdict
{
    Release,
    Return,
    Refuse,
}

public sealed record SubmissionView(
    string Id, PermitId Permit, ActorId By, SubmissionState State, IReadOnlyList<OutputDeclaration> Files, IReadOnlyList<OutputCheck> Checks, string OutputRules,
    ActorId? DecidedBy, string? Reasons, DateTimeOffset SubmittedAt, DateTimeOffset? DecidedAt, IReadOnlyDictionary<string, string> Sha256ByFile)
{
    public Proposal Proposal { get; init; }

    /// <summary>Files that were made safe and lie ready, by name: their SHA-256.</summary>
    public IReadOnlyDictionary<string, string> Mended { get; init; } = new Dictionary<string, string>();

    /// <summary>How many people must agree before it leaves, each for themselves.</summary>
    public int PeopleNeeded { get; init; } = 1;

    /// <summary>What was said in the present round; an appeal begins a new one.</summary>
    public IReadOnlyList<ExitOpinion> Opinions { get; init; } = [];

    /// <summary>Everybody who decided on it before the present round: they do not decide on the appeal.</summary>
    public IReadOnlyList<ActorId> DecidedBefore { get; init; } = [];

    /// <summary>Why its makers think that the refusal was wrong.</summary>
    public string? Appeal { get; init; }

    /// <summary>The submission that this one mends.</summary>
    public string? Mends { get; init; }

    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>SHA-256 of the dossier of a release (<see cref="IRelease.Dossier"/>).</summary>
    public string? DossierSha256 { get; init; }

    /// <summary>Whether it left.</summary>
    public bool IsOut => State is SubmissionState.Released or SubmissionState.Fetched;
}

/// <summary>A file that left: only Release can make one.</summary>
public sealed record ReleasedFile
{
    internal ReleasedFile() { }

    public required string Submission { get; init; }

    public required PermitId Permit { get; init; }

    public required string Name { get; init; }

    public required string Sha256 { get; init; }

    public required long Bytes { get; init; }
}

/// <summary>How the exit works, in figures that everybody may see.</summary>
/// <param name="MedianHours">From submission to decision, of those that people decided; null where there is none.</param>
/// <param name="SlowestHours">The slowest of them.</param>
/// <param name="OldestWaitingHours">How long the oldest open one has been waiting.</param>
/// <param name="StoppedBy">Hard rules that stopped submissions, and how many.</param>
public sealed record ExitFigures(
    int Submitted, int Released, int Stopped, int Returned, int Refused, int Waiting, double? MedianHours, double? SlowestHours, double? OldestWaitingHours, IReadOnlyDictionary<string, int> StoppedBy);

/// <summary>A class of output as the rules in force know it, for forms.</summary>
/// <param name="Files">Endings of file names.</param>
/// <param name="Asks">What a declaration must name: <c>count</c>, <c>degreesOfFreedom</c>, <c>underlying</c>.</param>
public sealed record OutputClass(OutputKind Kind, Bilingual Title, Bilingual Says, IReadOnlyList<string> Files, IReadOnlyList<string> Asks);

/// <summary>Exit control (D8): machine checks with reasons, then people. Everything is published, refusals too.</summary>
public interface IRelease
{
    /// <summary>The classes of output and what each must be declared with.</summary>
    IReadOnlyList<OutputClass> Classes { get; }

    /// <summary>What a run's programs declared of their own results (<c>NAME.minato.json</c> beside a result, as the helper libraries write it). Broken ones are findings.</summary>
    Outcome<IReadOnlyList<OutputDeclaration>> DeclaredIn(PermitId permit, string run, Actor by);

    /// <summary>Keeps declarations to go on with later; with <paramref name="draft"/>, instead of those of that draft.</summary>
    Task<Outcome<SubmissionView>> SaveDraftAsync(PermitId permit, IReadOnlyList<OutputDeclaration> files, Actor by, string? draft = null, CancellationToken ct = default);

    /// <summary>Hands files in: they are copied, checked, and stopped or put before people. With <paramref name="mends"/>, instead of a draft or of what was stopped or returned.</summary>
    Task<Outcome<SubmissionView>> SubmitAsync(PermitId permit, IReadOnlyList<OutputDeclaration> files, Actor by, string? mends = null, CancellationToken ct = default);

    /// <summary>Hands in the version that lies ready for what was stopped (<see cref="Proposal.Mend"/>).</summary>
    Task<Outcome<SubmissionView>> AcceptMendedAsync(string submission, Actor by, CancellationToken ct = default);

    /// <summary>
    /// A checker who is no member of the project says what they think. It leaves once as many have agreed as it needs; one who returns or refuses it
    /// decides at once. Refused where a hard rule failed.
    /// </summary>
    Task<Outcome<SubmissionView>> DecideAsync(string submission, ExitVerdict verdict, string reasons, Actor by, CancellationToken ct = default);

    /// <summary>Its makers ask others to look at a refusal.</summary>
    Task<Outcome<SubmissionView>> AppealAsync(string submission, string reasons, Actor by, CancellationToken ct = default);

    Task<Outcome<SubmissionView>> WithdrawAsync(string submission, Actor by, CancellationToken ct = default);

    /// <summary>A submitted file for the eyes of the checker who decides; the look is recorded. It is not released by this.</summary>
    Task<Outcome<Stream>> InspectAsync(string submission, string name, Actor by, CancellationToken ct = default);

    SubmissionView? Find(string submission);

    IReadOnlyList<SubmissionView> VisibleTo(Actor actor);

    /// <summary>All decisions for the public: titles, states and reasons, no content of stopped files.</summary>
    IReadOnlyList<SubmissionView> Published { get; }

    ExitFigures Figures { get; }

    /// <summary>The file, for members of the project and (once released) the public record. The first time that a member takes it is recorded.</summary>
    Task<Outcome<(ReleasedFile File, Stream Content)>> FetchAsync(string submission, string name, Actor by, CancellationToken ct = default);

    /// <summary>
    /// The dossier of a release as JSON: who made it, under which permit, of which data, by which program, what was checked under which rules, who decided
    /// and why, and on which terms. For members of the project, output checkers, the operator and auditors.
    /// </summary>
    Outcome<ReadOnlyMemory<byte>> Dossier(string submission, Actor by);
}
