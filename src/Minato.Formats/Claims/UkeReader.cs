using Minato.Formats.Text;

namespace Minato.Formats.Claims;

/// <summary>
/// レセプト電算処理 files (UKE) of 医科, DPC, 歯科 and 調剤, also as insurers get them (three columns in front of each record).
/// One receipt is one record. A bad receipt is quarantined alone; the next one goes on.
/// </summary>
internal sealed class UkeReader : IFormatReader
{
    private const int LineLimit = 64 * 1024;

    public string Format => "uke";

    public bool Recognises(FileHead head)
    {
        var bytes = head.Bytes.Span;
        bytes = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        var at = bytes.IndexOf((byte)'\n');
        var first = HistoryColumns.Strip(at < 0 ? bytes : bytes[..at], out _);
        return first.StartsWith("IR,"u8) || first.StartsWith("\"IR\","u8) || first.StartsWith("YK,"u8) || first.StartsWith("UK,"u8) || first.StartsWith("MN,"u8)
            || (first.StartsWith("RE,"u8) && first.Count((byte)',') >= 20);
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

        if (encoding == SourceEncoding.Utf8)
        {
            tally.Warn("uke.encoding", "file in UTF-8; it was read as such", 1, "Claim files are Shift_JIS (CP932)");
        }

        var envelope = new UkeEnvelope(fileName, tally, encoding);
        while (lines.Next())
        {
            envelope.Take(lines);
            while (envelope.Ready.TryDequeue(out var item))
            {
                yield return item;
            }
        }

        envelope.End(lines.Number, lines.HasLineEnd);
        while (envelope.Ready.TryDequeue(out var item))
        {
            yield return item;
        }

        foreach (var remark in tally.Remarks())
        {
            yield return remark;
        }
    }
}
