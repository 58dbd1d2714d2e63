using Minato.Linkage.Clk;

namespace Minato.Bench.Linkage;

/// <summary>Linking without names: comparisons of 1024-bit CLKs a second, one thread by its CPU time, beside the loops that one would write first.</summary>
internal sealed class ClkPart : Part
{
    public override string Name => "clk";

    public override string About => "comparison of CLKs of density 0.43 to 0.57, one core, the same pairs whatever the way";

    public override IEnumerable<Figure> Measure(World world)
    {
        var quick = world.Settings.Quick;
        var (a, b) = (ClkBench.Random(quick ? 512 : 2048, 0.43, 0.57, 1), ClkBench.Random(quick ? 8192 : 65536, 0.43, 0.57, 2));
        var columns = new BitColumns(b);
        foreach (var (name, search, threshold) in ClkBench.Cases)
        {
            var loop = search.Kernel is ClkKernel.Plain or ClkKernel.Plain256;
            var best = 0.0;
            for (var run = 0; run < (quick ? 2 : 5); run++)
            {
                var (comparisons, seconds) = ClkBench.Run(a, columns, threshold, search, loop ? 8 : 1);
                best = Math.Max(best, comparisons / seconds);
            }

            var figure = new Figure(name, best, "/s", Peer: loop);
            yield return name == "exhaustive" ? figure.AtLeast(1e9) : figure;
        }
    }
}
