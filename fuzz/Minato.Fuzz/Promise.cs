using System.Text;
using Minato.Formats;

namespace Minato.Fuzz;

/// <summary>What holds for every reader and every file, whatever is in it.</summary>
internal static class Promise
{
    private const int MostRaw = 1 << 20;

    /// <summary>Names and numbers of the people in the first inputs; no finding may say them.</summary>
    private static readonly string[] Secrets = ["架空", "カクウ", "花子", "太郎", "P000123", "３４５", "1950-02-03", "19700401", "19500203", "77001"];

    /// <summary>Reads a file, looks at all that was said of it, and reads it once more in small pieces: the same must come out.</summary>
    /// <param name="own">The layout is the operator's own: a finding may quote the columns that it names.</param>
    public static void Keeps(IFormatReader reader, string file, byte[] bytes, bool own = false)
    {
        var items = reader.Read(new MemoryStream(bytes, writable: false), file).ToList();
        var shown = FormatsRoom.Shown(file);
        Check(items.Count > 0, "A reader said nothing of a file");
        foreach (var item in items)
        {
            switch (item)
            {
                case ReadItem.Good(var record):
                    Holds(record, shown);
                    break;
                case ReadItem.Bad(var finding, var raw):
                    Holds(finding, shown, own);
                    Check(finding.Severity == Severity.Error, "A piece was lost without an error");
                    Check(raw.Length <= MostRaw, "More than a MiB would go to quarantine");
                    break;
                case ReadItem.Remark(var finding):
                    Holds(finding, shown, own);
                    break;
            }
        }

        var whole = items.ConvertAll(Shape);
        var pieces = reader.Read(new SmallPieces(bytes), file).Select(Shape).ToList();
        if (!whole.SequenceEqual(pieces))
        {
            throw new BrokenPromiseException($"A file read whole and in pieces gave two answers, first\n{whole.Except(pieces).FirstOrDefault()}\nthen\n{pieces.Except(whole).FirstOrDefault()}");
        }
    }

    /// <summary>A finding says what, where and what to do, on one line, and quotes nobody.</summary>
    /// <param name="own">The file is the operator's own: a finding may quote its words.</param>
    public static void Holds(Finding finding, string file, bool own = false)
    {
        Check(finding.Code.Length > 2 && finding.Code.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'), "A finding without a code");
        Check(finding.Reason.Length > 0, "A finding without a reason");
        Check(finding.Severity == Severity.Note || finding.Remedy.Length > 0, "A finding without a remedy");
        Check(finding.Place.File == file, "A finding without its file");
        Check(finding.Place.Line is null or >= 0, "A finding at a line before the first");
        var said = finding.ToString();
        Check(!said.Any(char.IsControl), "A finding with control characters");
        Check(said.Length < 2000, "A finding of more than two thousand characters");
        Check(own || !Array.Exists(Secrets, s => said.Contains(s, StringComparison.Ordinal)), "A finding quotes somebody");
    }

    public static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BrokenPromiseException(otherwise);
        }
    }

    private static void Holds(DeliveredRecord record, string file)
    {
        Check(record.Key.Length is > 0 and < 500, "A record without a key, or with one of no bounded length");
        Check(record.Place.File == file, "A record without its file");
        foreach (var fact in record.Facts)
        {
            Check(fact.Start.Year > 1 && fact.End is not { Year: 1 }, "A fact without a day");
            Check(fact.Code.All(char.IsAscii) && fact.System.All(char.IsAscii), "A code that is no code");
        }
    }

    private static string Shape(ReadItem item) => item switch
    {
        ReadItem.Good(var r) => new StringBuilder(r.Key).Append('\n').Append(r.Place).Append('\n').Append(r.Demographics).Append('\n').AppendJoin('\n', r.Facts).ToString(),
        ReadItem.Bad(var f, var raw) => $"{f}\n{Convert.ToHexString(raw.Span)}",
        ReadItem.Remark(var f) => f.ToString(),
        _ => "",
    };

    /// <summary>A stream that gives its bytes a few at a time, as networks do.</summary>
    private sealed class SmallPieces(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        private int turn;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1 + (turn++ * 7919 % 503)));

        public override int Read(Span<byte> buffer)
        {
            var piece = new byte[Math.Min(buffer.Length, 512)];
            var n = Read(piece, 0, piece.Length);
            piece.AsSpan(0, n).CopyTo(buffer);
            return n;
        }
    }
}
