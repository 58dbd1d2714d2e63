using Minato.Workspace.Images;

namespace Minato.Workspace;

public enum JobLanguage
{
    R,
    Python,
    Sql,
    Shell,
}

/// <summary>Limits of one job; null means the harbour's default.</summary>
public sealed record JobLimits(int? WallSeconds = null, int? CpuSeconds = null, int? MemoryMiB = null, int? Processes = null, int? ScratchMiB = null);

/// <summary>What confines a job.</summary>
public enum SandboxEngine
{
    /// <summary>Namespaces and a system-call allow-list on the host's kernel: as fast as the machine.</summary>
    Bubblewrap,

    /// <summary>A kernel of its own in user space, for software that users bring (H7): slower, and one wall more.</summary>
    GVisor,
}

/// <param name="Engine">Null: bubblewrap, or gVisor where that does not work.</param>
/// <param name="Image">A catalogued image, <c>name</c> or <c>name@digest</c>; null: the node's own programs.</param>
/// <param name="Device">A device that the operator lends to jobs; null: none.</param>
public sealed record JobRequest(PermitId Permit, JobLanguage Language, string Code, JobLimits? Limits = null, SandboxEngine? Engine = null, string? Image = null, string? Device = null);

/// <summary>A device that a project may ask for.</summary>
public sealed record DeviceChoice(string Name, Bilingual Title);

public enum JobState
{
    Queued,
    Running,
    Succeeded,
    Failed,

    /// <summary>A limit ended it, or its permit or space did; <see cref="JobRun.Ended"/> says which.</summary>
    Stopped,

    /// <summary>It waited, and when its turn came it could not be run any more.</summary>
    Refused,

    /// <summary>A member or the operator ended it.</summary>
    Cancelled,

    /// <summary>The node ended while it ran. What it left is not kept; <c>/work</c> is as it was last saved.</summary>
    Interrupted,
}

/// <summary>A file a job left in its outbox; it can go nowhere but into a submission to Release.</summary>
public sealed record OutboxFile(string Name, long Bytes, string Sha256);

/// <summary>One run, as recorded: code and outputs by hash, resources used. A session is a run too: its cells are its code.</summary>
/// <param name="StartedAt">When it began; while it waits, when it was queued.</param>
public sealed record JobRun(
    string Id, PermitId Permit, ActorId By, JobLanguage Language, JobState State, int? ExitCode, string? Ended, string Sandbox, string CodeSha256, string Extraction,
    DateTimeOffset StartedAt, double WallSeconds, double CpuSeconds, long PeakMemoryBytes, string Log, IReadOnlyList<OutboxFile> Outbox)
{
    /// <summary>What was brought in and was there: name and SHA-256; null: nothing.</summary>
    public IReadOnlyDictionary<string, string>? Tools { get; init; }

    public DateTimeOffset QueuedAt { get; init; }

    /// <summary>How many jobs are before it in the queue; null where it does not wait.</summary>
    public int? Ahead { get; init; }

    /// <summary>0 to 100, as its program says; null where it says nothing or does not run here.</summary>
    public int? Percent { get; init; }

    /// <summary><c>/work</c> as it was after it: SHA-256 (hex) over paths and contents. Null where nothing was saved.</summary>
    public string? WorkSha256 { get; init; }

    /// <summary>Somebody asked another process of the node than the one that runs it that it end: it ends in a moment.</summary>
    public bool CancelAsked { get; init; }

    /// <summary>Whether it is an interactive session.</summary>
    public bool IsSession { get; init; }

    /// <summary>Cells that were run in a session.</summary>
    public int Cells { get; init; }

    public bool IsOver => State is not (JobState.Queued or JobState.Running);
}

/// <summary>
/// The secure environment (H5, D7): code goes in, data is read-only, nothing comes out but what Release lets out.
/// A job that cannot be sandboxed is refused, never run bare.
/// </summary>
public interface IWorkspace
{
    /// <summary>What sandbox this machine gives, or why none works and what to install.</summary>
    Outcome<string> Sandbox { get; }

    /// <summary>Queues a job of a member on the permit's latest extraction. It waits durably: it runs when its turn comes, also after a power cut.</summary>
    /// <param name="leave">This process does not run it: it is left to the process that serves the node.</param>
    Task<Outcome<JobRun>> QueueAsync(JobRequest request, Actor by, bool leave = false, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Queues a job and waits for its end; cancelling the token cancels the job.</summary>
    Task<Outcome<JobRun>> RunAsync(JobRequest request, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default);

    /// <summary>Ends a job or session, also one that waits, or that another process of the node runs (that one may take some seconds). For members and the operator.</summary>
    Task<Outcome<JobRun>> CancelAsync(PermitId permit, string run, Actor by, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>The permit's runs, oldest first, with what they wrote so far.</summary>
    IReadOnlyList<JobRun> Runs(PermitId permit);

    /// <summary>Reads an outbox file, for Release only (and for the member's own eyes through the site is not offered).</summary>
    Outcome<Stream> OpenOutbox(PermitId permit, string runId, string name);

    /// <summary>The kept copy of a job's code, or of the last cell of a session; for members.</summary>
    Outcome<string> CodeOf(PermitId permit, string runId, Actor by) => throw new NotSupportedException();

    /// <summary>Rows of a table (CSV) in a run's outbox, for members of its project: they look at it inside, and it leaves by Release only.</summary>
    /// <param name="take">At most 1,000.</param>
    Outcome<ResultPage> ReadTable(PermitId permit, string runId, string name, long skip, int take, Actor by) => throw new NotSupportedException();

    /// <summary>The folder of the extraction that a run worked on, for Release only: it looks for rows of it in what wants to leave. Null where there is no such run.</summary>
    string? DataOf(PermitId permit, string runId);

    /// <summary>The projects' spaces: their states, their saved work, their end.</summary>
    IProjectSpaces Spaces => throw new NotSupportedException();

    /// <summary>The system images of this node.</summary>
    IImages Images => throw new NotSupportedException();

    /// <summary>Devices that jobs of this project may ask for.</summary>
    IReadOnlyList<DeviceChoice> Devices(PermitId permit) => [];

    /// <summary>Notebooks and consoles.</summary>
    ISessions Sessions => throw new NotSupportedException();

    /// <summary>
    /// What time brings: jobs that another process left waiting are taken over, permits that ended and spaces that nobody uses are closed, terms that are over end in an
    /// erasure, erasures that were interrupted go on. Gives how many spaces moved. For the process that serves the node, every few minutes.
    /// </summary>
    Task<Outcome<int>> SweepAsync(CancellationToken ct = default) => throw new NotSupportedException();
}
