using System.Runtime.InteropServices;

namespace Minato.Linkage.Clk;

/// <summary>A link between two rows (indices in the two sets).</summary>
/// <param name="Probability">That the two are of one person, beside all rivals of either.</param>
internal readonly record struct ClkLink(int A, int B, double Probability);

/// <param name="Pairs">Pairs looked at segment by segment.</param>
/// <param name="Precision">Expected share of the links that are right: no truth was needed to say it.</param>
/// <param name="Matches">Expected number of persons on both sides, linked or not.</param>
internal sealed record ClkLinkage(IReadOnlyList<ClkLink> Links, long Pairs, double Precision, double Matches);

/// <param name="Dice">Pairs whose whole CLKs are at least so similar are looked at, whatever their segments; more is asked where too many pairs are.</param>
/// <param name="MostCompared">Where all pairs are more than this, only pairs with two equal segments are looked at (blocking).</param>
/// <param name="MostInBlock">Blocks with more pairs are left to the other passes.</param>
/// <param name="Least">Least probability of a link.</param>
internal sealed record ClkLinkOptions(double Dice = 0.45, long MostCompared = 20_000_000_000, int MostInBlock = 5_000, double Least = 0.5, int Sample = 1_000_000, int MostRounds = 40, ulong Seed = 1);

/// <summary>
/// Links two sides, each of which names a person once, one to one. Candidates are found on the whole CLK and on equal segments; judged segment by segment under a model learned
/// from the two files themselves; and assigned where the probability, with all rivals considered, is high enough.
/// </summary>
internal static class ClkLinker
{
    public static ClkLinkage Link(ClkSet a, ClkSet b, ClkSchema schema, ClkLinkOptions? options = null)
    {
        var o = options ?? new ClkLinkOptions();
        if (a.Count == 0 || b.Count == 0)
        {
            return new ClkLinkage([], 0, 1, 0);
        }

        var (left, right) = (new SegmentTable(a, schema), new SegmentTable(b, schema));
        var swap = schema.SwapAt();
        var candidates = Candidates(a, b, left, right, swap, o);
        var patterns = new uint[candidates.Length];
        Parallel.For(0, (candidates.Length + 8191) / 8192, part =>
        {
            for (var c = part * 8192; c < Math.Min(candidates.Length, (part + 1) * 8192); c++)
            {
                patterns[c] = ClkPattern.Of(left, (int)(candidates[c] >> 32), right, (int)(uint)candidates[c], swap);
            }
        });

        var model = new ClkModel(left.Fields, Universe(candidates, patterns, left, right, swap, o), Math.Min(a.Count, b.Count));
        var rarity = new ValueShares(left, right);
        var odds = Odds(candidates, patterns, model, left, rarity);
        for (var (round, before) = (0, 0.0); round < o.MostRounds && Math.Abs(model.Matches - before) > 1e-4 * before; round++)
        {
            before = model.Matches;
            model.Learn(Expect(candidates, patterns, odds, a.Count, b.Count));
            odds = Odds(candidates, patterns, model, left, rarity);
        }

        var links = Assign(candidates, odds, model.PriorOdds, a.Count, b.Count, o.Least);
        return new ClkLinkage(links, candidates.Length, links.Count == 0 ? 1 : links.Average(l => l.Probability), model.Matches);
    }

    /// <summary>Pairs as (row of a) in the upper and (row of b) in the lower half; sorted, each once.</summary>
    private static ulong[] Candidates(ClkSet a, ClkSet b, SegmentTable left, SegmentTable right, (int First, int Second) swap, ClkLinkOptions o)
    {
        var found = new List<ulong>();
        for (var f = 0; f < left.Fields; f++)
        {
            for (var g = f + 1; g < left.Fields; g++)
            {
                Join(Keys(left, f, g), Keys(right, f, g), o.MostInBlock, found);
            }
        }

        if (swap.First >= 0)
        {
            Join(Keys(left, swap.First, swap.Second), Keys(right, swap.Second, swap.First), o.MostInBlock, found);
        }

        if ((long)a.Count * b.Count <= o.MostCompared)
        {
            foreach (var pair in ClkMatcher.Match(a, b, new DiceBound(LeastDice(a, b, o))))
            {
                found.Add(((ulong)pair.A << 32) | (uint)pair.B);
            }
        }

        found.Sort();
        var all = CollectionsMarshal.AsSpan(found);
        var kept = 0;
        for (var i = 0; i < all.Length; i++)
        {
            if (i == 0 || all[i] != all[i - 1])
            {
                all[kept++] = all[i];
            }
        }

        return all[..kept].ToArray();
    }

    /// <summary>
    /// The threshold that keeps the candidates within bounds, read from pairs drawn at random: where both sides come from one town, everybody is alike in what an address says, and
    /// what is far more alike than most has to be looked at.
    /// </summary>
    private static double LeastDice(ClkSet a, ClkSet b, ClkLinkOptions o)
    {
        const int Drawn = 200_000;
        var most = Math.Max(1_000_000.0, 50.0 * Math.Max(a.Count, b.Count));
        var share = most / ((double)a.Count * b.Count);
        if (share >= 1)
        {
            return o.Dice;
        }

        var dice = new double[Drawn];
        var state = o.Seed;
        for (var n = 0; n < Drawn; n++)
        {
            var (i, j) = (Below(ref state, a.Count), Below(ref state, b.Count));
            dice[n] = DiceBound.Dice(ClkBits.Common(a[i], b[j]), a.SetBits(i) + b.SetBits(j));
        }

        Array.Sort(dice);
        return Math.Max(o.Dice, dice[Math.Min(Drawn - 1, (int)(Drawn * (1 - share)))]);
    }

    /// <summary>One key for each record: both segments; 0 where either is not known.</summary>
    private static ulong[] Keys(SegmentTable table, int f, int g)
    {
        var keys = new ulong[table.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            var (x, y) = (table.Value(f, i), table.Value(g, i));
            keys[i] = x == 0 || y == 0 ? 0 : (x * 0x9E3779B97F4A7C15UL) ^ System.Numerics.BitOperations.RotateLeft(y, 29);
        }

        return keys;
    }

    private static void Join(ulong[] a, ulong[] b, int mostInBlock, List<ulong> found)
    {
        var (rowsA, rowsB) = (Rows(a), Rows(b));
        Array.Sort(a, rowsA);
        Array.Sort(b, rowsB);
        var blocks = new List<(long Pairs, int FromA, int ToA, int FromB, int ToB)>();
        for (var (i, j) = (0, 0); i < a.Length && j < b.Length;)
        {
            if (a[i] < b[j])
            {
                i++;
                continue;
            }

            if (a[i] > b[j])
            {
                j++;
                continue;
            }

            var (key, fromA, fromB) = (a[i], i, j);
            while (i < a.Length && a[i] == key)
            {
                i++;
            }

            while (j < b.Length && b[j] == key)
            {
                j++;
            }

            if (key != 0 && (long)(i - fromA) * (j - fromB) <= mostInBlock)
            {
                blocks.Add(((long)(i - fromA) * (j - fromB), fromA, i, fromB, j));
            }
        }

        // The smallest blocks say the most; a pass that would give far more pairs than records stops there.
        blocks.Sort();
        var left = Math.Max(200_000L, 4L * Math.Max(a.Length, b.Length));
        foreach (var block in blocks)
        {
            if ((left -= block.Pairs) < 0)
            {
                return;
            }

            for (var x = block.FromA; x < block.ToA; x++)
            {
                for (var y = block.FromB; y < block.ToB; y++)
                {
                    found.Add(((ulong)rowsA[x] << 32) | (uint)rowsB[y]);
                }
            }
        }

        static int[] Rows(ulong[] keys)
        {
            var rows = new int[keys.Length];
            for (var i = 0; i < rows.Length; i++)
            {
                rows[i] = i;
            }

            return rows;
        }
    }

    /// <summary>How often each pattern occurs among all pairs: the candidates are counted, of the others a random sample, which is scaled up.</summary>
    private static Dictionary<uint, double> Universe(ulong[] candidates, uint[] patterns, SegmentTable left, SegmentTable right, (int First, int Second) swap, ClkLinkOptions o)
    {
        var counts = new Dictionary<uint, double>();
        foreach (var p in patterns)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, p, out _)++;
        }

        var sampled = new Dictionary<uint, int>();
        var taken = 0;
        var state = o.Seed;
        for (var s = 0; s < o.Sample; s++)
        {
            var (i, j) = (Below(ref state, left.Count), Below(ref state, right.Count));
            if (Array.BinarySearch(candidates, ((ulong)i << 32) | (uint)j) < 0)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(sampled, ClkPattern.Of(left, i, right, j, swap), out _)++;
                taken++;
            }
        }

        var rest = ((double)left.Count * right.Count) - candidates.Length;
        foreach (var (p, n) in sampled)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, p, out _) += n * rest / taken;
        }

        return counts;
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014), scaled: the same sample every time.</summary>
    private static int Below(ref ulong state, int count)
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (int)(((UInt128)(z ^ (z >> 31)) * (ulong)count) >> 64);
    }

    private static double[] Odds(ulong[] candidates, uint[] patterns, ClkModel model, SegmentTable left, ValueShares rarity)
    {
        var ratios = new Dictionary<uint, double>();
        foreach (var p in patterns)
        {
            if (!ratios.ContainsKey(p))
            {
                ratios.Add(p, model.LogRatio(p));
            }
        }

        var odds = new double[candidates.Length];
        Parallel.For(0, (odds.Length + 8191) / 8192, part =>
        {
            for (var c = part * 8192; c < Math.Min(odds.Length, (part + 1) * 8192); c++)
            {
                var log = ratios[patterns[c]];
                for (var f = 0; f < left.Fields; f++)
                {
                    if (ClkPattern.Level(patterns[c], f) == ClkPattern.Same)
                    {
                        log += model.Rarity(f, rarity.Share(f, (int)(candidates[c] >> 32)));
                    }
                }

                odds[c] = model.PriorOdds * Math.Exp(Math.Min(log, 300));
            }
        });
        return odds;
    }

    /// <summary>
    /// The expectation, one to one: a pair competes with every other pair of either record, so that what merely resembles a person is not learned as that person.
    /// </summary>
    private static Dictionary<uint, double> Expect(ulong[] candidates, uint[] patterns, double[] odds, int countA, int countB)
    {
        var (sumA, sumB) = (new double[countA], new double[countB]);
        for (var c = 0; c < odds.Length; c++)
        {
            sumA[candidates[c] >> 32] += odds[c];
            sumB[(uint)candidates[c]] += odds[c];
        }

        var expected = new Dictionary<uint, double>();
        for (var c = 0; c < odds.Length; c++)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(expected, patterns[c], out _) += odds[c] / (1 + sumA[candidates[c] >> 32] + sumB[(uint)candidates[c]] - odds[c]);
        }

        return expected;
    }

    /// <summary>
    /// Strongest first. A pair's probability is its odds against those of every other pair of either record, and of no partner at all. What the taken pairs leave behind is
    /// judged again without them: among fewer records each is likelier to be the one, by as much as the remaining pairs themselves support.
    /// </summary>
    private static List<ClkLink> Assign(ulong[] candidates, double[] odds, double priorOdds, int countA, int countB, double least)
    {
        var order = Enumerable.Range(0, odds.Length).Where(c => odds[c] > 1e-6).ToArray();
        Array.Sort(order, (x, y) => odds[y] != odds[x] ? odds[y].CompareTo(odds[x]) : candidates[x].CompareTo(candidates[y]));
        var (takenA, takenB) = (new bool[countA], new bool[countB]);
        var links = new List<ClkLink>();
        for (var before = -1; links.Count != before;)
        {
            before = links.Count;
            order = [.. order.Where(c => !takenA[candidates[c] >> 32] && !takenB[(uint)candidates[c]])];
            var (sumA, sumB) = Sums(order, candidates, odds, countA, countB);
            var factor = before == 0 ? 1 : Remaining(order, candidates, odds, priorOdds, sumA, sumB, countA - before, countB - before);
            foreach (var c in order)
            {
                var (i, j) = ((int)(candidates[c] >> 32), (int)(uint)candidates[c]);
                var probability = Probability(odds[c], sumA[i], sumB[j], factor);
                if (probability >= least && !takenA[i] && !takenB[j])
                {
                    (takenA[i], takenB[j]) = (true, true);
                    links.Add(new ClkLink(i, j, Math.Min(1, probability)));
                }
            }
        }

        return links;
    }

    /// <summary>By how much the prior odds of the remaining pairs differ from those of all pairs: expectation–maximisation of that one number.</summary>
    private static double Remaining(int[] order, ulong[] candidates, double[] odds, double priorOdds, double[] sumA, double[] sumB, double leftA, double leftB)
    {
        var pairs = Math.Max(1, leftA * leftB);
        var matches = Math.Min(leftA, leftB) / 2;
        for (var round = 0; round < 30; round++)
        {
            var factor = matches / Math.Max(1, pairs - matches) / priorOdds;
            matches = order.Sum(c => Probability(odds[c], sumA[candidates[c] >> 32], sumB[(uint)candidates[c]], factor));
        }

        return matches / Math.Max(1, pairs - matches) / priorOdds;
    }

    private static double Probability(double odds, double sumA, double sumB, double factor) => factor * odds / (1 + (factor * (sumA + sumB - odds)));

    private static (double[] A, double[] B) Sums(int[] order, ulong[] candidates, double[] odds, int countA, int countB)
    {
        var (sumA, sumB) = (new double[countA], new double[countB]);
        foreach (var c in order)
        {
            sumA[candidates[c] >> 32] += odds[c];
            sumB[(uint)candidates[c]] += odds[c];
        }

        return (sumA, sumB);
    }
}
