using Minato.Linkage.Quality;

namespace Minato.Linkage.Tests;

/// <summary>Who is missing is told by shares of groups, and of nobody.</summary>
public sealed class MissingTests
{
    [Fact]
    public void Small_cells_are_hidden_and_what_gives_them_away_with_them()
    {
        var shown = RefusalShares.Show("age", [("0–14", 9, 9), ("15–39", 1004, 101), ("40–64", 500, 3), ("65–74", 200, 195), ("75+", 300, 31)], isPart: true);
        Assert.Equal(["15–39", "40–64", "65–74", "75+"], shown.Select(s => s.Value));
        Assert.Equal(new MissingShare("age", "15–39", 1000, 100, 0.1), shown[0]);
        Assert.Null(shown[1].Missing);
        Assert.Null(shown[2].Share);
        Assert.Equal(30, shown[3].Missing);
        Assert.Equal(500, shown[1].Persons);
    }

    [Fact]
    public void One_hidden_cell_beside_a_told_whole_takes_another_with_it()
    {
        var shown = RefusalShares.Show("sex", [("1", 500, 60), ("2", 500, 4)], isPart: true);
        Assert.All(shown, s => Assert.Null(s.Missing));
        Assert.Equal(60, RefusalShares.Show("all", [("", 1000, 64)], isPart: false)[0].Missing);
        Assert.Null(RefusalShares.Show("all", [("", 1000, 9)], isPart: false)[0].Missing);
        Assert.Null(RefusalShares.Show("all", [("", 1000, 995)], isPart: false)[0].Missing);
        Assert.Empty(RefusalShares.Show("sex", [("1", 0, 0), ("2", 5, 1)], isPart: true));
    }

    [Fact]
    public async Task The_room_counts_them_and_says_so_without_names()
    {
        using var quay = new Quay();
        var identities = Enumerable.Range(0, 40).Select(i => new PersonIdentity
        {
            InsurerNumber = "06130012", InsuredSymbol = "10", InsuredNumber = $"{1000 + i}", NameKana = $"ミナト {(char)('ア' + (2 * (i % 5)))}{(char)('カ' + (2 * (i / 5)))}", BirthDate = new DateOnly(1950 + i, 1, 2), Sex = i % 2 == 0 ? Sex.Male : Sex.Female,
        }).ToArray();
        var tickets = await quay.Link(Quay.Review, Quay.Claims, identities);
        var citizens = new List<Pseudonym<Citizen>>();
        foreach (var identity in identities.Take(20))
        {
            citizens.Add((await quay.Room.IdentifyAsync(identity)).Value);
        }

        var people = tickets.Select(t => t.Person).ToList();
        DividedPeople[] by = [new("sex", ["1", "2"], [.. Enumerable.Range(0, 40).Select(i => i % 2)]), new("age", ["all"], new int[40])];
        var set = quay.Nobody with { Refused = [.. citizens.Order()] };
        var shares = (await quay.Room.MissingAsync(Quay.Claims, people, by, set, Quay.Desk)).Value;
        Assert.Equal([("all", 40, 20L), ("sex", 20, 10L), ("sex", 20, 10L), ("age", 40, 20L)], shares.Select(s => (s.Group, (int)s.Persons, s.Missing)).Select(s => (s.Group, s.Item2, s.Missing!.Value)));
        var inverted = (await quay.Room.MissingAsync(Quay.Claims, people, by, set with { Inverted = true, Refused = [] }, Quay.Desk)).Value;
        Assert.Null(inverted[0].Missing);
        Assert.Equal("linkage.unknown-pseudonym", (await quay.Room.MissingAsync(Quay.Claims, [new Pseudonym<Dataset>(5)], [], set, Quay.Desk)).Findings[0].Code);
        Assert.Equal(2, quay.Told("linkage/missing").Count);
    }
}
