using Minato.Disclosure;

namespace Minato.Disclosure.Tests;

/// <summary>
/// Generalisation by the definitions, slowly: every node, every record as text, classes in a dictionary; losses record by record.
/// Shares nothing with the search but its inputs.
/// </summary>
internal sealed class AnonymityOracle(string[][][] ladders, string[][] keys, string[] sensitive, bool[] inSample)
{
    public sealed record Answer(int[] Levels, double Loss, long Suppressed);

    private int Records => inSample.Count(s => s);

    public IReadOnlyList<Answer> Feasible(Func<IReadOnlyList<int>, IReadOnlyList<int>, bool> keeps, bool absentRefuses, double limit, Func<int[], Dictionary<string, List<int>>, HashSet<string>, double> loss)
    {
        var answers = new List<Answer>();
        foreach (var levels in Nodes(0, []))
        {
            var classes = new Dictionary<string, List<int>>();
            for (var r = 0; r < keys.Length; r++)
            {
                var key = string.Join('/', levels.Select((l, d) => Label(d, keys[r][d], l)));
                (classes.TryGetValue(key, out var list) ? list : classes[key] = []).Add(r);
            }

            var mine = classes.ToDictionary(c => c.Key, c => c.Value.Where(r => inSample[r]).ToList());
            if (absentRefuses && mine.Values.Any(m => m.Count == 0))
            {
                continue;
            }

            var kept = classes.Where(c => mine[c.Key].Count > 0 && keeps(mine[c.Key], c.Value)).Select(c => c.Key).ToHashSet();
            var suppressed = mine.Where(c => !kept.Contains(c.Key)).Sum(c => c.Value.Count);
            if (suppressed <= Math.Floor(limit * Records))
            {
                answers.Add(new([.. levels], loss(levels, mine, kept), suppressed));
            }
        }

        return answers;
    }

    public double Loss(int[] levels, Dictionary<string, List<int>> classes, HashSet<string> kept)
    {
        var product = 1.0;
        for (var d = 0; d < levels.Length; d++)
        {
            double rows = ladders[d].Length, n = Records;
            var sum = classes.Sum(c => c.Value.Sum(r => kept.Contains(c.Key) ? ladders[d].Count(row => row[levels[d]] == Label(d, keys[r][d], levels[d])) / rows : 1));
            var x = Math.Floor(Math.Max(0, (sum - (n / rows)) / (n - (n / rows))) * 1e10) / 1e10;
            product *= Math.Pow(x + 1, 1.0 / levels.Length);
        }

        return product - 1;
    }

    public double Entropy(int[] levels, Dictionary<string, List<int>> classes, HashSet<string> kept)
    {
        var total = 0.0;
        var all = classes.Values.SelectMany(c => c).ToArray();
        var gone = classes.Where(c => !kept.Contains(c.Key)).SelectMany(c => c.Value).ToArray();
        for (var d = 0; d < levels.Length; d++)
        {
            double Bits(IEnumerable<int> records, Func<int, string> fine, Func<int, string> coarse)
            {
                var list = records.ToArray();
                return list.Sum(r => -Math.Log2((double)list.Count(s => fine(s) == fine(r)) / list.Count(s => coarse(s) == coarse(r))));
            }

            total += Bits(all, r => keys[r][d], r => Label(d, keys[r][d], levels[d]));
            total += Bits(gone, r => Label(d, keys[r][d], levels[d]), _ => "");
        }

        return total;
    }

    public double Discernibility(int[] levels, Dictionary<string, List<int>> classes, HashSet<string> kept) =>
        classes.Sum(c => kept.Contains(c.Key) ? Math.Pow(c.Value.Count, 2) : (double)Records * c.Value.Count);

    public double Average(int[] levels, Dictionary<string, List<int>> classes, HashSet<string> kept) =>
        Records / (double)(kept.Count + (classes.Any(c => c.Value.Count > 0 && !kept.Contains(c.Key)) ? 1 : 0));

    public IEnumerable<int> Counts(IReadOnlyList<int> records) => records.GroupBy(r => sensitive[r]).Select(g => g.Count()).OrderDescending();

    public double Share(IEnumerable<int> records, string value)
    {
        var list = records.ToArray();
        return list.Count(r => sensitive[r] == value) / (double)list.Length;
    }

    public IEnumerable<int> Sample => Enumerable.Range(0, keys.Length).Where(r => inSample[r]);

    public IReadOnlyList<string> Values => [.. Sample.Select(r => sensitive[r]).Distinct().Order(StringComparer.Ordinal)];

    private string Label(int d, string value, int level) => ladders[d].First(row => row[0] == value)[level];

    private IEnumerable<int[]> Nodes(int d, int[] prefix) =>
        d == ladders.Length ? [prefix] : Enumerable.Range(0, ladders[d][0].Length).SelectMany(l => Nodes(d + 1, [.. prefix, l]));
}
