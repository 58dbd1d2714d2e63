using System.Globalization;

namespace Minato.Formats.Fhir;

/// <summary>FHIR date, dateTime and instant: the calendar day as written at the source, whatever its time zone.</summary>
internal static class FhirDate
{
    /// <summary>YYYY, YYYY-MM, YYYY-MM-DD, with or without a time. A missing month or day reads as the first, and <paramref name="partial"/> says so.</summary>
    public static bool TryParse(string? text, out DateOnly date, out bool partial)
    {
        (date, partial) = (default, false);
        if (text is null)
        {
            return false;
        }

        var t = text.IndexOf('T');
        var day = t < 0 ? text : text[..t];
        if (t > 0 && (day.Length != 10 || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)) && !IsLeapSecond(text))
        {
            return false;
        }

        partial = day.Length < 10;
        var format = day.Length switch { 10 => "yyyy-MM-dd", 7 => "yyyy-MM", 4 => "yyyy", _ => null };
        return format is not null && DateOnly.TryParseExact(day, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out date) && date.Year is >= 1800 and <= 2200;
    }

    public static DateOnly? OrNull(string? text) => TryParse(text, out var date, out _) ? date : null;

    /// <summary>FHIR allows second 60.</summary>
    private static bool IsLeapSecond(string text) => text.Length > 19 && text.AsSpan(17, 2) is "60" && DateTimeOffset.TryParse(text.Remove(17, 2).Insert(17, "59"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
}
