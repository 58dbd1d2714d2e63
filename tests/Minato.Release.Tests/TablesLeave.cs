using System.Text;
using Minato.Tests;

namespace Minato.Release.Tests;

/// <summary>Two doors: the machine's and a person's.</summary>
public sealed class TablesLeave : IDisposable
{
    private readonly Exit exit = new();

    public void Dispose() => exit.Dispose();

    private const string WithNine = """
        sex,outcome,persons
        F,yes,9
        F,no,50
        F,total,59
        M,yes,20
        M,no,61
        M,total,81
        total,yes,29
        total,no,111
        total,total,140

        """;

    private static readonly string HalfSuppressed = WithNine.Replace("F,yes,9", "F,yes,*", StringComparison.Ordinal);

    private static readonly string Corrected = HalfSuppressed.Replace("F,no,50", "F,no,*", StringComparison.Ordinal).Replace("M,yes,20", "M,yes,*", StringComparison.Ordinal).Replace("M,no,61", "M,no,*", StringComparison.Ordinal);

    [Fact]
    public async Task A_cell_of_nine_is_stopped_with_the_reason()
    {
        var view = await exit.Submit("by-sex.csv", WithNine, "sex", "outcome");
        Assert.Equal(SubmissionState.Stopped, view.State);
        var check = Assert.Single(view.Checks, c => c is { Passed: false, Hard: true });
        Assert.Equal(("minimum-cell", "line 2, column 3", "by-sex.csv"), (check.Rule, check.Where, check.File));
        Assert.StartsWith("10人未満のセルがあります。", check.Reason.Ja, StringComparison.Ordinal);
        Assert.StartsWith("A cell below 10 persons. Suppress the cell (*)", check.Reason.En, StringComparison.Ordinal);
        Assert.Equal("output-rules@1.2.0", view.OutputRules);
        Assert.Equal("release.stopped", (await exit.Release.DecideAsync(view.Id, ExitVerdict.Release, "It is only one", Village.Checker)).Findings[0].Code);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("<10")]
    [InlineData("10未満")]
    public async Task A_suppressed_cell_whose_complement_is_open_is_stopped_too(string mark)
    {
        var view = await exit.Submit("by-sex.csv", WithNine.Replace("F,yes,9", $"F,yes,{mark}", StringComparison.Ordinal), "sex", "outcome");
        Assert.Equal(["complementary"], Exit.Stops(view));
        Assert.Equal("line 2, column 3", view.Checks.Single(c => c is { Passed: false, Hard: true }).Where);
    }

    [Fact]
    public async Task The_corrected_table_leaves_after_a_person_agreed()
    {
        var view = await exit.Submit("by-sex.csv", Corrected, "sex", "outcome");
        Assert.True(view.State == SubmissionState.InReview, Exit.Failed(view));
        Assert.Equal("release.not-released", (await exit.Release.FetchAsync(view.Id, "by-sex.csv", Village.Researcher)).Findings[0].Code);

        using (var looked = (await exit.Release.InspectAsync(view.Id, "by-sex.csv", Village.Checker)).Value)
        {
            Assert.Equal(Corrected, await new StreamReader(looked).ReadToEndAsync());
        }

        var released = (await exit.Release.DecideAsync(view.Id, ExitVerdict.Release, "Cells and complements are safe", Village.Checker)).Value;
        Assert.Equal((SubmissionState.Released, Village.Checker.Id, "Cells and complements are safe"), (released.State, released.DecidedBy!.Value, released.Reasons));
        var (file, content) = (await exit.Release.FetchAsync(view.Id, "by-sex.csv", Village.Stranger)).Value;
        using (content)
        {
            Assert.Equal(Corrected, await new StreamReader(content).ReadToEndAsync());
        }

        Assert.Equal((view.Id, Village.Permit, view.Sha256ByFile["by-sex.csv"], (long)Encoding.UTF8.GetByteCount(Corrected)), (file.Submission, file.Permit, file.Sha256, file.Bytes));
        Assert.Equal(["release.submitted", "release.file-looked-at", "release.opinion-given", "release.decided"], exit.Village.Ledger.ReadStream($"release/{view.Id}").Select(e => e.Type));

        // Another process of the node sees the same, from the ledger alone.
        Assert.Equal(SubmissionState.Released, exit.Open().Find(view.Id)!.State);
        Assert.True((await exit.Open().FetchAsync(view.Id, "by-sex.csv", Village.Researcher)).IsOk);
        Assert.Equal((SubmissionState.Fetched, true), (exit.Open().Find(view.Id)!.State, exit.Release.Find(view.Id)!.FetchedAt is not null));
    }

    [Fact]
    public async Task A_person_may_refuse_and_the_reasons_are_public()
    {
        var view = await exit.Submit("by-sex.csv", Corrected, "sex", "outcome");
        Assert.Equal("release.reasons", (await exit.Release.DecideAsync(view.Id, ExitVerdict.Refuse, " ", Village.Checker)).Findings[0].Code);
        var refused = (await exit.Release.DecideAsync(view.Id, ExitVerdict.Refuse, "Not what the permit is for", Village.Checker)).Value;
        Assert.Equal(SubmissionState.Refused, refused.State);
        Assert.Equal("release.decided", (await exit.Release.DecideAsync(view.Id, ExitVerdict.Release, "Yes after all", Village.Checker)).Findings[0].Code);
        Assert.Equal("Not what the permit is for", exit.Release.Published.Single(s => s.Id == view.Id).Reasons);
    }

    [Fact]
    public async Task Who_has_part_in_the_project_does_not_decide_on_it()
    {
        var view = await exit.Submit("by-sex.csv", Corrected, "sex", "outcome");
        async Task<string> Refusal(Actor by) => (await exit.Release.DecideAsync(view.Id, ExitVerdict.Release, "Looks fine", by)).Findings[0].Code;

        Assert.Equal("release.not-independent", await Refusal(Village.Researcher));
        Assert.Equal("release.not-independent", await Refusal(Village.Researcher with { Roles = Role.OutputChecker }));
        Assert.Equal("release.not-independent", await Refusal(new Actor(new ActorId("r.head"), Role.OutputChecker, "Head", "Kita University")));
        Assert.Equal("release.not-independent", await Refusal(Village.Stranger));
        Assert.Equal("release.not-independent", (await exit.Release.InspectAsync(view.Id, "by-sex.csv", Village.Stranger)).Findings[0].Code);
        Assert.Equal(SubmissionState.InReview, exit.Release.Find(view.Id)!.State);
    }

    [Fact]
    public async Task Only_members_of_a_permit_in_force_submit_and_nothing_leaves_under_a_suspended_one()
    {
        exit.Outbox.Put("t.csv", Encoding.UTF8.GetBytes(Corrected));
        var file = Exit.Table("t.csv", ["sex", "outcome"]);
        async Task<string> Refusal(Actor by, params OutputDeclaration[] files) => (await exit.Release.SubmitAsync(Village.Permit, files, by)).Findings[0].Code;

        Assert.Equal("release.not-member", await Refusal(Village.Stranger, file));
        Assert.Equal("release.files", await Refusal(Village.Researcher));
        Assert.Equal("release.files", await Refusal(Village.Researcher, file, file));
        Assert.Equal("workspace.no-output", await Refusal(Village.Researcher, file with { FileName = "other.csv" }));
        var view = await exit.Submit(file);
        exit.Village.Access.Suspended = true;
        Assert.Equal("access.not-in-force", await Refusal(Village.Researcher, file));
        Assert.Equal("access.not-in-force", (await exit.Release.DecideAsync(view.Id, ExitVerdict.Release, "Fine", Village.Checker)).Findings[0].Code);
    }

    [Fact]
    public async Task The_public_sees_decisions_and_reasons_and_no_place_or_content_of_what_was_stopped()
    {
        var stopped = await exit.Submit("by-sex.csv", WithNine, "sex", "outcome");
        var waiting = await exit.Submit("by-sex.csv", Corrected, "sex", "outcome");
        var seen = Assert.Single(exit.Release.Published);
        Assert.Equal(stopped.Id, seen.Id);
        Assert.All(seen.Checks, c => Assert.Null(c.Where));
        Assert.Contains(seen.Checks, c => c is { Rule: "minimum-cell", Passed: false });

        Assert.Equal([stopped.Id, waiting.Id], exit.Release.VisibleTo(Village.Researcher).Select(s => s.Id));
        Assert.Empty(exit.Release.VisibleTo(Village.Stranger));
        Assert.Equal(2, exit.Release.VisibleTo(Village.Checker).Count);
    }

    [Fact]
    public async Task A_file_that_was_changed_on_disk_is_neither_released_nor_fetched()
    {
        var view = await exit.Submit("by-sex.csv", Corrected, "sex", "outcome");
        var hash = view.Sha256ByFile["by-sex.csv"];
        var kept = Path.Join(exit.Village.At("release"), "submitted", hash);
        await File.WriteAllTextAsync(kept, WithNine);
        Assert.Equal("release.changed", (await exit.Release.DecideAsync(view.Id, ExitVerdict.Release, "Fine", Village.Checker)).Findings[0].Code);

        await File.WriteAllTextAsync(kept, Corrected);
        Assert.True((await exit.Release.DecideAsync(view.Id, ExitVerdict.Release, "Fine", Village.Checker)).IsOk);
        await File.WriteAllTextAsync(kept, WithNine);
        Assert.True((await exit.Release.FetchAsync(view.Id, "by-sex.csv", Village.Researcher)).IsOk);
        await File.WriteAllTextAsync(Path.Join(exit.Village.At("release"), "released", hash), WithNine);
        Assert.Equal("release.changed", (await exit.Release.FetchAsync(view.Id, "by-sex.csv", Village.Researcher)).Findings[0].Code);
    }

    [Fact]
    public async Task The_difference_from_what_was_released_before_is_checked()
    {
        await exit.SubmitAndRelease("all.csv", "region,persons\nnorth,150\nsouth,90\n", "region");
        var later = await exit.Submit("without-some.csv", "region,persons\nnorth,145\nsouth,90\n", "region");
        Assert.Equal(["differencing"], Exit.Stops(later));

        // What one table hides, the other shows.
        var opened = await exit.Submit("hidden.csv", "region,persons\nnorth,*\nsouth,90\n", "region");
        Assert.Equal(SubmissionState.InReview, opened.State);
        await exit.SubmitAndRelease("far.csv", "region,persons\nnorth,120\nsouth,60\n", "region");
    }

    [Fact]
    public async Task Tables_that_the_harbour_made_count_as_released()
    {
        exit.MadeHere.Add(new("t-1", Village.Permit.Value, ["region"], [new(["north"], 150), new(["south"], null), new(["Total"], 240)], new(0, 0), new Dictionary<string, string>(), "", "", [], DateTimeOffset.UnixEpoch));
        Assert.Equal(["differencing"], Exit.Stops(await exit.Submit("some.csv", "region,persons\nnorth,145\n", "region")));
        Assert.Equal(SubmissionState.InReview, (await exit.Submit("far.csv", "region,persons\nnorth,120\n", "region")).State);
    }

    [Fact]
    public async Task Tables_of_one_submission_are_held_against_each_other()
    {
        exit.Outbox.Put("a.csv", "region,persons\nnorth,150\nsouth,90\n"u8.ToArray());
        exit.Outbox.Put("b.csv", "region,persons\nnorth,147\nsouth,90\n"u8.ToArray());
        Assert.Equal(["differencing"], Exit.Stops(await exit.Submit(Exit.Table("a.csv", ["region"]), Exit.Table("b.csv", ["region"]))));
    }

    [Fact]
    public async Task What_was_released_while_a_submission_waited_counts_at_the_decision()
    {
        var first = await exit.Submit("a.csv", "region,persons\nnorth,150\nsouth,90\n", "region");
        var second = await exit.Submit("b.csv", "region,persons\nnorth,147\nsouth,90\n", "region");
        Assert.Equal([SubmissionState.InReview, SubmissionState.InReview], [first.State, second.State]);
        Assert.True((await exit.Release.DecideAsync(first.Id, ExitVerdict.Release, "Fine", Village.Checker)).IsOk);
        Assert.Equal("release.differencing-since", (await exit.Release.DecideAsync(second.Id, ExitVerdict.Release, "Fine", Village.Checker)).Findings[0].Code);
        var stopped = exit.Release.Find(second.Id)!;
        Assert.Equal((SubmissionState.Stopped, "differencing"), (stopped.State, Assert.Single(Exit.Stops(stopped))));
    }
}
