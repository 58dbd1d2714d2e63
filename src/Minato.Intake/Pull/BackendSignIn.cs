using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace Minato.Intake.Pull;

/// <summary>
/// SMART Backend Services: the node signs a short statement with its own key (ES384) and gets a token for it. The key follows
/// from the key store; servers know the public half only.
/// </summary>
internal sealed class BackendSignIn(IKeyStore keys, TimeProvider clock)
{
    private const string KeyName = "intake-pull";

    /// <summary>The public keys as a JWK set, to be registered at the servers that are fetched from.</summary>
    public string PublicKeys() => NodeSigningKey.JwkSet(keys, KeyName);

    public async Task<Outcome<(string Token, DateTimeOffset Until)>> TokenAsync(HttpClient http, BulkSource source, CancellationToken ct)
    {
        var found = await TokenAddressAsync(http, source, ct).ConfigureAwait(false);
        if (!found.Try(out var address))
        {
            return Outcome<(string, DateTimeOffset)>.Refused(found.Findings);
        }

        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["scope"] = source.Types is { Count: > 0 } types ? string.Join(' ', types.Select(t => $"system/{t}.rs")) : "system/*.rs",
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = Statement(source.ClientId!, address),
        });
        using var answer = await http.PostAsync(address, form, ct).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return Finding.Error("pull.sign-in", $"The server refused the sign-in (HTTP {(int)answer.StatusCode})", "Let the server register the client id and the keys that 'minato delivery pull-keys' prints");
        }

        var token = await answer.Content.ReadFromJsonAsync<JsonElement>(ct).ConfigureAwait(false);
        return token.ValueKind == JsonValueKind.Object && token.TryGetProperty("access_token", out var text) && text.ValueKind == JsonValueKind.String
            ? (text.GetString()!, clock.GetUtcNow().AddSeconds(token.TryGetProperty("expires_in", out var s) && s.TryGetInt32(out var seconds) ? Math.Clamp(seconds, 1, 3600) : 300))
            : Finding.Error("pull.sign-in", "The server's answer to the sign-in holds no token", "Ask the server's operator");
    }

    private static async Task<Outcome<Uri>> TokenAddressAsync(HttpClient http, BulkSource source, CancellationToken ct)
    {
        using var answer = await http.GetAsync(new Uri($"{source.Fhir.AbsoluteUri.TrimEnd('/')}/.well-known/smart-configuration"), ct).ConfigureAwait(false);
        if (answer.IsSuccessStatusCode)
        {
            var said = await answer.Content.ReadFromJsonAsync<JsonElement>(ct).ConfigureAwait(false);
            if (said.ValueKind == JsonValueKind.Object && said.TryGetProperty("token_endpoint", out var text) && Uri.TryCreate(text.ToString(), UriKind.Absolute, out var address) && BulkSource.IsSafe(address))
            {
                return address;
            }
        }

        return Finding.Error("pull.smart", "The server does not say where to sign in (.well-known/smart-configuration without an https token_endpoint)", "Ask the server's operator for SMART Backend Services");
    }

    private string Statement(string clientId, Uri address) => NodeSigningKey.Jws(keys, KeyName, "JWT", JsonSerializer.SerializeToUtf8Bytes(new
    {
        iss = clientId, sub = clientId, aud = address.AbsoluteUri, jti = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), exp = clock.GetUtcNow().AddMinutes(4).ToUnixTimeSeconds(),
    }));
}
