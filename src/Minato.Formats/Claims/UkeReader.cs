using Minato.Formats.Text;

namespace Minato.Formats.Claims;

/// <summary>
/// レセプト電算処理 files (UKE) of 医科 and DPC, also as insurers get them (three columns in front of each record).
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
        var first = Unprefixed(at < 0 ? bytes : bytes[..at], out _);
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

        var envelope = new UkeEnvelope(fileName, tally, new UkeReceipt(fileName, encoding, tally, new CodeBook()));
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

    /// <summary>The record without the insurers' three columns (データ識別, 行番号, 枝番号), and データ識別 where they were there.</summary>
    internal static ReadOnlySpan<byte> Unprefixed(ReadOnlySpan<byte> line, out int source)
    {
        source = 0;
        if (line.Length < 8 || line[0] is < (byte)'0' or > (byte)'9')
        {
            return line;
        }

        var rest = line;
        for (var i = 0; i < 3; i++)
        {
            var at = rest.IndexOf((byte)',');
            if (at is < 0 or > 9 || rest[..at].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                return line;
            }

            if (i == 0 && !System.Buffers.Text.Utf8Parser.TryParse(rest[..at], out source, out _))
            {
                source = 1;
            }

            rest = rest[(at + 1)..];
        }

        if (rest.Length >= 2 && char.IsAsciiLetterUpper((char)rest[0]) && char.IsAsciiLetterUpper((char)rest[1]))
        {
            source = Math.Max(source, 1);
            return rest;
        }

        source = 0;
        return line;
    }
}
