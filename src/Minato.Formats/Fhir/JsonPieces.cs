using System.Buffers;

namespace Minato.Formats.Fhir;

internal enum PieceKind
{
    /// <summary>A whole JSON document: the validation gate applies.</summary>
    Document,

    /// <summary>One line of NDJSON.</summary>
    Line,

    /// <summary>One entry of a Bundle too large to be held; taken like a line of NDJSON.</summary>
    Entry,

    /// <summary>An entry of such a Bundle that is tagged as not told to its patient, as far as its beginning says.</summary>
    HeldBackEntry,

    /// <summary>Bytes that are no JSON value; passed over.</summary>
    Garbage,

    /// <summary>A value over the size limit, passed over; the bytes are its beginning.</summary>
    TooLarge,

    /// <summary>The file ends inside this value.</summary>
    Truncated,
}

/// <summary>
/// Cuts a stream into JSON values without parsing them: lines of NDJSON, whole documents, and, where a Bundle is larger
/// than the limit, its entries one by one. Holds one value at a time, at most <paramref name="limit"/> bytes of it.
/// Nesting is a counter here, so a hundred thousand brackets cost nothing.
/// </summary>
internal sealed class JsonPieces(Stream stream, bool lines, int limit, CancellationToken ct)
{
    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t\r\n"u8);
    private static readonly SearchValues<byte> BetweenEntries = SearchValues.Create(" \t\r\n,"u8);
    private static readonly SearchValues<byte> StringEnd = SearchValues.Create("\"\\"u8);

    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;
    private bool atEnd;
    private long line = 1;
    private bool begun;
    private bool inBundle;
    private bool isHeldBack;
    private bool entriesDone;
    private bool finished;

    public PieceKind Kind { get; private set; }

    /// <summary>Valid until the next call.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>1-based line on which the piece begins.</summary>
    public long Line { get; private set; }

    /// <summary>Deepest nesting of the piece.</summary>
    public int Depth { get; private set; }

    public bool Next()
    {
        if (!begun)
        {
            begun = true;
            while (end < buffer.Length && !atEnd)
            {
                Fill();
            }

            if (buffer.AsSpan(0, end).StartsWith("\uFEFF"u8))
            {
                start = 3;
            }

            lines = lines || LooksLikeLines(buffer.AsSpan(start, end - start));
        }

        return !finished && (lines ? NextLine() : inBundle ? NextEntry() : NextDocument());
    }

    /// <summary>Whether the first line is a whole value and another value follows on the next line.</summary>
    private static bool LooksLikeLines(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf((byte)'\n');
        if (at < 0 || head[..at].TrimEnd((byte)'\r') is not [(byte)'{', .., (byte)'}'])
        {
            return false;
        }

        var scan = new Scan();
        return scan.Run(head[..at], 0) && scan.At >= head[..at].TrimEnd((byte)'\r').Length && head[(at + 1)..].TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
    }

    private bool NextLine()
    {
        while (true)
        {
            var searched = 0;
            int found;
            while ((found = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n')) < 0)
            {
                searched = end - start;
                if (searched > limit)
                {
                    return SkipLine();
                }

                if (!Fill())
                {
                    break;
                }
            }

            var length = found < 0 ? end - start : searched + found;
            var content = buffer.AsMemory(start, length);
            var at = line;
            start += length + (found < 0 ? 0 : 1);
            line += found < 0 ? 0 : 1;
            if (!content.Span.Trim(" \t\r"u8).IsEmpty)
            {
                Bytes = content;
                (Kind, Line, Depth) = (PieceKind.Line, at, 0);
                if (found < 0 && !new Scan().Run(content.Span.TrimStart(" \t\r"u8), 0))
                {
                    Kind = PieceKind.Truncated;
                }

                return true;
            }

            if (found < 0)
            {
                return false;
            }
        }
    }

    private bool SkipLine()
    {
        Bytes = buffer.AsSpan(start, 4096).ToArray();
        (Kind, Line, Depth) = (PieceKind.TooLarge, line, 0);
        while (true)
        {
            var found = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (found >= 0)
            {
                start += found + 1;
                line++;
                return true;
            }

            start = end;
            if (!Fill())
            {
                return true;
            }
        }
    }

    private bool NextDocument()
    {
        if (!PassOver(Blank))
        {
            return false;
        }

        Line = line;
        if (buffer[start] is not ((byte)'{' or (byte)'['))
        {
            return Garbage();
        }

        var scan = new Scan();
        while (!scan.Run(buffer.AsSpan(start, end - start), scan.At))
        {
            if (end - start > limit)
            {
                return scan.EntryStart > 0 ? BeginBundle(scan) : SkipValue(scan);
            }

            if (!Fill())
            {
                return Give(PieceKind.Truncated, end - start, scan.Deepest);
            }
        }

        return Give(PieceKind.Document, scan.At, scan.Deepest);
    }

    /// <summary>The Bundle is too large to hold: gives its entries one by one, beginning with those already here.</summary>
    private bool BeginBundle(Scan scan)
    {
        isHeldBack = HeldBack.IsIn(buffer.AsSpan(start, scan.EntryStart));
        Consume(scan.EntryStart);
        (inBundle, entriesDone) = (true, false);
        return NextEntry();
    }

    private bool NextEntry()
    {
        if (!entriesDone && PassOver(BetweenEntries) && buffer[start] == (byte)'{')
        {
            Line = line;
            var scan = new Scan();
            while (!scan.Run(buffer.AsSpan(start, end - start), scan.At))
            {
                if (end - start > limit)
                {
                    return SkipValue(scan);
                }

                if (!Fill())
                {
                    return Give(PieceKind.Truncated, end - start, scan.Deepest);
                }
            }

            return Give(isHeldBack ? PieceKind.HeldBackEntry : PieceKind.Entry, scan.At, scan.Deepest);
        }

        if (!entriesDone)
        {
            entriesDone = true;
            if (start == end)
            {
                Line = line;
                inBundle = false;
                return Give(PieceKind.Truncated, 0, 0);
            }
        }

        // What follows the entries (a signature, closing brackets) holds nothing for us.
        var rest = new Scan(2);
        while (!rest.Run(buffer.AsSpan(start, end - start), rest.At))
        {
            Consume(rest.At);
            rest.At = 0;
            if (!Fill())
            {
                inBundle = false;
                Line = line;
                return Give(PieceKind.Truncated, 0, 0);
            }
        }

        Consume(rest.At);
        inBundle = false;
        return NextDocument();
    }

    private bool SkipValue(Scan scan)
    {
        Bytes = buffer.AsSpan(start, 4096).ToArray();
        (Kind, Depth) = (PieceKind.TooLarge, scan.Deepest);
        while (true)
        {
            if (scan.Run(buffer.AsSpan(start, end - start), scan.At))
            {
                Consume(scan.At);
                return true;
            }

            Consume(scan.At);
            scan.At = 0;
            if (!Fill())
            {
                return true;
            }
        }
    }

    private bool Garbage()
    {
        Bytes = buffer.AsSpan(start, Math.Min(4096, end - start)).ToArray();
        (Kind, Depth) = (PieceKind.Garbage, 0);
        var lineStart = false;
        do
        {
            while (start < end)
            {
                var b = buffer[start];
                if (lineStart && b == (byte)'{')
                {
                    return true; // a line that begins with a brace may be a resource again
                }

                lineStart = b == (byte)'\n' || (lineStart && b is (byte)' ' or (byte)'\t' or (byte)'\r');
                line += b == '\n' ? 1 : 0;
                start++;
            }
        }
        while (Fill());
        return true;
    }

    /// <summary>To the first byte that is none of these; false where the file ends before.</summary>
    private bool PassOver(SearchValues<byte> these)
    {
        while (true)
        {
            var found = buffer.AsSpan(start, end - start).IndexOfAnyExcept(these);
            Consume(found < 0 ? end - start : found);
            if (found >= 0)
            {
                return true;
            }

            if (!Fill())
            {
                return false;
            }
        }
    }

    private bool Give(PieceKind kind, int length, int depth)
    {
        Bytes = buffer.AsMemory(start, length);
        (Kind, Depth, finished) = (kind, depth, kind == PieceKind.Truncated);
        Consume(length);
        return true;
    }

    private void Consume(int count)
    {
        line += buffer.AsSpan(start, count).Count((byte)'\n');
        start += count;
    }

    /// <summary>Reads on; makes room by moving or doubling. False at the end of the file.</summary>
    private bool Fill()
    {
        ct.ThrowIfCancellationRequested();
        if (atEnd)
        {
            return false;
        }

        if (start == end)
        {
            start = end = 0;
        }

        if (end == buffer.Length)
        {
            if (start > buffer.Length / 2)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
            }
            else
            {
                // Straight to the limit once doubling would come near it: two buffers of full size are never held.
                var larger = new byte[buffer.Length * 2L < limit ? buffer.Length * 2L : Math.Max(limit, end - start) + 65_536L];
                buffer.AsSpan(start, end - start).CopyTo(larger);
                buffer = larger;
            }

            (start, end) = (0, end - start);
        }

        var read = stream.Read(buffer.AsSpan(end));
        end += read;
        atEnd = read == 0;
        return !atEnd;
    }

    /// <summary>The state of the bracket counter inside one value; can pause and go on.</summary>
    private sealed class Scan(int depth = 0)
    {
        private int depth = depth;
        private bool inString;
        private bool escaped;

        /// <summary>How far the value was scanned; just behind its end when <see cref="Run"/> says it ended.</summary>
        public int At { get; set; }

        public int Deepest { get; private set; } = depth;

        /// <summary>Behind the bracket that opens the top-level <c>entry</c> array; 0 where there was none.</summary>
        public int EntryStart { get; private set; }

        public bool Run(ReadOnlySpan<byte> value, int from)
        {
            var i = from;
            while (i < value.Length)
            {
                if (inString)
                {
                    if (escaped)
                    {
                        (escaped, i) = (false, i + 1);
                        continue;
                    }

                    var quote = value[i..].IndexOfAny(StringEnd);
                    if (quote < 0)
                    {
                        i = value.Length;
                        break;
                    }

                    i += quote;
                    if (value[i] == '\\')
                    {
                        escaped = true;
                    }
                    else
                    {
                        inString = false;
                    }

                    i++;
                    continue;
                }

                switch (value[i++])
                {
                    case (byte)'"':
                        inString = true;
                        break;
                    case (byte)'{':
                        Deepest = Math.Max(Deepest, ++depth);
                        break;
                    case (byte)'[':
                        if (depth == 1 && EntryStart == 0 && value[..(i - 1)].TrimEnd(" \t\r\n"u8) is [.. var before, (byte)':'] && before.TrimEnd(" \t\r\n"u8).EndsWith("\"entry\""u8))
                        {
                            EntryStart = i;
                        }

                        Deepest = Math.Max(Deepest, ++depth);
                        break;
                    case (byte)'}' or (byte)']':
                        if (--depth <= 0)
                        {
                            At = i;
                            return true;
                        }

                        break;
                }
            }

            At = i;
            return false;
        }
    }
}
