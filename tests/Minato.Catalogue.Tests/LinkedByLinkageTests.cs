using Minato.Ledger;

namespace Minato.Catalogue.Tests;

/// <summary>What Linkage tells the ledger of a dataset is shown with it, newest last.</summary>
public sealed class LinkedByLinkageTests : IDisposable
{
    private const string First = """{"$type":"quality-measured","rules":"rules-v2","groups":[{"group":"all","value":"","persons":120,"byClass":{"NumberVerified":0.9,"RuleMatched":0.1}},{"group":"sex","value":"1","persons":60,"byClass":{"NumberVerified":1}}],"numbersOfSeveralPersons":0}""";
    private const string Second = """{"$type":"quality-measured","rules":"rules-v2","groups":[{"group":"all","value":"","persons":130,"byClass":{"NumberVerified":0.95},"contested":0}],"estimatedFalse":0.001,"personsOfTwoSexes":12}""";

    private readonly Harbour harbour = new();
    private readonly DatasetId dataset;

    public LinkedByLinkageTests() => dataset = harbour.Warehouse.Register("records").Id;

    public void Dispose() => harbour.Dispose();

    [Fact]
    public async Task The_last_word_counts()
    {
        Assert.Null(harbour.Catalogue.Find(dataset)!.Linkage);
        await Tell(First);
        Assert.Equal(0.1, harbour.Catalogue.Find(dataset)!.Linkage!.Groups[0].ByClass["RuleMatched"]);
        await Tell(Second);
        var linkage = harbour.Catalogue.Find(dataset)!.Linkage!;
        Assert.Equal((130, 0.001, 12, null), (linkage.Groups.Single().Persons, linkage.EstimatedFalse, linkage.PersonsOfTwoSexes, linkage.NumbersOfSeveralPersons));
    }

    [Fact]
    public async Task It_is_in_the_HealthDCAT_description_as_quality_measurements()
    {
        await Tell(First);
        var json = harbour.Catalogue.ToJsonLd(dataset, new Uri("https://harbour.example/"));
        Assert.Contains("#quality-linkage.NumberVerified", json, StringComparison.Ordinal);
        Assert.Contains("#quality-linkage.NumberVerified.sex.1", json, StringComparison.Ordinal);
    }

    private async Task Tell(string json) =>
        _ = (await harbour.Ledger.AppendAsync($"linkage/quality/{dataset}", -1, Harbour.Operator.Id, [new NewEvent("linkage.quality-measured", System.Text.Encoding.UTF8.GetBytes(json))])).Value;
}
