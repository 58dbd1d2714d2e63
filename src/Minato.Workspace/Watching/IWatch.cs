namespace Minato.Workspace.Watching;

/// <summary>What may be done to a person's work under one permit. What goes further (exclusion, publication) is Access's.</summary>
public enum WatchMeasure
{
    Warn,

    /// <summary>Nothing new begins; what runs may end.</summary>
    Suspend,

    /// <summary>Nothing begins, and what runs is ended at once.</summary>
    CutOff,
}

/// <summary>Where an alert stands. What can be done in which state, and by whom, is <see cref="WatchTable"/>.</summary>
public enum AlertState
{
    Open,

    /// <summary>A measure is in force.</summary>
    Measured,

    /// <summary>There was nothing to it.</summary>
    Closed,

    /// <summary>The measure was taken back.</summary>
    Reversed,
}

/// <summary>Something that a rule saw. Runs by their ids; never what was in them.</summary>
/// <param name="Rules">Rules under which it was raised, <c>id@version</c>.</param>
/// <param name="Count">What the rule counted: runs, or bytes.</param>
public sealed record WatchAlert(
    string Id, PermitId Permit, ActorId Member, AlertState State, string Rule, string Rules, Bilingual Title, Bilingual Reason, IReadOnlyList<string> Runs, long Count, WatchMeasure Proposes, DateTimeOffset At)
{
    public WatchMeasure? Measure { get; init; }

    /// <summary>Who took the measure, closed the alert or took the measure back; the harbour itself, where the rule takes its measure at once.</summary>
    public ActorId? By { get; init; }

    public string? Reasons { get; init; }

    /// <summary>What the person concerned answered, oldest first.</summary>
    public IReadOnlyList<string> Answers { get; init; } = [];
}

/// <summary>What was noticed of one run: figures and the rules whose sign it bears.</summary>
/// <param name="Alike">A hash that programs share which differ in numbers and texts only.</param>
public sealed record WatchedRun(
    string Run, ActorId Member, JobLanguage Language, string CodeSha256, string Alike, IReadOnlyList<string> Signs, DateTimeOffset At, string? State, int? ExitCode, double CpuSeconds, long OutBytes);

/// <summary>
/// Watching (F5): every run leaves its figures and the signs of rules on the ledger; rules that are data raise alerts and propose measures; a person takes them, or the rule does at once for the
/// gravest; the person concerned can answer, and a measure can be taken back. Nothing of it quotes a value.
/// </summary>
public interface IWatch
{
    /// <summary>Operators and auditors see all; a member sees what concerns themself.</summary>
    IReadOnlyList<WatchAlert> VisibleTo(Actor actor);

    /// <summary>The activity under a permit, for operators and auditors.</summary>
    Outcome<IReadOnlyList<WatchedRun>> Activity(PermitId permit, Actor by);

    /// <summary>Permits under which something was watched.</summary>
    IReadOnlyList<PermitId> Permits { get; }

    Task<Outcome<WatchAlert>> TakeAsync(PermitId permit, string alert, WatchMeasure measure, string reasons, Actor by, CancellationToken ct = default);

    /// <summary>Says that there was nothing to it.</summary>
    Task<Outcome<WatchAlert>> CloseAsync(PermitId permit, string alert, string reasons, Actor by, CancellationToken ct = default);

    Task<Outcome<WatchAlert>> AnswerAsync(PermitId permit, string alert, string text, Actor by, CancellationToken ct = default);

    Task<Outcome<WatchAlert>> ReverseAsync(PermitId permit, string alert, string reasons, Actor by, CancellationToken ct = default);
}

/// <summary>What the environment asks and tells the watch.</summary>
public interface IJobWatch
{
    /// <summary>The measure in force against this person's work under this permit, or null.</summary>
    /// <param name="running">Asked for what runs already: only being cut off ends that.</param>
    Finding? Bar(PermitId permit, ActorId member, bool running = false);

    /// <summary>A run begins with this program.</summary>
    Task BeganAsync(JobRun run, string code);

    /// <summary>A run ended and wrote this log.</summary>
    Task EndedAsync(JobRun run, string log);
}
