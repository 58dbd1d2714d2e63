using System.Text.Json;
using Minato.Formats.Text;

namespace Minato.Formats.Fhir;

/// <summary>A coding in the harbour's words.</summary>
internal readonly record struct Coded(string System, string Code);

/// <summary>
/// Which code stands for a concept that a sender coded several ways: one fact has one code, the most standard one.
/// Systems as in JP Core, JP-CLINS and FHIR R4; spellings seen in published guides are accepted (trap 12 of the format facts).
/// </summary>
internal static class FhirCodes
{
    private static readonly Dictionary<string, string> Systems = new(StringComparer.OrdinalIgnoreCase)
    {
        ["http://jpfhir.jp/fhir/core/mhlw/CodeSystem/ICD10-2013-full"] = CodeSystem.Icd10,
        ["http://jpfhir.jp/fhir/core/mhlw/CodeSystem/ICD10-2013-3digits"] = CodeSystem.Icd10,
        ["http://www.mhlw.go.jp/toukei/sippei/2013/ICD10-JP"] = CodeSystem.Icd10,
        ["http://hl7.org/fhir/sid/icd-10"] = CodeSystem.Icd10,
        ["urn:oid:2.16.840.1.113883.6.3"] = CodeSystem.Icd10,
        ["http://jpfhir.jp/fhir/core/mhlw/CodeSystem/masterB-disease"] = CodeSystem.Disease,
        ["http://jpfhir.jp/fhir/core/mhlw/CodeSystem/masterS-procedure"] = CodeSystem.Procedure,
        ["http://jpfhir.jp/fhir/core/mhlw/CodeSystem/masterY-medicine"] = CodeSystem.Drug,
        ["http://jpfhir.jp/fhir/core/mhlw/CodeSystem/masterY-drug"] = CodeSystem.Drug,
        ["http://capstandard.jp/iyaku.info/CodeSystem/YJ-code"] = CodeSystem.Yj,
        ["http://capstandard.jp/CodeSystem/YJ-code"] = CodeSystem.Yj,
        ["http://tandard.jp/CodeSystem/YJ-code"] = CodeSystem.Yj,
        ["urn:oid:1.2.392.100495.20.2.73"] = CodeSystem.Yj,
        ["http://medis.or.jp/CodeSystem/master-HOT7"] = CodeSystem.Hot,
        ["http://medis.or.jp/CodeSystem/master-HOT9"] = CodeSystem.Hot,
        ["http://medis.or.jp/CodeSystem/master-HOT13"] = CodeSystem.Hot,
        ["urn:oid:1.2.392.200119.4.403.1"] = CodeSystem.Hot,
        ["urn:oid:1.2.392.200119.4.403.2"] = CodeSystem.Hot,
        ["urn:oid:1.2.392.200119.4.402.1"] = CodeSystem.Hot,
        ["urn:oid:1.2.392.100495.20.2.74"] = CodeSystem.Hot,
        ["http://medis.or.jp/CodeSystem/master-JLAC10-17digits"] = CodeSystem.Jlac10,
        ["http://jpfhir.jp/fhir/clins/CodeSystem/JLAC10/JP_CLINS_ObsLabResult_CoreLabo_CS"] = CodeSystem.Jlac10,
        ["http://jpfhir.jp/fhir/clins/CodeSystem/JLAC10/JP_CLINS_ObsLabResult_InfectionLabo_CS"] = CodeSystem.Jlac10,
        ["urn:oid:1.2.392.200119.4.504"] = CodeSystem.Jlac10,
        ["urn:oid:1.2.392.200119.6.1005"] = CodeSystem.Jlac10,
        ["http://loinc.org"] = CodeSystem.Loinc,
        ["http://snomed.info/sct"] = CodeSystem.Snomed,
        ["http://www.nlm.nih.gov/research/umls/rxnorm"] = CodeSystem.RxNorm,
        ["http://hl7.org/fhir/sid/cvx"] = CodeSystem.Cvx,
    };

    public static readonly string[] ForCondition = [CodeSystem.Icd10, CodeSystem.Disease, CodeSystem.Snomed];
    public static readonly string[] ForDrug = [CodeSystem.Yj, CodeSystem.Drug, CodeSystem.Hot, CodeSystem.RxNorm, CodeSystem.Cvx];
    public static readonly string[] ForTest = [CodeSystem.Jlac10, CodeSystem.Loinc, CodeSystem.Snomed];
    public static readonly string[] ForProcedure = [CodeSystem.Procedure, CodeSystem.Snomed];
    public static readonly string[] ForVaccine = [CodeSystem.Cvx, CodeSystem.Yj, CodeSystem.Hot, CodeSystem.Drug];

    /// <summary>The best coding of a CodeableConcept: the first system of <paramref name="preferred"/>, else a national one, else a local one.</summary>
    /// <returns>Null where no coding can be used; <paramref name="damaged"/> says that there were codings.</returns>
    public static Coded? Best(JsonElement? concept, string[] preferred, out bool damaged)
    {
        damaged = false;
        Coded? best = null;
        var bestRank = int.MaxValue;
        foreach (var coding in concept.Items("coding"))
        {
            if (Read(coding) is not { } read)
            {
                damaged |= !IsPlaceholder(coding);
                continue;
            }

            var at = Array.IndexOf(preferred, read.System);
            var rank = at >= 0 ? at : !read.System.StartsWith(CodeSystem.OtherPrefix, StringComparison.Ordinal) ? 50 : IsLocal(read.System) ? 70 : 60;
            if (rank < bestRank)
            {
                (best, bestRank) = (read, rank);
            }
        }

        return best;
    }

    /// <summary>One coding, its code brought into the form the harbour writes it in; null where it is not a code of its system.</summary>
    private static Coded? Read(JsonElement coding)
    {
        var code = coding.Text("code")?.Trim();
        if (code is null || !FieldText.IsCode(code) || IsPlaceholder(coding))
        {
            return null;
        }

        var uri = coding.Text("system") ?? "";
        var system = Systems.GetValueOrDefault(uri) ?? Other(uri);
        return CodeForm.Of(system, code) is { } formed ? new Coded(system, formed) : null;
    }

    /// <summary>標準コードなし, 未コード化: the guides' words for 'there is no code'.</summary>
    private static bool IsPlaceholder(JsonElement coding) =>
        coding.Is("system", "http://jpfhir.jp/fhir/eCS/CodeSystem/MedicationCodeNocoded_CS")
        || coding.Is("code", "99999999999999999")
        || (coding.Text("system") ?? "").EndsWith("_Uncoded_CS", StringComparison.OrdinalIgnoreCase);

    private static bool IsLocal(string system) => system.Contains("LocalCode", StringComparison.Ordinal) || system.Contains("/DrugCode/", StringComparison.Ordinal);

    private static string Other(string uri) => FieldText.IsCode(uri, 200) ? CodeSystem.OtherPrefix + uri : CodeSystem.OtherPrefix + "unnamed";
}
