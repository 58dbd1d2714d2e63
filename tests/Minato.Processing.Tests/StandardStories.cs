using System.Text;
using Minato.Access;
using Minato.Processing.Extracting;
using Minato.Processing.Standards;

namespace Minato.Processing.Tests;

/// <summary>Processing standards 加工基準: what they do to a column, and what they ask of the whole.</summary>
public sealed class StandardStories : IDisposable
{
    private const string Everybody = """{"ConceptSets":[],"PrimaryCriteria":{"CriteriaList":[{"ConditionOccurrence":{}}],"PrimaryCriteriaLimit":{"Type":"First"}}}""";

    private readonly Village village = new();

    public void Dispose() => village.Dispose();

    private static DatasetGrant All => new(new("hospital"), [
        new("person", ["gender_concept_id", "year_of_birth", "prefecture"]),
        new("condition_occurrence", ["condition_concept_id", "condition_start_date"]),
        new("measurement", ["measurement_concept_id", "measurement_date", "value_as_number"])]);

    private void Deliver(int people, Func<int, string> of)
    {
        var lines = Enumerable.Range(0, people).SelectMany(i => new[]
        {
            of(i).Replace("PERSON", $"person p{i}"),
            $"observation_period p{i} observation_period_start_date=2010-01-01 observation_period_end_date=2025-12-31",
            $"condition_occurrence p{i} condition_concept_id={(i < 9 ? 12 : 11)} condition_start_date=2016-01-01",
            $"condition_occurrence p{i} condition_concept_id=11 condition_start_date=2016-03-01",
        });
        village.Warehouse.Deliver("hospital", village.Linkage, string.Join('\n', lines));
    }

    [Fact]
    public async Task Anonymised_dates_keep_their_intervals_and_rare_codes_and_rare_people_stay_inside()
    {
        Deliver(60, i => $"PERSON gender_concept_id={(i == 59 ? 8532 : 8507)} year_of_birth={1950 + (i % 5)} prefecture=13");
        village.Standard = "anonymised-v1";
        village.Grant("p-1", Everybody, All);
        var m = await village.Extract("p-1");

        // One woman among sixty: nobody resembles her, so she is left out, and said to be.
        Assert.Equal((59L, 59L, 1L, 9L), (m.Persons, m.Risk!.SmallestClass, m.Risk.LeftOut, m.Risk.RareRows));
        Assert.Equal(("k-anonymity", 59L), (m.Flow[^1].Name, m.Flow[^1].Persons));
        Assert.Equal("person_id,gender_concept_id,year_of_birth", village.Read(m, "data/person.csv").Split('\n')[0]);
        Assert.DoesNotContain(VillageLinkage.InProject("p-1", "p59"), village.Read(m, "data/condition_occurrence.csv") + village.Read(m, "cohort.csv"));

        var rows = village.Read(m, "data/condition_occurrence.csv").TrimEnd().Split('\n').Skip(1).Select(l => l.Split(',')).ToArray();
        Assert.DoesNotContain(rows, r => r[2] == "12");
        var gaps = rows.GroupBy(r => r[0]).Where(g => g.Count() == 2).Select(g => World.Day(g.Last()[3]).DayNumber - World.Day(g.First()[3]).DayNumber).ToArray();
        Assert.Equal(50, gaps.Length);
        Assert.All(gaps, g => Assert.Equal(60, g));
        Assert.True(rows.Select(r => r[3]).Distinct().Count() > 40);
        var entry = village.Read(m, "cohort.csv").TrimEnd().Split('\n').Skip(1).ToDictionary(l => l.Split(',')[0], l => l.Split(',')[1]);
        Assert.All(rows.GroupBy(r => r[0]).Where(g => g.Count() == 2), g => Assert.Equal(entry[g.Key], g.First()[3]));
        Assert.DoesNotContain(entry.Values, "2016-01-01".Equals);
    }

    [Fact]
    public async Task Too_many_rare_people_stop_the_extraction()
    {
        Deliver(20, i => $"PERSON gender_concept_id=8507 year_of_birth={1900 + (i * 10)}");
        village.Standard = "anonymised-v1";
        village.Grant("p-1", Everybody, All);
        Assert.Equal("processing.k-anonymity", (await village.Processing.ExtractAsync(new("p-1"), Village.Operator)).Findings[0].Code);
        Assert.Empty(Directory.GetDirectories(Path.Join(village.Folder, "projects", ".making")));
    }

    [Fact]
    public async Task Another_project_s_dates_move_otherwise()
    {
        Deliver(30, _ => "PERSON gender_concept_id=8507 year_of_birth=1950");
        village.Standard = "anonymised-v1";
        village.Grant("p-1", Everybody, All);
        village.Grant("p-2", Everybody, All);
        var one = village.Read(await village.Extract("p-1"), "cohort.csv").Split('\n').Skip(1).Select(l => l.Split(',').ElementAtOrDefault(1)).Order();
        var two = village.Read(await village.Extract("p-2"), "cohort.csv").Split('\n').Skip(1).Select(l => l.Split(',').ElementAtOrDefault(1)).Order();
        Assert.NotEqual(one, two);
    }

    [Fact]
    public async Task The_pseudonymised_standard_measures_the_risk_that_stays()
    {
        Deliver(30, i => $"PERSON gender_concept_id=8507 year_of_birth={(i == 0 ? 1900 : 1950)} prefecture=13");
        village.Grant("p-1", Everybody, All);
        var m = await village.Extract("p-1");
        Assert.Equal((30L, 1L, 1.0, 0L), (m.Risk!.Persons, m.Risk.SmallestClass, m.Risk.ProsecutorHighest, m.Risk.LeftOut));
        Assert.Equal(1.0 / 30, m.Risk.ShareUnique, 9);

        // Somebody of 120 is 'a hundred or older'.
        Assert.Contains(",8507,1920,13\n", village.Read(m, "data/person.csv"));
        Assert.DoesNotContain("1900", village.Read(m, "data/person.csv"));
    }

    [Fact]
    public void A_shift_is_never_zero_and_within_the_limit()
    {
        var days = Enumerable.Range(0, 5000).Select(i => PersonShift.Days([1, 2, 3], new Pseudonym<Project>((UInt128)i), 30)).ToArray();
        Assert.Equal((-30, 30), (days.Min(), days.Max()));
        Assert.DoesNotContain(0, days);
        Assert.Equal(60, days.Distinct().Count());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"id":"x","version":"1","title":{"ja":"a","en":"b"},"tables":{"person":{"columns":{"year_of_birth":"explode"}}}}""")]
    [InlineData("""{"id":"x","version":"1","title":{"ja":"a","en":"b"},"tables":{"person":{"columns":{"year_of_birth":{"action":"band"}}}}}""")]
    [InlineData("""{"id":"x","version":"1","title":{"ja":"a","en":"b"},"tables":{"cohort":{"columns":{"cohort_start_date":"shift"}}}}""")]
    [InlineData("""{"id":"x","version":"1","title":{"ja":"a","en":"b"},"quasiIdentifiers":["prefecture"],"tables":{"person":{"columns":{"prefecture":"drop"}}}}""")]
    public void A_broken_standard_says_so(string json) =>
        Assert.Equal("standard.broken", ProcessingStandard.Read("x", Encoding.UTF8.GetBytes(json)).Findings[0].Code);

    /// <summary>A standard that must not be loaded says at which table and column, and what to do.</summary>
    [Theory]
    [InlineData("""{"note":{"columns":{"note_text":"keep"}}}""", "standard.words-left", "note.note_text")]
    [InlineData("""{"observation":{"columns":{"value_as_string":{"action":"prefix","length":10}}}}""", "standard.words-left", "observation.value_as_string")]
    [InlineData("""{"drug_exposure":{"columns":{"stop_reason":["keep"]}}}""", "standard.words-left", "drug_exposure.stop_reason")]
    [InlineData("""{"person":{"columns":{"person_source_value":"keep"}}}""", "standard.names-left", "person.person_source_value")]
    [InlineData("""{"person":{"columns":{"person_source_value":{"action":"scrub","rules":"rules-v1"}}}}""", "standard.names-left", "person.person_source_value")]
    [InlineData("""{"care_site":{"columns":{"care_site_name":"keep"}}}""", "standard.names-left", "care_site.care_site_name")]
    [InlineData("""{"measurement":{"columns":{"record_key":"keep"}}}""", "standard.names-left", "measurement.record_key")]
    [InlineData("""{"person":{"columns":{"patient_name":"drop"}}}""", "standard.column-unknown", "person.patient_name")]
    [InlineData("""{"patients":{"columns":{"name":"drop"}}}""", "standard.table-unknown", "patients")]
    [InlineData("""{"person":{"columns":{"gender_concept_id":"month"}}}""", "standard.action-type", "person.gender_concept_id")]
    [InlineData("""{"person":{"columns":{"location_id":[{"action":"generalise","hierarchy":"place-v1","to":"region"},{"action":"band","width":5}]}}}""", "standard.action-type", "person.location_id")]
    [InlineData("""{"person":{"columns":{"location_id":{"action":"generalise","hierarchy":"place-v1","to":"street"}}}}""", "standard.broken", "person.location_id")]
    [InlineData("""{"person":{"columns":{"location_id":{"action":"generalise","hierarchy":"../../../etc/passwd","to":"x"}}}}""", "standard.broken", "person.location_id")]
    [InlineData("""{"condition_occurrence":{"columns":{"condition_source_value":"keep","condition_concept_id":"keep"},"rare":{"column":"condition_source_value","persons":10,"rollUp":"icd10-v1"}}}""", "standard.too-fine", "condition_occurrence.rare")]
    public void A_standard_that_leaves_too_much_is_refused_when_it_is_loaded(string tables, string code, string field)
    {
        var json = $$"""{"id":"x","version":"1","title":{"ja":"a","en":"b"},"tables":{{tables}}}""";
        var finding = Assert.Single(ProcessingStandard.Read("mine", Encoding.UTF8.GetBytes(json), Path.Join(Village.Standards, "processing")).Findings);
        Assert.Equal((code, field, "mine.json"), (finding.Code, finding.Place.Field, finding.Place.File));
        Assert.True(finding.Reason.Length > 10 && finding.Remedy.Length > 5);
    }

    [Fact]
    public void Words_that_rules_have_gone_through_stay_inside()
    {
        Outcome<ProcessingStandard> Read(string places) => ProcessingStandard.Read(
            "mine",
            Encoding.UTF8.GetBytes("""{"id":"x","version":"1","title":{"ja":"a","en":"b"},"places":[PLACES],"tables":{"note":{"columns":{"note_text":{"action":"scrub","rules":"rules-v1"}}}}}""".Replace("PLACES", places, StringComparison.Ordinal)),
            Path.Join(Village.Standards, "processing"));
        Assert.True(Read("\"environment\"").IsOk);
        var finding = Assert.Single(Read("\"environment\",\"outside\"").Findings);
        Assert.Equal(("standard.words-outside", "note.note_text"), (finding.Code, finding.Place.Field));
    }

    [Theory]
    [InlineData("\"kind\":\"statistics\",\"tables\":{}")]
    [InlineData("\"kind\":\"anonymised\",\"tables\":{}")]
    [InlineData("\"kind\":\"media\"")]
    [InlineData("\"kind\":\"media\",\"media\":{\"dicom\":{\"options\":[\"keep-everything\"]}}")]
    [InlineData("\"kind\":\"media\",\"media\":{\"vcf\":{\"regions\":[\"chr1:9-3\"]}}")]
    [InlineData("\"kind\":\"media\",\"places\":[\"outside\"],\"media\":{\"vcf\":{}}")]
    public void A_kind_of_standard_asks_for_what_makes_it_one(string rest)
    {
        var json = $$"""{"id":"x","version":"1","title":{"ja":"a","en":"b"},{{rest}}}""";
        Assert.False(ProcessingStandard.Read("mine", Encoding.UTF8.GetBytes(json)).IsOk);
    }

    [Fact]
    public async Task Under_a_standard_for_statistics_no_rows_are_made()
    {
        Deliver(30, _ => "PERSON gender_concept_id=8507 year_of_birth=1950");
        village.Standard = "statistics-v1";
        village.Grant("p-1", Everybody, All);
        Assert.Equal("standard.no-rows", (await village.Processing.ExtractAsync(new("p-1"), Village.Operator)).Findings[0].Code);
    }

    [Fact]
    public async Task Rare_diagnoses_climb_to_their_category_and_chapter_and_only_the_rarest_go()
    {
        // Twelve have E110, six E111 and five E117 (eleven of them E11 once E110 is shown by itself), ten different ones of chapter IX, one an I60.
        var lines = new List<string>();
        void One(int i, string code) => lines.AddRange([$"person p{i} gender_concept_id=8507 year_of_birth=1950 prefecture=13", $"observation_period p{i} observation_period_start_date=2010-01-01 observation_period_end_date=2025-12-31",
            $"condition_occurrence p{i} condition_concept_id=11 condition_source_value={code} condition_start_date=2016-01-01"]);
        for (var i = 0; i < 34; i++)
        {
            One(i, i < 12 ? "E110" : i < 18 ? "E111" : i < 23 ? "E117" : i < 33 ? $"I{10 + i}0" : "Q000");
        }

        village.Warehouse.Deliver("hospital", village.Linkage, string.Join('\n', lines));
        village.Standard = "next-generation-anonymised-v1";
        village.Grant("p-1", Everybody, new DatasetGrant(new("hospital"), [new("person", ["gender_concept_id", "year_of_birth", "prefecture"]), new("condition_occurrence", ["condition_source_value", "condition_concept_id"])]));
        var m = await village.Extract("p-1");
        var rows = village.Read(m, "data/condition_occurrence.csv").TrimEnd().Split('\n').Skip(1).Select(l => l.Split(',')[2..]).ToArray();
        Assert.Equal([("E11", 11), ("E110", 12), ("IX", 10)], rows.GroupBy(r => r[1]).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, g.Count())));
        Assert.All(rows, r => Assert.Equal(r[1] == "E110" ? "11" : "", r[0]));
        Assert.Equal(1, m.Risk!.RareRows);
        Assert.DoesNotContain("Q00", village.Read(m, "data/condition_occurrence.csv"));
        Assert.Contains(",8507,1950,関東\n", village.Read(m, "data/person.csv"));
    }

    [Fact]
    public async Task Places_are_given_by_their_population_and_institutions_by_their_kind()
    {
        var standards = Path.Join(village.Folder, "standards");
        Directory.CreateDirectory(Path.Join(standards, "processing", "hierarchies"));
        File.WriteAllText(Path.Join(standards, "processing", "hierarchies", "people-v1.json"), """{"version":"1","source":"test","population":{"13":14000000,"31":550000,"13101":66680,"13307":2000}}""");
        File.Copy(Path.Join(Village.Standards, "processing", "hierarchies", "facility-kind-v1.json"), Path.Join(standards, "processing", "hierarchies", "facility-kind-v1.json"));
        File.WriteAllText(Path.Join(standards, "processing", "mine.json"), """
            {"id":"mine","version":"1","title":{"ja":"a","en":"b"},"tables":{
              "person":{"columns":{"location_id":{"action":"by-population","populations":"people-v1","least":50000}}},
              "visit_occurrence":{"columns":{"visit_start_date":"year","care_site_id":{"do":{"action":"generalise","hierarchy":"facility-kind-v1","to":"kind"},"why":"few providers"}}}}}
            """);
        var places = new[] { 13101, 13307, 13999, 13, 31201, 1101 };
        var lines = places.SelectMany((p, i) => new[] { $"person p{i} location_id={p}", $"observation_period p{i} observation_period_start_date=2010-01-01 observation_period_end_date=2025-12-31", $"condition_occurrence p{i} condition_concept_id=11 condition_start_date=2016-01-01",
            $"visit_occurrence p{i} visit_start_date=2016-05-06 care_site_id={(i == 0 ? 1310000001 : i == 1 ? 1340000001 : i == 2 ? 0110000001 : 1390000001)}" });
        village.Warehouse.Deliver("hospital", village.Linkage, string.Join('\n', lines));
        village.Standard = "mine";
        village.Open(standards);
        village.Grant("p-1", Everybody, new DatasetGrant(new("hospital"), [new("person", ["location_id"]), new("visit_occurrence", ["visit_start_date", "care_site_id"])]));
        var m = await village.Extract("p-1");
        string[] Of(string file, int column) => [.. village.Read(m, file).TrimEnd().Split('\n').Skip(1).Select(l => l.Split(',')[column]).Order(StringComparer.Ordinal)];
        Assert.Equal(["", "13", "13", "13", "13101", "31"], Of("data/person.csv", 1));
        Assert.Equal(["", "", "", "医科", "医科", "調剤"], Of("data/visit_occurrence.csv", 3));
        Assert.All(Of("data/visit_occurrence.csv", 2), d => Assert.Equal("2016-01-01", d));
    }

    [Fact]
    public async Task Words_go_through_the_rules_on_their_way_out_and_the_same_words_come_out_again()
    {
        var standards = Path.Join(village.Folder, "standards");
        Directory.CreateDirectory(Path.Join(standards, "processing"));
        Directory.CreateDirectory(Path.Join(standards, "free-text"));
        File.Copy(Path.Join(Village.Standards, "free-text", "rules-v1.json"), Path.Join(standards, "free-text", "rules-v1.json"));
        File.WriteAllText(Path.Join(standards, "processing", "mine.json"), """
            {"id":"mine","version":"1","title":{"ja":"a","en":"b"},"tables":{"person":{"columns":{"year_of_birth":"keep"}},
              "observation":{"columns":{"observation_date":"keep","value_as_string":{"action":"scrub","rules":"rules-v1"}}}}}
            """);
        village.Warehouse.Deliver("hospital", village.Linkage, """
            person p0 year_of_birth=1950
            observation_period p0 observation_period_start_date=2010-01-01 observation_period_end_date=2025-12-31
            condition_occurrence p0 condition_concept_id=11 condition_start_date=2016-01-01
            observation p0 observation_date=2016-02-01 value_as_string=主治医:山田太郎、東海中央病院へ紹介。電話03-1234-5678。血圧138/84
            """);
        village.Standard = "mine";
        village.Open(standards);
        village.Grant("p-1", Everybody, new DatasetGrant(new("hospital"), [new("person", ["year_of_birth"]), new("observation", ["observation_date", "value_as_string"])]));
        var m = await village.Extract("p-1");
        Assert.Contains("主治医:[氏名]、[施設]へ紹介。電話[電話]。血圧138/84", village.Read(m, "data/observation.csv"));
        Assert.Equal(m.Files, (await village.Extract("p-1")).Files);
    }

    [Fact]
    public void The_shipped_standards_can_be_read()
    {
        var all = ProcessingStandard.All(Path.Join(Village.Standards, "processing"));
        Assert.Equal(8, all.Count);
        Assert.All(all, s => Assert.True(s.Read.IsOk, string.Join("; ", s.Read.Findings)));
        Assert.Equal([DataPlace.Environment], all.Single(s => s.Name == "images-and-genome-v1").Read.Value.Places);
        Assert.All(new[] { "ndb-v1", "long-term-care-v1", "next-generation-anonymised-v1" }, n => Assert.NotEmpty(all.Single(s => s.Name == n).Read.Value.Tables["person"].Reasons));
        foreach (var name in new[] { "pseudonymised-v1", "anonymised-v1" })
        {
            var standard = ProcessingStandard.Find(Path.Join(Village.Standards, "processing"), name).Value;
            Assert.Equal(standard.Sha256, ProcessingStandard.Find(Path.Join(Village.Standards, "processing"), $"{standard.Id}@{standard.Version}").Value.Sha256);
            Assert.All(standard.Tables.Where(t => t.Key != "cohort"), t => Assert.Null(t.Value.For("record_key")));
        }
    }
}
