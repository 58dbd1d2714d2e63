using System.Buffers;
using System.Buffers.Text;
using Minato.Formats.Text;

namespace Minato.Formats.Vcf;

/// <summary>What is wrong with a variant's line: where, and in words.</summary>
internal readonly record struct VcfFault(string Field, string Reason);

/// <summary>Checks the fixed columns of a variant's line, its INFO and its samples against the header, on the bytes of the line.</summary>
internal static class VcfLine
{
    private const int MostAlleles = 1000;
    private static readonly SearchValues<byte> Bases = SearchValues.Create("ACGTNacgtnRYSWKMBDHVryswkmbdhv"u8);
    private static readonly SearchValues<byte> Breakend = SearchValues.Create("[]"u8);

    /// <summary>Everything up to the samples.</summary>
    /// <param name="columns">The line's first nine columns and the rest, cut at its tabs.</param>
    public static VcfFault? Check(in VcfColumns columns, VcfHeader header, out int alternatives)
    {
        alternatives = 0;
        if (columns.Contig.IsEmpty || columns.Contig.Length > 100 || columns.Contig.IndexOfAnyInRange((byte)0, (byte)' ') >= 0)
        {
            return new VcfFault("CHROM", "The contig has no name");
        }

        if (!Utf8Parser.TryParse(columns.Position, out long position, out var used) || used != columns.Position.Length || position is < 0 or > 10_000_000_000)
        {
            return new VcfFault("POS", "The position is no whole number");
        }

        if (columns.Reference.IsEmpty || columns.Reference.IndexOfAnyExcept(Bases) >= 0)
        {
            return new VcfFault("REF", "The reference allele is not of bases");
        }

        if (columns.Alternative is not [(byte)'.'])
        {
            foreach (var part in columns.Alternative.Split((byte)','))
            {
                if (++alternatives > MostAlleles || !IsAllele(columns.Alternative[part]))
                {
                    return new VcfFault("ALT", "An alternative allele is neither bases nor *, <ID> or a breakend");
                }
            }
        }

        if (columns.Quality is not [(byte)'.'] && !IsFloat(columns.Quality))
        {
            return new VcfFault("QUAL", "The quality is no number");
        }

        if (columns.Filter.IsEmpty || columns.Filter.IndexOfAnyInRange((byte)0, (byte)' ') >= 0)
        {
            return new VcfFault("FILTER", "The filter is empty or holds blanks");
        }

        return Information(columns.Information, header, alternatives);
    }

    private static VcfFault? Information(ReadOnlySpan<byte> info, VcfHeader header, int alternatives)
    {
        if (info is [(byte)'.'])
        {
            return null;
        }

        var fields = header.InfoBytes;
        foreach (var part in info.Split((byte)';'))
        {
            var entry = info[part];
            var equals = entry.IndexOf((byte)'=');
            var key = equals < 0 ? entry : entry[..equals];
            if (key.IsEmpty)
            {
                if (entry.IsEmpty)
                {
                    continue; // a trailing semicolon
                }

                return new VcfFault("INFO", "An entry has no key");
            }

            if (!fields.TryGetValue(key, out var field))
            {
                continue; // undeclared keys are strings
            }

            if (field.Type != VcfType.Flag && equals >= 0 && !AreValues(entry[(equals + 1)..], field, alternatives, out _))
            {
                return new VcfFault("INFO", "A value is not of the type or number that the header declares");
            }
        }

        return null;
    }

    /// <summary>One sample's column. Carries: at least one allele that is not the reference; called: at least one allele is known.</summary>
    public static VcfFault? Sample(ReadOnlySpan<byte> sample, ReadOnlySpan<byte> format, bool hasGenotype, int alternatives, out bool carries, out bool called)
    {
        (carries, called) = (false, false);
        if (sample.IsEmpty || sample.Count((byte)':') > format.Count((byte)':'))
        {
            return new VcfFault("sample", "A sample is empty, or has more values than FORMAT names");
        }

        if (!hasGenotype)
        {
            called = sample is not [(byte)'.'];
            return null;
        }

        var end = sample.IndexOf((byte)':');
        var genotype = end < 0 ? sample : sample[..end];
        var allele = -1;
        var count = 0;
        for (var i = 0; i <= genotype.Length; i++)
        {
            var c = i < genotype.Length ? genotype[i] : (byte)'/';
            if (c is >= (byte)'0' and <= (byte)'9')
            {
                allele = (Math.Max(allele, 0) * 10) + c - '0';
                if (allele > MostAlleles)
                {
                    return new VcfFault("GT", "A genotype names an allele that the line does not have");
                }

                called = true;
            }
            else if (c is (byte)'/' or (byte)'|')
            {
                if (i == 0 && genotype.Length > 1)
                {
                    continue; // 4.4: a leading phase mark
                }

                if (allele > alternatives)
                {
                    return new VcfFault("GT", "A genotype names an allele that the line does not have");
                }

                carries |= allele > 0;
                allele = -1;
                count++;
            }
            else if (c != (byte)'.')
            {
                return new VcfFault("GT", "A genotype is not of allele numbers, / and |");
            }
        }

        return count > 64 ? new VcfFault("GT", "A genotype has more alleles than anything alive") : null;
    }

    private static bool AreValues(ReadOnlySpan<byte> values, VcfField field, int alternatives, out int count)
    {
        count = 0;
        foreach (var part in values.Split((byte)','))
        {
            var value = values[part];
            count++;
            if (value is [(byte)'.'])
            {
                continue;
            }

            var ok = field.Type switch
            {
                VcfType.Integer => Utf8Parser.TryParse(value, out long _, out var n) && n == value.Length,
                VcfType.Float => IsFloat(value),
                VcfType.Character => value.Length >= 1,
                _ => true,
            };
            if (!ok)
            {
                return false;
            }
        }

        var needed = field.Number switch { VcfField.PerAlternative => alternatives, VcfField.PerAllele => alternatives + 1, _ => field.Number };
        // A site without an alternative allele (.) still writes one value for it.
        return needed < 0 || (alternatives == 0 && field.Number < 0) || field.Type is VcfType.String or VcfType.Character || count == needed || values is [(byte)'.'];
    }

    private static bool IsAllele(ReadOnlySpan<byte> allele) =>
        allele is [(byte)'*'] or [(byte)'.']
        || (allele.Length > 0 && allele.IndexOfAnyExcept(Bases) < 0)
        || allele is [(byte)'<', _, .., (byte)'>']
        || (allele.Length > 1 && allele[0] == (byte)'.' && allele[1..].IndexOfAnyExcept(Bases) < 0)
        || (allele.Length > 1 && allele[^1] == (byte)'.' && allele[..^1].IndexOfAnyExcept(Bases) < 0)
        || (allele.Length > 4 && allele.IndexOfAny(Breakend) >= 0 && allele.Contains((byte)':'));

    private static bool IsFloat(ReadOnlySpan<byte> text) =>
        (Utf8Parser.TryParse(text, out double _, out var used) && used == text.Length) || System.Text.Ascii.EqualsIgnoreCase(text, "nan"u8) || System.Text.Ascii.EqualsIgnoreCase(text.TrimStart("+-"u8), "inf"u8) || System.Text.Ascii.EqualsIgnoreCase(text.TrimStart("+-"u8), "infinity"u8);
}

/// <summary>A variant's line, cut.</summary>
internal readonly ref struct VcfColumns
{
    public ReadOnlySpan<byte> Contig { get; private init; }
    public ReadOnlySpan<byte> Position { get; private init; }
    public ReadOnlySpan<byte> Reference { get; private init; }
    public ReadOnlySpan<byte> Alternative { get; private init; }
    public ReadOnlySpan<byte> Quality { get; private init; }
    public ReadOnlySpan<byte> Filter { get; private init; }
    public ReadOnlySpan<byte> Information { get; private init; }
    public ReadOnlySpan<byte> Format { get; private init; }

    /// <summary>The samples, still with their tabs.</summary>
    public ReadOnlySpan<byte> Samples { get; private init; }

    public static bool TryCut(ReadOnlySpan<byte> line, bool hasGenotypes, out VcfColumns columns)
    {
        Span<int> tabs = stackalloc int[10];
        tabs[0] = -1;
        var n = 1;
        for (var at = 0; n < 10 && line[at..].IndexOf((byte)'\t') is >= 0 and var found; n++)
        {
            at += found + 1;
            tabs[n] = at - 1;
        }

        columns = default;
        if (n < (hasGenotypes ? 10 : 8))
        {
            return false;
        }

        var last = n > 8 ? tabs[8] : line.Length;
        columns = new VcfColumns
        {
            Contig = line[..tabs[1]],
            Position = line[(tabs[1] + 1)..tabs[2]],
            Reference = line[(tabs[3] + 1)..tabs[4]],
            Alternative = line[(tabs[4] + 1)..tabs[5]],
            Quality = line[(tabs[5] + 1)..tabs[6]],
            Filter = line[(tabs[6] + 1)..tabs[7]],
            Information = line[(tabs[7] + 1)..last],
            Format = n > 9 ? line[(tabs[8] + 1)..tabs[9]] : default,
            Samples = n > 9 ? line[(tabs[9] + 1)..] : default,
        };
        return hasGenotypes || n <= 9;
    }
}
