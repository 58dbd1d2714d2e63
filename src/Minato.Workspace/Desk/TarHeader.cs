using System.Text;

namespace Minato.Workspace.Desk;

/// <summary>One header of a ustar archive. Read by ourselves: the framework's reader allocates what a header claims, and archives come from where anybody may write them.</summary>
/// <param name="Name">As it stands there; anything.</param>
/// <param name="Size">Of the content that follows, in bytes.</param>
/// <param name="Kind">'0' or 0: a plain file; '5': a folder; anything else is a link, a device or an extension.</param>
internal sealed record TarHeader(string Name, long Size, byte Kind)
{
    public const int Block = 512;

    public bool IsFile => Kind is (byte)'0' or 0;

    /// <summary>Bytes between the content's end and the next header.</summary>
    public long Padding => (Block - (Size % Block)) % Block;

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
        name = prefix.Length > 0 ? prefix + "/" + name : name;
        return new(name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name, Octal(header.Slice(124, 12)), header[156]);
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
