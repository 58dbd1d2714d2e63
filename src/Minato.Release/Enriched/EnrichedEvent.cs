using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Release.Enriched;

/// <summary>What happened to an offer of enriched data, on <c>enriched/{id}</c>.</summary>
[JsonDerivedType(typeof(Offered), "enriched-offered")]
[JsonDerivedType(typeof(Looked), "enriched-looked-at")]
[JsonDerivedType(typeof(OpinionGiven), "enriched-opinion")]
[JsonDerivedType(typeof(Answered), "enriched-answered")]
[JsonDerivedType(typeof(Fetched), "enriched-fetched")]
internal abstract record EnrichedEvent
{
    public sealed record Offered(string Permit, EnrichedOffer Offer, string Sha256, int Rows) : EnrichedEvent;

    public sealed record Looked : EnrichedEvent;

    public sealed record OpinionGiven(bool Approves, string Reasons, bool Decides) : EnrichedEvent;

    /// <param name="ContainerSha256">Null: declined.</param>
    public sealed record Answered(string Reasons, string? ContainerSha256, int? RowsSent) : EnrichedEvent;

    public sealed record Fetched : EnrichedEvent;
}

internal enum EnrichedCommand
{
    Look,
    Decide,
    Answer,
    Fetch,
}

internal enum EnrichedRole
{
    /// <summary>An output checker who has no part in the project.</summary>
    IndependentChecker,

    /// <summary>Signed in for the holder whom it is offered.</summary>
    Holder,
    Other,
}

/// <summary>Rules of procedure: state × who → what. What is not in the table cannot be done.</summary>
internal static class EnrichedTable
{
    public static IReadOnlyList<(EnrichedState State, EnrichedRole Role, EnrichedCommand Command)> Rows { get; } =
    [
        (EnrichedState.Offered, EnrichedRole.IndependentChecker, EnrichedCommand.Look),
        (EnrichedState.Offered, EnrichedRole.IndependentChecker, EnrichedCommand.Decide),
        (EnrichedState.Approved, EnrichedRole.Holder, EnrichedCommand.Answer),
        (EnrichedState.Accepted, EnrichedRole.Holder, EnrichedCommand.Fetch),
    ];

    public static Finding? Refusal(EnrichedState state, EnrichedRole role, EnrichedCommand command) =>
        Rows.Contains((state, role, command)) ? null
        : Rows.Any(r => r.Command == command && r.Role == role) ? Finding.Error("enriched.not-now", $"This cannot be done with an offer that is {state}", "See where it stands")
        : command is EnrichedCommand.Look or EnrichedCommand.Decide ? Finding.Error("enriched.role", "Only output checkers without part in the project look at it and decide", "Ask one")
        : Finding.Error("enriched.role", "Only the holder whom it is offered answers and fetches", "Sign in for the holder");
}

/// <summary>An offer as its events tell it.</summary>
internal static class Enrichment
{
    public const string StreamPrefix = "enriched/";

    public static EnrichedView Evolve(EnrichedView? state, EnrichedEvent happened, RecordedEvent recorded) => happened switch
    {
        EnrichedEvent.Offered o => new(recorded.Stream[StreamPrefix.Length..], new PermitId(o.Permit), recorded.By, o.Offer, o.Sha256, o.Rows, EnrichedState.Offered, recorded.At),
        EnrichedEvent.OpinionGiven o => state! with
        {
            Approvals = o.Approves ? [.. state.Approvals, recorded.By] : state.Approvals,
            State = !o.Decides ? state.State : o.Approves ? EnrichedState.Approved : EnrichedState.Refused,
            Reasons = o.Decides ? o.Reasons : state.Reasons,
        },
        EnrichedEvent.Answered a => state! with { State = a.ContainerSha256 is null ? EnrichedState.Declined : EnrichedState.Accepted, Reasons = a.Reasons, ContainerSha256 = a.ContainerSha256, RowsSent = a.RowsSent },
        _ => state!,
    };
}
