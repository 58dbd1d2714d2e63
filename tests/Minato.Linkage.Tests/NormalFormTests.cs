using System.Text;
using CsCheck;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Tests;

/// <summary>How names, numbers, dates and addresses are brought into one writing (norm-v1).</summary>
public sealed class NormalFormTests
{
    private static readonly KanjiClasses Classes = KanjiClasses.Parse(File.ReadAllText(Path.Combine(Quay.Standards, "linkage", "kanji-classes-v1.txt")));

    private static readonly Gen<string> AnyName = Gen.OneOf(
        Gen.Char['ァ', 'ヺ'], Gen.Char['ｦ', 'ﾟ'], Gen.Char['ぁ', 'ゖ'], Gen.OneOfConst(' ', '　', '・', 'ー', '-', '゛', '゜', 'ヽ', 'ヾ', 'ゝ', 'ゞ', 'Ａ', 'z', '\u200B', '\uFE00'), Gen.Char['一', '龥'])
        .Array[0, 12].Select(c => new string(c));

    [Theory]
    [InlineData("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ")]
    [InlineData("やまだ　たろう", "ヤマダ タロウ")]
    [InlineData(" ヤマタ゛・タロウ ", "ヤマダ タロウ")]
    [InlineData("ﾊﾟｸ ｼﾞｮﾝ", "パク ジョン")]
    [InlineData("ｳﾞｨﾄﾞ", "ヴィド")]
    [InlineData("みすゞ", "ミスズ")]
    [InlineData("サ-サー－ｰ", "サーサーーー")]
    [InlineData("ｓｍｉｔｈ　Ｊｏｈｎ", "SMITH JOHN")]
    [InlineData("か\u3099く", "ガク")]
    [InlineData(null, "")]
    [InlineData("　", "")]
    public void Kana_has_one_exact_writing(string? written, string exact) => Assert.Equal(exact, KanaForm.Of(written).Exact);

    [Theory]
    [InlineData("シヨウイチ", "ショウイチ")]
    [InlineData("イツセイ", "いっせい")]
    [InlineData("ヤマダ タロウ", "ﾔﾏﾀﾞﾀﾛｳ")]
    [InlineData("ミヅキ", "ミズキ")]
    [InlineData("ヂュン", "ジユン")]
    [InlineData("ヰワヲ", "イワオ")]
    [InlineData("スヱ", "スエ")]
    [InlineData("ヴァイオレット", "バイオレツト")]
    [InlineData("ヴ", "ブ")]
    [InlineData("サリー", "サリ")]
    public void Writings_of_one_kana_name_are_loosely_the_same(string a, string b) => Assert.Equal(KanaForm.Of(a).Loose, KanaForm.Of(b).Loose);

    [Theory]
    [InlineData("ナカジマ", "ナカシマ")]
    [InlineData("ユーコ", "ユウコ")]
    [InlineData("オオノ", "オーノ")]
    [InlineData("コウヘイ", "コーヘイ")]
    public void Voice_marks_and_long_vowels_are_near(string a, string b)
    {
        Assert.NotEqual(KanaForm.Of(a).Loose, KanaForm.Of(b).Loose);
        Assert.Equal(KanaForm.Of(a).Near, KanaForm.Of(b).Near);
    }

    [Theory]
    [InlineData("タロウ", "ジロウ")]
    [InlineData("ハナコ", "ハナエ")]
    [InlineData("ケイコ", "ケコ")]
    [InlineData("レイナ", "レナ")]
    public void Other_names_stay_other(string a, string b) => Assert.NotEqual(KanaForm.Of(a).Near, KanaForm.Of(b).Near);

    [Theory]
    [InlineData("髙橋 一郎", "高橋一郎")]
    [InlineData("山﨑", "山崎")]
    [InlineData("渡邊", "渡辺")]
    [InlineData("渡邉", "渡辺")]
    [InlineData("齋藤", "斎藤")]
    [InlineData("齊藤", "斉藤")]
    [InlineData("濵田", "浜田")]
    [InlineData("𠮷田", "吉田")]
    [InlineData("佐々木", "佐佐木")]
    [InlineData("葛\U000E0100城", "葛城")]
    [InlineData("辻\uFE00", "辻")]
    [InlineData("神田", "神田")]
    [InlineData("さくら", "サクラ")]
    [InlineData("三ヶ島", "三ケ島")]
    public void Variants_of_a_kanji_are_of_one_class(string a, string b) => Assert.Equal(KanjiForm.Of(b, Classes).Loose, KanjiForm.Of(a, Classes).Loose);

    [Fact]
    public void A_class_is_not_an_identity() => Assert.NotEqual(KanjiForm.Of("斎藤", Classes).Exact, KanjiForm.Of("斉藤", Classes).Exact);

    [Fact]
    public void A_replaced_character_says_nothing_and_leaves_the_other_part()
    {
        var form = KanjiForm.Of("●辺 花子", Classes);
        Assert.Equal("", form.Loose);
        Assert.Equal("", form.FamilyLoose);
        Assert.Equal("花子", form.GivenLoose);
    }

    [Fact]
    public void No_character_is_in_two_classes() => Assert.Throws<FormatException>(() => KanjiClasses.Parse("高髙\n喬髙\n"));

    [Fact]
    public void Normal_forms_are_idempotent() => AnyName.Sample(
        name =>
        {
            var kana = KanaForm.Of(name);
            var kanji = KanjiForm.Of(name, Classes);
            return WrittenForm.Unify(WrittenForm.Unify(name)) == WrittenForm.Unify(name)
                && KanaForm.Of(kana.Exact) == kana
                && KanaForm.Of(kana.Loose).Loose == kana.Loose
                && KanaForm.Of(kana.Near).Near == kana.Near
                && KanjiForm.Of(kanji.Exact, Classes) == kanji
                && KanjiForm.Of(kanji.Loose, Classes).Loose == kanji.Loose;
        },
        iter: 20_000);

    [Theory]
    [InlineData("００１３８０５７", "１２ー３４", " 000567", "3", "00138057:1234:567:03")]
    [InlineData("138057", "", "１２３", "05", "00138057::123:05")]
    [InlineData("39131234", "", "00012345", "", "39131234::12345:")]
    [InlineData("39131234", "", "12345", "01", "39131234::12345:")]
    [InlineData("06130012", "あいう", "１８７", "00", "06130012:アイウ:187:00")]
    public void A_number_with_a_branch_names_a_person(string insurer, string symbol, string number, string branch, string person) =>
        Assert.Equal(person, InsuredNumber.Of(insurer, symbol, number, branch).Person);

    [Theory]
    [InlineData("138057", "12", "34", null)]
    [InlineData("138057", "12", "34", "x1")]
    public void Without_a_branch_it_names_a_household_only(string insurer, string symbol, string number, string? branch)
    {
        var n = InsuredNumber.Of(insurer, symbol, number, branch);
        Assert.Equal("00138057:12:34", n.Household);
        Assert.Equal("", n.Person);
    }

    [Theory]
    [InlineData("00138057", "12", "99999999")]
    [InlineData("00138057", "12", "0000")]
    [InlineData("00138057", "12", "")]
    [InlineData("99999999", "12", "34")]
    [InlineData("123456789", "12", "34")]
    [InlineData("hospital", "12", "34")]
    public void Fillers_and_impossible_insurers_name_nobody(string insurer, string symbol, string number) =>
        Assert.False(InsuredNumber.Of(insurer, symbol, number, "01").NamesHousehold);

    [Theory]
    [InlineData("1900-01-01")]
    [InlineData("1860-05-05")]
    [InlineData("2026-04-03")]
    public void A_placeholder_or_impossible_birth_date_is_unknown(string date) =>
        Assert.Null(BirthDate.Sane(DateOnly.Parse(date), new DateOnly(2026, 4, 1)));

    [Theory]
    [InlineData("1980-03-05", "1980-05-03")]
    [InlineData("1980-03-05", "1980-03-06")]
    [InlineData("1980-03-05", "1989-03-05")]
    [InlineData("1960-03-05", "1959-03-05")]
    [InlineData("1980-03-21", "1980-03-12")]
    [InlineData("1950-03-05", "2013-03-05")]
    [InlineData("1980-03-05", "1980-01-01")]
    public void A_slip_of_the_pen_is_recognised(string a, string b) => Assert.True(BirthDate.IsSlip(DateOnly.Parse(a), DateOnly.Parse(b)));

    [Theory]
    [InlineData("1980-03-05", "1981-04-05")]
    [InlineData("1980-03-05", "1980-03-05")]
    [InlineData("1980-03-05", "1992-07-19")]
    public void Another_day_is_no_slip(string a, string b) => Assert.False(BirthDate.IsSlip(DateOnly.Parse(a), DateOnly.Parse(b)));

    [Fact]
    public void The_listed_slips_are_exactly_the_recognised_ones()
    {
        var days = Gen.Int[new DateOnly(1940, 1, 1).DayNumber, new DateOnly(2020, 12, 31).DayNumber].Select(DateOnly.FromDayNumber);
        days.Sample(a => BirthDate.Slips(a).All(b => BirthDate.IsSlip(a, b) && BirthDate.IsSlip(b, a)), iter: 500);
        Gen.Select(days, days).Sample((a, b) => BirthDate.IsSlip(a, b) == BirthDate.Slips(a).Contains(b), iter: 2_000);
        Gen.Select(days, Gen.Int[0, 40]).Sample((a, n) => BirthDate.Slips(a).ElementAtOrDefault(n) is var b && (b == default || BirthDate.Slips(b).Contains(a)), iter: 500);
    }

    [Theory]
    [InlineData("東京都新宿区西新宿二丁目8番1号 都庁ビル101", "新宿区西新宿2-8-1")]
    [InlineData("新宿区西新宿２－８－１", "新宿区西新宿2-8-1")]
    [InlineData("神奈川県横浜市中区本町6-50-10", "横浜市中区本町6-50-10")]
    [InlineData("北海道余市郡余市町大字朝日町26番地", "余市町朝日町26")]
    [InlineData("余市町朝日町２６", "余市町朝日町26")]
    [InlineData("千葉県市川市八幡1-1-1", "市川市八幡1-1-1")]
    [InlineData("京都府京都市左京区吉田本町", "京都市左京区吉田本町")]
    [InlineData("東京都東村山市本町1丁目2番地3", "東村山市本町1-2-3")]
    [InlineData("茨城県龍ケ崎市3710", "龍ケ崎市3710")]
    public void An_address_is_municipality_and_lot_without_the_building(string written, string lot) => Assert.Equal(lot, AddressForm.Of(written).Whole);

    [Fact]
    public void Hostile_text_never_breaks_a_form() => Gen.String[0, 60].Sample(
        text =>
        {
            _ = KanaForm.Of(text);
            _ = KanjiForm.Of(text, Classes);
            _ = AddressForm.Of(text);
            _ = InsuredNumber.Of(text, text, text, text);
            return Encoding.UTF8.GetByteCount(WrittenForm.Unify(text)) >= 0;
        },
        iter: 5_000);
}
