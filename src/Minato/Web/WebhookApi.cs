using System.Security.Claims;
using Minato.Webhooks;

namespace Minato.Web;

/// <summary>Endpoints of subscriptions to events.</summary>
internal static class WebhookApi
{
    internal const Role Subscribers = Role.Researcher | Role.Reviewer | Role.CitizenReviewer | Role.Holder | Role.Operator | Role.Auditor | Role.OutputChecker;

    public static void Map(RouteGroupBuilder api, Harbour h)
    {
        api.MapGroup("").AllowAnonymous().WithTags("Webhooks").MapGet("/webhooks/kinds", () => h.Webhooks.Kinds);
        var own = api.MapGroup("").RequireAuthorization(Api.For(Subscribers)).WithTags("Webhooks");
        own.MapGet("/webhooks", (ClaimsPrincipal user) => h.Webhooks.VisibleTo(Api.Who(user)));
        own.MapPost("/webhooks", async (SubscriptionBody body, ClaimsPrincipal user, CancellationToken ct) =>
            Api.Answer(await h.Webhooks.SubscribeAsync(body.Address ?? "", body.Types ?? [], body.OfOrganisation, Api.Who(user), ct).ConfigureAwait(false)));
        own.MapGet("/webhooks/{id}/log", (string id, ClaimsPrincipal user) => Api.Answer(h.Webhooks.Log(id, Api.Who(user))));
        own.MapPost("/webhooks/{id}/resume", async (string id, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Webhooks.ResumeAsync(id, Api.Who(user), ct).ConfigureAwait(false)));
        own.MapDelete("/webhooks/{id}", async (string id, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Webhooks.EndAsync(id, Api.Who(user), ct).ConfigureAwait(false)));
    }

    internal sealed record SubscriptionBody(string? Address, IReadOnlyList<string>? Types, bool OfOrganisation = false);
}
