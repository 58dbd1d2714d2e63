namespace Minato.Formats.Text;

/// <summary>Passes a stream through and keeps its first 1 MiB, so that a document that turns out bad can be quarantined.</summary>
internal sealed class CapturedStream(Stream inner, CancellationToken ct) : ForwardStream
{
    private byte[] kept = new byte[16 * 1024];
    private int length;

    /// <summary>The first MiB of the stream, for quarantine: also what lies behind the place where its reader gave up.</summary>
    public ReadOnlyMemory<byte> KeepRest()
    {
        var passed = new byte[16 * 1024];
        while (length < Raw.Cap && Read(passed) > 0)
        {
        }

        return kept.AsSpan(0, length).ToArray();
    }

    public override int Read(Span<byte> buffer)
    {
        ct.ThrowIfCancellationRequested();

        // Filled whole: where a parser meets a fault must not hang on the pieces in which the network brought the file.
        var n = inner.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        var keep = Math.Min(n, Raw.Cap - length);
        if (length + keep > kept.Length)
        {
            Array.Resize(ref kept, Math.Min(Raw.Cap, Math.Max(kept.Length * 2, length + keep)));
        }

        buffer[..keep].CopyTo(kept.AsSpan(length));
        length += keep;
        return n;
    }
}
