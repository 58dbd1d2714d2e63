using System.Text.Json;

namespace Minato.Intake;

/// <summary>Which deliveries are taken in: a file of <c>standards/deliveries</c>.</summary>
/// <param name="RequiresAgreement">Whether a dataset on which nothing was ever agreed is refused.</param>
/// <param name="KeepUploadDays">Days after which an upload to which nothing is added is erased.</param>
public sealed record DeliveryPolicy(string Id, string Version, bool RequiresAgreement, Bilingual Title, int KeepUploadDays = 7)
{
    /// <summary>Takes what a registered holder sends.</summary>
    public static DeliveryPolicy Open { get; } = new("open", "0", RequiresAgreement: false, new("合意がなくても受け取る", "Deliveries are taken without an agreement too"));

    /// <exception cref="FormatException">The file is no policy; the message says what is wrong.</exception>
    public static DeliveryPolicy Read(string standardsFolder, string id)
    {
        try
        {
            var json = JsonSerializer.Deserialize<DeliveryPolicy>(File.ReadAllText(Path.Combine(standardsFolder, "deliveries", Slug.Check(id, "policy id") + ".json")), Strict);
            return json is { Title: { Ja: not null, En: not null }, Version: not null, KeepUploadDays: > 0 and <= 366 } && json.Id == id ? json : throw new FormatException($"The delivery policy '{id}' calls itself otherwise, or lacks version or title.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"The delivery policy '{id}' is wrong at {e.Path}, line {e.LineNumber + 1}: id, version, requiresAgreement and title (ja, en) are needed.");
        }
    }

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true };
}
