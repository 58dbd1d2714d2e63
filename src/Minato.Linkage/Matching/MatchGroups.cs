using System.Globalization;
using Minato.Linkage.Quality;

namespace Minato.Linkage.Matching;

/// <summary>How good a matching of files is by subgroup, as far as the files tell who is in which.</summary>
internal static class MatchGroups
{
    private const string Unknown = "unknown";

    /// <param name="persons">Of each row, its true person; negative where the truth does not tell: then its links count as wrong and it belongs to nobody.</param>
    /// <param name="split">Rows before it are of the first file; 0: one file.</param>
    public static IReadOnlyList<GroupQuality> Judge(MatchResult result, IdentityColumns columns, int[] persons, int split)
    {
        var truth = Array.ConvertAll(persons.Index().ToArray(), p => p.Item >= 0 ? p.Item : -2 - p.Index);
        Grouping[] groupings =
        [
            By("sex", row => columns[row].Sex is Sex.Unknown ? Unknown : ((int)columns[row].Sex).ToString(CultureInfo.InvariantCulture), truth.Length),
            By("born", row => columns[row].Birth / 100_000 is > 0 and var decade ? $"{decade}0s" : Unknown, truth.Length),
            By("name-changed", NameChanged(columns, truth), truth.Length),
            By("prefecture", row => columns[row].Prefecture is > 0 and var prefecture ? columns.Texts[prefecture].ToString() : Unknown, truth.Length),
        ];

        // A division with one group says nothing that the whole does not.
        var told = groupings.Where(g => g.Values.Count > 1).ToList();
        return result.Clusters is { } clusters
            ? TruthQuality.Of(clusters, truth, told).Groups
            : TruthQuality.OfLinks([.. result.Links.Take(result.Made).Select(l => (l.A, l.B))], truth, split, told);
    }

    private static Grouping By(string name, Func<int, string> of, int rows)
    {
        var told = Enumerable.Range(0, rows).Select(of).ToArray();
        string[] values = [.. told.Distinct().Order(StringComparer.Ordinal)];
        var number = values.Index().ToDictionary(v => v.Item, v => v.Index, StringComparer.Ordinal);
        return new Grouping(name, values, row => number[told[row]]);
    }

    /// <summary>A person whose records bear family names that no slip explains. Only where a file tells family names apart from given ones.</summary>
    private static Func<int, string> NameChanged(IdentityColumns columns, int[] truth)
    {
        var (names, changed) = (new Dictionary<int, HashSet<int>>(), new HashSet<int>());
        for (var row = 0; row < truth.Length; row++)
        {
            if (columns[row].Family is > 0 and var family)
            {
                names.TryAdd(truth[row], []);
                if (names[truth[row]].Add(family) && names[truth[row]].Any(other => other != family && Likeness.OfNames(columns.Readings.TextOf(other), columns.Readings.TextOf(family)) == NameLevel.Different))
                {
                    changed.Add(truth[row]);
                }
            }
        }

        return row => !names.ContainsKey(truth[row]) ? Unknown : changed.Contains(truth[row]) ? "yes" : "no";
    }
}
