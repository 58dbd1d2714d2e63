namespace Minato.Linkage.Normal;

/// <summary>
/// Romaji to kana: Hepburn as in passports (SHIMBASHI, HATCHORI, OH and OU for a long o), the older Hepburn, and kunrei
/// (SI TI TU HU ZYA). Kana come out large and modern (シヨ, ジ, ズ), as level Small writes them. Table of sounds: 外務省 ヘボン式ローマ字綴方表
/// and 昭和29年内閣告示第1号.
/// </summary>
internal static class Romaji
{
    private static readonly Dictionary<string, string> Sounds = Make();
    private static readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Find = Sounds.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Reads one word of A–Z; gives the length in kana (at most that of the word), or -1 where it is not romaji.</summary>
    public static int Read(ReadOnlySpan<char> word, Span<char> to)
    {
        var n = 0;
        var i = 0;
        while (i < word.Length)
        {
            var length = Math.Min(3, word.Length - i);
            var sound = "";
            while (length > 0 && !Find.TryGetValue(word.Slice(i, length), out sound))
            {
                length--;
            }

            if (length > 0)
            {
                sound!.CopyTo(to[n..]);
                n += sound.Length;
                i += length;
                i += IsLongMark(word, i) ? 1 : 0;
                continue;
            }

            var c = word[i];
            var next = i + 1 < word.Length ? word[i + 1] : ' ';
            if (c == 'N' || (c == 'M' && next is 'B' or 'M' or 'P'))
            {
                to[n++] = 'ン';
            }
            else if ((c == next && c is not ('A' or 'I' or 'U' or 'E' or 'O' or 'H')) || (c is 'T' or 'C' && next == 'C'))
            {
                to[n++] = 'ツ'; // ッ, at level Small
            }
            else
            {
                return -1;
            }

            i++;
        }

        return n;
    }

    /// <summary>H after o or u, where no vowel follows: OHNO, TOHYAMA, YUHKI.</summary>
    private static bool IsLongMark(ReadOnlySpan<char> word, int at) =>
        at < word.Length && word[at] == 'H' && word[at - 1] is 'O' or 'U' && (at + 1 == word.Length || word[at + 1] is not ('A' or 'I' or 'U' or 'E' or 'O'));

    private static Dictionary<string, string> Make()
    {
        var made = new Dictionary<string, string>(StringComparer.Ordinal);
        void Row(string consonant, string kana)
        {
            // Five kana, or five syllables of two; a point is a gap.
            var width = kana.Length / 5;
            for (var v = 0; v < 5; v++)
            {
                var sound = kana.Substring(v * width, width).TrimEnd('.');
                if (sound.Length > 0)
                {
                    made[consonant + "AIUEO"[v]] = sound;
                }
            }
        }

        Row("", "アイウエオ");
        Row("K", "カキクケコ");
        Row("G", "ガギグゲゴ");
        Row("S", "サシスセソ");
        Row("Z", "ザジズゼゾ");
        Row("T", "タチツテト");
        Row("D", "ダジズデド");
        Row("N", "ナニヌネノ");
        Row("H", "ハヒフヘホ");
        Row("B", "バビブベボ");
        Row("P", "パピプペポ");
        Row("M", "マミムメモ");
        Row("Y", "ヤ.ユ.ヨ");
        Row("R", "ラリルレロ");
        Row("W", "ワ...オ");
        Row("V", "バビブベボ");
        Row("F", "フアフイフ.フエフオ");
        Row("J", "ジヤジ.ジユジエジヨ");
        Row("SH", "シヤシ.シユシエシヨ");
        Row("CH", "チヤチ.チユチエチヨ");
        Row("TS", "ツアツイツ.ツエツオ");
        Row("DZ", "....ズ.....");
        Row("KW", "クア........");
        Row("GW", "グア........");
        foreach (var (consonant, kana) in (ReadOnlySpan<(string, char)>)
            [("KY", 'キ'), ("GY", 'ギ'), ("SY", 'シ'), ("ZY", 'ジ'), ("JY", 'ジ'), ("TY", 'チ'), ("CY", 'チ'), ("DY", 'ジ'), ("NY", 'ニ'), ("HY", 'ヒ'), ("BY", 'ビ'), ("PY", 'ピ'), ("MY", 'ミ'), ("RY", 'リ')])
        {
            made[consonant + 'A'] = $"{kana}ヤ";
            made[consonant + 'U'] = $"{kana}ユ";
            made[consonant + 'O'] = $"{kana}ヨ";
        }

        return made;
    }
}
