using System.Security.Cryptography;
using Minato.Ledger;
using E = Minato.Webhooks.WebhookEvent;

namespace Minato.Webhooks;

/// <param name="Folder">Of the outboxes.</param>
/// <param name="AllowPrivate">Receivers on this machine and in private networks, by plain HTTP too: for a network that is wholly one's own.</param>
public sealed record WebhookOptions(string Folder, string StandardsFolder, bool AllowPrivate = false)
{
    /// <summary>The subscriber as they are now, with the roles of now, from how they were when they subscribed; null: there is nobody of that id any more.</summary>
    public required Func<Actor, Actor?> AsNow { get; init; }

    /// <summary>Whether somebody may see what an event is of.</summary>
    public required Func<RecordedEvent, Actor, bool> MaySee { get; init; }
}

/// <summary>The room.</summary>
public sealed class WebhookRoom : IWebhooks, IDisposable
{
    private const string Key = "webhooks";

    private readonly WebhookOptions options;
    private readonly WebhookStandard standard;
    private readonly Projection<Subscription, E> subscriptions;
    private readonly ILedger ledger;
    private readonly IKeyStore keys;
    private readonly TimeProvider clock;
    private readonly HttpClient http;
    private readonly SemaphoreSlim delivering = new(1);

    private WebhookRoom(WebhookOptions options, ILedger ledger, IKeyStore keys, TimeProvider clock)
    {
        (this.options, this.ledger, this.keys, this.clock) = (options, ledger, keys, clock);
        standard = WebhookStandard.Read(options.StandardsFolder);
        subscriptions = new(ledger, "webhook", Subscription.Prefix, Subscription.Evolve);
        http = OutwardHttp.Client(options.AllowPrivate, TimeSpan.FromSeconds(15));
    }

    /// <exception cref="InvalidDataException">The standard is missing or cannot be used.</exception>
    public static IWebhooks Open(WebhookOptions options, ILedger ledger, IKeyStore keys, TimeProvider clock)
    {
        Directory.CreateDirectory(options.Folder);
        return new WebhookRoom(options, ledger, keys, clock);
    }

    public IReadOnlyList<WebhookKind> Kinds => standard.Kinds;

    public async Task<Outcome<NewSubscription>> SubscribeAsync(string address, IReadOnlyList<string> types, bool ofOrganisation, Actor by, CancellationToken ct = default)
    {
        if (OutwardAddress.Defect(address, options.AllowPrivate) is { } defect)
        {
            return Finding.Error("webhook.address", $"The address cannot be used: {defect}", "Give a public https address that answers POST requests");
        }

        if (types is not { Count: > 0 and <= 100 } || types.Any(t => standard.Kinds.All(k => k.Type != t)))
        {
            return Finding.Error("webhook.kinds", "No kinds of events are named, or there is no such kind", "Use kinds of the published list");
        }

        if (types.Any(t => standard.Kinds.First(k => k.Type == t).Audience == WebhookAudience.Office) && !by.Is(Role.Operator | Role.Auditor))
        {
            return Finding.Error("webhook.not-permitted", "A kind is for the office and auditors only", "Leave it out");
        }

        if (ofOrganisation && by.Affiliation.Length == 0)
        {
            return Finding.Error("webhook.organisation", "You belong to no organisation here", "Subscribe for yourself");
        }

        if (subscriptions.All.Count(s => s.As.Owner == by.Id.Value && s.State != SubscriptionState.Ended) >= standard.MostPerOwner)
        {
            return Finding.Error("webhook.too-many", $"One person has at most {standard.MostPerOwner} subscriptions", "End one first");
        }

        var id = $"w-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        var (stream, secret) = (Subscription.Prefix + id, WebhookMessage.NewSecret());
        var made = await subscriptions.DecideAsync(
            stream, by.Id, _ => Outcome<IReadOnlyList<E>>.Ok([new E.Subscribed(
                by.Id.Value, by.Roles, by.Affiliation, ofOrganisation, SealedText.Close(keys, Key, address, stream + "/address"), SealedText.Close(keys, Key, secret, stream + "/secret"), [.. types.Distinct()])]), ct: ct).ConfigureAwait(false);
        return made.Map(s => new NewSubscription(View(s), secret));
    }

    public IReadOnlyList<SubscriptionView> VisibleTo(Actor actor) => [.. subscriptions.All.Where(s => s.BelongsTo(actor)).Select(View)];

    public Task<Outcome<SubscriptionView>> EndAsync(string id, Actor by, CancellationToken ct = default) => Do(id, new E.Ended(), by, ct);

    public Task<Outcome<SubscriptionView>> ResumeAsync(string id, Actor by, CancellationToken ct = default) => Do(id, new E.Resumed(), by, ct);

    public Outcome<IReadOnlyList<DeliveryAttempt>> Log(string id, Actor actor) =>
        Slug.IsValid(id) && subscriptions.Find(Subscription.Prefix + id) is { } s && s.BelongsTo(actor)
            ? Outcome<IReadOnlyList<DeliveryAttempt>>.Ok(Outbox.Read(PathOf(id))?.Log ?? [])
            : Finding.Error("webhook.not-found", "There is no such subscription of yours", "Check its id");

    public async Task<Outcome<int>> DeliverAsync(CancellationToken ct = default)
    {
        await delivering.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var sent = 0;
            foreach (var s in subscriptions.All)
            {
                if (s.State == SubscriptionState.Active)
                {
                    sent += await DeliverAsync(s, ct).ConfigureAwait(false);
                }
                else if (s.State == SubscriptionState.Ended)
                {
                    File.Delete(PathOf(s.Id));
                }
            }

            return sent;
        }
        finally
        {
            delivering.Release();
        }
    }

    public void Dispose()
    {
        http.Dispose();
        delivering.Dispose();
    }

    private async Task<int> DeliverAsync(Subscription s, CancellationToken ct)
    {
        var box = Gather(s);
        var (address, secret) = (Opened(s, s.As.Address, "/address"), Opened(s, s.As.Secret, "/secret"));
        var sent = 0;
        foreach (var w in box.Waiting.OrderBy(w => w.Event).ToArray())
        {
            if (w.Due > clock.GetUtcNow())
            {
                continue;
            }

            var id = WebhookMessage.IdOf(s.Id, w.Event);
            var status = await TryAsync(address, secret, id, WebhookMessage.Body(w, StreamOf(w)), ct).ConfigureAwait(false);
            sent++;
            var (now, tried) = (clock.GetUtcNow(), w.Tried + 1);
            var delivered = status is >= 200 and < 300;
            var next = delivered || tried > standard.RetrySeconds.Count ? (DateTimeOffset?)null : now.AddSeconds(standard.RetrySeconds[tried - 1]);
            box = (box with
            {
                Waiting = next is { } due ? [.. box.Waiting.Select(x => x.Event == w.Event ? x with { Tried = tried, Due = due } : x)] : [.. box.Waiting.Where(x => x.Event != w.Event)],
            }).With(new DeliveryAttempt(id, w.Event, w.Type, now, status, tried, next));
            box.Write(PathOf(s.Id));
            const int Gone = 410;
            if (status == Gone || (!delivered && next is null))
            {
                await StopAsync(s.Id, status == Gone ? "The receiver says that it is gone (410)" : $"The receiver did not take an event in {tried} tries", ct).ConfigureAwait(false);
                return sent;
            }

            // A receiver that fails is not asked for the next event at once: order is kept as far as can be.
            if (!delivered)
            {
                return sent;
            }
        }

        return sent;
    }

    /// <summary>What happened since, of the kinds asked for and within what the owner may see now; written before anything is sent.</summary>
    private Outbox Gather(Subscription s)
    {
        var box = Outbox.Read(PathOf(s.Id)) ?? new Outbox(s.From, [], []);
        if (box.Next < s.From)
        {
            box = box with { Next = s.From, Waiting = [] };
        }

        var size = ledger.Size;
        if (size <= box.Next)
        {
            return box;
        }

        var owner = options.AsNow(new Actor(new ActorId(s.As.Owner), s.As.Roles, s.As.Owner, s.As.Organisation));
        var types = s.As.Types.ToHashSet(StringComparer.Ordinal);
        var now = clock.GetUtcNow();
        List<Waiting> waiting = [.. box.Waiting];
        foreach (var e in owner is null ? [] : ledger.ReadAll(box.Next).TakeWhile(e => e.Index < size))
        {
            if (types.Contains(e.Type) && MaySee(e, owner!))
            {
                waiting.Add(new Waiting(e.Index, e.Type, e.At, 0, now));
            }
        }

        box = box with { Next = size, Waiting = [.. waiting.TakeLast(Outbox.MostWaiting)] };
        box.Write(PathOf(s.Id));
        return box;
    }

    private bool MaySee(RecordedEvent e, Actor owner) => standard.Kinds.FirstOrDefault(k => k.Type == e.Type)?.Audience switch
    {
        WebhookAudience.Public => true,
        WebhookAudience.Office => owner.Is(Role.Operator | Role.Auditor),
        WebhookAudience.Concerned => options.MaySee(e, owner),
        _ => false,
    };

    private async Task<int> TryAsync(string address, string secret, string id, string body, CancellationToken ct)
    {
        try
        {
            using var request = WebhookMessage.Request(address, secret, id, body, clock.GetUtcNow());
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
            return (int)answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return 0;
        }
    }

    private async Task StopAsync(string id, string reason, CancellationToken ct) => _ = (await subscriptions.DecideAsync(
        Subscription.Prefix + id, Actor.Harbour.Id, s => Outcome<IReadOnlyList<E>>.Ok(s!.State == SubscriptionState.Active ? [new E.Stopped(reason)] : []), ct: ct).ConfigureAwait(false)).Value;

    private async Task<Outcome<SubscriptionView>> Do(string id, E command, Actor by, CancellationToken ct) =>
        !Slug.IsValid(id) ? Finding.Error("webhook.not-found", "There is no such subscription of yours", "Check its id")
        : (await subscriptions.DecideAsync(Subscription.Prefix + id, by.Id, s => Subscription.Decide(s, command, by), ct: ct).ConfigureAwait(false)).Map(View);

    private SubscriptionView View(Subscription s) => new(
        s.Id, new ActorId(s.As.Owner), s.As.Organisation, s.As.OfOrganisation, Opened(s, s.As.Address, "/address"), s.As.Types, s.State, s.At, s.From) { StoppedBecause = s.StoppedBecause };

    private string Opened(Subscription s, string box, string what) => SealedText.Open(keys, Key, box, Subscription.Prefix + s.Id + what);

    private string StreamOf(Waiting w) => ledger.ReadAll(w.Event).First().Stream;

    private string PathOf(string id) => Path.Combine(options.Folder, id + ".json");
}
