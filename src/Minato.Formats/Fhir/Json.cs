using System.Text.Json;

namespace Minato.Formats.Fhir;

/// <summary>Short ways through a JSON document that may hold anything anywhere: what is not there, or is of another kind, is null.</summary>
internal static class Json
{
    /// <summary>FHIR's own resources nest far less; Bundles of Bundles do not occur.</summary>
    public static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    public static JsonElement? Get(this JsonElement e, string name) =>
        e.ValueKind == JsonValueKind.Object && e.TryGetProperty(name, out var v) ? v : null;

    public static JsonElement? Get(this JsonElement? e, string name) => e is { } v ? v.Get(name) : null;

    public static string? Text(this JsonElement e, string name) => e.Get(name).Text();

    public static string? Text(this JsonElement? e, string name) => e.Get(name).Text();

    public static string? Text(this JsonElement? e) => e is { ValueKind: JsonValueKind.String } v ? v.GetString() : null;

    public static bool Is(this JsonElement e, string name, string value) =>
        e.Get(name) is { ValueKind: JsonValueKind.String } v && v.ValueEquals(value);

    public static decimal? Number(this JsonElement? e, string name) =>
        e.Get(name) is { ValueKind: JsonValueKind.Number } v && v.TryGetDecimal(out var d) ? d : null;

    public static bool? Boolean(this JsonElement e, string name) =>
        e.Get(name) is { } v ? v.ValueKind == JsonValueKind.True ? true : v.ValueKind == JsonValueKind.False ? false : null : null;

    /// <summary>The items of an array; the element itself where a sender forgot the brackets; nothing otherwise.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement? e) =>
        e is not { } v ? [] : v.ValueKind == JsonValueKind.Array ? v.EnumerateArray() : v.ValueKind == JsonValueKind.Object ? [v] : [];

    public static IEnumerable<JsonElement> Items(this JsonElement e, string name) => e.Get(name).Items();

    public static IEnumerable<JsonElement> Items(this JsonElement? e, string name) => e.Get(name).Items();

    /// <summary>The extension of that canonical URL.</summary>
    public static JsonElement? Extension(this JsonElement e, string url)
    {
        foreach (var x in e.Items("extension"))
        {
            if (x.Is("url", url))
            {
                return x;
            }
        }

        return null;
    }
}
