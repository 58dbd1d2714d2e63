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
/// write it; <see cref="Swapped"/> is for those that do not. Without a separator only <see cref="Whole"/> is known.
/// </summary>
internal sealed record ReadingForm
{
    public static ReadingForm Empty { get; } = new();

    /// <summary>The whole name without what separates its parts.</summary>
    public ReadingPart Whole { get; private init; } = ReadingPart.Empty;

    public ReadingPart Family { get; private init; } = ReadingPart.Empty;

    /// <summary>All that follows the family name.</summary>
    public ReadingPart Given { get; private init; } = ReadingPart.Empty;

    /// <summary>The first of several given names; the same as <see cref="Given"/> where there is one.</summary>
    public ReadingPart FirstGiven { get; private init; } = ReadingPart.Empty;

    /// <summary>The parts at level <see cref="ReadingPart.Long"/>, sorted: equal in whatever order the names stand. Empty for fewer than two parts.</summary>
    public string AnyOrder { get; private init; } = "";

    /// <summary>Written in Latin letters.</summary>
    public bool IsLatin { get; private init; }

    /// <summary>The form of a name as written in one field. Never throws, linear in the length.</summary>
    public static ReadingForm Of(string? written)
    {
        if (string.IsNullOrEmpty(written))
        {
            return Empty;
        }

        var size = ReadingText.Room(written.Length);
        Span<char> text = size <= 512 ? stackalloc char[512] : new char[size];
        var length = ReadingText.Write(written, text, out var family);
        return length == 0 ? Empty : Make(text[..length], family);
    }

    /// <summary>The form of a name whose parts stand in fields of their own; either may be missing.</summary>
    public static ReadingForm OfParts(string? family, string? given)
    {
        var size = ReadingText.Room((family?.Length ?? 0) + (given?.Length ?? 0)) + 1;
        Span<char> text = size <= 512 ? stackalloc char[512] : new char[size];
        var cut = ReadingText.Write(family, text, out _);
        if (cut == 0)
        {
            var only = ReadingText.Write(given, text, out _);
            return only == 0 ? Empty : new ReadingForm { Whole = PartOf(text[..only]), Given = PartOf(text[..only]), FirstGiven = FirstOf(text[..only]), IsLatin = ReadingText.IsLatin(text[..only]) };
        }

        text[cut] = ' ';
        var rest = ReadingText.Write(given, text[(cut + 1)..], out _);
        if (rest == 0)
        {
            return new ReadingForm { Whole = PartOf(text[..cut]), Family = PartOf(text[..cut]), IsLatin = ReadingText.IsLatin(text[..cut]) };
        }

        return Make(text[..(cut + 1 + rest)], cut);
    }

    /// <summary>The same name read in the other order: given name first.</summary>
    public ReadingForm Swapped() =>
        Family.IsEmpty || Given.IsEmpty ? this : OfParts(Given.Exact, Family.Exact);

    private static ReadingForm Make(ReadOnlySpan<char> text, int family)
    {
        var latin = ReadingText.IsLatin(text);
        if (family < 0)
        {
            return new ReadingForm { Whole = PartOf(text), IsLatin = latin };
        }

        var rest = text[(family + 1)..];
        var given = PartOf(rest);
        var several = rest.Contains(' ');
        return new ReadingForm
        {
            Whole = PartOf(text),
            Family = PartOf(text[..family]),
            Given = given,
            FirstGiven = several ? FirstOf(rest) : given,
            AnyOrder = Sorted(text),
            IsLatin = latin,
        };
    }

    private static ReadingPart FirstOf(ReadOnlySpan<char> given) =>
        given.IndexOf(' ') is > 0 and var end ? PartOf(given[..end]) : PartOf(given);

    private static ReadingPart PartOf(ReadOnlySpan<char> text)
    {
        Span<char> small = text.Length <= 256 ? stackalloc char[256] : new char[text.Length];
        Span<char> other = text.Length <= 128 ? stackalloc char[256] : new char[2 * text.Length];
        if (ReadingText.IsLatin(text))
        {
            var name = text.ToString();
            var kana = Long(text, other);
            var length = ReadingFold.Voice(other[..kana], small);
            var folded = other[..kana].SequenceEqual(text) ? name : other[..kana].ToString();
            return new ReadingPart(name, name, folded, small[..length].SequenceEqual(folded) ? folded : small[..length].ToString());
        }

        // Kana: the space between the parts is no part of the name, since half of the registers leave it out.
        var n = 0;
        foreach (var c in text)
        {
            if (c != ' ')
            {
                small[n++] = c;
            }
        }

        var exact = small[..n].ToString();
        n = ReadingFold.Small(exact, small);
        var large = small[..n].SequenceEqual(exact) ? exact : small[..n].ToString();
        n = ReadingFold.Long(large, small);
        var shortened = small[..n].SequenceEqual(large) ? large : small[..n].ToString();
        n = ReadingFold.Voice(shortened, small);
        return new ReadingPart(exact, large, shortened, small[..n].SequenceEqual(shortened) ? shortened : small[..n].ToString());
    }

    /// <summary>A Latin name at level Long: kana where every word, or all of them in one, is romaji; else its letters without the spaces.</summary>
    private static int Long(ReadOnlySpan<char> latin, Span<char> to)
    {
        Span<char> kana = latin.Length <= 128 ? stackalloc char[256] : new char[2 * latin.Length];
        var n = 0;
        foreach (var word in latin.Split(' '))
        {
            var length = Romaji.Read(latin[word], kana[n..]);
            if (length < 0)
            {
                return Joined(latin, kana, to);
            }

            n += length;
        }

        return ReadingFold.Long(kana[..n], to);
    }

    private static int Joined(ReadOnlySpan<char> latin, Span<char> kana, Span<char> to)
    {
        var n = 0;
        foreach (var c in latin)
        {
            if (c != ' ')
            {
                to[n++] = c;
            }
        }

        var read = n < latin.Length ? Romaji.Read(to[..n], kana) : -1;
        return read < 0 ? n : ReadingFold.Long(kana[..read], to);
    }

    private static string Sorted(ReadOnlySpan<char> text)
    {
        var cut = text.IndexOf(' ');
        var rest = text[(cut + 1)..];
        if (!rest.Contains(' '))
        {
            var (a, b) = (PartOf(text[..cut]).Long, PartOf(rest).Long);
            return string.CompareOrdinal(a, b) <= 0 ? $"{a} {b}" : $"{b} {a}";
        }

        var parts = new List<string>();
        foreach (var word in text.Split(' '))
        {
            parts.Add(PartOf(text[word]).Long);
        }

        parts.Sort(string.CompareOrdinal);
        return string.Join(' ', parts);
    }
}
