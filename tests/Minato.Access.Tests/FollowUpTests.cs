using C = Minato.Access.ApplicationCommand;

namespace Minato.Access.Tests;

/// <summary>After the permit: amendments, a renewal, members who come and go; and before it, appeals, offers, disputes, holders, several bodies.</summary>
public class FollowUpTests
{
    [Fact]
    public async Task An_amendment_makes_the_next_version_of_the_same_permit()
    {
        var world = new World();
        var id = await world.Changed(FollowKind.Amendment, d => d with { Use = d.Use with { Datasets = [d.Use.Datasets[0]] } });
        Assert.Equal(ApplicationState.Applied, world.Access.Find(id)!.State);
        var original = world.Access.Find(new("a-2026-0001"))!;
        var permit = world.Access.InForce(new("p-2026-0001")).Value;
        Assert.Equal((2, 1, 0), (permit.Version, permit.Use.Datasets.Count, permit.Renewals));
        Assert.Equal([World.Applicant.Id, World.Member.Id], permit.Use.Members);
        Assert.Equal(original.PermitVersions[0].Until, permit.Until);
        Assert.Equal([1, 2], original.PermitVersions.Select(p => p.Version));
        Assert.Null(world.Access.FindPermit(new("p-2026-0002")));
    }

    [Fact]
    public async Task A_renewal_moves_the_end_once_and_is_asked_for_a_month_before()
    {
        var world = new World();
        await world.Changed(FollowKind.Renewal);
        var permit = world.Access.InForce(new("p-2026-0001")).Value;
        Assert.Equal((2, 1), (permit.Version, permit.Renewals));
        Assert.Equal(permit.From.AddMonths(24), permit.Until);
        Assert.Equal("access.renewed-once", (await world.Access.FollowAsync(new(permit.Id, FollowKind.Renewal), World.Applicant)).Findings.Single().Code);

        var late = new World();
        var ending = await late.Permitted();
        late.Clock.Now = ending.Until.AddDays(-20);
        Assert.Equal("access.renewal-late", (await late.Access.FollowAsync(new(ending.Id, FollowKind.Renewal), World.Applicant)).Findings.Single().Code);
        Assert.True((await late.Access.FollowAsync(new(ending.Id, FollowKind.Amendment), World.Applicant)).IsOk);
        Assert.Equal("access.unknown-permit", (await late.Access.FollowAsync(new(ending.Id, FollowKind.Amendment), World.Stranger)).Findings.Single().Code);
    }

    [Fact]
    public async Task A_change_accepted_just_before_the_node_stopped_is_finished_when_it_starts()
    {
        var world = new World();
        await world.Changed(FollowKind.Renewal);
        var events = world.Ledger.ReadAll().ToArray();
        var renewed = Array.FindIndex(events, e => e.Type == "access.permit-renewed");
        var stopped = new MemoryLedger(world.Clock);
        foreach (var e in events.Take(renewed))
        {
            await stopped.AppendAsync(e.Stream, -1, e.By, [new(e.Type, e.Json)], ct: TestContext.Current.CancellationToken);
        }

        var access = AccessRoom.Open(new AccessOptions(World.StandardsFolder), stopped, World.Keys, new TwoDatasets(), world.Clock);
        Assert.Equal((2, 1), (access.FindPermit(new("p-2026-0001"))!.Version, access.FindPermit(new("p-2026-0001"))!.Renewals));
        var again = AccessRoom.Open(new AccessOptions(World.StandardsFolder), stopped, World.Keys, new TwoDatasets(), world.Clock);
        Assert.Equal(2, again.Find(new("a-2026-0001"))!.PermitVersions.Count);
    }

    [Fact]
    public async Task Members_belong_to_the_permit_from_their_confirmation_until_they_are_removed()
    {
        var world = new World();
        var id = await world.Approved();
        var permit = (await world.Do(id, World.Applicant, new C.AcceptFee())).Permit!;
        Assert.Equal([World.Applicant.Id], permit.Use.Members);
        Assert.Equal([World.Member.Id], world.Access.Find(id)!.Invited);

        await world.Do(id, World.Member, new C.ConfirmDuties());
        Assert.Equal([World.Applicant.Id, World.Member.Id], world.Access.FindPermit(permit.Id)!.Use.Members);
        Assert.Equal(["access.confirmed"], await world.Refused(id, World.Member, new C.ConfirmDuties()));

        var mei = new Actor(new("mei"), Role.Researcher, "Mei", "Elsewhere");
        Assert.Equal(["access.not-permitted"], await world.Refused(id, mei, new C.ConfirmDuties()));
        Assert.Equal(["access.member"], await world.Refused(id, World.Applicant, new C.InviteMember(World.Expert.Id)));
        await world.Do(id, World.Applicant, new C.InviteMember(mei.Id));
        await world.Do(id, mei, new C.ConfirmDuties());
        Assert.Equal(["access.member"], await world.Refused(id, World.Applicant, new C.RemoveMember(World.Applicant.Id, "r")));
        await world.Do(id, World.Secretariat, new C.RemoveMember(World.Member.Id, "Left the university."));
        var now = world.Access.FindPermit(permit.Id)!;
        Assert.Equal([World.Applicant.Id, mei.Id], now.Use.Members);
        Assert.Equal(4, now.Version);
        Assert.Empty(world.Access.PermittedCommands(id, World.Member));
        Assert.Empty(world.Access.VisibleTo(World.Member));
    }

    [Fact]
    public async Task An_appeal_is_heard_by_other_people_and_once()
    {
        var world = new World();
        var id = await Refused(world, World.Refuse);
        await world.Do(id, World.Applicant, new C.Appeal("The amount was explained in section 5."));
        Assert.Equal(["access.sat-before", "access.sat-before", "access.sat-before"], await world.Refused(id, World.Secretariat, new C.AssignReviewers(World.Panel)));
        Actor[] others = [World.Substitute, World.Substitute with { Id = new("kato"), Affiliation = "Higashi" }, World.Citizen with { Id = new("mori") }];
        await world.Do(id, World.Secretariat, new C.AssignReviewers(others));
        foreach (var other in others)
        {
            await world.Do(id, other, World.Refuse);
        }

        await world.Do(id, World.Secretariat, new C.Decide());
        Assert.Equal(["access.appeal-once"], await world.Refused(id, World.Applicant, new C.Appeal("once more")));
    }

    [Fact]
    public async Task Instead_of_rows_a_table_may_be_offered_and_the_same_panel_decides_on_it()
    {
        var world = new World();
        var no = await Refused(world, World.Refuse);
        Assert.Equal(["access.no-offer"], await world.Refused(no, World.Applicant, new C.TakeStatistics(["sex"])));

        var id = await Refused(world, World.Refuse with { Vote = Vote.StatisticsInstead });
        Assert.True(world.Access.Find(id)!.StatisticsOffered);
        Assert.Equal(["access.table"], await world.Refused(id, World.Applicant, new C.TakeStatistics([])));
        await world.Do(id, World.Applicant, new C.TakeStatistics(["gender_concept_id"]));
        Assert.Equal(["request-assessment"], world.Access.ClocksOf(id, World.Applicant).Where(c => c.StoppedAt is null).Select(c => c.Id));
        foreach (var reviewer in World.Panel)
        {
            await world.Do(id, reviewer, World.Approve);
        }

        await world.Do(id, World.Secretariat, new C.Decide());
        var permit = (await world.Do(id, World.Applicant, new C.AcceptFee())).Permit!;
        Assert.Equal(["gender_concept_id"], permit.Use.Table!.By);
    }

    [Fact]
    public async Task A_decision_in_part_leaves_out_what_most_would_not_give()
    {
        var world = new World();
        var id = await world.InReview();
        Assert.Equal(["access.vote-without"], await world.Refused(id, World.Expert, World.Approve with { Without = [new("unknown")] }));
        Assert.Equal(["access.vote-without"], await world.Refused(id, World.Expert, World.Approve with { Without = [new("claims"), new("records")] }));
        await world.Do(id, World.Expert, World.Approve with { Without = [new("records")] });
        await world.Do(id, World.OtherExpert, World.Approve with { Without = [new("records")] });
        await world.Do(id, World.Citizen, World.Approve);
        var decided = await world.Do(id, World.Secretariat, new C.Decide());
        Assert.Contains("Approved in part", decided.Decision, StringComparison.Ordinal);
        var permit = (await world.Do(id, World.Applicant, new C.AcceptFee())).Permit!;
        Assert.Equal(["claims"], permit.Use.Datasets.Select(d => d.Dataset.Value));
        Assert.True(permit.Fee.TotalYen < world.Access.Preview(World.Draft).Quote.Value.TotalYen);
    }

    [Fact]
    public async Task Dissent_stands_in_the_decision()
    {
        var world = new World();
        var id = await world.InReview();
        await world.Do(id, World.Expert, World.Approve);
        await world.Do(id, World.OtherExpert, World.Approve);
        await world.Do(id, World.Citizen, World.Refuse);
        var decision = (await world.Do(id, World.Secretariat, new C.Decide())).Decision!;
        Assert.EndsWith("Dissent:\n- Too much data for the question.", decision, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disputed_fee_is_settled_lower_or_the_same_before_the_permit()
    {
        var world = new World();
        var id = await world.Approved();
        var fee = world.Access.Find(id)!.Fee!.TotalYen;
        Assert.Equal(["access.no-dispute"], await world.Refused(id, World.Secretariat, new C.SettleFee(1, "r")));
        await world.Do(id, World.Applicant, new C.DisputeFee("The data hours seem high."));
        Assert.Equal(["access.fee-disputed"], await world.Refused(id, World.Applicant, new C.AcceptFee()));
        Assert.Equal(["access.settlement"], await world.Refused(id, World.Secretariat, new C.SettleFee(fee + 1, "r")));
        Assert.Equal(["access.settlement"], await world.Refused(id, World.Secretariat, new C.SettleFee(0.5m, "r")));
        await world.Do(id, World.Secretariat, new C.SettleFee(50_000, "One hour less."));
        Assert.Equal(fee - 50_000, (await world.Do(id, World.Applicant, new C.AcceptFee())).Permit!.Fee.TotalYen);
    }

    [Fact]
    public async Task A_holder_is_asked_sees_what_it_was_asked_and_answers_once()
    {
        var world = new World();
        var id = await world.InReview();
        Assert.Empty(world.Access.VisibleTo(World.Holder));
        Assert.Equal(["access.not-the-holder"], await world.Refused(id, World.Secretariat, new C.AskHolder(HolderTask.Feasibility, new("other"), "q")));
        Assert.Equal(["access.holder-task"], await world.Refused(id, World.Secretariat, new C.AskHolder(HolderTask.Delivery, new("holder"), "q")));
        await world.Do(id, World.Secretariat, new C.AskHolder(HolderTask.Feasibility, new("holder"), "Can you deliver 2016?"));
        Assert.Equal(["access.holder-asked"], await world.Refused(id, World.Secretariat, new C.AskHolder(HolderTask.Feasibility, new("holder"), "q")));

        var seen = world.Access.VisibleTo(World.Holder).Single();
        Assert.Empty(seen.Reviewers);
        Assert.Equal("Can you deliver 2016?", seen.Holders.Single().Question);
        Assert.Equal(["access.holder-cost"], await world.Refused(id, World.Holder, new C.AnswerAsHolder(HolderTask.Feasibility, true, "Yes.", -1)));
        await world.Do(id, World.Holder, new C.AnswerAsHolder(HolderTask.Feasibility, true, "Yes, from April.", 120_000));
        Assert.Equal(["access.not-asked"], await world.Refused(id, World.Holder, new C.AnswerAsHolder(HolderTask.Feasibility, true, "Yes.", null)));
        Assert.Equal(120_000, world.Access.Find(id)!.Holders.Single().CostYen);
        Assert.Empty(ViewFor.Public(world.Access.Find(id)!, []).Holders);
    }

    [Fact]
    public async Task Where_several_bodies_review_each_needs_its_panel_and_its_majority()
    {
        var world = new World();
        var access = AccessRoom.Open(new AccessOptions(World.StandardsFolder, "shared"), world.Ledger, World.Keys, new TwoDatasets(), world.Clock);
        async Task<Outcome<ApplicationView>> Try(Actor by, ApplicationCommand c) => await access.ExecuteAsync(new("a-2026-0001"), c, by);
        async Task<ApplicationView> Do(Actor by, ApplicationCommand c) => (await Try(by, c)).Value;
        await access.CreateAsync(World.Applicant, TestContext.Current.CancellationToken);
        await Do(World.Applicant, new C.SaveDraft(World.Draft));
        Assert.Equal(["public", "certified"], (await Do(World.Applicant, new C.Submit())).Bodies.Select(b => b.Id));
        await Do(World.Secretariat, new C.AssignReviewers(World.Panel, "public"));
        Assert.Equal("access.no-body", (await Try(World.Secretariat, new C.AssignReviewers(World.Panel, "nobody"))).Findings.Single().Code);
        Assert.Equal("access.reviewer-twice", (await Try(World.Secretariat, new C.AssignReviewers(World.Panel, "certified"))).Findings[0].Code);
        foreach (var reviewer in World.Panel)
        {
            await Do(reviewer, World.Approve);
        }

        Assert.Equal("access.quorum-panel", (await Try(World.Secretariat, new C.Decide())).Findings.Single().Code);
        Actor[] others = [World.Substitute, World.Substitute with { Id = new("kato"), Affiliation = "Higashi" }, World.Citizen with { Id = new("mori") }];
        await Do(World.Secretariat, new C.AssignReviewers(others, "certified"));
        await Do(others[0], World.Refuse);
        await Do(others[1], World.Refuse);
        await Do(others[2], World.Approve);
        var decided = await Do(World.Secretariat, new C.Decide());
        Assert.Equal(ApplicationState.Refused, decided.State);
        Assert.Contains("Bodies: public 3 of 3, certified 1 of 3.", decided.Decision, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_are_reported_with_a_summary_in_both_languages_and_published()
    {
        var world = new World();
        var permit = await world.Permitted();
        var id = permit.Application;
        Assert.Equal(["access.results"], await world.Refused(id, World.Applicant, new C.ReportResults(new("要約", ""), "https://doi.org/10.1/x")));
        Assert.Equal(["access.results"], await world.Refused(id, World.Applicant, new C.ReportResults(new("要約", "Summary"), "javascript:alert(1)")));
        world.Clock.Now = permit.Until.AddMonths(2);
        await world.Do(id, World.Member, new C.ReportResults(new("薬Aのほうがよかった", "Medicine A did better"), "https://doi.org/10.1/x"));
        Assert.Equal("https://doi.org/10.1/x", world.Access.Published.Single().Results.Single().Address);
        Assert.Equal(ClockState.Met, world.Access.ClocksOf(id, World.Secretariat).Single(c => c.Id == "results").State);
    }

    [Fact]
    public async Task Who_is_excluded_by_a_measure_neither_begins_nor_submits()
    {
        var world = new World();
        var excluded = false;
        var access = AccessRoom.Open(new AccessOptions(World.StandardsFolder) { IsExcluded = (id, _) => excluded && id == World.Applicant.Id }, world.Ledger, World.Keys, new TwoDatasets(), world.Clock);
        var begun = (await access.CreateAsync(World.Applicant, TestContext.Current.CancellationToken)).Value;
        await access.ExecuteAsync(begun, new C.SaveDraft(World.Draft), World.Applicant, TestContext.Current.CancellationToken);
        excluded = true;
        Assert.Equal("access.excluded", (await access.CreateAsync(World.Applicant, TestContext.Current.CancellationToken)).Findings.Single().Code);
        Assert.Equal("access.excluded", (await access.ExecuteAsync(begun, new C.Submit(), World.Applicant, TestContext.Current.CancellationToken)).Findings.Single().Code);
    }

    private static async Task<ApplicationId> Refused(World world, C.CastVote vote)
    {
        var id = await world.InReview();
        foreach (var reviewer in World.Panel)
        {
            await world.Do(id, reviewer, vote);
        }

        await world.Do(id, World.Secretariat, new C.Decide());
        return id;
    }
}
