using System.Text;

namespace Minato.Intake.Tests;

/// <summary>未告知: what its patient has not been told of is not put into use while the tag stands.</summary>
public sealed class HeldBackStories : IDisposable
{
    private const string Patient = """{"resourceType":"Patient","id":"p1","gender":"female","birthDate":"1950-02-03","name":[{"text":"架空　花子"}]}""";
    private const string Tag = """ "meta":{"tag":[{"system":"http://jpfhir.jp/fhir/clins/CodeSystem/JP_ehrshrs_indication","code":"UNINFORMED"}]},""";
    private readonly IntakeWorld world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_later_version_without_the_tag_releases_it_and_a_later_tag_takes_it_back()
    {
        var first = await Deliver(Condition("c1", told: false), Condition("c2", told: true));
        Assert.Equal((1, 1), (first.ByFormat["fhir"].HeldBack, world.RowsOf(IntakeWorld.Deaths, "condition_occurrence")));
        Assert.Contains(first.Findings, f => f.Code == "fhir.held-back");
        Assert.Equal(0, (await Deliver(Condition("c1", told: true))).ByFormat["fhir"].HeldBack);
        Assert.Equal(2, world.RowsOf(IntakeWorld.Deaths, "condition_occurrence"));
        Assert.Equal(1, (await Deliver(Condition("c1", told: false))).ByFormat["fhir"].HeldBack);
        Assert.Equal(1, world.RowsOf(IntakeWorld.Deaths, "condition_occurrence"));
    }

    [Fact]
    public async Task With_and_without_the_tag_in_one_delivery_refuses_it()
    {
        var refused = await world.Intake.ReceiveFolderAsync(IntakeWorld.City, IntakeWorld.Deaths, Folder(Condition("c1", told: true), Condition("c1", told: false)), IntakeWorld.CityClerk);
        Assert.Equal("intake.held-back-twice", refused.Findings[0].Code);
        Assert.Equal(0, world.RowsOf(IntakeWorld.Deaths, "condition_occurrence"));
    }

    private Task<Receipt> Deliver(params string[] conditions) => world.Receive(IntakeWorld.Deaths, Folder(conditions));

    private string Folder(params string[] resources) => world.Delivery(("all.ndjson", Encoding.UTF8.GetBytes(string.Join('\n', resources.Prepend(Patient)))));

    private static string Condition(string id, bool told) =>
        $$"""{{{(told ? "" : Tag)}}"resourceType":"Condition","id":"{{id}}","subject":{"reference":"Patient/p1"},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10","code":"E11.9"}]},"onsetDateTime":"2025-05-05"}""";
}
