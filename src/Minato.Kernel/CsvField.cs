namespace Minato.Kernel;

/// <summary>A value as a field of a CSV file (RFC 4180).</summary>
public static class CsvField
{
    /// <summary>In quotes where it holds a comma, a quote or a line break; as it is otherwise.</summary>
    public static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
