using System.Globalization;
using Minato.Processing.Cohorts;
using Minato.Tables;
using static System.FormattableString;

namespace Minato.Bench.Cohorts;

/// <summary>
/// A seeded OMOP CDM in a catalog or schema <c>cdm</c> of a session. <c>dense</c>: few people to whom everything happens, on the same days, at the edges of
/// the cohort's windows and of their observation (which may be none, or several periods that overlap), without ends, in visits that do not fit, with values missing;
/// otherwise lives of ten years with a hundred and ninety events each.
/// </summary>
internal static class Cdm
{
    private const int Noise = 20_000;

    public sealed record Size(int Persons, bool Dense, int Seed)
    {
        /// <summary>Rows of each person.</summary>
        public int Of(CohortDomain domain) => Dense
            ? domain switch { CohortDomain.Death => 0, CohortDomain.VisitOccurrence => 8, CohortDomain.PayerPlanPeriod => 2, _ => 14 }
            : domain switch
            {
                CohortDomain.ConditionOccurrence => 36,
                CohortDomain.DrugExposure => 48,
                CohortDomain.Measurement => 60,
                CohortDomain.ProcedureOccurrence => 24,
                CohortDomain.VisitOccurrence or CohortDomain.Observation => 12,
                _ => 0,
            };
    }

    public static void Make(ITableSession session, Pools pools, Size size)
    {
        void Run(FormattableString sql) => session.Execute(Invariant(sql));
        Run($"create or replace temp macro r(i, k) as (hash(i, k, {size.Seed}) % 1000000007) / 1000000007.0");
        Run($"create or replace temp macro n(i, k, m) as cast(hash(i, k, {size.Seed}) % m as bigint)");
        session.Execute("create or replace temp macro pick(list, i, k) as list[1 + n(i, k, len(list))]");
        var visits = size.Of(CohortDomain.VisitOccurrence);
        Run($"""
            create or replace table cdm.person as
            select i + 1 as person_id, cast(case when n(i, 1, 20) = 0 then 0 when n(i, 1, 2) = 0 then 8507 else 8532 end as bigint) as gender_concept_id,
                case when n(i, 2, 50) = 0 and {size.Dense} then null else 1920 + n(i, 2, 95) end as year_of_birth,
                pick([0, 8515, 8527, 8516], i, 3) as race_concept_id, pick([0, 38003563, 38003564], i, 4) as ethnicity_concept_id
            from range({size.Persons}) t(i)
            """);

        // Days that definitions name lie inside of many observations.
        var epoch = Day(size.Dense && pools.Days.Count > 0 ? pools.Days.Max.AddDays(-1500) : new DateOnly(2004, 1, 1));

        // One period; a second one after a gap, on the next day, or (which the CDM forbids) overlapping; dense: one inside the first, one that begins with it, nobody watched at all.
        Run($"""
            create or replace table cdm.observation_period as
            with first as (select person_id, {epoch} + cast(n(person_id, 5, {(size.Dense ? 1500 : 3600)}) as integer) as s, cast({(size.Dense ? 60 : 700)} + n(person_id, 6, {(size.Dense ? 1400 : 3000)}) as integer) as days from cdm.person),
            periods as (
                select person_id, s, s + days as e from first
                union all select person_id, s + days + g, s + days + g + cast(n(person_id, 7, 700) as integer)
                from (select *, cast(pick([1, 1, 20, 90, 400, {(size.Dense ? -30 : 30)}], person_id, 8) as integer) as g from first) where n(person_id, 9, {(size.Dense ? 2 : 6)}) = 0
                union all select person_id, s + cast(pick([0, 10], person_id, 60) as integer), s + cast(20 + n(person_id, 61, 30) as integer) from first where {size.Dense} and n(person_id, 62, 5) = 0)
            select row_number() over (order by person_id, s) * 20 + {(int)CohortDomain.ObservationPeriod} as observation_period_id, person_id, s as observation_period_start_date, greatest(e, s) as observation_period_end_date,
                pick([44814724, 44814725], person_id, 10) as period_type_concept_id
            from periods where not ({size.Dense} and n(person_id, 63, 30) = 0)
            """);
        Run($"""
            create or replace temp table life as
            select person_id, coalesce(min(observation_period_start_date), {epoch}) as s, coalesce(cast(max(observation_period_end_date) - min(observation_period_start_date) as bigint), 700) as days
            from cdm.person left join cdm.observation_period using (person_id) group by person_id
            """);
        session.Execute("create or replace table cdm.provider as select i as provider_id, case when i % 5 = 0 then null else " + Pick(pools, "ProviderSpecialty", [38004456, 0], "i", 1) + " end as specialty_concept_id from range(1, 40) t(i)");
        session.Execute("create or replace table cdm.care_site as select i as care_site_id, " + Pick(pools, "PlaceOfService", [8717, 0], "i", 1) + " as place_of_service_concept_id from range(1, 20) t(i)");

        // Where a dense world's events begin, counted from the beginning of the life: at its edges, as far inside as a window is long, around three moments of the person or a named day, or in some week.
        string[] moments = [.. Enumerable.Range(0, 3).Select(k => Invariant($"s + cast(n(person_id, {64 + k}, greatest(days, 1)) as integer)")), .. pools.Days.Select(Day)];
        var span = Invariant($"cast(pick([{string.Join(", ", pools.Spans)}], i, 70) as integer)");
        var begins = size.Dense
            ? $"""
                case when n(i, 11, 40) = 0 then s when n(i, 11, 40) = 1 then s + days::integer when n(i, 11, 40) = 2 then s - 1 when n(i, 11, 40) = 3 then s + days::integer + 1
                    when n(i, 11, 40) < 6 then s + {span} when n(i, 11, 40) < 8 then s + days::integer - {span}
                    when n(i, 11, 40) < 28 then pick([{string.Join(", ", moments)}], i, 71) + {span} * cast(pick([1, -1], i, 72) as integer) + cast(pick([0, 0, 0, 1, -1], i, 73) as integer)
                    else s + cast((n(i, 12, 1000000) * days // 1000000) // 7 * 7 as integer) end
                """
            : "s + cast(case n(i, 11, 40) when 0 then 0 when 1 then days when 2 then -1 when 3 then days + 1 else n(i, 12, 1000000) * days // 1000000 end as integer)";
        string Among(string name, long[] otherwise, string i, int k) => Pick(pools, name, otherwise, i, k, gaps: size.Dense);
        var types = Among("Type", [32817, 32818, 44818518], "i", 20);
        var visit = Invariant($"case when n(i, 21, 4) > 0 then (person_id * {Math.Max(1, visits)} + n(i, 22, {Math.Max(1, visits)})) * 20 + {(int)CohortDomain.VisitOccurrence} end");

        // Numbers of events that no two kinds share: Circe breaks ties by them.
        static string Id(CohortDomain domain) => Invariant($"i * 20 + {(int)domain}");
        var provider = "case when n(i, 23, 3) > 0 then 1 + n(i, 23, 45) end";
        var source = "case when n(i, 24, 4) = 0 then 3000000000 + n(i, 25, " + pools.Vocabulary.Count + ") when n(i, 24, 4) = 1 then concept else 0 end";
        var value = Invariant($"case when n(i, 26, 8) = 0 then null else cast(pick([{Join(pools.Numbers.Distinct())}], i, 27) + pick([0, 0, 0, -1, 1, -0.5, 0.5, 0.01], i, 28) as decimal(18, 6)) end");
        var stop = "case when n(i, 29, 5) = 0 then null when n(i, 29, 5) = 1 then start else start + cast(pick([0, 1, 2, 5, 14, 30, 90], i, 30) as integer) end";
        var unknown = size.Dense ? ", null" : "";
        void Events(CohortDomain domain, string table, string columns)
        {
            var each = size.Of(domain);
            Fill(session, pools, domain, size.Dense);
            session.Execute(Invariant($"""
                create or replace table cdm.{table} as
                with e as (
                    select i, person_id, concept, {begins} as start
                    from (select i, person_id, s, days, hash(i, 13, {size.Seed}) % greatest(1, (select count(*) from pool)) as p from range({(long)size.Persons * each}) t(i) join life on life.person_id = i // {Math.Max(1, each)} + 1) join pool on pool.n = p)
                select {columns} from e order by person_id, start, i
                """));
        }

        Events(CohortDomain.VisitOccurrence, "visit_occurrence", Invariant($"(person_id * {Math.Max(1, visits)} + i % {Math.Max(1, visits)}) * 20 + {(int)CohortDomain.VisitOccurrence} as visit_occurrence_id, person_id, concept as visit_concept_id, start as visit_start_date, coalesce({stop}, start) as visit_end_date, {types} as visit_type_concept_id, {provider} as provider_id, case when n(i, 31, 3) > 0 then 1 + n(i, 31, 19) end as care_site_id, cast(0 as bigint) as visit_source_concept_id"));
        Events(CohortDomain.VisitDetail, "visit_detail", $"{Id(CohortDomain.VisitDetail)} as visit_detail_id, person_id, concept as visit_detail_concept_id, start as visit_detail_start_date, coalesce({stop}, start) as visit_detail_end_date, {types} as visit_detail_type_concept_id, {provider} as provider_id, 1 + n(i, 31, 19) as care_site_id, cast(0 as bigint) as visit_detail_source_concept_id, {visit} as visit_occurrence_id");
        Events(CohortDomain.ConditionOccurrence, "condition_occurrence", $"{Id(CohortDomain.ConditionOccurrence)} as condition_occurrence_id, person_id, concept as condition_concept_id, start as condition_start_date, {stop} as condition_end_date, {types} as condition_type_concept_id, {Among("ConditionStatus", [32902, 0], "i", 32)} as condition_status_concept_id, {Words("i", 33)} as stop_reason, {provider} as provider_id, {visit} as visit_occurrence_id, {source} as condition_source_concept_id");
        Events(CohortDomain.DrugExposure, "drug_exposure", $"{Id(CohortDomain.DrugExposure)} as drug_exposure_id, person_id, concept as drug_concept_id, start as drug_exposure_start_date, {stop} as drug_exposure_end_date, {types} as drug_type_concept_id, {Words("i", 33)} as stop_reason, n(i, 34, 5) as refills, cast(n(i, 35, 90) as decimal(18, 6)) as quantity, case when n(i, 36, 3) = 0 then null else pick([0, 7, 14, 30, 90], i, 37) end as days_supply, {Among("RouteConcept", [4132161, 0], "i", 38)} as route_concept_id, {Words("i", 39)} as lot_number, {provider} as provider_id, {visit} as visit_occurrence_id, {source} as drug_source_concept_id");
        Events(CohortDomain.ProcedureOccurrence, "procedure_occurrence", $"{Id(CohortDomain.ProcedureOccurrence)} as procedure_occurrence_id, person_id, concept as procedure_concept_id, start as procedure_date, {stop} as procedure_end_date, {types} as procedure_type_concept_id, {Among("Modifier", [0, 42739579], "i", 40)} as modifier_concept_id, n(i, 41, 4) as quantity, {provider} as provider_id, {visit} as visit_occurrence_id, {source} as procedure_source_concept_id");
        Events(CohortDomain.Measurement, "measurement", $"{Id(CohortDomain.Measurement)} as measurement_id, person_id, concept as measurement_concept_id, start as measurement_date, {types} as measurement_type_concept_id, {Among("Operator", [4172703, 0], "i", 42)} as operator_concept_id, {value} as value_as_number, {Among("ValueAsConcept", [4155142, 45884084, 0], "i", 43)} as value_as_concept_id, {Among("Unit", [8840, 0], "i", 44)} as unit_concept_id, cast(pick([0, 1, 2, 4, -2{unknown}], i, 45) as decimal(18, 6)) as range_low, cast(pick([5, 8, 16{unknown}], i, 46) as decimal(18, 6)) as range_high, {provider} as provider_id, {visit} as visit_occurrence_id, {source} as measurement_source_concept_id");
        Events(CohortDomain.Observation, "observation", $"{Id(CohortDomain.Observation)} as observation_id, person_id, concept as observation_concept_id, start as observation_date, {types} as observation_type_concept_id, {value} as value_as_number, {Words("i", 47)} as value_as_string, {Among("ValueAsConcept", [4155142, 45884084, 0], "i", 43)} as value_as_concept_id, {Among("Qualifier", [0, 4172703], "i", 48)} as qualifier_concept_id, {Among("Unit", [8840, 0], "i", 44)} as unit_concept_id, {provider} as provider_id, {visit} as visit_occurrence_id, {source} as observation_source_concept_id");
        Events(CohortDomain.DeviceExposure, "device_exposure", $"{Id(CohortDomain.DeviceExposure)} as device_exposure_id, person_id, concept as device_concept_id, start as device_exposure_start_date, {stop} as device_exposure_end_date, {types} as device_type_concept_id, {Words("i", 49)} as unique_device_id, n(i, 50, 4) as quantity, {provider} as provider_id, {visit} as visit_occurrence_id, {source} as device_source_concept_id");
        Events(CohortDomain.Specimen, "specimen", $"{Id(CohortDomain.Specimen)} as specimen_id, person_id, concept as specimen_concept_id, {types} as specimen_type_concept_id, start as specimen_date, cast(n(i, 51, 9) as decimal(18, 6)) as quantity, {Among("Unit", [8840, 0], "i", 44)} as unit_concept_id, {Among("AnatomicSite", [4217585, 0], "i", 52)} as anatomic_site_concept_id, {Among("DiseaseStatus", [0, 4066212], "i", 53)} as disease_status_concept_id, {Words("i", 54)} as specimen_source_id");
        Events(CohortDomain.PayerPlanPeriod, "payer_plan_period", $"{Id(CohortDomain.PayerPlanPeriod)} as payer_plan_period_id, person_id, start as payer_plan_period_start_date, start + cast(n(i, 55, 500) as integer) as payer_plan_period_end_date, concept as payer_concept_id, concept as payer_source_concept_id, concept as plan_concept_id, concept as plan_source_concept_id, concept as sponsor_concept_id, concept as sponsor_source_concept_id, concept as stop_reason_concept_id, concept as stop_reason_source_concept_id");
        Events(CohortDomain.DoseEra, "dose_era", $"{Id(CohortDomain.DoseEra)} as dose_era_id, person_id, concept as drug_concept_id, {Among("Unit", [8576, 0], "i", 44)} as unit_concept_id, {value} as dose_value, start as dose_era_start_date, coalesce({stop}, start) as dose_era_end_date");
        Fill(session, pools, CohortDomain.Death, size.Dense);
        Run($"""
            create or replace table cdm.death as
            select person_id, s + cast(n(person_id, 56, 1000000) * (days + 60) // 1000000 as integer) as death_date, {Among("DeathType", [32815, 0], "person_id", 57)} as death_type_concept_id,
                concept as cause_concept_id, cast(0 as bigint) as cause_source_concept_id
            from (select *, n(person_id, 58, greatest(1, (select count(*) from pool))) as p from life) join pool on pool.n = p where n(person_id, 59, {(size.Dense ? 3 : 20)}) = 0 order by person_id
            """);
        Eras(session, "drug", "drug_exposure", "drug_exposure_start_date", "drug_exposure_end_date", "drug_exposure_count, sum(case when opens = 0 and start > before + 1 then start - before - 1 else 0 end) as gap_days");
        Eras(session, "condition", "condition_occurrence", "condition_start_date", "condition_end_date", "condition_occurrence_count");
        Vocabulary(session, pools);
    }

    /// <summary>The CDM's convention of eras, written for the peer: gaps of thirty days are none.</summary>
    private static void Eras(ITableSession session, string kind, string table, string from, string to, string counts) => session.Execute($"""
        create or replace table cdm.{kind}_era as
        with events as (select person_id, {kind}_concept_id as concept, {from} as start, coalesce({to}, {from}) as stop, {table}_id as id from cdm.{table} where {kind}_concept_id <> 0),
        opened as (select *, max(stop) over (partition by person_id, concept order by start, stop, id rows between unbounded preceding and 1 preceding) as before from events),
        marked as (select *, case when before + 30 >= start then 0 else 1 end as opens from opened),
        counted as (select *, sum(opens) over (partition by person_id, concept order by start, stop, id rows unbounded preceding) as era from marked),
        spans as (select person_id, concept, min(start) as start, max(stop) as stop, count(*) as {counts} from counted group by person_id, concept, era)
        select row_number() over (order by person_id, concept, start) as {kind}_era_id, person_id, concept as {kind}_concept_id, start as {kind}_era_start_date, stop as {kind}_era_end_date, * exclude (person_id, concept, start, stop) from spans
        """);

    private static void Vocabulary(ITableSession session, Pools pools)
    {
        session.Execute("create or replace table cdm.concept (concept_id bigint, invalid_reason varchar); create or replace table cdm.concept_ancestor (ancestor_concept_id bigint, descendant_concept_id bigint)");
        session.Execute("create or replace table cdm.concept_relationship (concept_id_1 bigint, concept_id_2 bigint, relationship_id varchar, invalid_reason varchar)");
        void Insert<T>(string into, IReadOnlyList<T> rows, Func<T, string> row)
        {
            foreach (var chunk in rows.Chunk(5000))
            {
                session.Execute($"insert into {into} values {string.Join(", ", chunk.Select(row))}");
            }
        }

        Insert("cdm.concept", pools.Vocabulary, c => Invariant($"({c.Concept}, {(c.Valid ? "null" : "'D'")})"));
        Insert("cdm.concept_ancestor", pools.Ancestry, c => Invariant($"({c.Ancestor}, {c.Descendant})"));
        Insert("cdm.concept_relationship", pools.MapsTo, c => Invariant($"({c.Source}, {c.Target}, 'Maps to', null)"));
    }

    /// <summary>The concepts of a domain, numbered, and as many that no cohort names.</summary>
    private static void Fill(ITableSession session, Pools pools, CohortDomain domain, bool dense)
    {
        session.Execute("create or replace temp table pool (n ubigint, concept bigint)");
        var concepts = pools.Concepts[domain].Concat(dense ? [0L, 999L] : Enumerable.Range(0, Noise).Select(n => 1_000_000_000L + n)).ToArray();
        foreach (var chunk in concepts.Select((c, i) => Invariant($"({i}, {c})")).Chunk(5000))
        {
            session.Execute($"insert into pool values {string.Join(", ", chunk)}");
        }
    }

    /// <summary>One of the concepts that criteria name in a field, or of some others; with <paramref name="gaps"/> sometimes none.</summary>
    private static string Pick(Pools pools, string name, long[] otherwise, string i, int k, bool gaps = false)
    {
        var named = pools.Named.Where(p => p.Key.EndsWith(name, StringComparison.Ordinal)).SelectMany(p => p.Value).Distinct().Order().Take(60);
        return Invariant($"pick([{Join(named.Concat(otherwise).Select(c => (decimal)c))}{(gaps ? ", null" : "")}]::bigint[], {i}, {k})");
    }

    private static string Day(DateOnly day) => Invariant($"date '{day:yyyy-MM-dd}'");

    private static string Words(string i, int k) => Invariant($"pick(['', 'A1', 'abc', 'xA', 'Stopped', null], {i}, {k})");

    private static string Join(IEnumerable<decimal> numbers) => string.Join(", ", numbers.Select(n => n.ToString(CultureInfo.InvariantCulture)));
}
