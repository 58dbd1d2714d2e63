using System.Security.Claims;
using Minato.Release.HandingOver;

namespace Minato.Web;

/// <summary>Endpoints of the door for certified users.</summary>
internal static class HandOverApi
{
    public static void Map(RouteGroupBuilder api, Harbour h)
    {
        var open = api.MapGroup("").AllowAnonymous().WithTags("Public");
        open.MapGet("/recipients", () => h.HandOvers.Recipients.Select(Public));
        open.MapGet("/hand-overs/terms", () => h.HandOvers.Terms);
        open.MapGet("/hand-overs/published", () => new { h.HandOvers.Figures, handOvers = h.HandOvers.Published });

        var see = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher | Role.OutputChecker | Role.Operator | Role.Auditor)).WithTags("Hand-overs");
        see.MapGet("/hand-overs", (ClaimsPrincipal user) => h.HandOvers.VisibleTo(Api.Who(user)));
        see.MapGet("/hand-overs/{id}/evidence", (string id, ClaimsPrincipal user) => Api.Answer(h.HandOvers.Evidence(id, Api.Who(user)), e => Results.Text(e.ToJson(), "application/json")));

        var research = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher)).WithTags("Hand-overs");
        research.MapPost("/permits/{permit}/hand-overs", async (string permit, Api.Said said, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Api.Answer(await h.HandOvers.ProposeAsync(new PermitId(permit), said.Text, Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
        research.MapPost("/hand-overs/{id}/withdraw", async (string id, Api.Said said, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.HandOvers.WithdrawAsync(id, said.Text, Api.Who(user), ct).ConfigureAwait(false)));
        research.MapPost("/recipients/{id}/terms", async (string id, Api.Said said, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.HandOvers.AcceptTermsAsync(id, said.Text, Api.Who(user), ct).ConfigureAwait(false)));
        research.MapGet("/hand-overs/{id}/container", async (string id, ClaimsPrincipal user, CancellationToken ct) =>
            Api.Answer(await h.HandOvers.FetchAsync(id, Api.Who(user), ct).ConfigureAwait(false), content => Results.Stream(content, "application/octet-stream", $"{id}.age")));
        research.MapPost("/hand-overs/{id}/receipt", async (string id, ReceiptBody body, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.HandOvers.ConfirmAsync(id, body.Sha256 ?? "", Api.Who(user), ct).ConfigureAwait(false)));
        research.MapPost("/hand-overs/{id}/duties", async (string id, DutyBody body, ClaimsPrincipal user, CancellationToken ct) =>
            Api.Answer(await h.HandOvers.FulfilAsync(id, body.Duty, body.Words ?? "", Api.Who(user), body.Method, ct).ConfigureAwait(false)));

        var checkers = api.MapGroup("").RequireAuthorization(Api.For(Role.OutputChecker)).WithTags("Hand-overs");
        checkers.MapPost("/hand-overs/{id}/decision", async (string id, HandOverDecision d, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.HandOvers.DecideAsync(id, d.Approve, d.Reasons ?? "", Api.Who(user), ct).ConfigureAwait(false)));

        var operators = api.MapGroup("").RequireAuthorization(Api.For(Role.Operator)).WithTags("Hand-overs");
        operators.MapPost("/recipients", async (RecipientRegistration r, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.HandOvers.RegisterAsync(r, Api.Who(user), ct).ConfigureAwait(false)));
        operators.MapPost("/recipients/{id}/revoke", async (string id, Api.Said said, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.HandOvers.RevokeAsync(id, said.Text, Api.Who(user), ct).ConfigureAwait(false)));
        operators.MapPost("/hand-overs/{id}/pack", async (string id, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.HandOvers.PackAsync(id, Api.Who(user), ct).ConfigureAwait(false)));
        operators.MapPost("/hand-overs/{id}/recall", async (string id, Api.Said said, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.HandOvers.RecallAsync(id, said.Text, Api.Who(user), ct).ConfigureAwait(false)));
    }

    /// <summary>Persons' ids are nobody's business here.</summary>
    private static object Public(CertifiedRecipient r) => new { r.Registration.Id, r.Registration.Name, r.Registration.Certification, r.Registration.ValidFrom, r.Registration.ValidUntil, r.Registration.PublicKey, r.Fingerprint, r.State, r.Terms };

    internal sealed record ReceiptBody(string? Sha256);

    internal sealed record DutyBody(DutyKind Duty, string? Words, DestructionMethod? Method = null);

    internal sealed record HandOverDecision(bool Approve, string? Reasons);
}
