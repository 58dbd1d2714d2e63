using System.IO.Compression;
using System.Text;

namespace Minato.Formats.Tests;

/// <summary>Every sample file that this project did not write: what was taken of it, by kind, and why the rest was not. Printed as a table.</summary>
public sealed class EverySampleTests(ITestOutputHelper output)
{
    /// <summary>What is refused, and rightly: the reason, how often, and why nothing else would be right.</summary>
    private static readonly Dictionary<string, (int Pieces, string Why)> Refused = new()
    {
        ["adult | unknown-format"] = (10, "a census extract and its hierarchies: no person is named, and no layout is declared"),
        ["dicom | dicom.date"] = (1, "a CT whose dates were emptied before"),
        ["fhir-jp-clins | fhir.clins.r3010"] = (1, "the guide's own error example"),
        ["fhir-jp-clins | fhir.no-subject"] = (1, "a resource about nobody"),
        ["omop | archive.noise"] = (40, "the packer's by-products"),
        ["omop | omop.not-taken"] = (39, "tables that somebody linked elsewhere"),
        ["ssk-masters | master.not-person"] = (4, "code masters"),
    };

    [Fact]
    public void Each_file_is_read_or_refused_for_the_right_reason()
    {
        var taken = new SortedDictionary<string, (int Records, int Facts)>(StringComparer.Ordinal);
        var refused = new SortedDictionary<string, (int Pieces, string Reason)>(StringComparer.Ordinal);
        var files = 0;
        foreach (var folder in (string[])["adult", "dicom", "fhir-jp-clins", "fhir-synthea", "omop", "ssk-masters", "vcf"])
        {
            foreach (var (name, open) in Samples.Files(folder).SelectMany(Unwrapped))
            {
                files++;
                using var stream = open();
                var head = new byte[FormatsRoom.HeadSize];
                var n = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
                var reader = FormatsRoom.ReaderFor(new FileHead(name, head.AsMemory(0, n)));
                if (reader is null)
                {
                    Refuse($"{folder} | unknown-format", "No reader knows this format");
                    continue;
                }

                var said = 0;
                foreach (var item in reader.Read(new Joined(head.AsMemory(0, n), stream), name))
                {
                    said++;
                    switch (item)
                    {
                        case ReadItem.Good { Record: var r }:
                            var kind = reader.Format == "fhir" && r.Key.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? r.Key[..slash] : r.Facts.Count == 0 ? "identity" : string.Join('+', r.Facts.Select(f => f.Kind).Distinct().Order());
                            var old = taken.GetValueOrDefault($"{folder} | {kind}");
                            taken[$"{folder} | {kind}"] = (old.Records + 1, old.Facts + r.Facts.Count);
                            break;
                        case ReadItem.Bad { Finding: var f }:
                            Assert.True(f.Reason.Length > 15 && f.Remedy.Length > 10 && f.Place.File == name, f.ToString());
                            Refuse($"{folder} | {f.Code}", f.Reason);
                            break;
                        case ReadItem.Remark { Finding: var f } when reader.Format == "archive-noise":
                            Refuse($"{folder} | {f.Code}", f.Reason);
                            break;
                    }
                }

                Assert.True(said > 0, $"{name} left no trace");
            }
        }

        var table = new StringBuilder("folder | taken as | records | facts\n");
        foreach (var (what, count) in taken)
        {
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"{what} | {count.Records} | {count.Facts}\n");
        }

        table.Append("\nfolder | refused or passed over as | pieces | reason (of the first)\n");
        foreach (var (what, count) in refused)
        {
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"{what} | {count.Pieces} | {count.Reason}\n");
        }

        output.WriteLine($"{files} files\n{table}");
        Assert.Equal(Refused.ToDictionary(r => r.Key, r => r.Value.Pieces), refused.ToDictionary(r => r.Key, r => r.Value.Pieces));

        void Refuse(string what, string reason)
        {
            var old = refused.GetValueOrDefault(what, (0, reason));
            refused[what] = (old.Item1 + 1, old.Item2);
        }
    }

    private static IEnumerable<(string Name, Func<Stream> Open)> Unwrapped(string path)
    {
        var name = Path.GetFileName(path);
        if (name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            using var zip = ZipFile.OpenRead(path);
            foreach (var entry in zip.Entries.Where(e => e.Name.Length > 0))
            {
                yield return (entry.FullName, entry.Open);
            }

            yield break;
        }

        yield return name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? (name[..^3], () => new GZipStream(File.OpenRead(path), CompressionMode.Decompress))
            : (name, () => File.OpenRead(path));
    }

    /// <summary>The bytes of the head again, and what follows.</summary>
    private sealed class Joined(ReadOnlyMemory<byte> head, Stream rest) : ForwardStream
    {
        public override int Read(Span<byte> buffer)
        {
            if (head.IsEmpty)
            {
                return rest.Read(buffer);
            }

            var n = Math.Min(buffer.Length, head.Length);
            head.Span[..n].CopyTo(buffer);
            head = head[n..];
            return n;
        }
    }
}
