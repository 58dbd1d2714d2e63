using System.Text;
using Minato.Access;
using Minato.Processing.Extracting;
using Minato.Processing.Standards;

namespace Minato.Processing.Tests;

/// <summary>A permit's data as the sources tell it: record by record, in their own codes.</summary>
public sealed class SourceFormStories : IDisposable
{
    private const string Everybody = """{"ConceptSets":[],"PrimaryCriteria":{"CriteriaList":[{"VisitOccurrence":{}}],"ObservationWindow":{"PriorDays":0,"PostDays":0},"PrimaryCriteriaLimit":{"Type":"First"}}}""";

    private readonly Village village = new() { Forms = [ExtractionForm.Csv, ExtractionForm.Source] };

    public void Dispose() => village.Dispose();

    private static DatasetGrant Claims => new(new("claims"), [
        new("visit_occurrence", ["visit_occurrence_id", "visit_start_date", "visit_source_value", "care_site_id", "source_system"]),
        new("condition_occurrence", ["condition_concept_id", "condition_start_date", "condition_source_value", "visit_occurrence_id", "source_system"]),
        new("drug_exposure", ["drug_exposure_id", "drug_concept_id", "drug_exposure_start_date", "days_supply", "drug_source_value", "source_system"])]);

    private static DatasetGrant Laboratory => new(new("laboratory"), [new("measurement", ["measurement_date", "measurement_source_value", "value_as_number", "source_system"])]);

    /// <summary>Two claims of ana, one of ben; their keys would sort the other way round.</summary>
    private void Deliver()
    {
        village.Warehouse.Deliver("claims", village.Linkage, """
            person ana year_of_birth=1950
            person ben year_of_birth=1960
            observation_period ana observation_period_start_date=2010-01-01 observation_period_end_date=2025-12-31
            observation_period ben observation_period_start_date=2010-01-01 observation_period_end_date=2025-12-31
            visit_occurrence ana record_key=z-claim visit_occurrence_id=7 visit_start_date=2016-02-01 visit_end_date=2016-02-01 visit_concept_id=9202 visit_source_value=outpatient care_site_id=1310001 source_system=minato
            condition_occurrence ana record_key=z-claim condition_concept_id=11 condition_start_date=2016-01-20 condition_source_value=E119 visit_occurrence_id=7 source_system=icd10
            drug_exposure ana record_key=z-claim drug_concept_id=20 drug_exposure_start_date=2016-02-01 days_supply=28 drug_source_value=622242501 source_system=drug
            visit_occurrence ana record_key=a-claim visit_occurrence_id=3 visit_start_date=2016-05-01 visit_end_date=2016-05-01 visit_concept_id=9202 visit_source_value=outpatient care_site_id=1310001 source_system=minato
            drug_exposure ana record_key=a-claim drug_concept_id=20 drug_exposure_start_date=2016-05-01 days_supply=14 drug_source_value=622242501 source_system=drug
            drug_exposure ana record_key=later drug_concept_id=20 drug_exposure_start_date=2023-05-01 days_supply=14 drug_source_value=622242501 source_system=drug
            visit_occurrence ben record_key=m-claim visit_occurrence_id=5 visit_start_date=2016-03-01 visit_end_date=2016-03-01 visit_concept_id=9201 visit_source_value=inpatient care_site_id=1319999 source_system=minato
            """);
        village.Warehouse.Deliver("laboratory", village.Linkage, """
            person ana year_of_birth=1950
            measurement ana record_key=sheet-1 measurement_concept_id=30 measurement_date=2016-04-01 value_as_number=6.5 measurement_source_value=3D046000001906202 source_system=jlac10
            measurement ana record_key=sheet-1 measurement_concept_id=30 measurement_date=2016-04-01 value_as_number=140 measurement_source_value=3D010000002327101 source_system=jlac10
            """);
    }

    private string[][] Rows(ExtractionManifest m, string dataset, string person) =>
    [
        .. village.Read(m, $"source/{dataset}.csv").TrimEnd().Split('\n').Skip(1).Select(l => l.Split(',')).Where(r => r[0] == VillageLinkage.InProject(m.Permit, person)).Select(r => r[1..]),
    ];

    [Fact]
    public async Task Each_dataset_is_told_record_by_record_in_its_own_codes()
    {
        Deliver();
        village.Grant("p-1", Everybody, Claims, Laboratory);
        var m = await village.Extract("p-1");
        Assert.Equal("person_id,record,kind,visit,start_date,system,code,value,days,facility", village.Read(m, "source/claims.csv").Split('\n')[0]);
        var ana = Rows(m, "claims", "ana");

        // The earlier claim is the earlier number, whatever its key; its visit stands first; what is after the study is not there.
        Assert.Equal(["condition", "visit", "drug", "visit", "drug"], ana.OrderBy(r => int.Parse(r[0], System.Globalization.CultureInfo.InvariantCulture)).Select(r => r[1]));
        Assert.Equal(["E119", "outpatient", "622242501", "outpatient", "622242501"], ana.Select(r => r[5]));
        Assert.Equal((1, 2), (ana.Take(3).Select(r => r[0]).Distinct().Count(), ana.Select(r => r[0]).Distinct().Count()));

        // The diagnosis names its visit by the number that the visit has, here and in the OMOP table.
        Assert.Equal(ana[1][2], ana[0][2]);
        Assert.Contains(village.Read(m, "data/visit_occurrence.csv").Split('\n'), l => l.StartsWith(VillageLinkage.InProject("p-1", "ana"), StringComparison.Ordinal) && l.Split(',')[2] == ana[1][2]);
        Assert.NotEqual(ana[1][^1], Rows(m, "claims", "ben").Single()[^1]);
        Assert.Equal([("", "6.5"), ("", "140")], Rows(m, "laboratory", "ana").OrderBy(r => r[5] == "3D010000002327101").Select(r => (r[2], r[6].TrimEnd('0').TrimEnd('.') is "14" ? "140" : r[6].TrimEnd('0').TrimEnd('.'))));

        // Neither keys nor institutions, in no file; the dictionary says what the columns are.
        var everything = string.Join('\n', m.Files.Where(f => f.Path.EndsWith(".csv", StringComparison.Ordinal)).Select(f => village.Read(m, f.Path)));
        Assert.All(["claim", "sheet-1", "1310001"], secret => Assert.DoesNotContain(secret, everything.Replace("source/claims", "", StringComparison.Ordinal).Replace("(a claim", "", StringComparison.Ordinal).Replace(",claims,", "", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.Contains("source/claims,record,integer,as in the tables,", village.Read(m, "dictionary.csv"), StringComparison.Ordinal);
        Assert.Equal(["source/claims", "source/laboratory"], m.Files.Where(f => f.Path.StartsWith("source/", StringComparison.Ordinal)).Select(f => f.Table).Distinct());
    }

    [Fact]
    public async Task It_repeats_to_the_byte_and_a_refresh_compares_it()
    {
        Deliver();
        village.Grant("p-1", Everybody, Claims, Laboratory);
        var m = await village.Extract("p-1");
        village.Clock.Pass(TimeSpan.FromHours(1));
        Assert.Equal(m.Id, (await village.Extract("p-1", m)).Id);

        // Somebody earlier in the order comes or goes: the numbers move, what was said does not.
        village.OptOut.Refused.Add(("ben", village.Clock.GetUtcNow()));
        var after = await village.Extract("p-1");
        Assert.Empty(Rows(after, "claims", "ben"));
        Assert.Equal((0L, 0L, 1L), after.Changes!.Tables.Where(t => t.Table == "source/claims").Select(t => (t.Added, t.Changed, t.Withdrawn)).Single());
    }

    [Fact]
    public async Task Nothing_more_is_made_where_the_permit_does_not_say_so_and_no_record_is_numbered_where_the_standard_does_not()
    {
        Deliver();
        village.Forms = [ExtractionForm.Csv];
        village.Grant("p-1", Everybody, Claims);
        Assert.DoesNotContain((await village.Extract("p-1")).Files, f => f.Path.StartsWith("source/", StringComparison.Ordinal));

        village.Forms = [ExtractionForm.Csv, ExtractionForm.Source];
        var standards = Directory.CreateDirectory(Path.Join(village.Folder, "standards", "processing")).FullName;
        File.WriteAllText(Path.Join(standards, "mine.json"), """{"id":"mine","version":"1","title":{"ja":"a","en":"b"},"tables":{"cohort":{"columns":{}},"drug_exposure":{"columns":{"drug_exposure_start_date":"month","drug_source_value":"keep"}}}}""");
        village.Open(Path.Join(village.Folder, "standards"));
        village.Standard = "mine";
        village.Grant("p-2", Everybody, Claims);
        var m = await village.Extract("p-2");
        Assert.Equal(["person_id,kind,start_date,code", $"{VillageLinkage.InProject("p-2", "ana")},drug,2016-02-01,622242501", $"{VillageLinkage.InProject("p-2", "ana")},drug,2016-05-01,622242501"], village.Read(m, "source/claims.csv").TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Where_nobody_is_in_the_cohort_the_files_are_there_and_empty()
    {
        Deliver();
        village.Grant("p-1", Everybody.Replace("{}", "{\"Age\":{\"Value\":200,\"Op\":\"gt\"}}", StringComparison.Ordinal), Claims);
        var m = await village.Extract("p-1");
        Assert.Equal(0, m.Persons);
        Assert.All(m.Files.Where(f => f.Path.EndsWith(".parquet", StringComparison.Ordinal)), f => Assert.Equal(0, f.Rows));
        Assert.Equal("person_id,record,kind,visit,start_date,system,code,days,facility\n", village.Read(m, "source/claims.csv"));
    }

    [Theory]
    [InlineData("""{"id":"x","version":"1","title":{"ja":"a","en":"b"},"kind":"anonymised","k":3,"records":"renumber","tables":{}}""")]
    [InlineData("""{"id":"x","version":"1","title":{"ja":"a","en":"b"},"records":"renumber","tables":{"measurement":{"columns":{"measurement_date":"month"}}}}""")]
    [InlineData("""{"id":"x","version":"1","title":{"ja":"a","en":"b"},"records":"keep","tables":{}}""")]
    public void Records_are_numbered_only_where_days_are_told(string json) =>
        Assert.Equal("standard.broken", ProcessingStandard.Read("x", Encoding.UTF8.GetBytes(json)).Findings.Single().Code);
}
