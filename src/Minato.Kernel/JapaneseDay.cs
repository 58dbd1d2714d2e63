namespace Minato.Kernel;

/// <summary>The civil day in Japan (UTC+9, no summer time) by which agreements, embargoes and due dates are counted.</summary>
public static class JapaneseDay
{
    public static DateOnly Of(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime.AddHours(9));

    public static DateOnly Today(TimeProvider clock) => Of(clock.GetUtcNow());
}
