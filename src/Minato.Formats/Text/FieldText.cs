using System.Globalization;

namespace Minato.Formats.Text;

/// <summary>What a field may hold. Codes are the only free-form text that facts carry, so they are held tight: no blank, no kana, no kanji.</summary>
internal static class FieldText
{
    /// <summary>1–64 printable ASCII characters without blanks: a name or a sentence is none.</summary>
    public static bool IsCode(ReadOnlySpan<char> text, int longest = 64) =>
        text.Length is > 0 && text.Length <= longest && !text.ContainsAnyExceptInRange('!', '~');

    public static bool IsDigits(ReadOnlySpan<char> text, int length) => text.Length == length && !text.ContainsAnyExceptInRange('0', '9');

    /// <summary>A unit as written: short, and without a line break. Kanji units (錠, 瓶) are usual.</summary>
    public static bool IsUnit(ReadOnlySpan<char> text) => text.Length is > 0 and <= 24 && !text.ContainsAnyInRange('\0', '\u001F');

    /// <summary>Identity text: trimmed, null where empty.</summary>
    public static string? OrNull(string? text)
    {
        var t = text?.Trim(' ', '\u3000', '\t');
        return string.IsNullOrEmpty(t) ? null : t;
    }

    public static bool TryDecimal(ReadOnlySpan<char> text, out decimal value) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);

    /// <summary>Before it nobody was born whose data anybody delivers; earlier years are digits of something else.</summary>
    public const int FirstYear = 1800;

    /// <summary>YYYYMMDD, YYYY-MM-DD, or 和暦 GYYMMDD; from <see cref="FirstYear"/> on.</summary>
    public static bool TryDate(ReadOnlySpan<char> text, out DateOnly date) =>
        (text.Length == 10
            ? DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date)
            : JapaneseDate.TryParse(text, out date)) && date.Year >= FirstYear;

    /// <summary>
    /// Results that are words by convention (<c>-</c>, <c>1+</c>, 陰性, <c>&lt;0.5</c>); anything longer may be narrative
    /// and may name somebody, so it is no value of a fact.
    /// </summary>
    public static string? Qualitative(string? text)
    {
        var t = OrNull(text);
        if (t is null || t.Length > 16)
        {
            return null;
        }

        var ascii = string.Concat(t.Select(c => c is >= '！' and <= '～' ? (char)(c - 0xFEE0) : c is '－' or '−' or '―' ? '-' : c is '±' ? '±' : c));
        if (ascii is "陰性" or "陽性" or "擬陽性" or "疑陽性" or "判定保留" or "弱陽性" or "強陽性")
        {
            return ascii;
        }

        var inner = ascii.StartsWith('(') && ascii.EndsWith(')') ? ascii[1..^1] : ascii;
        if (inner is "-" or "+" or "±" or "+-" or "-+" or "++" or "+++" or "++++" || (inner.Length == 2 && char.IsAsciiDigit(inner[0]) && inner[1] == '+'))
        {
            return inner;
        }

        var number = ascii.TrimStart('<', '>', '=', '≦', '≧');
        return number.Length < ascii.Length && TryDecimal(number, out _) ? ascii : null;
    }

    /// <summary>The file's own name inside folders and archives.</summary>
    public static string BaseName(string fileName)
    {
        var at = fileName.AsSpan().LastIndexOfAny('/', '\\', '!');
        return fileName[(at + 1)..];
    }
}
