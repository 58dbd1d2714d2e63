using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Minato.Intake.Raw;

/// <summary>
/// How a raw file lies sealed on the disk: a random name of 16 bytes, then frames. A frame is the length of what it holds (4 bytes, little-endian), a nonce, and up to
/// 256 KiB sealed with XChaCha20-Poly1305; the file's name and the frame's number are authenticated with it, so that frames cannot be moved. Frames are only
/// appended: after a crash the last may be torn, which its tag shows.
/// </summary>
internal static class SealedFile
{
    public const int FrameSize = 256 << 10;
    public const int NameSize = 16;
    private const int LengthSize = 4;

    public static int HeadSize => LengthSize + RawKey.Cipher.NonceSize;

    public static int SealedSize(int plain) => HeadSize + plain + RawKey.Cipher.TagSize;

    /// <summary>Where whole frames begin, what they hold, and where they end.</summary>
    public sealed record Layout(byte[] Name, IReadOnlyList<(long At, long From, int Length)> Frames, long Length, long End);

    /// <summary>Null where the file is none of these, or is sealed under another key.</summary>
    public static Layout? Read(SafeFileHandle file, RawKey key)
    {
        var name = new byte[NameSize];
        var size = RandomAccess.GetLength(file);
        if (RandomAccess.Read(file, name, 0) < NameSize)
        {
            return null;
        }

        var frames = new List<(long At, long From, int Length)>();
        long at = NameSize, from = 0;
        Span<byte> head = stackalloc byte[LengthSize];
        while (at + HeadSize <= size && RandomAccess.Read(file, head, at) == LengthSize)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(head);
            if (length is <= 0 or > FrameSize || at + SealedSize(length) > size)
            {
                break;
            }

            frames.Add((at, from, length));
            (at, from) = (at + SealedSize(length), from + length);
        }

        // Only the last append can have been torn by a crash.
        if (frames.Count > 0 && Open(file, key, name, frames[^1], frames.Count - 1, new byte[FrameSize]) < 0)
        {
            (at, from) = (frames[^1].At, frames[^1].From);
            frames.RemoveAt(frames.Count - 1);
        }

        return new(name, frames, from, at);
    }

    /// <returns>How many bytes it holds; -1 where it is not what was sealed.</returns>
    public static int Open(SafeFileHandle file, RawKey key, ReadOnlySpan<byte> name, (long At, long From, int Length) frame, int number, Span<byte> plain)
    {
        var box = new byte[SealedSize(frame.Length)];
        var read = 0;
        while (read < box.Length && RandomAccess.Read(file, box.AsSpan(read), frame.At + read) is > 0 and var n)
        {
            read += n;
        }

        return read == box.Length
            && RawKey.Cipher.Decrypt(key.Key, box.AsSpan(LengthSize, RawKey.Cipher.NonceSize), About(name, number), box.AsSpan(HeadSize), plain[..frame.Length])
            ? frame.Length
            : -1;
    }

    public static byte[] Seal(RawKey key, ReadOnlySpan<byte> name, int number, ReadOnlySpan<byte> plain)
    {
        var box = new byte[SealedSize(plain.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(box, plain.Length);
        RandomNumberGenerator.Fill(box.AsSpan(LengthSize, RawKey.Cipher.NonceSize));
        RawKey.Cipher.Encrypt(key.Key, box.AsSpan(LengthSize, RawKey.Cipher.NonceSize), About(name, number), plain, box.AsSpan(HeadSize));
        return box;
    }

    private static byte[] About(ReadOnlySpan<byte> name, int number)
    {
        var about = new byte[NameSize + sizeof(int)];
        name.CopyTo(about);
        BinaryPrimitives.WriteInt32LittleEndian(about.AsSpan(NameSize), number);
        return about;
    }
}
