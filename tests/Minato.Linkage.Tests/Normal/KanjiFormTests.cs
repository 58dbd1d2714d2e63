using CsCheck;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Tests.Normal;

/// <summary>Names in kanji: classes of variants, characters that a font lacked, names that are not kanji at all.</summary>
public sealed class KanjiFormTests
{
    private static readonly KanjiClasses Classes = KanjiClasses.Parse(File.ReadAllText(Path.Combine(Quay.Standards, "linkage", "kanji-classes-v1.txt")));

    private static readonly Gen<string> Names = Gen.OneOf(Gen.Char['一', '龥'], Gen.Char['ァ', 'ヺ'], Gen.Char['ぁ', 'ゖ'], Gen.Char['豈', '龎'], Gen.OneOfConst('高', '髙', '斉', '々', '●', '　', ' ', '・', 'ー', '(', ')'))
        .Array[1, 8].Select(c => new string(c));

    [Theory]
    [InlineData("髙橋 一郎", "高橋一郎")]
    [InlineData("山﨑", "山崎")]
    [InlineData("渡邊", "渡辺")]
    [InlineData("渡邉", "渡辺")]
    [InlineData("齋藤", "斎藤")]
    [InlineData("齊藤", "斉藤")]
    [InlineData("濵田", "浜田")]
    [InlineData("𠮷田", "吉田")]
    [InlineData("圡屋", "土屋")]
    [InlineData("𡈽屋", "土屋")]
    [InlineData("髙槗", "高橋")]
    [InlineData("阪本", "坂本")]
    [InlineData("卷田", "巻田")]
    [InlineData("佐々木", "佐佐木")]
    [InlineData("葛\U000E0100城", "葛城")]
    [InlineData("辻\uFE00", "辻")]
    [InlineData("神\uFA19田", "神神田")]
    [InlineData("さくら", "サクラ")]
    [InlineData("三ヶ島", "三ケ島")]
    [InlineData("三ッ矢", "三ツ矢")]
    [InlineData("エ藤 ニ郎", "工藤二郎")]
    [InlineData("ジョン・スミス", "ジヨンスミス")]
    [InlineData("山田(佐藤) 花子", "山田花子")]
    public void Variants_of_a_kanji_are_of_one_class(string a, string b) => Assert.Equal(KanjiForm.Of(b, Classes).Whole, KanjiForm.Of(a, Classes).Whole);

    [Theory]
    [InlineData("渡部", "渡辺")]
    [InlineData("太田", "大田")]
    [InlineData("未央", "末央")]
    [InlineData("畠山", "畑山")]
    [InlineData("河合", "川合")]
    [InlineData("埼玉", "崎玉")]
    public void Other_characters_are_no_variants(string a, string b) => Assert.NotEqual(KanjiForm.Of(b, Classes).Whole, KanjiForm.Of(a, Classes).Whole);

    [Theory]
    [InlineData("斎藤", "斉藤")]
    [InlineData("浜田", "濱田")]
    [InlineData("濱田", "濵田")]
    [InlineData("坂本", "阪本")]
    [InlineData("巻田", "卷田")]
    public void A_class_is_not_an_identity(string a, string b)
    {
        var (x, y) = (KanjiForm.Of(a, Classes), KanjiForm.Of(b, Classes));
        Assert.NotEqual(x.Exact, y.Exact);
        Assert.Equal(x.Whole, y.Whole);
    }

    [Theory]
    [InlineData("●辺", "渡邉", true)]
    [InlineData("■﨑", "山崎", true)]
    [InlineData("山？", "山崎", true)]
    [InlineData("〓藤", "斎藤", true)]
    [InlineData("●辺", "田●", false)]
    [InlineData("●辺", "渡部", false)]
    [InlineData("●辺", "辺", false)]
    [InlineData("●", "辺", false)]
    [InlineData("●●", "渡辺", false)]
    [InlineData("●野", "𠀋野", true)]
    [InlineData("", "", false)]
    public void A_lost_character_fits_any_one(string a, string b, bool fits)
    {
        var (x, y) = (KanjiForm.Of(a, Classes).Whole, KanjiForm.Of(b, Classes).Whole);
        Assert.Equal(fits, KanjiForm.Matches(x, y));
        Assert.Equal(fits, KanjiForm.Matches(y, x));
    }

    [Fact]
    public void A_lost_character_leaves_the_other_part()
    {
        var form = KanjiForm.Of("●辺 花子", Classes);
        Assert.True(form.HasWildcard);
        Assert.Equal(("●辺", "花子"), (form.Family, form.Given));
        Assert.Equal(("", "", "花子"), (form.Loose, form.FamilyLoose, form.GivenLoose));
    }

    [Theory]
    [InlineData("ヤマダ　タロウ", true, true)]
    [InlineData("SMITH, JOHN", false, true)]
    [InlineData("山田 タロウ", false, false)]
    [InlineData("", false, false)]
    public void A_reading_in_the_kanji_field_is_noticed(string written, bool kana, bool reading)
    {
        var form = KanjiForm.Of(written, Classes);
        Assert.Equal((kana, reading), (form.IsKanaOnly, form.IsReadingOnly));
    }

    [Fact]
    public void Parts_and_one_field_give_the_same_form() =>
        Assert.Equal(KanjiForm.Of("髙橋 花子", Classes), KanjiForm.OfParts("髙橋", "花子", Classes));

    [Fact]
    public void No_character_is_in_two_classes() => Assert.Throws<FormatException>(() => KanjiClasses.Parse("高髙\n喬髙\n"));

    [Fact]
    public void Forms_are_idempotent_and_whole_is_the_parts() => Names.Sample(
        name =>
        {
            var form = KanjiForm.Of(name, Classes);
            return KanjiForm.Of(form.Exact, Classes) == form
                && KanjiForm.Of(form.Whole, Classes).Whole == form.Whole
                && (form.Family.Length == 0 || form.Given.StartsWith('々') || form.Exact.Contains(" 々") || form.Family + form.Given == form.Whole)
                && (form.HasWildcard || form.Whole.Length == 0 || KanjiForm.Matches(form.Whole, form.Whole));
        },
        iter: 20_000);
}
