using System.Text.Json;
using Minato.Formats.Fhir;

namespace Minato.Formats.Views;

/// <summary>
/// Keys by which the tables of views are joined. The key of a resource is <c>Type/id</c>; inside a Bundle that names it by
/// <c>urn:uuid:</c> it is that name, for ids need not be unique between Bundles. References that nothing here can resolve
/// (to contained resources, by identifier alone, to URNs outside of the Bundle) have no key.
/// </summary>
internal sealed class ResourceKeys
{
    private readonly Dictionary<string, string> types = new(StringComparer.Ordinal);
    private string? own;

    /// <summary>Names of a Bundle's entries.</summary>
    public void EnterBundle(JsonElement bundle)
    {
        types.Clear();
        foreach (var entry in bundle.Items("entry"))
        {
            if (entry.Text("fullUrl") is { } name && IsUrn(name) && entry.Get("resource").Text("resourceType") is { } type)
            {
                types[name] = type;
            }
        }
    }

    /// <summary>Outside of a Bundle, or of one too large to be held.</summary>
    public void LeaveBundle() => types.Clear();

    /// <summary>The resource that follows, and what its Bundle calls it.</summary>
    public void Enter(string? fullUrl) => own = fullUrl is not null && IsUrn(fullUrl) ? fullUrl : null;

    public string? OfResource(in Item item) =>
        own ?? (item.IsJson && item.Type.IsResource && item.Json.Text("id") is { } id ? $"{item.Type.Name}/{id}" : null);

    /// <param name="reference">An element of type Reference.</param>
    /// <param name="type">Only a reference to this type of resource.</param>
    public string? OfReference(in Item reference, string? type)
    {
        if (reference.Type.Name != "Reference" || !reference.IsJson || reference.Json.Text("reference") is not { } text)
        {
            return null;
        }

        if (IsUrn(text))
        {
            return types.TryGetValue(text, out var t) && (type is null || t == type) ? text : null;
        }

        // Patient/1, https://server/fhir/Patient/1, either with /_history/2.
        var parts = text.Split('/');
        var length = parts is [.., "_history", _] ? parts.Length - 2 : parts.Length;
        return length >= 2 && (length == 2 || text.StartsWith("http", StringComparison.Ordinal)) && parts[length - 1].Length > 0
            && (type is null ? FhirType.Of(parts[length - 2]) is { IsResource: true } : parts[length - 2] == type)
            ? $"{parts[length - 2]}/{parts[length - 1]}"
            : null;
    }

    private static bool IsUrn(string name) => name.StartsWith("urn:", StringComparison.Ordinal);
}
