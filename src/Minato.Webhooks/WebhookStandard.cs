using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minato.Webhooks;

/// <summary>Kinds of events and when a delivery is tried again: <c>standards/webhooks/</c>.</summary>
internal sealed record WebhookStandard(string Id, string Version, int MostPerOwner, IReadOnlyList<int> RetrySeconds, IReadOnlyList<WebhookKind> Kinds)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true, Converters = { new JsonStringEnumConverter() } };

    /// <exception cref="InvalidDataException">The file is missing or cannot be used; the message names it.</exception>
    public static WebhookStandard Read(string standardsFolder)
    {
        var path = Path.Combine(standardsFolder, "webhooks", "kinds-v1.json");
        try
        {
            var standard = JsonSerializer.Deserialize<WebhookStandard>(File.ReadAllBytes(path), Json) ?? throw new JsonException("it is empty");
            return standard.MostPerOwner < 1 || standard.RetrySeconds.Any(s => s < 1) || standard.Kinds.Count == 0 || standard.Kinds.DistinctBy(k => k.Type).Count() != standard.Kinds.Count
                ? throw new InvalidDataException($"The standard '{path}' cannot be used: its limits are not sound, or a kind is listed twice")
                : standard;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new InvalidDataException($"The standard '{path}' cannot be read: {e.Message}", e);
        }
    }
}
