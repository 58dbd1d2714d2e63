using System.Globalization;
using Minato.Bench.Linkage;
using Minato.Disclosure;

namespace Minato.Bench.Disclosure;

/// <summary>
/// <c>./minato bench disclosure</c>: special uniques, local suppression, micro-aggregation, secondary suppression and exact noise on the Adult file, beside what sdcMicro 5.8.1 and
/// GaussSuppression 1.2.3 needed on a machine of this kind.
/// </summary>
internal static class DisclosureBench
{
    public static int Run()
    {
        AdultFile.Folder = Environment.GetEnvironmentVariable("MINATO_SAMPLES") is { } samples ? Path.Combine(samples, "adult") : Path.Combine(AnonymityBench.Root(), "../shared/samples/adult");
        if (!AdultFile.Found)
        {
            Console.Error.WriteLine($"no adult.csv in {Path.GetFullPath(AdultFile.Folder)}; name the folder above it in MINATO_SAMPLES");
            return 2;
        }

        var lines = File.ReadAllLines(Path.Combine(AdultFile.Folder, "adult.csv"));
        var head = lines[0].Split(';');
        var rows = lines.Skip(1).Select(l => l.Split(';')).ToArray();
        KeyTable Keys(int columns) => KeyTable.Of([.. Seven.Concat(head).Distinct().Take(columns)], [.. Seven.Concat(head).Distinct().Take(columns).Select(n => (IReadOnlyList<string?>)[.. rows.Select(r => r[Array.IndexOf(head, n)])])]);
        Console.WriteLine(Machine.Here());
        Console.WriteLine();
        Console.WriteLine("what                                               result                                         wall ms   CPU ms   peer");
        void Line(string what, string result, double wall, double cpu, string peer) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-50} {result,-46} {wall,7:F0} {cpu,8:F0}   {peer}"));
        foreach (var (columns, peer) in new[] { (7, "sdcMicro: 7,653, 720; 130 CPU ms"), (9, "sdcMicro: 15,512, 40,326; 390 CPU ms") })
        {
            var keys = Keys(columns);
            var (wall, cpu, found) = AnonymityBench.Warm(() => SpecialUniques.Of(keys).Value, 7);
            Line($"special uniques, {columns} keys", $"{found.Scores.Count(s => s > 0):N0} scored, greatest {found.Scores.Max():N0}", wall, cpu, peer);
        }

        foreach (var (columns, peer) in new[] { (3, "sdcMicro: 425; 950 CPU ms"), (7, "sdcMicro: 15,743; 221,000 CPU ms") })
        {
            var keys = Keys(columns);
            var (wall, cpu, found) = AnonymityBench.Warm(() => LocalSuppression.Suppress(keys, 5).Value, 4);
            Line($"local suppression k=5, {columns} keys", $"{found.Total:N0} values, smallest match {found.SmallestMatch}", wall, cpu, peer);
        }

        var random = new Random(1);
        double[][] numbers = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 10_000).Select(_ => random.NextDouble()).ToArray())];
        var (groupsWall, groupsCpu, groups) = AnonymityBench.Warm(() => Microaggregation.Groups(numbers, 3).Value, 3);
        Line("micro-aggregation, 10,000 × 3, k=3", $"{groups.Max() + 1:N0} groups", groupsWall, groupsCpu, "sdcMicro: 260 CPU ms");

        foreach (var (dimensions, peer) in new[] { (new[] { "age5", "sex", "occupation", "education" }, "GaussSuppression: 428; 11,600 CPU ms"), (["age5", "sex", "education", "native-country"], "GaussSuppression: 404; 2,900 CPU ms") })
        {
            var table = Table(dimensions, head, rows);
            foreach (var width in new[] { 0, 1 })
            {
                var (wall, cpu, found) = AnonymityBench.Warm(() => BoxSuppression.Suppress(table, width: width).Value, 5);
                Line($"suppression, {string.Join('×', dimensions)}{(width > 0 ? ", whole tables" : "")}", $"{found.Primary.Count:N0} + {found.Secondary.Count:N0} cells, least interval {found.Intervals.Min(i => i.Width):G2}", wall, cpu, width == 0 ? peer : "");
            }
        }

        var noise = new ExactNoise();
        foreach (var (name, draw) in new (string, Func<long>)[] { ("Laplace, ε = 1/2", () => noise.Laplace(1, 2)), ("Gaussian, σ² = 30", () => noise.Gaussian(30, 1)) })
        {
            var (wall, cpu, _) = AnonymityBench.Warm(() => Enumerable.Range(0, 200_000).Sum(_ => draw()), 5);
            Line($"exact noise, {name}", $"{200 / wall:F2} million draws a second", wall, cpu, "");
        }

        var (tableWall, tableCpu, _) = AnonymityBench.Warm(() => new CellKeyNoise(5, 3, 2), 7);
        Line("cell-key table D=5, V=3, js=2", "equal to ptable's within 1e-6", tableWall, tableCpu, "ptable: 140 ms");
        return 0;
    }

    private static readonly string[] Seven = ["sex", "age", "race", "marital-status", "education", "native-country", "workclass"];

    private static CellTable Table(string[] dimensions, string[] head, string[][] rows)
    {
        var columns = dimensions.Select(d => d == "age5"
            ? (Func<string[], string>)(r => Math.Min(int.Parse(r[Array.IndexOf(head, "age")], CultureInfo.InvariantCulture) / 5, 17).ToString(CultureInfo.InvariantCulture))
            : r => r[Array.IndexOf(head, d)]).ToArray();
        var counts = new Dictionary<string, (string[] Key, int Count)>();
        foreach (var row in rows)
        {
            for (var mask = 0; mask < 1 << columns.Length; mask++)
            {
                string[] key = [.. columns.Select((c, d) => (mask >> d & 1) != 0 ? "Total" : c(row))];
                var text = string.Join('|', key);
                counts[text] = (key, counts.TryGetValue(text, out var c) ? c.Count + 1 : 1);
            }
        }

        return CellTable.FromRows(dimensions, [.. counts.Values.Select(c => ((IReadOnlyList<string>)c.Key, (decimal?)c.Count))], dimensions.ToDictionary(d => d, _ => "Total")).Value;
    }
}
