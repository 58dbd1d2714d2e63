using C = Minato.Access.ApplicationCommand;

namespace Minato.Access.Tests;

public class ReviewTests
{
    private readonly World world = new();

    private async Task<ApplicationId> Submitted(ApplicationDraft? draft = null)
    {
        var id = await world.Created();
        await world.Do(id, World.Applicant, new C.SaveDraft(draft ?? World.Draft));
        await world.Do(id, World.Applicant, new C.Submit());
        return id;
    }

    private Task<IReadOnlyList<string>> RefusedPanel(ApplicationId id, params Actor[] panel) => world.Refused(id, World.Secretariat, new C.AssignReviewers(panel));

    [Fact]
    public async Task Two_are_too_few_and_three_without_a_citizen_are_not_a_panel()
    {
        var id = await Submitted();
        Assert.Equal(["access.panel-too-small"], await RefusedPanel(id, World.Expert, World.Citizen));
        Assert.Equal(["access.no-citizen"], await RefusedPanel(id, World.Expert, World.OtherExpert, World.Substitute));
        Assert.Equal(["access.reviewer-twice"], await RefusedPanel(id, World.Expert, World.Expert, World.Citizen));
        Assert.Equal(["access.not-a-reviewer"], await RefusedPanel(id, World.Auditor, World.Expert, World.Citizen));
        Assert.Equal(["access.no-reviewers"], await RefusedPanel(id));
        Assert.Equal(["access.reviewer-affiliation"], await RefusedPanel(id, World.Expert with { Affiliation = " " }, World.OtherExpert, World.Citizen));
    }

    [Theory]
    [InlineData("Minato Medical University")]
    [InlineData("  ＭＩＮＡＴＯ medical　university ")]
    [InlineData("みなと医科大学")]
    [InlineData("Higashi Laboratory")]
    public async Task Nobody_of_an_organisation_of_the_project_reviews_it(string affiliation)
    {
        var id = await Submitted(World.With("processing.affiliations", "みなと医科大学\nHigashi Laboratory"));
        Assert.Equal(["access.conflict"], await RefusedPanel(id, World.Expert with { Affiliation = affiliation }, World.OtherExpert, World.Citizen));
    }

    [Fact]
    public async Task Nobody_reviews_their_own_project()
    {
        var id = await Submitted();
        Assert.Equal(["access.conflict"], await RefusedPanel(id, World.Member with { Roles = Role.Reviewer, Affiliation = "Elsewhere" }, World.OtherExpert, World.Citizen));
        Assert.Equal(["access.conflict"], await RefusedPanel(id, World.Applicant with { Roles = Role.Reviewer, Affiliation = "Elsewhere" }, World.OtherExpert, World.Citizen));
    }

    [Fact]
    public async Task A_declared_conflict_empties_the_seat_takes_the_vote_back_and_shuts_the_door()
    {
        var id = await world.InReview();
        await world.Do(id, World.Expert, World.Approve);
        var after = await world.Do(id, World.Expert, new C.DeclareConflict("My brother leads the study."));
        Assert.Empty(after.Votes);

        Assert.Empty(world.Access.VisibleTo(World.Expert));
        Assert.Empty(world.Access.PermittedCommands(id, World.Expert));
        Assert.Equal(["access.not-permitted"], await world.Refused(id, World.Expert, World.Approve));
        Assert.Equal(["access.conflict"], await RefusedPanel(id, World.Expert));

        await world.Do(id, World.OtherExpert, World.Approve);
        await world.Do(id, World.Citizen, World.Approve);
        Assert.Equal(["access.quorum-panel"], await world.Refused(id, World.Secretariat, new C.Decide()));

        await world.Do(id, World.Secretariat, new C.AssignReviewers([World.Substitute]));
        await world.Do(id, World.Substitute, World.Approve);
        Assert.Equal(ApplicationState.Approved, (await world.Do(id, World.Secretariat, new C.Decide())).State);
    }

    [Fact]
    public async Task A_panel_cannot_be_packed_once_it_sits()
    {
        var id = await world.InReview();
        Assert.Equal(["access.panel-full"], await RefusedPanel(id, World.Substitute));
    }

    [Fact]
    public async Task A_reviewer_whom_a_changed_text_names_leaves_the_panel()
    {
        var id = await world.InReview();
        await world.Do(id, World.Secretariat, new C.Ask("Who else will work on it?"));
        await world.Do(id, World.Applicant, new C.SaveDraft(World.Draft with { Use = World.Use with { Members = [World.Applicant.Id, World.Expert.Id] } }));

        var view = world.Access.Find(id)!;
        Assert.DoesNotContain(World.Expert.Id, view.Reviewers);
        Assert.Equal((World.Expert.Id, "is named in the application"), Assert.Single(view.Conflicts));
        await world.Do(id, World.Applicant, new C.Answer("Sato joins us."));
        Assert.Equal(["access.not-permitted"], await world.Refused(id, World.Expert, World.Approve));
    }

    [Fact]
    public async Task A_decision_needs_every_vote()
    {
        var id = await world.InReview();
        await world.Do(id, World.Expert, World.Approve);
        await world.Do(id, World.OtherExpert, World.Approve);
        Assert.Equal(["access.quorum-votes"], await world.Refused(id, World.Secretariat, new C.Decide()));
    }

    [Fact]
    public async Task A_majority_carries_and_its_conditions_are_gathered_once()
    {
        var id = await world.InReview();
        await world.Do(id, World.Expert, new C.CastVote(Vote.ApproveWithConditions, "Useful.", World.AllMet, ["Publish in plain words", "Yearly report"]));
        await world.Do(id, World.OtherExpert, World.Refuse);
        await world.Do(id, World.Citizen, new C.CastVote(Vote.ApproveWithConditions, "I want to read the result.", World.Met("plain-words"), ["Publish in plain words"]));
        var view = await world.Do(id, World.Secretariat, new C.Decide());

        Assert.Equal(ApplicationState.Approved, view.State);
        Assert.Equal(["Publish in plain words", "Yearly report"], view.Conditions);
        Assert.Equal(new VoteCount(0, 2, 1, 1), view.Count);
        Assert.Equal(view.Conditions, (await world.Do(id, World.Applicant, new C.AcceptFee())).Permit!.Conditions);
    }

    [Fact]
    public async Task A_tie_is_a_refusal_and_a_refusal_says_why()
    {
        var id = await Submitted();
        await world.Do(id, World.Secretariat, new C.AssignReviewers([.. World.Panel, World.Substitute]));
        await world.Do(id, World.Expert, World.Approve);
        await world.Do(id, World.Citizen, World.Approve);
        await world.Do(id, World.OtherExpert, World.Refuse);
        await world.Do(id, World.Substitute, World.Refuse);
        var view = await world.Do(id, World.Secretariat, new C.Decide());

        Assert.Equal(ApplicationState.Refused, view.State);
        Assert.Contains("Criteria not met: necessity", view.Decision, StringComparison.Ordinal);
        Assert.Contains("Too much data for the question.", view.Decision, StringComparison.Ordinal);
        Assert.Null(view.Fee);
        Assert.Null(view.Permit);
    }

    [Fact]
    public async Task A_vote_answers_every_criterion_gives_reasons_and_does_not_contradict_itself()
    {
        var id = await world.InReview();
        async Task Case(string code, Vote vote, string reasons, IReadOnlyDictionary<string, bool> marks, params string[] conditions) =>
            Assert.Equal([code], await world.Refused(id, World.Expert, new C.CastVote(vote, reasons, marks, conditions)));

        await Case("access.vote-reasons", Vote.Approve, "  ", World.AllMet);
        await Case("access.vote-criteria", Vote.Approve, "Good.", new Dictionary<string, bool> { ["purpose"] = true });
        await Case("access.vote-criteria", Vote.Approve, "Good.", new Dictionary<string, bool>(World.AllMet) { ["sympathy"] = true });
        await Case("access.vote-contradiction", Vote.Approve, "Good.", World.Met("ethics"));
        await Case("access.vote-contradiction", Vote.Refuse, "Bad.", World.AllMet);
        await Case("access.vote-conditions", Vote.ApproveWithConditions, "Good.", World.AllMet);
        await Case("access.vote-conditions", Vote.Approve, "Good.", World.AllMet, "But only if");
        await Case("access.vote", (Vote)7, "Good.", World.AllMet);
        Assert.Empty(world.Access.Find(id)!.Votes);
    }

    [Fact]
    public async Task A_reviewer_may_think_again_until_the_decision()
    {
        var id = await world.InReview();
        await world.Do(id, World.Expert, World.Approve);
        await world.Do(id, World.Expert, World.Refuse);
        Assert.Equal(Vote.Refuse, Assert.Single(world.Access.Find(id)!.Votes).Vote);
    }
}
