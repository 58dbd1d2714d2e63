using C = Minato.Access.ApplicationCommand;

namespace Minato.Access.Tests;

public sealed class StandardsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("minato-standards-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Write(string name, string version, string validFrom, int reviewers = 3, int citizens = 1) => File.WriteAllText(Path.Combine(folder, name), $$"""
        {"id":"review-criteria","version":"{{version}}","validFrom":"{{validFrom}}","title":{"ja":"基準","en":"Criteria"},"panel":{"reviewers":{{reviewers}},"citizens":{{citizens}}},
         "criteria":[{"id":"purpose","essential":true,"label":{"ja":"目的","en":"Purpose"},"question":{"ja":"？","en":"?"},"sources":[]}]}
        """);

    private StandardFolder<CriteriaStandard> Read() => StandardFolder<CriteriaStandard>.Read(folder);

    [Fact]
    public void The_youngest_version_whose_day_has_come_is_in_force()
    {
        Write("a.json", "1", "2026-01-01");
        Write("b.json", "2", "2026-07-01");
        Assert.Equal("1", Read().InForce(new(2026, 6, 30, 0, 0, 0, TimeSpan.Zero)).Version);
        Assert.Equal("2", Read().InForce(new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero)).Version);
        Assert.Equal("1", Read().Find("review-criteria@1")!.Version);
        Assert.Throws<InvalidDataException>(() => Read().InForce(new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void A_file_may_ask_for_more_than_three_and_a_citizen_but_never_for_less()
    {
        Write("a.json", "1", "2026-01-01", reviewers: 5, citizens: 2);
        Assert.Equal(5, Read().InForce(new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero)).Panel.Reviewers);
        Write("a.json", "1", "2026-01-01", reviewers: 2);
        Assert.Contains("at least three", Assert.Throws<InvalidDataException>(Read).Message, StringComparison.Ordinal);
        Write("a.json", "1", "2026-01-01", citizens: 0);
        Assert.Contains("citizen", Assert.Throws<InvalidDataException>(Read).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"id":"x"}""")]
    [InlineData("""{"id":"../x","version":"1","validFrom":"2026-01-01","title":{"ja":"","en":""},"panel":{"reviewers":3,"citizens":1},"criteria":[]}""")]
    public void A_broken_file_is_named(string content)
    {
        File.WriteAllText(Path.Combine(folder, "broken.json"), content);
        Assert.Contains("broken.json", Assert.Throws<InvalidDataException>(Read).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_files_cannot_claim_the_same_version_or_day()
    {
        Write("a.json", "1", "2026-01-01");
        Write("b.json", "1", "2026-07-01");
        Assert.Throws<InvalidDataException>(Read);
        Write("b.json", "2", "2026-01-01");
        Assert.Throws<InvalidDataException>(Read);
    }

    [Fact]
    public async Task A_review_ends_under_the_criteria_it_began_under()
    {
        var world = new World();
        var id = await world.InReview();
        world.Clock.Pass(3650);
        Assert.Equal("review-criteria@1.0.0", StandardFolder<CriteriaStandard>.Read(Path.Combine(World.StandardsFolder, "review-criteria")).Find(world.Access.Find(id)!.Standards[2])!.Name());
        await world.Do(id, World.Expert, World.Approve);
        var vote = world.Ledger.ReadStream($"application/{id}")[^1];
        Assert.Contains("review-criteria@1.0.0", System.Text.Encoding.UTF8.GetString(vote.Json.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void The_prohibited_uses_are_declared_in_the_form_and_their_explanation_has_a_place()
    {
        var now = new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);
        var fields = StandardFolder<FormStandard>.Read(Path.Combine(World.StandardsFolder, "application-form")).InForce(now).Sections.SelectMany(s => s.Fields).ToDictionary(f => f.Id);
        var purposes = StandardFolder<PurposeStandard>.Read(Path.Combine(World.StandardsFolder, "purposes")).InForce(now);
        Assert.All(purposes.Prohibited, p => Assert.Equal("declaration", fields[p.Declaration].Kind));
        Assert.Contains(purposes.ExplanationField, fields.Keys);
        var tariff = StandardFolder<Tariff>.Read(Path.Combine(World.StandardsFolder, "tariffs")).InForce(now);
        Assert.Equal(tariff.Modes.Select(m => m.Id), fields[tariff.ModeField].Options!.Select(o => o.Id));
        Assert.All(tariff.Reductions, r => Assert.Contains(r.Field, fields.Keys));
        Assert.All(purposes.Purposes.SelectMany(p => p.Applicants), kind => Assert.Contains(kind, fields["applicant.kind"].Options!.Select(o => o.Id)));
    }
}
