using System.Collections.Concurrent;

namespace Minato.Access;

/// <summary>
/// Which days public bodies work: a standard (<c>standards/calendars/</c>), so that another country's calendar is another file.
/// Japan's holidays follow from the law itself: fixed days, n-th Mondays, equinoxes, and the two rules that make a day between.
/// </summary>
internal sealed record BusinessCalendar(
    string Id, string Version, DateOnly ValidFrom, Bilingual Title, IReadOnlyList<DayOfWeek> Weekend, IReadOnlyList<ClosedDays> Closed,
    IReadOnlyList<HolidayRule> Holidays, IReadOnlyList<DateOnly> Once, bool Substitute, bool Between) : IStandard
{
    private readonly ConcurrentDictionary<int, HashSet<DateOnly>> years = new();

    public string? Defect =>
        Weekend.Count is 0 or > 6 ? "its weekend is empty or the whole week"
        : Holidays.FirstOrDefault(h => h.Defect is not null) is { } bad ? $"the holiday '{bad.Name}' {bad.Defect}"
        : Closed.Any(c => c.Days is null) ? "a closed period is not MM-DD to MM-DD within a year"
        : null;

    public bool IsWorkingDay(DateOnly day) => !Weekend.Contains(day.DayOfWeek) && !IsHoliday(day) && !Closed.Any(c => c.Contains(day));

    public bool IsHoliday(DateOnly day) => years.GetOrAdd(day.Year, HolidaysOf).Contains(day);

    /// <summary>The day itself where it is a working day, else the next one.</summary>
    public DateOnly Roll(DateOnly day)
    {
        while (!IsWorkingDay(day))
        {
            day = day.AddDays(1);
        }

        return day;
    }

    /// <summary>The n-th working day after a day, which does not count itself.</summary>
    public DateOnly AddWorkingDays(DateOnly day, int n)
    {
        for (; n > 0; n--)
        {
            day = Roll(day.AddDays(1));
        }

        return day;
    }

    private HashSet<DateOnly> HolidaysOf(int year)
    {
        HashSet<DateOnly> named = [.. Holidays.Select(h => h.In(year)).OfType<DateOnly>(), .. Once.Where(d => d.Year == year)];
        HashSet<DateOnly> all = [.. named];
        if (Substitute)
        {
            // A holiday on a Sunday moves to the next day that is no holiday by itself.
            foreach (var sunday in named.Where(d => d.DayOfWeek == DayOfWeek.Sunday))
            {
                var day = sunday.AddDays(1);
                while (named.Contains(day))
                {
                    day = day.AddDays(1);
                }

                all.Add(day);
            }
        }

        if (Between)
        {
            all.UnionWith(named.Select(d => d.AddDays(1)).Where(d => !all.Contains(d) && named.Contains(d.AddDays(1))).ToArray());
        }

        return all;
    }
}

/// <summary>Days of the year, MM-DD, on which offices are closed; both ends belong to it.</summary>
internal sealed record ClosedDays(string From, string To)
{
    public ((int Month, int Day) From, (int Month, int Day) To)? Days =>
        Read(From) is { } from && Read(To) is { } to && from.CompareTo(to) <= 0 ? (from, to) : null;

    public bool Contains(DateOnly day) => Days is { } d && (day.Month, day.Day).CompareTo(d.From) >= 0 && (day.Month, day.Day).CompareTo(d.To) <= 0;

    private static (int Month, int Day)? Read(string text) =>
        DateOnly.TryParseExact($"2000-{text}", "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var d) ? (d.Month, d.Day) : null;
}

/// <summary>One holiday: a day of the month, its n-th Monday, or an equinox; not in the years of <paramref name="Except"/>.</summary>
internal sealed record HolidayRule(string Name, int Month, int Day = 0, int Monday = 0, string? Equinox = null, IReadOnlyList<int>? Except = null)
{
    public string? Defect =>
        Month is < 1 or > 12 ? "has no month"
        : (Day > 0 ? 1 : 0) + (Monday > 0 ? 1 : 0) + (Equinox is null ? 0 : 1) != 1 ? "needs one of day, monday and equinox"
        : Day > DateTime.DaysInMonth(2000, Month) || Monday > 4 ? "is not in every year"
        : Equinox is not (null or "vernal" or "autumnal") ? "names no equinox"
        : null;

    public DateOnly? In(int year) =>
        Except?.Contains(year) == true || (Day > DateTime.DaysInMonth(year, Month)) ? null
        : Monday > 0 ? NthMonday(year)
        : new DateOnly(year, Month, Equinox is null ? Day : EquinoxDay(year));

    private DateOnly NthMonday(int year)
    {
        var first = new DateOnly(year, Month, 1);
        return first.AddDays(((DayOfWeek.Monday - first.DayOfWeek + 7) % 7) + (7 * (Monday - 1)));
    }

    /// <summary>The day of the equinox at Japan's longitude, 1980 to 2099 (the astronomical observatory's approximation; the cabinet announces each year's in the February before).</summary>
    private int EquinoxDay(int year) =>
        (int)((Equinox == "vernal" ? 20.8431 : 23.2488) + (0.242194 * (year - 1980))) - ((year - 1980) / 4);
}
