namespace Minato.Access;

/// <summary>All limits of time (<c>standards/clocks/</c>): whose they are, what starts and stops them, how long they run.</summary>
/// <param name="Accelerated">Purposes that are decided in the shorter time (EHDS 68(6)).</param>
internal sealed record ClockStandard(string Id, string Version, DateOnly ValidFrom, Bilingual Title, IReadOnlyList<string> Accelerated, IReadOnlyList<ClockRule> Rules) : IStandard
{
    public string? Defect =>
        Rules.Count == 0 ? "it has no limits"
        : Rules.DistinctBy(r => r.Id).Count() != Rules.Count ? "a limit is listed twice"
        : Rules.FirstOrDefault(r => r.Defect is not null) is { } bad ? $"the limit '{bad.Id}' {bad.Defect}"
        : null;
}

/// <summary>One limit.</summary>
/// <param name="Bearer">Who must be in time: <c>applicant</c>, <c>body</c>, <c>holder</c>, <c>user</c>, <c>operator</c>.</param>
/// <param name="Regime"><c>jp</c>: months are counted by Civil Code 140–143; <c>eu</c>: by Regulation 1182/71.</param>
/// <param name="Start">Events that start it; each later one starts it anew. <c>permit.until</c> is the end of the permit, which no event marks.</param>
/// <param name="Kind"><c>due</c>: to be done by then; <c>keep</c>: not to be deleted before.</param>
/// <param name="Roll">A last day on which offices are closed moves to the next on which they work.</param>
/// <param name="Aim">What the body set itself; no law is broken by missing it.</param>
/// <param name="Optional">Nobody must; after the day it can no more be done.</param>
internal sealed record ClockRule(
    string Id, Bilingual Label, string Bearer, string Law, string Regime, IReadOnlyList<string> Start, IReadOnlyList<string> Stop, ClockSpan Limit,
    string Subject = "application", string Kind = "due", ClockHold? Hold = null, ClockExtension? Extension = null, ClockRoute? When = null, ClockPeriod? Every = null,
    bool Roll = true, int WarnDays = 0, bool Aim = false, bool Optional = false, Bilingual? Consequence = null)
{
    public static IReadOnlyList<string> Bearers { get; } = ["applicant", "body", "holder", "user", "operator"];

    public string? Defect =>
        !Slug.IsValid(Id) ? "has no valid id"
        : !Bearers.Contains(Bearer) ? "is nobody's"
        : Regime is not ("jp" or "eu") ? "names no regime"
        : Subject is not ("application" or "dataset" or "measure" or "harbour") ? "is about nothing known"
        : Kind is not ("due" or "keep") ? "is of no known kind"
        : !Limit.IsOne ? "needs exactly one of days, workingDays, weeks, months and years"
        : Start.Count == 0 == (Every is null) ? "needs something that starts it"
        : Extension is { } e && (e.Times < 1 || !e.AsSpan.IsOne || Limit.WorkingDays > 0 || e.AsSpan.IsCalendar != Limit.IsCalendar) ? "has an extension that is none, or of another kind than the limit"
        : Hold is { } h && (h.Then is not ("restart" or "resume") || h.From.Count == 0 || h.To.Count == 0) ? "has a suspension that is none"
        : Every is { Months: < 1 } ? "has a period that is none"
        : null;
}

/// <summary>A length of time in one unit; negative: before the start.</summary>
internal sealed record ClockSpan(int Days = 0, int WorkingDays = 0, int Weeks = 0, int Months = 0, int Years = 0)
{
    /// <summary>Counted in months, not in days.</summary>
    public bool IsCalendar => Months != 0 || Years != 0;

    /// <summary>Ends before what it is counted from.</summary>
    public bool IsBefore => Days < 0 || Weeks < 0 || Months < 0 || Years < 0;

    public bool IsOne => new[] { Days, WorkingDays, Weeks, Months, Years }.Count(n => n != 0) == 1 && WorkingDays >= 0;

    /// <summary>The last day of the span. The day of the event does not count itself.</summary>
    public DateOnly After(DateOnly day, BusinessCalendar calendar, string regime)
    {
        var months = Months + (12 * Years);
        return WorkingDays > 0 ? calendar.AddWorkingDays(day, WorkingDays)
            : months == 0 ? day.AddDays(Days + (7 * Weeks))
            : regime == "eu" ? day.AddMonths(months)
            : ByCivilCode(day, months);
    }

    /// <summary>
    /// Civil Code 143: the months run from the day after the event and end on the eve of the day of the same number, or, where the last
    /// month has no such day, with that month. After 28 February a month ends on 31 March here, on 28 March in the EU.
    /// </summary>
    private static DateOnly ByCivilCode(DateOnly day, int months)
    {
        var first = day.AddDays(1);
        var same = first.AddMonths(months);
        return same.Day == first.Day ? same.AddDays(-1) : same;
    }
}

/// <summary>Between these events the limit does not run; then it runs on (<c>resume</c>) or from its beginning (<c>restart</c>).</summary>
internal sealed record ClockHold(IReadOnlyList<string> From, IReadOnlyList<string> To, string Then);

internal sealed record ClockExtension(int Times, int Days = 0, int Weeks = 0, int Months = 0, int Years = 0)
{
    public ClockSpan AsSpan => new(Days, 0, Weeks, Months, Years);
}

/// <summary>For which applications: rows or a table only (<c>route</c>), accelerated purposes or others, permits that were renewed or not.</summary>
internal sealed record ClockRoute(string? Route = null, bool? Accelerated = null, bool? Renewed = null);

/// <summary>A period that the calendar starts.</summary>
internal sealed record ClockPeriod(DateOnly Since, int Months);
