using System.Net;
using System.Reflection;
using System.Text;

namespace Minato.Formats.Notes;

/// <summary>
/// Free text inside a delivery, read where the record is split: what it says of the person becomes facts, the words go nowhere. The file
/// readers hold no state, so they share one note reader: the shipped rules.
/// </summary>
internal static class NoteText
{
    /// <summary>LOINC 34109-9, Note: of what kind it is, the places that hold text do not say.</summary>
    private const string AnyNote = "34109-9";

    private static readonly NoteRules Rules = NoteRules.Read(Shipped(), "rules-v1.json").Value;
    private static readonly RuleNoteReader Reader = new(Rules);

    /// <param name="day">The day that the text is of.</param>
    /// <param name="line">Line or entry in the source file.</param>
    /// <param name="visit">The visit it belongs to within its record.</param>
    /// <returns>That there is a note, and behind it what it says; nothing where it says nothing that is read.</returns>
    public static IEnumerable<HealthFact> Facts(string text, DateOnly day, long line, string visit = "")
    {
        List<HealthFact> said = string.IsNullOrWhiteSpace(text) ? [] : [.. NoteFacts.Of(Reader.Read(text), Rules, day, line).Select(f => f with { VisitKey = visit })];
        return said.Count == 0 ? [] : said.Prepend(new HealthFact { Kind = FactKind.Note, Start = day, System = CodeSystem.Loinc, Code = AnyNote, VisitKey = visit, Line = line });
    }

    /// <summary>The words of XHTML or HTML: elements become blanks or line ends, entities their characters.</summary>
    public static string OfMarkup(string markup)
    {
        var text = new StringBuilder(markup.Length);
        for (var i = 0; i < markup.Length; i++)
        {
            if (markup[i] != '<')
            {
                text.Append(markup[i]);
                continue;
            }

            var end = markup.IndexOf('>', i);
            var name = markup.AsSpan(i + 1, (end < 0 ? markup.Length : end) - i - 1).TrimStart('/');
            text.Append(name.StartsWith("p", StringComparison.OrdinalIgnoreCase) || name.StartsWith("br", StringComparison.OrdinalIgnoreCase) || name.StartsWith("div", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("li", StringComparison.OrdinalIgnoreCase) || name.StartsWith("tr", StringComparison.OrdinalIgnoreCase) ? '\n' : ' ');
            i = end < 0 ? markup.Length : end;
        }

        return WebUtility.HtmlDecode(text.ToString());
    }

    private static byte[] Shipped()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("notes/rules-v1.json")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
