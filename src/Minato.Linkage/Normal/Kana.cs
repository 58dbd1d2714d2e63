namespace Minato.Linkage.Normal;

/// <summary>What one kana becomes: its voice mark put on or taken off, its large and modern form, its vowel.</summary>
internal static class Kana
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

    // Tables by character, U+30A0 to U+31FF: all katakana and their small extensions.
    private const char First = '\u30A0';
    private const int Count = 0x160;
    private static readonly char[] LargeOf = Fold(SmallKana + OldKana, LargeKana + NewKana);
    private static readonly char[] ClearOf = Fold(VoicedKana + HalfVoicedKana + "ヴヷヸヹヺ", ClearKana + ClearKana[15..] + "ウワヰヱヲ");
    private static readonly char[] VoicedOf = Fold(ClearKana + "ウワヰヱヲヽ", VoicedKana + "ヴヷヸヹヺヾ");
    private static readonly char[] HalfVoicedOf = Fold(ClearKana[15..], HalfVoicedKana);
    private static readonly char[] VowelOf = VowelTable();

    /// <summary>True for what can stand in a kana name, hiragana or katakana of full width.</summary>
    public static bool IsKana(char c) => c is (>= '\u3041' and <= '\u3096') or (>= '\u30A1' and <= '\u30FF') or (>= '\u31F0' and <= '\u31FF') or 'ゝ' or 'ゞ';

    /// <summary>The kana with its voice mark (or half voice mark), or the same character where it takes none.</summary>
    public static char Voiced(char kana, bool half)
    {
        var hiragana = kana is >= '\u3041' and <= '\u3096';
        var k = hiragana ? (char)(kana + 0x60) : kana;
        var made = At(half ? HalfVoicedOf : VoicedOf, k);
        return made == k ? kana : hiragana && made <= 'ヴ' ? (char)(made - 0x60) : made;
    }

    /// <summary>The katakana without its voice mark.</summary>
    public static char Unvoiced(char c) => At(ClearOf, c);

    /// <summary>The katakana large and as it sounds today: ョ is ヨ, ヅ is ズ, ヲ is オ. ヴ depends on what follows and stays.</summary>
    public static char Large(char c) => At(LargeOf, c);

    /// <summary>The vowel of a large katakana, or the character itself where it has none.</summary>
    public static char Vowel(char c) => At(VowelOf, c);

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
        var made = Fold("", "");
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
