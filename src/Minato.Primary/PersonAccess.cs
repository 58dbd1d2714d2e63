using System.Collections.Immutable;

namespace Minato.Primary;

/// <summary>Who may read one person's record, and who did: a pure function of the events.</summary>
internal sealed record PersonAccess(string Stream, ImmutableList<ReadingConsent> Consents, ImmutableList<ReadingRecord> Readings)
{
    public const string StreamPrefix = "primary/";
    public const int LongestReason = 500;
    public const int ShortestReason = 10;
    private const int MostYears = 2;
    private const int MostConsents = 200;

    public static PersonAccess None(string stream) => new(stream, [], []);

    public ReadingConsent? Find(string consent) => Consents.Find(c => c.Id == consent);

    /// <summary>Why somebody may not read now; null: they may.</summary>
    /// <param name="today">In Japan.</param>
    public static Finding? Problem(PersonAccess? state, ReadingGround ground, string reason, Actor by, DateOnly today, bool disaster) =>
        ground == ReadingGround.Own ? (by.Is(Role.Citizen) ? null : NotYours)
        : !by.Is(Role.Clinician) || !Slug.IsValid(by.Affiliation) ? NotYours
        : ground switch
        {
            ReadingGround.Consent => state?.Consents.Any(c => c.Provider.Value == by.Affiliation && c.WithdrawnAt is null && today <= c.Until) == true
                ? null
                : Finding.Error("primary.no-consent", "The person has not consented to this provider, or it has ended", "Ask the person to consent on their page; in an emergency, say why"),
            ReadingGround.Emergency => reason?.Trim().Length is >= ShortestReason and <= LongestReason
                ? null
                : Finding.Error("primary.reason", "An emergency needs a reason that can be looked at afterwards", $"Write it in {ShortestReason} to {LongestReason} characters"),
            ReadingGround.Disaster => disaster ? null : Finding.Error("primary.no-disaster", "No disaster is declared now", "With consent, or in an emergency, read on that ground"),
            _ => Finding.Error("primary.ground", "There is no such ground to read a record", "Say consent, emergency or disaster"),
        };

    public static Outcome<IReadOnlyList<PrimaryEvent>> DecideConsent(PersonAccess? state, DateOnly until, Actor by, DateOnly today, PrimaryEvent.Consented consent) =>
        !by.Is(Role.Citizen) ? NotYours
        : until < today || until > today.AddYears(MostYears) ? Finding.Error("primary.until", "The last day has passed, or is too far ahead", $"Choose a day within {MostYears} years")
        : state?.Consents.Count >= MostConsents ? Finding.Error("primary.too-many", "There are too many consents", "Ask the desk")
        : Outcome<IReadOnlyList<PrimaryEvent>>.Ok([consent]);

    public static Outcome<IReadOnlyList<PrimaryEvent>> DecideWithdraw(PersonAccess? state, string consent, Actor by) =>
        !by.Is(Role.Citizen) ? NotYours
        : state?.Find(consent) switch
        {
            null => Finding.Error("primary.consent-unknown", "There is no such consent", "Look at the list"),
            { WithdrawnAt: not null } => Finding.Error("primary.withdrawn", "It was taken back already", "There is nothing left to do"),
            _ => Outcome<IReadOnlyList<PrimaryEvent>>.Ok([new PrimaryEvent.Withdrawn(consent)]),
        };

    public static Outcome<IReadOnlyList<PrimaryEvent>> DecideReview(PersonAccess? state, string reading, string note, Actor by, PrimaryEvent.Reviewed reviewed) =>
        !by.Is(Role.Auditor) ? Finding.Error("primary.role", "Auditors look at emergencies", "Ask an auditor")
        : note?.Trim().Length is not (> 0 and <= LongestReason) ? Finding.Error("primary.note", "The note is empty or too long", $"Write what you found, in up to {LongestReason} characters")
        : state?.Readings.Find(r => r.Id == reading) switch
        {
            null or { Ground: ReadingGround.Own or ReadingGround.Consent } => Finding.Error("primary.reading-unknown", "There is no such emergency", "Look at the list"),
            { Review: not null } => Finding.Error("primary.reviewed", "It was looked at already", "There is nothing left to do"),
            { By: var who } when who == by.Id => Finding.Error("primary.own-emergency", "Nobody judges their own", "Leave it to somebody else"),
            _ => Outcome<IReadOnlyList<PrimaryEvent>>.Ok([reviewed]),
        };

    public static Finding NotYours => Finding.Error("primary.role", "Only the person, or a clinician who treats them, reads a record", "Sign in as either");
}
