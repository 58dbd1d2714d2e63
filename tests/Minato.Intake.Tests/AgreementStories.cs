using Minato.Intake.Agreements;

namespace Minato.Intake.Tests;

/// <summary>What a holder has agreed decides what is taken, and what is due.</summary>
public sealed class AgreementStories : IDisposable
{
    private static readonly DeliveryPolicy Agreed = DeliveryPolicy.Read(Path.Combine(IntakeWorld.Root(), "standards"), "agreed-v1");
    private readonly IntakeWorld world = new(policy: Agreed);

    private DateOnly Today => world.Clock.Today;

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Without_an_agreement_nothing_is_taken_by_any_way_where_the_policy_asks_for_one()
    {
        var folder = world.Delivery(("death_1.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(1))));
        var refused = await world.Intake.ReceiveFolderAsync(IntakeWorld.City, IntakeWorld.Deaths, folder, IntakeWorld.CityClerk);
        Assert.Equal("intake.no-agreement", Assert.Single(refused.Findings).Code);
        Assert.Contains("holder agree", refused.Findings[0].Remedy, StringComparison.Ordinal);
        Assert.Equal("intake.no-agreement", world.Intake.BeginUpload(IntakeWorld.City, IntakeWorld.Deaths, "a.csv", 1, IntakeWorld.CityClerk).Findings[0].Code);
        Assert.Equal("intake.no-agreement", (await world.Intake.ReceiveDocumentAsync(IntakeWorld.City, IntakeWorld.Deaths, new MemoryStream([1]), IntakeWorld.CityClerk)).Findings[0].Code);
        Assert.Empty(world.Intake.Receipts());

        await Agree(new Agreement(IntakeWorld.Deaths, Today));
        Assert.Equal(DeliveryState.Applied, (await world.Receive(IntakeWorld.Deaths, folder)).State);
    }

    [Fact]
    public async Task An_agreement_binds_from_its_first_day_through_its_last_and_its_days_of_grace()
    {
        await Agree(new Agreement(IntakeWorld.Deaths, Today.AddDays(10), Today.AddDays(40), Cadence.Monthly, GraceDays: 5));
        Assert.Contains($"begins on {Today.AddDays(10):yyyy-MM-dd}", (await Deliver(1)).Findings[0].Reason, StringComparison.Ordinal);
        world.Clock.Days = 10;
        Assert.True((await Deliver(2)).IsOk);
        world.Clock.Days = 45;
        Assert.True((await Deliver(3)).IsOk);
        world.Clock.Days = 46;
        Assert.Equal("intake.agreement-not-in-force", (await Deliver(4)).Findings[0].Code);
        Assert.Null(world.Intake.Agreements.InForce(IntakeWorld.Deaths));
    }

    [Fact]
    public async Task A_new_agreement_takes_the_place_of_the_earlier_one_and_an_end_is_said_with_its_reason()
    {
        await Agree(new Agreement(IntakeWorld.Deaths, Today, Formats: ["death-csv"]));
        await Agree(new Agreement(IntakeWorld.Deaths, Today.AddDays(30), Level: ProvisionLevel.Extended));
        Assert.Equal([(Today, Today.AddDays(29)), (Today.AddDays(30), null)], world.Intake.Agreements.All.Select(a => (a.From, a.To)));
        world.Clock.Days = 31;
        Assert.Equal(ProvisionLevel.Extended, world.Intake.Agreements.InForce(IntakeWorld.Deaths)!.Level);

        var size = world.Ledger.Size;
        await Agree(new Agreement(IntakeWorld.Deaths, Today.AddDays(-1), Level: ProvisionLevel.Extended));
        Assert.Equal(size, world.Ledger.Size);
        Assert.Equal("intake.role", (await world.Intake.Agreements.EndAsync(IntakeWorld.Deaths, Today, "the law changed", IntakeWorld.CityClerk)).Findings[0].Code);
        Assert.True((await world.Intake.Agreements.EndAsync(IntakeWorld.Deaths, Today, "the law changed", IntakeWorld.Desk)).IsOk);
        world.Clock.Days = 32;
        Assert.Equal("intake.agreement-not-in-force", (await Deliver(1)).Findings[0].Code);
    }

    [Fact]
    public async Task A_format_that_is_not_agreed_waits_in_quarantine_and_the_rest_is_taken()
    {
        await Agree(new Agreement(IntakeWorld.Deaths, Today, Formats: ["death-csv"]));
        var receipt = await world.Receive(IntakeWorld.Deaths, world.Delivery(
            ("death_1.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(1))), ("patient.ndjson", """{"resourceType":"Patient","id":"p1"}"""u8.ToArray())));
        Assert.Equal(1, receipt.ByFormat["death-csv"].Records);
        Assert.Equal("patient.ndjson", Assert.Single(receipt.Findings, f => f.Code == "intake.format-not-agreed").Place.File);
        Assert.Equal(1, receipt.ByFormat["fhir"].Quarantined);
    }

    [Fact]
    public async Task Only_a_holder_of_the_extended_level_is_asked()
    {
        await Agree(new Agreement(IntakeWorld.Deaths, Today));
        Assert.True((await world.Intake.AgreePullAsync(IntakeWorld.Deaths, new BulkSource(new Uri("http://127.0.0.1:9/fhir")), IntakeWorld.Desk)).IsOk);
        Assert.Equal("pull.level", (await world.Intake.PullAsync(IntakeWorld.Deaths, IntakeWorld.Desk)).Findings[0].Code);
        await Agree(new Agreement(IntakeWorld.Deaths, Today, Level: ProvisionLevel.Extended));
        Assert.Equal("pull.connection", (await world.Intake.PullAsync(IntakeWorld.Deaths, IntakeWorld.Desk)).Findings[0].Code);
    }

    [Fact]
    public async Task A_wrong_agreement_is_refused_with_its_field()
    {
        foreach (var (wrong, field) in new (Agreement, string)[]
        {
            (new(IntakeWorld.Deaths, Today, Today.AddDays(-1)), "to"), (new(IntakeWorld.Deaths, Today, GraceDays: 400), "graceDays"), (new(IntakeWorld.Deaths, Today, Formats: ["fax"]), "formats"),
            (new(IntakeWorld.Deaths, Today, Embargo: new(MonthsAfterDelivery: -1)), "embargo"), (new(IntakeWorld.Deaths, new DateOnly(1, 1, 1)), "from"),
        })
        {
            var refused = await world.Intake.Agreements.MakeAsync(wrong, IntakeWorld.Desk);
            Assert.Equal(("agreement.content", field), (refused.Findings[0].Code, refused.Findings[0].Place.Field));
        }

        Assert.Equal("intake.role", (await world.Intake.Agreements.MakeAsync(new(IntakeWorld.Deaths, Today), IntakeWorld.CityClerk)).Findings[0].Code);
        Assert.Equal("intake.unknown-dataset", (await world.Intake.Agreements.MakeAsync(new(new DatasetId("none"), Today), IntakeWorld.Desk)).Findings[0].Code);
    }

    [Fact]
    public async Task What_is_overdue_is_listed_and_its_holder_reminded_once_for_each_due_date()
    {
        await Agree(new Agreement(IntakeWorld.Deaths, Today, Cadence: Cadence.Weekly, GraceDays: 2));
        await Agree(new Agreement(IntakeWorld.Shots, Today, Cadence: Cadence.Yearly));
        var first = Today.AddDays(9);
        Assert.Equal((first, 0), Due());
        Assert.Empty((await Remind()).Value);

        world.Clock.Days = 9;
        Assert.Equal((first, 0), Due());
        world.Clock.Days = 10;
        Assert.Equal((first, 1), Due());
        Assert.Equal(first, Assert.Single((await Remind()).Value).Reminded);
        Assert.Empty((await Remind()).Value);
        Assert.Equal(first, world.Intake.Agreements.Due()[0].Reminded);
        Assert.Equal("intake.role", (await world.Intake.Agreements.RemindAsync(IntakeWorld.CityClerk)).Findings[0].Code);

        // Two more dates pass: one reminder, that of the latest.
        world.Clock.Days = 24;
        Assert.Equal((first.AddDays(14), 3), ((await Remind()).Value[0].Reminded, world.Intake.Agreements.Due()[0].Missed));
        Assert.Empty((await Remind()).Value);
        Assert.Equal(2, world.Ledger.ReadAll(0, "agreement/").Count(e => e.Type == "intake.delivery-reminded"));

        Assert.True((await Deliver(1)).IsOk);
        Assert.Equal((first.AddDays(21), 0), Due());
        Assert.Single(world.Intake.Agreements.Due(new HolderId("elsewhere")).Concat(world.Intake.Agreements.Due(IntakeWorld.City)), d => d.Dataset == IntakeWorld.Deaths);

        (DateOnly, int) Due() => world.Intake.Agreements.Due().Single(d => d.Dataset == IntakeWorld.Deaths) is var d ? (d.Due, d.DaysLate) : default;
    }

    [Theory]
    [InlineData("", "2026-01-31", "2026-02-05 0")] // nothing yet, nothing late
    [InlineData("", "2026-02-06", "2026-02-05 1")]
    [InlineData("2026-01-20", "2026-02-06", "2026-03-05 0")]
    [InlineData("2026-01-20 2026-01-21 2026-01-22", "2026-03-06", "2026-03-05 1")] // more of them in time count for one date
    [InlineData("2026-02-10", "2026-02-10", "2026-03-05 0")] // a late one
    [InlineData("2026-02-10", "2026-03-06", "2026-03-05 1")] // does not count for the next too
    [InlineData("2026-02-10 2026-02-11", "2026-03-06", "2026-04-05 0")]
    [InlineData("2026-05-20", "2026-05-20", "2026-06-05 0")] // one that comes after several dates meets them all
    [InlineData("2025-12-31", "2026-02-06", "2026-02-05 1")] // before the agreement
    [InlineData("2026-01-20", "2026-12-01", "2026-03-05 5")] // the agreement ended in July
    [InlineData("2026-01-20 2026-09-01", "2026-12-01", "")]
    public void Due_dates_are_met_by_what_came(string came, string today, string expected)
    {
        var agreement = new Agreement(IntakeWorld.Deaths, new DateOnly(2026, 1, 1), new DateOnly(2026, 7, 1), Cadence.Monthly, GraceDays: 4);
        var open = DueDates.Open(agreement, came.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(d => DateOnly.Parse(d, null)), DateOnly.Parse(today, null));
        Assert.Equal(expected, open is { } o ? $"{o.Due:yyyy-MM-dd} {o.Missed}" : "");
    }

    [Theory]
    [InlineData(Cadence.Daily, "2026-02-01 2026-02-02")]
    [InlineData(Cadence.Weekly, "2026-02-07 2026-02-14")]
    [InlineData(Cadence.Monthly, "2026-02-28 2026-03-31")] // counted from the first day, not from the month before
    [InlineData(Cadence.Quarterly, "2026-04-30 2026-07-31")]
    [InlineData(Cadence.Yearly, "2027-01-31 2028-01-31")]
    [InlineData(Cadence.OnRequest, "")]
    public void Cadences(Cadence cadence, string expected) =>
        Assert.Equal(expected, string.Join(' ', DueDates.Of(new Agreement(IntakeWorld.Deaths, new DateOnly(2026, 1, 31), Cadence: cadence)).Take(2).Select(d => $"{d:yyyy-MM-dd}")));

    private async Task Agree(Agreement agreement) => _ = (await world.Intake.Agreements.MakeAsync(agreement, IntakeWorld.Desk)).Value;

    private Task<Outcome<IReadOnlyList<DueDelivery>>> Remind() => world.Intake.Agreements.RemindAsync(IntakeWorld.Desk);

    private Task<Outcome<Receipt>> Deliver(int n) => world.Intake.ReceiveFolderAsync(
        IntakeWorld.City, IntakeWorld.Deaths, world.Delivery(("death_1.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(n)))), IntakeWorld.CityClerk);
}
