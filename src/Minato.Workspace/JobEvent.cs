using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Workspace;

/// <summary>What the ledger says of a job: hashes and figures, never code, log or content.</summary>
[JsonDerivedType(typeof(Started), "job-started")]
[JsonDerivedType(typeof(Ended), "job-ended")]
internal abstract record JobEvent
{
    public required string Run { get; init; }

    public sealed record Started : JobEvent
    {
        public required JobLanguage Language { get; init; }

        public required string CodeSha256 { get; init; }

        public required string Extraction { get; init; }

        public required string Sandbox { get; init; }

        public required JobLimits Limits { get; init; }

        /// <summary>What was brought in and was there: name and SHA-256.</summary>
        public IReadOnlyDictionary<string, string>? Tools { get; init; }

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

        public required IReadOnlyList<OutboxFile> Outbox { get; init; }
    }
}

/// <summary>The jobs of one permit, in order, without their logs.</summary>
internal sealed record JobHistory(PermitId Permit, IReadOnlyList<JobRun> Runs)
{
    public const string Room = "workspace";

    public const string StreamPrefix = "workspace/";

    public static string Stream(PermitId permit) => StreamPrefix + permit;

    public static JobHistory Evolve(JobHistory? history, JobEvent happened, RecordedEvent recorded)
    {
        history ??= new(new PermitId(recorded.Stream[StreamPrefix.Length..]), []);
        return happened switch
        {
            JobEvent.Started s => history with
            {
                Runs = [.. history.Runs, new JobRun(s.Run, history.Permit, recorded.By, s.Language, JobState.Running, null, null, s.Sandbox, s.CodeSha256, s.Extraction, s.At, 0, 0, 0, "", []) { Tools = s.Tools }],
            },
            JobEvent.Ended e => history with
            {
                Runs =
                [
                    .. history.Runs.Select(r => r.Id != e.Run ? r : r with
                    {
                        State = e.State,
                        ExitCode = e.ExitCode,
                        Ended = e.Why,
                        WallSeconds = e.WallSeconds,
                        CpuSeconds = e.CpuSeconds,
                        PeakMemoryBytes = e.PeakMemoryBytes,
                        Outbox = e.Outbox,
                    }),
                ],
            },
            _ => history,
        };
    }
}
