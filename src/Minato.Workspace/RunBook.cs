using System.Security.Cryptography;
using System.Text;
using Minato.Access;
using Minato.Ledger;
using Minato.Workspace.Sandbox;
using Minato.Workspace.Space;
using Minato.Workspace.Training;
using Minato.Workspace.Watching;

namespace Minato.Workspace;

/// <summary>What is recorded and kept of runs, jobs and sessions alike: events on the ledger; code, logs and results sealed in the project's folder.</summary>
internal sealed class RunBook(ILedger ledger, IAccess access, TimeProvider clock, Provision provision, ProjectSpaces spaces, IJobWatch? watch, ITraining? training)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Why a run ended that somebody cancelled.</summary>
    public const string Cancelled = "cancelled";

    private readonly Projection<JobHistory, JobEvent> histories = new(ledger, JobHistory.Room, JobHistory.StreamPrefix, JobHistory.Evolve);

    public IReadOnlyList<JobHistory> All => histories.All;

    public JobHistory? Of(PermitId permit) => histories.Find(JobHistory.Stream(permit));

    public JobRun? Find(PermitId permit, string run) => Of(permit)?.Find(run);

    /// <summary>Every reason not to run something of a project for somebody.</summary>
    public Outcome<Permit> Admit(PermitId permit, ActorId by) => access.InForce(permit).Then(p =>
        !p.Use.Members.Contains(by) ? Finding.Error("workspace.not-member", "Only members named in the permit run jobs", "Ask the applicant to have you added to the permit")
        : training?.Missing(by) is { } untrained ? untrained
        : watch?.Bar(permit, by) is { } barred ? barred
        : provision.ExtractionOf(permit) is null ? Finding.Error("workspace.no-extraction", "There is no data of this permit yet", "Make the extraction first")
        : spaces.IsOpen(permit) is { IsOk: false } closed ? Outcome<Permit>.Refused(closed.Findings)
        : p);

    /// <summary>As what and why what runs must end now; null where nothing is against it (F5). Seen too where another process of the node decided it.</summary>
    public (JobState State, string Why)? MustEnd(PermitId permit, string run, ActorId by) =>
        !access.InForce(permit).IsOk ? (JobState.Stopped, "permit: no longer in force")
        : watch?.Bar(permit, by, running: true) is not null ? (JobState.Stopped, "access: cut off")
        : spaces.IsOpen(permit) is { IsOk: false } closed ? (JobState.Stopped, closed.Findings[0].Reason)
        : Find(permit, run) is { CancelAsked: true } ? (JobState.Cancelled, Cancelled)
        : null;

    /// <summary>Tells who watches that this program begins.</summary>
    public Task TellBeganAsync(JobRun run, string code) => watch?.BeganAsync(run, code) ?? Task.CompletedTask;

    /// <summary>Tells who watches that a run ended, and what it wrote.</summary>
    public Task TellEndedAsync(JobRun? run, string log) => watch is not null && run is not null ? watch.EndedAsync(run, log) : Task.CompletedTask;

    /// <summary>A run of this process: its folder is there, and who has it in hand stands in it.</summary>
    public string NewRun(PermitId permit, string prefix)
    {
        var run = $"{prefix}-{Guid.CreateVersion7(clock.GetUtcNow()).ToString("n")[..20]}";
        Directory.CreateDirectory(spaces.FolderOf(permit), Private);
        Directory.CreateDirectory(RunFolder(permit, run));
        TakeInHand(permit, run);
        return run;
    }

    /// <param name="decide">Null: nothing is to be said.</param>
    public Task<Outcome<JobHistory>> AppendAsync(PermitId permit, ActorId by, Func<JobHistory?, JobEvent?> decide, CancellationToken ct = default) =>
        histories.DecideAsync(JobHistory.Stream(permit), by, h => Outcome<IReadOnlyList<JobEvent>>.Ok(decide(h) is { } e ? [e] : []), ct: ct);

    public static JobEvent.Ended NotRun(string run, JobState state, string why) => new() { Run = run, State = state, Why = why, LogSha256 = Hash([]), Outbox = [] };

    /// <summary>Runs whose process was ended with the node: they end in the record too.</summary>
    public void CloseAbandoned()
    {
        foreach (var run in histories.All.SelectMany(h => h.Runs).Where(r => r.State == JobState.Running && !IsHeld(r)))
        {
            if (!run.IsSession && Directory.Exists(OutFolder(run.Permit, run.Id)))
            {
                Directory.Delete(OutFolder(run.Permit, run.Id), recursive: true);
            }

            // Somebody else may close it in the same moment: decided on the state as it is then.
            AppendAsync(run.Permit, Actor.Harbour.Id, h => h?.Find(run.Id) is { State: JobState.Running } now
                ? NotRun(run.Id, JobState.Interrupted, "the node ended while it ran") with { Outbox = now.Outbox, WorkSha256 = now.WorkSha256 }
                : null).GetAwaiter().GetResult();
        }
    }

    /// <summary>Code is kept once, by its hash, so that a run can be repeated (H12).</summary>
    public string KeepCode(PermitId permit, JobLanguage language, string code)
    {
        var bytes = Encoding.UTF8.GetBytes(code);
        var path = CodeFile(permit, language, Hash(bytes));
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var half = $"{path}.{Guid.NewGuid():n}";
            SealedBlob.Write(half, spaces.KeyOf(permit), bytes);
            Spawn.Flush(Path.GetDirectoryName(path)!, Path.GetFileName(half));
            File.Move(half, path, overwrite: true);
            Spawn.Flush(Path.GetDirectoryName(path)!);
        }

        return Hash(bytes);
    }

    public string ReadCode(JobRun run) => Encoding.UTF8.GetString(SealedBlob.Read(CodeFile(run.Permit, run.Language, run.CodeSha256), spaces.KeyOf(run.Permit)));

    /// <summary>Keeps what a run wrote; what it left in /out is on the disk when this returns.</summary>
    /// <returns>SHA-256 (hex).</returns>
    public string KeepLog(PermitId permit, string run, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        SealedBlob.Write(LogFile(permit, run), spaces.KeyOf(permit), bytes);
        FlushOut(permit, run);
        return Hash(bytes);
    }

    /// <summary>What a run left in /out is on the disk when this returns.</summary>
    public void FlushOut(PermitId permit, string run)
    {
        var folder = OutFolder(permit, run);
        if (Directory.Exists(folder) && Directory.GetFiles(folder) is { Length: > 0 } files)
        {
            Spawn.Flush(folder, [.. files.Select(f => Path.GetFileName(f))]);
        }
    }

    /// <summary>Empty where there is none, or where it is being erased.</summary>
    public string ReadLog(JobRun run)
    {
        try
        {
            return LogFile(run.Permit, run.Id) is var path && File.Exists(path) ? Encoding.UTF8.GetString(SealedBlob.Read(path, spaces.KeyOf(run.Permit))) : "";
        }
        catch (Exception e) when (e is KeyDestroyedException or IOException or InvalidDataException)
        {
            return "";
        }
    }

    public Outcome<Stream> OpenOutbox(PermitId permit, string runId, string name)
    {
        var file = Find(permit, runId)?.Outbox.FirstOrDefault(f => f.Name == name);
        if (file is null)
        {
            return Finding.Error("workspace.no-output", "This permit has no such run, or the run left no such file", "Name a run of the permit and a file of its outbox");
        }

        // At most Outbox.MaxBytes. Read whole, so that what was checked is what is given.
        try
        {
            var bytes = SealedBlob.Read(Path.Join(OutFolder(permit, runId), file.Sha256), spaces.KeyOf(permit));
            if (Hash(bytes) == file.Sha256)
            {
                return Outcome<Stream>.Ok(new MemoryStream(bytes, writable: false));
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // As below.
        }

        return Finding.Error("workspace.output-changed", "The file is not the one that the ledger recorded", "Run the job again and tell the operator", new Place(name));
    }

    public void TakeInHand(PermitId permit, string run) => File.WriteAllText(MarkOf(permit, run), ProcessMark.Own);

    public void LetGo(PermitId permit, string run) => File.Delete(MarkOf(permit, run));

    public bool IsOurs(JobRun run) => MarkOn(run) == ProcessMark.Own;

    /// <summary>Whether the process that has it in hand is alive.</summary>
    public bool IsHeld(JobRun run) => MarkOn(run) is { } mark && ProcessMark.IsAlive(mark);

    public string OutFolder(PermitId permit, string run) => Path.Join(RunFolder(permit, run), "out");

    private string? MarkOn(JobRun run) => MarkOf(run.Permit, run.Id) is var path && File.Exists(path) ? File.ReadAllText(path) : null;

    private string MarkOf(PermitId permit, string run) => Path.Join(RunFolder(permit, run), "runner");

    private string LogFile(PermitId permit, string run) => Path.Join(RunFolder(permit, run), "log");

    private string RunFolder(PermitId permit, string run) => Path.Join(spaces.FolderOf(permit), "runs", Slug.Check(run, "run id"));

    private string CodeFile(PermitId permit, JobLanguage language, string sha256) => Path.Join(spaces.FolderOf(permit), "code", $"{sha256}.{language.ToString().ToLowerInvariant()}");

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
