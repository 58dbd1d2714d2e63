using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Minato.Formats.Fhir;

namespace Minato.Formats.Tests;

/// <summary>Files that this project did not write: each resource becomes a record, or is quarantined or remarked on with a right reason.</summary>
public sealed class FhirSampleTests
{
    [Fact]
    public void Every_jp_clins_sample_gives_exactly_this()
    {
        var table = new StringBuilder();
        foreach (var path in Samples.Files("fhir-jp-clins"))
        {
            var name = Path.GetFileName(path);
            var read = Reading.Of(name, File.ReadAllBytes(path));
            table.Append($"{name[..^5],-56}| {read.Records.Count} records {read.Records.Sum(r => r.Facts.Count),2} facts | {string.Join(' ', read.BadCodes)}| {string.Join(' ', read.Remarks.Select(r => $"{r.Code}×{r.Reason[..r.Reason.IndexOf(' ', StringComparison.Ordinal)]}"))}\n");
        }

        TestContext.Current.TestOutputHelper!.WriteLine(table.ToString());
        Assert.Equal(
            """
            AllergyIntolerance-Example-JP-Allergy-eCS-01            | 1 records  1 facts | | fhir.no-date×1
            AllergyIntolerance-Example-JP-AllergyIntolerance-eCS-02 | 1 records  1 facts | | 
            Bundle-Bundle-CLINS-Observations-Example-01             | 1 records  4 facts | | 
            Bundle-Bundle-CLINS-Referral-Example-01                 | 1 records 10 facts | | fhir.narrative×1 fhir.narrative×1 fhir.narrative×1 fhir.no-date×4 fhir.not-person×2 fhir.not-person×2 fhir.partial-date×3
            Condition-Example-JP-Condition-eCS-01                   | 1 records  1 facts | | 
            Condition-Example-JP-Condition-eCS-02                   | 1 records  0 facts | | fhir.held-back×1
            Condition-Example-JP-Condition-eCS-ABDPAIN              | 1 records  1 facts | | fhir.no-date×1
            Encounter-Example-JP-Encounter-eCS-AMB-01               | 0 records  0 facts | fhir.no-subject| 
            MedicationRequest-ErrorExample-JP-MedReq-ExtEye-Total1  | 0 records  0 facts | fhir.clins.r3010| 
            MedicationRequest-Example-JP-MedReq-ExtSkin-Total2      | 1 records  1 facts | | 
            MedicationRequest-Example-JP-MedReq-PO-4timez-7days     | 1 records  1 facts | | 
            MedicationRequest-Example-JP-MedReq-PO-BID-2d           | 1 records  1 facts | | 
            MedicationRequest-Example-JP-MedReq-PO-SID-28days       | 1 records  1 facts | | 
            Observation-Example-JP-Obs-LabResult-eCS-Alb            | 1 records  1 facts | | 
            Observation-Example-JP-Obs-LabResult-eCS-K              | 1 records  1 facts | | 
            Organization-Example-JP-Org-eCS-InstWithDepartment      | 0 records  0 facts | | fhir.not-person×1
            Patient-Example-JP-Patient-minimun                      | 1 records  0 facts | | 
            Patient-Example-JP-Patient-standard                     | 1 records  0 facts | | 
            Specimen-Example-Contained-JP-Specimen-Serum            | 0 records  0 facts | | fhir.not-person×1

            """,
            table.ToString());
    }

    [Fact]
    public void The_deliberate_error_is_quarantined_for_the_rule_it_breaks()
    {
        // Its own note says: neither a YJ code nor a general-name code. That is R3010.
        var path = Path.Combine(Samples.Folder("fhir-jp-clins"), "MedicationRequest-ErrorExample-JP-MedReq-ExtEye-Total1.json");
        var bad = Assert.Single(Reading.Of("x.json", File.ReadAllBytes(path)).Bad);
        Assert.Contains("R3010", bad.Finding.Reason);
        Assert.Equal("MedicationRequest.medicationCodeableConcept", bad.Finding.Place.Field);
        Assert.NotEmpty(bad.Finding.Remedy);
    }

    [Fact]
    public void The_jp_clins_samples_say_what_was_written()
    {
        var folder = Samples.Folder("fhir-jp-clins");
        var labs = Of("Bundle-Bundle-CLINS-Observations-Example-01.json");
        var albumin = labs.Facts[0];
        Assert.Equal((CodeSystem.Jlac10, "3A015000001827101", 3.9m, "mg/L", new DateOnly(2021, 7, 5), "1318814790", "192844"),
            (albumin.System, albumin.Code, albumin.Value!.Value, albumin.Unit, albumin.Start, albumin.Facility, albumin.VisitKey));
        var who = labs.Identity;
        Assert.Equal(("00012345", "あいう", "１８７", "01", "牧野 爛漫", "マキノ ランマン"), (who.InsurerNumber, who.InsuredSymbol, who.InsuredNumber, who.InsuredBranch, who.NameKanji, who.NameKana));
        Assert.Equal((new DateOnly(1930, 6, 28), Sex.Female, "781-8125", "高知県高知市五台山4200-6", "000999739"), (who.BirthDate, who.Sex, who.PostalCode, who.Address, who.LocalPatientId));
        Assert.Equal(new Demographics(1930, 6, Sex.Female, "39"), labs.Demographics);

        // The patient has not been told of this cancer yet: nothing of it is used while the tag stands.
        var untold = Of("Condition-Example-JP-Condition-eCS-02.json");
        Assert.Equal((0, 1), (untold.Facts.Count, untold.HeldBack));
        var told = File.ReadAllText(Path.Combine(folder, "Condition-Example-JP-Condition-eCS-02.json")).Replace("\"UNINFORMED\"", "\"LTS\"", StringComparison.Ordinal);
        var cancer = Assert.Single(Reading.Of("Condition-Example-JP-Condition-eCS-02.json", told).Only.Facts);
        Assert.Equal((CodeSystem.Icd10, "C169", new DateOnly(2020, 4, 10), false), (cancer.System, cancer.Code, cancer.Start, cancer.Suspected));
        var drug = Assert.Single(Of("MedicationRequest-Example-JP-MedReq-PO-4timez-7days.json").Facts);
        Assert.Equal((CodeSystem.Yj, "1141007F3023", 7, 28m, 1m, "錠"), (drug.System, drug.Code, drug.Days!.Value, drug.Quantity!.Value, drug.Value!.Value, drug.Unit));
        Assert.Equal(("00012345", "05"), Of("MedicationRequest-Example-JP-MedReq-PO-4timez-7days.json").Identity is var i ? (i.InsurerNumber, i.InsuredBranch) : default);

        DeliveredRecord Of(string name) => Reading.Of(name, File.ReadAllBytes(Path.Combine(folder, name))).Only;
    }

    [Fact]
    public void No_name_of_the_samples_is_in_the_medical_half_or_in_a_finding()
    {
        string[] people = ["牧野", "爛漫", "マキノ", "ランマン", "田中", "大河内", "勘三郎", "野口", "英世丸", "医療 太郎", "看護師", "000999739", "１８７", "あいう", "五台山", "03-123-1234", "1930-06-28"];
        var all = new StringBuilder();
        foreach (var path in Samples.Files("fhir-jp-clins"))
        {
            var read = Reading.Of(Path.GetFileName(path), File.ReadAllBytes(path));
            all.Append(read.MedicalHalf).Append(read.Said);
        }

        Assert.All(people, p => Assert.DoesNotContain(p, all.ToString()));
        Assert.True(all.ToString().All(c => c < 0x80 || "×錠瓶本：、。・".Contains(c) || c is '薬' or '未' or '告' or '知' or '提' or '供' or '一' or '般' or '名' or '処' or '方' or 'マ' or 'ス' or 'タ' or 'ー'), "only codes and our own words");
    }

    [Fact]
    public void Every_synthea_resource_is_taken_and_its_person_can_be_found()
    {
        var expected = new Dictionary<string, (int Records, int Facts)>
        {
            ["AllergyIntolerance"] = (11, 11), ["Condition"] = (555, 555), ["Encounter"] = (1215, 1215), ["Immunization"] = (161, 161),
            ["MedicationRequest"] = (1745, 1745), ["Organization"] = (0, 0), ["Patient"] = (13, 3), ["Procedure"] = (2056, 2056),
        };
        var known = new HashSet<string>();
        var systems = new Dictionary<string, HashSet<string>>();
        foreach (var path in Samples.Files("fhir-synthea").OrderBy(p => p.Contains("Patient", StringComparison.Ordinal) ? 0 : 1))
        {
            var type = Path.GetFileName(path).Split('.')[0];
            var read = Reading.Of(type + ".ndjson", Unpacked(path));
            Assert.Equal(expected[type], (read.Records.Count, read.Records.Sum(r => r.Facts.Count)));
            Assert.Empty(read.Bad);
            Assert.Equal(type == "Organization" ? ["43 × Organization resource: not data of a person"] : [], read.Remarks.Select(r => r.Reason));
            Assert.Equal(read.Records.Count, read.Records.Select(r => r.Key).Distinct().Count());
            if (type == "Patient")
            {
                known.UnionWith(read.Records.Select(r => r.Identity.LocalPatientId!));
                Assert.All(read.Records, r => Assert.DoesNotContain(r.Identity.LocalPatientId!["Patient/".Length..], r.Key));
                Assert.All(read.Records, r => Assert.True(r.Identity is { NameKanji: not null, BirthDate: not null, Address: not null }));
            }

            Assert.All(read.Records, r => Assert.Contains(r.Identity.LocalPatientId!, known));
            systems[type] = [.. read.Records.SelectMany(r => r.Facts).Select(f => f.System)];
        }

        Assert.Equal([CodeSystem.Snomed], systems["Condition"]);
        Assert.Equal([CodeSystem.RxNorm], systems["MedicationRequest"]);
        Assert.Equal([CodeSystem.Cvx], systems["Immunization"]);
    }

    [Fact]
    public void The_gate_and_the_bulk_lane_agree_on_every_sample()
    {
        var checkedResources = 0;
        foreach (var json in Samples.Files("fhir-jp-clins").Select(File.ReadAllBytes).Concat(Samples.Files("fhir-synthea").SelectMany(p => Lines(Unpacked(p)).Take(150))))
        {
            using var document = JsonDocument.Parse(json);
            foreach (var resource in Resources(document.RootElement))
            {
                var type = resource.GetProperty("resourceType").GetString()!;
                var gate = FhirGate.Validate(Encoding.UTF8.GetBytes(resource.GetRawText()));
                var bulk = FhirGate.Bulk(type, resource, default).ToList();
                Assert.Equal(First(bulk), First(gate));
                checkedResources++;
            }
        }

        Assert.True(checkedResources > 700);

        static string? First(IEnumerable<Finding> findings) => findings.FirstOrDefault(f => f.Severity == Severity.Error)?.Code;

        static IEnumerable<JsonElement> Resources(JsonElement root) => root.TryGetProperty("entry", out var entries) ? entries.EnumerateArray().Select(e => e.GetProperty("resource")) : [root];
    }

    [Theory]
    [InlineData("\"status\":\"completed\"", "\"status\":\"done\"")]
    [InlineData("\"status\":\"completed\",", "")]
    [InlineData("\"authoredOn\":\"2021-07-05T13:08:22+09:00\"", "\"authoredOn\":\"20261399\"")]
    [InlineData("\"intent\":\"order\"", "\"intent\":[\"order\"]")]
    [InlineData("\"subject\":{", "\"subjekt\":{")]
    [InlineData("\"language\":\"ja\"", "\"language\":\"\"")]
    [InlineData("\"dispenseRequest\":{", "\"dispenseRequest\":{},\"x\":{")]
    public void Both_refuse_what_is_broken(string was, string became)
    {
        const string Request = """{"resourceType":"MedicationRequest","id":"m","language":"ja","status":"completed","intent":"order","subject":{"reference":"Patient/1"},"authoredOn":"2021-07-05T13:08:22+09:00","medicationCodeableConcept":{"coding":[{"system":"http://capstandard.jp/iyaku.info/CodeSystem/YJ-code","code":"1141007F3023"}]},"dispenseRequest":{"quantity":{"value":1}}}""";
        Assert.Single(Reading.Of("ok.json", Request).Records);
        var broken = Request.Replace(was, became);
        var gate = FhirGate.Validate(Encoding.UTF8.GetBytes(broken));
        Assert.Contains(gate, f => f.Code.StartsWith("fhir.r4.", StringComparison.Ordinal));
        using var document = JsonDocument.Parse(broken);
        Assert.Contains(FhirGate.Bulk("MedicationRequest", document.RootElement, default), f => f.Severity == Severity.Error);
    }

    private static byte[] Unpacked(string path)
    {
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        gzip.CopyTo(memory);
        return memory.ToArray();
    }

    private static IEnumerable<byte[]> Lines(byte[] file) => Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Encoding.UTF8.GetBytes);
}
