namespace Minato.Kernel;

/// <summary>What was read ahead of a stream, and what follows it, as one stream again. The stream stays its owner's to close.</summary>
public sealed class Rejoined(ReadOnlyMemory<byte> first, Stream then) : ForwardStream
{
    public override int Read(Span<byte> buffer)
    {
        if (first.IsEmpty)
        {
            return then.Read(buffer);
        }

        var n = Math.Min(buffer.Length, first.Length);
        first.Span[..n].CopyTo(buffer);
        first = first[n..];
        return n;
    }
}
