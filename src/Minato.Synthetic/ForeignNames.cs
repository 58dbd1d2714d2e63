namespace Minato.Synthetic;

/// <summary>Where a family's names come from.</summary>
internal enum NameOrigin
{
    Japan,
    China,
    Korea,
    Vietnam,
    Philippines,
    Brazil,
    Nepal,
}

/// <summary>
/// Names of residents from abroad: of Chinese and Korean families in characters, with a Japanese and a native reading; of the
/// others in Latin letters, as the residence card shows them, with a reading that each desk hears for itself.
/// </summary>
internal static class ForeignNames
{
    /// <summary>Share of the households; Japan 2025: 2.9 in a hundred people.</summary>
    public const double Share = 0.027;

    private static readonly double[] Origins = [0, 0.30, 0.14, 0.22, 0.14, 0.10, 0.10];

    private static readonly Pool[] Pools =
    [
        new("", "", ""),
        new(
            "王 オウ/ワン|李 リ/リー|張 チョウ/チャン|劉 リュウ/リウ|陳 チン/チェン|楊 ヨウ/ヤン|黄 コウ/ホアン|趙 チョウ/ジャオ|呉 ゴ/ウー|周 シュウ/ジョウ|徐 ジョ/シュー|孫 ソン/スン|馬 バ/マー|朱 シュ/ジュー|胡 コ/フー|郭 カク/グオ|何 カ/ホー|高 コウ/ガオ|林 リン|鄭 テイ/ジョン|曹 ソウ/ツァオ|許 キョ/シュイ|唐 トウ/タン|宋 ソウ/ソン",
            "偉 イ|強 キョウ|磊 ライ|軍 グン|洋 ヨウ|勇 ユウ|傑 ケツ|涛 トウ|明 メイ|超 チョウ|剛 ゴウ|文 ブン|志強 シキョウ|建国 ケンコク|海 カイ|鵬 ホウ|浩 コウ|宇 ウ|俊 シュン|志明 シメイ|建軍 ケングン|文傑 ブンケツ|志偉 シイ|海洋 カイヨウ|永 エイ|博 ハク|波 ハ|輝 キ",
            "芳 ホウ|静 セイ|敏 ビン|麗 レイ|艶 エン|娟 ケン|秀英 シュウエイ|霞 カ|桂英 ケイエイ|玉蘭 ギョクラン|春梅 シュンバイ|雪 セツ|梅 バイ|婷 テイ|丹 タン|萍 ヘイ|紅 コウ|麗華 レイカ|小燕 ショウエン|玉 ギョク|暁 ギョウ|佳 カ|雪梅 セツバイ|美玲 ビレイ|欣 キン|夢 ム|琳 リン|蓉 ヨウ"),
        new(
            "金 キン/キム|李 リ/イ|朴 ボク/パク|崔 サイ/チェ|鄭 テイ/チョン|姜 キョウ/カン|趙 チョウ/チョ|尹 イン/ユン|張 チョウ/チャン|林 リン/イム|呉 ゴ/オ|韓 カン/ハン|申 シン|徐 ジョ/ソ|権 ケン/クォン|黄 コウ/ファン|安 アン|宋 ソウ/ソン",
            "民俊 ミンジュン|志勲 ジフン|賢宇 ヒョヌ|俊昊 ジュノ|成民 ソンミン|英鎬 ヨンホ|相哲 サンチョル|正勲 ジョンフン|東賢 ドンヒョン|承賢 スンヒョン|泰英 テヨン|道允 ドユン|建宇 コヌ|載勲 ジェフン|永洙 ヨンス|光洙 クァンス",
            "智慧 ジヘ|秀珍 スジン|英姫 ヨンヒ|美京 ミギョン|恩珠 ウンジュ|敏智 ミンジ|書妍 ソヨン|智友 ジウ|賢珠 ヒョンジュ|恵貞 ヘジョン|美淑 ミスク|順子 スンジャ|京姫 キョンヒ|秀敏 スミン|有珍 ユジン|素英 ソヨン"),
        new(
            "NGUYEN グエン/グェン|TRAN チャン/トラン|LE レ/レー|PHAM ファム/フアム|HOANG ホアン/ホァン|PHAN ファン/フアン|VU ヴー/ブー|VO ヴォー/ボー|DANG ダン|BUI ブイ|DO ドー/ド|HO ホー/ホ|NGO ゴー/ゴ|DUONG ズオン/ドゥオン|LY リー/リ",
            "VAN ヴァン|DUC ドゥック|MINH ミン|QUANG クアン|HUU フー|CONG コン|TUAN トゥアン|HUNG フン|DUNG ズン|NAM ナム|LONG ロン|HAI ハイ|SON ソン|THANH タイン|KHANH カイン|PHUC フック",
            "THI ティ|NGOC ゴック|THU トゥ|HONG ホン|MAI マイ|LAN ラン|HOA ホア|HUONG フオン|LINH リン|TRANG チャン|NGA ガー|PHUONG フオン|ANH アイン|YEN イエン|THAO タオ|VAN ヴァン"),
        new(
            "SANTOS サントス|REYES レイエス/レイエズ|CRUZ クルス/クルーズ|BAUTISTA バウティスタ/バウチスタ|OCAMPO オカンポ|GARCIA ガルシア/ガルシヤ|MENDOZA メンドーサ/メンドサ|TORRES トーレス/トレス|CASTILLO カスティーリョ/カスティロ|FLORES フローレス/フロレス|VILLANUEVA ビリャヌエバ/ビラヌエバ|RAMOS ラモス|AQUINO アキノ|NAVARRO ナバロ/ナバーロ",
            "JOHN ジョン|MARK マーク|JOSE ホセ|PAUL ポール|ANGELO アンジェロ|MICHAEL マイケル|CARLO カルロ|JAMES ジェームズ|LUIS ルイス|RAMON ラモン|DANTE ダンテ|NOEL ノエル",
            "MARIA マリア|ANGELICA アンジェリカ|CRISTINA クリスティナ|GRACE グレース|JENNIFER ジェニファー|LIZA リザ|ROSE ローズ|ANA アナ|MICHELLE ミシェル|JOY ジョイ|CARMEN カルメン|LOURDES ルルデス"),
        new(
            "SILVA シルバ/シルヴァ|SOUZA ソウザ/スーザ|OLIVEIRA オリベイラ/オリヴェイラ|PEREIRA ペレイラ|COSTA コスタ|ALMEIDA アルメイダ|FERREIRA フェレイラ/フエレイラ|RODRIGUES ロドリゲス|ALVES アルベス/アルヴェス|LIMA リマ|TANAKA タナカ|SUZUKI スズキ",
            "CARLOS カルロス|EDUARDO エドゥアルド|RODRIGO ロドリゴ|MARCOS マルコス|LUCAS ルカス|RAFAEL ラファエル|FELIPE フェリペ|ANDRE アンドレ|PAULO パウロ|GUSTAVO グスタボ|BRUNO ブルーノ|DIEGO ジエゴ",
            "ANA アナ|JULIANA ジュリアナ|FERNANDA フェルナンダ|PATRICIA パトリシア|CAMILA カミラ|BEATRIZ ベアトリス|LUCIANA ルシアナ|RENATA レナタ|SANDRA サンドラ|VANESSA バネッサ|ALINE アリネ|MARIA マリア"),
        new(
            "SHRESTHA シュレスタ/シレスタ|TAMANG タマン|GURUNG グルン|THAPA タパ|RAI ライ|MAGAR マガル|ADHIKARI アディカリ/アデイカリ|SHARMA シャルマ/シヤルマ|KARKI カルキ|BHANDARI バンダリ|POUDEL ポウデル/パウデル|KC ケーシー/ケイシ",
            "RAM ラム|SURESH スレス|BIKASH ビカス|PRAKASH プラカス|DIPAK ディパク|RAJESH ラジェス|SANTOSH サントス|KRISHNA クリスナ|BIRENDRA ビレンドラ|NABIN ナビン|ANIL アニル|SAGAR サガル",
            "SITA シタ|GITA ギタ|SUNITA スニタ|ANITA アニタ|RITA リタ|SARITA サリタ|PUJA プジャ|KAMALA カマラ|BINITA ビニタ|MANJU マンジュ|LAXMI ラクスミ|NISHA ニサ"),
    ];

    public static NameOrigin Origin(Draw draw) => draw.Chance(Share) ? (NameOrigin)draw.Weighted(Origins) : NameOrigin.Japan;

    public static bool IsLatin(NameOrigin origin) => origin >= NameOrigin.Vietnam;

    public static FamilyName Family(Draw draw, NameOrigin origin) => Pools[(int)origin].Family(draw);

    public static GivenName Given(Draw draw, NameOrigin origin, Sex sex) => Pools[(int)origin].Given(draw, sex, twoParts: IsLatin(origin));

    private sealed class Pool(string families, string men, string women)
    {
        private readonly FamilyName[] families = [.. Read(families).Select(f => new FamilyName([f.Name], f.Kana.Split('/')[0], f.Kana.Split('/').ElementAtOrDefault(1)))];
        private readonly (string Name, string Kana)[] men = Read(men);
        private readonly (string Name, string Kana)[] women = Read(women);
        private readonly Odds odds = new(Read(families).Select((_, rank) => 1.0 / (rank + 2)));

        public FamilyName Family(Draw draw) => families[odds.Pick(draw)];

        /// <summary>Latin names have a middle name more often than not.</summary>
        public GivenName Given(Draw draw, Sex sex, bool twoParts)
        {
            var names = sex == Sex.Male ? men : women;
            var (first, second) = (names[draw.Below(names.Length)], names[draw.Below(names.Length)]);
            return twoParts && first != second && draw.Chance(0.7) ? new($"{first.Name} {second.Name}", $"{first.Kana}　{second.Kana}") : new(first.Name, first.Kana);
        }

        private static (string Name, string Kana)[] Read(string list) =>
            [.. list.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(e => e.Split(' ')).Select(e => (e[0], e[1]))];
    }
}
