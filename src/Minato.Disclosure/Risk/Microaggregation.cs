namespace Minato.Disclosure;

/// <summary>Micro-aggregation by MDAV (Domingo-Ferrer, Torra 2005): records in groups of k that are near each other, each shown as its group's mean.</summary>
public static class Microaggregation
{
    /// <param name="columns">Numbers, one column each, of equal length. Distances are taken after each column is brought to mean 0 and deviation 1.</param>
    /// <param name="k">Least size of a group; groups have k to 2k − 1 records.</param>
    /// <returns>By record: its group. Refused with <c>microaggregation.too-few</c> or <c>microaggregation.not-a-number</c>.</returns>
    public static Outcome<int[]> Groups(IReadOnlyList<IReadOnlyList<double>> columns, int k)
    {
        var n = columns.Count == 0 ? 0 : columns[0].Count;
        if (n < k || k < 1)
        {
            return Finding.Error("microaggregation.too-few", "Fewer records than a group needs", "Show no values of so small a file");
        }

        if (columns.Any(c => c.Count != n || c.Any(v => !double.IsFinite(v))))
        {
            return Finding.Error("microaggregation.not-a-number", "A column has a gap or a value that is no number", "Leave such records out or fill the gaps first");
        }

        var points = Standardised(columns, n);
        var group = new int[n];
        var left = Enumerable.Range(0, n).ToList();
        var groups = 0;
        var (nearest, distance, taken) = (new int[k], new double[k], new bool[n]);
        void Take(int around)
        {
            // The k nearest, kept in order by insertion: k is small.
            var (count, farthest) = (0, double.PositiveInfinity);
            foreach (var r in left)
            {
                var d = r == around ? -1 : Distance(points[r], points[around]);
                if (count == k && d >= farthest)
                {
                    continue;
                }

                var at = count < k ? count++ : k - 1;
                for (; at > 0 && distance[at - 1] > d; at--)
                {
                    (nearest[at], distance[at]) = (nearest[at - 1], distance[at - 1]);
                }

                (nearest[at], distance[at]) = (r, d);
                farthest = distance[count - 1];
            }

            foreach (var r in nearest)
            {
                (group[r], taken[r]) = (groups, true);
            }

            left.RemoveAll(r => taken[r]);
            groups++;
        }

        while (left.Count >= 3 * k)
        {
            var far = Farthest(points, left, Mean(points, left));
            Take(far);
            var opposite = Farthest(points, left, points[far]);
            Take(opposite);
        }

        if (left.Count >= 2 * k)
        {
            Take(Farthest(points, left, Mean(points, left)));
        }

        foreach (var r in left)
        {
            group[r] = groups;
        }

        return group;
    }

    /// <summary>One column with each value replaced by its group's mean.</summary>
    public static double[] Means(IReadOnlyList<double> column, IReadOnlyList<int> groups)
    {
        var (sums, counts) = (new double[groups.Max() + 1], new int[groups.Max() + 1]);
        for (var r = 0; r < column.Count; r++)
        {
            sums[groups[r]] += column[r];
            counts[groups[r]]++;
        }

        return [.. groups.Select(g => sums[g] / counts[g])];
    }

    private static double[][] Standardised(IReadOnlyList<IReadOnlyList<double>> columns, int n)
    {
        var points = Enumerable.Range(0, n).Select(_ => new double[columns.Count]).ToArray();
        for (var d = 0; d < columns.Count; d++)
        {
            var mean = columns[d].Average();
            var deviation = Math.Sqrt(columns[d].Sum(v => (v - mean) * (v - mean)) / Math.Max(1, n - 1));
            for (var r = 0; r < n; r++)
            {
                points[r][d] = deviation == 0 ? 0 : (columns[d][r] - mean) / deviation;
            }
        }

        return points;
    }

    private static double Distance(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var d = 0; d < a.Length; d++)
        {
            sum += (a[d] - b[d]) * (a[d] - b[d]);
        }

        return sum;
    }

    private static double[] Mean(double[][] points, List<int> of)
    {
        var mean = new double[points[0].Length];
        foreach (var r in of)
        {
            for (var d = 0; d < mean.Length; d++)
            {
                mean[d] += points[r][d];
            }
        }

        return [.. mean.Select(m => m / of.Count)];
    }

    private static int Farthest(double[][] points, List<int> of, double[] from)
    {
        var (best, most) = (of[0], -1.0);
        foreach (var r in of)
        {
            var distance = Distance(points[r], from);
            (best, most) = distance > most ? (r, distance) : (best, most);
        }

        return best;
    }
}
