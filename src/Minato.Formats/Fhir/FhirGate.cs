using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Utility;
using Hl7.Fhir.Validation;

namespace Minato.Formats.Fhir;

/// <summary>
/// The validation gate: FHIR R4's own rules for every element, by the reference implementation for .NET (Firely), the
/// structure that the bulk lane checks, and the JP-CLINS rules. Findings name the element and the rule, never a value.
/// </summary>
internal static class FhirGate
{
    /// <summary>Made when the first document is validated: it looks through all of FHIR's types, which the bulk lane never needs.</summary>
    private static readonly Lazy<FhirJsonDeserializer> Firely = new(() => new(new DeserializerSettings { NarrativeValidation = NarrativeValidationKind.None }));

    /// <summary>The names alone: asking Firely for each would make it look through all its types first, half a second of a program's life.</summary>
    private static readonly HashSet<string> Resources = [.. ModelInfo.SupportedResources];

    /// <summary>All findings of one resource (or a whole Bundle); it is refused where one of them is an error.</summary>
    public static IReadOnlyList<Finding> Validate(ReadOnlyMemory<byte> json, Place at = default)
    {
        using var document = JsonDocument.Parse(json, Json.Strict);
        return Validate(document.RootElement, at);
    }

    /// <inheritdoc cref="Validate(ReadOnlyMemory{byte}, Place)"/>
    public static IReadOnlyList<Finding> Validate(JsonElement resource, Place at)
    {
        var type = resource.Text("resourceType") ?? "";
        var findings = new List<Finding>(Bulk(type, resource, at));
        var reader = new Utf8JsonReader(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(resource), new JsonReaderOptions { MaxDepth = 64 });
        reader.Read();
        try
        {
            if (!Firely.Value.TryDeserializeResource(ref reader, out _, out var issues))
            {
                findings.AddRange(issues.Select(i => OfIssue(i, type, at)));
            }
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException or NullReferenceException or InvalidCastException or FormatException or OverflowException or NotSupportedException)
        {
            // Firely collects faults, but stumbles over some, such as a property whose name is empty.
            findings.Add(Finding.Error("fhir.r4.unreadable", "The resource cannot be read as FHIR R4 at all", "Validate the resource against FHIR R4 before sending", at with { Field = type }));
        }

        return findings;
    }

    /// <summary>What the bulk lane checks: structure, then the JP-CLINS rules.</summary>
    public static IEnumerable<Finding> Bulk(string type, JsonElement resource, Place at)
    {
        if (FhirStructure.Check(type, resource, at) is { } fault)
        {
            yield return fault;
        }

        foreach (var rule in ClinsRules.Check(type, resource, at))
        {
            yield return rule;
        }
    }

    /// <summary>Firely's messages quote values, so only its code and the element's path go on.</summary>
    private static Finding OfIssue(CodedException issue, string type, Place at)
    {
        var path = (issue as ExtendedCodedException)?.InstancePath;
        var safe = path is { Length: <= 120 } && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '[' or ']') ? path : type;
        return Finding.Error("fhir.r4." + issue.ErrorCode.ToLowerInvariant(), "The element breaks a rule of FHIR R4", "Validate the resource against FHIR R4 before sending", at with { Field = safe });
    }

    public static bool IsResourceType(string? name) => name is not null && Resources.Contains(name);
}
