using Minato.Ledger;
using Minato.Linkage.Pseudonyms;

namespace Minato.Linkage.Tests.Pseudonyms;

/// <summary>A closed project: anyone can check that its keys were destroyed, and nothing links any more.</summary>
public sealed class DestructionTests : IDisposable
{
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

    private async Task<(Pseudonym<Dataset>[] People, Conversion Converted)> Project()
    {
        var people = (await quay.Link(Quay.Review, Quay.Claims, [.. Enumerable.Range(0, 20).Select(Person)])).Select(l => l.Person).ToArray();
        return (people, await quay.ToProject(people, Quay.Claims));
    }

    [Fact]
    public async Task Anyone_can_check_that_the_keys_committed_to_at_the_opening_were_destroyed()
    {
        await Project();
        Assert.Equal("linkage.key-not-destroyed", DestructionProof.Of(quay.Ledger, Quay.Permit).Findings[0].Code);
        Assert.Equal("linkage.unknown-key", DestructionProof.Of(quay.Ledger, new PermitId("p-never")).Findings[0].Code);
        _ = (await quay.Room.RotateKeyAsync(KeyDomain.Of(Quay.Permit), Quay.Desk)).Value;
        _ = (await quay.Room.CloseProjectAsync(Quay.Permit, Quay.Desk)).Value;

        var handedOver = DestructionProof.Of(quay.Ledger, Quay.Permit).Value.ToJson();
        var proof = DestructionProof.Parse(handedOver).Value;
        var gone = proof.Check(quay.PublishedKey).Value;
        Assert.Equal([1, 2], gone.Select(k => k.Epoch));
        Assert.All(gone, k => Assert.True(k.MadeAt < k.DestroyedAt && k.Made <= k.Destroyed));
        Assert.Equal(2, gone.Select(k => k.Commitment).Distinct().Count());

        // Made before anything was converted.
        Assert.True(gone[0].MadeAt < quay.Told(LedgerStreams.Conversions)[0].Index);
    }

    [Fact]
    public async Task A_proof_that_was_changed_or_cut_is_not_believed()
    {
        await Project();
        _ = (await quay.Room.RotateKeyAsync(KeyDomain.Of(Quay.Permit), Quay.Desk)).Value;
        _ = (await quay.Room.CloseProjectAsync(Quay.Permit, Quay.Desk)).Value;
        var proof = DestructionProof.Of(quay.Ledger, Quay.Permit).Value;
        string Code(DestructionProof changed) => changed.Check(quay.PublishedKey).Findings[0].Code;
        Evidence[] With(int at, Func<Evidence, Evidence> change) => [.. proof.Events.Select((e, i) => i == at ? change(e) : e)];

        // Left out: the second key, or the end of it.
        Assert.Equal("proof.incomplete", Code(proof with { Events = [proof.Events[0], proof.Events[2]] }));
        Assert.Equal("linkage.key-not-destroyed", Code(proof with { Events = [.. proof.Events.Take(3)] }));
        Assert.Equal("linkage.unknown-key", Code(proof with { Events = [] }));

        // Another commitment, another time, another project.
        Assert.Equal("evidence.payload", Code(proof with { Events = With(0, e => e with { Payload = e.Payload!.Replace("\"epoch\":1", "\"epoch\":3", StringComparison.Ordinal) }) }));
        Assert.Equal("evidence.not-included", Code(proof with { Events = With(3, e => e with { At = e.At.AddYears(-1) }) }));
        Assert.Equal("proof.incomplete", Code(proof with { Permit = "p-2026-0002" }));
        Assert.Equal("proof.unreadable", DestructionProof.Parse("{}").Findings[0].Code);
        Assert.Equal("proof.unreadable", DestructionProof.Parse("no json").Findings[0].Code);
    }

    [Fact]
    public async Task A_statement_about_another_key_than_the_one_committed_to_is_found_out()
    {
        await Project();
        var made = (await quay.Room.KeysAsync()).Single(k => k.Domain == KeyDomain.Of(Quay.Permit));
        var lie = new LinkageEvent.KeyDestroyed(made.Domain.Name, 1, new string('0', 64), made.MadeAt);
        _ = (await quay.Ledger.AppendAsync(LedgerStreams.Keys(made.Domain.Name), -1, Quay.Desk, [EventJson.Write<LinkageEvent>("linkage", lie)])).Value;
        Assert.Equal("proof.other-key", DestructionProof.Of(quay.Ledger, Quay.Permit).Findings[0].Code);
    }

    [Fact]
    public async Task Nothing_links_afterwards_with_all_that_is_left()
    {
        var (people, converted) = await Project();
        var handles = people.ToArray();
        _ = (await quay.Room.CloseProjectAsync(Quay.Permit, Quay.Desk)).Value;
        quay.Reopen();

        // Whoever has the node, its ledger, its linkage store and every key that is left: all domains, all epochs, all provisions.
        var values = people.Select(p => p.Value).ToArray();
        using (var dataset = PseudonymDomain.Of(quay.Keys, PseudonymDomain.NameOf(Quay.Claims)))
        {
            dataset.Decrypt(values);
        }

        var wanted = converted.People.Select(p => p!.Value.Value).ToHashSet();
        Assert.Throws<KeyDestroyedException>(() => PseudonymDomain.Of(quay.Keys, PseudonymDomain.NameOf(Quay.Permit)));
        foreach (var name in (string[])[PseudonymDomain.NameOf(Quay.Claims), PseudonymDomain.CitizenName, PseudonymDomain.NameOf(new PermitId("p-2026-0002")), "domain/project/p-2026-0001@2"])
        {
            using var domain = PseudonymDomain.Of(quay.Keys, name);
            var tried = values.ToArray();
            domain.Encrypt(tried);
            Assert.DoesNotContain(tried, wanted.Contains);
            var back = wanted.ToArray();
            domain.Decrypt(back);
            Assert.Empty(back.Intersect(values));
        }

        var request = new ConversionRequest(Quay.Permit, Quay.Claims, handles, quay.Nobody, Quay.Desk);
        Assert.Equal("linkage.project-closed", (await quay.Room.ConvertAsync(request)).Findings[0].Code);
        Assert.Equal("linkage.key-closed", (await quay.Room.RotateKeyAsync(KeyDomain.Of(Quay.Permit), Quay.Desk)).Findings[0].Code);
    }

    public void Dispose() => quay.Dispose();
}
