using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Minato.Ledger;
using Minato.Linkage;

namespace Minato.OptOut.Tests;

/// <summary>One refusal at one place is enough, it can be taken back, and what counted when can always be shown.</summary>
public sealed class ChoiceTests : IDisposable
{
    private static readonly Actor Me = new(new ActorId("hanako-yamada"), Role.Citizen, "Hanako");
    private static readonly Actor Counter = new(new ActorId("counter"), Role.Operator, "Counter");
    private static readonly HolderId City = new("city");
    private static readonly IntendedUse ClaimsForHealth = new("public-health", new DatasetId("claims"), new HolderId("review-body"), DataCategory.Claims);
    private static readonly IntendedUse CheckUpsForDrugs = new("drug-development", new DatasetId("city-checkups"), City, DataCategory.CheckUp);
    private static readonly Pseudonym<Citizen> Hanako = new(0xA1);
    private static readonly Pseudonym<Citizen> Taro = new(0xB2);

    private readonly string folder = Directory.CreateTempSubdirectory("minato-choice-").FullName;
    private readonly Clock clock = new();
    private readonly LedgerRoom ledger;
    private readonly Keys keys = new();
    private readonly OptOutRoom room;

    public ChoiceTests()
    {
        ledger = LedgerRoom.Open(new LedgerOptions(folder, "test.example/ledger"), keys, clock);
        room = Open("opt-out-v1");
    }

    [Fact]
    public async Task One_refusal_of_everything_covers_every_use_and_nobody_else()
    {
        await Refuse(Hanako, ChoiceScope.Everything);
        Assert.Equal([Hanako], Refused(ClaimsForHealth));
        Assert.Equal([Hanako], Refused(CheckUpsForDrugs));
        Assert.Equal(1, room.PersonsRefusing);
        Assert.False(room.RefusalsFor(ClaimsForHealth, clock.Now).Inverted);
    }

    [Fact]
    public async Task A_scope_of_several_fields_covers_only_where_all_match()
    {
        await Refuse(Hanako, new ChoiceScope(DataCategory.CheckUp, "drug-development"));
        await Refuse(Taro, new ChoiceScope(Holder: City, Category: DataCategory.Claims));
        Assert.Empty(Refused(ClaimsForHealth));
        Assert.Equal([Hanako], Refused(CheckUpsForDrugs));
        Assert.Equal([Taro], Refused(ClaimsForHealth with { Holder = City }));
        Assert.Empty(Refused(CheckUpsForDrugs with { Purpose = "public-health" }));
    }

    [Fact]
    public async Task The_latest_word_counts()
    {
        await Refuse(Hanako, ChoiceScope.Everything);
        await Choose(Hanako, new ChoiceScope(DataCategory.Claims), refuse: false);
        Assert.Empty(Refused(ClaimsForHealth));
        Assert.Equal([Hanako], Refused(CheckUpsForDrugs));
        await Refuse(Hanako, ChoiceScope.Everything);
        Assert.Equal([Hanako], Refused(ClaimsForHealth));
        await Choose(Hanako, ChoiceScope.Everything, refuse: false);
        Assert.Empty(Refused(ClaimsForHealth));
        Assert.Equal(0, room.PersonsRefusing);
        Assert.False(Assert.Single(room.ChoicesOf(Hanako)).Refused);
    }

    [Fact]
    public async Task A_choice_taken_back_leaves_what_was_said_before_it()
    {
        var first = await Refuse(Hanako, new ChoiceScope(DataCategory.Claims));
        var second = await Refuse(Hanako, ChoiceScope.Everything);
        var at = clock.Tick();
        var taken = await room.WithdrawAsync(Hanako, second.Id, Me);
        Assert.Equal(second, taken.Value);
        Assert.Equal([Hanako], Refused(ClaimsForHealth));
        Assert.Empty(Refused(CheckUpsForDrugs));
        Assert.Equal([first], room.ChoicesOf(Hanako));
        Assert.Equal([Hanako], room.RefusalsFor(CheckUpsForDrugs, at.AddSeconds(-1)).Refused);
        Assert.Equal("choice.withdrawn", (await room.WithdrawAsync(Hanako, second.Id, Me)).Findings[0].Code);
        Assert.Equal("choice.unknown", (await room.WithdrawAsync(Taro, first.Id, Me)).Findings[0].Code);
    }

    [Fact]
    public async Task A_choice_begins_when_it_was_said_to_and_never_before_it_was_made()
    {
        var made = clock.Tick();
        var later = (await room.ChooseAsync(Hanako, ChoiceScope.Everything, refuse: true, made.AddDays(30), Me)).Value;
        var past = (await room.ChooseAsync(Taro, ChoiceScope.Everything, refuse: true, made.AddDays(-30), Me)).Value;
        Assert.Equal(made.AddDays(30), later.From);
        Assert.Equal(made, past.From);
        Assert.Equal([Taro], room.RefusalsFor(ClaimsForHealth, made).Refused);
        Assert.Empty(room.RefusalsFor(ClaimsForHealth, made.AddDays(-1)).Refused);
        Assert.Equal([Hanako, Taro], room.RefusalsFor(ClaimsForHealth, made.AddDays(30)).Refused);
        Assert.Single(room.ChoicesOf(Hanako));
        Assert.Equal(1, room.PersonsRefusing);
    }

    [Fact]
    public async Task What_counted_at_a_moment_never_changes_afterwards()
    {
        await Refuse(Hanako, ChoiceScope.Everything);
        var moment = clock.Tick();
        var then = room.RefusalsFor(ClaimsForHealth, moment);
        await Refuse(Taro, ChoiceScope.Everything);
        await room.WithdrawAsync(Hanako, room.ChoicesOf(Hanako)[0].Id, Me);
        await ledger.AppendAsync("application/a-1", -1, Me.Id, [new NewEvent("access.noted", "{}"u8.ToArray())]);
        Assert.Equivalent(then, Open("opt-out-v1").RefusalsFor(ClaimsForHealth, moment));
        Assert.Equal([Taro], Refused(ClaimsForHealth));
    }

    [Fact]
    public async Task The_set_s_id_names_policy_position_and_content()
    {
        var empty = room.RefusalsFor(ClaimsForHealth, clock.Tick()).SetId;
        await Refuse(Hanako, ChoiceScope.Everything);
        var claims = room.RefusalsFor(ClaimsForHealth, clock.Now);
        var expected = Convert.ToHexStringLower(SHA256.HashData([0, .. new byte[15], 0xA1]));
        Assert.Equal($"opt-out-v1@1/1/{expected}", claims.SetId);
        Assert.Equal(claims.SetId, room.RefusalsFor(CheckUpsForDrugs, clock.Now).SetId);
        Assert.StartsWith("opt-out-v1@1/0/", empty, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_opt_in_the_set_names_who_agreed_and_says_so()
    {
        var optIn = Open("opt-in-v1");
        Assert.Empty(optIn.RefusalsFor(ClaimsForHealth, clock.Now).Refused);
        Assert.True(optIn.RefusalsFor(ClaimsForHealth, clock.Now).Inverted);
        var yes = (await optIn.ChooseAsync(Hanako, new ChoiceScope(DataCategory.Claims), refuse: false, null, Me)).Value;
        await optIn.ChooseAsync(Taro, ChoiceScope.Everything, refuse: true, null, Me);
        Assert.Equal([Hanako], optIn.RefusalsFor(ClaimsForHealth, clock.Now).Refused);
        Assert.Empty(optIn.RefusalsFor(CheckUpsForDrugs, clock.Now).Refused);
        await optIn.WithdrawAsync(Hanako, yes.Id, Me);
        Assert.Empty(optIn.RefusalsFor(ClaimsForHealth, clock.Now).Refused);
    }

    [Fact]
    public async Task A_policy_refuses_what_it_does_not_offer()
    {
        var optIn = Open("opt-in-v1");
        Assert.Equal("choice.scope-not-offered", (await optIn.ChooseAsync(Hanako, new ChoiceScope(Holder: City), refuse: false, null, Me)).Findings[0].Code);
        Assert.Equal("choice.purpose", (await room.ChooseAsync(Hanako, new ChoiceScope(Purpose: "Hanako's purpose"), refuse: true, null, Me)).Findings[0].Code);
        Assert.Equal("choice.not-yours", (await room.ChooseAsync(Hanako, ChoiceScope.Everything, refuse: true, null, Me with { Roles = Role.Researcher })).Findings[0].Code);
        Assert.Equal("choice.not-yours", (await room.WithdrawAsync(Hanako, "c-1", Me with { Roles = Role.Reviewer })).Findings[0].Code);
        Assert.Equal(0, ledger.Size);
    }

    [Theory]
    [InlineData("""{"id":"mine","version":"1","defaultAllows":true,"allowedScopes":[],"title":{"ja":"a","en":"b"},"text":{"ja":"a","en":"b"}}""")]
    [InlineData("""{"id":"mine","version":"1","defaultAllows":true,"allowedScopes":["weekday"],"title":{"ja":"a","en":"b"},"text":{"ja":"a","en":"b"}}""")]
    [InlineData("""{"id":"other","version":"1","defaultAllows":true,"allowedScopes":["everything"],"title":{"ja":"a","en":"b"},"text":{"ja":"a","en":"b"}}""")]
    [InlineData("""{"id":"mine","version":"","defaultAllows":true,"allowedScopes":["everything"],"title":{"ja":"a","en":"b"},"text":{"ja":"a","en":"b"}}""")]
    public void A_file_that_is_no_policy_is_not_opened(string json)
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "choice")).FullName, "mine.json"), json);
        Assert.Throws<FormatException>(() => OptOutRoom.Open(new OptOutOptions(folder, "mine"), ledger, keys, clock));
        Assert.Throws<ArgumentException>(() => OptOutRoom.Open(new OptOutOptions(folder, "../mine"), ledger, keys, clock));
    }

    [Fact]
    public async Task The_ledger_s_readers_cannot_see_whose_choice_it_is()
    {
        await Refuse(Hanako, ChoiceScope.Everything);
        await room.ChooseAsync(Hanako, ChoiceScope.Everything, refuse: false, null, Counter);
        await Refuse(Taro, ChoiceScope.Everything);
        var events = ledger.ReadAll().ToList();
        Assert.Equal(2, events.Select(e => e.Stream).Distinct().Count());
        foreach (var e in events)
        {
            var open = $"{e.Stream} {e.Type} {e.By} {Encoding.UTF8.GetString(e.Json.Span)}";
            Assert.DoesNotContain(Hanako.ToString(), open, StringComparison.Ordinal);
            Assert.DoesNotContain(Taro.ToString(), open, StringComparison.Ordinal);
            Assert.DoesNotContain("hanako", open, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(["citizen", "counter", "citizen"], events.Select(e => e.By.Value));
    }

    [Fact]
    public async Task A_choice_moved_to_another_person_s_stream_is_noticed()
    {
        await Refuse(Hanako, ChoiceScope.Everything);
        var stolen = ledger.ReadAll().Single();
        await ledger.AppendAsync("choice/00000000000000000000000000000000", 0, Me.Id, [new NewEvent(stolen.Type, stolen.Json)]);
        Assert.ThrowsAny<CryptographicException>(() => Open("opt-out-v1").RefusalsFor(ClaimsForHealth, clock.Now));
    }

    [Fact]
    public async Task Any_choices_give_what_reading_them_one_by_one_gives()
    {
        var days = Gen.Int[-2, 12];
        var scope = Gen.Select(Gen.Int[-1, 1], Gen.Int[-1, 1], Gen.Int[-1, 1]).Select(s => new ChoiceScope(
            s.Item1 < 0 ? null : s.Item1 == 0 ? DataCategory.Claims : DataCategory.CheckUp,
            s.Item2 < 0 ? null : s.Item2 == 0 ? "public-health" : "drug-development",
            s.Item3 < 0 ? null : s.Item3 == 0 ? City : new HolderId("review-body")));
        var step = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], scope, Gen.Bool, days, Gen.Int[0, 9]);
        await step.Array[0, 10].SampleAsync(
            async steps =>
            {
                var start = clock.Tick();
                var people = Enumerable.Range(0, 3).Select(_ => new Pseudonym<Citizen>(new UInt128(1, (ulong)clock.Next()))).ToArray();
                var said = new List<Said>();
                foreach (var (verb, who, s, refuse, day, which) in steps)
                {
                    clock.Now = clock.Now.AddDays(1);
                    var mine = said.Where(x => x.Who == people[who] && x.TakenBack is null).ToList();
                    if (verb == 0 && mine.Count > 0)
                    {
                        var old = mine[which % mine.Count];
                        Assert.True((await room.WithdrawAsync(old.Who, old.Id, Me)).IsOk);
                        said[said.IndexOf(old)] = old with { TakenBack = clock.Now };
                    }
                    else
                    {
                        var made = (await room.ChooseAsync(people[who], s, refuse, verb == 1 ? null : clock.Now.AddDays(day), Me)).Value;
                        said.Add(new Said(people[who], made.Id, s, refuse, clock.Now, made.From));
                    }
                }

                for (var d = -1; d < 24; d += 3)
                {
                    foreach (var use in (IntendedUse[])[ClaimsForHealth, CheckUpsForDrugs, ClaimsForHealth with { Purpose = "drug-development", Holder = City }])
                    {
                        var asOf = start.AddDays(d);
                        var expected = people.Where(p => Oracle(said, p, use, asOf)).Order().ToList();
                        Assert.Equal(expected, room.RefusalsFor(use, asOf).Refused.Where(people.Contains));
                    }
                }
            },
            iter: 60, threads: 1);
    }

    public void Dispose()
    {
        ledger.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The rule again, as slowly and plainly as it can be said.</summary>
    private static bool Oracle(List<Said> said, Pseudonym<Citizen> person, IntendedUse use, DateTimeOffset asOf)
    {
        var refused = false;
        foreach (var s in said)
        {
            var covers = true;
            if (s.Scope.Category is not null && s.Scope.Category != use.Category)
            {
                covers = false;
            }

            if (s.Scope.Purpose is not null && s.Scope.Purpose != use.Purpose)
            {
                covers = false;
            }

            if (s.Scope.Holder is not null && s.Scope.Holder != use.Holder)
            {
                covers = false;
            }

            if (s.Who == person && covers && s.MadeAt <= asOf && s.From <= asOf && !(s.TakenBack <= asOf))
            {
                refused = s.Refuse;
            }
        }

        return refused;
    }

    private OptOutRoom Open(string policy) => OptOutRoom.Open(new OptOutOptions(Standards(), policy), ledger, keys, clock);

    private Task<Choice> Refuse(Pseudonym<Citizen> who, ChoiceScope scope) => Choose(who, scope, refuse: true);

    private async Task<Choice> Choose(Pseudonym<Citizen> who, ChoiceScope scope, bool refuse)
    {
        clock.Tick();
        return (await room.ChooseAsync(who, scope, refuse, null, Me)).Value;
    }

    private IReadOnlyList<Pseudonym<Citizen>> Refused(IntendedUse use) => room.RefusalsFor(use, clock.Now).Refused;

    private static string Standards()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Minato.slnx")))
        {
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("The tests run outside the repository");
        }

        return Path.Combine(at, "standards");
    }

    private sealed record Said(Pseudonym<Citizen> Who, string Id, ChoiceScope Scope, bool Refuse, DateTimeOffset MadeAt, DateTimeOffset From)
    {
        public DateTimeOffset? TakenBack { get; init; }
    }

    private sealed class Clock : TimeProvider
    {
        private int counter;

        public DateTimeOffset Now { get; set; } = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

        public DateTimeOffset Tick() => Now = Now.AddSeconds(1);

        public int Next() => ++counter;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class Keys : IKeyStore
    {
        public byte[] Key(string name) => SHA256.HashData(Encoding.UTF8.GetBytes($"test key {name}"));

        public void Destroy(string name) => throw new NotSupportedException();

        public bool IsDestroyed(string name) => false;
    }
}
