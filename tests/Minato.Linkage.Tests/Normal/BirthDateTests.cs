using CsCheck;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Tests.Normal;

/// <summary>Birth dates as people and systems write them, and the slips between two of them.</summary>
public sealed class BirthDateTests
{
    private static readonly Gen<DateOnly> Days = Gen.Int[new DateOnly(1900, 1, 2).DayNumber, new DateOnly(2026, 3, 31).DayNumber].Select(DateOnly.FromDayNumber).Where(d => d != new DateOnly(1901, 1, 1) && d != new DateOnly(1904, 1, 1));

    [Theory]
    [InlineData("1965-01-05")]
    [InlineData("19650105")]
    [InlineData("1965/1/5")]
    [InlineData("１９６５．０１．０５")]
    [InlineData("1965年1月5日生")]
    [InlineData("西暦1965年1月5日生まれ")]
    [InlineData("昭和40年1月5日")]
    [InlineData("昭和四十年一月五日")]
    [InlineData("昭 40. 1. 5")]
    [InlineData("㍼40年1月5日")]
    [InlineData("S40.1.5")]
    [InlineData("ｓ４０／１／５")]
    [InlineData("S400105")]
    [InlineData("Showa 40-1-5")]
    [InlineData("3400105")]
    [InlineData("3-40-01-05")]
    [InlineData("1965-01-05T00:00:00+09:00")]
    [InlineData("1965-01-05 00:00:00")]
    [InlineData("19650105000000")]
    public void A_day_is_the_same_however_it_is_written(string written) => Assert.Equal(new DateOnly(1965, 1, 5), BirthDate.Parse(written).Value);

    [Theory]
    [InlineData("平成元年1月8日", "1989-01-08")]
    [InlineData("令和元年５月１日", "2019-05-01")]
    [InlineData("昭和64年1月7日", "1989-01-07")]
    [InlineData("昭和元年12月25日", "1926-12-25")]
    [InlineData("大正15年12月24日", "1926-12-24")]
    [InlineData("2151224", "1926-12-24")]
    [InlineData("明治45年7月29日", "1912-07-29")]
    [InlineData("大正元年7月30日", "1912-07-30")]
    public void Eras_meet_to_the_day(string written, string? day) =>
        Assert.Equal(day is null ? null : DateOnly.Parse(day), BirthDate.Parse(written).Try(out var date) ? date : null);

    [Theory]
    [InlineData("昭和64年1月8日")]
    [InlineData("昭和元年12月24日")]
    [InlineData("大正15年12月25日")]
    [InlineData("平成31年5月1日")]
    [InlineData("令和元年4月30日")]
    [InlineData("昭和40年2月29日")]
    [InlineData("S0.1.1")]
    [InlineData("6010101")]
    public void A_day_outside_its_era_is_refused_with_a_reason(string written) =>
        Assert.Equal(("identity.birth-date", "A birth date is not a day of the era that it names"), BirthDate.Parse(written).Findings.Select(f => (f.Code, f.Reason)).Single());

    [Theory]
    [InlineData("1965-02-29")]
    [InlineData("65/1/5")]
    [InlineData("5/1/1965")]
    [InlineData("1965")]
    [InlineData("hello")]
    [InlineData("1965-01-05-06")]
    public void What_is_no_date_is_refused(string written) => Assert.False(BirthDate.Parse(written).IsOk);

    [Theory]
    [InlineData(null)]
    [InlineData(" 　")]
    [InlineData("99999999")]
    [InlineData("0000/00/00")]
    [InlineData("不詳")]
    [InlineData("NULL")]
    [InlineData("1900-01-01")]
    [InlineData("明治33年1月1日")]
    public void Nothing_and_placeholders_are_unknown(string? written) => Assert.Null(BirthDate.Parse(written).Value);

    [Theory]
    [InlineData("1980-00-00")]
    [InlineData("1980年3月0日")]
    [InlineData("昭和40年月日不詳")]
    public void A_date_in_part_is_unknown_with_a_warning(string written)
    {
        var read = BirthDate.Parse(written);
        Assert.Null(read.Value);
        Assert.Equal(Severity.Warning, read.Findings.Single().Severity);
    }

    [Fact]
    public void Every_writing_of_a_day_is_read_back() => Days.Sample(
        day =>
        {
            var (era, letter, name, first) = day >= new DateOnly(2019, 5, 1) ? (5, 'R', "令和", 2019) : day >= new DateOnly(1989, 1, 8) ? (4, 'H', "平成", 1989)
                : day >= new DateOnly(1926, 12, 25) ? (3, 'S', "昭和", 1926) : day >= new DateOnly(1912, 7, 30) ? (2, 'T', "大正", 1912) : (1, 'M', "明治", 1868);
            var year = day.Year - first + 1;
            return new[] { $"{day:yyyy-MM-dd}", $"{day:yyyyMMdd}", $"{day.Year}/{day.Month}/{day.Day}", $"{era}{year:00}{day:MMdd}", $"{letter}{year}.{day.Month}.{day.Day}", $"{name}{(year == 1 ? "元" : $"{year}")}年{day.Month}月{day.Day}日" }
                .All(w => BirthDate.Parse(w).Value == day && BirthDate.Parse(Wide(w)).Value == day);
        },
        iter: 5_000);

    [Theory]
    [InlineData("1980-03-05", "1980-05-03", "DayAndMonth")]
    [InlineData("1980-03-05", "1980-03-06", "Digit")]
    [InlineData("1980-03-05", "1989-03-05", "Digit")]
    [InlineData("1960-03-05", "1959-03-05", "Year")]
    [InlineData("1980-03-21", "1980-03-12", "Neighbours")]
    [InlineData("1980-10-21", "1980-01-21", "Neighbours")]
    [InlineData("1950-03-05", "2013-03-05", "Era")]
    [InlineData("1988-02-29", "1987-02-28", "Year")]
    [InlineData("1958-02-28", "1988-02-29", "Era")]
    [InlineData("1980-03-05", "1980-01-01", "NewYear")]
    [InlineData("1980-03-05", "1981-04-05", "None")]
    [InlineData("1980-03-05", "1980-03-05", "None")]
    [InlineData("1980-03-05", "1992-07-19", "None")]
    public void A_slip_of_the_pen_has_a_kind(string a, string b, string kind) =>
        Assert.Equal(kind, BirthDate.SlipOf(DateOnly.Parse(a), DateOnly.Parse(b)).ToString());

    [Fact]
    public void The_listed_slips_are_exactly_the_recognised_ones()
    {
        var days = Gen.Int[new DateOnly(1940, 1, 1).DayNumber, new DateOnly(2020, 12, 31).DayNumber].Select(DateOnly.FromDayNumber);
        days.Sample(a => BirthDate.Slips(a).All(b => BirthDate.IsSlip(a, b) && BirthDate.SlipOf(a, b) == BirthDate.SlipOf(b, a)), iter: 500);
        Gen.Select(days, days).Sample((a, b) => BirthDate.IsSlip(a, b) == BirthDate.Slips(a).Contains(b), iter: 2_000);
        Gen.Select(days, Gen.Int[0, 40]).Sample((a, n) => BirthDate.Slips(a).ElementAtOrDefault(n) is var b && (b == default || BirthDate.Slips(b).Contains(a)), iter: 500);
    }

    [Theory]
    [InlineData("1900-01-01")]
    [InlineData("1860-05-05")]
    [InlineData("2026-04-03")]
    public void A_placeholder_or_impossible_birth_date_is_unknown(string date) =>
        Assert.Null(BirthDate.Sane(DateOnly.Parse(date), new DateOnly(2026, 4, 1)));

    private static string Wide(string text) => string.Concat(text.Select(c => c is > ' ' and < (char)127 ? (char)(c + 0xFEE0) : c));
}
