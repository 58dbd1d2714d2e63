using Minato.Workspace.Devices;
using Minato.Workspace.Sandbox;
using Minato.Workspace.Space;

namespace Minato.Workspace.Sessions;

/// <summary>The sessions that run here: who has which, what is recorded of them, and when they end.</summary>
internal sealed class SessionDesk : ISessions, IDisposable
{
    private const int EndedKept = 50;
    private const int Hours = 8;

    /// <summary>What a page waits for what ends soon.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1200);

    /// <summary>What a session that is told to end has to save itself.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(20);

    private readonly WorkspaceOptions options;
    private readonly TimeProvider clock;
    private readonly Engines engines;
    private readonly WorkPlaces places;
    private readonly DeviceDesk devices;
    private readonly Provision provision;
    private readonly ProjectSpaces spaces;
    private readonly RunBook book;
    private readonly Lock gate = new();
    private readonly List<Session> sessions = [];
    private readonly Timer pulse;

    public SessionDesk(WorkspaceOptions options, TimeProvider clock, Engines engines, WorkPlaces places, DeviceDesk devices, Provision provision, ProjectSpaces spaces, RunBook book)
    {
        (this.options, this.clock, this.engines, this.places, this.devices, this.provision, this.spaces, this.book) = (options, clock, engines, places, devices, provision, spaces, book);
        pulse = new Timer(_ => Look(), null, JobQueue.PermitPulse, JobQueue.PermitPulse);
    }

    /// <summary>Told when a device is given back: a job may wait for it.</summary>
    public Action DeviceFree { get; set; } = () => { };

    public IReadOnlyList<SessionView> Of(PermitId permit, Actor by) => [.. All().Where(s => s.Permit == permit && s.By == by.Id).Select(s => s.View)];

    public async Task<Outcome<SessionView>> BeginAsync(PermitId permit, JobLanguage language, Actor by, string? notebook = null, string? image = null, string? device = null, CancellationToken ct = default)
    {
        var admitted = book.Admit(permit, by.Id);
        if (!admitted.IsOk)
        {
            return Outcome<SessionView>.Refused(admitted.Findings);
        }

        if (language is not (JobLanguage.R or JobLanguage.Python))
        {
            return Finding.Error("session.language", "Sessions speak R or Python", "Write SQL in them with sql(\"…\"), or use the SQL page");
        }

        var chosen = places.Choose(permit, language, null, image, device);
        if (!chosen.Try(out var place))
        {
            return Outcome<SessionView>.Refused(chosen.Findings);
        }

        var opened = await spaces.AdmitAsync(permit, by).ConfigureAwait(false);
        if (!opened.IsOk)
        {
            return Outcome<SessionView>.Refused(opened.Findings);
        }

        notebook = string.IsNullOrWhiteSpace(notebook) ? language == JobLanguage.R ? "notebook-r.ipynb" : "notebook.ipynb" : notebook;
        var codes = Codes(permit, notebook);
        if (!codes.Try(out var texts))
        {
            return Outcome<SessionView>.Refused(codes.Findings);
        }

        var extraction = provision.ExtractionOf(permit)!;
        var limits = EffectiveLimits.From(new(WallSeconds: Hours * 3600, CpuSeconds: Hours * 3600), (options.Defaults ?? new()) with { WallSeconds = Hours * 3600, CpuSeconds = Hours * 3600 }, null) with { WorkMiB = Math.Max(EffectiveLimits.LeastWorkMiB, options.WorkMiB) };
        Session session;
        IDisposable? lent = null;
        lock (gate)
        {
            var live = sessions.Where(s => !s.IsOver).ToList();
            if (live.FirstOrDefault(s => s.Permit == permit && s.By == by.Id && s.Language == language) is { } mine)
            {
                return mine.View;
            }

            if (live.Count >= options.Sessions)
            {
                return Finding.Error("session.places", $"All {options.Sessions} places for sessions are taken", "Wait until somebody ends one, or queue a job");
            }

            if (place.Device is { } wanted && (lent = devices.Take(wanted.Name)) is null)
            {
                return Finding.Error("session.device-taken", $"Somebody has the device '{wanted.Name}' now", "Try again later, or queue a job: it waits for it");
            }

            session = Make(permit, language, by, notebook);
            session.Open(texts);
            sessions.Add(session);
        }

        var began = spaces.StoreOf(permit).Head;
        var recorded = await book.AppendAsync(permit, by.Id, _ => new JobEvent.SessionBegun
        {
            Run = session.Id,
            Language = language,
            Extraction = extraction,
            Sandbox = place.Description,
            Limits = limits.AsRecorded,
            WorkSha256 = began.Count > 0 ? began.Hash : null,
            Tools = provision.ToolsOf(permit, place.Engine.With.OwnKernel),
            At = clock.GetUtcNow(),
        }, ct).ConfigureAwait(false);
        if (!recorded.IsOk)
        {
            lent?.Dispose();
            session.End(null);
            session.Ending.IsOver();
            return Outcome<SessionView>.Refused(recorded.Findings);
        }

        await spaces.KeepIfChangedAsync(permit, by.Id).ConfigureAwait(false);
        _ = Task.Run(() => RunAsync(session, place, lent, limits, extraction, began), CancellationToken.None);
        await RestAsync(session, ct).ConfigureAwait(false);
        return session.View;
    }

    public async Task<Outcome<SessionView>> DoAsync(PermitId permit, string session, SessionCommand command, Actor by, CancellationToken ct = default)
    {
        if (All().FirstOrDefault(s => s.Id == session && s.Permit == permit && s.By == by.Id) is not { } mine)
        {
            return Finding.Error("session.unknown", "There is no such session of yours here", "Begin one");
        }

        if (book.MustEnd(permit, session, by.Id) is var (state, why))
        {
            await mine.Ending.EndAsync(state, why).ConfigureAwait(false);
            return Finding.Error("session.ended", $"The session was ended: {why}", "Ask the operator");
        }

        var done = mine.Do(command);
        if (done.IsOk)
        {
            await RestAsync(mine, ct).ConfigureAwait(false);
            return mine.View;
        }

        return done;
    }

    /// <summary>Ends a session by force; false where it does not run here.</summary>
    public async Task<bool> CancelAsync(PermitId permit, string session)
    {
        if (All().FirstOrDefault(s => s.Id == session && s.Permit == permit && !s.IsOver) is not { } known)
        {
            return false;
        }

        await known.Ending.EndAsync(JobState.Cancelled, RunBook.Cancelled).ConfigureAwait(false);
        return true;
    }

    /// <summary>Ends all of a project at once, without saving, and waits until they have ended.</summary>
    public Task CloseAsync(PermitId permit, string why) => Task.WhenAll(All().Where(s => s.Permit == permit && !s.IsOver).Select(s => s.Ending.EndAsync(JobState.Stopped, why)));

    public void Dispose()
    {
        pulse.Dispose();
        var live = All().Where(s => !s.IsOver).ToList();
        live.ForEach(s => s.Do(new SessionCommand.End()));
        Task.WaitAll([.. live.Select(s => s.Ending.Over)], Farewell);
        Task.WaitAll([.. live.Select(s => s.Ending.EndAsync(JobState.Interrupted, "the node was closed while it ran"))]);
        All().ForEach(s => s.Dispose());
    }

    private Session Make(PermitId permit, JobLanguage language, Actor by, string notebook)
    {
        var id = book.NewRun(permit, "i");
        var cells = 0;
        return new Session(id, permit, by.Id, language, notebook, clock)
        {
            Record = code =>
            {
                var hash = book.KeepCode(permit, language, code);
                var recorded = book.AppendAsync(permit, by.Id, _ => new JobEvent.CellRun { Run = id, CodeSha256 = hash, At = clock.GetUtcNow() }).GetAwaiter().GetResult();
                if (!recorded.Try(out var history))
                {
                    return recorded.Findings[0];
                }

                // Who watches sees each cell as a program of its own.
                book.TellBeganAsync(history.Find(id)! with { Id = $"{id}-{Interlocked.Increment(ref cells)}", CodeSha256 = hash, StartedAt = clock.GetUtcNow() }, code).GetAwaiter().GetResult();
                return null;
            },
        };
    }

    /// <summary>The cells of a notebook in <c>work</c>; one empty cell where it is not there yet.</summary>
    private Outcome<IReadOnlyList<string>> Codes(PermitId permit, string notebook)
    {
        if (!Session.IsNotebook(notebook))
        {
            return Finding.Error("session.notebook", "A notebook's name ends in .ipynb and leads nowhere else", "For example: analysis.ipynb, or drafts/first.ipynb");
        }

        if (spaces.StoreOf(permit).Head.Find(notebook) is not { Blob: not null } entry)
        {
            return Outcome<IReadOnlyList<string>>.Ok([""]);
        }

        using var stream = spaces.StoreOf(permit).Open(entry);
        return NotebookFile.Codes(stream);
    }

    private async Task RunAsync(Session session, WorkPlace place, IDisposable? lent, EffectiveLimits limits, string extraction, WorkTree began)
    {
        var permit = session.Permit;
        var store = spaces.StoreOf(permit);
        SandboxEnd<string?>? end = null;
        Action? afterUse = null;
        string? failure = null;
        try
        {
            (var binds, afterUse) = provision.For(permit, extraction, place.Engine.With.OwnKernel);
            session.TakeSave = Saver(session, store, began);
            end = await SandboxRun.StartAsync(
                place.Engine.With, place.Plan(JobProgram.Session(session.Language, binds, limits)), input => session.Feed(input, began, store.Open), session.Take, session.Log, engines.Delegated, session.Ending.Stopped).ConfigureAwait(false);
            failure = end.Taken;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            failure = $"the sandbox could not be started ({e.GetType().Name})";
        }
        finally
        {
            afterUse?.Invoke();
            if (lent is not null)
            {
                lent.Dispose();
                DeviceFree();
            }
        }

        var (state, why) = session.Ending.As is { } told ? (told.State, told.Why)
            : failure is not null ? (JobState.Failed, failure)
            : end!.Stopped is { } limit ? (JobState.Stopped, Watchdog.Describe(limit, limits))
            : end.ExitCode == 0 ? (JobState.Succeeded, null)
            : (JobState.Failed, "it ended by itself");
        try
        {
            var log = book.KeepLog(permit, session.Id, session.Log.Text);
            await book.AppendAsync(permit, session.By, h => new JobEvent.Ended
            {
                Run = session.Id,
                State = state,
                ExitCode = end?.ExitCode,
                Why = why,
                WallSeconds = end?.WallSeconds ?? 0,
                CpuSeconds = end?.CpuSeconds ?? 0,
                PeakMemoryBytes = end?.PeakMemoryBytes ?? 0,
                LogSha256 = log,
                WorkSha256 = h?.Find(session.Id)?.WorkSha256,
                Outbox = h?.Find(session.Id)?.Outbox ?? [],
            }).ConfigureAwait(false);
            await book.TellEndedAsync(book.Find(permit, session.Id), session.Log.Text).ConfigureAwait(false);
            book.LetGo(permit, session.Id);
        }
        finally
        {
            // Whoever waits for its end must not wait for ever.
            session.End(why);
            session.Ending.IsOver();
            Forget();
        }
    }

    /// <summary>Takes what a session sends when it saves. What it had before is what it grew from: others may have saved meanwhile.</summary>
    private Func<Stream, string?> Saver(Session session, WorkStore store, WorkTree began) => stream =>
    {
        var permit = session.Permit;
        var draft = store.Draft(began, spaces.Quota);
        var (files, findings) = Outbox.Unpack(stream, book.OutFolder(permit, session.Id), spaces.KeyOf(permit), draft);
        if (findings.FirstOrDefault(f => f.Code == Outbox.Broken) is { } broken)
        {
            draft.Drop();
            return broken.Reason;
        }

        var mine = draft.Tree;
        var saved = draft.IsFull ? WorkStore.Full(mine, default) ?? Outcome<WorkTree>.Ok(mine) : store.Save(draft, spaces.Quota, $".{session.Id}");
        if (!saved.Try(out var tree))
        {
            draft.Drop();
            return saved.Findings[0].Reason;
        }

        began = mine;
        var before = book.Find(permit, session.Id);
        if (before is null || before.WorkSha256 != tree.Hash || !before.Outbox.SequenceEqual(files))
        {
            book.FlushOut(permit, session.Id);
            book.AppendAsync(permit, session.By, _ => new JobEvent.SessionSaved { Run = session.Id, WorkSha256 = tree.Hash, Outbox = files, At = clock.GetUtcNow() }).GetAwaiter().GetResult();
        }

        return findings.Concat(saved.Findings).Select(f => f.Reason).FirstOrDefault();
    };

    /// <summary>Locks and ends what stands idle, and ends what may not go on.</summary>
    private void Look()
    {
        foreach (var session in All().Where(s => !s.IsOver))
        {
            if (book.MustEnd(session.Permit, session.Id, session.By) is var (state, why))
            {
                _ = session.Ending.EndAsync(state, why);
            }
            else if (clock.GetUtcNow() - session.LastUse > options.EndedAfter && session.IsAtRest)
            {
                session.Do(new SessionCommand.End());
            }
            else
            {
                session.LockAfter(options.LockedAfter);
            }
        }
    }

    private static async Task RestAsync(Session session, CancellationToken ct)
    {
        for (var waited = TimeSpan.Zero; waited < Moment && !session.IsAtRest; waited += TimeSpan.FromMilliseconds(30))
        {
            await Task.Delay(30, ct).ConfigureAwait(false);
        }
    }

    private List<Session> All()
    {
        lock (gate)
        {
            return [.. sessions];
        }
    }

    private void Forget()
    {
        lock (gate)
        {
            var old = sessions.Where(s => s.IsOver).SkipLast(EndedKept).ToList();
            old.ForEach(s => sessions.Remove(s));
        }
    }
}
