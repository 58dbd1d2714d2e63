using Minato.Release;
using Minato.Workspace;

namespace Minato.Tests;

public class VoyageStories(TheVoyage voyage)
{
    [Fact]
    public void Persons_are_found_as_the_truth_has_them()
    {
        Assert.True(voyage.Report.Linkage.Precision >= 0.999, $"precision {voyage.Report.Linkage.Precision}");
        Assert.True(voyage.Report.Linkage.Recall >= 0.98, $"recall {voyage.Report.Linkage.Recall}");
    }

    [Fact]
    public void Every_format_arrived_and_what_was_malformed_is_in_quarantine()
    {
        Assert.Superset(new HashSet<string> { "uke", "fhir", "checkup-xml", "vaccination-csv", "care-csv", "death-csv" }, voyage.Report.ByFormat.Keys.ToHashSet());
        Assert.All(voyage.Report.ByFormat.Where(f => f.Key != "unknown"), f => Assert.True(f.Value.Records > 0, f.Key));
        Assert.True(voyage.Report.ByFormat.Values.Sum(f => f.Quarantined) > 0);
    }

    [Fact]
    public void The_same_permit_twice_gives_the_same_bytes() => Assert.True(voyage.Report.RepeatedBitForBit);

    [Fact]
    public void Analyses_in_three_languages_ran_sealed()
    {
        Assert.Equal([JobLanguage.R, JobLanguage.Python, JobLanguage.Sql], voyage.Report.Jobs.Select(j => j.Language));
        Assert.All(voyage.Report.Jobs, j => Assert.Equal(JobState.Succeeded, j.State));
        Assert.All(voyage.Report.Jobs, j => Assert.NotEmpty(j.Sandbox));
        Assert.NotEmpty(voyage.Report.Result);
    }

    [Fact]
    public void The_careless_the_half_mended_and_the_row_level_submissions_are_stopped_and_the_correct_one_leaves()
    {
        Assert.Equal([SubmissionState.Stopped, SubmissionState.Stopped, SubmissionState.Stopped, SubmissionState.Released], voyage.Report.Submissions.Select(s => s.State));
        Assert.All(voyage.Report.Submissions.Take(3), s => Assert.Contains(s.Checks, c => !c.Passed && c.Hard && c.Reason.Ja.Length > 0 && c.Reason.En.Length > 0));
    }

    [Fact]
    public async Task A_released_file_can_be_fetched_and_a_stopped_one_by_nobody()
    {
        var released = voyage.Report.Submissions[^1];
        var register = new People(voyage.Folder);
        var got = await voyage.Harbour.Release.FetchAsync(released.Id, released.Files[0].FileName, register.Find("r-sato").Value);
        using var reader = new StreamReader(got.Value.Content);
        Assert.NotEmpty(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.False((await voyage.Harbour.Release.FetchAsync(voyage.Report.Submissions[0].Id, voyage.Report.Submissions[0].Files[0].FileName, register.Find("r-sato").Value)).IsOk);
    }

    [Fact]
    public void The_ledger_holds_every_step_and_verifies()
    {
        var types = voyage.Harbour.Ledger.ReadAll().Select(e => e.Type.Split('.')[0]).ToHashSet();
        Assert.Superset(new HashSet<string> { "intake", "warehouse", "linkage", "choice", "catalogue", "access", "processing", "workspace", "release" }, types);
        Assert.DoesNotContain(voyage.Harbour.Ledger.Verify(), f => f.Severity == Severity.Error);
    }

    [Fact]
    public async Task A_citizen_who_was_in_the_study_sees_it_and_one_who_refused_is_in_no_use()
    {
        var register = new People(voyage.Folder);
        var uses = new List<int>();
        foreach (var person in register.All.Where(p => p.Identity is not null))
        {
            var me = (await voyage.Harbour.Linkage.IdentifyAsync(person.Identity!, TestContext.Current.CancellationToken)).Value;
            uses.Add((await voyage.Harbour.Linkage.UsesOfAsync(me, TestContext.Current.CancellationToken)).Count);
        }

        Assert.Equal(3, uses.Count);
        Assert.NotEmpty(voyage.Report.RefusingCitizens);
        Assert.NotEqual(0, voyage.Report.RefusedByChoice);
        foreach (var refusing in Demo.TruthPerson.Read(voyage.Nation).Where(p => voyage.Report.RefusingCitizens.Contains(p.Id)))
        {
            foreach (var identity in refusing.Identities())
            {
                if ((await voyage.Harbour.Linkage.IdentifyAsync(identity, TestContext.Current.CancellationToken)).Try(out var citizen))
                {
                    Assert.Empty(await voyage.Harbour.Linkage.UsesOfAsync(citizen, TestContext.Current.CancellationToken));
                    break;
                }
            }
        }
    }
}
