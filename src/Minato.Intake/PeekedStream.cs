namespace Minato.Intake;

/// <summary>The head of a stream, looked at and put back.</summary>
internal sealed class PeekedStream(ReadOnlyMemory<byte> head, Stream rest) : ForwardStream
{
    private int position;

    public override int Read(Span<byte> buffer)
    {
        if (position >= head.Length)
        {
            return rest.Read(buffer);
        }

        var n = Math.Min(buffer.Length, head.Length - position);
        head.Span.Slice(position, n).CopyTo(buffer);
        position += n;
        return n;
    }
}
