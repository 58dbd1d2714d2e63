namespace Minato.Intake.Agreements;

/// <summary>From an agreement's cadence and the days on which something came: which due dates are met.</summary>
internal static class DueDates
{
    /// <summary>The due dates of an agreement, ascending; without end where the agreement has none.</summary>
    public static IEnumerable<DateOnly> Of(Agreement agreement)
    {
        for (var n = 1; agreement.Cadence != Cadence.OnRequest; n++)
        {
            var periodEnds = agreement.Cadence switch
            {
                Cadence.Daily => agreement.From.AddDays(n),
                Cadence.Weekly => agreement.From.AddDays(7 * n),
                Cadence.Monthly => agreement.From.AddMonths(n),
                Cadence.Quarterly => agreement.From.AddMonths(3 * n),
                _ => agreement.From.AddYears(n),
            };
            if (agreement.To is { } last && periodEnds > last.AddDays(1))
            {
                yield break;
            }

            yield return periodEnds.AddDays(agreement.GraceDays);
        }
    }

    /// <summary>
    /// The first due date not met and how many passed unmet; null where nothing more is due. A delivery meets the next due date; one that comes when
    /// dates are overdue meets all of those and not the next, so that a late one never counts twice.
    /// </summary>
    /// <param name="came">Days on which something came, ascending.</param>
    public static (DateOnly Due, int Missed, DateOnly? LastMissed)? Open(Agreement agreement, IEnumerable<DateOnly> came, DateOnly today)
    {
        using var dates = Of(agreement).GetEnumerator();
        var known = new List<DateOnly>();
        int passed = 0, met = 0;
        foreach (var day in came.Where(d => d >= agreement.From))
        {
            passed = PassedBefore(day);
            met = met < passed ? passed : passed + 1;
        }

        passed = PassedBefore(today);
        return At(met) is not { } due ? null
            : passed <= met ? (due, 0, null)
            : (due, passed - met, At(passed - 1));

        int PassedBefore(DateOnly day)
        {
            while (At(passed) is { } next && next < day)
            {
                passed++;
            }

            return passed;
        }

        DateOnly? At(int n)
        {
            while (known.Count <= n && dates.MoveNext())
            {
                known.Add(dates.Current);
            }

            return n < known.Count ? known[n] : null;
        }
    }
}
