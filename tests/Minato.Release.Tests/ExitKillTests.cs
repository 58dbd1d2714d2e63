using System.Diagnostics;
using System.Text;
using Minato.Linkage.Tests;
using Minato.Tests;

namespace Minato.Release.Tests;

/// <summary><c>kill -9</c> in every step of a submission: afterwards every file that a record names is there whole, what was released can be fetched, and nothing lies half. More by <c>MINATO_EXIT_KILLS</c>.</summary>
public sealed class ExitKillTests(ITestOutputHelper output)
{
    private static readonly int Submissions = KilledRun.Setting("MINATO_EXIT_SUBMISSIONS", 8);
    private static readonly int Kills = KilledRun.Setting("MINATO_EXIT_KILLS", 3);

    [Fact]
    public async Task After_kills_what_was_released_is_whole_and_nothing_else_has_left()
    {
        var folder = Directory.CreateTempSubdirectory("minato-exit-kill-").FullName;
        try
        {
            var clock = Stopwatch.StartNew();
            Submit(Path.Join(folder, "undisturbed"), 0, _ => { });
            var killed = Path.Join(folder, "killed");
            var (kills, resumed) = await KilledRun.ToTheEndAsync(
                typeof(ExitKillTests), nameof(The_child_submits_until_it_is_killed), killed, Submissions, Kills, clock.Elapsed.TotalMilliseconds, TestContext.Current.CancellationToken);

            using var exit = new Exit(at: killed);
            var all = exit.Release.VisibleTo(Actor.Harbour);
            output.WriteLine($"{kills} kills, {resumed} times resumed; {string.Join(", ", all.CountBy(s => s.State))}");
            Assert.True(kills * 2 >= Kills, $"only {kills} of {Kills} kills fell into the run");
            Assert.True(all.Count(s => s.State == SubmissionState.Fetched) >= Submissions - kills);
            Assert.DoesNotContain(all, s => s.State == SubmissionState.Stopped);
            foreach (var submission in all)
            {
                var (name, hash) = submission.Sha256ByFile.Single();
                var kept = await File.ReadAllBytesAsync(Path.Join(exit.Village.At("release"), "submitted", hash), TestContext.Current.CancellationToken);
                Assert.Equal(hash, FileVault.Hash(kept));
                var fetched = await exit.Release.FetchAsync(submission.Id, name, Village.Researcher, TestContext.Current.CancellationToken);
                Assert.Equal(submission.IsOut, fetched.IsOk);
                Assert.Equal(submission.IsOut, exit.Release.Dossier(submission.Id, Village.Researcher).IsOk);
                if (submission.IsOut)
                {
                    using var copy = new MemoryStream();
                    await fetched.Value.Content.CopyToAsync(copy, TestContext.Current.CancellationToken);
                    Assert.Equal(kept, copy.ToArray());
                }
            }

            // Whole files only, and nothing has left that nobody released.
            string[] In(string vault) => [.. Directory.EnumerateFiles(Path.Join(exit.Village.At("release"), vault)).Select(f => Path.GetFileName(f)!)];
            Assert.All(In("submitted").Concat(In("released")), name => Assert.Equal(64, name.Length));
            Assert.Subset(all.Where(s => s.IsOut).SelectMany(s => s.Sha256ByFile.Values).ToHashSet(), In("released").ToHashSet());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_child_submits_until_it_is_killed() => KilledRun.InChild(Submit);

    private static void Submit(string folder, int from, Action<string> progress)
    {
        using var exit = new Exit(at: folder);
        progress("open");
        for (var n = from; n < Submissions; n++)
        {
            SubmitAsync(exit, n).GetAwaiter().GetResult();
            progress($"call {n + 1}");
        }
    }

    /// <summary>Each table is of its own dimension: none differs from another by few.</summary>
    private static async Task SubmitAsync(Exit exit, int n)
    {
        var csv = new StringBuilder($"group{n},persons\n");
        for (var i = 0; i < 200; i++)
        {
            csv.Append($"c{i},{20 + ((i * 7) + n) % 50}\n");
        }

        var view = await exit.SubmitAndRelease($"t{n}.csv", csv.ToString(), $"group{n}");
        using var content = (await exit.Release.FetchAsync(view.Id, $"t{n}.csv", Village.Researcher)).Value.Content;
    }
}
