using System.Text.Json;
using C = Minato.Access.ApplicationCommand;

namespace Minato.Access.Tests;

public class PublicationTests
{
    private readonly World world = new();

    [Fact]
    public async Task The_public_reads_what_was_decided_and_never_by_whom()
    {
        var permit = await world.Permitted();
        var view = Assert.Single(world.Access.Published);

        Assert.Equal(World.Use.PlainSummary, view.Draft!.Use.PlainSummary);
        Assert.Equal("research", view.Draft.Use.Purpose);
        Assert.Equal(2, view.Draft.Use.Datasets.Count);
        Assert.Equal("みなと医科大学", view.Draft.Answers["public.lead-entity"]);
        Assert.Equal(new VoteCount(3, 0, 0, 1), view.Count);
        Assert.Equal(permit.Until, view.Permit!.Until);
        Assert.Contains("review-criteria@1.0.0", view.Standards);
        Assert.NotNull(view.Fee);

        var text = JsonSerializer.Serialize(view);
        string[] withheld =
        [
            .. World.Panel.Select(r => r.Id.Value), World.Applicant.Id.Value, World.Member.Id.Value,
            World.Draft.Answers["contact.email"], World.Draft.Answers["contact.name"], World.Draft.Answers["applicant.address"], "ConceptSets",
        ];
        Assert.All(withheld, secret => Assert.DoesNotContain($"\"{secret}\"", text, StringComparison.Ordinal));
        Assert.DoesNotContain("hanako", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_are_published_with_reasons_and_drafts_are_not_published()
    {
        await world.Created();
        var id = await world.InReview();
        foreach (var reviewer in World.Panel)
        {
            await world.Do(id, reviewer, World.Refuse);
        }

        Assert.Empty(world.Access.Published);
        await world.Do(id, World.Secretariat, new C.Decide());
        var refused = Assert.Single(world.Access.Published);
        Assert.Equal(ApplicationState.Refused, refused.State);
        Assert.Contains("Too much data for the question.", refused.Decision, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suspension_is_public_and_its_reason_is_not()
    {
        var permit = await world.Permitted();
        await world.Do(permit.Application, World.Secretariat, new C.Suspend("Ren looked for his neighbour"));
        Assert.Equal((ApplicationState.Suspended, ""), Assert.Single(world.Access.Published[0].Measures.Select(m => (m.What, m.Reason))));
    }

    [Fact]
    public async Task Everybody_sees_what_is_theirs_to_see()
    {
        var id = await world.InReview();
        Assert.Equal(id, Assert.Single(world.Access.VisibleTo(World.Applicant)).Id);
        Assert.Equal(id, Assert.Single(world.Access.VisibleTo(World.Member)).Id);
        Assert.Equal(id, Assert.Single(world.Access.VisibleTo(World.Citizen)).Id);
        Assert.Equal(id, Assert.Single(world.Access.VisibleTo(World.Secretariat)).Id);
        Assert.Equal(id, Assert.Single(world.Access.VisibleTo(World.Auditor)).Id);
        Assert.Empty(world.Access.VisibleTo(World.Stranger));
        Assert.Empty(world.Access.VisibleTo(World.Substitute));
    }

    [Fact]
    public async Task The_project_learns_neither_its_reviewers_nor_a_vote_before_the_decision()
    {
        var id = await world.InReview();
        await world.Do(id, World.Expert, World.Approve);
        var before = Assert.Single(world.Access.VisibleTo(World.Applicant));
        Assert.Empty(before.Votes);
        Assert.Empty(before.Reviewers);

        await world.Do(id, World.OtherExpert, World.Approve);
        await world.Do(id, World.Citizen, World.Approve);
        await world.Do(id, World.Secretariat, new C.Decide());
        var after = Assert.Single(world.Access.VisibleTo(World.Applicant));
        Assert.Equal(["reviewer-1", "reviewer-2", "reviewer-3"], after.Votes.Select(v => v.Reviewer.Value));
    }

    [Fact]
    public async Task Reviewers_judge_alone_before_they_see_each_other()
    {
        var id = await world.InReview();
        await world.Do(id, World.Expert, World.Approve);
        Assert.Empty(Assert.Single(world.Access.VisibleTo(World.Citizen)).Votes);
        await world.Do(id, World.Citizen, World.Refuse);
        Assert.Equal(2, Assert.Single(world.Access.VisibleTo(World.Citizen)).Votes.Count);
    }

    [Fact]
    public async Task The_figures_are_counted_from_the_applications()
    {
        await world.Permitted();
        var refused = await world.InReview();
        foreach (var reviewer in World.Panel)
        {
            await world.Do(refused, reviewer, World.Refuse);
        }

        world.Clock.Pass(4);
        await world.Do(refused, World.Secretariat, new C.Decide());
        await world.InReview();
        Assert.Equal(new AccessFigures(3, 1, 1, 1, 1, 2, 2.0 / 6), world.Access.Figures);
        var uses = world.Access.Uses;
        Assert.Equal(2, Assert.Single(uses.ByPurpose).Count);
        Assert.Equal((2, 1), (uses.ByMonth.Sum(m => m.Count), uses.Permitted));
        Assert.All(uses.ByDataset, d => Assert.Equal(2, d.Count));
    }

    [Fact]
    public async Task One_entry_of_the_register_is_found_by_itself_and_words_find_the_entries_that_say_them()
    {
        await world.Permitted();
        var draft = await world.InReview();
        var entry = Assert.Single(world.Access.Published);
        Assert.Equivalent(entry, world.Access.FindPublished(entry.Id));
        Assert.Equivalent(entry, world.Access.FindPublished(entry.Permit!.Id));
        Assert.Null(world.Access.FindPublished(draft));
        var title = entry.Draft!.Use.Title.En;
        Assert.Equal(entry.Id, Assert.Single(world.Access.SearchPublished($" {title.ToUpperInvariant()} ")).Id);
        Assert.Empty(world.Access.SearchPublished(title + "x"));
        Assert.Single(world.Access.SearchPublished(" "));

        // What was kept of an entry goes with its change.
        await world.Do(entry.Id, World.Secretariat, new C.Suspend("r"));
        Assert.Equal(ApplicationState.Suspended, Assert.Single(world.Access.Published).State);
    }
}
