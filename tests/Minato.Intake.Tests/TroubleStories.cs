using System.Diagnostics;

namespace Minato.Intake.Tests;

/// <summary>Files that change under the reader, a full disk, and two deliveries at once: nothing is half-applied, nothing is lost.</summary>
public sealed class TroubleStories : IDisposable
{
    private const string FullVariable = "MINATO_FULL_DISK";
    private readonly IntakeWorld world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_file_that_changes_while_it_is_read_is_refused_whole_and_can_come_again()
    {
        var folder = world.Delivery(("deaths.csv", IntakeWorld.DeathCsv(Enumerable.Range(0, 400).Select(n => IntakeWorld.DeathRow(n)))));
        var file = Path.Combine(folder, "deaths.csv");
        var change = new OnFirstStep(() => File.AppendAllText(file, IntakeWorld.DeathRow(1000) + "\n"));
        var refused = await world.Intake.ReceiveFolderAsync(IntakeWorld.City, IntakeWorld.Deaths, folder, IntakeWorld.CityClerk, change, TestContext.Current.CancellationToken);
        Assert.Equal("intake.changed", refused.Findings[0].Code);
        Assert.Equal(0, world.RowsOf(IntakeWorld.Deaths, "death_signal"));
        Assert.Empty(world.Intake.Receipts());

        var receipt = await world.Receive(IntakeWorld.Deaths, folder);
        Assert.Equal((DeliveryState.Applied, 401), (receipt.State, receipt.ByFormat["death-csv"].Records));
        Assert.Equal(401, world.RowsOf(IntakeWorld.Deaths, "death_signal"));
    }

    [Fact]
    public async Task A_file_that_is_taken_away_while_it_is_read_is_refused_whole()
    {
        var folder = world.Delivery(("a.csv", IntakeWorld.DeathCsv(Enumerable.Range(0, 400).Select(n => IntakeWorld.DeathRow(n)))), ("b.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(900))));
        var change = new OnFirstStep(() => File.Delete(Path.Combine(folder, "a.csv")));
        var refused = await world.Intake.ReceiveFolderAsync(IntakeWorld.City, IntakeWorld.Deaths, folder, IntakeWorld.CityClerk, change, TestContext.Current.CancellationToken);
        Assert.Equal("intake.changed", refused.Findings[0].Code);
        Assert.Equal(0, world.RowsOf(IntakeWorld.Deaths, "death_signal"));
    }

    [Fact]
    public async Task Deliveries_at_once_are_each_applied_once()
    {
        string Deaths(int from) => world.Delivery(("deaths.csv", IntakeWorld.DeathCsv(Enumerable.Range(from, 120).Select(n => IntakeWorld.DeathRow(n)))));
        var same = Deaths(0);
        var receipts = await Task.WhenAll(((string[])[same, same, Deaths(120), Deaths(240), Deaths(180)]).Select(f => Task.Run(() => world.Receive(IntakeWorld.Deaths, f))));
        Assert.All(receipts, r => Assert.Equal(DeliveryState.Applied, r.State));
        Assert.Equal(1, receipts.Count(r => r.AlreadyApplied));
        Assert.Equal(360, world.RowsOf(IntakeWorld.Deaths, "death_signal"));
        Assert.Equal(4, world.Intake.Receipts().Count);
    }

    [Fact]
    public async Task A_full_disk_applies_nothing_and_the_delivery_can_come_again_when_there_is_room()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/bwrap"), "A small file system is made with bubblewrap, which is not installed");
        var small = Directory.CreateTempSubdirectory("minato-small-disk-").FullName;
        try
        {
            var start = new ProcessStartInfo("/usr/bin/bwrap", ["--dev-bind", "/", "/", "--size", $"{64 << 20}", "--tmpfs", small, Environment.ProcessPath!])
            {
                RedirectStandardOutput = true,
                Environment = { [FullVariable] = small },
            };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            {
                start.ArgumentList.Add(typeof(TroubleStories).Assembly.Location);
            }

            foreach (var word in (string[])["-noLogo", "-method", $"{typeof(TroubleStories).FullName}.{nameof(On_the_small_disk)}"])
            {
                start.ArgumentList.Add(word);
            }

            using var child = Process.Start(start)!;
            var said = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(child.ExitCode == 0, said);
        }
        finally
        {
            Directory.Delete(small, recursive: true);
        }
    }

    /// <summary>The child of the test above; by itself it has nothing to do.</summary>
    [Fact]
    public async Task On_the_small_disk()
    {
        if (Environment.GetEnvironmentVariable(FullVariable) is not { } small)
        {
            return;
        }

        using var node = new IntakeWorld(folder: Path.Combine(small, "node"));
        _ = await node.Receive(IntakeWorld.Deaths, world.Delivery(("deaths.csv", IntakeWorld.DeathCsv(Enumerable.Range(0, 200).Select(n => IntakeWorld.DeathRow(n))))));
        var second = world.Delivery(("deaths.csv", IntakeWorld.DeathCsv(Enumerable.Range(100, 3000).Select(n => IntakeWorld.DeathRow(n)))));
        var ballast = Path.Combine(small, "ballast");

        // Less and less room, so that different writers meet the end of it.
        var refusals = 0;
        foreach (var left in (int[])[0, 16, 64, 256, 512, 1024])
        {
            Fill(ballast, new DriveInfo(small).AvailableFreeSpace - (left << 10));
            var outcome = await node.Intake.ReceiveFolderAsync(IntakeWorld.City, IntakeWorld.Deaths, second, IntakeWorld.CityClerk, null, TestContext.Current.CancellationToken);
            File.Delete(ballast);
            if (outcome.IsOk)
            {
                break;
            }

            refusals++;
            Assert.Contains(outcome.Findings, f => f.Code is "intake.disk-full");
            Assert.Equal(200, node.RowsOf(IntakeWorld.Deaths, "death_signal"));
        }

        Assert.True(refusals >= 3, $"only {refusals} deliveries met a full disk");
        var receipt = await node.Receive(IntakeWorld.Deaths, second);
        Assert.Equal(DeliveryState.Applied, receipt.State);
        Assert.Equal(3100, node.RowsOf(IntakeWorld.Deaths, "death_signal"));
        Assert.Equal(2, node.Intake.Receipts().Count);
    }

    private static void Fill(string path, long bytes)
    {
        using var file = File.Create(path);
        var block = new byte[64 << 10];
        for (; bytes > 0; bytes -= block.Length)
        {
            file.Write(block, 0, (int)Math.Min(block.Length, bytes));
        }
    }

    private sealed class OnFirstStep(Action act) : IProgress<Step>
    {
        private bool done;

        public void Report(Step value)
        {
            if (!done)
            {
                done = true;
                act();
            }
        }
    }
}
