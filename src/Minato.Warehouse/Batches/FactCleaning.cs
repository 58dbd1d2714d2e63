using System.Globalization;

namespace Minato.Warehouse.Batches;

/// <summary>
/// The last look at a fact before it is stored. A code, unit or coded result is short and has no line breaks; whatever
/// is not like that may be narrative and could name somebody: it is left out and counted, not stored.
/// </summary>
internal static class FactCleaning
{
    private const int LongestCode = 64;
    private const decimal LargestNumber = 1_000_000_000_000m;

    public static string? Code(string? text, ref long withheld)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (text.Length > LongestCode || text.AsSpan().ContainsAnyInRange('\0', '\x1f'))
        {
            withheld++;
            return null;
        }

        return text;
    }

    /// <summary>Six digits after the point, as the column type holds them.</summary>
    public static decimal? Number(decimal? value, ref long withheld)
    {
        if (value is { } number && Math.Abs(number) >= LargestNumber)
        {
            withheld++;
            return null;
        }

        return value is { } fits ? Math.Round(fits, 6, MidpointRounding.AwayFromZero) : null;
    }

    /// <summary>A supply of more than ten years is an error of the source.</summary>
    public static int? Days(int? days, ref long withheld)
    {
        if (days is < 0 or > 3660)
        {
            withheld++;
            return null;
        }

        return days;
    }

    /// <summary>The 10-digit institution number as a care site id.</summary>
    public static long? Facility(string? number) =>
        number is { Length: > 0 and <= 12 } && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>The last day: as stated; for a drug from the days of supply; for coverage the month's end.</summary>
    public static DateOnly? Stop(HealthFact fact, int? days) => fact.Kind switch
    {
        _ when fact.End is { } end => end < fact.Start ? fact.Start : end,
        FactKind.Drug when days > 0 && fact.Start.DayNumber + days.Value - 1 <= DateOnly.MaxValue.DayNumber => fact.Start.AddDays(days.Value - 1),
        FactKind.Coverage => new DateOnly(fact.Start.Year, fact.Start.Month, DateTime.DaysInMonth(fact.Start.Year, fact.Start.Month)),
        _ => null,
    };
}
