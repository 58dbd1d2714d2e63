using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Release;

/// <summary>What the ledger says of a submission: declarations, hashes, checks and decisions; never content.</summary>
[JsonDerivedType(typeof(Drafted), "drafted")]
[JsonDerivedType(typeof(Submitted), "submitted")]
[JsonDerivedType(typeof(Looked), "file-looked-at")]
[JsonDerivedType(typeof(StoppedLater), "stopped-later")]
[JsonDerivedType(typeof(OpinionGiven), "opinion-given")]
[JsonDerivedType(typeof(Decided), "decided")]
[JsonDerivedType(typeof(Appealed), "appealed")]
[JsonDerivedType(typeof(Withdrawn), "withdrawn")]
[JsonDerivedType(typeof(Fetched), "fetched")]
internal abstract record SubmissionEvent
{
    public sealed record Drafted : SubmissionEvent
    {
        public required string Permit { get; init; }

        public required IReadOnlyList<OutputDeclaration> Files { get; init; }
    }

    public sealed record Submitted : SubmissionEvent
    {
        public required string Permit { get; init; }

        public required IReadOnlyList<OutputDeclaration> Files { get; init; }

        public required IReadOnlyList<OutputCheck> Checks { get; init; }

        public required string OutputRules { get; init; }

        public required IReadOnlyDictionary<string, string> Sha256ByFile { get; init; }

        /// <summary>Files that were looked at and do not leave, by what they support.</summary>
        public required IReadOnlyDictionary<string, string> SupportSha256 { get; init; }

        public required Proposal Proposal { get; init; }

        public required IReadOnlyDictionary<string, string> Mended { get; init; }

        public required int PeopleNeeded { get; init; }

        public string? Mends { get; init; }
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

    public sealed record OpinionGiven : SubmissionEvent
    {
        public required ExitVerdict Verdict { get; init; }

        public required string Reasons { get; init; }
    }

    /// <summary>The opinions decide it.</summary>
    public sealed record Decided : SubmissionEvent
    {
        public required ExitVerdict Verdict { get; init; }

        public string? DossierSha256 { get; init; }
    }

    public sealed record Appealed : SubmissionEvent
    {
        public required string Reasons { get; init; }

        public required int PeopleNeeded { get; init; }
    }

    public sealed record Withdrawn : SubmissionEvent;

    public sealed record Fetched : SubmissionEvent;
}

/// <summary>What can be done at the exit.</summary>
internal enum ExitCommand
{
    Save,
    Submit,
    Look,
    Decide,
    Appeal,
    Withdraw,
    Fetch,
}

/// <summary>Who asks, seen from one submission.</summary>
internal enum ExitRole
{
    /// <summary>An output checker who has no part in the project and has not decided on this before.</summary>
    IndependentChecker,

    /// <summary>A checker who decided on it before an appeal.</summary>
    DecidedBefore,

    /// <summary>A member, the applicant, or who submitted, whatever other roles they have.</summary>
    OfTheProject,
    Other,
}

/// <summary>The exit's rules of procedure: state × who → what. What is not in the table cannot be done.</summary>
internal static class ExitTable
{
    public static IReadOnlyList<(SubmissionState State, ExitRole Role, ExitCommand Command)> Rows { get; } =
    [
        (SubmissionState.Draft, ExitRole.OfTheProject, ExitCommand.Save),
        (SubmissionState.Draft, ExitRole.OfTheProject, ExitCommand.Submit),
        (SubmissionState.Draft, ExitRole.OfTheProject, ExitCommand.Withdraw),

        (SubmissionState.Stopped, ExitRole.OfTheProject, ExitCommand.Submit),
        (SubmissionState.Stopped, ExitRole.OfTheProject, ExitCommand.Withdraw),
        (SubmissionState.Stopped, ExitRole.IndependentChecker, ExitCommand.Look),

        (SubmissionState.InReview, ExitRole.IndependentChecker, ExitCommand.Look),
        (SubmissionState.InReview, ExitRole.IndependentChecker, ExitCommand.Decide),
        (SubmissionState.InReview, ExitRole.OfTheProject, ExitCommand.Withdraw),

        (SubmissionState.Returned, ExitRole.OfTheProject, ExitCommand.Submit),
        (SubmissionState.Returned, ExitRole.OfTheProject, ExitCommand.Withdraw),

        (SubmissionState.Refused, ExitRole.OfTheProject, ExitCommand.Appeal),

        (SubmissionState.Appealed, ExitRole.IndependentChecker, ExitCommand.Look),
        (SubmissionState.Appealed, ExitRole.IndependentChecker, ExitCommand.Decide),
        (SubmissionState.Appealed, ExitRole.OfTheProject, ExitCommand.Withdraw),

        (SubmissionState.Released, ExitRole.OfTheProject, ExitCommand.Fetch),
    ];

    public static Finding? Refusal(SubmissionState state, ExitRole role, ExitCommand command) =>
        Rows.Contains((state, role, command)) ? null
        : command is ExitCommand.Look or ExitCommand.Decide && role == ExitRole.DecidedBefore
            ? Finding.Error("release.decided-before", "Who decided on it before does not decide on the appeal", "Ask an output checker who has not seen it yet")
        : command is ExitCommand.Look or ExitCommand.Decide && role != ExitRole.IndependentChecker
            ? Finding.Error("release.not-independent", role == ExitRole.OfTheProject ? "Who has part in the project does not decide on its output" : "Only output checkers look and decide at the exit", "Ask an output checker who has no part in the project")
        : command is not (ExitCommand.Look or ExitCommand.Decide) && role != ExitRole.OfTheProject
            ? Finding.Error("release.not-member", "Only members named in the permit do this with their outputs", "Ask a member to do it")
        : state == SubmissionState.Stopped
            ? Finding.Error("release.stopped", "A hard rule stopped this submission; nobody can let it out", "Have the researcher mend the files and submit them again")
        : state == SubmissionState.Draft
            ? Finding.Error("release.draft", "This is a draft: nothing was handed in", "Submit it first")
        : command == ExitCommand.Decide || state is SubmissionState.Released or SubmissionState.Fetched
            ? Finding.Error("release.decided", "This submission was decided already", "Nothing is left to do with it")
            : Finding.Error("release.not-now", $"This cannot be done with a submission that is {state}", "See where it stands; a refused one can be appealed against once, a returned or stopped one submitted again");
}

/// <summary>A submission as it stands, and the pure decisions on it.</summary>
internal static class Submission
{
    public const string Room = "release";

    public const string StreamPrefix = "release/";

    private const int LongestReasons = 4000;

    public static SubmissionView Evolve(SubmissionView? state, SubmissionEvent happened, RecordedEvent recorded) => happened switch
    {
        SubmissionEvent.Drafted d => new(
            recorded.Stream[StreamPrefix.Length..], new PermitId(d.Permit), recorded.By, SubmissionState.Draft, d.Files, [], "", null, null, recorded.At, null, new Dictionary<string, string>()),
        SubmissionEvent.Submitted s => new(
            recorded.Stream[StreamPrefix.Length..], new PermitId(s.Permit), recorded.By, AfterChecks(s.Checks), s.Files, s.Checks, s.OutputRules, null, null, recorded.At, null, s.Sha256ByFile)
        {
            Proposal = s.Proposal,
            Mended = s.Mended,
            PeopleNeeded = s.PeopleNeeded,
            Mends = s.Mends,
        },
        SubmissionEvent.StoppedLater s => state! with
        {
            State = SubmissionState.Stopped,
            Proposal = Proposal.Refuse,
            Checks = [.. state.Checks.Where(c => !s.Checks.Any(n => n.File == c.File && n.Rule == c.Rule)), .. s.Checks],
        },
        SubmissionEvent.OpinionGiven o => state! with { Opinions = [.. state.Opinions, new(recorded.By, o.Verdict, o.Reasons, recorded.At)] },
        SubmissionEvent.Decided d => state! with
        {
            State = d.Verdict switch
            {
                ExitVerdict.Release => SubmissionState.Released,
                ExitVerdict.Return => SubmissionState.Returned,
                _ => SubmissionState.Refused,
            },
            DecidedBy = recorded.By,
            Reasons = string.Join("\n", state.Opinions.Where(o => o.Verdict == d.Verdict).Select(o => o.Reasons)),
            DecidedAt = recorded.At,
            DossierSha256 = d.DossierSha256,
        },
        SubmissionEvent.Appealed a => state! with
        {
            State = SubmissionState.Appealed,
            Appeal = a.Reasons,
            PeopleNeeded = a.PeopleNeeded,
            DecidedBefore = [.. state.DecidedBefore, .. state.Opinions.Select(o => o.By)],
            Opinions = [],
        },
        SubmissionEvent.Withdrawn => state! with { State = SubmissionState.Withdrawn },
        SubmissionEvent.Fetched => state! with { State = SubmissionState.Fetched, FetchedAt = recorded.At },
        _ => state!,
    };

    /// <summary>One hard rule failed, and nobody can let it out.</summary>
    public static SubmissionState AfterChecks(IReadOnlyList<OutputCheck> checks) => checks.Any(c => c.Hard && !c.Passed) ? SubmissionState.Stopped : SubmissionState.InReview;

    /// <summary>One opinion, and the decision where it is the last that was needed.</summary>
    /// <param name="recheck">The machine's checks against what was released up to now.</param>
    /// <param name="dossier">Makes and keeps the dossier of the release with these opinions; its SHA-256.</param>
    public static Outcome<IReadOnlyList<SubmissionEvent>> Decide(
        SubmissionView? state, ExitVerdict verdict, string reasons, ExitRole role, ActorId by, Func<SubmissionView, IReadOnlyList<OutputCheck>> recheck, Func<SubmissionView, string> dossier)
    {
        if (state is null)
        {
            return NotThere;
        }

        if (ExitTable.Refusal(state.State, role, ExitCommand.Decide) is { } refusal)
        {
            return refusal;
        }

        if (BadReasons(reasons) is { } bad)
        {
            return bad;
        }

        if (state.Opinions.Any(o => o.By == by))
        {
            return Finding.Error("release.said-already", "You have said what you think of this submission", "Another output checker must look at it too");
        }

        if (verdict == ExitVerdict.Release && recheck(state).Where(c => c is { Hard: true, Passed: false }).ToList() is { Count: > 0 } failed)
        {
            return Outcome<IReadOnlyList<SubmissionEvent>>.Ok([new SubmissionEvent.StoppedLater { Checks = failed }]);
        }

        var opinion = new SubmissionEvent.OpinionGiven { Verdict = verdict, Reasons = reasons.Trim() };
        if (verdict == ExitVerdict.Release && state.Opinions.Count + 1 < state.PeopleNeeded)
        {
            return Outcome<IReadOnlyList<SubmissionEvent>>.Ok([opinion]);
        }

        var with = state with { Opinions = [.. state.Opinions, new(by, verdict, opinion.Reasons, default)] };
        return Outcome<IReadOnlyList<SubmissionEvent>>.Ok([opinion, new SubmissionEvent.Decided { Verdict = verdict, DossierSha256 = verdict == ExitVerdict.Release ? dossier(with) : null }]);
    }

    public static Outcome<IReadOnlyList<SubmissionEvent>> Appeal(SubmissionView? state, string reasons, ExitRole role, int people) =>
        state is null ? NotThere
        : ExitTable.Refusal(state.State, role, ExitCommand.Appeal) is { } refusal ? refusal
        : state.Appeal is not null ? Finding.Error("release.appealed-once", "This was decided on appeal; there is no second one", "Make the output anew, and submit that")
        : BadReasons(reasons) is { } bad ? bad
        : Outcome<IReadOnlyList<SubmissionEvent>>.Ok([new SubmissionEvent.Appealed { Reasons = reasons.Trim(), PeopleNeeded = Math.Max(people, state.PeopleNeeded) }]);

    public static Outcome<IReadOnlyList<SubmissionEvent>> Look(SubmissionView? state, string file, ExitRole role) =>
        state is null || !state.Sha256ByFile.ContainsKey(file) ? NotThere
        : ExitTable.Refusal(state.State, role, ExitCommand.Look) is { } refusal ? refusal
        : Outcome<IReadOnlyList<SubmissionEvent>>.Ok([new SubmissionEvent.Looked { File = file }]);

    public static Outcome<IReadOnlyList<SubmissionEvent>> Withdraw(SubmissionView? state, ExitRole role) =>
        state is null ? NotThere
        : ExitTable.Refusal(state.State, role, ExitCommand.Withdraw) is { } refusal ? refusal
        : Outcome<IReadOnlyList<SubmissionEvent>>.Ok([new SubmissionEvent.Withdrawn()]);

    /// <summary>For everybody: what and why, without the places, which would say something of what was stopped.</summary>
    public static SubmissionView ForThePublic(SubmissionView view) => view with { Checks = [.. view.Checks.Select(c => c with { Where = null }).Distinct()], Mended = new Dictionary<string, string>() };

    /// <summary>For a checker: what others said stays closed until it is decided.</summary>
    public static SubmissionView ForChecker(SubmissionView view, ActorId checker) =>
        view.State is SubmissionState.InReview or SubmissionState.Appealed ? view with { Opinions = [.. view.Opinions.Where(o => o.By == checker)] } : view;

    public static Finding NotThere { get; } = Finding.Error("release.not-there", "There is no such submission or file", "Name a submission and one of its files");

    private static Finding? BadReasons(string reasons) =>
        string.IsNullOrWhiteSpace(reasons) || reasons.Length > LongestReasons
            ? Finding.Error("release.reasons", "A decision needs its reasons, and they are published", $"Give reasons of at most {LongestReasons} characters")
            : null;
}
