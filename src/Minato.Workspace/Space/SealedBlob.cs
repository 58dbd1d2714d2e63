using System.Buffers.Binary;
using System.Security.Cryptography;
using Minato.Workspace.Sandbox;

namespace Minato.Workspace.Space;

/// <summary>
/// A file of a project as it lies on the disk: 16 random bytes, then frames of up to 64 KiB, each its length (4 bytes, little-endian, the highest bit set
/// in the last one) and what it holds under AES-256-GCM. Every file has a key of its own, derived from the project's key and its random bytes, so that frames
/// are simply counted. Written once, read from any place; a file without its last frame is no file.
/// </summary>
internal static class SealedBlob
{
    public const int NameSize = 16;
    private const int FrameSize = 64 << 10;
    private const int LengthSize = 4;
    private const int TagSize = 16;
    private const uint Last = 0x80000000;

    /// <summary>Begins a file that must not be there yet. What is disposed before <see cref="Writer.Complete"/> is deleted.</summary>
    public static Writer Create(string path, ReadOnlySpan<byte> projectKey) => new(path, projectKey);

    public static Stream Open(string path, ReadOnlySpan<byte> projectKey) => new Reader(path, projectKey);

    public static void Write(string path, ReadOnlySpan<byte> projectKey, ReadOnlySpan<byte> content)
    {
        using var writer = Create(path, projectKey);
        writer.Write(content);
        writer.Complete();
    }

    /// <exception cref="InvalidDataException">It is not what was sealed under this key.</exception>
    public static byte[] Read(string path, ReadOnlySpan<byte> projectKey)
    {
        using var reader = Open(path, projectKey);
        using var content = new MemoryStream();
        reader.CopyTo(content);
        return content.ToArray();
    }

    private static AesGcm Cipher(ReadOnlySpan<byte> projectKey, ReadOnlySpan<byte> name)
    {
        Span<byte> key = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, projectKey, key, name, "minato project file"u8);
        var cipher = new AesGcm(key, TagSize);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }

    private static void Nonce(Span<byte> nonce, long frame)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(nonce, frame);
    }

    internal sealed class Writer : Stream
    {
        private readonly string path;
        private readonly FileStream file;
        private readonly AesGcm cipher;
        private readonly byte[] plain = new byte[FrameSize];
        private readonly byte[] box = new byte[LengthSize + FrameSize + TagSize];
        private int held;
        private long frame;
        private long total;
        private bool isWhole;

        public Writer(string path, ReadOnlySpan<byte> projectKey)
        {
            this.path = path;
            Span<byte> name = stackalloc byte[NameSize];
            RandomNumberGenerator.Fill(name);
            cipher = Cipher(projectKey, name);
            file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            file.Write(name);
        }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => total;

        public override long Position { get => total; set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                if (held == FrameSize)
                {
                    Seal(last: false);
                }

                var fits = Math.Min(buffer.Length, FrameSize - held);
                buffer[..fits].CopyTo(plain.AsSpan(held));
                (held, total) = (held + fits, total + fits);
                buffer = buffer[fits..];
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        /// <summary>Writes the last frame. On the disk once it is flushed: see <see cref="Spawn.Flush"/>.</summary>
        public void Complete()
        {
            Seal(last: true);
            isWhole = true;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                file.Dispose();
                cipher.Dispose();
                CryptographicOperations.ZeroMemory(plain);
                if (!isWhole)
                {
                    File.Delete(path);
                }
            }

            base.Dispose(disposing);
        }

        private void Seal(bool last)
        {
            Span<byte> nonce = stackalloc byte[12];
            Nonce(nonce, frame++);
            BinaryPrimitives.WriteUInt32LittleEndian(box, (uint)held | (last ? Last : 0));
            cipher.Encrypt(nonce, plain.AsSpan(0, held), box.AsSpan(LengthSize, held), box.AsSpan(LengthSize + held, TagSize), box.AsSpan(0, LengthSize));
            file.Write(box, 0, LengthSize + held + TagSize);
            held = 0;
        }
    }

    private sealed class Reader : Stream
    {
        private readonly FileStream file;
        private readonly AesGcm cipher;
        private readonly byte[] plain = new byte[FrameSize];
        private readonly byte[] box = new byte[LengthSize + FrameSize + TagSize];
        private readonly long last;
        private long position;
        private long held = -1;

        public Reader(string path, ReadOnlySpan<byte> projectKey)
        {
            file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 });
            Span<byte> name = stackalloc byte[NameSize];
            var isNamed = file.ReadAtLeast(name, NameSize, throwOnEndOfStream: false) == NameSize;
            last = (file.Length - NameSize - 1) / box.Length;
            Length = file.Length - NameSize - ((last + 1) * (LengthSize + TagSize));
            if (!isNamed || file.Length == NameSize || Length < last * FrameSize)
            {
                file.Dispose();
                throw NotSealed();
            }

            cipher = Cipher(projectKey, name);
        }

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length { get; }

        public override long Position { get => position; set => position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value)); }

        public override int Read(Span<byte> buffer)
        {
            if (buffer.Length == 0)
            {
                return 0;
            }

            // At the end too: the last frame says that it is the last.
            var frame = Math.Min(position / FrameSize, last);
            if (frame != held)
            {
                Unseal(frame);
            }

            var n = (int)Math.Clamp(Length - position, 0, Math.Min(buffer.Length, FrameSize - (position % FrameSize)));
            plain.AsSpan((int)(position % FrameSize), n).CopyTo(buffer);
            position += n;
            return n;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => Position = offset + (origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => position, _ => Length });

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                file.Dispose();
                cipher.Dispose();
                CryptographicOperations.ZeroMemory(plain);
            }

            base.Dispose(disposing);
        }

        private void Unseal(long frame)
        {
            held = -1;
            var length = (int)Math.Min(FrameSize, Length - (frame * FrameSize));
            Span<byte> nonce = stackalloc byte[12];
            Nonce(nonce, frame);
            file.Position = NameSize + (frame * box.Length);
            var whole = LengthSize + length + TagSize;
            if (file.ReadAtLeast(box.AsSpan(0, whole), whole, throwOnEndOfStream: false) < whole
                || BinaryPrimitives.ReadUInt32LittleEndian(box) != ((uint)length | (frame == last ? Last : 0)))
            {
                throw NotSealed();
            }

            try
            {
                cipher.Decrypt(nonce, box.AsSpan(LengthSize, length), box.AsSpan(LengthSize + length, TagSize), plain.AsSpan(0, length), box.AsSpan(0, LengthSize));
            }
            catch (AuthenticationTagMismatchException)
            {
                throw NotSealed();
            }

            held = frame;
        }

        private static InvalidDataException NotSealed() => new("The file is not what was sealed under this project's key");
    }
}
