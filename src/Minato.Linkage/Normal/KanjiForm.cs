namespace Minato.Linkage.Normal;

/// <summary>
/// A name as written in kanji (norm-v2). <see cref="Exact"/>: one width, parts apart by one space, no variation selectors.
/// <see cref="Whole"/>, <see cref="Family"/> and <see cref="Given"/>: folded to the heads of their classes
/// (<see cref="KanjiClasses"/>), hiragana as katakana, no spaces. A character that a payer's font lacked (●) stays as
/// <see cref="Wildcard"/>: compare with <see cref="Matches"/>. Parts are empty where nothing separates them.
/// </summary>
internal sealed record KanjiForm(string Exact, string Whole, string Family, string Given)
{
    public const char Wildcard = '●';

    public static KanjiForm Empty { get; } = new("", "", "", "");

    /// <summary>True where the field holds no kanji at all but kana: some payers fill it so when a character cannot be written.</summary>
    public bool IsKanaOnly => KanjiText.IsKanaOnly(Exact);

    /// <summary>Kana or Latin only: a reading in the wrong field, or the written name of a foreigner.</summary>
    public bool IsReadingOnly => KanjiText.IsReadingOnly(Exact);

    /// <summary>A character of the name was lost.</summary>
    public bool HasWildcard => Whole.Contains(Wildcard, StringComparison.Ordinal);

    public string Loose => Known(Whole);

    public string FamilyLoose => Known(Family);

    public string GivenLoose => Known(Given);

    public static KanjiForm Of(string? written, KanjiClasses classes)
    {
        if (string.IsNullOrEmpty(written))
        {
            return Empty;
        }

        var size = KanjiText.Room(written.Length);
        var text = KanjiText.Of(written, classes, size <= 512 ? stackalloc char[512] : new char[size]);
        if (text.Exact.IsEmpty)
        {
            return Empty;
        }

        var exact = text.Exact.ToString();
        return new KanjiForm(exact, text.Whole.SequenceEqual(exact) ? exact : text.Whole.ToString(), text.Family.ToString(), text.Given.ToString());
    }

    /// <summary>The form of a name whose parts stand in fields of their own.</summary>
    public static KanjiForm OfParts(string? family, string? given, KanjiClasses classes)
    {
        var (f, g) = (Of(family, classes), Of(given, classes));
        return f.Exact.Length == 0
            ? g with { Family = "", Given = g.Whole }
            : new KanjiForm(g.Exact.Length == 0 ? f.Exact : $"{f.Exact} {g.Exact}", f.Whole + g.Whole, f.Whole, g.Whole);
    }

    /// <summary>
    /// The folded names agree character by character, where a wildcard fits any one character, and at least one character
    /// that both know agrees. Equal names without wildcards match too.
    /// </summary>
    public static bool Matches(string a, string b)
    {
        var (left, right) = (a.EnumerateRunes(), b.EnumerateRunes());
        var agreeing = false;
        while (true)
        {
            var (more, also) = (left.MoveNext(), right.MoveNext());
            if (!more || !also)
            {
                return more == also && agreeing;
            }

            if (left.Current.Value == Wildcard || right.Current.Value == Wildcard)
            {
                continue;
            }

            if (left.Current != right.Current)
            {
                return false;
            }

            agreeing = true;
        }
    }

    public static bool IsWildcard(char c) => c is Wildcard or '■' or '〓' or '□' or '?' or '*' or '◆' or '◇' or '▲' or '△' or '▼' or '\uFFFD' or '○' or '◯' or '◎' or '※' or '＿' or '_' or '×';

    private static string Known(string folded) => folded.Contains(Wildcard, StringComparison.Ordinal) ? "" : folded;
}
