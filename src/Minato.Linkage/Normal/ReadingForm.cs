namespace Minato.Linkage.Normal;

/// <summary>
/// One part of a reading at four levels, each a function of the one before, so that names equal at one level are equal at
/// all later ones. <see cref="Exact"/>: full-width katakana without separators, or upper-case Latin without diacritics
/// whose words stand apart by one space. <see cref="Small"/>: small kana are large, ヴヂヅヰヱヲ are their modern sounds.
/// <see cref="Long"/>: what only lengthens a vowel is gone, ン runs into a vowel as in romaji, and Latin that reads as romaji is
/// kana. <see cref="Voice"/>: voice marks are gone (ナカジマ, ナカシマ).
/// </summary>
internal sealed record ReadingPart(string Exact, string Small, string Long, string Voice)
{
    public static ReadingPart Empty { get; } = new("", "", "", "");

    public bool IsEmpty => Exact.Length == 0;
}

/// <summary>
/// How a name is read (norm-v2): kana of any width, hiragana, or Latin. The family name comes first, as Japanese registers
/// write it. Without a separator only <see cref="Whole"/> is known.
/// </summary>
internal sealed record ReadingForm
{
    public static ReadingForm Empty { get; } = new();

    /// <summary>The whole name without what separates its parts.</summary>
    public ReadingPart Whole { get; private init; } = ReadingPart.Empty;

    public ReadingPart Family { get; private init; } = ReadingPart.Empty;

    /// <summary>All that follows the family name.</summary>
    public ReadingPart Given { get; private init; } = ReadingPart.Empty;

    /// <summary>The given name is one word.</summary>
    public bool HasOneGiven { get; private init; }

    /// <summary>Written in Latin letters.</summary>
    public bool IsLatin { get; private init; }

    /// <summary>The form of a name as written in one field. Never throws, linear in the length.</summary>
    public static ReadingForm Of(string? written)
    {
        var size = NameText.Room(written);
        Span<char> text = size <= 512 ? stackalloc char[512] : new char[size];
        return Make(text, NameText.Read(written, text));
    }

    /// <summary>The form of a name whose parts stand in fields of their own; either may be missing.</summary>
    public static ReadingForm OfParts(string? family, string? given)
    {
        var size = NameText.Room(family, given);
        Span<char> text = size <= 512 ? stackalloc char[512] : new char[size];
        return Make(text, NameText.Read(family, given, text));
    }

    private static ReadingForm Make(ReadOnlySpan<char> text, NameText at) => at.Length == 0 ? Empty : new ReadingForm
    {
        Whole = PartOf(text[..at.Length]),
        Family = PartOf(text[..at.Family]),
        Given = PartOf(text[at.Given..at.Length]),
        HasOneGiven = at.Given < at.Length && !text[at.Given..at.Length].Contains(' '),
        IsLatin = ReadingText.IsLatin(text[..at.Length]),
    };

    private static ReadingPart PartOf(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return ReadingPart.Empty;
        }

        var size = ReadingLevels.Room(text.Length);
        var levels = ReadingLevels.Of(text, size <= 512 ? stackalloc char[512] : new char[size]);
        var exact = levels.Exact.ToString();
        var small = Again(levels.Small, exact);
        var longs = Again(levels.Long, small);
        return new ReadingPart(exact, small, longs, Again(levels.Voice, longs));
    }

    /// <summary>Most names are the same at several levels: one string is enough.</summary>
    private static string Again(ReadOnlySpan<char> text, string before) => text.SequenceEqual(before) ? before : text.ToString();
}
