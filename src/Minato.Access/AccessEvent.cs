using System.Text.Json.Serialization;

namespace Minato.Access;

/// <summary>A reviewer's seat on the panel. The affiliation is kept, because a conflict may show itself later.</summary>
internal sealed record Seat(ActorId Id, bool Citizen, string Affiliation);

/// <summary>What happened to an application. Every standard is named as <c>id@version</c> in the event made under it.</summary>
[JsonDerivedType(typeof(Created), "application-created")]
[JsonDerivedType(typeof(DraftSaved), "draft-saved")]
[JsonDerivedType(typeof(Submitted), "application-submitted")]
[JsonDerivedType(typeof(Withdrawn), "application-withdrawn")]
[JsonDerivedType(typeof(ReviewersAssigned), "reviewers-assigned")]
[JsonDerivedType(typeof(ConflictRecorded), "conflict-recorded")]
[JsonDerivedType(typeof(Asked), "question-asked")]
[JsonDerivedType(typeof(Answered), "question-answered")]
[JsonDerivedType(typeof(VoteCast), "vote-cast")]
[JsonDerivedType(typeof(Approved), "application-approved")]
[JsonDerivedType(typeof(Refused), "application-refused")]
[JsonDerivedType(typeof(FeeAccepted), "fee-accepted")]
[JsonDerivedType(typeof(PermitIssued), "permit-issued")]
[JsonDerivedType(typeof(Suspended), "permit-suspended")]
[JsonDerivedType(typeof(Resumed), "permit-resumed")]
[JsonDerivedType(typeof(Ended), "permit-ended")]
internal abstract record AccessEvent
{
    private AccessEvent() { }

    public sealed record Created([property: JsonConverter(typeof(AccessJson<ActorId>))] ActorId Applicant, string Affiliation) : AccessEvent;

    public sealed record DraftSaved([property: JsonConverter(typeof(AccessJson<ApplicationDraft>))] ApplicationDraft Draft) : AccessEvent;

    public sealed record Submitted(string Form, string Purposes, IReadOnlyList<CheckResult> Checks) : AccessEvent;

    public sealed record Withdrawn(string Reason) : AccessEvent;

    public sealed record ReviewersAssigned(string Criteria, [property: JsonConverter(typeof(AccessJson<IReadOnlyList<Seat>>))] IReadOnlyList<Seat> Seats) : AccessEvent;

    /// <param name="Declared">By the reviewer; else found by the software.</param>
    public sealed record ConflictRecorded([property: JsonConverter(typeof(AccessJson<ActorId>))] ActorId Reviewer, string Reason, bool Declared) : AccessEvent;

    public sealed record Asked(string Question) : AccessEvent;

    /// <param name="Checks">The checks, made again on the text as it stands with the answer.</param>
    public sealed record Answered(string Text, string Form, string Purposes, IReadOnlyList<CheckResult> Checks) : AccessEvent;

    public sealed record VoteCast(string CriteriaStandard, Vote Vote, string Reasons, IReadOnlyDictionary<string, bool> Criteria, IReadOnlyList<string> Conditions) : AccessEvent;

    public sealed record Approved(string Criteria, string Decision, IReadOnlyList<string> Conditions, FeeQuote Fee) : AccessEvent;

    public sealed record Refused(string Criteria, string Decision) : AccessEvent;

    public sealed record FeeAccepted(string Tariff, decimal TotalYen) : AccessEvent;

    public sealed record PermitIssued([property: JsonConverter(typeof(AccessJson<Permit>))] Permit Permit) : AccessEvent;

    public sealed record Suspended(string Reason) : AccessEvent;

    public sealed record Resumed(string Reason) : AccessEvent;

    public sealed record Ended(string Reason) : AccessEvent;
}
