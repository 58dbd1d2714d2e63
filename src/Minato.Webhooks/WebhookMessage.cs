using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Minato.Ledger;

namespace Minato.Webhooks;

/// <summary>A request in the form of Standard Webhooks 1.0.0: thin, because what an event says is for those who may read it, by the API and as themselves.</summary>
internal static class WebhookMessage
{
    private const string SecretPrefix = "whsec_";

    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>The same at each try: by it the receiver tells repetitions.</summary>
    public static string IdOf(string subscription, long index) => string.Create(CultureInfo.InvariantCulture, $"msg_{subscription}_{index}");

    public static string Body(Waiting w, string stream) => JsonSerializer.Serialize(new
    {
        type = w.Type,
        timestamp = w.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        data = new { @event = w.Event, of = stream, proof = string.Create(CultureInfo.InvariantCulture, $"/api/v1/ledger/proof/{w.Event}") },
    });

    public static HttpRequestMessage Request(string address, string secret, string id, string body, DateTimeOffset now)
    {
        var moment = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", moment);
        request.Headers.Add("webhook-signature", Sign(secret, id, moment, body));
        request.Headers.Add("user-agent", "Minato-Webhooks/1");
        return request;
    }

    /// <summary><c>v1,</c> and the base64 of HMAC-SHA256 over id, moment and body, joined by dots.</summary>
    public static string Sign(string secret, string id, string moment, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[SecretPrefix.Length..]), Encoding.UTF8.GetBytes($"{id}.{moment}.{body}")));
}
