using PdfSharp.Drawing;
using PdfSharp.Fonts;
using PdfSharp.Pdf;

namespace Minato.Portal.Paper;

/// <param name="Heads">Of the table; empty where there is none.</param>
public sealed record PaperSection(string Heading, IReadOnlyList<string> Paragraphs, IReadOnlyList<string> Heads, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>A document to be printed, in one language.</summary>
/// <param name="Footer">On every page, beside its number.</param>
public sealed record PaperDocument(string Title, IReadOnlyList<PaperSection> Sections, string Footer, DateTimeOffset MadeAt);

/// <summary>
/// The door to PDF: headings, paragraphs and tables on A4, in Japanese and Latin letters. The font is embedded as far as it is used. It needs a TrueType
/// font with Japanese characters; without one there is no PDF, and the page remains.
/// </summary>
public static class PdfPaper
{
    private const string Family = "minato";
    private const double Margin = 50;
    private const double Width = 595;
    private const double Height = 842;
    private const double Body = 9.5;

    private static readonly string[] Fonts =
    [
        "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
        "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf",
        "/usr/share/fonts/truetype/fonts-japanese-gothic.ttf",
    ];

    private static readonly Lock Setting = new();
    private static byte[]? font;

    /// <returns>The bytes of the PDF; refused with <c>pdf.font</c> where there is no font for it.</returns>
    public static Outcome<byte[]> Write(PaperDocument document, IReadOnlyList<string>? fonts = null)
    {
        if ((fonts ?? Fonts).FirstOrDefault(File.Exists) is not { } path)
        {
            return Finding.Error("pdf.font", "There is no Japanese TrueType font on this machine to write a PDF with", "Install fonts-ipaexfont-gothic (./minato doctor names it), or read the page");
        }

        lock (Setting)
        {
            if (font is null)
            {
                font = File.ReadAllBytes(path);
                GlobalFontSettings.FontResolver ??= new OneFont();
            }
        }

        using var pdf = new PdfDocument();
        pdf.Info.Title = document.Title;
        pdf.Info.Creator = "Minato";
        pdf.Info.CreationDate = document.MadeAt.UtcDateTime;
        pdf.Info.ModificationDate = document.MadeAt.UtcDateTime;
        using (var pages = new Pages(pdf, document.Footer))
        {
            pages.Text(document.Title, 15);
            pages.Space(6);
            foreach (var section in document.Sections)
            {
                pages.Space(8);
                pages.Text(section.Heading, 12, keep: 40);
                pages.Space(2);
                foreach (var paragraph in section.Paragraphs)
                {
                    pages.Text(paragraph, Body);
                    pages.Space(3);
                }

                if (section.Heads.Count > 0)
                {
                    pages.Table(section.Heads, section.Rows);
                }
            }
        }

        using var bytes = new MemoryStream();
        pdf.Save(bytes, closeStream: false);
        return bytes.ToArray();
    }

    private sealed class OneFont : IFontResolver
    {
        public FontResolverInfo ResolveTypeface(string familyName, bool bold, bool italic) => new(Family);

        public byte[] GetFont(string faceName) => font!;
    }

    /// <summary>Where the pen is, and a new page where the old one is full.</summary>
    private sealed class Pages(PdfDocument pdf, string footer) : IDisposable
    {
        private readonly Dictionary<(char, double), double> widths = [];
        private XGraphics? pen;
        private double y;
        private int number;

        public void Space(double points) => y += points;

        /// <param name="keep">Points that must be left below on the page.</param>
        public void Text(string text, double size, double keep = 0)
        {
            foreach (var line in Lines(text, size, Width - (2 * Margin)))
            {
                Need((size * 1.45) + keep);
                pen!.DrawString(line, Font(size), XBrushes.Black, Margin, y + size);
                y += size * 1.45;
            }
        }

        public void Table(IReadOnlyList<string> heads, IReadOnlyList<IReadOnlyList<string>> rows)
        {
            const double Size = 8;
            var all = rows.Prepend(heads).ToArray();

            // Columns are as wide as their longest cell, scaled to the page; none narrower than a ninth of it.
            Need(Size * 3);
            var wanted = Enumerable.Range(0, heads.Count).Select(c => Math.Max((Width - (2 * Margin)) / 9, all.Max(r => Measure(r[c], Size)) + 8)).ToArray();
            var scale = Math.Min(1, (Width - (2 * Margin)) / wanted.Sum());
            for (var i = 0; i < all.Length; i++)
            {
                var cells = all[i].Select((text, c) => Lines(text, Size, (wanted[c] * scale) - 6)).ToArray();
                var height = (Math.Max(1, cells.Max(c => c.Count)) * Size * 1.35) + 3;
                Need(height);
                var x = Margin;
                for (var c = 0; c < cells.Length; c++)
                {
                    for (var l = 0; l < cells[c].Count; l++)
                    {
                        pen!.DrawString(cells[c][l], Font(Size), i == 0 ? XBrushes.DarkSlateGray : XBrushes.Black, x + 2, y + Size + (l * Size * 1.35));
                    }

                    x += wanted[c] * scale;
                }

                y += height;
                pen!.DrawLine(i == 0 ? XPens.Gray : XPens.LightGray, Margin, y, Margin + (wanted.Sum() * scale), y);
            }
        }

        public void Dispose() => pen?.Dispose();

        private static XFont Font(double size) => new(Family, size, XFontStyleEx.Regular, new XPdfFontOptions(PdfFontEncoding.Unicode));

        private void Need(double points)
        {
            if (pen is not null && y + points <= Height - Margin)
            {
                return;
            }

            pen?.Dispose();
            var page = pdf.AddPage();
            (page.Width, page.Height) = (XUnit.FromPoint(Width), XUnit.FromPoint(Height));
            pen = XGraphics.FromPdfPage(page);
            number++;
            pen.DrawString($"{footer}　{number}", Font(7), XBrushes.Gray, Margin, Height - 26);
            y = Margin;
        }

        /// <summary>Latin words are kept whole; Japanese breaks anywhere.</summary>
        private List<string> Lines(string text, double size, double width)
        {
            if (pen is null)
            {
                Need(0);
            }

            var lines = new List<string>();
            var (start, at, space, used) = (0, 0, -1, 0.0);
            while (at < text.Length)
            {
                var w = WidthOf(text[at], size);
                if (used + w > width && at > start)
                {
                    var end = space > start && text[at] < '\u3000' && text[at - 1] < '\u3000' ? space : at;
                    lines.Add(text[start..end].TrimEnd());
                    start = end;
                    while (start < text.Length && text[start] == ' ')
                    {
                        start++;
                    }

                    (at, space, used) = (start, -1, 0);
                    continue;
                }

                if (text[at] is ' ' or '、' or ',')
                {
                    space = at + 1;
                }

                used += w;
                at++;
            }

            if (start < text.Length || lines.Count == 0)
            {
                lines.Add(text[start..]);
            }

            return lines;
        }

        private double Measure(string text, double size) => text.Sum(c => WidthOf(c, size));

        private double WidthOf(char c, double size)
        {
            if (!widths.TryGetValue((c, size), out var width))
            {
                widths[(c, size)] = width = pen!.MeasureString(c.ToString(), Font(size)).Width;
            }

            return width;
        }
    }
}
