using System.Text.Encodings.Web;
using System.Text.Json;

namespace Minato.Formats.Views;

/// <summary>NDJSON: one object a row, columns in the view's order, null written out.</summary>
public sealed class NdjsonView : IViewOutput
{
    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Stream stream;
    private readonly Utf8JsonWriter writer;
    private readonly JsonEncodedText[] names;

    public NdjsonView(Stream stream, IReadOnlyList<ViewColumn> columns)
    {
        this.stream = new BufferedStream(stream, 1 << 16);
        writer = new(this.stream, Options);
        names = [.. columns.Select(c => JsonEncodedText.Encode(c.Name))];
    }

    public void Row(ReadOnlySpan<ViewCell> cells)
    {
        writer.WriteStartObject();
        for (var i = 0; i < cells.Length; i++)
        {
            writer.WritePropertyName(names[i]);
            cells[i].WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.Flush();
        writer.Reset();
        stream.WriteByte((byte)'\n');
    }

    public void Complete() => stream.Flush();

    public void Dispose()
    {
        writer.Dispose();
        stream.Dispose();
    }
}
