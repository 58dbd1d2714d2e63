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
}
