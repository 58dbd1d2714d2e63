using System.Security.Claims;
using Minato.Release.Enriched;

namespace Minato.Web;

/// <summary>Endpoints of enriched data for holders.</summary>
internal static class EnrichedApi
{
    public static void Map(RouteGroupBuilder api, Harbour h)
    {
        var see = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher | Role.Holder | Role.OutputChecker | Role.Operator | Role.Auditor)).WithTags("Enriched data");
        see.MapGet("/enriched", (ClaimsPrincipal user) => h.Enriched.VisibleTo(Api.Who(user)));

        var members = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher)).WithTags("Enriched data");
        members.MapPost("/permits/{permit}/enriched", async (string permit, OfferBody body, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) && Slug.IsValid(body.Holder)
                ? Api.Answer(await h.Enriched.OfferAsync(new PermitId(permit), new(new HolderId(body.Holder), body.Run ?? "", body.FileName ?? "", body.Summary ?? "", body.Columns ?? []), Api.Who(user), ct).ConfigureAwait(false))
                : Results.NotFound());

        var checkers = api.MapGroup("").RequireAuthorization(Api.For(Role.OutputChecker)).WithTags("Enriched data");
        checkers.MapGet("/enriched/{id}/file", async (string id, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Enriched.InspectAsync(id, Api.Who(user), ct).ConfigureAwait(false), content => Results.Stream(content, "text/csv; charset=utf-8")));
        checkers.MapPost("/enriched/{id}/decision", async (string id, YesNo body, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Enriched.DecideAsync(id, body.Yes, body.Reasons ?? "", Api.Who(user), ct).ConfigureAwait(false)));

        var holders = api.MapGroup("").RequireAuthorization(Api.For(Role.Holder)).WithTags("Enriched data");
        holders.MapPost("/enriched/{id}/answer", async (string id, YesNo body, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Enriched.AnswerAsync(id, body.Yes, body.Reasons ?? "", Api.Who(user), ct).ConfigureAwait(false)));
        holders.MapGet("/enriched/{id}/container", async (string id, ClaimsPrincipal user, CancellationToken ct) =>
            Api.Answer(await h.Enriched.FetchAsync(id, Api.Who(user), ct).ConfigureAwait(false), content => Results.Stream(content, "application/octet-stream", $"{id}.age")));
    }

    internal sealed record OfferBody(string? Holder, string? Run, string? FileName, string? Summary, IReadOnlyList<DerivedColumn>? Columns);

    internal sealed record YesNo(bool Yes, string? Reasons);
}
