using Minato.Catalogue;

namespace Minato.Access.Tests;

/// <summary>The conditions that holders put on their data, against what an application declares (GA4GH DUO); and applications that are alike.</summary>
public class UseConditionTests
{
    private static readonly UseTerms Terms = UseTerms.Read(Path.Combine(World.Repository, "standards"));

    private static CheckResult Check(UseCondition condition, ApplicationDraft draft)
    {
        var dataset = new TwoDatasets().All[0] with { Conditions = Terms.Of(DataCategory.Claims, [condition]) };
        var rules = new AccessRules(null!, null!, null!, null!, null!, _ => true, id => id == dataset.Dataset.Id ? dataset : null, () => new HashSet<(string, string)>(), _ => null, _ => [], (_, _) => false, _ => []);
        return UseConditionCheck.Run(rules, draft).Single();
    }

    [Theory]
    [InlineData("DUO:0000004", null, true, "is met")]
    [InlineData("DUO:0000042", null, true, "is met")]
    [InlineData("DUO:0000006", null, true, "is met")]
    [InlineData("DUO:0000007", "E11", true, "for the reviewers")]
    [InlineData("DUO:0000018", null, true, "is met")]
    [InlineData("DUO:0000019", null, true, "is met")]
    [InlineData("DUO:0000021", null, true, "is met")]
    [InlineData("DUO:0000022", "JP KR", true, "is met")]
    [InlineData("DUO:0000022", "KR", false, "is not met")]
    [InlineData("DUO:0000024", "2027-01-01", true, "is a duty")]
    [InlineData("DUO:0000025", "12", true, "is met")]
    [InlineData("DUO:0000025", "6", false, "is not met")]
    [InlineData("DUO:0000045", null, true, "is met")]
    public void Each_term_says_what_it_finds(string code, string? value, bool passed, string words)
    {
        var result = Check(new(code, value), World.Draft);
        Assert.Equal((passed, true), (result.Passed, result.Explanation.En.Contains(words, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_company_is_told_at_once_and_one_without_ethics_review_too()
    {
        Assert.False(Check(new("DUO:0000018"), World.With("applicant.kind", "company")).Passed);
        Assert.False(Check(new("DUO:0000018"), World.With("payment.funding", "industry")).Passed);
        Assert.False(Check(new("DUO:0000021"), World.With("ethics.basis", "exempt-anonymous")).Passed);
        Assert.Contains("for the reviewers", Check(new("DUO:0000046"), World.With("payment.funding", "mixed")).Explanation.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_a_holder_says_nothing_those_of_the_kind_of_data_hold()
    {
        Assert.Equal(["HMB", "IRB", "NPOA", "PUB"], Terms.Of(DataCategory.Genome, []).Select(c => c.Term.Short));
        Assert.Equal(["HMB", "PUB"], Terms.Of(DataCategory.Claims, null).Select(c => c.Term.Short));
        Assert.True(Terms.Of(DataCategory.Claims, [new("DUO:0000004")]).Single().ByHolder);
    }

    [Theory]
    [InlineData("DUO:9999999", null)]
    [InlineData("DUO:0000022", null)]
    [InlineData("DUO:0000004", "JP")]
    public void A_condition_that_says_nothing_is_not_taken(string code, string? value) => Assert.NotNull(Terms.DefectOf([new(code, value)]));

    [Fact]
    public async Task Earlier_applications_like_this_one_are_found_with_what_became_of_them()
    {
        var world = new World();
        var refused = await world.InReview();
        foreach (var reviewer in World.Panel)
        {
            await world.Do(refused, reviewer, World.Refuse);
        }

        await world.Do(refused, World.Secretariat, new ApplicationCommand.Decide());
        var similar = new SimilarUses(world.Access);
        var found = similar.To(World.Use with { Title = new("糖尿病と心臓", "Diabetes and the heart"), Datasets = [World.Use.Datasets[0]] }).Single();
        Assert.Equal((refused, ApplicationState.Refused, true), (found.Use.Id, found.Use.State, found.SamePurpose));
        Assert.Equal(["claims"], found.SharedDatasets.Select(d => d.Value));
        Assert.InRange(found.Words, 0.4, 1);
        Assert.Empty(similar.To(World.Use, but: refused));
        Assert.Empty(similar.To(World.Use with { Title = new("かぜ", "Colds"), PlainSummary = new("冬", "Winter"), Datasets = [], Purpose = "policy" }));
    }
}
