using System.Globalization;
using System.Text;

namespace Minato.Formats.Tests;

/// <summary>A registry is added by a file that says what its columns are.</summary>
public sealed class CsvMappingTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("minato-mappings-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private const string Diabetes = """
        登録番号,施設番号,氏名,カナ氏名,生年月日,性別,市区町村コード,受診日,糖尿病型,診断の確からしさ,診断日,HbA1c,体重,身長,収縮期血圧,拡張期血圧,網膜症,腎症,足潰瘍,薬剤1,日数1,薬剤2,日数2
        77001,1319900001,架空　花子,カクウ　ハナコ,1950/02/03,女,131016,2024-05-06,2型,確定,20100401,7.1,48.0,152.5,132,78,0,2,0,3969007F1024,28,3962002F2027,28
        77002,1319900001,架空　太郎,カクウ　タロウ,1948/04/01,男,131016,2024-05-07,1型,疑い,不明,<5.0,NA,9999,,,1,0,1,,,,
        77003,1319900001,架空　次郎,カクウ　ジロウ,1948/04/01,男,131016,2024-05-07,３型,疑い,,7.0,,,,,,,,,,,
        77004,1319900001,架空　三郎,カクウ　サブロウ,1948/04/01,男,131016,2024-05-07,2型,,,高い,,,,,,,,,,,
        """;

    private static string Shown(HealthFact f) =>
        string.Create(CultureInfo.InvariantCulture, $"{f.Kind} {f.Start:yyyyMMdd} {f.System} {f.Code} {f.Value:0.####}{f.Unit} {f.ValueCode} {f.Days}{(f.Suspected ? "suspected" : "")}").TrimEnd();

    [Fact]
    public void The_example_reads_a_diabetes_registry()
    {
        var read = Reading.Of("anything.csv", Reading.Cp932(Diabetes));
        Assert.Equal(
            [
                "Visit 20240506  outpatient", "Condition 20240506 icd10 E11", "Observation 20100401 minato diabetes-diagnosed  type-2", "Measurement 20240506 jlac10 3D046000001906202 7.1%",
                "Measurement 20240506 loinc 29463-7 48kg", "Measurement 20240506 loinc 8302-2 152.5cm", "Measurement 20240506 loinc 8480-6 132mm[Hg]", "Measurement 20240506 loinc 8462-4 78mm[Hg]",
                "Condition 20240506 icd10 N083", "Drug 20240506 yj 3969007F1024   28", "Drug 20240506 yj 3962002F2027   28",
            ],
            read.Records[0].Facts.Select(Shown));
        Assert.Equal(
            ["Visit 20240507  outpatient", "Condition 20240507 icd10 E10   suspected", "Measurement 20240507 jlac10 3D046000001906202  <5.0", "Condition 20240507 icd10 H360", "Observation 20240507 minato foot-ulcer  yes"],
            read.Records[1].Facts.Select(Shown));
        var who = read.Records[0].Identity;
        Assert.Equal(("1319900001-77001", "架空　花子", Sex.Female, new DateOnly(1950, 2, 3), new DateOnly(2024, 5, 6)), (who.LocalPatientId, who.NameKanji, who.Sex, who.BirthDate, who.AsOf));
        Assert.Equal("13", read.Records[0].Demographics.Prefecture);
        Assert.StartsWith("diabetes-registry-csv-h-", read.Records[0].Key);
        Assert.Equal([("csv.value", "糖尿病型", 4L), ("csv.number", "HbA1c", 5L)], read.Bad.Select(b => (b.Finding.Code, b.Finding.Place.Field, b.Finding.Place.Line!.Value)));
        Assert.DoesNotContain("架空", read.MedicalHalf + read.Said);
        Assert.DoesNotContain("77001", read.MedicalHalf + read.Said);
        Assert.DoesNotContain("高い", read.Said);
    }

    private const string Cohort = """
        {
          "format": "cohort-csv", "title": { "ja": "コホート", "en": "A cohort" }, "recognise": { "fileName": "cohort_*.txt" }, "delimiter": "\t", "encoding": "cp932",
          "columns": ["id", "birth", "day", "smoking", "sbp"],
          "tables": { "smoking": { "0": "never", "1": "current", "9": null } },
          "key": { "columns": ["id", "day"], "hashed": true }, "asOf": "day",
          "identity": { "localPatientId": ["id"], "birthDate": "birth" },
          "facts": [
            { "kind": "Observation", "system": "minato", "code": "smoking", "start": "day", "valueCode": { "column": "smoking", "table": "smoking" } },
            { "kind": "Measurement", "system": "loinc", "code": "8480-6", "start": "day", "value": { "column": "sbp" }, "unit": "mm[Hg]" }
          ]
        }
        """;

    private Outcome<IReadOnlyList<IFormatReader>> With(params string[] mappings)
    {
        for (var i = 0; i < mappings.Length; i++)
        {
            File.WriteAllText(Path.Combine(folder, $"m{i}.json"), mappings[i]);
        }

        return FormatsRoom.WithMappings(folder);
    }

    [Fact]
    public void A_persons_own_mapping_reads_tabs_without_a_header()
    {
        var readers = With(Cohort).Value;
        var bytes = Encoding.UTF8.GetBytes("c1\t19500203\t20240506\t1\t132\r\nc2\t19500203\t20240506\t9\t\r\nc3\t19500203\t20240506\t1\r\n");
        var reader = FormatsRoom.ReaderFor(new FileHead("cohort_1.txt", bytes), readers)!;
        Assert.Equal("cohort-csv", reader.Format);
        var read = Reading.With(reader, "cohort_1.txt", bytes);
        Assert.Equal(["Observation 20240506 minato smoking  current", "Measurement 20240506 loinc 8480-6 132mm[Hg]"], read.Records[0].Facts.Select(Shown));
        Assert.Empty(read.Records[1].Facts);
        Assert.Equal([("csv.columns", 3L)], read.Bad.Select(b => (b.Finding.Code, b.Finding.Place.Line!.Value)));
        Assert.Equal(["c1", "c2"], read.Records.Select(r => r.Identity.LocalPatientId));
        Assert.Contains(readers, r => r.Format == "vaccination-csv");
    }

    [Fact]
    public void A_mapping_of_a_shipped_name_takes_its_place()
    {
        var readers = With(Cohort.Replace("cohort-csv", "care-csv")).Value;
        Assert.Single(readers, r => r.Format == "care-csv");
        Assert.Equal(FormatsRoom.Readers.Count, readers.Count);
    }

    [Fact]
    public void Without_a_folder_there_is_what_Minato_ships() => Assert.Same(FormatsRoom.Readers, FormatsRoom.WithMappings(Path.Combine(folder, "none")).Value);

    [Theory]
    [InlineData("\"format\": \"cohort-csv\"", "\"format\": \"Cohort CSV\"", "format")]
    [InlineData("\"recognise\": { \"fileName\": \"cohort_*.txt\" }", "\"recognise\": { }", "recognise")]
    [InlineData("\"delimiter\": \"\\t\"", "\"delimiter\": \"x\"", "delimiter")]
    [InlineData("\"encoding\": \"cp932\"", "\"encoding\": \"ebcdic\"", "encoding")]
    [InlineData("\"hashed\": true", "\"hashed\": false", "key")]
    [InlineData("\"localPatientId\": [\"id\"], \"birthDate\": \"birth\"", "", "identity")]
    [InlineData("\"loinc\"", "\"lionc\"", "facts[1].system")]
    [InlineData("\"table\": \"smoking\"", "\"table\": \"drinking\"", "facts[0].valueCode.table")]
    [InlineData(", \"table\": \"smoking\"", "", "facts[0].valueCode")]
    [InlineData("\"table\": \"smoking\"", "\"values\": { \"1\": \"花子 さん\" }", "facts[0].valueCode")]
    [InlineData("\"column\": \"sbp\"", "\"column\": \"birth\"", "facts[1].value")]
    [InlineData("\"column\": \"sbp\"", "\"column\": \"spb\"", "columns")]
    [InlineData("\"kind\": \"Measurement\"", "\"kind\": \"Visit\"", "facts[1].code")]
    [InlineData("\"start\": \"day\", \"value\"", "\"start\": { \"column\": \"day\", \"as\": \"week\" }, \"value\"", "facts[1].start")]
    [InlineData("\"start\": \"day\", \"value\"", "\"start\": \"day\", \"when\": { \"column\": \"sbp\" }, \"value\"", "facts[1].when")]
    public void A_wrong_mapping_says_where_it_is_wrong(string was, string became, string field)
    {
        Assert.Contains(was, Cohort);
        var refused = With(Cohort.Replace(was, became));
        Assert.False(refused.IsOk);
        Assert.All(refused.Findings, f => Assert.True(f.Code == "mapping.rule" && f.Place.File == "m0.json" && f.Remedy.Length > 10));
        Assert.Contains(field, refused.Findings.Select(f => f.Place.Field));
    }

    [Theory]
    [InlineData("\"unit\"", "\"units\"", "facts[1].units", "A property is not one")]
    [InlineData("\"kind\": \"Measurement\"", "\"kind\": \"Lab\"", "facts[1].kind", "not of the kind")]
    [InlineData("\"asOf\": \"day\",", "", "$", "needs is missing")]
    [InlineData("\"table\": \"smoking\" }", "\"pattern\": \"(\" }", "facts[0].valueCode", "not of the kind")]
    [InlineData("\"table\": \"smoking\" }", "\"pattern\": \"(?=a)\" }", "facts[0].valueCode", "not of the kind")]
    [InlineData("]\n}", "", "$", "not well formed")]
    public void What_is_no_mapping_is_told_with_its_place(string was, string became, string field, string reason)
    {
        Assert.Contains(was, Cohort);
        var finding = Assert.Single(With(Cohort.Replace(was, became)).Findings);
        Assert.Equal(("mapping.json", field), (finding.Code, finding.Place.Field));
        Assert.Contains(reason, finding.Reason);
    }

    [Fact]
    public void Two_mappings_of_one_name_are_refused() => Assert.Equal(["mapping.twice"], With(Cohort, Cohort).Findings.Select(f => f.Code));
}
