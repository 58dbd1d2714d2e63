using Minato.Disclosure;

namespace Minato.Release.Checks;

/// <summary>The machine's part of exit control (D8): all checks of a submission. Pure: same files, same history, same rules, same answer.</summary>
internal static class Inspection
{
    /// <param name="released">Every table this project released before.</param>
    /// <param name="mirrorOf">The extraction that a run worked on.</param>
    public static IReadOnlyList<OutputCheck> Inspect(IReadOnlyList<SubmittedFile> files, IReadOnlyList<CellTable> released, Func<string, ExtractionMirror> mirrorOf, OutputRules rules)
    {
        var checks = new List<OutputCheck>();
        var beside = new List<CellTable>();
        foreach (var file in files)
        {
            var report = new Report(rules, file.Name);
            report.Try(RuleId.FileType);
            report.Try(RuleId.FileSize);
            if (file.Content.Length == 0 || file.Content.Length > rules.Files.MaximumBytes)
            {
                report.Fail(RuleId.FileSize);
            }
            else if (file.Declaration.Kind == OutputKind.Figure)
            {
                InspectFigure(file, files, report);
            }
            else if (InspectTable(file, [.. released, .. beside], mirrorOf(file.Declaration.RunId), report) is { } table)
            {
                beside.Add(table.Cells);
            }

            checks.AddRange(report.Checks);
        }

        return checks;
    }

    /// <summary>A table's cells, without judging them: for the history of what was released.</summary>
    public static CellTable? CellsOf(OutputDeclaration declared, ReadOnlySpan<byte> content, OutputRules rules) =>
        declared.Kind != OutputKind.Figure && CsvFile.TryRead(content, out var csv) ? CountedTable.Read(csv, declared, new Report(rules, declared.FileName))?.Cells : null;

    private static CountedTable? InspectTable(SubmittedFile file, IReadOnlyList<CellTable> released, ExtractionMirror mirror, Report report)
    {
        if (!file.Name.EndsWith(".csv", StringComparison.Ordinal))
        {
            report.Fail(RuleId.FileType);
            return null;
        }

        report.Try(RuleId.CsvForm);
        if (!CsvFile.TryRead(file.Content.Span, out var csv) || csv.Rows.Count == 0)
        {
            report.Fail(RuleId.CsvForm);
            return null;
        }

        report.Try(RuleId.FileRows);
        LeakChecks.CheckAgainst(mirror, csv, report);
        if (csv.Rows.Count > report.Rules.Files.MaximumRows || csv.Header.Count > report.Rules.Files.MaximumColumns)
        {
            report.Fail(RuleId.FileRows);
            return null;
        }

        LeakChecks.CheckText(csv, [.. file.Declaration.DimensionColumns], file.Declaration.CountColumn, report);
        LeakChecks.CheckRows(mirror, csv, file.Declaration.CountColumn, report);
        if (CountedTable.Read(csv, file.Declaration, report) is not { } table || report.Failed(RuleId.RowLevel) || report.Failed(RuleId.PersonId))
        {
            // Persons are not cells: nothing more is to be learned from them.
            return null;
        }

        CellChecks.Check(table, report);
        LeakChecks.CheckCounts(mirror, table, report);
        foreach (var earlier in released)
        {
            CellChecks.CheckDifference(table, earlier, report);
        }

        if (file.Declaration.Kind == OutputKind.MagnitudeTable)
        {
            CellChecks.CheckDominance(table, file.Contributions is { } c && CsvFile.TryRead(c.Span, out var contributions) ? contributions : null, report);
        }

        return table;
    }

    private static void InspectFigure(SubmittedFile file, IReadOnlyList<SubmittedFile> all, Report report)
    {
        if (!file.Name.EndsWith(".png", StringComparison.Ordinal))
        {
            report.Fail(RuleId.FileType);
            return;
        }

        report.Try(RuleId.FigureForm);
        report.Try(RuleId.FigureHidden);
        report.Try(RuleId.FigureUnderlying);
        switch (PngFile.Inspect(file.Content.Span, report.Rules.Files.MaximumPixels, report.Rules.Files.FigureText))
        {
            case PngState.Broken:
                report.Fail(RuleId.FigureForm);
                break;
            case PngState.HidesSomething:
                report.Fail(RuleId.FigureHidden);
                break;
        }

        if (!all.Any(f => f.Name == file.Declaration.UnderlyingFile && f.Declaration.Kind != OutputKind.Figure))
        {
            report.Fail(RuleId.FigureUnderlying);
        }

        report.Fail(RuleId.FigureLook);
    }
}
