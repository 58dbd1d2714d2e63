using Minato.Linkage;

namespace Minato.Intake.Tests;

/// <summary>A correction of linkage reaches the stored records, with the real rooms.</summary>
public sealed class CorrectionStories : IDisposable
{
    private readonly IntakeWorld world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task The_desk_joins_and_parts_two_people_and_the_records_follow()
    {
        await DeliverAsync(IntakeWorld.Deaths, 1, 2);
        var merge = (await world.Linkage.MergeAsync(await CitizenAsync(1), await CitizenAsync(2), "one person", IntakeWorld.Desk.Id)).Value;
        Assert.Equal(2, world.RowsOf(IntakeWorld.Deaths, "person"));
        var corrected = (await world.Intake.CorrectAsync(IntakeWorld.Deaths, IntakeWorld.Desk)).Value;
        Assert.Equal((1, 1L, 2L, 1L), (corrected.Applied, corrected.Records, corrected.PersonsBefore, corrected.PersonsAfter));
        Assert.Equal((1, 1, 2), (world.RowsOf(IntakeWorld.Deaths, "person"), world.RowsOf(IntakeWorld.Deaths, "death"), world.RowsOf(IntakeWorld.Deaths, "death_signal")));
        Assert.Equal(0, (await world.Intake.CorrectAsync(IntakeWorld.Deaths, IntakeWorld.Desk)).Value.Applied);

        // A delivery to any dataset brings the corrections home.
        Assert.True((await world.Linkage.SplitAsync(merge, "two after all", IntakeWorld.Desk.Id)).Value);
        var receipt = await DeliverAsync(IntakeWorld.Shots, 3);
        Assert.DoesNotContain(receipt.Findings, f => f.Code == "intake.corrections");
        Assert.Equal((2, 2), (world.RowsOf(IntakeWorld.Deaths, "person"), world.RowsOf(IntakeWorld.Deaths, "death")));
    }

    [Fact]
    public async Task A_dataset_that_gets_a_merged_person_for_the_first_time_hears_of_the_earlier_merge()
    {
        await DeliverAsync(IntakeWorld.Deaths, 1, 2, 3, 4);
        await DeliverAsync(IntakeWorld.Shots, 1, 3, 4);
        Assert.True((await world.Linkage.MergeAsync(await CitizenAsync(1), await CitizenAsync(2), "one person", IntakeWorld.Desk.Id)).IsOk);
        Assert.True((await world.Linkage.MergeAsync(await CitizenAsync(3), await CitizenAsync(4), "one person", IntakeWorld.Desk.Id)).IsOk);
        Assert.Equal(2, (await world.Intake.CorrectAsync(IntakeWorld.Shots, IntakeWorld.Desk)).Value.PersonsAfter);
        await DeliverAsync(IntakeWorld.Shots, 2);
        Assert.Equal((2, 4), (world.RowsOf(IntakeWorld.Shots, "person"), world.RowsOf(IntakeWorld.Shots, "death_signal")));
        Assert.Equal(2, world.RowsOf(IntakeWorld.Deaths, "person"));
    }

    [Fact]
    public async Task After_a_change_of_key_the_records_get_the_new_names_and_the_former_key_can_go()
    {
        var keys = (ILinkageKeys)world.Linkage;
        await DeliverAsync(IntakeWorld.Deaths, 1, 2);
        Assert.True((await world.Linkage.MergeAsync(await CitizenAsync(1), await CitizenAsync(2), "one person", IntakeWorld.Desk.Id)).IsOk);
        Assert.True((await keys.RotateKeyAsync(KeyDomain.Of(IntakeWorld.Deaths), IntakeWorld.Desk.Id)).IsOk);

        // Under the new key, before the records have it: the merge is told in names that no record bears yet.
        Assert.Equal(0, (await world.Intake.CorrectAsync(IntakeWorld.Deaths, IntakeWorld.Desk)).Value.Records);
        var former = world.Warehouse.NamesOf(IntakeWorld.Deaths);
        var renewal = (await keys.RenewAsync(IntakeWorld.Deaths, former, IntakeWorld.Desk.Id)).Value;
        var renewed = (await world.Warehouse.RenewAsync(IntakeWorld.Deaths, [.. former.Zip(renewal.People)])).Value;
        Assert.Equal((2, 2L, 1L), (renewed.Applied, renewed.Records, renewed.PersonsAfter));
        Assert.True((await keys.RetireKeyAsync(KeyDomain.Of(IntakeWorld.Deaths), 1, "replaced", IntakeWorld.Desk.Id)).IsOk);
        Assert.Equal(0, (await keys.RenewAsync(IntakeWorld.Deaths, world.Warehouse.NamesOf(IntakeWorld.Deaths), IntakeWorld.Desk.Id)).Value.OfFormerEpoch);
    }

    [Fact]
    public async Task Only_the_operator_corrects_and_only_what_is_here()
    {
        Assert.Equal("intake.role", (await world.Intake.CorrectAsync(IntakeWorld.Deaths, IntakeWorld.CityClerk)).Findings[0].Code);
        Assert.Equal("intake.unknown-dataset", (await world.Intake.CorrectAsync(new DatasetId("elsewhere"), IntakeWorld.Desk)).Findings[0].Code);
    }

    private Task<Receipt> DeliverAsync(DatasetId dataset, params int[] people) =>
        world.Receive(dataset, world.Delivery(("death_1.csv", IntakeWorld.DeathCsv(people.Select(n => IntakeWorld.DeathRow(n))))));

    /// <summary>The person of that row, who also has an insured number, told by another holder.</summary>
    private async Task<Pseudonym<Citizen>> CitizenAsync(int n)
    {
        var identity = new PersonIdentity
        {
            InsurerNumber = "01130012", InsuredSymbol = "1", InsuredNumber = $"{n}", InsuredBranch = "00",
            NameKanji = $"架空　太郎{n}", NameKana = "カクウ タロウ", BirthDate = new DateOnly(1930, 1, 1).AddDays(n), Sex = Sex.Male, Address = $"架空県架空市{n}",
        };
        _ = (await world.Linkage.LinkAsync(new HolderId("clinic"), new DatasetId("clinic-records"), new DeliveryId($"d-{n}"), [new IdentityTicket(0, identity)])).Value;
        return (await world.Linkage.IdentifyAsync(identity)).Value;
    }
}
