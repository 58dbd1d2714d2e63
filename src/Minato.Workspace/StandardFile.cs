using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minato.Workspace;

/// <summary>A file of <c>standards/</c>, as policy people wrote it.</summary>
internal static class StandardFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <exception cref="InvalidDataException">It cannot be read or used; the message names it.</exception>
    public static T Read<T>(string file, Action<T> check)
    {
        try
        {
            var read = JsonSerializer.Deserialize<T>(File.ReadAllBytes(file), Json) ?? throw new JsonException("it is empty");
            check(read);
            return read;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The standard '{file}' cannot be read: {e.Message}", e);
        }
    }
}
