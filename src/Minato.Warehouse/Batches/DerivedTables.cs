using Minato.Warehouse.Shapes;

namespace Minato.Warehouse.Batches;

/// <summary>The tables that follow from the others. They read <c>all_*</c>: the tables as they will be in the new snapshot.</summary>
internal static class DerivedTables
{
    /// <summary>
    /// One row per person who has a record. What the newest record states wins, column by column; what it leaves open is
    /// kept from before. Race and ethnicity are not recorded in Japan.
    /// </summary>
    public static string Persons { get; } = $"""
        with known as (
            select person_id, arg_max(year_of_birth, taken) as year_of_birth, arg_max(month_of_birth, taken) as month_of_birth, arg_max(prefecture, taken) as place,
                case arg_max(gender, taken) filter (where gender <> 0) when {(int)Sex.Male} then {Concepts.GenderOf(Sex.Male)} when {(int)Sex.Female} then {Concepts.GenderOf(Sex.Female)} else 0 end as gender
            from all_record group by person_id)
        select k.person_id, k.gender, k.year_of_birth, k.month_of_birth, null, null, 0, 0, try_cast(k.place as bigint), null, null, null,
            case k.gender when {Concepts.GenderOf(Sex.Male)} then '1' when {Concepts.GenderOf(Sex.Female)} then '2' end, 0, null, 0, null, 0, left(k.place, 2)
        from known k
        """;

    /// <summary>The best signal per person: by its source, then with a cause before without, then the earliest.</summary>
    public static string Death { get; } = $"""
        select person_id, death_date, null, death_type_concept_id, cause_concept_id, cause_source_value, cause_source_concept_id, record_key, source_line, link_class, source_system
        from (
            select *, row_number() over (
                partition by person_id
                order by {DeathSource.RankSql("death_type_concept_id")}, case when cause_source_value is null then 1 else 0 end, death_date, death_signal_id) as best
            from all_death_signal) as ranked
        where best = 1
        """;

    /// <summary>
    /// Coverage that touches or overlaps is one period. A person without coverage is observed from the first to the last
    /// event. Numbered by person and start, so the same rows get the same numbers.
    /// </summary>
    public static string ObservationPeriods { get; } = $"""
        with opened as (
            select payer_plan_period_id as id, person_id, payer_plan_period_start_date as start, payer_plan_period_end_date as stop,
                max(payer_plan_period_end_date) over (
                    partition by person_id order by payer_plan_period_start_date, payer_plan_period_end_date, payer_plan_period_id
                    rows between unbounded preceding and 1 preceding) as before
            from all_payer_plan_period),
        counted as (
            select person_id, start, stop,
                sum(case when before + 1 >= start then 0 else 1 end) over (partition by person_id order by start, stop, id rows between unbounded preceding and current row) as period
            from opened),
        periods as (
            select person_id, min(start) as start, max(stop) as stop, {Concepts.Enrolment} as type from counted group by person_id, period
            union all
            select person_id, min(first_date), max(last_date), {Concepts.Derived}
            from all_record a where first_date is not null and not exists (select 1 from all_payer_plan_period p where p.person_id = a.person_id)
            group by person_id)
        select row_number() over (order by person_id, start), person_id, start, stop, type from periods
        """;
}
