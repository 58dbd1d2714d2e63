using System.Text;
using Minato.Tests;
using Minato.Workspace.Watching;

namespace Minato.Workspace.Tests;

/// <summary>Rules see what they are for and nothing else; people decide, the person answers, and the ledger has no value.</summary>
public sealed class WatchSees : IDisposable
{
    private static readonly Actor Operator = new(new ActorId("o.kita"), Role.Operator, "Kita", "The harbour");
    private static readonly Actor Auditor = new(new ActorId("a.abe"), Role.Auditor, "Abe", "The state");

    private readonly Village village = new();
    private readonly Hour clock = new();
    private readonly WatchRoom watch;
    private int runs;

    public WatchSees() => watch = WatchRoom.Open(Quay.Standards, village.Ledger, village.Access, clock);

    private sealed class Hour : TimeProvider
    {
        /// <summary>Noon in Japan.</summary>
        public DateTimeOffset Now { get; set; } = new(2026, 11, 26, 3, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private async Task RunAsync(string code, JobLanguage language = JobLanguage.Sql, string log = "", int exit = 0, JobState? state = null, long bytes = 0)
    {
        clock.Now = clock.Now.AddSeconds(10);
        var run = new JobRun(
            $"j-{++runs}", Village.Permit, Village.Researcher.Id, language, JobState.Running, null, null, "bubblewrap", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(code))), "x", clock.Now, 0, 0, 0, "", []);
        await watch.BeganAsync(run, code);
        await watch.EndedAsync(run with { State = state ?? (exit == 0 ? JobState.Succeeded : JobState.Failed), ExitCode = exit, Outbox = bytes == 0 ? [] : [new("t.csv", bytes, "00")] }, log);
    }

    private string[] Raised => [.. watch.VisibleTo(Auditor).Select(a => a.Rule).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task Nearly_the_same_question_again_and_again_is_seen_and_the_same_or_others_are_not()
    {
        for (var i = 0; i < 9; i++)
        {
            await RunAsync($"select sex, count(*) from person where year_of_birth < {1950 + i} group by sex");
        }

        for (var i = 0; i < 20; i++)
        {
            await RunAsync("select count(*) from person");
            await RunAsync($"select count(*) as {new string('n', i + 1)}x from person -- a question of its own");
        }

        Assert.Empty(Raised);
        await RunAsync("select sex,   COUNT(*) from person -- the tenth\n where year_of_birth < 1970.5 group by sex");
        Assert.Equal(["alike"], Raised);
        Assert.Equal(10, watch.VisibleTo(Auditor)[0].Runs.Count);
    }

    [Theory]
    [InlineData("rows-asked-for", JobLanguage.Sql, "select * from person limit 100", 5)]
    [InlineData("reaching-out", JobLanguage.Python, "import urllib.request\nurllib.request.urlopen('http://169.254.169.254/')", 3)]
    [InlineData("reaching-out", JobLanguage.R, "download.file('http://example.org/x', '/work/x')", 3)]
    [InlineData("walls-touched", JobLanguage.Shell, "cat /proc/1/environ", 3)]
    public async Task What_a_program_asks_for_is_seen(string rule, JobLanguage language, string code, int times)
    {
        for (var i = 1; i < times; i++)
        {
            await RunAsync(code, language);
        }

        Assert.Empty(Raised);
        await RunAsync(code, language);
        Assert.Equal([rule], Raised);
    }

    [Theory]
    [InlineData(JobLanguage.Sql, "select sex, count(*) as n from (select * from person) group by sex")]
    [InlineData(JobLanguage.Python, "from minato import sql\nprint(sql('select count(*) from person'))")]
    [InlineData(JobLanguage.R, "summary(glm(y ~ x, data = d))")]
    public async Task Ordinary_work_raises_nothing(JobLanguage language, string code)
    {
        for (var i = 0; i < 8; i++)
        {
            await RunAsync(code + new string('\n', i), language, "n\n400\n", bytes: 10_000);
        }

        Assert.Empty(Raised);
    }

    [Fact]
    public async Task Rows_in_a_log_volumes_hours_and_limits_are_seen()
    {
        await RunAsync("print(x)", JobLanguage.Python, string.Concat(Enumerable.Range(1, 4).Select(i => $"{VillageProcessing.PersonId(i)} F 1990\n")));
        Assert.Empty(Raised);
        await RunAsync("print(x)", JobLanguage.Python, string.Concat(Enumerable.Range(1, 5).Select(i => $"{VillageProcessing.PersonId(i)} F 1990\n")));
        await RunAsync("y", JobLanguage.Python, bytes: 256 << 20);
        for (var i = 0; i < 10; i++)
        {
            await RunAsync("z", JobLanguage.Python, state: JobState.Stopped);
        }

        clock.Now = new DateTimeOffset(2026, 11, 26, 17, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 20; i++)
        {
            await RunAsync("n", JobLanguage.Python);
        }

        Assert.Equal(["limits-again", "much-output", "rows-in-the-log", "unusual-hours"], Raised);
        for (var i = 0; i < 200; i++)
        {
            await RunAsync("m", JobLanguage.Python);
        }

        Assert.Contains("many-runs", Raised);
    }

    [Fact]
    public async Task The_gravest_is_barred_at_once_and_a_person_can_take_it_back()
    {
        await RunAsync("x", JobLanguage.Python, exit: 159);
        var alert = Assert.Single(watch.VisibleTo(Village.Researcher));
        Assert.Equal((AlertState.Measured, WatchMeasure.Suspend, Actor.Harbour.Id), (alert.State, alert.Measure!.Value, alert.By!.Value));
        Assert.Equal("watch.barred", watch.Bar(Village.Permit, Village.Researcher.Id)!.Code);
        Assert.Null(watch.Bar(Village.Permit, Village.Researcher.Id, running: true));
        Assert.Null(watch.Bar(Village.Permit, Village.Stranger.Id));
        Assert.Null(watch.Bar(Village.Other, Village.Researcher.Id));

        Quay.Ok(await watch.AnswerAsync(Village.Permit, alert.Id, "A library tried it, not I", Village.Researcher));
        Assert.Equal("watch.role", Quay.Code(await watch.ReverseAsync(Village.Permit, alert.Id, "Let me in", Village.Researcher)));
        var over = Quay.Ok(await watch.ReverseAsync(Village.Permit, alert.Id, "A library's self-test", Operator));
        Assert.Equal((AlertState.Reversed, "A library tried it, not I"), (over.State, over.Answers.Single()));
        Assert.Null(watch.Bar(Village.Permit, Village.Researcher.Id));

        // What was looked at once does not count again, and the next one does.
        await RunAsync("y", JobLanguage.Python);
        Assert.Single(Raised);
        await RunAsync("x", JobLanguage.Python, exit: 159);
        Assert.Equal(2, Raised.Length);
    }

    [Fact]
    public async Task Who_may_do_what_is_the_table_and_nothing_beside_it()
    {
        await RunAsync("y", JobLanguage.Python, bytes: 256 << 20);
        var alert = Assert.Single(watch.VisibleTo(Auditor));
        Assert.Empty(watch.VisibleTo(Village.Stranger));
        Assert.Equal("watch.role", Quay.Code(watch.Activity(Village.Permit, Village.Researcher)));
        Assert.Equal(runs, Quay.Ok(watch.Activity(Village.Permit, Auditor)).Count);

        var ownOperator = Village.Researcher with { Roles = Role.Researcher | Role.Operator };
        foreach (var (who, code) in new[] { (Village.Researcher, "watch.role"), (ownOperator, "watch.role"), (Auditor, "watch.role"), (Village.Stranger, "watch.not-found") })
        {
            Assert.Equal(code, Quay.Code(await watch.TakeAsync(Village.Permit, alert.Id, WatchMeasure.Warn, "because", who)));
            Assert.Equal(code, Quay.Code(await watch.CloseAsync(Village.Permit, alert.Id, "because", who)));
        }

        Assert.Equal("watch.role", Quay.Code(await watch.AnswerAsync(Village.Permit, alert.Id, "for them", Operator)));
        Assert.Equal("watch.reasons", Quay.Code(await watch.CloseAsync(Village.Permit, alert.Id, " ", Operator)));
        Assert.Equal("watch.not-now", Quay.Code(await watch.ReverseAsync(Village.Permit, alert.Id, "nothing there", Operator)));
        Assert.Equal(AlertState.Measured, Quay.Ok(await watch.TakeAsync(Village.Permit, alert.Id, WatchMeasure.Warn, "Results are smaller", Operator)).State);
        Assert.Null(watch.Bar(Village.Permit, Village.Researcher.Id));
        Quay.Ok(await watch.TakeAsync(Village.Permit, alert.Id, WatchMeasure.CutOff, "It went on", Operator));
        Assert.Equal("watch.barred", watch.Bar(Village.Permit, Village.Researcher.Id, running: true)!.Code);
        Assert.Equal("watch.not-now", Quay.Code(await watch.CloseAsync(Village.Permit, alert.Id, "never mind", Operator)));
        Assert.Equal(WatchTable.Rows.Count, WatchTable.Rows.Distinct().Count());
    }

    [Fact]
    public async Task A_cut_off_ends_what_runs_and_the_ledger_never_holds_a_value()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/bwrap"), "bubblewrap is not installed: apt-get install bubblewrap");
        var now = WatchRoom.Open(Quay.Standards, village.Ledger, village.Access, TimeProvider.System);
        var workspace = WorkspaceRoom.Open(new WorkspaceOptions(village.At("workspace"), new JobLimits(WallSeconds: 60)), village.Ledger, village.Keys, village.Access, village.Processing, TimeProvider.System, null, now);
        using var closes = (IDisposable)workspace;
        var person = VillageProcessing.PersonId(7);
        var listed = Quay.Ok(await workspace.RunAsync(new JobRequest(Village.Permit, JobLanguage.Shell, $"grep {person} /data/data/person.csv; head -9 /data/data/person.csv; echo 4711-kept > /out/t.csv # 4711-kept"), Village.Researcher));
        Assert.Contains(person, listed.Log, StringComparison.Ordinal);
        var alert = Assert.Single(now.VisibleTo(Operator));
        Assert.Equal("rows-in-the-log", alert.Rule);

        var sleeping = workspace.RunAsync(new JobRequest(Village.Permit, JobLanguage.Shell, "sleep 50"), Village.Researcher);
        while (workspace.Runs(Village.Permit).All(r => r.State != JobState.Running))
        {
            await Task.Yield();
        }

        Quay.Ok(await now.TakeAsync(Village.Permit, alert.Id, WatchMeasure.CutOff, "Lists people", Operator));
        var ended = Quay.Ok(await sleeping);
        Assert.Equal((JobState.Stopped, "access: cut off"), (ended.State, ended.Ended));
        Assert.Equal("watch.barred", Quay.Code(await workspace.RunAsync(new JobRequest(Village.Permit, JobLanguage.Shell, "true"), Village.Researcher)));

        foreach (var e in village.Ledger.ReadAll())
        {
            var json = Encoding.UTF8.GetString(e.Json.Span);
            Assert.DoesNotContain(person, json, StringComparison.Ordinal);
            Assert.DoesNotContain("4711-kept", json, StringComparison.Ordinal);
        }
    }

    public void Dispose() => village.Dispose();
}
