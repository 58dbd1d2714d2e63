using System.Text.Json;

namespace Minato.Formats.Fhir;

/// <summary>
/// The cheap structural check of the bulk lane: the elements that the harbour reads have FHIR R4's kind, its required
/// elements and its coded states, and the JSON follows FHIR's rules (nothing null, nothing empty). The validation gate
/// (<see cref="FhirGate"/>) checks every element; both must say the same of every sample.
/// </summary>
internal static class FhirStructure
{
    private enum Is
    {
        Text,
        Date,
        Object,
        Many,
        Flag,
    }

    private sealed record Element(string Name, Is Is, bool Required = false, string[]? OneOf = null);

    private static readonly Dictionary<string, Element[]> Elements = new(StringComparer.Ordinal)
    {
        ["Patient"] =
        [
            new("identifier", Is.Many), new("name", Is.Many), new("address", Is.Many), new("birthDate", Is.Date),
            new("gender", Is.Text, false, ["male", "female", "other", "unknown"]), new("deceasedBoolean", Is.Flag), new("deceasedDateTime", Is.Date),
        ],
        ["Encounter"] =
        [
            new("status", Is.Text, true, ["planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled", "entered-in-error", "unknown"]),
            new("class", Is.Object, true), new("subject", Is.Object), new("period", Is.Object), new("identifier", Is.Many),
            new("location", Is.Many),
        ],
        ["Condition"] =
        [
            new("subject", Is.Object, true), new("code", Is.Object), new("verificationStatus", Is.Object), new("clinicalStatus", Is.Object),
            new("onsetDateTime", Is.Date), new("abatementDateTime", Is.Date), new("recordedDate", Is.Date), new("encounter", Is.Object),
        ],
        ["MedicationRequest"] =
        [
            new("status", Is.Text, true, ["active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown"]),
            new("intent", Is.Text, true, ["proposal", "plan", "order", "original-order", "reflex-order", "filler-order", "instance-order", "option"]),
            new("subject", Is.Object, true), new("authoredOn", Is.Date), new("medicationCodeableConcept", Is.Object), new("medicationReference", Is.Object),
            new("dosageInstruction", Is.Many), new("dispenseRequest", Is.Object), new("doNotPerform", Is.Flag),
        ],
        ["MedicationStatement"] =
        [
            new("status", Is.Text, true, ["active", "completed", "entered-in-error", "intended", "stopped", "on-hold", "unknown", "not-taken"]),
            new("subject", Is.Object, true), new("effectiveDateTime", Is.Date), new("medicationCodeableConcept", Is.Object), new("dosage", Is.Many),
        ],
        ["MedicationAdministration"] =
        [
            new("status", Is.Text, true, ["in-progress", "not-done", "on-hold", "completed", "entered-in-error", "stopped", "unknown"]),
            new("subject", Is.Object, true), new("effectiveDateTime", Is.Date), new("medicationCodeableConcept", Is.Object), new("dosage", Is.Object),
        ],
        ["MedicationDispense"] =
        [
            new("status", Is.Text, true, ["preparation", "in-progress", "cancelled", "on-hold", "completed", "entered-in-error", "stopped", "declined", "unknown"]),
            new("subject", Is.Object), new("whenHandedOver", Is.Date), new("whenPrepared", Is.Date), new("medicationCodeableConcept", Is.Object), new("dosageInstruction", Is.Many),
        ],
        ["Observation"] =
        [
            new("status", Is.Text, true, ["registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"]),
            new("code", Is.Object, true), new("subject", Is.Object), new("category", Is.Many), new("effectiveDateTime", Is.Date), new("issued", Is.Date),
            new("valueQuantity", Is.Object), new("valueCodeableConcept", Is.Object), new("valueString", Is.Text), new("valueBoolean", Is.Flag), new("component", Is.Many),
        ],
        ["AllergyIntolerance"] =
        [
            new("patient", Is.Object, true), new("code", Is.Object), new("onsetDateTime", Is.Date), new("recordedDate", Is.Date),
            new("criticality", Is.Text, false, ["low", "high", "unable-to-assess"]), new("verificationStatus", Is.Object),
        ],
        ["Procedure"] =
        [
            new("status", Is.Text, true, ["preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown"]),
            new("subject", Is.Object, true), new("code", Is.Object), new("performedDateTime", Is.Date), new("performedPeriod", Is.Object),
            new("focalDevice", Is.Many),
        ],
        ["Immunization"] =
        [
            new("status", Is.Text, true, ["completed", "entered-in-error", "not-done"]), new("vaccineCode", Is.Object, true),
            new("patient", Is.Object, true), new("occurrenceDateTime", Is.Date),
        ],
        ["Specimen"] =
        [
            new("status", Is.Text, false, ["available", "unavailable", "unsatisfactory", "entered-in-error"]), new("type", Is.Object), new("subject", Is.Object), new("receivedTime", Is.Date),
            new("collection", Is.Object),
        ],
        ["DeviceUseStatement"] =
        [
            new("status", Is.Text, true, ["active", "completed", "entered-in-error", "intended", "stopped", "on-hold"]), new("subject", Is.Object, true), new("device", Is.Object, true),
            new("timingDateTime", Is.Date), new("timingPeriod", Is.Object), new("recordedOn", Is.Date),
        ],
        ["Coverage"] =
        [
            new("status", Is.Text, true, ["active", "cancelled", "draft", "entered-in-error"]), new("beneficiary", Is.Object, true), new("payor", Is.Many, true), new("period", Is.Object),
        ],
    };

    /// <summary>The first fault, or null.</summary>
    public static Finding? Check(string type, JsonElement r, Place at)
    {
        if (Emptiness(r, 0) is { } empty)
        {
            return Fault("fhir.json", empty, "Leave out elements that have no value", at, type);
        }

        foreach (var element in Elements.GetValueOrDefault(type, []))
        {
            if (r.Get(element.Name) is not { } value)
            {
                if (element.Required)
                {
                    return Fault("fhir.required", "A required element is missing", "Add the element", at, $"{type}.{element.Name}");
                }

                continue;
            }

            if (!IsKind(value, element.Is))
            {
                return Fault("fhir.type", "The element has the wrong JSON kind or form", "Write it as FHIR R4 says", at, $"{type}.{element.Name}");
            }

            if (element.OneOf is { } codes && !codes.Any(c => value.ValueEquals(c)))
            {
                return Fault("fhir.code-value", "The element's value is not one that FHIR R4 allows here", "Use one of the codes of FHIR R4", at, $"{type}.{element.Name}");
            }
        }

        return null;
    }

    private static bool IsKind(JsonElement value, Is kind) => kind switch
    {
        Is.Text => value.ValueKind == JsonValueKind.String,
        Is.Date => value.ValueKind == JsonValueKind.String && FhirDate.TryParse(value.GetString(), out _, out _),
        Is.Object => value.ValueKind == JsonValueKind.Object,
        Is.Many => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(i => i.ValueKind == JsonValueKind.Object),
        _ => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
    };

    /// <summary>FHIR's JSON has no null (but in lists of primitives), no empty object, list or text.</summary>
    private static string? Emptiness(JsonElement e, int depth)
    {
        switch (e.ValueKind)
        {
            case JsonValueKind.Object:
                var any = false;
                foreach (var p in e.EnumerateObject())
                {
                    any = true;
                    if (p.Value.ValueKind == JsonValueKind.Null)
                    {
                        return "An element is null";
                    }

                    if (Emptiness(p.Value, depth + 1) is { } inner)
                    {
                        return inner;
                    }
                }

                return any ? null : "An element is an empty object";
            case JsonValueKind.Array:
                if (e.GetArrayLength() == 0)
                {
                    return "A list is empty";
                }

                foreach (var item in e.EnumerateArray())
                {
                    if (Emptiness(item, depth + 1) is { } inner)
                    {
                        return inner;
                    }
                }

                return null;
            case JsonValueKind.String:
                return e.ValueEquals(ReadOnlySpan<byte>.Empty) ? "An element is an empty text" : null;
            default:
                return null;
        }
    }

    private static Finding Fault(string code, string reason, string remedy, Place at, string field) => Finding.Error(code, reason, remedy, at with { Field = field });
}
