using System.Security.Claims;
using Minato.Portal;
using Minato.Primary;

namespace Minato.Web;

/// <summary>Endpoints of records for care.</summary>
internal static class PrimaryApi
{
    public static void Map(RouteGroupBuilder api, Harbour h)
    {
        var open = api.MapGroup("").AllowAnonymous().WithTags("Public");
        open.MapGet("/disasters", () => h.Primary.Disasters);

        var clinicians = api.MapGroup("/records").RequireAuthorization(Api.For(Role.Clinician)).WithTags("Care");
        clinicians.MapPost("/open", async (OpenBody body, ClaimsPrincipal user, CancellationToken ct) =>
            body.Patient is { } patient ? Api.Answer(await h.Primary.OpenAsync(patient, body.Ground, body.Reason ?? "", Api.Who(user), ct).ConfigureAwait(false))
            : Api.Answer<OpenedRecord>(Finding.Error("primary.patient", "It is not said whose record it is", "Give what the patient's insurance record says")));

        var audit = api.MapGroup("/emergencies").RequireAuthorization(Api.For(Role.Auditor)).WithTags("Care");
        audit.MapGet("", (ClaimsPrincipal user) => h.Primary.EmergenciesFor(Api.Who(user)));
        audit.MapPost("/{person}/{reading}/review", async (string person, string reading, ReviewBody body, ClaimsPrincipal user, CancellationToken ct) =>
            Api.Answer(await h.Primary.ReviewAsync(person, reading, body.Justified, body.Note ?? "", Api.Who(user), ct).ConfigureAwait(false)));

        var operators = api.MapGroup("/disasters").RequireAuthorization(Api.For(Role.Operator)).WithTags("Care");
        operators.MapPost("", async (DisasterBody body, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Primary.DeclareDisasterAsync(body.Reason ?? "", body.Until, Api.Who(user), ct).ConfigureAwait(false)));
        operators.MapPost("/{id}/end", async (string id, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Primary.EndDisasterAsync(id, Api.Who(user), ct).ConfigureAwait(false)));

        var citizen = api.MapGroup("/me").RequireAuthorization(ChoiceApi.Citizens).WithTags("Citizen");
        citizen.MapGet("/readings", (ClaimsPrincipal user) => ActorClaims.CitizenOf(user) is { } me ? Results.Ok(new { consents = h.Primary.ConsentsOf(me), readings = h.Primary.ReadingsOf(me) }) : Results.NotFound());
        citizen.MapGet("/record", async (ClaimsPrincipal user, CancellationToken ct) =>
            ActorClaims.CitizenOf(user) is { } me ? Api.Answer(await h.Primary.OpenOwnAsync(me, Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
    }

    internal sealed record OpenBody(PersonIdentity? Patient, ReadingGround Ground, string? Reason);

    internal sealed record ReviewBody(bool Justified, string? Note);

    internal sealed record DisasterBody(string? Reason, DateOnly Until);
}
