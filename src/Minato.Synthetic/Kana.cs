using System.Text;

namespace Minato.Synthetic;

/// <summary>The forms in which registers hold the same reading.</summary>
internal static class Kana
{
    private const string Full = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォャュョッー　";
    private const string Half = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｬｭｮｯｰ ";
    private const string Voiced = "ガギグゲゴザジズゼゾダヂヅデドバビブベボ";
    private const string VoicedBase = "ｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ";
    private const string SemiVoiced = "パピプペポ";
    private const string SemiVoicedBase = "ﾊﾋﾌﾍﾎ";
    private const string Small = "ァィゥェォャュョッ";
    private const string Large = "アイウエオヤユヨツ";

    public static string ToHalfWidth(string kana)
    {
        var text = new StringBuilder(kana.Length * 2);
        foreach (var c in kana)
        {
            if (Voiced.IndexOf(c, StringComparison.Ordinal) is >= 0 and var v)
            {
                text.Append(VoicedBase[v]).Append('ﾞ');
            }
            else if (SemiVoiced.IndexOf(c, StringComparison.Ordinal) is >= 0 and var s)
            {
                text.Append(SemiVoicedBase[s]).Append('ﾟ');
            }
            else
            {
                var i = Full.IndexOf(c, StringComparison.Ordinal);
                _ = c == 'ヴ' ? text.Append("ｳﾞ") : text.Append(i >= 0 ? Half[i] : c);
            }
        }

        return text.ToString();
    }

    /// <summary>ショウイチ → シヨウイチ: registers that know only large kana.</summary>
    public static string ToLarge(string kana) => Map(kana, Small, Large);

    /// <summary>トオル → トール: long vowels typed as heard.</summary>
    public static string ToLongMark(string kana)
    {
        var text = new StringBuilder(kana);
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] is 'ウ' && "オコソトノホモヨロゴゾドボポョュ".Contains(text[i - 1]) || (text[i] is 'オ' && text[i - 1] is 'オ' or 'ト'))
            {
                text[i] = 'ー';
                break;
            }
        }

        return text.ToString();
    }

    private static string Map(string text, string from, string to)
    {
        var chars = text.ToCharArray();
        for (var i = 0; i < chars.Length; i++)
        {
            if (from.IndexOf(chars[i], StringComparison.Ordinal) is >= 0 and var at)
            {
                chars[i] = to[at];
            }
        }

        return new string(chars);
    }
}

/// <summary>Full-width and half-width digits, letters and hyphens.</summary>
internal static class Width
{
    public static string ToFull(string text)
    {
        var chars = text.ToCharArray();
        for (var i = 0; i < chars.Length; i++)
        {
            chars[i] = chars[i] switch
            {
                ' ' => '　',
                '-' => '－',
                >= '!' and <= '~' => (char)(chars[i] + 0xFEE0),
                _ => chars[i],
            };
        }

        return new string(chars);
    }
}
