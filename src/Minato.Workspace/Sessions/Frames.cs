using System.Buffers.Binary;

namespace Minato.Workspace.Sessions;

/// <summary>
/// How the harbour and the inside of a session speak: a byte for the kind, four of length (big-endian), the content. What comes from inside is hostile: a frame that is too
/// long, or of no kind, ends the session.
/// </summary>
internal static class Frames
{
    public const byte Json = (byte)'J';
    public const byte Archive = (byte)'A';
    public const byte ArchiveEnd = (byte)'E';
    private const int Longest = 16 << 20;
    private const int HeadSize = 5;

    public static void Write(Stream stream, byte kind, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[HeadSize];
        head[0] = kind;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], content.Length);
        stream.Write(head);
        stream.Write(content);
        stream.Flush();
    }

    /// <summary>Null at the end.</summary>
    /// <exception cref="InvalidDataException">It is no frame.</exception>
    public static (byte Kind, byte[] Content)? Read(Stream stream)
    {
        Span<byte> head = stackalloc byte[HeadSize];
        if (stream.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false) < HeadSize)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(head[1..]);
        if (head[0] is not (Json or Archive or ArchiveEnd) || length is < 0 or > Longest)
        {
            throw new InvalidDataException("No frame");
        }

        var content = new byte[length];
        stream.ReadExactly(content);
        return (head[0], content);
    }

    /// <summary>Writes an archive as frames.</summary>
    internal sealed class ArchiveWriter(Stream to) : Stream
    {
        private readonly byte[] held = new byte[1 << 16];
        private int length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                var fits = Math.Min(buffer.Length, held.Length - length);
                buffer[..fits].CopyTo(held.AsSpan(length));
                length += fits;
                buffer = buffer[fits..];
                if (length == held.Length)
                {
                    Pass();
                }
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public void End()
        {
            Pass();
            Frames.Write(to, ArchiveEnd, []);
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private void Pass()
        {
            Frames.Write(to, Archive, held.AsSpan(0, length));
            length = 0;
        }
    }

    /// <summary>Reads an archive out of frames; ends with its last one.</summary>
    internal sealed class ArchiveReader(Stream from, byte[] first) : Stream
    {
        private ReadOnlyMemory<byte> held = first;
        private bool isOver;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            while (held.Length == 0 && !isOver)
            {
                if (Frames.Read(from) is not { Kind: Archive or ArchiveEnd } next)
                {
                    throw new InvalidDataException("An archive that does not end");
                }

                (held, isOver) = (next.Content, next.Kind == ArchiveEnd);
            }

            var n = Math.Min(buffer.Length, held.Length);
            held.Span[..n].CopyTo(buffer);
            held = held[n..];
            return n;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
