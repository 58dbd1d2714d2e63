namespace Minato.Warehouse.Shapes;

/// <summary>
/// The CDM's eras: spans in which a person was continuously on an ingredient, or had a condition, where a gap of up to thirty days is no
/// interruption. An era ends with the last day of its last exposure. Suspected conditions make no era. Numbered by person, concept and start.
/// </summary>
internal static class Eras
{
    private const int PersistenceDays = 30;

    public static string Drugs(Func<string, string> table) => Spans(
        "drug_concept_id",
        $"""
        select d.person_id, coalesce(i.ingredient, d.drug_concept_id) as concept, d.drug_exposure_start_date as start, d.drug_exposure_end_date as stop, d.drug_exposure_id as id
        from {table("drug_exposure")} d
        left join (
            select a.descendant_concept_id as drug, a.ancestor_concept_id as ingredient
            from {table("concept_ancestor")} a join {table("concept")} c on c.concept_id = a.ancestor_concept_id and c.concept_class_id = 'Ingredient') i on i.drug = d.drug_concept_id
        where d.drug_concept_id <> 0
        """,
        "drug_era",
        "count(*) as drug_exposure_count, sum(case when opens = 0 and start > before + 1 then start - before - 1 else 0 end) as gap_days");

    public static string Conditions(Func<string, string> table) => Spans(
        "condition_concept_id",
        $"""
        select person_id, condition_concept_id as concept, condition_start_date as start, coalesce(condition_end_date, condition_start_date) as stop, condition_occurrence_id as id
        from {table("condition_occurrence")} where condition_concept_id <> 0 and condition_status_concept_id <> {Concepts.Suspected}
        """,
        "condition_era",
        "count(*) as condition_occurrence_count");

    private static string Spans(string concept, string events, string era, string counts) => $"""
        with events as ({events}),
        opened as (
            select *, max(stop) over (partition by person_id, concept order by start, stop, id rows between unbounded preceding and 1 preceding) as before from events),
        marked as (select *, case when before + {PersistenceDays} >= start then 0 else 1 end as opens from opened),
        counted as (select *, sum(opens) over (partition by person_id, concept order by start, stop, id rows between unbounded preceding and current row) as era from marked),
        spans as (select person_id, concept, min(start) as start, max(stop) as stop, {counts} from counted group by person_id, concept, era)
        select row_number() over (order by person_id, concept, start) as {era}_id, person_id, concept as {concept}, start as {era}_start_date, stop as {era}_end_date,
            * exclude (person_id, concept, start, stop) from spans
        """;
}
