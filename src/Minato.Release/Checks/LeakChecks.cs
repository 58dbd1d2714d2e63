using System.Globalization;
using Minato.Disclosure;

namespace Minato.Release.Checks;

/// <summary>Persons in what should be statistics: identifiers, dates, rows of the extraction, and counts that are none.</summary>
internal static class LeakChecks
{
    private static readonly string[] Days = ["yyyy-MM-dd", "yyyy/MM/dd", "yyyy/M/d", "yyyyMMdd", "yyyy.MM.dd", "yyyy年M月d日", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss"];

    /// <summary>Checks that need nothing but the text of a file.</summary>
    public static void CheckText(CsvFile file, IReadOnlyCollection<string> dimensions, string? count, Report report)
    {
        foreach (var rule in new[] { RuleId.Formula, RuleId.FreeText, RuleId.IdentifierPattern, RuleId.ExactDate })
        {
            report.Try(rule);
        }

        for (var c = 0; c < file.Header.Count; c++)
        {
            var category = dimensions.Contains(file.Header[c]);
            CheckCell(file.Header[c], "line 1", c, isNumber: false, category, report);
            for (var r = 0; r < file.Rows.Count; r++)
            {
                var text = file.Rows[r][c];
                CheckCell(text, $"line {CountedTable.Line(r)}", c, !category && (file.Header[c] == count || decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)), category, report);
            }
        }
    }

    /// <summary>Checks that hold the file against the extraction.</summary>
    public static void CheckAgainst(ExtractionMirror mirror, CsvFile file, Report report)
    {
        report.Try(RuleId.PersonId);
        report.Try(RuleId.RowLevel);
        for (var r = 0; r < file.Rows.Count; r++)
        {
            for (var c = 0; c < file.Header.Count; c++)
            {
                if (mirror.HoldsPerson(file.Rows[r][c]))
                {
                    report.Fail(RuleId.PersonId, $"column {c + 1}");
                }
            }
        }
    }

    /// <summary>Whether a table's counts are counts of persons who are there.</summary>
    public static void CheckCounts(ExtractionMirror mirror, CountedTable table, Report report)
    {
        report.Try(RuleId.FalseCount);
        report.Try(RuleId.ImpossibleCount);
        report.Try(RuleId.RowLevel);
        var least = report.Rules.CellsOf(table.File.Header).MinimumCell;
        var rows = Enumerable.Range(0, table.File.Rows.Count).ToList();
        foreach (var r in rows.Where(r => table.Persons(r) > mirror.Persons && mirror.Persons > 0))
        {
            report.Fail(RuleId.ImpossibleCount, $"line {CountedTable.Line(r)}, column {table.Count + 1}");
        }

        string[] names = [.. table.Dimensions.Select(d => table.File.Header[d])];
        var byName = mirror.Reflect(names, [.. rows.Select(table.Coordinates)], least, byName: true);
        foreach (var r in rows.Where(r => table.Persons(r) >= least && byName[r].Persons < least))
        {
            report.Fail(RuleId.FalseCount, $"line {CountedTable.Line(r)}, column {table.Count + 1}");
        }
    }

    /// <summary>Whether rows are persons: most of them match one or two of the extraction on several columns at once.</summary>
    public static void CheckRows(ExtractionMirror mirror, CsvFile file, string? count, Report report)
    {
        report.Try(RuleId.RowLevel);
        var rule = report.Rules.RowLevel;
        file = Parted(file, count);
        int[] columns = [.. Enumerable.Range(0, file.Header.Count).Where(c => file.Header[c] != count)];
        var reflections = mirror.Reflect([.. columns.Select(c => file.Header[c])], [.. file.Rows.Select(row => (IReadOnlyList<string>)[.. columns.Select(c => row[c])])], rule.Persons + 1, byName: false);
        var persons = reflections.Count(x => x.Columns >= rule.Columns && x.Persons >= 1 && x.Persons <= rule.Persons);
        if (persons >= rule.MinimumRows && persons >= rule.ShareOfRows * file.Rows.Count)
        {
            report.Fail(RuleId.RowLevel);
        }

        // Three columns that hardly ever repeat are no categories.
        const int many = 20;
        const double unlike = 0.9;
        if (file.Rows.Count >= many
            && columns.Count(c => !file.Rows.All(r => SuppressionMark.TryRead(r[c], out _)) && file.Rows.Select(r => r[c]).Distinct(StringComparer.Ordinal).Count() >= unlike * file.Rows.Count) >= rule.Columns)
        {
            report.Fail(RuleId.RowLevel);
        }
    }

    /// <summary>Several values joined in one column are several columns: where every cell of a column falls into as many parts, they stand beside it.</summary>
    private static CsvFile Parted(CsvFile file, string? count)
    {
        var (header, rows) = (file.Header.ToList(), file.Rows.Select(r => r.ToList()).ToList());
        for (var c = 0; c < file.Header.Count; c++)
        {
            var column = c;
            var parts = file.Rows.Select(r => r[column].Split(Joints, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToList();
            if (file.Header[c] == count || parts.Count == 0 || parts[0].Length < 2 || parts.Any(p => p.Length != parts[0].Length) || file.Rows.All(r => SuppressionMark.TryRead(r[column], out _)))
            {
                continue;
            }

            header.AddRange(parts[0].Select((_, i) => $"{file.Header[column]} {i + 1}"));
            foreach (var (row, part) in rows.Zip(parts))
            {
                row.AddRange(part);
            }
        }

        return new CsvFile(header, rows);
    }

    private static readonly char[] Joints = ['-', '_', '/', '|', ';', ':', ' ', ',', '+', '、', '・'];

    private static void CheckCell(string text, string line, int column, bool isNumber, bool isCategory, Report report)
    {
        var where = $"{line}, column {column + 1}";
        if (text.Length > report.Rules.Files.MaximumText || text.Any(char.IsControl))
        {
            report.Fail(RuleId.FreeText, where);
        }

        if (!isNumber && text.Length > 0 && text[0] is '=' or '+' or '-' or '@' && !SuppressionMark.TryRead(text, out _))
        {
            report.Fail(RuleId.Formula, where);
        }

        var trimmed = text.Trim();
        if (DateTime.TryParseExact(trimmed, Days, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1850 and < 2200)
        {
            report.Fail(isCategory ? RuleId.ExactDateCategory : RuleId.ExactDate, $"column {column + 1}");
        }
        else if (!isNumber && trimmed.Length <= report.Rules.Files.MaximumText && report.Rules.Identifiers.Any(i => i.IsIn(trimmed)))
        {
            report.Fail(RuleId.IdentifierPattern, $"column {column + 1}");
        }
    }
}
