using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Minato.Portal;

/// <param name="Type">Of XML Schema: <c>string</c>, <c>integer</c>, <c>decimal</c>, <c>dateTime</c>, <c>date</c>, <c>boolean</c>.</param>
public sealed record OpenColumn(string Name, string Type, Bilingual Meaning);

/// <summary>A table that anybody may take home. Its rows are read when asked for.</summary>
/// <param name="Name">A slug; its file is <c>NAME.csv</c>.</param>
public sealed record OpenTable(string Name, Bilingual Title, Bilingual Meaning, IReadOnlyList<OpenColumn> Columns, Func<IEnumerable<object?[]>> Rows)
{
    /// <summary>RFC 4180 with a header, in UTF-8, lines ended by CR LF. A text that a spreadsheet would take for a formula begins with an apostrophe.</summary>
    public async Task WriteCsvAsync(Stream to)
    {
        await using var writer = new StreamWriter(to, new System.Text.UTF8Encoding(false), leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(string.Join(',', Columns.Select(c => c.Name))).ConfigureAwait(false);
        foreach (var row in Rows())
        {
            await writer.WriteLineAsync(string.Join(',', row.Select(Field))).ConfigureAwait(false);
        }
    }

    /// <summary>An array of objects, one a row.</summary>
    public async Task WriteJsonAsync(Stream to)
    {
        // Values are written to memory, because the serialiser flushes at once and a response is written to only asynchronously.
        var buffer = new ArrayBufferWriter<byte>();
        await using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartArray();
        const int Often = 1 << 16;
        foreach (var row in Rows())
        {
            writer.WriteStartObject();
            for (var i = 0; i < Columns.Count; i++)
            {
                writer.WritePropertyName(Columns[i].Name);
                JsonSerializer.Serialize(writer, row[i] is Enum e ? e.ToString() : row[i], Plain);
            }

            writer.WriteEndObject();
            if (buffer.WrittenCount > Often)
            {
                await to.WriteAsync(buffer.WrittenMemory).ConfigureAwait(false);
                buffer.ResetWrittenCount();
            }
        }

        writer.WriteEndArray();
        await writer.FlushAsync().ConfigureAwait(false);
        await to.WriteAsync(buffer.WrittenMemory).ConfigureAwait(false);
    }

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What the columns mean, as metadata of W3C CSV on the Web.</summary>
    public JsonObject Dictionary(Uri site) => new()
    {
        ["url"] = new Uri(site, $"open-data/{Name}.csv").AbsoluteUri,
        ["dc:title"] = Both(Title),
        ["dc:description"] = Both(Meaning),
        ["tableSchema"] = new JsonObject
        {
            ["columns"] = new JsonArray([.. Columns.Select(c => (JsonNode)new JsonObject { ["name"] = c.Name, ["titles"] = new JsonArray(c.Name), ["datatype"] = c.Type, ["dc:description"] = Both(c.Meaning) })]),
        },
    };

    private static JsonArray Both(Bilingual text) => new(new JsonObject { ["@value"] = text.Ja, ["@language"] = "ja" }, new JsonObject { ["@value"] = text.En, ["@language"] = "en" });

    private static string Field(object? value) => value switch
    {
        null => "",
        string s => CsvField.Quoted(s.Length > 0 && s[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + s : s),
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        bool b => b ? "true" : "false",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        var other => CsvField.Quoted(other.ToString() ?? ""),
    };
}
