using System.Text.Json.Serialization;
using Minato.Ledger;
using Minato.Ledger.Age;

namespace Minato.Release.HandingOver;

/// <summary>What happened to a certified user's registration, on <c>recipient/{id}</c>.</summary>
[JsonDerivedType(typeof(Registered), "recipient-registered")]
[JsonDerivedType(typeof(TermsAccepted), "recipient-accepted")]
[JsonDerivedType(typeof(Revoked), "recipient-revoked")]
internal abstract record RecipientEvent
{
    public sealed record Registered(RecipientRegistration Registration, string Fingerprint) : RecipientEvent;

    public sealed record TermsAccepted(string Terms) : RecipientEvent;

    public sealed record Revoked(string Reasons) : RecipientEvent;
}

/// <summary>A certified user as its events tell it, and the pure decisions on it.</summary>
internal sealed record Recipient(RecipientRegistration Registration, string Fingerprint)
{
    public const string StreamPrefix = "recipient/";

    public string? Terms { get; init; }

    public ActorId? AcceptedBy { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }

    public string? RevokedBecause { get; init; }

    public static Recipient Evolve(Recipient? state, RecipientEvent happened, RecordedEvent recorded) => happened switch
    {
        RecipientEvent.Registered r => new(r.Registration, r.Fingerprint),
        RecipientEvent.TermsAccepted a => state! with { Terms = a.Terms, AcceptedBy = recorded.By, AcceptedAt = recorded.At },
        RecipientEvent.Revoked r => state! with { RevokedBecause = r.Reasons },
        _ => state!,
    };

    public RecipientState StateOn(DateOnly today, HandOverTerms inForce) =>
        RevokedBecause is not null ? RecipientState.Revoked
        : today < Registration.ValidFrom || today > Registration.ValidUntil ? RecipientState.OutOfTerm
        : Terms != inForce.Name ? RecipientState.Waiting
        : RecipientState.Active;

    public CertifiedRecipient View(DateOnly today, HandOverTerms inForce) => new(Registration, Fingerprint, StateOn(today, inForce), Terms, AcceptedBy, AcceptedAt, RevokedBecause);

    public static Outcome<IReadOnlyList<RecipientEvent>> Register(RecipientRegistration said, DateOnly today)
    {
        Finding Wrong(string field, string reason, string remedy) => Finding.Error("handover.registration", reason, remedy, new Place(Field: field));
        const int longest = 200;
        return said is not { Id: not null, Name: { Ja: not null, En: not null }, Affiliation: not null, Certification: not null, Contacts: not null } ? Wrong("", "A part of the registration is missing", "Give id, name, affiliation, certification, validFrom, validUntil, publicKey and contacts")
            : !Slug.IsValid(said.Id) ? Wrong("id", "The id is not well formed", "Use a-z, 0-9, '-', '_', '.'")
            : string.IsNullOrWhiteSpace(said.Name.Ja) || string.IsNullOrWhiteSpace(said.Name.En) || said.Name.Ja.Length > longest || said.Name.En.Length > longest ? Wrong("name", "The name is missing in a language, or too long", "Give it in Japanese and English")
            : string.IsNullOrWhiteSpace(said.Affiliation) || said.Affiliation.Length > longest ? Wrong("affiliation", "The affiliation is missing", "Give it as its people's sign-in says it")
            : string.IsNullOrWhiteSpace(said.Certification) || said.Certification.Length > longest ? Wrong("certification", "The reference of the certificate is missing", "Give it as the certificate says it")
            : said.ValidUntil < said.ValidFrom || said.ValidUntil < today ? Wrong("validUntil", "The certification ends before it begins, or has ended", "Give the days of a valid certificate")
            : said.Contacts.Count is 0 or > 20 || said.Contacts.Any(c => c.Value is null) ? Wrong("contacts", "Nobody is named who accepts the terms", "Name one to twenty persons by their ids")
            : !AgeRecipient.TryParse(said.PublicKey, out var key) ? Wrong("publicKey", "This is no public key of a recipient", "Give the age1… that 'minato handover key' printed")
            : Outcome<IReadOnlyList<RecipientEvent>>.Ok([new RecipientEvent.Registered(said, key.Fingerprint)]);
    }

    public static Outcome<IReadOnlyList<RecipientEvent>> Accept(Recipient? state, string terms, HandOverTerms inForce, ActorId by) =>
        state is null ? NotThere
        : !state.Registration.Contacts.Contains(by) ? Finding.Error("handover.role", "Only a person whom the registration names accepts the terms", "Ask one of the contacts")
        : state.RevokedBecause is not null ? Finding.Error("handover.revoked", "The registration was revoked", "Ask the secretariat to register anew")
        : terms != inForce.Name ? Finding.Error("handover.terms", $"The terms in force are {inForce.Name}", "Read them, and accept them by that name")
        : Outcome<IReadOnlyList<RecipientEvent>>.Ok(state.Terms == terms ? [] : [new RecipientEvent.TermsAccepted(terms)]);

    public static Outcome<IReadOnlyList<RecipientEvent>> Revoke(Recipient? state, string reasons) =>
        state is null ? NotThere
        : HandOver.BadReasons(reasons) is { } bad ? bad
        : Outcome<IReadOnlyList<RecipientEvent>>.Ok(state.RevokedBecause is null ? [new RecipientEvent.Revoked(reasons.Trim())] : []);

    public static Finding NotThere { get; } = Finding.Error("handover.unknown-recipient", "There is no certified user of that id", "List them");
}
