using System.Text.Json;
using Minato.Formats.Text;

namespace Minato.Formats.Fhir;

/// <summary>Who a FHIR resource is about: from a Patient, or from what a reference to one says.</summary>
internal static class FhirIdentity
{
    private const string Representation = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation";
    private const string HospitalNumber = "urn:oid:1.2.392.100495.20.3.51.";

    /// <summary>The identity a Patient carries. Names are IDE (kanji) and SYL (kana) representations; without them the letters decide.</summary>
    /// <param name="localId">Number to use where the Patient states no patient number of its hospital.</param>
    public static PersonIdentity OfPatient(JsonElement patient, string? localId, DateOnly? asOf)
    {
        var identity = Insured(new PersonIdentity(), patient.Items("identifier").Where(IsInsuredNumber).Select(i => i.Text("value")).FirstOrDefault());
        string? kanji = null;
        string? kana = null;
        foreach (var name in patient.Items("name"))
        {
            if (NameText(name) is not { } text || name.Is("use", "old") || name.Is("use", "maiden"))
            {
                continue;
            }

            var isKana = name.Extension(Representation)?.Text("valueCode") switch
            {
                "SYL" => true,
                "IDE" => false,
                "ABC" => (bool?)null,
                _ => text.All(c => c is (>= 'ァ' and <= 'ー') or (>= 'ｦ' and <= 'ﾟ') or ' ' or '　' or '・'),
            };
            _ = isKana == true ? kana ??= text : isKana == false ? kanji ??= text : null;
        }

        var address = patient.Items("address").Select(a => (a.Text("postalCode"), AddressText(a))).FirstOrDefault();
        return identity with
        {
            NameKanji = kanji,
            NameKana = kana,
            BirthDate = FhirDate.TryParse(patient.Text("birthDate"), out var birth, out var partial) && !partial ? birth : null,
            Sex = SexOf(patient),
            PostalCode = Held(address.Item1),
            Address = Held(address.Item2),
            LocalPatientId = Held(HospitalNumberOf(patient) ?? localId),
            AsOf = asOf,
        };
    }

    public static Demographics DemographicsOf(JsonElement patient)
    {
        var known = FhirDate.TryParse(patient.Text("birthDate"), out var birth, out var partial);
        int? month = known && (!partial || patient.Text("birthDate")!.Length == 7) ? birth.Month : null;
        var address = patient.Items("address").FirstOrDefault();
        return new Demographics(known ? birth.Year : null, month, SexOf(patient), Prefecture.Of(address.Text("state")) ?? Prefecture.Of(address.Text("text")));
    }

    /// <summary>
    /// What a reference says of the person: an inline identifier (insured number or hospital number), else the reference
    /// itself as the holder's local id, which the Patient resource of the same delivery also carries.
    /// </summary>
    public static PersonIdentity? OfReference(JsonElement? subject, DateOnly? asOf)
    {
        if (subject is not { ValueKind: JsonValueKind.Object } s)
        {
            return null;
        }

        if (s.Get("identifier") is { } identifier && identifier.Text("value") is { } value)
        {
            if (IsInsuredNumber(identifier))
            {
                var insured = Insured(new PersonIdentity { AsOf = asOf }, value);
                return insured.InsuredNumber is null ? null : insured;
            }

            if (Held(value) is { } number)
            {
                return new PersonIdentity { LocalPatientId = IsHospitalNumber(identifier) ? number : $"{identifier.Text("system")}|{number}", AsOf = asOf };
            }
        }

        return Held(s.Text("reference")) is { } reference && !reference.StartsWith('#') ? new PersonIdentity { LocalPatientId = LocalId(reference), AsOf = asOf } : null;
    }

    /// <summary>A reference without the server's address and without a version: <c>Patient/123</c>, <c>urn:uuid:…</c>.</summary>
    public static string LocalId(string reference)
    {
        var history = reference.IndexOf("/_history/", StringComparison.Ordinal);
        var plain = history > 0 ? reference[..history] : reference;
        var at = plain.StartsWith("urn:", StringComparison.Ordinal) ? -1 : plain.LastIndexOf("/Patient/", StringComparison.Ordinal);
        return at > 0 ? plain[(at + 1)..] : plain;
    }

    /// <summary>The hospital's own patient number (患者番号), which claims of the same hospital may carry too.</summary>
    public static string? HospitalNumberOf(JsonElement patient)
    {
        foreach (var identifier in patient.Items("identifier"))
        {
            if (IsHospitalNumber(identifier))
            {
                return identifier.Text("value");
            }
        }

        return null;
    }

    public static bool IsInsuredNumber(JsonElement identifier) =>
        (identifier.Text("system") ?? "").EndsWith("/JP_Insurance_memberID", StringComparison.OrdinalIgnoreCase);

    /// <summary>保険者番号:記号:番号:枝番 (R1013). Senders lose leading zeros of the insurer's eight digits; where more is broken there is no number.</summary>
    public static PersonIdentity Insured(PersonIdentity identity, string? memberId)
    {
        var parts = memberId?.Split(':');
        if (parts is not [{ Length: >= 6 and <= 8 } insurer, var symbol, { Length: > 0 } number, { Length: 0 or 2 } branch] || !FieldText.IsDigits(insurer, insurer.Length) || memberId!.Length > 120)
        {
            return identity;
        }

        return identity with { InsurerNumber = insurer, InsuredSymbol = FieldText.OrNull(symbol), InsuredNumber = FieldText.OrNull(number), InsuredBranch = FieldText.OrNull(branch) };
    }

    public static Sex SexOf(JsonElement patient) => patient.Text("gender") switch { "male" => Sex.Male, "female" => Sex.Female, _ => Sex.Unknown };

    private static bool IsHospitalNumber(JsonElement identifier)
    {
        var system = identifier.Text("system") ?? "";
        return system.StartsWith(HospitalNumber, StringComparison.Ordinal)
            || system.EndsWith("/JP_Hospital_PatientID", StringComparison.OrdinalIgnoreCase)
            || identifier.Get("type").Items("coding").Any(c => c.Is("code", "MR") && c.Is("system", "http://terminology.hl7.org/CodeSystem/v2-0203"));
    }

    private static string? NameText(JsonElement name)
    {
        var text = FieldText.OrNull(name.Text("text"))
            ?? FieldText.OrNull(string.Join(' ', new[] { name.Text("family") }.Concat(name.Get("given") is { ValueKind: JsonValueKind.Array } g ? g.EnumerateArray().Select(x => ((JsonElement?)x).Text()) : []).Where(s => !string.IsNullOrEmpty(s))));
        return Held(text);
    }

    private static string? AddressText(JsonElement address) =>
        FieldText.OrNull(address.Text("text"))
        ?? FieldText.OrNull(string.Concat(new[] { address.Text("state"), address.Text("city") }.Concat(address.Get("line") is { ValueKind: JsonValueKind.Array } l ? l.EnumerateArray().Select(x => ((JsonElement?)x).Text()) : [])));

    /// <summary>Identity text of a length that occurs, without control characters; else nothing.</summary>
    private static string? Held(string? text) => FieldText.OrNull(text) is { Length: <= 200 } t && !t.AsSpan().ContainsAnyInRange('\0', '\u001F') ? t : null;
}
