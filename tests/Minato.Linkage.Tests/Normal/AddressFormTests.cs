using CsCheck;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Tests.Normal;

/// <summary>Where somebody lives, as registers write it: prefecture, municipality, town, lot.</summary>
public sealed class AddressFormTests
{
    [Theory]
    [InlineData("東京都新宿区西新宿二丁目8番1号 都庁ビル101", "東京都", "新宿区", "西新宿", "2-8-1")]
    [InlineData("新宿区西新宿２－８－１", "東京都", "新宿区", "西新宿", "2-8-1")]
    [InlineData("〒163-8001 東京都新宿区西新宿2の8の1", "東京都", "新宿区", "西新宿", "2-8-1")]
    [InlineData("東京都新宿区西新宿二ー八ー一", "東京都", "新宿区", "西新宿", "2-8-1")]
    [InlineData("東京都新宿区西新宿2-8-1 101", "東京都", "新宿区", "西新宿", "2-8-1")]
    [InlineData("東京都新宿区西新宿2-8-1-101", "東京都", "新宿区", "西新宿", "2-8-1")]
    [InlineData("神奈川県横浜市中区本町6-50-10", "神奈川県", "横浜市中区", "本町", "6-50-10")]
    [InlineData("横浜市本町6丁目", "神奈川県", "横浜市", "本町", "6")]
    [InlineData("北海道余市郡余市町大字朝日町字西２６番地", "北海道", "余市町", "朝日町西", "26")]
    [InlineData("余市町朝日町西26", "北海道", "余市町", "朝日町西", "26")]
    [InlineData("札幌市中央区北三条西五丁目1番地", "北海道", "札幌市中央区", "北3条西", "5-1")]
    [InlineData("札幌市中央区北３条西５－１", "北海道", "札幌市中央区", "北3条西", "5-1")]
    [InlineData("北海道千歳市三十一線7番地", "北海道", "千歳市", "31線", "7")]
    [InlineData("千葉県市川市八幡1-1-1", "千葉県", "市川市", "八幡", "1-1-1")]
    [InlineData("京都府京都市左京区吉田本町", "京都府", "京都市左京区", "吉田本町", "")]
    [InlineData("京都市中京区寺町通御池上る上本能寺前町488番地", "京都府", "京都市中京区", "上本能寺前町", "488")]
    [InlineData("京都市中京区寺町通御池上ル上本能寺前町488", "京都府", "京都市中京区", "上本能寺前町", "488")]
    [InlineData("京都市下京区四条通烏丸東入ル長刀鉾町20", "京都府", "京都市下京区", "長刀鉾町", "20")]
    [InlineData("東京都東村山市本町1丁目2番地3", "東京都", "東村山市", "本町", "1-2-3")]
    [InlineData("茨城県龍ケ崎市3710", "茨城県", "竜ケ崎市", "", "3710")]
    [InlineData("竜が崎市3710番地", "茨城県", "竜ケ崎市", "", "3710")]
    [InlineData("東京都千代田区霞が関1-2-2", "東京都", "千代田区", "霞ケ関", "1-2-2")]
    [InlineData("千代田区霞ヶ関１丁目２番２号", "東京都", "千代田区", "霞ケ関", "1-2-2")]
    [InlineData("東京都千代田区一番町２５", "東京都", "千代田区", "1番町", "25")]
    [InlineData("東京都中央区八丁堀二丁目1-1", "東京都", "中央区", "八丁堀", "2-1-1")]
    [InlineData("三重県四日市市諏訪町1番5号", "三重県", "四日市市", "諏訪町", "1-5")]
    [InlineData("大阪府堺市堺区南瓦町3番1号", "大阪府", "堺市堺区", "南瓦町", "3-1")]
    [InlineData("堺市中区深井沢町3丁1", "大阪府", "堺市中区", "深井沢町", "3-1")]
    [InlineData("大阪府都島区中野町1-3-20", "大阪府", "大阪市都島区", "中野町", "1-3-20")]
    [InlineData("大阪府北区中之島1-3-20", "大阪府", "北区", "中ノ島", "1-3-20")]
    [InlineData("岩手県久慈市山形町第５地割12", "岩手県", "久慈市", "山形町5地割", "12")]
    [InlineData("府中市宮西町2-24", "", "府中市", "宮西町", "2-24")]
    [InlineData("埼玉県浦和市常盤6-4-4", "埼玉県", "浦和市", "常盤", "6-4-4")]
    [InlineData("大和郡山市北郡山町248-4", "奈良県", "大和郡山市", "北郡山町", "248-4")]
    [InlineData("ﾄｳｷｮｳﾄﾐﾅﾄｸ", "", "", "トウキヨウトミナトク", "")]
    public void An_address_has_parts(string written, string prefecture, string municipality, string town, string lot)
    {
        var form = AddressForm.Of(written);
        Assert.Equal((prefecture, municipality, town, lot), (form.Prefecture, form.Municipality, form.Town, form.Lot));
    }

    [Theory]
    [InlineData("12 Smith Street, Bayswater, WA 6053", "WA", "BAYSWATER", "SMITH STREET", "12", "6053")]
    [InlineData("12 smith st bayswater wa 6053", "WA", "BAYSWATER", "SMITH STREET", "12", "6053")]
    [InlineData("Unit 3/12 St Kilda Rd, St Kilda, VIC 3182", "VIC", "ST KILDA", "ST KILDA ROAD", "3-12", "3182")]
    [InlineData("1-2-3 Nishishinjuku, Shinjuku-ku, Tokyo 160-0023", "TOKYO", "SHINJUKU-KU", "NISHISHINJUKU", "1-2-3", "1600023")]
    [InlineData("Königstraße 12, Köln", "", "KOLN", "KONIGSTRASSE", "12", "")]
    public void A_Latin_address_has_the_same_parts(string written, string state, string suburb, string street, string lot, string code) =>
        Assert.Equal(new AddressForm(state, suburb, street, lot, code), AddressForm.Of(written));

    [Theory]
    [InlineData("〒１６３－８００１", "1638001")]
    [InlineData("163-8001", "1638001")]
    [InlineData("0000000", "")]
    [InlineData("9999999", "")]
    [InlineData("16380011", "")]
    [InlineData(null, "")]
    public void A_postal_code_is_seven_digits(string? written, string code) => Assert.Equal(code, AddressForm.Of("東京都", written).Postal);

    [Fact]
    public void Every_municipality_of_the_table_is_found_by_its_own_name()
    {
        var rows = File.ReadLines(Path.Combine(Quay.Standards, "linkage", "municipalities-v1.txt")).Where(l => l[0] != '#').Select(l => l.Split(' ')).ToList();
        Assert.Equal(47, rows.Count);
        Assert.All(rows, row => Assert.All(row.Skip(1), name =>
        {
            var (full, bare) = (AddressForm.Of(row[0] + name + "本町1-2"), AddressForm.Of(name + "本町1-2"));
            Assert.Equal((row[0], "本町", "1-2"), (full.Prefecture, full.Town, full.Lot));
            Assert.Equal(full.Whole, bare.Whole);
            Assert.True(bare.Prefecture == row[0] || bare.Prefecture.Length == 0);
        }));
    }

    [Fact]
    public void Width_and_dashes_make_no_other_address() => Gen.Select(Gen.Int[1, 300], Gen.Int[1, 40], Gen.Int[1, 40], Gen.OneOfConst("-", "－", "ー", "の", "ノ", "−", "‐")).Sample(
        (a, b, c, dash) =>
        {
            var form = AddressForm.Of($"長野県北佐久郡軽井沢町大字長倉{a}-{b}-{c}");
            return form == AddressForm.Of($"軽井沢町長倉{Wide(a)}{dash}{Wide(b)}{dash}{Wide(c)}") && form == AddressForm.Of($"長野県 軽井沢町 長倉 {a}番地{b}号{c}　コーポ長倉２０１");
        },
        iter: 2_000);

    private static string Wide(int n) => string.Concat(n.ToString().Select(d => (char)(d + 0xFEE0)));
}
