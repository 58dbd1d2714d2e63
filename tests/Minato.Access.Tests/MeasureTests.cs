using C = Minato.Access.MeasureCommand;

namespace Minato.Access.Tests;

/// <summary>A breach, from the report to the measure, its effect on permits at once, its publication and its reversal.</summary>
public class MeasureTests
{
    private static readonly Actor Other = World.Secretariat with { Id = new("office-2") };
    private static readonly Bilingual Public = new("許可の条件に反する持ち出し", "Results were taken out against the permit");

    private static readonly Dictionary<char, Actor> People = new() { ['R'] = World.Applicant, ['O'] = World.Secretariat, ['F'] = Other, ['U'] = World.Auditor, ['P'] = World.Stranger };

    // R respondent, O opener, F another of the office, U auditor, P public
    [Theory]
    [InlineData(MeasureState.Opened, "OpenHearing OF|Answer -|Decide -|Drop OF|Appeal -|Reverse -|Uphold -")]
    [InlineData(MeasureState.Hearing, "OpenHearing -|Answer R|Decide F|Drop F|Appeal -|Reverse -|Uphold -")]
    [InlineData(MeasureState.Heard, "OpenHearing -|Answer R|Decide F|Drop F|Appeal -|Reverse -|Uphold -")]
    [InlineData(MeasureState.Decided, "OpenHearing -|Answer -|Decide -|Drop -|Appeal R|Reverse F|Uphold -")]
    [InlineData(MeasureState.Appealed, "OpenHearing -|Answer -|Decide -|Drop -|Appeal -|Reverse F|Uphold F")]
    [InlineData(MeasureState.Reversed, "OpenHearing -|Answer -|Decide -|Drop -|Appeal -|Reverse -|Uphold -")]
    [InlineData(MeasureState.Dropped, "OpenHearing -|Answer -|Decide -|Drop -|Appeal -|Reverse -|Uphold -")]
    public async Task Exactly_what_the_table_allows_is_allowed(MeasureState state, string table)
    {
        var (measures, id) = await In(new World(), state);
        foreach (var row in table.Split('|').Select(r => r.Split(' ')))
        {
            foreach (var (letter, actor) in People)
            {
                var done = await measures.ExecuteAsync(id, Command(row[0]), actor, TestContext.Current.CancellationToken);
                var allowed = row[1].Contains(letter, StringComparison.Ordinal);
                Assert.True(done.Findings.All(f => f.Code != "measure.not-permitted") == allowed, $"{row[0]} in {state} by {letter}");
                if (done.IsOk)
                {
                    (measures, id) = await In(new World(), state);
                }
            }
        }
    }

    [Fact]
    public async Task Nobody_is_measured_unheard_before_the_time_to_answer_has_passed()
    {
        var world = new World();
        var (measures, id) = await In(world, MeasureState.Hearing);
        var decide = new C.Decide(MeasureKind.Warning, "Reasons.", Public);
        Assert.Equal("measure.not-heard", (await measures.ExecuteAsync(id, decide, Other, TestContext.Current.CancellationToken)).Findings.Single().Code);
        Assert.Equal("hearing", measures.ClocksOf(id, World.Applicant).Single().Id);
        world.Clock.Pass(30); // 29 April is a holiday.
        Assert.True((await measures.ExecuteAsync(id, decide, Other, TestContext.Current.CancellationToken)).IsOk);
    }

    [Fact]
    public async Task A_suspension_holds_at_once_and_is_lifted_with_its_reversal()
    {
        var world = new World();
        var (measures, id) = await In(world, MeasureState.Heard);
        await measures.ExecuteAsync(id, new C.Decide(MeasureKind.Suspension, "Reasons.", Public), Other, TestContext.Current.CancellationToken);
        Assert.Equal("access.permit-suspended", world.Access.InForce(new("p-2026-0001")).Findings.Single().Code);
        Assert.Equal(Public, measures.Published.Single().Summary);
        Assert.Equal("withheld", measures.Published.Single().Respondent.Value);
        await measures.ExecuteAsync(id, new C.Appeal("It was another account."), World.Applicant, TestContext.Current.CancellationToken);
        Assert.False(world.Access.InForce(new("p-2026-0001")).IsOk);
        await measures.ExecuteAsync(id, new C.Reverse("It was."), Other, TestContext.Current.CancellationToken);
        Assert.True(world.Access.InForce(new("p-2026-0001")).IsOk);
    }

    [Fact]
    public async Task An_urgent_case_suspends_before_the_hearing_and_dropping_it_lifts_that()
    {
        var world = new World();
        var permit = await world.Permitted();
        var measures = Open(world);
        var opened = (await measures.OpenAsync(Report(permit.Id) with { Urgent = true }, World.Secretariat, TestContext.Current.CancellationToken)).Value;
        Assert.False(world.Access.InForce(permit.Id).IsOk);
        await measures.ExecuteAsync(opened.Id, new C.Drop("A false alarm."), Other, TestContext.Current.CancellationToken);
        Assert.True(world.Access.InForce(permit.Id).IsOk);
    }

    [Fact]
    public async Task An_exclusion_ends_permits_takes_the_person_from_others_and_ends_by_the_calendar()
    {
        var world = new World();
        var (measures, id) = await In(world, MeasureState.Heard);
        var other = (await world.Access.CreateAsync(World.Member, TestContext.Current.CancellationToken)).Value;
        await world.Do(other, World.Member, new ApplicationCommand.SaveDraft(World.Draft with { Use = World.Use with { Members = [World.Member.Id, World.Applicant.Id] } }));
        await world.Do(other, World.Member, new ApplicationCommand.Submit());
        await world.Do(other, World.Secretariat, new ApplicationCommand.AssignReviewers(World.Panel));
        foreach (var reviewer in World.Panel)
        {
            await world.Do(other, reviewer, World.Approve);
        }

        await world.Do(other, World.Secretariat, new ApplicationCommand.Decide());
        await world.Do(other, World.Applicant, new ApplicationCommand.ConfirmDuties());
        await world.Do(other, World.Member, new ApplicationCommand.AcceptFee());

        foreach (var months in new[] { 0, 61 })
        {
            Assert.Equal("measure.months", (await measures.ExecuteAsync(id, new C.Decide(MeasureKind.Exclusion, "Reasons.", Public, months), Other, TestContext.Current.CancellationToken)).Findings.Single().Code);
        }

        await measures.ExecuteAsync(id, new C.Decide(MeasureKind.Exclusion, "Reasons.", Public, 60, OfOrganisation: true), Other, TestContext.Current.CancellationToken);
        Assert.Equal("access.permit-ended", world.Access.InForce(new("p-2026-0001")).Findings.Single().Code);
        Assert.Equal([World.Member.Id], world.Access.InForce(new("p-2026-0002")).Value.Use.Members);
        Assert.True(measures.IsExcluded(World.Applicant.Id, ""));
        Assert.True(measures.IsExcluded(World.Member.Id, "minato medical university "));
        Assert.False(measures.IsExcluded(World.Stranger.Id, "Elsewhere"));
        world.Clock.Now = world.Clock.Now.AddMonths(60);
        Assert.False(measures.IsExcluded(World.Applicant.Id, ""));
    }

    [Fact]
    public async Task A_measure_recorded_just_before_the_node_stopped_takes_effect_when_it_starts()
    {
        var world = new World();
        var (measures, id) = await In(world, MeasureState.Heard);
        await measures.ExecuteAsync(id, new C.Decide(MeasureKind.Revocation, "Reasons.", Public), Other, TestContext.Current.CancellationToken);
        var stopped = new MemoryLedger(world.Clock);
        foreach (var e in world.Ledger.ReadAll().TakeWhile(e => e.Type != "access.permit-ended"))
        {
            await stopped.AppendAsync(e.Stream, -1, e.By, [new(e.Type, e.Json)], ct: TestContext.Current.CancellationToken);
        }

        var access = AccessRoom.Open(new AccessOptions(World.StandardsFolder), stopped, World.Keys, new TwoDatasets(), world.Clock);
        Assert.True(access.InForce(new("p-2026-0001")).IsOk);
        MeasureRoom.Open(new AccessOptions(World.StandardsFolder), stopped, access, world.Clock);
        Assert.Equal("access.permit-ended", access.InForce(new("p-2026-0001")).Findings.Single().Code);
    }

    [Fact]
    public async Task A_case_is_opened_by_the_office_and_seen_by_whom_it_concerns()
    {
        var world = new World();
        var (measures, id) = await In(world, MeasureState.Opened);
        Assert.Equal("measure.not-permitted", (await measures.OpenAsync(Report(null), World.Stranger, TestContext.Current.CancellationToken)).Findings.Single().Code);
        Assert.Equal("measure.report", (await measures.OpenAsync(Report(null) with { Facts = " " }, Other, TestContext.Current.CancellationToken)).Findings.Single().Code);
        Assert.Equal("measure.report", (await measures.OpenAsync(Report(null) with { Respondent = Other.Id }, Other, TestContext.Current.CancellationToken)).Findings.Single().Code);
        Assert.Equal("measure.permit", (await measures.OpenAsync(Report(new("p-2026-0099")), Other, TestContext.Current.CancellationToken)).Findings.Single().Code);
        Assert.Equal("measure.permit", (await measures.OpenAsync(Report(null) with { Urgent = true }, Other, TestContext.Current.CancellationToken)).Findings.Single().Code);
        Assert.Equal([id], measures.VisibleTo(World.Applicant).Select(v => v.Id));
        Assert.Empty(measures.VisibleTo(World.Stranger));
        Assert.Empty(measures.ClocksOf(id, World.Stranger));
        Assert.Empty(measures.Published);
        Assert.Equal("measure.unknown", (await measures.ExecuteAsync("../x", new C.OpenHearing(), Other, TestContext.Current.CancellationToken)).Findings.Single().Code);
    }

    private static MeasureRoom Open(World world) => MeasureRoom.Open(new AccessOptions(World.StandardsFolder), world.Ledger, world.Access, world.Clock);

    [Fact]
    public async Task A_case_without_a_permit_is_read_back()
    {
        var measures = Open(new World());
        var opened = (await measures.OpenAsync(Report(null), World.Secretariat, TestContext.Current.CancellationToken)).Value;
        Assert.Null(Assert.Single(measures.VisibleTo(World.Secretariat), v => v.Id == opened.Id).Permit);
    }

    private static MeasureReport Report(PermitId? permit) => new(World.Applicant.Id, "Minato Medical University", permit, "EHDS 61(3)", "A table with single persons was photographed.");

    private static MeasureCommand Command(string name) => name switch
    {
        nameof(C.OpenHearing) => new C.OpenHearing(),
        nameof(C.Answer) => new C.Answer("I did not."),
        nameof(C.Decide) => new C.Decide(MeasureKind.Warning, "Reasons.", Public),
        nameof(C.Drop) => new C.Drop("r"),
        nameof(C.Appeal) => new C.Appeal("r"),
        nameof(C.Reverse) => new C.Reverse("r"),
        _ => new C.Uphold("r"),
    };

    private static async Task<(MeasureRoom Measures, string Id)> In(World world, MeasureState state)
    {
        var permit = await world.Permitted();
        var measures = Open(world);
        var id = (await measures.OpenAsync(Report(permit.Id), World.Secretariat)).Value.Id;
        (MeasureState Until, MeasureCommand Command, Actor By)[] way =
        [
            (MeasureState.Hearing, new C.OpenHearing(), World.Secretariat), (MeasureState.Heard, new C.Answer("I did not."), World.Applicant),
            (MeasureState.Decided, new C.Decide(MeasureKind.Warning, "Reasons.", Public), Other), (MeasureState.Appealed, new C.Appeal("r"), World.Applicant), (MeasureState.Reversed, new C.Reverse("r"), Other),
        ];
        if (state == MeasureState.Dropped)
        {
            way = [(MeasureState.Dropped, new C.Drop("r"), Other)];
        }

        foreach (var step in way.TakeWhile(s => state == MeasureState.Dropped || s.Until <= state))
        {
            _ = (await measures.ExecuteAsync(id, step.Command, step.By)).Value;
        }

        Assert.Equal(state, measures.VisibleTo(World.Auditor).Single().State);
        return (measures, id);
    }
}
