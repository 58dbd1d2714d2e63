using System.Numerics;

namespace Minato.Disclosure;

/// <summary>What makes one record special.</summary>
/// <param name="Scores">By record: Σ over its minimal unique sets of ∏ (n − i) for i from the set's size to M − 1, n keys; 0 where it has none.</param>
/// <param name="SmallestSets">By record: size of its smallest minimal unique set; 0 where it has none.</param>
/// <param name="Contributions">By key: share of all scores that comes from sets with the key.</param>
public sealed record SpecialUniqueScores(IReadOnlyList<double> Scores, IReadOnlyList<int> SmallestSets, IReadOnlyList<double> Contributions);

/// <summary>
/// Special uniques (SUDA2: Elliot, Manning, Mayes, Gurd, Bane 2005): a minimal unique set is a set of keys on which a record is alone, and of which
/// no smaller part suffices. The smaller and the more of them, the easier the person is found. All records are taken together, one bit each.
/// </summary>
public static class SpecialUniques
{
    /// <summary>Sets of keys times records that are looked through.</summary>
    private const long MostWork = 2_000_000_000;

    /// <param name="largest">M: greatest size of a set; null for all keys.</param>
    /// <returns>Refused with <c>suda.too-much</c> where keys and records are too many for the size asked, or the keys need more than 64 bits.</returns>
    public static Outcome<SpecialUniqueScores> Of(KeyTable table, int? largest = null)
    {
        var n = table.Names.Count;
        var most = Math.Clamp(largest ?? n, 1, n);
        if (table.Packed() is not { } packed || n > 24 || Sets(n, most) * table.Records > MostWork)
        {
            return Finding.Error("suda.too-much", "Too many keys for the largest set that was asked", "Ask for smaller sets, or name fewer keys");
        }

        // Equal records are never unique, but they stand in the way of others: one row for each combination.
        var (first, sizes, rowOf) = Distinct(packed.Keys);
        var words = (first.Length + 63) / 64;
        var subsets = Enumerable.Range(1, (1 << n) - 1).Where(s => BitOperations.PopCount((uint)s) <= most).ToArray();
        var unique = new ulong[1 << n][];
        Parallel.ForEach(subsets, () => new Alone(first.Length), (set, _, alone) =>
        {
            ulong mask = 0;
            for (var d = 0; d < n; d++)
            {
                mask |= (set >> d & 1) != 0 ? packed.Masks[d] : 0;
            }

            unique[set] = alone.On(first, sizes, mask, words);
            return alone;
        }, _ => { });

        var weight = Enumerable.Range(0, n + 1).Select(m => Enumerable.Range(m, Math.Max(0, most - m)).Aggregate(1.0, (w, i) => w * (n - i))).ToArray();
        var (scores, smallest, contributions) = (new double[first.Length], new int[first.Length], new double[n]);
        foreach (var set in subsets)
        {
            var size = BitOperations.PopCount((uint)set);
            for (var w = 0; w < words; w++)
            {
                var minimal = unique[set][w];
                for (var d = 0; d < n && minimal != 0; d++)
                {
                    if ((set >> d & 1) != 0 && size > 1)
                    {
                        minimal &= ~unique[set ^ (1 << d)][w];
                    }
                }

                for (; minimal != 0; minimal &= minimal - 1)
                {
                    var row = (w * 64) + BitOperations.TrailingZeroCount(minimal);
                    scores[row] += weight[size];
                    smallest[row] = smallest[row] == 0 ? size : Math.Min(smallest[row], size);
                    for (var d = 0; d < n; d++)
                    {
                        contributions[d] += (set >> d & 1) != 0 ? weight[size] : 0;
                    }
                }
            }
        }

        var all = scores.Sum();
        return new SpecialUniqueScores([.. rowOf.Select(r => scores[r])], [.. rowOf.Select(r => smallest[r])], [.. contributions.Select(c => all == 0 ? 0 : c / all)]);
    }

    private static double Sets(int n, int most)
    {
        double sets = 0, choose = 1;
        for (var m = 1; m <= most; m++)
        {
            sets += choose = choose * (n - m + 1) / m;
        }

        return sets;
    }

    private static (ulong[] First, int[] Sizes, int[] RowOf) Distinct(ulong[] keys)
    {
        var index = new Dictionary<ulong, int>(keys.Length);
        var (first, sizes, rowOf) = (new List<ulong>(), new List<int>(), new int[keys.Length]);
        for (var r = 0; r < keys.Length; r++)
        {
            if (!index.TryGetValue(keys[r], out rowOf[r]))
            {
                index[keys[r]] = rowOf[r] = first.Count;
                first.Add(keys[r]);
                sizes.Add(0);
            }

            sizes[rowOf[r]]++;
        }

        return ([.. first], [.. sizes], rowOf);
    }

    /// <summary>Finds the rows that are alone on some keys.</summary>
    private sealed class Alone(int rows)
    {
        private readonly Slots slots = new();
        private readonly int[] owner = new int[rows];
        private readonly bool[] shared = new bool[rows];

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
        public ulong[] On(ulong[] keys, int[] sizes, ulong mask, int words)
        {
            var bits = slots.Begin(rows);
            var (table, generation, wrap) = (slots.Table, slots.Generation, (1 << bits) - 1);
            for (var r = 0; r < keys.Length; r++)
            {
                var key = keys[r] & mask;
                shared[r] = sizes[r] > 1;
                for (var at = (int)(key * 0x9E3779B97F4A7C15UL >> 64 - bits); ; at = at + 1 & wrap)
                {
                    var slot = table[at];
                    if ((uint)(slot >> 32) != generation)
                    {
                        table[at] = (ulong)generation << 32 | (uint)r;
                        owner[r] = r;
                        break;
                    }

                    if ((keys[(int)(uint)slot] & mask) == key)
                    {
                        owner[r] = (int)(uint)slot;
                        shared[r] = shared[owner[r]] = true;
                        break;
                    }
                }
            }

            var alone = new ulong[words];
            for (var r = 0; r < keys.Length; r++)
            {
                alone[r >> 6] |= shared[r] ? 0 : 1UL << (r & 63);
            }

            return alone;
        }
    }
}
