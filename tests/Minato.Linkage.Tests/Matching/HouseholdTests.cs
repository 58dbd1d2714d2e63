using Minato.Linkage.Matching;
using Minato.Linkage.Normal;
using Xunit;

namespace Minato.Linkage.Tests.Matching;

/// <summary>People who live together share name, number and address, and are not one person for that.</summary>
public sealed class HouseholdTests
{
    private static readonly string[] Syllables = ["ア", "キ", "サ", "タ", "ナ", "ハ", "マ", "ヤ", "ラ", "コ", "シ", "ト", "ミ", "ユ", "リ", "オ"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Relatives_are_not_linked_though_they_agree_in_all_but_themselves(bool byNumber)
    {
        var random = new Random(13);
        var columns = new IdentityColumns(KanjiClasses.Parse("高髙\n"));
        var (a, b) = (new List<(PersonIdentity Who, int Person)>(), new List<(PersonIdentity Who, int Person)>());
        for (var family = 0; family < 1_500; family++)
        {
            var name = Name(random, 3);
            for (var member = 0; member < 3; member++)
            {
                var who = new PersonIdentity
                {
                    NameKana = $"{name} {Name(random, 3)}", Sex = (Sex)(1 + random.Next(2)), BirthDate = new DateOnly(1940, 1, 1).AddDays(random.Next(29_000)),
                    InsurerNumber = byNumber ? "06130012" : null, InsuredSymbol = byNumber ? "7" : null, InsuredNumber = byNumber ? $"{10_000 + family}" : null,
                    Address = byNumber ? null : $"神奈川県横浜市西区みなと町{1 + (family % 40)}丁目{1 + (family / 40)}番{1 + (family % 7)}号",
                };

                // Most are in one file only, so that a relative is all that a record could be linked with.
                var where = random.Next(3);
                (where == 0 ? a : b).Add((who, (family * 3) + member));
                if (where == 2)
                {
                    a.Add((who, (family * 3) + member));
                }
            }
        }

        foreach (var (who, _) in a.Concat(b))
        {
            columns.Add(who);
        }

        var model = LinkModel.Parse(File.ReadAllText(Path.Combine(TypoNation.Standards, "linkage", "model-v1.json")));
        var result = new Matcher(columns, model, new MatchOptions(a.Count) { CompareAllUpTo = 0 }).Run();
        var right = result.Links.Take(result.Made).Count(l => a[l.A].Person == b[l.B - a.Count].Person);
        var belong = a.Select(x => x.Person).Intersect(b.Select(x => x.Person)).Count();
        Assert.InRange(right, 0.999 * result.Made, result.Made);
        Assert.InRange(right, 0.99 * belong, belong);
    }

    private static string Name(Random random, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => Syllables[random.Next(Syllables.Length)]));
}
