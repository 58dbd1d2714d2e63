using System.Runtime.InteropServices;

namespace Minato.Linkage.Clk;

/// <summary>What the benchmark of linkage runs: the shipped kernel beside the loops that one would write first, on the same CLKs.</summary>
internal static class ClkBench
{
    /// <summary>Name, way to compare, threshold. "Exhaustive" compares every pair to the last bit.</summary>
    public static IReadOnlyList<(string Name, ClkSearch Search, double Threshold)> Cases { get; } =
    [
        ("popcount loop", new ClkSearch(ClkKernel.Plain, Threads: 1), 0.85),
        ("256-bit vector loop", new ClkSearch(ClkKernel.Plain256, Threads: 1), 0.85),
        ("exhaustive", ClkSearch.Exhaustive with { Threads = 1 }, 0.85),
        ("exhaustive, 256-bit vectors", ClkSearch.Exhaustive with { Kernel = ClkKernel.Sliced256, Threads = 1 }, 0.85),
        ("early abandonment, t 0.75", ClkSearch.Default with { Threads = 1 }, 0.75),
        ("early abandonment, t 0.80", ClkSearch.Default with { Threads = 1 }, 0.80),
        ("early abandonment, t 0.85", ClkSearch.Default with { Threads = 1 }, 0.85),
        ("early abandonment, t 0.90", ClkSearch.Default with { Threads = 1 }, 0.90),
    ];

    /// <summary>CLKs with independent bits, whose density is drawn between two bounds for each (real CLKs of one schema: 0.43 to 0.57).</summary>
    public static ClkSet Random(int count, double least, double most, int seed)
    {
        var random = new Random(seed);
        var set = new ClkSet(count);
        var clk = new ulong[ClkBits.Words];
        for (var i = 0; i < count; i++)
        {
            var limit = (int)((least + ((most - least) * random.NextDouble())) * 256);
            for (var w = 0; w < clk.Length; w++)
            {
                var word = 0UL;
                for (var k = 0; k < 64; k++)
                {
                    word = (word << 1) | (random.Next(256) < limit ? 1UL : 0);
                }

                clk[w] = word;
            }

            set.Add((uint)i, clk);
        }

        return set;
    }

    /// <summary>Runs on a thread of its own and takes that thread's CPU time.</summary>
    /// <param name="part">Only every so-many-th record of a is compared: the loops are slow.</param>
    /// <returns>Comparisons made, and CPU seconds (turning b on its side is not among them).</returns>
    public static (long Comparisons, double Seconds) Run(ClkSet a, BitColumns b, double threshold, ClkSearch search, int part = 1)
    {
        var some = new ClkSet();
        for (var i = 0; i < a.Count; i += part)
        {
            some.Add(a.Row(i), a[i]);
        }

        var bound = new DiceBound(threshold);
        var seconds = 0.0;
        var thread = new Thread(() =>
        {
            var before = ThreadSeconds();
            ClkMatcher.MatchHere(some, b, bound, search);
            seconds = ThreadSeconds() - before;
        });
        thread.Start();
        thread.Join();
        return ((long)some.Count * b.Count, seconds);
    }

    private static double ThreadSeconds()
    {
        const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID
        return OperatingSystem.IsLinux() && clock_gettime(ThreadCpuTime, out var t) == 0
            ? t.Seconds + (t.Nanoseconds / 1e9)
            : System.Diagnostics.Stopwatch.GetTimestamp() / (double)System.Diagnostics.Stopwatch.Frequency;
    }

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int clock_gettime(int clock, out TimeSpec time);
}
