using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Webhooks;

[JsonDerivedType(typeof(Subscribed), "subscribed")]
[JsonDerivedType(typeof(Stopped), "stopped")]
[JsonDerivedType(typeof(Resumed), "resumed")]
[JsonDerivedType(typeof(Ended), "ended")]
internal abstract record WebhookEvent
{
    private WebhookEvent() { }

    /// <param name="Roles">As the owner had them.</param>
    /// <param name="Address">Sealed, as is the secret.</param>
    public sealed record Subscribed(string Owner, Role Roles, string Organisation, bool OfOrganisation, string Address, string Secret, IReadOnlyList<string> Types) : WebhookEvent;

    public sealed record Stopped(string Reason) : WebhookEvent;

    public sealed record Resumed : WebhookEvent;

    public sealed record Ended : WebhookEvent;
}

/// <summary>A subscription as its events made it; address and secret are sealed.</summary>
internal sealed record Subscription(string Id, WebhookEvent.Subscribed As, SubscriptionState State, DateTimeOffset At, long From, string? StoppedBecause = null)
{
    public const string Prefix = "webhook/";

    public static Subscription Evolve(Subscription? state, WebhookEvent e, RecordedEvent recorded) => e switch
    {
        WebhookEvent.Subscribed x => new(recorded.Stream[Prefix.Length..], x, SubscriptionState.Active, recorded.At, recorded.Index + 1),
        WebhookEvent.Stopped x => state! with { State = SubscriptionState.Stopped, StoppedBecause = x.Reason },
        WebhookEvent.Resumed => state! with { State = SubscriptionState.Active, StoppedBecause = null, From = recorded.Index + 1 },
        WebhookEvent.Ended => state! with { State = SubscriptionState.Ended },
        _ => throw new InvalidOperationException($"Unknown event {e.GetType().Name}"),
    };

    public bool BelongsTo(Actor actor) => actor.Id.Value == As.Owner || (As.OfOrganisation && As.Organisation.Length > 0 && actor.Affiliation == As.Organisation);

    public static Outcome<IReadOnlyList<WebhookEvent>> Decide(Subscription? state, WebhookEvent command, Actor by) =>
        state is null || !state.BelongsTo(by) ? Finding.Error("webhook.not-found", "There is no such subscription of yours", "Check its id")
        : command is WebhookEvent.Ended && state.State != SubscriptionState.Ended ? Outcome<IReadOnlyList<WebhookEvent>>.Ok([command])
        : command is WebhookEvent.Resumed && state.State == SubscriptionState.Stopped ? Outcome<IReadOnlyList<WebhookEvent>>.Ok([command])
        : Finding.Error("webhook.state", $"A subscription that is {state.State} cannot be {(command is WebhookEvent.Ended ? "ended" : "resumed")}", "Look at its state");
}
