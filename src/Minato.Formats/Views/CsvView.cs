using System.Buffers;
using System.Text;

namespace Minato.Formats.Views;

/// <summary>CSV (RFC 4180): UTF-8, a header, LF. Nothing is an empty field, an empty text is quoted; lists and whole elements stand as JSON.</summary>
public sealed class CsvView : IViewOutput
{
    private static readonly SearchValues<byte> Quoted = SearchValues.Create("\",\r\n"u8);

    private readonly Stream stream;

    public CsvView(Stream stream, IReadOnlyList<ViewColumn> columns)
    {
        this.stream = new BufferedStream(stream, 1 << 16);
        this.stream.Write(Encoding.UTF8.GetBytes(string.Join(',', columns.Select(c => c.Name)) + "\n"));
    }

    public void Row(ReadOnlySpan<ViewCell> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
            {
                stream.WriteByte((byte)',');
            }

            if (!cells[i].IsNull)
            {
                Field(cells[i].TryUtf8(out var utf8) ? utf8 : Encoding.UTF8.GetBytes(cells[i].Text!));
            }
        }

        stream.WriteByte((byte)'\n');
    }

    public void Complete() => stream.Flush();

    public void Dispose() => stream.Dispose();

    private void Field(ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty && value.IndexOfAny(Quoted) < 0)
        {
            stream.Write(value);
            return;
        }

        stream.WriteByte((byte)'"');
        int quote;
        while ((quote = value.IndexOf((byte)'"')) >= 0)
        {
            stream.Write(value[..(quote + 1)]);
            stream.WriteByte((byte)'"');
            value = value[(quote + 1)..];
        }

        stream.Write(value);
        stream.WriteByte((byte)'"');
    }
}
