using System.Globalization;

namespace Minato.Formats.Tests;

/// <summary>介護給付費請求 in the federations' interface. Ume does not exist.</summary>
public sealed class CareClaimTests
{
    internal static string Row(int n, string form, string kind, params (int Column, string Value)[] cells)
    {
        var columns = Enumerable.Repeat("", 57).ToArray();
        (columns[1], columns[2], columns[3], columns[4], columns[5], columns[6]) = (form, kind, "202404", "1370000001", "00131016", "0000077001");
        foreach (var (column, value) in cells)
        {
            columns[column] = value;
        }

        return $"2,{n.ToString(CultureInfo.InvariantCulture)},{string.Join(',', columns[1..]).TrimEnd(',')}\r\n";
    }

    internal static string Basis(int n, params (int, string)[] more) => Row(n, "7131", "01", [(13, "19350401"), (14, "2"), (15, "23"), (33, "12000"), (34, "108000"), (35, "12000"), .. more]);

    internal static string File(params string[] rows) => $"1,1,0,{rows.Length.ToString(CultureInfo.InvariantCulture)},711,0,000000,1370000001,00,1,202405,1\r\n{string.Concat(rows)}3,99\r\n";

    private static Reading Read(params string[] rows) => Reading.Of("care.csv", Reading.Cp932(File(rows)));

    private static string[] Facts(DeliveredRecord r) =>
        [.. r.Facts.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Kind} {f.Start:yyyyMMdd}-{f.End:yyyyMMdd} {f.System} {f.Code} {f.Value}/{f.Quantity} {f.ValueCode}").TrimEnd())];

    internal static readonly string Sample = File(
        Row(2, "7111", "01"), Basis(3), Row(4, "7131", "02", (7, "11"), (8, "1111"), (9, "250"), (10, "10"), (14, "2500"), (18, "架空　梅様")), Row(5, "7131", "02", (7, "15"), (8, "1A41"), (10, "4"), (14, "2800")), Row(6, "7131", "10", (7, "11")));

    [Fact]
    public void A_statement_is_level_services_and_cost()
    {
        var read = Reading.Of("care.csv", Reading.Cp932(Sample));
        Assert.Empty(read.Bad);
        Assert.Equal(
            ["Observation 20240401-20240430 minato care-level / 23", "Cost 20240401-20240430   120000/", "Procedure 20240401-20240430 jp-care-service 111111 2500/10", "Procedure 20240401-20240430 jp-care-service 151A41 2800/4"],
            Facts(read.Only));
        Assert.Equal(("131016-0000077001", new DateOnly(1935, 4, 1), Sex.Female, new DateOnly(2024, 4, 1)), (read.Only.Identity.LocalPatientId, read.Only.Identity.BirthDate, read.Only.Identity.Sex, read.Only.Identity.AsOf));
        Assert.All(read.Only.Facts, f => Assert.Equal("1370000001", f.Facility));
        Assert.Equal(["care.not-taken"], read.RemarkCodes);
        Assert.DoesNotContain("77001", read.MedicalHalf + read.Said);
        Assert.DoesNotContain("架空", read.MedicalHalf + read.Said);
    }

    [Fact]
    public void Deaths_have_the_day_on_which_care_ended()
    {
        Assert.Contains("Death 20240420-   / outcome", Facts(Read(Basis(2, (22, "20240420"), (23, "4"))).Only));
        Assert.Contains("Death 20240421-   / stay-outcome", Facts(Read(Row(2, "7164", "01", (13, "19350401"), (15, "25"), (25, "20240421"), (28, "4"))).Only));
    }

    [Fact]
    public void Other_people_forms_and_months_are_other_records_and_the_same_again_the_same()
    {
        var read = Read(Basis(2), Basis(3, (6, "0000077002")), Row(4, "7164", "01", (13, "19350401"), (15, "23")), Basis(5, (3, "202403")));
        Assert.Equal(4, read.Records.Select(r => r.Key).Distinct().Count());
        Assert.Equal(read.Records[0].Key, Read(Basis(9, (15, "24"))).Only.Key);
    }

    [Theory]
    [InlineData(3, "202413", "care.month")]
    [InlineData(6, "", "care.key")]
    [InlineData(13, "20240501", "care.birth-date")]
    [InlineData(13, "19350231", "care.birth-date")]
    [InlineData(15, "99", "care.level")]
    [InlineData(22, "20240431", "care.date")]
    [InlineData(34, "many", "care.cost")]
    public void A_wrong_statement_is_quarantined_whole_and_the_next_one_read(int column, string value, string code)
    {
        var read = Read(Basis(2, (column, value)), Basis(3, (6, "0000077002")));
        Assert.Equal([code], read.BadCodes);
        Assert.Equal("131016-0000077002", read.Only.Identity.LocalPatientId);
    }

    [Fact]
    public void Services_without_their_basis_belong_to_nobody()
    {
        var read = Read(Row(2, "7131", "02", (7, "11"), (8, "1111")), Basis(3));
        Assert.Equal(["care.no-basis"], read.BadCodes);
        Assert.Single(read.Records);
        Assert.Equal(["care.service"], Read(Basis(2), Row(3, "7131", "02", (7, "11"), (8, "11"))).BadCodes);
    }

    [Fact]
    public void Counts_and_ends_that_do_not_agree_are_told()
    {
        var read = Reading.Of("care.csv", File(Basis(2), Basis(3)).Replace("1,1,0,2,", "1,1,0,9,").Replace("3,99\r\n", ""));
        Assert.Equal(["care.count", "care.end"], read.RemarkCodes.Order());
    }
}
