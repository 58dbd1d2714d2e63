using Minato.Formats.Text;

namespace Minato.Formats.Care;

/// <summary>
/// 介護給付費請求 as the federations exchange it (国保連 伝送): a control record, data records with their 交換情報識別番号, an end record. One statement
/// (請求明細書: its 基本情報 and the 明細情報 behind it) is one record. The forms' totals and bills (様式一) are nobody's and are passed over.
/// </summary>
internal sealed class CareClaimReader : IFormatReader
{
    private const int LongestLine = 16 * 1024;

    public string Format => "care-claims";

    /// <summary>The control record: 1, a counter, volume, count, 711 (claims; 71R, 812, 821 come in the same wrapping), … , provider.</summary>
    public bool Recognises(FileHead head)
    {
        var end = head.Bytes.Span.IndexOfAny((byte)'\n', (byte)'\r');
        var first = new CutLine(end < 0 ? head.Bytes.Span : head.Bytes.Span[..end], stackalloc int[CutLine.MaxColumns], (byte)',');
        return first.Count >= 11 && first[0] is [(byte)'1'] && first[4] is [(byte)'7' or (byte)'8', (byte)'1' or (byte)'2', _] && IsDigits(first[7], 10) && first.TryInt(3, out _);
    }

    public IEnumerable<ReadItem> Read(Stream stream, string fileName, CancellationToken ct = default)
    {
        var lines = new ByteLines(stream, LongestLine, ct);
        var tally = new Tally(fileName);
        var statement = new CareStatement(fileName, tally);
        long? said = null;
        long rows = 0;
        var hasEnd = false;
        var known = false;
        while (lines.Next())
        {
            if (lines.Line.IsEmpty || lines.Line is [0x1A])
            {
                continue;
            }

            var kind = lines.Line[0];
            if (lines.TooLong)
            {
                yield return Bad("care.line-too-long", $"The row is longer than {LongestLine / 1024} KiB", "Check the file's line ends", lines, fileName);
                statement.Break("care.line-too-long", "A row of the statement is far too long", "Check the file's line ends", lines.Number, null);
            }
            else if (kind == '1')
            {
                known = true;
                said = Count(lines.Line) is { } n ? (said ?? 0) + n : said;
            }
            else if (kind == '3')
            {
                hasEnd = true;
            }
            else if (kind == '2')
            {
                rows++;
                if (statement.Add(lines.Line, lines.Number) is { } done)
                {
                    yield return done;
                }
            }
            else
            {
                yield return Bad("care.record", "The row is neither a control (1), a data (2) nor an end record (3)", "Send the file as it is transmitted", lines, fileName);
            }
        }

        if (statement.Close() is { } last)
        {
            yield return last;
        }

        if (!known)
        {
            yield return Bad("care.control", "The file has no control record", "Send the file as it is transmitted", lines, fileName);
        }

        if (known && rows == 0)
        {
            tally.Warn("care.empty", "file without a single data record", 1, "Check whether the right file was sent");
        }

        if (said is { } count && count != rows)
        {
            tally.Warn("care.count", "control record that counts another number of data records than stand in the file", 1, "Compare with the original, and send again what is missing", "件数");
        }

        if (known && !hasEnd)
        {
            tally.Warn("care.end", "file without its end record: it may break off", lines.Number, "Compare with the original");
        }

        foreach (var remark in tally.Remarks())
        {
            yield return remark;
        }
    }

    private static long? Count(ReadOnlySpan<byte> control) => new CutLine(control, stackalloc int[CutLine.MaxColumns], (byte)',').TryLong(3, out var n) ? n : null;

    private static ReadItem.Bad Bad(string code, string reason, string remedy, ByteLines lines, string file) =>
        new(Finding.Error(code, reason, remedy, new Place(file, Math.Max(1, lines.Number))), Raw.Capped(lines.Line));

    internal static bool IsDigits(ReadOnlySpan<byte> field, int length) => field.Length == length && !field.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
