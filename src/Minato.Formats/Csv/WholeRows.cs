using Minato.Formats.Text;

namespace Minato.Formats.Csv;

/// <summary>A row of a CSV file as it lay there.</summary>
internal readonly record struct RowSource(long Line, byte[] Bytes);

/// <summary>
/// The lines of a CSV file as text, for the CSV parser: decoded, and only those whose quotes are balanced. One damaged
/// line is one bad row and cannot swallow the rows behind it; our layouts have no line breaks inside fields.
/// </summary>
internal sealed class WholeRows : TextReader
{
    private readonly ByteLines lines;
    private readonly string file;
    private readonly char delimiter;
    private readonly SourceEncoding encoding;
    private string pending = "";
    private int taken;

    public WholeRows(Stream stream, string file, char delimiter, SourceEncoding? declared, CancellationToken ct)
    {
        (this.file, this.delimiter) = (file, delimiter);
        lines = new ByteLines(stream, CsvLimits.Line, ct);
        encoding = declared ?? SourceText.Sniff(lines.Peek());
        if (lines.Peek().StartsWith("\uFEFF"u8))
        {
            lines.Skip(3);
        }
    }

    /// <summary>Rows handed to the parser and not yet claimed, in order.</summary>
    public Queue<RowSource> Given { get; } = new();

    /// <summary>Lines that were kept from the parser.</summary>
    public Queue<ReadItem.Bad> Withheld { get; } = new();

    /// <summary>At most one line a call: rows and their sources stay close together, and memory small.</summary>
    public override int Read(char[] buffer, int index, int count)
    {
        if (taken == pending.Length && !Advance())
        {
            return 0;
        }

        var n = Math.Min(count, pending.Length - taken);
        pending.CopyTo(taken, buffer, index, n);
        taken += n;
        return n;
    }

    public override int Read(Span<char> buffer)
    {
        if (taken == pending.Length && !Advance())
        {
            return 0;
        }

        var n = Math.Min(buffer.Length, pending.Length - taken);
        pending.AsSpan(taken, n).CopyTo(buffer);
        taken += n;
        return n;
    }

    public override int Read() => throw new NotSupportedException();

    public override int Peek() => throw new NotSupportedException();

    private bool Advance()
    {
        while (lines.Next())
        {
            var line = lines.Line;
            if (line.IsEmpty || line is [0x1A])
            {
                continue;
            }

            if (lines.TooLong)
            {
                Withhold("csv.line-too-long", $"The row is longer than {CsvLimits.Line / 1024} KiB", "Check the file's line ends and quotes", null);
            }
            else if (line.Contains((byte)0))
            {
                Withhold("csv.nul", "The row holds NUL bytes", "Send the file as UTF-8 or Shift_JIS text", null);
            }
            else if (!SourceText.TryDecode(line, encoding, out var text))
            {
                Withhold("csv.encoding", "The row is not in the encoding of the rest of the file", "Send the whole file in UTF-8, or in Shift_JIS (CP932)", null);
            }
            else if (!AreQuotesWhole(text))
            {
                Withhold("csv.quotes", "The row's quotes are not closed, or stand in the middle of a field", "Quote as RFC 4180 says; fields have no line breaks", null);
            }
            else
            {
                Given.Enqueue(new RowSource(lines.Number, line.ToArray()));
                (pending, taken) = (text + "\n", 0);
                return true;
            }
        }

        (pending, taken) = ("", 0);
        return false;
    }

    private void Withhold(string code, string reason, string remedy, string? field) =>
        Withheld.Enqueue(new ReadItem.Bad(Finding.Error(code, reason, remedy, new Place(file, lines.Number, field)), Raw.Capped(lines.Line)));

    /// <summary>RFC 4180: a field is quoted from its first to its last character, or not at all.</summary>
    private bool AreQuotesWhole(string text)
    {
        if (text.Contains('\r'))
        {
            return false;
        }

        var i = 0;
        while (i < text.Length && text.IndexOf('"', i) >= 0)
        {
            if (text[i] != '"')
            {
                var comma = text.IndexOf(delimiter, i);
                if (text.AsSpan(i, (comma < 0 ? text.Length : comma) - i).Contains('"'))
                {
                    return false;
                }

                i = comma < 0 ? text.Length : comma + 1;
                continue;
            }

            i++;
            while (true)
            {
                var quote = text.IndexOf('"', i);
                if (quote < 0)
                {
                    return false;
                }

                if (quote + 1 < text.Length && text[quote + 1] == '"')
                {
                    i = quote + 2;
                    continue;
                }

                i = quote + 1;
                break;
            }

            if (i < text.Length && text[i++] != delimiter)
            {
                return false;
            }
        }

        return true;
    }
}

internal static class CsvLimits
{
    /// <summary>Bytes of a row; ours have some hundred.</summary>
    public const int Line = 16 * 1024;
}
