using Minato.Disclosure;

namespace Minato.Release.Checks;

/// <summary>The rules of statistical disclosure control on one table, and on it together with those released before.</summary>
internal static class CellChecks
{
    public static void Check(CountedTable table, Report report)
    {
        foreach (var rule in new[] { RuleId.MinimumCell, RuleId.Complementary, RuleId.Totals, RuleId.ClassDisclosure, RuleId.DerivedColumn })
        {
            report.Try(rule);
        }

        Tell(table, report, CellAudit.Check(table.Cells, report.Rules.CellsOf(table.File.Header)));
        Tell(table, report, ClassDisclosure.Check(table.Cells));
        CheckDerivedColumns(table, report);
    }

    /// <summary>Against everything that this project released before, and what lies beside it in the same submission; one by one, and all together.</summary>
    public static void CheckHistory(CountedTable table, ComparableTable mine, IReadOnlyList<ComparableTable> earlier, Report report)
    {
        report.Try(RuleId.Differencing);
        var rule = report.Rules.CellsOf(table.File.Header);
        foreach (var one in earlier)
        {
            Tell(table, report, Differencing.Check(one, mine, rule));
        }

        if (!report.Failed(RuleId.Differencing))
        {
            Tell(table, report, Differencing.Together(earlier, mine, rule));
        }
    }

    /// <summary>Against what other projects released of the same data: other people's populations differ by chance too, so people decide.</summary>
    public static void CheckLinked(CountedTable table, ComparableTable mine, IReadOnlyList<ComparableTable> linked, Report report)
    {
        report.Try(RuleId.DifferencingLinked);
        var rule = report.Rules.CellsOf(table.File.Header);
        foreach (var one in linked)
        {
            Tell(table, report, Differencing.Check(one, mine, rule).Select(f => f with { Rule = RuleId.DifferencingLinked }));
        }
    }

    /// <summary>Sums: what each person contributes, from a file that is looked at and does not leave.</summary>
    public static void CheckDominance(CountedTable table, CsvFile? contributions, Report report)
    {
        var amount = contributions?.IndexOf("contribution") ?? -1;
        var columns = table.Dimensions.Select(d => contributions?.IndexOf(table.File.Header[d]) ?? -1).ToArray();
        if (contributions is null || amount < 0 || columns.Contains(-1))
        {
            report.Fail(RuleId.DominanceUnchecked);
            return;
        }

        report.Try(RuleId.Dominance);
        report.Try(RuleId.Negative);
        var parsed = contributions.Rows.Select(r => (Row: r, Amount: SuppressionMark.TryRead(r[amount], out var a) ? a : null)).ToList();
        if (parsed.Any(p => p.Amount is null))
        {
            report.Fail(RuleId.DominanceUnchecked);
            return;
        }

        for (var r = 0; r < table.File.Rows.Count; r++)
        {
            if (table.Persons(r) is null)
            {
                continue;
            }

            var cell = table.Coordinates(r);
            var mine = parsed.Where(p => columns.Select((c, d) => TotalLabel.Is(cell[d]) || p.Row[c] == cell[d]).All(same => same)).Select(p => p.Amount!.Value).ToList();

            // Contributions that are not those of the persons counted prove nothing.
            if (mine.Count != table.Persons(r))
            {
                report.Fail(RuleId.DominanceUnchecked, $"line {CountedTable.Line(r)}");
            }

            Tell(table, report, Dominance.Check(cell, mine, report.Rules.CellsOf(table.File.Header)));
        }
    }

    /// <summary>A count that is hidden is hidden in vain where its share or its mean stands beside it.</summary>
    public static void CheckSuppressedRows(CountedTable table, Report report)
    {
        report.Try(RuleId.SuppressedRow);
        for (var r = 0; r < table.File.Rows.Count; r++)
        {
            foreach (var other in table.Others.Where(o => table.Persons(r) is null && SuppressionMark.TryRead(table.File.Rows[r][o], out var value) && value is not null))
            {
                report.Fail(RuleId.SuppressedRow, $"line {CountedTable.Line(r)}, column {other + 1}");
            }
        }
    }

    /// <summary>
    /// Percentages of shown cells give their total, and the total gives the hidden cell. Looked for in the whole table and
    /// within the categories of each dimension, because percentages may be of rows or of columns.
    /// </summary>
    private static void CheckDerivedColumns(CountedTable table, Report report)
    {
        const decimal rounding = 1.02m;
        var rows = Enumerable.Range(0, table.File.Rows.Count).ToList();
        if (rows.All(r => table.Persons(r) is not null))
        {
            return;
        }

        foreach (var other in table.Others)
        {
            var ratios = rows.Where(r => table.Persons(r) > 0 && SuppressionMark.TryRead(table.File.Rows[r][other], out var v) && v > 0)
                .Select(r => (Row: r, Ratio: (SuppressionMark.TryRead(table.File.Rows[r][other], out var v) ? v!.Value : 0) / table.Persons(r)!.Value)).ToList();
            var groupings = table.Dimensions.Select((_, d) => (Func<int, string>)(r => table.Coordinates(r)[d])).Append(_ => "");
            if (groupings.Any(g => ratios.GroupBy(x => g(x.Row)).Where(x => x.Count() > 1).ToList() is { Count: > 0 } groups && groups.All(x => x.Max(y => y.Ratio) <= rounding * x.Min(y => y.Ratio))))
            {
                report.Fail(RuleId.DerivedColumn, $"column {other + 1}");
            }
        }
    }

    private static void Tell(CountedTable table, Report report, IEnumerable<CellFinding> findings)
    {
        foreach (var f in findings)
        {
            report.Fail(f.Rule, table.LineOf(f.Cell) is { } line ? $"line {line}, column {table.Count + 1}" : "a combination without a line", f.Reason);
        }
    }
}
