using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Release.HandingOver;

/// <summary>What happened to a hand-over, on <c>hand-over/{id}</c>: hashes, days and words of those who decided; nothing of what is in it.</summary>
[JsonDerivedType(typeof(Proposed), "hand-over-proposed")]
[JsonDerivedType(typeof(OpinionGiven), "hand-over-opinion")]
[JsonDerivedType(typeof(Withdrawn), "hand-over-withdrawn")]
[JsonDerivedType(typeof(Packed), "hand-over-packed")]
[JsonDerivedType(typeof(Fetched), "hand-over-fetched")]
[JsonDerivedType(typeof(Confirmed), "hand-over-received")]
[JsonDerivedType(typeof(DutyDone), "hand-over-duty-done")]
[JsonDerivedType(typeof(Recalled), "hand-over-recalled")]
[JsonDerivedType(typeof(Lapsed), "hand-over-lapsed")]
internal abstract record HandOverEvent
{
    public sealed record Proposed(string Permit, string Recipient, string Why) : HandOverEvent;

    /// <param name="Decides">The last that was needed, or a refusal.</param>
    public sealed record OpinionGiven(bool Approves, string Reasons, bool Decides) : HandOverEvent;

    public sealed record Withdrawn(string Reasons) : HandOverEvent;

    public sealed record Packed(HandOverContainer Container, IReadOnlyList<HandOverDuty> Duties) : HandOverEvent;

    public sealed record Fetched : HandOverEvent;

    public sealed record Confirmed : HandOverEvent;

    public sealed record DutyDone(DutyKind Kind, DateOnly Due, string? Words, DestructionMethod? Method) : HandOverEvent;

    /// <param name="DestroyBy">Null: nothing had left.</param>
    public sealed record Recalled(string Reasons, DateOnly? DestroyBy) : HandOverEvent;

    public sealed record Lapsed : HandOverEvent;
}

/// <summary>A hand-over as it stands, and the pure decisions on it.</summary>
internal static class HandOver
{
    public const string StreamPrefix = "hand-over/";

    private const int LongestWords = 4000;

    public static HandOverView Evolve(HandOverView? state, HandOverEvent happened, RecordedEvent recorded) => happened switch
    {
        HandOverEvent.Proposed p => new(recorded.Stream[StreamPrefix.Length..], new PermitId(p.Permit), p.Recipient, HandOverState.Proposed, p.Why, recorded.By, recorded.At),
        HandOverEvent.OpinionGiven o => state! with
        {
            Opinions = [.. state.Opinions, new(recorded.By, o.Approves, o.Reasons)],
            State = !o.Decides ? state.State : o.Approves ? HandOverState.Approved : HandOverState.Refused,
            Reasons = o is { Decides: true, Approves: false } ? o.Reasons : null,
        },
        HandOverEvent.Withdrawn w => state! with { State = HandOverState.Withdrawn, Reasons = w.Reasons },
        HandOverEvent.Packed p => state! with { State = HandOverState.Ready, Container = p.Container with { At = recorded.At }, Duties = p.Duties, PackedIndex = recorded.Index },
        HandOverEvent.Fetched => state! with { FirstFetchedAt = state.FirstFetchedAt ?? recorded.At },
        HandOverEvent.Confirmed => state! with { State = HandOverState.Received, Duties = Done(state.Duties, new(DutyKind.Receipt, state.Duties.First(d => d.Kind == DutyKind.Receipt).Due, null, null), recorded.At) },
        HandOverEvent.DutyDone { Kind: DutyKind.Destruction } d => state! with { State = HandOverState.Ended, Destruction = d.Method, Duties = Done(OwedUntil(state.Duties, recorded.At), d, recorded.At) },
        HandOverEvent.DutyDone d => state! with { Duties = Done(state.Duties, d, recorded.At) },
        HandOverEvent.Recalled r => state! with
        {
            State = r.DestroyBy is null ? HandOverState.Ended : HandOverState.Recalled,
            Reasons = r.Reasons,
            Duties = r.DestroyBy is { } day ? [.. state.Duties.Where(d => d.DoneAt is not null), new(DutyKind.Destruction, day)] : [],
        },
        HandOverEvent.Lapsed => state! with { State = HandOverState.Lapsed, Duties = [] },
        _ => state!,
    };

    public static Outcome<IReadOnlyList<HandOverEvent>> Decide(HandOverView? state, bool approve, string reasons, IReadOnlyCollection<HandOverRole> roles, ActorId by, int people) =>
        state is null ? NotThere
        : HandOverTable.Refusal(state.State, roles, HandOverCommand.Decide) is { } refusal ? refusal
        : BadReasons(reasons) is { } bad ? bad
        : state.Opinions.Any(o => o.By == by) ? Finding.Error("handover.said-already", "You have said what you think of this hand-over", "Another output checker must look at it too")
        : Outcome<IReadOnlyList<HandOverEvent>>.Ok([new HandOverEvent.OpinionGiven(approve, reasons.Trim(), !approve || state.Opinions.Count + 1 >= people)]);

    public static Outcome<IReadOnlyList<HandOverEvent>> Withdraw(HandOverView? state, string reasons, IReadOnlyCollection<HandOverRole> roles) =>
        state is null ? NotThere
        : HandOverTable.Refusal(state.State, roles, HandOverCommand.Withdraw) is { } refusal ? refusal
        : BadReasons(reasons) is { } bad ? bad
        : Outcome<IReadOnlyList<HandOverEvent>>.Ok([new HandOverEvent.Withdrawn(reasons.Trim())]);

    public static Outcome<IReadOnlyList<HandOverEvent>> Confirm(HandOverView? state, string sha256, IReadOnlyCollection<HandOverRole> roles) =>
        state is null ? NotThere
        : HandOverTable.Refusal(state.State, roles, HandOverCommand.Confirm) is { } refusal ? refusal
        : state.FirstFetchedAt is null ? Finding.Error("handover.not-fetched", "The container was not fetched yet", "Fetch and open it first")
        : !string.Equals(state.Container!.Sha256, sha256, StringComparison.OrdinalIgnoreCase) ? Finding.Error("handover.sha256", "This is not the SHA-256 of the container", "Fetch it again; if it stays so, tell the operator")
        : Outcome<IReadOnlyList<HandOverEvent>>.Ok([new HandOverEvent.Confirmed()]);

    public static Outcome<IReadOnlyList<HandOverEvent>> Fulfil(HandOverView? state, DutyKind kind, string words, DestructionMethod? method, IReadOnlyCollection<HandOverRole> roles) =>
        state is null ? NotThere
        : HandOverTable.Refusal(state.State, roles, HandOverCommand.Fulfil) is { } refusal ? refusal
        : BadReasons(words) is { } bad ? bad
        : (kind == DutyKind.Destruction) != (method is not null) ? Finding.Error("handover.method", "A certificate of destruction says its method, and nothing else has one", "Say how it was destroyed")
        : state.Duties.Where(d => d.Kind == kind && d.DoneAt is null).MinBy(d => d.Due) is { } next ? Outcome<IReadOnlyList<HandOverEvent>>.Ok([new HandOverEvent.DutyDone(kind, next.Due, words.Trim(), method)])
        : Finding.Error("handover.no-duty", "Nothing of that kind is owed", "See what is owed");

    public static Outcome<IReadOnlyList<HandOverEvent>> Recall(HandOverView? state, string reasons, IReadOnlyCollection<HandOverRole> roles, DateOnly destroyBy) =>
        state is null ? NotThere
        : HandOverTable.Refusal(state.State, roles, HandOverCommand.Recall) is { } refusal ? refusal
        : BadReasons(reasons) is { } bad ? bad
        : Outcome<IReadOnlyList<HandOverEvent>>.Ok([new HandOverEvent.Recalled(reasons.Trim(), state.FirstFetchedAt is null ? null : destroyBy)]);

    /// <summary>What a recipient will owe: receipt, reports and audits while it is used (one of each at least), destruction after it.</summary>
    public static IReadOnlyList<HandOverDuty> Duties(HandOverTerms terms, DateOnly from, DateOnly useUntil)
    {
        IEnumerable<HandOverDuty> Every(DutyKind kind, int months)
        {
            for (var n = 1; from.AddMonths(n * months) < useUntil; n++)
            {
                yield return new(kind, from.AddMonths(n * months));
            }

            yield return new(kind, useUntil);
        }

        return [new(DutyKind.Receipt, from.AddDays(terms.FetchDays)), .. Every(DutyKind.Report, terms.ReportMonths), .. Every(DutyKind.Audit, terms.AuditMonths), new(DutyKind.Destruction, useUntil.AddDays(terms.DestroyDays))];
    }

    /// <summary>For everybody: that, to whom and how it ended; not who asked, and not what people wrote.</summary>
    public static HandOverView ForThePublic(HandOverView view) => view with { Why = "", By = Actor.Harbour.Id, Opinions = [], Duties = [.. view.Duties.Select(d => d with { Words = null })], Reasons = null };

    /// <summary>For a checker: what others said stays closed until it is decided.</summary>
    public static HandOverView ForChecker(HandOverView view, ActorId checker) => view.State == HandOverState.Proposed ? view with { Opinions = [.. view.Opinions.Where(o => o.By == checker)] } : view;

    public static Finding NotThere { get; } = Finding.Error("handover.unknown", "There is no such hand-over", "List them");

    public static Finding? BadReasons(string reasons) =>
        string.IsNullOrWhiteSpace(reasons) || reasons.Length > LongestWords
            ? Finding.Error("handover.words", "This needs words; they go on the ledger", $"Write 1 to {LongestWords} characters, without names or values of persons")
            : null;

    private static IReadOnlyList<HandOverDuty> Done(IReadOnlyList<HandOverDuty> duties, HandOverEvent.DutyDone done, DateTimeOffset at) =>
        [.. duties.Select(d => d.Kind == done.Kind && d.Due == done.Due ? d with { DoneAt = at, Words = done.Words } : d)];

    /// <summary>Who has destroyed everything owes no report of later use; what was owed before stays owed.</summary>
    private static IReadOnlyList<HandOverDuty> OwedUntil(IReadOnlyList<HandOverDuty> duties, DateTimeOffset at) =>
        [.. duties.Where(d => d.DoneAt is not null || d.Kind == DutyKind.Destruction || d.Due <= JapaneseDay.Of(at))];
}
