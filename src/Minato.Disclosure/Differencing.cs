namespace Minato.Disclosure;

/// <summary>
/// Two tables of one project against each other: the same question asked of two populations that differ by few persons
/// answers it for those persons; and what one table hides, another may show.
/// </summary>
public static class Differencing
{
    /// <summary>
    /// Compares on the dimensions that both tables have, by name (others are taken at their total). No finding where
    /// they share no dimension and no grand total.
    /// </summary>
    public static IReadOnlyList<CellFinding> Check(CellTable earlier, CellTable later, OutputRule rule)
    {
        var findings = new List<CellFinding>();
        var common = later.Dimensions.Select(d => d.Name).Where(n => earlier.Dimensions.Any(e => e.Name == n)).ToArray();
        var before = Projected(earlier, common);
        var after = Projected(later, common);
        foreach (var (key, now) in after)
        {
            if (!before.TryGetValue(key, out var then))
            {
                continue;
            }

            var difference = Math.Abs(now.Value - then.Value);
            if (difference > 0 && difference < rule.MinimumCell)
            {
                findings.Add(new("differencing", now.Coordinates, new(
                    $"以前に持ち出した表との差が{rule.MinimumCell}人未満です", $"The difference from a table released before is below {rule.MinimumCell} persons")));
            }
        }

        return findings.Count > 0 ? findings : Together(earlier, later, rule);
    }

    /// <summary>
    /// The same table of the same population, released twice with different cells hidden, is as open as both together.
    /// </summary>
    private static IReadOnlyList<CellFinding> Together(CellTable earlier, CellTable later, OutputRule rule)
    {
        if (!earlier.Dimensions.Select(d => d.Name).Order(StringComparer.Ordinal).SequenceEqual(later.Dimensions.Select(d => d.Name).Order(StringComparer.Ordinal), StringComparer.Ordinal))
        {
            return [];
        }

        var order = later.Dimensions.Select(d => earlier.Dimensions.Select((e, i) => (e.Name, i)).First(e => e.Name == d.Name).i).ToArray();
        var old = Enumerable.Range(0, earlier.Count).Where(c => earlier.State(c) == CellState.Shown)
            .ToDictionary(c => string.Join('\u001f', order.Select(i => earlier.Category(c, i))), c => earlier.Value(c), StringComparer.Ordinal);
        var merged = later;
        var opened = false;
        for (var cell = 0; cell < later.Count; cell++)
        {
            if (!old.TryGetValue(string.Join('\u001f', later.Coordinates(cell)), out var value))
            {
                continue;
            }

            if (later.State(cell) == CellState.Shown && later.Value(cell) != value)
            {
                return []; // another population: a cell of one says nothing sure of the other
            }

            if (later.State(cell) == CellState.Suppressed)
            {
                merged = merged.WithShown(cell, value);
                opened = true;
            }
        }

        return !opened
            ? []
            : [.. CellAudit.Check(merged, rule).Where(f => f.Rule is "complementary" or "minimum-cell").Select(f => new CellFinding("differencing", f.Cell, new(
                "以前に持ち出した表と合わせると、秘匿したセルが分かります", "Together with a table released before, a suppressed cell becomes known")))];
    }

    private static Dictionary<string, (IReadOnlyList<string> Coordinates, decimal Value)> Projected(CellTable table, IReadOnlyList<string> names)
    {
        var keep = names.Select(n => table.Dimensions.Select((d, i) => (d.Name, i)).First(d => d.Name == n).i).ToArray();
        var drop = Enumerable.Range(0, table.Dimensions.Count).Except(keep).ToArray();
        var sums = new Dictionary<string, (IReadOnlyList<string> Coordinates, decimal? Value)>(StringComparer.Ordinal);
        var totals = new Dictionary<string, (IReadOnlyList<string> Coordinates, decimal Value)>(StringComparer.Ordinal);
        for (var cell = 0; cell < table.Count; cell++)
        {
            if (table.State(cell) == CellState.Absent)
            {
                continue;
            }

            string[] coordinates = [.. keep.Select(i => table.Category(cell, i))];
            var key = string.Join('\u001f', coordinates);
            var atTotal = drop.All(d => IsGrandTotal(table.Dimensions[d], table.Category(cell, d)));
            var isPart = drop.All(d => !table.Dimensions[d].Totals.ContainsKey(table.Category(cell, d)));
            if (atTotal && table.State(cell) == CellState.Shown)
            {
                totals[key] = (coordinates, table.Value(cell));
            }
            else if (isPart)
            {
                // One hidden part hides the sum.
                decimal? value = table.State(cell) == CellState.Shown ? table.Value(cell) : null;
                sums[key] = (coordinates, sums.TryGetValue(key, out var s) ? s.Value + value : value);
            }
        }

        foreach (var (key, (coordinates, value)) in sums)
        {
            if (value is { } v)
            {
                totals.TryAdd(key, (coordinates, v));
            }
        }

        return totals;
    }

    private static bool IsGrandTotal(Dimension dimension, string category) =>
        dimension.Totals.TryGetValue(category, out var parts) && parts.Count == dimension.Categories.Count(c => !dimension.Totals.ContainsKey(c));
}
