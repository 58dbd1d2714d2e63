using System.Text;

namespace Minato.OptOut.Tests;

/// <summary>Others choose for whom cannot, on evidence and for as long as its ground lasts; a person's own word always wins.</summary>
public sealed class ActingTests : IDisposable
{
    private const int Mother = 1, Child = 2, Stranger = 3;
    private readonly Counter counter = new();

    [Fact]
    public async Task A_parent_chooses_for_a_child_and_takes_it_back()
    {
        await counter.Parent(Mother, Child);
        var made = (await counter.SaysFor(Mother, Child, refuse: true)).Value;
        Assert.Equal("parent", made.Ground);
        Assert.True(counter.IsRefused(Child));
        Assert.False(counter.IsRefused(Mother));
        Assert.Equal([Child], counter.Room.SpokenForBy(Counter.Citizen(Mother)).Select(g => (int)(g.Person.Value - Counter.Citizen(0).Value)));
        await counter.Room.WithdrawForAsync(Counter.Citizen(Child), made.Id, new ChoiceWay(Proxy: Counter.Citizen(Mother)), Counter.Somebody);
        Assert.False(counter.IsRefused(Child));
    }

    [Fact]
    public async Task Who_was_not_let_speaks_for_nobody()
    {
        Assert.Equal("acting.none", (await counter.SaysFor(Stranger, Child, refuse: true)).Findings[0].Code);
        await counter.Parent(Mother, Child);
        Assert.Equal("acting.none", (await counter.SaysFor(Stranger, Child, refuse: true)).Findings[0].Code);
        Assert.Equal("acting.none", (await counter.SaysFor(Child, Mother, refuse: true)).Findings[0].Code);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task The_person_s_own_word_wins_whoever_spoke_last(bool own, bool proxys)
    {
        await counter.Parent(Mother, Child);
        await counter.Says(Child, own);
        var before = counter.Room.ChoicesOf(Counter.Citizen(Child));
        await counter.SaysFor(Mother, Child, proxys);
        Assert.Equal(own, counter.IsRefused(Child));
        Assert.Equal(before, counter.Room.ChoicesOf(Counter.Citizen(Child)));
        var mine = before[0];
        Assert.Equal("choice.persons-own", (await counter.Room.WithdrawForAsync(Counter.Citizen(Child), mine.Id, new ChoiceWay(Proxy: Counter.Citizen(Mother)), Counter.Somebody)).Findings[0].Code);
        await counter.Room.WithdrawAsync(Counter.Citizen(Child), mine.Id, Counter.Somebody);
        Assert.Equal(proxys, counter.IsRefused(Child));
    }

    [Fact]
    public async Task A_child_who_comes_of_age_chooses_alone_and_what_was_chosen_stands_until_then()
    {
        var grant = await counter.Parent(Mother, Child, age: 15);
        await counter.SaysFor(Mother, Child, refuse: true);
        Assert.Equal(new DateOnly(2027, 4, 1), JapaneseDay.Of(grant.Until!.Value));
        counter.Clock.Now = grant.Until.Value;
        Assert.Equal("acting.none", (await counter.SaysFor(Mother, Child, refuse: false)).Findings[0].Code);
        Assert.Empty(counter.Room.SpokenForBy(Counter.Citizen(Mother)));
        Assert.True(counter.IsRefused(Child));
        Assert.NotNull(Assert.Single(counter.Room.ChoicesOf(Counter.Citizen(Child))).Ground);
        await counter.Says(Child, refuse: false);
        Assert.False(counter.IsRefused(Child));
    }

    [Fact]
    public async Task What_was_chosen_on_a_ground_that_lapses_ends_with_it()
    {
        var lapses = Path.Combine(Directory.CreateTempSubdirectory("minato-acting-").FullName, "choice");
        Directory.CreateDirectory(Path.Combine(lapses, "acting"));
        File.Copy(Path.Combine(Counter.Standards(), "choice", "opt-out-v1.json"), Path.Combine(lapses, "opt-out-v1.json"));
        var text = await File.ReadAllTextAsync(Path.Combine(Counter.Standards(), "choice", "acting", "acting-v1.json"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(lapses, "acting", "acting-v1.json"), text.Replace("\"lapse\": false", "\"lapse\": true", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var room = OptOutRoom.Open(new OptOutOptions(Path.GetDirectoryName(lapses)!, "opt-out-v1"), counter.Ledger, counter.Keys, counter.Clock);
        var grant = (await room.GrantAsync("1", new ActingRequest(Counter.Citizen(Child), Counter.Citizen(Mother), "parent", ["family-register"], new DateOnly(2011, 1, 1)), [Counter.Clerk.Id, Counter.Colleague.Id], Counter.Clerk)).Value;
        var made = (await room.ChooseForAsync(Counter.Citizen(Child), ChoiceScope.Everything, refuse: true, new ChoiceWay(Proxy: Counter.Citizen(Mother)), Counter.Somebody)).Value;
        Assert.Equal(grant.Until, made.Until);
        Assert.Single(room.RefusalsFor(Counter.Study, grant.Until!.Value.AddSeconds(-1)).Refused);
        Assert.Empty(room.RefusalsFor(Counter.Study, grant.Until.Value).Refused);
        counter.Clock.Now = grant.Until.Value;
        Assert.Empty(room.ChoicesOf(Counter.Citizen(Child)));
        Directory.Delete(Path.GetDirectoryName(lapses)!, recursive: true);
    }

    [Fact]
    public async Task A_ground_asks_for_its_evidence_its_age_and_two_who_looked()
    {
        var born = new DateOnly(2016, 5, 5);
        var good = new ActingRequest(Counter.Citizen(Child), Counter.Citizen(Mother), "parent", ["family-register"], born);
        Assert.Equal("acting.ground", counter.Room.Check(good with { Ground = "neighbour" })!.Code);
        Assert.Equal("acting.self", counter.Room.Check(good with { Proxy = good.Person })!.Code);
        Assert.Equal("acting.evidence", counter.Room.Check(good with { Evidence = ["court-order"] })!.Code);
        Assert.Equal("acting.birth-date", counter.Room.Check(good with { BirthDate = null })!.Code);
        Assert.Equal("acting.of-age", counter.Room.Check(good with { BirthDate = new DateOnly(2010, 4, 1) })!.Code);
        Assert.Equal("acting.of-age", counter.Room.Check(good with { BirthDate = new DateOnly(2030, 1, 1) })!.Code);
        Assert.Equal("acting.evidence", counter.Room.Check(good with { Ground = "family-after-death" })!.Code);
        Assert.Null(counter.Room.Check(good with { Ground = "family-after-death", Evidence = ["family-register-with-death"] }));
        Assert.Equal("acting.looks", (await counter.Room.GrantAsync("1", good, [Counter.Clerk.Id, Counter.Clerk.Id], Counter.Clerk)).Findings[0].Code);
        Assert.Equal("acting.role", (await counter.Room.GrantAsync("1", good, [Counter.Clerk.Id, Counter.Colleague.Id], Counter.Somebody)).Findings[0].Code);
        Assert.Equal(0, counter.Ledger.Size);
    }

    [Fact]
    public async Task It_is_ended_by_who_speaks_or_by_the_desk_and_by_nobody_else()
    {
        var grant = await counter.Parent(Mother, Child);
        Assert.Equal("acting.not-yours", (await counter.Room.EndAsync(grant.Person, grant.Id, "no more", Counter.Citizen(Child), Counter.Somebody)).Findings[0].Code);
        Assert.Equal("acting.reason", (await counter.Room.EndAsync(grant.Person, grant.Id, " ", Counter.Citizen(Mother), Counter.Somebody)).Findings[0].Code);
        Assert.Equal("given up", (await counter.Room.EndAsync(grant.Person, grant.Id, "given up", Counter.Citizen(Mother), Counter.Somebody)).Value.EndReason);
        Assert.Equal("acting.ended", (await counter.Room.EndAsync(grant.Person, grant.Id, "court", null, Counter.Clerk)).Findings[0].Code);
        Assert.Equal("acting.none", (await counter.SaysFor(Mother, Child, refuse: true)).Findings[0].Code);
        counter.Reopen();
        Assert.NotNull(Assert.Single(counter.Room.SpeakingFor(grant.Person)).EndedAt);
    }

    [Fact]
    public async Task A_representative_s_evidence_is_looked_at_again_after_five_years()
    {
        var grant = (await counter.Room.GrantAsync("1", new ActingRequest(Counter.Citizen(Child), Counter.Citizen(Mother), "representative", ["guardianship-register"], null), [Counter.Clerk.Id, Counter.Colleague.Id], Counter.Clerk)).Value;
        Assert.Equal(new DateOnly(2031, 4, 1), JapaneseDay.Of(grant.Until!.Value));
    }

    [Fact]
    public async Task The_ledger_s_readers_learn_neither_who_nor_why()
    {
        var grant = await counter.Parent(Mother, Child);
        await counter.Room.EndAsync(grant.Person, grant.Id, "adopted", null, Counter.Clerk);
        foreach (var e in counter.Ledger.ReadAll())
        {
            var open = $"{e.Stream} {e.By} {Encoding.UTF8.GetString(e.Json.Span)}";
            Assert.DoesNotContain(Counter.Citizen(Child).ToString(), open, StringComparison.Ordinal);
            Assert.DoesNotContain("parent", open, StringComparison.Ordinal);
            Assert.DoesNotContain("family", open, StringComparison.Ordinal);
            Assert.DoesNotContain("adopted", open, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_choice_can_be_of_one_dataset_or_one_kind_of_user_and_an_unknown_user_is_refused()
    {
        await counter.Says(1, refuse: true, new ChoiceScope(Dataset: new DatasetId("claims")));
        await counter.Says(2, refuse: true, new ChoiceScope(Users: "company"));
        Assert.True(counter.IsRefused(1));
        Assert.False(counter.IsRefused(1, Counter.Study with { Dataset = new DatasetId("check-ups") }));
        Assert.False(counter.IsRefused(2));
        Assert.True(counter.IsRefused(2, Counter.Study with { Users = "company" }));
        Assert.True(counter.IsRefused(2, Counter.Study with { Users = null }));
        await counter.Says(3, refuse: true);
        await counter.Says(3, refuse: false, new ChoiceScope(Users: "university"));
        Assert.False(counter.IsRefused(3));
        Assert.True(counter.IsRefused(3, Counter.Study with { Users = null }));
        Assert.Equal([Counter.Citizen(1), Counter.Citizen(2), Counter.Citizen(3)], counter.Room.AnythingRefused(counter.Clock.Now).Refused);
    }

    public void Dispose() => counter.Dispose();
}
