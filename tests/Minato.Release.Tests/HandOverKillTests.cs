using System.Diagnostics;
using Minato.Linkage.Tests;
using Minato.Ledger.Age;
using Minato.Release.HandingOver;
using Minato.Tests;
using static Minato.Release.Tests.Quayside;

namespace Minato.Release.Tests;

/// <summary><c>kill -9</c> in every step of a hand-over: afterwards every container that the ledger names opens whole, and nothing lies half. More by <c>MINATO_HAND_OVER_KILLS</c>.</summary>
public sealed class HandOverKillTests(ITestOutputHelper output)
{
    private static readonly int HandOvers = KilledRun.Setting("MINATO_HAND_OVERS", 6);
    private static readonly int Kills = KilledRun.Setting("MINATO_HAND_OVER_KILLS", 3);

    [Fact]
    public async Task After_kills_what_the_ledger_names_is_whole_and_nothing_is_half()
    {
        var folder = Directory.CreateTempSubdirectory("minato-hand-over-kill-").FullName;
        try
        {
            var clock = Stopwatch.StartNew();
            Run(Path.Join(folder, "undisturbed"), 0, _ => { });
            var killed = Path.Join(folder, "killed");
            var (kills, resumed) = await KilledRun.ToTheEndAsync(
                typeof(HandOverKillTests), nameof(The_child_hands_over_until_it_is_killed), killed, HandOvers, Kills, clock.Elapsed.TotalMilliseconds, TestContext.Current.CancellationToken);

            using var quay = new Quayside(killed);
            using var key = AgeIdentity.ReadFile(KeyOf(killed)).Value;
            var all = quay.Door.VisibleTo(Actor.Harbour);
            output.WriteLine($"{kills} kills, {resumed} times resumed; {string.Join(", ", all.CountBy(h => h.State))}");
            Assert.True(kills * 2 >= Kills, $"only {kills} of {Kills} kills fell into the run");
            Assert.True(all.Count(h => h.State == HandOverState.Ended) >= HandOvers - kills);
            Assert.DoesNotContain(Directory.EnumerateFiles(quay.Containers), f => Path.GetFileName(f).Contains('.', StringComparison.Ordinal));
            Assert.True(Directory.EnumerateFiles(quay.Containers).Count() <= kills + all.Count(h => h.State == HandOverState.Ready));
            foreach (var (ready, n) in all.Where(h => h.State == HandOverState.Ready).Select((h, n) => (h, n)))
            {
                var opened = SealedContainer.Open(new MemoryStream(await quay.FetchAsync(ready.Id)), key, Path.Join(folder, $"opened{n}"));
                Assert.True(opened.IsOk, string.Join("\n", opened.Findings));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_child_hands_over_until_it_is_killed() => KilledRun.InChild(Run);

    private static string KeyOf(string folder) => folder + ".key";

    private static void Run(string folder, int from, Action<string> progress)
    {
        if (!File.Exists(KeyOf(folder)))
        {
            using var made = AgeIdentity.Create();
            made.WriteFile(KeyOf(folder));
        }

        using var key = AgeIdentity.ReadFile(KeyOf(folder)).Value;
        using var quay = new Quayside(folder);
        progress("open");
        for (var n = from; n < HandOvers; n++)
        {
            OneAsync(quay, key).GetAwaiter().GetResult();
            progress($"call {n + 1}");
        }
    }

    /// <summary>What a kill left under way is gone on with, from where it stands.</summary>
    private static async Task OneAsync(Quayside quay, AgeIdentity key)
    {
        if (quay.Door.Recipients.All(r => r.State != RecipientState.Active))
        {
            Ok(await quay.Door.RegisterAsync(quay.Registration(key.Recipient.ToString()), Village.Operator));
            Ok(await quay.Door.AcceptTermsAsync(Company, quay.Door.Terms.Name, Contact));
        }

        var open = quay.Door.VisibleTo(Actor.Harbour).FirstOrDefault(h => h.State is not (HandOverState.Ended or HandOverState.Refused)) ?? Ok(await quay.Door.ProposeAsync(Village.Permit, "Please", Village.Researcher));
        foreach (var checker in new[] { Village.Checker, Village.OtherChecker }.Where(c => open.State == HandOverState.Proposed && open.Opinions.All(o => o.By != c.Id)))
        {
            Ok(await quay.Door.DecideAsync(open.Id, true, "Fine", checker));
        }

        open = quay.Door.VisibleTo(Actor.Harbour).Single(h => h.Id == open.Id);
        open = open.State == HandOverState.Approved ? Ok(await quay.Door.PackAsync(open.Id, Village.Operator)) : open;
        if (open.State == HandOverState.Ready)
        {
            await quay.FetchAsync(open.Id);
            open = Ok(await quay.Door.ConfirmAsync(open.Id, open.Container!.Sha256, Contact));
        }

        Ok(await quay.Door.FulfilAsync(open.Id, DutyKind.Destruction, "Gone", Contact, DestructionMethod.Overwritten));
    }
}
