using CsCheck;
using C = Minato.Access.ApplicationCommand;

namespace Minato.Access.Tests;

/// <summary>From the quote to the last yen: stages, months, settlement on what was incurred, shares of holders.</summary>
public class MoneyTests
{
    [Fact]
    public async Task Invoices_come_stage_by_stage_and_never_twice()
    {
        var world = new World();
        var money = Open(world);
        var id = await world.InReview();
        // Actual mode: base 50,000; coordination 4 + 3 h at 12,000; data 2 × 3 + 1 h at 58,300; cloud 12 months at 100,000.
        Assert.Equal(["application 50000"], await Issue(money));
        Assert.Empty(await Issue(money));
        foreach (var reviewer in World.Panel)
        {
            await world.Do(id, reviewer, World.Approve);
        }

        await world.Do(id, World.Secretariat, new C.Decide());
        await world.Do(id, World.Applicant, new C.AcceptFee());
        Assert.Equal([$"permit {(7 * 12_000) + (7 * 58_300)}"], await Issue(money));
        world.Clock.Pass(0.1);
        Assert.Equal(["running 100000"], await Issue(money));
        world.Clock.Pass(70);
        Assert.Equal(["running 200000"], await Issue(money));
        world.Clock.Now = world.Clock.Now.AddYears(2);
        Assert.Equal(["running 900000"], await Issue(money));
        Assert.Empty(await Issue(money));
        var account = money.Account(id, World.Applicant).Value;
        Assert.Equal(world.Access.Find(id)!.Fee!.TotalYen, account.InvoicedYen);
        Assert.Equal("i-2026-0001-01", account.Invoices[0].Number);
    }

    [Fact]
    public async Task What_was_worked_less_than_estimated_is_paid_back_at_the_end()
    {
        var world = new World();
        var money = Open(world);
        var permit = await world.Permitted();
        await Issue(money);
        await Record(money, permit.Application, "data", 5.5m);
        await Record(money, permit.Application, "coordination", 8m);
        await world.Do(permit.Application, World.Applicant, new C.End("Done."));
        Assert.Equal([$"settlement {(-1.5m * 58_300) + 12_000:0}"], await Issue(money));
        Assert.Empty(await Issue(money));
    }

    [Fact]
    public async Task Who_withdraws_pays_what_was_incurred_and_no_more()
    {
        var world = new World();
        var money = Open(world);
        var id = await world.Approved();
        await Issue(money);
        await Record(money, id, "coordination", 2m);
        await world.Do(id, World.Applicant, new C.Withdraw("Too dear."));
        Assert.Equal(["settlement 24000"], await Issue(money));
        Assert.Equal(74_000, money.Account(id, World.Applicant).Value.InvoicedYen);
    }

    [Fact]
    public async Task A_fixed_fee_is_never_settled()
    {
        var world = new World();
        var money = Open(world);
        var id = await world.Created();
        await world.Do(id, World.Applicant, new C.SaveDraft(World.With("payment.fee-mode", "fixed")));
        await world.Do(id, World.Applicant, new C.Submit());
        await Issue(money);
        await Record(money, id, "coordination", 2m);
        await world.Do(id, World.Applicant, new C.Withdraw("No."));
        Assert.Empty(await Issue(money));
    }

    [Fact]
    public async Task Holders_get_their_share_to_the_yen_and_read_their_own_statement()
    {
        var world = new World();
        var money = Open(world);
        var permit = await world.Permitted();
        await Issue(money);
        var lines = money.Statement(new("holder"), World.Holder).Value;
        // 60 % of 408,100 and 10 % of 84,000: both datasets are of one holder.
        Assert.Equal([("coordination", 8_400m), ("data", 244_860m)], lines.Select(l => (l.Item, l.Yen)).Order());
        Assert.False(money.Statement(new("other"), World.Holder).IsOk);
        Assert.False(money.Statement(new("holder"), World.Stranger).IsOk);
        Assert.True(money.Statement(new("holder"), World.Auditor).IsOk);
        Assert.Equal(253_260, money.Figures.Single().ToHoldersYen);

        var invoice = money.Account(permit.Application, World.Member).Value.Invoices[1].Number;
        Assert.Equal("money.not-permitted", (await money.PaidAsync(permit.Application, invoice, "B-1", World.Applicant, TestContext.Current.CancellationToken)).Findings.Single().Code);
        await money.PaidAsync(permit.Application, invoice, "B-1", World.Secretariat, TestContext.Current.CancellationToken);
        Assert.Equal("money.paid", (await money.PaidAsync(permit.Application, invoice, "B-1", World.Secretariat, TestContext.Current.CancellationToken)).Findings.Single().Code);
        Assert.All(money.Statement(new("holder"), World.Holder).Value, l => Assert.True(l.Paid));
        Assert.False(money.Account(permit.Application, World.Stranger).IsOk);
        Assert.False(money.Account(permit.Application, World.Expert).IsOk);
    }

    [Fact]
    public async Task Readings_need_an_item_a_quantity_and_their_proof()
    {
        var world = new World();
        var money = Open(world);
        var id = await world.InReview();
        foreach (var (item, quantity, evidence, by, code) in new[]
        {
            ("data", 1m, "e", World.Applicant, "money.not-permitted"), ("gold", 1m, "e", World.Secretariat, "money.item"), ("data", 0m, "e", World.Secretariat, "money.quantity"),
            ("data", 0.123m, "e", World.Secretariat, "money.quantity"), ("data", 1m, " ", World.Secretariat, "money.evidence"),
        })
        {
            Assert.Equal(code, (await money.RecordAsync(id, item, quantity, evidence, by, TestContext.Current.CancellationToken)).Findings.Single().Code);
        }

        Assert.Equal("money.not-permitted", (await money.IssueDueAsync(World.Applicant, TestContext.Current.CancellationToken)).Findings.Single().Code);
    }

    [Fact]
    public void Parts_are_whole_yen_and_add_up_to_the_whole()
    {
        Gen.Select(Gen.Int[-10_000_000, 10_000_000], Gen.Int[1, 50].Array[1, 20]).Sample(
            (whole, weights) =>
            {
                var parts = Billing.Split(whole, weights);
                Assert.Equal(whole, parts.Sum());
                Assert.All(parts.Zip(weights), p => Assert.True(Math.Abs(p.First - ((decimal)whole * p.Second / weights.Sum())) < 1 && p.First == decimal.Truncate(p.First)));
            },
            seed: "0N0XIzNsQ0O2", iter: 2000);
    }

    private static IMoney Open(World world) => MoneyRoom.Open(new AccessOptions(World.StandardsFolder), world.Ledger, world.Access, new TwoDatasets(), world.Clock);

    private static async Task<string[]> Issue(IMoney money) =>
        [.. (await money.IssueDueAsync(World.Secretariat)).Value.Select(i => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{i.Stage} {i.TotalYen:0}"))];

    private static async Task Record(IMoney money, ApplicationId id, string item, decimal hours) => _ = (await money.RecordAsync(id, item, hours, "Worked on 2 April.", World.Secretariat)).Value;
}
