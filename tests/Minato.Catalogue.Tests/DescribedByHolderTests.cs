namespace Minato.Catalogue.Tests;

public sealed class DescribedByHolderTests : IDisposable
{
    private readonly Harbour harbour = new();
    private readonly DatasetId dataset;

    public DescribedByHolderTests() => dataset = harbour.Warehouse.Register("records").Id;

    public void Dispose() => harbour.Dispose();

    [Fact]
    public async Task What_the_holder_says_is_kept_in_the_ledger()
    {
        Assert.True((await harbour.Catalogue.DescribeAsync(dataset, Harbour.Words, Harbour.HolderOf("port-hospital"))).IsOk);
        Assert.Equal(Harbour.Words.Title, harbour.Catalogue.Find(dataset)!.ByHolder!.Title);
        Assert.Equal(Harbour.Words.Keywords, harbour.Reopen().Find(dataset)!.ByHolder!.Keywords);
        Assert.Equal("catalogue.described-by-holder", Assert.Single(harbour.Ledger.ReadStream("catalogue/records")).Type);
    }

    [Fact]
    public async Task Saying_the_same_again_is_no_event()
    {
        await harbour.Catalogue.DescribeAsync(dataset, Harbour.Words, Harbour.Operator);
        Assert.True((await harbour.Catalogue.DescribeAsync(dataset, Harbour.Words with { Keywords = [.. Harbour.Words.Keywords] }, Harbour.Operator)).IsOk);
        Assert.Single(harbour.Ledger.ReadStream("catalogue/records"));
        await harbour.Catalogue.DescribeAsync(dataset, Harbour.Words with { PriceClass = "A" }, Harbour.Operator);
        Assert.Equal(2, harbour.Ledger.ReadStream("catalogue/records").Count);
    }

    [Fact]
    public async Task Nobody_else_speaks_for_the_holder()
    {
        Assert.Equal("catalogue.not-the-holder", (await harbour.Catalogue.DescribeAsync(dataset, Harbour.Words, Harbour.HolderOf("other-hospital"))).Findings[0].Code);
        Assert.Equal("catalogue.not-the-holder", (await harbour.Catalogue.DescribeAsync(dataset, Harbour.Words, Harbour.HolderOf("port-hospital") with { Roles = Role.Researcher })).Findings[0].Code);
        Assert.Equal("catalogue.unknown-dataset", (await harbour.Catalogue.DescribeAsync(new("moon"), Harbour.Words, Harbour.Operator)).Findings[0].Code);
        Assert.Empty(harbour.Ledger.ReadAll(0, "catalogue/"));
    }

    [Fact]
    public async Task A_description_with_gaps_names_the_gap()
    {
        async Task Gap(string field, HolderDescription d)
        {
            var finding = (await harbour.Catalogue.DescribeAsync(dataset, d, Harbour.Operator)).Findings[0];
            Assert.Equal(("catalogue.description", field), (finding.Code, finding.Place.Field));
        }

        await Gap("title", Harbour.Words with { Title = new("", "x") });
        await Gap("summary", Harbour.Words with { Summary = null! });
        await Gap("daysToObtain", Harbour.Words with { DaysToObtain = -1 });
        await Gap("keywords", Harbour.Words with { Keywords = [null!] });
        await Gap("contactPoint", Harbour.Words with { ContactPoint = new string('x', 201) });
        await Gap("content", null!);
    }
}
