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
    private const int LongestName = 4096;

    /// <param name="take">Takes each entry; copies its content by the second argument, or not: what it leaves is skipped.</param>
    /// <exception cref="InvalidDataException">It is no archive, or ends early.</exception>
    public static void Read(Stream stream, Action<ArchiveEntry, Action<Stream>> take)
    {
        string? longName = null, longLink = null;
        while (TarHeader.Read(stream) is { } header)
        {
            if (header.Kind is (byte)'L' or (byte)'K')
            {
                if (header.Size > LongestName)
                {
                    throw new InvalidDataException();
                }

                var text = new byte[header.Size];
                stream.ReadExactly(text);
                Skip(stream, header.Padding);
                (longName, longLink) = header.Kind == (byte)'L' ? (TarHeader.Text(text), longLink) : (longName, TarHeader.Text(text));
                continue;
            }

            var entry = new ArchiveEntry(
                longName ?? header.Name, header.Kind switch { (byte)'0' or 0 => ArchiveKind.File, (byte)'5' => ArchiveKind.Folder, (byte)'2' => ArchiveKind.Link, _ => ArchiveKind.Other },
                header.Size, longLink ?? header.Link, header.IsExecutable, header.Modified);
            (longName, longLink) = (null, null);
            var taken = false;
            take(entry, to =>
            {
                Copy(stream, to, header.Size);
                taken = true;
            });
            Skip(stream, (taken ? 0 : header.Size) + header.Padding);
        }
    }

    /// <summary>Writes a tree as the sandbox's tar reads it.</summary>
    public static void Write(Stream stream, WorkTree tree, Func<WorkEntry, Stream> open)
    {
        foreach (var entry in tree.Entries)
        {
            var kind = (byte)(entry.Blob is not null ? '0' : entry.Link is not null ? '2' : '5');
            var mode = entry is { Blob: not null, Executable: false } ? 0b110_100_100 : 0b111_101_101;
            Long('L', entry.Path);
            Long('K', entry.Link ?? "");
            new TarHeader(entry.Path, entry.Blob is null ? 0 : entry.Bytes, kind, entry.Link ?? "", mode, entry.Modified).Write(stream);
            if (entry.Blob is not null)
            {
                using var content = open(entry);
                Copy(content, stream, entry.Bytes);
                stream.Write(new byte[TarHeader.PaddingOf(entry.Bytes)]);
            }
        }

        stream.Write(new byte[2 * TarHeader.Block]);

        void Long(char kind, string name)
        {
            var text = Encoding.UTF8.GetBytes(name);
            if (text.Length > TarHeader.LongestName)
            {
                new TarHeader("././@LongLink", text.Length, (byte)kind, "", 0, 0).Write(stream);
                stream.Write(text);
                stream.Write(new byte[TarHeader.PaddingOf(text.Length)]);
            }
        }
    }

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
}
