using System.Text;

namespace Minato.Formats.Tests;

public sealed class UkeTests
{
    [Fact]
    public void One_receipt_is_one_record_with_the_key_that_corrections_use()
    {
        var record = Claim.Read(Claim.Whole(Claim.Receipt())).Only;
        Assert.Equal("1319900001-202603-srch-001", record.Key);
        Assert.Equal(2, record.Place.Line);
        Assert.Equal(new Demographics(1970, 4, Sex.Male), record.Demographics);
    }

    [Fact]
    public void Without_a_search_number_the_receipt_number_names_it()
    {
        var re = Claim.Re.Replace("SRCH-001", "");
        Assert.Equal("1319900001-202603-r1", Claim.Read(Claim.Whole(Claim.Receipt(re))).Only.Key);
    }

    [Fact]
    public void The_identity_is_as_written_and_stays_apart()
    {
        var read = Claim.Read(Claim.Whole(Claim.Receipt()));
        var who = read.Only.Identity;
        Assert.Equal(("06990013", "架１２", "３４５", "01"), (who.InsurerNumber, who.InsuredSymbol, who.InsuredNumber, who.InsuredBranch));
        Assert.Equal(("架空　太郎", "カクウ　タロウ", "P000123"), (who.NameKanji, who.NameKana, who.LocalPatientId));
        Assert.Equal((new DateOnly(1970, 4, 1), Sex.Male, new DateOnly(2026, 3, 3)), (who.BirthDate, who.Sex, who.AsOf));
        Assert.DoesNotContain("架空", read.MedicalHalf + read.Said);
        Assert.DoesNotContain("P000123", read.MedicalHalf + read.Said);
        Assert.Contains("uke.narrative", read.RemarkCodes);
    }

    [Fact]
    public void Days_become_dates_and_suspicion_is_kept_apart()
    {
        var facts = Claim.Read(Claim.Whole(Claim.Receipt())).Only.Facts;
        Assert.Equal(["20260303 outpatient", "20260317 outpatient"], facts.Where(f => f.Kind == FactKind.Visit).Select(f => $"{f.VisitKey} {f.Code}"));
        Assert.Equal(["2026-03-01 2500015 False", "2026-03-03 4659007 True"], facts.Where(f => f.Kind == FactKind.Condition).Select(f => $"{f.Start:yyyy-MM-dd} {f.Code} {f.Suspected}"));
        Assert.Equal([(new DateOnly(2026, 3, 3), 14, 14m, 1m), (new DateOnly(2026, 3, 17), 14, 14m, 1m)], facts.Where(f => f.Kind == FactKind.Drug).Select(f => (f.Start, f.Days!.Value, f.Quantity!.Value, f.Value!.Value)));
        Assert.Equal([("111000110", 3), ("160010010", 17)], facts.Where(f => f.Kind == FactKind.Procedure).Select(f => (f.Code, f.Start.Day)));
        Assert.All(facts, f => Assert.Equal("1319900001", f.Facility));
        var coverage = Assert.Single(facts, f => f.Kind == FactKind.Coverage);
        Assert.Equal((new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 31)), (coverage.Start, coverage.End));
    }

    [Fact]
    public void Cost_counts_a_priced_unit_once_at_its_last_row()
    {
        // Two drugs make one unit of 10 points, given on two days: 20 points, not 40.
        string[] rows =
        [
            Claim.Row("IY,21,1,612170710,1,,2", (3, "1"), (4, "1")),
            Claim.Row("IY,,1,621974701,1,10,2", (3, "1"), (4, "1")),
        ];
        var ho = Claim.Ho.Replace("396", "20");
        var read = Claim.Read(Claim.File([Claim.Ir], Claim.Receipt(null, ho, rows), [Claim.Go(1, 20)]));
        Assert.Equal([100m, 100m], read.Only.Facts.Where(f => f.Kind == FactKind.Cost).Select(f => f.Value!.Value));
        Assert.Empty(read.Remarks);
        Assert.All(read.Only.Facts.Where(f => f.Kind == FactKind.Drug), f => Assert.Equal(1, f.Days)); // 診療識別 21 carried forward
    }

    [Fact]
    public void The_total_record_is_compared()
    {
        Assert.DoesNotContain(Claim.Read(Claim.Whole(Claim.Receipt(), Claim.Receipt(Claim.Re.Replace("001", "002")))).RemarkCodes, c => c.StartsWith("uke.total", StringComparison.Ordinal));
        var wrong = Claim.Read(Claim.File([Claim.Ir], Claim.Receipt(), [Claim.Go(2, 400)]));
        Assert.Contains("uke.total-count", wrong.RemarkCodes);
        Assert.Contains("uke.total-points", wrong.RemarkCodes);
        Assert.Single(wrong.Records);
    }

    [Theory]
    [InlineData("19700401", "19700231", "uke.birth-date", "生年月日")]
    [InlineData("19700401", "20261399", "uke.birth-date", "生年月日")]
    [InlineData("19700401", "5990101x", "uke.birth-date", "生年月日")]
    [InlineData("19700401", "3650101", "uke.birth-date", "生年月日")] // 昭和 ended in its 64th year
    [InlineData("19700401", "20270101", "uke.birth-date", "生年月日")]
    [InlineData("202603", "202613", "uke.service-month", "診療年月")]
    [InlineData(",1112,", ",3112,", "uke.receipt-type", "レセプト種別")]
    [InlineData("HO,", "XX,", "uke.no-payer", "HO")]
    [InlineData("2500015,", "25000ab,", "uke.disease-code", "傷病名コード")]
    [InlineData("20250610", "20250631", "uke.disease-date", "診療開始日")]
    [InlineData(",291,", ",29x1,", "uke.number", "点数")]
    [InlineData("111000110", "11100011", "uke.code", "コード")]
    public void A_bad_receipt_is_quarantined_alone_with_its_lines(string was, string became, string code, string field)
    {
        var broken = Claim.Receipt().Select(l => l.Replace(was, became)).ToArray();
        var next = Claim.Receipt(Claim.Re.Replace("SRCH-001", "SRCH-002"));
        var read = Claim.Read(Claim.File([Claim.Ir], broken, next, [Claim.Go(2, 792)]));
        Assert.Equal("1319900001-202603-srch-002", read.Only.Key);
        var bad = Assert.Single(read.Bad);
        Assert.Equal((code, field), (bad.Finding.Code, bad.Finding.Place.Field));
        Assert.Equal(string.Concat(broken.Select(l => l + "\n")), Encoding.GetEncoding(932).GetString(bad.Raw.Span));
        Assert.DoesNotContain("架空", read.Said);
        Assert.DoesNotContain(became, read.Said);
    }

    [Fact]
    public void Western_and_era_dates_are_both_read()
    {
        var re = Claim.Re.Replace("202603", "50803").Replace("19700401", "3450401");
        var record = Claim.Read(Claim.Whole(Claim.Receipt(re))).Only;
        Assert.Equal((new DateOnly(1970, 4, 1), "1319900001-202603-srch-001"), (record.Identity.BirthDate, record.Key));
    }

    [Fact]
    public void A_stay_is_one_visit_and_death_comes_from_the_outcome()
    {
        var re = Claim.Re.Replace(",1112,", ",1111,").Replace("19700401,,,", "19700401,,20260310,");
        string[] rows = ["SY,8832376,20260310,3,,,01,", Claim.Row("SI,90,1,190117710,,1650,5", (10, "1"), (11, "1"), (12, "1"), (13, "1"), (14, "1"))];
        var read = Claim.Read(Claim.File([Claim.Ir], Claim.Receipt(re, Claim.Ho.Replace("396", "8250"), rows), [Claim.Go(1, 8250)]));
        var facts = read.Only.Facts;
        var stay = Assert.Single(facts, f => f.Kind == FactKind.Visit);
        Assert.Equal(("inpatient", new DateOnly(2026, 3, 10), new DateOnly(2026, 3, 14)), (stay.Code, stay.Start, stay.End!.Value));
        var death = Assert.Single(facts, f => f.Kind == FactKind.Death);
        Assert.Equal((CodeSystem.Disease, "8832376", new DateOnly(2026, 3, 14)), (death.System, death.Code, death.Start));
        Assert.Equal(82_500m, Assert.Single(facts, f => f.Kind == FactKind.Cost).Value);
        Assert.Equal(5, facts.Count(f => f.Kind == FactKind.Procedure));
    }

    [Fact]
    public void Dpc_records_give_the_stay_its_diagnoses_and_what_was_done_inside_the_bundle()
    {
        var re = "RE,1,1111,202603,架空　太郎,1,19700401,,20260302,,,,,P1,,,,,0,1,DPC-77,,,,,,,,,,,,,,,,カクウ　タロウ,";
        string[] rows =
        [
            "BU,050130xx9900xx,20260302,20260311,6,", "SB,4289015,,,I500,01,,", "SB,2500015,8002,,E11,41,,", "KK,,,2,,,,,,,,,,",
            "GA,202603,2,0000000000000000000000000000000,,1.3245,", "HH,202603,2,1,1,1,3036,9,27324", "GT,202603,2,1,1,27324,36191,,36191,93,,",
            "CD,20260302,60,0001,001,160010010,,,,1,", "CD,20260303,21,0002,001,612170710,1,,,7,", "SK,150050510,K082,20260304,,,人工関節置換術",
        ];
        var read = Claim.Read(Claim.File([Claim.Ir], Claim.Receipt(re, Claim.Ho.Replace("396", "36191"), rows), [Claim.Go(1, 36191)]));
        var record = read.Only;
        Assert.Equal("1319900001-202603-dpc-77", record.Key);
        var stay = Assert.Single(record.Facts, f => f.Kind == FactKind.Visit);
        Assert.Equal((new DateOnly(2026, 3, 2), new DateOnly(2026, 3, 11)), (stay.Start, stay.End));
        Assert.Equal([("4289015", false), ("2500015", true)], record.Facts.Where(f => f.Kind == FactKind.Condition).Select(f => (f.Code, f.Suspected)));
        Assert.Equal(["160010010", "150050510"], record.Facts.Where(f => f.Kind == FactKind.Procedure).Select(f => f.Code));
        Assert.Equal((7, 7m), Assert.Single(record.Facts, f => f.Kind == FactKind.Drug) is var d ? (d.Days, d.Quantity) : default);
        Assert.Equal(new DateOnly(2026, 3, 11), Assert.Single(record.Facts, f => f.Kind == FactKind.Death).Start);
        Assert.Equal(361_910m, Assert.Single(record.Facts, f => f.Kind == FactKind.Cost).Value);
        Assert.Equal(["uke.death"], read.RemarkCodes);
    }

    [Fact]
    public void The_insurers_variant_with_three_columns_in_front_reads_the_same()
    {
        var plain = Claim.Receipt();
        var lines = new[] { Claim.Ir, "MN,123456789,東京都架空区" }.Concat(plain).Append(Claim.Go()).Select((l, i) => $"1,{i + 1},0,{l}").ToList();
        lines.Insert(5, "3,5,1,JY,1,2,3,4,5,6,");
        var read = Claim.Read(Claim.File(lines));
        var expected = Claim.Read(Claim.Whole(plain)).Only;
        Assert.Equal(expected.Key, read.Only.Key);
        Assert.Equal(expected.Identity, read.Only.Identity);
        Assert.Equal(expected.Facts.Select(f => f with { Line = 0 }), read.Only.Facts.Select(f => f with { Line = 0 }));
        Assert.Contains("uke.correction", read.RemarkCodes);
    }

    [Fact]
    public void Public_assistance_stands_for_the_insured_number()
    {
        var lines = Claim.Receipt(null, "KO,12130001,7654321,,2,396,,,,,,").Where(l => !l.StartsWith("SN", StringComparison.Ordinal));
        var read = Claim.Read(Claim.File([Claim.Ir], lines, [Claim.Go(1, 396)]));
        Assert.Equal(("12130001", "7654321"), (read.Only.Identity.InsurerNumber, read.Only.Identity.InsuredNumber));
        Assert.DoesNotContain("uke.total-points", read.RemarkCodes);
    }

    [Fact]
    public void A_file_cut_off_keeps_what_was_whole()
    {
        var whole = Claim.Whole(Claim.Receipt(), Claim.Receipt(Claim.Re.Replace("SRCH-001", "SRCH-002")));
        var cutInLine = Claim.Read(whole[..^60]);
        Assert.Equal("1319900001-202603-srch-001", cutInLine.Only.Key);
        Assert.Equal(["uke.truncated"], cutInLine.BadCodes);
        Assert.Contains("uke.no-total", cutInLine.RemarkCodes);

        // Cut exactly between two lines: the points do not add up, so the receipt is not whole.
        var cutBetween = Claim.Read(Claim.File([Claim.Ir], Claim.Receipt(), Claim.Receipt()[..6]));
        Assert.Single(cutBetween.Records);
        Assert.Equal(["uke.truncated"], cutBetween.BadCodes);

        // Only GO is missing: nothing is lost.
        var noTotal = Claim.Read(Claim.File([Claim.Ir], Claim.Receipt()));
        Assert.Single(noTotal.Records);
        Assert.Contains("uke.no-total", noTotal.RemarkCodes);
    }

    [Fact]
    public void Records_outside_a_receipt_and_unknown_ones_are_said()
    {
        var read = Claim.Read(Claim.File([Claim.Ir], ["SY,2500015,20250610,1,,,01,", "HO,1"], Claim.Receipt(), ["QQ,1,2"], [Claim.Go()]));
        Assert.Equal(["uke.orphan"], read.BadCodes);
        Assert.Contains("uke.unknown-record", read.RemarkCodes);
        Assert.Single(read.Records);
    }

    [Fact]
    public void Other_kinds_of_claims_are_refused_whole()
    {
        Assert.Equal(["uke.kind"], Claim.Read(Claim.File([Claim.Ir.Replace("IR,1,13,1", "IR,1,13,6")], Claim.Receipt(), [Claim.Go()])).BadCodes);
        Assert.Equal(["uke.receipt-type"], Claim.Read(Claim.File([Claim.Ir.Replace("IR,1,13,1", "IR,1,13,3")], Claim.Receipt(), [Claim.Go()])).BadCodes);
    }

    [Fact]
    public void Utf8_files_and_an_end_of_file_byte_are_understood()
    {
        var text = Encoding.GetEncoding(932).GetString(Claim.Whole(Claim.Receipt()));
        var utf8 = Reading.Of("RECEIPTC.UKE", Encoding.UTF8.GetBytes(text));
        Assert.Equal("架空　太郎", utf8.Only.Identity.NameKanji);
        Assert.Contains("uke.encoding", utf8.RemarkCodes);
        var dos = Claim.Read([.. Claim.Whole(Claim.Receipt()), 0x1A]);
        Assert.Single(dos.Records);
        Assert.DoesNotContain("uke.no-total", dos.RemarkCodes);
    }
}
