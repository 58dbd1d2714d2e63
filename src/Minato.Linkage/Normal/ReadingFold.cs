namespace Minato.Linkage.Normal;

/// <summary>
/// The three folds between the levels of a <see cref="ReadingPart"/>. Each is idempotent, never lengthens a text, and
/// leaves what is not kana alone.
/// </summary>
internal static class ReadingFold
{
    /// <summary>Small kana are large; ヴヂヅヰヱヲ are written as they sound. Gives the length.</summary>
    public static int Small(ReadOnlySpan<char> text, Span<char> to)
    {
        var n = 0;
        foreach (var c in text)
        {
            var made = Kana.Large(c);
            if (n > 0 && to[n - 1] == 'ヴ')
            {
                // ヴァ ヴィ ヴェ ヴォ ヴュ are written バ ビ ベ ボ ビュ as often as not.
                to[n - 1] = made switch { 'ア' => 'バ', 'イ' or 'ヤ' or 'ユ' or 'ヨ' => 'ビ', 'エ' => 'ベ', 'オ' => 'ボ', _ => 'ブ' };
                if (made is 'ア' or 'イ' or 'エ' or 'オ')
                {
                    continue;
                }
            }

            to[n++] = made;
        }

        if (n > 0 && to[n - 1] == 'ヴ')
        {
            to[n - 1] = 'ブ';
        }

        return n;
    }

    /// <summary>
    /// A vowel that only lengthens the one before does not count: ー, the same vowel again, ウ after an o (passport Hepburn
    /// writes none of them). エー is エイ. ン before a vowel is one sound with it, since KENICHI does not say where ン ends. Gives the length.
    /// </summary>
    public static int Long(ReadOnlySpan<char> text, Span<char> to)
    {
        var n = 0;
        foreach (var c in text)
        {
            var before = n > 0 ? to[n - 1] : ' ';
            if (c == 'ー')
            {
                if (Kana.Vowel(before) == 'エ')
                {
                    to[n++] = 'イ';
                }

                continue;
            }

            if (before == 'ン')
            {
                var run = "アイウエオ".IndexOf(c, StringComparison.Ordinal);
                if (run >= 0)
                {
                    to[n - 1] = "ナニヌネノ"[run];
                    continue;
                }

                if (c is 'ヤ' or 'ユ' or 'ヨ')
                {
                    to[n - 1] = 'ニ';
                }
            }
            else if (c is >= 'ア' and <= 'オ')
            {
                var vowel = Kana.Vowel(before);
                if (vowel == c || (c == 'ウ' && vowel == 'オ'))
                {
                    continue;
                }
            }

            to[n++] = c;
        }

        return n;
    }

    /// <summary>ガ and パ are カ and ハ. Gives the length.</summary>
    public static int Voice(ReadOnlySpan<char> text, Span<char> to)
    {
        for (var i = 0; i < text.Length; i++)
        {
            to[i] = Kana.Unvoiced(text[i]);
        }

        return text.Length;
    }
}
