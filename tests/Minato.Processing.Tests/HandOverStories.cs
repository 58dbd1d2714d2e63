using Minato.Access;
using Minato.Processing.Extracting;
using Minato.Tables;

namespace Minato.Processing.Tests;

/// <summary>What an extraction's folder holds, what a later one says of the former, and what can be proved of both.</summary>
public sealed class HandOverStories : IDisposable
{
    private const string Drug = """
        {"ConceptSets":[{"id":1,"name":"twenty","expression":{"items":[{"concept":{"CONCEPT_ID":20},"includeDescendants":true}]}}],
         "PrimaryCriteria":{"CriteriaList":[{"DrugExposure":{"CodesetId":1}}],"ObservationWindow":{"PriorDays":0,"PostDays":0},"PrimaryCriteriaLimit":{"Type":"First"}}}
        """;

    private readonly Village village = new() { Forms = [] };

    public void Dispose() => village.Dispose();

    private static DatasetGrant Claims => new(new("claims"), [
        new("person", ["gender_concept_id", "year_of_birth", "prefecture"]),
        new("visit_occurrence", ["visit_occurrence_id", "visit_start_date"]),
        new("drug_exposure", ["drug_exposure_id", "drug_concept_id", "drug_exposure_start_date", "days_supply", "drug_source_value"])]);

    private void Deliver(int people = 60, string more = "", Func<int, bool>? without = null)
    {
        var lines = new List<string>();
        for (var i = 0; i < people; i++)
        {
            if (without?.Invoke(i) == true)
            {
                continue;
            }

            lines.Add($"person p{i} gender_concept_id={(i % 2 == 0 ? 8507 : 8532)} year_of_birth={1940 + (i % 50)} prefecture={(i == 7 ? "47" : "13")}");
            lines.Add($"observation_period p{i} observation_period_start_date=2010-01-01 observation_period_end_date=2025-12-31");
            lines.Add($"visit_occurrence p{i} visit_start_date=2016-03-{1 + (i % 28):00} visit_end_date=2016-03-{1 + (i % 28):00} visit_concept_id=9202");
            for (var j = 0; j < 3; j++)
            {
                lines.Add($"drug_exposure p{i} drug_concept_id=20 drug_exposure_start_date=2016-0{3 + j}-{1 + (i % 28):00} days_supply={7 * (1 + (i % 5))} drug_source_value={(i == 7 ? "rarecode" : "common")}");
            }
        }

        village.Warehouse.Deliver("claims", village.Linkage, string.Join('\n', lines) + more);
    }

    private string FolderOf(ExtractionManifest m) => village.Processing.FolderOf(new(m.Permit), m.Id);

    [Fact]
    public async Task Parquet_and_a_database_are_made_and_csv_only_where_it_was_asked_for()
    {
        Deliver();
        village.Grant("p-1", Drug, Claims);
        var m = await village.Extract("p-1");
        Assert.Equal(
            ["cohort.parquet", "data/drug_exposure.parquet", "data/person.parquet", "data/visit_occurrence.parquet", "dictionary.csv", "extraction.duckdb"], m.Files.Select(f => f.Path).Order(StringComparer.Ordinal));

        // The database names the files from its own folder on.
        using var session = TablesRoom.OpenSession();
        session.Execute($"set file_search_path = '{FolderOf(m)}'");
        session.Execute($"attach '{Path.Join(FolderOf(m), "extraction.duckdb")}' as x (read_only)");
        Assert.Equal(180L, session.Scalar<long>("select count(*) from x.drug_exposure join x.person using (person_id)"));
        Assert.Contains("concept", session.Scalar<string>("select comment from duckdb_columns() where database_name = 'x' and table_name = 'drug_exposure' and column_name = 'drug_concept_id'"), StringComparison.Ordinal);

        var dictionary = village.Read(m, "dictionary.csv").Split('\n');
        Assert.Equal("table,column,type,processing,rows,missing,meaning_ja,meaning_en", dictionary[0]);
        Assert.Contains("drug_exposure,days_supply,integer,keep,180,0,処方された日数,days of supply", dictionary);
        Assert.Contains("drug_exposure,drug_exposure_id,integer,renumber,180,0,薬の番号（この抽出だけのもの）,drug: number within this extraction", dictionary);
    }

    [Fact]
    public async Task A_table_that_does_not_fit_is_written_in_parts_with_the_same_rows()
    {
        Deliver();
        village.Grant("p-1", Drug, Claims);
        var whole = await village.Extract("p-1");
        var small = ProcessingRoom.Open(
            new ProcessingOptions(Path.Join(village.Folder, "small"), Village.Standards, "test", village.Keys) { StageMegabytes = 0 }, village.Ledger, village.Access, village.OptOut, village.Linkage, village.Warehouse, village.Clock);
        var parts = (await small.ExtractAsync(new("p-1"), Village.Operator)).Value;
        Assert.Equal(60, parts.Files.Count(f => f.Table == "drug_exposure"));
        Assert.Equal(180, parts.Files.Where(f => f.Table == "drug_exposure").Sum(f => f.Rows));
        Assert.Equal(Rows(FolderOf(whole), "drug_exposure*.parquet"), Rows(small.FolderOf(new("p-1"), parts.Id), "drug_exposure*.parquet"));

        static string Rows(string folder, string files)
        {
            using var session = TablesRoom.OpenSession();
            return string.Join('\n', session.Query($"select * from read_parquet('{folder}/data/{files}') order by drug_exposure_id").Select(r => string.Join(',', r)));
        }
    }

    [Fact]
    public async Task A_refresh_says_who_came_who_changed_and_who_went_and_who_refused_is_gone()
    {
        Deliver(without: i => i == 59);
        village.Grant("p-1", Drug, Claims);
        var first = await village.Extract("p-1");
        Assert.Null(first.Changes);
        village.Clock.Pass(TimeSpan.FromDays(30));
        village.OptOut.Refused.Add(("p3", village.Clock.GetUtcNow()));
        Deliver(more: "\ndrug_exposure p5 drug_concept_id=20 drug_exposure_start_date=2016-09-01 days_supply=28", without: i => i == 4);
        var second = await village.Extract("p-1");
        var changes = second.Changes!;
        Assert.Equal((first.Id, 1L, 1L, 2L), (changes.Former, changes.Added, changes.Changed, changes.Withdrawn));
        Assert.Equal(new TableChange("drug_exposure", 1, 1, 2), changes.Tables.Single(t => t.Table == "drug_exposure"));
        using var session = TablesRoom.OpenSession();
        Assert.Equal(
            new[] { ("p59", "added"), ("p5", "changed"), ("p3", "withdrawn"), ("p4", "withdrawn") }.Select(x => $"{VillageLinkage.InProject("p-1", x.Item1)} {x.Item2}").Order(StringComparer.Ordinal),
            session.Query($"select person_id || ' ' || change from '{Path.Join(FolderOf(second), "changes.parquet")}' order by person_id").Select(r => (string)r[0]!));

        // Nothing new: nobody changed, and it is the same extraction.
        var third = await village.Extract("p-1");
        Assert.Equal((second.Id, 0L, 0L, 0L), (third.Id, third.Changes!.Added, third.Changes.Changed, third.Changes.Withdrawn));
    }

    [Fact]
    public async Task The_manifest_proves_both_lines_and_a_forged_one_does_not()
    {
        Deliver();
        village.Grant("p-1", Drug, Claims);
        village.Clock.Pass(TimeSpan.FromDays(1));
        village.OptOut.Refused.Add(("p3", village.Clock.GetUtcNow()));
        var m = await village.Extract("p-1");
        var line = Assert.Single(m.Refusals);
        Assert.Equal((60L, 1L, 59L), (line.PersonsBefore, line.Withheld, line.PersonsAfter));
        Assert.Equal(new LinkedEvidence(60, 1, 59, 59), m.Linked);
        Assert.NotEqual(line.SetId, line.AtPermit);
        var permit = village.Access.Permits[new("p-1")];

        // The village's linkage writes no ledger; the real one does (RealRooms).
        IEnumerable<string> Wrong(ExtractionManifest forged) => RefusalProof.Check(forged, permit, village.Access, village.OptOut, village.Warehouse, village.Ledger).Select(f => f.Code);
        Assert.Equal(["proof.conversion"], Wrong(m));
        Assert.Contains("proof.choices", Wrong(m with { Refusals = [line with { SetId = "another" }] }));
        Assert.Contains("proof.choices", Wrong(m with { Refusals = [line with { AtPermit = "another" }] }));
        Assert.Contains("proof.linked", Wrong(m with { Linked = m.Linked! with { Withheld = 0, After = 60 } }));
        Assert.Equal("processing.role", village.Processing.ProveRefusals(new("p-1"), m.Id, Village.Researcher).Findings[0].Code);
    }

    [Fact]
    public async Task A_twin_has_the_shape_and_nobody_in_it()
    {
        village.Forms = [ExtractionForm.Twin];
        Deliver(240);
        village.Grant("p-1", Drug, Claims);
        var m = await village.Extract("p-1");
        var again = Path.Join(village.Folder, "again");
        Directory.Move(FolderOf(m), again);
        Assert.Equal(m.Files, (await village.Extract("p-1")).Files);
        using var session = TablesRoom.OpenSession();
        session.Execute($"attach '{Path.Join(FolderOf(m), "twin.duckdb")}' as twin (read_only)");
        foreach (var table in new[] { "person", "drug_exposure", "visit_occurrence" })
        {
            string Shape(string of) => string.Join(',', session.Query($"select column_name || ' ' || column_type from (describe select * from {of})").Select(r => (string)r[0]!));
            Assert.Equal(Shape($"'{Path.Join(FolderOf(m), "data", table + ".parquet")}'"), Shape($"twin.{table}"));
        }

        // 240 people, 3 drugs each: three rows a person; only codes and prefectures of ten people or more.
        Assert.Equal(600L, session.Scalar<long>("select count(*) from twin.drug_exposure"));
        Assert.Equal("common", session.Scalar<string>("select string_agg(distinct drug_source_value, ',') from twin.drug_exposure"));
        Assert.Equal("13", session.Scalar<string>("select string_agg(distinct prefecture, ',') from twin.person"));
        Assert.Equal(0L, session.Scalar<long>($"select count(*) from twin.person join '{Path.Join(FolderOf(m), "data", "person.parquet")}' using (person_id)"));
        Assert.InRange(session.Scalar<long>("select max(days_supply) from twin.drug_exposure"), 7, 35);
        Assert.Equal(0L, session.Scalar<long>("select count(*) from twin.drug_exposure where drug_exposure_start_date < date '2015-10-01' or drug_exposure_start_date > date '2016-10-31'"));
    }
}
