using Minato.Ledger;

namespace Minato.Access;

/// <summary>The limits of applications, datasets and the harbour itself, from what the ledger says happened.</summary>
internal sealed class ClockDesk(StandardFolder<ClockStandard> standards, StandardFolder<BusinessCalendar> calendars, ILedger ledger, TimeProvider clock)
{
    private readonly MarkBook elsewhere = new(ledger);

    /// <exception cref="InvalidDataException">The limits or the calendar cannot be used; the message names the file.</exception>
    public static ClockDesk Open(string standardsFolder, ILedger ledger, TimeProvider clock) => new(
        StandardFolder<ClockStandard>.Read(Path.Combine(standardsFolder, "clocks")), StandardFolder<BusinessCalendar>.Read(Path.Combine(standardsFolder, "calendars")), ledger, clock);

    /// <summary>How many marks other rooms have left.</summary>
    public long Version => elsewhere.Version;

    public IReadOnlyList<RunningClock> Of(ApplicationCase a)
    {
        var now = clock.GetUtcNow();
        var standard = standards.InForce(now);
        IEnumerable<ClockMark> marks = a.Permit is { } permit ? a.Marks.Concat(elsewhere.Of(permit.Id.Value)) : a.Marks;
        var route = new ClockRouteOf(a.Draft?.Use.Table is not null, a.Draft is { } draft && standard.Accelerated.Contains(draft.Use.Purpose), a.Permit?.Renewals > 0);
        return [.. ClockEngine.Read(standard, calendars.InForce(now), "application", a.Id.Value, [.. marks.OrderBy(m => m.At)], route, now)];
    }

    /// <summary>The yearly checks of catalogue entries, and the harbour's own reports.</summary>
    public IReadOnlyList<RunningClock> OfDatasetsAndHarbour()
    {
        var now = clock.GetUtcNow();
        var (standard, calendar) = (standards.InForce(now), calendars.InForce(now));
        return
        [
            .. elsewhere.Datasets.SelectMany(d => ClockEngine.Read(standard, calendar, "dataset", d, elsewhere.Of(d), null, now)),
            .. ClockEngine.Read(standard, calendar, "harbour", "harbour", [], null, now),
        ];
    }

    /// <summary>The limits of anything else of this room, such as a measure.</summary>
    public IReadOnlyList<RunningClock> Of(string kind, string subject, IReadOnlyList<ClockMark> marks)
    {
        var now = clock.GetUtcNow();
        return [.. ClockEngine.Read(standards.InForce(now), calendars.InForce(now), kind, subject, marks, null, now)];
    }
}
