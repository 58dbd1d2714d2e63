using System.Security.Claims;
using Minato.Access;
using Minato.Processing;

namespace Minato.Web;

/// <summary>Endpoints of what belongs to an application beside its form: documents, the cohort, what was similar before.</summary>
internal static class AttachmentApi
{
    private const Role Everybody = Role.Researcher | Role.Reviewer | Role.CitizenReviewer | Role.Holder | Role.Operator | Role.Auditor;

    public static void Map(RouteGroupBuilder api, Harbour h)
    {
        var open = api.MapGroup("").AllowAnonymous().WithTags("Public");
        open.MapGet("/use-conditions", () => h.UseTerms);
        open.MapGet("/attachment-rules", () => h.Attachments.Rules);

        var read = api.MapGroup("").RequireAuthorization(Api.For(Everybody)).WithTags("Applications");
        read.MapGet("/applications/{id}/attachments", (string id, ClaimsPrincipal user) => Slug.IsValid(id) ? Results.Ok(h.Attachments.Of(new ApplicationId(id), Api.Who(user))) : Results.NotFound());
        read.MapGet("/applications/{id}/attachments/{document}", (string id, string document, ClaimsPrincipal user) =>
            Slug.IsValid(id) ? Api.Answer(h.Attachments.Read(new ApplicationId(id), document, Api.Who(user)), d => Results.File(d.Content, d.View.MediaType, d.View.Name)) : Results.NotFound());
        read.MapGet("/applications/{id}/similar", (string id, ClaimsPrincipal user) =>
            Slug.IsValid(id) && h.Access.FindFor(new ApplicationId(id), Api.Who(user)) is { } a
                ? Results.Ok((a.Draft is { } draft ? h.Similar.To(draft.Use, a.Id) : []).Select(s => new { Use = Api.PublicUse(s.Use), s.Score, s.SharedDatasets, s.SamePurpose, s.Words, s.Use.Decision }))
                : Results.NotFound());

        var write = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher)).WithTags("Applications");
        write.MapPost("/applications/{id}/attachments", async (string id, string? kind, string? name, HttpRequest request, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(id) ? Api.Answer(await h.Attachments.AttachAsync(new ApplicationId(id), kind ?? "", name ?? "", request.Body, Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
        write.MapDelete("/applications/{id}/attachments/{document}", async (string id, string document, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(id) ? Api.Answer(await h.Attachments.RemoveAsync(new ApplicationId(id), document, Api.Who(user), ct).ConfigureAwait(false), _ => Results.NoContent()) : Results.NotFound());
        write.MapPut("/applications/{id}/cohort", async (string id, HttpRequest request, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(id) ? Api.Answer(await CohortImport.IntoAsync(h.Access, h.Processing, new ApplicationId(id), request.Body, Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
    }
}
