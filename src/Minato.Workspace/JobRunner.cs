using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Minato.Access;
using Minato.Ledger;
using Minato.Processing;
using Minato.Workspace.Sandbox;
using Minato.Workspace.Watching;

namespace Minato.Workspace;

/// <summary>The secure environment of this node: who may run what, on which data, and what is recorded of it.</summary>
internal sealed class JobRunner : IWorkspace, IDisposable
{
    private const int MaxCodeBytes = 1 << 20;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The runner must pass to the staging folder below; it can list nothing, and each permit's folder is closed to it.</summary>
    private const UnixFileMode Passable = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>How often a running job's permit is looked at: a suspension ends its jobs (F5).</summary>
    private static readonly TimeSpan PermitPulse = TimeSpan.FromSeconds(2);

    private readonly WorkspaceOptions options;
    private readonly IAccess access;
    private readonly IProcessing processing;
    private readonly IKeyStore keys;
    private readonly IProjectTools? tools;
    private readonly IJobWatch? watch;
    private readonly TimeProvider clock;
    private readonly Projection<JobHistory, JobEvent> histories;
    private readonly SemaphoreSlim slots;
    private readonly Staging staging;
    private readonly string? delegated;
    private readonly string? sqlEngine = FindSqlEngine();
    private readonly Lazy<(string? Path, Action? AfterUse)> stagedSqlEngine;
    private readonly Lazy<Outcome<string>> bubblewrapWorks;
    private readonly Lazy<Outcome<string>> gvisorWorks;
    private readonly Bubblewrap bubblewrap;
    private readonly GVisor gvisor;

    public JobRunner(WorkspaceOptions options, ILedger ledger, IKeyStore keys, IAccess access, IProcessing processing, TimeProvider clock, IProjectTools? tools, IJobWatch? watch)
    {
        this.options = options;
        this.keys = keys;
        this.access = access;
        this.processing = processing;
        this.tools = tools;
        this.watch = watch;
        this.clock = clock;
        histories = new(ledger, JobHistory.Room, JobHistory.StreamPrefix, JobHistory.Evolve);
        slots = new(Math.Max(1, options.Concurrent));
        Directory.CreateDirectory(options.Folder, Passable);
        File.SetUnixFileMode(options.Folder, Passable);

        var runner = RunnerUser.Choose(options.RunnerUser, Spawn.EffectiveUser, File.ReadLines("/etc/passwd"));
        staging = new(Path.GetFullPath(Path.Join(options.Folder, "staging")), runner);
        staging.Sweep();
        delegated = ControlGroup.FindDelegated(options.ControlGroup);
        bubblewrap = new(options.Bubblewrap, runner);
        gvisor = new(options.GVisor, runner, staging);
        bubblewrapWorks = new(() => SelfTest(bubblewrap, runner));
        gvisorWorks = new(() => SelfTest(gvisor, runner));
        stagedSqlEngine = new(() => sqlEngine is null ? (null, null) : staging.For(sqlEngine));
        CloseAbandonedRuns();
    }

    Outcome<string> IWorkspace.Sandbox => Choose(null).Map(e => e.Description);

    public IReadOnlyList<JobRun> Runs(PermitId permit) =>
        [.. (histories.Find(JobHistory.Stream(permit))?.Runs ?? []).Select(r => r with { Log = ReadLog(permit, r.Id) })];

    public async Task<Outcome<JobRun>> RunAsync(JobRequest request, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default)
    {
        progress?.Report(new Step("waiting for a place", 0));
        await slots.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var admitted = Admit(request, by);
            if (!admitted.Try(out var job))
            {
                return Outcome<JobRun>.Refused(admitted.Findings);
            }

            return await RunAdmittedAsync(job, by, progress, ct).ConfigureAwait(false);
        }
        finally
        {
            slots.Release();
        }
    }

    public Outcome<Stream> OpenOutbox(PermitId permit, string runId, string name)
    {
        var file = histories.Find(JobHistory.Stream(permit))?.Runs.FirstOrDefault(r => r.Id == runId)?.Outbox.FirstOrDefault(f => f.Name == name);
        if (file is null)
        {
            return Finding.Error("workspace.no-output", "This permit has no such run, or the run left no such file", "Name a run of the permit and a file of its outbox");
        }

        // At most Outbox.MaxBytes. Read whole, so that what was checked is what is given.
        var bytes = File.ReadAllBytes(Path.Join(RunFolder(permit, runId), "out", file.Name));
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == file.Sha256
            ? Outcome<Stream>.Ok(new MemoryStream(bytes, writable: false))
            : Finding.Error("workspace.output-changed", "The file is not the one that the ledger recorded", "Run the job again and tell the operator", new Place(name));
    }

    public string? DataOf(PermitId permit, string runId) =>
        histories.Find(JobHistory.Stream(permit))?.Runs.FirstOrDefault(r => r.Id == runId) is { } run ? processing.FolderOf(permit, run.Extraction) : null;

    public void Dispose()
    {
        if (stagedSqlEngine.IsValueCreated)
        {
            stagedSqlEngine.Value.AfterUse?.Invoke();
        }

        staging.RemoveIfEmpty();
        slots.Dispose();
    }

    private sealed record Engine(ISandboxEngine With, string Description);

    private sealed record AdmittedJob(JobRequest Request, Engine Engine, string Extraction, EffectiveLimits Limits);

    /// <summary>Every reason not to run a job, before anything is done.</summary>
    private Outcome<AdmittedJob> Admit(JobRequest request, Actor by)
    {
        var inForce = access.InForce(request.Permit);
        if (!inForce.Try(out var permit))
        {
            return Outcome<AdmittedJob>.Refused(inForce.Findings);
        }

        if (!permit.Use.Members.Contains(by.Id))
        {
            return Finding.Error("workspace.not-member", "Only members named in the permit run jobs", "Ask the applicant to have you added to the permit");
        }

        if (watch?.Bar(request.Permit, by.Id) is { } barred)
        {
            return barred;
        }

        if (string.IsNullOrWhiteSpace(request.Code) || Encoding.UTF8.GetByteCount(request.Code) > MaxCodeBytes)
        {
            return Finding.Error("workspace.code", "The code is empty, or larger than 1 MiB", "Send a program; data does not come in this way");
        }

        if (JobProgram.Missing(request.Language, sqlEngine) is { } missing)
        {
            return missing;
        }

        var extraction = processing.Extractions(request.Permit).MaxBy(e => e.MadeAt);
        if (extraction is null)
        {
            return Finding.Error("workspace.no-extraction", "There is no data of this permit yet", "Make the extraction first");
        }

        return Choose(request.Engine).Map(engine => new AdmittedJob(request, engine, extraction.Id, EffectiveLimits.From(request.Limits, options.Defaults ?? new(), options.Ceiling)));
    }

    private Outcome<Engine> Choose(SandboxEngine? asked)
    {
        Outcome<Engine> Of(ISandboxEngine engine, Lazy<Outcome<string>> works) => works.Value.Map(description => new Engine(engine, description));

        if (asked == SandboxEngine.GVisor)
        {
            return Of(gvisor, gvisorWorks);
        }

        var first = Of(bubblewrap, bubblewrapWorks);
        if (first.IsOk || asked == SandboxEngine.Bubblewrap)
        {
            return first;
        }

        var second = Of(gvisor, gvisorWorks);
        return second.IsOk ? second : Outcome<Engine>.Refused([.. first.Findings, .. second.Findings]);
    }

    private async Task<Outcome<JobRun>> RunAdmittedAsync(AdmittedJob job, Actor by, IProgress<Step>? progress, CancellationToken ct)
    {
        var (request, engine, extraction, limits) = job;
        var permit = request.Permit;
        var run = $"j-{Guid.CreateVersion7(clock.GetUtcNow()).ToString("n")[..20]}";
        Directory.CreateDirectory(Path.Join(options.Folder, permit.Value), Private);
        var folder = Directory.CreateDirectory(RunFolder(permit, run)).FullName;
        await File.WriteAllTextAsync(Path.Join(folder, "runner"), ProcessMark.Own, ct).ConfigureAwait(false);
        var codeHash = await KeepCodeAsync(permit, request, ct).ConfigureAwait(false);
        var brought = tools?.Of(permit, engine.With.OwnKernel) ?? [];

        var started = await AppendAsync(permit, by.Id, new JobEvent.Started
        {
            Run = run,
            Language = request.Language,
            CodeSha256 = codeHash,
            Extraction = extraction,
            Sandbox = engine.Description,
            Limits = new JobLimits(limits.WallSeconds, limits.CpuSeconds, limits.MemoryMiB, limits.Processes, limits.ScratchMiB),
            Tools = brought.Count == 0 ? null : brought.ToDictionary(t => t.Name, t => t.Sha256),
            At = clock.GetUtcNow(),
        }).ConfigureAwait(false);
        if (!started.IsOk)
        {
            return started;
        }

        await (watch?.BeganAsync(started.Value, request.Code) ?? Task.CompletedTask).ConfigureAwait(false);
        progress?.Report(new Step("running", 0));
        SandboxEnd? end = null;
        Finding? failure = null;
        var afterUse = new List<Action?>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var pulse = new Timer(_ => { if (!access.InForce(permit).IsOk || watch?.Bar(permit, by.Id, running: true) is not null) { stop.Cancel(); } }, null, PermitPulse, PermitPulse).ConfigureAwait(false);
        try
        {
            var binds = new List<ReadOnlyBind>();
            foreach (var (host, inside) in brought.Select(t => (t.Path, $"/tools/{Slug.Check(t.Name, "tool")}")).Prepend((processing.FolderOf(permit, extraction), "/data")))
            {
                var (path, after) = staging.For(host);
                afterUse.Add(after);
                binds.Add(new(path, inside));
            }

            if (stagedSqlEngine.Value.Path is { } library)
            {
                binds.Add(new(library, JobProgram.Engine));
            }

            var plan = JobProgram.Plan(request.Language, request.Code, binds, limits);
            end = await SandboxRun.StartAsync(engine.With, plan, Path.Join(folder, "out"), delegated, stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            failure = Finding.Error("workspace.not-started", $"The sandbox could not be started ({e.GetType().Name})", "Run 'minato doctor', or tell the operator");
        }
        finally
        {
            afterUse.ForEach(after => after?.Invoke());
        }

        var log = (end?.Log ?? "") + string.Concat((end?.Outbox.Findings ?? []).Append(failure).OfType<Finding>().Select(f => $"[minato] {f}\n"));
        await File.WriteAllTextAsync(Path.Join(folder, "log.txt"), log, CancellationToken.None).ConfigureAwait(false);
        var why = end?.Stopped switch
        {
            null => failure?.Reason,
            Limit.Cancelled when !access.InForce(permit).IsOk => "permit: no longer in force",
            Limit.Cancelled when watch?.Bar(permit, by.Id, running: true) is not null => "access: cut off",
            { } limit => Watchdog.Describe(limit, limits),
        };
        var ended = await AppendAsync(permit, by.Id, new JobEvent.Ended
        {
            Run = run,
            State = end is null ? JobState.Failed : end.Stopped is not null ? JobState.Stopped : end.ExitCode == 0 ? JobState.Succeeded : JobState.Failed,
            ExitCode = end?.ExitCode,
            Why = why,
            WallSeconds = end?.WallSeconds ?? 0,
            CpuSeconds = end?.CpuSeconds ?? 0,
            PeakMemoryBytes = end?.PeakMemoryBytes ?? 0,
            LogSha256 = Hash(log),
            Outbox = end?.Outbox.Files ?? [],
        }).ConfigureAwait(false);
        if (watch is not null && ended.Try(out var over))
        {
            await watch.EndedAsync(over, log).ConfigureAwait(false);
        }

        File.Delete(Path.Join(folder, "runner"));
        return ended.Then(_ => Outcome<JobRun>.Ok(Runs(permit).Single(r => r.Id == run), [.. (end?.Outbox.Findings ?? []).Append(failure).OfType<Finding>()]));

        async Task<Outcome<JobRun>> AppendAsync(PermitId of, ActorId actor, JobEvent e) =>
            (await histories.DecideAsync(JobHistory.Stream(of), actor, _ => Outcome<IReadOnlyList<JobEvent>>.Ok([e]), ct: CancellationToken.None).ConfigureAwait(false))
                .Map(h => h.Runs.Single(r => r.Id == run));
    }

    /// <summary>Code is kept once, by its hash, so that a run can be repeated (H12).</summary>
    private async Task<string> KeepCodeAsync(PermitId permit, JobRequest request, CancellationToken ct)
    {
        var hash = Hash(request.Code);
        var folder = Directory.CreateDirectory(Path.Join(options.Folder, permit.Value, "code")).FullName;
        var path = Path.Join(folder, $"{hash}.{request.Language.ToString().ToLowerInvariant()}");
        if (!File.Exists(path))
        {
            var half = $"{path}.{Guid.NewGuid():n}";
            await File.WriteAllTextAsync(half, request.Code, ct).ConfigureAwait(false);
            File.Move(half, path, overwrite: true);
        }

        return hash;
    }

    /// <summary>Runs whose process was ended with the node: they end in the record too.</summary>
    private void CloseAbandonedRuns()
    {
        foreach (var run in histories.All.SelectMany(h => h.Runs).Where(r => r.State == JobState.Running))
        {
            var mark = Path.Join(RunFolder(run.Permit, run.Id), "runner");
            if (File.Exists(mark) && ProcessMark.IsAlive(File.ReadAllText(mark)))
            {
                continue;
            }

            // Somebody else may close it in the same moment: decided on the state as it is then.
            histories.DecideAsync(JobHistory.Stream(run.Permit), Actor.Harbour.Id, history =>
                history?.Runs.Any(r => r.Id == run.Id && r.State == JobState.Running) == true
                    ? Outcome<IReadOnlyList<JobEvent>>.Ok([new JobEvent.Ended { Run = run.Id, State = JobState.Failed, Why = "the node ended while it ran", LogSha256 = Hash(""), Outbox = [] }])
                    : Outcome<IReadOnlyList<JobEvent>>.Ok([])).GetAwaiter().GetResult();
        }
    }

    /// <summary>
    /// Starts the sandbox and lets it try to get out of itself. An engine that does not start, or one try that succeeds, and
    /// this node runs no jobs with it.
    /// </summary>
    private Outcome<string> SelfTest(ISandboxEngine engine, RunnerUser runner)
    {
        if ((engine.Missing ?? JobProgram.Missing(JobLanguage.Python, null)) is { } missing)
        {
            return missing;
        }

        string? data = null;
        try
        {
            data = staging.NewFolder();
            staging.GiveToRunner(data);
            var end = SandboxRun.StartAsync(engine, JobProgram.SelfTest(data, engine.OwnKernel), Path.Join(data, "out"), delegated, CancellationToken.None).GetAwaiter().GetResult();
            var lines = end.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var open = lines.Where(l => l.StartsWith("open: ", StringComparison.Ordinal)).Select(l => l[6..]).ToList();
            if (open.Count > 0)
            {
                return Finding.Error($"workspace.{engine.Name}-open", $"The sandbox is not closed here: {string.Join(", ", open)}", "Run no jobs on this machine before this is mended");
            }

            if (end.ExitCode != 0 || lines.LastOrDefault()?.StartsWith("tried ", StringComparison.Ordinal) != true)
            {
                return Finding.Error(
                    $"workspace.{engine.Name}-fails",
                    $"{engine.Name} does not start here: {lines.LastOrDefault() ?? Describe(end)}",
                    "Allow unprivileged user namespaces (user.max_user_namespaces above 0; on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0 or a profile for bwrap)");
            }

            if (engine.OwnKernel && end.PeakMemoryBytes == 0 && delegated is null)
            {
                return Finding.Error($"workspace.{engine.Name}-unmeasured", "The memory of this sandbox cannot be measured by this user", "Delegate a control group to the node, or run it as root");
            }

            var kernel = engine.OwnKernel ? "own kernel" : $"{SystemCalls.Allowed.Count} system calls, no sockets";
            var memory = delegated is null ? "memory by watchdog" : "memory by control group";
            return $"{engine.Name} {Version(engine.OwnKernel ? options.GVisor : options.Bubblewrap)}; {(runner.User is { } id ? $"user {id}" : "the node's user")}; {kernel}; {memory}; {lines[^1][6..]} tries to get out refused";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return Finding.Error($"workspace.{engine.Name}-fails", $"{engine.Name} cannot be started ({e.GetType().Name}: {e.Message})", "Run 'minato doctor', or tell the operator");
        }
        finally
        {
            if (data is not null)
            {
                Staging.Remove(data);
            }
        }

        static string Describe(SandboxEnd end) => end.Stopped is { } limit ? limit.ToString() : $"exit code {end.ExitCode}";
    }

    private static string Version(string program)
    {
        var start = new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment.Clear();
        using var process = Process.Start(start)!;
        var line = process.StandardOutput.ReadLine() ?? "";
        process.WaitForExit();
        return line.Split(' ')[^1];
    }

    /// <summary>DuckDB's library as our package brings it: beside the program, or below it by platform.</summary>
    private static string? FindSqlEngine()
    {
        var platform = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";
        return new[] { Path.Join(AppContext.BaseDirectory, "runtimes", platform, "native", "libduckdb.so"), Path.Join(AppContext.BaseDirectory, "libduckdb.so") }.FirstOrDefault(File.Exists);
    }

    private string RunFolder(PermitId permit, string run) => Path.Join(options.Folder, permit.Value, "runs", Slug.Check(run, "run id"));

    private string ReadLog(PermitId permit, string run) =>
        Path.Join(RunFolder(permit, run), "log.txt") is var path && File.Exists(path) ? File.ReadAllText(path) : "";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
