using System.Globalization;
using System.Text;
using System.Text.Json;
using Minato.Linkage.Tests;
using Minato.Tests;

namespace Minato.Workspace.Tests;

/// <summary>
/// <c>kill -9</c> with a notebook open: afterwards no kernel is left running, every state is true, nothing lies in clear, and files and notebook are not older than the last save. More by
/// <c>MINATO_NOTEBOOK_KILLS</c>.
/// </summary>
public sealed class NotebookKillTests(ITestOutputHelper output)
{
    private const string Marker = "marker-of-the-notebook";
    private const string Notebook = "book.ipynb";
    private const int Saves = 5;

    /// <summary>On a fast machine: where it takes longer, kills fall early, and all of them into the run.</summary>
    private const double UndisturbedMs = 900;
    private static readonly int Kills = KilledRun.Setting("MINATO_NOTEBOOK_KILLS", 2);

    [Fact]
    public async Task After_kills_work_and_notebook_are_not_older_than_the_last_save()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/bwrap"), "bubblewrap is not installed: apt-get install bubblewrap");
        using var around = new PassableFolder();
        var folder = Path.Join(around.Path, "village");
        Directory.CreateDirectory(folder);
        around.MakeExecutable(folder);
        var (kills, resumed) = await KilledRun.ToTheEndAsync(typeof(NotebookKillTests), nameof(The_child_writes_until_it_is_killed), folder, Saves, Kills, UndisturbedMs, TestContext.Current.CancellationToken);
        output.WriteLine($"{kills} kills, {resumed} times resumed");
        Assert.True(kills * 2 >= Kills, $"only {kills} of {Kills} kills fell into the run");
        Assert.False(File.Exists(folder + ".wrong"), File.Exists(folder + ".wrong") ? await File.ReadAllTextAsync(folder + ".wrong", TestContext.Current.CancellationToken) : "");

        using var village = new Village(folder);
        var workspace = village.OpenWorkspace();
        await IsTrue(village, workspace, Saves);
        Assert.Equal(resumed + 1, workspace.Runs(Village.Permit).Count(r => r.IsSession));
        Assert.DoesNotContain(village.Ledger.Verify(), f => f.Severity == Severity.Error);
    }

    [Fact]
    public void The_child_writes_until_it_is_killed() => KilledRun.InChild((folder, from, progress) => WriteAsync(folder, from, progress).GetAwaiter().GetResult());

    private static async Task WriteAsync(string folder, int from, Action<string> progress)
    {
        using var village = new Village(folder);
        var workspace = village.OpenWorkspace();
        try
        {
            await IsTrue(village, workspace, from);
            var begun = await workspace.Sessions.BeginAsync(Village.Permit, JobLanguage.Python, Village.Researcher, from == 0 ? null : Notebook);
            Assert.True(begun.IsOk, string.Join("\n", begun.Findings));
            await Until(workspace, s => s.State == SessionState.Ready);
            progress("open");
            for (var n = from; n < Saves; n++)
            {
                await Do(workspace, begun.Value.Id, new SessionCommand.Add($"open('/work/numbers', 'a').write('{n}\\n')\nopen('/work/f{n}', 'w').write('{Marker}\\n')\nprint('{Marker}')"));
                var before = (await Until(workspace, s => s.State == SessionState.Ready && s.Cells[^1].State == CellState.Ok)).SavedAt;
                await Do(workspace, begun.Value.Id, new SessionCommand.Save(Notebook));
                await Until(workspace, s => s.SavedAt > (before ?? DateTimeOffset.MinValue) && !s.IsSaving);
                progress($"call {n + 1}");
            }

            await Do(workspace, begun.Value.Id, new SessionCommand.End());
            await Until(workspace, s => s.State == SessionState.Ended);
        }
        catch (Exception e)
        {
            await File.AppendAllTextAsync(folder + ".wrong", $"call {from}: {e}\n");
            throw;
        }
    }

    private static async Task Do(IWorkspace workspace, string session, SessionCommand command)
    {
        var done = await workspace.Sessions.DoAsync(Village.Permit, session, command, Village.Researcher);
        Assert.True(done.IsOk, string.Join("\n", done.Findings));
    }

    private static async Task<SessionView> Until(IWorkspace workspace, Func<SessionView, bool> condition)
    {
        for (var tries = 0; tries < 1500; tries++)
        {
            if (workspace.Sessions.Of(Village.Permit, Village.Researcher) is [.., var now] && condition(now))
            {
                return now;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException(JsonSerializer.Serialize(workspace.Sessions.Of(Village.Permit, Village.Researcher)));
    }

    private static async Task IsTrue(Village village, IWorkspace workspace, int done)
    {
        Assert.DoesNotContain(workspace.Sessions.Of(Village.Permit, Village.Researcher), s => s.State != SessionState.Ended);
        Assert.All(workspace.Runs(Village.Permit), r => Assert.True(r.State is JobState.Succeeded or JobState.Interrupted, $"{r.State} {r.Ended}"));
        await NoKernelIsLeft(village.At(""));
        foreach (var file in Directory.EnumerateFiles(village.At("workspace"), "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(Marker, Encoding.UTF8.GetString(await File.ReadAllBytesAsync(file)), StringComparison.Ordinal);
        }

        if (done == 0)
        {
            return;
        }

        string Read(string path)
        {
            using var reader = new StreamReader(workspace.Spaces.Open(Village.Permit, path, Village.Researcher).Value);
            return reader.ReadToEnd();
        }

        var wanted = Enumerable.Range(0, done).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToList();
        Assert.Superset(wanted.ToHashSet(), Read("numbers").Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet());
        Assert.All(wanted, n => Assert.Equal(Marker + "\n", Read("f" + n)));
        var cells = JsonDocument.Parse(Read(Notebook)).RootElement.GetProperty("cells");
        Assert.All(wanted, n => Assert.Contains(cells.EnumerateArray(), c => c.GetProperty("source").ToString().Contains($"/work/f{n}'", StringComparison.Ordinal)));
    }

    /// <summary>What the kill left behind ends with its parent: a moment later no sandbox of this folder runs.</summary>
    private static async Task NoKernelIsLeft(string folder)
    {
        for (var tries = 0; ; tries++)
        {
            var left = Directory.EnumerateDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), CultureInfo.InvariantCulture, out var id) && id != Environment.ProcessId).Select(CommandOf)
                .Where(c => c.Contains(folder, StringComparison.Ordinal) && c.Contains("bwrap", StringComparison.Ordinal)).ToList();
            if (left.Count == 0)
            {
                return;
            }

            Assert.True(tries < 100, $"still running: {left[0].Replace('\0', ' ')}");
            await Task.Delay(20);
        }

        static string CommandOf(string process)
        {
            try
            {
                return File.ReadAllText(Path.Join(process, "cmdline"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return "";
            }
        }
    }
}
