using System.IO.Compression;
using System.Text;
using Minato.Formats.Writing;

namespace Minato.Synthetic;

/// <summary>One file of a delivery and what it holds. <paramref name="Lines"/> are (dataset, key, person) for the truth.</summary>
internal sealed record Loaded(string Dataset, string Format, long Bytes, int Records, IReadOnlyList<(string Key, int Person)> Lines, IReadOnlyList<Paper> Malformed);

/// <summary>Writes the files of one delivery as the holder would: the group of papers decides name, layout and encoding.</summary>
internal static class Cargo
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private static readonly UTF8Encoding Utf8Bom = new(encoderShouldEmitUTF8Identifier: true);

    /// <summary>Zip entries carry this time: a file must not depend on when it was made.</summary>
    private static readonly DateTimeOffset EntryTime = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="papers">Of one dataset and one group, in any order.</param>
    /// <param name="folder">The delivery's folder.</param>
    public static Loaded Write(string folder, int year, IEnumerable<Paper> papers)
    {
        var sorted = papers.OrderBy(p => p.On).ThenBy(p => p.Key, StringComparer.Ordinal).ThenBy(p => Draw.Mix((ulong)p.Person)).ToArray();
        var keys = new List<(string, int)>(sorted.Length);
        var first = sorted[0];
        var (path, format) = first switch
        {
            ReceiptPaper => (Path.Combine(folder, first.Group, "RECEIPTC.UKE"), "uke"),
            BundlePaper => (Path.Combine(folder, $"{first.Group}_{year}.ndjson.gz"), "fhir"),
            CheckupPaper c => (Path.Combine(folder, $"{c.Document.Institution}_{year}1231_1.zip"), "checkup-xml"),
            VaccinationPaper => (Path.Combine(folder, $"vaccination_{year}.csv"), "vaccination-csv"),
            CarePaper => (Path.Combine(folder, $"care_{year}.csv"), "care-csv"),
            _ => (Path.Combine(folder, $"death_{year}.csv"), "death-csv"),
        };
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
        {
            switch (first)
            {
                case ReceiptPaper r:
                    Receipts(file, r, sorted, keys);
                    break;
                case BundlePaper:
                    Bundles(file, sorted, keys);
                    break;
                case CheckupPaper:
                    Checkups(file, Path.GetFileNameWithoutExtension(path), sorted, keys);
                    break;
                default:
                    Rows(file, sorted, keys);
                    break;
            }
        }

        return new(first.Dataset, format, new FileInfo(path).Length, sorted.Length, keys, [.. sorted.Where(p => p.Fate == Fate.Malformed)]);
    }

    private static void Note(Paper paper, string key, List<(string, int)> keys)
    {
        if (paper.Fate == Fate.Delivered && !paper.IsAgain)
        {
            keys.Add((key, paper.Person));
        }
    }

    private static void Receipts(Stream file, ReceiptPaper first, Paper[] papers, List<(string, int)> keys)
    {
        var body = first.Dataset == Holders.EmployeesClaims ? 1 : 2;
        using var uke = new UkeWriter(file, new(body, first.Institution.Number, first.Institution.Name, first.Group[..6], "03-0000-0000"));
        foreach (var paper in papers.Cast<ReceiptPaper>())
        {
            uke.Write(paper.Receipt, Damage.Text(paper));
            Note(paper, paper.Key.Length > 0 ? paper.Key : $"{paper.Institution.Number}-{paper.Receipt.Month}-r{uke.Receipts}", keys);
        }
    }

    private static void Bundles(Stream file, Paper[] papers, List<(string, int)> keys)
    {
        using var zipped = new GZipStream(file, CompressionLevel.Fastest);
        using var json = new ClinsWriter();
        foreach (var paper in papers.Cast<BundlePaper>())
        {
            json.WriteLine(zipped, paper.Bundle, Damage.Json(paper));
            Note(paper, paper.Key, keys);
        }
    }

    private static void Checkups(Stream file, string root, Paper[] papers, List<(string, int)> keys)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Create);
        var n = 0;
        var buffer = new MemoryStream();
        foreach (var paper in papers.Cast<CheckupPaper>())
        {
            var document = Damage.Dated(paper).Document;
            var entry = zip.CreateEntry($"{root}/DATA/h{document.Institution}{document.WrittenOn}0{document.ReportKind[0]}{++n:000000}.xml", CompressionLevel.Fastest);
            entry.LastWriteTime = EntryTime;
            buffer.SetLength(0);
            CheckupXml.Write(buffer, document);
            using var content = entry.Open();
            content.Write(Damage.Xml(paper, buffer.ToArray()));
            Note(paper, paper.Key, keys);
        }
    }

    private static void Rows(Stream file, Paper[] papers, List<(string, int)> keys)
    {
        using var csv = papers[0] switch
        {
            VaccinationPaper v => RegisterCsv.Vaccinations(file, v.Dataset == Holders.ShiomiVaccinations ? Utf8Bom : Cp932.Encoding),
            CarePaper => RegisterCsv.Care(file, Cp932.Encoding),
            _ => RegisterCsv.Deaths(file, Utf8),
        };
        foreach (var paper in papers)
        {
            switch (paper)
            {
                case VaccinationPaper v:
                    csv.Write(v.Row, Damage.Text(v));
                    break;
                case CarePaper c:
                    csv.Write(c.Row, Damage.Text(c));
                    break;
                case DeathPaper d:
                    csv.Write(d.Row, Damage.Text(d));
                    break;
            }

            Note(paper, paper.Key, keys);
        }
    }
}
