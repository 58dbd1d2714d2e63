using System.Globalization;
using Minato.Access;
using Minato.Processing.Extracting;

namespace Minato.Processing.Tests;

/// <summary>What leaves for a project, and what does not.</summary>
public sealed class ExtractionStories : IDisposable
{
    private const string Diabetes = """
        {"ConceptSets":[{"id":0,"name":"ten","expression":{"items":[{"concept":{"CONCEPT_ID":10},"includeDescendants":true}]}},
                        {"id":1,"name":"twenty","expression":{"items":[{"concept":{"CONCEPT_ID":20},"includeDescendants":true}]}}],
         "PrimaryCriteria":{"CriteriaList":[{"DrugExposure":{"CodesetId":1}}],"ObservationWindow":{"PriorDays":0,"PostDays":0},"PrimaryCriteriaLimit":{"Type":"First"}},
         "InclusionRules":[{"name":"diagnosis before","expression":{"Type":"ALL","CriteriaList":[{"Criteria":{"ConditionOccurrence":{"CodesetId":0}},"StartWindow":{"Start":{"Coeff":-1},"End":{"Days":0,"Coeff":1}},"Occurrence":{"Type":2,"Count":1}}]}}]}
        """;

    private readonly Village village = new();

    public void Dispose() => village.Dispose();

    private static DatasetGrant Hospital => new(new("hospital"), [
        new("person", ["person_id", "gender_concept_id", "year_of_birth"]),
        new("condition_occurrence", ["condition_occurrence_id", "condition_concept_id", "condition_start_date", "condition_end_date", "visit_occurrence_id", "record_key"]),
        new("visit_occurrence", ["visit_occurrence_id", "visit_start_date"])]);

    private static DatasetGrant Claims => new(new("claims"), [
        new("person", ["person_id", "year_of_birth"]),
        new("drug_exposure", ["drug_exposure_id", "drug_concept_id", "drug_exposure_start_date", "days_supply"])]);

    /// <summary>Diagnoses are known to the hospital, drugs to the insurer: only together do they make the cohort.</summary>
    private void Deliver(string more = "")
    {
        var hospital = new List<string>();
        var claims = new List<string>();
        foreach (var (name, i) in new[] { "ana", "ben", "cho", "dai" }.Select((n, i) => (n, i)))
        {
            hospital.Add($"person {name} gender_concept_id={(i % 2 == 0 ? 8507 : 8532)} year_of_birth={1950 + i}");
            hospital.Add($"visit_occurrence {name} visit_occurrence_id={500 - i} visit_start_date=2016-02-0{i + 1} visit_end_date=2016-02-0{i + 1} visit_concept_id=9202");
            hospital.Add($"condition_occurrence {name} condition_concept_id=11 condition_start_date=2016-02-0{i + 1} condition_end_date=2022-01-01 visit_occurrence_id={500 - i}");
            claims.Add($"person {name} gender_concept_id=0 year_of_birth={1950 + i}");
            claims.Add($"observation_period {name} observation_period_start_date=2010-01-01 observation_period_end_date=2025-12-31");
            claims.Add($"drug_exposure {name} drug_concept_id={(name == "dai" ? 30 : 20)} drug_exposure_start_date=2016-03-0{i + 1} days_supply=28");
            claims.Add($"drug_exposure {name} drug_concept_id=20 drug_exposure_start_date=2021-03-0{i + 1} days_supply=28");
        }

        village.Warehouse.Deliver("hospital", village.Linkage, string.Join('\n', hospital) + more);
        village.Warehouse.Deliver("claims", village.Linkage, string.Join('\n', claims));
    }

    private static string In(string person, string permit = "p-1") => VillageLinkage.InProject(permit, person);

    [Fact]
    public async Task A_cohort_over_linked_datasets_gives_each_its_columns_in_its_time()
    {
        Deliver();
        village.Grant("p-1", Diabetes, Hospital, Claims);
        var m = await village.Extract("p-1");

        // dai has the drug only after the study: the cohort is the other three.
        Assert.Equal([("linked", 4), ("entry", 3), ("diagnosis before", 3), ("cohort", 3)], m.Flow.Select(f => (f.Name, (int)f.Persons)));
        Assert.Equal(3, m.Persons);
        Assert.Equal(
            new[] { "ana", "ben", "cho" }.Select((n, i) => $"{In(n)},2016-03-0{i + 1},2020-12-31").Order(StringComparer.Ordinal),
            village.Read(m, "cohort.csv").TrimEnd().Split('\n').Skip(1));
        Assert.Equal("person_id,gender_concept_id,year_of_birth", village.Read(m, "data/person.csv").Split('\n')[0]);
        Assert.Contains($"{In("ana")},8507,1950\n", village.Read(m, "data/person.csv"));

        // The drug of 2021 lies outside the study; days and concept are kept, the key of the record is not there.
        var drugs = village.Read(m, "data/drug_exposure.csv");
        Assert.Equal("person_id,dataset_id,drug_exposure_id,drug_concept_id,drug_exposure_start_date,days_supply", drugs.Split('\n')[0]);
        Assert.Equal(3, drugs.TrimEnd().Split('\n').Length - 1);
        Assert.DoesNotContain("2021", drugs);
        Assert.DoesNotContain("secret", Everything(m));

        // An end after the study is cut; the visit's new number is the same in both tables, and not the old one.
        var conditions = village.Read(m, "data/condition_occurrence.csv");
        Assert.Contains("2016-02-01,2020-12-31", conditions);
        var visit = village.Read(m, "data/visit_occurrence.csv").Split('\n').Single(l => l.StartsWith(In("ana"))).Split(',')[2];
        Assert.Equal(visit, conditions.Split('\n').Single(l => l.StartsWith(In("ana"))).Split(',')[^1]);
        Assert.True(int.Parse(visit, CultureInfo.InvariantCulture) <= 3);
    }

    [Fact]
    public async Task What_is_under_embargo_is_left_out_until_its_day_and_the_manifest_says_so()
    {
        var today = JapaneseDay.Today(village.Clock);
        Deliver();
        var free = village.Warehouse.Latest(new("hospital"))!;
        Deliver("\ncondition_occurrence ana condition_concept_id=12 condition_start_date=2016-02-20");
        village.Warehouse.Standings["hospital"] =
            [new(new("first"), 1, ConfirmedAt: village.Clock.GetUtcNow()), new(new("second"), 2, Embargo: today.AddDays(30)), new(new("third"), 2)];
        village.Grant("p-1", Diabetes, Hospital, Claims);
        var m = await village.Extract("p-1");
        Assert.Equal(free.Id, m.Snapshots["hospital"]);
        Assert.Equivalent(new StandingEvidence("hospital", 1, 0, null, ["second"], today.AddDays(30)), m.Standings[0]);
        Assert.DoesNotContain(",12,", village.Read(m, "data/condition_occurrence.csv"));

        // The day comes by itself; the earlier extraction is still repeated bit for bit.
        village.Clock.Pass(TimeSpan.FromDays(30));
        var after = await village.Extract("p-1");
        Assert.NotEqual(free.Id, after.Snapshots["hospital"]);
        Assert.Equivalent(new StandingEvidence("hospital", 3, 2, null, [], null), after.Standings[0]);
        Assert.Contains(",12,", village.Read(after, "data/condition_occurrence.csv"));
        Assert.Equal(m.Id, (await village.Extract("p-1", m)).Id);
    }

    [Fact]
    public async Task Where_all_is_under_embargo_the_extraction_is_refused_with_the_day()
    {
        Deliver();
        village.Warehouse.Standings["claims"] = [new(new("first"), 1, Embargo: new DateOnly(2199, 4, 1))];
        village.Grant("p-1", Diabetes, Hospital, Claims);
        var refused = await village.Processing.ExtractAsync(new("p-1"), Village.Operator);
        var finding = Assert.Single(refused.Findings, f => f.Severity == Severity.Error);
        Assert.Equal(("processing.embargo", "claims"), (finding.Code, finding.Place.Field));
        Assert.Contains("2199-04-01", finding.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_refused_is_in_no_extraction_made_afterwards()
    {
        Deliver();
        village.Grant("p-1", Diabetes, Hospital, Claims);
        var before = await village.Extract("p-1");
        village.Clock.Pass(TimeSpan.FromDays(1));
        village.OptOut.Refused.Add(("ben", village.Clock.GetUtcNow()));
        var after = await village.Extract("p-1");
        Assert.Contains(In("ben"), Everything(before));
        Assert.DoesNotContain(In("ben"), Everything(after));
        Assert.Equal(2, after.Persons);
        Assert.Equal([("hospital", 4L, 1L), ("claims", 4L, 1L)], after.Refusals.Select(r => (r.Dataset, r.PersonsBefore, r.Withheld)));
        Assert.NotEqual(before.Id, after.Id);

        // Repeating the older one to check it uses the choices of then, but does not bring ben back into use.
        Assert.Equal(before.Id, (await village.Extract("p-1", before)).Id);
        Assert.Equal(after.Id, village.Processing.Extractions(new("p-1"))[^1].Id);
        Assert.Equal(2, village.Linkage.Uses.Count);
        Assert.Equal("processing.not-allowed", (await village.Processing.ExtractAsync(new("p-1"), Village.Researcher, before)).Findings[0].Code);
        Assert.Equal("processing.repeat", (await village.Processing.ExtractAsync(new("p-1"), Village.Operator, before with { ChoicesAsOf = village.Clock.GetUtcNow() })).Findings[0].Code);
    }

    [Fact]
    public async Task The_same_permit_again_gives_the_same_bytes_even_after_new_deliveries()
    {
        Deliver();
        village.Grant("p-1", Diabetes, Hospital, Claims);
        var first = await village.Extract("p-1");
        village.Clock.Pass(TimeSpan.FromHours(5));
        var again = await village.Extract("p-1");
        Assert.Equal(first.Id, again.Id);
        Assert.Equal(first.Files.Select(f => (f.Path, f.Sha256)), again.Files.Select(f => (f.Path, f.Sha256)));
        Assert.Equal(2, village.Processing.Extractions(new("p-1")).Count);

        Deliver("\nperson eve gender_concept_id=8532 year_of_birth=1980\ncondition_occurrence ana condition_concept_id=12 condition_start_date=2017-01-01");
        var newer = await village.Extract("p-1");
        Assert.NotEqual(first.Id, newer.Id);

        // Made again from nothing, not found on disk.
        Directory.Delete(village.Processing.FolderOf(new("p-1"), first.Id), recursive: true);
        var repeated = await village.Processing.ExtractAsync(new("p-1"), Village.Operator, first);
        Assert.DoesNotContain(repeated.Findings, f => f.Code == "processing.repeat-differs");
        Assert.Equal(first.Id, repeated.Value.Id);
        Assert.All(first.Files, f => Assert.Equal(f.Sha256, Durable.Seal(Path.Join(village.Processing.FolderOf(new("p-1"), first.Id), f.Path)).Sha256));
    }

    [Fact]
    public async Task Two_projects_share_no_pseudonym()
    {
        Deliver();
        village.Grant("p-1", Diabetes, Hospital, Claims);
        village.Grant("p-2", Diabetes, Hospital, Claims);
        var one = village.Read(await village.Extract("p-1"), "data/person.csv").TrimEnd().Split('\n').Skip(1).Select(l => l.Split(',')[0]).ToHashSet();
        var two = village.Read(await village.Extract("p-2"), "data/person.csv").TrimEnd().Split('\n').Skip(1).Select(l => l.Split(',')[0]).ToHashSet();
        Assert.Equal(3, one.Count);
        Assert.Equal(3, two.Count);
        Assert.Empty(one.Intersect(two));
    }

    [Fact]
    public async Task No_dataset_pseudonym_and_no_record_key_is_in_any_file()
    {
        Deliver();
        village.Grant("p-1", Diabetes, Hospital, Claims);
        var m = await village.Extract("p-1");
        foreach (var name in new[] { "ana", "ben", "cho", "dai" })
        {
            Assert.DoesNotContain(village.Linkage.InDataset("hospital", name).ToString(), Everything(m));
            Assert.DoesNotContain(village.Linkage.InDataset("claims", name).ToString(), Everything(m));
        }
    }

    [Fact]
    public async Task Linkage_is_told_who_was_in_it_and_the_ledger_what_was_made()
    {
        Deliver();
        village.Grant("p-1", Diabetes, Hospital, Claims);
        var m = await village.Extract("p-1");
        var (extraction, people) = Assert.Single(village.Linkage.Uses);
        Assert.Equal((m.Id, 3), (extraction, people.Count));
        var e = Assert.Single(village.Ledger.ReadStream("extraction/p-1"));
        Assert.Equal("processing.extracted", e.Type);
        village.Open();
        Assert.Equal(m.Id, Assert.Single(village.Processing.Extractions(new("p-1"))).Id);
    }

    [Fact]
    public async Task A_granted_column_that_the_standard_does_not_name_does_not_leave()
    {
        Deliver();
        village.Grant("p-1", Diabetes, Hospital, Claims);
        var outcome = await village.Processing.ExtractAsync(new("p-1"), Village.Operator);
        var finding = Assert.Single(outcome.Findings);
        Assert.Equal(("processing.column-dropped", "hospital.condition_occurrence.record_key"), (finding.Code, finding.Place.Field));
        Assert.DoesNotContain("record_key", village.Read(outcome.Value, "dictionary.csv"));
    }

    [Fact]
    public async Task Only_the_operator_and_members_and_only_under_a_permit_in_force()
    {
        Deliver();
        village.Grant("p-1", Diabetes, Hospital, Claims);
        Assert.True((await village.Processing.ExtractAsync(new("p-1"), Village.Researcher)).IsOk);
        Assert.Equal("processing.not-allowed", (await village.Processing.ExtractAsync(new("p-1"), new Actor(new("taro"), Role.Researcher, "Taro"))).Findings[0].Code);
        village.Access.Suspended.Add(new("p-1"));
        Assert.Equal("access.not-in-force", (await village.Processing.ExtractAsync(new("p-1"), Village.Operator)).Findings[0].Code);
    }

    [Theory]
    [InlineData("{}", "pseudonymised-v1", "cohort.missing-field")]
    [InlineData(null, "no-such-standard", "standard.unknown")]
    public async Task What_cannot_be_made_is_refused_with_the_reason(string? cohort, string standard, string code)
    {
        Deliver();
        village.Standard = standard;
        village.Grant("p-1", cohort ?? Diabetes, Hospital, Claims);
        var outcome = await village.Processing.ExtractAsync(new("p-1"), Village.Operator);
        Assert.Contains(outcome.Findings, f => f.Code == code);
        Assert.Empty(village.Processing.Extractions(new("p-1")));
        Assert.Empty(village.Linkage.Uses);
    }

    [Fact]
    public async Task Unknown_datasets_tables_and_columns_are_named()
    {
        Deliver();
        village.Grant("p-1", Diabetes.Replace("\"DrugExposure\":{", "\"DrugExposure\":{\"Dataset\":\"elsewhere\","), Hospital,
            new DatasetGrant(new("registry"), [new("person", ["year_of_birth"])]), new DatasetGrant(new("claims"), [new("note", ["note_text"]), new("person", ["shoe_size"])]));
        var outcome = await village.Processing.ExtractAsync(new("p-1"), Village.Operator);
        Assert.Equal(
            ["cohort.dataset", "processing.column-unknown", "processing.dataset-missing", "processing.table-unknown"],
            outcome.Findings.Where(f => f.Severity == Severity.Error).Select(f => f.Code).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_a_killed_extraction_left_is_swept_and_a_damaged_one_made_again()
    {
        Deliver();
        village.Grant("p-1", Diabetes, Hospital, Claims);
        var m = await village.Extract("p-1");
        var left = Directory.CreateDirectory(Path.Join(village.Folder, "projects", ".making", "p-1-killed")).FullName;
        File.WriteAllText(Path.Join(left, "half.csv"), "half");
        File.AppendAllText(Path.Join(village.Processing.FolderOf(new("p-1"), m.Id), "cohort.csv"), "forged");
        village.Open();
        Assert.False(Directory.Exists(left));
        await village.Extract("p-1");
        Assert.DoesNotContain("forged", village.Read(m, "cohort.csv"));
        Assert.DoesNotContain(Directory.GetDirectories(Path.Join(village.Folder, "projects", ".making")), d => !d.Contains("damaged"));
    }

    [Fact]
    public async Task Somebody_of_two_birth_years_has_the_one_that_most_sources_state()
    {
        Deliver();
        village.Warehouse.Deliver("registry", village.Linkage, "person ana gender_concept_id=8532 year_of_birth=1951\nperson ben gender_concept_id=8507 year_of_birth=1951");
        village.Grant("p-1", Diabetes, Hospital, Claims, new DatasetGrant(new("registry"), [new("person", ["year_of_birth"])]));
        var m = await village.Extract("p-1");
        Assert.Contains($"{In("ana")},8507,1950\n", village.Read(m, "data/person.csv"));
    }

    /// <summary>All bytes of an extraction's files as Latin-1 text, Parquet pages unpacked by reading the CSV beside them. (Who has gone is named in <c>changes.parquet</c>, which is none of them.)</summary>
    private string Everything(ExtractionManifest m) => string.Concat(
        m.Files.Select(f => Path.Join(village.Processing.FolderOf(new(m.Permit), m.Id), f.Path)).Order(StringComparer.Ordinal).Select(f => File.ReadAllText(f, System.Text.Encoding.Latin1)));
}
