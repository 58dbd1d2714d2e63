using System.Text;
using System.Text.Unicode;
using Minato.Formats.Text;

namespace Minato.Formats.Hl7;

/// <summary>One message: its segments, or what keeps it from being read.</summary>
/// <param name="Line">Segment of the file that it begins with.</param>
internal sealed record Hl7Message(IReadOnlyList<Segment> Segments, Finding? Fault, ReadOnlyMemory<byte> Raw, long Line)
{
    public Segment? First(string id) => Segments.FirstOrDefault(s => s.Id == id);
}

/// <summary>
/// The messages of a file, one after another: a single one as in SS-MIX2, or a batch (FHS, BHS … BTS, FTS) or plain
/// concatenation of many. Segments end with CR; LF and CRLF are accepted. Only one message is held.
/// </summary>
internal sealed class Hl7Messages(Stream stream, string file, Tally tally, CancellationToken ct)
{
    public const int LongestSegment = 256 * 1024;
    private const int MostSegments = 20_000;

    /// <summary>Characters of one message.</summary>
    private const int LongestMessage = 8 << 20;

    private static readonly Encoding Iso2022Jp = Make();
    private readonly ByteLines lines = new(stream, LongestSegment, ct, alsoCarriageReturn: true);
    private readonly Raw raw = new();
    private List<Segment> segments = [];
    private Separators? marks;
    private Finding? fault;
    private long begun;
    private int characters;

    public IEnumerable<Hl7Message> Read()
    {
        long number = 0;
        long messages = 0;
        long? said = null;
        if (lines.Peek().StartsWith("\uFEFF"u8))
        {
            lines.Skip(3);
        }

        while (lines.Next())
        {
            var bytes = lines.Line.Trim("\u000B\u001C"u8); // MLLP's frame
            if (bytes.IsEmpty || bytes is [0x1A])
            {
                continue;
            }

            number++;
            var id = bytes[..Math.Min(3, bytes.Length)];
            if (id.SequenceEqual("MSH"u8))
            {
                if (Close() is { } whole)
                {
                    messages++;
                    yield return whole;
                }

                Open(lines.Line.Trim("\u000B\u001C"u8), number);
                continue;
            }

            if (id.SequenceEqual("FHS"u8) || id.SequenceEqual("BHS"u8) || id.SequenceEqual("BTS"u8) || id.SequenceEqual("FTS"u8))
            {
                if (Close() is { } whole)
                {
                    messages++;
                    yield return whole;
                }

                // BTS-1: how many messages the sender put in.
                var line = lines.Line;
                if (line.StartsWith("BTS"u8) && line.Length > 4 && System.Buffers.Text.Utf8Parser.TryParse(line[4..], out long count, out _))
                {
                    said = (said ?? 0) + count;
                }

                continue;
            }

            Add(lines.Line, number);
        }

        if (Close() is { } last)
        {
            messages++;
            yield return last;
        }

        if (said is { } n && n != messages)
        {
            tally.Warn("hl7.batch-count", "batch whose trailer counts another number of messages than stand in it", number, "Compare with the original, and send again what is missing", "BTS-1");
        }

        if (number > 0 && !lines.HasLineEnd)
        {
            tally.Warn("hl7.no-segment-end", "last segment without a segment end: the file may break off there", number, "Compare with the original, and send the message again if something is missing");
        }
    }

    private void Open(ReadOnlySpan<byte> bytes, long number)
    {
        begun = number;
        marks = Separators.Of(Encoding.Latin1.GetString(bytes));
        if (marks is null)
        {
            Fault("hl7.separators", "MSH-1 and MSH-2 do not declare separators", "Begin the message with MSH|^~\\&", number, "MSH-2");
        }

        Add(bytes, number);
    }

    private void Add(ReadOnlySpan<byte> bytes, long number)
    {
        begun = begun == 0 ? number : begun;
        raw.Add(bytes);
        if (lines.TooLong)
        {
            Fault("hl7.segment-too-long", $"A segment is longer than {LongestSegment / 1024} KiB", "Send documents and pictures apart from the messages", number, null);
        }
        else if (marks is null)
        {
            Fault("hl7.no-header", "Segments without an MSH in front of them belong to no message", "Begin each message with MSH", number, null);
        }
        else if (segments.Count >= MostSegments || characters > LongestMessage)
        {
            Fault("hl7.message-too-long", $"The message has more than {MostSegments} segments or {LongestMessage >> 20} Mi characters", "Send one message for each order", number, null);
            segments.Clear();
        }
        else if (fault is null)
        {
            var text = Decode(bytes);
            if (text is null)
            {
                Fault("hl7.encoding", "A segment is neither ISO-2022-JP nor UTF-8 nor Shift_JIS", "Send ISO-2022-JP (MSH-18 ~ISO IR87) or UTF-8", number, null);
                return;
            }

            characters += text.Length;
            segments.Add(new Segment(text, marks.Value, number));
        }
    }

    private Hl7Message? Close()
    {
        if (begun == 0)
        {
            return null;
        }

        var message = new Hl7Message(segments, fault, raw.Copy(), begun);
        (segments, fault, begun, marks, characters) = ([], null, 0, null, 0);
        raw.Clear();
        return message;
    }

    private void Fault(string code, string reason, string remedy, long line, string? field) => fault ??= Finding.Error(code, reason, remedy, new Place(file, line, field));

    /// <summary>
    /// The bytes speak for themselves: escape sequences are ISO-2022-JP, whatever MSH-18 says. Kanji bytes of ISO-2022-JP look like
    /// separators (| ^ &amp;), so text is decoded before it is cut; each segment begins in ASCII again (JAHIS).
    /// </summary>
    private static string? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Contains((byte)0x1B))
        {
            return Iso2022Jp.GetString(bytes);
        }

        return SourceText.TryDecode(bytes, Utf8.IsValid(bytes) ? SourceEncoding.Utf8 : SourceEncoding.Cp932, out var text) ? text : null;
    }

    private static Encoding Make()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(50220, EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\uFFFD"));
    }
}
