using Minato.Linkage.Normal;

namespace Minato.Linkage.Tests.Normal;

/// <summary>What is known to have gone wrong with Japan's linkage identifiers (regime facts §2.2), as far as the forms answer for it.</summary>
public sealed class RegimeFailureTests
{
    private static readonly KanjiClasses Classes = KanjiClasses.Parse(File.ReadAllText(Path.Combine(Quay.Standards, "linkage", "kanji-classes-v1.txt")));

    private static readonly string Hash = string.Concat(Enumerable.Range(0, 32).Select(i => $"{(i * 37) % 256:x2}"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("9")]
    [InlineData("9999999999999999999999999999999999999999999999999999999999999999")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("９")]
    [InlineData("NULL")]
    [InlineData("\\N")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void ID5_of_null_or_9_is_missing_and_never_a_key(string? written) => Assert.Null(LinkId.Parse(LinkIdKind.Id5, written).Value);

    [Fact]
    public void An_identifier_is_64_hexadecimal_digits_of_either_case()
    {
        var id = LinkId.Parse(LinkIdKind.Id5, Hash).Value;
        Assert.Equal(new LinkId(LinkIdKind.Id5, Hash), id);
        Assert.Equal(id, LinkId.Parse(LinkIdKind.Id5, " " + Hash.ToUpperInvariant()).Value);
        Assert.NotEqual(id, LinkId.Parse(LinkIdKind.Id2, Hash).Value);
        Assert.All(new[] { Hash[..63], Hash + "0", "g" + Hash[1..], "12345" }, bad =>
            Assert.DoesNotContain(bad, Assert.Single(LinkId.Parse(LinkIdKind.Id1, bad).Findings).ToString()));
    }

    [Fact]
    public void ID1_broke_on_width_and_zero_fill() =>
        Assert.Equal(InsuredNumber.Of("06130012", "12", "567", "01"), InsuredNumber.Of("０６１３００１２", "００１２", "０００５６７", "1"));

    [Fact]
    public void ID1_is_the_same_for_twins_so_a_household_is_no_person()
    {
        var (twin, other) = (InsuredNumber.Of("06130012", "12", "567", ""), InsuredNumber.Of("06130012", "12", "567", ""));
        Assert.Equal(twin.Household, other.Household);
        Assert.False(twin.NamesPerson);
        Assert.NotEqual(InsuredNumber.Of("06130012", "12", "567", "02").Person, InsuredNumber.Of("06130012", "12", "567", "03").Person);
    }

    [Fact]
    public void At_75_the_number_becomes_personal() =>
        Assert.True(InsuredNumber.Of("39131234", "", "12345678", "").NamesPerson && !InsuredNumber.Of("00138057", "12", "34", "").NamesPerson);

    [Theory]
    [InlineData("ﾜﾀﾅﾍﾞ ﾊﾅｺ", "ワタナベ　ハナコ")]
    [InlineData("わたなべ はなこ", "ワタナベ　ハナコ")]
    [InlineData("ワタナヘ゛ ハナコ", "ワタナベ　ハナコ")]
    public void ID2_and_ID4_broke_on_kana_of_another_width(string a, string b) => Assert.Equal(ReadingForm.Of(b), ReadingForm.Of(a));

    [Fact]
    public void Registers_without_small_kana_agree_one_level_down()
    {
        var (a, b) = (ReadingForm.Of("シヨウイチ").Whole, ReadingForm.Of("ショウイチ").Whole);
        Assert.True(a.Exact != b.Exact && a.Small == b.Small);
    }

    [Theory]
    [InlineData("渡邊 花子", "渡辺花子")]
    [InlineData("渡邉　花子", "渡辺花子")]
    public void Death_records_broke_on_variants_of_a_kanji(string a, string b) => Assert.Equal(KanjiForm.Of(b, Classes).Whole, KanjiForm.Of(a, Classes).Whole);

    [Fact]
    public void A_name_typed_in_kana_in_the_kanji_field_is_read_as_kana() => Assert.True(KanjiForm.Of("ﾜﾀﾅﾍﾞ ﾊﾅｺ", Classes).IsKanaOnly);

    [Fact]
    public void A_marriage_changes_the_family_name_only()
    {
        var (before, after) = (ReadingForm.Of("スズキ ハナコ"), ReadingForm.Of("サトウ ハナコ"));
        Assert.True(before.Family != after.Family && before.Given == after.Given);
    }

    [Theory]
    [InlineData("1", Sex.Male)]
    [InlineData("２", Sex.Female)]
    [InlineData("Ｍ", Sex.Male)]
    [InlineData("f", Sex.Female)]
    [InlineData("男", Sex.Male)]
    [InlineData("女性", Sex.Female)]
    [InlineData("0", Sex.Unknown)]
    [InlineData("9", Sex.Unknown)]
    [InlineData("", Sex.Unknown)]
    [InlineData(null, Sex.Unknown)]
    public void Sex_was_optional_and_may_be_missing(string? written, Sex sex) => Assert.Equal(sex, WrittenSex.Parse(written));
}
