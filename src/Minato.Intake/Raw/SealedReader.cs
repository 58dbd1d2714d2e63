using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Minato.Intake.Raw;

/// <summary>
/// Reads a sealed file, also from its middle (archives need that). Holds one frame. A frame that is not what was sealed is
/// <see cref="InvalidDataException"/>, as of any damaged file.
/// </summary>
internal sealed class SealedReader : Stream
{
    private readonly SafeFileHandle file;
    private readonly RawKey key;
    private readonly SealedFile.Layout layout;
    private readonly byte[] plain = new byte[SealedFile.FrameSize];
    private int held = -1;
    private long position;

    /// <exception cref="InvalidDataException">No sealed file, or sealed under another key.</exception>
    public SealedReader(string path, RawKey key)
    {
        this.key = key;
        file = File.OpenHandle(path);
        if (SealedFile.Read(file, key) is not { } found)
        {
            file.Dispose();
            throw new InvalidDataException("No sealed file");
        }

        layout = found;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => layout.Length;

    public override long Position
    {
        get => position;
        set => position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override int Read(Span<byte> buffer)
    {
        if (position >= Length || buffer.IsEmpty)
        {
            return 0;
        }

        var number = FrameAt(position);
        var frame = layout.Frames[number];
        if (held != number)
        {
            held = SealedFile.Open(file, key, layout.Name, frame, number, plain) < 0 ? throw new InvalidDataException("A frame is not what was sealed") : number;
        }

        var offset = (int)(position - frame.From);
        var n = Math.Min(buffer.Length, frame.Length - offset);
        plain.AsSpan(offset, n).CopyTo(buffer);
        position += n;
        return n;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => position, _ => Length };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
            CryptographicOperations.ZeroMemory(plain);
        }

        base.Dispose(disposing);
    }

    /// <summary>The frame that holds a position; frames differ in length where an append ended.</summary>
    private int FrameAt(long at)
    {
        if (held >= 0 && layout.Frames[held] is var here && at >= here.From && at < here.From + here.Length)
        {
            return held;
        }

        int low = 0, high = layout.Frames.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = layout.Frames[middle].From <= at ? (middle, high) : (low, middle - 1);
        }

        return low;
    }
}
