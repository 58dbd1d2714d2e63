namespace Minato.Formats.Text;

/// <summary>Passes a stream through and keeps its first 1 MiB, so that a document that turns out bad can be quarantined.</summary>
internal sealed class CapturedStream(Stream inner, CancellationToken ct) : Stream
{
    private byte[] kept = new byte[16 * 1024];
    private int length;

    /// <summary>Bytes kept so far.</summary>
    public int KeptLength => length;

    public ReadOnlyMemory<byte> Kept => kept.AsSpan(0, length).ToArray();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        ct.ThrowIfCancellationRequested();
        var n = inner.Read(buffer);
        var keep = Math.Min(n, Raw.Cap - length);
        if (length + keep > kept.Length)
        {
            Array.Resize(ref kept, Math.Min(Raw.Cap, Math.Max(kept.Length * 2, length + keep)));
        }

        buffer[..keep].CopyTo(kept.AsSpan(length));
        length += keep;
        return n;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
