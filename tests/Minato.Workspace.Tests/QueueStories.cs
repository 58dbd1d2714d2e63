using Minato.Tests;

namespace Minato.Workspace.Tests;

/// <summary>Many jobs and two places: everybody's turn comes, one can look and call off.</summary>
public sealed class QueueStories(Harbourside here) : IClassFixture<Harbourside>
{
    private static JobRequest Shell(string code, PermitId? permit = null) => new(permit ?? Village.Permit, JobLanguage.Shell, code);

    private static async Task<JobRun> Until(IWorkspace workspace, string run, Func<JobRun, bool> condition, PermitId? permit = null)
    {
        for (var tries = 0; tries < 1500; tries++)
        {
            if (workspace.Runs(permit ?? Village.Permit).Single(r => r.Id == run) is var job && condition(job))
            {
                return job;
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException(workspace.Runs(permit ?? Village.Permit).Single(r => r.Id == run).ToString());
    }

    [Fact]
    public void Turns_go_round_between_projects_and_between_members()
    {
        var runs = new List<JobRun>();
        void Add(string permit, string by, int count)
        {
            for (var i = 0; i < count; i++)
            {
                runs.Add(new JobRun($"{by[^1]}{i}", new(permit), new(by), JobLanguage.R, JobState.Queued, null, null, "", "", "", DateTimeOffset.UnixEpoch, 0, 0, 0, "", []) { QueuedAt = DateTimeOffset.UnixEpoch.AddSeconds(runs.Count) });
            }
        }

        Add("p-1", "r.a", 4);
        Add("p-1", "r.b", 2);
        Add("p-2", "r.c", 2);
        var order = new List<string>();
        while (FairShare.Next(runs, _ => true) is { } next)
        {
            order.Add(next.Id);
            runs[runs.IndexOf(next)] = next with { State = JobState.Succeeded, Sandbox = "s", StartedAt = DateTimeOffset.UnixEpoch.AddDays(order.Count) };
        }

        Assert.Equal(["a0", "c0", "b0", "c1", "a1", "b1", "a2", "a3"], order);

        // Who has a place does not get the second one before another project has its first.
        runs.Clear();
        Add("p-1", "r.a", 2);
        Add("p-2", "r.c", 1);
        runs[0] = runs[0] with { State = JobState.Running, Sandbox = "s" };
        runs[2] = runs[2] with { QueuedAt = DateTimeOffset.MaxValue };
        Assert.Equal("c0", FairShare.Next(runs, _ => true)!.Id);
        Assert.Equal("a1", FairShare.Next(runs, r => r.Permit.Value == "p-1")!.Id);
    }

    [Fact]
    public async Task A_running_job_is_read_and_tells_how_far_it_is_and_a_waiting_one_what_is_before_it()
    {
        here.NeedsSandbox();
        using var village = new Village();
        var workspace = village.OpenWorkspace(o => o with { Concurrent = 1 });
        var first = (await workspace.QueueAsync(new JobRequest(Village.Permit, JobLanguage.Python, "from minato import progress\nimport time\nprint('begun')\nprogress(0.4, 'fitting')\ntime.sleep(40)"), Village.Researcher)).Value;
        var second = (await workspace.QueueAsync(Shell("true"), Village.Researcher)).Value;
        var third = (await workspace.QueueAsync(Shell("true"), Village.Researcher)).Value;
        var running = await Until(workspace, first.Id, r => r.Percent == 40);
        Assert.StartsWith("begun\n", running.Log, StringComparison.Ordinal);
        Assert.Equal((JobState.Running, (int?)null), (running.State, running.Ahead));
        Assert.Equal([0, 1], workspace.Runs(Village.Permit).Skip(1).Select(r => r.Ahead));

        Assert.Equal("workspace.not-member", (await workspace.CancelAsync(Village.Permit, second.Id, Village.Stranger)).Findings[0].Code);
        Assert.Equal(JobState.Cancelled, (await workspace.CancelAsync(Village.Permit, second.Id, Village.Colleague)).Value.State);
        var ended = (await workspace.CancelAsync(Village.Permit, first.Id, Village.Operator)).Value;
        Assert.Equal((JobState.Cancelled, "cancelled"), (ended.State, ended.Ended));
        Assert.Contains("begun", ended.Log, StringComparison.Ordinal);
        Assert.Equal(JobState.Succeeded, (await Until(workspace, third.Id, r => r.IsOver)).State);
        Assert.Equal("workspace.run-unknown", (await workspace.CancelAsync(Village.Permit, "j-none", Village.Researcher)).Findings[0].Code);
    }

    [Fact]
    public async Task What_waits_when_the_node_is_closed_still_waits_and_runs_when_its_turn_comes()
    {
        here.NeedsSandbox();
        using var folder = new PassableFolder();
        string running, waiting;
        using (var village = new Village(folder.Path))
        {
            var workspace = village.OpenWorkspace(o => o with { Concurrent = 1 });
            running = (await workspace.QueueAsync(Shell("echo lost > /work/lost; sleep 50"), Village.Researcher)).Value.Id;
            waiting = (await workspace.QueueAsync(Shell("ls /work; echo done"), Village.Researcher)).Value.Id;
            await Until(workspace, running, r => r.State == JobState.Running);
        }

        using (var village = new Village(folder.Path))
        {
            var workspace = village.OpenWorkspace();
            var was = workspace.Runs(Village.Permit).Single(r => r.Id == running);
            Assert.Equal((JobState.Interrupted, "the node was closed while it ran"), (was.State, was.Ended));
            Assert.Equal(JobState.Queued, workspace.Runs(Village.Permit).Single(r => r.Id == waiting).State);
            await workspace.SweepAsync(TestContext.Current.CancellationToken);
            Assert.Equal("done\n", (await Until(workspace, waiting, r => r.IsOver)).Log);
        }
    }

    [Fact]
    public async Task A_second_process_leaves_a_job_to_the_first_and_cancels_what_runs_there()
    {
        here.NeedsSandbox();
        using var village = new Village();
        var serving = village.OpenWorkspace(o => o with { Concurrent = 1 });
        var besides = village.OpenWorkspace();
        var left = (await besides.QueueAsync(Shell("sleep 50"), Village.Researcher, leave: true)).Value;
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Equal(JobState.Queued, besides.Runs(Village.Permit).Single().State);

        await serving.SweepAsync(TestContext.Current.CancellationToken);
        await Until(serving, left.Id, r => r.State == JobState.Running);
        Assert.Equal("workspace.not-member", (await besides.CancelAsync(Village.Permit, left.Id, Village.Stranger)).Findings[0].Code);
        var ended = (await besides.CancelAsync(Village.Permit, left.Id, Village.Colleague)).Value;
        Assert.Equal((JobState.Cancelled, "cancelled"), (ended.State, ended.Ended));
    }

    [Fact]
    public async Task What_may_not_run_any_more_when_its_turn_comes_is_refused()
    {
        here.NeedsSandbox();
        using var village = new Village();
        var workspace = village.OpenWorkspace(o => o with { Concurrent = 1 });
        var running = workspace.RunAsync(Shell("sleep 50"), Village.Researcher);
        while (workspace.Runs(Village.Permit).All(r => r.State != JobState.Running))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        var waiting = (await workspace.QueueAsync(Shell("true"), Village.Researcher)).Value;
        village.Access.Suspended = true;
        Assert.Equal("permit: no longer in force", (await running).Value.Ended);
        var refused = await Until(workspace, waiting.Id, r => r.IsOver);
        Assert.Equal((JobState.Refused, "The permit is suspended"), (refused.State, refused.Ended));
    }
}
