using Minato.Access;
using Minato.Processing.Minimising;
using Minato.Processing.Reporting;

namespace Minato.Processing.Tests;

/// <summary>The coach compares what is asked for with what the plan says; the report says what was done, to each in their own words.</summary>
public sealed class CoachTests : IDisposable
{
    private const string Diabetes = """{"ConceptSets":[{"id":0,"name":"t2d","expression":{"items":[{"concept":{"CONCEPT_ID":10}}]}}],"PrimaryCriteria":{"CriteriaList":[{"ConditionOccurrence":{"CodesetId":0}}],"PrimaryCriteriaLimit":{"Type":"First"}}}""";
    private const string Everybody = """{"ConceptSets":[],"PrimaryCriteria":{"CriteriaList":[{"ConditionOccurrence":{}}],"PrimaryCriteriaLimit":{"Type":"First"}}}""";

    private readonly MinimisationCoach coach = MinimisationCoach.Open(Village.Standards);
    private readonly Village village = new();

    public void Dispose() => village.Dispose();

    private static ApplicationDraft Draft(string plan, string cohort = Diabetes, string standard = "pseudonymised-v1", int from = 2015, int to = 2020, int months = 12, params string[] columns) => new(
        new RequestedUse(new("研究", "Study"), new("", ""), "research", [new(new("claims"), [.. columns.GroupBy(c => c.Split('.')[0]).Select(g => new TableGrant(g.Key, [.. g.Select(c => c.Split('.')[1])]))])], cohort, new(from, 1, 1), new(to, 12, 31), standard, [Village.Researcher.Id], months),
        new Dictionary<string, string> { ["purpose.plan"] = plan });

    private string[] Advise(ApplicationDraft draft) => [.. coach.Advise(draft).Select(a => a.Rule)];

    [Fact]
    public void A_request_that_fits_its_plan_gets_no_advice() => Assert.Empty(Advise(Draft(
        "2015年から2020年の糖尿病の人の処方と検査値（HbA1c）を連結し、Cox回帰で死亡のハザードを推定する。",
        columns: ["drug_exposure.drug_concept_id", "drug_exposure.drug_exposure_start_date", "measurement.value_as_number", "death.death_date", "person.year_of_birth"])));

    [Fact]
    public void Each_axis_has_its_advice()
    {
        var draft = Draft(
            "2016年と2018年の患者数を数える。", cohort: Everybody, from: 2010, to: 2022, months: 60, standard: "ndb-v1",
            columns: ["person.location_id", "person.prefecture", "cost.total_charge", "condition_occurrence.condition_source_value", "condition_occurrence.condition_start_date", "visit_occurrence.care_site_id", "person.person_id"]);
        var advice = coach.Advise(draft);
        Assert.Equal(
            ["who-everybody", "what-cost", "what-source-values", "what-institution", "when-period", "when-long", "when-days", "when-use", "where-municipality", "where-prefecture", "how-statistics", "how-pseudonymised"],
            advice.Select(a => a.Rule));
        Assert.Equal(Enum.GetValues<MinimisationAxis>(), advice.Select(a => a.Axis).Distinct());
        Assert.Equal(["condition_occurrence.condition_start_date"], advice.Single(a => a.Rule == "when-days").Columns);
        Assert.Contains("2010-01-01", advice.Single(a => a.Rule == "when-period").Text.En);
        Assert.Contains("60", advice.Single(a => a.Rule == "when-use").Text.Ja);
        Assert.All(advice, a => Assert.DoesNotContain("{", a.Text.Ja + a.Text.En));
        Assert.Equal(advice, coach.Advise(draft), (a, b) => a.Rule == b.Rule && a.Text == b.Text);
    }

    [Fact]
    public void What_the_standard_drops_or_coarsens_is_no_request_for_more()
    {
        var asked = new[] { "person.location_id", "cost.total_charge", "condition_occurrence.condition_start_date" };
        Assert.DoesNotContain("where-municipality", Advise(Draft("回帰", standard: "long-term-care-v1", columns: asked)));
        Assert.DoesNotContain("what-cost", Advise(Draft("回帰", standard: "anonymised-v1", columns: asked)));
        Assert.Contains("when-days", Advise(Draft("回帰", standard: "anonymised-v1", columns: asked)));
        Assert.DoesNotContain("when-days", Advise(Draft("回帰", standard: "statistics-v1", columns: asked)));
        Assert.DoesNotContain("how-statistics", Advise(Draft("数を数える", standard: "statistics-v1", columns: asked)));
    }

    private async Task<(ExtractionManifest Manifest, RequestedUse Use)> Extracted(string standard)
    {
        var lines = Enumerable.Range(0, 40).SelectMany(i => new[]
        {
            $"person p{i} gender_concept_id=8507 year_of_birth={1950 + (i < 30 ? i % 10 : i)} prefecture=13",
            $"observation_period p{i} observation_period_start_date=2010-01-01 observation_period_end_date=2025-12-31",
            $"condition_occurrence p{i} condition_concept_id=11 condition_start_date=2016-01-01",
        });
        village.Warehouse.Deliver("hospital", village.Linkage, string.Join('\n', lines));
        village.OptOut.Refused.Add(("p0", village.Clock.GetUtcNow()));
        village.Standard = standard;
        var permit = village.Grant("p-1", Everybody, new DatasetGrant(new("hospital"), [new("person", ["gender_concept_id", "year_of_birth", "prefecture"]), new("condition_occurrence", ["condition_concept_id", "condition_start_date", "condition_source_value"])]));
        return (await village.Extract("p-1"), permit.Use);
    }

    [Fact]
    public async Task The_risk_is_measured_before_and_after_for_three_attackers()
    {
        var (m, _) = await Extracted("anonymised-v1");
        var risk = m.Compared!;
        Assert.Equal(["gender_concept_id", "year_of_birth"], risk.QuasiIdentifiers);

        // Before: three of each year 1950–1959 (1950 has lost one to a refusal), and ten years with one person each; after: bands of ten years.
        Assert.Equal((39L, 1L, 1.0, 1.0), (risk.Before.Persons, risk.Before.SmallestClass, risk.Before.Prosecutor, risk.Before.Journalist));
        Assert.Equal(10.0 / 39, risk.Before.ShareUnique, 9);
        Assert.Equal(20.0 / 39, risk.Before.Marketer, 9);
        Assert.Equal((39L, 10L, 0.0, 0.1, 0.1), (risk.After.Persons, risk.After.SmallestClass, risk.After.ShareUnique, risk.After.Prosecutor, risk.After.Journalist));
        Assert.Equal(2.0 / 39, risk.After.Marketer, 9);
    }

    [Fact]
    public async Task The_report_tells_each_reader_the_same_in_their_own_words()
    {
        var (m, use) = await Extracted("anonymised-v1");
        DataReport Of(ReportReader reader) => DataReport.Of(m, use, Village.Standards, reader).Value;
        string Words(DataReport r, string language) => string.Join('\n', r.Sections.SelectMany(s => s.Paragraphs.Concat(s.Heads).Concat(s.Rows.SelectMany(x => x))).Select(b => b.In(language)));
        var (citizen, applicant, reviewer) = (Of(ReportReader.Citizen), Of(ReportReader.Applicant), Of(ReportReader.Reviewer));
        Assert.Contains("少なくとも10人", Words(citizen, "ja"));
        Assert.Contains("25.6 %", Words(citizen, "en"));
        Assert.DoesNotContain("condition_occurrence", Words(citizen, "ja"));
        Assert.DoesNotContain("検察官", Words(citizen, "ja"));
        Assert.Contains("condition_occurrence.condition_source_value\nnot given", Words(applicant, "en"));
        Assert.Contains("person.year_of_birth\n90 and older together, bands of 10", Words(reviewer, "en"));
        Assert.Contains("Prosecutor risk (highest)\n100 %\n10 %", Words(reviewer, "en"));

        // One person refused: nobody is told so exactly.
        Assert.All(new[] { citizen, applicant, reviewer }, r => Assert.Contains("hospital\n10人未満", Words(r, "ja")));
        Assert.All(new[] { citizen, applicant, reviewer }, r => Assert.Contains(m.Id, Words(r, "ja")));
        Assert.All(new[] { citizen, applicant, reviewer }, r => Assert.All(r.Sections, s => Assert.All(s.Rows, row => Assert.Equal(s.Heads.Count, row.Count))));

        // A standard that has changed since is not told as if it had been used.
        var changed = DataReport.Of(m with { ProcessingStandardSha256 = "other" }, use, Village.Standards, ReportReader.Reviewer).Value;
        Assert.DoesNotContain("bands of 10", Words(changed, "en"));
        Assert.Equal("standard.unknown", DataReport.Of(m with { ProcessingStandard = "none-v9@1" }, use, Village.Standards, ReportReader.Reviewer).Findings[0].Code);
    }
}
