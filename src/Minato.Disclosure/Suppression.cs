namespace Minato.Disclosure;

/// <summary>A table made safe, and which cells it cost: small ones (primary), and others that would betray them (secondary).</summary>
public sealed record SuppressedTable(CellTable Table, IReadOnlyList<int> Primary, IReadOnlyList<int> Secondary);

/// <summary>
/// Primary and secondary suppression. For each small cell the cheapest hypercube of cells (Giessing and Repsilber's idea) that lets
/// its value float by the rule's width; <see cref="CellAudit"/> has the last word, and what it still finds is closed too.
/// </summary>
public static class Suppression
{
    /// <summary>Each reopened cell is one more audit: only worth it while tables are small.</summary>
    private const int ReopenUpTo = 600;

    /// <param name="table">The full table, nothing suppressed (suppressed cells stay so).</param>
    /// <returns>A table that passes <see cref="CellAudit.Check"/>. Refused with <c>table.totals</c> where totals and parts contradict each other.</returns>
    public static Outcome<SuppressedTable> Suppress(CellTable table, OutputRule? rule = null)
    {
        rule ??= OutputRule.Default;
        var (_, contradiction) = CellAudit.Bounds(table, rule);
        var negative = Enumerable.Range(0, table.Count).Any(c => table.State(c) == CellState.Shown && table.Value(c) < 0);
        if (contradiction is not null || negative)
        {
            return Finding.Error("table.totals", "Totals and parts contradict each other, or a value is negative", "Compute the totals again from the same data");
        }

        var primary = Enumerable.Range(0, table.Count).Where(c => table.State(c) == CellState.Shown && !rule.MayShow(table.Value(c))).ToArray();
        var hidden = new HashSet<int>(primary);
        var equationsOf = new Dictionary<int, List<int[]>>();
        foreach (var (total, parts) in table.Equations())
        {
            int[] all = [total, .. parts];
            foreach (var c in all)
            {
                (equationsOf.TryGetValue(c, out var list) ? list : equationsOf[c] = []).Add(all);
            }
        }

        foreach (var cell in primary.Order())
        {
            hidden.UnionWith(CheapestBox(table, cell, hidden, rule.MinimumCell));
        }

        while (true)
        {
            var unsafeCells = Unsafe(table.WithSuppressed(hidden), rule);
            if (unsafeCells.Count == 0)
            {
                break;
            }

            var grew = false;
            foreach (var cell in unsafeCells)
            {
                foreach (var equation in equationsOf.GetValueOrDefault(cell, []))
                {
                    var candidate = equation.Where(c => !hidden.Contains(c)).OrderBy(c => Cost(table, c)).Cast<int?>().FirstOrDefault();
                    grew |= candidate is { } c1 && hidden.Add(c1);
                }
            }

            if (!grew)
            {
                // Nothing left to try: a table of which nothing is shown is safe.
                hidden.UnionWith(Enumerable.Range(0, table.Count).Where(c => table.State(c) != CellState.Absent));
                break;
            }
        }

        if (table.Count <= ReopenUpTo)
        {
            foreach (var cell in hidden.Except(primary).OrderByDescending(c => Cost(table, c)).ThenBy(c => c).ToArray())
            {
                hidden.Remove(cell);
                if (table.State(cell) == CellState.Suppressed || Unsafe(table.WithSuppressed(hidden), rule).Count > 0)
                {
                    hidden.Add(cell);
                }
            }
        }

        return new SuppressedTable(table.WithSuppressed(hidden), primary, [.. hidden.Except(primary).Order()]);
    }

    private static List<int> Unsafe(CellTable table, OutputRule rule) =>
        [.. CellAudit.Bounds(table, rule).Bounds.Where(b => CellAudit.GivesAway(b, rule)).Select(b => b.Cell)];

    /// <summary>Losing a total costs far more than losing a part; empty cells protect nobody.</summary>
    private static decimal Cost(CellTable table, int cell) => ((table.Value(cell) + 1) * (table.IsTotal(cell) ? 1000 : 1)) + (table.Value(cell) == 0 ? 100 : 0);

    /// <summary>The other corners of the cheapest box within which the cell's value can move by the width; empty where there is none.</summary>
    private static IReadOnlyList<int> CheapestBox(CellTable table, int cell, HashSet<int> hidden, int width)
    {
        var dims = Enumerable.Range(0, table.Dimensions.Count).Where(d => table.Dimensions[d].Totals.Count > 0).ToArray();
        var partners = new string[dims.Length];
        IReadOnlyList<int> best = [];
        var bestCost = decimal.MaxValue;
        var origin = table.Coordinates(cell).ToArray();

        void Try(int k)
        {
            if (k < dims.Length)
            {
                var dimension = table.Dimensions[dims[k]];
                foreach (var other in dimension.Categories)
                {
                    if (other != origin[dims[k]] && FormsMove(dimension, origin[dims[k]], other))
                    {
                        partners[k] = other;
                        Try(k + 1);
                    }
                }

                return;
            }

            decimal cost = 0, up = decimal.MaxValue, down = decimal.MaxValue;
            var corners = new List<int>(1 << dims.Length);
            for (var mask = 0; mask < 1 << dims.Length && cost < bestCost; mask++)
            {
                var at = (string[])origin.Clone();
                var positive = true;
                for (var b = 0; b < dims.Length; b++)
                {
                    if ((mask >> b & 1) != 0)
                    {
                        var dimension = table.Dimensions[dims[b]];
                        var sameWay = dimension.Totals.ContainsKey(partners[b]) != dimension.Totals.ContainsKey(origin[dims[b]]);
                        positive ^= !sameWay;
                        at[dims[b]] = partners[b];
                    }
                }

                var corner = table.IndexOf(at);
                var value = table.Value(corner);
                if (positive)
                {
                    down = Math.Min(down, value);
                }
                else
                {
                    up = Math.Min(up, value);
                }

                if (table.State(corner) == CellState.Absent)
                {
                    return; // everybody knows that it is empty
                }

                if (corner != cell)
                {
                    corners.Add(corner);
                    cost += hidden.Contains(corner) ? 0 : Cost(table, corner);
                }
            }

            if (cost < bestCost && (up == decimal.MaxValue || up + down >= width))
            {
                (best, bestCost) = (corners, cost);
            }
        }

        Try(0);
        return best;
    }

    private static bool FormsMove(Dimension dimension, string a, string b)
    {
        var together = 0;
        foreach (var (total, parts) in dimension.Totals)
        {
            var hasA = total == a || parts.Contains(a);
            var hasB = total == b || parts.Contains(b);
            if (hasA != hasB)
            {
                return false;
            }

            together += hasA ? 1 : 0;
        }

        return together > 0;
    }
}
