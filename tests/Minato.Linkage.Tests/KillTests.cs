using System.Diagnostics;
using Minato.Ledger;

namespace Minato.Linkage.Tests;

/// <summary>
/// <c>kill -9</c> at random moments, then resume: the result is that of a run that nobody disturbed. The child is this test
/// executable itself, running <see cref="The_child_links_until_it_is_killed"/>.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int TicketsInCall = 1000;
    private static readonly int Identities = KilledRun.Setting("MINATO_KILL_IDENTITIES", 12_000);
    private static readonly int Kills = KilledRun.Setting("MINATO_KILLS", 6);
    private static readonly DeliveryId Delivery = new("town-1");

    private static int Calls => Identities / TicketsInCall;

    [Fact]
    public async Task The_result_after_kills_is_that_of_an_undisturbed_run()
    {
        var folder = Directory.CreateTempSubdirectory("minato-kill-").FullName;
        try
        {
            var clock = Stopwatch.StartNew();
            var undisturbed = Path.Combine(folder, "undisturbed");
            LinkAll(undisturbed, 0, _ => { });
            var whole = clock.Elapsed.TotalMilliseconds;
            var killed = Path.Combine(folder, "killed");
            var (kills, resumed) = await KilledRun.ToTheEndAsync(typeof(KillTests), nameof(The_child_links_until_it_is_killed), killed, Calls, Kills, whole, TestContext.Current.CancellationToken);
            var left = await ResultAsync(undisturbed);
            var right = await ResultAsync(killed);
            output.WriteLine($"{Identities} identities in {Calls} calls, {kills} kills, {resumed} times resumed; {left.Figures.Persons} persons, {left.Figures.Merges} merges; {clock.Elapsed.TotalSeconds:0} s");
            Assert.True(kills * 2 >= Kills, $"only {kills} of {Kills} kills fell into the run");
            Assert.Equal(left.Persons, right.Persons);
            Assert.Equal(left.Classes, right.Classes);
            Assert.Equivalent(left.Figures, right.Figures);
            Assert.Equal(left.Told, right.Told);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_child_links_until_it_is_killed() => KilledRun.InChild(LinkAll);

    private static void LinkAll(string folder, int from, Action<string> progress)
    {
        using var pier = new Pier(folder);
        progress("open");
        for (var call = from; call < Calls; call++)
        {
            if (call % 4 == 0)
            {
                _ = pier.Room.ImportHistoryAsync(History(call), Quay.Desk).GetAwaiter().GetResult().Value;
            }

            _ = pier.Room.LinkAsync(Quay.Hospital, Quay.Records, Delivery, Tickets(call)).GetAwaiter().GetResult().Value;
            progress($"call {call + 1}");
        }
    }

    /// <summary>Writings of a person come far apart, so that later calls join what earlier ones made.</summary>
    private static IdentityTicket[] Tickets(int call) =>
        [.. Enumerable.Range(call * TicketsInCall, TicketsInCall).Select(i => new IdentityTicket(i, Town.Identity((int)((uint)i * 2_654_435_761u % (uint)(Identities / 8)), i % 7)))];

    private static NumberHistory[] History(int call) =>
        [.. Enumerable.Range(call * 20, 20).Select(p => new NumberHistory(Town.Identity(p, 0) with { AsOf = null, Address = null }, Town.Identity(p, 5) with { AsOf = null, Address = null }, new DateOnly(2019, 8, 1)))];

    private static async Task<(int[] Persons, LinkClass[] Classes, LinkageFigures Figures, string[] Told)> ResultAsync(string folder)
    {
        using var pier = new Pier(folder);
        var figures = await pier.Room.FiguresAsync();
        var told = pier.Ledger.ReadAll().Where(e => e.Type != "linkage.history-imported").GroupBy(e => e.Type).Select(g => $"{g.Key} {g.Count()}").Order(StringComparer.Ordinal).ToArray();
        _ = (await pier.Room.OpenProjectAsync(Quay.Permit, [Quay.Records], pier.Clock.Now.AddYears(1), Quay.Desk)).Value;
        var (persons, classes) = (new List<Pseudonym<Project>>(), new List<LinkClass>());
        for (var call = 0; call < Calls; call++)
        {
            var linked = (await pier.Room.LinkAsync(Quay.Hospital, Quay.Records, Delivery, Tickets(call))).Value;
            classes.AddRange(linked.Select(l => l.Class));
            var converted = (await pier.Room.ConvertAsync(new ConversionRequest(Quay.Permit, Quay.Records, [.. linked.Select(l => l.Person)], new RefusalSet("none", pier.Clock.Now, []), Quay.Desk))).Value;
            persons.AddRange(converted.People.Select(p => p!.Value));
        }

        var first = new Dictionary<Pseudonym<Project>, int>();
        return ([.. persons.Select((p, i) => first.TryAdd(p, i) ? i : first[p])], [.. classes], figures, told);
    }

    /// <summary>A linkage room and its ledger in a folder that stays.</summary>
    private sealed class Pier : IDisposable
    {
        public Pier(string folder)
        {
            var keys = new NamedKeys();
            Ledger = LedgerRoom.Open(new LedgerOptions(Path.Combine(folder, "ledger"), "test.example/ledger"), keys, Clock);
            Room = LinkageRoom.Open(new LinkageOptions(Path.Combine(folder, "linkage"), Quay.Standards), Ledger, keys, Clock);
        }

        public StoppedClock Clock { get; } = new(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));

        public LedgerRoom Ledger { get; }

        public LinkageRoom Room { get; }

        public void Dispose()
        {
            Room.Dispose();
            Ledger.Dispose();
        }
    }
}
