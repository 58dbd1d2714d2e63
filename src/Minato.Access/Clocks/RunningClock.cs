namespace Minato.Access;

public enum ClockState
{
    Running,

    /// <summary>Stands while somebody else must act.</summary>
    Held,

    /// <summary>Runs, and ends within the days in which a warning is given.</summary>
    DueSoon,
    Overdue,

    /// <summary>Stopped in time.</summary>
    Met,
    MetLate,

    /// <summary>The day has passed after which it could not be done (nobody had to).</summary>
    Passed,
}

/// <summary>A limit of time as it stands for one subject.</summary>
/// <param name="Subject">An application's id, a dataset's, a measure's, or <c>harbour</c>.</param>
/// <param name="Bearer">Who must be in time: <c>applicant</c>, <c>body</c>, <c>holder</c>, <c>user</c>, <c>operator</c>.</param>
/// <param name="Due">The last day, in Japan; for <paramref name="Keep"/>, the first day on which deletion is allowed.</param>
/// <param name="DaysLeft">Calendar days from today, negative when overdue; 0 once it has stopped.</param>
/// <param name="Aim">No law's limit, but one the body set itself.</param>
public sealed record RunningClock(
    string Id, Bilingual Label, string Subject, string Bearer, DateOnly StartedOn, DateOnly Due, ClockState State, DateTimeOffset? StoppedAt, int DaysLeft, int Extensions, int ExtensionsLeft, string Law,
    bool Keep, bool Aim, Bilingual? Consequence);
