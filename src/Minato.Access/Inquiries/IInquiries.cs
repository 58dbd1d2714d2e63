namespace Minato.Access;

public enum InquiryKind
{
    Question,

    /// <summary>Somebody's rights were hurt (EHDS 81).</summary>
    Complaint,

    /// <summary>About one's choice: goes on to the data-protection authority (EHDS 65, 81).</summary>
    ChoiceComplaint,

    /// <summary>A use that should not be.</summary>
    Misuse,
}

public enum InquiryState
{
    Open,
    Answered,

    /// <summary>Handed on to the authority that is competent for it; its answer comes from there.</summary>
    Forwarded,
}

/// <summary>A question or complaint, and what came of it.</summary>
/// <param name="Text">Of the person who asked, sealed in the ledger: for that person and the office.</param>
public sealed record InquiryView(string Id, InquiryKind Kind, InquiryState State, string Text, DateTimeOffset At)
{
    public string? Answer { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    public string? ForwardedTo { get; init; }
}

/// <summary>A question with its answer, written again for everybody (G3).</summary>
public sealed record PublishedAnswer(string Id, Bilingual Question, Bilingual Answer, DateTimeOffset At);

/// <summary>What the person who asked keeps: the inquiry's id, and the word with which its answer is read. The harbour keeps a hash of it.</summary>
public sealed record InquiryTicket(string Id, string Word);

/// <summary>A standing way to ask and be answered (G3), for everybody and without a name; complaints on their way are told of.</summary>
public interface IInquiries
{
    /// <summary>Anybody may ask; nothing about who asks is kept.</summary>
    Task<Outcome<InquiryTicket>> AskAsync(InquiryKind kind, string text, CancellationToken ct = default);

    /// <summary>For who has the ticket.</summary>
    Outcome<InquiryView> Read(InquiryTicket ticket);

    /// <summary>Open ones first. For operators and auditors; auditors read no text.</summary>
    IReadOnlyList<InquiryView> VisibleTo(Actor actor);

    Task<Outcome<InquiryView>> AnswerAsync(string id, string answer, Actor by, CancellationToken ct = default);

    /// <param name="authority">The name of the authority.</param>
    Task<Outcome<InquiryView>> ForwardAsync(string id, string authority, Actor by, CancellationToken ct = default);

    /// <summary>Publishes question and answer, both written anew in plain words without anything of a person.</summary>
    Task<Outcome<PublishedAnswer>> PublishAsync(string id, Bilingual question, Bilingual answer, Actor by, CancellationToken ct = default);

    IReadOnlyList<PublishedAnswer> Published { get; }

    /// <summary>How many of each kind, and how many were answered.</summary>
    IReadOnlyDictionary<InquiryKind, (int All, int Answered)> Figures { get; }
}
