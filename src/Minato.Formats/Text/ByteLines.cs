namespace Minato.Formats.Text;

/// <summary>
/// Lines of a byte stream in constant memory. A line over the limit is skipped to its end and reported, never held:
/// a 100 MB line costs the reader nothing but the time to pass over it.
/// </summary>
/// <param name="alsoCarriageReturn">A CR alone ends a line too (HL7 v2); a CRLF is then a line and an empty one.</param>
internal sealed class ByteLines(Stream stream, int limit, CancellationToken ct, bool alsoCarriageReturn = false)
{
    private readonly byte[] buffer = new byte[Math.Max(64 * 1024, limit + 4096)];
    private int start;
    private int end;
    private bool atEnd;
    private int from;
    private int length;

    /// <summary>The bytes of the line without its line end; the first part of it where it was too long. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Line => buffer.AsSpan(from, length);

    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(from, length);

    /// <summary>1-based.</summary>
    public long Number { get; private set; }

    public bool TooLong { get; private set; }

    /// <summary>False for a last line that the file breaks off in.</summary>
    public bool HasLineEnd { get; private set; }

    /// <summary>Fills the buffer as far as it goes and shows it, before the first line is taken.</summary>
    public ReadOnlySpan<byte> Peek()
    {
        while (end < buffer.Length && !atEnd)
        {
            Fill();
        }

        return buffer.AsSpan(start, end - start);
    }

    /// <summary>Drops bytes in front of the first line (a byte order mark).</summary>
    public void Skip(int bytes) => start += bytes;

    public bool Next()
    {
        ct.ThrowIfCancellationRequested();
        TooLong = false;
        var searched = 0;
        while (true)
        {
            var found = EndIn(buffer.AsSpan(start + searched, end - start - searched));
            if (found >= 0)
            {
                Take(searched + found, 1);
                return true;
            }

            searched = end - start;
            if (searched > limit)
            {
                return TakeTooLong();
            }

            if (atEnd)
            {
                if (searched == 0)
                {
                    return false;
                }

                Take(searched, 0);
                return true;
            }

            if (end == buffer.Length)
            {
                buffer.AsSpan(start, searched).CopyTo(buffer);
                (start, end) = (0, searched);
            }

            Fill();
        }
    }

    private void Take(int count, int lineEnd)
    {
        (from, length) = (start, count);
        HasLineEnd = lineEnd > 0;
        TooLong = count > limit;
        start += count + lineEnd;
        Number++;
        if (length > 0 && buffer[from + length - 1] == '\r')
        {
            length--;
        }
    }

    /// <summary>Keeps the line's beginning and passes over the rest without keeping it.</summary>
    private bool TakeTooLong()
    {
        const int Kept = 1024;
        buffer.AsSpan(start, Kept).CopyTo(buffer);
        (from, length, TooLong, HasLineEnd) = (0, Kept, true, false);
        Number++;
        start = end = Kept;
        while (!atEnd)
        {
            start = end = Kept;
            Fill();
            var found = EndIn(buffer.AsSpan(start, end - start));
            if (found >= 0)
            {
                start += found + 1;
                HasLineEnd = true;
                return true;
            }
        }

        start = end;
        return true;
    }

    private int EndIn(ReadOnlySpan<byte> bytes) => alsoCarriageReturn ? bytes.IndexOfAny((byte)'\n', (byte)'\r') : bytes.IndexOf((byte)'\n');

    private void Fill()
    {
        ct.ThrowIfCancellationRequested();
        var n = stream.Read(buffer.AsSpan(end));
        end += n;
        atEnd = n == 0;
    }
}
