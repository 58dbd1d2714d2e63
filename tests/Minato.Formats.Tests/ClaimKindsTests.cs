namespace Minato.Formats.Tests;

/// <summary>調剤, 歯科 and DPC claims, what insurers get of them, and the rules that all kinds share.</summary>
public sealed class ClaimKindsTests
{
    private const string Yk = "YK,1,13,4,9900002,架空薬局,202604,00,03-0000-0001";
    private const string DentalIr = "IR,1,13,3,9900003,,202604,03-0000-0002,";
    private static readonly string PharmacyRe = "RE,7,4112,202603,架空　太郎,1,19700401,,,13,1,9900001,架空中央病院,,架空　花子" + Commas(27) + "カクウ　タロウ";
    private static readonly string DentalRe = "RE,1,3112,202603,架空　太郎,1,19700401,,,20250904,,,,,,D77,,,,,,,,,,カクウ　タロウ,";

    private static string Commas(int n) => new(',', n);

    /// <summary>A CZ row: dispensed on that day of March, so much, fee and drug points.</summary>
    private static string Cz(int day, int amount, int fee, int drugs) => $"CZ,1,20260302,202603{day:00},1,{amount},1,1,,420000000,{fee},,,{drugs}" + Commas(57);

    private static Reading Pharmacy(int points, params string[] rows) =>
        Reading.Of("RECEIPTY.UKE", Claim.File([Yk, PharmacyRe, $"HO,06990013,架１２,３４５,1,{points},,,,,,,,", Claim.Sn], rows, [Claim.Go(1, points)]));

    private static Reading Dental(string re, int points, params string[] rows) =>
        Reading.Of("RECEIPTD.UKE", Claim.File([DentalIr, re, $"HO,06990013,架１２,３４５,1,{points},,,,,,,,", Claim.Sn, .. rows, Claim.Go(1, points)]));

    [Fact]
    public void A_pharmacy_receipt_tells_what_was_dispensed_when_and_for_how_long()
    {
        var read = Pharmacy(24 + 28 + 45 + 59, "SH,01,1,006,,2,,,,", Cz(3, 14, 24, 28), "IY,1,612170710,2,,,,,,", "CO,810000001,架空太郎様へ説明", "KI,20260303,1,1,410000110,45,,1,440000210,1,59" + Commas(103));
        var record = read.Only;
        Assert.Equal(("1349900002-202603-r7", "カクウ　タロウ", new DateOnly(2026, 3, 3)), (record.Key, record.Identity.NameKana, record.Identity.AsOf!.Value));
        var visit = Assert.Single(record.Facts, f => f.Kind == FactKind.Visit);
        Assert.Equal(("pharmacy", "20260303", new DateOnly(2026, 3, 3)), (visit.Code, visit.VisitKey, visit.Start));
        var drug = Assert.Single(record.Facts, f => f.Kind == FactKind.Drug);
        Assert.Equal(("612170710", 2m, 14, 28m, "20260303"), (drug.Code, drug.Value!.Value, drug.Days!.Value, drug.Quantity!.Value, drug.VisitKey));
        Assert.Equal(["420000000", "410000110", "440000210"], record.Facts.Where(f => f.Kind == FactKind.Procedure).Select(f => f.Code));
        Assert.Equal(1560m, Assert.Single(record.Facts, f => f.Kind == FactKind.Cost).Value);
        Assert.Equal("1319900001", Assert.Single(record.Facts, f => f.Code == "prescribed-at").ValueCode);
        Assert.Equal(["uke.narrative"], read.RemarkCodes);
        Assert.DoesNotContain("架空", read.MedicalHalf + read.Said);
    }

    [Fact]
    public void A_prescription_filled_twice_gives_its_drugs_on_both_days()
    {
        var read = Pharmacy(104, "SH,01,1,006,,2,,,,", Cz(3, 14, 24, 28), Cz(17, 14, 24, 28), "IY,1,612170710,2,,,,,,", "SH,02,5,,,2,,,,", Cz(17, 10, 0, 0), "IY,1,620000001,1,,,,,,");
        Assert.Equal([(3, 14), (17, 14), (17, null)], read.Only.Facts.Where(f => f.Kind == FactKind.Drug).Select(f => (f.Start.Day, f.Days)));
        Assert.Equal([(3, 520m), (17, 520m)], read.Only.Facts.Where(f => f.Kind == FactKind.Cost).Select(f => (f.Start.Day, f.Value!.Value)));
    }

    [Fact]
    public void Where_a_pharmacys_days_do_not_add_up_the_claims_own_sum_is_the_cost()
    {
        var read = Pharmacy(90, "SH,01,1,006,,2,,,,", Cz(3, 14, 24, 28), Cz(17, 14, 24, 28), "IY,1,612170710,2,,,,,,");
        Assert.Equal(900m, Assert.Single(read.Only.Facts, f => f.Kind == FactKind.Cost).Value);
        Assert.Contains("uke.points-differ", read.RemarkCodes);
    }

    [Theory]
    [InlineData("IY,1,61217071,2,,,,,,", "uke.code")]
    [InlineData("IY,1,612170710,zwei,,,,,,", "uke.code")]
    [InlineData("CZ,1,20260302,20260399,1,14", "uke.dispensing")]
    [InlineData("CZ,1,20260302,20260303,1,14,1,1,,4200,24", "uke.points")]
    [InlineData("KI,2026", "uke.dispensing")]
    public void A_bad_pharmacy_receipt_is_quarantined_alone(string row, string code)
    {
        var good = PharmacyRe.Replace("RE,7", "RE,8");
        string[] rest = ["HO,06990013,架１２,３４５,1,52,,,,,,,,", "SH,01,1,006,,2,,,,", Cz(3, 14, 24, 28), "IY,1,612170710,2,,,,,,"];
        var read = Reading.Of("RECEIPTY.UKE", Claim.File([Yk, PharmacyRe], rest, [row, good], rest, [Claim.Go(2, 104)]));
        Assert.Equal("1349900002-202603-r8", read.Only.Key);
        Assert.Equal([code], read.BadCodes);
    }

    [Fact]
    public void A_drug_before_any_dispensing_has_no_day() =>
        Assert.Equal(["uke.dispensing"], Pharmacy(52, "SH,01,1,006,,2,,,,", "IY,1,612170710,2,,,,,,", Cz(3, 14, 24, 28)).BadCodes);

    [Fact]
    public void A_dental_receipt_knows_the_teeth_and_since_when_they_are_treated()
    {
        var ss = "SS,12,1,302000110" + Commas(73) + "100,2" + Claim.Days((3, "1"), (17, "1"));
        var read = Dental(DentalRe, 272 + 200, "HS,,,104600,4700024,2049,,2,,01,,,", "HS,,,,8830109,8002,,,,,,,", "SS,11,1,301000110" + Commas(73) + "272,1" + Claim.Days((3, "1")), ss);
        var conditions = read.Only.Facts.Where(f => f.Kind == FactKind.Condition).ToArray();
        Assert.Equal([("4700024", "main+z2049+t104600", false), ("8830109", "t104600", true)], conditions.Select(c => (c.Code, c.ValueCode, c.Suspected)));
        Assert.All(conditions, c => Assert.Equal((178m, "d", new DateOnly(2026, 3, 1)), (c.Value!.Value, c.Unit, c.Start)));
        Assert.Equal([("301000110", 3), ("302000110", 3), ("302000110", 17)], read.Only.Facts.Where(f => f.Kind == FactKind.Procedure).Select(f => (f.Code, f.Start.Day)));
        Assert.Equal([3720m, 1000m], read.Only.Facts.Where(f => f.Kind == FactKind.Cost).Select(f => f.Value!.Value));
        Assert.Equal(("1339900003-202603-r1", "D77", "カクウ　タロウ"), (read.Only.Key, read.Only.Identity.LocalPatientId, read.Only.Identity.NameKana));
        Assert.Empty(read.Remarks);
    }

    [Fact]
    public void Medical_rows_drugs_and_materials_of_a_dental_file_have_no_comment_columns()
    {
        var read = Dental(
            DentalRe, 49 + 10 + 7 + 5, "SI,60,1,160010010,,49,1" + Claim.Days((3, "1")), "IY,21,1,612170710,2,10,1," + Claim.Days((4, "1")), "TO,80,1,710010001,1,,,,7,1" + Claim.Days((5, "1")),
            "TO,80,1,710010002,1,,,,,,,,5,1" + Claim.Days((6, "1")));
        Assert.Equal([("160010010", 3), ("612170710", 4), ("710010001", 5), ("710010002", 6)], read.Only.Facts.Where(f => f.Code.Length == 9).Select(f => (f.Code, f.Start.Day)));
        Assert.Empty(read.Remarks);
    }

    [Fact]
    public void Older_dental_files_with_a_reception_record_and_era_dates_read_the_same()
    {
        var re = "RE,1,3112,50604,架空　太郎,1,3450401,,,5060401,3,,,,,K001";
        var read = Reading.Of("RECEIPTD.UKE", Claim.File(["UK,1,13,3,9900003,,架空歯科,50605,01,00", "IR,1,13,3,9900003,,50605,,01", re, "HO,06990013,架,1,1,580", "HS,,,110100,8830109", "SS,11,1,301000110" + Commas(73) + "580,1" + Claim.Days((2, "1")), "IR,1,13,3,9900003,,50605,,01", re.Replace("RE,1", "RE,2"), "KO,12131011,1234567,,1,580", "GO,2,1160,99"]));
        Assert.Equal(["1339900003-202404-r1", "1339900003-202404-r2"], read.Records.Select(r => r.Key));
        Assert.Equal(new DateOnly(1970, 4, 1), read.Records[0].Identity.BirthDate);
        Assert.Equal("outcome", Assert.Single(read.Records[0].Facts, f => f.Kind == FactKind.Death).ValueCode);
        Assert.DoesNotContain(read.RemarkCodes, c => c.StartsWith("uke.total", StringComparison.Ordinal));
    }

    [Fact]
    public void A_unit_whose_days_stand_on_its_last_row_gives_them_to_all_rows()
    {
        string[] rows = [Claim.Row("IY,21,1,612170710,1,,"), Claim.Row("IY,,1,621974701,1,10,14", (4, "7"), (11, "7")), Claim.Row("IY,,1,620000009,1,1,1", (5, "1"))];
        var read = Claim.Read(Claim.File([Claim.Ir], Claim.Receipt(null, Claim.Ho.Replace("396", "141"), rows), [Claim.Go(1, 141)]));
        Assert.Equal([("621974701", 4, 7), ("621974701", 11, 7), ("612170710", 4, 7), ("612170710", 11, 7), ("620000009", 5, 1)], read.Only.Facts.Where(f => f.Kind == FactKind.Drug).Select(f => (f.Code, f.Start.Day, f.Days!.Value)));
        Assert.Empty(read.Remarks);
    }

    [Fact]
    public void Rows_of_a_unit_that_disagree_about_their_days_are_said()
    {
        string[] rows = [Claim.Row("IY,21,1,612170710,1,,1", (4, "1")), Claim.Row("IY,,1,621974701,1,10,1", (5, "1"))];
        Assert.Equal(["uke.unit-days"], Claim.Read(Claim.File([Claim.Ir], Claim.Receipt(null, Claim.Ho.Replace("396", "10"), rows), [Claim.Go(1, 10)])).RemarkCodes);
    }

    [Fact]
    public void A_diagnosis_keeps_how_long_it_is_treated_and_what_modifies_it()
    {
        string[] rows = ["SY,2500015,20250610,1,2049401280024012,,01,", "SY,4659007,20260303,1,,,,"];
        var conditions = Claim.Read(Claim.File([Claim.Ir], Claim.Receipt(null, Claim.Ho, rows), [Claim.Go()])).Only.Facts.Where(f => f.Kind == FactKind.Condition).ToArray();
        Assert.Equal((264m, "d", "main+z2049+z4012+z4012", true), (conditions[0].Value!.Value, conditions[0].Unit, conditions[0].ValueCode, conditions[0].Suspected));
        Assert.Equal((null, null, new DateOnly(2026, 3, 3)), (conditions[1].Value, conditions[1].ValueCode, conditions[1].Start));
    }

    [Fact]
    public void The_surest_word_about_a_death_is_taken()
    {
        HealthFact? Death(params string[] rows) =>
            Claim.Read(Claim.File([Claim.Ir], Claim.Receipt(null, Claim.Ho, rows), [Claim.Go()])).Only.Facts.SingleOrDefault(f => f.Kind == FactKind.Death);
        var eligibility = "SN,1,08,,,,01,,";
        Assert.Null(Death("SY,4659007,20260303,2,,,,"));
        Assert.Equal(("eligibility", "", new DateOnly(2026, 3, 31)), Death(eligibility) is { } e ? (e.ValueCode, e.Code, e.Start) : default);
        Assert.Equal(("outcome", "2500015"), Death("SY,4659007,20260303,3,,,,", "SY,2500015,20260303,3,,,01,", eligibility) is { } o ? (o.ValueCode, o.Code) : default);
        Assert.Equal(
            ("stay-outcome", "4289015"),
            Death("SY,2500015,20260303,3,,,01,", "BU,050130xx9900xx,20260302,20260311,6,", "SB,4289015,,,I500,01,,", eligibility) is { } s ? (s.ValueCode, s.Code) : default);
    }

    [Fact]
    public void Diagnoses_of_a_dpc_stay_carry_their_role_and_its_parts_stay_apart()
    {
        var re = "RE,1,1111,202603,架空　太郎,1,19700401,,20260302,,,,,P1,,,,,{0},2,DPC-77" + Commas(18) + "カクウ　タロウ,";
        string[] rows = ["BU,050130xx9900xx,20260302,,2,", "SB,4289015,,,I500,01,,", "SB,2500015,,,E11,41,,", "SB,4659007,2049,,J069,51,,", "GT,202603,2,1,1,,-60,,-60,93,,"];
        var summing = Claim.Receipt(re.Replace("{0}", "1"), Claim.Ho.Replace("396", "900"), "SY,2500015,20260303,1,,,01,");
        var parts = Enumerable.Range(0, 2).SelectMany(_ => Claim.Receipt(re.Replace("{0}", "2"), Claim.Ho.Replace("396", "450"), rows));
        var read = Claim.Read(Claim.File([Claim.Ir], summing, parts, [Claim.Go(1, 900)]));
        Assert.Equal(["1319900001-202603-dpc-77", "1319900001-202603-dpc-77-1", "1319900001-202603-dpc-77-2"], read.Records.Select(r => r.Key));
        Assert.Equal(["resource", "comorbid", "complication+z2049"], read.Records[1].Facts.Where(f => f.Kind == FactKind.Condition).Select(f => f.ValueCode));
        Assert.Equal("カクウ　タロウ", read.Records[1].Identity.NameKana);
        Assert.DoesNotContain(read.RemarkCodes, c => c.StartsWith("uke.total", StringComparison.Ordinal));
    }

    [Fact]
    public void An_operation_that_is_named_and_billed_was_done_once()
    {
        string[] rows = ["BU,050130xx9900xx,20260302,,2,", "SK,150050510,K082,20260304,,,", "SK,150000001,K001,20260305,,,", Claim.Row("SI,50,1,150050510,,900,1", (4, "1"))];
        var facts = Claim.Read(Claim.File([Claim.Ir], Claim.Receipt(Claim.Re.Replace(",1112,", ",1111,"), Claim.Ho.Replace("396", "900"), rows), [Claim.Go(1, 900)])).Only.Facts;
        Assert.Equal([("150050510", 4), ("150000001", 5)], facts.Where(f => f.Kind == FactKind.Procedure).Select(f => (f.Code, f.Start.Day)));
    }

    [Fact]
    public void What_the_review_body_corrected_takes_the_place_of_what_was_claimed()
    {
        var drug = Claim.Row("IY,21,1,612170710,1,2,28", (3, "28"));
        string[] lines =
        [
            "1,1,0,MN,000000001,", "1,2,0," + Claim.Ir, "1,3,0," + Claim.Re, "1,4,0," + Claim.Ho, "2,4,1," + Claim.Ho.Replace("396", "28"), "1,5,0," + Claim.Sn,
            "1,6,0," + drug, "2,6,1," + drug.Replace(",2,28", ",1,28"), "3,6,2," + drug.Replace(",2,28", ",9,28"), "12,6,0," + drug.Replace("612170710", "620000001"),
            "1,7,0," + Claim.Row("SI,60,1,160010010,,49,1", (17, "1")), "2,8,0,JY,3,7,0,5,,,", "1,9,0,MN,000000002,", "8,10,0," + Claim.Re, "8,11,0," + Claim.Ho, Claim.Go(1, 396),
        ];
        var read = Claim.Read(Claim.File(lines));
        Assert.Equal(280m, Assert.Single(read.Only.Facts, f => f.Kind == FactKind.Cost).Value);
        Assert.Equal("612170710", Assert.Single(read.Only.Facts, f => f.Kind == FactKind.Drug).Code);
        Assert.DoesNotContain(read.Only.Facts, f => f.Kind == FactKind.Procedure);
        Assert.Equal(["uke.returned"], read.BadCodes);
        Assert.Equal(["uke.correction"], read.RemarkCodes);
    }

    [Fact]
    public void A_receipt_of_an_earlier_round_alone_is_no_claim()
    {
        var read = Claim.Read(Claim.File(Claim.Receipt().Prepend(Claim.Ir).Select((l, i) => $"{(i == 0 ? 1 : 12)},{i + 1},0,{l}")));
        Assert.Empty(read.Records);
        Assert.Contains("uke.earlier-round", read.RemarkCodes);
    }

    [Fact]
    public void A_sum_of_more_than_nine_digits_is_compared_too()
    {
        var big = Claim.Receipt(null, Claim.Ho.Replace("396", "99999999"), "JD,1" + Claim.Days((3, "1")));
        var read = Claim.Read(Claim.File([Claim.Ir], Enumerable.Range(0, 11).SelectMany(i => big.Select(l => l.Replace("SRCH-001", $"S{i}"))), [Claim.Go(11, 1_099_999_989)]));
        Assert.DoesNotContain("uke.total-points", read.RemarkCodes);
    }
}
