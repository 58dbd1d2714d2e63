using Minato.Processing.Cohorts;
using Minato.Warehouse;

namespace Minato.Processing.Linked;

/// <summary>Where an OMOP CDM v5.4 table keeps what linking, cohorts and extraction need. Column names are the standard's.</summary>
/// <param name="Start">The date by which a row is inside a study period; null: the table has no time (person).</param>
/// <param name="End">Null: the row is one day.</param>
internal sealed record CdmTable(string Name, CohortDomain? Domain, string? Start, string? End, string? Concept, string? Source)
{
    public static IReadOnlyList<CdmTable> All { get; } =
    [
        new("person", null, null, null, null, null),
        new("observation_period", CohortDomain.ObservationPeriod, "observation_period_start_date", "observation_period_end_date", null, null),
        new("visit_occurrence", CohortDomain.VisitOccurrence, "visit_start_date", "visit_end_date", "visit_concept_id", "visit_source_value"),
        new("condition_occurrence", CohortDomain.ConditionOccurrence, "condition_start_date", "condition_end_date", "condition_concept_id", "condition_source_value"),
        new("drug_exposure", CohortDomain.DrugExposure, "drug_exposure_start_date", "drug_exposure_end_date", "drug_concept_id", "drug_source_value"),
        new("procedure_occurrence", CohortDomain.ProcedureOccurrence, "procedure_date", "procedure_end_date", "procedure_concept_id", "procedure_source_value"),
        new("measurement", CohortDomain.Measurement, "measurement_date", null, "measurement_concept_id", "measurement_source_value"),
        new("observation", CohortDomain.Observation, "observation_date", null, "observation_concept_id", "observation_source_value"),
        new("visit_detail", CohortDomain.VisitDetail, "visit_detail_start_date", "visit_detail_end_date", "visit_detail_concept_id", "visit_detail_source_value"),
        new("specimen", CohortDomain.Specimen, "specimen_date", null, "specimen_concept_id", "specimen_source_value"),
        new("device_exposure", CohortDomain.DeviceExposure, "device_exposure_start_date", "device_exposure_end_date", "device_concept_id", "device_source_value"),
        new("death", CohortDomain.Death, "death_date", null, "cause_concept_id", "cause_source_value"),
        new("death_signal", null, "death_date", null, "cause_concept_id", "cause_source_value"),
        new("payer_plan_period", CohortDomain.PayerPlanPeriod, "payer_plan_period_start_date", "payer_plan_period_end_date", "payer_concept_id", null),
        new("dose_era", CohortDomain.DoseEra, "dose_era_start_date", "dose_era_end_date", "drug_concept_id", null),
        new(WarehouseRoom.Variants, null, "variant_date", null, null, null),
        new("cost", null, "incurred_date", null, "cost_concept_id", null),
    ];

    public static CdmTable? Find(string name) => All.FirstOrDefault(t => t.Name == name);

    /// <summary>Whether rows are spans that are cut to a study period instead of left out of it.</summary>
    public bool IsPeriod => Name is "observation_period" or "payer_plan_period";

    /// <summary>The table whose key a column holds: its own, another table's, or (no table there) what this table alone knows.</summary>
    public static (CdmTable Owner, string Key) KeyOf(CdmTable table, string column) => column switch
    {
        "cost_event_id" or "preceding_visit_occurrence_id" => (Find("visit_occurrence")!, "visit_occurrence_id"),
        _ => (Find(column.EndsWith("_id", StringComparison.Ordinal) ? column[..^3] : column) ?? table, column),
    };

    public static CdmTable Of(CohortDomain domain) => All.First(t => t.Domain == domain);
}
