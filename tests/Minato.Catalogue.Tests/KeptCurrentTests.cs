namespace Minato.Catalogue.Tests;

/// <summary>Holders keep their words current, and the body keeps an eye on the labels (EHDS Art. 60, 78).</summary>
public sealed class KeptCurrentTests : IDisposable
{
    private static readonly Actor Holder = Harbour.HolderOf("port-hospital");

    private readonly Harbour harbour = new();
    private readonly DatasetId dataset;

    public KeptCurrentTests() => dataset = harbour.Warehouse.Register("records").Id;

    public void Dispose() => harbour.Dispose();

    private DatasetDescription Now => harbour.Catalogue.Find(dataset)!;

    private async Task<string?> Refusal(Task<Outcome<bool>> done) => (await done).Findings.Select(f => f.Code).FirstOrDefault();

    [Fact]
    public async Task A_holder_attests_what_it_said_within_a_year()
    {
        Assert.Null(Now.AttestBy);
        Assert.Equal("catalogue.nothing-to-attest", await Refusal(harbour.Catalogue.AttestAsync(dataset, Holder)));
        await harbour.Catalogue.DescribeAsync(dataset, Harbour.Words, Holder);
        var described = Now.KeptAt;
        Assert.Equal(JapaneseDay.Of(described!.Value).AddYears(1), Now.AttestBy);
        Assert.Equal("catalogue.not-the-holder", await Refusal(harbour.Catalogue.AttestAsync(dataset, Harbour.HolderOf("other-hospital"))));
        Assert.Equal("catalogue.not-the-holder", await Refusal(harbour.Catalogue.AttestAsync(dataset, Harbour.Operator)));
        Assert.Equal("catalogue.unknown-dataset", await Refusal(harbour.Catalogue.AttestAsync(new("moon"), Holder)));
        Assert.Null(await Refusal(harbour.Catalogue.AttestAsync(dataset, Holder)));
        Assert.True(Now.KeptAt > described);
        Assert.Equal(["catalogue.described-by-holder", "catalogue.attested"], harbour.Ledger.ReadStream("catalogue/records").Select(e => e.Type));
        Assert.Equal(Now.KeptAt, harbour.Reopen().Find(dataset)!.KeptAt);
    }

    [Fact]
    public async Task Each_description_is_a_version_and_an_attestation_is_none()
    {
        await harbour.Catalogue.DescribeAsync(dataset, Harbour.Words, Holder);
        await harbour.Catalogue.AttestAsync(dataset, Holder);
        await harbour.Catalogue.DescribeAsync(dataset, Harbour.Words with { PriceClass = "A" }, Holder);
        Assert.Equal(["B", "A"], Now.Versions.Select(v => v.Description.PriceClass));
        Assert.True(Now.Versions[0].At < Now.Versions[1].At);
        Assert.Equal("A", Now.ByHolder!.PriceClass);
    }

    [Fact]
    public async Task A_label_is_doubted_then_revoked_with_reasons_and_may_stand_again()
    {
        harbour.Warehouse.Deliver(Now.Dataset, (ShelfWarehouse.Person, Rows.Of(30, p => Rows.Person(p))));
        harbour.Warehouse.Shares = [new(1, "s1", Harbour.Now, 0.5, 0.9, null, 90, 10)];
        bool Shown() => harbour.Catalogue.ToTurtle(dataset, new Uri("https://minato.example/")).Contains("checks.conformance", StringComparison.Ordinal);
        Task<string?> Judge(LabelStanding standing, string reason, Actor by) => Refusal(harbour.Catalogue.JudgeLabelAsync(dataset, standing, reason, by));

        Assert.Equal("catalogue.not-the-body", await Judge(LabelStanding.Doubted, "codes", Holder));
        Assert.Equal("catalogue.label-reason", await Judge(LabelStanding.Doubted, " ", Harbour.Operator));
        Assert.Equal("catalogue.label-standing", await Judge((LabelStanding)9, "codes", Harbour.Operator));
        Assert.Equal("catalogue.label-not-doubted", await Judge(LabelStanding.Revoked, "codes", Harbour.Operator));
        Assert.Null(await Judge(LabelStanding.Good, "nothing to say", Harbour.Operator));
        Assert.Empty(harbour.Ledger.ReadStream("catalogue/records"));

        Assert.Null(await Judge(LabelStanding.Doubted, "codes of 2024 are missing", Harbour.Operator));
        Assert.Equal((LabelStanding.Doubted, "codes of 2024 are missing", true), (Now.Label!.Standing, Now.Label.Reason, Shown()));
        Assert.Null(await Judge(LabelStanding.Revoked, "not mended", Harbour.Operator));
        Assert.Equal((LabelStanding.Revoked, "not mended", false), (Now.Label!.Standing, Now.Label.Reason, Shown()));
        Assert.Null(await Judge(LabelStanding.Good, "mended", Harbour.Operator));
        Assert.True(Shown());
        Assert.Null(Now.ByHolder);
    }
}
