using System.Diagnostics;
using System.Globalization;
using Minato.Processing.Cohorts;
using Minato.Tables;
using Minato.Tables.Queries;

namespace Minato.Bench.Cohorts;

/// <summary>
/// Claims of one database linked with laboratory values of a second one, which knows people under another identifier, without those who refused: a cohort, and
/// beside it the query that somebody would write by hand for exactly this question over the same files.
/// </summary>
internal sealed class LinkedPart(string home, long claims)
{
    private const string Cohort = """
        {"ConceptSets":[{"id":0,"name":"diabetes","expression":{"items":[{"concept":{"CONCEPT_ID":201826}}]}},{"id":1,"name":"HbA1c","expression":{"items":[{"concept":{"CONCEPT_ID":3004410}}]}}],
         "PrimaryCriteria":{"CriteriaList":[{"ConditionOccurrence":{"CodesetId":0}}],"ObservationWindow":{"PriorDays":0,"PostDays":0},"PrimaryCriteriaLimit":{"Type":"All"}},
         "QualifiedLimit":{"Type":"First"},"ExpressionLimit":{"Type":"First"},
         "InclusionRules":[{"name":"high value","expression":{"Type":"ALL","CriteriaList":[{"Criteria":{"Measurement":{"CodesetId":1,"ValueAsNumber":{"Value":6.5,"Op":"gt"}}},
           "StartWindow":{"Start":{"Days":0,"Coeff":1},"End":{"Days":90,"Coeff":1}},"Occurrence":{"Type":2,"Count":1}}]}}]}
        """;

    private const string Hand = """
        with dx as (
            select m.m_person as person, c.condition_start_date as day from d0_condition_occurrence c join map_0 m on m.m_source = c.person_id
            where c.condition_concept_id = 201826 and c.condition_status_concept_id is distinct from 32899),
        lab as (select m.m_person as person, l.measurement_date as day from d1_measurement l join map_1 m on m.m_source = l.person_id where l.measurement_concept_id = 3004410 and l.value_as_number > 6.5),
        seen as (
            select m.m_person as person, o.observation_period_start_date as s, o.observation_period_end_date as e from d0_observation_period o join map_0 m on m.m_source = o.person_id
            where m.m_person in (select person from dx)),
        found as (
            select dx.person, min(dx.day) as day from dx join seen on seen.person = dx.person and dx.day between s and e
            where exists (select 1 from lab where lab.person = dx.person and lab.day between dx.day and dx.day + 90 and lab.day between s and e) group by dx.person)
        select count(*), count(distinct person) from found
        """;

    private long Persons => claims / 50;

    private string Folder => Path.Combine(home, string.Create(CultureInfo.InvariantCulture, $"linked-{claims}"));

    public (double Ours, double Hand, double Linking, long Found, long FoundByHand) Run()
    {
        if (!Directory.Exists(Folder))
        {
            Make();
        }

        using var session = TablesRoom.OpenSession(new SessionOptions { MemoryMegabytes = 8192, TempFolder = Path.Combine(home, "spill") });
        var shapes = new Dictionary<string, TableShape>(StringComparer.Ordinal);
        void Shape(string table, params Column[] columns) => shapes[table] = new(table, columns, []);
        Shape("person", new("person_id", ColumnType.Uuid), new("year_of_birth", ColumnType.Integer), new("gender_concept_id", ColumnType.Integer));
        Shape("observation_period", new("observation_period_id", ColumnType.Integer), new("person_id", ColumnType.Uuid), new("observation_period_start_date", ColumnType.Date), new("observation_period_end_date", ColumnType.Date));
        Shape("condition_occurrence", new("condition_occurrence_id", ColumnType.Integer), new("person_id", ColumnType.Uuid), new("condition_concept_id", ColumnType.Integer), new("condition_start_date", ColumnType.Date), new("condition_end_date", ColumnType.Date), new("condition_status_concept_id", ColumnType.Integer), new("visit_occurrence_id", ColumnType.Integer));
        Shape("measurement", new("measurement_id", ColumnType.Integer), new("person_id", ColumnType.Uuid), new("measurement_concept_id", ColumnType.Integer), new("measurement_date", ColumnType.Date), new("value_as_number", ColumnType.Decimal), new("visit_occurrence_id", ColumnType.Integer));
        foreach (var (prefix, dataset) in new[] { ("d0_", "claims"), ("d1_", "laboratory") })
        {
            foreach (var (table, shape) in shapes)
            {
                var file = Path.Combine(Folder, dataset, table + ".parquet");
                session.AttachTable(prefix + table, shape, File.Exists(file) ? [file] : []);
            }
        }

        // What linking gives: who is who in the project, and nobody who refused.
        session.Execute($"create temp table map_0 as select * from read_parquet('{Folder}/map_0.parquet'); create temp table map_1 as select * from read_parquet('{Folder}/map_1.parquet')");
        var cohort = CirceReader.Read(Cohort).Value;
        var (best, hand, linking, found, byHand) = (double.MaxValue, double.MaxValue, 0.0, 0L, 0L);
        for (var i = 0; i < 4; i++)
        {
            var clock = Stopwatch.StartNew();
            byHand = (long)session.Query(Hand).First()[0]!;
            hand = Math.Min(hand, clock.Elapsed.TotalSeconds);
            session.Execute("drop table if exists linked_persons; drop table if exists linked_observation");
            clock.Restart();
            var events = Harbour.Link(session, shapes, new Harbour.Vocabulary(Pools.Of([], fair: false)), [("d0_", "map_0"), ("d1_", "map_1")]);
            linking = clock.Elapsed.TotalSeconds;
            clock.Restart();
            var result = CohortPlan.Run(session, events, cohort, new(c => [c], _ => []));
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
            found = result.Flow[^1].Persons;
            session.Drop(result.Cohort);
        }

        return (best, hand, linking, found, byHand);
    }

    private void Make()
    {
        using var session = TablesRoom.OpenSession(new SessionOptions { MemoryMegabytes = 8192, TempFolder = Path.Combine(home, "spill") });
        foreach (var dataset in new[] { "claims", "laboratory" })
        {
            Directory.CreateDirectory(Path.Combine(Folder, dataset));
        }

        void Write(string dataset, string table, string sql) => session.WriteParquet(sql, Path.Combine(Folder, dataset, table + ".parquet"));
        var (persons, tested) = (Persons, Persons * 6 / 10);
        string I(FormattableString s) => FormattableString.Invariant(s);
        session.Execute(I($"create temp table a as select i, {Harbour.Pseudonym("a", "i")} as id from range({persons}) t(i); create temp table b as select i, {Harbour.Pseudonym("b", "i")} as id from range({tested}) t(i)"));
        Write("claims", "observation_period", "select i as observation_period_id, id as person_id, date '2015-01-01' as observation_period_start_date, date '2015-01-01' + cast(1500 + hash(i, 1) % 1500 as integer) as observation_period_end_date from a");
        Write("claims", "person", "select id as person_id, 1920 + hash(i, 2) % 95 as year_of_birth, 8507 as gender_concept_id from a");
        Write("claims", "condition_occurrence", I($"select c as condition_occurrence_id, id as person_id, case when hash(c, 3) % 200 = 0 then 201826 else 400000 + hash(c, 4) % 20000 end as condition_concept_id, date '2015-01-01' + cast(hash(c, 5) % 2900 as integer) as condition_start_date, null::date as condition_end_date, case when hash(c, 6) % 20 = 0 then 32899 else 32902 end as condition_status_concept_id, c // 3 as visit_occurrence_id from (select c, c // 50 as i from range({claims}) t(c)) join a using (i)"));
        Write("laboratory", "measurement", I($"select c as measurement_id, id as person_id, case when hash(c, 7) % 8 = 0 then 3004410 else 3000000 + hash(c, 8) % 400 end as measurement_concept_id, date '2015-01-01' + cast(hash(c, 9) % 2900 as integer) as measurement_date, cast(4 + (hash(c, 10) % 600) / 100.0 as decimal(18, 6)) as value_as_number, c // 2 as visit_occurrence_id from (select c, c // 8 as i from range({tested * 8}) t(c)) join b using (i)"));
        session.Execute($"copy (select id as m_source, {Harbour.Pseudonym("x", "i")} as m_person from a where i % {Math.Max(1, persons / 50_000)} <> 7 or i >= 50000 * {Math.Max(1, persons / 50_000)}) to '{Folder}/map_0.parquet' (format parquet)");
        session.Execute($"copy (select id as m_source, {Harbour.Pseudonym("x", "i")} as m_person from b where i % {Math.Max(1, persons / 50_000)} <> 7) to '{Folder}/map_1.parquet' (format parquet)");
    }
}
