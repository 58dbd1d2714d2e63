using System.Globalization;
using System.Text;
using Minato.Processing.Standards;

namespace Minato.Processing.Tests;

/// <summary>The rules for free text against generated notes whose truth is known. Half of the names are in no list of the rules.</summary>
public sealed class FreeTextTests(ITestOutputHelper output)
{
    private static readonly FreeText Rules = new StandardFiles(Path.Join(Village.Standards, "processing")).Rules("rules-v1");

    [Theory]
    [InlineData("主治医：田中　一郎　診察", "主治医：[氏名]　診察")]
    [InlineData("鈴木花子様は外来通院中。", "[氏名]様は外来通院中。")]
    [InlineData("患者氏名: 御手洗 凛太郎", "患者氏名: [氏名]")]
    [InlineData("フリガナ：ミタライ リンタロウ", "フリガナ：[氏名]")]
    [InlineData("橋本病と川崎病の鑑別、長谷川式25点", "橋本病と川崎病の鑑別、長谷川式25点")]
    [InlineData("患者様の奥様と娘さん同席。同様の症状。", "患者様の奥様と娘さん同席。同様の症状。")]
    [InlineData("東京都新宿区西新宿2-8-1 都庁ハイツ301号室在住", "[住所]在住")]
    [InlineData("横浜市港北区日吉4丁目12番地3号に転居", "[住所]に転居")]
    [InlineData("市民病院へ紹介、当院で継続。大学病院も検討", "市民病院へ紹介、当院で継続。大学病院も検討")]
    [InlineData("汐見中央クリニックより紹介", "[施設]より紹介")]
    [InlineData("受診した病院、近くの総合病院、かかりつけ薬局。さくら病院", "受診した病院、近くの総合病院、かかりつけ薬局。[施設]")]
    [InlineData("TEL 045-123-4567、携帯090-1234-5678、mail a.b@example.jp", "TEL [電話]、携帯[電話]、mail [メール]")]
    [InlineData("個人番号123456789018を確認", "個人番号[番号]を確認")]
    [InlineData("検査番号は無し 123456789012 は検査値", "検査番号は無し 123456789012 は検査値")]
    [InlineData("保険者番号01130012 記号:12 番号:3456", "保険者番号[番号] 記号:[番号] 番号:[番号]")]
    [InlineData("昭和25年3月4日生、H28.4.1手術、令和元年5月再発", "[日付]生、[日付]手術、[日付]再発")]
    [InlineData("２０１９／０４／０１ 入院、5月3日退院", "[日付] 入院、[日付]退院")]
    [InlineData("92歳女性、血圧138/84、HbA1c 7.2%、MMT 4/5", "[90歳以上]女性、血圧138/84、HbA1c 7.2%、MMT 4/5")]
    [InlineData("", "")]
    public void What_says_who_goes_and_what_says_how_stays(string note, string expected) => Assert.Equal(expected, Rules.Scrub(note));

    [Fact]
    public void Anything_at_all_goes_through_without_an_error()
    {
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var noise = new string([.. Enumerable.Range(0, random.Next(200)).Select(_ => (char)(random.Next(4) switch { 0 => random.Next(0x20, 0x7F), 1 => random.Next(0x3040, 0x30FF), 2 => random.Next(0x4E00, 0x9FFF), _ => random.Next(0, 0xFFFF) }))]);
            var found = Rules.Find(noise);
            Assert.All(found, f => Assert.InRange(f.Start + f.Length, f.Start + 1, noise.Length));
            Assert.All(found.Zip(found.Skip(1)), p => Assert.True(p.First.Start + p.First.Length <= p.Second.Start));
        }
    }

    [Fact]
    public void Notes_with_known_truth()
    {
        var random = new Random(20261126);
        var hits = new SortedDictionary<string, (int Truth, int Found)>(StringComparer.Ordinal);
        int marked = 0, right = 0, characters = 0, secret = 0, lost = 0;
        for (var i = 0; i < 600; i++)
        {
            var (note, truth) = GeneratedNote.Make(random);
            var found = Rules.Find(note);
            var covered = new bool[note.Length];
            foreach (var span in found)
            {
                Array.Fill(covered, true, span.Start, span.Length);
            }

            var isSecret = new bool[note.Length];
            foreach (var (start, length, label) in truth)
            {
                Array.Fill(isSecret, true, start, length);
                var isFound = Enumerable.Range(start, length).All(c => covered[c]);
                var (n, f) = hits.GetValueOrDefault(label);
                hits[label] = (n + 1, f + (isFound ? 1 : 0));
                if (!isFound)
                {
                    output.WriteLine($"missed {label}: {note.Substring(Math.Max(0, start - 6), Math.Min(note.Length - Math.Max(0, start - 6), length + 10)).Replace('\n', '/')}");
                }
            }

            marked += found.Count;
            right += found.Count(f => Enumerable.Range(f.Start, f.Length).Any(c => isSecret[c]));
            characters += note.Length;
            secret += isSecret.Count(s => s);
            foreach (var wrong in found.Where(f => !Enumerable.Range(f.Start, f.Length).Any(c => isSecret[c])))
            {
                output.WriteLine($"taken for {wrong.Label}: {note.Substring(wrong.Start, wrong.Length)}");
            }

            lost += covered.Where((c, at) => c && !isSecret[at]).Count();
        }

        foreach (var (label, (n, f)) in hits)
        {
            output.WriteLine($"{label,-10} recall {(double)f / n:P2} of {n}");
            Assert.True(f >= 0.95 * n, $"{label}: {f} of {n}");
        }

        var (recall, precision) = ((double)hits.Values.Sum(h => h.Found) / hits.Values.Sum(h => h.Truth), (double)right / marked);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"all        recall {recall:P2} of {hits.Values.Sum(h => h.Truth)}, precision {precision:P2} of {marked}; {lost} of {characters - secret} other characters taken"));
        Assert.True(recall >= 0.98, $"recall {recall:P2}");
        Assert.True(precision >= 0.98, $"precision {precision:P2}");
    }

    /// <summary>Clinical notes as they are written, filled from lists; the truth is where the fillings stand.</summary>
    private static class GeneratedNote
    {
        private static readonly string[] Listed = ["佐藤", "鈴木", "高橋", "田中", "渡邊", "伊藤", "山本", "中村", "小林", "加藤", "長谷川", "五十嵐", "佐々木", "齋藤"];
        private static readonly string[] Unlisted = ["御手洗", "四月一日", "神楽坂", "我孫子", "比嘉", "玉城", "喜屋武", "錦織", "鬼頭", "勅使河原", "小鳥遊", "漆畑", "纐纈", "金城"];
        private static readonly string[] Given = ["一郎", "花子", "健太", "美咲", "直樹", "陽菜", "正雄", "節子", "凛太郎", "乙葉", "玄", "静香", "清志郎", "万里江"];
        private static readonly string[] Kana = ["サトウ ハナコ", "ミタライ リンタロウ", "ヒガ ケンタ", "タナカ イチロウ", "キャン ミサキ", "ワタナベ セツコ"];
        private static readonly string[] Cities = ["東京都世田谷区", "大阪府堺市堺区", "北海道札幌市中央区", "神奈川県横浜市港北区", "福島県会津若松市", "沖縄県那覇市", "愛知県名古屋市中区", "京都府宇治市"];
        private static readonly string[] Towns = ["桜新町", "本町", "松が丘", "三条", "緑ヶ丘", "中央", "西原"];
        private static readonly string[] Hospitals = ["みなと総合病院", "汐見中央病院", "緑原クリニック", "佐倉内科医院", "あおば薬局", "東海大学附属病院", "会津医療センター", "ひまわり歯科"];

        private static readonly string[] Templates =
        [
            "{name}様、{age}女性。{date}より咳嗽あり、{hospital}を受診。胸部X線で浸潤影を認めた。",
            "主治医：{name}　記載日：{date}\n血圧138/84、脈拍72、SpO2 97%。HbA1c 7.2%。",
            "患者氏名：{name}　フリガナ：{kana}　生年月日：{date}\n住所：{address}　電話：{phone}",
            "{hospital}の{name}先生より紹介。{date}に左乳房切除術。病理はT2N1M0、ER+。",
            "保険者番号：{insurer}　記号：{symbol}　番号：{digits}\n患者番号：{id}",
            "個人番号 {mynumber} の写しを受領。メール {mail}。",
            "橋本病の既往。長谷川式スケール24点。{date}頭部CTで異常なし。アムロジピン5mg 1錠 分1 朝食後。",
            "キーパーソンは長男（{name}、連絡先 {phone}）。{address}在住。ADL自立、MMT 4/5。",
            "{date}インスリン開始（8単位）。{date}低血糖なく経過。患者様は自己注射の手技を習得された。",
            "川崎病の既往あり。3/5の痛み。eGFR 48.2、Cr 1.12、CRP 0.35。家族の希望により{hospital}へ転院。",
            "担当看護師: {name}。{name}さんの夜間せん妄あり、ハロペリドール2.5mg投与。同様のエピソードは{date}にも。",
            "多発性硬化症疑い。MRIでFLAIR高信号。ガドリニウム造影効果あり。外来でフォロー。12時間蓄尿、2000mL。",
            "訪問看護ステーションと連携。{name}氏（{age}）は週2回のリハビリを継続。転居先は{address}。",
            "電子カルテ登録番号 {id}、受付 {date}。緊急連絡先は {phone} （妻）。森林浴を好む。上田式ではなく標準法で測定。",
        ];

        public static (string Note, List<(int Start, int Length, string Label)> Truth) Make(Random random)
        {
            var note = new StringBuilder();
            var truth = new List<(int, int, string)>();
            for (var lines = 1 + random.Next(3); lines > 0; lines--)
            {
                var template = Templates[random.Next(Templates.Length)];
                for (var at = 0; at < template.Length;)
                {
                    if (template[at] != '{')
                    {
                        note.Append(template[at++]);
                        continue;
                    }

                    var end = template.IndexOf('}', at);
                    var kind = template[(at + 1)..end];
                    var value = Fill(kind, random);
                    var (label, start, length) = (Label(kind, value), note.Length, value.Length);
                    if (label is not null)
                    {
                        truth.Add((start, length, label));
                    }

                    note.Append(value);
                    at = end + 1;
                }

                note.Append('\n');
            }

            return (note.ToString(), truth);
        }

        private static string? Label(string kind, string value) => kind switch
        {
            "name" or "kana" => "name",
            "age" => value.Length == 4 || value[0] == '9' ? "age" : null,
            "insurer" or "symbol" or "digits" or "id" or "mynumber" => "number",
            "hospital" => "facility",
            _ => kind,
        };

        private static T One<T>(Random random, T[] of) => of[random.Next(of.Length)];

        private static string Digits(Random random, int count) => string.Concat(Enumerable.Range(0, count).Select(i => (char)('0' + random.Next(i == 0 ? 1 : 0, 10))));

        private static string Fill(string kind, Random random)
        {
            var (y, m, d) = (random.Next(1930, 2026), random.Next(1, 13), random.Next(1, 29));
            return kind switch
            {
                "name" => One(random, random.Next(2) == 0 ? Listed : Unlisted) + One(random, ["", "　", " "]) + One(random, Given),
                "kana" => One(random, Kana).Replace(" ", One(random, [" ", "　"])),
                "age" => $"{random.Next(40, 102)}歳",
                "date" => random.Next(7) switch
                {
                    0 => $"{y}年{m}月{d}日",
                    1 => $"{y}/{m:00}/{d:00}",
                    2 => $"{y}-{m:00}-{d:00}",
                    3 => $"昭和{random.Next(1, 64)}年{m}月{d}日",
                    4 => $"H{random.Next(1, 31)}.{m}.{d}",
                    5 => $"令和{One(random, ["元", "2", "5"])}年{m}月{d}日",
                    _ => $"{m}月{d}日",
                },
                "address" => One(random, Cities) + One(random, Towns) + One(random, [$"{random.Next(1, 9)}丁目{random.Next(1, 30)}番{random.Next(1, 20)}号", $"{random.Next(1, 9)}-{random.Next(1, 30)}-{random.Next(1, 20)}", $"{random.Next(1, 900)}番地"]),
                "phone" => One(random, [$"0{random.Next(3, 7)}-{Digits(random, 4)}-{Digits(random, 4)}", $"090-{Digits(random, 4)}-{Digits(random, 4)}", $"080{Digits(random, 8)}", $"0{Digits(random, 2)}-{Digits(random, 3)}-{Digits(random, 4)}"]),
                "mail" => $"{One(random, ["taro", "h.suzuki", "nurse_01"])}@{One(random, ["example.jp", "mail.example.co.jp"])}",
                "hospital" => One(random, Hospitals),
                "insurer" => Insurer(Digits(random, 7)),
                "symbol" => Digits(random, random.Next(2, 8)),
                "digits" => Digits(random, random.Next(3, 8)),
                "id" => One(random, ["", "A", "P-"]) + Digits(random, random.Next(5, 10)),
                _ => MyNumber(Digits(random, 11)),
            };
        }

        private static string MyNumber(string eleven)
        {
            var sum = Enumerable.Range(1, 11).Sum(n => (eleven[11 - n] - '0') * (n <= 6 ? n + 1 : n - 5));
            return eleven + (sum % 11 <= 1 ? 0 : 11 - (sum % 11));
        }

        private static string Insurer(string seven)
        {
            var sum = Enumerable.Range(0, 7).Sum(i => ((seven[6 - i] - '0') * (i % 2 == 0 ? 2 : 1)) is var p ? (p / 10) + (p % 10) : 0);
            return seven + ((10 - (sum % 10)) % 10);
        }
    }
}
