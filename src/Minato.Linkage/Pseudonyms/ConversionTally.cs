using Minato.Ledger;

namespace Minato.Linkage.Pseudonyms;

/// <summary>What each permit has asked for so far: rebuilt from the conversions on the ledger.</summary>
internal sealed class ConversionTally
{
    private readonly Dictionary<string, PermitTally> permits = new(StringComparer.Ordinal);

    public PermitTally Of(PermitId permit) => permits.TryGetValue(permit.Value, out var tally) ? tally : PermitTally.None;

    public static ConversionTally Evolve(ConversionTally? tally, LinkageEvent e, RecordedEvent recorded)
    {
        tally ??= new ConversionTally();
        switch (e)
        {
            case LinkageEvent.Converted c:
                tally.Change(c.Permit, t => t.Plus(DayOf(recorded.At), c.Asked));
                break;
            case LinkageEvent.ConversionRefused r:
                tally.Change(r.Permit, t => t.PlusRefused(DayOf(recorded.At)));
                break;
            case LinkageEvent.ConversionApproved a:
                tally.Change(a.Permit, t => t with { Approvals = [.. t.Approvals, new Approval(recorded.By, DayOf(recorded.At), a.People)] });
                break;
        }

        return tally;
    }

    /// <summary>The day in Japan.</summary>
    public static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.ToUniversalTime().AddHours(9).DateTime);

    private void Change(string permit, Func<PermitTally, PermitTally> change) =>
        permits[permit] = change(permits.TryGetValue(permit, out var tally) ? tally : PermitTally.None);
}

/// <summary>Somebody allowed so many people on one day.</summary>
internal readonly record struct Approval(ActorId By, DateOnly Day, long People);

/// <summary>One permit's conversions: in all, and on the last day that had any.</summary>
internal sealed record PermitTally(long All, DateOnly Day, long Today, int RefusedToday, IReadOnlyList<Approval> Approvals)
{
    public static PermitTally None { get; } = new(0, DateOnly.MinValue, 0, 0, []);

    public long On(DateOnly day) => day == Day ? Today : 0;

    public int RefusedOn(DateOnly day) => day == Day ? RefusedToday : 0;

    /// <summary>The most that somebody other than the caller has approved for the day.</summary>
    public long ApprovedOn(DateOnly day, ActorId caller) => Approvals.Where(a => a.Day == day && a.By != caller).Select(a => a.People).DefaultIfEmpty().Max();

    public PermitTally Plus(DateOnly day, long people) => this with { All = All + people, Day = day, Today = On(day) + people, RefusedToday = RefusedOn(day) };

    public PermitTally PlusRefused(DateOnly day) => this with { Day = day, Today = On(day), RefusedToday = RefusedOn(day) + 1 };
}
