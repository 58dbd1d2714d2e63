using System.Text;
using Minato.Linkage.Quality;

namespace Minato.Linkage.Tests.Quality;

/// <summary>What the room says of its own linkage, and what the ledger hears of it.</summary>
public sealed class RoomQualityTests : IDisposable
{
    private readonly Quay quay = new();

    public void Dispose() => quay.Dispose();

    [Fact]
    public async Task Shares_by_class_and_group_are_told_to_the_ledger_without_anybody()
    {
        var people = Enumerable.Range(0, 30).Select(Person).ToArray();
        await quay.Link(Quay.Hospital, Quay.Records, people);
        await quay.Link(Quay.Hospital, Quay.Records, [.. people.Take(20)]);
        var quality = Assert.Single((await quay.Room.QualityAsync(Quay.Records, Quay.Desk)).Value);
        Assert.Equal(30, quality.All.Persons);
        Assert.Equal(1, quality.All.ByClass.Values.Sum(), 3);
        Assert.Equal(0.4, quality.All.ByClass[nameof(LinkClass.NumberVerified)], 3);
        Assert.Equal(["1", "2"], quality.Groups.Where(g => g.Group == "sex").Select(g => g.Value));
        Assert.Equal(0, quality.PersonsOfTwoSexes);

        var told = Assert.Single(quay.Told(QualityEvent.StreamOf(Quay.Records)));
        Assert.Equal("linkage.quality-measured", told.Type);
        var json = Encoding.UTF8.GetString(told.Json.Span);
        Assert.DoesNotContain("ミナト", json, StringComparison.Ordinal);
        Assert.DoesNotContain("7000", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nine_people_are_too_few_to_be_spoken_of()
    {
        await quay.Link(Quay.Hospital, Quay.Records, [.. Enumerable.Range(0, 9).Select(Person)]);
        Assert.Empty((await quay.Room.QualityAsync(null, Quay.Desk)).Value);
        Assert.Empty(quay.Told(QualityEvent.StreamOf(Quay.Records)));
    }

    [Fact]
    public async Task A_dataset_that_nobody_delivered_to_is_not_known() =>
        Assert.Equal("linkage.unknown-dataset", (await quay.Room.QualityAsync(Quay.Claims, Quay.Desk)).Findings[0].Code);

    private static PersonIdentity Person(int n) => new()
    {
        InsurerNumber = "06139213", InsuredSymbol = "12", InsuredNumber = $"7000{n:0000}", InsuredBranch = "00", NameKana = "ミナト　タロウ", NameKanji = "港　太郎",
        BirthDate = new DateOnly(1950, 1, 2).AddDays(n * 397), Sex = n % 2 == 0 ? Sex.Male : Sex.Female, AsOf = new DateOnly(2025, 4, 1),
    };
}
