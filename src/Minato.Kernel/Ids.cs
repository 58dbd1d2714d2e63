using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minato.Kernel;

/// <summary>
/// A name that may stand in a path, a URL and a ledger stream: 1–80 characters of <c>a-z 0-9 - _ .</c>,
/// beginning with a letter or digit, never containing <c>..</c>. Everything that comes from outside and names a thing
/// passes here, so that no id can leave its folder.
/// </summary>
public static class Slug
{
    public static bool IsValid([NotNullWhen(true)] string? text)
    {
        if (text is null || text.Length is 0 or > 80 || !char.IsAsciiLetterOrDigit(text[0]) || text.Contains("..", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    /// <exception cref="ArgumentException">The text is not a slug.</exception>
    public static string Check(string text, string what) =>
        IsValid(text) ? text : throw new ArgumentException($"'{text}' is not a valid {what}: use 1 to 80 of a-z, 0-9, '-', '_', '.'", nameof(text));
}

/// <summary>What all ids have in common: a slug, and the way back from it.</summary>
public interface IId<TSelf> where TSelf : struct, IId<TSelf>
{
    string Value { get; }

    /// <exception cref="ArgumentException">The text is not a slug.</exception>
    static abstract TSelf Of(string text);
}

/// <summary>Ids are plain strings in JSON, as values and as keys; a malformed one is malformed JSON.</summary>
public sealed class IdConverter<TId> : JsonConverter<TId> where TId : struct, IId<TId>
{
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    public override TId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    public override void WriteAsPropertyName(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WritePropertyName(value.Value);

    private static TId Parse(string? text) => Slug.IsValid(text) ? TId.Of(text) : throw new JsonException($"{typeof(TId).Name} is not well formed");
}

/// <summary>Who holds data: a hospital, an insurer, a registry … (A2).</summary>
[JsonConverter(typeof(IdConverter<HolderId>))]
public readonly record struct HolderId(string Value) : IId<HolderId>
{
    public string Value { get; } = Slug.Check(Value, "holder id");

    public static HolderId Of(string text) => new(text);

    public override string ToString() => Value;
}

/// <summary>A dataset of one holder: the unit that has its own pseudonyms, snapshots and catalogue entry.</summary>
[JsonConverter(typeof(IdConverter<DatasetId>))]
public readonly record struct DatasetId(string Value) : IId<DatasetId>
{
    public string Value { get; } = Slug.Check(Value, "dataset id");

    public static DatasetId Of(string text) => new(text);

    public override string ToString() => Value;
}

/// <summary>One delivery of a holder.</summary>
[JsonConverter(typeof(IdConverter<DeliveryId>))]
public readonly record struct DeliveryId(string Value) : IId<DeliveryId>
{
    public string Value { get; } = Slug.Check(Value, "delivery id");

    public static DeliveryId Of(string text) => new(text);

    public override string ToString() => Value;
}

/// <summary>An application for use.</summary>
[JsonConverter(typeof(IdConverter<ApplicationId>))]
public readonly record struct ApplicationId(string Value) : IId<ApplicationId>
{
    public string Value { get; } = Slug.Check(Value, "application id");

    public static ApplicationId Of(string text) => new(text);

    public override string ToString() => Value;
}

/// <summary>A permit; it is also the name of the project that the permit allows, and of its pseudonym domain.</summary>
[JsonConverter(typeof(IdConverter<PermitId>))]
public readonly record struct PermitId(string Value) : IId<PermitId>
{
    public string Value { get; } = Slug.Check(Value, "permit id");

    public static PermitId Of(string text) => new(text);

    public override string ToString() => Value;
}

/// <summary>A person who acts: subject of the sign-in, never a patient identifier.</summary>
[JsonConverter(typeof(IdConverter<ActorId>))]
public readonly record struct ActorId(string Value) : IId<ActorId>
{
    public string Value { get; } = Slug.Check(Value, "actor id");

    public static ActorId Of(string text) => new(text);

    public override string ToString() => Value;
}
