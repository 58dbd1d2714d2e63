namespace Minato.Access.Tests;

public class FeeTests
{
    private readonly World world = new();

    private FeeQuote Quote(ApplicationDraft draft) => world.Access.Preview(draft).Quote.Value;

    [Fact]
    public void Actual_cost_is_worked_out_on_paper_beforehand()
    {
        // Two datasets, twelve months: base 50,000; coordination (4 + 3) h × 12,000; data (2 × 3 + 1) h × 58,300; cloud 12 × 100,000.
        var quote = Quote(World.Draft);
        Assert.Equal("tariff@1.0.0/actual", quote.Tariff);
        Assert.Equal([("base", 50_000m), ("coordination", 84_000m), ("data", 408_100m), ("cloud", 1_200_000m)], quote.Lines.Select(l => (l.Item, l.Yen)));
        Assert.Equal(1_742_100m, quote.TotalYen);
    }

    [Fact]
    public void The_fixed_rate_is_another_and_known_in_advance()
    {
        var quote = Quote(World.With("payment.fee-mode", "fixed"));
        Assert.Equal("tariff@1.0.0/fixed", quote.Tariff);
        Assert.Equal(50_000m + 40_000m + 400_000m + 1_440_000m, quote.TotalYen);
    }

    [Fact]
    public void A_small_study_with_one_dataset_has_a_cheap_route()
    {
        var small = World.With("payment.small-study", "true") with { Use = World.Use with { Datasets = [World.Use.Datasets[0]], MonthsOfUse = 3 } };
        var quote = Quote(small);
        Assert.DoesNotContain(quote.Lines, l => l.Item == "data" && l.Quantity != 3);
        Assert.Equal(-Math.Floor((50_000m + 48_000m + 174_900m + 300_000m) * 0.3m), quote.Lines[^1].Yen);
        Assert.Equal(quote.Lines.Sum(l => l.Yen), quote.TotalYen);
        Assert.DoesNotContain(Quote(World.With("payment.small-study", "true")).Lines, l => l.Yen < 0);
    }

    [Fact]
    public void Every_amount_is_a_whole_number_of_yen()
    {
        foreach (var kind in new[] { "state", "university" })
        {
            Assert.All(Quote(World.With("applicant.kind", kind)).Lines, l => Assert.Equal(l.Yen, decimal.Truncate(l.Yen)));
        }
    }

    [Fact]
    public void An_unknown_mode_is_a_finding() => Assert.Equal("access.fee-mode", world.Access.Preview(World.With("payment.fee-mode", "gift")).Quote.Findings[0].Code);
}
