using CsCheck;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Tests.Normal;

/// <summary>The insured person's number in every variant of the national profile (regime facts §2.3).</summary>
public sealed class InsuredNumberTests
{
    [Theory]
    [InlineData("００１３８０５７", "１２ー３４", " 000567", "3", "00138057:1234:567:03")]
    [InlineData("138057", "", "１２３", "05", "00138057::123:05")]
    [InlineData("1130012", "12", "34", "00", "01130012:12:34:00")]
    [InlineData("39131234", "", "00012345", "", "39131234::12345:")]
    [InlineData("39131234", "", "12345", "01", "39131234::12345:")]
    [InlineData("06130012", "あいう", "１８７", "00", "06130012:アイウ:187:00")]
    [InlineData("06130012", "000", "187", "00", "06130012::187:00")]
    [InlineData("06130012", "ｷﾞｬ", "187", "00", "06130012:ギヤ:187:00")]
    public void A_number_with_a_branch_names_a_person(string insurer, string symbol, string number, string branch, string person) =>
        Assert.Equal(person, InsuredNumber.Of(insurer, symbol, number, branch).Person);

    [Theory]
    [InlineData("138057", "12", "34", null)]
    [InlineData("138057", "12", "34", "x1")]
    public void Without_a_branch_it_names_a_household_only(string insurer, string symbol, string number, string? branch)
    {
        var n = InsuredNumber.Of(insurer, symbol, number, branch);
        Assert.Equal(("00138057:12:34", ""), (n.Household, n.Person));
        Assert.NotEqual(InsuredNumber.Of(insurer, symbol, number, "00").Person, n.Person);
    }

    [Theory]
    [InlineData("00138057", "12", "99999999")]
    [InlineData("00138057", "12", "0000")]
    [InlineData("00138057", "12", "")]
    [InlineData("99999999", "12", "34")]
    [InlineData("00000000", "12", "34")]
    [InlineData("123456789", "12", "34")]
    [InlineData("hospital", "12", "34")]
    public void Fillers_and_impossible_insurers_name_nobody(string insurer, string symbol, string number) =>
        Assert.False(InsuredNumber.Of(insurer, symbol, number, "01").NamesHousehold);

    [Theory]
    [InlineData("00012345:あいう:１８７:05", "00012345:アイウ:187:05")]
    [InlineData("00012345::１８７:", "00012345::187:")]
    [InlineData("０００１２３４５：あいう：１８７：０５", "00012345:アイウ:187:05")]
    [InlineData("\"０００１２３４５\",\"あいう\",\"１８７\",\"０５\"", "00012345:アイウ:187:05")]
    [InlineData("”０００１２３４５”，”あいう”，”１８７”，”０５”", "00012345:アイウ:187:05")]
    [InlineData("12131234::1234567:", "12131234::1234567:")]
    [InlineData("138057::000123:00", "00138057::123:00")]
    public void One_string_holds_the_four_parts(string written, string normal) => Assert.Equal(normal, InsuredNumber.Parse(written).Value!.ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(":::")]
    [InlineData("00000000::00000000:00")]
    [InlineData("00138057:12:99999999:00")]
    public void Nothing_and_fillers_are_no_number(string? written) => Assert.Null(InsuredNumber.Parse(written).Value);

    [Theory]
    [InlineData("00138057:12:34")]
    [InlineData("00138057-12-34-01")]
    [InlineData("123456789:1:2:01")]
    [InlineData("ABC:1:2:01")]
    [InlineData("00138057:1:2:3:4")]
    public void Any_other_string_is_refused_without_quoting_it(string written)
    {
        var finding = Assert.Single(InsuredNumber.Parse(written).Findings);
        Assert.Equal(("identity.insured-number", Severity.Error), (finding.Code, finding.Severity));
        Assert.DoesNotContain(written, finding.ToString());
    }

    [Theory]
    [InlineData("00012345:あいう:１８７:05", true)]
    [InlineData("00012345::１８７:", true)]
    [InlineData("12131234::1234567:", true)]
    [InlineData("12345::187:", false)]
    [InlineData("00012345:あ い:187:05", false)]
    [InlineData("00012345::187:5", false)]
    [InlineData("00012345::187", false)]
    public void The_profile_has_one_writing(string written, bool good) => Assert.Equal(good, InsuredNumber.Profile().IsMatch(written));

    [Fact]
    public void Every_number_is_read_back_from_its_own_writing_and_in_every_width()
    {
        var insurers = Gen.OneOf(Gen.Int[100_000, 999_998].Select(n => $"{n}"), Gen.Int[1_000_000, 39_999_999].Select(n => $"{n:00000000}"));
        Gen.Select(insurers, Gen.OneOfConst("", "12", "12-34", "あいう", "公立"), Gen.Int[1, 9_999_998].Where(n => n.ToString().Any(c => c != '9')), Gen.OneOfConst("", "00", "01", "12")).Sample(
            (insurer, symbol, number, branch) =>
            {
                var made = InsuredNumber.Of(insurer, symbol, $"{number:0000000}", branch);
                var written = $"{insurer}:{symbol}:{number}:{branch}";
                return InsuredNumber.Profile().IsMatch(made.ToString())
                    && InsuredNumber.Parse(made.ToString()).Value == made
                    && InsuredNumber.Parse(written).Value == made
                    && InsuredNumber.Parse(Wide(written)).Value == made
                    && InsuredNumber.Parse(Wide($"\"{insurer}\",\"{symbol}\",\"{number}\",\"{branch}\"")).Value == made;
            },
            iter: 5_000);
    }

    private static string Wide(string text) => string.Concat(text.Select(c => c is > ' ' and < (char)127 ? (char)(c + 0xFEE0) : c));
}
