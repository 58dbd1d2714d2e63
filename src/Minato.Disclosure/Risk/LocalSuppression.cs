namespace Minato.Disclosure;

/// <summary>Which single values to leave out.</summary>
/// <param name="Suppressed">By record: the columns to leave out, one bit each.</param>
/// <param name="ByColumn">By column: how many values are left out.</param>
/// <param name="SmallestMatch">The least number of records that any record can be taken for; at least k.</param>
public sealed record SuppressedValues(IReadOnlyList<uint> Suppressed, IReadOnlyList<int> ByColumn, int SmallestMatch)
{
    public int Total => ByColumn.Sum();
}

/// <summary>
/// k-anonymity by leaving out single values. The rule for a value that is left out is sdcMicro's: it may be any value, so two records look
/// alike when they agree wherever both show something; each record must look like at least k records, itself included.
/// </summary>
/// <remarks>
/// Records are taken from the rarest on. Each that is still too rare leaves out the column by which most records come to look like it, for the
/// price of the column; what it hides makes others less rare, so many need nothing. Then every value that turns out not to be needed is put back.
/// Counts are kept by pattern of what is left out.
/// </remarks>
public static class LocalSuppression
{
    /// <param name="prices">By column: how dear a value is; null for all alike.</param>
    /// <returns>Refused with <c>suppression.too-wide</c> (more than 24 columns or 64 bits) or <c>suppression.too-few</c> (fewer than k records).</returns>
    public static Outcome<SuppressedValues> Suppress(KeyTable table, int k, IReadOnlyList<double>? prices = null)
    {
        if (table.Records < k)
        {
            return Finding.Error("suppression.too-few", "Fewer records than the smallest group allowed", "Release no records of so small a file");
        }

        if (table.Names.Count > 24 || table.Packed() is not { } packed)
        {
            return Finding.Error("suppression.too-wide", "The columns need more than 64 bits together", "Generalise columns first, or name fewer");
        }

        var counts = new PatternCounts(packed.Keys, packed.Masks);
        var price = Enumerable.Range(0, table.Names.Count).Select(d => prices is null ? 1 : prices[d]).ToArray();
        var order = Enumerable.Range(0, table.Records).Select(r => (Record: r, Like: counts.Like(r, 0))).Where(x => x.Like < k)
            .OrderBy(x => x.Like).ThenBy(x => x.Record).Select(x => x.Record).ToArray();
        foreach (var r in order)
        {
            var pattern = counts.Pattern(r);
            while (counts.Like(r, pattern) < k)
            {
                var (best, bestGain) = (0, double.NegativeInfinity);
                for (var d = 0; d < price.Length; d++)
                {
                    if ((pattern >> d & 1) == 0)
                    {
                        var like = counts.Like(r, pattern | 1u << d);
                        var gain = (like >= k ? 1e9 : 0) + (like / price[d]);
                        (best, bestGain) = gain > bestGain ? (d, gain) : (best, bestGain);
                    }
                }

                pattern |= 1u << best;
            }

            counts.Move(r, pattern);
        }

        PutBack(counts, order, price, k);
        var least = Enumerable.Range(0, table.Records).Min(r => counts.Like(r, counts.Pattern(r)));
        return new SuppressedValues(
            [.. Enumerable.Range(0, table.Records).Select(counts.Pattern)],
            [.. Enumerable.Range(0, price.Length).Select(d => Enumerable.Range(0, table.Records).Count(r => (counts.Pattern(r) >> d & 1) != 0))], least);
    }

    /// <summary>The least number of records that any record looks like, with these values left out (by record: columns as bits). Slow and obvious.</summary>
    public static int SmallestMatch(KeyTable table, IReadOnlyList<uint> suppressed)
    {
        var least = int.MaxValue;
        for (var r = 0; r < table.Records; r++)
        {
            var like = 0;
            for (var s = 0; s < table.Records; s++)
            {
                var same = true;
                for (var d = 0; same && d < table.Codes.Length; d++)
                {
                    same = ((suppressed[r] | suppressed[s]) >> d & 1) != 0 || table.Codes[d][r] == table.Codes[d][s];
                }

                like += same ? 1 : 0;
            }

            least = Math.Min(least, like);
        }

        return least;
    }

    /// <summary>Shows again what need not be hidden: neither for the record itself nor for those that look like it only through the gap.</summary>
    private static void PutBack(PatternCounts counts, int[] order, double[] price, int k)
    {
        foreach (var r in order.Reverse())
        {
            foreach (var d in Enumerable.Range(0, price.Length).OrderByDescending(d => price[d]))
            {
                var pattern = counts.Pattern(r);
                if ((pattern >> d & 1) != 0 && counts.Like(r, pattern & ~(1u << d)) >= k && !counts.Needed(r, d, k))
                {
                    counts.Move(r, pattern & ~(1u << d));
                }
            }
        }
    }

    /// <summary>How many records show the same values on the columns that two patterns leave open, for the patterns in use.</summary>
    private sealed class PatternCounts
    {
        private readonly ulong[] keys;
        private readonly ulong[] masks;
        private readonly uint[] patterns;
        private readonly Dictionary<uint, HashSet<int>> members = [];

        /// <summary>By pattern of the counted records and columns hidden in the comparison: values → records.</summary>
        private readonly Dictionary<uint, Dictionary<uint, Dictionary<ulong, int>>> counts = [];

        public PatternCounts(ulong[] keys, ulong[] masks)
        {
            (this.keys, this.masks, patterns) = (keys, masks, new uint[keys.Length]);
            members[0] = [.. Enumerable.Range(0, keys.Length)];
            counts[0] = [];
        }

        public uint Pattern(int r) => patterns[r];

        /// <summary>Records that r would look like with this pattern, itself included.</summary>
        public int Like(int r, uint pattern)
        {
            var like = 0;
            foreach (var other in counts.Keys)
            {
                // r itself is among them: it agrees with itself whatever is hidden.
                like += Table(other, other | pattern).GetValueOrDefault(keys[r] & Mask(other | pattern));
            }

            return like;
        }

        public void Move(int r, uint to)
        {
            var from = patterns[r];
            if (from == to)
            {
                return;
            }

            foreach (var (hidden, table) in counts[from])
            {
                var key = keys[r] & Mask(hidden);
                if (--System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrNullRef(table, key) == 0)
                {
                    table.Remove(key);
                }
            }

            members[from].Remove(r);
            patterns[r] = to;
            if (!counts.ContainsKey(to))
            {
                (counts[to], members[to]) = ([], []);
            }

            members[to].Add(r);
            foreach (var (hidden, table) in counts[to])
            {
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(table, keys[r] & Mask(hidden), out _)++;
            }
        }

        /// <summary>Whether somebody looks like fewer than k + 1 records and like r only because r hides column d.</summary>
        public bool Needed(int r, int d, int k)
        {
            var mine = patterns[r];
            foreach (var other in counts.Keys)
            {
                if ((other >> d & 1) != 0)
                {
                    continue;
                }

                foreach (var s in Lookup(other, mine | other, keys[r] & Mask(mine | other)))
                {
                    if ((keys[s] & masks[d]) != (keys[r] & masks[d]) && Like(s, other) <= k)
                    {
                        return true;
                    }
                }
            }

            return false;
        }

        private ulong Mask(uint hidden)
        {
            ulong mask = 0;
            for (var d = 0; d < masks.Length; d++)
            {
                mask |= (hidden >> d & 1) == 0 ? masks[d] : 0;
            }

            return mask;
        }

        private Dictionary<ulong, int> Table(uint pattern, uint hidden)
        {
            if (!counts[pattern].TryGetValue(hidden, out var table))
            {
                counts[pattern][hidden] = table = [];
                var mask = Mask(hidden);
                foreach (var r in members[pattern])
                {
                    System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(table, keys[r] & mask, out _)++;
                }
            }

            return table;
        }

        private IEnumerable<int> Lookup(uint pattern, uint hidden, ulong key)
        {
            var mask = Mask(hidden);
            return members[pattern].Where(s => (keys[s] & mask) == key);
        }
    }
}
