using System.Globalization;
using System.Text;
using Minato.Workspace.Space;

namespace Minato.Workspace;

/// <summary>What an entry of an archive is.</summary>
internal enum ArchiveKind
{
    File,
    Folder,
    Link,

    /// <summary>Anything else: a device, a pipe, a hard link.</summary>
    Other,
}

/// <param name="Size">Bytes of content that follow.</param>
internal sealed record ArchiveEntry(string Name, ArchiveKind Kind, long Size, string Link, bool Executable, long Modified);

/// <summary>
/// Archives as GNU tar writes them (ustar, long names in entries of their own), read as hostile: what is inside comes from inside the sandbox, and every byte is counted.
/// </summary>
internal static class Archive
{
    private const int Block = 512;
    private const int LongestName = 4096;

    /// <param name="take">Takes each entry; copies its content by the second argument, or not: what it leaves is skipped.</param>
    /// <exception cref="InvalidDataException">It is no archive, or ends early.</exception>
    public static void Read(Stream stream, Action<ArchiveEntry, Action<Stream>> take)
    {
        var header = new byte[Block];
        string? longName = null, longLink = null;
        while (stream.ReadAtLeast(header, Block, throwOnEndOfStream: false) == Block && header.AsSpan().ContainsAnyExcept((byte)0))
        {
            var size = Number(header.AsSpan(124, 12));
            var kind = header[156];
            if (kind is (byte)'L' or (byte)'K')
            {
                if (size > LongestName)
                {
                    throw new InvalidDataException();
                }

                var text = new byte[size];
                stream.ReadExactly(text);
                Skip(stream, Padding(size));
                (longName, longLink) = kind == (byte)'L' ? (Text(text), longLink) : (longName, Text(text));
                continue;
            }

            var prefix = IsGnu(header) ? "" : Text(header.AsSpan(345, 155));
            var name = longName ?? (prefix.Length > 0 ? prefix + "/" : "") + Text(header.AsSpan(0, 100));
            var entry = new ArchiveEntry(
                name,
                kind switch { (byte)'0' or 0 => ArchiveKind.File, (byte)'5' => ArchiveKind.Folder, (byte)'2' => ArchiveKind.Link, _ => ArchiveKind.Other },
                size, longLink ?? Text(header.AsSpan(157, 100)), (Number(header.AsSpan(100, 8)) & 0b001_000_000) != 0, Number(header.AsSpan(136, 12)));
            (longName, longLink) = (null, null);
            var taken = false;
            take(entry, to =>
            {
                Copy(stream, to, size);
                taken = true;
            });
            Skip(stream, (taken ? 0 : size) + Padding(size));
        }
    }

    /// <summary>Writes a tree as the sandbox's tar reads it.</summary>
    public static void Write(Stream stream, WorkTree tree, Func<WorkEntry, Stream> open)
    {
        foreach (var entry in tree.Entries)
        {
            var kind = entry.Blob is not null ? '0' : entry.Link is not null ? '2' : '5';
            var name = Encoding.UTF8.GetBytes(entry.Path);
            var link = Encoding.UTF8.GetBytes(entry.Link ?? "");
            Long('L', name);
            Long('K', link);
            Header(kind, name, link, entry.Blob is null ? 0 : entry.Bytes, kind == '0' && !entry.Executable ? 0b110_100_100 : 0b111_101_101, entry.Modified);
            if (entry.Blob is not null)
            {
                using var content = open(entry);
                Copy(content, stream, entry.Bytes);
                stream.Write(new byte[Padding(entry.Bytes)]);
            }
        }

        stream.Write(new byte[2 * Block]);

        void Long(char kind, byte[] text)
        {
            if (text.Length > 100)
            {
                Header(kind, "././@LongLink"u8.ToArray(), [], text.Length, 0, 0);
                stream.Write(text);
                stream.Write(new byte[Padding(text.Length)]);
            }
        }

        void Header(char kind, byte[] name, byte[] link, long size, int mode, long modified)
        {
            var header = new byte[Block];
            name.AsSpan(0, Math.Min(100, name.Length)).CopyTo(header);
            link.AsSpan(0, Math.Min(100, link.Length)).CopyTo(header.AsSpan(157));
            Octal(header.AsSpan(100, 8), mode);
            Octal(header.AsSpan(108, 8), 0);
            Octal(header.AsSpan(116, 8), 0);
            Octal(header.AsSpan(124, 12), size);
            Octal(header.AsSpan(136, 12), modified);
            header[156] = (byte)kind;
            "ustar  \0"u8.CopyTo(header.AsSpan(257));
            header.AsSpan(148, 8).Fill((byte)' ');
            Octal(header.AsSpan(148, 8), header.Sum(b => (long)b));
            stream.Write(header);
        }

        static void Octal(Span<byte> field, long value) => Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(field.Length - 1, '0')).CopyTo(field);
    }

    private static int Padding(long size) => (int)((Block - (size % Block)) % Block);

    private static bool IsGnu(ReadOnlySpan<byte> header) => header[257..265].SequenceEqual("ustar  \0"u8);

    /// <exception cref="InvalidDataException">It ends before so many bytes.</exception>
    private static void Copy(Stream from, Stream to, long size)
    {
        var buffer = new byte[64 * 1024];
        for (var left = size; left > 0;)
        {
            var read = from.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
            {
                throw new InvalidDataException();
            }

            to.Write(buffer, 0, read);
            left -= read;
        }
    }

    private static void Skip(Stream stream, long size) => Copy(stream, Stream.Null, size);

    private static string Text(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field.IndexOf((byte)0) is var end && end >= 0 ? field[..end] : field);

    private static long Number(ReadOnlySpan<byte> field)
    {
        // GNU tar writes what octal digits cannot hold in base 256; nothing of ours is as large, or as old.
        if ((field[0] & 0x80) != 0)
        {
            return 0;
        }

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
