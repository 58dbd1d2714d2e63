using System.IO.Compression;
using System.Security.Cryptography;
using Minato.Intake.Raw;

namespace Minato.Intake;

/// <summary>One readable file of a delivery: a plain file, a gzip's content or a zip's entry.</summary>
/// <param name="UnpackedLength">What a gzip's trailer says (modulo 2^32); null where the container does not say.</param>
internal sealed record DeliveredFile(string Name, GuardedStream Content, uint? UnpackedLength = null) : IDisposable
{
    public void Dispose() => Content.Dispose();
}

/// <summary>The files of a delivery in a stable order, unwrapped, within limits.</summary>
internal static class DeliveryFiles
{
    private const int MaxEntries = 200_000;
    private const long AlwaysAllowed = 256L << 20;
    private const long MaxRatio = 200;
    private const long Largest = 64L << 30;

    /// <summary>Relative names, '/' separated. Patient files come first: the other files of a bulk export refer to them.</summary>
    /// <param name="key">Of the files, where this node sealed them.</param>
    public static IReadOnlyList<RawFile> List(string path, RawKey? key = null)
    {
        if (File.Exists(path))
        {
            return [new(Path.GetFileName(path), path, key)];
        }

        // Links are not followed: a delivery is what lies in its folder.
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden };
        return [.. Directory.EnumerateFiles(path, "*", options)
            .Select(p => new RawFile(Path.GetRelativePath(path, p).Replace('\\', '/'), p, key))
            .Order(f => f.Name)];
    }

    public static IEnumerable<T> Order<T>(this IEnumerable<T> files, Func<T, string> name) =>
        files.OrderBy(f => Path.GetFileName(name(f)).StartsWith("Patient", StringComparison.OrdinalIgnoreCase) ? 0 : 1).ThenBy(name, StringComparer.Ordinal);

    /// <summary>
    /// What a file looks like from outside. A file that another process still writes looks otherwise afterwards: then what was read is not
    /// what was hashed.
    /// </summary>
    public static (long Length, DateTime Written)[] Looks(IReadOnlyList<RawFile> files) =>
        [.. files.Select(f => new FileInfo(f.Path)).Select(f => f.Exists ? (f.Length, f.LastWriteTimeUtc) : (-1, default))];

    /// <summary>SHA-256 (hex) over names and contents: the same delivery twice has the same hash.</summary>
    public static string Hash(IReadOnlyList<RawFile> files)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            using var stream = file.Open();
            all.AppendData(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(file.Name)));
            all.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    /// <summary>Opens a file and unwraps gzip and zip (one level of zip; an archive inside an archive stays as it is).</summary>
    public static IEnumerable<Outcome<DeliveredFile>> Open(RawFile raw)
    {
        var name = raw.Name;
        using var file = raw.Open();
        Span<byte> magic = stackalloc byte[4];
        var n = file.ReadAtLeast(magic, 4, throwOnEndOfStream: false);
        file.Position = 0;
        var isZip = n == 4 && magic is [0x50, 0x4B, 0x03 or 0x05, _];
        var isGzip = n >= 2 && magic[0] == 0x1F && magic[1] == 0x8B;
        if (!isZip)
        {
            var said = isGzip ? GzipTrailer.LengthIn(file) : null;
            file.Position = 0;
            using var one = new DeliveredFile(
                isGzip ? Inner(name) : name,
                new GuardedStream(isGzip ? new GZipStream(file, CompressionMode.Decompress) : file, isGzip ? Limit(file.Length) : long.MaxValue), said);
            yield return one;
            yield break;
        }

        ZipArchive zip;
        Finding? broken = null;
        try
        {
            zip = new ZipArchive(file, ZipArchiveMode.Read);
            _ = zip.Entries.Count;
        }
        catch (InvalidDataException)
        {
            zip = null!;
            broken = Finding.Error("intake.zip-corrupt", "The ZIP's directory cannot be read", "Pack the file again and check it before sending", new Place(name));
        }

        if (broken is not null)
        {
            yield return broken;
            yield break;
        }

        using (zip)
        {
            if (zip.Entries.Count > MaxEntries)
            {
                yield return Finding.Error("intake.zip-entries", $"The ZIP has more than {MaxEntries} entries", "Send several smaller archives", new Place(name));
                yield break;
            }

            // The limit is for the archive as a whole: many small bombs are a bomb.
            var left = Limit(file.Length);
            foreach (var entry in zip.Entries.Where(e => e.Name.Length > 0).OrderBy(e => e.FullName, StringComparer.Ordinal))
            {
                var place = new Place(Shown($"{name}!{entry.FullName}"));
                Stream? content = null;
                try
                {
                    content = entry.Open();
                }
                catch (InvalidDataException)
                {
                }

                if (content is null || entry.IsEncrypted)
                {
                    yield return Finding.Error("intake.zip-entry", "An entry of the ZIP cannot be opened (corrupt, encrypted or an unknown method)", "Pack with the deflate method and without a password", place);
                    continue;
                }

                using var one = new DeliveredFile(place.File!, new GuardedStream(content, left));
                yield return one;
                left -= one.Content.BytesRead;
                if (one.Content.TooLarge)
                {
                    yield break;
                }
            }
        }
    }

    /// <summary>A name as it may stand in a receipt: no control characters, of bounded length.</summary>
    private static string Shown(string name)
    {
        var clean = string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));
        return clean.Length <= 200 ? clean : clean[..80] + "…" + clean[^100..];
    }

    private static string Inner(string name) => name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;

    private static long Limit(long packed) => Math.Min(Largest, Math.Max(AlwaysAllowed, packed * MaxRatio));
}
