using Minato.Linkage.Matching;
using Xunit;

namespace Minato.Linkage.Tests.Matching;

/// <summary>Deterministic links by the shipped keys.</summary>
public sealed class ExactMatchTests
{
    private static readonly ExactKeys Keys = ExactKeys.Parse(File.ReadAllText(Path.Combine(TypoNation.Standards, "linkage", "exact-v1.json")), TypoNation.Classes);

    private static readonly PersonIdentity Taro = new()
    {
        NameKanji = "髙橋 太郎", NameKana = "タカハシ タロウ", BirthDate = new DateOnly(1980, 4, 2), Sex = Sex.Male,
        InsurerNumber = "06130012", InsuredSymbol = "12", InsuredNumber = "3456", InsuredBranch = "01",
    };

    [Fact]
    public void One_person_is_found_by_any_key_in_any_writing()
    {
        PersonIdentity[] written =
        [
            Taro with { InsuredSymbol = "１２", InsuredNumber = "0003456", InsuredBranch = "1", NameKana = null, NameKanji = null },
            Taro with { InsuredBranch = null, NameKanji = null, NameKana = "ﾀｶﾊｼ ﾀﾛｳ" },
            Taro with { InsuredNumber = null, NameKana = "たかはし　たろう", NameKanji = "高橋太郎" },
            Taro with { InsuredNumber = null, NameKanji = null },
            Taro with { InsuredNumber = null, NameKana = null, NameKanji = "高橋　太郎" },
        ];
        for (var k = 0; k < written.Length; k++)
        {
            var made = Run([Taro], [written[k]]);
            Assert.Equal(k, Assert.Single(made.Links).Key);
            Assert.Equal(1, made.Figures[k].Links);
        }
    }

    [Fact]
    public void A_key_that_several_bear_links_nobody()
    {
        var nameless = Taro with { InsuredNumber = null };
        var made = Run([nameless], [nameless, nameless with { LocalPatientId = "2" }]);
        Assert.Empty(made.Links);
        Assert.Contains(made.Figures, f => f is { Key: "reading", Several: 1 });

        // The number tells them apart before their name is looked at.
        made = Run([Taro], [nameless, Taro]);
        Assert.Equal(1, Assert.Single(made.Links).B);
    }

    [Fact]
    public void What_is_not_known_is_no_key()
    {
        var nobody = new PersonIdentity { Sex = Sex.Female };
        Assert.Empty(Run([nobody], [nobody]).Links);
        var lost = Taro with { InsuredNumber = "99999999", NameKana = null, NameKanji = "●橋 太郎" };
        Assert.Empty(Run([lost], [lost]).Links);
    }

    [Fact]
    public void The_order_of_records_changes_nothing()
    {
        var nation = TypoNation.Make(3_000, seed: 21);
        var (a, b) = (nation.Parts.Take(nation.Split).ToList(), nation.Parts.Skip(nation.Split).ToList());
        var links = ExactMatch.Run(a, b, p => p with { Identity = p.Identity with { Sex = Sex.Male } }, Keys).Links;
        Assert.InRange(links.Count, 200, 3_000);
        Assert.True(links.Count(l => nation.Persons[l.A] == nation.Persons[nation.Split + l.B]) >= 0.999 * links.Count);
        a.Reverse();
        var turned = ExactMatch.Run(a, b, p => p with { Identity = p.Identity with { Sex = Sex.Male } }, Keys).Links;
        Assert.Equal(links.Select(l => (l.A, l.B)).Order(), turned.Select(l => (a.Count - 1 - l.A, l.B)).Order());
    }

    [Fact]
    public void Keys_that_say_nothing_are_refused_with_their_place() =>
        Assert.Contains("shoe-size", Assert.Throws<FormatException>(() => ExactKeys.Parse("""{"keys":[{"id":"x","fields":["shoe-size"]}]}""", TypoNation.Classes)).Message, StringComparison.Ordinal);

    private static ExactMatch.Result Run(PersonIdentity[] a, PersonIdentity[] b) => ExactMatch.Run(a, b, i => new IdentityParts(i), Keys);
}
