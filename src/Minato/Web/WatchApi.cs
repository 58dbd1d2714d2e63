using System.Security.Claims;
using Minato.Workspace.Watching;

namespace Minato.Web;

/// <summary>Endpoints of watching.</summary>
internal static class WatchApi
{
    public static void Map(RouteGroupBuilder api, Harbour h)
    {
        var see = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher | Role.Operator | Role.Auditor)).WithTags("Watching");
        see.MapGet("/alerts", (ClaimsPrincipal user) => h.Watch.VisibleTo(Api.Who(user)));

        var audit = api.MapGroup("").RequireAuthorization(Api.For(Role.Operator | Role.Auditor)).WithTags("Watching");
        audit.MapGet("/permits/{permit}/activity", (string permit, ClaimsPrincipal user) => Slug.IsValid(permit) ? Api.Answer(h.Watch.Activity(new PermitId(permit), Api.Who(user))) : Results.NotFound());

        var members = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher)).WithTags("Watching");
        members.MapPost("/permits/{permit}/alerts/{alert}/answer", async (string permit, string alert, Api.Said said, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Api.Answer(await h.Watch.AnswerAsync(new PermitId(permit), alert, said.Text, Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());

        var operators = api.MapGroup("").RequireAuthorization(Api.For(Role.Operator)).WithTags("Watching");
        operators.MapPost("/permits/{permit}/alerts/{alert}/measure", async (string permit, string alert, MeasureBody body, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Api.Answer(await h.Watch.TakeAsync(new PermitId(permit), alert, body.Measure, body.Reasons, Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
        operators.MapPost("/permits/{permit}/alerts/{alert}/close", async (string permit, string alert, Api.Said said, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Api.Answer(await h.Watch.CloseAsync(new PermitId(permit), alert, said.Text, Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
        operators.MapPost("/permits/{permit}/alerts/{alert}/reverse", async (string permit, string alert, Api.Said said, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Api.Answer(await h.Watch.ReverseAsync(new PermitId(permit), alert, said.Text, Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
    }

    internal sealed record MeasureBody(WatchMeasure Measure, string Reasons);
}
