using Minato.Linkage.Normal;

namespace Minato.Linkage.Tests.Normal;

/// <summary>The kana forms by which holders make CLKs.</summary>
public sealed class KanaFormTests
{
    [Theory]
    [InlineData("シヨウイチ", "ショウイチ")]
    [InlineData("イツセイ", "いっせい")]
    [InlineData("ヤマダ タロウ", "ﾔﾏﾀﾞﾀﾛｳ")]
    [InlineData("ミヅキ", "ミズキ")]
    [InlineData("ヰワヲ", "イワオ")]
    [InlineData("ヴァイオレット", "バイオレツト")]
    [InlineData("サリー", "サリ")]
    public void Writings_of_one_kana_name_are_loosely_the_same(string a, string b) => Assert.Equal(KanaForm.Of(a).Loose, KanaForm.Of(b).Loose);

    [Theory]
    [InlineData("ナカジマ", "ナカシマ")]
    [InlineData("ユーコ", "ユウコ")]
    [InlineData("オオノ", "オーノ")]
    public void Voice_marks_and_long_vowels_are_near(string a, string b)
    {
        Assert.NotEqual(KanaForm.Of(a).Loose, KanaForm.Of(b).Loose);
        Assert.Equal(KanaForm.Of(a).Near, KanaForm.Of(b).Near);
    }
}
