namespace Minato.Synthetic;

/// <summary>
/// A family name: its written forms (the first is the usual one, the others are old or variant characters), its reading, and
/// the reading that a desk may take for it (ナカジマ, ナカシマ).
/// </summary>
internal sealed record FamilyName(string[] Forms, string Kana, string? OtherKana = null);

/// <summary>
/// Japanese family names: the common ones by falling frequency, and a long tail of compounds of the characters that such names
/// are made of. Facts of the language, belonging to nobody in this nation.
/// </summary>
internal static class FamilyNames
{
    /// <summary>
    /// Share of the people who bear a name of the list. With the offset of ten this gives the first name 1.5 in a hundred, the
    /// tenth 0.8 and the hundredth 0.13, as in Japan; two strangers share a reading in one pair of five hundred.
    /// </summary>
    private const double Common = 0.45;
    private const double Offset = 10;

    private const string Ranked = """
        佐藤 サトウ|鈴木 スズキ|高橋/髙橋 タカハシ|田中 タナカ|伊藤 イトウ|渡辺/渡邊/渡邉 ワタナベ|山本 ヤマモト|中村 ナカムラ|小林 コバヤシ|加藤 カトウ
        吉田/𠮷田 ヨシダ|山田 ヤマダ|佐々木 ササキ|山口 ヤマグチ|松本 マツモト|井上 イノウエ|木村 キムラ|林 ハヤシ|斎藤/齋藤/斉藤/齊藤 サイトウ|清水 シミズ
        山崎/山﨑 ヤマザキ/ヤマサキ|森 モリ|池田 イケダ|橋本 ハシモト|阿部 アベ|石川 イシカワ|山下 ヤマシタ|中島/中嶋 ナカジマ/ナカシマ|石井 イシイ|小川 オガワ
        前田 マエダ|岡田 オカダ|長谷川 ハセガワ|藤田 フジタ|後藤 ゴトウ|近藤 コンドウ|村上 ムラカミ|遠藤 エンドウ|青木 アオキ|坂本 サカモト
        福田 フクダ|太田/大田 オオタ|西村 ニシムラ|藤井 フジイ|金子 カネコ|岡本 オカモト|藤原 フジワラ|三浦 ミウラ|中野 ナカノ|中川 ナカガワ
        原田 ハラダ|松田 マツダ|竹内 タケウチ|小野 オノ|田村 タムラ|中山 ナカヤマ|和田 ワダ|石田 イシダ|森田 モリタ|上田 ウエダ/ウエタ
        原 ハラ|内田 ウチダ|柴田 シバタ|酒井 サカイ|宮崎/宮﨑 ミヤザキ/ミヤサキ|横山 ヨコヤマ|高木/髙木 タカギ|安藤 アンドウ|宮本 ミヤモト|大野 オオノ
        小島/小嶋 コジマ|工藤 クドウ|谷口 タニグチ|今井 イマイ|高田/髙田 タカダ/タカタ|増田 マスダ|丸山 マルヤマ|杉山 スギヤマ|村田 ムラタ|大塚 オオツカ
        新井 アライ/ニイ|小山 コヤマ/オヤマ|平野 ヒラノ|藤本 フジモト|河野 コウノ/カワノ|上野 ウエノ|野口 ノグチ|武田 タケダ|松井 マツイ|千葉 チバ
        菅原 スガワラ|岩崎/岩﨑 イワサキ/イワザキ|久保 クボ|木下 キノシタ|佐野 サノ|野村 ノムラ|松尾 マツオ|菊地/菊池 キクチ|杉本 スギモト|市川 イチカワ
        大西 オオニシ|島田/嶋田 シマダ|古川 フルカワ/コガワ|水野 ミズノ|桜井/櫻井 サクライ|高野/髙野 タカノ|渡部 ワタベ/ワタナベ|吉川/𠮷川 ヨシカワ/キッカワ|山内 ヤマウチ|西田 ニシダ
        飯田 イイダ|菊田 キクタ|西川 ニシカワ|小松 コマツ|北村 キタムラ|安田 ヤスダ|五十嵐 イガラシ|川口 カワグチ|平田 ヒラタ|関 セキ
        中田 ナカタ/ナカダ|久保田 クボタ|服部 ハットリ|東 ヒガシ/アズマ|岩田 イワタ|土屋 ツチヤ|川崎/川﨑 カワサキ/カワザキ|福島/福嶋 フクシマ/フクジマ|本田 ホンダ|辻 ツジ
        樋口 ヒグチ|秋山 アキヤマ|田口 タグチ|永井 ナガイ|山中 ヤマナカ|中西 ナカニシ|吉村/𠮷村 ヨシムラ|川上 カワカミ|石原 イシハラ|大橋 オオハシ
        松岡 マツオカ|馬場 ババ|浜田/濱田/濵田 ハマダ|森本 モリモト|星野 ホシノ|矢野 ヤノ|浅野 アサノ|大久保 オオクボ|吉岡/𠮷岡 ヨシオカ|小池 コイケ
        野田 ノダ|荒木 アラキ|松浦 マツウラ|大谷 オオタニ|熊谷 クマガイ/クマガヤ|片山 カタヤマ|内藤 ナイトウ|本間 ホンマ|早川 ハヤカワ|広瀬/廣瀬/廣瀨 ヒロセ
        岡崎/岡﨑 オカザキ|小沢/小澤 オザワ/コザワ|沢田/澤田 サワダ|田辺/田邊/田邉 タナベ|大沢/大澤 オオサワ/オオザワ|滝沢/瀧澤/滝澤 タキザワ|国分/國分 コクブ|真田/眞田 サナダ|徳永/德永 トクナガ|桑原/桒原 クワバラ
        柳田/栁田 ヤナギダ/ヤナギタ|堀 ホリ|横田 ヨコタ|川村 カワムラ|須藤 ストウ/スドウ|望月 モチヅキ|永田 ナガタ|西山 ニシヤマ|小田 オダ|栗原 クリハラ
        尾崎/尾﨑 オザキ/オサキ|関口 セキグチ|黒田 クロダ|福井 フクイ|菅野 カンノ/スガノ|宮下 ミヤシタ|竹田 タケダ|三宅 ミヤケ|北川 キタガワ|桑田 クワタ
        """;

    /// <summary>First characters of compounds, the frequent first.</summary>
    private const string Firsts = """
        大 オオ|小 コ|中 ナカ|山 ヤマ|川 カワ|田 タ|高 タカ|石 イシ|木 キ|松 マツ|西 ニシ|上 ウエ|森 モリ|村 ムラ|野 ノ|島 シマ|北 キタ|宮 ミヤ|岡 オカ|藤 フジ
        青 アオ|白 シラ|黒 クロ|長 ナガ|永 ナガ|古 フル|新 ニイ|南 ミナミ|東 ヒガシ|前 マエ|内 ウチ|下 シモ|奥 オク|竹 タケ|武 タケ|杉 スギ|桜 サクラ|梅 ウメ|桑 クワ|栗 クリ
        柏 カシワ|柳 ヤナギ|荻 オギ|菊 キク|福 フク|吉 ヨシ|安 ヤス|平 ヒラ|広 ヒロ|浅 アサ|深 フカ|細 ホソ|若 ワカ|丸 マル|金 カネ|秋 アキ|冬 フユ|春 ハル|早 ハヤ|水 ミズ
        泉 イズミ|浜 ハマ|磯 イソ|湯 ユ|米 ヨネ|稲 イネ|植 ウエ|沢 サワ|谷 タニ|坂 サカ|土 ツチ|堀 ホリ|池 イケ|沼 ヌマ|岩 イワ|鳥 トリ|鶴 ツル|亀 カメ|熊 クマ|鹿 シカ
        馬 ウマ|牛 ウシ|猪 イノ|戸 ト|窪 クボ|横 ヨコ|片 カタ|寺 テラ|神 カミ|門 カド|笹 ササ|篠 シノ|萩 ハギ|星 ホシ|日 ヒ|月 ツキ|相 アイ|赤 アカ|緑 ミドリ|江 エ
        """;

    /// <summary>Second characters, with the voiced reading that many of them take behind another.</summary>
    private const string Seconds = """
        田 タ/ダ|山 ヤマ|川 カワ/ガワ|村 ムラ|本 モト|井 イ|野 ノ|島 シマ/ジマ|崎 サキ/ザキ|原 ハラ/バラ|沢 サワ/ザワ|口 クチ/グチ|木 キ/ギ|谷 タニ/ヤ|橋 ハシ/バシ|岡 オカ|林 バヤシ|森 モリ|内 ウチ|藤 フジ
        塚 ツカ/ヅカ|坂 サカ/ザカ|池 イケ|石 イシ|田部 タベ|松 マツ|上 ウエ|下 シタ|江 エ|津 ツ|浦 ウラ|瀬 セ|戸 ト/ド|見 ミ|尾 オ|倉 クラ/グラ|宮 ミヤ|垣 ガキ|根 ネ|場 バ
        辺 ベ|間 マ|屋 ヤ|葉 ハ/バ|永 ナガ|岩 イワ|浜 ハマ|竹 タケ|杉 スギ|越 コシ/ゴシ|丸 マル|畑 ハタ/バタ|河 カワ/ガワ|路 ジ|地 チ/ジ|泉 イズミ|部 ベ|田川 タガワ|ノ木 ノキ|保 ホ
        """;

    private static readonly FamilyName[] Listed = [.. Entries(Ranked).Select(e =>
    {
        var kana = e.Kana.Split('/');
        return new FamilyName(e.Kanji.Split('/'), kana[0], kana.ElementAtOrDefault(1));
    })];

    private static readonly Odds ListedOdds = new(Listed.Select((_, rank) => 1 / (rank + Offset)));
    private static readonly (string Kanji, string Kana)[] First = Entries(Firsts);
    private static readonly (string Kanji, string Kana)[] Second = Entries(Seconds);
    private static readonly Odds FirstOdds = new(First.Select((_, rank) => 1 / (rank + Offset)));
    private static readonly Odds SecondOdds = new(Second.Select((_, rank) => 1 / (rank + Offset)));
    private static readonly FamilyName?[] Tail = Compounds();

    public static FamilyName Draw(Draw draw)
    {
        if (draw.Chance(Common))
        {
            return Listed[ListedOdds.Pick(draw)];
        }

        while (true)
        {
            var (first, second) = (FirstOdds.Pick(draw), SecondOdds.Pick(draw));
            if (Tail[(((first * Second.Length) + second) * 2) + draw.Below(2)] is { } name)
            {
                return name;
            }
        }
    }

    /// <summary>Each compound twice: with the plain and with the voiced reading. Those of the list and of one character twice are none.</summary>
    private static FamilyName?[] Compounds()
    {
        var known = Listed.SelectMany(n => n.Forms).ToHashSet(StringComparer.Ordinal);
        var tail = new FamilyName?[First.Length * Second.Length * 2];
        for (var i = 0; i < tail.Length; i++)
        {
            var (first, second) = (First[i / 2 / Second.Length], Second[i / 2 % Second.Length]);
            var kanji = first.Kanji + second.Kanji;
            if (first.Kanji[0] == second.Kanji[0] || known.Contains(kanji))
            {
                continue;
            }

            var readings = second.Kana.Split('/');
            var taken = i % readings.Length;
            string[] forms = kanji.Contains('島', StringComparison.Ordinal) ? [kanji, kanji.Replace('島', '嶋')]
                : kanji.Contains('崎', StringComparison.Ordinal) ? [kanji, kanji.Replace('崎', '﨑')]
                : kanji.Contains('沢', StringComparison.Ordinal) ? [kanji, kanji.Replace('沢', '澤')]
                : kanji.Contains('高', StringComparison.Ordinal) ? [kanji, kanji.Replace('高', '髙')]
                : kanji.Contains('辺', StringComparison.Ordinal) ? [kanji, kanji.Replace('辺', '邊'), kanji.Replace('辺', '邉')]
                : kanji.Contains('吉', StringComparison.Ordinal) ? [kanji, kanji.Replace("吉", "𠮷", StringComparison.Ordinal)]
                : [kanji];
            tail[i] = new FamilyName(forms, first.Kana + readings[taken], readings.Length > 1 ? first.Kana + readings[1 - taken] : null);
        }

        return tail;
    }

    private static (string Kanji, string Kana)[] Entries(string list) =>
        [.. list.Split(['|', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(e => e.Split(' ')).Select(e => (e[0], e[1]))];
}
