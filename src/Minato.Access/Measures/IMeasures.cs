namespace Minato.Access;

/// <summary>What a body may do about a breach (F5; EHDS 63), from the mildest to the gravest.</summary>
public enum MeasureKind
{
    Warning,

    /// <summary>Something must be done by the user.</summary>
    Instruction,

    /// <summary>The permit stands still.</summary>
    Suspension,

    /// <summary>The permit ends.</summary>
    Revocation,

    /// <summary>Neither applies nor belongs to a permit, for up to five years.</summary>
    Exclusion,
}

public enum MeasureState
{
    Opened,

    /// <summary>The person concerned may answer.</summary>
    Hearing,
    Heard,

    /// <summary>The measure is in force, or was.</summary>
    Decided,
    Appealed,
    Reversed,
    Dropped,
}

/// <summary>A case about a breach, as it stands.</summary>
/// <param name="Breach">What was breached, by the article or the permit's duty.</param>
/// <param name="Facts">What is held against the person; not published.</param>
public sealed record MeasureView(
    string Id, MeasureState State, ActorId Respondent, string Organisation, PermitId? Permit, string Breach, string Facts, ActorId OpenedBy, DateTimeOffset OpenedAt)
{
    public IReadOnlyList<string> Answers { get; init; } = [];

    public MeasureKind? Kind { get; init; }

    /// <summary>Also the organisation is excluded.</summary>
    public bool OfOrganisation { get; init; }

    public string? Reasons { get; init; }

    /// <summary>What the public reads.</summary>
    public Bilingual? Summary { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>End of an exclusion.</summary>
    public DateTimeOffset? Until { get; init; }

    public string? AppealReason { get; init; }

    public string? ReversedBecause { get; init; }

    /// <summary>The permit was suspended when the case was opened, because waiting would have done harm.</summary>
    public bool Urgent { get; init; }

    public bool IsInForce(DateTimeOffset now) => State is MeasureState.Decided or MeasureState.Appealed && !(Until <= now);
}

/// <summary>What is done with a case. Who may do it in which state is <see cref="MeasureTable"/>.</summary>
public abstract record MeasureCommand
{
    private MeasureCommand() { }

    public sealed record OpenHearing : MeasureCommand;

    public sealed record Answer(string Text) : MeasureCommand;

    /// <param name="Months">Of an exclusion: 1 to 60.</param>
    /// <param name="Summary">Published, without names of people.</param>
    public sealed record Decide(MeasureKind Kind, string Reasons, Bilingual Summary, int Months = 0, bool OfOrganisation = false) : MeasureCommand;

    public sealed record Drop(string Reason) : MeasureCommand;

    public sealed record Appeal(string Reason) : MeasureCommand;

    /// <summary>Takes the measure back: permits that it suspended go on.</summary>
    public sealed record Reverse(string Reason) : MeasureCommand;

    /// <summary>The appeal changes nothing.</summary>
    public sealed record Uphold(string Reason) : MeasureCommand;
}

/// <param name="Urgent">Suspends the permit at once, before the hearing.</param>
public sealed record MeasureReport(ActorId Respondent, string Organisation, PermitId? Permit, string Breach, string Facts, bool Urgent = false);

/// <summary>Cases about breaches: report, hearing, measure, publication, reversal (F4, F5; EHDS 63). A measure takes effect on permits at once.</summary>
public interface IMeasures
{
    Task<Outcome<MeasureView>> OpenAsync(MeasureReport report, Actor by, CancellationToken ct = default);

    Task<Outcome<MeasureView>> ExecuteAsync(string id, MeasureCommand command, Actor by, CancellationToken ct = default);

    /// <summary>Operators and auditors see all; a person sees what concerns themself.</summary>
    IReadOnlyList<MeasureView> VisibleTo(Actor actor);

    IReadOnlyList<string> PermittedCommands(string id, Actor actor);

    /// <summary>Measures that were decided, also those taken back, without names of people.</summary>
    IReadOnlyList<MeasureView> Published { get; }

    /// <summary>Limits of time of a case, for who sees it.</summary>
    IReadOnlyList<RunningClock> ClocksOf(string id, Actor actor);

    bool IsExcluded(ActorId person, string organisation);
}
