using Minato.Ledger;

namespace Minato.Release.HandingOver;

public enum RecipientState
{
    /// <summary>Registered; the terms in force are not accepted yet.</summary>
    Waiting,

    /// <summary>May receive.</summary>
    Active,

    /// <summary>The certification is not valid today.</summary>
    OutOfTerm,
    Revoked,
}

/// <summary>What the secretariat registers of a certified user (認定利用事業者).</summary>
/// <param name="Id">Slug.</param>
/// <param name="Affiliation">As its people's sign-in says it: none of them decides on what it receives.</param>
/// <param name="Certification">Reference of the certificate.</param>
/// <param name="PublicKey">X25519, <c>age1…</c>.</param>
/// <param name="Contacts">Who accepts the terms, fetches and reports.</param>
public sealed record RecipientRegistration(string Id, Bilingual Name, string Affiliation, string Certification, DateOnly ValidFrom, DateOnly ValidUntil, string PublicKey, IReadOnlyList<ActorId> Contacts);

/// <param name="Terms">What was accepted, <c>id@version</c>; null: nothing since it was registered last.</param>
/// <param name="AcceptedBy">The person who accepted.</param>
public sealed record CertifiedRecipient(RecipientRegistration Registration, string Fingerprint, RecipientState State, string? Terms, ActorId? AcceptedBy, DateTimeOffset? AcceptedAt, string? RevokedBecause);

/// <summary>Where a hand-over stands. What can be done in which state, and by whom, is <see cref="HandOverTable"/>.</summary>
public enum HandOverState
{
    /// <summary>A member of the project asks for it.</summary>
    Proposed,

    /// <summary>People agreed; an extraction is to be packed.</summary>
    Approved,
    Refused,
    Withdrawn,

    /// <summary>The container lies ready for its recipient.</summary>
    Ready,

    /// <summary>Nobody fetched it in time; the container is gone.</summary>
    Lapsed,

    /// <summary>The recipient confirmed the receipt; the harbour keeps no copy.</summary>
    Received,

    /// <summary>Called back after it was fetched: it is to be destroyed.</summary>
    Recalled,

    /// <summary>Destruction is certified, or nothing had left when it was called back.</summary>
    Ended,
}

/// <summary>What a recipient owes.</summary>
public enum DutyKind
{
    Receipt,
    Report,
    Audit,
    Destruction,
}

/// <summary>How something was destroyed.</summary>
public enum DestructionMethod
{
    Overwritten,

    /// <summary>The key was destroyed under which it was stored.</summary>
    CryptoErased,
    MediaDestroyed,
}

/// <param name="Due">Last day, in Japan.</param>
/// <param name="DoneAt">Null: still owed.</param>
public sealed record HandOverDuty(DutyKind Kind, DateOnly Due, DateTimeOffset? DoneAt = null, string? Words = null)
{
    public bool IsOverdue(DateOnly today) => DoneAt is null && Due < today;
}

/// <summary>What one checker said. Kept from the others until it is decided.</summary>
public sealed record HandOverOpinion(ActorId By, bool Approves, string Reasons);

/// <param name="Extraction">Id of the packed extraction.</param>
/// <param name="Terms">Which the recipient has accepted.</param>
/// <param name="Fingerprint">Of the key it is sealed for.</param>
/// <param name="Sha256">Of the container.</param>
public sealed record HandOverContainer(string Extraction, string ProcessingStandard, string Terms, string Fingerprint, string Sha256, long Bytes, int Files, DateOnly UseUntil, DateTimeOffset At);

public sealed record HandOverView(string Id, PermitId Permit, string Recipient, HandOverState State, string Why, ActorId By, DateTimeOffset ProposedAt)
{
    public IReadOnlyList<HandOverOpinion> Opinions { get; init; } = [];

    public HandOverContainer? Container { get; init; }

    public DateTimeOffset? FirstFetchedAt { get; init; }

    public IReadOnlyList<HandOverDuty> Duties { get; init; } = [];

    public DestructionMethod? Destruction { get; init; }

    /// <summary>Why it was refused, withdrawn or called back.</summary>
    public string? Reasons { get; init; }

    /// <summary>Position in the ledger of the record of its container.</summary>
    public long? PackedIndex { get; init; }
}

/// <summary>For everybody to see.</summary>
public sealed record HandOverFigures(int Recipients, int HandedOver, int InUse, int Destroyed, int DutiesOverdue);

/// <summary>
/// Pseudonymised data to certified users (H5): where the permit names one and the processing standard allows it, an extraction goes to them in one container that only their key opens. Two people without part in
/// it approve; what the recipient owes has its day; everything is on the ledger.
/// </summary>
public interface IHandOvers
{
    /// <summary>The terms in force.</summary>
    HandOverTerms Terms { get; }

    IReadOnlyList<CertifiedRecipient> Recipients { get; }

    /// <summary>Registers a certified user, or registers it anew (another key, a renewed certificate): then the terms are to be accepted again. By the operator.</summary>
    Task<Outcome<CertifiedRecipient>> RegisterAsync(RecipientRegistration registration, Actor by, CancellationToken ct = default);

    /// <summary>A contact accepts the terms in force, by their name.</summary>
    Task<Outcome<CertifiedRecipient>> AcceptTermsAsync(string recipient, string terms, Actor by, CancellationToken ct = default);

    /// <summary>Nothing more goes there, and what is there is called back.</summary>
    Task<Outcome<CertifiedRecipient>> RevokeAsync(string recipient, string reasons, Actor by, CancellationToken ct = default);

    /// <summary>A member asks that the permit's data go to the recipient whom the permit names.</summary>
    Task<Outcome<HandOverView>> ProposeAsync(PermitId permit, string why, Actor by, CancellationToken ct = default);

    Task<Outcome<HandOverView>> WithdrawAsync(string handOver, string reasons, Actor by, CancellationToken ct = default);

    Task<Outcome<HandOverView>> DecideAsync(string handOver, bool approve, string reasons, Actor by, CancellationToken ct = default);

    /// <summary>Packs the permit's latest extraction for the recipient's key. By the operator; again after it was interrupted.</summary>
    Task<Outcome<HandOverView>> PackAsync(string handOver, Actor by, CancellationToken ct = default);

    /// <summary>The container, for the recipient's contacts. Each time is recorded.</summary>
    Task<Outcome<Stream>> FetchAsync(string handOver, Actor by, CancellationToken ct = default);

    /// <summary>The recipient has it whole: says the SHA-256 of what came.</summary>
    Task<Outcome<HandOverView>> ConfirmAsync(string handOver, string sha256, Actor by, CancellationToken ct = default);

    /// <summary>Does the next duty of that kind. Destruction needs its method, and ends the hand-over.</summary>
    Task<Outcome<HandOverView>> FulfilAsync(string handOver, DutyKind duty, string words, Actor by, DestructionMethod? method = null, CancellationToken ct = default);

    Task<Outcome<HandOverView>> RecallAsync(string handOver, string reasons, Actor by, CancellationToken ct = default);

    /// <summary>Ends what was not fetched in time.</summary>
    Task<Outcome<int>> SweepAsync(CancellationToken ct = default);

    /// <summary>The record of the container on the ledger, with its proof: the recipient checks by it that the container is the harbour's.</summary>
    Outcome<Evidence> Evidence(string handOver, Actor by);

    /// <summary>Members see their project's, contacts their recipient's, checkers, operators and auditors all.</summary>
    IReadOnlyList<HandOverView> VisibleTo(Actor actor);

    /// <summary>What was decided, for everybody: without persons' names and words.</summary>
    IReadOnlyList<HandOverView> Published { get; }

    /// <summary>Duties past their day, the oldest first.</summary>
    IReadOnlyList<(HandOverView HandOver, HandOverDuty Duty)> Overdue { get; }

    HandOverFigures Figures { get; }
}
