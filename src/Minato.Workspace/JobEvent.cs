using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Workspace;

/// <summary>What the ledger says of jobs and sessions: hashes and figures, never code, log or content.</summary>
[JsonDerivedType(typeof(Queued), "job-queued")]
[JsonDerivedType(typeof(Started), "job-started")]
[JsonDerivedType(typeof(CancelAsked), "job-cancel-asked")]
[JsonDerivedType(typeof(Ended), "job-ended")]
[JsonDerivedType(typeof(SessionBegun), "session-begun")]
[JsonDerivedType(typeof(CellRun), "session-cell")]
[JsonDerivedType(typeof(SessionSaved), "session-saved")]
internal abstract record JobEvent
{
    public required string Run { get; init; }

    public sealed record Queued : JobEvent
    {
        public required JobLanguage Language { get; init; }

        public required string CodeSha256 { get; init; }

        public JobLimits? Limits { get; init; }

        public SandboxEngine? Engine { get; init; }

        /// <summary>The image it will run with, by name and digest; null: the node's own programs.</summary>
        public string? Image { get; init; }

        public string? Device { get; init; }

        public required DateTimeOffset At { get; init; }
    }

    /// <summary>A job or session begins in its sandbox.</summary>
    public abstract record Begun : JobEvent
    {
        public required JobLanguage Language { get; init; }

        public required string Extraction { get; init; }

        public required string Sandbox { get; init; }

        public required JobLimits Limits { get; init; }

        /// <summary><c>/work</c> as it begins.</summary>
        public string? WorkSha256 { get; init; }

        /// <summary>Approved imports that it sees, as they were approved.</summary>
        public IReadOnlyDictionary<string, string>? Tools { get; init; }

        public required DateTimeOffset At { get; init; }
    }

    public sealed record Started : Begun
    {
        public required string CodeSha256 { get; init; }
    }

    public sealed record SessionBegun : Begun;

    /// <summary>It is to end, and runs in another process of the node than the one that was asked.</summary>
    public sealed record CancelAsked : JobEvent
    {
        public required DateTimeOffset At { get; init; }
    }

    public sealed record Ended : JobEvent
    {
        public required JobState State { get; init; }

        public int? ExitCode { get; init; }

        public string? Why { get; init; }

        public double WallSeconds { get; init; }

        public double CpuSeconds { get; init; }

        public long PeakMemoryBytes { get; init; }

        public required string LogSha256 { get; init; }

        /// <summary><c>/work</c> as it was saved.</summary>
        public string? WorkSha256 { get; init; }

        public required IReadOnlyList<OutboxFile> Outbox { get; init; }
    }

    /// <summary>Code that was run in a session; a copy is kept.</summary>
    public sealed record CellRun : JobEvent
    {
        public required string CodeSha256 { get; init; }

        public required DateTimeOffset At { get; init; }
    }

    public sealed record SessionSaved : JobEvent
    {
        public required string WorkSha256 { get; init; }

        public required IReadOnlyList<OutboxFile> Outbox { get; init; }

        public required DateTimeOffset At { get; init; }
    }
}

/// <summary>The jobs of one permit, in order, without their logs, and what those that wait asked for.</summary>
internal sealed record JobHistory(PermitId Permit, IReadOnlyList<JobRun> Runs, IReadOnlyDictionary<string, JobEvent.Queued> Waiting)
{
    public const string Room = "workspace";

    public const string StreamPrefix = "workspace/";

    public static string Stream(PermitId permit) => StreamPrefix + permit;

    public JobRun? Find(string run) => Runs.FirstOrDefault(r => r.Id == run);

    public static JobHistory Evolve(JobHistory? history, JobEvent happened, RecordedEvent recorded)
    {
        history ??= new(new PermitId(recorded.Stream[StreamPrefix.Length..]), [], new Dictionary<string, JobEvent.Queued>());
        return happened switch
        {
            JobEvent.Queued q => history with
            {
                Runs = [.. history.Runs, new JobRun(q.Run, history.Permit, recorded.By, q.Language, JobState.Queued, null, null, "", q.CodeSha256, "", q.At, 0, 0, 0, "", []) { QueuedAt = q.At }],
                Waiting = new Dictionary<string, JobEvent.Queued>(history.Waiting) { [q.Run] = q },
            },
            JobEvent.Started s => history.With(s.Run, r => r with { State = JobState.Running, Sandbox = s.Sandbox, Extraction = s.Extraction, StartedAt = s.At, WorkSha256 = s.WorkSha256, Tools = s.Tools }),
            JobEvent.CancelAsked c => history.With(c.Run, r => r with { CancelAsked = true }),
            JobEvent.Ended e => history.With(e.Run, r => r with
            {
                State = e.State,
                ExitCode = e.ExitCode,
                Ended = e.Why,
                WallSeconds = e.WallSeconds,
                CpuSeconds = e.CpuSeconds,
                PeakMemoryBytes = e.PeakMemoryBytes,
                WorkSha256 = e.WorkSha256,
                Outbox = e.Outbox,
            }),
            JobEvent.SessionBegun b => history with
            {
                Runs = [.. history.Runs, new JobRun(b.Run, history.Permit, recorded.By, b.Language, JobState.Running, null, null, b.Sandbox, "", b.Extraction, b.At, 0, 0, 0, "", []) { QueuedAt = b.At, IsSession = true, WorkSha256 = b.WorkSha256, Tools = b.Tools }],
            },
            JobEvent.CellRun c => history.With(c.Run, r => r with { CodeSha256 = c.CodeSha256, Cells = r.Cells + 1 }),
            JobEvent.SessionSaved s => history.With(s.Run, r => r with { WorkSha256 = s.WorkSha256, Outbox = s.Outbox }),
            _ => history,
        };
    }

    private JobHistory With(string run, Func<JobRun, JobRun> change) => this with
    {
        Runs = [.. Runs.Select(r => r.Id == run ? change(r) : r)],
        Waiting = Waiting.Where(w => w.Key != run).ToDictionary(),
    };
}
