using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Minato.Formats.Text;

namespace Minato.Formats.Vcf;

/// <summary>
/// What the samples of a file carry of one megabase of a contig: numbers while it is read, one record a sample when it is left. The same megabase of the same sample, reference
/// and contig is the same record, so that a genome that was called again takes the place of the earlier one region by region.
/// </summary>
/// <param name="number">Of the megabase on its contig, from 0.</param>
/// <param name="part">How often the file had been here before: files in order, as they should be, come once.</param>
/// <param name="line">Of the file, where it begins.</param>
internal sealed class Megabase(VcfHeader header, string contig, long number, int part, long line)
{
    public const long Width = 1_000_000;

    /// <summary>What lies in memory of one megabase, in all samples; some 200 MB.</summary>
    private const int MostCarried = 20_000_000;

    private readonly List<(string Alleles, long Position, long Line)> sites = [];
    private readonly List<(int Site, int Genotype)>?[] bySample = new List<(int, int)>?[header.Samples.Length];
    private readonly List<(string Text, int Copies)> genotypes = [];
    private readonly Dictionary<(string Genotype, int Allele), int> known = [];
    private int carried;

    public string Contig => contig;

    public long Number => number;

    /// <param name="position">Digits, as <see cref="VcfLine.Check"/> found them.</param>
    public static (long Position, long Number) Of(ReadOnlySpan<byte> position) => Utf8Parser.TryParse(position, out long at, out int _) ? (at, Math.Max(0, at - 1) / Width) : default;

    /// <param name="carriers">The samples that carry anything, and their genotypes as the file has them.</param>
    /// <returns>False where it would be more than lies in memory; nothing of the line was taken then.</returns>
    public bool Take(in VcfColumns columns, long position, long lineNumber, IReadOnlyList<(int Sample, string Genotype)> carriers)
    {
        var reference = Encoding.Latin1.GetString(columns.Reference).ToUpperInvariant();
        var allele = 0;
        foreach (var part in columns.Alternative.Split((byte)','))
        {
            allele++;
            var alternative = columns.Alternative[part];
            if (alternative is [(byte)'*'] or [(byte)'.'] || alternative.SequenceEqual("<*>"u8) || alternative.SequenceEqual("<NON_REF>"u8))
            {
                continue; // an allele that another line tells, or none
            }

            var site = -1;
            foreach (var (sample, genotype) in carriers)
            {
                var code = CodeOf(genotype, allele);
                if (genotypes[code].Copies == 0)
                {
                    continue;
                }

                if (carried == MostCarried)
                {
                    return false;
                }

                if (site < 0)
                {
                    site = sites.Count;
                    var text = Encoding.Latin1.GetString(alternative);
                    sites.Add(($"{reference}/{(text.All(char.IsAsciiLetter) ? text.ToUpperInvariant() : text)}", position, lineNumber));
                }

                (bySample[sample] ??= []).Add((site, code));
                carried++;
            }
        }

        return true;
    }

    /// <summary>One record a sample, also where it carries nothing here: it may have before.</summary>
    /// <param name="empty">So many megabases before this one in which the file, whose lines are in order, has nothing.</param>
    public IEnumerable<DeliveredRecord> Records(string file, DateOnly day, long empty)
    {
        for (var at = number - empty; at <= number; at++)
        {
            for (var sample = 0; sample < bySample.Length; sample++)
            {
                var key = $"{header.Samples[sample]}\u001F{header.Reference}\u001F{contig}\u001F{at}{(part == 0 ? "" : $"\u001F{part}")}";
                yield return new DeliveredRecord(
                    new Place(file, line), "vcf-v-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("minato-vcf-region:" + key)).AsSpan(0, 16)),
                    new PersonIdentity { LocalPatientId = header.Samples[sample], AsOf = day }, new Demographics(), at == number ? FactsOf(sample, day) : []);
            }
        }
    }

    private List<HealthFact> FactsOf(int sample, DateOnly day) => bySample[sample] is { } carries
        ? [.. carries.Select(c => new HealthFact
        {
            Kind = FactKind.Variant, Start = day, System = CodeSystem.Minato, Code = contig, Unit = header.Reference, Value = sites[c.Site].Position, Identifier = sites[c.Site].Alleles,
            ValueCode = genotypes[c.Genotype].Text, Quantity = genotypes[c.Genotype].Copies, Line = sites[c.Site].Line,
        })]
        : [];

    /// <summary>The genotype from one allele's side: 1 is this allele, 0 the reference, x another one.</summary>
    private int CodeOf(string genotype, int allele)
    {
        if (!known.TryGetValue((genotype, allele), out var code))
        {
            var text = new StringBuilder();
            var copies = 0;
            for (var i = 0; i < genotype.Length;)
            {
                var digits = i;
                while (i < genotype.Length && char.IsAsciiDigit(genotype[i]))
                {
                    i++;
                }

                if (i == digits)
                {
                    text.Append(genotype[i++]);
                    continue;
                }

                var index = int.Parse(genotype.AsSpan(digits, i - digits), System.Globalization.CultureInfo.InvariantCulture);
                copies += index == allele ? 1 : 0;
                text.Append(index == 0 ? '0' : index == allele ? '1' : 'x');
            }

            known[(genotype, allele)] = code = genotypes.Count;
            genotypes.Add((text.ToString(), copies));
        }

        return code;
    }
}

/// <summary>Follows the file from megabase to megabase. In a file that is in order, contig by contig with rising positions, each comes once.</summary>
internal sealed class Megabases(VcfHeader header)
{
    /// <summary>An arm of a chromosome without a line is a gap; more is a file that holds something else.</summary>
    private const long MostEmpty = 300;

    /// <summary>Some 300 times a human genome.</summary>
    private const int MostMegabases = 1_000_000;

    private readonly Dictionary<(string Contig, long Number), int> left = [];
    private readonly List<(int Sample, string Genotype)> carriers = [];
    private Megabase? here;
    private long empty;
    private bool isOut;

    /// <summary>Left since it was last asked for.</summary>
    public (Megabase Left, long Empty)? Done { get; private set; }

    /// <summary>A line is begun. Where it belongs to a new megabase, the one before is <see cref="Done"/>.</summary>
    /// <param name="isAgain">The file has been there before.</param>
    public VcfFault? Begin(in VcfColumns columns, long line, out long position, out bool isAgain)
    {
        carriers.Clear();
        isAgain = false;
        (position, var number) = Megabase.Of(columns.Position);
        var name = Encoding.Latin1.GetString(columns.Contig);
        if (here?.Contig == name && here.Number == number)
        {
            return null;
        }

        isAgain = left.TryGetValue((name, number), out var part);
        if (!isAgain && left.Count == MostMegabases)
        {
            return new VcfFault("CHROM", "The file has lines of too many places");
        }

        // Where the file goes back and forth, nothing is known of what it passes over.
        var between = here?.Contig == name && !isOut && !isAgain && number > here.Number ? number - here.Number - 1 : 0;
        isOut |= isAgain || (here?.Contig == name && number < here.Number);
        Leave();
        left[(name, number)] = part + 1;
        (here, empty) = (new Megabase(header, name, number, part, line), between <= MostEmpty ? between : 0);
        return null;
    }

    public void Carries(int sample, ReadOnlySpan<byte> genotype) => carriers.Add((sample, Encoding.Latin1.GetString(genotype)));

    /// <summary>The line that was begun is right in all its samples.</summary>
    public VcfFault? Take(in VcfColumns columns, long position, long line) =>
        // A name that is no code cannot be stored; its lines are counted with the others.
        !FieldText.IsCode(here!.Contig, 30) || here.Take(columns, position, line, carriers) ? null : new VcfFault("POS", "There is more in one megabase than can be held: split the file by samples");

    /// <summary>The file ends.</summary>
    public void Leave()
    {
        if (here is not null)
        {
            Done = (here, empty);
        }

        here = null;
    }

    public IEnumerable<DeliveredRecord> Taken(string file)
    {
        if (Done is not var (megabase, before) || header.Date is not { } day)
        {
            Done = null;
            return [];
        }

        Done = null;
        return FieldText.IsCode(megabase.Contig, 30) ? megabase.Records(file, day, before) : [];
    }
}
