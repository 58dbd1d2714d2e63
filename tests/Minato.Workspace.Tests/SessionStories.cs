using System.Text.Json;
using Minato.Tests;

namespace Minato.Workspace.Tests;

/// <summary>A notebook: cells in one state, tables and pictures, files that stay, and an end that comes at once when it must.</summary>
public sealed class SessionStories(Harbourside here) : IClassFixture<Harbourside>
{
    private ISessions Sessions => here.Workspace.Sessions;

    private async Task<SessionView> Begin(JobLanguage language, string notebook, IWorkspace? workspace = null, Actor? by = null)
    {
        here.NeedsSandbox();
        var begun = await (workspace ?? here.Workspace).Sessions.BeginAsync(Village.Permit, language, by ?? Village.Researcher, notebook);
        Assert.True(begun.IsOk, string.Join("\n", begun.Findings));
        return await Until(begun.Value, s => s.State == SessionState.Ready, workspace, by);
    }

    private async Task<SessionView> Until(SessionView session, Func<SessionView, bool> condition, IWorkspace? workspace = null, Actor? by = null)
    {
        for (var tries = 0; tries < 1500; tries++)
        {
            var now = (workspace ?? here.Workspace).Sessions.Of(Village.Permit, by ?? Village.Researcher).Single(s => s.Id == session.Id);
            if (condition(now))
            {
                return now;
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException(JsonSerializer.Serialize((workspace ?? here.Workspace).Sessions.Of(Village.Permit, by ?? Village.Researcher)) + string.Concat((workspace ?? here.Workspace).Runs(Village.Permit).Select(r => r.Log)));
    }

    private async Task<SessionView> Do(SessionView session, SessionCommand command, IWorkspace? workspace = null)
    {
        var done = await (workspace ?? here.Workspace).Sessions.DoAsync(Village.Permit, session.Id, command, Village.Researcher);
        Assert.True(done.IsOk, string.Join("\n", done.Findings));
        return done.Value;
    }

    private async Task<CellView> Run(SessionView session, string code, IWorkspace? workspace = null)
    {
        var id = (await Do(session, new SessionCommand.Add(code), workspace)).Cells[^1].Id;
        return (await Until(session, s => s.State == SessionState.Ready && s.Cells.Single(c => c.Id == id).State is CellState.Ok or CellState.Error, workspace)).Cells.Single(c => c.Id == id);
    }

    private static string Text(CellView cell) => string.Concat(cell.Outputs.OfType<CellOutput.Text>().Select(t => t.Content));

    [Fact]
    public async Task Cells_of_Python_share_a_state_and_show_tables_and_pictures()
    {
        var session = await Begin(JobLanguage.Python, "python-story.ipynb");
        Assert.Equal("", Text(await Run(session, "x = 20\n# nothing is shown")));
        var sum = await Run(session, "print('said')\nx + 1");
        Assert.Equal((CellState.Ok, "said\n21\n"), (sum.State, Text(sum)));
        var table = (await Run(session, "from minato import sql\nsql('select sex, count(*) as persons from person group by sex order by sex')")).Outputs.OfType<CellOutput.Table>().Single();
        Assert.Equal((2, "sex,persons", "F,200"), (table.Rows, string.Join(',', table.Columns), string.Join(',', table.Lines[0])));
        var picture = (await Run(session, "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\nNone")).Outputs.OfType<CellOutput.Picture>().Single();
        Assert.StartsWith("iVBOR", picture.Png, StringComparison.Ordinal);
        var wrong = await Run(session, "def f():\n    return 1 / 0\nf()");
        Assert.Equal(CellState.Error, wrong.State);
        Assert.Contains("ZeroDivisionError", Text(wrong), StringComparison.Ordinal);
        Assert.DoesNotContain("kernel.py", Text(wrong), StringComparison.Ordinal);
        Assert.Contains("SyntaxError", Text(await Run(session, "for")), StringComparison.Ordinal);

        // What came of it stays inside until it is submitted like any run's results.
        await Run(session, "open('/out/result.csv', 'w').write('a,b\\n')\nopen('/work/kept.txt', 'w').write('kept')");
        var saved = await Do(session, new SessionCommand.Save("drafts/python-story.ipynb"));
        saved = await Until(saved, s => s.SavedAt is not null && here.Workspace.Runs(Village.Permit).Single(r => r.Id == s.Id).Outbox.Count > 0);
        Assert.Null(saved.Note);
        var run = here.Workspace.Runs(Village.Permit).Single(r => r.Id == session.Id);
        Assert.True(run.IsSession && run.Cells == 7);
        Assert.Equal("a,b\n", here.Output(run, "result.csv"));
        using var reader = new StreamReader(here.Workspace.Spaces.Open(Village.Permit, "drafts/python-story.ipynb", Village.Researcher).Value);
        var notebook = JsonDocument.Parse(await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal((4, "x = 20\n# nothing is shown"), (notebook.GetProperty("nbformat").GetInt32(), notebook.GetProperty("cells")[1].GetProperty("source").GetString()));

        await Do(session, new SessionCommand.End());
        await Until(session, s => s.State == SessionState.Ended);
        Assert.Equal(JobState.Succeeded, here.Workspace.Runs(Village.Permit).Single(r => r.Id == session.Id).State);
        Assert.Contains("kept.txt", (await here.Run(JobLanguage.Shell, "ls")).Log, StringComparison.Ordinal);
        var again = await Begin(JobLanguage.Python, "drafts/python-story.ipynb");
        Assert.Equal("x = 20\n# nothing is shown", again.Cells[1].Code);
        await Do(again, new SessionCommand.End());

        // Every cell is on the ledger by its hash; its text is not.
        var events = here.Village.Ledger.ReadStream($"workspace/{Village.Permit}").Where(e => e.Type == "workspace.session-cell").Select(e => System.Text.Encoding.UTF8.GetString(e.Json.Span)).ToList();
        Assert.Contains(events, e => e.Contains(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("x = 20\n# nothing is shown"u8)), StringComparison.Ordinal));
        Assert.DoesNotContain(events, e => e.Contains("nothing is shown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cells_of_R_share_a_state_and_show_tables_and_pictures()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/Rscript"), "R is not installed: apt-get install r-base-core");
        var session = await Begin(JobLanguage.R, "r-story.ipynb");
        Assert.Equal("[1] 21\n", Text(await Run(session, "x <- 20\nx + 1")));
        var table = (await Run(session, "sql('select sex, count(*) as persons, null as \"no, thing\" from person group by sex order by sex')")).Outputs.OfType<CellOutput.Table>().Single();
        Assert.Equal((2, "sex|persons|no, thing", "F|200|"), (table.Rows, string.Join('|', table.Columns), string.Join('|', table.Lines[0])));
        Assert.Single((await Run(session, "plot(1:3)")).Outputs.OfType<CellOutput.Picture>());
        var wrong = await Run(session, "stop('日本語 is fine')");
        Assert.Equal((CellState.Error, "Error: 日本語 is fine\n"), (wrong.State, Text(wrong)));
        var model = await Run(session, "coef(lm(hba1c ~ year_of_birth, data = sql('select * from person')))");
        Assert.Contains("year_of_birth", Text(model), StringComparison.Ordinal);
        await Do(session, new SessionCommand.End());
    }

    [Fact]
    public async Task An_endless_cell_is_interrupted_and_the_state_stays_and_a_dead_kernel_starts_anew()
    {
        using var village = new Village();
        here.NeedsSandbox();
        var workspace = village.OpenWorkspace();
        foreach (var (language, endless, set, get, die) in new[]
        {
            (JobLanguage.Python, "while True: pass", "kept = 7", "kept", "import os\nos._exit(1)"),
            (JobLanguage.R, "repeat {}", "kept <- 7", "kept", "quit(status = 1)"),
        })
        {
            var session = await Begin(language, $"{language}.ipynb".ToLowerInvariant(), workspace);
            await Run(session, set, workspace);
            await Do(session, new SessionCommand.Add(endless), workspace);
            await Until(session, s => s.State == SessionState.Busy, workspace);
            Assert.Equal("session.busy", (await workspace.Sessions.DoAsync(Village.Permit, session.Id, new SessionCommand.Save("a.ipynb"), Village.Researcher)).Findings[0].Code);
            await Task.Delay(300, TestContext.Current.CancellationToken);
            await Do(session, new SessionCommand.Interrupt(), workspace);
            await Until(session, s => s.State == SessionState.Ready, workspace);
            Assert.Contains("7", Text(await Run(session, get, workspace)), StringComparison.Ordinal);
            Assert.Equal(CellState.Error, (await Run(session, die, workspace)).State);
            Assert.Equal(CellState.Error, (await Run(session, get, workspace)).State);
            await Do(session, new SessionCommand.Restart(), workspace);
            await Until(session, s => s.State == SessionState.Ready, workspace);
            Assert.Equal(CellState.Ok, (await Run(session, set, workspace)).State);
        }
    }

    [Fact]
    public async Task There_is_no_socket_and_no_other_way_out_in_a_session_either()
    {
        var session = await Begin(JobLanguage.Python, "escape.ipynb");
        var tried = Text(await Run(session, """
            import os, socket
            for family in (socket.AF_UNIX, socket.AF_INET, 40):
                try:
                    socket.socket(family); print("OPEN", family)
                except OSError:
                    print("closed", family)
            print(sorted(os.listdir("/proc/self/fd"), key=int)[:3], os.path.exists("/etc/shadow"), os.access("/data", os.W_OK))
            """));
        Assert.Equal("closed 1\nclosed 2\nclosed 40\n['0', '1', '2'] False False\n", tried.Replace("AddressFamily.AF_UNIX", "1", StringComparison.Ordinal).Replace("AddressFamily.AF_INET", "2", StringComparison.Ordinal));

        // Whoever writes where only the supervisor speaks ends the session, and nothing else.
        var broken = await Do(session, new SessionCommand.Add("import os, glob\nfor p in os.listdir('/proc'):\n    try:\n        if p.isdigit() and 'session.py' in open('/proc/%s/cmdline' % p).read(): open('/proc/%s/fd/1' % p, 'w').write('noise that is no frame')\n    except OSError: pass"));
        var ended = await Until(broken, s => s.State is SessionState.Ended or SessionState.Ready);
        Assert.True(ended.State == SessionState.Ready || ended.Note == "what came out of the session was not understood", ended.Note);
        if (ended.State != SessionState.Ended)
        {
            await Do(session, new SessionCommand.End());
        }
    }

    [Fact]
    public async Task A_session_is_its_owners_locks_when_idle_and_ends_at_once_with_the_permit()
    {
        here.NeedsSandbox();
        using var village = new Village();
        var workspace = village.OpenWorkspace();
        var session = await Begin(JobLanguage.Python, "mine.ipynb", workspace);
        await Run(session, "secret = 1", workspace);
        Assert.Empty(workspace.Sessions.Of(Village.Permit, Village.Colleague));
        Assert.Equal("session.unknown", (await workspace.Sessions.DoAsync(Village.Permit, session.Id, new SessionCommand.RunAll(), Village.Colleague)).Findings[0].Code);
        Assert.Equal("workspace.not-member", (await workspace.Sessions.BeginAsync(Village.Permit, JobLanguage.R, Village.Stranger)).Findings[0].Code);
        Assert.Equal("session.notebook", (await workspace.Sessions.BeginAsync(Village.Permit, JobLanguage.R, Village.Researcher, "../../x.ipynb")).Findings[0].Code);
        Assert.Equal(session.Id, (await workspace.Sessions.BeginAsync(Village.Permit, JobLanguage.Python, Village.Researcher)).Value.Id);

        village.Clock.Later = TimeSpan.FromMinutes(16);
        var locked = await Until(session, s => s.State == SessionState.Locked, workspace);
        Assert.Empty(locked.Cells);
        Assert.Equal("session.locked", (await workspace.Sessions.DoAsync(Village.Permit, session.Id, new SessionCommand.RunAll(), Village.Researcher)).Findings[0].Code);
        Assert.Contains((await Do(session, new SessionCommand.Unlock(), workspace)).Cells, c => c.Code == "secret = 1");

        await Do(session, new SessionCommand.Add("import time; time.sleep(60)"), workspace);
        await Until(session, s => s.State == SessionState.Busy, workspace);
        await workspace.Spaces.MoveAsync(Village.Permit, SpaceMove.CutOff, "a try", Village.Operator);
        Assert.Equal(SessionState.Ended, workspace.Sessions.Of(Village.Permit, Village.Researcher).Single().State);
        var run = workspace.Runs(Village.Permit).Single(r => r.Id == session.Id);
        Assert.Equal((JobState.Stopped, "space: cut-off"), (run.State, run.Ended));
        Assert.Equal("space.cut-off", (await workspace.Sessions.BeginAsync(Village.Permit, JobLanguage.Python, Village.Researcher)).Findings[0].Code);
    }
}
