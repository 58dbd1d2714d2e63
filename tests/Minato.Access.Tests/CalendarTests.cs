namespace Minato.Access.Tests;

/// <summary>Japan's holidays from the law, against the days the Cabinet Office announced.</summary>
public class CalendarTests
{
    internal static BusinessCalendar Japan { get; } = StandardFolder<BusinessCalendar>.Read(Path.Combine(World.Repository, "standards", "calendars")).InForce(new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));

    // Cabinet Office, 国民の祝日について.
    [Theory]
    [InlineData(2020, "01-01 01-13 02-11 02-23 02-24 03-20 04-29 05-03 05-04 05-05 05-06 07-23 07-24 08-10 09-21 09-22 11-03 11-23")]
    [InlineData(2021, "01-01 01-11 02-11 02-23 03-20 04-29 05-03 05-04 05-05 07-22 07-23 08-08 08-09 09-20 09-23 11-03 11-23")]
    [InlineData(2024, "01-01 01-08 02-11 02-12 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-15 08-11 08-12 09-16 09-22 09-23 10-14 11-03 11-04 11-23")]
    [InlineData(2025, "01-01 01-13 02-11 02-23 02-24 03-20 04-29 05-03 05-04 05-05 05-06 07-21 08-11 09-15 09-23 10-13 11-03 11-23 11-24")]
    [InlineData(2026, "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23")]
    public void Holidays_are_those_that_were_announced(int year, string days)
    {
        var all = Enumerable.Range(0, DateTime.IsLeapYear(year) ? 366 : 365).Select(new DateOnly(year, 1, 1).AddDays).Where(Japan.IsHoliday).Select(d => d.ToString("MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(days, string.Join(' ', all));
    }

    [Fact]
    public void Offices_are_closed_from_29_December_to_3_January()
    {
        Assert.True(Japan.IsWorkingDay(new(2026, 12, 28)));
        Assert.All(Enumerable.Range(0, 6), i => Assert.False(Japan.IsWorkingDay(new DateOnly(2026, 12, 29).AddDays(i))));
        Assert.True(Japan.IsWorkingDay(new(2027, 1, 4)));
        Assert.Equal(new(2027, 1, 4), Japan.Roll(new(2026, 12, 29)));
        Assert.Equal(new(2027, 1, 5), Japan.AddWorkingDays(new(2026, 12, 28), 2));
    }

    [Theory]
    [InlineData("2026-01-15", 1, "jp", "2026-02-15")]
    [InlineData("2026-01-30", 1, "jp", "2026-02-28")]
    [InlineData("2026-01-31", 1, "jp", "2026-02-28")]
    [InlineData("2026-02-28", 1, "jp", "2026-03-31")]
    [InlineData("2026-02-28", 1, "eu", "2026-03-28")]
    [InlineData("2026-01-31", 1, "eu", "2026-02-28")]
    [InlineData("2027-11-30", 3, "eu", "2028-02-29")]
    [InlineData("2027-11-30", 3, "jp", "2028-02-29")]
    [InlineData("2026-10-15", -1, "eu", "2026-09-15")]
    public void Months_end_where_each_law_says(string from, int months, string regime, string to) =>
        Assert.Equal(Day(to), new ClockSpan(Months: months).After(Day(from), Japan, regime));

    [Fact]
    public void A_calendar_that_cannot_be_is_refused_with_its_reason()
    {
        Assert.Contains("needs one of day, monday and equinox", (Japan with { Holidays = [new HolidayRule("x", 1)] }).Defect, StringComparison.Ordinal);
        Assert.Contains("closed period", (Japan with { Closed = [new ClosedDays("12-29", "01-03")] }).Defect, StringComparison.Ordinal);
        Assert.NotNull((Japan with { Weekend = Enum.GetValues<DayOfWeek>() }).Defect);
    }

    internal static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
