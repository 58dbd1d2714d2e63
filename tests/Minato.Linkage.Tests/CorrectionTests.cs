namespace Minato.Linkage.Tests;

/// <summary>What later evidence and the desk change is told to each dataset and project in its own pseudonyms, and lasts.</summary>
public sealed class CorrectionTests : IDisposable
{
    private static readonly Actor Desk = new(new ActorId("desk-2"), Role.LinkageDesk, "Desk");
    private readonly Quay quay = new();

    private static PersonIdentity Kenichi => new() { NameKanji = "佐藤　健一", NameKana = "サトウ ケンイチ", BirthDate = new DateOnly(1960, 6, 6), Sex = Sex.Male, Address = "東京都新宿区西新宿2-8-1" };

    private static PersonIdentity Cousin => Kenichi with { NameKanji = "佐藤　賢一", Address = "大阪府大阪市北区中之島1-3-20" };

    private static PersonIdentity KanaOnly => Kenichi with { NameKanji = null, Address = null };

    private async Task<IReadOnlyList<Correction<Dataset>>> Told(DatasetId dataset, long after = 0) => (await quay.Room.CorrectionsAsync(dataset, after)).Value;

    private async Task Receive(params LinkedTicket[] records)
    {
        var converted = await quay.ToProject([.. records.Select(r => r.Person)]);
        quay.Clock.Now = quay.Clock.Now.AddMinutes(1);
        _ = (await quay.Room.RecordUseAsync(Quay.Permit, "x-1", [.. converted.People.Select(p => p!.Value)])).Value;
        quay.Clock.Now = quay.Clock.Now.AddMinutes(1);
    }

    [Fact]
    public async Task Evidence_that_joins_two_persons_is_told_to_who_has_them_and_to_nobody_else()
    {
        var number = new PersonIdentity { InsurerNumber = "01130012", InsuredSymbol = "1", InsuredNumber = "2", InsuredBranch = "00", NameKanji = Kenichi.NameKanji, BirthDate = Kenichi.BirthDate, Sex = Sex.Male };
        var (a, b) = (await quay.Link(number), await quay.Link(KanaOnly));
        await Receive(a, b);
        var before = (await quay.ToProject([a.Person, b.Person])).People;
        Assert.Empty(await Told(Quay.Records));
        await quay.Link(Quay.Review, Quay.Claims, number with { NameKana = Kenichi.NameKana });

        var told = Assert.Single(await Told(Quay.Records));
        Assert.Equal((CorrectionKind.Merged, b.Person, a.Person), (told.Kind, told.From, told.To));
        Assert.Equal(b.Person, told.Record);
        Assert.Empty(await Told(Quay.Records, told.Number));
        Assert.Empty(await Told(Quay.Claims));
        var project = Assert.Single((await quay.Room.CorrectionsAsync(Quay.Permit, 0)).Value);
        Assert.Equal((before[1]!.Value, before[0]!.Value), (project.From, project.To));
        var corrected = Assert.IsType<LinkageEvent.Corrected>(Assert.Single(quay.Events(LedgerStreams.Corrections)));
        Assert.Equal((1, 0, 0, told.Number), (corrected.Merged, corrected.Parted, corrected.Moved, corrected.Last));

        quay.Reopen();
        Assert.Equivalent(told, Assert.Single(await Told(Quay.Records)));
        Assert.True((await quay.Room.CloseProjectAsync(Quay.Permit, Quay.Desk)).IsOk);
        Assert.Equal("linkage.project-not-open", (await quay.Room.CorrectionsAsync(Quay.Permit, 0)).Findings[0].Code);
    }

    [Fact]
    public async Task A_record_that_turns_out_to_fit_two_people_is_taken_from_the_first_and_the_dataset_is_told_which()
    {
        var a = await quay.Link(Kenichi);
        var record = (await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("slips"), [new IdentityTicket(7, KanaOnly), new IdentityTicket(9, KanaOnly)])).Value[0];
        Assert.Equal(a.Person, record.Person);
        await Receive(a);
        await quay.Link(Cousin);

        var moved = Assert.Single(await Told(Quay.Records));
        Assert.Equal((CorrectionKind.Moved, a.Person), (moved.Kind, moved.From));
        var tickets = Assert.Single(moved.Tickets);
        Assert.Equal("slips", tickets.Delivery.Value);
        Assert.Equal([7, 9], tickets.Tickets);
        var again = (await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("slips"), [new IdentityTicket(7, KanaOnly)])).Value[0];
        Assert.Equal(moved.To, again.Person);
        Assert.Equal(CorrectionKind.Moved, Assert.Single((await quay.Room.CorrectionsAsync(Quay.Permit, 0)).Value).Kind);
        Assert.Equal(3, (await quay.Room.FiguresAsync()).Persons);
    }

    [Fact]
    public async Task The_desk_sees_the_contested_record_as_written_and_its_word_lasts()
    {
        await quay.Link(Kenichi);
        await quay.Link(Cousin);
        await quay.Link(KanaOnly);
        Assert.Equal("linkage.not-the-desk", (await quay.Room.DeskAsync(new Actor(Quay.Desk, Role.Operator, ""))).Findings[0].Code);
        var cases = (await quay.Room.DeskAsync(Desk)).Value;
        Assert.Equal(2, cases.Count);
        Assert.All(cases, c => Assert.Contains("Kana name", c.Rule.En, StringComparison.Ordinal));
        var own = cases.Single(c => c.Right.Concat(c.Left).Any(i => i.NameKanji == Kenichi.NameKanji));
        Assert.Contains(own.Evidence, e => e.Field.En == "Kana name" && e.Agreement.En == "agrees");

        Assert.Equal("linkage.not-the-desk", (await quay.Room.DecideAsync(own.Id, DeskVerdict.Same, "seen", new Actor(Quay.Desk, Role.Researcher, ""))).Findings[0].Code);
        Assert.Equal("linkage.reason-missing", (await quay.Room.DecideAsync(own.Id, DeskVerdict.Same, " ", Desk)).Findings[0].Code);
        Assert.Equal("linkage.unknown-case", (await quay.Room.DecideAsync("c-0", DeskVerdict.Same, "seen", Desk)).Findings[0].Code);
        Assert.True((await quay.Room.DecideAsync(own.Id, DeskVerdict.Undecided, "no answer by phone", Desk)).Value);
        Assert.Equal(own.Id, (await quay.Room.DeskAsync(Desk)).Value[^1].Id);
        Assert.True((await quay.Room.DecideAsync(own.Id, DeskVerdict.Same, "the patient said so", Desk)).Value);

        async Task Stands()
        {
            Assert.True(await quay.AreOne(await quay.Link(Kenichi), await quay.Link(KanaOnly)));
            Assert.False(await quay.AreOne(await quay.Link(Cousin), await quay.Link(KanaOnly)));
            Assert.Equal(0, (await quay.Room.FiguresAsync()).OpenCases);
        }

        await Stands();
        await quay.Link(Cousin with { NameKanji = "佐藤賢一", PostalCode = "530-0005" });
        await Stands();
        quay.Reopen();
        await Stands();
        Assert.Equal(CorrectionKind.Merged, (await Told(Quay.Records))[^1].Kind);
        Assert.Equal(2, quay.Told(LedgerStreams.Desk).Count(e => e.Type == "linkage.decided"));
        Assert.Equal(2, quay.Told(LedgerStreams.Desk).Count(e => e.Type == "linkage.desk-looked"));
    }

    [Fact]
    public async Task Different_by_the_desk_settles_the_case_for_the_other_person()
    {
        await quay.Link(Kenichi);
        await quay.Link(Cousin);
        await quay.Link(KanaOnly);
        var cousins = (await quay.Room.DeskAsync(Desk)).Value.Single(c => c.Right.Concat(c.Left).Any(i => i.NameKanji == Cousin.NameKanji));
        Assert.True((await quay.Room.DecideAsync(cousins.Id, DeskVerdict.Different, "born elsewhere", Desk)).Value);
        Assert.True(await quay.AreOne(await quay.Link(Kenichi), await quay.Link(KanaOnly)));
        Assert.Empty((await quay.Room.DeskAsync(Desk)).Value);
    }

    [Fact]
    public async Task A_merge_by_the_desk_and_its_undoing_are_told_and_leave_everything_as_it_was()
    {
        var (a, b) = (await quay.Link(Kenichi), await quay.Link(Cousin));
        var (c, d) = (await quay.Link(Kenichi with { PostalCode = "160-0023" }), await quay.Link(Cousin with { PostalCode = "530-0005" }));
        await Receive(a, b);
        await quay.Link(Number(Kenichi, 1));
        await quay.Link(Number(Cousin, 2));
        var before = (await quay.ToProject([a.Person, b.Person, c.Person, d.Person])).People;
        var id = (await quay.Room.MergeAsync(await Citizen(Number(Cousin, 2)), await Citizen(Number(Kenichi, 1)), "one person with two kanji", Quay.Desk)).Value;
        Assert.Equal([before[1], before[1], before[1], before[1]], (await quay.ToProject([a.Person, b.Person, c.Person, d.Person])).People);
        Assert.Equal((CorrectionKind.Merged, "desk"), (await Told(Quay.Records)).Select(t => (t.Kind, t.Reason)).Last());
        await quay.Link(Kenichi with { PostalCode = "160-0024" });
        Assert.True((await quay.Room.SplitAsync(id, "two cousins after all", Quay.Desk)).Value);
        Assert.Equal(before, (await quay.ToProject([a.Person, b.Person, c.Person, d.Person])).People);
        Assert.Equal(CorrectionKind.Parted, (await Told(Quay.Records)).Last(t => t.Kind != CorrectionKind.Moved).Kind);
        quay.Reopen();
        await quay.Link(Kenichi with { PostalCode = "160-0025" });
        Assert.Equal(before, (await quay.ToProject([a.Person, b.Person, c.Person, d.Person])).People);
        Assert.Equal(2, (await quay.Room.FiguresAsync()).Persons);
    }

    private async Task<Pseudonym<Citizen>> Citizen(PersonIdentity of) => (await quay.Room.IdentifyAsync(of)).Value;

    private static PersonIdentity Number(PersonIdentity of, int number) => of with { InsurerNumber = "01130012", InsuredSymbol = "1", InsuredNumber = $"{number}", InsuredBranch = "00" };

    public void Dispose() => quay.Dispose();
}
