using System.Globalization;
using System.Text;
using CsCheck;
using Minato.Formats.Writing;

namespace Minato.Formats.Tests;

/// <summary>HL7 v2.5 as SS-MIX2 stores it. Hanako does not exist.</summary>
public sealed class SsMix2Tests
{
    private const string At = "20240506101112123";
    private static readonly SsMix2Patient Hanako = new("0000077001", "架空", "花子", "カクウ", "ハナコ", "19500203", "F")
    {
        PostalCode = "1000001", Address = "東京都架空区１－２－３", Insurer = new("06990013", "架１２", "３４５", "01"),
    };

    private static readonly SsMix2Writer Hospital = new("1319900001");

    private static Reading Read(params SsMix2File[] files) => new([.. files.SelectMany(f => Reading.Of(f.Path, f.Bytes).Items)]);

    private static string Shown(HealthFact f) =>
        string.Create(CultureInfo.InvariantCulture, $"{f.Kind} {f.Start:yyyyMMdd}-{f.End:yyyyMMdd} {f.System} {f.Code} {f.Value:0.####}{f.Unit}/{f.Quantity:0.####}/{f.Days} {f.ValueCode}{(f.Suspected ? " suspected" : "")}");

    private static Reading Message(string segments, string name = "feed.hl7") => Reading.Of(name, Encoding.UTF8.GetBytes(segments.ReplaceLineEndings("\r")));

    private const string Head = "MSH|^~\\&|HIS|1319900001|GW|RCV|20240506101112||{0}|M-1|P|2.5||||||UNICODE UTF-8\nPID|0001||77001^^^^PI||架空^花子^^^^^L^I~カクウ^ハナコ^^^^^L^P||19500203|F\n";

    [Fact]
    public void Demographics_are_names_address_and_insured_number()
    {
        var record = Read(Hospital.Demographics(Hanako, At)).Only;
        var who = record.Identity;
        Assert.Equal(("架空　花子", "カクウ　ハナコ", new DateOnly(1950, 2, 3), Sex.Female, "0000077001"), (who.NameKanji, who.NameKana, who.BirthDate, who.Sex, who.LocalPatientId));
        Assert.Equal(("06990013", "架１２", "３４５", "01", "1000001", "東京都架空区１－２－３"), (who.InsurerNumber, who.InsuredSymbol, who.InsuredNumber, who.InsuredBranch, who.PostalCode, who.Address));
        Assert.Equal((new Demographics(1950, 2, Sex.Female, "13"), new DateOnly(2024, 5, 6)), (record.Demographics, who.AsOf));
        Assert.StartsWith("ssmix2-adt-00-h-", record.Key);
        Assert.Empty(record.Facts);
    }

    [Fact]
    public void Each_kind_of_file_gives_its_facts()
    {
        var read = Read(
            Hospital.OutpatientVisit(Hanako, "20240506", "1", At),
            Hospital.Admission(Hanako, "20240510", "2", At),
            Hospital.Discharge(Hanako, "20240510", "20240520", "20", "3", At),
            Hospital.Diagnoses(Hanako, [new("E11.9", "２型糖尿病", "20240401"), new("C169", "胃癌の疑い", "20240506", "20240520", true)], At),
            Hospital.Prescription(Hanako, "20240506", "4", [new("103835401", "架空錠", "1", "TAB", "14", 14, "20240507")], At),
            Hospital.Results(Hanako, "20240506", "5", [new("3D046000001906202", "HbA1c", "NM", "7.1", "%"), new("5F016141002311711", "HBs抗原", "ST", "（－）", ""), new("1A010000000000101", "所見", "ST", "花子様は軽度", "")], At));
        Assert.Empty(read.Bad);
        Assert.Equal(
            [
                "Visit 20240506-20240506  outpatient /", "Observation 20240510- minato admission /", "Visit 20240510-20240520  inpatient /", "Death 20240520-   / stay-outcome",
                "Condition 20240401- icd10 E119 /", "Condition 20240506-20240520 icd10 C169 /  suspected", "Drug 20240507- hot 103835401 1TAB/14/14",
                "Specimen 20240506- other:JC10 023 /", "Measurement 20240506- jlac10 3D046000001906202 7.1%/", "Measurement 20240506- jlac10 5F016141002311711 / -",
            ],
            read.Records.SelectMany(r => r.Facts).Select(f => Shown(f).Replace("// ", "/ ").Replace("//", "/").TrimEnd()));
        Assert.All(read.Records.SelectMany(r => r.Facts), f => Assert.Equal("1319900001", f.Facility));
        Assert.Contains("ssmix2.left-behind", read.RemarkCodes);
        Assert.DoesNotContain("花子", read.MedicalHalf + read.Said);
    }

    [Fact]
    public void The_patients_number_in_the_path_reaches_no_place_and_no_finding()
    {
        var file = Hospital.Prescription(Hanako, "20240506", "4", [new("103835401", "架空錠", "1", "TAB", "14", 14, "20240507")], At);
        Assert.Equal("000/007/0000077001/20240506/OMP-01/0000077001_20240506_OMP-01_000000000000004_20240506101112123_-_1", file.Path);
        var read = Read(file, file with { Path = file.Path.Replace("_1", "_2") }, file with { Bytes = file.Bytes[..60] });
        Assert.Equal("*_20240506_OMP-01_000000000000004_20240506101112123_-_1", read.Only.Place.File);
        Assert.DoesNotContain("77001", read.Said + read.Only.Key);
        Assert.Equal(["ssmix2.patient"], read.BadCodes);
    }

    [Fact]
    public void A_later_version_has_the_same_key_a_superseded_one_is_passed_over_and_a_deleted_one_is_empty()
    {
        SsMix2Drug[] one = [new("103835401", "架空錠", "1", "TAB", "14", 14, "20240507")];
        var first = Read(Hospital.Prescription(Hanako, "20240506", "4", one, At)).Only;
        var later = Read(
            Hospital.Prescription(Hanako, "20240506", "4", one, At, "2"),
            Hospital.Prescription(Hanako, "20240506", "4", [one[0] with { Days = 28 }], "20240507101112123"));
        Assert.Equal((first.Key, 28), (later.Only.Key, later.Only.Facts[0].Days));
        Assert.Equal(["ssmix2.superseded"], later.RemarkCodes);
        var deleted = Read(Hospital.Prescription(Hanako, "20240506", "4", one, "20240508101112123", "0"));
        Assert.Equal((first.Key, 0, "0000077001"), (deleted.Only.Key, deleted.Only.Facts.Count, deleted.Only.Identity.LocalPatientId));
        Assert.Equal(["ssmix2.deleted"], deleted.RemarkCodes);
        Assert.NotEqual(first.Key, Read(Hospital.Prescription(Hanako, "20240506", "5", one, At)).Only.Key);
    }

    [Fact]
    public void A_file_that_lies_in_another_patients_folder_is_refused()
    {
        var file = Hospital.Demographics(Hanako, At);
        var read = Read(file with { Path = file.Path.Replace("77001", "77002") });
        Assert.Equal(["ssmix2.other-patient"], read.BadCodes);
        Assert.Equal("PID-3", read.Bad[0].Finding.Place.Field);
        Assert.Single(Read(file with { Path = file.Path.Replace("0000077001", "77001") }).Records);
    }

    [Fact]
    public void A_batch_is_one_record_a_message_and_its_trailer_counts_them()
    {
        var one = Encoding.Latin1.GetString(Hospital.Results(Hanako, "20240506", "5", [new("3D046000001906202", "HbA1c", "NM", "7.1", "%")], At).Bytes);
        var batch = Reading.Of("day.hl7", Encoding.Latin1.GetBytes("FHS|^~\\&\rBHS|^~\\&\r" + one + one.Replace("|5|", "|6|").Replace("7.1", "7.3") + "BTS|3\rFTS|1\r"));
        Assert.Equal([7.1m, 7.3m], batch.Records.Select(r => r.Facts.Single(f => f.Kind == FactKind.Measurement).Value!.Value));
        Assert.NotEqual(batch.Records[0].Key, batch.Records[1].Key);
        Assert.Equal(["hl7.batch-count"], batch.RemarkCodes);
        var framed = Reading.Of("feed.hl7", Encoding.Latin1.GetBytes("\u000B" + one + "\u001C\r\u000B" + one + "\u001C\r"));
        Assert.Equal(2, framed.Records.Count);
    }

    [Fact]
    public void A_discharge_tells_the_last_ward_and_a_specimen_its_material_and_amount()
    {
        var pv1 = new string[46];
        (pv1[0], pv1[2], pv1[3], pv1[44], pv1[45]) = ("PV1", "I", "3W^301^1", "20240510", "20240520");
        var stay = Message(Head.Replace("{0}", "ADT^A03^ADT_A03") + string.Join('|', pv1)).Only;
        Assert.Equal(["Visit 20240510-20240520  inpatient /", "Ward 20240520-20240520  inpatient / 3W"], stay.Facts.Select(f => Shown(f).Replace("// ", "/ ").Replace("//", "/").TrimEnd()));
        var results = Message(Head.Replace("{0}", "OUL^R22^OUL_R22") + "SPM|1|77001-5||119297000^血液^SCT||||368208006^左腕^SCT||||5^mL|||||202405060900\nOBR|1||5|3D046^HbA1c^99X\nOBX|1|NM|3D046000001906202^HbA1c^JC10||7.1|%^^MR9P|||||F");
        var blood = results.Only.Facts[0];
        Assert.Equal((FactKind.Specimen, CodeSystem.Snomed, "119297000", "368208006", 5m, "mL"), (blood.Kind, blood.System, blood.Code, blood.ValueCode, blood.Quantity, blood.Unit));
        Assert.DoesNotContain("77001", results.MedicalHalf);
    }

    [Fact]
    public void Injections_are_their_components_and_what_was_given_is_told_apart()
    {
        var order = Message(Head.Replace("{0}", "RDE^O11^RDE_O11") + """
            ORC|NW|77|||||||20240506
            RXE||00^一般^99I02|500||ML^^MR9P
            TQ1|||||||20240506
            RXC|B|107750602^生食^HOT9|500|ML^ミリリットル^MR9P
            RXC|A|103835401^架空注^HOT9|1|AMP^^MR9P
            ORC|CA|78
            RXE||103835401^架空注^HOT9|1||AMP^^MR9P
            """);
        Assert.Equal(["107750602 500 ML ", "103835401 1 AMP "], order.Only.Facts.Select(f => $"{f.Code} {f.Value} {f.Unit} {f.ValueCode}"));
        Assert.Contains("ssmix2.cancelled", order.RemarkCodes);
        var given = Message(Head.Replace("{0}", "RAS^O17^RAS_O17") + "ORC|OK|77\nRXA|0|1|202405061000|202405061100|103835401^架空注^HOT9|1|AMP^^MR9P\nRXA|0|2|202405061000||103835401^架空注^HOT9|1|AMP^^MR9P|||||||||||||RE");
        Assert.Equal(["103835401 1 AMP administered"], given.Only.Facts.Select(f => $"{f.Code} {f.Quantity} {f.Unit} {f.ValueCode}"));
        Assert.Contains("ssmix2.not-given", given.RemarkCodes);
    }

    [Fact]
    public void Separators_escapes_and_repetitions_are_those_that_MSH_declares()
    {
        var read = Message("MSH#*%!$#HIS#1319900001###20240506101112##OUL*R22*OUL_R22#M-1#P#2.5\nPID###77%88*x##架空*花!F!子*****L*I%カクウ*ハナコ*****L*P##19500203#F\nOBX#1#SN#3D046000001906202*HbA1c*JC10##<*0.5##%*%*ISO+#\nOBX#2#CWE#5F016141002311711*x*JC10##1+*プラス*99A######X\nOBX#3#CWE#4718-2*x*LN##C25*!X41!*JANIS");
        Assert.Equal("架空　花#子", read.Only.Identity.NameKanji);
        Assert.Equal("77", read.Only.Identity.LocalPatientId);
        Assert.Equal(["jlac10 3D046000001906202 <0.5 ", "loinc 4718-2 C25 "], read.Only.Facts.Select(f => $"{f.System} {f.Code} {f.ValueCode} {f.Value}"));
        Assert.Equal(new DateOnly(2024, 5, 6), read.Only.Facts[0].Start);
    }

    [Theory]
    [InlineData("MSH|^~\\&|a\nPID|1", "ssmix2.message-type")]
    [InlineData("MSH|^~\\&|||||20240506||ADT^A08\nEVN|A08", "ssmix2.patient")]
    [InlineData("MSH|^~\\&|||||20240506||ADT^A08\nPID|||花子", "ssmix2.patient")]
    [InlineData("MSH|^~\\&|||||20240506||ADT^A08\nPID|||77001||||19990231", "ssmix2.birth-date")]
    [InlineData("MSH|^~\\&|||||20240506||ADT^A08\nPID|||77001||||20250101", "ssmix2.birth-date")]
    [InlineData("MSH|^~\\&|||||20240506||ADT^A08\nPID|||77001||||19500203||||||||||||||||||||||202413", "ssmix2.date")]
    [InlineData("MSH|^~\\&|||||20240506||ADT^A03|M\nPID|||77001\nPV1||I", "ssmix2.date")]
    [InlineData("MSH|^~\\&|||||20240506||ORU^R01\nPID|||77001\nOBX|1", "ssmix2.order")]
    [InlineData("MSH|||||||\nPID|||77001", "hl7.separators")]
    [InlineData("BHS|^~\\&\nPID|||77001", "hl7.no-header")]
    [InlineData("BHS|^~\\&|||", "hl7.empty")]
    public void What_cannot_be_taken_is_refused_with_its_place(string text, string code)
    {
        var read = Message(text);
        Assert.Empty(read.Records);
        Assert.Equal([code], read.BadCodes);
        Assert.True(read.Bad[0].Finding.Place.Line >= 1);
        Assert.DoesNotContain("花子", read.Said);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var texts = Gen.OneOfConst("架空", "髙橋", "a|b", "^~\\&", "ソ表|予", "カクウ", "\\F\\", "川 崎");
        var day = Gen.Int[0, 3000].Select(n => new DateOnly(2016, 1, 1).AddDays(n));
        var result = Gen.Select(Gen.Int[1, 99_999], Gen.Int[0, 3], Gen.Int[-999, 99_999], texts);
        var drug = Gen.Select(Gen.Int[100_000_000, 199_999_999], Gen.Int[1, 90], Gen.Int[1, 900], day);
        var diagnosis = Gen.Select(Gen.Char['A', 'Z'], Gen.Int[0, 999], day, Gen.Bool, Gen.Bool);
        Gen.Select(texts, texts, day, result.Array[1, 5], drug.Array[1, 5], diagnosis.Array[1, 5]).Sample(
            (family, given, on, results, drugs, diagnoses) =>
            {
                string D(DateOnly d) => d.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
                var patient = Hanako with { Family = family, Given = given };
                string Word(int kind, int n) => kind == 0 ? (n / 100m).ToString(CultureInfo.InvariantCulture) : kind == 1 ? "1+" : kind == 2 ? $"<{Math.Abs(n)}" : "C" + Math.Abs(n);
                var read = Read(
                    Hospital.Results(patient, D(on), "1", results.Select(r => new SsMix2Result($"3D0460000019{r.Item1:00000}", r.Item4, r.Item2 == 0 ? "NM" : r.Item2 == 3 ? "CWE" : "ST", Word(r.Item2, r.Item3), "mg/dL")), At),
                    Hospital.Prescription(patient, D(on), "2", drugs.Select(d => new SsMix2Drug($"{d.Item1}", family, "1.5", "TAB", $"{d.Item3}", d.Item2, D(d.Item4))), At),
                    Hospital.Diagnoses(patient, diagnoses.Select(d => new SsMix2Diagnosis($"{d.Item1}{d.Item2:000}", given, D(d.Item3), d.Item5 ? D(d.Item3.AddDays(9)) : "", d.Item4)), At));
                Assert.Empty(read.Bad);
                Assert.All(read.Records, r => Assert.Equal(family, r.Identity.NameKanji!.Split('　')[0]));
                Assert.Equal(
                    results.Select(r => $"3D0460000019{r.Item1:00000} {(r.Item2 == 0 ? Word(0, r.Item3) : "")} {(r.Item2 == 0 ? "" : Word(r.Item2, r.Item3))}"),
                    read.Records[0].Facts.Where(f => f.Kind == FactKind.Measurement).Select(f => $"{f.Code} {f.Value?.ToString(CultureInfo.InvariantCulture)} {f.ValueCode}"));
                Assert.Equal(drugs.Select(d => $"{d.Item1} {d.Item2} {d.Item3} {D(d.Item4)}"), read.Records[1].Facts.Select(f => $"{f.Code} {f.Days} {f.Quantity} {D(f.Start)}"));
                Assert.Equal(diagnoses.Select(d => $"{d.Item1}{d.Item2:000} {d.Item4} {D(d.Item3)} {d.Item5}"), read.Records[2].Facts.Select(f => $"{f.Code} {f.Suspected} {D(f.Start)} {f.End == d9(f)}"));
                static DateOnly d9(HealthFact f) => f.Start.AddDays(9);
            },
            iter: 200, seed: "0000000000002");
    }
}
