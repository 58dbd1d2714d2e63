using System.Collections.Frozen;

namespace Minato.Portal;

/// <summary>
/// Readings for words on the citizens' pages, so that who reads few characters can read them. Only words of which the reading is the same everywhere; the longest is taken.
/// </summary>
public static class Furigana
{
    private static readonly FrozenDictionary<string, string> Readings = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["医療機関"] = "いりょうきかん", ["医療"] = "いりょう", ["健康"] = "けんこう", ["研究者"] = "けんきゅうしゃ", ["研究"] = "けんきゅう", ["利用目的"] = "りようもくてき", ["利用"] = "りよう", ["選択"] = "せんたく", ["選び直す"] = "えらびなおす",
        ["選ぶ"] = "えらぶ", ["選べます"] = "えらべます", ["断る"] = "ことわる", ["断り"] = "ことわり", ["断れます"] = "ことわれます", ["認める"] = "みとめる", ["取り消す"] = "とりけす", ["記録"] = "きろく", ["台帳"] = "だいちょう", ["証明"] = "しょうめい",
        ["受付番号"] = "うけつけばんごう", ["合言葉"] = "あいことば", ["窓口"] = "まどぐち", ["本人"] = "ほんにん", ["親権者"] = "しんけんしゃ", ["遺族"] = "いぞく", ["結果"] = "けっか", ["許可"] = "きょか", ["提供元"] = "ていきょうもと", ["提供"] = "ていきょう",
        ["保有機関"] = "ほゆうきかん", ["目的"] = "もくてき", ["種類"] = "しゅるい", ["電子署名"] = "でんししょめい", ["署名"] = "しょめい", ["確かめる"] = "たしかめる", ["安全"] = "あんぜん", ["公表"] = "こうひょう", ["申出"] = "もうしで", ["変更"] = "へんこう",
        ["撤回"] = "てっかい", ["診療"] = "しんりょう", ["不利"] = "ふり", ["公益"] = "こうえき", ["審査"] = "しんさ", ["解析"] = "かいせき", ["処方"] = "しょほう", ["検査"] = "けんさ", ["感染症"] = "かんせんしょう", ["傷病名"] = "しょうびょうめい",
        ["紹介状"] = "しょうかいじょう", ["退院"] = "たいいん", ["健診"] = "けんしん", ["医師"] = "いし", ["緊急"] = "きんきゅう", ["災害"] = "さいがい", ["同意"] = "どうい", ["知らせ"] = "しらせ", ["閲覧"] = "えつらん", ["続柄"] = "つづきがら",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly int Longest = Readings.Keys.Max(k => k.Length);

    /// <summary>The text in pieces; a piece with a reading has it over its characters, without the kana with which both end.</summary>
    public static IEnumerable<(string Text, string? Reading)> Split(string text)
    {
        var plain = 0;
        for (var at = 0; at < text.Length;)
        {
            var length = Math.Min(Longest, text.Length - at);
            while (length > 1 && !Readings.ContainsKey(text.Substring(at, length)))
            {
                length--;
            }

            if (length <= 1)
            {
                at++;
                continue;
            }

            if (at > plain)
            {
                yield return (text[plain..at], null);
            }

            var (word, reading) = (text.Substring(at, length), Readings[text.Substring(at, length)]);
            var same = 0;
            while (same < word.Length - 1 && word[^(same + 1)] == reading[^(same + 1)])
            {
                same++;
            }

            yield return (word[..^same], reading[..^same]);
            if (same > 0)
            {
                yield return (word[^same..], null);
            }

            plain = at += length;
        }

        if (plain < text.Length)
        {
            yield return (text[plain..], null);
        }
    }
}
