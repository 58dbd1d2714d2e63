using Minato.Portal.Paper;
using PdfSharp.Pdf.IO;

namespace Minato.Portal.Tests;

public class PaperTests
{
    private static readonly PaperDocument Document = new(
        "データの加工と残る危険：糖尿病と腎臓",
        [
            new("何のデータか", ["この研究のために、三万人の記録を用意しました。" + string.Concat(Enumerable.Repeat("長い説明が続きます。", 60)), string.Join(' ', Enumerable.Repeat("Latin words are kept whole.", 40))], [], []),
            new("項目", [], ["表と項目", "加工", "理由"], [.. Enumerable.Range(0, 120).Select(i => (IReadOnlyList<string>)[$"condition_occurrence.column_{i}", "人ごとに同じ日数ずらす", i % 7 == 0 ? string.Concat(Enumerable.Repeat("理由。", 40)) : ""])]),
        ],
        "Minato p-1",
        new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Without_a_font_there_is_no_pdf_but_a_remedy()
    {
        var finding = PdfPaper.Write(Document, ["/nowhere/font.ttf"]).Findings[0];
        Assert.Equal("pdf.font", finding.Code);
        Assert.Contains("fonts-ipaexfont-gothic", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_of_words_and_tables_fills_its_pages()
    {
        Assert.SkipUnless(File.Exists("/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf"), "fonts-ipaexfont-gothic is not installed");
        var bytes = PdfPaper.Write(Document).Value;
        if (Environment.GetEnvironmentVariable("MINATO_PDF_OUT") is { Length: > 0 } path)
        {
            File.WriteAllBytes(path, bytes);
        }

        using var stream = new MemoryStream(bytes);
        using var read = PdfReader.Open(stream, PdfDocumentOpenMode.Import);
        Assert.InRange(read.PageCount, 3, 8);
        Assert.Equal(Document.Title, read.Info.Title);

        // The font is in the file, as far as it is used: a whole one has six megabytes.
        Assert.InRange(bytes.Length, 20_000, 1_500_000);
    }
}
