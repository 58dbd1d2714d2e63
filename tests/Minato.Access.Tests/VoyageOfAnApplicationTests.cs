using C = Minato.Access.ApplicationCommand;

namespace Minato.Access.Tests;

public class VoyageOfAnApplicationTests
{
    private readonly World world = new();

    [Fact]
    public async Task From_an_empty_form_to_a_permit_in_force()
    {
        var permit = await world.Permitted();

        Assert.Equal("p-2026-0001", permit.Id.Value);
        Assert.Equal("a-2026-0001", permit.Application.Value);
        Assert.Equal(World.Use.Datasets.Select(d => d.Dataset), permit.Use.Datasets.Select(d => d.Dataset));
        Assert.Equal(World.Use.CohortJson, permit.Use.CohortJson);
        Assert.Equal([World.Applicant.Id, World.Member.Id], permit.Use.Members);
        Assert.Equal(world.Clock.Now, permit.From);
        Assert.Equal(world.Clock.Now.AddMonths(12), permit.Until);
        Assert.Equal("review-criteria@1.0.0", permit.ReviewCriteria);
        Assert.Equal("tariff@1.0.0/actual", permit.Fee.Tariff);
        Assert.True(world.Access.InForce(permit.Id).IsOk);
        Assert.Equal(permit.Id, world.Access.FindPermit(permit.Id)!.Id);

        var view = world.Access.Find(permit.Application)!;
        Assert.Equal(ApplicationState.Permitted, view.State);
        Assert.Equal(["common-form@1.0.0", "purposes@1.0.0", "review-criteria@1.0.0", "tariff@1.0.0/actual", "pseudonymised-v1"], view.Standards);
        Assert.All(view.Checks, c => Assert.True(c.Passed, c.Rule));
    }

    [Fact]
    public async Task Numbers_count_up_within_a_year_and_begin_again_with_the_next()
    {
        Assert.Equal("a-2026-0001", (await world.Created()).Value);
        Assert.Equal("a-2026-0002", (await world.Created()).Value);
        world.Clock.Now = new(2027, 1, 5, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal("a-2027-0001", (await world.Created()).Value);
    }

    [Fact]
    public async Task Many_who_create_at_once_get_different_numbers()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => world.Created())));
        Assert.Equal(40, ids.Distinct().Count());
    }

    [Fact]
    public async Task Only_a_researcher_can_apply() =>
        Assert.Equal("access.not-a-researcher", (await world.Access.CreateAsync(World.Citizen)).Findings[0].Code);

    [Fact]
    public async Task A_permit_ends_by_the_calendar()
    {
        var permit = await world.Permitted();
        world.Clock.Now = permit.Until.AddSeconds(-1);
        Assert.True(world.Access.InForce(permit.Id).IsOk);

        world.Clock.Now = permit.Until;
        Assert.Equal("access.permit-expired", world.Access.InForce(permit.Id).Findings[0].Code);
        Assert.Equal(ApplicationState.Ended, world.Access.Find(permit.Application)!.State);
        Assert.Equal(["access.not-permitted"], await world.Refused(permit.Application, World.Secretariat, new C.Suspend("late")));
    }

    [Fact]
    public async Task A_suspended_permit_is_not_in_force_until_it_is_resumed()
    {
        var permit = await world.Permitted();
        await world.Do(permit.Application, Actor.Harbour, new C.Suspend("unusual queries"));
        Assert.Equal("access.permit-suspended", world.Access.InForce(permit.Id).Findings[0].Code);
        await world.Do(permit.Application, World.Secretariat, new C.Resume("explained"));
        Assert.True(world.Access.InForce(permit.Id).IsOk);
        await world.Do(permit.Application, World.Applicant, new C.End("finished early"));
        Assert.Equal("access.permit-ended", world.Access.InForce(permit.Id).Findings[0].Code);
        Assert.Equal([ApplicationState.Suspended, ApplicationState.Permitted, ApplicationState.Ended], world.Access.Find(permit.Application)!.Measures.Select(m => m.What));
    }

    [Fact]
    public void An_unknown_permit_is_said_to_be_unknown()
    {
        Assert.Equal("access.unknown-permit", world.Access.InForce(new PermitId("p-2026-0009")).Findings[0].Code);
        Assert.Equal("access.unknown-permit", world.Access.InForce(new PermitId("x")).Findings[0].Code);
        Assert.Null(world.Access.FindPermit(new PermitId("a-2026-0001")));
    }

    [Fact]
    public async Task The_clock_stands_while_the_applicant_owes_an_answer()
    {
        var id = await world.InReview();
        world.Clock.Pass(10);
        await world.Do(id, World.Expert, new C.Ask("Why ten years?"));
        Assert.Equal("Why ten years?", world.Access.Find(id)!.Question);
        Assert.Equal(["access.not-permitted"], await world.Refused(id, World.Citizen, World.Approve));
        world.Clock.Pass(21);
        await world.Do(id, World.Applicant, new C.Answer("Because kidney disease is slow."));
        world.Clock.Pass(5);
        foreach (var reviewer in World.Panel)
        {
            await world.Do(id, reviewer, World.Approve);
        }

        await world.Do(id, World.Secretariat, new C.Decide());
        world.Clock.Pass(100);

        var view = world.Access.Find(id)!;
        Assert.Null(view.Question);
        Assert.Equal(TimeSpan.FromDays(21), view.QuestionTime);
        Assert.Equal(15, view.DaysToDecision!.Value, 6);
        Assert.Equal(15, world.Access.Figures.MedianDaysToDecision!.Value, 6);
        Assert.Equal("Because kidney disease is slow.", Assert.Single(view.Exchanges).Answer);
    }

    [Fact]
    public async Task A_question_to_a_submitted_application_leads_back_to_submitted()
    {
        var id = await world.Created();
        await world.Do(id, World.Applicant, new C.SaveDraft(World.Draft));
        await world.Do(id, World.Applicant, new C.Submit());
        await world.Do(id, World.Secretariat, new C.Ask("Who pays?"));
        Assert.Equal(ApplicationState.Submitted, (await world.Do(id, World.Applicant, new C.Answer("We do."))).State);
    }

    [Fact]
    public async Task A_text_changed_after_votes_voids_them()
    {
        var id = await world.InReview();
        await world.Do(id, World.Expert, World.Approve);
        await world.Do(id, World.OtherExpert, new C.Ask("Shorter period?"));
        await world.Do(id, World.Applicant, new C.SaveDraft(World.Draft with { Use = World.Use with { MonthsOfUse = 6 } }));
        await world.Do(id, World.Applicant, new C.Answer("Yes."));

        Assert.Empty(world.Access.Find(id)!.Votes);
        Assert.Equal(["access.quorum-votes"], await world.Refused(id, World.Secretariat, new C.Decide()));
    }

    [Fact]
    public async Task A_text_changed_into_a_wrong_one_cannot_come_back_from_the_question()
    {
        var id = await world.InReview();
        await world.Do(id, World.OtherExpert, new C.Ask("Which purpose?"));
        await world.Do(id, World.Applicant, new C.SaveDraft(World.Draft with { Use = World.Use with { Purpose = "advertising" } }));
        Assert.Equal(["access.check"], (await world.Refused(id, World.Applicant, new C.Answer("This one."))).Distinct());
        Assert.Contains(world.Access.Find(id)!.Checks, c => c.Rule == "purpose.permitted" && !c.Passed);
    }
}
