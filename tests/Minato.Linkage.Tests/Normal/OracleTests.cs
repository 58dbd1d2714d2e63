using Minato.Linkage.Normal;

namespace Minato.Linkage.Tests.Normal;

/// <summary>
/// Our forms against independent programs (oracle-vectors.tsv names them). Differences meant:
/// romaji agrees from level Long on, since no two romanisations write the same long vowels; wareki takes 昭和64年1月8日 and
/// 平成1年2月30日, which we refuse (BirthDateTests); wanakana reads neither TCH nor OH.
/// </summary>
public sealed class OracleTests
{
    [Theory]
    [InlineData("half-width", 90)]
    [InlineData("hiragana", 60)]
    public void Kana_of_every_width_is_the_same_name(string kind, int atLeast) =>
        All(kind, atLeast, (written, name) => Assert.Equal(ReadingForm.Of(name), ReadingForm.Of(written)));

    [Theory]
    [InlineData("wanakana-romaji", 90)]
    [InlineData("hepburn-romaji", 90)]
    [InlineData("passport", 90)]
    [InlineData("wanakana-kana", 50)]
    public void Romaji_and_kana_meet(string kind, int atLeast) =>
        All(kind, atLeast, (romaji, name) =>
        {
            var (r, n) = (ReadingForm.Of(romaji), ReadingForm.Of(name));
            Assert.Equal((n.Whole.Long, n.Family.Long, n.Given.Long), (r.Whole.Long, r.Family.Long, r.Given.Long));
        });

    [Fact]
    public void Dates_of_an_era_are_the_same_day() =>
        All("wareki", 80, (written, day) => Assert.Equal(DateOnly.Parse(day), BirthDate.Parse(written).Value));

    [Fact]
    public void Kanji_numerals_are_the_same_lot() =>
        All("numeral", 40, (written, number) => Assert.Equal(AddressForm.Of($"新宿区若葉{number}番地"), AddressForm.Of($"新宿区若葉{written}番地")));

    private static void All(string kind, int atLeast, Action<string, string> check)
    {
        var rows = File.ReadLines(Path.Combine(Quay.Root(), "tests", "Minato.Linkage.Tests", "Normal", "oracle-vectors.tsv"))
            .Select(line => line.Split('\t'))
            .Where(row => row.Length == 3 && row[0] == kind)
            .ToList();
        Assert.True(rows.Count >= atLeast);
        Assert.All(rows, row => check(row[1], row[2]));
    }
}
