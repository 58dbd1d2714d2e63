using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Minato.Disclosure;

/// <summary>
/// A table as others are compared with it again and again: what it says on some of its dimensions, the others taken at their total, is worked out once.
/// Thread-safe; the table must not change.
/// </summary>
public sealed class ComparableTable(CellTable table)
{
    // Categories are what somebody wrote: the seed keeps them from choosing two that fall together.
    private static readonly long Seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));

    private readonly Lock gate = new();
    private readonly Dictionary<string, IReadOnlyDictionary<ulong, Shown>> projections = new(StringComparer.Ordinal);

    /// <summary>A value that the table gives away, and a cell that has its categories.</summary>
    internal readonly record struct Shown(decimal Value, int Cell);

    public CellTable Table => table;

    public IEnumerable<string> Names => table.Dimensions.Select(d => d.Name);

    public bool HasSuppressed { get; } = Enumerable.Range(0, table.Count).Any(c => table.State(c) == CellState.Suppressed);

    /// <summary>Values by the categories of these dimensions, from a total cell or from the sum of shown parts.</summary>
    internal IReadOnlyDictionary<ulong, Shown> On(IReadOnlyList<string> names)
    {
        var key = string.Join('\u001f', names);
        lock (gate)
        {
            return projections.TryGetValue(key, out var found) ? found : projections[key] = Project(names);
        }
    }

    internal static ulong KeyOf(IEnumerable<string> categories) => categories.Aggregate(0UL, (key, category) => Then(key, HashOf(category)));

    internal int IndexOf(string name)
    {
        for (var d = 0; d < table.Dimensions.Count; d++)
        {
            if (table.Dimensions[d].Name == name)
            {
                return d;
            }
        }

        return -1;
    }

    /// <summary>The category that adds up all others, or null.</summary>
    internal static string? GrandTotal(Dimension dimension) =>
        dimension.Totals.Where(t => t.Value.Count == dimension.Categories.Count(c => !dimension.Totals.ContainsKey(c))).Select(t => t.Key).FirstOrDefault();

    private static ulong HashOf(string text) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()), Seed);

    private static ulong Then(ulong key, ulong next) => System.Numerics.BitOperations.RotateLeft((key ^ next) * 0x9E3779B97F4A7C15UL, 29) + next;

    private Dictionary<ulong, Shown> Project(IReadOnlyList<string> names)
    {
        int[] keep = [.. names.Select(IndexOf)];
        int[] drop = [.. Enumerable.Range(0, table.Dimensions.Count).Except(keep)];
        var hashes = keep.Select(d => table.Dimensions[d].Categories.Select(HashOf).ToArray()).ToArray();
        var isTotal = table.Dimensions.Select(d => d.Categories.Select(d.Totals.ContainsKey).ToArray()).ToArray();
        var isGrand = table.Dimensions.Select(d => (Grand: GrandTotal(d), d.Categories)).Select(d => d.Categories.Select(c => c == d.Grand).ToArray()).ToArray();
        var sums = new Dictionary<ulong, (decimal? Value, int Cell)>();
        var totals = new Dictionary<ulong, Shown>();
        for (var cell = 0; cell < table.Count; cell++)
        {
            var state = table.State(cell);
            if (state == CellState.Absent)
            {
                continue;
            }

            var key = 0UL;
            for (var k = 0; k < keep.Length; k++)
            {
                key = Then(key, hashes[k][table.CategoryIndex(cell, keep[k])]);
            }

            if (state == CellState.Shown && Array.TrueForAll(drop, d => isGrand[d][table.CategoryIndex(cell, d)]))
            {
                totals[key] = new(table.Value(cell), cell);
            }
            else if (Array.TrueForAll(drop, d => !isTotal[d][table.CategoryIndex(cell, d)]))
            {
                // One hidden part hides the sum.
                decimal? value = state == CellState.Shown ? table.Value(cell) : null;
                sums[key] = sums.TryGetValue(key, out var s) ? (s.Value + value, s.Cell) : (value, cell);
            }
        }

        foreach (var (key, (value, cell)) in sums)
        {
            if (value is { } v)
            {
                totals.TryAdd(key, new(v, cell));
            }
        }

        return totals;
    }
}

/// <summary>
/// Tables against each other: the same question asked of two populations that differ by few persons answers it for those persons; and what one
/// table hides, others may show.
/// </summary>
public static class Differencing
{
    /// <inheritdoc cref="Check(ComparableTable, ComparableTable, OutputRule)"/>
    public static IReadOnlyList<CellFinding> Check(CellTable earlier, CellTable later, OutputRule rule)
    {
        var (before, after) = (new ComparableTable(earlier), new ComparableTable(later));
        return Check(before, after, rule) is { Count: > 0 } findings ? findings : Together([before], after, rule);
    }

    /// <summary>
    /// Compares two tables on the dimensions that both have, by name (others are taken at their total). No finding where
    /// they share no dimension and no grand total.
    /// </summary>
    public static IReadOnlyList<CellFinding> Check(ComparableTable earlier, ComparableTable later, OutputRule rule)
    {
        var common = Common(earlier, later);
        var before = earlier.On(common);
        var findings = new List<CellFinding>();
        foreach (var (key, now) in later.On(common))
        {
            if (before.TryGetValue(key, out var then) && Math.Abs(now.Value - then.Value) is > 0 and var difference && difference < rule.MinimumCell)
            {
                findings.Add(new("differencing", [.. common.Select(n => later.Table.Category(now.Cell, later.IndexOf(n)))], new(
                    $"以前に持ち出した表との差が{rule.MinimumCell}人未満です", $"The difference from a table released before is below {rule.MinimumCell} persons")));
            }
        }

        return findings;
    }

    /// <summary>
    /// All that is known of one population, taken together: whether cells that the new table hides are opened by those released before, and whether
    /// the new table opens what one of those hides. Tables that contradict the new one where both show the same cell are of another population.
    /// </summary>
    public static IReadOnlyList<CellFinding> Together(IReadOnlyList<ComparableTable> earlier, ComparableTable later, OutputRule rule)
    {
        var same = earlier.Where(e => Common(e, later).Length > 0 && Agree(e, later)).ToList();
        if (same.Count == 0)
        {
            return [];
        }

        if (later.HasSuppressed && Opened(later, same, rule) is { Count: > 0 } mine)
        {
            return [.. mine.Select(cell => new CellFinding("differencing", cell, new(
                "以前に持ち出した表と合わせると、秘匿したセルが分かります", "Together with tables released before, a suppressed cell becomes known")))];
        }

        foreach (var one in same.Where(e => e.HasSuppressed))
        {
            if (Opened(one, [.. same.Where(e => e != one), later], rule, mustAdd: later) is { Count: > 0 })
            {
                return [new CellFinding("differencing", [], new(
                    "この表は、以前に持ち出した表で秘匿したセルを明らかにします", "This table makes a cell known that a table released before suppresses"))];
            }
        }

        return [];
    }

    private static string[] Common(ComparableTable a, ComparableTable b) => [.. b.Names.Where(n => a.IndexOf(n) >= 0).Order(StringComparer.Ordinal)];

    private static bool Agree(ComparableTable earlier, ComparableTable later)
    {
        var common = Common(earlier, later);
        var before = earlier.On(common);
        var met = false;
        foreach (var (key, now) in later.On(common))
        {
            if (before.TryGetValue(key, out var then))
            {
                if (then.Value != now.Value)
                {
                    return false;
                }

                met = true;
            }
        }

        // Tables that share a hidden cell and no shown one may be of one population; where nothing speaks against it, it is taken for one.
        return met || earlier.HasSuppressed || later.HasSuppressed;
    }

    /// <summary>Suppressed cells of a table that it does not give away alone and that it does together with what the others show.</summary>
    private static List<IReadOnlyList<string>> Opened(ComparableTable table, IReadOnlyList<ComparableTable> others, OutputRule rule, ComparableTable? mustAdd = null)
    {
        var full = WithTotals(table.Table);
        var known = new List<(int Cell, decimal Value)>();
        var added = false;
        for (var cell = 0; cell < full.Count; cell++)
        {
            if (full.State(cell) == CellState.Shown)
            {
                continue;
            }

            foreach (var other in others)
            {
                if (Known(full, cell, other) is { } value && (full.State(cell) == CellState.Suppressed || value > 0))
                {
                    known.Add((cell, value));
                    added |= mustAdd is null || other == mustAdd;
                    break;
                }
            }
        }

        if (!added)
        {
            return [];
        }

        var merged = full.WithShown(known);
        var (bounds, contradiction) = CellAudit.Bounds(merged, rule);
        return contradiction is not null
            ? []
            : [.. Enumerable.Range(0, full.Count).Where(c => IsOwn(table.Table, full, c) && merged.State(c) == CellState.Shown && full.State(c) == CellState.Suppressed && !rule.MayShow(merged.Value(c))).Select(full.Coordinates),
               .. bounds.Where(b => IsOwn(table.Table, full, b.Cell) && full.State(b.Cell) == CellState.Suppressed && CellAudit.GivesAway(b, rule)).Select(b => full.Coordinates(b.Cell))];
    }

    /// <summary>What another table says of a cell: it must have all dimensions in which the cell is not a grand total.</summary>
    private static decimal? Known(CellTable table, int cell, ComparableTable other)
    {
        var names = new List<(string Name, string Category)>();
        for (var d = 0; d < table.Dimensions.Count; d++)
        {
            var category = table.Category(cell, d);
            if (other.IndexOf(table.Dimensions[d].Name) >= 0)
            {
                names.Add((table.Dimensions[d].Name, category));
            }
            else if (category != ComparableTable.GrandTotal(table.Dimensions[d]))
            {
                return null;
            }
        }

        // At a total here, the other's total may have another name: it is left out, and so taken at its total there.
        names.RemoveAll(n => n.Category == ComparableTable.GrandTotal(table.Dimensions.First(d => d.Name == n.Name)));
        names.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return other.On([.. names.Select(n => n.Name)]).TryGetValue(ComparableTable.KeyOf(names.Select(n => n.Category)), out var shown) ? shown.Value : null;
    }

    /// <summary>The same table with a total in every dimension; those that it does not have are hidden.</summary>
    private static CellTable WithTotals(CellTable table)
    {
        const string Total = "\u0001total";
        // Each dimension more doubles the margins; tables of more without any total are compared as they are.
        const int Most = 6;
        if (table.Dimensions.Count(d => ComparableTable.GrandTotal(d) is null && d.Categories.Count > 1) is 0 or > Most)
        {
            return table;
        }

        var rows = new List<(IReadOnlyList<string> Coordinates, decimal? Value)>();
        var bare = table.Dimensions.Select(d => ComparableTable.GrandTotal(d) is null && d.Totals.Count == 0 && d.Categories.Count > 1).ToArray();
        var totals = table.Dimensions.Select((d, i) => (d.Name, Total: bare[i] ? Total : d.Totals.Keys.FirstOrDefault())).Where(d => d.Total is not null).ToDictionary(d => d.Name, d => d.Total!, StringComparer.Ordinal);
        for (var cell = 0; cell < table.Count; cell++)
        {
            if (table.State(cell) != CellState.Absent)
            {
                rows.Add((table.Coordinates(cell), table.State(cell) == CellState.Shown ? table.Value(cell) : null));
            }
        }

        var bareAt = Enumerable.Range(0, bare.Length).Where(d => bare[d]).ToArray();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (coordinates, _) in rows.ToList())
        {
            for (var mask = 1; mask < 1 << bareAt.Length; mask++)
            {
                var total = coordinates.ToArray();
                for (var b = 0; b < bareAt.Length; b++)
                {
                    total[bareAt[b]] = (mask & (1 << b)) != 0 ? Total : total[bareAt[b]];
                }

                if (seen.Add(string.Join('\u001f', total)))
                {
                    rows.Add((total, null));
                }
            }
        }

        return CellTable.FromRows([.. table.Dimensions.Select(d => d.Name)], rows, totals) is { IsOk: true } made ? made.Value : table;
    }

    private static bool IsOwn(CellTable own, CellTable full, int cell) => ReferenceEquals(own, full) || own.IndexOf(full.Coordinates(cell)) >= 0;
}
