using CsCheck;
using Minato.Linkage.Clk;

namespace Minato.Linkage.Tests;

/// <summary>Whatever the kernel, the pairs are those of brute force, to the last pair.</summary>
public sealed class ClkMatcherTests
{
    [Fact]
    public void Every_kernel_finds_the_pairs_of_brute_force() =>
        Gen.Select(Gen.ULong, Gen.Int[1, 700], Gen.Int[1, 1100], Gen.Int[0, 20], Gen.Bool).Sample(
            (seed, countA, countB, twentieths, similar) =>
            {
                var random = new Random((int)seed);
                var (a, b) = (Some(random, countA), Some(random, countB));
                if (similar)
                {
                    AddSlightlyChanged(random, a, b);
                }

                var bound = new DiceBound(twentieths / 20.0);
                var truth = BruteForce(a, b, bound.Threshold);
                foreach (var kernel in (ReadOnlySpan<ClkKernel>)[ClkKernel.Plain, ClkKernel.Plain256, ClkKernel.Sliced256, ClkSearch.Best])
                {
                    Assert.Equal(truth, Sorted(ClkMatcher.Match(a, b, bound, new ClkSearch(kernel))));
                }

                Assert.Equal(truth, Sorted(ClkMatcher.Match(a, b, bound, ClkSearch.Exhaustive)));
                Assert.Equal(truth, Sorted(ClkMatcher.Match(a, b, bound, ClkSearch.Default with { Abandon = false })));
            },
            iter: 25);

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3333333333333333)]
    [InlineData(0.6666666666666666)]
    [InlineData(0.8)]
    [InlineData(1.0)]
    public void Empty_and_full_filters_are_compared_like_the_rest(double threshold)
    {
        var (a, b) = (new ClkSet(), new ClkSet());
        for (var bits = 0; bits <= ClkBits.Length; bits += 32)
        {
            a.Add((uint)bits, First(bits));
            b.Add((uint)bits, First(bits));
            b.Add((uint)bits, First(Math.Max(0, bits - 1)));
        }

        var truth = BruteForce(a, b, threshold);
        Assert.Equal(truth, Sorted(ClkMatcher.Match(a, b, new DiceBound(threshold))));
        Assert.Equal(truth, Sorted(ClkMatcher.Match(a, b, new DiceBound(threshold), new ClkSearch(ClkKernel.Sliced256))));
        Assert.Equal(truth, Sorted(ClkMatcher.Match(a, b, new DiceBound(threshold), ClkSearch.Exhaustive)));
    }

    [Fact]
    public void The_bound_is_the_threshold_in_whole_numbers() =>
        Gen.Select(Gen.Double[0, 1], Gen.Int[0, ClkBits.Length], Gen.Int[0, ClkBits.Length]).Sample((threshold, x, y) =>
        {
            var bound = new DiceBound(threshold);
            for (var common = 0; common <= Math.Min(x, y); common += 1 + (common / 8))
            {
                Assert.Equal(DiceBound.Dice(common, x + y) >= threshold, common >= bound.Need(x + y));
            }

            var (least, most) = bound.Partners(x);
            Assert.Equal(bound.IsPossible(x, y), y >= least && y <= most);
        });

    [Fact]
    public void A_threshold_outside_zero_to_one_is_no_threshold()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiceBound(1.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiceBound(double.NaN));
    }

    [Fact]
    public void Nothing_is_similar_to_nothing()
    {
        var (none, one) = (new ClkSet(), new ClkSet());
        one.Add(1, First(10));
        Assert.Empty(ClkMatcher.Match(none, one, new DiceBound(0)));
        Assert.Empty(ClkMatcher.Match(one, none, new DiceBound(0)));
    }

    internal static ulong[] First(int bits)
    {
        var clk = new ulong[ClkBits.Words];
        for (var k = 0; k < bits; k++)
        {
            clk[k >> 6] |= 1UL << (k & 63);
        }

        return clk;
    }

    /// <summary>Filters of every density, a few empty and a few full.</summary>
    private static ClkSet Some(Random random, int count)
    {
        var set = new ClkSet();
        var clk = new ulong[ClkBits.Words];
        for (var i = 0; i < count; i++)
        {
            var density = random.Next(12) switch { 0 => 0.0, 1 => 1.0, 2 => random.NextDouble(), _ => 0.5 + (0.1 * random.NextDouble()) };
            Array.Clear(clk);
            for (var k = 0; k < ClkBits.Length; k++)
            {
                clk[k >> 6] |= (random.NextDouble() < density ? 1UL : 0) << (k & 63);
            }

            set.Add((uint)i, clk);
        }

        return set;
    }

    private static void AddSlightlyChanged(Random random, ClkSet from, ClkSet to)
    {
        for (var i = 0; i < from.Count; i += 3)
        {
            var clk = from[i].ToArray();
            for (var flips = random.Next(200); flips > 0; flips--)
            {
                var k = random.Next(ClkBits.Length);
                clk[k >> 6] ^= 1UL << (k & 63);
            }

            to.Add((uint)(to.Count + 1_000_000), clk);
        }
    }

    private static List<ClkPair> BruteForce(ClkSet a, ClkSet b, double threshold)
    {
        var pairs = new List<ClkPair>();
        for (var i = 0; i < a.Count; i++)
        {
            for (var j = 0; j < b.Count; j++)
            {
                var common = ClkBits.Common(a[i], b[j]);
                if (DiceBound.Dice(common, a.SetBits(i) + b.SetBits(j)) >= threshold)
                {
                    pairs.Add(new ClkPair(i, j, common));
                }
            }
        }

        return pairs;
    }

    private static List<ClkPair> Sorted(List<ClkPair> pairs) => [.. pairs.OrderBy(p => p.A).ThenBy(p => p.B)];
}
