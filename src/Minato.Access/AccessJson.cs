using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minato.Access;

/// <summary>Ids as plain strings inside events. Attached to the properties of events that hold records of the port.</summary>
internal sealed class AccessJson<T> : JsonConverter<T>
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<T>(ref reader, AccessJson.Options);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, AccessJson.Options);
}

internal static class AccessJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,

        // So what is null is written too: a record without it would not be read back.
        RespectRequiredConstructorParameters = true,
        Converters =
        {
            new JsonStringEnumConverter(),
            new IdJson<ActorId>(s => new(s), id => id.Value),
            new IdJson<DatasetId>(s => new(s), id => id.Value),
            new IdJson<PermitId>(s => new(s), id => id.Value),
            new IdJson<ApplicationId>(s => new(s), id => id.Value),
        },
    };

    private sealed class IdJson<TId>(Func<string, TId> read, Func<TId, string> write) : JsonConverter<TId>
    {
        public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.GetString();
            return Slug.IsValid(text) ? read(text) : throw new JsonException("Not a valid id");
        }

        public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WriteStringValue(write(value));
    }
}
