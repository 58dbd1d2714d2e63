namespace Minato.Disclosure.Tests;

public class CellAuditTests
{
    private static string Check(string table, OutputRule? rule = null) => TableText.Rules(CellAudit.Check(TableText.Read(table), rule ?? OutputRule.Default));

    [Fact]
    public void A_cell_of_nine_is_found_ten_and_zero_are_not() =>
        Assert.Equal("minimum-cell:b", Check("group n\na 10\nb 9\nc 0"));

    [Fact]
    public void Zero_is_found_where_the_rule_does_not_allow_it() =>
        Assert.Equal("minimum-cell:c", Check("group n\na 10\nc 0", new OutputRule(ZeroAllowed: false)));

    [Fact]
    public void A_suppressed_cell_whose_complement_is_open_is_found() =>
        Assert.Equal("complementary:b", Check("group n\na 100\nb *\nTotal 109"));

    [Fact]
    public void Suppressing_the_complement_too_makes_it_safe() =>
        Assert.Equal("", Check("group n\na *\nb *\nTotal 109"));

    [Fact]
    public void Two_suppressed_cells_whose_sum_is_below_the_minimum_hide_nothing() =>
        Assert.Equal("complementary:b; complementary:c", Check("group n\na 100\nb *\nc *\nTotal 107"));

    [Fact]
    public void Without_a_total_a_suppressed_cell_is_safe() =>
        Assert.Equal("", Check("group n\na 100\nb *"));

    [Fact]
    public void A_cell_that_can_only_be_large_or_empty_is_no_secret() =>
        Assert.Equal("", Check("group n\na 100\nb *\nTotal 200\n") + Check("group n\na 100\nb *\nTotal 100\n"));

    [Fact]
    public void Rows_and_columns_together_fix_what_neither_does_alone()
    {
        // No line has a single hidden cell, but adding r1 and r2 and taking c1 and c2 away leaves r2c3 = 5.
        const string Table = """
            r c n
            r1 c1 *
            r1 c2 *
            r1 c3 30
            r1 Total 90
            r2 c1 *
            r2 c2 *
            r2 c3 *
            r2 Total 65
            r3 c1 20
            r3 c2 20
            r3 c3 *
            r3 Total 80
            Total c1 80
            Total c2 80
            Total c3 75
            Total Total 235
            """;
        Assert.Equal("complementary:r2/c3", Check(Table));
    }

    [Fact]
    public void A_missing_row_is_zero_if_the_totals_agree_and_hidden_if_they_do_not()
    {
        Assert.Equal("", Check("r c n\na x 20\na Total 20\nb x 30\nb y 20\nb Total 50\nTotal x 50\nTotal y 20\nTotal Total 70"));
        Assert.Equal("complementary:a/y", Check("r c n\na x 20\na Total 29\nb x 30\nb y 20\nb Total 50\nTotal x 50\nTotal y 29\nTotal Total 79"));
    }

    [Fact]
    public void A_total_under_an_unusual_name_is_found_by_its_sums() =>
        Assert.Equal("complementary:f/c3", Check("""
            sex c n
            m c1 20
            m c2 30
            m c3 40
            m zzz 90
            f c1 20
            f c2 30
            f c3 *
            f zzz 57
            """));

    [Fact]
    public void Totals_that_contradict_their_parts_cannot_be_checked() =>
        Assert.Equal("totals:Total", Check("group n\na 100\nb 50\nTotal 149"));

    [Fact]
    public void Rounded_tables_hide_what_the_rounding_hides()
    {
        Assert.Equal("", Check("group n\na 100\nb *\nTotal 110", new OutputRule(RoundedTo: 10)));
        Assert.Equal("complementary:b", Check("group n\na 100\nb *\nTotal 105", new OutputRule(RoundedTo: 2)));
    }

    [Fact]
    public void A_negative_value_is_no_count() => Assert.Equal("negative:a", Check("group n\na -3\nb 20"));

    [Fact]
    public void In_three_dimensions_a_single_hidden_cell_is_found()
    {
        var table = TableText.WithTotals([20, 30, 40, 50, 5, 60, 70, 80], 2, 2, 2);
        var hidden = table.IndexOf(["c1", "c0", "c0"]);
        Assert.Equal("complementary:c1/c0/c0", TableText.Rules(CellAudit.Check(table.WithSuppressed([hidden]), OutputRule.Default)));
    }

    [Fact]
    public void Everybody_in_one_category_is_class_disclosure()
    {
        var table = TableText.Read("sex disease n\nm yes 40\nm no 0\nm Total 40\nf yes 20\nf no 30\nf Total 50\n");
        Assert.Equal("class-disclosure:f/no; class-disclosure:m/yes", TableText.Rules(ClassDisclosure.Check(table)));
        Assert.Equal("", TableText.Rules(ClassDisclosure.Check(TableText.Read("sex disease n\nm yes 40\nm no *\nf yes 20\nf no 30\n"))));
    }

    [Fact]
    public void Hostile_tables_are_refused_with_a_reason()
    {
        Assert.Equal("table.duplicate", CellTable.FromRows(["a"], [(["x"], 1), (["x"], 2)]).Findings[0].Code);
        Assert.Equal("table.shape", CellTable.FromRows(["a"], [(["x", "y"], 1)]).Findings[0].Code);
        var many = Enumerable.Range(0, 1500).Select(i => ((IReadOnlyList<string>)[$"{i}", $"{i}"], (decimal?)10)).ToArray();
        Assert.Equal("table.too-large", CellTable.FromRows(["a", "b"], many).Findings[0].Code);
    }

    [Fact]
    public void A_table_too_large_to_be_solved_is_reported_and_holds_nobody_up()
    {
        var random = new Random(1);
        var table = TableText.WithTotals([.. Enumerable.Range(0, 200 * 200).Select(_ => random.Next(10, 30))], 200, 200);
        var hidden = Enumerable.Range(0, table.Count).Where(c => !table.IsTotal(c) && random.Next(3) == 0).ToArray();
        var findings = CellAudit.Check(table.WithSuppressed(hidden), OutputRule.Default);
        Assert.Equal(hidden.Length, findings.Count);
        Assert.All(findings, f => Assert.Equal("complementary", f.Rule));
    }

    [Theory]
    [InlineData("<10", true)]
    [InlineData("10未満", true)]
    [InlineData("1-9", true)]
    [InlineData("-", true)]
    [InlineData("12", false)]
    [InlineData("-3", false)]
    public void Marks_of_suppression(string text, bool suppressed)
    {
        Assert.True(SuppressionMark.TryRead(text, out var value));
        Assert.Equal(suppressed, value is null);
    }
}
