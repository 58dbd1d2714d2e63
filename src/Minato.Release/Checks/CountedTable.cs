using Minato.Disclosure;

namespace Minato.Release.Checks;

/// <summary>A CSV read as what it is said to be: categories, a count of persons, and other numbers.</summary>
internal sealed record CountedTable(CsvFile File, IReadOnlyList<int> Dimensions, int Count, IReadOnlyList<int> Others, CellTable Cells)
{
    /// <summary>A table without categories is one number; it needs a dimension all the same.</summary>
    private const string Everybody = "(everybody)";

    private Dictionary<string, int>? lines;

    public IReadOnlyList<string> Coordinates(int row) => CoordinatesOf(File.Rows[row], Dimensions);

    /// <summary>The count of a row; null where suppressed.</summary>
    public decimal? Persons(int row) => SuppressionMark.TryRead(File.Rows[row][Count], out var value) ? value : null;

    /// <summary>Where the row of these coordinates is, as people count lines; null for an absent one.</summary>
    public int? LineOf(IReadOnlyList<string> coordinates) =>
        (lines ??= Enumerable.Range(0, File.Rows.Count).ToDictionary(r => string.Join('\u001f', Coordinates(r)), Line, StringComparer.Ordinal)).TryGetValue(string.Join('\u001f', coordinates), out var line) ? line : null;

    /// <summary>Line 1 is the header.</summary>
    public static int Line(int row) => row + 2;

    /// <summary>Reads it as declared, telling the report what stands against that. Null where it cannot be read so.</summary>
    public static CountedTable? Read(CsvFile file, OutputDeclaration declared, Report report)
    {
        report.Try(RuleId.DeclaredColumns);
        report.Try(RuleId.TableShape);
        var count = declared.CountColumn is { } c ? file.IndexOf(c) : -1;
        int[] dimensions = [.. declared.DimensionColumns.Select(file.IndexOf)];
        if (count < 0 || dimensions.Contains(-1) || dimensions.Contains(count) || dimensions.Distinct().Count() != dimensions.Length)
        {
            report.Fail(RuleId.DeclaredColumns);
            return null;
        }

        int[] others = [.. Enumerable.Range(0, file.Header.Count).Where(i => i != count && !dimensions.Contains(i))];
        var rows = new List<(IReadOnlyList<string>, decimal?)>();
        for (var r = 0; r < file.Rows.Count; r++)
        {
            var row = file.Rows[r];
            foreach (var other in others.Where(o => !SuppressionMark.TryRead(row[o], out _)))
            {
                // A column of words that was not declared is a column of categories, or of something worse.
                report.Fail(RuleId.DeclaredColumns, $"column {other + 1}");
            }

            if (!SuppressionMark.TryRead(row[count], out var persons) || (persons is { } p && p != decimal.Truncate(p)))
            {
                report.Fail(RuleId.TableShape, $"line {Line(r)}, column {count + 1}");
                return null;
            }

            rows.Add((CoordinatesOf(row, dimensions), persons));
        }

        var cells = CellTable.FromRows(dimensions.Length == 0 ? [Everybody] : [.. dimensions.Select(d => file.Header[d])], rows);
        if (cells.Try(out var table) && table.Count <= report.Rules.Files.MaximumCombinations)
        {
            return new(file, dimensions, count, others, table);
        }

        report.Fail(cells.IsOk || cells.Findings[0].Code == "table.too-large" ? RuleId.FileRows : RuleId.TableShape);
        return null;
    }

    private static IReadOnlyList<string> CoordinatesOf(IReadOnlyList<string> row, IReadOnlyList<int> dimensions) =>
        dimensions.Count == 0 ? [Everybody] : [.. dimensions.Select(d => row[d])];
}
