using System.Security.Claims;
using System.Text.Json;
using Minato.Workspace;

namespace Minato.Web;

/// <summary>Endpoints of project spaces, the queue and sessions.</summary>
internal static class SpaceApi
{
    private static readonly JsonSerializerOptions CommandJson = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    public static void Map(RouteGroupBuilder api, Harbour h)
    {
        var spaces = h.Workspace.Spaces;
        var see = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher | Role.Operator | Role.Auditor)).WithTags("Spaces");
        see.MapGet("/permits/{permit}/space", (string permit, ClaimsPrincipal user) => Sees(permit, user) && spaces.Find(new PermitId(permit)) is { } space ? Results.Ok(space) : Results.NotFound());
        see.MapGet("/permits/{permit}/space/certificate", (string permit, ClaimsPrincipal user) =>
            Sees(permit, user) ? Api.Answer(spaces.Certificate(new PermitId(permit)), evidence => Results.Text(evidence.ToJson(), "application/json")) : Results.NotFound());
        see.MapGet("/permits/{permit}/runs", (string permit, ClaimsPrincipal user) => 
            Sees(permit, user) ? Results.Ok(h.Workspace.Runs(new PermitId(permit)).Select(r => IsMember(permit, user) ? r : r with { Log = "" })) : Results.NotFound());

        var move = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher | Role.Operator)).WithTags("Spaces");
        move.MapPost("/permits/{permit}/space/{move}", async (string permit, SpaceMove move, Api.Said said, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Api.Answer(await spaces.MoveAsync(new PermitId(permit), move, said.Text, Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
        move.MapDelete("/permits/{permit}/runs/{run}", async (string permit, string run, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Api.Answer(await h.Workspace.CancelAsync(new PermitId(permit), run, Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());

        var members = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher)).WithTags("Spaces");
        members.MapPost("/permits/{permit}/queue", async (string permit, Api.JobBody body, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Api.Answer(await h.Workspace.QueueAsync(new JobRequest(new PermitId(permit), body.Language, body.Code, Image: body.Image, Device: body.Device), Api.Who(user), ct: ct).ConfigureAwait(false), run => Results.Accepted($"/api/v1/permits/{permit}/runs", run)) : Results.NotFound());
        members.MapPost("/permits/{permit}/snapshots", async (string permit, Api.Said said, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Api.Answer(await spaces.SnapshotAsync(new PermitId(permit), said.Text, Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
        members.MapPost("/permits/{permit}/snapshots/{snapshot}/restore", async (string permit, string snapshot, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Api.Answer(await spaces.RestoreAsync(new PermitId(permit), snapshot, Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
        members.MapPost("/permits/{permit}/sessions", async (string permit, SessionBody body, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Api.Answer(await h.Workspace.Sessions.BeginAsync(new PermitId(permit), body.Language, Api.Who(user), body.Notebook, body.Image, body.Device, ct).ConfigureAwait(false)) : Results.NotFound());
        members.MapGet("/permits/{permit}/sessions", (string permit, ClaimsPrincipal user) => Slug.IsValid(permit) ? Results.Ok(h.Workspace.Sessions.Of(new PermitId(permit), Api.Who(user))) : Results.NotFound());
        members.MapPost("/permits/{permit}/sessions/{session}", async (string permit, string session, JsonElement body, ClaimsPrincipal user, CancellationToken ct) =>
            !Slug.IsValid(permit) ? Results.NotFound()
            : CommandOf(body) is var read && read.Try(out var command) ? Api.Answer(await h.Workspace.Sessions.DoAsync(new PermitId(permit), session, command, Api.Who(user), ct).ConfigureAwait(false))
            : Api.Answer(read));

        see.MapGet("/images", () => h.Workspace.Images.All);
        see.MapGet("/images/{named}/packages", (string named) => Api.Answer(h.Workspace.Images.Packages(named)));
        see.MapGet("/permits/{permit}/devices", (string permit, ClaimsPrincipal user) => Sees(permit, user) ? Results.Ok(h.Workspace.Devices(new PermitId(permit))) : Results.NotFound());

        // Researchers see their own projects, the operator and auditors all; what programs wrote is their project's alone.
        bool Sees(string permit, ClaimsPrincipal user) => Slug.IsValid(permit) && (Api.Who(user).Is(Role.Operator | Role.Auditor) || IsMember(permit, user));
        bool IsMember(string permit, ClaimsPrincipal user) => h.Access.FindPermit(new PermitId(permit))?.Use.Members.Contains(Api.Who(user).Id) == true;
    }

    private static Outcome<SessionCommand> CommandOf(JsonElement body)
    {
        try
        {
            return body.Deserialize<SessionCommand>(CommandJson) is { } command ? command : Unreadable();
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return Unreadable();
        }

        static Finding Unreadable() => Finding.Error("session.command", "There is no such command", "See the description of the API");
    }

    internal sealed record SessionBody(JobLanguage Language, string? Notebook = null, string? Image = null, string? Device = null);
}
