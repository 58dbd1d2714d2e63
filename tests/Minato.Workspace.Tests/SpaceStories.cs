using System.Text;
using Minato.Ledger;
using Minato.Tests;
using Minato.Workspace.Space;

namespace Minato.Workspace.Tests;

/// <summary>A project's own room: what is in it stays, nobody else sees it, and one day it is gone for good.</summary>
public sealed class SpaceStories(Harbourside here) : IClassFixture<Harbourside>
{
    private static Task<Outcome<JobRun>> Shell(IWorkspace workspace, string code, PermitId? permit = null, Actor? by = null) =>
        workspace.RunAsync(new JobRequest(permit ?? Village.Permit, JobLanguage.Shell, code), by ?? Village.Researcher);

    private static async Task<JobRun> Done(Task<Outcome<JobRun>> running)
    {
        var outcome = await running;
        Assert.True(outcome.IsOk, string.Join("\n", outcome.Findings));
        Assert.True(outcome.Value.State == JobState.Succeeded, $"{outcome.Value.State} {outcome.Value.Ended} {outcome.Value.Log}");
        return outcome.Value;
    }

    [Fact]
    public async Task Work_stays_from_job_to_job_with_its_folders_links_and_programs()
    {
        here.NeedsSandbox();
        using var village = new Village();
        var workspace = village.OpenWorkspace();
        var deep = string.Join('/', Enumerable.Range(0, 12).Select(i => $"a-folder-with-a-long-name-{i}"));
        await Done(Shell(workspace, $"""
            mkdir -p src empty '{deep}'; echo 'echo hello' > src/run.sh; chmod +x src/run.sh; ln -s src/run.sh link; echo deep > '{deep}/日本語.txt'
            head -c 300000 /dev/zero > zeros; echo gone > /scratch/gone
            """));
        var second = await Done(Shell(workspace, $"./link; cat '{deep}/日本語.txt'; ls; wc -c < zeros; test -d empty && test -x src/run.sh && test ! -e /scratch/gone; echo $?; rm zeros; echo $HOME $PWD", by: Village.Colleague));
        Assert.Equal("hello\ndeep\na-folder-with-a-long-name-0\nempty\nlink\nsrc\nzeros\n300000\n0\n/work /work\n", second.Log);
        var files = workspace.Spaces.Files(Village.Permit, Village.Researcher).Value;
        Assert.Equal([$"{deep}/日本語.txt", "src/run.sh"], files.Select(f => f.Path));
        using var reader = new StreamReader(workspace.Spaces.Open(Village.Permit, "src/run.sh", Village.Researcher).Value);
        Assert.Equal("echo hello\n", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.NotNull(second.WorkSha256);
    }

    [Fact]
    public async Task Each_permit_has_a_space_of_its_own_also_for_the_same_person()
    {
        here.NeedsSandbox();
        using var village = new Village();
        village.Processing.Extract(Village.Other);
        var workspace = village.OpenWorkspace();
        await Done(Shell(workspace, "echo one > secret"));
        Assert.Equal("", (await Done(Shell(workspace, "ls", Village.Other))).Log);
        Assert.Equal("workspace.not-member", workspace.Spaces.Files(Village.Permit, Village.Stranger).Findings[0].Code);
        Assert.Equal("workspace.not-member", workspace.Spaces.Open(Village.Permit, "secret", Village.Operator).Findings[0].Code);
        Assert.Equal("space.file-unknown", workspace.Spaces.Open(Village.Permit, "../../ledger/ledger.db", Village.Researcher).Findings[0].Code);
        Assert.NotEqual(village.Keys.Key(ProjectSpaces.KeyName(Village.Permit)), village.Keys.Key(ProjectSpaces.KeyName(Village.Other)));
    }

    [Fact]
    public async Task Two_jobs_at_once_both_keep_what_they_wrote()
    {
        here.NeedsSandbox();
        using var village = new Village();
        var workspace = village.OpenWorkspace();
        await Done(Shell(workspace, "echo 0 > both; echo 0 > left"));
        var slow = Shell(workspace, "echo slow > both; echo slow > mine; rm left; sleep 1.5");
        while (workspace.Runs(Village.Permit)[^1].State != JobState.Running)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await Done(Shell(workspace, "echo fast > both; echo fast > other"));
        var run = await Done(slow);
        Assert.Contains("[minato] workspace.work-twice", run.Log, StringComparison.Ordinal);
        Assert.Equal($"both both.{run.Id} mine other\nfast\nslow\n", (await Done(Shell(workspace, "echo *; cat both*"))).Log);
    }

    [Fact]
    public async Task Too_much_or_too_many_is_not_saved_and_what_was_there_stays()
    {
        here.NeedsSandbox();
        using var village = new Village();
        var workspace = village.OpenWorkspace(o => o with { WorkMiB = 8, WorkFiles = 50 });
        await Done(Shell(workspace, "echo kept > kept"));
        var full = await Done(Shell(workspace, "head -c 20000000 /dev/zero > big 2>/dev/null; wc -c < big; rm big"));
        Assert.InRange(long.Parse(full.Log, System.Globalization.CultureInfo.InvariantCulture), 7 << 20, 8 << 20);
        var many = await Done(Shell(workspace, "for i in $(seq 60); do echo $i > f$i; done; echo x > /out/x.csv"));
        Assert.Contains("workspace.work-full", many.Log, StringComparison.Ordinal);
        Assert.Single(many.Outbox);

        // As long as it looks: a file with holes takes its whole length.
        Assert.Contains("workspace.work-full", (await Done(Shell(workspace, "truncate -s 7M a; truncate -s 7M b"))).Log, StringComparison.Ordinal);
        Assert.Equal("kept\n", (await Done(Shell(workspace, "ls"))).Log);
    }

    [Fact]
    public async Task What_was_stopped_changes_nothing()
    {
        here.NeedsSandbox();
        using var village = new Village();
        var workspace = village.OpenWorkspace();
        await Done(Shell(workspace, "echo before > file"));
        var stopped = (await workspace.RunAsync(new JobRequest(Village.Permit, JobLanguage.Shell, "echo after > file; sleep 60", new JobLimits(WallSeconds: 1)), Village.Researcher)).Value;
        Assert.Equal(JobState.Stopped, stopped.State);
        Assert.Equal("before\n", (await Done(Shell(workspace, "cat file"))).Log);
    }

    [Fact]
    public async Task Snapshots_are_taken_on_request_and_before_a_job_and_come_back()
    {
        here.NeedsSandbox();
        using var village = new Village();
        var workspace = village.OpenWorkspace();
        await Done(Shell(workspace, "echo one > file"));
        var first = (await workspace.Spaces.SnapshotAsync(Village.Permit, "the first", Village.Researcher)).Value;
        await Done(Shell(workspace, "echo two > file"));
        await Done(Shell(workspace, "rm file"));
        var snapshots = workspace.Spaces.Find(Village.Permit)!.Snapshots;
        Assert.Equal([(false, first.Sha256), (true, snapshots[1].Sha256)], snapshots.Select(s => (s.Automatic, s.Sha256)));
        Assert.Empty(workspace.Spaces.Files(Village.Permit, Village.Researcher).Value);

        Assert.True((await workspace.Spaces.RestoreAsync(Village.Permit, snapshots[1].Id, Village.Colleague)).IsOk);
        Assert.Equal("two\n", (await Done(Shell(workspace, "cat file"))).Log);
        Assert.True((await workspace.Spaces.RestoreAsync(Village.Permit, first.Id, Village.Researcher)).IsOk);
        Assert.Equal("one\n", (await Done(Shell(workspace, "cat file"))).Log);
        Assert.Equal("workspace.not-member", (await workspace.Spaces.RestoreAsync(Village.Permit, first.Id, Village.Operator)).Findings[0].Code);
        Assert.Equal("space.snapshot-unknown", (await workspace.Spaces.RestoreAsync(Village.Permit, "../head", Village.Researcher)).Findings[0].Code);
        Assert.Equal(2, village.Ledger.ReadStream($"space/{Village.Permit}").Count(e => e.Type == "workspace.space-restored"));
    }

    [Fact]
    public async Task Nothing_of_a_project_lies_open_on_the_disk()
    {
        here.NeedsSandbox();
        using var village = new Village();
        var workspace = village.OpenWorkspace();
        const string marker = "marker-7319-of-this-project";
        await Done(Shell(workspace, $"echo {marker} > {marker}; echo {marker} > /out/{marker}.csv; echo {marker}"));
        await workspace.Spaces.SnapshotAsync(Village.Permit, "kept", Village.Researcher);
        var everything = new DirectoryInfo(village.At("workspace")).GetFiles("*", SearchOption.AllDirectories);
        Assert.True(everything.Length > 5);
        Assert.All(everything, f => Assert.DoesNotContain(marker, f.Name + Encoding.UTF8.GetString(File.ReadAllBytes(f.FullName)), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cutting_off_kills_what_runs_at_once_and_nothing_starts_until_the_operator_lets_it()
    {
        here.NeedsSandbox();
        using var village = new Village();
        var workspace = village.OpenWorkspace();
        var running = Shell(workspace, "sleep 50");
        while (workspace.Runs(Village.Permit).All(r => r.State != JobState.Running))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        var waiting = Enumerable.Range(0, 2).Select(_ => Shell(workspace, "sleep 50")).ToList();
        var spaces = workspace.Spaces;
        Assert.Equal("space.not-permitted", (await spaces.MoveAsync(Village.Permit, SpaceMove.CutOff, "no", Village.Researcher)).Findings[0].Code);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(SpaceState.CutOff, (await spaces.MoveAsync(Village.Permit, SpaceMove.CutOff, "rows were listed", Village.Operator)).Value.State);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 3);
        Assert.Equal((JobState.Stopped, "space: cut-off"), ((await running).Value.State, (await running).Value.Ended));
        Assert.All(await Task.WhenAll(waiting), w => Assert.True(!w.IsOk || w.Value.State == JobState.Stopped));
        Assert.Equal("space.cut-off", (await Shell(workspace, "true")).Findings[0].Code);
        Assert.Equal("space.cut-off", spaces.Files(Village.Permit, Village.Researcher).Findings[0].Code);

        Assert.Equal("space.not-permitted", (await spaces.MoveAsync(Village.Permit, SpaceMove.Reinstate, "please", Village.Researcher)).Findings[0].Code);
        Assert.Equal("space.not-permitted", (await spaces.MoveAsync(Village.Permit, SpaceMove.Reinstate, "itself", Actor.Harbour)).Findings[0].Code);
        Assert.True((await spaces.MoveAsync(Village.Permit, SpaceMove.Reinstate, "it was a mistake", Village.Operator)).IsOk);
        await Done(Shell(workspace, "true"));
        Assert.Equal([SpaceState.Active, SpaceState.CutOff, SpaceState.Active], spaces.Find(Village.Permit)!.Steps.Select(s => s.State));
    }

    [Fact]
    public async Task A_space_that_nobody_uses_rests_one_whose_permit_ended_is_closed_and_later_erased_with_a_certificate()
    {
        here.NeedsSandbox();
        using var village = new Village();
        var workspace = village.OpenWorkspace();
        await Done(Shell(workspace, "echo secret > file; echo secret > /out/file.csv"));
        await workspace.Spaces.SnapshotAsync(Village.Permit, "kept", Village.Researcher);
        var backup = village.At("backup");
        CopyFolder(village.At("workspace"), backup);
        Assert.Equal(0, (await workspace.SweepAsync(TestContext.Current.CancellationToken)).Value);

        village.Clock.Later = TimeSpan.FromDays(31);
        Assert.Equal(1, (await workspace.SweepAsync(TestContext.Current.CancellationToken)).Value);
        Assert.Equal("space.hibernated", (await Shell(workspace, "true")).Findings[0].Code);
        Assert.True((await workspace.Spaces.MoveAsync(Village.Permit, SpaceMove.Resume, "back from leave", Village.Researcher)).IsOk);
        await Done(Shell(workspace, "cat file"));

        village.Access.Until = village.Clock.GetUtcNow();
        Assert.Equal(1, (await workspace.SweepAsync(TestContext.Current.CancellationToken)).Value);
        Assert.Equal(SpaceState.Expired, workspace.Spaces.Find(Village.Permit)!.State);
        Assert.Equal("space.not-erased", workspace.Spaces.Certificate(Village.Permit).Findings[0].Code);
        Assert.Equal(0, (await workspace.SweepAsync(TestContext.Current.CancellationToken)).Value);

        village.Clock.Later += TimeSpan.FromDays(91);
        Assert.Equal(1, (await workspace.SweepAsync(TestContext.Current.CancellationToken)).Value);
        Assert.Equal(SpaceState.Erased, workspace.Spaces.Find(Village.Permit)!.State);
        Assert.False(Directory.Exists(Path.Join(village.At("workspace"), Village.Permit.Value)));
        Assert.False(Directory.Exists(Path.Join(village.At("projects"), Village.Permit.Value)));

        // The copy that somebody made is still there, and worth nothing.
        var key = ProjectSpaces.KeyName(Village.Permit);
        Assert.Throws<KeyDestroyedException>(() => new WorkStore(Path.Join(backup, Village.Permit.Value, "work"), () => village.Keys.Key(key)).Head);

        var evidence = Evidence.Parse(workspace.Spaces.Certificate(Village.Permit).Value.ToJson()).Value;
        var published = evidence.VerifierKey;
        Assert.True(VerifierKey.TryParse(published, out var trusted));
        Assert.True(evidence.Check(trusted).IsOk);
        Assert.False((evidence with { Payload = evidence.Payload!.Replace("\"snapshots\":", "\"snapshots\":1", StringComparison.Ordinal) }).Check(trusted).IsOk);
        var said = System.Text.Json.JsonDocument.Parse(evidence.Payload!).RootElement;
        Assert.Equal(key, said.GetProperty("key").GetString());
        Assert.True(said.GetProperty("files").GetInt32() > 4);
        Assert.Equal(3, said.GetProperty("extractionFiles").GetInt32());
        Assert.DoesNotContain(workspace.Runs(Village.Permit), r => r.Log.Length > 0);
    }

    [Fact]
    public void The_table_gives_each_move_to_whom_it_belongs()
    {
        var states = Enum.GetValues<SpaceState>();
        string Row(SpaceState from) => string.Join(", ", SpaceTable.Rules.Where(r => r.From == from).Select(r => $"{r.Move} by {string.Join("/", r.Who)} to {r.To}"));
        Assert.Equal("""
            Active: Hibernate by Member/Operator/Harbour to Hibernated, CutOff by Operator/Harbour to CutOff, Expire by Harbour to Expired
            Hibernated: Resume by Member/Operator to Active, CutOff by Operator/Harbour to CutOff, Expire by Harbour to Expired
            CutOff: Reinstate by Operator to Active, Expire by Harbour to Expired
            Expired: Erase by Operator/Harbour to Erasing
            Erasing: 
            Erased: 
            """, string.Join("\n", states.Select(s => $"{s}: {Row(s)}")));
    }

    [Fact]
    public void Trees_that_grew_apart_come_together()
    {
        static WorkTree Tree(string text) => WorkTree.Of(text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(e => e.Split('=')).Select(e => new WorkEntry(e[0], false, 1, 0, e[1], e[1])));
        static string Merged(string began, string saved, string mine) => string.Join(" ", WorkTree.Merge(Tree(began), Tree(saved), Tree(mine), "~").Tree.Entries.Select(e => $"{e.Path}={e.Sha256}"));

        Assert.Equal("a=2 b=2", Merged("a=1 b=1", "a=2 b=1", "a=1 b=2"));
        Assert.Equal("a=2 a~=3", Merged("a=1", "a=2", "a=3"));
        Assert.Equal("a=2", Merged("a=1", "a=2", "a=2"));
        Assert.Equal("", Merged("a=1", "a=1", ""));
        Assert.Equal("", Merged("a=1", "", "a=1"));
        Assert.Equal("a=2", Merged("a=1", "a=2", ""));
        Assert.Equal("a=2", Merged("a=1", "", "a=2").Replace("a~", "a", StringComparison.Ordinal));
        Assert.Equal("a=1 b=1", Merged("", "a=1", "b=1"));
        Assert.Equal("d= d/x=2", Merged("d/x=1", "", "d/x=2").Replace("~", "", StringComparison.Ordinal));
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Join(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
