namespace Minato.Portal;

/// <param name="Anchor">Where it stands on the page of words.</param>
/// <param name="Source">The law, report or standard it comes from.</param>
public sealed record GlossaryEntry(string Anchor, Bilingual Term, Bilingual Meaning, string Source);

/// <summary>Every word once (G2): the table of <c>docs/glossary.md</c>, which the site carries within itself.</summary>
public static class Glossary
{
    public static IReadOnlyList<GlossaryEntry> All { get; } = Read();

    private static readonly Dictionary<string, GlossaryEntry> ByAnchor = All.ToDictionary(e => e.Anchor);

    /// <summary>The word under that anchor, such as <c>opt-out</c>; null where there is none.</summary>
    public static GlossaryEntry? Find(string anchor) => ByAnchor.GetValueOrDefault(anchor);

    internal static IReadOnlyList<GlossaryEntry> Parse(string markdown)
    {
        const int Columns = 5;
        return [.. markdown.Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal) && !l.StartsWith("| term |", StringComparison.Ordinal))
            .Select(l => l.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Where(c => c.Length == Columns)
            .Select(c => new GlossaryEntry(AnchorOf(c[0]), new(c[1], c[0]), new(Plain(c[3]), Plain(c[2])), c[4]))];
    }

    private static string Plain(string text) => text.Replace("`", "", StringComparison.Ordinal);

    private static string AnchorOf(string term) => string.Join('-', new string([.. term.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static IReadOnlyList<GlossaryEntry> Read()
    {
        using var stream = typeof(Glossary).Assembly.GetManifestResourceStream("glossary.md")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }
}
