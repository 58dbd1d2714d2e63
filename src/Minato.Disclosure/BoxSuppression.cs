namespace Minato.Disclosure;

/// <summary>A table made safe by boxes, and what an outsider can at most say of each small cell: two tables that differ by the interval were found.</summary>
/// <param name="Intervals">By small cell: the least and greatest value in tables that agree with all that is shown. The outsider's true interval may be wider.</param>
public sealed record BoxSuppressedTable(CellTable Table, IReadOnlyList<int> Primary, IReadOnlyList<int> Secondary, IReadOnlyList<CellBounds> Intervals);

/// <summary>
/// Secondary suppression of large tables. A box (Giessing, Repsilber 2002) is a cell and one partner in every dimension that has totals: taking from half of its 2ᵈ corners
/// what is added to the other half leaves every total as it is, so whoever sees only the totals cannot tell. Each small cell gets boxes whose corners are all hidden, the
/// cheapest first; where a dimension has subtotals, a partner brings the subtotals between along. Cells that turn out not to be needed are shown again; the boxes then move the true table, step by step, as far as they go: the intervals.
/// </summary>
public sealed class BoxSuppression
{
    /// <summary>Boxes kept per small cell to move it by.</summary>
    private const int BoxesPerCell = 6;

    private readonly CellTable table;
    private readonly int[] dims;
    private readonly int[] strides;
    private readonly int[] sizes;

    /// <summary>By dimension and category: the moves along it, as categories with sign that keep all its totals, the category itself first with +.</summary>
    private readonly (int Category, bool Positive)[][][][] moves;
    private readonly long[] values;
    private readonly bool[] absent;
    private readonly bool[] hidden;
    private readonly double[] prices;

    private BoxSuppression(CellTable table)
    {
        this.table = table;
        var count = table.Dimensions.Count;
        (strides, sizes) = (new int[count], [.. table.Dimensions.Select(d => d.Categories.Count)]);
        for (int d = count - 1, s = 1; d >= 0; s *= sizes[d], d--)
        {
            strides[d] = s;
        }

        // Few partners first: what fails, fails early.
        dims = [.. Enumerable.Range(0, count).Where(d => table.Dimensions[d].Totals.Count > 0).OrderBy(d => sizes[d])];
        moves = [.. table.Dimensions.Select(Moves)];
        values = [.. Enumerable.Range(0, table.Count).Select(c => (long)table.Value(c))];
        absent = [.. Enumerable.Range(0, table.Count).Select(c => table.State(c) == CellState.Absent)];
        hidden = [.. Enumerable.Range(0, table.Count).Select(c => table.State(c) == CellState.Suppressed)];

        // Every hidden cell costs; a total twice, a large cell a little more.
        var greatest = Math.Max(1, values.Max());
        prices = [.. Enumerable.Range(0, table.Count).Select(c => 1 + (table.IsTotal(c) ? 1 : 0) + (0.2 * values[c] / greatest))];
    }

    /// <param name="table">All cells of the table; combinations that nobody has are absent, and known to be empty.</param>
    /// <param name="width">
    /// 0: no small cell can be computed exactly, with as few hidden cells as the boxes' combinations allow; intervals are proved by tables that may hold fractions. 1 or more: whole
    /// tables show every small cell's interval to have at least this width wherever the table has such a box.
    /// </param>
    /// <returns>Refused with <c>table.totals</c> where totals and parts contradict each other, or <c>table.suppressed</c> where cells are hidden already.</returns>
    public static Outcome<BoxSuppressedTable> Suppress(CellTable table, OutputRule? rule = null, int width = 0)
    {
        rule ??= OutputRule.Default;
        if (Enumerable.Range(0, table.Count).Any(c => table.State(c) == CellState.Suppressed || table.Value(c) < 0 || table.Value(c) != Math.Floor(table.Value(c))))
        {
            return Finding.Error("table.suppressed", "The table has hidden, negative or broken cells", "Give the full table of counts");
        }

        if (table.Equations().Any(e => table.Value(e.Total) != e.Parts.Sum(table.Value)))
        {
            return Finding.Error("table.totals", "Totals and parts contradict each other", "Compute the totals again from the same data");
        }

        return new BoxSuppression(table).Run(rule, width);
    }

    private BoxSuppressedTable Run(OutputRule rule, int width)
    {
        var primary = Enumerable.Range(0, values.Length).Where(c => !absent[c] && !rule.MayShow(values[c])).ToArray();
        foreach (var c in primary)
        {
            hidden[c] = true;
        }

        // Those that cost nothing first; what the others hide then serves them all.
        var boxes = new int[values.Length][];
        foreach (var free in new[] { true, false })
        {
            foreach (var c in primary)
            {
                if (boxes[c] is null && Cheapest(c, width, free ? 1e-9 : double.PositiveInfinity) is { } box)
                {
                    boxes[c] = box;
                    foreach (var corner in box)
                    {
                        hidden[Cell(corner)] = true;
                    }
                }
            }
        }

        var span = width > 0 ? null : ShowBySpan(primary, boxes);
        if (width > 0)
        {
            Reopen(primary, boxes, width);
        }

        var intervals = Intervals(primary, boxes, span);
        foreach (var c in primary.Where((_, i) => intervals[i].Width < 1e-6))
        {
            // What rounding hid from the span: its box is hidden after all.
            foreach (var corner in boxes[c] ?? [])
            {
                hidden[Cell(corner)] = true;
            }
        }

        if (intervals.Any(b => b.Width < 1e-6))
        {
            intervals = Intervals(primary, boxes, span);
        }

        var isPrimary = primary.ToHashSet();
        int[] secondary = [.. Enumerable.Range(0, values.Length).Where(c => hidden[c] && !isPrimary.Contains(c))];
        return new BoxSuppressedTable(table.WithSuppressed(primary.Concat(secondary)), primary, secondary, intervals);
    }

    /// <summary>Shows again each secondary cell without which every small cell still has a box, the dearest first.</summary>
    private void Reopen(int[] primary, int[][] boxes, int width)
    {
        var isPrimary = primary.ToHashSet();
        var users = new Dictionary<int, List<int>>();
        foreach (var c in primary.Where(c => boxes[c] is not null))
        {
            foreach (var corner in boxes[c].Select(Cell).Where(b => !isPrimary.Contains(b)))
            {
                (users.TryGetValue(corner, out var list) ? list : users[corner] = []).Add(c);
            }
        }

        foreach (var s in Enumerable.Range(0, values.Length).Where(c => hidden[c] && !isPrimary.Contains(c)).OrderByDescending(c => prices[c]).ToArray())
        {
            hidden[s] = false;
            var others = new List<(int Cell, int[] Box)>();
            foreach (var c in users.GetValueOrDefault(s, []))
            {
                if (!boxes[c].Any(b => Cell(b) == s))
                {
                    continue;
                }

                if (Cheapest(c, width, 1e-9) is not { } other)
                {
                    hidden[s] = true;
                    break;
                }

                others.Add((c, other));
            }

            if (!hidden[s])
            {
                foreach (var (c, box) in others)
                {
                    boxes[c] = box;
                    foreach (var corner in box.Select(Cell).Where(b => !isPrimary.Contains(b)))
                    {
                        (users.TryGetValue(corner, out var list) ? list : users[corner] = []).Add(c);
                    }
                }
            }
        }
    }

    /// <summary>Shows each secondary cell, the dearest first, without which every small cell still moves in some combination of boxes.</summary>
    private BoxSpan ShowBySpan(int[] primary, int[][] boxes)
    {
        var isPrimary = primary.ToHashSet();
        int[] closed = [.. Enumerable.Range(0, values.Length).Where(c => hidden[c])];
        int[] candidates = [.. closed.Where(c => !isPrimary.Contains(c)).OrderByDescending(c => prices[c])];
        int[][] all = [.. primary.Where(c => boxes[c] is not null).SelectMany(c => Free(c).Append(boxes[c]))];
        var span = new BoxSpan(values.Length, closed, [.. primary.Where(c => boxes[c] is not null)], all, candidates.Length);
        foreach (var c in candidates)
        {
            hidden[c] = !span.TryShow(c);
        }

        return span;
    }

    /// <summary>Pushes each small cell down and up by its boxes, from the true table and back to it; then the whole table along what is left of the span.</summary>
    private List<CellBounds> Intervals(int[] primary, int[][] boxes, BoxSpan? span)
    {
        var (low, high) = (Array.ConvertAll(values, v => (double)v), Array.ConvertAll(values, v => (double)v));
        var x = (double[])low.Clone();
        foreach (var c in primary)
        {
            var mine = boxes[c] is null ? [] : Free(c);
            foreach (var up in new[] { true, false })
            {
                var moved = true;
                for (var step = 0; moved && step < 20; step++)
                {
                    moved = false;
                    foreach (var box in mine)
                    {
                        moved |= Push(x, box, up, low, high);
                    }
                }

                // Back to the truth: every cell of these boxes.
                foreach (var corner in mine.SelectMany(b => b))
                {
                    x[Cell(corner)] = values[Cell(corner)];
                }
            }
        }

        if (span is not null)
        {
            Wander(span, low, high);
        }

        return [.. primary.Select(c => new CellBounds(c, low[c], high[c]))];
    }

    /// <summary>Goes from table to table, each time along one direction to both ends and on from a place between: all are non-negative and agree with what is shown.</summary>
    private void Wander(BoxSpan span, double[] low, double[] high)
    {
        int[] cells = [.. Enumerable.Range(0, values.Length).Where(c => span.Place(c) >= 0)];
        var x = cells.Select(c => (double)values[c]).ToArray();
        var equations = table.Equations().ToArray();
        double Of(double[] direction, int cell) => span.Place(cell) is >= 0 and var i ? direction[i] : 0;
        var directions = span.Left().Where(d => equations.All(e => Math.Abs(Of(d, e.Total) - e.Parts.Sum(p => Of(d, p))) < 1e-6)
            && Enumerable.Range(0, cells.Length).All(i => hidden[cells[i]] || Math.Abs(d[i]) < 1e-9)).ToArray();
        var random = new Random(1);
        for (var round = 0; round < 8; round++)
        {
            foreach (var d in directions)
            {
                double forth = double.PositiveInfinity, back = double.PositiveInfinity;
                for (var i = 0; i < x.Length; i++)
                {
                    forth = d[i] < -1e-9 ? Math.Min(forth, x[i] / -d[i]) : forth;
                    back = d[i] > 1e-9 ? Math.Min(back, x[i] / d[i]) : back;
                }

                (forth, back) = (Math.Min(forth, 1e6), Math.Min(back, 1e6));
                var stay = (random.NextDouble() * (forth + back)) - back;
                for (var i = 0; i < x.Length; i++)
                {
                    if (hidden[cells[i]])
                    {
                        var (c, one, other) = (cells[i], x[i] + (forth * d[i]), x[i] - (back * d[i]));
                        low[c] = Math.Min(low[c], Math.Max(0, Math.Min(one, other)));
                        high[c] = Math.Max(high[c], Math.Max(one, other));
                        x[i] = Math.Max(0, x[i] + (stay * d[i]));
                    }
                }
            }
        }
    }

    private static int Cell(int corner) => corner >= 0 ? corner : ~corner;

    /// <summary>Moves a table by a box as far as counts stay counts; by 100 where nothing limits it.</summary>
    private static bool Push(double[] x, int[] box, bool up, double[] low, double[] high)
    {
        var most = 100.0;
        foreach (var corner in box)
        {
            if (corner >= 0 != up)
            {
                most = Math.Min(most, x[Cell(corner)]);
            }
        }

        foreach (var corner in box)
        {
            var c = Cell(corner);
            x[c] += corner >= 0 == up ? most : -most;
            low[c] = Math.Min(low[c], x[c]);
            high[c] = Math.Max(high[c], x[c]);
        }

        return most > 0;
    }

    /// <summary>The cheapest box of a cell with at least this room to move; null where none costs less than the limit.</summary>
    private int[]? Cheapest(int cell, int width, double limit)
    {
        int[]? best = null;
        Search(cell, width, limit, (box, price) =>
        {
            best = box;
            return price < 1e-9 ? 0 : price;
        });
        return best;
    }

    /// <summary>Some boxes of a cell whose corners are all hidden.</summary>
    private List<int[]> Free(int cell)
    {
        var found = new List<int[]>();
        Search(cell, 1, 1e-9, (box, _) =>
        {
            found.Add(box);
            return found.Count < BoxesPerCell ? 1e-9 : 0;
        });
        return found;
    }

    /// <summary>Goes through the boxes of a cell that cost less than the limit; <paramref name="take"/> says the next limit, 0 to stop.</summary>
    private void Search(int cell, int width, double limit, Func<int[], double, double> take)
    {
        var corners = new int[dims.Length + 1][];
        corners[0] = [cell];

        void Try(int k, double price)
        {
            if (k == dims.Length)
            {
                long up = 100, down = 100;
                foreach (var corner in corners[k])
                {
                    (up, down) = corner >= 0 ? (up, Math.Min(down, values[corner])) : (Math.Min(up, values[~corner]), down);
                }

                if (up + down >= width)
                {
                    limit = take([.. corners[k]], price);
                }

                return;
            }

            var (d, from) = (dims[k], corners[k]);
            foreach (var move in moves[d][cell / strides[d] % sizes[d]])
            {
                var next = new int[from.Length * move.Length];
                var (at, more, open) = (0, price, true);
                for (var i = 0; i < from.Length && open; i++)
                {
                    var (origin, positive) = (Cell(from[i]), from[i] >= 0);
                    var zero = origin - (move[0].Category * strides[d]);
                    foreach (var (category, same) in move)
                    {
                        var corner = zero + (category * strides[d]);
                        if (absent[corner])
                        {
                            open = false;
                            break;
                        }

                        more += hidden[corner] || corner == origin ? 0 : prices[corner];
                        next[at++] = positive == same ? corner : ~corner;
                    }

                    open &= more < limit;
                }

                if (open)
                {
                    corners[k + 1] = next;
                    Try(k + 1, more);
                    if (limit <= 0)
                    {
                        return;
                    }
                }
            }
        }

        Try(0, hidden[cell] ? 0 : prices[cell]);
    }

    /// <summary>Ways through one dimension: from a lowest category up through its totals to the top, or over and down to another lowest category.</summary>
    private static (int Category, bool Positive)[][][] Moves(Dimension dimension)
    {
        var index = dimension.Categories.Select((c, i) => (c, i)).ToDictionary(x => x.c, x => x.i, StringComparer.Ordinal);
        var equations = dimension.Totals.Select(t => (Total: index[t.Key], Parts: t.Value.Select(p => index[p]).ToArray())).ToArray();
        var parent = new Dictionary<int, int>();
        foreach (var (total, parts) in equations)
        {
            foreach (var p in parts)
            {
                parent.TryAdd(p, total);
            }
        }

        List<int> Up(int leaf)
        {
            List<int> path = [leaf];
            while (parent.TryGetValue(path[^1], out var above) && path.Count <= index.Count)
            {
                path.Add(above);
            }

            return path;
        }

        int[] leaves = [.. Enumerable.Range(0, index.Count).Where(c => equations.All(e => e.Total != c))];
        var ways = new List<Dictionary<int, bool>>();
        for (var i = 0; i < leaves.Length; i++)
        {
            var path = Up(leaves[i]);
            ways.Add(path.ToDictionary(c => c, _ => true));
            for (var j = i + 1; j < leaves.Length; j++)
            {
                var other = Up(leaves[j]);
                var way = path.Except(other).ToDictionary(c => c, _ => true);
                foreach (var c in other.Except(path))
                {
                    way[c] = false;
                }

                ways.Add(way);
            }
        }

        // A category may stand under several totals: only ways that keep all of them are moves.
        int Sign(Dictionary<int, bool> way, int c) => way.TryGetValue(c, out var positive) ? positive ? 1 : -1 : 0;
        ways.RemoveAll(w => equations.Any(e => Sign(w, e.Total) != e.Parts.Sum(p => Sign(w, p))));
        return [.. Enumerable.Range(0, index.Count).Select(a => ways.Where(w => w.ContainsKey(a)).OrderBy(w => w.Count)
            .Select(w => (IEnumerable<(int, bool)>)[(a, true), .. w.Where(c => c.Key != a).Select(c => (c.Key, c.Value == w[a]))]).Select(m => m.ToArray()).ToArray())];
    }
}
