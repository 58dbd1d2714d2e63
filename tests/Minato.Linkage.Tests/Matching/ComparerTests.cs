using Minato.Linkage.Matching;
using Minato.Linkage.Normal;
using Xunit;

namespace Minato.Linkage.Tests.Matching;

public sealed class ComparerTests
{
    private static readonly KanjiClasses Classes = KanjiClasses.Parse("高髙\n辺邊邉\n斎齋\n");

    private static Pattern Compare(PersonIdentity a, PersonIdentity b)
    {
        var columns = new IdentityColumns(Classes);
        var holder = new HolderId("h");
        columns.Add(a, holder);
        columns.Add(b, holder);
        var comparer = new Comparer(columns);
        var pattern = comparer.Compare(0, 1);
        Assert.Equal(pattern, comparer.Compare(1, 0));
        return pattern;
    }

    private static PersonIdentity Name(string? kana, string? kanji = null) => new() { NameKana = kana, NameKanji = kanji };

    [Theory]
    [InlineData("サトウ タロウ", "サトウ タロウ", "exact", "exact")]
    [InlineData("ｻﾄｳ ﾀﾛｳ", "さとう たろう", "exact", "exact")]
    [InlineData("ナカジマ タロウ", "ナカシマ タロウ", "voice", "exact")]
    [InlineData("サトウ タロウ", "スズキ タロウ", "different", "exact")]
    [InlineData("サトウ タカシ", "サトウ タカツ", "exact", "edit")]
    [InlineData("SMITH JOHNATHAN", "SMITH JONATHAN", "exact", "edit")]
    [InlineData("SMITH J", "SMITH JOHN", "exact", "part")]
    [InlineData("SMITH CHRIS", "SMITH CHRISTOPHER", "exact", "part")]
    public void Readings_agree_by_levels(string a, string b, string family, string given)
    {
        var p = Compare(Name(a), Name(b));
        Assert.Equal(family, Pattern.LevelNames(PatternField.Family)[p[PatternField.Family]]);
        Assert.Equal(given, Pattern.LevelNames(PatternField.Given)[p[PatternField.Given]]);
    }

    [Fact]
    public void Kanji_and_reading_are_judged_together()
    {
        Assert.Equal("given=both family=both order=asWritten", Compare(Name("タカハシ ヒロコ", "高橋　裕子"), Name("タカハシ ヒロコ", "髙橋 裕子")).ToString());
        Assert.Equal("given=otherKanji family=both order=asWritten", Compare(Name("タカハシ ヒロコ", "高橋　裕子"), Name("タカハシ ヒロコ", "髙橋 弘子")).ToString());
        Assert.Equal("given=kanji family=both order=asWritten", Compare(Name("タカハシ ヒロコ", "高橋　裕子"), Name("タカハシ ユウコ", "髙橋 裕子")).ToString());
    }

    [Fact]
    public void The_two_parts_of_a_name_may_have_been_exchanged() =>
        Assert.Equal("given=exact family=exact order=swapped", Compare(Name("TARO SATO"), Name("SATO TARO")).ToString());

    [Fact]
    public void A_name_that_is_not_split_is_compared_as_a_whole()
    {
        Assert.Equal("given=exact family=exact order=asWritten", Compare(Name("サトウタロウ"), Name("サトウ タロウ")).ToString());
        Assert.Equal("given=different family=exact order=asWritten", Compare(Name("サトウハナコ"), Name("サトウ タロウ")).ToString());
    }

    [Fact]
    public void A_grown_woman_may_have_changed_her_family_name()
    {
        var married = new PersonIdentity { NameKana = "サトウ ハナコ", Sex = Sex.Female, BirthDate = new(1990, 5, 3), AsOf = new(2020, 1, 1) };
        var born = married with { NameKana = "スズキ ハナコ" };
        Assert.Equal(NameLevel.Changed, Compare(married, born).Family);
        Assert.Equal(NameLevel.Different, Compare(married with { Sex = Sex.Male }, born with { Sex = Sex.Male }).Family);
        Assert.Equal(NameLevel.Different, Compare(married with { AsOf = new(2000, 1, 1) }, born with { AsOf = new(2000, 1, 1) }).Family);
    }

    [Theory]
    [InlineData("1980-02-03", "1980-02-03", "same")]
    [InlineData("1980-01-01", "1980-01-01", "samePlaceholder")]
    [InlineData("1980-01-01", "1980-05-06", "compatible")]
    [InlineData("1980-02-03", "1980-03-02", "slip")]
    [InlineData("1980-02-03", "1981-02-03", "slip")]
    [InlineData("1980-02-03", "1980-02-05", "digit")]
    [InlineData("1980-02-13", "1980-02-31", "digit")]
    [InlineData("1980-02-03", "1980-02-28", "twoParts")]
    [InlineData("1980-02-03", "1975-11-28", "different")]
    public void Birth_dates_agree_by_levels(string a, string b, string level)
    {
        static IdentityParts Born(string date) => new(new PersonIdentity()) { Birth = int.Parse(date.Replace("-", "", StringComparison.Ordinal)) };
        var columns = new IdentityColumns(Classes);
        columns.Add(Born(a));
        columns.Add(Born(b));
        Assert.Equal("birth=" + level, new Comparer(columns).Compare(0, 1).ToString());
        Assert.Equal("birth=" + level, new Comparer(columns).Compare(1, 0).ToString());
    }

    [Fact]
    public void Numbers_tell_person_household_and_another_insurer_apart()
    {
        var one = new PersonIdentity { InsurerNumber = "06123456", InsuredSymbol = "１２３", InsuredNumber = "4567", InsuredBranch = "01" };
        Assert.Equal(NumberLevel.Same, Compare(one, one with { InsurerNumber = "6123456", InsuredSymbol = "12-3" }).Number);
        Assert.Equal(NumberLevel.Household, Compare(one, one with { InsuredBranch = "" }).Number);
        Assert.Equal(NumberLevel.OtherInHousehold, Compare(one, one with { InsuredBranch = "02" }).Number);
        Assert.Equal(NumberLevel.Slip, Compare(one, one with { InsuredNumber = "4576" }).Number);
        Assert.Equal(NumberLevel.Different, Compare(one, one with { InsuredNumber = "8899" }).Number);
        Assert.Equal(NumberLevel.OtherInsurer, Compare(one, one with { InsurerNumber = "01999999", InsuredNumber = "8899" }).Number);
        Assert.Equal(NumberLevel.Unknown, Compare(one, one with { InsuredNumber = "9999" }).Number);
    }

    [Fact]
    public void Twins_are_told_even_where_their_names_are_one_kana_apart()
    {
        var one = new PersonIdentity { NameKana = "サトウ ユウト", BirthDate = new(2015, 4, 4), InsurerNumber = "06123456", InsuredNumber = "4567", InsuredBranch = "03" };
        var other = one with { NameKana = "サトウ ユウキ", InsuredBranch = "04" };
        Assert.Equal((int)TwinsLevel.Likely, Compare(one, other)[PatternField.Twins]);
        Assert.Equal(0, Compare(one, one with { InsuredBranch = "04" })[PatternField.Twins]);
    }
}
