using System.Buffers;
using System.IO.Compression;
using System.Text;
using Minato.Synthetic;

namespace Minato.Bench.Intake;

/// <summary>The files that are measured: as large as wanted, with other people in each copy.</summary>
internal static class Corpus
{
    /// <summary>Medical claims of the synthetic nation, each file as its holder would send it; the nation grows with the size wanted.</summary>
    /// <returns>Bytes written.</returns>
    public static long Claims(string folder, long bytes)
    {
        const int BytesAPerson = 11_000;
        var nation = Path.Combine(folder, "nation");
        SyntheticRoom.Write(new NationOptions(People: (int)Math.Max(200, bytes / BytesAPerson)), nation);
        Directory.CreateDirectory(Path.Combine(folder, "claims"));
        long written = 0;
        foreach (var (path, i) in Directory.EnumerateFiles(nation, "*.UKE", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select((p, i) => (p, i)))
        {
            if (written >= bytes)
            {
                break;
            }

            var to = Directory.CreateDirectory(Path.Combine(folder, "claims", $"{i:00000}")).FullName;
            File.Move(path, Path.Combine(to, Path.GetFileName(path)));
            written += new FileInfo(Path.Combine(to, Path.GetFileName(path))).Length;
        }

        Directory.Delete(nation, recursive: true);
        return written;
    }

    /// <summary>
    /// NDJSON files of a folder (one resource kind each, also gzipped) written again and again until there are enough bytes. Every UUID of a
    /// copy is changed in the same way, so that each copy holds other people with the same references among them.
    /// </summary>
    public static long Fhir(string samples, string folder, long bytes)
    {
        var sources = Directory.EnumerateFiles(samples, "*.ndjson*").Order(StringComparer.Ordinal)
            .Select(p => (Name: Path.GetFileName(p).Replace(".gz", "", StringComparison.Ordinal), Bytes: Unpacked(p))).ToList();
        if (sources.Count == 0)
        {
            throw new DirectoryNotFoundException($"No .ndjson or .ndjson.gz in {samples}");
        }

        Directory.CreateDirectory(Path.Combine(folder, "fhir"));
        var copies = (int)Math.Max(1, bytes / sources.Sum(s => (long)s.Bytes.Length));
        long written = 0;
        foreach (var (name, content) in sources)
        {
            using var file = File.Create(Path.Combine(folder, "fhir", name));
            var copy = content.ToArray();
            for (uint c = 0; c < copies; c++)
            {
                content.CopyTo(copy, 0);
                Vary(copy, c);
                file.Write(copy);
                written += copy.Length;
            }
        }

        return written;
    }

    private static byte[] Unpacked(string path)
    {
        using var file = File.OpenRead(path);
        using Stream content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var all = new MemoryStream();
        content.CopyTo(all);
        if (all.Length > 0 && all.GetBuffer()[all.Length - 1] != '\n')
        {
            all.WriteByte((byte)'\n');
        }

        return all.ToArray();
    }

    private static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>The first eight digits of each UUID, exclusive-or with the copy's number.</summary>
    private static void Vary(byte[] text, uint copy)
    {
        var span = text.AsSpan();
        for (var at = 8; (at = Next(span, at)) >= 0; at += 28)
        {
            var head = span.Slice(at - 8, 8);
            if (uint.TryParse(head, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var n))
            {
                Encoding.ASCII.GetBytes((n ^ copy).ToString("x8"), head);
            }
        }

        static int Next(ReadOnlySpan<byte> text, int from)
        {
            for (var at = from; at + 28 <= text.Length; at++)
            {
                var dash = text[at..].IndexOf((byte)'-');
                if (dash < 0 || at + dash + 28 > text.Length)
                {
                    return -1;
                }

                at += dash;
                if (text[at + 5] == '-' && text[at + 10] == '-' && text[at + 15] == '-' && !text.Slice(at - 8, 8).ContainsAnyExcept(Hex))
                {
                    return at;
                }
            }

            return -1;
        }
    }
}
