namespace Minato.Linkage.Normal;

/// <summary>
/// The three folds between the levels of a <see cref="ReadingPart"/>. Each is idempotent, never lengthens a text, and
/// leaves what is not kana alone.
/// </summary>
internal static class ReadingFold
{
    private const string SmallKana = "ァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ";
    private const string LargeKana = "アイウエオツヤユヨワカケクシストヌハヒフヘホムラリルレロ";
    private const string OldKana = "ヂヅヰヱヲヷヸヹヺ";
    private const string NewKana = "ジズイエオバビベボ";
    private const string ClearKana = "カキクケコサシスセソタチツテトハヒフヘホ";
    private const string VoicedKana = "ガギグゲゴザジズゼゾダヂヅデドバビブベボ";
    private const string HalfVoicedKana = "パピプペポ";

    private const string Vowels = "アイウエオ";

    private static readonly string[] Rows =
    [
        "アカサタナハマヤラワガザダバパ",
        "イキシチニヒミリギジヂビピ",
        "ウクスツヌフムユルグズヅブプヴ",
        "エケセテネヘメレゲゼデベペ",
        "オコソトノホモヨロゴゾドボポ",
    ];

    // Indexed by the character from U+30A0 to U+31FF.
    private const char First = '\u30A0';
    private const int Count = 0x160;
    private static readonly char[] Modern = Fold(SmallKana + OldKana, LargeKana + NewKana);
    private static readonly char[] Clear = Fold(VoicedKana + HalfVoicedKana + "ヴ", ClearKana + ClearKana[15..] + "ウ");
    private static readonly char[] VowelOf = VowelTable();

    /// <summary>Small kana are large; ヴヂヅヰヱヲ are written as they sound. Gives the length.</summary>
    public static int Small(ReadOnlySpan<char> text, Span<char> to)
    {
        var n = 0;
        foreach (var c in text)
        {
            var made = At(Modern, c);
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
                if (At(VowelOf, before) == 'エ')
                {
                    to[n++] = 'イ';
                }

                continue;
            }

            if (before == 'ン')
            {
                var run = Vowels.IndexOf(c, StringComparison.Ordinal);
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
                var vowel = At(VowelOf, before);
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
            to[i] = At(Clear, text[i]);
        }

        return text.Length;
    }

    /// <summary>The kana without its voice mark.</summary>
    public static char Unvoiced(char c) => At(Clear, c);

    /// <summary>One kana, large and modern.</summary>
    public static char Large(char c) => At(Modern, c);

    private static char At(char[] table, char c)
    {
        var at = c - First;
        return (uint)at < (uint)table.Length ? table[at] : c;
    }

    private static char[] Fold(string from, string to)
    {
        var made = new char[Count];
        for (var i = 0; i < Count; i++)
        {
            made[i] = (char)(First + i);
        }

        for (var i = 0; i < from.Length; i++)
        {
            made[from[i] - First] = to[i];
        }

        return made;
    }

    private static char[] VowelTable()
    {
        var made = new char[Count];
        for (var v = 0; v < Rows.Length; v++)
        {
            foreach (var c in Rows[v])
            {
                made[c - First] = Vowels[v];
            }
        }

        return made;
    }
}
