using System.Text;

namespace Minato.Formats.Tests;

public sealed class CsvTests
{
    private const string Vaccinations = """
        record_id,municipality_code,resident_id,name,name_kana,birth_date,sex,insurer_number,insured_symbol,insured_number,insured_branch,vaccinated_on,vaccine_code,dose_number,lot,institution_number
        v-1,131016,R1,架空　太郎,カクウ　タロウ,19700401,1,06990013,架１２,３４５,01,20231015,flu,1,L77,1310000001
        v-2,131016,R2,"架空, 花子",ｶｸｳ ﾊﾅｺ,3450401,2,,,,,2023-10-16,covid19,5,L78,
        """;

    private const string Care = """
        record_id,care_insurer_number,care_insured_id,name,name_kana,birth_date,sex,address,service_month,provider_number,care_level,service_code,units,days,stop_reason
        c-1,131016,0000012345,架空　梅,カクウ　ウメ,1350401,2,東京都架空区1-2-3,202404,1370000001,23,111111,4970,10,4
        """;

    private const string Deaths = """
        record_id,municipality_code,name,name_kana,birth_date,sex,address,died_on,place_code,underlying_cause_icd10
        d-1,131016,架空　梅,カクウ　ウメ,19350401,2,東京都架空区1-2-3,20240430,1,I50.0
        """;

    [Fact]
    public void A_dose_is_a_drug_of_the_municipal_register()
    {
        var read = Reading.Of("vaccination_13101.csv", Vaccinations);
        Assert.Equal(["v-1", "v-2"], read.Records.Select(r => r.Key));
        var (first, second) = (read.Records[0], read.Records[1]);
        var fact = Assert.Single(first.Facts);
        Assert.Equal((FactKind.Drug, CodeSystem.Vaccine, "flu", "1", new DateOnly(2023, 10, 15), "1310000001"), (fact.Kind, fact.System, fact.Code, fact.ValueCode, fact.Start, fact.Facility));
        Assert.Equal(("06990013", "架１２", "３４５", "01", "R1"), (first.Identity.InsurerNumber, first.Identity.InsuredSymbol, first.Identity.InsuredNumber, first.Identity.InsuredBranch, first.Identity.LocalPatientId));
        Assert.Equal(("架空, 花子", "ｶｸｳ ﾊﾅｺ", new DateOnly(1970, 4, 1), Sex.Female), (second.Identity.NameKanji, second.Identity.NameKana, second.Identity.BirthDate, second.Identity.Sex));
        Assert.Equal(new Demographics(1970, 4, Sex.Male, "13") { Municipality = "13101" }, first.Demographics);
        Assert.Empty(read.Bad);
        Assert.Equal(3, second.Place.Line);
        Assert.DoesNotContain("L77", read.MedicalHalf);
    }

    [Fact]
    public void Care_gives_the_level_and_the_service_and_no_health_insurance_number()
    {
        var record = Reading.Of("care_131.csv", Care).Only;
        Assert.Null(record.Identity.InsuredNumber);
        Assert.Equal(("東京都架空区1-2-3", "131016-0000012345", "13"), (record.Identity.Address, record.Identity.LocalPatientId, record.Demographics.Prefecture));
        Assert.Equal(["Observation minato care-level 23", "Procedure jp-care-service 111111 ", "Observation minato care-stop-reason 4"], record.Facts.Select(f => $"{f.Kind} {f.System} {f.Code} {f.ValueCode}"));
        Assert.Equal((4970m, 10m, new DateOnly(2024, 4, 30)), (record.Facts[1].Value, record.Facts[1].Quantity, record.Facts[1].End));
    }

    [Fact]
    public void A_death_has_its_underlying_cause()
    {
        var facts = Reading.Of("death_2024.csv", Deaths).Only.Facts;
        Assert.Equal([(FactKind.Death, CodeSystem.Icd10, "I500", null), (FactKind.Observation, CodeSystem.Minato, "place-of-death", "1")], facts.Select(f => (f.Kind, f.System, f.Code, f.ValueCode)));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-8-bom")]
    [InlineData("cp932")]
    public void The_encoding_is_found_out(string encoding)
    {
        byte[] bytes = encoding switch
        {
            "cp932" => Reading.Cp932(Vaccinations.Replace("\n", "\r\n")),
            "utf-8-bom" => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Vaccinations)],
            _ => Encoding.UTF8.GetBytes(Vaccinations),
        };
        var read = Reading.Of("x.csv", bytes);
        Assert.Equal(["架空　太郎", "架空, 花子"], read.Records.Select(r => r.Identity.NameKanji));
    }

    [Fact]
    public void Columns_may_stand_in_any_order_and_some_may_be_missing_or_new()
    {
        var read = Reading.Of("x.csv", "vaccine_code,colour,record_id,vaccinated_on,name_kana\nmr,blue,v-9,20200101,カクウ");
        Assert.Equal(("v-9", "mr", "カクウ"), (read.Only.Key, read.Only.Facts[0].Code, read.Only.Identity.NameKana));
        Assert.Equal(["csv.unknown-column"], read.RemarkCodes);
        Assert.DoesNotContain("colour", read.Said);
    }

    [Theory]
    [InlineData("20231015", "20231399", "csv.date", "vaccinated_on")]
    [InlineData("20231015", "5990101", "csv.date", "vaccinated_on", false)]
    [InlineData("20231015", "4320101", "csv.date", "vaccinated_on")] // 平成 ended in its 31st year
    [InlineData("20231015", "", "csv.missing", "vaccinated_on")]
    [InlineData("19700401", "20260101", "csv.birth-date", "birth_date")]
    [InlineData(",flu,", ",イン フル,", "csv.code", "vaccine_code")]
    [InlineData(",flu,", ",,", "csv.missing", "vaccine_code")]
    [InlineData("v-1,", "架空太郎,", "csv.record-id", "record_id")]
    [InlineData("v-1,", ",", "csv.missing", "record_id")]
    [InlineData("v-1,", "v-1,x,", "csv.columns", null)]
    [InlineData("v-1,", "\"v-1,", "csv.quotes", null)]
    [InlineData("v-1,", "v\"-1,", "csv.quotes", null)]
    [InlineData("v-1,", "v-1\0,", "csv.nul", null)]
    [InlineData(",1310000001", ",131000000", "csv.code", "institution_number")]
    public void A_bad_row_is_quarantined_alone_with_its_line_and_column(string was, string became, string code, string? field, bool isBad = true)
    {
        var read = Reading.Of("vaccination_1.csv", Vaccinations.Replace(was, became));
        Assert.Contains("v-2", read.Records.Select(r => r.Key));
        if (!isBad)
        {
            Assert.Equal(2, read.Records.Count);
            return;
        }

        var bad = Assert.Single(read.Bad);
        Assert.Equal((code, 2L, field), (bad.Finding.Code, bad.Finding.Place.Line!.Value, bad.Finding.Place.Field));
        Assert.Contains("R1", Encoding.UTF8.GetString(bad.Raw.Span));
        Assert.DoesNotContain("架空", read.Said);
        if (became.Length > 4)
        {
            Assert.DoesNotContain(became.Trim(','), read.Said);
        }
    }

    [Fact]
    public void A_row_in_another_encoding_is_one_bad_row()
    {
        var bytes = Encoding.UTF8.GetBytes(Vaccinations + "\n").Concat(Reading.Cp932("v-3,131016,R3,表示　能子,ヒョウジ,19700401,2,,,,,20231016,mr,1,,\n")).Concat(Encoding.UTF8.GetBytes("v-4,131016,R4,架空　四郎,シロウ,19700401,1,,,,,20231016,mr,1,,")).ToArray();
        var read = Reading.Of("x.csv", bytes);
        Assert.Equal(["v-1", "v-2", "v-4"], read.Records.Select(r => r.Key));
        Assert.Equal([("csv.encoding", 4L)], read.Bad.Select(b => (b.Finding.Code, b.Finding.Place.Line!.Value)));
    }

    [Theory]
    [InlineData("record_id,municipality_code\nv-1,131016", "csv.header")]
    [InlineData("record_id,record_id,vaccine_code,vaccinated_on\nv-1,1,flu,20200101", "csv.header")]
    [InlineData("", "csv.empty")]
    [InlineData("\n\n\n", "csv.empty")]
    public void Without_a_header_nothing_is_guessed(string text, string code)
    {
        var read = Reading.Of("vaccination_1.csv", text);
        Assert.Empty(read.Records);
        Assert.Equal([code], read.BadCodes);
    }

    [Fact]
    public void Many_rows_with_many_bad_ones_keep_their_line_numbers()
    {
        var text = new StringBuilder("record_id,vaccinated_on,vaccine_code,name\n");
        for (var i = 2; i <= 5000; i++)
        {
            text.Append(i % 7 == 0 ? $"r{i},2020010x,flu,架空\n" : i % 11 == 0 ? $"r{i},\"20200101,flu,架空\n" : $"r{i},20200101,flu,架空\n");
        }

        var read = Reading.Of("vaccination_1.csv", text.ToString());
        Assert.Equal(4999, read.Records.Count + read.Bad.Count);
        Assert.All(read.Records, r => Assert.Equal($"r{r.Place.Line}", r.Key));
        Assert.All(read.Bad, b => Assert.StartsWith($"r{b.Finding.Place.Line},", Encoding.UTF8.GetString(b.Raw.Span)));
    }
}
