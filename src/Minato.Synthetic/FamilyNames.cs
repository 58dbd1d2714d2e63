namespace Minato.Synthetic;

/// <summary>A family name: its written forms (the first is the usual one, the others are old or variant characters) and its reading.</summary>
internal sealed record FamilyName(string[] Forms, string Kana, double Weight);

/// <summary>Common Japanese family names by falling frequency: facts of the language, belonging to nobody in this nation.</summary>
internal static class FamilyNames
{
    private const string Ranked = """
        佐藤 サトウ|鈴木 スズキ|高橋/髙橋 タカハシ|田中 タナカ|伊藤 イトウ|渡辺/渡邊/渡邉 ワタナベ|山本 ヤマモト|中村 ナカムラ|小林 コバヤシ|加藤 カトウ
        吉田/𠮷田 ヨシダ|山田 ヤマダ|佐々木 ササキ|山口 ヤマグチ|松本 マツモト|井上 イノウエ|木村 キムラ|林 ハヤシ|斎藤/齋藤/斉藤/齊藤 サイトウ|清水 シミズ
        山崎/山﨑 ヤマザキ|森 モリ|池田 イケダ|橋本 ハシモト|阿部 アベ|石川 イシカワ|山下 ヤマシタ|中島/中嶋 ナカジマ|石井 イシイ|小川 オガワ
        前田 マエダ|岡田 オカダ|長谷川 ハセガワ|藤田 フジタ|後藤 ゴトウ|近藤 コンドウ|村上 ムラカミ|遠藤 エンドウ|青木 アオキ|坂本 サカモト
        福田 フクダ|太田/大田 オオタ|西村 ニシムラ|藤井 フジイ|金子 カネコ|岡本 オカモト|藤原 フジワラ|三浦 ミウラ|中野 ナカノ|中川 ナカガワ
        原田 ハラダ|松田 マツダ|竹内 タケウチ|小野 オノ|田村 タムラ|中山 ナカヤマ|和田 ワダ|石田 イシダ|森田 モリタ|上田 ウエダ
        原 ハラ|内田 ウチダ|柴田 シバタ|酒井 サカイ|宮崎/宮﨑 ミヤザキ|横山 ヨコヤマ|高木/髙木 タカギ|安藤 アンドウ|宮本 ミヤモト|大野 オオノ
        小島/小嶋 コジマ|工藤 クドウ|谷口 タニグチ|今井 イマイ|高田/髙田 タカダ|増田 マスダ|丸山 マルヤマ|杉山 スギヤマ|村田 ムラタ|大塚 オオツカ
        新井 アライ|小山 コヤマ|平野 ヒラノ|藤本 フジモト|河野 コウノ|上野 ウエノ|野口 ノグチ|武田 タケダ|松井 マツイ|千葉 チバ
        菅原 スガワラ|岩崎/岩﨑 イワサキ|久保 クボ|木下 キノシタ|佐野 サノ|野村 ノムラ|松尾 マツオ|菊地/菊池 キクチ|杉本 スギモト|市川 イチカワ
        大西 オオニシ|島田/嶋田 シマダ|古川 フルカワ|水野 ミズノ|桜井/櫻井 サクライ|高野/髙野 タカノ|渡部 ワタベ|吉川/𠮷川 ヨシカワ|山内 ヤマウチ|西田 ニシダ
        飯田 イイダ|菊田 キクタ|西川 ニシカワ|小松 コマツ|北村 キタムラ|安田 ヤスダ|五十嵐 イガラシ|川口 カワグチ|平田 ヒラタ|関 セキ
        中田 ナカタ|久保田 クボタ|服部 ハットリ|東 ヒガシ|岩田 イワタ|土屋 ツチヤ|川崎/川﨑 カワサキ|福島/福嶋 フクシマ|本田 ホンダ|辻 ツジ
        樋口 ヒグチ|秋山 アキヤマ|田口 タグチ|永井 ナガイ|山中 ヤマナカ|中西 ナカニシ|吉村/𠮷村 ヨシムラ|川上 カワカミ|石原 イシハラ|大橋 オオハシ
        松岡 マツオカ|馬場 ババ|浜田/濱田/濵田 ハマダ|森本 モリモト|星野 ホシノ|矢野 ヤノ|浅野 アサノ|大久保 オオクボ|吉岡/𠮷岡 ヨシオカ|小池 コイケ
        野田 ノダ|荒木 アラキ|松浦 マツウラ|大谷 オオタニ|熊谷 クマガイ|片山 カタヤマ|内藤 ナイトウ|本間 ホンマ|早川 ハヤカワ|広瀬/廣瀬/廣瀨 ヒロセ
        岡崎/岡﨑 オカザキ|小沢/小澤 オザワ|沢田/澤田 サワダ|田辺/田邊/田邉 タナベ|大沢/大澤 オオサワ|滝沢/瀧澤/滝澤 タキザワ|国分/國分 コクブ|真田/眞田 サナダ|徳永/德永 トクナガ|桑原/桒原 クワバラ
        柳田/栁田 ヤナギダ|堀 ホリ|横田 ヨコタ|川村 カワムラ|須藤 ストウ|望月 モチヅキ|永田 ナガタ|西山 ニシヤマ|小田 オダ|栗原 クリハラ
        尾崎/尾﨑 オザキ|関口 セキグチ|黒田 クロダ|福井 フクイ|菅野 カンノ|宮下 ミヤシタ|竹田 タケダ|三宅 ミヤケ|北川 キタガワ|桑田 クワタ
        """;

    public static IReadOnlyList<FamilyName> All { get; } = Read();

    private static FamilyName[] Read()
    {
        var names = Ranked.Split(['|', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. names.Select((line, rank) =>
        {
            var parts = line.Split(' ');
            // Zipf-like; the tail is lifted because a list of two hundred stands for a hundred thousand.
            return new FamilyName(parts[0].Split('/'), parts[1], 1.0 / (rank + 12));
        })];
    }
}
