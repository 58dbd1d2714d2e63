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
public sealed record JobRequest(PermitId Permit, JobLanguage Language, string Code, JobLimits? Limits = null, SandboxEngine? Engine = null);

public enum JobState
{
    Queued,
    Running,
    Succeeded,
    Failed,

    /// <summary>A limit ended it; <see cref="JobRun.Ended"/> says which.</summary>
    Stopped,
    Refused,
}

/// <summary>A file a job left in its outbox; it can go nowhere but into a submission to Release.</summary>
public sealed record OutboxFile(string Name, long Bytes, string Sha256);

/// <summary>One run, as recorded: code and outputs by hash, resources used.</summary>
public sealed record JobRun(
    string Id, PermitId Permit, ActorId By, JobLanguage Language, JobState State, int? ExitCode, string? Ended, string Sandbox, string CodeSha256, string Extraction,
    DateTimeOffset StartedAt, double WallSeconds, double CpuSeconds, long PeakMemoryBytes, string Log, IReadOnlyList<OutboxFile> Outbox)
{
    /// <summary>What was brought in and was there: name and SHA-256; null: nothing.</summary>
    public IReadOnlyDictionary<string, string>? Tools { get; init; }
}

/// <summary>
/// The secure environment (H5, D7): code goes in, data is read-only, nothing comes out but what Release lets out.
/// A job that cannot be sandboxed is refused, never run bare.
/// </summary>
public interface IWorkspace
{
    /// <summary>What sandbox this machine gives, or why none works and what to install.</summary>
    Outcome<string> Sandbox { get; }

    /// <summary>Runs a job of a member on the permit's latest extraction and waits for its end.</summary>
    Task<Outcome<JobRun>> RunAsync(JobRequest request, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default);

    IReadOnlyList<JobRun> Runs(PermitId permit);

    /// <summary>Reads an outbox file, for Release only (and for the member's own eyes through the site is not offered).</summary>
    Outcome<Stream> OpenOutbox(PermitId permit, string runId, string name);

    /// <summary>The folder of the extraction that a run worked on, for Release only: it looks for rows of it in what wants to leave. Null where there is no such run.</summary>
    string? DataOf(PermitId permit, string runId);
}
