using System.Diagnostics;
using Minato.Linkage.Tests;

namespace Minato.Intake.Tests;

/// <summary>
/// <c>kill -9</c> at random moments of deliveries, then the same deliveries again: every record is there exactly once, or quarantined, and
/// every receipt is that of a run that nobody disturbed. More by <c>MINATO_INTAKE_KILLS</c> and <c>MINATO_INTAKE_DELIVERIES</c>.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int RowsEach = 60;
    private static readonly int Deliveries = KilledRun.Setting("MINATO_INTAKE_DELIVERIES", 4);
    private static readonly int Kills = KilledRun.Setting("MINATO_INTAKE_KILLS", 4);

    [Fact]
    public async Task After_kills_every_record_is_there_once_and_every_receipt_is_true()
    {
        var folder = Directory.CreateTempSubdirectory("minato-intake-kill-").FullName;
        try
        {
            var clock = Stopwatch.StartNew();
            var (undisturbed, killed) = (Path.Combine(folder, "undisturbed"), Path.Combine(folder, "killed"));
            DeliverAll(undisturbed, 0, _ => { });
            var (kills, resumed) = await KilledRun.ToTheEndAsync(
                typeof(KillTests), nameof(The_child_delivers_until_it_is_killed), killed, Deliveries, Kills, clock.Elapsed.TotalMilliseconds, TestContext.Current.CancellationToken);
            var (left, right) = (Found(undisturbed), Found(killed));
            output.WriteLine($"{Deliveries} deliveries of {RowsEach + 2} rows, {kills} kills, {resumed} times resumed; {left.Records.Count} records; {clock.Elapsed.TotalSeconds:0} s");
            Assert.True(kills * 2 >= Kills, $"only {kills} of {Kills} kills fell into the run");
            Assert.Equal(Deliveries * RowsEach, left.Records.Count);
            Assert.Equal(left.Records.Count, left.Records.Select(r => r[0]).Distinct().Count());
            Assert.Contains(left.Records.GroupBy(r => r[3]), g => g.Count() > 1);
            Assert.Equal(left.Records, right.Records);
            Assert.Equal(Deliveries, left.Receipts.Count);
            Assert.Equal(left.Receipts, right.Receipts);
            Assert.Equal(left.Sealed, right.Sealed);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_child_delivers_until_it_is_killed() => KilledRun.InChild(DeliverAll);

    private static void DeliverAll(string folder, int from, Action<string> progress)
    {
        using var world = new IntakeWorld(folder: folder);
        progress("open");
        for (var n = from; n < Deliveries; n++)
        {
            _ = world.Receive(IntakeWorld.Deaths, Delivery(world, n)).GetAwaiter().GetResult();
            progress($"call {n + 1}");
        }
    }

    /// <summary>Deaths of which some are of people whom an earlier delivery told of, one written twice, and one that cannot be.</summary>
    private static string Delivery(IntakeWorld world, int n)
    {
        var path = world.At($"in-{n}");
        var rows = Enumerable.Range(0, RowsEach).Select(i => IntakeWorld.DeathRow((n * RowsEach) + i - (i < 10 ? RowsEach * Math.Min(n, 1) : 0)).Replace($"d{(n * RowsEach) + i - RowsEach},", $"again-{n}-{i},", StringComparison.Ordinal)).ToList();
        Directory.CreateDirectory(path);
        File.WriteAllBytes(Path.Combine(path, "deaths.csv"), IntakeWorld.DeathCsv([.. rows, rows[^1], IntakeWorld.DeathRow(90_000 + n, died: "20251399")]));
        return path;
    }

    /// <summary>Rows as key, day, cause, and the least key of the person's records: persons have other pseudonyms in another run.</summary>
    private static (List<string[]> Records, List<string> Receipts, List<string> Sealed) Found(string folder)
    {
        using var world = new IntakeWorld(folder: folder);
        using var session = world.Warehouse.OpenSession();
        world.Warehouse.Attach(session, world.Warehouse.Latest(IntakeWorld.Deaths)!);
        var records = session.Query("select record_key, death_date, cause_source_value, min(record_key) over (partition by person_id) from death_signal order by record_key")
            .Select(r => r.Select(v => v?.ToString() ?? "").ToArray()).ToList();
        var receipts = world.Intake.Receipts().OrderBy(r => r.Delivery.Value, StringComparer.Ordinal).ToList();
        return (
            records,
            [.. receipts.Select(r => $"{r.Delivery} {r.State} {string.Join(", ", r.ByFormat.Select(f => $"{f.Key} {f.Value}"))} {string.Join("; ", r.Findings)}")],
            [.. receipts.SelectMany(r => world.Intake.Quarantine(r.Delivery)).Select(p => $"{p.Id} {System.Text.Encoding.UTF8.GetString(world.Intake.OpenQuarantined(p.Id, IntakeWorld.CityClerk).Value)}")]);
    }
}
