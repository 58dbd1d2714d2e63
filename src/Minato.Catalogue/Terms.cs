using System.Text;

namespace Minato.Catalogue;

/// <summary>
/// Text to search terms. Latin and digits: lower-case words, without a plural s. Japanese, which writes no blanks: every two
/// neighbouring characters, so that 糖尿病 is found in 2型糖尿病. Width and half-width kana are folded by our own tables.
/// </summary>
internal static class Terms
{
    private const string HalfKana = "ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ";
    private const string FullKana = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
    private const string Voiceable = "カキクケコサシスセソタチツテトハヒフヘホ";

    public static List<string> In(string text)
    {
        List<string> terms = [];
        var folded = Fold(text);
        for (var i = 0; i < folded.Length;)
        {
            var kind = KindOf(folded[i]);
            var start = i;
            while (i < folded.Length && KindOf(folded[i]) == kind)
            {
                i++;
            }

            if (kind == Kind.Word)
            {
                terms.Add(Singular(folded[start..i]));
            }
            else if (kind == Kind.Japanese)
            {
                if (i - start == 1)
                {
                    terms.Add(folded[start..i]);
                }

                for (var j = start; j + 1 < i; j++)
                {
                    terms.Add(folded.Substring(j, 2));
                }
            }
        }

        return terms;
    }

    /// <summary>The single Japanese characters of a text: looked up only for queries of one character.</summary>
    public static IEnumerable<string> Characters(string text) => Fold(text).Where(c => KindOf(c) == Kind.Japanese).Distinct().Select(c => c.ToString());

    private static string Singular(string word) => word.Length > 3 && word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i') ? word[..^1] : word;

    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is 'ﾞ' or 'ﾟ' && folded.Length > 0)
            {
                var voiced = Voiced(folded[^1], c == 'ﾟ');
                if (voiced != '\0')
                {
                    folded[^1] = voiced;
                }

                continue;
            }

            var kana = HalfKana.IndexOf(c, StringComparison.Ordinal);
            var plain = kana >= 0 ? FullKana[kana] : c is >= '！' and <= '～' ? (char)(c - '！' + '!') : c;

            // Hiragana and katakana are one to somebody who searches.
            folded.Append(char.ToLowerInvariant(plain is >= 'ぁ' and <= 'ゖ' ? (char)(plain + ('ァ' - 'ぁ')) : plain));
        }

        return folded.ToString();
    }

    private static char Voiced(char kana, bool half) =>
        half ? kana is 'ハ' or 'ヒ' or 'フ' or 'ヘ' or 'ホ' ? (char)(kana + 2) : '\0'
        : kana == 'ウ' ? 'ヴ'
        : Voiceable.Contains(kana, StringComparison.Ordinal) ? (char)(kana + 1)
        : '\0';

    private static Kind KindOf(char c) =>
        c is >= '\u3041' and <= '\u30FF' or >= '\u3400' and <= '\u9FFF' or >= '\uF900' and <= '\uFAFF' or '々' or '〇' || char.IsSurrogate(c) ? Kind.Japanese
        : char.IsLetterOrDigit(c) ? Kind.Word
        : Kind.Other;

    private enum Kind
    {
        Other,
        Word,
        Japanese,
    }
}
