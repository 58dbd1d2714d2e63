using Minato.Processing.Reporting;

namespace Minato.Portal.Paper;

/// <summary>A report as a document in one language.</summary>
public static class ReportPaper
{
    /// <param name="language"><c>ja</c> or <c>en</c>.</param>
    public static PaperDocument Of(DataReport report, string language, string permit, DateTimeOffset at) => new(
        report.Title.In(language),
        [.. report.Sections.Select(s => new PaperSection(s.Heading.In(language), [.. s.Paragraphs.Select(p => p.In(language))], [.. s.Heads.Select(h => h.In(language))], [.. s.Rows.Select(r => (IReadOnlyList<string>)[.. r.Select(c => c.In(language))])]))],
        $"Minato {permit}",
        at);
}
