using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Minato.Formats.Text;

namespace Minato.Formats.Dicom;

/// <summary>
/// The header of a DICOM part 10 file (PS3.10, PS3.5): explicit and implicit VR, little and big endian, deflated. Walks the elements up to the
/// pixels, which are never read, and keeps the few that the profile names. Lengths are believed only as far as bytes come.
/// </summary>
internal sealed class DicomHeader
{
    private const uint Item = 0xFFFEE000;
    private const uint ItemEnd = 0xFFFEE00D;
    private const uint SequenceEnd = 0xFFFEE0DD;
    private const uint Undefined = 0xFFFFFFFF;
    private const int LongestValue = 1024;
    private const int MostElements = 200_000;
    private const int Deepest = 16;
    private const long LongestHeader = 64 << 20;
    private static readonly Encoding Iso2022Jp = MakeIso2022();

    private readonly Dictionary<(uint Sequence, uint Tag), List<(string Vr, byte[] Value)>> kept = [];
    private ByteSource source;
    private bool isExplicit = true;
    private bool isBigEndian;
    private int elements;
    private Encoding encoding = Encoding.Latin1;

    private DicomHeader(Stream stream, CancellationToken ct) => source = new ByteSource(stream, ct);

    /// <summary>What keeps the header from being read, in words; null where it was read.</summary>
    public (string Code, string Reason)? Fault { get; private set; }

    /// <param name="stream">At the preamble.</param>
    public static DicomHeader Read(Stream stream, CancellationToken ct)
    {
        var header = new DicomHeader(stream, ct);
        try
        {
            header.Walk(ct);
        }
        catch (EndOfStreamException)
        {
            header.Fault = ("dicom.truncated", "The file breaks off inside its header");
        }
        catch (InvalidDataException)
        {
            header.Fault ??= ("dicom.damaged", Damaged);
        }

        return header;
    }

    /// <summary>The text of an attribute, its first value; null where it is missing or empty.</summary>
    public string? Text(string keyword, string sequence = "", int item = 0) => Values(keyword, sequence, item).FirstOrDefault();

    /// <summary>All values of an attribute.</summary>
    public IEnumerable<string> Values(string keyword, string sequence = "", int item = 0)
    {
        if (!kept.TryGetValue((sequence.Length == 0 ? 0 : Tag(sequence), Tag(keyword)), out var items) || item >= items.Count)
        {
            return [];
        }

        var (vr, value) = items[item];
        return vr switch
        {
            "US" when value.Length >= 2 => [((isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(value) : BinaryPrimitives.ReadUInt16LittleEndian(value))).ToString(CultureInfo.InvariantCulture)],
            "PN" or "LO" or "SH" or "UT" => Split(encoding.GetString(value)),
            _ => Split(Encoding.Latin1.GetString(value)),
        };

        static IEnumerable<string> Split(string text) => text.Split('\\').Select(v => v.Trim(' ', '\0')).Where(v => v.Length > 0);
    }

    public int Items(string keyword, string sequence) => kept.TryGetValue((Tag(sequence), Tag(keyword)), out var items) ? items.Count : 0;

    public decimal? Number(string keyword) => Text(keyword) is { Length: <= 16 } t && decimal.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && Math.Abs(n) < 1_000_000_000 ? n : null;

    public DateOnly? Day(string keyword) =>
        Text(keyword) is { } t && DateOnly.TryParseExact(t.Replace(".", "", StringComparison.Ordinal), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1850 and <= 2200 ? day : null;

    private void Walk(CancellationToken ct)
    {
        Span<byte> start = stackalloc byte[132];
        source.Read(start);
        while (source.PeekGroup() == 0x0002)
        {
            Element(0, 0);
        }

        var syntax = Text("TransferSyntaxUID");
        if (syntax == "1.2.840.10008.1.2.1.99")
        {
            source = new ByteSource(new DeflateStream(source.Rest(), CompressionMode.Decompress), ct);
        }

        (isExplicit, isBigEndian) = (syntax != "1.2.840.10008.1.2", syntax == "1.2.840.10008.1.2.2");
        while (!source.IsAtEnd && Element(0, 0))
        {
        }

        encoding = CharacterSet(Values("SpecificCharacterSet").ToList());
    }

    /// <summary>One element. False at the end of an item or sequence, and where the pixels begin.</summary>
    private bool Element(uint sequence, int depth)
    {
        if (++elements > MostElements || source.Position > LongestHeader)
        {
            Stop("dicom.too-long", "The header is far longer than headers are");
        }

        Span<byte> head = stackalloc byte[12];
        source.Read(head[..4]);
        var tag = ((uint)U16(head) << 16) | U16(head[2..]);
        if (tag is ItemEnd or SequenceEnd)
        {
            source.Read(head[..4]);
            return false;
        }

        if (depth == 0 && tag >> 16 >= 0x7FE0)
        {
            return false;
        }

        var known = DicomProfile.Shipped.Of(tag);
        string vr;
        uint length;
        source.Read(head[4..8]);
        if (isExplicit || tag >> 16 == 2)
        {
            if (!char.IsAsciiLetterUpper((char)head[4]) || !char.IsAsciiLetterUpper((char)head[5]))
            {
                Stop("dicom.damaged", Damaged);
            }

            vr = Encoding.ASCII.GetString(head[4..6]);
            if (vr is "OB" or "OW" or "OF" or "OD" or "OL" or "OV" or "SQ" or "UC" or "UR" or "UT" or "UN" or "SV" or "UV")
            {
                source.Read(head[8..12]);
                length = U32(head[8..]);
            }
            else
            {
                length = U16(head[6..]);
            }
        }
        else
        {
            vr = known?.Vr ?? "";
            length = U32(head[4..]);
        }

        if (vr == "SQ" || length == Undefined)
        {
            // A sequence of unknown VR is implicit inside (PS3.5 §6.2.2).
            var outer = isExplicit;
            isExplicit = isExplicit && vr != "UN";
            Sequence(tag, known is { Vr: "SQ" }, length, depth + 1);
            isExplicit = outer;
            return true;
        }

        if (known is not null && known.Vr != "SQ" && length <= LongestValue)
        {
            var value = new byte[length];
            source.Read(value);
            var at = (sequence, tag);
            if (!kept.TryGetValue(at, out var items))
            {
                kept[at] = items = [];
            }

            if (items.Count < 16)
            {
                items.Add((known.Vr, value));
            }
        }
        else
        {
            source.Skip(length);
        }

        return true;
    }

    private void Sequence(uint tag, bool isWanted, uint length, int depth)
    {
        if (depth > Deepest)
        {
            Stop("dicom.depth", "The header is nested deeper than any header");
        }

        if (length != Undefined && !isWanted)
        {
            source.Skip(length);
            return;
        }

        var end = length == Undefined ? long.MaxValue : source.Position + length;
        Span<byte> head = stackalloc byte[8];
        while (source.Position < end)
        {
            source.Read(head);
            var mark = ((uint)U16(head) << 16) | U16(head[2..]);
            var size = U32(head[4..]);
            if (mark == SequenceEnd)
            {
                return;
            }

            if (mark != Item || ++elements > MostElements)
            {
                Stop("dicom.damaged", Damaged);
            }

            if (size == Undefined)
            {
                while (Element(isWanted && depth == 1 ? tag : Undefined, depth))
                {
                }
            }
            else if (!isWanted)
            {
                source.Skip(size);
            }
            else
            {
                var itemEnd = source.Position + size;
                while (source.Position < itemEnd && Element(depth == 1 ? tag : Undefined, depth))
                {
                }
            }
        }
    }

    /// <summary>One reason for both: where deflated content is damaged, how its bytes arrive decides which of the two shows first.</summary>
    private const string Damaged = "The header is not built as PS3.5 says, or its deflated content is damaged";

    private void Stop(string code, string reason)
    {
        Fault = (code, reason);
        throw new InvalidDataException(reason);
    }

    private ushort U16(ReadOnlySpan<byte> b) => isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(b) : BinaryPrimitives.ReadUInt16LittleEndian(b);

    private uint U32(ReadOnlySpan<byte> b) => isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(b) : BinaryPrimitives.ReadUInt32LittleEndian(b);

    private static uint Tag(string keyword) => Keywords[keyword];

    private static readonly Dictionary<string, uint> Keywords = DicomProfile.Shipped.Attributes.ToDictionary(a => a.Keyword, a => a.Number, StringComparer.Ordinal);

    /// <summary>PS3.3 C.12.1.1.2, as far as Japanese and western files use it. What cannot be decoded is kept as Latin 1 and never looks like a name in kanji.</summary>
    private static Encoding CharacterSet(IReadOnlyList<string> names) =>
        names.Any(n => n is "ISO 2022 IR 87" or "ISO 2022 IR 159") ? Iso2022Jp
        : names.Contains("ISO_IR 192") ? Encoding.UTF8
        : names.Any(n => n is "ISO_IR 13" or "ISO 2022 IR 13") ? CodePagesEncodingProvider.Instance.GetEncoding(932)!
        : Encoding.Latin1;

    private static Encoding MakeIso2022()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(50220, EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\uFFFD"));
    }

    /// <summary>Bytes of a stream in order, through one small buffer.</summary>
    private sealed class ByteSource(Stream stream, CancellationToken ct)
    {
        private readonly byte[] buffer = new byte[16 * 1024];
        private int from;
        private int to;

        public long Position { get; private set; }

        public bool IsAtEnd => from == to && !Fill();

        /// <summary>Group of the next element in little endian; -1 at the end.</summary>
        public int PeekGroup()
        {
            while (to - from < 2)
            {
                if (!Fill())
                {
                    return -1;
                }
            }

            return BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(from));
        }

        public void Read(Span<byte> into)
        {
            while (into.Length > 0)
            {
                if (from == to && !Fill())
                {
                    throw new EndOfStreamException();
                }

                var n = Math.Min(into.Length, to - from);
                buffer.AsSpan(from, n).CopyTo(into);
                into = into[n..];
                from += n;
                Position += n;
            }
        }

        public void Skip(long count)
        {
            if (count > LongestHeader)
            {
                throw new EndOfStreamException(); // no element in front of the pixels is that long
            }

            while (count > 0)
            {
                if (from == to && !Fill())
                {
                    throw new EndOfStreamException();
                }

                var n = (int)Math.Min(count, to - from);
                from += n;
                count -= n;
                Position += n;
            }
        }

        /// <summary>What is buffered and what follows, as one stream.</summary>
        public Rejoined Rest() => new(buffer.AsMemory(from, to - from), stream);

        private bool Fill()
        {
            ct.ThrowIfCancellationRequested();
            if (from > 0)
            {
                buffer.AsSpan(from, to - from).CopyTo(buffer);
                (from, to) = (0, to - from);
            }

            var n = stream.Read(buffer.AsSpan(to));
            to += n;
            return n > 0;
        }
    }
}
