using System.Globalization;
using System.Text;
using Minato.Disclosure;

namespace Minato.Release.Checks;

/// <summary>
/// The version of a file that could leave: small cells and their complements suppressed, numbers rounded, columns that give counts away left out,
/// unseen characters taken out of texts. Whether it is safe, the same checks say as of anything else.
/// </summary>
internal static class Mending
{
    /// <summary>Above this many combinations, boxes; below, the audit's own suppression, which hides less.</summary>
    private const int Small = 600;

    /// <summary>A dimension of more is tried against each of its others for too long.</summary>
    private const int MostCategories = 400;

    private static readonly string[] Mendable =
    [
        RuleId.MinimumCell, RuleId.Complementary, RuleId.SuppressedRow, RuleId.DerivedColumn, RuleId.Percentages, RuleId.Precision, RuleId.PersonsBehind, RuleId.Tail, RuleId.ExactFit, RuleId.DegreesOfFreedom,
        RuleId.FigureHidden, RuleId.TextForm,
    ];

    /// <summary>Null where something is wrong that this cannot mend, or the file cannot be read.</summary>
    public static byte[]? Mend(SubmittedFile file, Report report)
    {
        if (!report.Stopping.All(Mendable.Contains))
        {
            return null;
        }

        var rules = report.Rules;
        var kind = file.Declaration.Kind;
        if (kind == OutputKind.Figure)
        {
            // What would leave was drawn anew already; what it hid is gone.
            return report.Failed(RuleId.FigureHidden) ? file.Content.ToArray() : null;
        }

        if (kind is OutputKind.Text or OutputKind.Code)
        {
            return report.Failed(RuleId.TextForm) ? TextChecks.Plain(file.Content.Span) : null;
        }

        if (!CsvFile.TryRead(file.Content.Span, out var csv) || CountedTable.Read(csv, file.Declaration, new Report(rules, file.Name)) is not { } table)
        {
            return null;
        }

        var dropped = report.Places(RuleId.DerivedColumn).Concat(report.Places(RuleId.Percentages)).Select(ColumnOf).OfType<int>().ToHashSet();
        var hidden = Hidden(table, kind, report);
        if (hidden is null)
        {
            return null;
        }

        int[] columns = [.. Enumerable.Range(0, csv.Header.Count).Where(c => !dropped.Contains(c))];
        var text = new StringBuilder().AppendJoin(',', columns.Select(c => CsvField.Quoted(csv.Header[c]))).Append('\n');
        for (var r = 0; r < csv.Rows.Count; r++)
        {
            text.AppendJoin(',', columns.Select(c => table.Dimensions.Contains(c) ? CsvField.Quoted(csv.Rows[r][c]) : hidden.Contains(r) ? SuppressionMark.Standard : c == table.Count ? csv.Rows[r][c] : Rounded(csv.Rows[r][c], rules.Statistics.Digits))).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Rows to hide; null where the table cannot be made safe.</summary>
    private static HashSet<int>? Hidden(CountedTable table, OutputKind kind, Report report)
    {
        var rule = report.Rules.CellsOf(table.File.Header);
        var rows = Enumerable.Range(0, table.File.Rows.Count);
        if (kind is not (OutputKind.FrequencyTable or OutputKind.MagnitudeTable))
        {
            var lines = new[] { RuleId.Tail, RuleId.ExactFit, RuleId.DegreesOfFreedom }.SelectMany(report.Places).Select(LineOf).OfType<int>().ToHashSet();
            return [.. rows.Where(r => table.Persons(r) is null || table.Persons(r) < rule.MinimumCell || lines.Contains(CountedTable.Line(r)))];
        }

        if (!table.Cells.Dimensions.Any(d => d.Totals.Count > 0))
        {
            // Nothing adds up to anything that is shown: hiding the small cells is enough.
            return [.. rows.Where(r => table.Persons(r) is not { } persons || !rule.MayShow(persons))];
        }

        if (table.Cells.Dimensions.Any(d => d.Categories.Count > MostCategories))
        {
            return null;
        }

        var safe = table.Cells.Count <= Small
            ? Suppression.Suppress(table.Cells, rule) is { IsOk: true } made ? made.Value.Table : null
            : BoxSuppression.Suppress(table.Cells, rule, rule.MinimumCell) is { IsOk: true } boxed ? boxed.Value.Table : null;
        return safe is null ? null : [.. rows.Where(r => safe.State(safe.IndexOf(table.Coordinates(r))) == CellState.Suppressed)];
    }

    private static string Rounded(string text, int digits)
    {
        if (StatisticChecks.Digits(text) <= digits || !double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            return text;
        }

        return value.ToString($"G{digits}", CultureInfo.InvariantCulture);
    }

    private static int? ColumnOf(string? where) => where is not null && where.StartsWith("column ", StringComparison.Ordinal) && int.TryParse(where.AsSpan(7), CultureInfo.InvariantCulture, out var n) ? n - 1 : null;

    private static int? LineOf(string? where) => where is not null && where.StartsWith("line ", StringComparison.Ordinal) && int.TryParse(where.AsSpan(5, Math.Max(0, (where.IndexOf(',', StringComparison.Ordinal) is var comma and > 0 ? comma : where.Length) - 5)), CultureInfo.InvariantCulture, out var n) ? n : null;
}
