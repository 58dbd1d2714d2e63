using System.Text;

namespace Minato.Synthetic.Tests;

public class TheMessIsAsStated(SmallNation nation)
{
    private static readonly Encoding Cp932 = CodePagesEncodingProvider.Instance.GetEncoding(932)!;

    [Fact]
    public void Every_rate_came_out_within_five_standard_errors()
    {
        Assert.Equal(24, nation.Summary.Rates.Count);
        Assert.All(nation.Summary.Rates, r =>
        {
            Assert.True(r.Occasions > 0, r.Name);
            var error = Math.Sqrt(r.Stated * (1 - r.Stated) / r.Occasions);
            Assert.True(Math.Abs(r.Observed - r.Stated) <= (5 * error) + (1.0 / r.Occasions), $"{r.Name}: stated {r.Stated}, observed {r.Observed} of {r.Occasions}");
        });
    }

    /// <summary>Counted in the files themselves, not by the generator.</summary>
    [Fact]
    public void The_files_show_it()
    {
        var receipts = nation.Files().Where(f => f.Path.EndsWith(".UKE", StringComparison.Ordinal))
            .SelectMany(f => Cp932.GetString(File.ReadAllBytes(f.Path)).Split("\r\n")).Where(l => l.StartsWith("RE,", StringComparison.Ordinal)).Select(l => l.Split(',')).Where(l => l.Length > 30).ToArray();
        var rates = SmallNation.Options.Rates;
        Near(rates.MissingKana, receipts, r => r[36].Length == 0);
        Near(rates.HalfWidthKana, receipts.Where(r => r[36].Length > 0), r => r[36].Any(c => c is >= 'ｦ' and <= 'ﾟ'));
        Near(rates.MissingSex, receipts, r => r[5].Length == 0);
        Near(rates.MissingSearchNumber, receipts, r => r[18].Length == 0);
    }

    [Fact]
    public void A_clean_nation_has_nothing_wrong()
    {
        var folder = Directory.CreateTempSubdirectory("minato-nation-").FullName;
        var clean = SyntheticRoom.Write(new NationOptions(60, 2, new(2020, 1, 1), new(2020, 12, 31), MessRates.None), folder);
        Assert.All(clean.Rates, r => Assert.Equal(0, r.Applied));
        Assert.Equal(0, clean.Malformed);
        Assert.Equal(clean.Records, File.ReadLines(Path.Combine(folder, "truth", "records.csv")).Count() - 1);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("ショウイチ", "ｼｮｳｲﾁ", "シヨウイチ")]
    [InlineData("ガッツ　ペペ", "ｶﾞｯﾂ ﾍﾟﾍﾟ", "ガツツ　ペペ")]
    public void Kana_as_other_desks_write_it(string kana, string half, string large)
    {
        Assert.Equal(half, Kana.ToHalfWidth(kana));
        Assert.Equal(large, Kana.ToLarge(kana));
    }

    [Theory]
    [InlineData("トオル", "トール")]
    [InlineData("ユウコ", "ユウコ")]
    [InlineData("コウジ", "コージ")]
    [InlineData("ケンジ", "ケンジ")]
    public void Long_vowels_as_they_are_heard(string kana, string heard) => Assert.Equal(heard, Kana.ToLongMark(kana));

    [Fact]
    public void Insurer_numbers_end_with_their_check_digit()
    {
        var insurers = new Insurers();
        foreach (var i in insurers.Employees.Concat(insurers.National).Concat(insurers.LateElderly.Values))
        {
            var sum = i.Number[..^1].Reverse().Select((c, at) => (c - '0') * (at % 2 == 0 ? 2 : 1)).Sum(d => (d / 10) + (d % 10));
            Assert.Equal((10 - (sum % 10)) % 10, i.Number[^1] - '0');
            Assert.Equal(i.Kind == InsurerKind.National ? 6 : 8, i.Number.Length);
        }
    }

    private static void Near(double stated, IEnumerable<string[]> all, Func<string[], bool> shows)
    {
        var rows = all.ToArray();
        var share = (double)rows.Count(shows) / rows.Length;
        Assert.InRange(share, stated - (5 * Math.Sqrt(stated / rows.Length)), stated + (5 * Math.Sqrt(stated / rows.Length)));
    }
}
