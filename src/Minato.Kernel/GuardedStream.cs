namespace Minato.Kernel;

/// <summary>
/// A stream from outside that can neither blow up nor break the reader: it ends early where the content grows past its
/// limit (an archive bomb) or where the compression is corrupt, and says which of the two it was.
/// </summary>
public sealed class GuardedStream(Stream inner, long limit) : ForwardStream
{
    /// <summary>Bytes so far, at most one buffer past the limit.</summary>
    public long BytesRead { get; private set; }

    public bool TooLarge { get; private set; }

    public bool Corrupt { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        if (TooLarge || Corrupt)
        {
            return 0;
        }

        try
        {
            var n = inner.Read(buffer);
            BytesRead += n;
            if (BytesRead <= limit)
            {
                return n;
            }

            TooLarge = true;
            return 0;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            Corrupt = true;
            return 0;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
