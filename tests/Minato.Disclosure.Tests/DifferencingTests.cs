namespace Minato.Disclosure.Tests;

public class DifferencingTests
{
    private static string Check(string earlier, string later) =>
        TableText.Rules(Differencing.Check(TableText.Read(earlier), TableText.Read(later), OutputRule.Default));

    [Fact]
    public void Two_populations_that_differ_by_few_are_found() =>
        Assert.Equal("differencing:f", Check("sex n\nm 100\nf 120", "sex n\nm 100\nf 115"));

    [Fact]
    public void A_difference_of_ten_or_none_is_fine() =>
        Assert.Equal("", Check("sex n\nm 100\nf 120", "sex n\nm 100\nf 110"));

    [Fact]
    public void The_margin_of_a_finer_table_is_compared_too() =>
        Assert.Equal("differencing:m", Check("sex age n\nm young 40\nm old 60\nf young 50\nf old 70", "sex n\nm 97\nf 120"));

    [Fact]
    public void The_same_table_hidden_in_another_place_is_open()
    {
        const string First = "g n\na *\nb *\nc 40\nd 30\nTotal 90";
        const string Second = "g n\na *\nb 15\nc *\nd 30\nTotal 90";
        Assert.Empty(CellAudit.Check(TableText.Read(First), OutputRule.Default));
        Assert.Empty(CellAudit.Check(TableText.Read(Second), OutputRule.Default));
        Assert.Equal("differencing:a", Check(First, Second));
        Assert.Equal("", Check(First, First));
    }

    [Fact]
    public void Tables_without_a_common_dimension_and_total_say_nothing_of_each_other() =>
        Assert.Equal("", Check("sex n\nm *\nf 20", "age n\nold 30\nyoung *"));

    private static string Together(string later, params string[] earlier) => TableText.Rules(Differencing.Together(
        [.. earlier.Select(e => new ComparableTable(TableText.Read(e)))], new ComparableTable(TableText.Read(later)), OutputRule.Default));

    [Fact]
    public void A_margin_of_another_table_opens_what_this_one_hides()
    {
        // Safe alone: no total. The earlier table knows how many women there are.
        const string Hidden = "sex age n\nm young 40\nm old 60\nf young *\nf old 70";
        Assert.Empty(CellAudit.Check(TableText.Read(Hidden), OutputRule.Default));
        Assert.Equal("differencing:f/young", Together(Hidden, "sex region n\nm north 50\nm south 50\nf north 44\nf south 31"));
        Assert.Equal("", Together(Hidden, "region n\nnorth 94\nsouth 80"));
    }

    [Fact]
    public void A_finer_table_opens_a_coarser_one() =>
        Assert.Equal("differencing:f", Together("sex n\nm 100\nf *", "sex age n\nm young 40\nm old 60\nf young 3\nf old 4"));

    [Fact]
    public void The_new_table_does_not_open_what_an_earlier_one_hides()
    {
        const string Earlier = "g n\na *\nb *\nc 40\nd 30\nTotal 85";
        Assert.Equal("differencing:", Together("g h n\nb x 6\nb y 5", Earlier));
        Assert.Equal("", Together("g h n\nc x 20\nc y 20", Earlier));
    }

    [Fact]
    public void Three_tables_say_together_what_no_two_say()
    {
        const string Third = "sex age n\nm young 40\nm old 60\nf young *\nf old *";
        const string Women = "sex n\nm 100\nf 77";
        const string Old = "age n\nyoung 47\nold 130";
        Assert.Equal("", Together(Third, Women));
        Assert.Equal("differencing:f/young", Together(Third, Women, Old));
    }

    [Fact]
    public void A_table_of_other_people_says_nothing_of_a_hidden_cell() =>
        Assert.Equal("", Together("sex age n\nm young 40\nm old 60\nf young *\nf old 70", "sex region n\nm north 50\nm south 60\nf north 44\nf south 31"));
}
