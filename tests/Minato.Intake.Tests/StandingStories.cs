using Minato.Warehouse;

namespace Minato.Intake.Tests;

/// <summary>Whether a delivery is confirmed, and from when it may be used.</summary>
public sealed class StandingStories : IDisposable
{
    private readonly IntakeWorld world = new();

    private DateOnly Today => world.Clock.Today;

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_delivery_is_preliminary_until_its_holder_confirms_it()
    {
        var receipt = (await Deliver(1)).Value;
        Assert.False(receipt.Standing!.IsConfirmed);
        Assert.Equal(new DatasetStanding(1, 1, null, null), Standing());
        Assert.Equal("intake.unknown-delivery", (await world.Intake.ConfirmAsync(receipt.Delivery, IntakeWorld.Stranger)).Findings[0].Code);

        var confirmed = (await world.Intake.ConfirmAsync(receipt.Delivery, IntakeWorld.CityClerk)).Value;
        Assert.True(confirmed.Standing!.IsConfirmed);
        Assert.True(Assert.Single(world.Intake.Receipts()).Standing!.IsConfirmed);
        Assert.True(Standing().IsConfirmed);
        var said = Assert.Single(world.Ledger.ReadAll(0, "standing/"));
        Assert.Equal(("warehouse.deliveries-confirmed", IntakeWorld.CityClerk.Id), (said.Type, said.By));

        // Once is enough, and what comes later is preliminary again.
        _ = (await world.Intake.ConfirmAsync(receipt.Delivery, IntakeWorld.CityClerk)).Value;
        Assert.Single(world.Ledger.ReadAll(0, "standing/"));
        _ = (await Deliver(2)).Value;
        Assert.Equal(new DatasetStanding(2, 1, null, null), Standing());
    }

    [Fact]
    public async Task A_period_is_confirmed_in_what_was_delivered_so_far()
    {
        var day = new DateOnly(2025, 3, 31);
        var first = (await Deliver(1)).Value;
        _ = (await world.Intake.ConfirmAsync(first.Delivery, IntakeWorld.CityClerk)).Value;
        _ = (await Deliver(2)).Value;
        Assert.Equal("intake.role", (await world.Intake.ConfirmPeriodAsync(IntakeWorld.Deaths, day, IntakeWorld.Stranger)).Findings[0].Code);
        Assert.Equal(1, (await world.Intake.ConfirmPeriodAsync(IntakeWorld.Deaths, day, IntakeWorld.CityClerk)).Value);
        Assert.Equal(0, (await world.Intake.ConfirmPeriodAsync(IntakeWorld.Deaths, day.AddDays(-1), IntakeWorld.CityClerk)).Value);
        Assert.Equal(new DatasetStanding(2, 1, day, null), Standing());
        Assert.True(world.Intake.Receipts()[0].Standing!.IsConfirmed); // the wider word stays
        Assert.Equal(1, (await world.Intake.ConfirmPeriodAsync(IntakeWorld.Deaths, day.AddDays(30), IntakeWorld.CityClerk)).Value);
        _ = (await Deliver(3)).Value;
        Assert.Equal(new DatasetStanding(3, 2, null, null), Standing());
    }

    [Fact]
    public async Task An_embargo_of_the_agreement_goes_back_to_what_is_free_and_ends_by_itself()
    {
        _ = (await Deliver(1)).Value;
        _ = (await world.Intake.Agreements.MakeAsync(new Agreement(IntakeWorld.Deaths, Today, Embargo: new(MonthsAfterDelivery: 2)), IntakeWorld.Desk)).Value;
        var held = (await Deliver(2)).Value;
        Assert.Equal(Today.AddMonths(2), held.Standing!.Embargo);
        Assert.Equal((1, held.Delivery), (Usable().Snapshot!.Number, Assert.Single(Usable().Embargoed).Delivery));
        Assert.Equal(Today.AddMonths(2), Standing().EmbargoUntil);

        var until = Today.AddMonths(2);
        world.Clock.Days = until.DayNumber - Today.DayNumber - 1;
        Assert.Equal(1, Usable().Snapshot!.Number);
        world.Clock.Days++;
        Assert.Equal((2, 0), (Usable().Snapshot!.Number, Usable().Embargoed.Count));
        Assert.Null(Standing().EmbargoUntil);
    }

    [Fact]
    public async Task An_embargo_of_a_delivery_is_there_before_its_rows_and_only_the_holder_shortens_it()
    {
        var until = Today.AddDays(100);
        var held = (await Deliver(1, until)).Value;
        Assert.Null(Usable().Snapshot);
        var types = world.Ledger.ReadAll().Select(e => e.Type).ToList();
        Assert.True(types.IndexOf("warehouse.delivery-embargoed") < types.IndexOf("warehouse.snapshot-committed"));

        Assert.Equal("intake.role", (await world.Intake.EmbargoAsync(held.Delivery, Today, IntakeWorld.Desk)).Findings[0].Code);
        Assert.Equal(until.AddDays(1), (await world.Intake.EmbargoAsync(held.Delivery, until.AddDays(1), IntakeWorld.Desk)).Value.Standing!.Embargo);
        Assert.Null(Usable().Snapshot);
        _ = (await world.Intake.EmbargoAsync(held.Delivery, Today, IntakeWorld.CityClerk)).Value;
        Assert.Equal(1, Usable().Snapshot!.Number);
    }

    [Fact]
    public async Task An_embargo_of_a_delivery_that_never_came_in_holds_nothing_back()
    {
        _ = (await world.Warehouse.EmbargoAsync(IntakeWorld.Deaths, new DeliveryId("d-deaths-0"), Today.AddDays(100), IntakeWorld.Desk)).Value;
        _ = (await Deliver(1)).Value;
        Assert.Equal((1, 0), (Usable().Snapshot!.Number, Usable().Embargoed.Count));
    }

    [Fact]
    public async Task Where_retention_let_go_of_what_was_free_nothing_is_usable()
    {
        _ = (await Deliver(1)).Value;
        _ = (await Deliver(2, Today.AddDays(100))).Value;
        _ = (await Deliver(3)).Value;
        Assert.Equal(1, Usable().Snapshot!.Number);
        _ = (await ((IWarehouseKeeping)world.Warehouse).RetainAsync(IntakeWorld.Deaths, 1, IntakeWorld.Desk)).Value;
        Assert.Null(Usable().Snapshot);
        Assert.Equal(3, world.Warehouse.StandingOf(IntakeWorld.Deaths).Count);
    }

    [Fact]
    public async Task An_upload_carries_its_embargo()
    {
        var content = IntakeWorld.DeathCsv(IntakeWorld.DeathRow(1));
        var upload = world.Intake.BeginUpload(IntakeWorld.City, IntakeWorld.Deaths, "death_1.csv", content.Length, IntakeWorld.CityClerk, Today.AddDays(9)).Value;
        _ = (await world.Intake.AppendUploadAsync(upload.Id, 0, new MemoryStream(content), IntakeWorld.CityClerk)).Value;
        var receipt = (await world.Intake.CompleteUploadAsync(upload.Id, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)), IntakeWorld.CityClerk)).Value;
        Assert.Equal(Today.AddDays(9), receipt.Standing!.Embargo);
    }

    [Theory]
    [InlineData(null, 0, null)]
    [InlineData("2026-05-01", 0, "2026-05-01")]
    [InlineData("2026-02-01", 0, null)] // over
    [InlineData(null, 3, "2026-06-01")]
    [InlineData("2026-05-01", 3, "2026-06-01")]
    [InlineData("2026-08-01", 3, "2026-08-01")]
    public void The_rule_of_an_agreement(string? until, int months, string? expected) =>
        Assert.Equal(expected, new EmbargoRule(until is null ? null : DateOnly.Parse(until, null), months).For(new DateOnly(2026, 3, 1))?.ToString("yyyy-MM-dd", null));

    private DatasetStanding Standing() => DatasetStanding.Of(world.Warehouse.StandingOf(IntakeWorld.Deaths), Today);

    private UsableSnapshot Usable() => UsableSnapshot.Of(world.Warehouse, IntakeWorld.Deaths, Today);

    private Task<Outcome<Receipt>> Deliver(int n, DateOnly? embargo = null) => world.Intake.ReceiveFolderAsync(
        IntakeWorld.City, IntakeWorld.Deaths, world.Delivery(("death_1.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(n)))), embargo, IntakeWorld.CityClerk);
}
