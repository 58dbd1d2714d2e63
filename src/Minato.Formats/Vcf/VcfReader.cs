using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Minato.Formats.Text;

namespace Minato.Formats.Vcf;

/// <summary>
/// VCF 4.x. A genome names its person by itself (A6), so no variant becomes a row of the general tables: what a sample carries are records of one megabase each, for a table
/// of their own, and one record says which reference, and how many variants it carries and had called on each contig. Every line is checked against the header.
/// </summary>
internal sealed class VcfReader : IFormatReader
{
    private const int LongestLine = 2 << 20;
    private const int MostSamples = 100_000;
    private const int MostContigs = 200;
    private const int MostCounts = 20_000_000;
    private const int MostBad = 1000;

    public string Format => "vcf";

    public bool Recognises(FileHead head) => head.Bytes.Span.StartsWith("##fileformat=VCFv"u8);

    public IEnumerable<ReadItem> Read(Stream stream, string fileName, CancellationToken ct = default)
    {
        var lines = new ByteLines(stream, LongestLine, ct);
        var tally = new Tally(fileName);
        var header = new VcfHeader();
        if (Header(lines, header, fileName) is { } refused)
        {
            yield return refused;
            yield break;
        }

        if (header.Samples.Length == 0)
        {
            yield return Bad("vcf.no-samples", "The file has no samples: it lists sites or frequencies, not persons", "Send the file with its genotypes, or register the list in the catalogue", lines, fileName, null);
            yield break;
        }

        var counts = new Carried(header.Samples.Length);
        var regions = new Megabases(header);
        var bad = 0;
        long variants = 0;
        while (lines.Next())
        {
            if (lines.Line.IsEmpty)
            {
                continue;
            }

            variants++;
            if (lines.TooLong)
            {
                yield return Bad("vcf.line-too-long", $"The line is longer than {LongestLine >> 20} MiB", "Split the file by samples", lines, fileName, null);
            }
            else if (Take(lines.Line, header, counts, regions, lines.Number, tally) is { } fault)
            {
                yield return Bad("vcf.line", fault.Reason, "Correct the line as the VCF specification says; it was left out", lines, fileName, fault.Field);
            }
            else
            {
                foreach (var record in regions.Taken(fileName))
                {
                    ct.ThrowIfCancellationRequested();
                    yield return new ReadItem.Good(record);
                }

                continue;
            }

            if (++bad == MostBad)
            {
                yield return Bad("vcf.too-many-faults", $"More than {MostBad} lines have faults; the file was not read to its end; the regions before are kept, and no sample is said to be held", "Check the file with a validator, and send it again", lines, fileName, null);
                yield break;
            }
        }

        if (variants == 0)
        {
            tally.Warn("vcf.no-variants", "file without a single variant", lines.Number, "Check whether the right file was sent");
        }
        else if (!lines.HasLineEnd)
        {
            tally.Note("vcf.no-line-end", "last line without a line end: the file may break off there", lines.Number, "Compare with the original");
        }

        if (header.Date is null)
        {
            tally.Warn("vcf.no-date", "header that does not say when the file was made; its samples were taken without facts, for a fact has a day", 1, "Write ##fileDate=YYYYMMDD", "fileDate");
        }

        regions.Leave();
        foreach (var record in regions.Taken(fileName))
        {
            ct.ThrowIfCancellationRequested();
            yield return new ReadItem.Good(record);
        }

        for (var i = 0; i < header.Samples.Length; i++)
        {
            ct.ThrowIfCancellationRequested();
            yield return new ReadItem.Good(Sample(header, counts, i, fileName));
        }

        foreach (var remark in tally.Remarks())
        {
            yield return remark;
        }
    }

    private static ReadItem.Bad? Header(ByteLines lines, VcfHeader header, string file)
    {
        while (lines.Next())
        {
            if (lines.TooLong)
            {
                return Bad("vcf.line-too-long", $"A header line is longer than {LongestLine >> 20} MiB", "Split the file by samples", lines, file, null);
            }

            if (lines.Line.StartsWith("##"u8))
            {
                if (header.Meta(lines.Line) is { } wrong)
                {
                    return Bad("vcf.header", wrong, "Correct the header as the VCF specification says", lines, file, "##");
                }

                continue;
            }

            return header.Version.Length == 0 ? Bad("vcf.header", "The first line does not say ##fileformat=VCFv4.x", "Send VCF 4", lines, file, "##fileformat")
                : header.Columns(lines.Line) is { } reason ? Bad("vcf.header", reason, "Correct the column line", lines, file, "#CHROM")
                : header.Samples.Length > MostSamples ? Bad("vcf.too-many-samples", $"The file has more than {MostSamples} samples", "Split the file by samples", lines, file, null)
                : null;
        }

        return Bad("vcf.header", "The file ends before its column line", "Send the file again, whole", lines, file, "#CHROM");
    }

    private static VcfFault? Take(ReadOnlySpan<byte> line, VcfHeader header, Carried counts, Megabases regions, long number, Tally tally)
    {
        if (!VcfColumns.TryCut(line, header.HasGenotypes, out var columns))
        {
            return new VcfFault("line", "The line has not the columns of the header");
        }

        if (VcfLine.Check(columns, header, out var alternatives) is { } fault)
        {
            return fault;
        }

        if (columns.Samples.Count((byte)'\t') + 1 != header.Samples.Length)
        {
            return new VcfFault("line", "The line has not as many samples as the header");
        }

        if (regions.Begin(columns, number, out var position, out var isAgain) is { } misplaced)
        {
            return misplaced;
        }

        if (isAgain)
        {
            tally.Warn("vcf.order", "line that goes back to a region that was left: a later file cannot take this one's place there", number, "Sort the file by contig and position");
        }

        var hasGenotype = columns.Format.StartsWith("GT"u8) && columns.Format is [_, _] or [_, _, (byte)':', ..];
        var at = 0;
        foreach (var part in columns.Samples.Split((byte)'\t'))
        {
            if (VcfLine.Sample(columns.Samples[part], columns.Format, hasGenotype, alternatives, out var carries, out var called) is { } wrong)
            {
                counts.Forget();
                return wrong;
            }

            if (carries)
            {
                var sample = columns.Samples[part];
                regions.Carries(at, sample.IndexOf((byte)':') is >= 0 and var end ? sample[..end] : sample);
            }

            counts.Mark(at++, carries, called);
        }

        if (regions.Take(columns, position, number) is { } tooMany)
        {
            counts.Forget();
            return tooMany;
        }

        if (!counts.Count(columns.Contig, MostContigs, MostCounts))
        {
            tally.Note("vcf.contigs", $"line of a contig beyond the first {MostContigs}, counted together as others", number);
        }

        return null;
    }

    private static DeliveredRecord Sample(VcfHeader header, Carried counts, int sample, string file)
    {
        var name = header.Samples[sample];
        var facts = new List<HealthFact>();
        if (header.Date is { } day)
        {
            facts.Add(new HealthFact { Kind = FactKind.Observation, Start = day, System = CodeSystem.Minato, Code = "genome-held", ValueCode = header.Reference, Value = counts.Contigs.Sum(c => (long)c.Carries[sample]) });
            foreach (var contig in counts.Contigs.Where(c => c.Called[sample] > 0))
            {
                facts.Add(new HealthFact { Kind = FactKind.Observation, Start = day, System = CodeSystem.Minato, Code = "genome-region", ValueCode = contig.Name, Value = contig.Carries[sample], Quantity = contig.Called[sample] });
            }
        }

        // Genomes come in files by chromosome: which contigs it holds is part of what a file is.
        var held = $"{name}\u001F{header.Reference}\u001F{string.Join(',', counts.Contigs.Select(c => c.Name).Order(StringComparer.Ordinal))}";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("minato-vcf-key:" + held)).AsSpan(0, 16));
        return new DeliveredRecord(new Place(file, 1), $"vcf-h-{hash}", new PersonIdentity { LocalPatientId = name, AsOf = header.Date }, new Demographics(), facts);
    }

    private static ReadItem.Bad Bad(string code, string reason, string remedy, ByteLines lines, string file, string? field) =>
        new(Finding.Error(code, reason, remedy, new Place(file, Math.Max(1, lines.Number), field)), Raw.Capped(lines.Line));

    /// <summary>How many variants each sample carries and had called, by contig.</summary>
    private sealed class Carried(int samples)
    {
        private readonly byte[] marks = new byte[samples];
        private readonly Dictionary<string, Contig> byName = new(StringComparer.Ordinal);
        private Contig? last;

        public List<Contig> Contigs { get; } = [];

        public void Mark(int sample, bool carries, bool called) => marks[sample] = (byte)((carries ? 1 : 0) | (called ? 2 : 0));

        /// <summary>A line that turned out wrong counts nowhere.</summary>
        public void Forget() => Array.Clear(marks);

        /// <returns>False where the contig went to the others, because there are too many.</returns>
        public bool Count(ReadOnlySpan<byte> contig, int mostContigs, int mostCounts)
        {
            var isKnown = true;
            if (last is null || !last.Bytes.AsSpan().SequenceEqual(contig))
            {
                var name = Encoding.Latin1.GetString(contig);
                name = FieldText.IsCode(name, 30) ? name : "others";
                if (!byName.ContainsKey(name) && (Contigs.Count >= mostContigs || (long)(Contigs.Count + 1) * samples > mostCounts))
                {
                    (name, isKnown) = ("others", false);
                }

                if (!byName.TryGetValue(name, out last))
                {
                    byName[name] = last = new Contig(name, contig.ToArray(), new int[samples], new int[samples]);
                    Contigs.Add(last);
                }
            }

            for (var i = 0; i < marks.Length; i++)
            {
                last.Carries[i] += marks[i] & 1;
                last.Called[i] += marks[i] >> 1;
            }

            return isKnown;
        }
    }

    private sealed record Contig(string Name, byte[] Bytes, int[] Carries, int[] Called);
}
