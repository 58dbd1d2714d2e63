using CsCheck;
using Minato.Linkage.Quality;

namespace Minato.Linkage.Tests.Quality;

/// <summary>What is published about linkage says nothing about fewer than ten people, directly or by subtraction.</summary>
public sealed class QualityTallyTests
{
    private static readonly Gen<(int Person, int Class, int Sex, int Age)[]> Records =
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, 5], Gen.Int[0, 2], Gen.Int[0, 95]).Array[0, 300];

    [Fact]
    public void No_shown_cell_and_no_difference_of_shown_cells_is_of_few_people() => Records.Sample(records =>
    {
        // A person has one sex and one age.
        var of = records.GroupBy(r => r.Person).ToDictionary(g => g.Key, g => g.First());
        var tally = new QualityTally();
        foreach (var r in records.OrderBy(r => r.Person))
        {
            tally.Add(r.Person, (LinkClass)r.Class, 1, (Sex)of[r.Person].Sex, of[r.Person].Age, nameChanged: r.Person % 7 == 0, contested: false);
        }

        if (tally.Show() is not var (all, groups))
        {
            Assert.True(of.Count < QualityTally.SmallCell);
            return;
        }

        Assert.Equal(of.Count / 10 * 10, all.Persons);
        long PersonsOf(Func<(int Person, int Class, int Sex, int Age), bool> where) => records.Where(where).Select(r => r.Person).Distinct().Count();
        foreach (var (linkClass, share) in all.ByClass)
        {
            Assert.True(PersonsOf(r => r.Class == (int)Enum.Parse<LinkClass>(linkClass)) >= 10);
            Assert.Equal(Math.Round(records.Count(r => r.Class == (int)Enum.Parse<LinkClass>(linkClass)) / (double)records.Length, 3), share);
        }

        foreach (var sex in new[] { 0, 1, 2 })
        {
            var persons = of.Values.Count(r => r.Sex == sex);
            Assert.True(persons >= 10 || !groups.Any(g => g.Group == "sex" && g.Value == (sex == 0 ? "unknown" : $"{sex}")));
        }

        foreach (var group in groups.GroupBy(g => g.Group))
        {
            // Everybody is in one value of each group: whoever is in none that is shown is in company.
            var rest = group.Key switch
            {
                "sex" => of.Values.Count(r => !group.Any(g => g.Value == (r.Sex == 0 ? "unknown" : $"{r.Sex}"))),
                "age" => of.Values.Count(r => !group.Any(g => g.Value == QualityTally.Band(r.Age))),
                _ => of.Values.Count(r => !group.Any(g => g.Value == (r.Person % 7 == 0 ? "yes" : "no"))),
            };
            Assert.True(rest == 0 || rest >= 10, $"{group.Key}: {rest} people can be worked out");
        }
    }, iter: 300);

    [Theory]
    [InlineData(0, "0–14")]
    [InlineData(14, "0–14")]
    [InlineData(15, "15–39")]
    [InlineData(64, "40–64")]
    [InlineData(74, "65–74")]
    [InlineData(110, "75+")]
    public void Ages_are_told_in_bands(int age, string band) => Assert.Equal(band, QualityTally.Band(age));
}
