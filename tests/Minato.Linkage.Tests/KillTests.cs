using System.Diagnostics;
using System.Globalization;
using Minato.Ledger;

namespace Minato.Linkage.Tests;

/// <summary>
/// <c>kill -9</c> at random moments, then resume: the result is that of a run that nobody disturbed. The child is this test
/// executable itself, running <see cref="The_child_links_until_it_is_killed"/>.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const string FolderVariable = "MINATO_KILL_FOLDER";
    private const string FromVariable = "MINATO_KILL_FROM";
    private const int TicketsInCall = 1000;
    private static readonly int Identities = Setting("MINATO_KILL_IDENTITIES", 12_000);
    private static readonly int Kills = Setting("MINATO_KILLS", 6);
    private static readonly DeliveryId Delivery = new("town-1");

    private static int Calls => Identities / TicketsInCall;

    [Fact]
    public async Task The_result_after_kills_is_that_of_an_undisturbed_run()
    {
        var folder = Directory.CreateTempSubdirectory("minato-kill-").FullName;
        try
        {
            var random = new Random(20261126);
            var clock = Stopwatch.StartNew();
            var undisturbed = Path.Combine(folder, "undisturbed");
            LinkAll(undisturbed);
            var whole = clock.Elapsed.TotalMilliseconds;
            var killed = Path.Combine(folder, "killed");
            var (kills, resumed) = (0, 0);
            for (var done = 0; done < Calls;)
            {
                using var child = Start(killed, done);
                var wait = kills < Kills ? random.Next(1, (int)(whole * 1.6 / (Kills + 1)) + 20) : Timeout.Infinite;
                var progress = FollowAsync(child, done, TestContext.Current.CancellationToken);
                using var ready = new CancellationTokenSource();
                if (wait != Timeout.Infinite)
                {
                    // Counted from the moment at which it links, so that starting a process does not swallow the kills.
                    await Task.WhenAny(progress.Started, child.WaitForExitAsync(TestContext.Current.CancellationToken));
                    await Task.WhenAny(child.WaitForExitAsync(TestContext.Current.CancellationToken), Task.Delay(wait, TestContext.Current.CancellationToken));
                    if (!child.HasExited)
                    {
                        child.Kill();
                        kills++;
                    }
                }

                await child.WaitForExitAsync(TestContext.Current.CancellationToken);
                var reached = await progress.Done;
                resumed += reached < Calls ? 1 : 0;
                Assert.True(reached > done || kills > 0, "the child came to nothing by itself");
                done = reached;
            }

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
    public void The_child_links_until_it_is_killed()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } folder)
        {
            LinkAll(folder, int.Parse(Environment.GetEnvironmentVariable(FromVariable)!, CultureInfo.InvariantCulture), call => File.AppendAllText(folder + ".done", $"{call}\n"));
        }
    }

    private static (Task Started, Task<int> Done) FollowAsync(Process child, int done, CancellationToken ct)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var file = child.StartInfo.Environment[FolderVariable] + ".done";
        return (started.Task, Task.Run(
            async () =>
            {
                while (!child.HasExited)
                {
                    if (File.Exists(file) && File.ReadAllText(file).Contains("open\n", StringComparison.Ordinal))
                    {
                        started.TrySetResult();
                    }

                    await Task.Delay(5, ct);
                }

                started.TrySetResult();
                var lines = File.Exists(file) ? File.ReadAllLines(file) : [];
                File.Delete(file);

                // A line that the kill cut short does not count: its call is made again, and must not change anything.
                return lines.SkipLast(1).Concat(lines.TakeLast(1).Where(l => l.Length >= 5)).Where(l => l.StartsWith("call ", StringComparison.Ordinal)).Select(l => int.TryParse(l[5..], out var n) ? n : done).DefaultIfEmpty(done).Max();
            },
            ct));
    }

    private static Process Start(string folder, int from)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [FolderVariable] = folder, [FromVariable] = from.ToString(CultureInfo.InvariantCulture) },
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
        {
            start.ArgumentList.Add(typeof(KillTests).Assembly.Location);
        }

        foreach (var word in (string[])["-noLogo", "-method", $"{typeof(KillTests).FullName}.{nameof(The_child_links_until_it_is_killed)}"])
        {
            start.ArgumentList.Add(word);
        }

        var child = Process.Start(start)!;
        child.OutputDataReceived += (_, _) => { };
        child.ErrorDataReceived += (_, _) => { };
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        return child;
    }

    private static void LinkAll(string folder, int from = 0, Action<string>? progress = null)
    {
        using var pier = new Pier(folder);
        progress?.Invoke("open");
        for (var call = from; call < Calls; call++)
        {
            if (call % 4 == 0)
            {
                _ = pier.Room.ImportHistoryAsync(History(call), Quay.Desk).GetAwaiter().GetResult().Value;
            }

            _ = pier.Room.LinkAsync(Quay.Hospital, Quay.Records, Delivery, Tickets(call)).GetAwaiter().GetResult().Value;
            progress?.Invoke($"call {call + 1}");
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

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out var n) ? n : otherwise;

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
