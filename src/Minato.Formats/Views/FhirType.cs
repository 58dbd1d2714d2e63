using System.Collections.Concurrent;
using System.Text;
using Hl7.Fhir.Model;
using Hl7.Fhir.Specification;

namespace Minato.Formats.Views;

/// <summary>How a value of a FHIR type compares and calculates (FHIRPath's system types).</summary>
internal enum ValueKind : byte
{
    /// <summary>Not a primitive: it has children, no value.</summary>
    Complex,
    Boolean,
    Integer,
    Decimal,
    Text,
    Date,
    DateTime,
    Time,
}

/// <summary>One JSON property that an element is written as: <c>birthDate</c>, or <c>valueQuantity</c> of the choice <c>value</c>.</summary>
internal sealed class WrittenAs(string property, FhirType type)
{
    public byte[] Name { get; } = Encoding.UTF8.GetBytes(property);

    /// <summary>The property beside a primitive that holds its id and extensions.</summary>
    public byte[] Shadow { get; } = Encoding.UTF8.GetBytes("_" + property);

    public FhirType Type { get; } = type;
}

/// <summary>An element of a type: its name in paths, and the properties that it is written as (several for a choice).</summary>
internal sealed record FhirElement(string Name, IReadOnlyList<WrittenAs> Written);

/// <summary>A type of FHIR R4 with its elements, from the definitions that the reference implementation carries.</summary>
internal sealed class FhirType
{
    private static readonly ConcurrentDictionary<string, FhirType> Known = new(StringComparer.Ordinal);

    private readonly IStructureDefinitionSummary? summary;
    private readonly Lazy<Dictionary<string, FhirElement>> elements;

    private FhirType(string name, IStructureDefinitionSummary? summary)
    {
        Name = name;
        this.summary = summary;
        Kind = name switch
        {
            "boolean" => ValueKind.Boolean,
            "integer" or "positiveInt" or "unsignedInt" or "integer64" => ValueKind.Integer,
            "decimal" => ValueKind.Decimal,
            "date" => ValueKind.Date,
            "dateTime" or "instant" => ValueKind.DateTime,
            "time" => ValueKind.Time,
            "string" or "code" or "id" or "markdown" or "uri" or "url" or "canonical" or "oid" or "uuid" or "base64Binary" or "xhtml" => ValueKind.Text,
            _ => ValueKind.Complex,
        };
        elements = new(() => this.summary?.GetElements().ToDictionary(e => e.ElementName, Read, StringComparer.Ordinal) ?? []);
    }

    public static FhirType Boolean { get; } = Of("boolean")!;

    public static FhirType Integer { get; } = Of("integer")!;

    public static FhirType Decimal { get; } = Of("decimal")!;

    public static FhirType String { get; } = Of("string")!;

    public static FhirType Date { get; } = Of("date")!;

    public static FhirType DateTime { get; } = Of("dateTime")!;

    public static FhirType Time { get; } = Of("time")!;

    public static FhirType Extension { get; } = Of("Extension")!;

    public string Name { get; }

    public ValueKind Kind { get; }

    public bool IsResource => summary?.IsResource ?? false;

    /// <summary><c>Resource</c> or <c>DomainResource</c>: which it is, the data say.</summary>
    public bool IsAbstract => summary is { IsResource: true, IsAbstract: true };

    /// <summary>The type of that name; a resource or a data type of R4, without prefix. Null where R4 has none.</summary>
    public static FhirType? Of(string name)
    {
        // Names may come from the data, so only those that exist are remembered.
        if (Known.TryGetValue(name, out var known))
        {
            return known;
        }

        return name.Length <= 64 && (name == "integer64" || Provide(name)?.TypeName == name) ? Known.GetOrAdd(name, static n => new(n, Provide(n))) : null;
    }

    /// <summary>Its element of that name; null where the type has none.</summary>
    public FhirElement? Element(string name) => elements.Value.GetValueOrDefault(name);

    public override string ToString() => Name;

    private static IStructureDefinitionSummary? Provide(string name) => ((IStructureDefinitionSummaryProvider)ModelInfo.ModelInspector).Provide(name);

    private static FhirElement Read(IElementDefinitionSummary e)
    {
        var types = e.Type.Select(t => t switch
        {
            IStructureDefinitionReference r => Of(r.ReferredType) ?? new FhirType(r.ReferredType, null),
            IStructureDefinitionSummary inline => new FhirType(inline.TypeName, inline),
            _ => throw new InvalidOperationException(),
        });
        return new(e.ElementName, [.. types.Select(t => new WrittenAs(e.IsChoiceElement ? e.ElementName + char.ToUpperInvariant(t.Name[0]) + t.Name[1..] : e.ElementName, t))]);
    }
}
