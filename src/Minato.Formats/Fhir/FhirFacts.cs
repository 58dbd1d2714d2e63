using System.Globalization;
using System.Text.Json;
using Minato.Formats.Notes;
using Minato.Formats.Text;

namespace Minato.Formats.Fhir;

/// <summary>What a resource gave: facts, or the reason why it gave none.</summary>
internal readonly record struct Taken(IReadOnlyList<HealthFact> Facts, Finding? Refused = null, (string Code, string What)? PassedOver = null);

/// <summary>
/// The clinical resources as facts. Only coded and numeric content goes on: no display text, no narrative, no names.
/// A resource that cannot be placed in time or has no usable code is refused; one that says that nothing happened is passed over.
/// </summary>
/// <param name="fallback">Day of the document, for resources without one of their own.</param>
/// <param name="resolve">Other resources of the same Bundle, by reference.</param>
internal sealed class FhirFacts(string file, Tally tally, DateOnly? fallback, Func<string, JsonElement?> resolve, long line)
{
    /// <summary>Resource types that carry facts of the person they name.</summary>
    private static readonly HashSet<string> Clinical = new(StringComparer.Ordinal)
    {
        "Encounter", "Condition", "MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense",
        "Observation", "AllergyIntolerance", "Procedure", "Immunization", "Coverage", "Specimen", "DeviceUseStatement",
    };

    /// <summary>Whether the resource carries facts of a person. Material may be of nobody: of the ward's water tap.</summary>
    public static bool IsClinical(string type, JsonElement resource) => Clinical.Contains(type) && (type != "Specimen" || SubjectOf(resource) is not null);

    private const string Institution = "http://jpfhir.jp/fhir/clins/Extension/StructureDefinition/JP_eCS_InstitutionNumber";

    /// <summary>The person a clinical resource is about.</summary>
    public static JsonElement? SubjectOf(JsonElement resource) => resource.Get("subject") ?? resource.Get("patient") ?? resource.Get("beneficiary");

    public Taken Of(string type, JsonElement r)
    {
        if (r.Is("status", "entered-in-error") || HasCode(r.Get("verificationStatus"), "entered-in-error"))
        {
            return Pass("fhir.entered-in-error", $"{type} that the source took back (entered-in-error)");
        }

        return type switch
        {
            "Encounter" => Encounter(r),
            "Condition" => Condition(r),
            "MedicationRequest" => Drug(r, type, "authoredOn", "medicationCodeableConcept"),
            "MedicationStatement" => Drug(r, type, "effectiveDateTime", "medicationCodeableConcept"),
            "MedicationAdministration" => Drug(r, type, "effectiveDateTime", "medicationCodeableConcept"),
            "MedicationDispense" => Drug(r, type, "whenHandedOver", "medicationCodeableConcept"),
            "Observation" => Observation(r),
            "AllergyIntolerance" => Allergy(r),
            "Procedure" => Procedure(r),
            "Immunization" => Immunization(r),
            "Specimen" => Specimen(r),
            "DeviceUseStatement" => DeviceUse(r),
            _ => Coverage(r),
        };
    }

    /// <summary>deceased[x] of a Patient.</summary>
    public HealthFact? Death(JsonElement patient)
    {
        if (FhirDate.TryParse(patient.Text("deceasedDateTime"), out var day, out var partial))
        {
            NotePartial(partial);
            return new HealthFact { Kind = FactKind.Death, Start = day, Line = line };
        }

        if (patient.Boolean("deceasedBoolean") == true)
        {
            tally.Warn("fhir.death-undated", "Patient who has died, without the day: no death was recorded", line, "Send deceasedDateTime", "Patient.deceased");
        }

        return null;
    }

    private Taken Encounter(JsonElement r)
    {
        if (r.Text("status") is "planned" or "cancelled")
        {
            return Pass("fhir.not-happened", "Encounter that did not take place");
        }

        var (day, end) = Period(r.Get("period"));
        if (day is null && FhirDate.TryParse(r.Items("classHistory").Select(h => h.Get("period").Text("start")).FirstOrDefault(), out var history, out _))
        {
            day = history;
        }

        if (Day(r, day, "Encounter.period") is not { } start)
        {
            return Undated("Encounter", "period");
        }

        var code = r.Get("class").Text("code") switch
        {
            "IMP" or "ACUTE" or "NONAC" or "SS" or "OBSENC" => "inpatient",
            "EMER" => "emergency",
            "HH" => "home",
            "AMB" or "VR" or "FLD" => "outpatient",
            _ => null,
        };
        if (code is null)
        {
            tally.Warn("fhir.encounter-class", "Encounter of an unknown class; taken as outpatient", line, "Use the codes of v3-ActCode", "Encounter.class");
        }

        var visit = new HealthFact
        {
            Kind = FactKind.Visit,
            Start = start,
            End = end >= start ? end : null,
            System = CodeSystem.Minato,
            Code = code ?? "outpatient",
            VisitKey = VisitKey(r),
            Facility = Facility(r),
            Line = line,
        };
        return new Taken(code == "inpatient" ? [visit, .. Wards(r, visit)] : [visit]);
    }

    /// <summary>The stretches of a stay in one ward: locations of which the period is known. A ward's name stays behind, its id or number is its code.</summary>
    private static IEnumerable<HealthFact> Wards(JsonElement encounter, HealthFact stay)
    {
        const int Longest = 20;
        foreach (var at in encounter.Items("location"))
        {
            var (from, to) = Period(at.Get("period"));
            var place = at.Get("location");
            var ward = place.Get("identifier").Text("value") ?? (place.Text("reference") is { } reference ? reference[(reference.LastIndexOf('/') + 1)..] : null);
            if (from is { } start && ward is not null && FieldText.IsCode(ward, Longest) && at.Get("physicalType").Items("coding").Select(c => c.Text("code")).FirstOrDefault() is null or "wa")
            {
                yield return stay with { Kind = FactKind.Ward, Start = start, End = to >= start ? to : null, ValueCode = ward };
            }
        }
    }

    private Taken Condition(JsonElement r)
    {
        if (HasCode(r.Get("verificationStatus"), "refuted"))
        {
            return Pass("fhir.refuted", "Condition that was ruled out (refuted)");
        }

        if (Code(r.Get("code"), FhirCodes.ForCondition, "Condition.code") is not { } code)
        {
            return Uncoded("Condition", r.Get("code"));
        }

        if (!Dates(r, out var day, out var bad, "onsetDateTime", "onsetPeriod", "recordedDate"))
        {
            return bad;
        }

        var suspected = HasCode(r.Get("verificationStatus"), "provisional") || HasCode(r.Get("verificationStatus"), "differential")
            || HasCode(r.Get("verificationStatus"), "unconfirmed") || HasSuspicion(r.Get("code"));
        var end = FhirDate.OrNull(r.Text("abatementDateTime") ?? r.Get("abatementPeriod").Text("end"));
        return One(Fact(FactKind.Condition, r, code, day) with { End = end >= day ? end : null, Suspected = suspected });
    }

    /// <summary>接尾語 の疑い: 8002 in the claims' master, 27000001 and 5395 as MEDIS key and exchange codes (Z master).</summary>
    private static bool HasSuspicion(JsonElement? code)
    {
        const string Postfix = "http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Condition_DiseasePostfixModifier";
        return code.Items("extension").Where(x => x.Is("url", Postfix))
            .SelectMany(x => x.Get("valueCodeableConcept").Items("coding"))
            .Any(c => c.Is("code", "8002") || c.Is("code", "27000001") || c.Is("code", "5395"));
    }

    private Taken Drug(JsonElement r, string type, string date, string concept)
    {
        if (r.Text("status") is "cancelled" or "draft" or "not-done" or "not-taken" or "declined" or "preparation" || r.Boolean("doNotPerform") == true)
        {
            return Pass("fhir.not-happened", $"{type} that was not carried out");
        }

        if (r.Text("intent") is "proposal" or "plan" or "option")
        {
            return Pass("fhir.not-happened", $"{type} that is only a plan");
        }

        var medication = r.Get(concept);
        if (medication is null && r.Get("medicationReference").Text("reference") is { } reference)
        {
            medication = Find(r, reference)?.Get("code");
            if (medication is null)
            {
                return Refuse("fhir.medication-reference", "The medication is only a reference to a resource that is not in this document", "Send the medication's code in medicationCodeableConcept or contained", $"{type}.medicationReference");
            }
        }

        if (Code(medication, FhirCodes.ForDrug, type + ".medication") is not { } code)
        {
            return Uncoded(type, medication);
        }

        if (!Dates(r, out var day, out var bad, date, "effectivePeriod", "whenPrepared", "dateAsserted"))
        {
            return bad;
        }

        var dosage = r.Items("dosageInstruction").Concat(r.Items("dosage")).FirstOrDefault();
        var dose = dosage.Get("doseAndRate").Items().Select(d => d.Get("doseQuantity")).FirstOrDefault(d => d is not null) ?? dosage.Get("dose");
        var supply = r.Get("dispenseRequest");
        var days = Days(supply.Get("expectedSupplyDuration") ?? r.Get("daysSupply") ?? dosage.Get("timing").Get("repeat").Get("boundsDuration"));
        return One(Fact(FactKind.Drug, r, code, day) with
        {
            Value = dose.Number("value"),
            Unit = UnitOf(dose),
            Days = days,
            Quantity = (supply.Get("quantity") ?? r.Get("quantity")).Number("value"),
        });
    }

    private Taken Observation(JsonElement r)
    {
        if (r.Text("status") is "cancelled" or "registered")
        {
            return Pass("fhir.not-happened", "Observation without a result yet, or cancelled");
        }

        if (!Dates(r, out var day, out var bad, "effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued"))
        {
            return bad;
        }

        var kind = r.Items("category").SelectMany(c => c.Items("coding")).Any(c => c.Is("code", "social-history") || c.Is("code", "survey")) ? FactKind.Observation : FactKind.Measurement;
        var facts = new List<HealthFact>();
        var narrative = false;
        var uncoded = false;
        Add(r, "Observation");
        foreach (var part in r.Items("component"))
        {
            Add(part, "Observation.component");
        }

        if (facts.Count > 0)
        {
            if (narrative)
            {
                tally.Note("fhir.narrative", "result in free text was read for coded findings and not passed on: it may name somebody", line);
            }

            return new Taken([.. facts, .. Told()]);
        }

        if (narrative && Told().ToList() is { Count: > 0 } told)
        {
            tally.Note("fhir.narrative", "result in free text was read for coded findings and not passed on: it may name somebody", line);
            return new Taken(told);
        }

        return uncoded ? Uncoded("Observation", r.Get("code"))
            : narrative || r.Get("code").Items("coding").FirstOrDefault().ValueKind == JsonValueKind.Undefined ? Pass("fhir.narrative", "Observation with free text only was not passed on: it may name somebody")
            : Pass("fhir.no-value", "Observation without a value");

        IEnumerable<HealthFact> Told() =>
            narrative && r.Text("valueString") is { } words ? NoteText.Facts(words, day, line, VisitKey(r.Get("encounter") ?? r.Get("context") ?? default, r)) : [];

        void Add(JsonElement part, string field)
        {
            var value = Value(part, out var text);
            narrative |= text;
            if (value is null)
            {
                return;
            }

            if (Code(part.Get("code"), FhirCodes.ForTest, field + ".code") is not { } code)
            {
                uncoded = true;
                return;
            }

            facts.Add(Fact(kind, r, code, day) with { Value = value.Value.Number, Unit = value.Value.Unit, ValueCode = value.Value.Code });
        }
    }

    private static (decimal? Number, string? Unit, string? Code)? Value(JsonElement part, out bool narrative)
    {
        narrative = false;
        if (part.Get("valueQuantity") is { } quantity && ((JsonElement?)quantity).Number("value") is { } number)
        {
            var comparator = quantity.Text("comparator");
            return (number, UnitOf(quantity), comparator is "<" or "<=" or ">=" or ">" ? comparator + number.ToString(CultureInfo.InvariantCulture) : null);
        }

        if (part.Get("valueInteger") is { ValueKind: JsonValueKind.Number } integer && integer.TryGetDecimal(out var whole))
        {
            return (whole, null, null);
        }

        if (part.Get("valueCodeableConcept") is { } concept)
        {
            if (FhirCodes.Best(concept, FhirCodes.ForTest, out _) is { } coded)
            {
                return (null, null, coded.Code);
            }

            var word = FieldText.Qualitative(concept.Text("text"));
            narrative = word is null;
            return word is null ? null : (null, null, word);
        }

        if (part.Boolean("valueBoolean") is { } flag)
        {
            return (null, null, flag ? "true" : "false");
        }

        if (part.Get("valueString") is { } text)
        {
            var word = FieldText.Qualitative(((JsonElement?)text).Text());
            narrative = word is null;
            return word is null ? null : (null, null, word);
        }

        return null;
    }

    private Taken Allergy(JsonElement r)
    {
        if (HasCode(r.Get("verificationStatus"), "refuted"))
        {
            return Pass("fhir.refuted", "AllergyIntolerance that was ruled out (refuted)");
        }

        if (Code(r.Get("code"), FhirCodes.ForDrug, "AllergyIntolerance.code") is not { } code)
        {
            return Uncoded("AllergyIntolerance", r.Get("code"));
        }

        return Dates(r, out var day, out var bad, "onsetDateTime", "onsetPeriod", "recordedDate")
            ? One(Fact(FactKind.Observation, r, code, day) with
            {
                ValueCode = r.Text("criticality") is "low" or "high" or "unable-to-assess" ? r.Text("criticality") : null,
                Suspected = HasCode(r.Get("verificationStatus"), "unconfirmed"),
            })
            : bad;
    }

    private Taken Procedure(JsonElement r)
    {
        if (r.Text("status") is "not-done" or "preparation" or "on-hold")
        {
            return Pass("fhir.not-happened", "Procedure that was not carried out");
        }

        if (Code(r.Get("code"), FhirCodes.ForProcedure, "Procedure.code") is not { } code)
        {
            return Uncoded("Procedure", r.Get("code"));
        }

        if (!Dates(r, out var day, out var bad, "performedDateTime", "performedPeriod"))
        {
            return bad;
        }

        var end = FhirDate.OrNull(r.Get("performedPeriod").Text("end"));
        return new Taken([Fact(FactKind.Procedure, r, code, day) with { End = end >= day ? end : null }, .. r.Items("focalDevice").Select(d => Device(r, d.Get("manipulated"), day)).OfType<HealthFact>()]);
    }

    private Taken Specimen(JsonElement r)
    {
        if (r.Is("status", "unsatisfactory") || r.Is("status", "unavailable"))
        {
            return Pass("fhir.not-happened", "Specimen that cannot be used");
        }

        if (Code(r.Get("type"), FhirCodes.ForTest, "Specimen.type") is not { } code)
        {
            return Uncoded("Specimen", r.Get("type"), "type");
        }

        var collection = r.Get("collection");
        var amount = collection.Get("quantity");
        var taken = FhirDate.OrNull(collection.Text("collectedDateTime") ?? collection.Get("collectedPeriod").Text("start"));
        var bad = default(Taken);
        return taken is { } day || Dates(r, out day, out bad, "receivedTime")
            ? One(Fact(FactKind.Specimen, r, code, day) with { ValueCode = FhirCodes.Best(collection.Get("bodySite"), FhirCodes.ForTest, out _)?.Code, Quantity = amount.Number("value"), Unit = UnitOf(amount) })
            : bad;
    }

    private Taken DeviceUse(JsonElement r)
    {
        if (r.Text("status") is "intended" or "on-hold")
        {
            return Pass("fhir.not-happened", "DeviceUseStatement of a use that is only meant");
        }

        return !Dates(r, out var day, out var bad, "timingDateTime", "timingPeriod", "recordedOn") ? bad
            : Device(r, r.Get("device"), day) is { } device ? One(device)
            : Pass("fhir.device", "DeviceUseStatement whose device is not in this document, or has neither a UDI nor a code");
    }

    /// <summary>A device by its model (UDI-DI), else by its code. Its serial number is somebody's implant, and is not looked at.</summary>
    private HealthFact? Device(JsonElement r, JsonElement? named, DateOnly day)
    {
        if (Find(r, named.Text("reference")) is not { } device)
        {
            return null;
        }

        var model = device.Items("udiCarrier").Select(u => u.Text("deviceIdentifier")).FirstOrDefault(i => i is not null && FieldText.IsCode(i, 64));
        var code = FhirCodes.Best(device.Get("type"), FhirCodes.ForProcedure, out _) ?? (model is null ? null : new Coded(CodeSystem.Udi, model));
        return code is { } known ? Fact(FactKind.Device, r, known, day) with { Identifier = model } : null;
    }

    private Taken Immunization(JsonElement r)
    {
        if (r.Is("status", "not-done"))
        {
            return Pass("fhir.not-happened", "Immunization that was not given");
        }

        if (Code(r.Get("vaccineCode"), FhirCodes.ForVaccine, "Immunization.vaccineCode") is not { } code)
        {
            return Uncoded("Immunization", r.Get("vaccineCode"));
        }

        return Dates(r, out var day, out var bad, "occurrenceDateTime")
            ? One(Fact(FactKind.Drug, r, code, day) with { Value = r.Get("doseQuantity").Number("value"), Unit = UnitOf(r.Get("doseQuantity")), Quantity = 1 })
            : bad;
    }

    private Taken Coverage(JsonElement r)
    {
        var (start, end) = Period(r.Get("period"));
        return start is { } day
            ? One(new HealthFact { Kind = FactKind.Coverage, Start = day, End = end >= day ? end : null, Line = line })
            : new Taken([]); // the insured number alone: identity without facts
    }

    private HealthFact Fact(FactKind kind, JsonElement r, Coded code, DateOnly day) => new()
    {
        Kind = kind,
        Start = day,
        System = code.System,
        Code = code.Code,
        VisitKey = VisitKey(r.Get("encounter") ?? r.Get("context") ?? default, r),
        Facility = Facility(r),
        Line = line,
    };

    private Coded? Code(JsonElement? concept, string[] preferred, string field)
    {
        var best = FhirCodes.Best(concept, preferred, out var damaged);
        if (best is not null && damaged)
        {
            tally.Warn("fhir.code-form", "coding that is not a code of its system; another coding of the same concept was taken", line, "Correct the code", field);
        }

        return best;
    }

    /// <summary>A concept that only has words: the words stay behind. A concept with a broken code is quarantined.</summary>
    private Taken Uncoded(string type, JsonElement? concept, string field = "code")
    {
        FhirCodes.Best(concept, [], out var damaged);
        return damaged
            ? Refuse("fhir.code-form", "No coding is a code of its system (length, characters)", "Correct the code and its system", $"{type}.{field}")
            : Pass("fhir.uncoded", $"{type} without any code was not passed on: its text may name somebody");
    }

    /// <summary>The first of the elements that states a day; else the document's day, with a remark.</summary>
    private bool Dates(JsonElement r, out DateOnly day, out Taken bad, params ReadOnlySpan<string> elements)
    {
        bad = default;
        foreach (var name in elements)
        {
            var element = r.Get(name);
            var text = element is { ValueKind: JsonValueKind.Object } ? element.Text("start") ?? element.Text("end") : element.Text();
            if (text is null)
            {
                continue;
            }

            if (!FhirDate.TryParse(text, out day, out var partial))
            {
                bad = Refuse("fhir.date", "The date does not exist or is not written as FHIR writes dates", "Correct the date", $"{r.Text("resourceType")}.{name}");
                return false;
            }

            NotePartial(partial);
            return true;
        }

        if (Day(r, null, $"{r.Text("resourceType")}.{elements[0]}") is { } other)
        {
            day = other;
            return true;
        }

        day = default;
        bad = Undated(r.Text("resourceType")!, elements[0]);
        return false;
    }

    private DateOnly? Day(JsonElement r, DateOnly? own, string field)
    {
        if (own is not null)
        {
            return own;
        }

        if (FhirDate.OrNull(Find(r, r.Get("encounter").Text("reference"))?.Get("period").Text("start")) is { } visit)
        {
            return visit;
        }

        var day = fallback ?? FhirDate.OrNull(r.Get("meta").Text("lastUpdated"));
        if (day is not null)
        {
            tally.Warn("fhir.no-date", "resource without a day of its own; dated by its document or its last update", line, "State when it happened", field);
        }

        return day;
    }

    private static (DateOnly? Start, DateOnly? End) Period(JsonElement? period) =>
        (FhirDate.OrNull(period.Text("start")), FhirDate.OrNull(period.Text("end")));

    private JsonElement? Find(JsonElement r, string? reference)
    {
        if (reference is null)
        {
            return null;
        }

        if (!reference.StartsWith('#'))
        {
            return resolve(reference);
        }

        foreach (var contained in r.Items("contained"))
        {
            if (contained.Text("id") is { } id && reference.AsSpan(1).SequenceEqual(id))
            {
                return contained;
            }
        }

        return null;
    }

    /// <summary>The visit's own number, else its id: the same for the Encounter and for what refers to it.</summary>
    private string VisitKey(JsonElement encounter, JsonElement? from = null)
    {
        var target = from is { } r ? Find(r, encounter.Text("reference")) ?? encounter : encounter;
        var key = target.Items("identifier").Select(i => i.Text("value")).FirstOrDefault() ?? target.Text("id");
        if (key is null && encounter.Text("reference") is { } reference)
        {
            key = reference[(reference.LastIndexOf('/') + 1)..];
        }

        return key is not null && FieldText.IsCode(key) ? key : "";
    }

    private static string? Facility(JsonElement r)
    {
        var number = r.Extension(Institution)?.Get("valueIdentifier").Text("value");
        return number is not null && FieldText.IsDigits(number, 10) ? number : null;
    }

    private static string? UnitOf(JsonElement? quantity)
    {
        var unit = quantity.Text("system") == "http://unitsofmeasure.org" ? quantity.Text("code") ?? quantity.Text("unit") : quantity.Text("unit") ?? quantity.Text("code");
        return unit is not null && FieldText.IsUnit(unit) ? unit : null;
    }

    private static int? Days(JsonElement? duration)
    {
        var days = duration.Number("value") * (duration.Text("code") ?? duration.Text("unit")) switch { "d" or "日" or "day" or "days" or null => 1, "wk" or "週" => 7, "mo" => 30, _ => null };
        return days is > 0 and <= 3660 ? (int)decimal.Ceiling(days.Value) : null;
    }

    private static bool HasCode(JsonElement? concept, string code)
    {
        foreach (var coding in concept.Items("coding"))
        {
            if (coding.Is("code", code))
            {
                return true;
            }
        }

        return false;
    }

    private void NotePartial(bool partial)
    {
        if (partial)
        {
            tally.Note("fhir.partial-date", "date without its month or day; the first was taken", line);
        }
    }

    private static Taken One(HealthFact fact) => new([fact]);

    private static Taken Pass(string code, string what) => new([], null, (code, what));

    private Taken Refuse(string code, string reason, string remedy, string field) => new([], Finding.Error(code, reason, remedy, new Place(file, line, field)));

    private Taken Undated(string type, string field) =>
        Refuse("fhir.undated", $"{type}: no element says when it happened", "State when it happened", $"{type}.{field}");
}
