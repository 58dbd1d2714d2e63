namespace Minato.Linkage.Matching;

/// <summary>Sorts by the high 32 bits, stable, in three passes of 11 bits: several times as fast as comparing a million keys.</summary>
internal static class RadixSort
{
    private const int Bits = 11;
    private const int Buckets = 1 << Bits;

    /// <param name="values">Rows, the low words, ascend.</param>
    /// <param name="spare">As long; holds nothing of use afterwards.</param>
    public static void ByHighWord(Span<ulong> values, Span<ulong> spare)
    {
        if (values.Length < 256)
        {
            // Rows ascend already, so that sorting by the whole word is the stable order.
            values.Sort();
            return;
        }

        var from = values;
        var to = spare;
        Span<int> at = stackalloc int[Buckets];
        for (var shift = 32; shift < 64; shift += Bits)
        {
            at.Clear();
            foreach (var v in from)
            {
                at[(int)(v >> shift) & (Buckets - 1)]++;
            }

            var sum = 0;
            for (var i = 0; i < Buckets; i++)
            {
                (at[i], sum) = (sum, sum + at[i]);
            }

            foreach (var v in from)
            {
                to[at[(int)(v >> shift) & (Buckets - 1)]++] = v;
            }

            var other = from;
            from = to;
            to = other;
        }

        if (!from.Overlaps(values))
        {
            from.CopyTo(values);
        }
    }
}
