using System.Text;

namespace Minato.Linkage.Matching;

/// <summary>Rows of a delimited file (RFC 4180, with , ; or tab by the header), UTF-8 or else Windows-31J; cells trimmed.</summary>
internal static class CsvRows
{
    public readonly record struct Row(long Line, string[] Cells);

    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<Row> Read(string path)
    {
        using var reader = new StreamReader(path, EncodingOf(path), detectEncodingFromByteOrderMarks: true, 1 << 16);
        long line = 0;
        var separator = ',';
        var cells = new List<string>();
        var cell = new StringBuilder();
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (line == 1)
            {
                separator = text.Contains('\t') ? '\t' : text.Contains(';') && !text.Contains(',') ? ';' : ',';
            }

            var first = line;
            cells.Clear();
            if (!text.Contains('"'))
            {
                if (text.Length > 0)
                {
                    yield return new Row(first, text.Split(separator, StringSplitOptions.TrimEntries));
                }

                continue;
            }

            cell.Clear();
            var quoted = false;
            for (var i = 0; ; i++)
            {
                if (i == text.Length)
                {
                    if (quoted && reader.ReadLine() is { } more)
                    {
                        line++;
                        cell.Append('\n');
                        (text, i) = (more, -1);
                        continue;
                    }

                    break;
                }

                var c = text[i];
                if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                {
                    cell.Append('"');
                    i++;
                }
                else if (c == '"')
                {
                    quoted = !quoted;
                }
                else if (c == separator && !quoted)
                {
                    cells.Add(cell.ToString().Trim());
                    cell.Clear();
                }
                else
                {
                    cell.Append(c);
                }
            }

            cells.Add(cell.ToString().Trim());
            yield return new Row(first, [.. cells]);
        }
    }

    private static Encoding EncodingOf(string path)
    {
        Span<byte> head = new byte[1 << 16];
        using var stream = File.OpenRead(path);
        var n = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);

        // The last character of the piece may be cut in two.
        var whole = n < head.Length ? n : head[..n].LastIndexOf((byte)'\n') + 1;
        if (System.Text.Unicode.Utf8.IsValid(head[..whole]))
        {
            return Encoding.UTF8;
        }

        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(932);
    }
}
