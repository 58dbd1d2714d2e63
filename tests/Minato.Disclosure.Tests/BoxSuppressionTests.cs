using Minato.Disclosure;

namespace Minato.Disclosure.Tests;

public sealed class BoxSuppressionTests
{
    /// <summary>A random table of counts with all its totals; combinations that nobody has are absent.</summary>
    private static CellTable Make(int seed, int[] kinds)
    {
        var random = new Random(seed);
        var counts = new Dictionary<string, (string[] Key, int Count)>();
        for (var person = 0; person < 400; person++)
        {
            string[] key = [.. kinds.Select(k => $"c{(int)(k * random.NextDouble() * random.NextDouble())}")];
            for (var mask = 0; mask < 1 << kinds.Length; mask++)
            {
                string[] at = [.. key.Select((v, d) => (mask >> d & 1) != 0 ? "Total" : v)];
                var text = string.Join('|', at);
                counts[text] = (at, counts.TryGetValue(text, out var c) ? c.Count + 1 : 1);
            }
        }

        string[] names = [.. kinds.Select((_, d) => $"d{d}")];
        return CellTable.FromRows(names, [.. counts.Values.Select(c => ((IReadOnlyList<string>)c.Key, (decimal?)c.Count))], names.ToDictionary(n => n, _ => "Total")).Value;
    }

    /// <summary>The outsider's exact interval of a hidden cell, by linear programming over all hidden cells.</summary>
    private static (double Low, double High) Outside(CellTable table, int cell)
    {
        int[] unknown = [.. Enumerable.Range(0, table.Count).Where(c => table.State(c) == CellState.Suppressed)];
        var index = unknown.Select((c, i) => (c, i)).ToDictionary(x => x.c, x => x.i);
        var rows = new List<(IReadOnlyList<(int Variable, double Coefficient)> Terms, double Constant)>();
        foreach (var (total, parts) in table.Equations())
        {
            var terms = parts.Where(index.ContainsKey).Select(p => (index[p], 1.0)).Concat(index.TryGetValue(total, out var t) ? [(t, -1.0)] : []).ToArray();
            if (terms.Length > 0)
            {
                rows.Add((terms, (double)(table.Value(total) - parts.Sum(table.Value))));
            }
        }

        return OutsideView.Of(unknown.Length, rows)!.Bounds(index[cell], double.PositiveInfinity);
    }

    [Theory]
    [InlineData(0, 6, 5)]
    [InlineData(1, 6, 5)]
    [InlineData(0, 5, 4, 3)]
    [InlineData(1, 5, 4, 3)]
    public void NoSmallCellCanBeComputedAndNoIntervalIsClaimedThatIsNotThere(int width, params int[] kinds)
    {
        for (var seed = 0; seed < 6; seed++)
        {
            var table = Make(seed, kinds);
            var safe = BoxSuppression.Suppress(table, width: width).Value;
            Assert.Equal(Enumerable.Range(0, table.Count).Where(c => table.State(c) == CellState.Shown && table.Value(c) is > 0 and < 10), safe.Primary);
            Assert.Equal(safe.Primary, safe.Intervals.Select(i => i.Cell));
            Assert.All(safe.Primary.Concat(safe.Secondary), c => Assert.Equal(CellState.Suppressed, safe.Table.State(c)));
            foreach (var interval in safe.Intervals)
            {
                Assert.True(interval.Width > 1e-6 && interval.Low <= (double)table.Value(interval.Cell) && (double)table.Value(interval.Cell) <= interval.High);
                var (low, high) = Outside(safe.Table, interval.Cell);
                if (kinds.Length == 2)
                {
                    // Networks: the simplex is exact.
                    Assert.True(low <= interval.Low + 1e-6 && interval.High - 1e-6 <= high, $"{low} {interval.Low} {interval.High} {high}");
                    Assert.True(high - low > 1e-6);
                }
            }
        }
    }

    [Fact]
    public void CellsThatAreNotNeededAreShown()
    {
        for (var seed = 0; seed < 4; seed++)
        {
            var table = Make(seed, [7, 6]);
            Assert.True(BoxSuppression.Suppress(table).Value.Secondary.Count <= BoxSuppression.Suppress(table, width: 1).Value.Secondary.Count);
        }
    }

    [Fact]
    public void SubtotalsAreKeptToo()
    {
        // North = a + b, South = c + d, All = North + South, by sex.
        string[] places = ["a", "b", "c", "d", "North", "South", "All"];
        var region = new Dimension("place", places, new Dictionary<string, IReadOnlyList<string>> { ["North"] = ["a", "b"], ["South"] = ["c", "d"], ["All"] = ["North", "South"] });
        var sex = Dimension.Of("sex", ["f", "m", "Total"], "Total");
        int[][] inner = [[3, 40], [25, 30], [60, 20], [30, 50]];
        int Sum(int place, int who)
        {
            int[] which = place switch { 4 => [0, 1], 5 => [2, 3], 6 => [0, 1, 2, 3], _ => [place] };
            return which.Sum(p => who == 2 ? inner[p].Sum() : inner[p][who]);
        }

        var table = CellTable.FromRows(["place", "sex"], [.. Enumerable.Range(0, 7).SelectMany(p => Enumerable.Range(0, 3).Select(s => ((IReadOnlyList<string>)[places[p], sex.Categories[s]], (decimal?)Sum(p, s))))], new Dictionary<string, string>()).Value.WithDimensions([region, sex]);
        var safe = BoxSuppression.Suppress(table, width: 3).Value;
        var interval = Assert.Single(safe.Intervals);
        Assert.Equal(["a", "f"], table.Coordinates(interval.Cell));
        Assert.True(interval.Width >= 3);
        Assert.Equal(3, safe.Secondary.Count); // a·m, b·f, b·m: within North
    }

    [Fact]
    public void TablesThatContradictThemselvesAreRefused()
    {
        var table = Make(1, [4, 4]);
        var total = Enumerable.Range(0, table.Count).First(c => table.IsTotal(c) && table.State(c) == CellState.Shown);
        Assert.Equal("table.totals", BoxSuppression.Suppress(table.WithShown([(total, table.Value(total) + 1)])).Findings[0].Code);
        Assert.Equal("table.suppressed", BoxSuppression.Suppress(table.WithSuppressed([total])).Findings[0].Code);
    }
}
