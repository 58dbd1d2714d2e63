using CsCheck;

namespace Minato.Kernel.Tests;

public class JapaneseDateTests
{
    [Theory]
    [InlineData(Era.Showa, 64, 1, 7, "1989-01-07")]
    [InlineData(Era.Heisei, 1, 1, 8, "1989-01-08")]
    [InlineData(Era.Heisei, 31, 4, 30, "2019-04-30")]
    [InlineData(Era.Reiwa, 1, 5, 1, "2019-05-01")]
    [InlineData(Era.Taisho, 15, 12, 24, "1926-12-24")]
    [InlineData(Era.Showa, 1, 12, 25, "1926-12-25")]
    [InlineData(Era.Meiji, 45, 7, 29, "1912-07-29")]
    public void Era_dates_are_dates(Era era, int year, int month, int day, string expected)
    {
        Assert.True(JapaneseDate.TryFromEra(era, year, month, day, out var date));
        Assert.Equal(DateOnly.ParseExact(expected, "yyyy-MM-dd"), date);
    }

    [Theory]
    [InlineData(Era.Showa, 64, 1, 8)]
    [InlineData(Era.Heisei, 1, 1, 7)]
    [InlineData(Era.Heisei, 31, 5, 1)]
    [InlineData(Era.Reiwa, 1, 4, 30)]
    [InlineData(Era.Showa, 50, 2, 29)]
    [InlineData(Era.Reiwa, 0, 5, 1)]
    public void A_day_outside_its_era_is_no_date(Era era, int year, int month, int day) =>
        Assert.False(JapaneseDate.TryFromEra(era, year, month, day, out _));

    [Theory]
    [InlineData("20260229", false)]
    [InlineData("20240229", true)]
    [InlineData("3640107", true)]
    [InlineData("3640108", false)]
    [InlineData("2024022", false)]
    [InlineData("", false)]
    [InlineData("2024-1-1", false)]
    [InlineData("９９９９０１０１", false)]
    public void Text_is_a_date_or_not(string text, bool valid) => Assert.Equal(valid, JapaneseDate.TryParse(text, out _));

    [Fact]
    public void Every_day_since_1868_has_one_era_and_comes_back()
    {
        for (var day = new DateOnly(1868, 1, 25); day < new DateOnly(2040, 1, 1); day = day.AddDays(1))
        {
            var eras = 0;
            foreach (var era in Enum.GetValues<Era>())
            {
                var first = era switch { Era.Meiji => 1868, Era.Taisho => 1912, Era.Showa => 1926, Era.Heisei => 1989, _ => 2019 };
                if (day.Year >= first && JapaneseDate.TryFromEra(era, day.Year - first + 1, day.Month, day.Day, out var back))
                {
                    Assert.Equal(day, back);
                    eras++;
                }
            }

            Assert.Equal(1, eras);
        }
    }
}

public class PseudonymTests
{
    [Fact]
    public void Text_uuid_and_bytes_have_one_order_and_come_back() =>
        Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong).Sample((a, b, c) =>
        {
            var (x, y) = (new Pseudonym<Dataset>(new UInt128(a, b)), new Pseudonym<Dataset>(new UInt128(a, c)));
            Assert.True(Pseudonym<Dataset>.TryParse(x.ToString(), out var parsed));
            Assert.Equal(x, parsed);
            Assert.Equal(x, Pseudonym<Dataset>.FromGuid(x.ToGuid()));
            Assert.Equal(x.ToString(), x.ToGuid().ToString("N"));
            Assert.Equal(Math.Sign(x.CompareTo(y)), Math.Sign(string.CompareOrdinal(x.ToString(), y.ToString())));
        });
}

public class SlugTests
{
    [Theory]
    [InlineData("a-2026-0001", true)]
    [InlineData("..", false)]
    [InlineData("a..b", false)]
    [InlineData("a/b", false)]
    [InlineData("A", false)]
    [InlineData("", false)]
    [InlineData("é", false)]
    [InlineData("a\0", false)]
    public void Only_safe_names_pass(string text, bool valid) => Assert.Equal(valid, Slug.IsValid(text));

    [Fact]
    public void Ids_are_plain_strings_in_json_and_a_malformed_one_is_malformed_json()
    {
        var json = System.Text.Json.JsonSerializer.Serialize(new Dictionary<DatasetId, HolderId?> { [new("claims")] = new HolderId("city"), [new("deaths")] = null });
        Assert.Equal("{\"claims\":\"city\",\"deaths\":null}", json);
        Assert.Equal(new HolderId("city"), System.Text.Json.JsonSerializer.Deserialize<Dictionary<DatasetId, HolderId?>>(json)![new("claims")]);
        Assert.Throws<System.Text.Json.JsonException>(() => System.Text.Json.JsonSerializer.Deserialize<PermitId>("\"../etc\""));
    }

    [Fact]
    public void An_id_cannot_leave_its_folder() => Assert.Throws<ArgumentException>(() => new DatasetId("../etc"));
}

public class OutcomeTests
{
    [Fact]
    public void A_refusal_has_reasons_and_no_value()
    {
        Outcome<int> no = Finding.Error("x.y", "It is wrong", "Mend it", new Place("f.csv", 3, "sex"));
        Assert.False(no.IsOk);
        Assert.Throws<RefusedException>(() => no.Value);
        Assert.Equal("x.y at f.csv, line 3, field sex: It is wrong. Mend it", no.Findings[0].ToString());
    }

    [Fact]
    public void An_identity_does_not_print_itself() =>
        Assert.DoesNotContain("タロウ", new PersonIdentity { NameKana = "カクウ タロウ" }.ToString());
}
