using Minato.Formats.Claims;
using Minato.Formats.Text;

namespace Minato.Formats.Dpc;

/// <summary>
/// A file of the DPC survey (DPC導入の影響評価に係る調査): tabs, a title row, one month and hospital a file, rows sorted by
/// patient and stay. The rows of one stay that stand together are one record; constant memory, a bad stay is quarantined alone.
/// </summary>
/// <param name="prefix">How the file's name begins: <c>EF</c>, <c>D</c>, <c>H</c>, <c>FF1</c>.</param>
/// <param name="columns">Columns of the layout.</param>
/// <param name="least">Columns a row needs: empty ones at its end may be missing.</param>
internal abstract class DpcReader(string format, string prefix, int columns, int least) : IFormatReader
{
    private const int LineLimit = 16 * 1024;
    private const byte Tab = (byte)'\t';

    public string Format => format;

    public bool Recognises(FileHead head)
    {
        var bytes = head.Bytes.Span;
        bytes = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        var end = bytes.IndexOf((byte)'\n');
        var first = (end < 0 ? bytes : bytes[..end]).TrimEnd((byte)'\r');
        var tabs = first.Count(Tab);
        var cell = first[..Math.Max(first.IndexOf(Tab), 0)].Trim((byte)'"');
        var fits = IsFacility(cell) || cell.StartsWith("施設コード"u8) || cell.StartsWith(FacilityInCp932);
        return (fits && tabs + 1 == columns) || (tabs + 1 >= least && NameFits(FieldText.BaseName(head.Name)));
    }

    /// <summary><c>EFn_139900001_2603.txt</c>: the prefix, n (inpatient) or g (outpatient) where both exist, the facility, the month.</summary>
    private bool NameFits(string name)
    {
        if (!name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = name.AsSpan(prefix.Length);
        rest = rest.Length > 0 && rest[0] is 'n' or 'g' or 'N' or 'G' ? rest[1..] : rest;
        return rest.Length > 10 && rest[0] == '_' && FieldText.IsDigits(rest[1..10], 9);
    }

    public IEnumerable<ReadItem> Read(Stream stream, string fileName, CancellationToken ct = default)
    {
        var lines = new ByteLines(stream, LineLimit, ct);
        var tally = new Tally(fileName);
        var encoding = SourceText.Sniff(lines.Peek());
        if (lines.Peek().StartsWith("\uFEFF"u8))
        {
            lines.Skip(3);
        }

        var rows = new Rows(this, New(new StayContext(fileName, MonthOf(fileName), encoding, tally, new CodeBook(), new Piece(fileName, "stay"))), fileName, tally);
        while (lines.Next())
        {
            if (rows.Take(lines) is { } item)
            {
                yield return item;
            }
        }

        if (rows.End() is { } last)
        {
            yield return last;
        }

        if (!rows.Any)
        {
            tally.Warn("dpc.empty", "file without a single row", lines.Number, "Check whether the right file was sent");
        }

        foreach (var remark in tally.Remarks())
        {
            yield return remark;
        }
    }

    protected abstract Stay New(StayContext context);

    /// <summary>YYMM behind the last underscore of the name; empty where it has none.</summary>
    private static string MonthOf(string fileName)
    {
        var name = Path.GetFileNameWithoutExtension(FieldText.BaseName(fileName));
        var month = name[(name.LastIndexOf('_') + 1)..];
        return FieldText.IsDigits(month, 4) || FieldText.IsDigits(month, 6) ? month : "";
    }

    private static bool IsFacility(ReadOnlySpan<byte> cell) => cell.Length == 9 && !cell.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>施設コード.</summary>
    private static ReadOnlySpan<byte> FacilityInCp932 => [0x8E, 0x7B, 0x90, 0xDD, 0x83, 0x52, 0x81, 0x5B, 0x83, 0x68];

    /// <summary>The loop over the rows, apart from the iterator because spans cannot live in one.</summary>
    private sealed class Rows(DpcReader reader, Stay stay, string file, Tally tally)
    {
        private readonly int[] room = new int[CutLine.MaxColumns];

        public bool Any { get; private set; }

        public ReadItem? Take(ByteLines lines)
        {
            var bytes = lines.Line.TrimEnd((byte)0x1A);
            if (bytes.IndexOfAnyExcept((byte)' ', Tab) < 0)
            {
                return null;
            }

            var line = new CutLine(bytes, room, Tab);
            if (!IsFacility(line[0]))
            {
                return lines.Number == 1 ? null : Strange(bytes, lines.Number);
            }

            Any = true;
            ReadItem? done = null;
            if (!stay.IsOpen || !(stay.IsSame(line) || (!lines.HasLineEnd && stay.MayBe(bytes))))
            {
                done = End();
                stay.Open(line, lines.Number);
            }

            stay.Raw.Add(bytes);
            if (lines.TooLong)
            {
                stay.Fault("dpc.line-too-long", "A row is longer than any row can be (16 KiB)", "Check the file's line ends", lines.Number, null);
            }
            else if (line.Count < (lines.HasLineEnd ? reader.LeastColumns : reader.AllColumns) || line.Count > reader.AllColumns + 1)
            {
                stay.Fault("dpc.columns", $"The row has {line.Count} columns instead of {reader.AllColumns}: it was cut, or holds a tab or a line break inside a field", "Write the file again from the hospital system", lines.Number, null);
            }
            else
            {
                stay.Add(line, lines.Number);
            }

            return done;
        }

        public ReadItem? End() => stay.IsOpen ? stay.Close() : null;

        /// <summary>A row that does not begin with a facility belongs to the stay around it, or to nobody.</summary>
        private ReadItem.Bad? Strange(ReadOnlySpan<byte> bytes, long at)
        {
            const string Reason = "The row does not begin with a nine-digit 施設コード";
            const string Remedy = "Write the file again from the hospital system";
            if (stay.IsOpen)
            {
                stay.Raw.Add(bytes);
                stay.Fault("dpc.facility", Reason, Remedy, at, "施設コード");
                return null;
            }

            tally.Warn("dpc.orphan", "row in front of every stay that belongs to none", at, Remedy);
            return new ReadItem.Bad(Finding.Error("dpc.facility", Reason, Remedy, new Place(file, at, "施設コード")), Raw.Capped(bytes));
        }
    }

    private int AllColumns => columns;

    private int LeastColumns => least;
}
