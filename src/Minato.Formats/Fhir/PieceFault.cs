using System.Text.Unicode;

namespace Minato.Formats.Fhir;

/// <summary>Why a piece of JSON is not even parsed, alike for all who read pieces.</summary>
internal static class PieceFault
{
    /// <param name="format">Begins the finding's code, as in <c>fhir.no-json</c>.</param>
    /// <param name="thing">What one piece holds: a resource, a data point.</param>
    /// <returns>Null where it can be parsed.</returns>
    public static Finding? Of(PieceKind kind, ReadOnlySpan<byte> bytes, string format, string thing, Place at) => kind switch
    {
        PieceKind.Garbage => Finding.Error($"{format}.no-json", "The bytes here are not JSON", $"Send JSON, or NDJSON with one {thing} in each line", at),
        PieceKind.TooLarge => Finding.Error($"{format}.too-large", $"A single {thing} is larger than the limit", $"Send one {thing} in each line (NDJSON), and attachments apart", at),
        PieceKind.Truncated => Finding.Error($"{format}.truncated", $"The file breaks off inside this {thing}", "Send the file again, whole", at),
        _ when !Utf8.IsValid(bytes) => Finding.Error($"{format}.encoding", "The bytes are not UTF-8, which the format demands", "Convert the file to UTF-8", at),
        _ => null,
    };
}
