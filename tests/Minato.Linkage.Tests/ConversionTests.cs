using CsCheck;
using Minato.Linkage.Pseudonyms;

namespace Minato.Linkage.Tests;

/// <summary>Dataset to project: only what a permit covers, without those who refused, and never anything else.</summary>
public sealed class ConversionTests : IDisposable
{
    private static readonly PermitId Other = new("p-2026-0002");
    private readonly Quay quay = new();

    private static PersonIdentity Person(int n) => new()
    {
        InsurerNumber = "01130012",
        InsuredSymbol = "5",
        InsuredNumber = $"{1000 + n}",
        InsuredBranch = "00",
        NameKana = "ヤマダ タロウ",
        BirthDate = new DateOnly(1950, 1, 2).AddDays(n * 37),
        Sex = Sex.Male,
    };

    private async Task<Pseudonym<Dataset>[]> People(int count, DatasetId? dataset = null) =>
        [.. (await quay.Link(Quay.Review, dataset ?? Quay.Claims, [.. Enumerable.Range(0, count).Select(Person)])).Select(l => l.Person)];

    private Task<Pseudonym<Citizen>> Citizen(int n) => quay.Room.IdentifyAsync(Person(n)).ContinueWith(t => t.Result.Value, TaskScheduler.Default);

    private RefusalSet Refused(params Pseudonym<Citizen>[] citizens) => new("opt-out-v1@1/9/abc", quay.Clock.Now, citizens);

    [Fact]
    public void A_domain_is_a_permutation_under_its_key_and_no_two_are_related()
    {
        using var a = PseudonymDomain.Of(quay.Keys, "domain/dataset/a");
        using var b = PseudonymDomain.Of(quay.Keys, "domain/dataset/b");
        Gen.ULong.Array[2, 2].Select(p => new UInt128(p[0], p[1])).Array[1, 5000].Sample(
            handles =>
            {
                var inA = handles.ToArray();
                var inB = handles.ToArray();
                a.Encrypt(inA);
                b.Encrypt(inB);
                Assert.Equal(handles.Distinct().Count(), inA.Distinct().Count());
                Assert.Empty(inA.Intersect(inB));
                Assert.Equal(inA[0], a.Pseudonym(handles[0]));
                a.Decrypt(inA);
                Assert.Equal(handles, inA);
            },
            iter: 40);
    }

    [Fact]
    public void The_cipher_is_aes_256_as_published()
    {
        // FIPS 197, appendix C.3.
        using var domain = PseudonymDomain.Of(new FixedKey([.. Enumerable.Range(0, 32).Select(i => (byte)i)]), "any");
        Assert.Equal(new UInt128(0x8ea2b7ca516745bf, 0xeafc49904b496089), domain.Pseudonym(new UInt128(0x0011223344556677, 0x8899aabbccddeeff)));
    }

    [Fact]
    public async Task The_answer_is_aligned_and_one_to_one()
    {
        var people = await People(200);
        var shuffled = people.Reverse().Concat(people).ToArray();
        var converted = await quay.ToProject(shuffled, Quay.Claims);
        Assert.Equal(0, converted.Withheld);
        Assert.Equal(200, converted.People.Distinct().Count());
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(converted.People[i], converted.People[^(i + 1)]);
        }
    }

    [Fact]
    public async Task The_same_person_meets_in_a_project_from_every_dataset_but_no_two_projects_or_datasets_share_a_name()
    {
        var claims = await People(100);
        var records = await People(100, Quay.Records);
        var first = await quay.ToProject(claims, Quay.Claims);
        var fromRecords = await quay.ToProject(records, Quay.Records);
        var second = await quay.ToProject(claims, Quay.Claims, Other);
        Assert.Equal(first.People, fromRecords.People);
        var names = new[] { claims.Select(p => p.Value), records.Select(p => p.Value), first.People.Select(p => p!.Value.Value), second.People.Select(p => p!.Value.Value) };
        Assert.Equal(400, names.SelectMany(n => n).Distinct().Count());
        Assert.NotEqual(first.KeyEpoch, second.KeyEpoch);
    }

    [Fact]
    public async Task Who_refused_is_withheld_in_place()
    {
        var people = await People(5);
        var converted = await quay.ToProject(people, Quay.Claims, refusals: Refused(await Citizen(1), await Citizen(3)));
        Assert.Equal(2, converted.Withheld);
        Assert.Equal([true, false, true, false, true], converted.People.Select(p => p is not null));
    }

    [Fact]
    public async Task Under_opt_in_only_who_agreed_is_converted()
    {
        var people = await People(5);
        var converted = await quay.ToProject(people, Quay.Claims, refusals: Refused(await Citizen(1)) with { Inverted = true });
        Assert.Equal(4, converted.Withheld);
        Assert.NotNull(converted.People[1]);
    }

    [Fact]
    public async Task A_refusal_made_before_a_merge_counts_for_the_whole_person()
    {
        var people = await People(3);
        var (kept, merged) = (await Citizen(0), await Citizen(1));
        _ = (await quay.Room.MergeAsync(kept, merged, "same person, seen at the desk", Quay.Desk)).Value;
        var converted = await quay.ToProject(people, Quay.Claims, refusals: Refused(merged));
        Assert.Equal([false, false, true], converted.People.Select(p => p is not null));
    }

    [Fact]
    public async Task A_dataset_keeps_both_names_of_a_merged_person_and_a_split_gives_each_their_own_again()
    {
        var people = await People(3);
        var before = await quay.ToProject(people, Quay.Claims);
        var id = (await quay.Room.MergeAsync(await Citizen(2), await Citizen(0), "same person", Quay.Desk)).Value;
        var merged = await quay.ToProject(people, Quay.Claims);
        Assert.Equal(merged.People[2], merged.People[0]);
        Assert.Equal(before.People[2], merged.People[0]);
        Assert.Equal(people, await People(3));

        Assert.True((await quay.Room.SplitAsync(id, "they are cousins", Quay.Desk)).Value);
        Assert.Equal(before.People, (await quay.ToProject(people, Quay.Claims)).People);
        Assert.Equal(["persons-merged", "persons-split"], quay.Told(LedgerStreams.Persons).Select(e => e.Type["linkage.".Length..]));
        Assert.All(quay.Told(LedgerStreams.Persons), e => Assert.Equal(Quay.Desk, e.By));
    }

    [Fact]
    public async Task What_no_permit_covers_is_refused()
    {
        var people = await People(2);
        async Task<string> Code(Func<ConversionRequest, ConversionRequest> change) =>
            (await quay.Room.ConvertAsync(change(new ConversionRequest(Quay.Permit, Quay.Claims, people, quay.Nobody, Quay.Desk)))).Findings[0].Code;

        Assert.Equal("linkage.project-not-open", await Code(r => r));
        quay.Clock.Now = quay.Clock.Now.AddMinutes(1);
        _ = (await quay.Room.OpenProjectAsync(Quay.Permit, [Quay.Claims], quay.Clock.Now.AddDays(30), Quay.Desk)).Value;
        Assert.Equal("linkage.dataset-not-permitted", await Code(r => r with { Dataset = Quay.Records }));
        Assert.Equal("linkage.refusals-missing", await Code(r => r with { Refusals = null! }));
        Assert.Equal("linkage.refusals-missing", await Code(r => r with { Refusals = r.Refusals with { SetId = "" } }));
        Assert.Equal("linkage.refusals-from-the-future", await Code(r => r with { Refusals = r.Refusals with { AsOf = quay.Clock.Now.AddSeconds(1) } }));
        Assert.Equal("linkage.refusals-stale", await Code(r => r with { Refusals = r.Refusals with { AsOf = quay.Clock.Now.AddHours(-1) } }));
        Assert.Equal("linkage.refusals-unreadable", await Code(r => r with { Refusals = r.Refusals with { Refused = [new(12345)] } }));
        Assert.Equal("linkage.unknown-pseudonym", await Code(r => r with { People = [.. people, new(12345)] }));
        quay.Clock.Now = quay.Clock.Now.AddDays(31);
        Assert.Equal("linkage.project-expired", await Code(r => r));
        Assert.Equal(9, quay.Events(LedgerStreams.Conversions).OfType<LinkageEvent.ConversionRefused>().Count());
    }

    [Fact]
    public async Task A_closed_project_never_converts_again_not_even_after_a_restart()
    {
        var people = await People(2);
        var once = await quay.ToProject(people, Quay.Claims);
        Assert.True((await quay.Room.CloseProjectAsync(Quay.Permit, Quay.Desk)).Value);
        Assert.True(quay.Keys.IsDestroyed(PseudonymDomain.NameOf(Quay.Permit)));
        quay.Reopen();
        var request = new ConversionRequest(Quay.Permit, Quay.Claims, people, quay.Nobody, Quay.Desk);
        Assert.Equal("linkage.project-closed", (await quay.Room.ConvertAsync(request)).Findings[0].Code);
        Assert.Equal("linkage.project-closed", (await quay.Room.OpenProjectAsync(Quay.Permit, [Quay.Claims], quay.Clock.Now.AddDays(1), Quay.Desk)).Findings[0].Code);
        Assert.Equal("linkage.project-not-open", (await quay.Room.RecordUseAsync(Quay.Permit, "x-1", [once.People[0]!.Value])).Findings[0].Code);
        Assert.True((await quay.Room.CloseProjectAsync(Quay.Permit, Quay.Desk)).IsOk);
    }

    [Fact]
    public async Task Every_conversion_stands_on_the_ledger_without_anybody_s_name()
    {
        var people = await People(3);
        await quay.ToProject(people, Quay.Claims, refusals: Refused(await Citizen(2)));
        var told = Assert.IsType<LinkageEvent.Converted>(Assert.Single(quay.Events(LedgerStreams.Conversions)));
        Assert.Equal((3, 1, "opt-out-v1@1/9/abc", "claims"), (told.Asked, told.Withheld, told.RefusalSet, told.Dataset));
    }

    [Fact]
    public async Task What_the_ledger_cannot_note_is_not_converted()
    {
        var people = await People(1);
        await quay.ToProject(people, Quay.Claims);
        quay.Ledger.Fails = true;
        Assert.False((await quay.Room.ConvertAsync(new ConversionRequest(Quay.Permit, Quay.Claims, people, quay.Nobody, Quay.Desk))).IsOk);
    }

    [Fact]
    public async Task Each_person_sees_who_used_and_who_holds_their_data_and_nobody_else_s()
    {
        var people = await People(3);
        var converted = await quay.ToProject(people, Quay.Claims);
        _ = (await quay.Room.RecordUseAsync(Quay.Permit, "x-1", [converted.People[0]!.Value, converted.People[1]!.Value])).Value;
        _ = (await quay.Room.RecordUseAsync(Quay.Permit, "x-1", [converted.People[0]!.Value])).Value;
        Assert.Equal("x-1", Assert.Single(await quay.Room.UsesOfAsync(await Citizen(0))).Extraction);
        Assert.Empty(await quay.Room.UsesOfAsync(await Citizen(2)));
        Assert.Equal(Quay.Claims, Assert.Single(await quay.Room.HoldingsOfAsync(await Citizen(2))).Dataset);
        Assert.Empty(await quay.Room.HoldingsOfAsync(new Pseudonym<Citizen>(7)));
        Assert.Empty(await quay.Room.UsesOfAsync(new Pseudonym<Citizen>(7)));

        _ = (await quay.Room.MergeAsync(await Citizen(2), await Citizen(0), "same person", Quay.Desk)).Value;
        Assert.Single(await quay.Room.UsesOfAsync(await Citizen(2)));
        Assert.Equal(2, (await quay.Room.AliasesOfAsync(await Citizen(0))).Count);
        Assert.Equal(await Citizen(2), (await quay.Room.AliasesOfAsync(await Citizen(0)))[0]);
    }

    [Fact]
    public async Task Signing_in_needs_number_birth_date_and_name_of_one_person()
    {
        await People(3);
        var me = (await quay.Room.IdentifyAsync(Person(1))).Value;
        Assert.Equal(me, (await quay.Room.IdentifyAsync(Person(1) with { NameKana = "やまだ たろう", InsuredBranch = null })).Value);
        Assert.NotEqual(me, (await quay.Room.IdentifyAsync(Person(2))).Value);
        foreach (var wrong in (PersonIdentity[])[
            Person(1) with { NameKana = "ヤマダ ジロウ" },
            Person(1) with { NameKana = null },
            Person(1) with { BirthDate = Person(2).BirthDate },
            Person(1) with { BirthDate = null },
            Person(1) with { InsuredNumber = null },
            Person(1) with { InsuredBranch = "01" },
            Person(1) with { Sex = Sex.Female },
            Person(9)])
        {
            Assert.Equal("linkage.unknown-person", (await quay.Room.IdentifyAsync(wrong)).Findings[0].Code);
        }
    }

    [Fact]
    public async Task The_desk_is_refused_what_makes_no_sense()
    {
        await People(2);
        var (a, b) = (await Citizen(0), await Citizen(1));
        Assert.Equal("linkage.unknown-person", (await quay.Room.MergeAsync(a, new(1), "why", Quay.Desk)).Findings[0].Code);
        Assert.Equal("linkage.already-one", (await quay.Room.MergeAsync(a, a, "why", Quay.Desk)).Findings[0].Code);
        Assert.Equal("linkage.reason-missing", (await quay.Room.MergeAsync(a, b, " ", Quay.Desk)).Findings[0].Code);
        Assert.Equal("linkage.unknown-merge", (await quay.Room.SplitAsync("m-1", "why", Quay.Desk)).Findings[0].Code);
    }

    [Fact]
    public async Task What_the_desk_took_apart_no_rule_joins_again()
    {
        var number = Person(0) with { NameKana = null, NameKanji = "山田　太郎" };
        var kana = new PersonIdentity { NameKana = Person(0).NameKana, BirthDate = Person(0).BirthDate, Sex = Sex.Male };
        var a = await quay.Link(number);
        var b = await quay.Link(kana);
        await quay.Link(Person(0) with { NameKanji = "山田　太郎" });
        var merge = Assert.IsType<LinkageEvent.PersonsMerged>(Assert.Single(quay.Events(LedgerStreams.Persons)));
        _ = (await quay.Room.SplitAsync(merge.Id, "two cousins of one name", Quay.Desk)).Value;
        await quay.Link(Person(0) with { NameKanji = "山田　太郎", Address = "新宿区西新宿2-8-1" });
        quay.Reopen();
        await quay.Link(Person(0) with { NameKanji = "山田　太郎", Address = "新宿区西新宿2-8-2" });
        Assert.False(await quay.AreOne(a, b));
        Assert.Equal((0, 1), ((await quay.Room.FiguresAsync()).Merges, (await quay.Room.FiguresAsync()).Splits));
    }

    public void Dispose() => quay.Dispose();

    private sealed class FixedKey(byte[] key) : IKeyStore
    {
        public byte[] Key(string name) => key;

        public void Destroy(string name) => throw new NotSupportedException();

        public bool IsDestroyed(string name) => false;
    }
}
