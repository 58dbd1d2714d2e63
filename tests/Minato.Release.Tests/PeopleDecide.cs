using System.Text;
using System.Text.Json;
using Minato.Tests;

namespace Minato.Release.Tests;

/// <summary>The second door: drafts, two people who do not see each other, return, appeal, and who may do what in which state.</summary>
public sealed class PeopleDecide : IDisposable
{
    private const string Table = "region,persons\nnorth,150\nsouth,90\n";

    private const string Marked = "sex,n,min\nF,150,1.5\n";

    private readonly Exit exit = new();

    public void Dispose() => exit.Dispose();

    private async Task<SubmissionView> SubmitMarked()
    {
        exit.Outbox.Put("m.csv", Encoding.UTF8.GetBytes(Marked));
        return await exit.Submit(Exit.Table("m.csv", ["sex"], "n", OutputKind.Endpoints));
    }

    private Task<Outcome<SubmissionView>> Say(SubmissionView view, ExitVerdict verdict, Actor by) => exit.Release.DecideAsync(view.Id, verdict, $"{verdict} by {by.Id}", by);

    [Fact]
    public async Task What_is_marked_needs_two_who_do_not_see_each_other()
    {
        var view = await SubmitMarked();
        Assert.Equal((Proposal.Review, 2), (view.Proposal, view.PeopleNeeded));
        var first = (await Say(view, ExitVerdict.Release, Village.Checker)).Value;
        Assert.Equal(SubmissionState.InReview, first.State);
        Assert.Single(first.Opinions);
        Assert.Equal("release.said-already", (await Say(view, ExitVerdict.Release, Village.Checker)).Findings[0].Code);
        Assert.Empty(exit.Release.VisibleTo(Village.OtherChecker).Single().Opinions);
        Assert.Empty(exit.Release.VisibleTo(Village.Researcher).Single().Opinions);
        Assert.Single(exit.Release.VisibleTo(Village.Checker).Single().Opinions);
        Assert.Equal("release.not-released", (await exit.Release.FetchAsync(view.Id, "m.csv", Village.Researcher)).Findings[0].Code);

        var second = (await Say(view, ExitVerdict.Release, Village.OtherChecker)).Value;
        Assert.Equal((SubmissionState.Released, 2), (second.State, second.Opinions.Count));
    }

    [Fact]
    public async Task One_of_two_who_does_not_agree_keeps_it_inside()
    {
        var view = await SubmitMarked();
        await Say(view, ExitVerdict.Release, Village.Checker);
        var returned = (await Say(view, ExitVerdict.Return, Village.OtherChecker)).Value;
        Assert.Equal((SubmissionState.Returned, $"Return by {Village.OtherChecker.Id}"), (returned.State, returned.Reasons));

        // Mended, and handed in again; the history is kept.
        exit.Outbox.Put("m.csv", Encoding.UTF8.GetBytes("sex,n,p25\nF,150,1.5\n"));
        var again = await exit.Release.SubmitAsync(Village.Permit, [Exit.Table("m.csv", ["sex"], "n", OutputKind.Positions)], Village.Researcher, mends: view.Id);
        Assert.Equal((SubmissionState.InReview, view.Id, 1), (again.Value.State, again.Value.Mends, again.Value.PeopleNeeded));
        Assert.Equal("release.decided", (await Say(view, ExitVerdict.Release, Village.OtherChecker)).Findings[0].Code);
    }

    [Fact]
    public async Task A_refusal_is_looked_at_once_more_by_others()
    {
        var view = await exit.Submit("t.csv", Table, "region");
        Assert.Equal("release.not-now", (await exit.Release.AppealAsync(view.Id, "Why?", Village.Researcher)).Findings[0].Code);
        await Say(view, ExitVerdict.Refuse, Village.Checker);
        Assert.Equal("release.not-member", (await exit.Release.AppealAsync(view.Id, "Why?", Village.Stranger)).Findings[0].Code);
        Assert.Equal("release.reasons", (await exit.Release.AppealAsync(view.Id, " ", Village.Researcher)).Findings[0].Code);
        var appealed = (await exit.Release.AppealAsync(view.Id, "It is what the permit is for", Village.Researcher)).Value;
        Assert.Equal((SubmissionState.Appealed, 2, 0), (appealed.State, appealed.PeopleNeeded, appealed.Opinions.Count));
        Assert.Equal("release.decided-before", (await Say(view, ExitVerdict.Release, Village.Checker)).Findings[0].Code);

        await Say(view, ExitVerdict.Refuse, Village.OtherChecker);
        Assert.Equal("release.appealed-once", (await exit.Release.AppealAsync(view.Id, "Still", Village.Researcher)).Findings[0].Code);
        Assert.Equal("It is what the permit is for", exit.Release.Published.Single().Appeal);
    }

    [Fact]
    public async Task A_draft_is_kept_changed_and_handed_in_under_its_own_id()
    {
        exit.Outbox.Put("t.csv", Encoding.UTF8.GetBytes(Table));
        var file = Exit.Table("t.csv", ["region"]);
        var draft = (await exit.Release.SaveDraftAsync(Village.Permit, [file with { Description = "first" }], Village.Researcher)).Value;
        Assert.Equal((SubmissionState.Draft, 0), (draft.State, draft.Checks.Count));
        Assert.Empty(exit.Release.VisibleTo(Village.Checker));
        Assert.Empty(exit.Release.Published);
        Assert.Equal("release.not-member", (await exit.Release.SaveDraftAsync(Village.Permit, [file], Village.Stranger, draft.Id)).Findings[0].Code);
        Assert.Equal("release.draft", (await exit.Release.DecideAsync(draft.Id, ExitVerdict.Release, "Fine", Village.Checker)).Findings[0].Code);
        Assert.Equal("second", (await exit.Release.SaveDraftAsync(Village.Permit, [file with { Description = "second" }], Village.Researcher, draft.Id)).Value.Files[0].Description);

        var view = (await exit.Release.SubmitAsync(Village.Permit, [file], Village.Researcher, draft.Id)).Value;
        Assert.Equal((draft.Id, SubmissionState.InReview, null), (view.Id, view.State, view.Mends));
        Assert.Equal("release.not-now", (await exit.Release.SaveDraftAsync(Village.Permit, [file], Village.Researcher, draft.Id)).Findings[0].Code);
        Assert.Equal(SubmissionState.Withdrawn, (await exit.Release.WithdrawAsync(view.Id, Village.Researcher)).Value.State);
        Assert.Equal("release.decided", (await Say(view, ExitVerdict.Release, Village.Checker)).Findings[0].Code);
    }

    [Fact]
    public async Task By_lot_a_second_person_looks_at_some_of_what_nothing_marks()
    {
        using var lots = new Exit(secondLook: 0.5);
        var people = new List<int>();
        for (var i = 0; i < 40; i++)
        {
            people.Add((await lots.Submit("t.csv", Table, "region")).PeopleNeeded);
        }

        Assert.Equal([1, 2], people.Distinct().Order());
        Assert.InRange(people.Count(p => p == 2), 8, 32);
    }

    [Fact]
    public async Task The_dossier_says_who_what_why_and_under_which_rules()
    {
        var view = await SubmitMarked();
        Assert.Equal("release.no-dossier", exit.Release.Dossier(view.Id, Village.Checker).Findings[0].Code);
        await exit.DecideAsync(view);
        Assert.Equal("release.not-there", exit.Release.Dossier(view.Id, Village.Stranger).Findings[0].Code);
        using var json = JsonDocument.Parse(exit.Release.Dossier(view.Id, Village.Researcher).Value);
        var dossier = json.RootElement;
        Assert.Equal((Village.Permit.Value, Village.Researcher.Id.Value, "output-rules@1.2.0"), (dossier.GetProperty("permit").GetString(), dossier.GetProperty("creator").GetString(), dossier.GetProperty("rules").GetString()));
        Assert.Equal(view.Sha256ByFile["m.csv"], dossier.GetProperty("files")[0].GetProperty("sha256").GetString());
        Assert.Equal("c0de", dossier.GetProperty("steps")[0].GetProperty("code").GetString());
        Assert.Equal(2, dossier.GetProperty("opinions").GetArrayLength());
        Assert.Contains(dossier.GetProperty("checks").EnumerateArray(), c => c.GetProperty("rule").GetString() == "endpoints" && !c.GetProperty("passed").GetBoolean());
    }

    [Fact]
    public async Task The_figures_of_the_exit_are_for_everybody()
    {
        await exit.SubmitAndRelease("a.csv", Table, "region");
        await exit.Submit("b.csv", "region,persons\nnorth,5\nsouth,90\n", "region");
        await exit.Submit("c.csv", "age,persons\nold,80\nyoung,70\n", "age");
        var figures = exit.Release.Figures;
        Assert.Equal((3, 1, 1, 1), (figures.Submitted, figures.Released, figures.Stopped, figures.Waiting));
        Assert.NotNull(figures.MedianHours);
        Assert.Contains("minimum-cell", figures.StoppedBy.Keys);
    }

    [Fact]
    public async Task A_program_may_declare_its_own_results()
    {
        exit.Outbox.Put("t.csv", Encoding.UTF8.GetBytes(Table));
        exit.Outbox.Put("t.csv.minato.json", """{"kind":"FrequencyTable","dimensionColumns":["region"],"countColumn":"persons","underlyingFile":null,"description":"By region","runId":"","fileName":""}"""u8.ToArray());
        var declared = exit.Release.DeclaredIn(Village.Permit, Exit.Run, Village.Researcher).Value;
        Assert.Equal(("t.csv", Exit.Run, OutputKind.FrequencyTable), (declared.Single().FileName, declared.Single().RunId, declared.Single().Kind));
        Assert.Equal(SubmissionState.InReview, (await exit.Submit([.. declared])).State);
        Assert.Equal("release.not-member", exit.Release.DeclaredIn(Village.Permit, Exit.Run, Village.Stranger).Findings[0].Code);
        exit.Outbox.Put("broken.csv.minato.json", "{"u8.ToArray());
        Assert.Equal("release.declaration", exit.Release.DeclaredIn(Village.Permit, Exit.Run, Village.Researcher).Findings[0].Code);
    }

    /// <summary>Every state, role and command: the table is all that can be done.</summary>
    [Fact]
    public void What_is_not_in_the_table_is_refused()
    {
        var allowed = 0;
        foreach (var state in Enum.GetValues<SubmissionState>())
        {
            foreach (var role in Enum.GetValues<ExitRole>())
            {
                foreach (var command in Enum.GetValues<ExitCommand>())
                {
                    var refusal = ExitTable.Refusal(state, role, command);
                    Assert.Equal(ExitTable.Rows.Contains((state, role, command)), refusal is null);
                    allowed += refusal is null ? 1 : 0;
                }
            }
        }

        Assert.Equal(ExitTable.Rows.Count, allowed);
        Assert.DoesNotContain(ExitTable.Rows, r => r.Role == ExitRole.OfTheProject && r.Command is ExitCommand.Decide or ExitCommand.Look && r.Role != ExitRole.IndependentChecker);
    }
}
