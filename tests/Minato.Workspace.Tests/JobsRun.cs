using System.Text;
using Minato.Access;
using Minato.Tests;

namespace Minato.Workspace.Tests;

/// <summary>A researcher's day: code in, data read-only, results in the outbox, all of it on the ledger.</summary>
public sealed class JobsRun(Harbourside here) : IClassFixture<Harbourside>
{
    [Fact]
    public async Task A_SQL_job_leaves_one_CSV_per_query()
    {
        var run = await here.Run(JobLanguage.Sql, """
            -- how many; the semicolon; in this comment ends nothing
            create temp table women as select * from person where sex = 'F';
            -- out: by-diabetes
            select diabetes, count(*) as persons from person group by all order by all;
            select 'a;b' as text, count(*) as n from women -- the last
            """);
        Assert.Equal((JobState.Succeeded, (string?)null), (run.State, run.Ended));
        Assert.Equal("diabetes,persons\nno,300\nyes,100\n", here.Output(run, "by-diabetes.csv"));
        Assert.Equal("text,n\na;b,200\n", here.Output(run, "result-2.csv"));
        Assert.Contains("by-diabetes.csv: 2 columns, 2 rows", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_SQL_error_names_what_is_wrong()
    {
        var run = await here.Run(JobLanguage.Sql, "select nothing_like_this from person");
        Assert.Equal(JobState.Failed, run.State);
        Assert.Contains("nothing_like_this", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Python_job_asks_tables_by_SQL_and_gets_a_data_frame()
    {
        var run = await here.Run(JobLanguage.Python, """
            from minato import sql, rows
            frame = sql("select sex, count(*) as persons, avg(hba1c) as hba1c, min(first_seen) as first_seen, count(*) > 5 as many from person group by sex order by sex")
            print(frame.dtypes.to_dict())
            frame[["sex", "persons"]].to_csv("/out/by-sex.csv", index=False)
            print(rows("select count(*) as n, null as nothing from cohort"))
            """);
        Assert.True(run.State == JobState.Succeeded, run.Log);
        Assert.Equal("sex,persons\nF,200\nM,200\n", here.Output(run, "by-sex.csv"));
        Assert.Contains("[{'n': 400, 'nothing': None}]", run.Log, StringComparison.Ordinal);
        Assert.Contains("'first_seen': dtype('<M8[ns]')", run.Log, StringComparison.Ordinal);
        Assert.Contains("'many': BooleanDtype", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_R_job_asks_tables_by_SQL_and_fits_a_model()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/Rscript"), "R is not installed: apt-get install r-base-core");
        var run = await here.Run(JobLanguage.R, """
            sql("create table young as select * from person where year_of_birth >= 1960")
            d <- sql("select diabetes = 'yes' as y, year_of_birth, sex, first_seen from young")
            stopifnot(is.logical(d$y), is.numeric(d$year_of_birth), inherits(d$first_seen, "Date"))
            m <- glm(y ~ year_of_birth + sex, family = binomial, data = d)
            write.csv(data.frame(term = names(coef(m)), estimate = round(coef(m), 6)), "/out/model.csv", row.names = FALSE)
            png("/out/years.png"); hist(d$year_of_birth); invisible(dev.off())
            print(tryCatch(sql("select wrong from person"), error = function(e) "refused"))
            """);
        Assert.True(run.State == JobState.Succeeded, run.Log);
        Assert.StartsWith("\"term\",\"estimate\"\n\"(Intercept)\",", here.Output(run, "model.csv"), StringComparison.Ordinal);
        Assert.Contains(run.Outbox, f => f is { Name: "years.png", Bytes: > 1000 });
        Assert.Contains("refused", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task R_and_Python_agree_on_the_same_regression()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/Rscript"), "R is not installed: apt-get install r-base-core");
        var r = await here.Run(JobLanguage.R, """
            d <- read.csv("/data/data/person.csv")
            cat(sprintf("%.6f", coef(lm(hba1c ~ year_of_birth, data = d))), file = "/out/r.csv")
            """);
        var python = await here.Run(JobLanguage.Python, """
            import numpy, pandas
            d = pandas.read_csv("/data/data/person.csv")
            slope, intercept = numpy.polyfit(d.year_of_birth, d.hba1c, 1)
            open("/out/python.csv", "w").write("%.6f %.6f" % (intercept, slope))
            """);
        Assert.Equal(here.Output(r, "r.csv"), here.Output(python, "python.csv"));
    }

    [Fact]
    public async Task Each_run_is_on_the_ledger_by_hashes_and_figures_and_never_by_content()
    {
        var run = await here.Run(JobLanguage.Shell, "echo secret-of-the-log; echo a,b > /out/t.csv; ls /nowhere; exit 3");
        Assert.Equal((JobState.Failed, 3), (run.State, run.ExitCode));
        Assert.Contains("secret-of-the-log", run.Log, StringComparison.Ordinal);
        Assert.Contains("nowhere", run.Log, StringComparison.Ordinal);

        var events = here.Village.Ledger.ReadStream($"workspace/{Village.Permit}").Where(e => Encoding.UTF8.GetString(e.Json.Span).Contains(run.Id, StringComparison.Ordinal)).ToList();
        Assert.Equal(["workspace.job-queued", "workspace.job-started", "workspace.job-ended"], events.Select(e => e.Type));
        Assert.All(events, e => Assert.Equal(Village.Researcher.Id, e.By));
        var text = string.Concat(events.Select(e => Encoding.UTF8.GetString(e.Json.Span)));
        Assert.Contains(run.CodeSha256, text, StringComparison.Ordinal);
        Assert.Contains(run.Extraction, text, StringComparison.Ordinal);
        Assert.Contains(Assert.Single(run.Outbox).Sha256, text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-the-log", text, StringComparison.Ordinal);
        Assert.True(run.WallSeconds > 0);
        Assert.Equal(run with { Outbox = [] }, here.Workspace.Runs(Village.Permit).Single(r => r.Id == run.Id) with { Outbox = [] });
    }

    [Fact]
    public async Task Only_plain_files_with_plain_names_come_out()
    {
        here.NeedsSandbox();
        var outcome = await here.Workspace.RunAsync(new JobRequest(Village.Permit, JobLanguage.Shell, """
            cd /out
            echo 1 > fine.csv
            ln -s /etc/passwd link.csv
            ln fine.csv twin.csv
            mkfifo pipe.csv
            mkdir folder; echo 1 > folder/inner.csv
            echo 1 > 'Upper Case.csv'
            echo 1 > ..hidden.csv
            """), Village.Researcher);
        Assert.Equal(["fine.csv", "twin.csv"], outcome.Value.Outbox.Select(f => f.Name));
        Assert.Contains(outcome.Findings, f => f.Code == "workspace.outbox-kind");
        Assert.Contains(outcome.Findings, f => f.Code == "workspace.outbox-name");
    }

    [Fact]
    public async Task A_changed_output_is_not_given_out()
    {
        var run = await here.Run(JobLanguage.Shell, "echo 1 > /out/t.csv");
        await File.WriteAllTextAsync(Path.Join(here.Village.At("workspace"), Village.Permit.Value, "runs", run.Id, "out", run.Outbox[0].Sha256), "2\n");
        Assert.Equal("workspace.output-changed", Assert.Single(here.Workspace.OpenOutbox(Village.Permit, run.Id, "t.csv").Findings).Code);
        Assert.Equal("workspace.no-output", Assert.Single(here.Workspace.OpenOutbox(Village.Permit, run.Id, "../log.txt").Findings).Code);
        Assert.Equal("workspace.no-output", Assert.Single(here.Workspace.OpenOutbox(Village.Other, run.Id, "t.csv").Findings).Code);
    }

    [Fact]
    public async Task Only_members_of_a_permit_in_force_with_data_run_jobs()
    {
        here.NeedsSandbox();
        var job = new JobRequest(Village.Permit, JobLanguage.Shell, "true");
        async Task<string> Refusal(JobRequest request, Actor by) => (await here.Workspace.RunAsync(request, by)).Findings[0].Code;

        Assert.Equal("workspace.not-member", await Refusal(job, Village.Stranger));
        Assert.Equal("workspace.no-extraction", await Refusal(job with { Permit = Village.Other }, Village.Researcher));
        Assert.Equal("workspace.code", await Refusal(job with { Code = " " }, Village.Researcher));
        here.Village.Access.Suspended = true;
        try
        {
            Assert.Equal("access.not-in-force", await Refusal(job, Village.Researcher));
        }
        finally
        {
            here.Village.Access.Suspended = false;
        }
    }

    [Fact]
    public async Task A_permit_suspended_meanwhile_ends_its_running_jobs()
    {
        using var village = new Village();
        here.NeedsSandbox();
        var workspace = village.OpenWorkspace();
        var running = workspace.RunAsync(new JobRequest(Village.Permit, JobLanguage.Shell, "echo x > /out/x.csv; sleep 60"), Village.Researcher);
        while (workspace.Runs(Village.Permit).All(r => r.State != JobState.Running))
        {
            await Task.Yield();
        }

        village.Access.Suspended = true;
        var run = (await running).Value;
        Assert.Equal((JobState.Stopped, "permit: no longer in force"), (run.State, run.Ended));
        Assert.Empty(run.Outbox);
    }

    [Fact]
    public async Task A_job_may_ask_less_than_the_default_and_never_more_than_the_ceiling()
    {
        var run = await here.Run(JobLanguage.Shell, "ulimit -Hp; ulimit -Ht", new JobLimits(CpuSeconds: 1_000_000, Processes: 20));
        Assert.Equal("20\n62\n", run.Log);
    }

    [Fact]
    public async Task A_trivial_job_starts_in_less_than_a_second()
    {
        // The best of three: the machine that builds may be busy.
        var best = double.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            best = Math.Min(best, (await here.Run(JobLanguage.Shell, "true")).WallSeconds);
        }

        Assert.InRange(best, 0, 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"a trivial job took {best * 1000:0} ms");
    }

    [Fact]
    public async Task The_software_that_users_bring_runs_on_a_kernel_of_its_own()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/runsc"), "gVisor is not installed: apt-get install runsc");
        var run = await here.Run(JobLanguage.Python, """
            import os
            from minato import rows
            print(rows("select count(*) as n from person"))
            print(open("/proc/version").read())
            open("/out/n.csv", "w").write("n\n400\n")
            for path in ("/data/x", "/x", "/usr/lib/x"):
                try:
                    open(path, "w"); print("OPEN", path)
                except OSError:
                    pass
            print("shadow", os.path.exists("/etc/shadow"), "root", os.path.exists("/root"))
            """, engine: SandboxEngine.GVisor);
        Assert.True(run.State == JobState.Succeeded, run.Log);
        Assert.StartsWith("gvisor", run.Sandbox, StringComparison.Ordinal);
        Assert.Contains("[{'n': 400}]", run.Log, StringComparison.Ordinal);
        Assert.Contains("shadow False root False", run.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("OPEN", run.Log, StringComparison.Ordinal);
        Assert.Equal("n\n400\n", here.Output(run, "n.csv"));
    }

    [Fact]
    public async Task Without_a_sandbox_a_job_is_refused_and_never_run_bare()
    {
        using var village = new Village();
        var workspace = village.OpenWorkspace(o => o with { Bubblewrap = "/nowhere/bwrap", GVisor = "/nowhere/runsc" });
        var outcome = await workspace.RunAsync(new JobRequest(Village.Permit, JobLanguage.Shell, "true"), Village.Researcher);
        Assert.Equal(["workspace.bubblewrap-missing", "workspace.gvisor-missing"], outcome.Findings.Select(f => f.Code));
        Assert.Contains("apt-get install bubblewrap", outcome.Findings[0].Remedy, StringComparison.Ordinal);
        Assert.False(workspace.Sandbox.IsOk);
        Assert.Empty(village.Ledger.ReadStream($"workspace/{Village.Permit}"));
    }

    [Fact]
    public async Task A_sandbox_that_does_not_confine_is_found_out_and_refused()
    {
        using var village = new Village();
        using var open = new PassableFolder();
        var fake = Path.Join(open.Path, "bwrap");

        // What looks like bubblewrap and runs the command bare: the harbour's own tries get out, so that it is not used.
        await File.WriteAllTextAsync(fake, "#!/bin/sh\n(cat /etc/passwd > /dev/null && echo 'open: read passwords'; echo 'tried 1') >&2\nprintf 'exit 000\\n'\n");
        open.MakeExecutable(fake);
        var workspace = village.OpenWorkspace(o => o with { Bubblewrap = fake, GVisor = "/nowhere/runsc" });
        var outcome = await workspace.RunAsync(new JobRequest(Village.Permit, JobLanguage.Shell, "true"), Village.Researcher);
        Assert.Equal("workspace.bubblewrap-open", outcome.Findings[0].Code);
        Assert.Empty(village.Ledger.ReadStream($"workspace/{Village.Permit}"));
    }

    [Fact]
    public async Task A_run_that_was_cut_off_with_the_node_ends_in_the_record()
    {
        using var village = new Village();
        var started = new JobEvent.Started
        {
            Run = "j-cut-off", Language = JobLanguage.R, CodeSha256 = "00", Extraction = "x", Sandbox = "bubblewrap", Limits = new(), At = DateTimeOffset.UnixEpoch,
        };
        var queued = new JobEvent.Queued { Run = started.Run, Language = started.Language, CodeSha256 = started.CodeSha256, At = started.At };
        await village.Ledger.AppendAsync($"workspace/{Village.Permit}", 0, Village.Researcher.Id, [Ledger.EventJson.Write<JobEvent>("workspace", queued), Ledger.EventJson.Write<JobEvent>("workspace", started)]);
        var run = Assert.Single(village.OpenWorkspace().Runs(Village.Permit));
        Assert.Equal((JobState.Interrupted, "the node ended while it ran"), (run.State, run.Ended));
        Assert.Single(village.OpenWorkspace().Runs(Village.Permit));
        Assert.Equal(3, village.Ledger.ReadStream($"workspace/{Village.Permit}").Count);
    }
}
