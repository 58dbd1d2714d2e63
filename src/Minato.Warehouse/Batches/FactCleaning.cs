using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Minato.Warehouse.Batches;

/// <summary>
/// The last look at a fact before it is stored. A code, unit or coded result is short and has no line breaks; whatever
/// is not like that may be narrative and could name somebody: it is left out and counted, not stored.
/// </summary>
internal static class FactCleaning
{
    /// <summary>The CDM's <c>*_source_value</c> columns hold 50 characters.</summary>
    private const int LongestCode = 50;

    /// <summary>A UID has 64 characters at most; the CDM's device and image identifiers hold more.</summary>
    private const int LongestIdentifier = 64;

    /// <summary>Two alleles; what is longer is told by symbolic alleles as a rule.</summary>
    private const int LongestAlleles = 4000;

    private const long BeyondInstitutions = 1L << 62;

    private const decimal LargestNumber = 1_000_000_000_000m;

    public static string? Code(string? text, ref long withheld) => Short(text, LongestCode, ref withheld);

    public static string? Identifier(string? text, ref long withheld) => Short(text, LongestIdentifier, ref withheld);

    public static string? Alleles(string? text, ref long withheld) => Short(text, LongestAlleles, ref withheld);

    /// <summary>The finest place that is known: a municipality's five digits, or a prefecture's two.</summary>
    public static string? PlaceCode(Demographics about, ref long withheld) =>
        about.Municipality is { Length: 5 } town && town.AsSpan().ContainsAnyExceptInRange('0', '9') is false ? town : Code(about.Prefecture, ref withheld);

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

    /// <summary>
    /// A ward of an institution as a care site id: a hash beyond all institutions' numbers, the same whenever the ward is named; and what it is named. Null where no
    /// ward is stated.
    /// </summary>
    public static (long Id, string Name)? Ward(string? facility, string? ward)
    {
        const int Longest = 30;
        if (ward is not { Length: > 0 and <= Longest })
        {
            return null;
        }

        var name = $"{Facility(facility)}/{ward}";
        return (BeyondInstitutions | (BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name))) & (BeyondInstitutions - 1)), name);
    }

    /// <summary>
    /// Who acted, as far as the warehouse knows: a 診療科 of a care site (0 where none is stated), never a person. The last four digits are
    /// the specialty, from 1000 on where the source wrote three digits (DPC's list) and not two (the claims').
    /// </summary>
    public static long? Provider(string? facility, string? specialty) =>
        specialty is { Length: 2 or 3 } && int.TryParse(specialty, NumberStyles.None, CultureInfo.InvariantCulture, out var department)
            ? ((Facility(facility) ?? 0) * 10_000) + (specialty.Length == 3 ? 1000 : 0) + department
            : null;

    /// <summary>The last day: as stated; for a drug from the days of supply; for coverage the month's end.</summary>
    public static DateOnly? Stop(HealthFact fact, int? days) => fact.Kind switch
    {
        _ when fact.End is { } end => end < fact.Start ? fact.Start : end,
        FactKind.Drug when days > 0 && fact.Start.DayNumber + days.Value - 1 <= DateOnly.MaxValue.DayNumber => fact.Start.AddDays(days.Value - 1),
        FactKind.Coverage => new DateOnly(fact.Start.Year, fact.Start.Month, DateTime.DaysInMonth(fact.Start.Year, fact.Start.Month)),
        _ => null,
    };

    private static string? Short(string? text, int longest, ref long withheld)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (text.Length > longest || text.AsSpan().ContainsAnyInRange('\0', '\x1f'))
        {
            withheld++;
            return null;
        }

        return text;
    }
}
