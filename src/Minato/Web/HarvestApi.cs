using System.Security.Claims;

namespace Minato.Web;

/// <summary>Endpoints of other catalogues.</summary>
internal static class HarvestApi
{
    private const int MostBytes = 16 << 20;

    public static void Map(RouteGroupBuilder api, Harbour h)
    {
        var open = api.MapGroup("").AllowAnonymous().WithTags("Public");
        open.MapGet("/elsewhere", (string? text) => h.Harvest.Search(text).Take(500).Select(x => new { Source = x.Source.Id, x.Dataset }));
        open.MapGet("/elsewhere/sources", () => h.Harvest.Sources);

        var office = api.MapGroup("").RequireAuthorization(Api.For(Role.Operator)).WithTags("Operation");
        office.MapPut("/elsewhere/sources/{id}", async (string id, SourceBody body, ClaimsPrincipal user, CancellationToken ct) =>
            Api.Answer(await h.Harvest.RegisterAsync(id, body.Title ?? new("", ""), body.Url, Api.Who(user), ct).ConfigureAwait(false)));
        office.MapPost("/elsewhere/sources/{id}/fetch", async (string id, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Harvest.FetchAsync(id, Api.Who(user), ct).ConfigureAwait(false)));
        office.MapPost("/elsewhere/sources/{id}/document", async (string id, HttpRequest request, ClaimsPrincipal user, CancellationToken ct) =>
        {
            using var bytes = new MemoryStream();
            await request.Body.CopyToAsync(bytes, ct).ConfigureAwait(false);
            return Api.Answer(await h.Harvest.UploadAsync(id, bytes.ToArray(), Api.Who(user), ct).ConfigureAwait(false));
        }).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MostBytes));
        office.MapDelete("/elsewhere/sources/{id}", async (string id, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Harvest.RemoveAsync(id, Api.Who(user), ct).ConfigureAwait(false), _ => Results.NoContent()));
    }

    internal sealed record SourceBody(Bilingual? Title, string? Url);
}
