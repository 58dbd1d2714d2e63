using System.Text;
using Minato.Formats.Fhir;

namespace Minato.Formats.Tests;

public sealed class FhirTests
{
    private const string Ver = "http://terminology.hl7.org/CodeSystem/condition-ver-status";

    private static string Patient(string id, string more = "") =>
        $$"""{"resourceType":"Patient","id":"{{id}}","identifier":[{"system":"urn:oid:1.2.392.100495.20.3.51.11318814790","value":"77{{id}}"}],"name":[{"text":"架空 花子"}],"gender":"female","birthDate":"1950-02-03"{{more}}}""";

    private static string Condition(string id, string subject, string code = "\"system\":\"http://hl7.org/fhir/sid/icd-10\",\"code\":\"E11.9\"", string more = ",\"onsetDateTime\":\"2020-04-10\"") =>
        $$"""{"resourceType":"Condition","id":"{{id}}","subject":{"reference":"{{subject}}"},"code":{"coding":[{{{code}}}],"text":"花子の病気"}{{more}}}""";

    private static string Bundle(params string[] resources) =>
        $$"""{"resourceType":"Bundle","id":"b-1","type":"collection","entry":[{{string.Join(',', resources.Select(r => $$"""{"resource":{{r}}}"""))}}]}""";

    [Theory]
    [InlineData("provisional", true)]
    [InlineData("differential", true)]
    [InlineData("unconfirmed", true)]
    [InlineData("confirmed", false)]
    public void A_suspected_diagnosis_is_kept_apart(string status, bool suspected)
    {
        var verification = ",\"onsetDateTime\":\"2020-04-10\",\"verificationStatus\":{\"coding\":[{\"system\":\"" + Ver + "\",\"code\":\"" + status + "\"}]}";
        var fact = Assert.Single(Reading.Of("c.json", Condition("c", "Patient/1", more: verification)).Only.Facts);
        Assert.Equal((CodeSystem.Icd10, "E119", suspected), (fact.System, fact.Code, fact.Suspected));
    }

    [Fact]
    public void The_suffix_modifier_of_suspicion_counts_too()
    {
        var suffix = "\"extension\":[{\"url\":\"http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Condition_DiseasePostfixModifier\",\"valueCodeableConcept\":{\"coding\":[{\"system\":\"http://medis.or.jp/CodeSystem/master-disease-modKeyNumber\",\"code\":\"27000001\",\"display\":\"の疑い\"}]}}],";
        var json = Condition("c", "Patient/1").Replace("\"code\":{", "\"code\":{" + suffix);
        Assert.True(Assert.Single(Reading.Of("c.json", json).Only.Facts).Suspected);
    }

    [Theory]
    [InlineData("refuted", "fhir.refuted")]
    [InlineData("entered-in-error", "fhir.entered-in-error")]
    public void What_was_ruled_out_or_taken_back_is_no_fact(string status, string code)
    {
        var json = Condition("c", "Patient/1", more: ",\"verificationStatus\":{\"coding\":[{\"system\":\"" + Ver + "\",\"code\":\"" + status + "\"}]}");
        var read = Reading.Of("c.json", json);
        Assert.Empty(read.Records);
        Assert.Equal([code], read.RemarkCodes);
    }

    [Fact]
    public void Two_patients_in_a_bundle_are_two_records()
    {
        var read = Reading.Of("b.json", Bundle(Patient("1"), Patient("2"), Condition("c1", "Patient/2"), Condition("c2", "Patient/1"), Condition("c3", "Patient/2"), Condition("c4", "Patient/9")));
        Assert.Equal([("b-1#1", 1), ("b-1#2", 2)], read.Records.Select(r => (r.Key, r.Facts.Count)));
        Assert.Equal(["fhir.subject"], read.BadCodes);
    }

    [Fact]
    public void A_bundle_without_its_patient_is_taken_resource_by_resource()
    {
        var read = Reading.Of("b.json", Bundle(Condition("c1", "Patient/2"), Condition("c2", "Patient/1")));
        Assert.Equal([("condition/c1", "Patient/2"), ("condition/c2", "Patient/1")], read.Records.Select(r => (r.Key, r.Identity.LocalPatientId)));
    }

    [Fact]
    public void A_bad_entry_is_quarantined_and_the_rest_of_the_bundle_goes_on()
    {
        var read = Reading.Of("b.json", Bundle(Patient("1"), Condition("c1", "Patient/1", more: ",\"onsetDateTime\":\"2020-02-31\""), Condition("c2", "Patient/1")));
        Assert.Equal("E119", Assert.Single(read.Only.Facts).Code);
        var bad = Assert.Single(read.Bad);
        Assert.Contains("\"c1\"", Encoding.UTF8.GetString(bad.Raw.Span));
        Assert.DoesNotContain("\"c2\"", Encoding.UTF8.GetString(bad.Raw.Span));
    }

    [Fact]
    public void A_bundle_whose_patient_is_bad_waits_whole()
    {
        var read = Reading.Of("b.json", Bundle(Patient("1").Replace("1950-02-03", "1950-02-33"), Condition("c2", "Patient/1")));
        Assert.Empty(read.Records);
        Assert.Equal("Patient.birthDate", Assert.Single(read.Bad).Finding.Place.Field);
    }

    [Fact]
    public void The_dead_leave_a_death()
    {
        var fact = Assert.Single(Reading.Of("p.json", Patient("1", ",\"deceasedDateTime\":\"2021-05-06T10:00:00+09:00\"")).Only.Facts);
        Assert.Equal((FactKind.Death, new DateOnly(2021, 5, 6)), (fact.Kind, fact.Start));
        Assert.Contains("fhir.death-undated", Reading.Of("p.json", Patient("1", ",\"deceasedBoolean\":true")).RemarkCodes);
    }

    [Fact]
    public void Blood_pressure_is_two_measurements()
    {
        const string Json = """
            {"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},"subject":{"reference":"Patient/1"},"effectiveDateTime":"2020-01-02T03:04:05+09:00",
            "component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":132,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
            {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":81,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}
            """;
        Assert.Equal([("8480-6", 132m, "mm[Hg]"), ("8462-4", 81m, "mm[Hg]")], Reading.Of("o.json", Json).Only.Facts.Select(f => (f.Code, f.Value!.Value, f.Unit)));
    }

    [Theory]
    [InlineData("\"valueString\":\"（１＋）\"", "1+")]
    [InlineData("\"valueString\":\"陰性\"", "陰性")]
    [InlineData("\"valueString\":\"<0.5\"", "<0.5")]
    [InlineData("\"valueString\":\"架空花子さん、特に所見なし。\"", null)]
    [InlineData("\"valueString\":\"架空花子\"", null)]
    public void Words_of_convention_are_results_and_sentences_stay_behind(string value, string? taken)
    {
        var json = $$"""{"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"5778-6"}]},"subject":{"reference":"Patient/1"},"effectiveDateTime":"2020-01-02",{{value}}}""";
        var read = Reading.Of("o.json", json);
        Assert.Equal(taken, read.Records.SelectMany(r => r.Facts).SingleOrDefault()?.ValueCode);
        Assert.Equal(taken is null, read.RemarkCodes.Contains("fhir.narrative"));
        Assert.DoesNotContain("花子", read.MedicalHalf + read.Said);
    }

    [Fact]
    public void One_code_stands_for_a_concept_coded_several_ways()
    {
        const string Several = "\"system\":\"http://example.org/local\",\"code\":\"X1\"},{\"system\":\"http://jpfhir.jp/fhir/core/mhlw/CodeSystem/masterB-disease\",\"code\":\"2500015\"},{\"system\":\"http://jpfhir.jp/fhir/core/mhlw/CodeSystem/ICD10-2013-full\",\"code\":\"E11\"";
        Assert.Equal("E11", Assert.Single(Reading.Of("c.json", Condition("c", "Patient/1", Several)).Only.Facts).Code);
        var local = Assert.Single(Reading.Of("c.json", Condition("c", "Patient/1", "\"system\":\"http://example.org/local\",\"code\":\"X1\"")).Only.Facts);
        Assert.Equal(("other:http://example.org/local", "X1"), (local.System, local.Code));
        Assert.Equal(["fhir.code-form"], Reading.Of("c.json", Condition("c", "Patient/1", "\"system\":\"http://hl7.org/fhir/sid/icd-10\",\"code\":\"花子\"")).BadCodes);
    }

    [Fact]
    public void Lines_are_read_one_by_one_and_a_bad_line_is_one_bad_line()
    {
        var text = Condition("c1", "Patient/1") + "\n\n{\"resourceType\":\"Condition\",\n" + Condition("c2", "Patient/1") + "\nnonsense\n" + Condition("c3", "Patient/1");
        var read = Reading.Of("Condition.ndjson", text);
        Assert.Equal(["condition/c1", "condition/c2", "condition/c3"], read.Records.Select(r => r.Key));
        Assert.Equal([3L, 5L], read.Bad.Select(b => b.Finding.Place.Line!.Value));
        Assert.Equal([1L, 4L, 6L], read.Records.Select(r => r.Place.Line!.Value));
    }

    [Fact]
    public void A_long_file_is_read_on_all_cores_in_its_order_and_its_remarks_are_counted_as_one()
    {
        const int Lines = 4000;
        const string Organisation = "{\"resourceType\":\"Organization\",\"id\":\"o\"}";
        var lines = Enumerable.Range(1, Lines).Select(i => i % 100 == 50 ? Organisation : i % 1000 == 999 ? "nonsense" : Condition($"c{i}", "Patient/1"));
        var read = Reading.Of("Condition.ndjson", string.Join('\n', lines));
        var expected = Enumerable.Range(1, Lines).Where(i => i % 100 != 50 && i % 1000 != 999).ToList();
        Assert.Equal(expected.Select(i => ($"condition/c{i}", (long?)i)), read.Records.Select(r => (r.Key, r.Place.Line)));
        Assert.Equal([999L, 1999, 2999, 3999], read.Bad.Select(b => b.Finding.Place.Line!.Value));
        var remark = Assert.Single(read.Remarks);
        Assert.StartsWith("40 × ", remark.Reason, StringComparison.Ordinal);
        Assert.Equal(50, remark.Place.Line);
    }

    [Fact]
    public void Bundles_may_stand_one_in_a_line_whatever_the_file_is_called()
    {
        var lines = string.Join('\n', Enumerable.Range(1, 20).Select(i => Bundle(Patient($"{i}"), Condition("c", $"Patient/{i}")).Replace("b-1", $"b-{i}")));
        Assert.Equal(20, Reading.Of("export.json", lines).Records.Count);
        Assert.Equal(20, Reading.Of("export.ndjson", lines).Records.Count);
    }

    [Fact]
    public void A_bundle_too_large_to_hold_is_taken_entry_by_entry()
    {
        var resources = Enumerable.Range(1, 400).SelectMany(i => new[] { Patient($"{i}"), Condition($"c{i}", $"Patient/{i}") }).ToArray();
        var json = Encoding.UTF8.GetBytes(Bundle(resources).Replace("\"entry\":[", "\"entry\" : [\n").Replace("},{\"resource\"", "},\n{\"resource\""));
        var read = Reading.With(new FhirReader(limit: 4096), "big.json", json);
        Assert.Equal(800, read.Records.Count);
        Assert.Empty(read.Bad);
        Assert.Equal(["Patient/400", "Patient/400"], read.Records.TakeLast(2).Select(r => r.Identity.LocalPatientId));
        Assert.Equal("condition/c400", read.Records[^1].Key);
        Assert.Equal(801, read.Records[^1].Place.Line);

        var cut = Reading.With(new FhirReader(limit: 4096), "big.json", json[..^700]);
        Assert.Equal(["fhir.truncated"], cut.BadCodes);
        Assert.InRange(cut.Records.Count, 790, 799);
    }

    private const string Untold = """
        "meta":{"tag":[{"system":"http://jpfhir.jp/fhir/clins/CodeSystem/JP_ehrshrs_indication","code":"UNINFORMED"}]},
        """;

    [Theory]
    [InlineData("UNINFORMED", "tag")]
    [InlineData("UNDELIVERED", "tag")]
    [InlineData("UNINFORMED", "security")]
    public void What_a_patient_has_not_been_told_of_is_a_record_without_facts_and_counted(string code, string where)
    {
        var untold = Untold.Replace("UNINFORMED", code, StringComparison.Ordinal).Replace("tag", where, StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        var read = Reading.Of("Condition.ndjson", Condition("c1", "Patient/1").Insert(1, untold) + "\n" + Condition("c2", "Patient/1"));
        Assert.Equal([("condition/c1", 0, 1), ("condition/c2", 1, 0)], read.Records.Select(r => (r.Key, r.Facts.Count, r.HeldBack)));
        Assert.StartsWith("1 × Condition", Assert.Single(read.Remarks, f => f.Code == "fhir.held-back").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_bundle_only_the_tagged_resource_is_held_back_unless_the_bundle_is_tagged()
    {
        var untold = Untold.Replace("\n", "", StringComparison.Ordinal);
        var one = Reading.Of("b.json", Bundle(Patient("1"), Condition("c1", "Patient/1").Insert(1, untold), Condition("c2", "Patient/1"))).Only;
        Assert.Equal((1, 1), (one.Facts.Count, one.HeldBack));
        var all = Reading.Of("b.json", Bundle(Patient("1"), Condition("c1", "Patient/1"), Condition("c2", "Patient/1")).Insert(1, untold)).Only;
        Assert.Equal((0, 2, one.Key, new Demographics()), (all.Facts.Count, all.HeldBack, all.Key, all.Demographics));

        // Also where it breaks a rule or the Bundle is too large to be held: nothing of it may be used.
        var broken = Reading.Of("c.json", Condition("c1", "Patient/1").Insert(1, untold).Replace("Condition", "Procedure", StringComparison.Ordinal));
        Assert.Equal((0, 1), (broken.Only.Facts.Count, broken.Only.HeldBack));
        var large = Bundle([.. Enumerable.Range(1, 400).Select(i => Condition($"c{i}", "Patient/1"))]).Insert(1, untold);
        var pieces = Reading.With(new FhirReader(limit: 4096), "big.json", Encoding.UTF8.GetBytes(large));
        Assert.Equal(400, pieces.Records.Count);
        Assert.All(pieces.Records, r => Assert.Equal((0, 1), (r.Facts.Count, r.HeldBack)));
    }

    [Theory]
    [InlineData("{\"resourceType\":\"Condition\",\"id\":\"1\",\"id\":\"2\"}", "fhir.duplicate-key")]
    [InlineData("{\"resourceType\":\"Condition\",\"id\":}", "fhir.json")]
    [InlineData("{\"resourceType\":\"Condition\",\"id\":\"a\0b\"}", "fhir.json")]
    [InlineData("{\"resourceType\":\"Condition\",\"id\":\"1\"", "fhir.truncated")]
    [InlineData("{\"resourceType\":\"Nonsense\",\"id\":\"1\"}", "fhir.no-resource")]
    [InlineData("{\"resourceType\":12}", "fhir.no-resource")]
    [InlineData("[{\"resourceType\":\"Condition\"}]", "fhir.no-resource")]
    [InlineData("{\"resourceType\":\"Condition\",\"id\":\"\\ud800\",\"subject\":{\"reference\":\"\\udfff\"}}", "fhir.text")]
    [InlineData("{\"resourceType\":\"Condition\",\"id\":\"1\",\"subject\":null}", "fhir.json")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\"}}]}", "fhir.no-id")]
    public void Broken_json_is_one_bad_piece(string json, string code) => Assert.Equal([code], Reading.Of("x.json", json).BadCodes);

    [Fact]
    public void Other_encodings_are_named_as_such()
    {
        Assert.Equal(["fhir.encoding"], Reading.Of("x.json", Reading.Cp932(Patient("1"))).BadCodes);
        Assert.Equal(["fhir.encoding"], Reading.Of("x.ndjson", Encoding.Unicode.GetBytes(Patient("1"))).BadCodes.Distinct());
        Assert.Single(Reading.Of("x.json", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Patient("1"))]).Records);
    }

    [Fact]
    public void A_key_never_holds_the_patients_number()
    {
        var record = Reading.Of("p.json", Patient("00123456")).Only;
        Assert.DoesNotContain("00123456", record.Key);
        Assert.Equal("Patient/00123456", record.Identity.LocalPatientId);
        Assert.Equal(record.Key, Reading.Of("q.json", Patient("00123456")).Only.Key);

        // Some senders name the Bundle and the visit after the patient.
        var visit = """{"resourceType":"Encounter","id":"7700123456","status":"finished","class":{"code":"AMB"},"period":{"start":"2024-05-06"}}""";
        var named = Reading.Of("b.json", Bundle(Patient("00123456"), visit).Replace("b-1", "7700123456"));
        Assert.Equal("7700123456", named.Only.Identity.LocalPatientId);
        Assert.DoesNotContain("7700123456", named.MedicalHalf);
        Assert.NotEqual("", named.Only.Facts[0].VisitKey);
    }

    [Fact]
    public void Coverage_brings_the_insured_number_that_the_patient_lacks()
    {
        const string Url = "http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Coverage_InsuredPerson";
        var coverage = $$$"""{"resourceType":"Coverage","id":"v","status":"active","extension":[{"url":"{{{Url}}}Symbol","valueString":"架１２"},{"url":"{{{Url}}}Number","valueString":"３４５"},{"url":"{{{Url}}}SubNumber","valueString":"01"}],"beneficiary":{"reference":"Patient/1"},"period":{"start":"2020-04-01"},"payor":[{"identifier":{"value":"06990013"}}]}""";
        var record = Reading.Of("b.json", Bundle(Patient("1"), coverage)).Only;
        Assert.Equal(("06990013", "架１２", "３４５", "01"), (record.Identity.InsurerNumber, record.Identity.InsuredSymbol, record.Identity.InsuredNumber, record.Identity.InsuredBranch));
        Assert.Equal(FactKind.Coverage, Assert.Single(record.Facts).Kind);
    }
}
