namespace Minato.Synthetic.Tests;

/// <summary>Linkage on names is as hard as the names are frequent: how often two strangers share one is part of the nation's truth.</summary>
public class NamesAreAsManyAsInLife
{
    private static readonly Lazy<IReadOnlyList<Person>> People = new(() => Population.Live(new NationOptions(20_000, 5, new(2024, 1, 1), new(2024, 12, 31)), 2, null, CancellationToken.None, keepHealth: false).People);

    [Fact]
    public void Two_households_share_a_family_name_in_about_one_pair_of_five_hundred()
    {
        var heads = People.Value.Where(p => p.Head == p && p.Origin == NameOrigin.Japan).Select(p => p.Surnames[0].Value).ToArray();
        Assert.InRange(Coincidence(heads.Select(s => s.Kana)), 1 / 650.0, 1 / 350.0);
        Assert.InRange(Coincidence(heads.Select(s => s.Name.Forms[0])), 1 / 800.0, 1 / 380.0);
        Assert.InRange(heads.Count(s => s.Kana == "サトウ") / (double)heads.Length, 0.010, 0.020);
        Assert.True(heads.Select(s => s.Kana).Distinct().Count() > 2000);
    }

    [Fact]
    public void Two_of_one_sex_and_age_share_a_given_name_in_about_one_pair_of_a_hundred_and_fifty()
    {
        var eras = People.Value.Where(p => p.Origin == NameOrigin.Japan).GroupBy(p => (p.Sex, p.Birth.Year / 20)).Where(g => g.Count() > 1000).ToArray();
        Assert.True(eras.Length >= 6);
        Assert.InRange(eras.Average(g => Coincidence(g.Select(p => p.Given.Kana))), 1 / 250.0, 1 / 90.0);
        Assert.InRange(eras.Average(g => Coincidence(g.Select(p => p.Given.Kanji))), 1 / 700.0, 1 / 200.0);
        Assert.All(eras, g => Assert.True(g.GroupBy(p => p.Given.Kana).Max(n => n.Select(p => p.Given.Kanji).Distinct().Count()) >= 3, "one reading has several writings"));
    }

    [Fact]
    public void Foreigners_have_names_in_Latin_letters_or_characters_and_keep_them_when_they_marry()
    {
        var foreign = People.Value.Where(p => p.Origin != NameOrigin.Japan).ToArray();
        Assert.InRange(foreign.Length / (double)People.Value.Count, 0.018, 0.036);
        Assert.InRange(foreign.Count(p => ForeignNames.IsLatin(p.Origin)) / (double)foreign.Length, 0.45, 0.67);
        Assert.All(foreign.Where(p => ForeignNames.IsLatin(p.Origin)), p => Assert.True(p.Given.Kanji.All(c => c is ' ' or (>= 'A' and <= 'Z'))));
        Assert.All(foreign, p => Assert.Single(p.Surnames));
    }

    [Fact]
    public void Some_twins_have_names_that_begin_alike()
    {
        var twins = People.Value.Where(p => p.IsTwin && p.Mother is not null).GroupBy(p => (p.Mother, p.Birth)).Where(g => g.Count() == 2).Select(g => g.Select(p => p.Given.Kanji).ToArray()).ToArray();
        Assert.True(twins.Length > 10);
        Assert.Contains(twins, t => t[0][0] == t[1][0]);
        Assert.Contains(twins, t => t[0][0] != t[1][0]);
    }

    /// <summary>Σ share²: the chance that two drawn at random are equal.</summary>
    private static double Coincidence(IEnumerable<string> names)
    {
        var counts = names.GroupBy(n => n).Select(g => (double)g.Count()).ToArray();
        var all = counts.Sum();
        return counts.Sum(c => c * (c - 1)) / (all * (all - 1));
    }
}
