namespace Minato.Linkage.Normal;

/// <summary>
/// A Japanese address in one writing, character by character: one width, large katakana for hiragana, ヶ が and ガ as ケ, の and 之 as
/// ノ, one character for those that place names exchange, one dash, no spaces but between digits.
/// </summary>
internal static class AddressText
{
    public const char Dash = 'ー';

    // The second is written for the first in place names, or the other way round.
    private const string Exchanged = "竜龍条條梼檮鯵鰺諌諫島嶋島嶌曽曾淵渕檜桧館舘沢澤浜濱浜濵辺邊辺邉篭籠桝枡釜竈富冨広廣滝瀧岳嶽峰峯薮藪園薗国國県縣区區騨驒芦蘆真眞徳德恵惠栄榮塚塚壷壺桜櫻斎齋斎斉斎齊関關高髙崎﨑万萬豊豐穂穗稲稻塩鹽鉄鐵学學静靜黒黑蛎蠣蝉蟬梅楳柳栁亀龜団團与與円圓宝寶寿壽来來会會蔵藏検檢検撿猪豬渓溪頴穎礼禮弥彌楡榆鴎鷗隣鄰";

    private static readonly char[] Plain = Table();

    /// <summary>Writes the folded text, never longer than what was written, and gives its length.</summary>
    public static int Write(ReadOnlySpan<char> written, Span<char> to)
    {
        var n = 0;
        var apart = false;
        for (var i = 0; i < written.Length; i++)
        {
            var c = Plain[written[i]];
            switch (c)
            {
                case '\0':
                    if (written[i] is '\uFF9E' or '\u3099' or '\u309B' && n > 0)
                    {
                        to[n - 1] = Plain[Kana.Voiced(to[n - 1], half: false)];
                    }
                    else if (written[i] is '\uFF9F' or '\u309A' or '\u309C' && n > 0)
                    {
                        to[n - 1] = Kana.Voiced(to[n - 1], half: true);
                    }

                    continue;
                case ' ':
                    apart = true;
                    continue;
                case >= '\uD800' and <= '\uDFFF' when WrittenForm.IsPair(written, i):
                    if (!WrittenForm.IsSelector(written, i++))
                    {
                        to[n++] = c;
                        to[n++] = written[i];
                    }

                    continue;
                case >= '\uD800' and <= '\uDFFF':
                    c = '\uFFFD';
                    break;
            }

            if (apart && n > 0 && char.IsAsciiDigit(c) && char.IsAsciiDigit(to[n - 1]))
            {
                to[n++] = ' '; // 2-8-1 101 is a lot and a room, not lot 2-8-1101
            }

            apart = false;
            to[n++] = c;
        }

        return n;
    }

    public static string Fold(string written)
    {
        Span<char> to = written.Length <= 128 ? stackalloc char[128] : new char[written.Length];
        return to[..Write(written, to)].ToString();
    }

    /// <summary>Anything of a Japanese text.</summary>
    public static bool IsJapanese(ReadOnlySpan<char> written) =>
        written.ContainsAnyInRange('\u3041', '\u9FFF') || written.ContainsAnyInRange('\uF900', '\uFAFF') || written.ContainsAnyInRange('\uFF66', '\uFF9D');

    private static char[] Table()
    {
        var made = new char[char.MaxValue + 1];
        for (var i = 0; i <= char.MaxValue; i++)
        {
            made[i] = Of((char)i);
        }

        for (var i = 0; i < Exchanged.Length; i += 2)
        {
            made[Exchanged[i + 1]] = Exchanged[i];
        }

        return made;
    }

    private static char Of(char c)
    {
        if (WrittenForm.IsSpace(c) || c is ',' or '，' or '、' or '､' or '。' or '.' or '．')
        {
            return ' ';
        }

        if (WrittenForm.IsInvisible(c) || c is '\u3099' or '\u309B' or '\uFF9E' or '\u309A' or '\u309C' or '\uFF9F')
        {
            return '\0';
        }

        if (WrittenForm.IsDash(c))
        {
            return Dash;
        }

        var u = WrittenForm.One(c);
        u = u is >= '\u3041' and <= '\u3096' ? (char)(u + 0x60) : u;
        return u switch
        {
            'ガ' => 'ケ',
            '之' or '乃' => 'ノ',
            _ => Kana.Large(u),
        };
    }
}
