using Minato.Formats.Sharing;

namespace Minato.Primary;

/// <summary>On what ground somebody reads a record.</summary>
public enum ReadingGround
{
    /// <summary>The person reads their own.</summary>
    Own,

    /// <summary>The person consented to this provider.</summary>
    Consent,

    /// <summary>Life or health is in danger and the person cannot be asked.</summary>
    Emergency,

    /// <summary>A disaster was declared, and providers help whoever comes.</summary>
    Disaster,
}

/// <summary>The person lets one provider read, until a day.</summary>
/// <param name="Until">Last day.</param>
public sealed record ReadingConsent(string Id, HolderId Provider, DateOnly Until, DateTimeOffset GivenAt, long LedgerIndex, DateTimeOffset? WithdrawnAt = null);

/// <summary>One reading of a record, for the person and the auditor.</summary>
/// <param name="Provider">Null: the person.</param>
/// <param name="Review">What an auditor found of an emergency; null: not looked at yet.</param>
public sealed record ReadingRecord(
    string Id, ReadingGround Ground, HolderId? Provider, ActorId By, string Reason, int Documents, DateTimeOffset At, long LedgerIndex, EmergencyReview? Review = null);

/// <param name="Justified">False: the reason does not bear what was done; the person is told.</param>
public sealed record EmergencyReview(bool Justified, string Note, ActorId By, DateTimeOffset At);

/// <summary>A document as its reader may see it.</summary>
/// <param name="Hidden">Whether the person may not see it yet (未告知): shown to clinicians, so that they do not tell by accident.</param>
public sealed record OpenedDocument(HolderId From, SharedKind Kind, string Title, DateOnly? Date, IReadOnlyList<SharedItem> Items, bool Hidden);

/// <summary>What was opened.</summary>
public sealed record OpenedRecord(ReadingRecord Reading, IReadOnlyList<OpenedDocument> Documents);

/// <summary>Providers may read without consent until the end of that day, since a disaster was declared.</summary>
public sealed record DeclaredDisaster(string Id, string Reason, DateOnly Until, DateTimeOffset At, DateTimeOffset? EndedAt = null);

/// <param name="Taken">Documents that are in the store now, new or replaced.</param>
/// <param name="Unclaimed">Documents whose person Linkage did not find safely: they are not kept, and the holder still has them.</param>
public sealed record FeedResult(int Taken, int Unclaimed);

/// <summary>One emergency among all, for auditors: whose it is they do not see.</summary>
/// <param name="Person">The keyed hash in the stream's name.</param>
public sealed record EmergencyCase(string Person, ReadingRecord Reading);

/// <summary>Records for care (K): the person's own, a provider's with consent or in need; each reading on the ledger and shown to the person.</summary>
public interface IPrimary
{
    /// <summary>Takes what a delivery shares for care. The same document again replaces the former one. Never reads the warehouse.</summary>
    Task<FeedResult> TakeAsync(HolderId holder, IEnumerable<SharedDocument> documents, CancellationToken ct = default);

    /// <summary>The person reads their own record, without what they have not been told of.</summary>
    Task<Outcome<OpenedRecord>> OpenOwnAsync(Pseudonym<Citizen> citizen, Actor by, CancellationToken ct = default);

    /// <summary>
    /// A clinician reads a patient's record at their provider (<see cref="Actor.Affiliation"/>). The patient stands before them and is found by what the insurance card says.
    /// Refused with <c>primary.no-consent</c>, <c>primary.no-disaster</c>, <c>primary.reason</c>; a refused try is on the ledger too.
    /// </summary>
    Task<Outcome<OpenedRecord>> OpenAsync(PersonIdentity patient, ReadingGround ground, string reason, Actor by, CancellationToken ct = default);

    /// <summary>Lets a provider read until a day, at most two years ahead.</summary>
    Task<Outcome<ReadingConsent>> ConsentAsync(Pseudonym<Citizen> citizen, HolderId provider, DateOnly until, Actor by, CancellationToken ct = default);

    Task<Outcome<ReadingConsent>> WithdrawAsync(Pseudonym<Citizen> citizen, string consent, Actor by, CancellationToken ct = default);

    /// <summary>Newest first.</summary>
    IReadOnlyList<ReadingConsent> ConsentsOf(Pseudonym<Citizen> citizen);

    /// <summary>Everybody who read a person's record, the person included, newest first.</summary>
    IReadOnlyList<ReadingRecord> ReadingsOf(Pseudonym<Citizen> citizen);

    Task<Outcome<DeclaredDisaster>> DeclareDisasterAsync(string reason, DateOnly until, Actor by, CancellationToken ct = default);

    Task<Outcome<DeclaredDisaster>> EndDisasterAsync(string id, Actor by, CancellationToken ct = default);

    /// <summary>Newest first.</summary>
    IReadOnlyList<DeclaredDisaster> Disasters { get; }

    /// <summary>Emergencies and readings in a disaster, those first that nobody has looked at. The auditor's; nobody else sees any.</summary>
    IReadOnlyList<EmergencyCase> EmergenciesFor(Actor actor);

    Task<Outcome<ReadingRecord>> ReviewAsync(string person, string reading, bool justified, string note, Actor by, CancellationToken ct = default);
}
