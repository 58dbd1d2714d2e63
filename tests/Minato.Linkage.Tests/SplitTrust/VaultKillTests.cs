using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Minato.Ledger;
using Minato.Linkage.SplitTrust;

namespace Minato.Linkage.Tests.SplitTrust;

/// <summary>
/// <c>kill -9</c> at random moments of deliveries, conversions, uses and a rotation in split trust, then resume: the vaults hold what
/// they hold after a run that nobody disturbed. More kills and calls by <c>MINATO_VAULT_KILLS</c> and <c>MINATO_VAULT_KILL_CALLS</c>.
/// </summary>
public sealed class VaultKillTests(ITestOutputHelper output)
{
    private const int TicketsInCall = 16;
    private static readonly int Calls = KilledRun.Setting("MINATO_VAULT_KILL_CALLS", 6);
    private static readonly int Kills = KilledRun.Setting("MINATO_VAULT_KILLS", 3);
    private static readonly DeliveryId Delivery = new("town-1");

    [Fact]
    public async Task The_vaults_after_kills_are_those_of_an_undisturbed_run()
    {
        var folder = Directory.CreateTempSubdirectory("minato-vault-kill-").FullName;
        try
        {
            var clock = Stopwatch.StartNew();
            var (undisturbed, killed) = (Path.Combine(folder, "undisturbed"), Path.Combine(folder, "killed"));
            Run(undisturbed, 0, _ => { });
            var (kills, resumed) = await KilledRun.ToTheEndAsync(
                typeof(VaultKillTests), nameof(The_child_converts_until_it_is_killed), killed, Calls, Kills, clock.Elapsed.TotalMilliseconds, TestContext.Current.CancellationToken);
            var (left, right) = (Rows(undisturbed), Rows(killed));
            output.WriteLine($"{Calls} calls of {TicketsInCall}, {kills} kills, {resumed} times resumed; {string.Join("; ", left)}; {clock.Elapsed.TotalSeconds:0} s");
            Assert.True(kills * 2 >= Kills, $"only {kills} of {Kills} kills fell into the run");
            Assert.Contains(left, l => l.StartsWith("project", StringComparison.Ordinal) && !l.Contains(" 0 people", StringComparison.Ordinal));
            Assert.Equal(left, right);
            var (whole, resumedNames) = (await NamesAsync(undisturbed), await NamesAsync(killed));
            Assert.Equal(whole.Names, resumedNames.Names);
            Assert.Equal(whole.Uses, resumedNames.Uses);
            Assert.Contains(whole.Uses, u => u > 0);
            Assert.Equal(left, Rows(killed));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_child_converts_until_it_is_killed() => KilledRun.InChild(Run);

    private static void Run(string folder, int from, Action<string> progress)
    {
        using var parties = new Parties(folder);
        progress("open");
        for (var call = from; call < Calls; call++)
        {
            CallAsync(parties.Linkage, call).GetAwaiter().GetResult();
            progress($"call {call + 1}");
        }
    }

    /// <summary>What one call does, and does again after a kill: it must come to the same.</summary>
    private static async Task CallAsync(SplitTrustLinkage linkage, int call)
    {
        var dataset = DatasetOf(call);
        if (call == 0)
        {
            _ = (await linkage.OpenProjectAsync(SplitQuay.P1, [SplitQuay.A, SplitQuay.B], Parties.Now.AddYears(1), SplitQuay.Desk)).Value;
        }

        // Numbers that changed join people whom the vaults know as two.
        _ = (await linkage.ImportHistoryAsync(History(call), SplitQuay.Desk)).Value;
        var linked = (await linkage.LinkAsync(SplitQuay.Holder, dataset, Delivery, Tickets(call))).Value;
        _ = (await linkage.IdentifyAsync(Citizen(call))).Value;
        var people = (await ConvertAsync(linkage, dataset, linked)).Where(p => p is not null).Select(p => p!.Value).ToArray();
        _ = (await linkage.RecordUseAsync(SplitQuay.P1, $"x-{call}", people)).Value;
        if (call == Calls - 1)
        {
            _ = (await linkage.RotateAsync(SplitQuay.A)).Value;
        }
    }

    private static async Task<IReadOnlyList<Pseudonym<Project>?>> ConvertAsync(SplitTrustLinkage linkage, DatasetId dataset, IReadOnlyList<LinkedTicket> linked) =>
        (await linkage.ConvertAsync(new ConversionRequest(SplitQuay.P1, dataset, [.. linked.Select(l => l.Person)], new RefusalSet("opt-out-v1@1/0/test", Parties.Now, []), SplitQuay.Desk))).Value.People;

    private static DatasetId DatasetOf(int call) => call % 2 == 0 ? SplitQuay.A : SplitQuay.B;

    /// <summary>The same people come in both datasets, some of them as they were written before.</summary>
    private static IdentityTicket[] Tickets(int call) =>
        [
            .. Enumerable.Range(call * TicketsInCall, TicketsInCall - 2).Select(i => new IdentityTicket(i, Town.Identity(i * 7 % (Calls * TicketsInCall / 3), i % 7))),
            new(((call + 1) * TicketsInCall) - 2, Citizen(call)), new(((call + 1) * TicketsInCall) - 1, Citizen(call + 1)),
        ];

    private static NumberHistory[] History(int call) =>
        [.. Enumerable.Range(call * 2, 2).Select(p => new NumberHistory(Town.Identity(p, 0) with { AsOf = null, Address = null }, Town.Identity(p, 5) with { AsOf = null, Address = null }, new DateOnly(2019, 8, 1)))];

    /// <summary>Signs in at this call, and came with the one before from the other dataset.</summary>
    private static PersonIdentity Citizen(int call) => SplitQuay.Person(call);

    /// <summary>Who is one person, across both datasets and the project, and how many uses each citizen sees.</summary>
    private static async Task<(int[] Names, int[] Uses)> NamesAsync(string folder)
    {
        using var parties = new Parties(folder);
        var (names, uses) = (new List<UInt128>(), new List<int>());
        for (var call = 0; call < Calls; call++)
        {
            var linked = (await parties.Linkage.LinkAsync(SplitQuay.Holder, DatasetOf(call), Delivery, Tickets(call))).Value;
            names.AddRange(linked.Select(l => l.Person.Value));
            names.AddRange((await ConvertAsync(parties.Linkage, DatasetOf(call), linked)).Select(p => p!.Value.Value));
            var citizen = (await parties.Linkage.IdentifyAsync(Citizen(call))).Value;
            uses.Add((await parties.Linkage.UsesOfAsync(citizen)).Count);
        }

        var first = new Dictionary<UInt128, int>();
        return ([.. names.Select((p, i) => first.TryAdd(p, i) ? i : first[p])], [.. uses]);
    }

    /// <summary>How much each vault's file holds; people are random numbers and differ between two runs.</summary>
    private static string[] Rows(string folder) =>
        [.. Directory.GetFiles(Path.Combine(folder, "linkage", "vaults"), "*.db").Order(StringComparer.Ordinal).Select(file =>
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            connection.Open();
            var name = Path.GetFileNameWithoutExtension(file);
            return name.StartsWith("project", StringComparison.Ordinal)
                ? $"{name}: {Count("people")} people, {Count("provisions")} provisions"
                : $"{name}: {Count("people")} people, {Count("people WHERE follows IS NOT NULL")} follow, {Count("people WHERE letter IS NOT NULL")} letters, {Count("uses")} uses, versions {Count("(SELECT DISTINCT version FROM people)")}";

            long Count(string what)
            {
                using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only the words above.
                command.CommandText = $"SELECT count(*) FROM {what}";
#pragma warning restore CA2100
                return (long)command.ExecuteScalar()!;
            }
        })];

    /// <summary>All parties and their ledger in a folder that stays.</summary>
    private sealed class Parties : IDisposable
    {
        private readonly LedgerRoom ledger;

        public Parties(string folder)
        {
            var clock = new StoppedClock(Now);
            ledger = LedgerRoom.Open(new LedgerOptions(Path.Combine(folder, "ledger"), "test.example/ledger"), new NamedKeys(), clock);
            Linkage = SplitTrustLinkage.Open(
                new SplitTrustOptions(Path.Combine(folder, "linkage"), Quay.Standards), ledger, new(new PartyStore("ida"), new PartyStore("la"), new PartyStore("ov"), new PartyStore("vaults")), clock);
        }

        public static DateTimeOffset Now { get; } = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

        public SplitTrustLinkage Linkage { get; }

        public void Dispose()
        {
            Linkage.Dispose();
            ledger.Dispose();
        }
    }
}
