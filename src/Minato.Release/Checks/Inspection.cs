using Minato.Disclosure;

namespace Minato.Release.Checks;

/// <summary>What left before: of the project itself, and of other projects on the same datasets.</summary>
internal sealed record ReleasedBefore(IReadOnlyList<ComparableTable> Own, IReadOnlyList<ComparableTable> Linked);

/// <summary>The machine's part of exit control (D8): all checks of a submission. Pure: same files, same history, same rules, same answer.</summary>
internal static class Inspection
{
    /// <param name="mirrorOf">The extraction that a run worked on.</param>
    public static IReadOnlyList<Report> Inspect(IReadOnlyList<SubmittedFile> files, ReleasedBefore before, Func<string, ExtractionMirror> mirrorOf, OutputRules rules)
    {
        var reports = new List<Report>();
        var beside = new List<ComparableTable>();
        foreach (var file in files)
        {
            var report = new Report(rules, file.Name);
            reports.Add(report);
            report.Try(RuleId.FileType);
            report.Try(RuleId.FileSize);
            var asked = rules.Class(file.Declaration.Kind);
            if (file.Content.Length == 0 || file.Content.Length > rules.Files.MaximumBytes)
            {
                report.Fail(RuleId.FileSize);
            }
            else if (!asked.Files.Any(e => file.Name.EndsWith(e, StringComparison.OrdinalIgnoreCase)) || IsOtherFormat(file, rules))
            {
                report.Fail(RuleId.FileType, null, InsteadOf(file, rules));
            }
            else if (file.Declaration.Kind == OutputKind.Figure)
            {
                InspectFigure(file, files, report);
            }
            else if (file.Declaration.Kind is OutputKind.Text or OutputKind.Code)
            {
                TextChecks.Check(file.Content.Span, file.Declaration.Kind == OutputKind.Code, mirrorOf(file.Declaration.RunId), report);
            }
            else if (InspectTable(file, files, before with { Own = [.. before.Own, .. beside] }, mirrorOf(file.Declaration.RunId), report) is { } table)
            {
                beside.Add(table);
            }

            if (asked.Look && file.Declaration.Kind != OutputKind.Figure)
            {
                report.Fail(RuleId.Look);
            }
        }

        return reports;
    }

    /// <summary>
    /// Files that passed everything, against what left since: the one check whose answer can change while they wait. The extraction need not be read for it.
    /// </summary>
    public static IReadOnlyList<OutputCheck> AgainstHistory(IReadOnlyList<SubmittedFile> files, ReleasedBefore before, OutputRules rules)
    {
        var checks = new List<OutputCheck>();
        List<ComparableTable> earlier = [.. before.Own];
        foreach (var file in files.Where(f => IsCells(f.Declaration.Kind)))
        {
            var report = new Report(rules, file.Name);
            if (CsvFile.TryRead(file.Content.Span, out var csv) && CountedTable.Read(csv, file.Declaration, report) is { } table)
            {
                var mine = new ComparableTable(table.Cells);
                CellChecks.CheckHistory(table, mine, earlier, report);
                earlier.Add(mine);
                checks.AddRange(report.Checks.Where(c => c.Rule == RuleId.Differencing));
            }
        }

        return checks;
    }

    /// <summary>Whether the class is one of cells that add up, so that tables of it can be held against each other.</summary>
    public static bool IsCells(OutputKind kind) => kind is OutputKind.FrequencyTable or OutputKind.MagnitudeTable;

    /// <summary>A table's cells, without judging them: for the history of what was released.</summary>
    public static CellTable? CellsOf(OutputDeclaration declared, ReadOnlySpan<byte> content, OutputRules rules) =>
        IsCells(declared.Kind) && CsvFile.TryRead(content, out var csv) ? CountedTable.Read(csv, declared, new Report(rules, declared.FileName))?.Cells : null;

    private static ComparableTable? InspectTable(SubmittedFile file, IReadOnlyList<SubmittedFile> all, ReleasedBefore before, ExtractionMirror mirror, Report report)
    {
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

        LeakChecks.CheckCounts(mirror, table, report);
        StatisticChecks.CheckNumbers(table, report);
        PercentageChecks.Check(table, report.Rules.CellsOf(table.File.Header).MinimumCell, report);
        CellChecks.CheckSuppressedRows(table, report);
        if (report.Rules.Class(file.Declaration.Kind).Asks.Contains("underlying"))
        {
            CheckUnderlying(RuleId.RatioUnderlying, file, all, report);
        }

        if (!IsCells(file.Declaration.Kind))
        {
            StatisticChecks.Check(table, file.Declaration, report);
            return null;
        }

        var mine = new ComparableTable(table.Cells);
        CellChecks.Check(table, report);
        CellChecks.CheckHistory(table, mine, before.Own, report);
        CellChecks.CheckLinked(table, mine, before.Linked, report);
        if (file.Declaration.Kind == OutputKind.MagnitudeTable)
        {
            CellChecks.CheckDominance(table, file.Contributions is { } c && CsvFile.TryRead(c.Span, out var contributions) ? contributions : null, report);
        }

        return mine;
    }

    private static void InspectFigure(SubmittedFile file, IReadOnlyList<SubmittedFile> all, Report report)
    {
        report.Try(RuleId.FigureForm);
        report.Try(RuleId.FigureHidden);
        switch (PngFile.Inspect(file.Original.Span, report.Rules.Files.MaximumPixels, report.Rules.Files.FigureText))
        {
            case PngState.Broken:
                report.Fail(RuleId.FigureForm);
                break;
            case PngState.HidesSomething:
                report.Fail(RuleId.FigureHidden);
                break;
        }

        CheckUnderlying(RuleId.FigureUnderlying, file, all, report);
        report.Fail(RuleId.FigureLook);
    }

    /// <summary>The numbers behind it are in the same submission, as a table that is checked itself.</summary>
    private static void CheckUnderlying(string rule, SubmittedFile file, IReadOnlyList<SubmittedFile> all, Report report)
    {
        report.Try(rule);
        if (!all.Any(f => f != file && f.Name == file.Declaration.UnderlyingFile && (rule == RuleId.RatioUnderlying ? IsCells(f.Declaration.Kind) : f.Declaration.Kind is not (OutputKind.Figure or OutputKind.Text or OutputKind.Code))))
        {
            report.Fail(rule);
        }
    }

    /// <summary>A file is what its bytes are, whatever its name says. A picture's own beginning is not another format's.</summary>
    private static bool IsOtherFormat(SubmittedFile file, OutputRules rules) => rules.Formats.Any(f => f.Knows("", file.Original.Span));

    private static Bilingual? InsteadOf(SubmittedFile file, OutputRules rules) =>
        rules.Formats.FirstOrDefault(f => f.Knows(file.Name, file.Original.Span)) is { } format
            ? new($"{format.Name} の形式は持ち出せません。{format.Instead.Ja}", $"Files of the form {format.Name} do not leave. {format.Instead.En}")
            : null;
}
