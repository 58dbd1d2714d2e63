using System.Diagnostics;
using System.Runtime.InteropServices;
using Minato.Linkage.Clk;

namespace Minato.Linkage.Tests;

/// <summary>Rates on one thread by its own CPU time, so that a busy machine does not matter; ratios only, never absolute times.</summary>
public sealed class ClkRateTests(ITestOutputHelper output)
{
    [Fact]
    public void Bit_slicing_is_several_times_faster_than_a_popcount_loop()
    {
        var large = Environment.GetEnvironmentVariable("MINATO_CLK_RATES") is { Length: > 0 };
        var (a, b) = (ClkBench.Random(large ? 2048 : 512, 0.43, 0.57, 1), ClkBench.Random(large ? 65536 : 8192, 0.43, 0.57, 2));
        var columns = new BitColumns(b);
        var rates = new Dictionary<string, double>();
        foreach (var (name, search, threshold) in ClkBench.Cases)
        {
            var best = 0.0;
            for (var run = 0; run < 3; run++)
            {
                var slow = search.Kernel is ClkKernel.Plain or ClkKernel.Plain256;
                var (comparisons, seconds) = ClkBench.Run(a, columns, threshold, search, slow ? 8 : 1);
                best = Math.Max(best, comparisons / seconds / 1e9);
            }

            rates[name] = best;
            output.WriteLine($"{name,-36} {best:F3} G comparisons/s");
        }

        if (ClkSearch.Best == ClkKernel.Sliced512)
        {
            Assert.True(rates["exhaustive"] > 3 * rates["popcount loop"], "bit-slicing must pay");
        }
    }
}
