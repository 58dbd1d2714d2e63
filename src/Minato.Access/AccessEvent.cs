using System.Text.Json.Serialization;

namespace Minato.Access;

/// <summary>A reviewer's seat on a body's panel. The affiliation is kept, because a conflict may show itself later.</summary>
internal sealed record Seat(ActorId Id, bool Citizen, string Affiliation, string Body = "");

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
[JsonDerivedType(typeof(DutiesConfirmed), "duties-confirmed")]
[JsonDerivedType(typeof(MemberInvited), "member-invited")]
[JsonDerivedType(typeof(MemberRemoved), "member-removed")]
[JsonDerivedType(typeof(DeadlineExtended), "deadline-extended")]
[JsonDerivedType(typeof(HolderAsked), "holder-asked")]
[JsonDerivedType(typeof(HolderAnswered), "holder-answered")]
[JsonDerivedType(typeof(Appealed), "appealed")]
[JsonDerivedType(typeof(StatisticsTaken), "statistics-taken")]
[JsonDerivedType(typeof(FeeDisputed), "fee-disputed")]
[JsonDerivedType(typeof(FeeSettled), "fee-settled")]
[JsonDerivedType(typeof(Applied), "follow-up-applied")]
[JsonDerivedType(typeof(PermitChanged), "permit-amended")]
[JsonDerivedType(typeof(PermitRenewed), "permit-renewed")]
[JsonDerivedType(typeof(ResultsReported), "results-reported")]
internal abstract record AccessEvent
{
    private AccessEvent() { }

    /// <param name="Follows">The permit that is to be amended or renewed.</param>
    public sealed record Created([property: JsonConverter(typeof(AccessJson<ActorId>))] ActorId Applicant, string Affiliation, [property: JsonConverter(typeof(AccessJson<FollowUp>))] FollowUp? Follows = null) : AccessEvent;

    public sealed record DraftSaved([property: JsonConverter(typeof(AccessJson<ApplicationDraft>))] ApplicationDraft Draft) : AccessEvent;

    /// <param name="Bodies">The bodies that review it, by the routing in force.</param>
    public sealed record Submitted(string Form, string Purposes, IReadOnlyList<CheckResult> Checks, IReadOnlyList<string>? Bodies = null) : AccessEvent;

    public sealed record Withdrawn(string Reason) : AccessEvent;

    public sealed record ReviewersAssigned(string Criteria, [property: JsonConverter(typeof(AccessJson<IReadOnlyList<Seat>>))] IReadOnlyList<Seat> Seats, string Body = "") : AccessEvent;

    /// <param name="Declared">By the reviewer; else found by the software.</param>
    public sealed record ConflictRecorded([property: JsonConverter(typeof(AccessJson<ActorId>))] ActorId Reviewer, string Reason, bool Declared) : AccessEvent;

    public sealed record Asked(string Question) : AccessEvent;

    /// <param name="Checks">The checks, made again on the text as it stands with the answer.</param>
    public sealed record Answered(string Text, string Form, string Purposes, IReadOnlyList<CheckResult> Checks, IReadOnlyList<string>? Bodies = null) : AccessEvent;

    public sealed record VoteCast(string CriteriaStandard, Vote Vote, string Reasons, IReadOnlyDictionary<string, bool> Criteria, IReadOnlyList<string> Conditions,
        [property: JsonConverter(typeof(AccessJson<IReadOnlyList<DatasetId>>))] IReadOnlyList<DatasetId>? Without = null) : AccessEvent;

    /// <param name="Without">Datasets that were applied for and are not given: a decision in part.</param>
    public sealed record Approved(string Criteria, string Decision, IReadOnlyList<string> Conditions, FeeQuote Fee,
        [property: JsonConverter(typeof(AccessJson<IReadOnlyList<DatasetId>>))] IReadOnlyList<DatasetId>? Without = null) : AccessEvent;

    /// <param name="StatisticsOffered">A table instead of rows would be given (EHDS 68(3)).</param>
    public sealed record Refused(string Criteria, string Decision, bool StatisticsOffered = false) : AccessEvent;

    public sealed record FeeAccepted(string Tariff, decimal TotalYen) : AccessEvent;

    public sealed record PermitIssued([property: JsonConverter(typeof(AccessJson<Permit>))] Permit Permit) : AccessEvent;

    public sealed record Suspended(string Reason) : AccessEvent;

    public sealed record Resumed(string Reason) : AccessEvent;

    public sealed record Ended(string Reason) : AccessEvent;

    /// <summary>By the member: the permit's duties were read and are accepted.</summary>
    public sealed record DutiesConfirmed : AccessEvent;

    /// <summary>A further member, who belongs to the permit from the confirmation on.</summary>
    public sealed record MemberInvited([property: JsonConverter(typeof(AccessJson<ActorId>))] ActorId Member) : AccessEvent;

    public sealed record MemberRemoved([property: JsonConverter(typeof(AccessJson<ActorId>))] ActorId Member, string Reason) : AccessEvent;

    public sealed record DeadlineExtended(string Clock, string Reason) : AccessEvent;

    public sealed record HolderAsked(string Kind, string Holder, string Question) : AccessEvent;

    public sealed record HolderAnswered(string Kind, string Holder, bool Feasible, string Text, decimal? CostYen) : AccessEvent;

    public sealed record Appealed(string Reason) : AccessEvent;

    public sealed record StatisticsTaken(TableRequest Table) : AccessEvent;

    public sealed record FeeDisputed(string Reason) : AccessEvent;

    public sealed record FeeSettled(string Reason, FeeQuote Fee) : AccessEvent;

    /// <summary>What this application asked for now is a version of the earlier permit. The permit's own stream says so too.</summary>
    public sealed record Applied([property: JsonConverter(typeof(AccessJson<Permit>))] Permit Permit) : AccessEvent;

    /// <param name="Change">The application that asked for it.</param>
    public sealed record PermitChanged([property: JsonConverter(typeof(AccessJson<Permit>))] Permit Permit, string Change) : AccessEvent;

    public sealed record PermitRenewed([property: JsonConverter(typeof(AccessJson<Permit>))] Permit Permit, string Change) : AccessEvent;

    /// <param name="Address">Where the results are to be read; DOI or web address.</param>
    public sealed record ResultsReported(Bilingual Summary, string Address) : AccessEvent;
}
