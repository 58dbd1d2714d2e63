using System.Globalization;

namespace Minato.Tables.Engines;

/// <summary>What both engines write alike (SQL standard quoting, ISO dates, C-like order).</summary>
internal static class SqlText
{
    public static string Quote(string identifier) => $"\"{NoNul(identifier).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Literal(object? value) => value switch
    {
        null => "null",
        bool b => b ? "true" : "false",
        int i => i.ToString(CultureInfo.InvariantCulture),
        long l => l == long.MinValue ? "(-9223372036854775807 - 1)" : l.ToString(CultureInfo.InvariantCulture),
        decimal d => d.ToString(CultureInfo.InvariantCulture),
        string s => $"'{NoNul(s).Replace("'", "''", StringComparison.Ordinal)}'",
        DateOnly date => $"date '{date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}'",
        Guid guid => $"cast('{guid:D}' as uuid)",
        _ => throw new ArgumentException($"A {value.GetType().Name} cannot be written as SQL", nameof(value)),
    };

    /// <summary>A NUL would end the text inside an engine written in C, and PostgreSQL stores none.</summary>
    private static string NoNul(string text) => text.Contains('\0') ? throw new ArgumentException("Text with a NUL character cannot be written as SQL") : text;
}
