using System.Text;
using Minato.Formats.Writing;

namespace Minato.Formats.Tests;

/// <summary>The files of the DPC survey: 様式1, EF, D and H.</summary>
public sealed class DpcTests
{
    private const string Hospital = "139900001";
    private const string Patient = "0000001234";

    private static Reading Form1(params string[] rows) => Of("FF1", "code", 17, rows.Select(r => $"{Hospital}\t{Patient}\t20260302\t0\t0\t{r}"));

    /// <summary>A file with a title row; rows are padded with tabs to the layout's columns.</summary>
    private static Reading Of(string prefix, string title, int columns, IEnumerable<string> rows, bool utf8 = false)
    {
        var text = string.Concat(rows.Prepend("施設コード\t" + title).Select(r => r + new string('\t', Math.Max(0, columns - 1 - r.Count(c => c == '\t'))) + "\r\n"));
        return Reading.Of($"{prefix}_{Hospital}_2603.txt", utf8 ? Encoding.UTF8.GetBytes(text) : Reading.Cp932(text));
    }

    /// <summary>A row of EF: E where detail is 0.</summary>
    private static string Ef(int detail, string code, string amount, string yen, int points, int times, string on, string group = "21", string patient = Patient) =>
        $"{Hospital}\t{patient}\t20260311\t20260302\t{group}\t0001\t{detail:000}\t\t{code}\t\t架空様の名称\t{amount}\t\t\t{yen}\t\t\t{points:00000000}\t00000000\t00000000\t{times:000}\t\t\t{on}\t\t\t\t\t0\t0\t";

    [Fact]
    public void A_summary_tells_who_when_how_it_ended_and_which_diagnosis_was_what()
    {
        var read = Form1(
            "A000010\t20240401\t0\t19500203\t2\t1000001", "A000020\t20240401\t0\t20260302\t1\t1\t0\t2", "A000030\t20240401\t0\t20260311\t1\t6\t0\t0", "A006010\t20240401\t0\t\tI500\t\t\t\t\t\t\tうっ血性心不全",
            "A006030\t20240401\t0\t\tI500\t\t\t\t\t\t\tうっ血性心不全", "A006040\t20240401\t1\t\tE119\t\t\t\t\t\t\t糖尿病の疑い", "A006050\t20240401\t1\t\tJ189\t\t\t\t\t\t\t肺炎",
            "A007010\t20240401\t1\t20260304\tK5461\t\t1\t\t\t\t\t経皮的冠動脈形成術", "A001010\t20240401\t0\t\t160.5\t0055.2");
        var record = read.Only;
        Assert.Equal((new DateOnly(1950, 2, 3), Sex.Female, "1000001", "139900001-0000001234"), (record.Identity.BirthDate!.Value, record.Identity.Sex, record.Identity.PostalCode, record.Identity.LocalPatientId));
        Assert.Equal(new Demographics(1950, 2, Sex.Female), record.Demographics);
        var stay = Assert.Single(record.Facts, f => f.Kind == FactKind.Visit);
        Assert.Equal(("inpatient", new DateOnly(2026, 3, 2), new DateOnly(2026, 3, 11)), (stay.Code, stay.Start, stay.End!.Value));
        Assert.Equal(
            ["I500 main 2 False", "I500 resource 2 False", "E119 comorbid 2 True", "J189 complication 11 False"],
            record.Facts.Where(f => f.Kind == FactKind.Condition).Select(f => $"{f.Code} {f.ValueCode} {f.Start.Day} {f.Suspected}"));
        Assert.Equal(("K5461", 4), Assert.Single(record.Facts, f => f.Kind == FactKind.Procedure) is var p ? (p.Code, p.Start.Day) : default);
        Assert.Equal([("8302-2", 160.5m, "cm"), ("29463-7", 55.2m, "kg")], record.Facts.Where(f => f.Kind == FactKind.Measurement).Select(f => (f.Code, f.Value!.Value, f.Unit)));
        var death = Assert.Single(record.Facts, f => f.Kind == FactKind.Death);
        Assert.Equal(("I500", CodeSystem.Icd10, new DateOnly(2026, 3, 11)), (death.Code, death.System, death.Start));
        Assert.Equal(1m, Assert.Single(record.Facts, f => f.Code == "A000020-2").Value);
        Assert.All(record.Facts, f => Assert.Equal("1319900001", f.Facility));
        Assert.StartsWith("dpc-ff1-h-", record.Key, StringComparison.Ordinal);
        Assert.DoesNotContain(Patient, record.Key + read.MedicalHalf + read.Said);
        Assert.DoesNotContain("19500203", read.MedicalHalf);
    }

    [Fact]
    public void Adl_and_stage_are_observations_of_the_day_they_speak_of()
    {
        var facts = Form1("A000030\t20240401\t0\t20260311\t1\t2", "ADL0010\t20240401\t0\t\t2222222200", "ADL0020\t20240401\t0\t\t1111111111", "CAN0030\t20240401\t0\t\t\t3").Only.Facts;
        Assert.Equal(16m, facts.Where(f => f.Code.StartsWith("ADL0010-2-", StringComparison.Ordinal) && f.Start.Day == 2).Sum(f => f.Value));
        Assert.Equal(10m, facts.Where(f => f.Code.StartsWith("ADL0020-2-", StringComparison.Ordinal) && f.Start.Day == 11).Sum(f => f.Value));
        Assert.Equal(3m, Assert.Single(facts, f => f.Code == "CAN0030-3").Value);
    }

    [Fact]
    public void Text_and_dates_in_payloads_stay_behind()
    {
        var read = Form1("M010010\t20240401\t0\t\t架空　花子\t20250101\tIV\t3");
        Assert.Equal([("M010010-4", "IV", null), ("M010010-5", null, 3m)], read.Only.Facts.Where(f => f.Kind == FactKind.Observation).Select(f => (f.Code, f.ValueCode, f.Value)));
        Assert.Equal(["dpc.text", "dpc.date"], read.RemarkCodes.OrderDescending());
        Assert.DoesNotContain("架空", read.MedicalHalf + read.Said);
    }

    [Fact]
    public void What_parent_and_child_forms_repeat_is_taken_once()
    {
        var rows = new[] { "0", "1" }.Select(n => $"{Hospital}\t{Patient}\t20260302\t{n}\t{n}\tA006030\t20240401\t0\t\tI500");
        Assert.Single(Of("FF1", "x", 17, rows).Only.Facts, f => f.Kind == FactKind.Condition);
    }

    [Fact]
    public void Of_acts_and_items_the_money_counts_once_and_the_codes_once()
    {
        var read = Of("EFn", "x", 31, [
            Ef(0, "", "", "0", 10, 7, "20260303"), Ef(1, "612170710", "0000002.000", "0", 0, 7, "20260303"), Ef(2, "810000001", "0000000.000", "0", 0, 7, "20260303"),
            Ef(0, "160010010", "", "0", 49, 1, "20260304", "60"), Ef(0, "", "", "1", 640, 3, "20260304", "97"), Ef(1, "197000210", "0000000.000", "1", 0, 3, "20260304", "97"),
        ]);
        var facts = read.Only.Facts;
        var drug = Assert.Single(facts, f => f.Kind == FactKind.Drug);
        Assert.Equal(("612170710", 2m, 7, 14m, 3), (drug.Code, drug.Value!.Value, drug.Days!.Value, drug.Quantity!.Value, drug.Start.Day));
        Assert.Equal([("160010010", 1m), ("197000210", 3m)], facts.Where(f => f.Kind == FactKind.Procedure).Select(f => (f.Code, f.Quantity!.Value)));
        Assert.Equal([(3, 700m), (4, 2410m)], facts.Where(f => f.Kind == FactKind.Cost).Select(f => (f.Start.Day, f.Value!.Value)));
        Assert.DoesNotContain(facts, f => f.Kind == FactKind.Visit); // the stay is 様式1's to tell
        Assert.DoesNotContain("架空", read.MedicalHalf + read.Said);
    }

    [Fact]
    public void An_outpatient_file_tells_the_birth_date_and_the_visit()
    {
        var row = Ef(0, "112007410", "", "0", 75, 1, "20260302", "12").Replace("\t20260311\t", "\t19500203\t");
        var record = Of("EFg", "x", 31, [row]).Only;
        Assert.Equal(new DateOnly(1950, 2, 3), record.Identity.BirthDate);
        Assert.Equal("outpatient", Assert.Single(record.Facts, f => f.Kind == FactKind.Visit).Code);
        Assert.Single(record.Facts, f => f.Code == "112007410");
    }

    [Fact]
    public void A_bundle_is_claimed_with_the_hospitals_factor()
    {
        var d = $"{Hospital}\t{Patient}\t20260311\t20260302\t93\t0001\t\t\t\t\t00003036\t0\t0\t0\t009\t\t\t20260302\t\t\t\t\t\t\t\t20260302\t20260310\t20260302\t050130xx9900xx\t1.3245";
        var facts = Of("D", "x", 30, [d, d.Replace("\t93\t", "\t97\t").Replace("00003036\t0\t0\t0\t009", "00000640\t0\t0\t1\t003")]).Only.Facts;
        Assert.Equal(("050130xx9900xx", "other:dpc"), Assert.Single(facts, f => f.Kind == FactKind.Observation) is var o ? (o.Code, o.System) : default);
        Assert.Equal(361_910m + 1920m, Assert.Single(facts, f => f.Kind == FactKind.Cost).Value); // 27 324 × 1.3245 = 36 190.6 points
    }

    [Fact]
    public void Care_needs_are_observations_item_by_item_and_wards_are_records_of_their_own()
    {
        string Row(string ward, string day) => $"{Hospital}\t{ward}\t{Patient}\t00000000\t20260302\t{day}\tASS0021\t20240401\t0\t2\t1\t0\t\t1";
        var read = Of("H", "x", 29, [Row("W3", "20260303"), Row("W3", "20260304"), Row("W5", "20260305")]);
        Assert.Equal(2, read.Records.Count);
        Assert.Equal(2, read.Records.Select(r => r.Key).Distinct().Count());
        Assert.Equal([("ASS0021-1", 2m, 3), ("ASS0021-2", 1m, 3), ("ASS0021-3", 0m, 3), ("ASS0021-5", 1m, 3)], read.Records[0].Facts.Take(4).Select(f => (f.Code, f.Value!.Value, f.Start.Day)));
        Assert.All(read.Records, r => Assert.Equal("139900001-0000001234", r.Identity.LocalPatientId));
    }

    [Theory]
    [InlineData("20260303", "20260231", "dpc.service-date", "実施年月日")]
    [InlineData("0000002.000", "zwei", "dpc.number", "使用量")]
    [InlineData("\t20260302\t", "\t20261399\t", "dpc.admission-date", "入院年月日")]
    [InlineData("0000001234", "12 34\"", "dpc.patient", "データ識別番号")]
    [InlineData("\t21\t", "\t21", "dpc.service-date", "実施年月日")] // a column is missing: the days no longer stand where they should
    [InlineData("架空様の名称", "架空\t様の\t名称", "dpc.columns", null)]
    public void A_bad_stay_is_quarantined_alone_with_its_rows(string was, string became, string code, string? field)
    {
        var rows = new[] { Ef(0, "", "", "0", 10, 7, "20260303"), Ef(1, "612170710", "0000002.000", "0", 0, 7, "20260303") };
        var other = Ef(0, "160010010", "", "0", 49, 1, "20260304", "60", "0000009999");
        var read = Of("EFn", "x", 31, [.. rows.Select(r => r.Replace(was, became)), other]);
        Assert.Equal("139900001-0000009999", read.Only.Identity.LocalPatientId);
        var bad = read.Bad[0];
        Assert.Equal((code, field), (bad.Finding.Code, bad.Finding.Place.Field));
        Assert.Equal(2, Encoding.UTF8.GetString(bad.Raw.Span).Count(c => c == '\n'));
        Assert.DoesNotContain("架空", read.Said);
    }

    [Fact]
    public void Utf8_titles_or_none_and_a_file_cut_in_its_last_row_are_understood()
    {
        var rows = new[] { Ef(0, "160010010", "", "0", 49, 1, "20260304", "60"), Ef(0, "160010010", "", "0", 49, 1, "20260304", "60", "0000009999") };
        Assert.Equal(2, Of("EFn", "x", 31, rows, utf8: true).Records.Count);
        var bare = Reading.Cp932(string.Join("\n", rows) + "\n");
        Assert.Equal(2, Reading.Of("export.txt", bare).Records.Count);
        foreach (var cut in new[] { 20, 60, 100 })
        {
            var read = Reading.Of("export.txt", bare[..^cut]);
            Assert.Equal("139900001-0000001234", read.Only.Identity.LocalPatientId);
            Assert.Single(read.Bad);
        }

        // Cut inside the columns that say whose row it is: it may be the stay before, which then is not whole.
        var twice = Reading.Cp932(rows[0] + "\n" + rows[0] + "\n");
        Assert.Empty(Reading.Of("export.txt", twice[..(twice.Length / 2 + 15)]).Records);
        Assert.Empty(Reading.Of("export.txt", twice[..(twice.Length / 2 + 5)]).Records);
    }

    [Fact]
    public void Files_are_known_by_their_columns_or_by_their_name()
    {
        string? FormatOf(string name, int columns, string first = Hospital) =>
            FormatsRoom.ReaderFor(new FileHead(name, Encoding.ASCII.GetBytes(first + new string('\t', columns - 1) + "\r\n")))?.Format;
        Assert.Equal(["dpc-ff1", "dpc-ef", "dpc-d", "dpc-h"], new[] { 17, 31, 30, 29 }.Select(c => FormatOf("export.txt", c)));
        Assert.Equal("dpc-ef", FormatOf("EFn_139900001_2603.txt", 26, "x"));
        Assert.Equal("dpc-h", FormatOf("Hn_139900001_2603.txt", 12, "x"));
        Assert.Null(FormatOf("export.txt", 31, "id"));
        Assert.Null(FormatOf("E_139900001_2603.txt", 25));
        Assert.Equal("EFn_139900001_2603.txt", DpcWriter.FileName("EFn", Hospital, "202603"));
    }
}
