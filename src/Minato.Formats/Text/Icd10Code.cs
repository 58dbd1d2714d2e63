namespace Minato.Formats.Text;

/// <summary>ICD-10 as the harbour writes it: upper case, without the dot.</summary>
internal static class Icd10Code
{
    /// <summary>Null where the text is no ICD-10 code.</summary>
    public static string? Plain(string code)
    {
        var plain = code.Replace(".", "", StringComparison.Ordinal).ToUpperInvariant();
        return plain.Length is >= 3 and <= 6 && char.IsAsciiLetterUpper(plain[0]) && char.IsAsciiDigit(plain[1]) && plain.All(char.IsAsciiLetterOrDigit) ? plain : null;
    }
}
