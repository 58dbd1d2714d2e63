using System.Security.Cryptography;

namespace Minato.Intake.Raw;

/// <summary>Appends to a sealed file. What was written is on the disk once it is disposed; after a crash the file goes on where its last whole frame ends.</summary>
internal sealed class SealedWriter : Stream
{
    private readonly FileStream file;
    private readonly RawKey key;
    private readonly byte[] buffer = new byte[SealedFile.FrameSize];
    private byte[] name;
    private int buffered;
    private int frames;
    private long written;
    private bool isBroken;

    /// <exception cref="InvalidDataException">The file is sealed under another key.</exception>
    public SealedWriter(string path, RawKey key)
    {
        this.key = key;
        file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        name = RandomNumberGenerator.GetBytes(SealedFile.NameSize);
        if (file.Length < SealedFile.NameSize)
        {
            Begin();
            return;
        }

        if (SealedFile.Read(file.SafeFileHandle, key) is not { } layout)
        {
            file.Dispose();
            throw new InvalidDataException("No sealed file");
        }

        (name, frames, written) = (layout.Name, layout.Frames.Count, layout.Length);
        file.SetLength(layout.End);
        file.Position = layout.End;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    /// <summary>Bytes of content.</summary>
    public override long Length => written + buffered;

    public override long Position { get => Length; set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> content)
    {
        while (content.Length > 0)
        {
            var n = Math.Min(content.Length, buffer.Length - buffered);
            content[..n].CopyTo(buffer.AsSpan(buffered));
            buffered += n;
            content = content[n..];
            if (buffered == buffer.Length)
            {
                Seal();
            }
        }
    }

    public override void Write(byte[] content, int offset, int count) => Write(content.AsSpan(offset, count));

    /// <summary>Does nothing: short frames would be the price. <see cref="Stream.Dispose()"/> brings all to the disk.</summary>
    public override void Flush()
    {
    }

    /// <summary>Begins anew: 0 is the only length that can be set.</summary>
    public override void SetLength(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(value, 0);
        Begin();
    }

    public override int Read(byte[] content, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && file.CanWrite)
        {
            try
            {
                Seal();
                file.Flush(flushToDisk: true);
            }
            finally
            {
                file.Dispose();
                CryptographicOperations.ZeroMemory(buffer);
            }
        }

        base.Dispose(disposing);
    }

    private void Begin()
    {
        name = RandomNumberGenerator.GetBytes(SealedFile.NameSize);
        (buffered, frames, written) = (0, 0, 0);
        file.SetLength(0);
        file.Write(name);
    }

    private void Seal()
    {
        if (buffered == 0 || isBroken)
        {
            return;
        }

        var at = file.Position;
        try
        {
            file.Write(SealedFile.Seal(key, name, frames, buffer.AsSpan(0, buffered)));
        }
        catch (IOException)
        {
            // Nothing may follow half a frame; where it cannot be cut off now, it is when the file is opened next.
            isBroken = true;
            file.SetLength(at);
            throw;
        }

        (frames, written, buffered) = (frames + 1, written + buffered, 0);
    }
}
