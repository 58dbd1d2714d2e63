namespace Minato.Linkage.Clk;

/// <summary>
/// One side's CLKs cut into the schema's segments: how many bits each has, and which records have the very same segment. A segment without bits is a field that was not known.
/// </summary>
internal sealed class SegmentTable
{
    private readonly ClkSet set;
    private readonly ClkSegment[] segments;
    private readonly byte[] words;
    private readonly ushort[][] counts;
    private readonly ulong[][] values;

    public SegmentTable(ClkSet set, ClkSchema schema)
    {
        this.set = set;
        segments = [.. schema.Fields.Select(f => new ClkSegment(f.At, f.Bits))];
        words = [.. segments.Select(s => (byte)s.Words)];
        counts = [.. segments.Select(_ => new ushort[set.Count])];
        values = [.. segments.Select(_ => new ulong[set.Count])];
        Parallel.For(0, (set.Count + 4095) / 4096, part =>
        {
            Span<ulong> bits = stackalloc ulong[ClkBits.Words];
            for (var i = part * 4096; i < Math.Min(set.Count, (part + 1) * 4096); i++)
            {
                for (var f = 0; f < segments.Length; f++)
                {
                    var cut = bits[..words[f]];
                    segments[f].Extract(set[i], cut);
                    counts[f][i] = (ushort)ClkBits.Count(cut);
                    values[f][i] = counts[f][i] == 0 ? 0 : Digest(cut);
                }
            }
        });
    }

    public int Fields => segments.Length;

    public int Count => set.Count;

    /// <summary>Equal where the segments are equal; 0 where the field was not known.</summary>
    public ulong Value(int field, int i) => values[field][i];

    /// <summary>64 bits that tell segments apart (the bits are hash values already); never 0.</summary>
    private static ulong Digest(ReadOnlySpan<ulong> bits)
    {
        var digest = 0UL;
        foreach (var word in bits)
        {
            digest = (digest ^ word) * 0x9E3779B97F4A7C15UL;
            digest ^= digest >> 29;
        }

        return digest | 1;
    }

    /// <summary>Dice of the two segments; NaN where either field was not known.</summary>
    public static double Dice(SegmentTable a, int fieldA, int i, SegmentTable b, int fieldB, int j)
    {
        var sum = a.counts[fieldA][i] + b.counts[fieldB][j];
        if (a.counts[fieldA][i] == 0 || b.counts[fieldB][j] == 0)
        {
            return double.NaN;
        }

        if (a.values[fieldA][i] == b.values[fieldB][j])
        {
            return 1;
        }

        Span<ulong> x = stackalloc ulong[a.words[fieldA]];
        Span<ulong> y = stackalloc ulong[b.words[fieldB]];
        a.segments[fieldA].Extract(a.set[i], x);
        b.segments[fieldB].Extract(b.set[j], y);

        // Other segments can have all their bits in common with a longer one, but only equal ones are "the same".
        return Math.Min(DiceBound.Dice(ClkSegment.Common(x, y), sum), Math.BitDecrement(1.0));
    }
}
