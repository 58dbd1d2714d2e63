namespace Minato.Linkage.Normal;

/// <summary>The levels of a <see cref="ReadingPart"/> in room that the caller gives: millions of names are read without an object each.</summary>
internal readonly ref struct ReadingLevels
{
    private ReadingLevels(ReadOnlySpan<char> exact, ReadOnlySpan<char> small, ReadOnlySpan<char> longs, ReadOnlySpan<char> voice)
    {
        Exact = exact;
        Small = small;
        Long = longs;
        Voice = voice;
    }

    public ReadOnlySpan<char> Exact { get; }

    public ReadOnlySpan<char> Small { get; }

    public ReadOnlySpan<char> Long { get; }

    public ReadOnlySpan<char> Voice { get; }

    /// <summary>Characters that <see cref="Of"/> may need for a text of this length.</summary>
    public static int Room(int length) => 6 * length;

    /// <summary>Of the text of a part, as <see cref="ReadingText"/> writes it.</summary>
    public static ReadingLevels Of(ReadOnlySpan<char> text, Span<char> room)
    {
        var length = 0;
        if (ReadingText.IsLatin(text))
        {
            length = Romanised(text, room, room[(2 * text.Length)..]);
            var latin = room[..length];
            room = room[length..];
            length = ReadingFold.Voice(latin, room);
            return new ReadingLevels(text, text, latin, room[..length]);
        }

        var exact = ExactOf(text, room);
        room = room[text.Length..];
        length = ReadingFold.Small(exact, room);
        var small = room[..length];
        room = room[length..];
        length = ReadingFold.Long(small, room);
        var longs = room[..length];
        room = room[length..];
        length = ReadingFold.Voice(longs, room);
        return new ReadingLevels(exact, small, longs, room[..length]);
    }

    /// <summary>
    /// The first level alone. Kana: the space between the parts is no part of the name, since half of the registers leave it out.
    /// </summary>
    public static ReadOnlySpan<char> ExactOf(ReadOnlySpan<char> text, Span<char> room)
    {
        if (!text.Contains(' ') || ReadingText.IsLatin(text))
        {
            return text;
        }

        var n = 0;
        foreach (var c in text)
        {
            if (c != ' ')
            {
                room[n++] = c;
            }
        }

        return room[..n];
    }

    /// <summary>A Latin name at level Long: kana where every word, or all of them in one, is romaji; else its letters without the spaces.</summary>
    private static int Romanised(ReadOnlySpan<char> latin, Span<char> to, Span<char> kana)
    {
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
}
