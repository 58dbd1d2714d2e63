using System.Collections.Concurrent;
using System.Text;
using Minato.Access;
using Minato.Workspace.Devices;
using Minato.Workspace.Sandbox;
using Minato.Workspace.Space;

namespace Minato.Workspace;

/// <summary>
/// Jobs of this node, from being queued to their end. What waits stands on the ledger with its code beside it, so that it waits through a power cut; what ran when
/// the power went is closed as interrupted.
/// </summary>
internal sealed class JobQueue : IDisposable
{
    private const int MaxCodeBytes = 1 << 20;
    private const int MaxWaiting = 500;

    /// <summary>How often a running job's permit and space are looked at: a suspension ends its jobs (F5), also one that another process made.</summary>
    public static readonly TimeSpan PermitPulse = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    private readonly WorkspaceOptions options;
    private readonly IAccess access;
    private readonly TimeProvider clock;
    private readonly Engines engines;
    private readonly WorkPlaces places;
    private readonly DeviceDesk devices;
    private readonly Provision provision;
    private readonly ProjectSpaces spaces;
    private readonly RunBook book;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Running> running = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Outcome<JobRun>>> waiters = new();
    private bool isClosed;

    public JobQueue(WorkspaceOptions options, IAccess access, TimeProvider clock, Engines engines, WorkPlaces places, DeviceDesk devices, Provision provision, ProjectSpaces spaces, RunBook book)
    {
        (this.options, this.access, this.clock, this.engines, this.places, this.devices, this.provision, this.spaces, this.book) = (options, access, clock, engines, places, devices, provision, spaces, book);
    }

    /// <summary>A job that runs here and now.</summary>
    /// <param name="Lent">Gives its device back; null: it has none.</param>
    private sealed record Running(JobRun Job, JobLog Log, RunEnding Ending, IDisposable? Lent);

    public IReadOnlyList<JobRun> Runs(PermitId permit)
    {
        var runs = book.Of(permit)?.Runs ?? [];
        var waiting = runs.Any(r => r.State == JobState.Queued) ? Waiting() : [];
        return [.. runs.Select(r => r.State switch
        {
            JobState.Queued => r with { Ahead = waiting.FindIndex(w => w.Id == r.Id) is >= 0 and var ahead ? ahead : 0 },
            JobState.Running when Here(r.Id) is { } here => r with { Log = here.Log.Text, Percent = here.Log.Percent },
            _ => r with { Log = book.ReadLog(r) },
        })];
    }

    /// <summary>When a project's last run began or ended.</summary>
    public DateTimeOffset? LastUse(PermitId permit) => book.Of(permit)?.Runs.Select(r => (DateTimeOffset?)r.StartedAt.AddSeconds(r.WallSeconds)).Max();

    public Task<Outcome<JobRun>> QueueAsync(JobRequest request, Actor by, bool leave, CancellationToken ct) => QueueAsync(request, by, leave, null, ct);

    /// <param name="ended">Told how it ended.</param>
    private async Task<Outcome<JobRun>> QueueAsync(JobRequest request, Actor by, bool leave, TaskCompletionSource<Outcome<JobRun>>? ended, CancellationToken ct)
    {
        var admitted = book.Admit(request.Permit, by.Id);
        if (!admitted.IsOk)
        {
            return Outcome<JobRun>.Refused(admitted.Findings);
        }

        if (string.IsNullOrWhiteSpace(request.Code) || Encoding.UTF8.GetByteCount(request.Code) > MaxCodeBytes)
        {
            return Finding.Error("workspace.code", "The code is empty, or larger than 1 MiB", "Send a program; data does not come in this way");
        }

        var chosen = places.Choose(request.Permit, request.Language, request.Engine, request.Image, request.Device);
        if (!chosen.Try(out var place))
        {
            return Outcome<JobRun>.Refused(chosen.Findings);
        }

        if (book.Of(request.Permit)?.Waiting.Count >= MaxWaiting)
        {
            return Finding.Error("workspace.queue-full", $"{MaxWaiting} jobs of this project wait already", "Wait for some of them, or cancel some");
        }

        var opened = await spaces.AdmitAsync(request.Permit, by).ConfigureAwait(false);
        if (!opened.IsOk)
        {
            return Outcome<JobRun>.Refused(opened.Findings);
        }

        var run = book.NewRun(request.Permit, "j");
        if (ended is not null)
        {
            waiters[run] = ended;
        }

        var queued = await book.AppendAsync(request.Permit, by.Id, _ => new JobEvent.Queued
        {
            Run = run,
            Language = request.Language,
            CodeSha256 = book.KeepCode(request.Permit, request.Language, request.Code),
            Limits = request.Limits,
            Engine = request.Engine,
            Image = place.Engine.Image?.Id,
            Device = place.Device?.Name,
            At = clock.GetUtcNow(),
        }, ct).ConfigureAwait(false);
        if (!queued.IsOk)
        {
            waiters.TryRemove(run, out _);
        }

        if (!leave)
        {
            Pump(adopt: false);
        }

        return queued.Map(h => Runs(request.Permit).Single(r => r.Id == run));
    }

    public async Task<Outcome<JobRun>> RunAsync(JobRequest request, Actor by, IProgress<Step>? progress, CancellationToken ct)
    {
        progress?.Report(new Step("waiting for a place", 0));
        var ended = new TaskCompletionSource<Outcome<JobRun>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var queued = await QueueAsync(request, by, leave: false, ended, ct).ConfigureAwait(false);
        if (!queued.Try(out var job))
        {
            return queued;
        }

        await using var cancelled = ct.Register(() => _ = CancelAsync(request.Permit, job.Id, by, static (_, _) => Task.FromResult(false), CancellationToken.None)).ConfigureAwait(false);
        await using var steps = new Timer(_ =>
        {
            if (Here(job.Id) is { } here)
            {
                progress?.Report(new Step("running", here.Log.Percent ?? 0, here.Log.Percent is null ? null : 100, "%"));
            }
        }, null, PermitPulse, PermitPulse).ConfigureAwait(false);
        return await ended.Task.ConfigureAwait(false);
    }

    /// <param name="endSession">Ends a session that runs here; false where it does not.</param>
    public async Task<Outcome<JobRun>> CancelAsync(PermitId permit, string run, Actor by, Func<PermitId, string, Task<bool>> endSession, CancellationToken ct)
    {
        if (!by.Is(Role.Operator | Role.System) && access.FindPermit(permit)?.Use.Members.Contains(by.Id) != true)
        {
            return Finding.Error("workspace.not-member", "Only members named in the permit, and the operator, end its jobs", "Ask a member");
        }

        if (book.Find(permit, run) is not { } job)
        {
            return Finding.Error("workspace.run-unknown", "This permit has no such run", "Name one of the list");
        }

        if (job.IsOver)
        {
            return job;
        }

        if (Here(run) is { } here)
        {
            await here.Ending.EndAsync(JobState.Cancelled, RunBook.Cancelled).ConfigureAwait(false);
            return Runs(permit).Single(r => r.Id == run);
        }

        if (job.IsSession && await endSession(permit, run).ConfigureAwait(false))
        {
            return book.Find(permit, run)!;
        }

        if (job.State == JobState.Running)
        {
            return await CancelElsewhereAsync(permit, run, by, ct).ConfigureAwait(false);
        }

        var ended = await book.AppendAsync(permit, by.Id, h => h?.Find(run) is { State: JobState.Queued } ? RunBook.NotRun(run, JobState.Cancelled, RunBook.Cancelled) : null, ct).ConfigureAwait(false);
        Answer(permit, run, []);
        return ended.Map(h => h.Find(run)!);
    }

    /// <summary>Another process of this node has it: it reads on the ledger that it is to end, and this one waits a little for it.</summary>
    private async Task<Outcome<JobRun>> CancelElsewhereAsync(PermitId permit, string run, Actor by, CancellationToken ct)
    {
        var asked = await book.AppendAsync(permit, by.Id, h => h?.Find(run) is { State: JobState.Running, CancelAsked: false } ? new JobEvent.CancelAsked { Run = run, At = clock.GetUtcNow() } : null, ct).ConfigureAwait(false);
        for (var waited = TimeSpan.Zero; asked.IsOk && waited < 5 * PermitPulse && book.Find(permit, run) is { IsOver: false }; waited += Glance)
        {
            await Task.Delay(Glance, ct).ConfigureAwait(false);
        }

        return asked.Map(_ => Runs(permit).Single(r => r.Id == run));
    }

    /// <summary>Ends what runs of a project and waits until it has ended; what waits is refused when its turn comes.</summary>
    public Task CloseAsync(PermitId permit, string why)
    {
        List<Running> here;
        lock (gate)
        {
            here = [.. running.Values.Where(r => r.Job.Permit == permit)];
        }

        return Task.WhenAll(here.Select(r => r.Ending.EndAsync(JobState.Stopped, why)));
    }

    /// <summary>Starts what may be started.</summary>
    /// <param name="adopt">Also what a process queued that is no more.</param>
    public void Pump(bool adopt)
    {
        lock (gate)
        {
            // Of those that wait for a device that somebody has, none keeps another waiting.
            var without = new HashSet<string>();
            while (!isClosed && running.Count < Math.Max(1, options.Concurrent))
            {
                var all = book.All.Where(h => h.Waiting.Count > 0 || h.Runs.Any(r => r.State == JobState.Running)).SelectMany(h => h.Runs).ToList();
                if (FairShare.Next(all, r => !running.ContainsKey(r.Id) && !without.Contains(r.Id) && (book.IsOurs(r) || (adopt && !book.IsHeld(r)))) is not { } next)
                {
                    return;
                }

                var lent = book.Of(next.Permit)?.Waiting.GetValueOrDefault(next.Id)?.Device is { } device ? (Name: device, Mark: devices.Take(device)) : default;
                if (lent is { Name: not null, Mark: null })
                {
                    without.Add(next.Id);
                    continue;
                }

                var here = new Running(next, new JobLog(), new RunEnding(), lent.Mark);
                running.Add(next.Id, here);
                _ = Task.Run(() => RunHereAsync(here));
            }
        }
    }

    public void Dispose()
    {
        List<Running> here;
        lock (gate)
        {
            isClosed = true;
            here = [.. running.Values];
        }

        Task.WaitAll([.. here.Select(r => r.Ending.EndAsync(JobState.Interrupted, "the node was closed while it ran"))]);
    }

    private async Task RunHereAsync(Running here)
    {
        var job = here.Job;
        IReadOnlyList<Finding> findings = [];
        try
        {
            findings = await RunToItsEndAsync(here).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A fault of ours must not leave a job that runs for ever.
            findings = [Finding.Error("workspace.fault", $"The job could not be run ({e.GetType().Name})", "Tell the operator")];
            await book.AppendAsync(job.Permit, Actor.Harbour.Id, h => h?.Find(job.Id) is { IsOver: false } ? RunBook.NotRun(job.Id, JobState.Failed, findings[0].Reason) : null, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            lock (gate)
            {
                running.Remove(job.Id);
            }

            here.Lent?.Dispose();
            here.Ending.Dispose();
            Answer(job.Permit, job.Id, findings);
            here.Ending.IsOver();
            Pump(adopt: false);
        }
    }

    private async Task<IReadOnlyList<Finding>> RunToItsEndAsync(Running here)
    {
        var (job, permit) = (here.Job, here.Job.Permit);
        book.TakeInHand(permit, job.Id);
        Finding? refusal = null;
        WorkPlace? place = null;
        EffectiveLimits? limits = null;
        WorkTree? began = null;
        var started = await book.AppendAsync(permit, job.By, history =>
        {
            if (history?.Waiting.GetValueOrDefault(job.Id) is not { } waits)
            {
                return null;
            }

            var admitted = book.Admit(permit, job.By);
            var chosen = places.Choose(permit, job.Language, waits.Engine, waits.Image, waits.Device);
            refusal = admitted.IsOk ? chosen.IsOk ? null : chosen.Findings[0] : admitted.Findings[0];
            if (refusal is not null)
            {
                return RunBook.NotRun(job.Id, JobState.Refused, refusal.Reason);
            }

            place = chosen.Value;
            limits = EffectiveLimits.From(waits.Limits, options.Defaults ?? new(), options.Ceiling) with { WorkMiB = Math.Max(EffectiveLimits.LeastWorkMiB, options.WorkMiB) };
            began = spaces.StoreOf(permit).Head;
            return new JobEvent.Started
            {
                Run = job.Id,
                Language = job.Language,
                CodeSha256 = job.CodeSha256,
                Extraction = provision.ExtractionOf(permit)!,
                Sandbox = place.Description,
                Limits = limits.AsRecorded,
                WorkSha256 = began.Count > 0 ? began.Hash : null,
                Tools = provision.ToolsOf(permit, place.Engine.With.OwnKernel),
                At = clock.GetUtcNow(),
            };
        }).ConfigureAwait(false);
        if (refusal is not null || !started.IsOk || began is null)
        {
            return refusal is null ? started.Findings : [refusal];
        }

        book.TakeInHand(permit, job.Id);
        var run = book.Find(permit, job.Id)!;
        await book.TellBeganAsync(run, book.ReadCode(run)).ConfigureAwait(false);
        await spaces.KeepIfChangedAsync(permit, job.By).ConfigureAwait(false);
        return await SandboxedAsync(here, place!, limits!, began, run.Extraction).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<Finding>> SandboxedAsync(Running here, WorkPlace place, EffectiveLimits limits, WorkTree began, string extraction)
    {
        var (job, permit) = (here.Job, here.Job.Permit);
        var key = spaces.KeyOf(permit);
        var (store, draft) = (spaces.StoreOf(permit), spaces.StoreOf(permit).Draft(began, spaces.Quota));
        BatchEnd? end = null;
        Finding? failure = null;
        Action? afterUse = null;
        try
        {
            await using var watch = new Timer(_ =>
            {
                if (book.MustEnd(permit, job.Id, job.By) is var (state, why))
                {
                    _ = here.Ending.EndAsync(state, why);
                }
            }, null, PermitPulse, PermitPulse).ConfigureAwait(false);
            (var binds, afterUse) = provision.For(permit, extraction, place.Engine.With.OwnKernel);
            end = await Batch.RunAsync(place.Engine.With, place.Plan(JobProgram.Plan(job.Language, book.ReadCode(job), binds, limits)), book.OutFolder(permit, job.Id), key, (store, draft), here.Log, engines.Delegated, here.Ending.Stopped).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception or InvalidDataException)
        {
            failure = Finding.Error("workspace.not-started", $"The sandbox could not be started ({e.GetType().Name})", "Run 'minato doctor', or tell the operator");
        }
        finally
        {
            afterUse?.Invoke();
        }

        // Of what was stopped nothing is kept: a job changes /work as a whole or not at all.
        IReadOnlyList<Finding> saved = [];
        string? work = null;
        if (end is { Stopped: null, Outbox.ExitCode: not null } && end.Outbox.Findings.All(f => f.Code != Outbox.Broken))
        {
            var save = draft.IsFull ? WorkStore.Full(draft.Tree, default) ?? Outcome<WorkTree>.Ok(draft.Tree) : store.Save(draft, spaces.Quota, $".{job.Id}");
            (saved, work) = (save.Findings, save.Try(out var tree) ? tree.Hash : null);
        }

        if (work is null)
        {
            draft.Drop();
        }

        IReadOnlyList<Finding> findings = [.. end?.Outbox.Findings ?? [], .. saved, .. failure is null ? Array.Empty<Finding>() : [failure]];
        var text = here.Log.Text + string.Concat(findings.Select(f => $"[minato] {f}\n"));
        var log = book.KeepLog(permit, job.Id, text);
        (JobState State, string? Why) outcome = here.Ending.As is { } told && end is not { Stopped: null } ? (told.State, told.Why)
            : end is null ? (JobState.Failed, failure?.Reason)
            : end.Stopped is { } limit ? (JobState.Stopped, Watchdog.Describe(limit, limits))
            : (end.ExitCode == 0 ? JobState.Succeeded : JobState.Failed, null);
        var ended = await book.AppendAsync(permit, job.By, _ => new JobEvent.Ended
        {
            Run = job.Id,
            State = outcome.State,
            ExitCode = end?.ExitCode,
            Why = outcome.Why,
            WallSeconds = end?.WallSeconds ?? 0,
            CpuSeconds = end?.CpuSeconds ?? 0,
            PeakMemoryBytes = end?.PeakMemoryBytes ?? 0,
            LogSha256 = log,
            WorkSha256 = work,
            Outbox = end?.Outbox.Files ?? [],
        }, CancellationToken.None).ConfigureAwait(false);
        await book.TellEndedAsync(book.Find(permit, job.Id), text).ConfigureAwait(false);
        book.LetGo(permit, job.Id);
        return ended.IsOk ? findings : ended.Findings;
    }

    private void Answer(PermitId permit, string run, IReadOnlyList<Finding> findings)
    {
        if (waiters.TryRemove(run, out var ended))
        {
            var job = Runs(permit).Single(r => r.Id == run);
            ended.TrySetResult(job.State == JobState.Refused && findings.Count > 0 ? Outcome<JobRun>.Refused(findings) : Outcome<JobRun>.Ok(job, findings));
        }
    }

    private List<JobRun> Waiting()
    {
        var runs = book.All.SelectMany(h => h.Runs).ToList();
        var order = new List<JobRun>();
        while (FairShare.Next(runs, _ => true) is { } next)
        {
            order.Add(next);
            runs[runs.IndexOf(next)] = next with { State = JobState.Running, Sandbox = "next", StartedAt = clock.GetUtcNow().AddTicks(order.Count) };
        }

        return order;
    }

    private Running? Here(string run)
    {
        lock (gate)
        {
            return running.GetValueOrDefault(run);
        }
    }
}
