using System.Text.Json;
using Minato.Ledger;
using C = Minato.Access.ApplicationCommand;

namespace Minato.Access.Tests;

public sealed class LedgerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("minato-access-ledger-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_was_decided_is_there_after_a_restart_and_the_ledger_verifies()
    {
        var clock = new StoppedClock(new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));
        var keys = new KeysInMemory();
        var draft = World.Draft with { Use = World.Use with { CohortJson = $$"""{"Title":"{{new string('長', 200_000)}}"}""" } };
        string before;
        ApplicationId id;
        using (var ledger = LedgerRoom.Open(new(folder, "test.example/ledger"), keys, clock))
        {
            var access = AccessRoom.Open(new(World.StandardsFolder), ledger, World.Keys, new TwoDatasets(), clock);
            id = (await access.CreateAsync(World.Applicant)).Value;
            (Actor, ApplicationCommand)[] voyage =
            [
                (World.Applicant, new C.SaveDraft(draft)), (World.Applicant, new C.Submit()), (World.Secretariat, new C.AssignReviewers(World.Panel)),
                .. World.Panel.Select(r => (r, (ApplicationCommand)World.Approve)), (World.Secretariat, new C.Decide()), (World.Applicant, new C.AcceptFee()),
            ];
            foreach (var (by, command) in voyage)
            {
                Assert.True((await access.ExecuteAsync(id, command, by)).IsOk, command.GetType().Name);
            }

            before = JsonSerializer.Serialize(access.Find(id));
        }

        using var again = LedgerRoom.Open(new(folder, "test.example/ledger"), keys, clock);
        Assert.Equal(before, JsonSerializer.Serialize(AccessRoom.Open(new(World.StandardsFolder), again, World.Keys, new TwoDatasets(), clock).Find(id)));
        Assert.Empty(again.Verify());
    }

    [Fact]
    public async Task The_largest_vote_of_the_largest_panel_still_fits_into_the_ledger()
    {
        var clock = new StoppedClock(new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));
        using var ledger = LedgerRoom.Open(new(folder, "test.example/ledger"), new KeysInMemory(), clock);
        var access = AccessRoom.Open(new(World.StandardsFolder), ledger, World.Keys, new TwoDatasets(), clock);
        var id = (await access.CreateAsync(World.Applicant)).Value;
        Actor[] panel = [World.Citizen, .. Enumerable.Range(1, 14).Select(i => new Actor(new($"r{i}"), Role.Reviewer, "", $"Institute {i}"))];
        await access.ExecuteAsync(id, new C.SaveDraft(World.Draft), World.Applicant);
        await access.ExecuteAsync(id, new C.Submit(), World.Applicant);
        await access.ExecuteAsync(id, new C.AssignReviewers(panel), World.Secretariat);
        foreach (var (reviewer, n) in panel.Select((r, n) => (r, n)))
        {
            var conditions = Enumerable.Range(0, 20).Select(i => $"{n}-{i}".PadRight(500, '件')).ToArray();
            Assert.True((await access.ExecuteAsync(id, new C.CastVote(Vote.ApproveWithConditions, new string('理', 4000), World.AllMet, conditions), reviewer)).IsOk);
        }

        Assert.True((await access.ExecuteAsync(id, new C.Decide(), World.Secretariat)).IsOk);
        Assert.True((await access.ExecuteAsync(id, new C.AcceptFee(), World.Applicant)).IsOk);
    }

    private sealed class KeysInMemory : IKeyStore
    {
        private readonly Dictionary<string, byte[]> keys = [];

        public byte[] Key(string name) => keys.TryGetValue(name, out var key) ? key : keys[name] = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name));

        public void Destroy(string name) => keys.Remove(name);

        public bool IsDestroyed(string name) => false;
    }
}
