namespace Minato.Synthetic;

internal sealed record GivenName(string Kanji, string Kana);

/// <summary>Given names by sex and era of birth, as fashions went.</summary>
internal static class GivenNames
{
    private static readonly int[] EraEnds = [1945, 1965, 1985, 2005, 9999];

    private static readonly string[] Men =
    [
        "清 キヨシ|勇 イサム|正 タダシ|茂 シゲル|三郎 サブロウ|一郎 イチロウ|昭 アキラ|実 ミノル|弘 ヒロシ|進 ススム|勝 マサル|武 タケシ|和夫 カズオ|正雄 マサオ|義雄 ヨシオ|幸雄 ユキオ|栄一 エイイチ|健次郎 ケンジロウ|忠 タダシ|豊 ユタカ|久雄 ヒサオ|良雄 ヨシオ|利夫 トシオ|貞夫 サダオ|喜一 キイチ|長治 チョウジ|春雄 ハルオ|庄一 ショウイチ",
        "誠 マコト|隆 タカシ|浩 ヒロシ|修 オサム|茂樹 シゲキ|和彦 カズヒコ|博 ヒロシ|明 アキラ|正樹 マサキ|哲也 テツヤ|秀樹 ヒデキ|雅彦 マサヒコ|健一 ケンイチ|浩二 コウジ|達也 タツヤ|洋一 ヨウイチ|俊夫 トシオ|章 アキラ|徹 トオル|裕之 ヒロユキ|康夫 ヤスオ|敏明 トシアキ|光男 ミツオ|恵一 ケイイチ|純一 ジュンイチ|昌弘 マサヒロ|祥一 ショウイチ|勉 ツトム",
        "大輔 ダイスケ|健太郎 ケンタロウ|直樹 ナオキ|剛 ツヨシ|学 マナブ|亮 リョウ|哲平 テッペイ|健 ケン|智也 トモヤ|拓也 タクヤ|翔 ショウ|洋平 ヨウヘイ|雄太 ユウタ|達彦 タツヒコ|真一 シンイチ|淳 ジュン|慎也 シンヤ|祐介 ユウスケ|竜也 リュウヤ|良太 リョウタ|貴之 タカユキ|浩介 コウスケ|和也 カズヤ|俊介 シュンスケ|裕太 ユウタ|康平 コウヘイ|圭 ケイ|将太 ショウタ",
        "翔太 ショウタ|拓海 タクミ|健太 ケンタ|大樹 ダイキ|翼 ツバサ|陸 リク|蓮 レン|颯太 ソウタ|大輝 ダイキ|優斗 ユウト|海斗 カイト|悠人 ユウト|涼 リョウ|駿 シュン|直人 ナオト|隼人 ハヤト|亮太 リョウタ|龍之介 リュウノスケ|祥太 ショウタ|諒 リョウ|航 ワタル|匠 タクミ|稜 リョウ|雄大 ユウダイ|勇輝 ユウキ|光希 コウキ|晃 アキラ|達樹 タツキ",
        "湊 ミナト|蒼 アオイ|陽翔 ハルト|律 リツ|樹 イツキ|悠真 ユウマ|大和 ヤマト|朝陽 アサヒ|新 アラタ|蓮 レン|陽向 ヒナタ|結翔 ユイト|碧 アオ|伊織 イオリ|颯真 ソウマ|奏 カナデ|暖 ダン|凪 ナギ|瑛太 エイタ|晴 ハル|旭 アサヒ|岳 ガク|柊 シュウ|理仁 リヒト|悠 ユウ|壮真 ソウマ|航太郎 コウタロウ|京 キョウ",
    ];

    private static readonly string[] Women =
    [
        "キヨ キヨ|ハル ハル|フミ フミ|ヨシ ヨシ|千代 チヨ|和子 カズコ|幸子 サチコ|節子 セツコ|文子 フミコ|美代子 ミヨコ|久子 ヒサコ|静子 シズコ|敏子 トシコ|光子 ミツコ|芳子 ヨシコ|澄子 スミコ|恵美子 エミコ|喜代子 キヨコ|トミ トミ|ミツ ミツ|花子 ハナコ|照子 テルコ|貞子 サダコ|信子 ノブコ|弘子 ヒロコ|栄子 エイコ|京子 キョウコ|良子 リョウコ",
        "恵子 ケイコ|裕子 ユウコ|由美子 ユミコ|洋子 ヨウコ|明美 アケミ|久美子 クミコ|直美 ナオミ|陽子 ヨウコ|真由美 マユミ|順子 ジュンコ|智子 トモコ|典子 ノリコ|弘美 ヒロミ|幸恵 ユキエ|淳子 ジュンコ|純子 ジュンコ|美智子 ミチコ|律子 リツコ|香織 カオリ|由紀 ユキ|悦子 エツコ|京子 キョウコ|雅子 マサコ|良子 リョウコ|千恵子 チエコ|晴美 ハルミ|和美 カズミ|祥子 ショウコ",
        "麻衣 マイ|愛 アイ|彩 アヤ|恵 メグミ|美穂 ミホ|千尋 チヒロ|香 カオリ|裕美 ヒロミ|友美 トモミ|麻美 アサミ|陽子 ヨウコ|美香 ミカ|沙織 サオリ|綾 アヤ|奈々 ナナ|亜希子 アキコ|真理子 マリコ|理恵 リエ|美樹 ミキ|祐子 ユウコ|智美 トモミ|舞 マイ|有紀 ユキ|佳子 ヨシコ|京香 キョウカ|早苗 サナエ|瞳 ヒトミ|純 ジュン",
        "美咲 ミサキ|葵 アオイ|陽菜 ヒナ|さくら サクラ|結衣 ユイ|七海 ナナミ|優花 ユウカ|彩香 アヤカ|萌 モエ|遥 ハルカ|優奈 ユウナ|莉子 リコ|千夏 チナツ|桃子 モモコ|愛美 マナミ|杏奈 アンナ|凛 リン|琴音 コトネ|美優 ミユ|栞 シオリ|真央 マオ|京佳 キョウカ|楓 カエデ|祥子 ショウコ|花音 カノン|理沙 リサ|涼香 リョウカ|彩乃 アヤノ",
        "陽葵 ヒマリ|凛 リン|紬 ツムギ|詩 ウタ|結菜 ユイナ|芽依 メイ|莉子 リコ|澪 ミオ|さくら サクラ|結月 ユヅキ|美月 ミツキ|杏 アン|心春 コハル|咲良 サクラ|一花 イチカ|朱里 アカリ|琴葉 コトハ|彩葉 イロハ|柚葉 ユズハ|楓 カエデ|美桜 ミオ|花 ハナ|翠 スイ|京 ミヤコ|凪咲 ナギサ|遥 ハルカ|小春 コハル|百花 モモカ",
    ];

    /// <summary>
    /// Share of each era's people who bear a name of its list; the others' names are made of two parts, so that one reading has
    /// several writings. Two strangers of one sex and era share a reading in about one pair of a hundred and fifty.
    /// </summary>
    private const double Common = 0.30;

    // First parts of men's names: the last two eras have their own.
    private const string MenFirstOld = """
        正 マサ|和 カズ|義 ヨシ|秀 ヒデ|俊 トシ|幸 ユキ|信 ノブ|光 ミツ|孝 タカ|弘 ヒロ|清 キヨ|茂 シゲ|久 ヒサ|春 ハル|武 タケ|勝 カツ|直 ナオ|友 トモ|哲 テツ|辰 タツ
        安 ヤス|文 フミ|昌 マサ|良 ヨシ|英 ヒデ|敏 トシ|伸 ノブ|満 ミツ|隆 タカ|博 ヒロ|重 シゲ|晴 ハル|健 タケ|克 カツ|尚 ナオ|智 トモ|達 タツ|康 ヤス|史 フミ|雅 マサ
        芳 ヨシ|利 トシ|宣 ノブ|貴 タカ|浩 ヒロ|政 マサ|吉 ヨシ|寿 トシ|高 タカ|裕 ヒロ|一 カズ|嘉 ヨシ|行 ユキ|治 ハル|靖 ヤス|寛 ヒロ|知 トモ|竜 タツ|泰 ヤス|道 ミチ
        """;

    private const string MenFirstNew = """
        悠 ユウ|陽 ハル|翔 ショウ|大 ダイ|優 ユウ|海 カイ|颯 ソウ|晴 ハル|瑛 エイ|結 ユイ|蒼 ソウ|勇 ユウ|雄 ユウ|遥 ハル|奏 ソウ|理 リ|陸 リク|龍 リュウ|悠 ハル|直 ナオ
        大 ハル|航 コウ|光 コウ|健 ケン|智 トモ|真 マ|拓 タク|涼 リョウ|亮 リョウ|俊 シュン|駿 シュン|琉 リュウ|隼 ハヤ|匠 ショウ|壮 ソウ|湊 ソウ|朝 アサ|桜 オウ|煌 コウ|幸 コウ
        祐 ユウ|佑 ユウ|侑 ユウ|圭 ケイ|敬 ケイ|恵 ケイ|春 ハル|温 ハル|和 カズ|怜 レイ|玲 レイ|蓮 レン|凌 リョウ|諒 リョウ|丈 ジョウ|誠 セイ|聖 セイ|晃 コウ|皓 コウ|旺 オウ
        """;

    private const string MenLastOld = """
        夫 オ|雄 オ|男 オ|一 カズ|之 ユキ|彦 ヒコ|治 ハル|行 ユキ|明 アキ|人 ト|樹 キ|則 ノリ|弘 ヒロ|信 ノブ|美 ミ|昭 アキ|紀 ノリ|幸 ユキ|郎 ロウ|吉 キチ|三 ゾウ|司 シ|久 ヒサ|徳 ノリ|広 ヒロ|光 ミツ|典 ノリ|次 ジ|成 シゲ|志 シ
        """;

    private const string MenLastNew = """
        斗 ト|太 タ|真 マ|人 ト|輝 キ|翔 ト|樹 キ|大 ダイ|介 スケ|希 キ|生 セイ|也 ヤ|馬 マ|平 ヘイ|悟 ゴ|我 ガ|太郎 タロウ|之介 ノスケ|一 イチ|汰 タ|仁 ジン|成 セイ|志 シ|吾 ゴ|登 ト|磨 マ|季 キ|琉 ル|一郎 イチロウ|飛 ト
        """;

    private const string WomenFirstOld = """
        和 カズ|幸 サチ|節 セツ|文 フミ|久 ヒサ|静 シズ|敏 トシ|光 ミツ|芳 ヨシ|澄 スミ|恵 ケイ|喜代 キヨ|照 テル|貞 サダ|信 ノブ|弘 ヒロ|栄 エイ|京 キョウ|房 フサ|初 ハツ
        春 ハル|秋 アキ|君 キミ|道 ミチ|美智 ミチ|良 ヨシ|昭 アキ|正 マサ|勝 カツ|富美 フミ|由紀 ユキ|真理 マリ|恵美 エミ|美枝 ミエ|智 トモ|友 トモ|典 ノリ|紀 ノリ|則 ノリ|順 ジュン
        淳 ジュン|純 ジュン|裕 ユウ|祐 ユウ|優 ユウ|直 ナオ|尚 ナオ|泰 ヤス|康 ヤス|靖 ヤス|悦 エツ|律 リツ|陽 ヨウ|洋 ヨウ|玲 レイ|礼 レイ|明 アキ|晶 アキ|亜希 アキ|奈緒 ナオ
        """;

    private const string WomenFirstNew = """
        美 ミ|結 ユ|優 ユ|陽 ヒ|彩 アヤ|心 ココ|愛 マナ|莉 リ|咲 サ|千 チ|琴 コト|花 ハナ|紗 サ|真 マ|菜 ナ|奈 ナ|柚 ユズ|杏 アン|凛 リン|詩 ウタ
        朱 アカ|茜 アカ|綾 アヤ|絢 アヤ|沙 サ|玲 レイ|麗 レイ|由 ユ|友 ユ|佑 ユ|里 リ|理 リ|梨 リ|麻 マ|茉 マ|舞 マイ|実 ミ|未 ミ|海 ミ|知 チ
        智 チ|寧 ネ|音 オト|夏 ナツ|菫 スミ|桃 モモ|萌 モ|日 ヒ|妃 ヒ|和 ワカ|若 ワカ|月 ツキ|羽 ハ|葉 ハ|晴 ハル|春 ハル|遥 ハル|星 セイ|聖 セイ|希 ノ
        """;

    private const string WomenLastOld = """
        子 コ|江 エ|代 ヨ|枝 エ|美 ミ|恵 エ|乃 ノ|世 ヨ|女 メ|香 カ|栄 エ|路 ジ|衣 エ|穂 ホ|絵 エ|葉 ハ|予 ヨ|己 ミ|実 ミ|音 ネ
        """;

    private const string WomenLastNew = """
        菜 ナ|花 カ|奈 ナ|希 キ|香 カ|里 リ|音 ネ|乃 ノ|衣 イ|葉 ハ|月 ツキ|咲 サキ|帆 ホ|穂 ホ|織 オリ|羽 ハ|華 カ|夏 カ|南 ナ|結 ユ|緒 オ|桜 オ|愛 ア|歩 ホ|那 ナ|佳 カ|加 カ|季 キ|来 キ|凪 ナ|実 ミ|美 ミ|海 ミ|子 コ|鈴 リン|彩 アヤ|恵 エ|江 エ|亜 ア|理 リ
        """;

    private static readonly Era[] Male = [.. Men.Select((listed, era) => era < 2 ? new Era(listed, MenFirstOld, MenLastOld) : era == 2 ? new Era(listed, MenFirstOld, MenLastNew) : new Era(listed, MenFirstNew, MenLastNew))];
    private static readonly Era[] Female = [.. Women.Select((listed, era) => era < 2 ? new Era(listed, WomenFirstOld, WomenLastOld) : era == 2 ? new Era(listed, WomenFirstOld, WomenLastNew) : new Era(listed, WomenFirstNew, WomenLastNew))];

    public static GivenName Draw(Draw draw, Sex sex, int birthYear) => Of(sex, birthYear).Draw(draw);

    /// <summary>Parents of twins like names that begin alike: one such, or any where none does.</summary>
    public static GivenName Alike(Draw draw, Sex sex, int birthYear, GivenName twin) => Of(sex, birthYear).Alike(draw, twin);

    private static Era Of(Sex sex, int birthYear) => (sex == Sex.Male ? Male : Female)[Array.FindIndex(EraEnds, end => birthYear <= end)];

    private static (string Kanji, string Kana)[] Read(string list) =>
        [.. list.Split(['|', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(e => e.Split(' ')).Select(e => (e[0], e[1]))];

    /// <summary>The names of one sex and era: the list, and all pairs of a first and a last part.</summary>
    private sealed class Era
    {
        private readonly GivenName[] listed;
        private readonly GivenName?[] made;
        private readonly Odds listedOdds;
        private readonly Odds firstOdds;
        private readonly Odds lastOdds;
        private readonly int lasts;

        public Era(string names, string firstParts, string lastParts)
        {
            listed = [.. Read(names).Select(n => new GivenName(n.Kanji, n.Kana))];
            var (first, last) = (Read(firstParts), Read(lastParts));
            lasts = last.Length;
            var known = listed.Select(n => n.Kanji).ToHashSet(StringComparer.Ordinal);
            made = [.. first.SelectMany(_ => last, (f, l) => f.Kanji[^1] == l.Kanji[0] || known.Contains(f.Kanji + l.Kanji) ? null : new GivenName(f.Kanji + l.Kanji, f.Kana + l.Kana))];
            listedOdds = new(listed.Select((_, rank) => 1.0 / (rank + 6)));
            firstOdds = new(first.Select((_, rank) => 1.0 / (rank + 12)));
            lastOdds = new(last.Select((_, rank) => 1.0 / (rank + 6)));
        }

        public GivenName Draw(Draw draw)
        {
            if (draw.Chance(Common))
            {
                return listed[listedOdds.Pick(draw)];
            }

            while (true)
            {
                if (made[(firstOdds.Pick(draw) * lasts) + lastOdds.Pick(draw)] is { } name)
                {
                    return name;
                }
            }
        }

        public GivenName Alike(Draw draw, GivenName twin)
        {
            var alike = made.Where(n => n is not null && n.Kanji[0] == twin.Kanji[0] && n.Kanji != twin.Kanji).ToArray();
            return alike.Length > 0 ? draw.Pick(alike)! : Draw(draw);
        }
    }
}
