using CsCheck;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Tests.Normal;

/// <summary>How a name is read: one exact writing, and ever coarser levels (linkage facts §4.3).</summary>
public sealed class ReadingFormTests
{
    /// <summary>Names as they may come: all kana of all widths, Latin with and without marks, separators, brackets, a little of anything.</summary>
    private static readonly Gen<string> AnyName = Gen.OneOf(
        Gen.Char['ァ', 'ヺ'], Gen.Char['ｦ', 'ﾟ'], Gen.Char['ぁ', 'ゖ'], Gen.Char['A', 'Z'], Gen.Char['a', 'z'], Gen.Char['À', 'ſ'], Gen.Char['Ａ', 'ｚ'],
        Gen.OneOfConst(' ', '　', '・', ',', '、', '(', ')', 'ー', '-', '゛', '゜', '\u3099', 'ヽ', 'ヾ', 'ゝ', 'ゞ', 'ゟ', 'ヿ', 'ㇰ', '\'', '\u0304', '\u200B', '\uFE00', '一', '\uD840'))
        .Array[0, 14].Select(c => new string(c));

    private static readonly string[] Syllables =
        ["ア", "イ", "ウ", "エ", "オ", "カ", "キ", "ク", "ケ", "コ", "サ", "シ", "ス", "タ", "チ", "ツ", "ト", "ナ", "ニ", "ノ", "ハ", "ヒ", "フ", "ホ", "マ", "ミ", "モ", "ヤ", "ユ", "ヨ", "ラ", "リ", "ル", "ワ", "ン", "ガ", "ギ", "ジ", "ズ", "ダ", "デ", "ド", "バ", "ビ", "ブ", "ショ", "シュ", "キョ", "リョ", "ジュン", "コウ", "ユウ", "ロウ", "ッタ", "ッペ"];

    private static readonly Gen<string> KanaName = Gen.Select(Gen.OneOfConst(Syllables).Array[1, 4], Gen.OneOfConst(Syllables).Array[1, 4], (f, g) => string.Concat(f) + " " + string.Concat(g));

    [Theory]
    [InlineData("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ", "タロウ")]
    [InlineData("やまだ　たろう", "ヤマダ", "タロウ")]
    [InlineData(" ヤマタ゛・タロウ ", "ヤマダ", "タロウ")]
    [InlineData("か\u3099く、はし\u3099め", "ガク", "ハジメ")]
    [InlineData("ヤマダ(サトウ) ハナコ", "ヤマダ", "ハナコ")]
    [InlineData("みすゞ　じゝ", "ミスズ", "ジシ")]
    [InlineData("ｓｍｉｔｈ　Ｊｏｈｎ", "SMITH", "JOHN")]
    [InlineData("Nguyễn Thị Hương", "NGUYEN", "THI HUONG")]
    [InlineData("de la Cruz, Maria Luisa", "DE LA CRUZ", "MARIA LUISA")]
    [InlineData("O'Brien Anne-Marie", "OBRIEN", "ANNEMARIE")]
    [InlineData("Groß Åsa", "GROSS", "ASA")]
    [InlineData("ジョン・スミス", "ジョン", "スミス")]
    public void A_name_has_one_exact_writing(string written, string family, string given)
    {
        var form = ReadingForm.Of(written);
        Assert.Equal((family, given), (form.Family.Exact, form.Given.Exact));
    }

    [Theory]
    [InlineData("ショウイチ", "シヨウイチ", 1)]
    [InlineData("イッセイ", "イツセイ", 1)]
    [InlineData("ミヅキ", "ミズキ", 1)]
    [InlineData("スヱ", "スエ", 1)]
    [InlineData("ヴァイオレット", "バイオレット", 1)]
    [InlineData("レヴュー", "レビュー", 1)]
    [InlineData("ユーコ", "ユウコ", 2)]
    [InlineData("オオノ", "オーノ", 2)]
    [InlineData("コウヘイ", "コオヘイ", 2)]
    [InlineData("ケーコ", "ケイコ", 2)]
    [InlineData("メアリー", "メアリ", 2)]
    [InlineData("ナカジマ", "ナカシマ", 3)]
    [InlineData("ババ", "パハ", 3)]
    public void Two_writings_agree_from_a_level_on(string a, string b, int level)
    {
        var (x, y) = (Levels(ReadingForm.Of(a).Whole), Levels(ReadingForm.Of(b).Whole));
        Assert.Equal(Enumerable.Range(0, 4).Select(i => i >= level), x.Zip(y, (l, r) => l == r));
    }

    [Theory]
    [InlineData("サトウ タロウ", "SATO TARO")]
    [InlineData("サトウ タロウ", "Satoh Tarou")]
    [InlineData("サトウ タロウ", "Satō Tarō")]
    [InlineData("オオノ ヨウコ", "OHNO YOKO")]
    [InlineData("トオヤマ ユウキ", "TOHYAMA YUHKI")]
    [InlineData("シバタ チヅル", "SIBATA TIZURU")]
    [InlineData("フジワラ ジュンイチロウ", "HUZIWARA ZYUN'ITIRO")]
    [InlineData("フジワラ ジュンイチロウ", "FUJIWARA JUNICHIRO")]
    [InlineData("シンバシ ケンイチ", "SHIMBASHI KENICHI")]
    [InlineData("ハットリ シンヤ", "HATTORI SHIN'YA")]
    [InlineData("ハッチョウ キョウコ", "HATCHO KYOKO")]
    [InlineData("イノウエ ショウヘイ", "INOUE SHOHEI")]
    [InlineData("マツウラ リョウ", "MATSUURA RYO")]
    [InlineData("アンノ ジュンコ", "ANNO JUNKO")]
    [InlineData("ワタナベ リュウジ", "WATANABE RYUUJI")]
    public void Romaji_meets_kana_at_level_long(string kana, string latin)
    {
        var (k, l) = (ReadingForm.Of(kana), ReadingForm.Of(latin));
        Assert.True(l.IsLatin && !k.IsLatin);
        Assert.Equal((k.Whole.Long, k.Family.Long, k.Given.Long, k.Whole.Voice), (l.Whole.Long, l.Family.Long, l.Given.Long, l.Whole.Voice));
    }

    [Theory]
    [InlineData("タロウ", "ジロウ")]
    [InlineData("ハナコ", "ハナエ")]
    [InlineData("ケイコ", "ケコ")]
    [InlineData("レイナ", "レナ")]
    [InlineData("アンナ", "アナ")]
    [InlineData("イノウエ", "イノ")]
    public void Other_names_stay_other(string a, string b) => Assert.NotEqual(ReadingForm.Of(a).Whole.Voice, ReadingForm.Of(b).Whole.Voice);

    [Fact]
    public void A_foreign_name_keeps_its_letters()
    {
        var form = ReadingForm.Of("Smith, John William");
        Assert.Equal(("SMITH", "JOHN WILLIAM", "SMITHJOHNWILLIAM"), (form.Family.Exact, form.Given.Exact, form.Whole.Long));
    }

    [Fact]
    public void Parts_and_one_field_give_the_same_form() => KanaName.Sample(
        name => ReadingForm.OfParts(name.Split(' ')[0], name.Split(' ')[1]) == ReadingForm.Of(name) && ReadingForm.Of(name).Whole == ReadingForm.Of(name.Replace(" ", "")).Whole,
        iter: 2_000);

    [Fact]
    public void Each_level_is_coarser_and_a_function_of_the_one_before() => AnyName.Sample(
        name =>
        {
            var part = ReadingForm.Of(name).Whole;
            var small = ReadingForm.Of(part.Small).Whole;
            var longs = ReadingForm.Of(part.Long).Whole;
            return ReadingForm.Of(part.Exact).Whole == part
                && (small.Small, small.Long, small.Voice) == (part.Small, part.Long, part.Voice)
                && (longs.Long, longs.Voice) == (part.Long, part.Voice)
                && ReadingForm.Of(part.Voice).Whole.Voice == part.Voice;
        },
        iter: 50_000);

    private static string[] Levels(ReadingPart p) => [p.Exact, p.Small, p.Long, p.Voice];
}
