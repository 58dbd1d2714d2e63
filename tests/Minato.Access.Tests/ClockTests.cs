using System.Globalization;
using C = Minato.Access.ApplicationCommand;

namespace Minato.Access.Tests;

/// <summary>Every limit of the table of limits: when it starts, ends, stands, is extended, and what year end and holidays do to it.</summary>
public class ClockTests
{
    private static readonly ClockStandard Limits = StandardFolder<ClockStandard>.Read(Path.Combine(World.Repository, "standards", "clocks")).InForce(new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));

    // limit | what happened, MM-DD of 2026 or a whole day | today | due | state (days left)
    [Theory]
    // An incomplete application: 4 weeks (EHDS 68(4)).
    [InlineData("complete", "04-01 application-submitted, 04-10 question-asked", "04-20", "2026-05-08", "Running 18")]
    [InlineData("complete", "04-01 application-submitted, 04-10 question-asked, 05-08 question-answered", "06-01", "2026-05-08", "Met 0")]
    [InlineData("complete", "04-01 application-submitted, 04-10 question-asked, 05-11 question-answered", "06-01", "2026-05-08", "MetLate 0")]
    [InlineData("complete", "04-01 application-submitted, 04-10 question-asked", "05-09", "2026-05-08", "Overdue -1")]
    [InlineData("complete", "12-03 question-asked", "12-04", "2027-01-04", "Running 31")]
    // The decision: 3 months from the complete application, once 3 more; void while waiting, restarted by the answer.
    [InlineData("decision", "04-01 application-submitted", "04-02", "2026-07-01", "Running 90")]
    [InlineData("decision", "04-01 application-submitted", "06-20", "2026-07-01", "DueSoon 11")]
    [InlineData("decision", "04-01 application-submitted", "07-02", "2026-07-01", "Overdue -1")]
    [InlineData("decision", "04-01 application-submitted, 06-30 deadline-extended:decision", "07-02", "2026-10-01", "Running 91")]
    [InlineData("decision", "04-01 application-submitted, 05-30 deadline-extended:decision, 06-01 deadline-extended:decision", "07-02", "2026-10-01", "Running 91")]
    [InlineData("decision", "04-01 application-submitted, 05-01 question-asked", "09-02", "2026-07-01", "Held -63")]
    [InlineData("decision", "04-01 application-submitted, 05-01 question-asked, 05-20 question-answered", "06-02", "2026-08-20", "Running 79")]
    [InlineData("decision", "04-01 application-submitted, 06-30 application-refused", "12-02", "2026-07-01", "Met 0")]
    [InlineData("decision", "04-01 application-submitted, 07-02 application-approved", "12-02", "2026-07-01", "MetLate 0")]
    [InlineData("decision", "09-30 application-submitted", "10-02", "2027-01-04", "Running 94")]
    // Public bodies and purposes a to c: 2 months, once 1 more (68(6)).
    [InlineData("decision-accelerated", "04-01 application-submitted", "04-02", "2026-06-01", "Running 60")]
    [InlineData("decision-accelerated", "04-01 application-submitted, 05-31 deadline-extended:decision-accelerated", "06-02", "2026-07-01", "Running 29")]
    // A request for statistics: 3 months to assess, 3 more to answer (69(4)).
    [InlineData("request-assessment", "04-01 application-submitted", "04-02", "2026-07-01", "Running 90")]
    [InlineData("request-answer", "04-01 application-submitted, 04-30 application-approved", "05-01", "2026-07-30", "Running 90")]
    [InlineData("request-answer", "04-30 application-approved, 05-10 processing.tabulated", "08-01", "2026-07-30", "Met 0")]
    // Holders: 15 working days over Golden Week; a trusted holder's 2 months and the body's 2 after them (72(5)); data in 3 months, once 3 more (60(2)).
    [InlineData("holder-answer", "04-24 holder-asked/feasibility", "04-25", "2026-05-21", "Running 26")]
    [InlineData("trusted-assessment", "04-01 holder-asked/assessment", "04-02", "2026-06-01", "Running 60")]
    [InlineData("trusted-decision", "04-01 holder-asked/assessment, 05-15 holder-answered/assessment", "05-16", "2026-07-15", "Running 60")]
    [InlineData("holder-delivery", "04-01 holder-asked/delivery", "04-02", "2026-07-01", "Running 90")]
    [InlineData("holder-delivery", "04-01 holder-asked/delivery, 06-01 deadline-extended:holder-delivery", "07-02", "2026-10-01", "Running 91")]
    [InlineData("holder-delivery", "04-01 holder-asked/delivery, 06-01 holder-answered/feasibility, 06-02 holder-answered/delivery", "07-02", "2026-07-01", "Met 0")]
    // Data in the environment: 2 months (68(7)); Japan's own aim of 7 days, which no holiday moves.
    [InlineData("data-available", "04-01 permit-issued", "04-02", "2026-06-01", "Running 60")]
    [InlineData("data-available", "04-01 permit-issued, 04-08 processing.extracted", "06-02", "2026-06-01", "Met 0")]
    [InlineData("data-available-japan", "04-27 permit-issued", "04-28", "2026-05-04", "Running 6")]
    // Decisions are public within 30 working days: here at once.
    [InlineData("publication", "04-01 application-refused", "04-02", "2026-05-19", "Met 0")]
    [InlineData("fee-dispute", "04-01 fee-disputed", "04-02", "2026-05-01", "Running 29")]
    [InlineData("fee-dispute", "04-01 fee-disputed, 04-20 fee-settled", "06-02", "2026-05-01", "Met 0")]
    // Around the end of the permit, 2026-10-15: papers for a renewal a month before, erasure 6 months after, results in 18, logs a year and two.
    [InlineData("renewal", "04-01 permit-issued, 10-15 permit.until", "04-02", "2026-09-15", "Running 166")]
    [InlineData("renewal", "04-01 permit-issued, 10-15 permit.until", "09-16", "2026-09-15", "Passed 0")]
    [InlineData("erasure", "10-15 permit.until", "10-16", "2027-04-15", "Running 181")]
    [InlineData("erasure", "10-15 permit.until, 11-01 workspace.space-erased", "2027-06-01", "2027-04-15", "Met 0")]
    [InlineData("results", "10-15 permit.until", "10-16", "2028-04-17", "Running 549")]
    [InlineData("results", "10-15 permit.until, 2028-03-01 deadline-extended:results", "2028-05-01", "2029-04-16", "Running 350")]
    [InlineData("results", "10-15 permit.until, 2027-03-01 results-reported", "2028-05-01", "2028-04-17", "Met 0")]
    [InlineData("logs-kept", "10-15 permit.until", "2026-12-01", "2027-10-15", "Running 318")]
    [InlineData("logs-kept", "10-15 permit.until", "2027-10-15", "2027-10-15", "Met 0")]
    [InlineData("logs-kept-japan", "10-15 permit.until", "2027-10-15", "2028-10-15", "Running 366")]
    // The catalogue's yearly check starts anew with each.
    [InlineData("attestation", "04-01 catalogue.described-by-holder", "04-02", "2027-04-01", "Running 364")]
    [InlineData("attestation", "04-01 catalogue.described-by-holder, 06-01 catalogue.attested", "06-02", "2027-06-01", "Running 364")]
    // Measures: heard within 4 weeks, published within 10 working days.
    [InlineData("hearing", "04-01 hearing-opened", "04-02", "2026-04-30", "Running 28")]
    [InlineData("hearing", "04-01 hearing-opened, 04-10 heard", "06-02", "2026-04-30", "Met 0")]
    [InlineData("measure-published", "04-01 measure-decided", "04-02", "2026-04-15", "Met 0")]
    // The activity report: two years from 2027, six months to write it.
    [InlineData("activity-report", "", "2028-12-01", "2029-07-02", "Running 213")]
    [InlineData("activity-report", "", "2029-07-03", "2029-07-02", "Overdue -1")]
    [InlineData("activity-report", "2029-06-01 report-published", "2029-07-10", "2029-07-02", "Met 0")]
    [InlineData("activity-report", "2029-06-01 report-published", "2031-02-01", "2031-06-30", "Running 149")]
    public void A_limit_ends_when_its_law_says(string limit, string happened, string today, string due, string state)
    {
        var rule = Limits.Rules.Single(r => r.Id == limit);
        var marks = happened.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(Mark).ToArray();
        var clock = ClockEngine.Read(Limits, CalendarTests.Japan, rule.Subject, "x", marks, new ClockRouteOf(limit.StartsWith("request", StringComparison.Ordinal), limit.EndsWith("accelerated", StringComparison.Ordinal), false), Noon(today)).Single(c => c.Id == limit);
        Assert.Equal(due, clock.Due.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Assert.Equal(state, $"{clock.State} {clock.DaysLeft}");
    }

    [Fact]
    public void Every_limit_of_the_standard_is_in_the_table_above_and_has_both_languages()
    {
        var tried = typeof(ClockTests).GetMethod(nameof(A_limit_ends_when_its_law_says))!.GetCustomAttributesData().Where(a => a.AttributeType == typeof(InlineDataAttribute))
            .Select(a => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!)[0].Value!).ToHashSet();
        Assert.Equal(Limits.Rules.Select(r => r.Id).Order(), tried.Order());
        Assert.All(Limits.Rules, r => Assert.True(r.Label.Ja.Length > 0 && r.Label.En.Length > 0 && r.Law.Length > 0));
    }

    [Fact]
    public void A_limit_that_has_not_begun_is_none()
    {
        Assert.Empty(ClockEngine.Read(Limits, CalendarTests.Japan, "application", "x", [], new ClockRouteOf(false, false, false), Noon("04-01")));
        var before = ClockEngine.Read(Limits, CalendarTests.Japan, "application", "x", [Mark("04-01 permit-issued"), Mark("10-15 permit.until")], new ClockRouteOf(false, false, false), Noon("04-02"));
        Assert.Equal(["data-available", "data-available-japan", "renewal"], before.Select(c => c.Id));
        Assert.DoesNotContain(ClockEngine.Read(Limits, CalendarTests.Japan, "application", "x", [Mark("04-01 permit-issued"), Mark("10-15 permit.until")], new ClockRouteOf(false, false, Renewed: true), Noon("04-02")), c => c.Id == "renewal");
    }

    [Fact]
    public void A_suspension_that_resumes_adds_the_days_it_lasted()
    {
        var rule = Limits.Rules.Single(r => r.Id == "decision");
        var resuming = Limits with { Rules = [rule with { Hold = rule.Hold! with { Then = "resume" } }] };
        var clock = ClockEngine.Read(resuming, CalendarTests.Japan, "application", "x", [Mark("04-01 application-submitted"), Mark("05-01 question-asked"), Mark("05-20 question-answered")], new ClockRouteOf(false, false, false), Noon("06-01")).Single();
        Assert.Equal(new DateOnly(2026, 7, 21), clock.Due); // 1 July + 19 days is 20 July, a holiday.
    }

    [Fact]
    public void Days_are_those_of_Japan()
    {
        // 16:00 UTC on 1 April is 2 April in Japan.
        var clock = ClockEngine.Read(Limits, CalendarTests.Japan, "application", "x", [new ClockMark("access.application-submitted", new(2026, 4, 1, 16, 0, 0, TimeSpan.Zero))], new ClockRouteOf(false, false, false), Noon("04-03")).Single(c => c.Id == "decision");
        Assert.Equal((new DateOnly(2026, 4, 2), new DateOnly(2026, 7, 2)), (clock.StartedOn, clock.Due));
    }

    [Fact]
    public async Task Who_may_see_an_application_sees_its_limits_and_the_office_sees_all()
    {
        var world = new World();
        var id = await world.InReview();
        Assert.Equal(["decision"], world.Access.ClocksOf(id, World.Applicant).Select(c => c.Id));
        Assert.Empty(world.Access.ClocksOf(id, World.Stranger));
        Assert.Equal(["activity-report", "decision"], world.Access.Clocks(World.Secretariat).Select(c => c.Id).Order());
        Assert.Equal(["decision"], world.Access.Clocks(World.Expert).Select(c => c.Id));
        Assert.Empty(world.Access.Clocks(World.Stranger));
    }

    [Fact]
    public async Task A_limit_is_extended_once_with_a_reason_while_it_runs()
    {
        var world = new World();
        var id = await world.InReview();
        Assert.Equal(["access.no-reason"], await world.Refused(id, World.Secretariat, new C.ExtendDeadline("decision", " ")));
        Assert.Equal(["access.no-clock"], await world.Refused(id, World.Secretariat, new C.ExtendDeadline("erasure", "r")));
        await world.Do(id, World.Secretariat, new C.ExtendDeadline("decision", "Two holders have to be asked."));
        Assert.Equal(new DateOnly(2026, 10, 1), world.Access.ClocksOf(id, World.Applicant).Single().Due);
        Assert.Equal(["access.no-extension"], await world.Refused(id, World.Secretariat, new C.ExtendDeadline("decision", "again")));

        var late = await world.InReview();
        world.Clock.Pass(100);
        Assert.Equal(["access.too-late"], await world.Refused(late, World.Secretariat, new C.ExtendDeadline("decision", "r")));
    }

    [Fact]
    public async Task An_unanswered_question_ends_the_application_only_after_its_time()
    {
        var world = new World();
        var id = await world.InReview();
        await world.Do(id, World.Secretariat, new C.Ask("Which drugs?"));
        world.Clock.Pass(27);
        Assert.Equal(["access.still-time"], await world.Refused(id, World.Secretariat, new C.CloseUnanswered()));
        world.Clock.Pass(5);
        var closed = await world.Do(id, World.Secretariat, new C.CloseUnanswered());
        Assert.Equal(ApplicationState.Refused, closed.State);
        Assert.Contains("EHDS 68(4)", closed.Decision, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_draft_that_nobody_touches_for_six_months_lapses()
    {
        var world = new World();
        var id = await world.Created();
        await world.Do(id, World.Applicant, new C.SaveDraft(World.Draft));
        world.Clock.Pass(180);
        await world.Do(id, World.Applicant, new C.SaveDraft(World.Draft));
        world.Clock.Pass(185);
        Assert.Equal(ApplicationState.Withdrawn, world.Access.Find(id)!.State);
        Assert.Equal(["access.not-permitted"], await world.Refused(id, World.Applicant, new C.Submit()));
    }

    private static ClockMark Mark(string text)
    {
        var words = text.Split(' ');
        var parts = words[1].Split(':');
        return new ClockMark(parts[0].Contains('.', StringComparison.Ordinal) ? parts[0] : $"access.{parts[0]}", Noon(words[0]), parts.Length > 1 ? parts[1] : null);
    }

    private static DateTimeOffset Noon(string day) => new(CalendarTests.Day(day.Length == 5 ? $"2026-{day}" : day).ToDateTime(new TimeOnly(3, 0)), TimeSpan.Zero);
}
