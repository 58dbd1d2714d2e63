using System.Security.Cryptography;
using Minato.Ledger;
using Minato.Linkage.Pseudonyms;

namespace Minato.Linkage.Tests.Pseudonyms;

/// <summary>Keys are renewed without identities, former ones are recognised until they are retired, and all of it stands on the ledger.</summary>
public sealed class KeyEpochTests : IDisposable
{
    private static readonly KeyDomain Claims = KeyDomain.Of(Quay.Claims);
    private readonly Quay quay = new();

    private ILinkageKeys Keys => quay.Room;

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

    private async Task<Pseudonym<Citizen>> Citizen(int n) => (await quay.Room.IdentifyAsync(Person(n))).Value;

    [Fact]
    public async Task A_rotation_gives_each_person_a_new_name_and_both_names_reach_the_same_project_pseudonym()
    {
        var old = await People(100);
        var before = await quay.ToProject(old, Quay.Claims);
        var key = (await Keys.RotateKeyAsync(Claims, Quay.Desk)).Value;
        Assert.Equal((2, KeyState.Newest), (key.Epoch, key.State));

        var renewed = (await Keys.RenewAsync(Quay.Claims, old, Quay.Desk)).Value;
        Assert.Equal(100, renewed.OfFormerEpoch);
        Assert.Equal(200, old.Concat(renewed.People).Distinct().Count());
        Assert.Equal(renewed.People, await People(100));

        // In the middle of the changeover a dataset has some of each.
        Pseudonym<Dataset>[] mixed = [.. renewed.People.Take(50), .. old.Skip(50)];
        var after = await quay.ToProject(mixed, Quay.Claims);
        Assert.Equal(before.People, after.People);
        Assert.Equal(before.KeyEpoch, after.KeyEpoch);
        var told = Assert.IsType<LinkageEvent.Converted>(quay.Events(LedgerStreams.Conversions)[^1]);
        Assert.Equal(50, told.OfFormerEpoch);
        Assert.StartsWith("domain/dataset/claims@2#", told.DatasetKeyEpoch, StringComparison.Ordinal);

        // Renewing is safe to repeat, also on what is new already.
        Assert.Equal(renewed.People, (await Keys.RenewAsync(Quay.Claims, mixed, Quay.Desk)).Value.People);
    }

    [Fact]
    public async Task A_retired_key_is_destroyed_and_its_pseudonyms_mean_nothing_any_more()
    {
        var old = await People(3);
        var before = await quay.ToProject(old, Quay.Claims);
        await Keys.RotateKeyAsync(Claims, Quay.Desk);
        Assert.Equal("linkage.not-renewed", (await Keys.RetireKeyAsync(Claims, 1, "half a year is over", Quay.Desk)).Findings[0].Code);
        var renewed = (await Keys.RenewAsync(Quay.Claims, old, Quay.Desk)).Value;
        Assert.Equal("linkage.reason-missing", (await Keys.RetireKeyAsync(Claims, 1, " ", Quay.Desk)).Findings[0].Code);
        var retired = (await Keys.RetireKeyAsync(Claims, 1, "half a year is over", Quay.Desk)).Value;
        Assert.Equal(KeyState.Destroyed, retired.State);
        Assert.True(quay.Keys.IsDestroyed("domain/dataset/claims"));
        Assert.True((await Keys.RetireKeyAsync(Claims, 1, "again", Quay.Desk)).IsOk);

        quay.Reopen();
        Assert.Equal(before.People, (await quay.ToProject(renewed.People, Quay.Claims)).People);
        Assert.Equal("linkage.unknown-pseudonym", (await quay.Room.ConvertAsync(new ConversionRequest(Quay.Permit, Quay.Claims, old, quay.Nobody, Quay.Desk))).Findings[0].Code);
        Assert.Equal("linkage.unknown-pseudonym", (await Keys.RenewAsync(Quay.Claims, old, Quay.Desk)).Findings[0].Code);
        Assert.Equal(
            ["key-made", "key-made", "key-retired", "key-destroyed"],
            quay.Told("linkage/keys/dataset/claims").Select(e => e.Type["linkage.".Length..]));
    }

    [Fact]
    public async Task A_third_epoch_recognises_both_former_ones()
    {
        var first = await People(20);
        await Keys.RotateKeyAsync(Claims, Quay.Desk);
        var second = await People(20);
        await Keys.RotateKeyAsync(Claims, Quay.Desk);
        var third = await People(20);
        Assert.Equal(60, first.Concat(second).Concat(third).Distinct().Count());
        var converted = await quay.ToProject([.. third, .. first, .. second], Quay.Claims);
        Assert.Equal(converted.People.Take(20), converted.People.Skip(20).Take(20));
        Assert.Equal(converted.People.Take(20), converted.People.Skip(40));
        Assert.Equal([KeyState.Former, KeyState.Former, KeyState.Newest], (await Keys.KeysAsync()).Where(k => k.Domain == Claims).Select(k => k.State));
    }

    [Fact]
    public async Task What_must_not_be_rotated_or_retired_is_refused()
    {
        await quay.ToProject(await People(1), Quay.Claims);
        async Task<string> Retire(KeyDomain domain, int epoch) => (await Keys.RetireKeyAsync(domain, epoch, "why", Quay.Desk)).Findings[0].Code;

        Assert.Equal("linkage.key-in-use", await Retire(Claims, 1));
        Assert.Equal("linkage.key-in-use", await Retire(KeyDomain.Of(Quay.Permit), 1));
        Assert.Equal("linkage.unknown-key", await Retire(Claims, 2));
        Assert.Equal("linkage.unknown-key", await Retire(Claims, 0));
        Assert.Equal("linkage.unknown-key", await Retire(KeyDomain.Of(new DatasetId("nothing")), 1));
        Assert.Equal("linkage.key-closed", (await Keys.RotateKeyAsync(KeyDomain.Of(new PermitId("p-never")), Quay.Desk)).Findings[0].Code);
        await quay.Room.CloseProjectAsync(Quay.Permit, Quay.Desk);
        Assert.Equal("linkage.key-closed", (await Keys.RotateKeyAsync(KeyDomain.Of(Quay.Permit), Quay.Desk)).Findings[0].Code);
    }

    [Fact]
    public async Task Choices_made_under_a_former_citizens_key_still_count_and_are_still_found()
    {
        var people = await People(4);
        var before = await Citizen(1);
        _ = (await quay.Room.MergeAsync(await Citizen(2), await Citizen(3), "same person", Quay.Desk)).Value;
        await Keys.RotateKeyAsync(KeyDomain.Citizens, Quay.Desk);
        var now = await Citizen(1);
        Assert.NotEqual(before, now);
        Assert.Equal([now, before], await quay.Room.AliasesOfAsync(now));
        Assert.Equal([now, before], await quay.Room.AliasesOfAsync(before));
        var converted = await quay.ToProject(people, Quay.Claims, refusals: quay.Nobody with { Refused = [before] });
        Assert.Equal([true, false, true, true], converted.People.Select(p => p is not null));
        Assert.Equal(converted.People[2], converted.People[3]);
        _ = (await quay.Room.RecordUseAsync(Quay.Permit, "x-1", [converted.People[0]!.Value])).Value;
        Assert.Single(await quay.Room.UsesOfAsync(await Citizen(0)));
        Assert.Equal("linkage.key-in-use", (await Keys.RetireKeyAsync(KeyDomain.Citizens, 1, "why", Quay.Desk)).Findings[0].Code);

        // The merge on the ledger speaks in the former pseudonyms; it is still understood.
        quay.Reopen();
        Assert.Equal(4, (await quay.Room.AliasesOfAsync(await Citizen(2))).Count);
    }

    [Fact]
    public async Task A_project_s_new_key_gives_new_names_and_the_manifest_shows_it()
    {
        var people = await People(2);
        var first = await quay.ToProject(people, Quay.Claims);
        await Keys.RotateKeyAsync(KeyDomain.Of(Quay.Permit), Quay.Desk);
        var second = await quay.ToProject(people, Quay.Claims);
        Assert.Empty(first.People.Intersect(second.People));
        Assert.StartsWith("domain/project/p-2026-0001#", first.KeyEpoch, StringComparison.Ordinal);
        Assert.StartsWith("domain/project/p-2026-0001@2#", second.KeyEpoch, StringComparison.Ordinal);

        // Uses of both extractions are still understood; closing destroys both keys.
        Assert.True((await quay.Room.RecordUseAsync(Quay.Permit, "x-1", [first.People[0]!.Value, second.People[1]!.Value])).IsOk);
        Assert.True((await quay.Room.CloseProjectAsync(Quay.Permit, Quay.Desk)).Value);
        Assert.All((await Keys.KeysAsync()).Where(k => k.Domain == KeyDomain.Of(Quay.Permit)), k => Assert.Equal(KeyState.Destroyed, k.State));
        Assert.True(quay.Keys.IsDestroyed("domain/project/p-2026-0001") && quay.Keys.IsDestroyed("domain/project/p-2026-0001@2"));
    }

    [Fact]
    public async Task A_key_that_a_crash_left_is_destroyed_when_the_room_opens_again()
    {
        var people = await People(1);
        await quay.ToProject(people, Quay.Claims);

        // As if the process had died right after the closing stood on the ledger.
        _ = (await quay.Ledger.AppendAsync(LedgerStreams.Project(Quay.Permit), -1, Quay.Desk, [EventJson.Write<LinkageEvent>("linkage", new LinkageEvent.ProjectClosed(Quay.Permit.Value))])).Value;
        quay.Reopen();
        Assert.True(quay.Keys.IsDestroyed(PseudonymDomain.NameOf(Quay.Permit)));
        Assert.Equal("linkage.key-destroyed", quay.Told("linkage/keys/project/p-2026-0001")[^1].Type);
    }

    [Fact]
    public async Task Another_process_follows_a_rotation_at_once()
    {
        var old = await People(2);
        using var other = quay.Open();
        await Keys.RotateKeyAsync(Claims, Quay.Desk);
        var renewed = (await ((ILinkageKeys)other).RenewAsync(Quay.Claims, old, Quay.Desk)).Value;
        Assert.Equal(await People(2), renewed.People);
    }

    [Fact]
    public async Task The_commitment_binds_to_the_key_and_to_its_name_and_shows_neither()
    {
        await quay.ToProject(await People(1), Quay.Claims);
        var made = (await Keys.KeysAsync()).Single(k => k.Domain == Claims);
        var key = quay.Keys.Key("domain/dataset/claims");
        Assert.Equal(made.Commitment, PseudonymKey.CommitmentTo(key, "domain/dataset/claims"));
        Assert.NotEqual(made.Commitment, PseudonymKey.CommitmentTo(key, "domain/dataset/claims@2"));
        key[0] ^= 1;
        Assert.NotEqual(made.Commitment, PseudonymKey.CommitmentTo(key, "domain/dataset/claims"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(PseudonymKey.Chunk - 1)]
    [InlineData(PseudonymKey.Chunk)]
    [InlineData(PseudonymKey.Chunk + 1)]
    [InlineData((3 * PseudonymKey.Chunk) + 7)]
    public void In_bulk_each_block_is_what_the_cipher_makes_of_it_alone(int count)
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        using var aes = Aes.Create();
        aes.Key = secret;
        using var key = new PseudonymKey([.. secret], "any");
        var random = new Random(count);
        var handles = Enumerable.Range(0, count).Select(_ => new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64())).ToArray();
        var pseudonyms = handles.ToArray();
        key.Encrypt(pseudonyms);
        foreach (var i in new[] { 0, count / 2, count - 1 })
        {
            var block = new byte[16];
            new Pseudonym<Dataset>(handles[i]).Write(block);
            Assert.Equal(Pseudonym<Dataset>.Read(aes.EncryptEcb(block, PaddingMode.None)).Value, pseudonyms[i]);
        }

        key.Decrypt(pseudonyms);
        Assert.Equal(handles, pseudonyms);
    }

    public void Dispose() => quay.Dispose();
}
