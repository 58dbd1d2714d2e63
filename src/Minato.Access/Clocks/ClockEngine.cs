namespace Minato.Access;

/// <summary>Something that happened to a subject, as a clock sees it.</summary>
/// <param name="Event">Type of the event; with <c>/kind</c> behind it where the event is of several kinds.</param>
/// <param name="Clock">For an extension: the clock that is extended.</param>
internal readonly record struct ClockMark(string Event, DateTimeOffset At, string? Clock = null);

/// <summary>What an application is, as far as limits depend on it.</summary>
internal readonly record struct ClockRouteOf(bool Table, bool Accelerated, bool Renewed);

/// <summary>
/// Works out every limit of one subject from what happened to it: the one engine for applicants, bodies, holders, users and
/// operators. Pure; days are Japan's.
/// </summary>
internal static class ClockEngine
{
    public const string Extended = "access.deadline-extended";

    /// <summary>The end of a permit, which the calendar brings and no event.</summary>
    public const string PermitEnd = "permit.until";

    /// <param name="marks">In order of time.</param>
    /// <param name="route">Null where the subject is no application.</param>
    public static IEnumerable<RunningClock> Read(ClockStandard standard, BusinessCalendar calendar, string kind, string subject, IReadOnlyList<ClockMark> marks, ClockRouteOf? route, DateTimeOffset now) =>
        standard.Rules
            .Where(r => r.Subject == kind && Applies(r, route))
            .Select(r => r.Every is null ? One(r, calendar, subject, marks, now) : Periodic(r, calendar, subject, marks, now))
            .OfType<RunningClock>();

    private static bool Applies(ClockRule rule, ClockRouteOf? route) =>
        rule.When is not { } when
        || (route is { } r && (when.Route is null || when.Route == (r.Table ? "table" : "rows")) && (when.Accelerated is null || when.Accelerated == r.Accelerated) && (when.Renewed is null || when.Renewed == r.Renewed));

    private static RunningClock? One(ClockRule rule, BusinessCalendar calendar, string subject, IReadOnlyList<ClockMark> marks, DateTimeOffset now)
    {
        DateTimeOffset? started = null, stopped = null, heldSince = null;
        var (held, extensions) = (0, 0);
        foreach (var mark in marks)
        {
            // A mark of the future, the permit's end, starts only what runs back from it.
            if (rule.Start.Contains(mark.Event) && (mark.At <= now || rule.Limit.IsBefore))
            {
                (started, stopped, heldSince, held, extensions) = (mark.At, null, null, 0, 0);
            }

            if (started is null || stopped is not null)
            {
                continue;
            }

            if (rule.Hold is { } hold && hold.From.Contains(mark.Event))
            {
                heldSince ??= mark.At;
            }
            else if (rule.Hold is { } h && heldSince is { } since && h.To.Contains(mark.Event))
            {
                // Restarted, the time before the question is forgotten (D6.4: void while waiting); an extension was for that time.
                (started, held, extensions) = h.Then == "restart" ? (mark.At, 0, 0) : (started, held + Days(since, mark.At), extensions);
                heldSince = null;
            }

            if (rule.Stop.Contains(mark.Event))
            {
                stopped = mark.At;
            }
            else if (mark.Event == Extended && mark.Clock == rule.Id)
            {
                extensions++;
            }
        }

        return started is { } from ? Clock(rule, calendar, subject, JapaneseDay.Of(from), stopped, heldSince is not null && stopped is null, held, extensions, now) : null;
    }

    /// <summary>The oldest period that was not answered after its end, else the last that was: a missed report is not forgotten.</summary>
    private static RunningClock Periodic(ClockRule rule, BusinessCalendar calendar, string subject, IReadOnlyList<ClockMark> marks, DateTimeOffset now)
    {
        var today = JapaneseDay.Of(now);
        for (var end = rule.Every!.Since.AddMonths(rule.Every.Months); ; end = end.AddMonths(rule.Every.Months))
        {
            var next = end.AddMonths(rule.Every.Months);
            var answered = marks.Where(m => rule.Stop.Contains(m.Event) && JapaneseDay.Of(m.At) >= end && JapaneseDay.Of(m.At) < next).Select(m => (DateTimeOffset?)m.At).FirstOrDefault();
            if (answered is null || next > today)
            {
                // The last day of the period is the eve of its end.
                return Clock(rule, calendar, subject, end.AddDays(-1), answered, false, 0, 0, now);
            }
        }
    }

    private static RunningClock Clock(ClockRule rule, BusinessCalendar calendar, string subject, DateOnly from, DateTimeOffset? stopped, bool isHeld, int held, int extensions, DateTimeOffset now)
    {
        var granted = Math.Min(extensions, rule.Extension?.Times ?? 0);
        var due = Sum(rule, granted).After(from, calendar, rule.Regime).AddDays(held);
        if (rule.Roll && rule.Kind == "due")
        {
            due = calendar.Roll(due);
        }

        var today = JapaneseDay.Of(now);
        var left = due.DayNumber - today.DayNumber;
        var state = rule.Kind == "keep" ? (left > 0 ? ClockState.Running : ClockState.Met)
            : stopped is { } at ? (JapaneseDay.Of(at) <= due ? ClockState.Met : ClockState.MetLate)
            : isHeld ? ClockState.Held
            : left < 0 ? (rule.Optional ? ClockState.Passed : ClockState.Overdue)
            : left <= rule.WarnDays ? ClockState.DueSoon
            : ClockState.Running;
        return new RunningClock(
            rule.Id, rule.Label, subject, rule.Bearer, from, due, state, stopped, stopped is null && state != ClockState.Passed ? left : 0, granted, (rule.Extension?.Times ?? 0) - granted, rule.Law,
            rule.Kind == "keep", rule.Aim, rule.Consequence);
    }

    /// <summary>The limit with its extensions. Of one unit they are one span: three months twice from 30 November end in May, not where February's end led.</summary>
    private static ClockSpan Sum(ClockRule rule, int extensions)
    {
        var (l, e) = (rule.Limit, rule.Extension?.AsSpan ?? new ClockSpan());
        return new ClockSpan(l.Days + (e.Days * extensions), l.WorkingDays, l.Weeks + (e.Weeks * extensions), l.Months + (e.Months * extensions), l.Years + (e.Years * extensions));
    }

    private static int Days(DateTimeOffset from, DateTimeOffset to) => JapaneseDay.Of(to).DayNumber - JapaneseDay.Of(from).DayNumber;
}
