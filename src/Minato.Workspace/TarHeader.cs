using System.Text;

namespace Minato.Workspace;

/// <summary>One header of a ustar archive. Read by ourselves: the framework's reader allocates what a header claims, and archives come from where anybody may write them.</summary>
/// <param name="Name">As it stands there; anything.</param>
/// <param name="Size">Of the content that follows, in bytes.</param>
/// <param name="Kind">'0' or 0: a plain file; '5': a folder; '2': a link; anything else is a hard link, a device or an extension.</param>
/// <param name="Link">Where a link leads; anything.</param>
/// <param name="Modified">Seconds since 1970; 0 where octal digits cannot hold it.</param>
internal sealed record TarHeader(string Name, long Size, byte Kind, string Link, long Mode, long Modified)
{
    public const int Block = 512;

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

        var name = Text(header[..100]);
        // GNU writes times where ustar has the beginning of a long name.
        var prefix = header[257..263].SequenceEqual("ustar\0"u8) ? Text(header.Slice(345, 155)) : "";
        return new(
            prefix.Length > 0 ? prefix + "/" + name : name, Octal(header.Slice(124, 12)), header[156], Text(header.Slice(157, 100)), Octal(header.Slice(100, 8)),
            (header[136] & 0x80) != 0 ? 0 : Octal(header.Slice(136, 12)));
    }

    /// <summary>Whether a file that begins so is such an archive.</summary>
    public static bool Begins(ReadOnlySpan<byte> head) => head.Length >= 262 && head[257..262].SequenceEqual("ustar"u8);

    public static string Text(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field.IndexOf((byte)0) is var end && end >= 0 ? field[..end] : field);

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
