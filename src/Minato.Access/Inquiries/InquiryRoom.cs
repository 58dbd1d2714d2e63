using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Minato.Ledger;
using E = Minato.Access.InquiryEvent;

namespace Minato.Access;

[JsonDerivedType(typeof(Asked), "inquiry-asked")]
[JsonDerivedType(typeof(Answered), "inquiry-answered")]
[JsonDerivedType(typeof(Forwarded), "inquiry-forwarded")]
[JsonDerivedType(typeof(Published), "inquiry-published")]
internal abstract record InquiryEvent
{
    private InquiryEvent() { }

    /// <param name="Word">SHA-256 of the ticket's word, in hexadecimal digits.</param>
    public sealed record Asked(InquiryKind Kind, string Sealed, string Word) : InquiryEvent;

    public sealed record Answered(string Sealed) : InquiryEvent;

    public sealed record Forwarded(string Authority) : InquiryEvent;

    public sealed record Published(Bilingual Question, Bilingual Answer) : InquiryEvent;
}

internal sealed record InquiryCase(string Id, InquiryKind Kind, InquiryState State, string Sealed, string Word, DateTimeOffset At)
{
    public string? Answer { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    public string? ForwardedTo { get; init; }

    public PublishedAnswer? Published { get; init; }

    public static InquiryCase Evolve(InquiryCase? state, E e, RecordedEvent recorded) => e switch
    {
        E.Asked x => new(recorded.Stream[InquiryRoom.Prefix.Length..], x.Kind, InquiryState.Open, x.Sealed, x.Word, recorded.At),
        E.Answered x => state! with { State = InquiryState.Answered, Answer = x.Sealed, AnsweredAt = recorded.At },
        E.Forwarded x => state! with { State = InquiryState.Forwarded, ForwardedTo = x.Authority, AnsweredAt = recorded.At },
        E.Published x => state! with { Published = new(state.Id, x.Question, x.Answer, recorded.At) },
        _ => throw new InvalidOperationException($"Unknown event {e.GetType().Name}"),
    };
}

/// <summary>The desk for questions and complaints.</summary>
public sealed class InquiryRoom : IInquiries
{
    internal const string Prefix = "inquiry/";
    private const string Key = "access-inquiries";
    private const int MostCharacters = 5_000;

    private static readonly ActorId Somebody = new("somebody");

    private readonly Projection<InquiryCase, E> cases;
    private readonly IKeyStore keys;

    private InquiryRoom(ILedger ledger, IKeyStore keys)
    {
        cases = new(ledger, "access", Prefix, InquiryCase.Evolve);
        this.keys = keys;
    }

    public static IInquiries Open(ILedger ledger, IKeyStore keys) => new InquiryRoom(ledger, keys);

    public IReadOnlyList<PublishedAnswer> Published => [.. cases.All.Select(c => c.Published).OfType<PublishedAnswer>().OrderByDescending(p => p.At)];

    public IReadOnlyDictionary<InquiryKind, (int All, int Answered)> Figures =>
        cases.All.GroupBy(c => c.Kind).ToDictionary(g => g.Key, g => (g.Count(), g.Count(c => c.State != InquiryState.Open)));

    public async Task<Outcome<InquiryTicket>> AskAsync(InquiryKind kind, string text, CancellationToken ct = default)
    {
        if (!Enum.IsDefined(kind) || !IsText(text))
        {
            return NoText;
        }

        var ticket = new InquiryTicket($"q-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10)));
        var stream = Prefix + ticket.Id;
        var asked = await cases.DecideAsync(
            stream, Somebody, existing => existing is null ? Events(new E.Asked(kind, SealedText.Close(keys, Key, text.Trim(), stream), Hash(ticket.Word))) : NoText, ct: ct).ConfigureAwait(false);
        return asked.Map(_ => ticket);
    }

    public Outcome<InquiryView> Read(InquiryTicket ticket) =>
        ticket is { Id: not null, Word: not null } && Slug.IsValid(ticket.Id) && cases.Find(Prefix + ticket.Id) is { } c
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(c.Word), Encoding.ASCII.GetBytes(Hash(ticket.Word)))
            ? View(c)
            : Unknown;

    public IReadOnlyList<InquiryView> VisibleTo(Actor actor) =>
        actor.Is(Role.Operator) ? [.. cases.All.OrderBy(c => c.State).ThenBy(c => c.At).Select(View)]
        : actor.Is(Role.Auditor) ? [.. cases.All.OrderBy(c => c.State).ThenBy(c => c.At).Select(c => View(c) with { Text = "", Answer = null })]
        : [];

    public Task<Outcome<InquiryView>> AnswerAsync(string id, string answer, Actor by, CancellationToken ct = default) =>
        Do(id, by, c => c.State == InquiryState.Forwarded ? Finding.Error("inquiry.forwarded", "It was handed on, and is answered there", "Nothing is to be done")
            : !IsText(answer) ? NoText : Events(new E.Answered(SealedText.Close(keys, Key, answer.Trim(), Prefix + id))), ct);

    public Task<Outcome<InquiryView>> ForwardAsync(string id, string authority, Actor by, CancellationToken ct = default) =>
        Do(id, by, c => c.State != InquiryState.Open ? Finding.Error("inquiry.closed", "It is answered or handed on already", "Nothing is to be done")
            : authority?.Trim().Length is not (> 0 and <= 200) ? NoText : Events(new E.Forwarded(authority.Trim())), ct);

    public async Task<Outcome<PublishedAnswer>> PublishAsync(string id, Bilingual question, Bilingual answer, Actor by, CancellationToken ct = default)
    {
        var done = await Do(id, by, c => c.State != InquiryState.Answered ? Finding.Error("inquiry.not-answered", "Only what was answered is published", "Answer it first")
            : new[] { question?.Ja, question?.En, answer?.Ja, answer?.En }.All(IsText) ? Events(new E.Published(question!, answer!)) : NoText, ct).ConfigureAwait(false);
        return done.Map(_ => cases.Find(Prefix + id)!.Published!);
    }

    private static Finding Unknown => Finding.Error("inquiry.unknown", "There is no such inquiry, or the word is another", "Check the number and the word that you were given");

    private static Finding NoText => Finding.Error("inquiry.text", "The text is empty or too long", $"Write up to {MostCharacters} characters, in both languages where it is published");

    private async Task<Outcome<InquiryView>> Do(string id, Actor by, Func<InquiryCase, Outcome<IReadOnlyList<E>>> decide, CancellationToken ct) =>
        !by.Is(Role.Operator) ? Finding.Error("inquiry.not-permitted", "Inquiries are answered by the operator's office", "Ask the office")
        : !Slug.IsValid(id) ? Unknown
        : (await cases.DecideAsync(Prefix + id, by.Id, c => c is null ? Unknown : decide(c), ct: ct).ConfigureAwait(false)).Map(View);

    private InquiryView View(InquiryCase c) => new(c.Id, c.Kind, c.State, SealedText.Open(keys, Key, c.Sealed, Prefix + c.Id), c.At)
    {
        Answer = c.Answer is { } a ? SealedText.Open(keys, Key, a, Prefix + c.Id) : null,
        AnsweredAt = c.AnsweredAt,
        ForwardedTo = c.ForwardedTo,
    };

    private static bool IsText(string? text) => text?.Trim().Length is > 0 and <= MostCharacters;

    private static string Hash(string word) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(word)));

    private static Outcome<IReadOnlyList<E>> Events(E e) => Outcome<IReadOnlyList<E>>.Ok([e]);
}
