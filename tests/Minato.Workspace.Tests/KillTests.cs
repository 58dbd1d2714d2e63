using System.Diagnostics;
using System.Text;
using Minato.Linkage.Tests;
using Minato.Tests;

namespace Minato.Workspace.Tests;

/// <summary>
/// <c>kill -9</c> at random moments of jobs, saves, snapshots and an erasure: after each restart no data lies outside its place, every state is true, and <c>/work</c>
/// is not older than the last save. More by <c>MINATO_WORKSPACE_KILLS</c>.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const string Marker = "marker-of-the-project";
    private const int Jobs = 8;
    private const int Calls = Jobs + 3;
    private static readonly int Kills = KilledRun.Setting("MINATO_WORKSPACE_KILLS", 3);

    [Fact]
    public async Task After_kills_every_state_is_true_and_work_is_not_older_than_the_last_save()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/bwrap"), "bubblewrap is not installed: apt-get install bubblewrap");
        using var around = new PassableFolder();
        var folder = Path.Join(around.Path, "village");
        Directory.CreateDirectory(folder);
        around.MakeExecutable(folder);
        var clock = Stopwatch.StartNew();
        var (kills, resumed) = await KilledRun.ToTheEndAsync(typeof(KillTests), nameof(The_child_works_until_it_is_killed), folder, Calls, Kills, 2500, TestContext.Current.CancellationToken);
        output.WriteLine($"{kills} kills, {resumed} times resumed; {clock.Elapsed.TotalSeconds:0} s");
        Assert.True(kills * 2 >= Kills, $"only {kills} of {Kills} kills fell into the run");
        Assert.False(File.Exists(folder + ".wrong"), File.Exists(folder + ".wrong") ? await File.ReadAllTextAsync(folder + ".wrong", TestContext.Current.CancellationToken) : "");

        using var village = new Village(folder);
        var workspace = village.OpenWorkspace();
        Assert.Equal(SpaceState.Erased, workspace.Spaces.Find(Village.Permit)!.State);
        Assert.True(workspace.Spaces.Certificate(Village.Permit).IsOk);
        Assert.False(Directory.Exists(Path.Join(village.At("workspace"), Village.Permit.Value)));
        var runs = workspace.Runs(Village.Permit);
        // A job that a kill left waiting begins anew by itself, and is stopped where the space ends before it does.
        Assert.All(runs, r => Assert.True(r.State is JobState.Succeeded or JobState.Interrupted or JobState.Refused || (r.State == JobState.Stopped && r.Ended?.StartsWith("space:", StringComparison.Ordinal) == true), $"{r.State} {r.Ended}"));
        Assert.True(runs.Count(r => r.State == JobState.Succeeded) >= Jobs);
        Assert.DoesNotContain(village.Ledger.Verify(), f => f.Severity == Severity.Error);
    }

    [Fact]
    public void The_child_works_until_it_is_killed() => KilledRun.InChild((folder, from, progress) => Work(folder, from, progress).GetAwaiter().GetResult());

    private static async Task Work(string folder, int from, Action<string> progress)
    {
        using var village = new Village(folder);
        var workspace = village.OpenWorkspace();
        try
        {
            await IsTrue(village, workspace, from);
            progress("open");
            for (var n = from; n < Calls; n++)
            {
                await Call(village, workspace, n);
                progress($"call {n + 1}");
            }
        }
        catch (Exception e)
        {
            await File.AppendAllTextAsync(folder + ".wrong", $"call {from}: {e}\n");
            throw;
        }
    }

    private static async Task Call(Village village, IWorkspace workspace, int n)
    {
        var spaces = workspace.Spaces;
        switch (n)
        {
            case < Jobs:
                var run = await workspace.RunAsync(new JobRequest(Village.Permit, JobLanguage.Shell, $"echo {Marker}; echo {n} >> numbers; echo {Marker} > f{n}; echo {Marker} > /out/o.csv"), Village.Researcher);
                Assert.True(run.Value.State == JobState.Succeeded, run.Value.ToString());
                break;
            case Jobs:
                Assert.True((await spaces.SnapshotAsync(Village.Permit, "all", Village.Researcher)).IsOk);
                break;
            case Jobs + 1:
                Assert.True((await spaces.RestoreAsync(Village.Permit, spaces.Find(Village.Permit)!.Snapshots.Last(s => !s.Automatic).Id, Village.Researcher)).IsOk);
                break;
            default:
                village.Access.Until = DateTimeOffset.UtcNow;
                await workspace.SweepAsync();
                if (spaces.Find(Village.Permit)!.State == SpaceState.Expired)
                {
                    Assert.True((await spaces.MoveAsync(Village.Permit, SpaceMove.Erase, "the end", Village.Operator)).IsOk);
                }

                break;
        }
    }

    private static async Task IsTrue(Village village, IWorkspace workspace, int done)
    {
        Assert.All(workspace.Runs(Village.Permit), r => Assert.NotEqual(JobState.Running, r.State));
        Assert.Empty(Directory.Exists(village.At("workspace/staging")) ? Directory.EnumerateFiles(village.At("workspace/staging"), "*.csv", SearchOption.AllDirectories) : []);
        foreach (var file in Directory.EnumerateFiles(village.At("workspace"), "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(Marker, Encoding.UTF8.GetString(await File.ReadAllBytesAsync(file)), StringComparison.Ordinal);
        }

        if (done is 0 or > Jobs + 1 || workspace.Spaces.Find(Village.Permit)!.State != SpaceState.Active)
        {
            return;
        }

        using var reader = new StreamReader(workspace.Spaces.Open(Village.Permit, "numbers", Village.Researcher).Value);
        var numbers = (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        Assert.Superset(Enumerable.Range(0, Math.Min(done, Jobs)).Select(i => $"{i}").ToHashSet(), numbers);
        Assert.All(workspace.Spaces.Files(Village.Permit, Village.Researcher).Value.Where(f => f.Path.StartsWith('f')), f =>
        {
            using var content = new StreamReader(workspace.Spaces.Open(Village.Permit, f.Path, Village.Researcher).Value);
            Assert.Equal(Marker + "\n", content.ReadToEnd());
        });
    }
}
