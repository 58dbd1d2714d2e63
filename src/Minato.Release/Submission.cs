using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Release;

/// <summary>What the ledger says of a submission: declarations, hashes, checks and decisions; never content.</summary>
[JsonDerivedType(typeof(Submitted), "submitted")]
[JsonDerivedType(typeof(Looked), "file-looked-at")]
[JsonDerivedType(typeof(StoppedLater), "stopped-later")]
[JsonDerivedType(typeof(Decided), "decided")]
internal abstract record SubmissionEvent
{
    public sealed record Submitted : SubmissionEvent
    {
        public required string Permit { get; init; }

        public required IReadOnlyList<OutputDeclaration> Files { get; init; }

        public required IReadOnlyList<OutputCheck> Checks { get; init; }

        public required string OutputRules { get; init; }

        public required IReadOnlyDictionary<string, string> Sha256ByFile { get; init; }

        /// <summary>Files that were looked at and do not leave, by what they support.</summary>
        public required IReadOnlyDictionary<string, string> SupportSha256 { get; init; }
    }

    public sealed record Looked : SubmissionEvent
    {
        public required string File { get; init; }
    }

    /// <summary>What was released meanwhile makes it unsafe now.</summary>
    public sealed record StoppedLater : SubmissionEvent
    {
        public required IReadOnlyList<OutputCheck> Checks { get; init; }
    }

    public sealed record Decided : SubmissionEvent
    {
        public required bool Release { get; init; }

        public required string Reasons { get; init; }
    }
}

/// <summary>What can be done at the exit.</summary>
internal enum ExitCommand
{
    Look,
    Release,
    Refuse,
}

/// <summary>Who asks, seen from one submission.</summary>
internal enum ExitRole
{
    /// <summary>An output checker who has no part in the project.</summary>
    IndependentChecker,

    /// <summary>A member, the applicant, or who submitted, whatever other roles they have.</summary>
    OfTheProject,
    Other,
}

/// <summary>The exit's rules of procedure: state × who → what. What is not in the table cannot be done.</summary>
internal static class ExitTable
{
    public static IReadOnlyList<(SubmissionState State, ExitRole Role, ExitCommand Command)> Rows { get; } =
    [
        (SubmissionState.InReview, ExitRole.IndependentChecker, ExitCommand.Look),
        (SubmissionState.InReview, ExitRole.IndependentChecker, ExitCommand.Release),
        (SubmissionState.InReview, ExitRole.IndependentChecker, ExitCommand.Refuse),
        (SubmissionState.Stopped, ExitRole.IndependentChecker, ExitCommand.Look),
    ];

    public static Finding? Refusal(SubmissionState state, ExitRole role, ExitCommand command) =>
        Rows.Contains((state, role, command)) ? null
        : role != ExitRole.IndependentChecker
            ? Finding.Error("release.not-independent", role == ExitRole.OfTheProject ? "Who has part in the project does not decide on its output" : "Only output checkers look and decide at the exit", "Ask an output checker who has no part in the project")
        : state == SubmissionState.Stopped
            ? Finding.Error("release.stopped", "A hard rule stopped this submission; nobody can let it out", "Have the researcher mend the files and submit them again")
            : Finding.Error("release.decided", "This submission was decided already", "Nothing is left to do with it");
}

/// <summary>A submission as it stands, and the pure decisions on it.</summary>
internal static class Submission
{
    public const string Room = "release";

    public const string StreamPrefix = "release/";

    private const int LongestReasons = 4000;

    public static SubmissionView Evolve(SubmissionView? state, SubmissionEvent happened, RecordedEvent recorded) => happened switch
    {
        SubmissionEvent.Submitted s => new(
            recorded.Stream[StreamPrefix.Length..], new PermitId(s.Permit), recorded.By, AfterChecks(s.Checks), s.Files, s.Checks, s.OutputRules, null, null, recorded.At, null, s.Sha256ByFile),
        SubmissionEvent.StoppedLater s => state! with { State = SubmissionState.Stopped, Checks = [.. state.Checks.Where(c => !s.Checks.Any(n => n.File == c.File && n.Rule == c.Rule)), .. s.Checks] },
        SubmissionEvent.Decided d => state! with
        {
            State = d.Release ? SubmissionState.Released : SubmissionState.Refused,
            DecidedBy = recorded.By,
            Reasons = d.Reasons,
            DecidedAt = recorded.At,
        },
        _ => state!,
    };

    /// <summary>One hard rule failed, and nobody can let it out.</summary>
    public static SubmissionState AfterChecks(IReadOnlyList<OutputCheck> checks) => checks.Any(c => c.Hard && !c.Passed) ? SubmissionState.Stopped : SubmissionState.InReview;

    /// <param name="recheck">The machine's checks against what was released up to now.</param>
    public static Outcome<IReadOnlyList<SubmissionEvent>> Decide(SubmissionView? state, bool release, string reasons, ExitRole role, Func<SubmissionView, IReadOnlyList<OutputCheck>> recheck)
    {
        if (state is null)
        {
            return NotThere;
        }

        if (ExitTable.Refusal(state.State, role, release ? ExitCommand.Release : ExitCommand.Refuse) is { } refusal)
        {
            return refusal;
        }

        if (string.IsNullOrWhiteSpace(reasons) || reasons.Length > LongestReasons)
        {
            return Finding.Error("release.reasons", "A decision needs its reasons, and they are published", $"Give reasons of at most {LongestReasons} characters");
        }

        if (release && recheck(state).Where(c => c is { Hard: true, Passed: false }).ToList() is { Count: > 0 } failed)
        {
            return Outcome<IReadOnlyList<SubmissionEvent>>.Ok([new SubmissionEvent.StoppedLater { Checks = failed }]);
        }

        return Outcome<IReadOnlyList<SubmissionEvent>>.Ok([new SubmissionEvent.Decided { Release = release, Reasons = reasons.Trim() }]);
    }

    public static Outcome<IReadOnlyList<SubmissionEvent>> Look(SubmissionView? state, string file, ExitRole role) =>
        state is null || !state.Sha256ByFile.ContainsKey(file) ? NotThere
        : ExitTable.Refusal(state.State, role, ExitCommand.Look) is { } refusal ? refusal
        : Outcome<IReadOnlyList<SubmissionEvent>>.Ok([new SubmissionEvent.Looked { File = file }]);

    /// <summary>For everybody: what and why, without the places, which would say something of what was stopped.</summary>
    public static SubmissionView ForThePublic(SubmissionView view) => view with { Checks = [.. view.Checks.Select(c => c with { Where = null }).Distinct()] };

    public static Finding NotThere { get; } = Finding.Error("release.not-there", "There is no such submission or file", "Name a submission and one of its files");
}
