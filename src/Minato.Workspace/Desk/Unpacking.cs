using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Minato.Workspace.Desk;

/// <summary>Names of files from outside.</summary>
internal static class ArchiveNames
{
    private const int LongestPath = 500;
    private const int Deepest = 30;

    /// <summary>A single name without a path.</summary>
    public static bool IsPlain(string name) =>
        name.Length is > 0 and <= 80 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+') && !name.Contains("..", StringComparison.Ordinal);

    /// <summary>A path below a folder that cannot leave it.</summary>
    public static bool IsInside(string path) =>
        path.Length is > 0 and <= LongestPath && path.Split('/') is { Length: <= Deepest } parts
        && parts.All(p => p is not ("" or "." or "..") && Encoding.UTF8.GetByteCount(p) <= 255 && !p.Any(c => char.IsControl(c) || c is '\\' or ':'));
}

/// <summary>
/// A file from outside looked into: zip, tar and tar.gz are unpacked (one level; an archive inside stays as it is), within limits. Links, devices and names that lead out of the folder stop
/// it as a whole: whoever packs such a thing can pack it again.
/// </summary>
internal static class Unpacking
{
    /// <summary>What lies in a file, in its own order.</summary>
    /// <param name="file">Read from any place.</param>
    /// <param name="name">Of the file, where it is no archive.</param>
    /// <param name="into">A new folder to write the files to; null: they are only looked at.</param>
    public static Outcome<IReadOnlyList<ImportedFile>> Read(Stream file, string name, ImportRules rules, string? into = null)
    {
        try
        {
            var head = new byte[ImportRules.HeadBytes];
            var type = rules.Of(head.AsSpan(0, file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)));
            file.Position = 0;
            var sink = new Sink(rules, into);
            return (type.Id switch
            {
                "zip" => Zip(file, sink),
                "tar" => Tar(file, sink),
                "gzip" => Gzip(file, name, sink),
                _ => sink.Take(name, file),
            }) ?? sink.Result();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return Corrupt;
        }
    }

    private static Finding Corrupt { get; } = Finding.Error("imports.corrupt", "The archive cannot be read: it is corrupt, encrypted, or packed by a method that is not known here", "Pack it again as zip (deflate) or tar.gz, without a password");

    private static Finding Linked { get; } = Finding.Error("imports.link", "The archive holds a link, a device or another thing that is no plain file", "Pack plain files only (tar: --dereference)");

    private static Finding TooLarge(ImportRules rules) =>
        Finding.Error("imports.unpacked-size", $"It unpacks to more than {rules.MaximumUnpackedBytes >> 20} MiB or {rules.MaximumFiles} files", "Bring less, or several imports");

    private static Finding? Zip(Stream file, Sink sink)
    {
        const int fileType = 0xF000;
        using var zip = new ZipArchive(file, ZipArchiveMode.Read);
        if (zip.Entries.Count > sink.Rules.MaximumFiles)
        {
            return TooLarge(sink.Rules);
        }

        foreach (var entry in zip.Entries)
        {
            var kind = (entry.ExternalAttributes >> 16) & fileType;
            if (kind is not (0 or 0x8000 or 0x4000))
            {
                return Linked;
            }

            if (entry.IsEncrypted)
            {
                return Corrupt;
            }

            if (entry.FullName.EndsWith('/'))
            {
                continue;
            }

            using var content = entry.Open();
            if (sink.Take(entry.FullName, content) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static Finding? Gzip(Stream file, string name, Sink sink)
    {
        var says = GzipTrailer.LengthIn(file);
        file.Position = 0;
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        using var guarded = new GuardedStream(unpacked, sink.Rules.MaximumUnpackedBytes + ((long)sink.Rules.MaximumFiles * TarHeader.Block * 4));
        var head = new byte[TarHeader.Block];
        var read = guarded.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        using var whole = new Rejoined(head.AsMemory(0, read), guarded);
        var problem = TarHeader.Begins(head.AsSpan(0, read)) ? Tar(whole, sink)
            : sink.Take(name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name + ".unpacked", whole);
        if (problem is null && !guarded.TooLarge)
        {
            // A tar ends before its padding does.
            guarded.CopyTo(Stream.Null);
        }

        return guarded.TooLarge ? TooLarge(sink.Rules) : guarded.Corrupt ? Corrupt : problem ?? (says is { } length && length != (uint)guarded.BytesRead ? Corrupt : null);
    }

    private static Finding? Tar(Stream stream, Sink sink)
    {
        const int longestExtension = 64 * 1024;
        string? longName = null;
        var headers = 0;
        while (TarHeader.Read(stream) is { } header)
        {
            if (++headers > sink.Rules.MaximumFiles * 3)
            {
                return TooLarge(sink.Rules);
            }

            var name = longName ?? header.Name;
            switch ((char)header.Kind)
            {
                // A longer name for what follows, as GNU and as POSIX write it.
                case 'L' or 'x':
                    if (header.Size > longestExtension)
                    {
                        return Corrupt;
                    }

                    var text = new byte[header.Size];
                    stream.ReadExactly(text);
                    longName = header.Kind == 'L' ? TarHeader.Text(text) : PathOf(text) ?? longName;
                    Pass(stream, header.Padding);
                    continue;
                case 'g':
                    Pass(stream, header.Size + header.Padding);
                    continue;
                case '5':
                    longName = null;
                    continue;
                case '0' or '\0':
                    longName = null;
                    var content = new Piece(stream, header.Size);
                    if (sink.Take(name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name, content) is { } problem)
                    {
                        return problem;
                    }

                    if (content.Left > 0)
                    {
                        return Corrupt;
                    }

                    Pass(stream, header.Padding);
                    continue;
                default:
                    return Linked;
            }
        }

        return null;
    }

    /// <summary>The <c>path</c> of a POSIX extended header: lines of <c>LENGTH key=value</c>.</summary>
    private static string? PathOf(ReadOnlySpan<byte> records)
    {
        foreach (var line in Encoding.UTF8.GetString(records).Split('\n'))
        {
            if (line.IndexOf(" path=", StringComparison.Ordinal) is var at and > 0 && line.AsSpan(0, at).IndexOfAnyExceptInRange('0', '9') < 0)
            {
                return line[(at + 6)..];
            }
        }

        return null;
    }

    private static void Pass(Stream stream, long bytes)
    {
        var buffer = new byte[TarHeader.Block];
        for (var left = bytes; left > 0;)
        {
            var read = stream.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            left -= read > 0 ? read : throw new EndOfStreamException();
        }
    }

    /// <summary>So many bytes of a stream.</summary>
    private sealed class Piece(Stream stream, long length) : ForwardStream
    {
        public long Left { get; private set; } = length;

        public override int Read(Span<byte> buffer)
        {
            var read = stream.Read(buffer[..(int)Math.Min(buffer.Length, Left)]);
            Left -= read;
            return read;
        }
    }

    /// <summary>Takes files, counts and types them.</summary>
    private sealed class Sink(ImportRules rules, string? into)
    {
        private readonly List<ImportedFile> files = [];
        // Without capitals: two names that differ in them only are one file on some systems.
        private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        private readonly HashSet<string> folders = new(StringComparer.OrdinalIgnoreCase);
        private readonly byte[] buffer = new byte[64 * 1024];
        private long left = rules.MaximumUnpackedBytes;

        public ImportRules Rules => rules;

        /// <returns>Why the whole must be refused, or null.</returns>
        public Finding? Take(string name, Stream content)
        {
            if (!ArchiveNames.IsInside(name))
            {
                return Finding.Error("imports.path", "A name in the archive leads out of its folder, is too long, or has characters that names must not have", "Pack relative paths without '..', '\\' and control characters");
            }

            if (!IsNew(name))
            {
                return Finding.Error("imports.twice", "Two files of the archive, or a file and a folder, have one name", "Pack each file once");
            }

            if (files.Count == rules.MaximumFiles)
            {
                return TooLarge(rules);
            }

            using var guarded = new GuardedStream(content, left);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var copy = Open(name);
            ImportType? type = null;
            for (int read; (read = guarded.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0;)
            {
                type ??= rules.Of(buffer.AsSpan(0, Math.Min(read, ImportRules.HeadBytes)));
                hash.AppendData(buffer, 0, read);
                copy?.Write(buffer, 0, read);
            }

            left -= guarded.BytesRead;
            files.Add(new(name, guarded.BytesRead, (type ?? rules["text"]).Id, Convert.ToHexStringLower(hash.GetHashAndReset())));
            return guarded.TooLarge ? TooLarge(rules) : guarded.Corrupt ? Corrupt : null;
        }

        public Outcome<IReadOnlyList<ImportedFile>> Result() =>
            files.Count == 0 ? Finding.Error("imports.empty", "There is no file in it", "Hand in the file that is meant") : files;

        private FileStream? Open(string name)
        {
            if (into is null)
            {
                return null;
            }

            var path = Path.Join(into, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        }

        private bool IsNew(string name)
        {
            for (var at = name.IndexOf('/', StringComparison.Ordinal); at > 0; at = name.IndexOf('/', at + 1))
            {
                folders.Add(name[..at]);
                if (names.Contains(name[..at]))
                {
                    return false;
                }
            }

            return !folders.Contains(name) && names.Add(name);
        }
    }
}
