using System.Text.Json;

namespace Minato.Access;

/// <summary>
/// The permit as signed documents that anybody can verify with the node's public key (<c>/.well-known/jwks.json</c>): the permit itself, which the rooms
/// execute, and for each member a visa in the form of GA4GH Passports, which other systems read.
/// </summary>
internal sealed class PermitSeal(IKeyStore keys)
{
    public const string KeyName = "access-permits";

    private static readonly JsonSerializerOptions Options = AccessJson.Options;

    public string PublicKeys => NodeSigningKey.JwkSet(keys, KeyName);

    /// <summary>A JWS (ES384) whose payload holds the whole permit, and the decision that it rests on.</summary>
    /// <param name="issuer">Address of the node.</param>
    public string Permit(ApplicationCase application, Permit permit, Uri issuer) => NodeSigningKey.Jws(keys, KeyName, "permit+jwt", JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            iss = issuer.AbsoluteUri,
            sub = permit.Id.Value,
            jti = $"{permit.Id}/{permit.Version}",
            iat = permit.From.ToUnixTimeSeconds(),
            nbf = permit.From.ToUnixTimeSeconds(),
            exp = permit.Until.ToUnixTimeSeconds(),
            permit,
            decision = new { application.Decision, application.DecidedAt, application.Bodies, application.Standards, notGiven = application.Without },
        },
        Options));

    /// <summary>GA4GH Passport v1: one ControlledAccessGrants visa for each dataset. They end with the permit.</summary>
    public IReadOnlyList<string> Visas(Permit permit, ActorId member, Uri issuer) =>
    [
        .. permit.Use.Datasets.Select(d => NodeSigningKey.Jws(keys, KeyName, "vnd.ga4gh.visa+jwt", JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                iss = issuer.AbsoluteUri,
                sub = member.Value,
                jti = $"{permit.Id}/{permit.Version}/{member}/{d.Dataset}",
                iat = permit.From.ToUnixTimeSeconds(),
                exp = permit.Until.ToUnixTimeSeconds(),
                ga4gh_visa_v1 = new
                {
                    type = "ControlledAccessGrants",
                    asserted = permit.From.ToUnixTimeSeconds(),
                    value = new Uri(issuer, $"catalogue/{d.Dataset}").AbsoluteUri,
                    source = issuer.AbsoluteUri,
                    by = "dac",
                },
            },
            Options))),
    ];
}
