using System.Text;

namespace Minato.Formats.Writing;

/// <summary>
/// Writes one file of the DPC survey: a title row, tabs, CRLF; CP932 unless another encoding is asked for. Rows must come
/// sorted by patient and stay. The file's name is <see cref="FileName"/>.
/// </summary>
public abstract class DpcWriter : IDisposable
{
    private readonly Stream stream;
    private readonly Encoding encoding;
    private readonly int columns;
    private readonly StringBuilder text = new(16 * 1024);

    /// <param name="stream">Left open.</param>
    private protected DpcWriter(Stream stream, Encoding? encoding, string[] titles)
    {
        (this.stream, this.encoding, columns) = (stream, encoding ?? Cp932.Encoding, titles.Length);
        Row(titles);
    }

    /// <param name="prefix"><c>FF1</c>, <c>EFn</c>, <c>EFg</c>, <c>D</c>, <c>H</c>.</param>
    /// <param name="facility">施設コード, nine digits.</param>
    /// <param name="month">YYYYMM.</param>
    public static string FileName(string prefix, string facility, string month) => $"{prefix}_{facility}_{month[2..]}.txt";

    private protected void Row(params ReadOnlySpan<string> cells)
    {
        for (var i = 0; i < columns; i++)
        {
            text.Append(i > 0 ? "\t" : "").Append(i < cells.Length ? cells[i] : "");
        }

        text.Append("\r\n");
        if (text.Length > 12 * 1024)
        {
            Flush();
        }
    }

    /// <summary>Flushes; the stream stays open.</summary>
    public void Dispose()
    {
        Flush();
        GC.SuppressFinalize(this);
    }

    private protected static string Padded(int value, int width) => value.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(width, '0');

    private protected static string DayOrZeros(string day) => day.Length == 0 ? "00000000" : day;

    private void Flush()
    {
        stream.Write(encoding.GetBytes(text.ToString()));
        text.Clear();
    }
}
