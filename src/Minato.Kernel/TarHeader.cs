using System.Buffers.Binary;
using System.Text;

namespace Minato.Kernel;

/// <summary>One header of a ustar archive. Read by ourselves: the framework's reader allocates what a header claims, and archives come from where anybody may write them.</summary>
/// <param name="Name">As it stands there; anything.</param>
/// <param name="Size">Of the content that follows, in bytes.</param>
/// <param name="Kind">'0' or 0: a plain file; '5': a folder; '2': a link; anything else is a hard link, a device or an extension.</param>
/// <param name="Link">Where a link leads; anything.</param>
/// <param name="Modified">Seconds since 1970; 0 where octal digits cannot hold it.</param>
public sealed record TarHeader(string Name, long Size, byte Kind, string Link, long Mode, long Modified)
{
    public const int Block = 512;

    /// <summary>Bytes of a name that fit into a header; a longer one needs an entry of its own before it.</summary>
    public const int LongestName = 100;

    private const byte Binary = 0x80;

    /// <summary>Bytes between the content's end and the next header.</summary>
    public int Padding => PaddingOf(Size);

    public bool IsExecutable => (Mode & 0b001_000_000) != 0;

    public static int PaddingOf(long size) => (int)((Block - (size % Block)) % Block);

    /// <summary>The next header; null at the end of the archive.</summary>
    /// <exception cref="InvalidDataException">This is no archive.</exception>
    public static TarHeader? Read(Stream stream)
    {
        Span<byte> header = stackalloc byte[Block];
        if (stream.ReadAtLeast(header, Block, throwOnEndOfStream: false) != Block || !header.ContainsAnyExcept((byte)0))
        {
            return null;
        }

        var name = Text(header[..LongestName]);
        // GNU writes times where ustar has the beginning of a long name.
        var prefix = header[257..263].SequenceEqual("ustar\0"u8) ? Text(header.Slice(345, 155)) : "";
        return new(
            prefix.Length > 0 ? prefix + "/" + name : name, SizeOf(header.Slice(124, 12)), header[156], Text(header.Slice(157, LongestName)), Octal(header.Slice(100, 8)),
            (header[136] & Binary) != 0 ? 0 : Octal(header.Slice(136, 12)));
    }

    /// <summary>Writes the header as GNU tar does: of names what fits, and a size that octal digits cannot hold as a number.</summary>
    public void Write(Stream stream)
    {
        var header = new byte[Block];
        Cut(Name, header);
        Cut(Link, header.AsSpan(157));
        PutOctal(header.AsSpan(100, 8), Mode);
        PutOctal(header.AsSpan(108, 8), 0);
        PutOctal(header.AsSpan(116, 8), 0);
        if (Size < 1L << 33)
        {
            PutOctal(header.AsSpan(124, 12), Size);
        }
        else
        {
            header[124] = Binary;
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), Size);
        }

        PutOctal(header.AsSpan(136, 12), Modified);
        header[156] = Kind;
        "ustar  \0"u8.CopyTo(header.AsSpan(257));
        header.AsSpan(148, 8).Fill((byte)' ');
        PutOctal(header.AsSpan(148, 8), header.Sum(b => (long)b));
        stream.Write(header);
    }

    /// <summary>Whether a file that begins so is such an archive.</summary>
    public static bool Begins(ReadOnlySpan<byte> head) => head.Length >= 262 && head[257..262].SequenceEqual("ustar"u8);

    public static string Text(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field.IndexOf((byte)0) is var end && end >= 0 ? field[..end] : field);

    private static void Cut(string text, Span<byte> field)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        bytes.AsSpan(0, Math.Min(LongestName, bytes.Length)).CopyTo(field);
    }

    private static void PutOctal(Span<byte> field, long value) => Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(field.Length - 1, '0')).CopyTo(field);

    private static long SizeOf(ReadOnlySpan<byte> field)
    {
        if (field[0] != Binary)
        {
            return Octal(field);
        }

        var size = BinaryPrimitives.ReadInt64BigEndian(field[4..]);
        return size >= 0 && !field[1..4].ContainsAnyExcept((byte)0) ? size : throw new InvalidDataException();
    }

    private static long Octal(ReadOnlySpan<byte> field)
    {
        long value = 0;
        foreach (var c in field.Trim(" \0"u8))
        {
            if (c is < (byte)'0' or > (byte)'7')
            {
                throw new InvalidDataException();
            }

            value = (value << 3) | (uint)(c - '0');
        }

        return value;
    }
}
