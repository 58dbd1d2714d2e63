using System.Text;

namespace Minato.Linkage.Normal;

/// <summary>
/// A kana name in three forms (linkage facts §4.3). <see cref="Exact"/>: full-width katakana, parts separated by
/// one space. <see cref="Loose"/>: what different registers make of the same name: small and large kana, ヴヂヅヰヱヲ, long
/// marks and spaces do not count. <see cref="Near"/>: also voice marks and long vowels do not count (ナカジマ ナカシマ, ユーコ ユウコ):
/// enough to suspect a typing habit, not enough to say "the same" alone.
/// </summary>
internal sealed record KanaForm(string Exact, string Loose, string Near, string FamilyNear, string GivenNear)
{
    private const string Small = "ァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ";
    private const string Large = "アイウエオツヤユヨワカケクシストヌハヒフヘホムラリルレロ";
    private const string RowO = "オコソトノホモヨロ";
    private const string RowU = "ウクスツヌフムユル";

    public static KanaForm Empty { get; } = new("", "", "", "", "");

    public static KanaForm Of(string? written)
    {
        var exact = ExactOf(written);
        if (exact.Length == 0)
        {
            return Empty;
        }

        var loose = LooseOf(exact);
        var cut = exact.IndexOf(' ', StringComparison.Ordinal);
        return cut < 0
            ? new KanaForm(exact, loose, NearOf(loose), "", "")
            : new KanaForm(exact, loose, NearOf(loose), NearOf(LooseOf(exact[..cut])), NearOf(LooseOf(exact[(cut + 1)..])));
    }

    private static string ExactOf(string? written)
    {
        var made = new StringBuilder();
        foreach (var u in WrittenForm.Unify(written))
        {
            var c = u is >= '\u3041' and <= '\u3096' or 'ゝ' or 'ゞ' ? (char)(u + 0x60) : u;
            var before = made.Length > 0 ? made[^1] : ' ';
            if (WrittenForm.IsDash(c))
            {
                // After kana every dash is a long mark; in a Latin name it separates.
                c = Kana.IsKana(before) ? 'ー' : ' ';
            }
            else if (c is '・' or '、' or '。' or ',' or '.' or '=' or '/')
            {
                c = ' ';
            }
            else if (c == 'ヽ')
            {
                c = Kana.IsKana(before) ? Kana.Unvoiced(before) : ' ';
            }
            else if (c == 'ヾ')
            {
                c = Kana.IsKana(before) ? Kana.Voiced(Kana.Unvoiced(before), half: false) : ' ';
            }

            if (c != ' ' || before != ' ')
            {
                made.Append(c);
            }
        }

        return made.ToString().TrimEnd(' ');
    }

    private static string LooseOf(string exact)
    {
        var made = new StringBuilder(exact.Length);
        foreach (var e in exact)
        {
            if (e is ' ' or 'ー' or '\'')
            {
                continue;
            }

            var small = Small.IndexOf(e, StringComparison.Ordinal);
            var c = small >= 0 ? Large[small] : e;
            if (made.Length > 0 && made[^1] == 'ヴ')
            {
                // ヴァ ヴィ ヴェ ヴォ are written バ ビ ベ ボ as often as not.
                var row = "アイエオ".IndexOf(c, StringComparison.Ordinal);
                made[^1] = row >= 0 ? "バビベボ"[row] : 'ブ';
                if (row >= 0)
                {
                    continue;
                }
            }

            made.Append(c switch { 'ヂ' => 'ジ', 'ヅ' => 'ズ', 'ヰ' => 'イ', 'ヱ' => 'エ', 'ヲ' => 'オ', 'ヷ' => 'バ', 'ヸ' => 'ビ', 'ヹ' => 'ベ', 'ヺ' => 'ボ', _ => c });
        }

        if (made.Length > 0 && made[^1] == 'ヴ')
        {
            made[^1] = 'ブ';
        }

        return made.ToString();
    }

    private static string NearOf(string loose)
    {
        var made = new StringBuilder(loose.Length);
        foreach (var l in loose)
        {
            var c = Kana.Unvoiced(l);
            var before = made.Length > 0 ? made[^1] : ' ';
            var afterO = RowO.Contains(before, StringComparison.Ordinal);
            if ((c == 'ウ' && (afterO || RowU.Contains(before, StringComparison.Ordinal))) || (c == 'オ' && afterO))
            {
                continue;
            }

            made.Append(c);
        }

        return made.ToString();
    }
}
