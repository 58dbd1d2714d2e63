using System.Security.Claims;
using Minato.Release.Findings;

namespace Minato.Web;

/// <summary>Endpoints of the findings relay.</summary>
internal static class FindingApi
{
    public static void Map(RouteGroupBuilder api, Harbour h)
    {
        var open = api.MapGroup("").AllowAnonymous().WithTags("Public");
        open.MapGet("/findings/kinds", () => h.Findings.Kinds);
        open.MapGet("/findings/figures", () => h.Findings.Figures);

        var see = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher | Role.Reviewer | Role.Auditor)).WithTags("Findings");
        see.MapGet("/findings", (ClaimsPrincipal user) => h.Findings.VisibleTo(Api.Who(user)));

        var members = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher)).WithTags("Findings");
        members.MapPost("/permits/{permit}/findings", async (string permit, ReportBody body, ClaimsPrincipal user, CancellationToken ct) =>
            !Slug.IsValid(permit) ? Results.NotFound()
            : Guid.TryParse(body.Person, out var person) ? Api.Answer(await h.Findings.ReportAsync(new PermitId(permit), new(Pseudonym<Project>.FromGuid(person), body.Kind ?? "", body.Urgency, body.Evidence ?? "", body.Run ?? ""), Api.Who(user), ct).ConfigureAwait(false))
            : Api.Answer<FindingView>(Finding.Error("finding.person", "This is no pseudonym of the project", "Give the person_id as the data has it")));

        var reviewers = api.MapGroup("").RequireAuthorization(Api.For(Role.Reviewer)).WithTags("Findings");
        reviewers.MapGet("/findings/{id}", async (string id, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(
            await h.Findings.ReadAsync(id, Api.Who(user), ct).ConfigureAwait(false), r => Results.Ok(new { person = r.Person.ToGuid(), r.Kind, r.Urgency, r.Evidence, r.Run })));
        reviewers.MapPost("/findings/{id}/decision", async (string id, TellBody body, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Findings.DecideAsync(id, body.Tell, body.Reasons ?? "", Api.Who(user), ct).ConfigureAwait(false)));

        var holders = api.MapGroup("").RequireAuthorization(Api.For(Role.Holder)).WithTags("Findings");
        holders.MapGet("/holders/{holder}/findings", async (string holder, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(holder) ? Api.Answer(await h.Findings.LookIntoTrayAsync(new HolderId(holder), Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());

        var operators = api.MapGroup("").RequireAuthorization(Api.For(Role.Operator)).WithTags("Findings");
        operators.MapPut("/holders/{holder}/findings/key", async (string holder, Api.Said said, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(holder) ? Api.Answer(await h.Findings.OpenTrayAsync(new HolderId(holder), said.Text, Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
    }

    internal sealed record ReportBody(string? Person, string? Kind, FindingUrgency Urgency, string? Evidence, string? Run);

    internal sealed record TellBody(bool Tell, string? Reasons);
}
