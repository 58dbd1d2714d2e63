using System.Text.Json;
using Minato.Formats.Text;

namespace Minato.Formats.Fhir;

/// <summary>
/// The rules of JP-CLINS (電子カルテ情報共有サービス実装ガイド v1.5.2, invariants R…) that decide whether a resource can be
/// understood. They hold for resources that declare the profile. What only breaks a service's own bookkeeping is a remark,
/// not a reason to lose a person's data: be liberal when reading.
/// </summary>
internal static class ClinsRules
{
    private const string Ecs = "http://jpfhir.jp/fhir/eCS/StructureDefinition/";
    private const string Clins = "http://jpfhir.jp/fhir/clins/";
    private const string Usage = "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/MedicationUsage_ePrescription";
    private const string UsageUncoded = "http://jpfhir.jp/fhir/clins/CodeSystem/JP_CLINS_MedicationUsage_Uncoded_CS";

    public static IEnumerable<Finding> Check(string type, JsonElement r, Place at) => type switch
    {
        "MedicationRequest" when Declares(r, Ecs + "JP_MedicationRequest_eCS") => Prescription(r, at),
        "Observation" when Declares(r, Ecs + "JP_Observation_LabResult_eCS") => LabResult(r, at),
        "Patient" when Declares(r, Ecs + "JP_Patient_eCS") => Patient(r, at),
        "Bundle" when Declares(r, Clins + "StructureDefinition/JP_Bundle_CLINS") => Bundle(r, at),
        _ => [],
    };

    /// <summary>meta.profile without its version suffix.</summary>
    private static bool Declares(JsonElement r, string profile) =>
        r.Get("meta").Get("profile") is { ValueKind: JsonValueKind.Array } all
        && all.EnumerateArray().Any(p => ((JsonElement?)p).Text() is { } url && url.AsSpan(0, url.IndexOf('|') is var bar and >= 0 ? bar : url.Length).SequenceEqual(profile));

    private static IEnumerable<Finding> Prescription(JsonElement r, Place at)
    {
        var coded = r.Get("medicationCodeableConcept").Items("coding").Any(c =>
            c.Is("system", "http://capstandard.jp/iyaku.info/CodeSystem/YJ-code")
            || c.Is("system", "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/MedicationGeneralOrderCode")
            || c.Is("system", "urn:oid:1.2.392.100495.20.1.81")
            || c.Is("system", "http://jpfhir.jp/fhir/eCS/CodeSystem/MedicationCodeNocoded_CS"));
        if (!coded)
        {
            yield return Finding.Error(
                "fhir.clins.r3010",
                "JP-CLINS R3010: the drug has neither a YJ code nor a general-name code (一般名処方マスター), nor the mark that there is no standard code (NOCODED)",
                "Add the YJ code or the general-name code to medicationCodeableConcept.coding",
                at with { Field = "MedicationRequest.medicationCodeableConcept" });
        }

        foreach (var dosage in r.Items("dosageInstruction"))
        {
            var usage = dosage.Get("timing").Get("code").Items("coding").ToList();
            var standard = usage.Any(c => c.Is("system", Usage));
            var dummy = usage.Any(c => c.Is("system", UsageUncoded) && c.Is("code", "0X0XXXXXXXXX0000"));
            if (standard == dummy)
            {
                yield return Finding.Warning(
                    "fhir.clins.r5020",
                    "JP-CLINS R5020: exactly one of the standard usage code (電子処方箋 用法コード) and the dummy usage code is required",
                    "Write one of the two into dosageInstruction.timing.code",
                    at with { Field = "MedicationRequest.dosageInstruction.timing.code" });
            }
        }
    }

    private static IEnumerable<Finding> LabResult(JsonElement r, Place at)
    {
        if (!r.Get("code").Items("coding").Any(c => c.Is("system", Clins + "CodeSystem/JP_CLINS_ObsLabResult_LocalCode_CS")))
        {
            yield return Finding.Error(
                "fhir.clins.r6021",
                "JP-CLINS R6021: a laboratory result needs the laboratory's local code beside the standard code, so that a wrong mapping can be traced",
                "Add a coding of JP_CLINS_ObsLabResult_LocalCode_CS",
                at with { Field = "Observation.code" });
        }

        if (r.Extension(Clins + "Extension/StructureDefinition/JP_eCS_InstitutionNumber") is null)
        {
            yield return Finding.Warning("fhir.clins.r901101", "JP-CLINS R901101: the institution number is missing", "Add the extension JP_eCS_InstitutionNumber", at with { Field = "Observation.extension" });
        }
    }

    private static IEnumerable<Finding> Patient(JsonElement r, Place at)
    {
        var numbers = r.Items("identifier").Where(FhirIdentity.IsInsuredNumber).ToList();
        if (numbers.Count != 1)
        {
            yield return Finding.Warning("fhir.clins.r1012", "JP-CLINS R1012: a patient has exactly one insured-person identifier", "Send exactly one JP_Insurance_memberID", at with { Field = "Patient.identifier" });
        }

        if (numbers.Any(n => FhirIdentity.Insured(new PersonIdentity(), n.Text("value")) is not { InsurerNumber.Length: 8 } who || who.InsuredNumber is null))
        {
            yield return Finding.Warning("fhir.clins.r1013", "JP-CLINS R1013: the insured-person identifier is not 保険者番号:記号:番号:枝番 with eight digits in front; it was used as far as it could be read", "Write eight digits, symbol, number and branch, joined by colons", at with { Field = "Patient.identifier" });
        }

        if (r.Items("name").Any(n => n.Text("text")?.Contains('\u3000') == true))
        {
            yield return Finding.Warning("fhir.clins.r1113", "JP-CLINS R1113: a name contains a full-width space; it was read all the same", "Use a half-width space between the names", at with { Field = "Patient.name" });
        }
    }

    private static IEnumerable<Finding> Bundle(JsonElement r, Place at)
    {
        var tag = r.Get("meta").Items("tag").FirstOrDefault(t => t.Is("system", Clins + "CodeSystem/BundleResourceType_CS"));
        if (tag.Text("code") is not ("AllergyIntolerance" or "Observation" or "Condition"))
        {
            yield return Finding.Warning("fhir.clins.r02142", "JP-CLINS R02142: meta.tag does not say which of the three resource types the Bundle holds", "Set the tag BundleResourceType_CS", at with { Field = "Bundle.meta.tag" });
        }

        if (r.Items("entry").FirstOrDefault().Get("resource").Text("resourceType") != "Patient")
        {
            yield return Finding.Warning("fhir.clins.r0211", "JP-CLINS R0211: the first entry is not the Patient", "Put the Patient first", at with { Field = "Bundle.entry" });
        }

        var parts = r.Get("identifier").Text("value")?.Split('^');
        if (parts is not [{ Length: 10 } institution, { Length: 4 } year, { Length: >= 1 and <= 36 } own] || !FieldText.IsDigits(institution, 10) || !FieldText.IsDigits(year, 4)
            || own.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-'))
        {
            yield return Finding.Warning("fhir.clins.r02152", "JP-CLINS R2152: Bundle.identifier is not institution^year^id", "Write the ten-digit institution number, the year and an own id, joined by ^", at with { Field = "Bundle.identifier" });
        }
    }
}
