using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Minato.OptOut;
using Minato.OptOut.Desk;
using Minato.Portal;

namespace Minato.Web;

/// <summary>Endpoints of choices: what anybody may know of them, the person's own, and the desk's.</summary>
internal static class ChoiceApi
{
    public static void Map(RouteGroupBuilder api, Harbour h)
    {
        var open = api.MapGroup("").AllowAnonymous().WithTags("Public");
        open.MapGet("/choices/policy", () => new { h.OptOut.Policy, acting = h.Acting.ActingPolicy });
        open.MapGet("/choices/missing", async (CancellationToken ct) => Api.Answer(await h.Missing.OverallAsync(ct).ConfigureAwait(false)));
        open.MapGet("/permits/{permit}/missing", async (string permit, CancellationToken ct) => Slug.IsValid(permit) ? Api.Answer(await h.Missing.ForAsync(new PermitId(permit), ct).ConfigureAwait(false)) : Results.NotFound());
        open.MapPost("/choices/letters/read", (LetterBody body) => Api.Answer(h.ChoiceDesk.Read(body.Receipt ?? "", body.Word ?? ""), l => Results.Ok(new { l.Receipt, l.Kind, l.Choice, l.Ground, l.At, l.LedgerIndex })))
            .RequireRateLimiting(Site.AnonymousWrites);

        var desk = api.MapGroup("/choice-desk").RequireAuthorization(Api.For(Role.ChoiceDesk)).WithTags("Choice desk");
        desk.MapPost("/cases", async (DeskOrder order, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.ChoiceDesk.TakeAsync(order, Api.Who(user), ct).ConfigureAwait(false)));
        desk.MapPost("/cases/{id}/look", async (string id, DeskOrder order, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.ChoiceDesk.LookAgainAsync(id, order, Api.Who(user), ct).ConfigureAwait(false)));
        desk.MapPost("/cases/{id}/drop", async (string id, Api.Said said, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.ChoiceDesk.DropAsync(id, said.Text, Api.Who(user), ct).ConfigureAwait(false)));
        desk.MapGet("/cases/{id}/letter", (string id, ClaimsPrincipal user) => Api.Answer(h.ChoiceDesk.Letter(id, Api.Who(user))));
        var seen = api.MapGroup("/choice-desk").RequireAuthorization(Api.For(Role.ChoiceDesk | Role.Auditor)).WithTags("Choice desk");
        seen.MapGet("/cases", (ClaimsPrincipal user) => h.ChoiceDesk.VisibleTo(Api.Who(user)));

        // The citizen's own: the pseudonym stands in the site's session only, so these take the site's cookie, and only show.
        var citizen = api.MapGroup("/me").RequireAuthorization(Citizens).WithTags("Citizen");
        citizen.MapGet("/choices", (ClaimsPrincipal user) => ActorClaims.CitizenOf(user) is { } me ? Results.Ok(h.OptOut.ChoicesOf(me)) : Results.NotFound());
        citizen.MapGet("/choices/history", (ClaimsPrincipal user) => ActorClaims.CitizenOf(user) is { } me ? Results.Ok(h.OptOut.HistoryOf(me)) : Results.NotFound());
        citizen.MapGet("/choices/{choice}/receipt", (string choice, ClaimsPrincipal user) =>
            ActorClaims.CitizenOf(user) is { } me && h.OptOut.HistoryOf(me).FirstOrDefault(c => c.Choice.Id == choice) is { } mine
                ? Api.Answer(h.Ledger.ProveEvent(mine.WithdrawnIndex ?? mine.Choice.LedgerIndex), e => Results.File(System.Text.Encoding.UTF8.GetBytes(e.ToJson()), "application/json", $"receipt-{choice}.json"))
                : Results.NotFound());
        citizen.MapGet("/uses", async (ClaimsPrincipal user, CancellationToken ct) => ActorClaims.CitizenOf(user) is { } me ? Results.Ok(await h.Linkage.UsesOfAsync(me, ct).ConfigureAwait(false)) : Results.NotFound());
    }

    /// <summary>A citizen, by the site's session.</summary>
    public static AuthorizationPolicy Citizens { get; } =
        new AuthorizationPolicyBuilder(SignIn.SiteCookie).RequireAuthenticatedUser().RequireAssertion(c => c.User.Has(Role.Citizen)).Build();

    internal sealed record LetterBody(string? Receipt, string? Word);
}
