using System.Globalization;

namespace Minato.Disclosure;

/// <summary>A dimension: its categories, and which of them are sums of which others.</summary>
/// <param name="Totals">Total category → the categories it adds up. Usually one total of all others; subtotals are further entries.</param>
public sealed record Dimension(string Name, IReadOnlyList<string> Categories, IReadOnlyDictionary<string, IReadOnlyList<string>> Totals)
{
    /// <summary>A dimension with at most one total over all its other categories.</summary>
    public static Dimension Of(string name, IReadOnlyList<string> categories, string? total = null)
    {
        var totals = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (total is not null)
        {
            totals[total] = [.. categories.Where(c => c != total)];
        }

        return new Dimension(name, categories, totals);
    }
}

/// <summary>What a table says of one combination.</summary>
public enum CellState
{
    /// <summary>The row is not in the table: grouping leaves empty cells out, so it is 0 unless the totals say otherwise.</summary>
    Absent,
    Shown,
    Suppressed,
}

/// <summary>
/// A table of counts (or non-negative magnitudes) over one or more dimensions, totals included: every combination of
/// categories is one cell, and an outsider knows all equations between totals and parts.
/// </summary>
public sealed class CellTable
{
    private readonly CellState[] states;
    private readonly decimal[] values;
    private readonly int[] strides;
    private readonly Dictionary<string, int>[] indices;

    private CellTable(IReadOnlyList<Dimension> dimensions, CellState[] states, decimal[] values, Dictionary<string, int>[]? indices = null)
    {
        Dimensions = dimensions;
        this.states = states;
        this.values = values;
        strides = new int[dimensions.Count];
        this.indices = indices ?? [.. dimensions.Select(d => d.Categories.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal))];
        for (int d = dimensions.Count - 1, s = 1; d >= 0; s *= dimensions[d].Categories.Count, d--)
        {
            strides[d] = s;
        }
    }

    /// <summary>More combinations than this are not one table but micro-data.</summary>
    public const int MaximumCells = 2_000_000;

    public IReadOnlyList<Dimension> Dimensions { get; }

    /// <summary>Number of combinations, absent ones included.</summary>
    public int Count => states.Length;

    public CellState State(int cell) => states[cell];

    /// <summary>The shown value; 0 where absent or suppressed.</summary>
    public decimal Value(int cell) => values[cell];

    public bool IsTotal(int cell)
    {
        for (var d = 0; d < Dimensions.Count; d++)
        {
            if (Dimensions[d].Totals.ContainsKey(Category(cell, d)))
            {
                return true;
            }
        }

        return false;
    }

    public string Category(int cell, int dimension) => Dimensions[dimension].Categories[CategoryIndex(cell, dimension)];

    /// <summary>Where in its dimension's categories a cell's category stands.</summary>
    internal int CategoryIndex(int cell, int dimension) => cell / strides[dimension] % Dimensions[dimension].Categories.Count;

    public IReadOnlyList<string> Coordinates(int cell) => [.. Dimensions.Select((_, d) => Category(cell, d))];

    /// <summary>The cell of these coordinates, or -1 where a category is unknown.</summary>
    public int IndexOf(IReadOnlyList<string> coordinates)
    {
        var cell = 0;
        for (var d = 0; d < Dimensions.Count; d++)
        {
            if (!indices[d].TryGetValue(coordinates[d], out var c))
            {
                return -1;
            }

            cell += c * strides[d];
        }

        return cell;
    }

    /// <summary>The same table with these cells suppressed.</summary>
    public CellTable WithSuppressed(IEnumerable<int> cells)
    {
        var (s, v) = ((CellState[])states.Clone(), (decimal[])values.Clone());
        foreach (var cell in cells)
        {
            (s[cell], v[cell]) = (CellState.Suppressed, 0);
        }

        return new CellTable(Dimensions, s, v, indices);
    }

    /// <summary>The same table with these cells shown.</summary>
    public CellTable WithShown(IEnumerable<(int Cell, decimal Value)> cells)
    {
        var (s, v) = ((CellState[])states.Clone(), (decimal[])values.Clone());
        foreach (var (cell, value) in cells)
        {
            (s[cell], v[cell]) = (CellState.Shown, value);
        }

        return new CellTable(Dimensions, s, v, indices);
    }

    /// <summary>The same cells under dimensions that know more totals (subtotals); categories stay as they are.</summary>
    public CellTable WithDimensions(IReadOnlyList<Dimension> dimensions) =>
        dimensions.Count == Dimensions.Count && dimensions.Zip(Dimensions).All(p => p.First.Categories.SequenceEqual(p.Second.Categories, StringComparer.Ordinal))
            ? new CellTable(dimensions, states, values)
            : throw new ArgumentException("Other categories than the table's", nameof(dimensions));

    /// <summary>All equations total = sum of parts: (total, parts) as cells.</summary>
    public IEnumerable<(int Total, int[] Parts)> Equations()
    {
        for (var d = 0; d < Dimensions.Count; d++)
        {
            var categories = Dimensions[d].Categories;
            foreach (var (total, parts) in Dimensions[d].Totals)
            {
                var t = indices[d][total];
                var partIndex = parts.Select(p => indices[d][p]).ToArray();
                for (var cell = 0; cell < Count; cell++)
                {
                    if (cell / strides[d] % categories.Count == t)
                    {
                        var origin = cell - (t * strides[d]);
                        yield return (cell, [.. partIndex.Select(p => origin + (p * strides[d]))]);
                    }
                }
            }
        }
    }

    /// <summary>
    /// A table from its rows in long form. A null value is a suppressed cell. Dimensions' totals are those given, or
    /// (null) found by their names (<see cref="TotalLabel"/>) and by sums that come out everywhere.
    /// </summary>
    /// <returns>Refused with <c>table.duplicate</c>, <c>table.shape</c> or <c>table.too-large</c>.</returns>
    public static Outcome<CellTable> FromRows(
        IReadOnlyList<string> dimensions, IReadOnlyList<(IReadOnlyList<string> Coordinates, decimal? Value)> rows, IReadOnlyDictionary<string, string>? totals = null)
    {
        if (dimensions.Count == 0 || rows.Count == 0 || rows.Any(r => r.Coordinates.Count != dimensions.Count))
        {
            return Finding.Error("table.shape", "The table has no rows, no dimension, or a row of another width", "Give every row one category per dimension");
        }

        var dims = new List<Dimension>();
        long size = 1;
        for (var d = 0; d < dimensions.Count; d++)
        {
            var at = d;
            var categories = rows.Select(r => r.Coordinates[at]).Distinct(StringComparer.Ordinal).ToArray();
            size *= categories.Length;
            if (size > MaximumCells)
            {
                return Finding.Error("table.too-large", $"More than {MaximumCells} combinations of categories", "Release fewer dimensions, or coarser categories");
            }

            var total = totals is not null ? totals.GetValueOrDefault(dimensions[d]) : categories.FirstOrDefault(TotalLabel.Is);
            dims.Add(Dimension.Of(dimensions[d], categories, total is not null && categories.Contains(total) && categories.Length > 1 ? total : null));
        }

        var table = new CellTable(dims, new CellState[size], new decimal[size]);
        foreach (var (coordinates, value) in rows)
        {
            var cell = table.IndexOf(coordinates);
            if (table.states[cell] != CellState.Absent)
            {
                return Finding.Error("table.duplicate", "Two rows have the same categories", "Give each combination once; name every dimension column", new Place(Field: string.Join(" / ", coordinates)));
            }

            (table.states[cell], table.values[cell]) = value is { } v ? (CellState.Shown, v) : (CellState.Suppressed, 0);
        }

        return totals is null ? table.WithHiddenTotals() : table;
    }

    /// <summary>
    /// A total under an unusual name is still a total: a category that equals the sum of all others wherever all are shown. That is half of its line's sum, so
    /// each line is added up once.
    /// </summary>
    private CellTable WithHiddenTotals()
    {
        var dims = Dimensions.ToArray();
        for (var d = 0; d < dims.Length; d++)
        {
            var (categories, stride) = (dims[d].Categories, strides[d]);
            if (dims[d].Totals.Count > 0 || categories.Count < 3)
            {
                continue;
            }

            var confirmed = new bool[categories.Count];
            var contradicted = new bool[categories.Count];
            for (var first = 0; first < Count; first += first % stride == stride - 1 ? ((categories.Count - 1) * stride) + 1 : 1)
            {
                decimal sum = 0;
                var open = true;
                for (var c = 0; c < categories.Count; c++)
                {
                    sum += values[first + (c * stride)];
                    open &= states[first + (c * stride)] != CellState.Suppressed;
                }

                for (var c = 0; open && c < categories.Count; c++)
                {
                    var value = values[first + (c * stride)];
                    var fits = 2 * value == sum;
                    contradicted[c] |= !fits;
                    confirmed[c] |= fits && value > 0;
                }
            }

            var total = Enumerable.Range(0, categories.Count).Where(c => confirmed[c] && !contradicted[c]).Cast<int?>().FirstOrDefault();
            if (total is { } found)
            {
                dims[d] = Dimension.Of(dims[d].Name, categories, categories[found]);
            }
        }

        return new CellTable(dims, states, values);
    }

}

/// <summary>The names under which tables show totals.</summary>
public static class TotalLabel
{
    private static readonly HashSet<string> Labels = new(StringComparer.OrdinalIgnoreCase)
    {
        "total", "totals", "all", "(all)", "any", "sum", "overall", "both", "everyone", "subtotal", "合計", "計", "総計", "総数", "全体", "全て", "すべて", "男女計",
    };

    public static bool Is(string category) => Labels.Contains(category.Trim());
}

/// <summary>How a suppressed cell is written in files.</summary>
public static class SuppressionMark
{
    /// <summary>What Minato writes.</summary>
    public const string Standard = "*";

    private static readonly HashSet<string> Marks = new(StringComparer.OrdinalIgnoreCase)
    {
        "", "*", "-", "–", "—", "‐", "x", "c", "s", "na", "n/a", "nan", "null", "none", ".", "..", "...", "…", "redacted", "[redacted]", "suppressed", "秘匿", "非公表",
    };

    /// <summary>Also <c>&lt;10</c>, <c>&lt; 10</c>, <c>10未満</c>, <c>1-9</c>.</summary>
    public static bool Is(string text)
    {
        var t = text.Trim();
        return Marks.Contains(t) || t.StartsWith('<') || t.StartsWith('＜') || t.EndsWith("未満", StringComparison.Ordinal) || (t.IndexOf('-', StringComparison.Ordinal) is > 0 and var i && t[..i].All(char.IsAsciiDigit) && t[(i + 1)..].All(char.IsAsciiDigit));
    }

    /// <summary>A cell's text: a number, or null for a suppressed one. False where it is neither.</summary>
    public static bool TryRead(string text, out decimal? value)
    {
        value = null;
        if (Is(text))
        {
            return true;
        }

        if (decimal.TryParse(text.Trim(), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number))
        {
            value = number;
            return true;
        }

        return false;
    }
}
