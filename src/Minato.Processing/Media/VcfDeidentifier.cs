using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Minato.Processing.Media;

/// <summary>What was done to one VCF file.</summary>
/// <param name="Samples">Samples that are in the new file; who refused or is unknown is not.</param>
/// <param name="Records">Lines of variants in it.</param>
/// <param name="OutOfRegion">Lines outside the permit's regions.</param>
/// <param name="Suppressed">Alternative alleles that fewer persons carry than the standard asks for.</param>
public sealed record VcfDone(int Samples, long Records, long OutOfRegion, long Suppressed);

/// <summary>
/// Writes a VCF file again for a project: samples by their pseudonyms and in the pseudonyms' order, the header without what tells how and where
/// it was made, only the regions of the permit, alleles of too few carriers made unknown. Line by line; a line is the most that is held.
/// </summary>
/// <param name="pseudonymOf">The project pseudonym of a sample; null: the sample is left out.</param>
internal sealed class VcfDeidentifier(Func<string, string?> pseudonymOf, IReadOnlyList<GenomeRegion>? regions, int leastCarriers)
{
    private const int LongestLine = 64 << 20;

    /// <summary>Header lines that say what columns mean. ##SAMPLE, ##PEDIGREE, command lines, paths and dates do not, and go.</summary>
    private static readonly string[] Meaning = ["##fileformat=", "##FILTER=", "##INFO=", "##FORMAT=", "##ALT=", "##contig="];

    /// <returns>Refused with <c>vcf.header</c>, <c>vcf.line</c> (with its number) or <c>vcf.too-long</c>; what was written must then be thrown away.</returns>
    public Outcome<VcfDone> Rewrite(Stream input, Stream output, string fileName = "")
    {
        var file = fileName.Length == 0 ? null : fileName;
        using var unpacked = Unpacked(input);
        using var reader = new StreamReader(unpacked, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, 1 << 16, leaveOpen: true);
        using var writer = new StreamWriter(output, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        int[]? columns = null;
        long number = 0, records = 0, outside = 0, suppressed = 0;
        try
        {
            while (reader.ReadLine() is { } line)
            {
                number++;
                if (line.Length > LongestLine)
                {
                    return Finding.Error("vcf.too-long", "A line is longer than lines are", "Split the file by samples", new Place(file, number));
                }

                if (line.StartsWith("##", StringComparison.Ordinal))
                {
                    if (Meaning.Any(m => line.StartsWith(m, StringComparison.Ordinal)))
                    {
                        writer.WriteLine(Described(line));
                    }
                }
                else if (line.StartsWith("#CHROM\t", StringComparison.Ordinal))
                {
                    if (Samples(line) is not { } taken)
                    {
                        return Finding.Error("vcf.header", "Two samples of the file belong to one person, or the heading is not a VCF heading", "Ask the holder for one sample a person", new Place(file, number));
                    }

                    columns = [.. taken.Select(t => t.Column)];
                    writer.WriteLine("##INFO=<ID=AC,Number=A,Type=Integer,Description=\"Allele count in this file\">");
                    writer.WriteLine("##INFO=<ID=AN,Number=1,Type=Integer,Description=\"Alleles called in this file\">");
                    writer.WriteLine(string.Join('\t', ((string[])["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"]).Concat(taken.Select(t => t.Pseudonym))));
                }
                else if (columns is null)
                {
                    return Finding.Error("vcf.header", "The file has no heading in front of its variants", "Send a whole VCF file", new Place(file, number));
                }
                else if (line.Length > 0)
                {
                    switch (Record(line, columns, writer, ref suppressed))
                    {
                        case null:
                            return Finding.Error("vcf.line", "The line is not a line of a VCF file with genotypes", "Ask the holder for a file that a validator accepts", new Place(file, number));
                        case true:
                            records++;
                            break;
                        default:
                            outside++;
                            break;
                    }
                }
            }
        }
        catch (InvalidDataException)
        {
            return Finding.Error("vcf.line", "The compressed file is damaged", "Send it again", new Place(file, number));
        }

        return columns is null
            ? Finding.Error("vcf.header", "The file has no heading", "Send a whole VCF file", new Place(file))
            : new VcfDone(columns.Length, records, outside, suppressed);
    }

    /// <summary>Only what columns mean: ##INFO of counts is written anew.</summary>
    private static string Described(string line) =>
        line.StartsWith("##INFO=<ID=AC,", StringComparison.Ordinal) || line.StartsWith("##INFO=<ID=AN,", StringComparison.Ordinal) ? "##minato=counts-anew" : line;

    private List<(int Column, string Pseudonym)>? Samples(string heading)
    {
        var words = heading.Split('\t');
        var taken = new List<(int, string)>();
        for (var i = 9; i < words.Length; i++)
        {
            if (pseudonymOf(words[i]) is { } pseudonym)
            {
                taken.Add((i, pseudonym));
            }
        }

        taken.Sort((a, b) => string.CompareOrdinal(a.Item2, b.Item2));
        return words.Length < 9 || taken.DistinctBy(t => t.Item2).Count() != taken.Count ? null : taken;
    }

    /// <summary>Writes a line: true; false where it lies outside, null where it is no line of a VCF file.</summary>
    private bool? Record(string line, int[] columns, StreamWriter writer, ref long suppressed)
    {
        var words = line.Split('\t');
        if (words.Length < 9 || columns.Any(c => c >= words.Length) || !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var position))
        {
            return null;
        }

        var info = words[7].Split(';');
        var end = info.FirstOrDefault(i => i.StartsWith("END=", StringComparison.Ordinal));
        var last = end is not null && long.TryParse(end.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var e) ? Math.Max(position, e) : position + words[3].Length - 1;
        if (regions is not null && !regions.Any(r => r.Meets(words[0], position, last)))
        {
            return false;
        }

        var format = words[8].Split(':');
        if (format[0] != "GT")
        {
            return null;
        }

        var alternatives = words[4] == "." ? [] : words[4].Split(',');
        var samples = columns.Select(c => words[c]).ToArray();
        var rare = new HashSet<int>();
        if (leastCarriers > 0)
        {
            var carriers = new int[alternatives.Length + 1];
            foreach (var sample in samples)
            {
                foreach (var allele in Alleles(sample).Distinct())
                {
                    if (allele > alternatives.Length)
                    {
                        return null;
                    }

                    carriers[allele]++;
                }
            }

            for (var a = 1; a < carriers.Length; a++)
            {
                if (carriers[a] < leastCarriers)
                {
                    _ = rare.Add(a);
                    suppressed += carriers[a] > 0 ? 1 : 0;
                }
            }

            if (rare.Count == alternatives.Length && alternatives.Length > 0)
            {
                return false; // nothing of the line could be told
            }

            for (var i = 0; i < samples.Length; i++)
            {
                if (Alleles(samples[i]).Any(rare.Contains))
                {
                    samples[i] = samples[i].Split(':')[0].Contains('/', StringComparison.Ordinal) ? "./." : samples[i].Split(':')[0].Contains('|', StringComparison.Ordinal) ? ".|." : ".";
                }
            }
        }

        var counts = new long[alternatives.Length + 1];
        foreach (var allele in samples.SelectMany(Alleles))
        {
            if (allele > alternatives.Length)
            {
                return null;
            }

            counts[allele]++;
        }

        // A suppressed allele's letters are not told either.
        var told = alternatives.Select((a, i) => rare.Contains(i + 1) ? "<*>" : a);
        var facts = new List<string>();
        if (alternatives.Length > 0)
        {
            facts.Add($"AC={string.Join(',', counts.Skip(1))}");
        }

        facts.Add(string.Create(CultureInfo.InvariantCulture, $"AN={counts.Sum()}"));
        facts.AddRange(info.Where(i => i.StartsWith("END=", StringComparison.Ordinal) || i.StartsWith("SVTYPE=", StringComparison.Ordinal) || i.StartsWith("SVLEN=", StringComparison.Ordinal)));
        var id = string.Join(';', words[2].Split(';').Where(n => n.StartsWith("rs", StringComparison.Ordinal) && n.Length > 2 && n.AsSpan(2).ContainsAnyExceptInRange('0', '9') == false));
        writer.WriteLine(string.Join('\t', ((string[])[words[0], words[1], id.Length == 0 ? "." : id, words[3], alternatives.Length == 0 ? "." : string.Join(',', told), words[5], words[6], string.Join(';', facts), words[8]]).Concat(samples)));
        return true;
    }

    /// <summary>The alleles that a sample's genotype calls.</summary>
    private static List<int> Alleles(string sample)
    {
        var called = new List<int>(2);
        var colon = sample.IndexOf(':');
        var genotype = colon < 0 ? sample.AsSpan() : sample.AsSpan(0, colon);
        foreach (var part in genotype.SplitAny('/', '|'))
        {
            if (int.TryParse(genotype[part], NumberStyles.None, CultureInfo.InvariantCulture, out var allele))
            {
                called.Add(allele);
            }
        }

        return called;
    }

    /// <summary>bgzip files are gzip files of many members.</summary>
    private static Stream Unpacked(Stream input)
    {
        var head = new byte[2];
        var n = input.ReadAtLeast(head, 2, throwOnEndOfStream: false);
        var whole = new Rejoined(head.AsMemory(0, n), input);
        return n == 2 && head[0] == 0x1F && head[1] == 0x8B ? new GZipStream(whole, CompressionMode.Decompress) : whole;
    }
}
