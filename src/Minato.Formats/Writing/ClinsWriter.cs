using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Minato.Formats.Writing;

/// <summary>
/// Writes JP-CLINS bundles (FHIR R4 JSON, one per line when several follow each other) with the profiles, code systems and
/// identifiers of the implementation guide 1.5.2. Streaming: nothing but one bundle is held.
/// </summary>
public sealed class ClinsWriter : IDisposable
{
    private const string Core = "http://jpfhir.jp/fhir/core/";
    private const string Clins = "http://jpfhir.jp/fhir/clins/";
    private const string Ecs = "http://jpfhir.jp/fhir/eCS/";
    private const string Instance = Core + "IdSystem/resourceInstance-identifier";
    private const string Terminology = "http://terminology.hl7.org/CodeSystem/";
    private const string Ucum = "http://unitsofmeasure.org";

    private readonly ArrayBufferWriter<byte> buffer = new(64 * 1024);
    private readonly Utf8JsonWriter json;
    private string lastUpdated = "";
    private ulong seed;

    public ClinsWriter() => json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All), SkipValidation = true });

    /// <summary>Appends one bundle as one line; <paramref name="asSent"/> may spoil it.</summary>
    public void WriteLine(Stream stream, ClinsBundle bundle, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? asSent = null)
    {
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        Bundle(bundle);
        json.Flush();
        stream.Write((asSent is null ? buffer.WrittenMemory : asSent(buffer.WrittenMemory)).Span);
        stream.WriteByte((byte)'\n');
    }

    public void Dispose() => json.Dispose();

    private static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Moment(DateOnly date) => Day(date) + "T10:00:00+09:00";

    private void Bundle(ClinsBundle b)
    {
        lastUpdated = Moment(b.Date);
        seed = Hash(b.Identifier);
        var document = b.Kind is ClinsKind.Referral or ClinsKind.Discharge;
        json.WriteStartObject();
        json.WriteString("resourceType", "Bundle");
        json.WriteString("id", Uuid(0));
        json.WriteStartObject("meta");
        json.WriteString("lastUpdated", lastUpdated);
        json.WriteStartArray("profile");
        json.WriteStringValue(b.Kind switch
        {
            ClinsKind.Referral => Clins + "StructureDefinition/JP_Bundle_eReferral",
            ClinsKind.Discharge => Clins + "StructureDefinition/JP_Bundle_eDischargeSummary",
            _ => Clins + "StructureDefinition/JP_Bundle_CLINS",
        });
        json.WriteEndArray();
        if (!document)
        {
            json.WriteStartArray("tag");
            Coding(Clins + "CodeSystem/BundleResourceType_CS", b.Kind.ToString());
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteString("language", "ja");
        json.WriteStartObject("identifier");
        json.WriteString("system", Clins + "bundle-identifier");
        json.WriteString("value", b.Identifier);
        json.WriteEndObject();
        json.WriteString("type", document ? "document" : "collection");
        json.WriteString("timestamp", lastUpdated);
        json.WriteStartArray("entry");
        if (document)
        {
            Composition(b);
        }

        Patient(b);
        if (document)
        {
            Encounter(b);
            Practitioner();
            Organization(3, b.Institution, b.InstitutionName);
            if (b.ReferredTo is { } to)
            {
                Organization(4, to.Institution, to.Name);
            }
        }

        var n = 10;
        foreach (var c in b.Conditions)
        {
            Condition(b, c, n++, document);
        }

        foreach (var a in b.Allergies)
        {
            Allergy(b, a, n++);
        }

        foreach (var o in b.Observations)
        {
            Observation(b, o, n++, document);
        }

        foreach (var m in b.Medications)
        {
            Medication(b, m, n++);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Composition(ClinsBundle b)
    {
        var referral = b.Kind == ClinsKind.Referral;
        Entry(1, "Composition", referral ? "http://jpfhir.jp/fhir/eReferral/StructureDefinition/JP_Composition_eReferral" : "http://jpfhir.jp/fhir/eDischargeSummary/StructureDefinition/JP_Composition_eDischargeSummary");
        json.WriteString("language", "ja");
        json.WriteStartArray("extension");
        json.WriteStartObject();
        json.WriteString("url", "http://hl7.org/fhir/StructureDefinition/composition-clinicaldocument-versionNumber");
        json.WriteString("valueString", "1.0");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("identifier");
        json.WriteString("system", Instance);
        json.WriteString("value", b.Identifier.Replace('^', '-'));
        json.WriteEndObject();
        json.WriteString("status", "final");
        Concept("type", ("http://jpfhir.jp/fhir/Common/CodeSystem/doc-typecodes", referral ? "57133-1" : "18842-5", referral ? "診療情報提供書" : "退院時サマリー"));
        json.WriteStartArray("category");
        Concept(null, ("http://jpfhir.jp/fhir/Common/CodeSystem/doc-subtypecodes", referral ? "OUTPATIENT" : "DISCHARGE", null));
        json.WriteEndArray();
        Reference("subject", 2);
        Reference("encounter", 6);
        json.WriteString("date", lastUpdated);
        json.WriteStartArray("author");
        Reference(null, 5);
        Reference(null, 3);
        json.WriteEndArray();
        json.WriteString("title", referral ? "診療情報提供書" : "退院時サマリー");
        Reference("custodian", 3);
        json.WriteStartArray("event");
        json.WriteStartObject();
        json.WriteStartArray("code");
        json.WriteStartObject();
        json.WriteString("text", referral ? "診療情報提供書発行" : "退院時サマリー発行");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("period");
        json.WriteString("start", Day(b.AdmittedOn ?? b.Date));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();

        var (conditions, allergies, observations) = (10, 10 + b.Conditions.Count, 10 + b.Conditions.Count + b.Allergies.Count);
        var medications = observations + b.Observations.Count;
        json.WriteStartArray("section");
        if (referral)
        {
            Section("920", "紹介元情報", "", 3, 1);
            Section("910", "紹介先情報", "", 4, b.ReferredTo is null ? 0 : 1);
        }

        json.WriteStartObject();
        json.WriteString("title", "構造情報");
        Concept("code", (Clins + "CodeSystem/document-section", "300", "構造情報セクション"));
        json.WriteStartArray("section");
        if (referral)
        {
            Section("950", "紹介目的", "精査・加療のお願い", 6, 1);
            Section("340", "傷病名・主訴", "", conditions, b.Conditions.Count);
            Section("360", "現病歴", "上記にて加療中です。", 0, 0);
            Section("510", "アレルギー・不耐性反応", "", allergies, b.Allergies.Count);
            Section("610", "身体所見", b.Findings, 0, 0);
            Section("620", "検査結果", "", observations, b.Observations.Count);
            Section("430", "投薬指示", "", medications, b.Medications.Count);
        }
        else
        {
            Section("322", "入院時詳細", "", 6, 1);
            Section("342", "入院時診断", "", conditions, b.Conditions.Count);
            Section("352", "主訴", "入院時診断に同じ", 0, 0);
            Section("312", "入院理由", "上記疾患の加療", 0, 0);
            Section("360", "現病歴", "外来にて加療中に発症", 0, 0);
            Section("333", "入院中経過", "加療により経過した。", 0, 0);
            Section("324", "退院時詳細", "", 6, 1);
            Section("344", "退院時診断", "", conditions, b.Conditions.Count);
            Section("444", "退院時投薬指示", "", medications, b.Medications.Count);
            Section("424", "退院時方針", "外来にて経過観察", 0, 0);
            Section("510", "アレルギー・不耐性反応", "", allergies, b.Allergies.Count);
            Section("614", "退院時身体所見", b.Findings, 0, 0);
            Section("623", "入院中検査結果", "", observations, b.Observations.Count);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        EndEntry();
    }

    private void Section(string code, string title, string text, int first, int count)
    {
        json.WriteStartObject();
        json.WriteString("title", title);
        Concept("code", (Clins + "CodeSystem/document-section", code, title + "セクション"));
        if (text.Length > 0)
        {
            json.WriteStartObject("text");
            json.WriteString("status", "additional");
            json.WriteString("div", "<div xmlns=\"http://www.w3.org/1999/xhtml\">" + text + "</div>");
            json.WriteEndObject();
        }

        if (count > 0)
        {
            json.WriteStartArray("entry");
            for (var i = 0; i < count; i++)
            {
                Reference(null, first + i);
            }

            json.WriteEndArray();
        }
        else if (text.Length == 0)
        {
            Concept("emptyReason", (Terminology + "list-empty-reason", "unavailable", null));
        }

        json.WriteEndObject();
    }

    private void Patient(ClinsBundle b)
    {
        var p = b.Patient;
        Entry(2, "Patient", Ecs + "StructureDefinition/JP_Patient_eCS");
        json.WriteString("language", "ja");
        json.WriteStartArray("identifier");
        if (p.LocalId.Length > 0)
        {
            Identifier("urn:oid:1.2.392.100495.20.3.51.1" + b.Institution, p.LocalId);
        }

        if (p.MemberId.Length > 0)
        {
            Identifier(Clins + "Idsystem/JP_Insurance_memberID", p.MemberId);
        }

        json.WriteEndArray();
        json.WriteStartArray("name");
        Name("IDE", p.Family, p.Given);
        Name("SYL", p.FamilyKana, p.GivenKana);
        json.WriteEndArray();
        json.WriteString("gender", p.Gender);
        if (p.BirthDate.Length > 0)
        {
            json.WriteString("birthDate", p.BirthDate);
        }

        if (p.Address.Length > 0)
        {
            json.WriteStartArray("address");
            json.WriteStartObject();
            json.WriteString("text", p.Address);
            if (p.PostalCode.Length > 0)
            {
                json.WriteString("postalCode", p.PostalCode);
            }

            json.WriteString("country", "JP");
            json.WriteEndObject();
            json.WriteEndArray();
        }

        EndEntry();
    }

    private void Name(string representation, string family, string given)
    {
        if (family.Length + given.Length == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteStartArray("extension");
        json.WriteStartObject();
        json.WriteString("url", "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation");
        json.WriteString("valueCode", representation);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("use", "official");
        json.WriteString("text", family + " " + given);
        json.WriteString("family", family);
        json.WriteStartArray("given");
        json.WriteStringValue(given);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Encounter(ClinsBundle b)
    {
        Entry(6, "Encounter", Ecs + "StructureDefinition/JP_Encounter_eCS");
        EncounterBody(b);
        EndEntry();
    }

    private void EncounterBody(ClinsBundle b)
    {
        json.WriteString("status", "finished");
        json.WriteStartObject("class");
        json.WriteString("system", Terminology + "v3-ActCode");
        json.WriteString("code", b.AdmittedOn is null ? "AMB" : "IMP");
        json.WriteEndObject();
        json.WriteStartObject("period");
        json.WriteString("start", Day(b.AdmittedOn ?? b.Date));
        json.WriteString("end", Day(b.Date));
        json.WriteEndObject();
    }

    private void Practitioner()
    {
        Entry(5, "Practitioner", Ecs + "StructureDefinition/JP_Practitioner_eCS");
        json.WriteStartArray("name");
        Name("IDE", "担当", "医師");
        json.WriteEndArray();
        EndEntry();
    }

    private void Organization(int n, string institution, string name)
    {
        Entry(n, "Organization", Ecs + "StructureDefinition/JP_Organization_eCS");
        json.WriteStartArray("identifier");
        Identifier(Core + "IdSystem/insurance-medical-institution-no", institution);
        json.WriteEndArray();
        json.WriteString("name", name);
        EndEntry();
    }

    private void Condition(ClinsBundle b, ClinsCondition c, int n, bool document)
    {
        Entry(n, "Condition", Ecs + "StructureDefinition/JP_Condition_eCS");
        Contained(b, document);
        Extensions(b, department: true);
        OwnIdentifier(b, n);
        Concept("clinicalStatus", (Terminology + "condition-clinical", c.Resolved ? "resolved" : "active", null));
        Concept("verificationStatus", (Terminology + "condition-ver-status", c.Suspected ? "provisional" : "confirmed", null));
        json.WriteStartArray("category");
        Concept(null, (Terminology + "condition-category", "encounter-diagnosis", null));
        json.WriteEndArray();
        json.WriteStartObject("code");
        json.WriteStartArray("coding");
        Coding("http://medis.or.jp/CodeSystem/master-disease-keyNumber", c.KeyNumber, c.Name);
        Coding("http://medis.or.jp/CodeSystem/master-disease-exCode", c.ExchangeCode, c.Name);
        Coding(Core + "mhlw/CodeSystem/ICD10-2013-full", c.Icd10);
        json.WriteEndArray();
        json.WriteString("text", c.Name);
        json.WriteEndObject();
        Reference("subject", 2);
        EncounterReference(document);
        json.WriteString("onsetDateTime", Day(c.Onset));
        json.WriteString("recordedDate", Day(b.Date));
        EndEntry();
    }

    private void Allergy(ClinsBundle b, ClinsAllergy a, int n)
    {
        Entry(n, "AllergyIntolerance", Ecs + "StructureDefinition/JP_AllergyIntolerance_eCS");
        Extensions(b, department: false);
        OwnIdentifier(b, n);
        Concept("clinicalStatus", (Terminology + "allergyintolerance-clinical", "active", null));
        Concept("verificationStatus", (Terminology + "allergyintolerance-verification", "confirmed", null));
        json.WriteStartArray("category");
        json.WriteStringValue(a.Category);
        json.WriteEndArray();
        if (a.Contraindicated)
        {
            json.WriteString("criticality", "high");
        }

        Concept("code", (a.System, a.Code, a.Name), a.Name);
        Reference("patient", 2);
        json.WriteString("recordedDate", Day(a.Recorded));
        EndEntry();
    }

    private void Observation(ClinsBundle b, ClinsObservation o, int n, bool document)
    {
        Entry(n, "Observation", Ecs + (o.Set == ClinsLab.General ? "StructureDefinition/JP_Observation_Common_eCS" : "StructureDefinition/JP_Observation_LabResult_eCS"));
        Contained(b, document);
        Extensions(b, department: true);
        OwnIdentifier(b, n);
        json.WriteString("status", "final");
        json.WriteStartArray("category");
        Concept(null, (Core + "CodeSystem/JP_SimpleObservationCategory_CS", o.Set == ClinsLab.General ? "vital-signs" : "laboratory", null));
        json.WriteEndArray();
        json.WriteStartObject("code");
        json.WriteStartArray("coding");
        Coding(Clins + "CodeSystem/JP_CLINS_ObsLabResult_LocalCode_CS", o.LocalCode, o.Name);
        if (o.Set != ClinsLab.General)
        {
            Coding(Clins + (o.Set == ClinsLab.Core ? "CodeSystem/JLAC10/JP_CLINS_ObsLabResult_CoreLabo_CS" : "CodeSystem/JLAC10/JP_CLINS_ObsLabResult_InfectionLabo_CS"), o.Code);
        }

        Coding("http://medis.or.jp/CodeSystem/master-JLAC10-17digits", o.Code);
        json.WriteEndArray();
        json.WriteString("text", o.Name);
        json.WriteEndObject();
        Reference("subject", 2);
        EncounterReference(document);
        json.WriteString("effectiveDateTime", Moment(o.Date));
        if (o.Unit is null)
        {
            json.WriteStartObject("valueCodeableConcept");
            json.WriteString("text", o.Value);
            json.WriteEndObject();
        }
        else
        {
            Quantity("valueQuantity", o.Value, o.Unit, Ucum, o.Unit);
        }

        if (o.Set != ClinsLab.General)
        {
            json.WriteStartObject("specimen");
            json.WriteString("type", "Specimen");
            json.WriteString("display", o.Code.StartsWith('1') ? "尿" : "血清");
            json.WriteEndObject();
        }

        EndEntry();
    }

    private void Medication(ClinsBundle b, ClinsMedication m, int n)
    {
        Entry(n, "MedicationRequest", Ecs + "StructureDefinition/JP_MedicationRequest_eCS");
        Extensions(b, department: false);
        json.WriteStartArray("identifier");
        Identifier(Core + "mhlw/IdSystem/Medication-RPGroupNumber", (n - 9).ToString(CultureInfo.InvariantCulture));
        Identifier(Core + "mhlw/IdSystem/MedicationAdministrationIndex", "1");
        Identifier(Instance, Own(b, n));
        json.WriteEndArray();
        json.WriteString("status", "completed");
        json.WriteString("intent", "order");
        json.WriteStartArray("category");
        Concept(null, (Core + "CodeSystem/JP_MedicationCategoryMERIT9_CS", b.AdmittedOn is null ? "OHP" : "DCG", null));
        json.WriteEndArray();
        Concept("medicationCodeableConcept", ("http://capstandard.jp/iyaku.info/CodeSystem/YJ-code", m.Yj, m.Name), m.Name);
        Reference("subject", 2);
        json.WriteString("authoredOn", Moment(m.Ordered));
        json.WriteStartArray("dosageInstruction");
        json.WriteStartObject();
        json.WriteStartArray("extension");
        json.WriteStartObject();
        json.WriteString("url", Core + "Extension/StructureDefinition/JP_MedicationDosage_PeriodOfUse");
        json.WriteStartObject("valuePeriod");
        json.WriteString("start", Day(m.Ordered));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("text", string.Create(CultureInfo.InvariantCulture, $"1日{m.PerDay}{m.Unit} {m.Days}日分"));
        json.WriteStartObject("timing");
        json.WriteStartObject("repeat");
        json.WriteStartObject("boundsDuration");
        json.WriteNumber("value", m.Days);
        json.WriteString("unit", "日");
        json.WriteString("system", Ucum);
        json.WriteString("code", "d");
        json.WriteEndObject();
        json.WriteEndObject();
        Concept("code", (Clins + "CodeSystem/JP_CLINS_MedicationUsage_Uncoded_CS", "0X0XXXXXXXXX0000", "用法コードなし"));
        json.WriteEndObject();
        json.WriteStartArray("doseAndRate");
        json.WriteStartObject();
        json.WriteStartObject("rateRatio");
        Quantity("numerator", m.PerDay.ToString(CultureInfo.InvariantCulture), m.Unit, Core + "mhlw/CodeSystem/MedicationUnitMERIT9Code", "TAB");
        Quantity("denominator", "1", "日", Ucum, "d");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("dispenseRequest");
        Quantity("quantity", (m.PerDay * m.Days).ToString(CultureInfo.InvariantCulture), m.Unit, Core + "mhlw/CodeSystem/MedicationUnitMERIT9Code", "TAB");
        Quantity("expectedSupplyDuration", m.Days.ToString(CultureInfo.InvariantCulture), "日", Ucum, "d");
        json.WriteEndObject();
        EndEntry();
    }

    private void Entry(int n, string type, string profile)
    {
        json.WriteStartObject();
        json.WriteString("fullUrl", "urn:uuid:" + Uuid(n));
        json.WriteStartObject("resource");
        json.WriteString("resourceType", type);
        json.WriteString("id", Uuid(n));
        json.WriteStartObject("meta");
        json.WriteString("lastUpdated", lastUpdated);
        json.WriteStartArray("profile");
        json.WriteStringValue(profile);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void EndEntry()
    {
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Contained(ClinsBundle b, bool document)
    {
        if (document)
        {
            return;
        }

        json.WriteStartArray("contained");
        json.WriteStartObject();
        json.WriteString("resourceType", "Encounter");
        json.WriteString("id", "enc");
        EncounterBody(b);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private void EncounterReference(bool document)
    {
        json.WriteStartObject("encounter");
        json.WriteString("reference", document ? "urn:uuid:" + Uuid(6) : "#enc");
        json.WriteEndObject();
    }

    private void Extensions(ClinsBundle b, bool department)
    {
        json.WriteStartArray("extension");
        json.WriteStartObject();
        json.WriteString("url", Clins + "Extension/StructureDefinition/JP_eCS_InstitutionNumber");
        json.WriteStartObject("valueIdentifier");
        json.WriteString("system", Core + "IdSystem/insurance-medical-institution-no");
        json.WriteString("value", b.Institution);
        json.WriteEndObject();
        json.WriteEndObject();
        if (department)
        {
            json.WriteStartObject();
            json.WriteString("url", Ecs + "Extension/StructureDefinition/JP_eCS_Department");
            Concept("valueCodeableConcept", ("http://jami.jp/SS-MIX2/CodeSystem/ClinicalDepartment", b.Department.Code, b.Department.Name));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void OwnIdentifier(ClinsBundle b, int n)
    {
        json.WriteStartArray("identifier");
        Identifier(Instance, Own(b, n));
        json.WriteEndArray();
    }

    private static string Own(ClinsBundle b, int n) => string.Create(CultureInfo.InvariantCulture, $"{b.LocalId}-{n - 9}");

    private void Identifier(string system, string value)
    {
        json.WriteStartObject();
        json.WriteString("system", system);
        json.WriteString("value", value);
        json.WriteEndObject();
    }

    private void Concept(string? property, (string System, string Code, string? Display) coding, string? text = null)
    {
        if (property is null)
        {
            json.WriteStartObject();
        }
        else
        {
            json.WriteStartObject(property);
        }

        json.WriteStartArray("coding");
        Coding(coding.System, coding.Code, coding.Display);
        json.WriteEndArray();
        if (text is not null)
        {
            json.WriteString("text", text);
        }

        json.WriteEndObject();
    }

    private void Coding(string system, string code, string? display = null)
    {
        json.WriteStartObject();
        json.WriteString("system", system);
        json.WriteString("code", code);
        if (display is not null)
        {
            json.WriteString("display", display);
        }

        json.WriteEndObject();
    }

    private void Quantity(string property, string value, string unit, string system, string code)
    {
        json.WriteStartObject(property);
        json.WritePropertyName("value");
        json.WriteRawValue(value, skipInputValidation: true);
        json.WriteString("unit", unit);
        json.WriteString("system", system);
        json.WriteString("code", code);
        json.WriteEndObject();
    }

    private void Reference(string? property, int n)
    {
        if (property is null)
        {
            json.WriteStartObject();
        }
        else
        {
            json.WriteStartObject(property);
        }

        json.WriteString("reference", "urn:uuid:" + Uuid(n));
        json.WriteEndObject();
    }

    /// <summary>Ids of entries: derived from the bundle's identifier, so that the same bundle is written with the same bytes.</summary>
    private string Uuid(int n)
    {
        var a = Mix(seed + (ulong)n * 0x9E3779B97F4A7C15);
        var b = Mix(a ^ seed);
        return new Guid((uint)(a >> 32), (ushort)(a >> 16), (ushort)(0x4000 | (a & 0xFFF)), (byte)(0x80 | (b >> 58)), (byte)(b >> 48), (byte)(b >> 40), (byte)(b >> 32), (byte)(b >> 24), (byte)(b >> 16), (byte)(b >> 8), (byte)b).ToString();
    }

    private static ulong Hash(string text)
    {
        var h = 14695981039346656037UL;
        foreach (var c in text)
        {
            h = (h ^ c) * 1099511628211UL;
        }

        return Mix(h);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
