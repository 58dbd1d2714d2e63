namespace Minato.Disclosure;

/// <summary>What an outsider can say of a suppressed cell. Infinite where nothing limits it; NaN where nothing could be proved.</summary>
public readonly record struct CellBounds(int Cell, double Low, double High)
{
    public double Width => High - Low;
}

/// <summary>
/// Is this table safe as it stands? Minimum cell on what is shown, and complementary disclosure on what is not: a
/// suppressed cell that the open cells and totals fix, or bound closer than the rule, was not suppressed at all.
/// </summary>
public static class CellAudit
{
    /// <summary>
    /// Cells times equations of one connected part of a table. Beyond it the part is not solved but reported: whoever sends a
    /// huge table must not keep the exit busy for hours.
    /// </summary>
    private const long MostCoefficients = 4_000_000;

    public static IReadOnlyList<CellFinding> Check(CellTable table, OutputRule rule)
    {
        var findings = new List<CellFinding>();
        for (var cell = 0; cell < table.Count; cell++)
        {
            if (table.State(cell) != CellState.Shown)
            {
                continue;
            }

            if (table.Value(cell) < 0)
            {
                findings.Add(new("negative", table.Coordinates(cell), new("負の値があり、この規則では検査できません", "A negative value: these rules cannot check it")));
            }
            else if (!rule.MayShow(table.Value(cell)))
            {
                findings.Add(new("minimum-cell", table.Coordinates(cell), new($"{rule.MinimumCell}人未満のセルがあります", $"A cell below {rule.MinimumCell} persons")));
            }
        }

        if (findings.Any(f => f.Rule == "negative"))
        {
            return findings;
        }

        var (bounds, contradiction) = Bounds(table, rule);
        if (contradiction is { } at)
        {
            findings.Add(new("totals", table.Coordinates(at), new("合計と内訳が一致しないため、安全性を検査できません", "A total does not equal its parts, so that safety cannot be checked")));
        }

        foreach (var b in bounds.Where(b => GivesAway(b, rule)))
        {
            findings.Add(double.IsNaN(b.Low)
                ? new("complementary", table.Coordinates(b.Cell), new("秘匿したセルが安全であると示せません（表を小さくしてください）", "This suppressed cell cannot be proved safe; make the table smaller"))
                : b.Low == b.High
                ? new("complementary", table.Coordinates(b.Cell), new("秘匿したセルの値が、公開セルと合計から計算できます", "This suppressed cell can be computed from open cells and totals"))
                : new("complementary", table.Coordinates(b.Cell), new("秘匿したセルの値が、公開セルと合計から狭い範囲に絞り込めます", "Open cells and totals bound this suppressed cell too closely")));
        }

        return findings;
    }

    /// <summary>Whether the bounds tell more than the rule allows: nothing small can be inside, or enough must be open.</summary>
    internal static bool GivesAway(CellBounds b, OutputRule rule) =>
        !(b.Low >= rule.MinimumCell) && !(b.High == 0 && b.Low == 0 && rule.ZeroAllowed) && !(b.Width >= rule.MinimumCell);

    /// <summary>
    /// The bounds of every suppressed cell, proved far enough for the rule (a wide interval may be wider still), and
    /// the total that contradicts its parts, if any.
    /// </summary>
    public static (IReadOnlyList<CellBounds> Bounds, int? Contradiction) Bounds(CellTable table, OutputRule rule)
    {
        // An absent row is 0 to everybody, as long as the totals agree; where they do not, it hides something.
        var asZero = Solve(table, rule, absentIsZero: true);
        return asZero.Contradiction is null ? asZero : Solve(table, rule, absentIsZero: false);
    }

    private static (IReadOnlyList<CellBounds> Bounds, int? Contradiction) Solve(CellTable table, OutputRule rule, bool absentIsZero)
    {
        var slack = Math.Max(0, rule.RoundedTo - 1);
        bool Unknown(int cell) => table.State(cell) switch
        {
            CellState.Suppressed => true,
            CellState.Absent => !absentIsZero,
            _ => slack > 0,
        };

        var equations = table.Equations().ToArray();
        var group = new Dictionary<int, int>();
        int Find(int x)
        {
            while (group[x] != x)
            {
                x = group[x] = group[group[x]];
            }

            return x;
        }

        for (var cell = 0; cell < table.Count; cell++)
        {
            if (Unknown(cell))
            {
                group[cell] = cell;
            }
        }

        var open = new List<(int Total, int[] Cells)>();
        foreach (var (total, parts) in equations)
        {
            var unknown = parts.Append(total).Where(Unknown).ToArray();
            if (unknown.Length == 0)
            {
                if (Shown(table, total) != parts.Sum(p => Shown(table, p)))
                {
                    return ([], total);
                }

                continue;
            }

            open.Add((total, parts));
            foreach (var u in unknown)
            {
                group[Find(u)] = Find(unknown[0]);
            }
        }

        var bounds = new List<CellBounds>();
        var members = group.Keys.GroupBy(Find).ToDictionary(g => g.Key, g => g.Order().ToArray());
        var equationsOf = open.GroupBy(e => Find(e.Cells.Append(e.Total).First(Unknown))).ToDictionary(g => g.Key, g => g.ToArray());
        foreach (var (root, cells) in members)
        {
            var asked = cells.Where(c => table.State(c) == CellState.Suppressed || (table.State(c) == CellState.Absent && !absentIsZero)).ToArray();
            if (!equationsOf.TryGetValue(root, out var mine))
            {
                bounds.AddRange(asked.Select(c => new CellBounds(c, 0, double.PositiveInfinity)));
                continue;
            }

            if (slack == 0 && mine.All(e => Unknown(e.Total) && e.Cells.All(Unknown)))
            {
                // Nothing of this part is shown: any cell could be anything.
                bounds.AddRange(asked.Select(c => new CellBounds(c, 0, double.PositiveInfinity)));
                continue;
            }

            if ((long)cells.Length * mine.Length > MostCoefficients)
            {
                bounds.AddRange(asked.Select(c => new CellBounds(c, double.NaN, double.NaN)));
                continue;
            }

            var index = cells.Select((c, i) => (c, i)).ToDictionary(x => x.c, x => x.i);
            var variables = cells.Length;
            var rows = new List<(IReadOnlyList<(int Variable, double Coefficient)> Terms, double Constant)>();
            var floor = cells.ToDictionary(c => c, c => table.State(c) == CellState.Shown ? Math.Max(0, (double)table.Value(c) - slack) : 0);
            foreach (var (total, parts) in mine)
            {
                var terms = new List<(int Variable, double Coefficient)>();
                double constant = 0;
                void Take(int cell, double sign)
                {
                    if (index.TryGetValue(cell, out var v))
                    {
                        terms.Add((v, sign));
                        constant -= sign * floor[cell];
                    }
                    else
                    {
                        constant -= sign * (double)Shown(table, cell);
                    }
                }

                foreach (var p in parts)
                {
                    Take(p, 1);
                }

                Take(total, -1);
                rows.Add((terms, constant));
            }

            foreach (var c in cells.Where(c => table.State(c) == CellState.Shown))
            {
                rows.Add(([(index[c], 1), (variables++, 1)], (double)table.Value(c) + slack - floor[c]));
            }

            if (OutsideView.Of(variables, rows) is not { } view)
            {
                return ([], mine[0].Total);
            }

            foreach (var c in asked)
            {
                var (low, high) = view.Bounds(index[c], rule.MinimumCell);
                bounds.Add(new CellBounds(c, low, high));
            }
        }

        return (bounds, null);
    }

    private static decimal Shown(CellTable table, int cell) => table.State(cell) == CellState.Shown ? table.Value(cell) : 0;
}
