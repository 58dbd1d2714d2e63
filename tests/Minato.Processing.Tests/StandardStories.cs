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
    [InlineData("""{"id":"x","version":"1","title":{"ja":"a","en":"b"},"tables":{"person":{"columns":{"a":"explode"}}}}""")]
    [InlineData("""{"id":"x","version":"1","title":{"ja":"a","en":"b"},"tables":{"person":{"columns":{"a":{"action":"band"}}}}}""")]
    [InlineData("""{"id":"x","version":"1","title":{"ja":"a","en":"b"},"tables":{"person":{"columns":{"a":"shift"}}}}""")]
    [InlineData("""{"id":"x","version":"1","title":{"ja":"a","en":"b"},"quasiIdentifiers":["b"],"tables":{"person":{"columns":{"b":"drop"}}}}""")]
    public void A_broken_standard_says_so(string json) =>
        Assert.Equal("standard.broken", ProcessingStandard.Read("x", Encoding.UTF8.GetBytes(json)).Findings[0].Code);

    [Fact]
    public void The_shipped_standards_can_be_read()
    {
        foreach (var name in new[] { "pseudonymised-v1", "anonymised-v1" })
        {
            var standard = ProcessingStandard.Find(Path.Join(Village.Standards, "processing"), name).Value;
            Assert.Equal(standard.Sha256, ProcessingStandard.Find(Path.Join(Village.Standards, "processing"), $"{standard.Id}@{standard.Version}").Value.Sha256);
            Assert.All(standard.Tables.Where(t => t.Key != "cohort"), t => Assert.Null(t.Value.For("record_key")));
        }
    }
}
