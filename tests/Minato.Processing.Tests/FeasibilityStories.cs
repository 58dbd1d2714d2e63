using Minato.Processing.Feasibility;

namespace Minato.Processing.Tests;

/// <summary>Counts before applying: linked, without those who refused, roughly, and not too often.</summary>
public sealed class FeasibilityStories : IDisposable
{
    private const string Cohort = """
        {"ConceptSets":[{"id":0,"name":"ten","expression":{"items":[{"concept":{"CONCEPT_ID":10},"includeDescendants":true}]}},
                        {"id":1,"name":"twenty","expression":{"items":[{"concept":{"CONCEPT_ID":20},"includeDescendants":true}]}}],
         "PrimaryCriteria":{"CriteriaList":[{"DrugExposure":{"CodesetId":1}}],"ObservationWindow":{"PriorDays":0,"PostDays":0},"PrimaryCriteriaLimit":{"Type":"First"}},
         "InclusionRules":[{"name":"diagnosis before","expression":{"Type":"ALL","CriteriaList":[{"Criteria":{"ConditionOccurrence":{"CodesetId":0}},"StartWindow":{"Start":{"Coeff":-1},"End":{"Days":0,"Coeff":1}},"Occurrence":{"Type":2,"Count":1}}]}}]}
        """;

    private readonly Village village = new();

    public void Dispose() => village.Dispose();

    private static FeasibilityQuestion Question(string cohort = Cohort, params string[] datasets) =>
        new(cohort, [.. (datasets.Length > 0 ? datasets : ["hospital", "claims"]).Select(d => new DatasetId(d))], new(2015, 1, 1), new(2020, 12, 31));

    /// <summary>200 people take the drug; every second one has the diagnosis.</summary>
    private void Deliver(int people = 200)
    {
        var (hospital, claims) = (new List<string>(), new List<string>());
        for (var i = 0; i < people; i++)
        {
            hospital.Add($"person p{i} gender_concept_id=8507 year_of_birth=1950");
            claims.Add($"person p{i} gender_concept_id=8507 year_of_birth=1950");
            claims.Add($"observation_period p{i} observation_period_start_date=2010-01-01 observation_period_end_date=2025-12-31");
            claims.Add($"drug_exposure p{i} drug_concept_id=20 drug_exposure_start_date=2016-03-01 days_supply=28");
            if (i % 2 == 0)
            {
                hospital.Add($"condition_occurrence p{i} condition_concept_id=11 condition_start_date=2016-02-01");
            }
        }

        village.Warehouse.Deliver("hospital", village.Linkage, string.Join('\n', hospital));
        village.Warehouse.Deliver("claims", village.Linkage, string.Join('\n', claims));
    }

    [Fact]
    public async Task A_flow_is_told_roughly_and_the_same_again_for_nothing()
    {
        Deliver();
        var answer = (await village.Processing.AskFeasibilityAsync(Question(), Village.Researcher)).Value;
        Assert.Equal(["linked", "entry", "diagnosis before", "cohort"], answer.Flow.Select(f => f.Name));
        Assert.All(answer.Flow, f => Assert.Equal(0, f.Persons!.Value % answer.Rule.RoundedTo));
        Assert.InRange(answer.Flow[1].Persons!.Value, 170, 230);
        Assert.InRange(answer.Flow[2].Persons!.Value, 70, 130);

        // All 200 are one group and the hundred another: two new numbers were paid.
        Assert.Equal(answer.Rule.NumbersPerMonth - 2, answer.Left);
        village.Open();
        var again = (await village.Processing.AskFeasibilityAsync(Question(), Village.Researcher)).Value;
        Assert.Equal(answer.Flow, again.Flow);
        Assert.Equal(answer.Left, again.Left);

        // Somebody else pays for themselves, and hears the same.
        var other = (await village.Processing.AskFeasibilityAsync(Question(), new Actor(new("taro"), Role.Researcher, "Taro"))).Value;
        Assert.Equal(answer.Flow, other.Flow);
        Assert.Equal(answer.Left, other.Left);
    }

    [Fact]
    public async Task Who_refused_is_not_counted_but_one_person_moves_no_number()
    {
        Deliver();
        var before = (await village.Processing.AskFeasibilityAsync(Question(), Village.Researcher)).Value;
        village.OptOut.Refused.Add(("p2", village.Clock.GetUtcNow()));
        var one = (await village.Processing.AskFeasibilityAsync(Question(), Village.Researcher)).Value;
        Assert.Equal(before.Flow, one.Flow);
        village.OptOut.Refused.AddRange(Enumerable.Range(0, 80).Select(i => ($"p{2 * i}", village.Clock.GetUtcNow())));
        var many = (await village.Processing.AskFeasibilityAsync(Question(), Village.Researcher)).Value;
        Assert.InRange(many.Flow[1].Persons!.Value, 90, 150);
        Assert.True(many.Flow[^1].Persons is null or < 50);
    }

    [Fact]
    public async Task The_month_has_an_end_that_no_haste_and_no_restart_moves()
    {
        Deliver();
        var rule = FeasibilityStandard.Read(Village.Standards).Value;
        var standards = Directory.CreateDirectory(Path.Join(village.Folder, "standards", "feasibility")).FullName;
        File.WriteAllText(Path.Join(standards, "small.json"), System.Text.Json.JsonSerializer.Serialize(rule with { NumbersPerMonth = 2 }, System.Text.Json.JsonSerializerOptions.Web));
        var (one, other) = (Open(), Open());

        // Two new numbers each: together four, at once, from two rooms on one ledger.
        var years = new[] { 2016, 2017 };
        string For(int year) => Cohort.Replace("{\"CodesetId\":1}", $"{{\"CodesetId\":1,\"OccurrenceStartDate\":{{\"Value\":\"{year}-01-01\",\"Op\":\"gte\"}}}}", StringComparison.Ordinal);
        var asked = await Task.WhenAll(one.AskFeasibilityAsync(Question(For(2016)), Village.Researcher), Task.Run(() => other.AskFeasibilityAsync(Question(Cohort, "claims"), Village.Researcher)));
        Assert.Contains(asked, a => a.IsOk);
        Assert.InRange(village.Ledger.ReadStream("feasibility/hanako/2026-04").Count(e => e.Type == "processing.feasibility-paid"), 2, 2);
        var refused = await Open().AskFeasibilityAsync(Question(For(2017)), Village.Researcher);
        Assert.Equal("budget.spent", refused.Findings[0].Code);
        village.Clock.Pass(TimeSpan.FromDays(31));
        Assert.True((await Open().AskFeasibilityAsync(Question(For(2017)), Village.Researcher)).IsOk);

        IProcessing Open() => ProcessingRoom.Open(
            new ProcessingOptions(Path.Join(village.Folder, "projects"), Path.Join(village.Folder, "standards"), "test", village.Keys), village.Ledger, village.Access, village.OptOut, village.Linkage, village.Warehouse, village.Clock);
    }

    [Fact]
    public async Task The_ledger_says_that_was_asked_and_not_what_of_whom()
    {
        Deliver(60);
        await village.Processing.AskFeasibilityAsync(Question(), Village.Researcher);
        var events = village.Ledger.ReadAll().Where(e => e.Type.StartsWith("processing.feasibility", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["feasibility-asked", "feasibility-paid", "feasibility-remembered", "feasibility-told"], events.Select(e => e.Type.Split('.')[1]).Distinct().Order());
        var text = string.Concat(events.Select(e => System.Text.Encoding.UTF8.GetString(e.Json.Span)));
        Assert.DoesNotContain("diagnosis", text, StringComparison.Ordinal);
        Assert.DoesNotContain("CONCEPT", text, StringComparison.Ordinal);
        for (var i = 0; i < 60; i++)
        {
            Assert.DoesNotContain(VillageLinkage.InProject("feasibility", $"p{i}"), text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Few_are_told_as_few_and_what_follows_too()
    {
        Deliver(8);
        var answer = (await village.Processing.AskFeasibilityAsync(Question(), Village.Researcher)).Value;
        Assert.All(answer.Flow, f => Assert.Null(f.Persons));
    }

    [Fact]
    public async Task What_cannot_be_asked_is_refused_with_the_reason()
    {
        Deliver(30);
        async Task<string> Why(FeasibilityQuestion q, Actor by) => (await village.Processing.AskFeasibilityAsync(q, by)).Findings.First(f => f.Severity == Severity.Error).Code;
        Assert.Equal("feasibility.role", await Why(Question(), new Actor(new("c"), Role.Citizen, "C")));
        Assert.Equal("feasibility.role", await Why(Question(), new Actor(new("r"), Role.Reviewer, "R")));
        Assert.StartsWith("cohort.", await Why(Question("{}"), Village.Researcher), StringComparison.Ordinal);
        Assert.Equal("processing.dataset-missing", await Why(Question(Cohort, "nowhere"), Village.Researcher));
        Assert.Equal("processing.study-period", await Why(Question() with { From = new(2021, 1, 1) }, Village.Researcher));
        Assert.Equal("cohort.dataset", await Why(Question(Cohort.Replace("\"DrugExposure\":{", "\"DrugExposure\":{\"Dataset\":\"elsewhere\",", StringComparison.Ordinal)), Village.Researcher));
    }
}
