namespace Minato.Linkage.Matching;

/// <summary>Sorts by the high 32 bits, stable, in three passes of 11 bits: several times as fast as comparing a million keys.</summary>
internal static class RadixSort
{
    private const int Bits = 11;
    private const int Buckets = 1 << Bits;

    public static void ByHighWord(ulong[] values)
    {
        if (values.Length < 256)
        {
            // Rows ascend already, so that sorting by the whole word is the stable order.
            Array.Sort(values);
            return;
        }

        var spare = GC.AllocateUninitializedArray<ulong>(values.Length);
        var (from, to) = (values, spare);
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

            (from, to) = (to, from);
        }

        if (!ReferenceEquals(from, values))
        {
            from.CopyTo(values, 0);
        }
    }
}
