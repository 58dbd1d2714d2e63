using CsCheck;

namespace Minato.Disclosure.Tests;

public class SuppressionTests
{
    private static readonly OutputRule Rule = new(MinimumCell: 4);

    [Fact]
    public void The_demo_story_a_nine_its_complement_and_the_corrected_table()
    {
        var table = TableText.Read("arm event n\nsglt2 yes 9\nsglt2 no 400\nsglt2 Total 409\ndpp4 yes 31\ndpp4 no 380\ndpp4 Total 411\nTotal yes 40\nTotal no 780\nTotal Total 820");
        Assert.Equal("minimum-cell:sglt2/yes", TableText.Rules(CellAudit.Check(table, OutputRule.Default)));
        var naive = table.WithSuppressed([table.IndexOf(["sglt2", "yes"])]);
        Assert.Equal("complementary:sglt2/yes", TableText.Rules(CellAudit.Check(naive, OutputRule.Default)));
        var safe = Suppression.Suppress(table).Value;
        Assert.Empty(CellAudit.Check(safe.Table, OutputRule.Default));
        Assert.Equal(["sglt2/yes"], safe.Primary.Select(c => string.Join('/', safe.Table.Coordinates(c))));
        Assert.Equal(3, safe.Secondary.Count);
        Assert.DoesNotContain(safe.Secondary, safe.Table.IsTotal);
    }

    [Fact]
    public void A_table_without_small_cells_is_left_alone()
    {
        var safe = Suppression.Suppress(TableText.WithTotals([20, 30, 40, 50], 2, 2)).Value;
        Assert.Empty(safe.Primary);
        Assert.Empty(safe.Secondary);
    }

    [Fact]
    public void Contradicting_totals_are_refused() =>
        Assert.Equal("table.totals", Suppression.Suppress(TableText.Read("g n\na 3\nb 50\nTotal 60")).Findings[0].Code);

    [Fact]
    public void After_suppression_the_audit_finds_nothing()
    {
        Gen.Int[2, 5].SelectMany(rows => Gen.Int[2, 5].SelectMany(columns => Gen.OneOf(Gen.Int[0, 12], Gen.Int[0, 60]).Array[rows * columns].Select(v => (rows, columns, v))))
            .Sample(t =>
            {
                var table = TableText.WithTotals(t.v, t.rows, t.columns);
                var safe = Suppression.Suppress(table).Value;
                Assert.Equal("", TableText.Rules(CellAudit.Check(safe.Table, OutputRule.Default)));
            }, iter: 150, seed: "0000KNlHjXl5");
    }

    [Fact]
    public void After_suppression_in_three_dimensions_the_audit_finds_nothing()
    {
        Gen.Int[0, 30].Array[12].Sample(v =>
        {
            var safe = Suppression.Suppress(TableText.WithTotals(v, 2, 3, 2)).Value;
            Assert.Equal("", TableText.Rules(CellAudit.Check(safe.Table, OutputRule.Default)));
        }, iter: 25, seed: "0000KNlHjXl5");
    }

    [Fact]
    public void A_table_of_the_adult_census_file_in_three_dimensions_is_made_safe()
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("MINATO_SAMPLES") ?? Path.Combine(AppContext.BaseDirectory, "../../../../../../shared/samples"), "adult", "adult.csv");
        if (!File.Exists(path))
        {
            Assert.Skip("The Adult sample is not on this machine");
        }

        // sex × age in 5-year bands × occupation, with totals.
        var cells = new Dictionary<(string, string, string), decimal>();
        foreach (var line in File.ReadLines(path).Skip(1).Select(l => l.Split(';')))
        {
            var age = $"{Math.Min(int.Parse(line[1]) / 5, 17) * 5:00}";
            foreach (var key in from s in new[] { line[0], "total" } from a in new[] { age, "total" } from o in new[] { line[7], "total" } select (s, a, o))
            {
                cells[key] = cells.GetValueOrDefault(key) + 1;
            }
        }

        var table = CellTable.FromRows(["sex", "age", "occupation"], [.. cells.Select(c => ((IReadOnlyList<string>)[c.Key.Item1, c.Key.Item2, c.Key.Item3], (decimal?)c.Value))]).Value;
        var safe = Suppression.Suppress(table).Value;
        TestContext.Current.SendDiagnosticMessage($"{table.Count} cells, {safe.Primary.Count} primary, {safe.Secondary.Count} secondary");
        Assert.Empty(CellAudit.Check(safe.Table, OutputRule.Default));
        Assert.True(safe.Secondary.Count < safe.Primary.Count);
    }

    /// <summary>The naive attacker: tries every table of whole persons that fits what is shown.</summary>
    [Fact]
    public void Trying_all_tables_gives_the_audit_s_bounds_and_fixes_no_suppressed_cell()
    {
        Gen.Int[0, 9].Array[6].Sample(v =>
        {
            var table = TableText.WithTotals(v, 2, 3);
            var safe = Suppression.Suppress(table, Rule).Value.Table;
            var fits = AllTables(safe, limit: 55);
            foreach (var cell in Enumerable.Range(0, safe.Count).Where(c => safe.State(c) == CellState.Suppressed && !safe.IsTotal(c)))
            {
                var seen = fits.Select(f => f[cell]).ToArray();
                if (seen.Length == 0)
                {
                    continue; // margins hidden too: beyond the limit of this enumeration
                }

                Assert.True(seen.Min() == 0 || seen.Min() >= Rule.MinimumCell || seen.Max() - seen.Min() >= Rule.MinimumCell || seen.Max() >= 55,
                    $"{string.Join('/', safe.Coordinates(cell))} is in {seen.Min()}..{seen.Max()}");
            }
        }, iter: 60, seed: "0000KNlHjXl5");
    }

    [Fact]
    public void The_audit_s_bounds_are_the_naive_attacker_s()
    {
        // Everything hidden at random inside, margins open: here enumeration is complete, and bounds must agree exactly.
        Gen.Select(Gen.Int[0, 7].Array[6], Gen.Bool.Array[6]).Sample((v, hide) =>
        {
            var table = TableText.WithTotals(v, 2, 3);
            var inner = Enumerable.Range(0, table.Count).Where(c => !table.IsTotal(c)).ToArray();
            var shown = table.WithSuppressed(inner.Where((_, i) => hide[i]));
            var fits = AllTables(shown, limit: 30);
            foreach (var b in CellAudit.Bounds(shown, new OutputRule(MinimumCell: 1000)).Bounds)
            {
                Assert.Equal((fits.Min(f => f[b.Cell]), fits.Max(f => f[b.Cell])), ((int)b.Low, (int)b.High));
            }
        }, iter: 150, seed: "0000KNlHjXl5");
    }

    private static List<int[]> AllTables(CellTable table, int limit)
    {
        var inner = Enumerable.Range(0, table.Count).Where(c => !table.IsTotal(c)).ToArray();
        var equations = table.Equations().ToArray();
        var found = new List<int[]>();
        var values = new int[table.Count];
        void Fill(int i)
        {
            if (i == inner.Length)
            {
                var whole = (int[])values.Clone();
                foreach (var (total, parts) in equations.Concat(equations))
                {
                    // Totals of totals come out on the second pass.
                    whole[total] = parts.Sum(p => whole[p]);
                }

                if (Enumerable.Range(0, table.Count).All(c => table.State(c) != CellState.Shown || table.Value(c) == whole[c]))
                {
                    found.Add(whole);
                }

                return;
            }

            var cell = inner[i];
            if (table.State(cell) == CellState.Shown)
            {
                values[cell] = (int)table.Value(cell);
                Fill(i + 1);
                return;
            }

            // A shown total of the cell's line bounds it.
            var most = equations.Where(e => e.Parts.Contains(cell) && table.State(e.Total) == CellState.Shown)
                .Select(e => (int)table.Value(e.Total) - e.Parts.Where(p => table.State(p) == CellState.Shown).Sum(p => (int)table.Value(p))).DefaultIfEmpty(-1).Min();
            if (most < 0 || most > limit)
            {
                return;
            }

            for (values[cell] = 0; values[cell] <= most; values[cell]++)
            {
                Fill(i + 1);
            }

            values[cell] = 0;
        }

        Fill(0);
        return found;
    }
}
