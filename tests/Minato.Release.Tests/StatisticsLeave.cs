using System.Text;
using Minato.Release.Checks;
using Minato.Tests;

namespace Minato.Release.Tests;

/// <summary>Numbers computed from persons, by their classes: what leaves, what is stopped, and with which version mended.</summary>
public sealed class StatisticsLeave(PersonsStay.OneExit one) : IClassFixture<PersonsStay.OneExit>
{
    private readonly Exit exit = one.Exit;

    private async Task<SubmissionView> Submit(OutputKind kind, string csv, string[] dimensions, string? df = null, string? underlying = null, string name = "s.csv")
    {
        exit.Outbox.Put(name, Encoding.UTF8.GetBytes(csv));
        return await exit.Submit(Exit.Table(name, dimensions, "n", kind, underlying) with { DegreesOfFreedomColumn = df });
    }

    /// <summary>Class, table (its first columns are categories up to n), column of degrees of freedom, hard rules that stop it, soft ones that mark it.</summary>
    public static TheoryData<OutputKind, string, string?, string, string> Statistics => new()
    {
        { OutputKind.Positions, "sex,n,p25,median,p75\nF,150,1.5,2.5,3.5\nM,120,1.4,2.4,3.1\n", null, "", "" },
        { OutputKind.Positions, "sex,n,p25,median,p75\nF,39,1.5,2.5,3.5\nM,120,1.4,2.4,3.1\n", null, "tail", "" },
        { OutputKind.Positions, "sex,n,95パーセンタイル\nF,150,1.5\nM,220,1.4\n", null, "tail", "" },
        { OutputKind.Positions, "sex,quantile,n,value\nF,Q1,150,1.5\nF,p99,150,9.5\n", null, "tail", "" },
        { OutputKind.Positions, "sex,n,median\nF,9,1.5\nM,120,1.4\n", null, "persons-behind,tail", "" },
        { OutputKind.Positions, "sex,n,median\nF,*,*\nM,120,1.4\n", null, "", "" },
        { OutputKind.Positions, "sex,n,median\nF,*,1.5\nM,120,1.4\n", null, "suppressed-row", "" },
        { OutputKind.Endpoints, "sex,n,min,max\nF,150,1.5,9.5\n", null, "", "endpoints,look" },
        { OutputKind.Shape, "sex,n,sd,skewness\nF,150,1.5,0.2\nM,130,1.5,0.2\n", null, "", "" },
        { OutputKind.Shape, "sex,n,sd,maximum\nF,150,1.5,9.25\n", null, "", "endpoints" },
        { OutputKind.Correlations, "pair,n,r\nage-hba1c,300,0.35\n", null, "", "" },
        { OutputKind.Correlations, "pair,n,r\nage-hba1c,300,1\n", null, "exact-fit", "" },
        { OutputKind.Tests, "test,n,df,chi2,p\nsex,300,20,3.5,0.04\n", "df", "", "" },
        { OutputKind.Tests, "test,n,df,chi2,p\nsex,300,9,3.5,0.04\n", "df", "degrees-of-freedom", "" },
        { OutputKind.Tests, "test,n,df,chi2,p\nsex,300,20,3.5,0.04\n", null, "declared-columns", "" },
        { OutputKind.Model, "term,n,df,estimate,se\nage,300,296,0.12,0.03\nsex,300,296,0.5,0.2\n", "df", "", "" },
        { OutputKind.Model, "term,n,df,estimate,se\nage,300,2,0.12,0.03\n", "df", "degrees-of-freedom", "" },
        { OutputKind.Model, "term,n,df,estimate,se\nage,300,300,0.12,0.03\n", "df", "degrees-of-freedom", "" },
        { OutputKind.Model, "term,n,df,estimate,se\nage,300,296,0.12,0\n", "df", "exact-fit", "" },
        { OutputKind.Model, "term,n,df,estimate,se\nage,300,296,0.12345678901,0.03\n", "df", "precision", "" },
        { OutputKind.Model, "term,n,df,estimate,se\nage,900,850,0.12,0.03\n", "df", "impossible-count", "" },
        { OutputKind.Survival, "arm,month,n,events,surv\na,0,200,0,1\na,6,180,12,0.94\na,12,160,11,0.88\n", null, "", "" },
        { OutputKind.Survival, "arm,month,n,events,surv\na,0,200,0,1\na,6,197,12,0.94\n", null, "survival-steps", "" },
        { OutputKind.Survival, "arm,month,n,events,surv\na,0,200,0,1\na,6,180,3,0.94\n", null, "survival-steps", "" },
        { OutputKind.Survival, "arm,month,n,surv\na,0,200,1\na,6,180,0.99\n", null, "survival-steps", "" },
        { OutputKind.Survival, "arm,month,n,surv\na,early,200,1\n", null, "survival-steps", "" },
        { OutputKind.Concentration, "cost,n,gini\nall,300,0.45\n", null, "", "" },
        { OutputKind.Concentration, "cost,n,gini\nall,4,0.45\n", null, "persons-behind", "" },
        { OutputKind.Clusters, "cluster,n,centre\na,150,1.5\nb,140,2.5\n", null, "", "look" },
        { OutputKind.Clusters, "cluster,n,centre\na,290,1.5\nb,2,2.5\n", null, "persons-behind", "look" },
    };

    [Theory]
    [MemberData(nameof(Statistics))]
    public async Task A_statistic_is_checked_by_its_class(OutputKind kind, string csv, string? df, string stops, string marks)
    {
        var header = csv.Split('\n')[0].Split(',');
        var view = await Submit(kind, csv, header[..Array.IndexOf(header, "n")], df);
        Assert.Equal(stops.Split(',', StringSplitOptions.RemoveEmptyEntries), Exit.Stops(view).Order());
        Assert.Equal(marks, string.Join(',', view.Checks.Where(c => c is { Hard: false, Passed: false }).Select(c => c.Rule).Distinct().Order()));
        Assert.Equal(stops.Length > 0 ? SubmissionState.Stopped : SubmissionState.InReview, view.State);
        Assert.Equal(marks.Length > 0 ? 2 : stops.Length > 0 ? 2 : 1, view.PeopleNeeded);
    }

    [Fact]
    public async Task A_ratio_leaves_with_the_counts_behind_it()
    {
        const string Ratios = "comparison,n,or\nF against M,300,1.25\n";
        Assert.Equal(["ratio-underlying"], Exit.Stops(await Submit(OutputKind.Ratios, Ratios, ["comparison"])));
        exit.Outbox.Put("r.csv", Encoding.UTF8.GetBytes(Ratios));
        exit.Outbox.Put("counts.csv", "sex,outcome,persons\nF,yes,80\nF,no,90\nM,yes,60\nM,no,70\n"u8.ToArray());
        var view = await exit.Submit(Exit.Table("r.csv", ["comparison"], "n", OutputKind.Ratios, "counts.csv"), Exit.Table("counts.csv", ["sex", "outcome"]));
        Assert.True(view.State == SubmissionState.InReview, Exit.Failed(view));
    }

    [Theory]
    [InlineData("0.12345678", 8), InlineData("1234.5", 5), InlineData("1234567", 0), InlineData("0.5000", 1), InlineData("-0.00012", 2), InlineData("1.23456789e-40", 9), InlineData("12e3", 0), InlineData("x", 0)]
    public void Digits_are_those_that_say_something(string text, int digits) => Assert.Equal(digits, StatisticChecks.Digits(text));

    [Fact]
    public async Task A_mended_version_lies_ready_and_leaves()
    {
        const string Table = "sex,outcome,persons,share\nF,yes,9,0.152542372\nF,no,50,0.847457627\nF,total,59,1\nM,yes,20,0.246913580\nM,no,61,0.753086419\nM,total,81,1\ntotal,yes,29,0.207142857\ntotal,no,111,0.792857142\ntotal,total,140,1\n";
        var stopped = await exit.Submit("mend.csv", Table, "sex", "outcome");
        Assert.Equal((SubmissionState.Stopped, Proposal.Mend), (stopped.State, stopped.Proposal));
        Assert.NotEmpty(stopped.Mended["mend.csv"]);
        Assert.Equal("release.not-member", (await exit.Release.AcceptMendedAsync(stopped.Id, Village.Stranger)).Findings[0].Code);

        var mended = (await exit.Release.AcceptMendedAsync(stopped.Id, Village.Researcher)).Value;
        Assert.True(mended.State == SubmissionState.InReview, Exit.Failed(mended));
        var released = await exit.DecideAsync(mended);
        using var content = new StreamReader((await exit.Release.FetchAsync(released.Id, "mend.csv", Village.Researcher)).Value.Content);
        var text = await content.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("sex,outcome,persons", text, StringComparison.Ordinal);
        Assert.Contains("F,yes,*", text, StringComparison.Ordinal);
        Assert.DoesNotContain("0.152542", text, StringComparison.Ordinal);
        Assert.Contains("total,total,140", text, StringComparison.Ordinal);
        Assert.Equal("release.nothing-ready", (await exit.Release.AcceptMendedAsync((await Submit(OutputKind.Tests, "test,n,p\nsex,300,0.1\n", ["test"])).Id, Village.Researcher)).Findings[0].Code);
    }

    [Fact]
    public void The_strictest_of_the_linked_databases_holds()
    {
        var book = new OutputRuleBook(Path.Join(Exit.Standards, "output-rules"));
        var now = new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);
        var alone = book.InForce(now, [new("hospital-x")]);
        var linked = book.InForce(now, [new("claims-national"), new("care-a"), new("hospital-x")]);
        Assert.Equal(("output-rules@1.2.0", "output-rules@1.2.0+care@1.0.0+ndb@1.0.0"), (alone.Name, linked.Name));
        Assert.Equal((10, 10, 20), (alone.CellsOf(["municipality"]).MinimumCell, linked.CellsOf(["sex"]).MinimumCell, linked.CellsOf(["sex", "市区町村"]).MinimumCell));
        Assert.Equal((0, 3, 0), (alone.LeastUnits("offices"), linked.LeastUnits("事業所数"), linked.LeastUnits("persons")));
        Assert.Equal(linked.Name, book.Named(linked.Name).Name);

        var report = new Report(linked, "t.csv");
        var mirror = new ExtractionMirror(exit.Outbox.DataOf(Village.Permit, Exit.Run)!);
        SubmittedFile File(string csv, params string[] dimensions) => new(Exit.Table("t.csv", dimensions), Encoding.UTF8.GetBytes(csv));
        string[] Stops(SubmittedFile file) => [.. Inspection.Inspect([file], new([], []), _ => mirror, linked).SelectMany(r => r.Checks).Where(c => c is { Hard: true, Passed: false }).Select(c => c.Rule).Distinct()];
        Assert.Equal(["minimum-cell"], Stops(File("municipality,persons\na,19\nb,30\n", "municipality")));
        Assert.Equal(["minimum-cell"], Stops(File("region,persons,offices\na,19,2\nb,30,3\n", "region")));
        Assert.Empty(Stops(File("region,persons,offices\na,19,0\nb,30,3\n", "region")));
        Assert.False(report.Stops);
    }

    [Theory]
    [InlineData(60, 80), InlineData(4000, 1)]
    public void A_long_table_is_mended_too(int first, int second)
    {
        var rules = new OutputRuleBook(Path.Join(Exit.Standards, "output-rules")).InForce(DateTimeOffset.UtcNow, []);
        var mirror = new ExtractionMirror(Path.GetTempPath() + "none");
        var rows = string.Concat(Enumerable.Range(0, first).SelectMany(a => Enumerable.Range(0, second).Select(b => $"a{a},b{b},{(a * 7 + b * 13) % 97 + (a == b ? 1 : 10)}\n")));
        var file = new SubmittedFile(Exit.Table("t.csv", ["a", "b"]), Encoding.UTF8.GetBytes("a,b,persons\n" + rows));
        var report = Assert.Single(Inspection.Inspect([file], new([], []), _ => mirror, rules));
        Assert.Equal(["minimum-cell"], report.Stopping);
        var mended = file with { Content = Mending.Mend(file, report)! };
        Assert.Empty(Assert.Single(Inspection.Inspect([mended], new([], []), _ => mirror, rules)).Stopping);
    }
}
