using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Minato.Formats.Text;

namespace Minato.Formats.Fhir;

/// <summary>One JSON value of a FHIR file, taken apart into records, refusals and counted remarks.</summary>
internal sealed class FhirDelivery(string file, Tally tally, long line, bool gate)
{
    private readonly List<ReadItem> items = [];
    private readonly Place at = new(file, line);

    /// <summary>Resources that are about organisations, staff, places and things.</summary>
    private static readonly HashSet<string> NotPersons = new(StringComparer.Ordinal)
    {
        "Organization", "Practitioner", "PractitionerRole", "Location", "HealthcareService", "Endpoint", "Specimen", "Substance", "Medication", "Provenance",
        "CapabilityStatement", "OperationOutcome", "ValueSet", "CodeSystem", "StructureDefinition", "SearchParameter", "Binary", "List", "Group", "Schedule", "Slot",
    };

    public IReadOnlyList<ReadItem> Root(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || root.Text("resourceType") is not { } type || !FhirGate.IsResourceType(type))
        {
            return [Bad(root, Finding.Error("fhir.no-resource", "The JSON is not a FHIR R4 resource (resourceType)", "Send FHIR R4 resources or Bundles", at))];
        }

        if (type == "Bundle")
        {
            Bundle(root);
            return items;
        }

        return Single(root, null);
    }

    /// <summary>A resource by itself. <paramref name="fullUrl"/> is its name where it came out of a large Bundle, <paramref name="isHeldBack"/> whether that is held back as a whole.</summary>
    public IReadOnlyList<ReadItem> Single(JsonElement r, string? fullUrl, bool isHeldBack = false)
    {
        var type = r.Text("resourceType") ?? "";
        if (!FhirGate.IsResourceType(type) || type == "Bundle")
        {
            return [Bad(r, Finding.Error("fhir.no-resource", "The JSON is not a FHIR R4 resource (resourceType)", "Send FHIR R4 resources or Bundles", at))];
        }

        if (type != "Patient" && !FhirFacts.IsClinical(type, r))
        {
            PassOver(type);
            return Told(type, r) is { } told ? [told] : items;
        }

        // What is held back takes the place of an earlier version even where it breaks a rule: nothing of it is used.
        var held = isHeldBack || HeldBack.Is(r);
        if (!held && Refused(type, r) is { } refused)
        {
            return [Bad(r, refused)];
        }

        var id = r.Text("id") ?? r.Items("identifier").Select(i => i.Text("value")).FirstOrDefault();
        if (id is null || !FieldText.IsCode(id, 120))
        {
            return [Bad(r, Finding.Error("fhir.no-id", "The resource has no id, so it could not be corrected later", "Give each resource an id", at with { Field = type + ".id" }))];
        }

        var facts = new FhirFacts(file, tally, null, _ => null, line);
        var updated = FhirDate.OrNull(r.Get("meta").Text("lastUpdated"));
        if (type == "Patient")
        {
            var self = fullUrl?.StartsWith("urn:", StringComparison.Ordinal) == true ? fullUrl : "Patient/" + id;
            var death = held ? null : facts.Death(r);

            // References from other files name the Patient by its id: that is the local id here, even where a hospital number is known.
            var identity = FhirIdentity.OfPatient(r, null, updated) with { LocalPatientId = self };
            if (held)
            {
                return [Empty(PatientKey(id), identity, [type])];
            }

            return [Good(PatientKey(id), identity, FhirIdentity.DemographicsOf(r), death is null ? [] : [death])];
        }

        if (FhirFacts.SubjectOf(r) is not { } subject || FhirIdentity.OfReference(subject, null) is not { } who)
        {
            return [Bad(r, Finding.Error("fhir.no-subject", "The resource does not say whose it is: no reference and no usable identifier of a patient", "Refer to the patient", at with { Field = type + ".subject" }))];
        }

        if (held)
        {
            return [Empty($"{type}/{id}".ToLowerInvariant(), who with { AsOf = updated }, [type])];
        }

        var taken = facts.Of(type, r);
        if (taken.Refused is { } why)
        {
            return [Bad(r, why)];
        }

        if (taken.PassedOver is { } passed)
        {
            tally.Note(passed.Code, passed.What, line);
            return items;
        }

        if (type == "Coverage")
        {
            who = Insurance(who, r);
        }

        return [Good($"{type}/{id}".ToLowerInvariant(), who with { AsOf = taken.Facts.Count > 0 ? taken.Facts[0].Start : updated }, new Demographics(), taken.Facts)];
    }

    /// <summary>The record of a document that comes by itself, where its text says something that can be taken.</summary>
    private ReadItem.Good? Told(string type, JsonElement r) =>
        FhirNarrative.IsOf(type) && r.Text("id") is { } id && FieldText.IsCode(id, 120) && FhirFacts.SubjectOf(r) is { } subject && FhirIdentity.OfReference(subject, null) is { } who
            && FhirNarrative.Of(type, r, null, line) is { Count: > 0 } facts
            ? Good($"{type}/{id}".ToLowerInvariant(), who with { AsOf = facts[0].Start }, new Demographics(), facts) : null;

    private void Bundle(JsonElement bundle)
    {
        var entries = new List<(string? Url, JsonElement Resource, string Type)>();
        foreach (var entry in bundle.Items("entry"))
        {
            if (entry.Get("resource") is { ValueKind: JsonValueKind.Object } r)
            {
                entries.Add((entry.Text("fullUrl"), r, r.Text("resourceType") ?? ""));
            }
        }

        if (entries.Count == 0)
        {
            tally.Warn("fhir.empty-bundle", "Bundle without entries", line, "Send Bundles with their resources", "Bundle.entry");
            return;
        }

        // A document's tag stands on the Bundle or on its Composition, and is of the whole.
        var isHeldBack = HeldBack.Is(bundle) || entries.Any(e => e.Type == "Composition" && HeldBack.Is(e.Resource));
        var patients = entries.Where(e => e.Type == "Patient").ToList();
        if (patients.Count == 0)
        {
            foreach (var (url, r, _) in entries)
            {
                items.AddRange(new FhirDelivery(file, tally, line, gate).Single(r, url, isHeldBack));
            }

            return;
        }

        foreach (var finding in ClinsRules.Check("Bundle", bundle, at))
        {
            tally.Warn(finding.Code, finding.Reason, line, finding.Remedy, finding.Place.Field);
        }

        if (bundle.Get("identifier").Text("value") is not { } key)
        {
            key = bundle.Text("id");
        }

        if (key is null || !FieldText.IsCode(key, 200))
        {
            items.Add(Bad(bundle, Finding.Error("fhir.no-id", "The Bundle has neither an identifier nor an id, so it could not be corrected later", "Give the Bundle an identifier", at with { Field = "Bundle.identifier" })));
            return;
        }

        var byName = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (url, r, type) in entries.Where(e => e.Type == "Patient" || !HeldBack.Is(e.Resource)))
        {
            if (url is not null)
            {
                byName.TryAdd(url, r);
            }

            if (r.Text("id") is { } id)
            {
                byName.TryAdd($"{type}/{id}", r);
            }
        }

        var day = FhirDate.OrNull(entries.FirstOrDefault(e => e.Type == "Composition").Resource.Text("date")) ?? FhirDate.OrNull(bundle.Text("timestamp"));
        var facts = new FhirFacts(file, tally, day, name => byName.TryGetValue(FhirIdentity.LocalId(name), out var r) || byName.TryGetValue(name, out r) ? r : null, line);
        var records = new List<(JsonElement Patient, PersonIdentity Identity, List<HealthFact> Facts)>();
        var held = new List<string>();
        foreach (var (_, patient, _) in patients)
        {
            if (!isHeldBack && Refused("Patient", patient) is { } why)
            {
                // Without its patient a document is nobody's: all of it waits for the correction.
                items.Add(Bad(bundle, why));
                return;
            }

            var death = isHeldBack || HeldBack.Is(patient) ? null : facts.Death(patient);
            records.Add((patient, FhirIdentity.OfPatient(patient, OtherNumber(patient), day), death is null ? [] : [death]));
        }

        foreach (var (_, r, type) in entries)
        {
            if (type == "Patient")
            {
                continue;
            }

            if (!FhirFacts.IsClinical(type, r))
            {
                PassOver(type);
                if (FhirNarrative.IsOf(type) && OwnerOf(r, records, byName) is var whose and >= 0)
                {
                    records[whose].Facts.AddRange(FhirNarrative.Of(type, r, day, line));
                }

                continue;
            }

            if (isHeldBack || HeldBack.Is(r))
            {
                held.Add(type);
                continue;
            }

            if (Refused(type, r) is { } why)
            {
                items.Add(Bad(r, why));
                continue;
            }

            var owner = OwnerOf(r, records, byName);
            if (owner < 0)
            {
                items.Add(Bad(r, Finding.Error("fhir.subject", "The resource refers to a patient who is not in this Bundle", "Refer to the Bundle's Patient by its fullUrl", at with { Field = type + ".subject" })));
                continue;
            }

            var taken = facts.Of(type, r);
            if (taken.Refused is { } refusal)
            {
                items.Add(Bad(r, refusal));
            }
            else if (taken.PassedOver is { } passed)
            {
                tally.Note(passed.Code, passed.What, line);
            }
            else
            {
                records[owner].Facts.AddRange(taken.Facts);
                if (type == "Coverage" && records[owner].Identity.InsuredNumber is null)
                {
                    records[owner] = records[owner] with { Identity = Insurance(records[owner].Identity, r) };
                }
            }
        }

        for (var i = 0; i < records.Count; i++)
        {
            var (patient, identity, own) = records[i];
            var name = records.Count == 1 ? key : $"{key}#{i + 1}";
            items.Add(isHeldBack ? Empty(name, identity, i == 0 ? held : []) : Good(name, identity, FhirIdentity.DemographicsOf(patient), own, i == 0 ? Counted(held) : 0));
        }
    }

    /// <summary>Which patient of the Bundle a resource is about: the one it names; the only one where it names none.</summary>
    private static int OwnerOf(JsonElement r, List<(JsonElement Patient, PersonIdentity Identity, List<HealthFact> Facts)> records, Dictionary<string, JsonElement> byName)
    {
        var subject = FhirFacts.SubjectOf(r);
        if (subject.Text("reference") is { } reference)
        {
            return byName.TryGetValue(reference, out var named) || byName.TryGetValue(FhirIdentity.LocalId(reference), out named)
                ? records.FindIndex(p => JsonMarshal.GetRawUtf8Value(p.Patient) == JsonMarshal.GetRawUtf8Value(named))
                : -1;
        }

        if (FhirIdentity.OfReference(subject, null) is { } who)
        {
            return records.FindIndex(p => who.InsuredNumber is not null
                ? (p.Identity.InsurerNumber, p.Identity.InsuredSymbol, p.Identity.InsuredNumber) == (who.InsurerNumber, who.InsuredSymbol, who.InsuredNumber)
                : p.Identity.LocalPatientId == who.LocalPatientId);
        }

        return records.Count == 1 ? 0 : -1;
    }

    /// <summary>A Patient's number under some other system; never its id alone, which many senders fill with a constant inside a Bundle.</summary>
    private static string? OtherNumber(JsonElement patient)
    {
        foreach (var identifier in patient.Items("identifier"))
        {
            if (!FhirIdentity.IsInsuredNumber(identifier) && identifier.Text("system") is { Length: > 0 } system && identifier.Text("value") is { } value)
            {
                return $"{system}|{value}";
            }
        }

        return null;
    }

    /// <summary>Coverage of JP Core: 記号, 番号, 枝番 as extensions, the insurer as payor.</summary>
    private static PersonIdentity Insurance(PersonIdentity identity, JsonElement coverage)
    {
        const string Extension = "http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Coverage_InsuredPerson";
        var direct = coverage.Items("identifier").Where(FhirIdentity.IsInsuredNumber).Select(i => i.Text("value")).FirstOrDefault();
        var insured = FhirIdentity.Insured(identity, direct);
        if (insured.InsuredNumber is not null)
        {
            return insured;
        }

        var insurer = coverage.Items("payor").Select(p => p.Get("identifier").Text("value")).FirstOrDefault();
        var number = FieldText.OrNull(coverage.Extension(Extension + "Number").Text("valueString"));
        return insurer is { Length: 6 or 8 } && number is not null
            ? identity with
            {
                InsurerNumber = insurer,
                InsuredSymbol = FieldText.OrNull(coverage.Extension(Extension + "Symbol").Text("valueString")),
                InsuredNumber = number,
                InsuredBranch = FieldText.OrNull(coverage.Extension(Extension + "SubNumber").Text("valueString")),
            }
            : identity;
    }

    /// <summary>A Patient's id may be the patient's number, and a record's key travels with the medical half: so it is hashed.</summary>
    private static string PatientKey(string id) => "patient/h-" + Hash(id);

    private static string Hash(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("minato-fhir-patient-key:" + id)).AsSpan(0, 16));

    private Finding? Refused(string type, JsonElement r)
    {
        foreach (var finding in gate ? FhirGate.Validate(r, at) : FhirGate.Bulk(type, r, at))
        {
            if (finding.Severity == Severity.Error)
            {
                return finding;
            }

            tally.Warn(finding.Code, finding.Reason, line, finding.Remedy, finding.Place.Field);
        }

        return null;
    }

    private void PassOver(string type)
    {
        if (NotPersons.Contains(type))
        {
            tally.Note("fhir.not-person", $"{type} resource: not data of a person", line);
        }
        else if (FhirNarrative.IsOf(type) || type is "Communication" or "Media" or "QuestionnaireResponse")
        {
            tally.Note("fhir.narrative", $"{type} resource: its words are read for coded findings and not passed on, they may name somebody", line);
        }
        else if (type == "FamilyMemberHistory" || type == "RelatedPerson")
        {
            tally.Note("fhir.relatives", $"{type} resource: data of relatives is not taken", line);
        }
        else if (FhirGate.IsResourceType(type))
        {
            tally.Note("fhir.not-taken", $"{type} resource: carries nothing that is not in the clinical resources, or is not taken yet", line);
        }
        else
        {
            tally.Warn("fhir.unknown-type", "entry of an unknown resource type was passed over", line, "Use the resource types of FHIR R4", "resourceType");
        }
    }

    /// <summary>Senders use the patient's number as the id of other things too; there it must not travel with the medical half.</summary>
    private ReadItem.Good Good(string key, PersonIdentity identity, Demographics demographics, IReadOnlyList<HealthFact> facts, int heldBack = 0)
    {
        var number = identity.LocalPatientId is { } local ? local[(local.LastIndexOfAny(['/', '|']) + 1)..] : null;
        if (number is { Length: > 3 })
        {
            key = key.Split('/', '^', '#').Contains(number, StringComparer.OrdinalIgnoreCase) ? "h-" + Hash(key) : key;
            facts = facts.Any(f => f.VisitKey == number) ? [.. facts.Select(f => f.VisitKey == number ? f with { VisitKey = "h-" + Hash(number)[..16] } : f)] : facts;
        }

        return new(new DeliveredRecord(at, key, identity, demographics, facts) { HeldBack = heldBack });
    }

    /// <summary>A record of which nothing may be used: it empties the place that an earlier version has, and a later one without the tag fills it.</summary>
    private ReadItem.Good Empty(string key, PersonIdentity identity, IReadOnlyList<string> types) => Good(key, identity, new Demographics(), [], Counted(types));

    private int Counted(IReadOnlyList<string> heldBack)
    {
        foreach (var type in heldBack)
        {
            tally.Note("fhir.held-back", $"{type} resource that its patient has not been told of (未告知, 未提供): not put into use", line, "Send it again without the tag when the patient knows", type + ".meta.tag");
        }

        return heldBack.Count;
    }

    private static ReadItem.Bad Bad(JsonElement piece, Finding why) => new(why, Raw.Capped(JsonMarshal.GetRawUtf8Value(piece)));
}
