namespace Minato.Webhooks;

/// <summary>Whom an event of a kind may be told to.</summary>
public enum WebhookAudience
{
    /// <summary>Every subscriber: it is published anyway.</summary>
    Public,

    /// <summary>Who may read what the event is of.</summary>
    Concerned,

    /// <summary>Operators and auditors.</summary>
    Office,
}

/// <param name="Type">As the ledger names it.</param>
public sealed record WebhookKind(string Type, WebhookAudience Audience, Bilingual Name);

public enum SubscriptionState
{
    Active,

    /// <summary>The receiver failed through every try, or said that it is gone. Its owner may resume it.</summary>
    Stopped,
    Ended,
}

/// <param name="Address">For its owner only.</param>
/// <param name="OfOrganisation">Everybody of the owner's organisation sees and ends it.</param>
/// <param name="From">Index of the first event that it may tell of.</param>
public sealed record SubscriptionView(string Id, ActorId Owner, string Organisation, bool OfOrganisation, string Address, IReadOnlyList<string> Types, SubscriptionState State, DateTimeOffset At, long From)
{
    /// <summary>Why it was stopped.</summary>
    public string? StoppedBecause { get; init; }
}

/// <summary>One try to deliver.</summary>
/// <param name="Status">Of HTTP; 0: no answer came.</param>
/// <param name="Next">When it is tried again; null: delivered, or given up.</param>
public sealed record DeliveryAttempt(string Message, long Event, string Type, DateTimeOffset At, int Status, int Try, DateTimeOffset? Next)
{
    public bool Delivered => Status is >= 200 and < 300;
}

/// <summary>A new subscription, with the secret by which the receiver checks signatures; it is told once.</summary>
public sealed record NewSubscription(SubscriptionView Subscription, string Secret);

/// <summary>Subscriptions to events, and their delivery (H8).</summary>
public interface IWebhooks
{
    IReadOnlyList<WebhookKind> Kinds { get; }

    /// <summary>Refused with <c>webhook.address</c>, <c>webhook.kinds</c>, <c>webhook.too-many</c>.</summary>
    Task<Outcome<NewSubscription>> SubscribeAsync(string address, IReadOnlyList<string> types, bool ofOrganisation, Actor by, CancellationToken ct = default);

    /// <summary>Its owner's, and those of the owner's organisation.</summary>
    IReadOnlyList<SubscriptionView> VisibleTo(Actor actor);

    Task<Outcome<SubscriptionView>> EndAsync(string id, Actor by, CancellationToken ct = default);

    /// <summary>Goes on with one that was stopped, from now.</summary>
    Task<Outcome<SubscriptionView>> ResumeAsync(string id, Actor by, CancellationToken ct = default);

    /// <summary>The last tries, newest first.</summary>
    Outcome<IReadOnlyList<DeliveryAttempt>> Log(string id, Actor actor);

    /// <summary>Delivers what is due by now, and says how many requests were sent. Called by the clock; safe to call at any time.</summary>
    Task<Outcome<int>> DeliverAsync(CancellationToken ct = default);
}
