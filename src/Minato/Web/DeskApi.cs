using System.Security.Claims;
using Microsoft.AspNetCore.Mvc;
using Minato.Workspace.Desk;

namespace Minato.Web;

/// <summary>Endpoints of the import desk.</summary>
internal static class DeskApi
{
    /// <summary>The rules set the limit that counts; beyond this nobody listens.</summary>
    private const long LargestBody = 1L << 30;

    public static void Map(RouteGroupBuilder api, Harbour h)
    {
        var see = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher | Role.OutputChecker | Role.Operator | Role.Auditor)).WithTags("Imports");
        see.MapGet("/imports", (ClaimsPrincipal user) => h.Imports.VisibleTo(Api.Who(user)));

        var members = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher)).WithTags("Imports");
        members.MapPost("/permits/{permit}/imports", async (string permit, ImportDeclaration declaration, string? draft, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Api.Answer(await h.Imports.DeclareAsync(new PermitId(permit), declaration, Api.Who(user), draft, ct).ConfigureAwait(false)) : Results.NotFound());
        members.MapPut("/imports/{id}/content", async (string id, HttpRequest request, ClaimsPrincipal user, CancellationToken ct) =>
            Api.Answer(await h.Imports.AttachAsync(id, request.Body, Api.Who(user), ct).ConfigureAwait(false))).WithMetadata(new RequestSizeLimitAttribute(LargestBody));
        members.MapPost("/imports/{id}/submit", async (string id, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Imports.SubmitAsync(id, Api.Who(user), ct).ConfigureAwait(false)));

        var both = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher | Role.OutputChecker)).WithTags("Imports");
        both.MapGet("/imports/{id}/contents", async (string id, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Imports.ContentsAsync(id, Api.Who(user), ct).ConfigureAwait(false)));
        both.MapPost("/imports/{id}/withdraw", async (string id, Api.Said said, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Imports.WithdrawAsync(id, said.Text, Api.Who(user), ct).ConfigureAwait(false)));

        var checkers = api.MapGroup("").RequireAuthorization(Api.For(Role.OutputChecker)).WithTags("Imports");
        checkers.MapPost("/imports/{id}/decision", async (string id, ImportDecision d, ClaimsPrincipal user, CancellationToken ct) =>
            Api.Answer(await h.Imports.DecideAsync(id, d.Approve, d.Reasons, Api.Who(user), d.Unscanned, ct).ConfigureAwait(false)));
        checkers.MapPost("/imports/{id}/hand-over", async (string id, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Imports.HandOverAsync(id, Api.Who(user), ct).ConfigureAwait(false)));
    }

    /// <param name="Unscanned">Approves although nothing was scanned for viruses.</param>
    internal sealed record ImportDecision(bool Approve, string Reasons, bool Unscanned = false);
}
