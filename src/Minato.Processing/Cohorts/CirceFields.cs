namespace Minato.Processing.Cohorts;

internal enum FieldKind
{
    Numbers,
    Dates,

    /// <summary>Numbers that Circe cuts to whole ones before it compares.</summary>
    Counts,

    /// <summary>A list of concepts; <c>…Exclude</c> turns it round, <c>…CS</c> names a concept set instead.</summary>
    Concepts,

    /// <summary>The id of a concept set.</summary>
    Set,
    Words,
}

/// <summary>A field of Circe's JSON, and what it is asked of (<see cref="Condition"/>).</summary>
/// <param name="But">What Circe does instead of what the field says; whoever writes the cohort is told (decision 0080).</param>
internal sealed record CirceField(string Name, FieldKind Kind, string Of, string? But = null)
{
    /// <summary>What a concept set (<c>…CS</c>) is asked of, where that is something else.</summary>
    public string? SetOf { get; init; }

    /// <summary>The field that the numbers are taken from, where that is another one and it is there.</summary>
    public string? From { get; init; }
}

/// <summary>
/// What Circe lets one ask of each kind of event, as in its own criteria (circe-be, one class a domain). What is not here the warehouse does not
/// know: a drug's strength, the region of a place.
/// </summary>
internal static class CirceFields
{
    private static readonly CirceField[] Starts = [new("OccurrenceStartDate", FieldKind.Dates, "start")];

    private static readonly CirceField[] Happened = [.. Starts, new("OccurrenceEndDate", FieldKind.Dates, "end")];

    private static readonly CirceField[] Who = [new("Age", FieldKind.Counts, "age"), new("Gender", FieldKind.Concepts, "gender")];

    private static readonly CirceField[] DuringVisit = [new("VisitType", FieldKind.Concepts, "visit_concept"), new("ProviderSpecialty", FieldKind.Concepts, "specialty")];

    private static readonly CirceField[] Measured =
        [new("ValueAsNumber", FieldKind.Numbers, "value"), new("ValueAsConcept", FieldKind.Concepts, "value_concept"), new("Unit", FieldKind.Concepts, "unit")];

    private static readonly CirceField[] Period =
    [
        new("PeriodStartDate", FieldKind.Dates, "start"), new("PeriodEndDate", FieldKind.Dates, "end"), new("PeriodType", FieldKind.Concepts, "type"), new("PeriodLength", FieldKind.Counts, "days"),
        new("AgeAtStart", FieldKind.Counts, "age"), new("AgeAtEnd", FieldKind.Counts, "age_at_end"), new("Gender", FieldKind.Concepts, "gender"),
    ];

    private static readonly CirceField[] Era =
    [
        new("EraStartDate", FieldKind.Dates, "start"), new("EraEndDate", FieldKind.Dates, "end"), new("EraLength", FieldKind.Counts, "days"),
        new("AgeAtStart", FieldKind.Counts, "age"), new("AgeAtEnd", FieldKind.Counts, "age_at_end"), new("Gender", FieldKind.Concepts, "gender"),
    ];

    private static readonly CirceField Times = new("OccurrenceCount", FieldKind.Counts, "count");

    /// <summary>What Circe asks of the person at an index event.</summary>
    public static IReadOnlyList<CirceField> Demographic { get; } =
    [
        new("Age", FieldKind.Counts, "age"), new("Gender", FieldKind.Concepts, "gender"), new("Race", FieldKind.Concepts, "race") { SetOf = "gender" },
        new("Ethnicity", FieldKind.Concepts, "ethnicity") { SetOf = "gender" }, .. Happened,
    ];

    public static IReadOnlyList<CirceField> Of(CohortDomain domain) => domain switch
    {
        CohortDomain.ConditionOccurrence =>
            [.. Happened, .. Who, .. DuringVisit, new("ConditionType", FieldKind.Concepts, "type"), new("ConditionStatus", FieldKind.Concepts, "status"), new("StopReason", FieldKind.Words, "stop_reason")],
        CohortDomain.DrugExposure =>
        [
            .. Starts, new("OccurrenceEndDate", FieldKind.Dates, "start", "asks it of the day on which the exposure starts"), .. Who, .. DuringVisit,
            new("DrugType", FieldKind.Concepts, "type"), new("StopReason", FieldKind.Words, "stop_reason"), new("Refills", FieldKind.Counts, "refills"),
            new("Quantity", FieldKind.Numbers, "quantity"), new("DaysSupply", FieldKind.Counts, "days_supply"), new("RouteConcept", FieldKind.Concepts, "route"), new("LotNumber", FieldKind.Words, "lot"),
        ],
        CohortDomain.ProcedureOccurrence =>
            [.. Starts, .. Who, .. DuringVisit, new("ProcedureType", FieldKind.Concepts, "type"), new("Modifier", FieldKind.Concepts, "modifier"), new("Quantity", FieldKind.Counts, "quantity")],
        CohortDomain.Measurement =>
        [
            .. Starts, .. Who, .. DuringVisit, .. Measured, new("MeasurementType", FieldKind.Concepts, "type"), new("Operator", FieldKind.Concepts, "operator"),
            new("RangeLow", FieldKind.Numbers, "range_low"), new("RangeHigh", FieldKind.Numbers, "range_high"),
            new("RangeLowRatio", FieldKind.Numbers, "low_ratio"), new("RangeHighRatio", FieldKind.Numbers, "high_ratio"),
        ],
        CohortDomain.Observation =>
        [
            .. Starts, .. Who, .. DuringVisit, .. Measured, new("ObservationType", FieldKind.Concepts, "type"), new("Qualifier", FieldKind.Concepts, "qualifier"),
            new("ValueAsString", FieldKind.Words, "value_text"),
        ],
        CohortDomain.DeviceExposure =>
            [.. Happened, .. Who, .. DuringVisit, new("DeviceType", FieldKind.Concepts, "type"), new("UniqueDeviceId", FieldKind.Words, "device"), new("Quantity", FieldKind.Counts, "quantity")],
        CohortDomain.Specimen =>
        [
            .. Starts, .. Who, new("SpecimenType", FieldKind.Concepts, "type"), new("Quantity", FieldKind.Numbers, "quantity"), new("Unit", FieldKind.Concepts, "unit"),
            new("AnatomicSite", FieldKind.Concepts, "site"), new("DiseaseStatus", FieldKind.Concepts, "disease_status"), new("SourceId", FieldKind.Words, "source_id"),
        ],
        CohortDomain.VisitOccurrence =>
        [
            .. Happened, .. Who, new("VisitType", FieldKind.Concepts, "type"), new("VisitLength", FieldKind.Counts, "days"), new("ProviderSpecialty", FieldKind.Concepts, "specialty"),
            new("PlaceOfService", FieldKind.Concepts, "place"),
        ],

        // Circe asks the age at a visit detail's end, unlike everywhere else.
        CohortDomain.VisitDetail =>
        [
            new("VisitDetailStartDate", FieldKind.Dates, "start"), new("VisitDetailEndDate", FieldKind.Dates, "end"), new("VisitDetailType", FieldKind.Concepts, "type"),
            new("VisitDetailLength", FieldKind.Counts, "days"), new("Age", FieldKind.Counts, "age_at_end"), new("Gender", FieldKind.Concepts, "gender"),
            new("ProviderSpecialty", FieldKind.Concepts, "specialty"), new("PlaceOfService", FieldKind.Concepts, "place"),
        ],
        CohortDomain.Death => [.. Starts, .. Who, new("DeathType", FieldKind.Concepts, "type")],
        CohortDomain.ObservationPeriod => Period,
        CohortDomain.PayerPlanPeriod =>
        [
            .. Period, new("PayerConcept", FieldKind.Set, "concept"), new("PlanConcept", FieldKind.Set, "plan"), new("SponsorConcept", FieldKind.Set, "sponsor"),
            new("StopReasonConcept", FieldKind.Set, "stop_reason_concept"), new("PayerSourceConcept", FieldKind.Set, "source_concept"), new("PlanSourceConcept", FieldKind.Set, "plan_source"),
            new("SponsorSourceConcept", FieldKind.Set, "sponsor_source"), new("StopReasonSourceConcept", FieldKind.Set, "stop_reason_source"),
        ],
        CohortDomain.ConditionEra => [.. Era, Times],
        CohortDomain.DrugEra => [.. Era, Times, new("GapDays", FieldKind.Counts, "gap", "compares the gap with the numbers of EraLength") { From = "EraLength" }],
        CohortDomain.DoseEra => [.. Era, new("Unit", FieldKind.Concepts, "unit"), new("DoseValue", FieldKind.Numbers, "value")],
        _ => throw new ArgumentOutOfRangeException(nameof(domain), domain, "No fields are known of this domain"),
    };

    /// <summary>Fields that Circe's JSON may have of this domain and its SQL makes nothing of.</summary>
    public static IReadOnlyList<string> Ignored(CohortDomain domain) => domain switch
    {
        CohortDomain.ProcedureOccurrence or CohortDomain.Measurement or CohortDomain.Observation or CohortDomain.Death => ["OccurrenceEndDate"],
        CohortDomain.Specimen => ["OccurrenceEndDate", "DateAdjustment", "SpecimenSourceConcept"],
        _ => [],
    };

    /// <summary>What different values are counted of, by Circe's names of columns.</summary>
    public static string? Counted(string column) => column switch
    {
        "DOMAIN_CONCEPT" => "concept",
        "START_DATE" => "start",
        "END_DATE" => "end",
        "VISIT_ID" => "visit",
        "DURATION" => "days",
        "DAYS_SUPPLY" => "days_supply",
        "QUANTITY" => "quantity",
        "REFILLS" => "refills",
        "RANGE_LOW" => "range_low",
        "RANGE_HIGH" => "range_high",
        "VALUE_AS_NUMBER" => "value",
        "UNIT" => "unit",
        "GAP_DAYS" => "gap",
        "ERA_OCCURRENCES" => "count",
        "DOMAIN_SOURCE_CONCEPT" => "source_concept",
        "VISIT_DETAIL_ID" => "row",
        _ => null,
    };

    /// <summary>The field that names a concept set for the source's own concept; null where the domain has none.</summary>
    public static string? SourceOf(CohortDomain domain) => domain switch
    {
        CohortDomain.ConditionOccurrence => "ConditionSourceConcept",
        CohortDomain.DrugExposure => "DrugSourceConcept",
        CohortDomain.ProcedureOccurrence => "ProcedureSourceConcept",
        CohortDomain.Measurement => "MeasurementSourceConcept",
        CohortDomain.Observation => "ObservationSourceConcept",
        CohortDomain.DeviceExposure => "DeviceSourceConcept",
        CohortDomain.VisitOccurrence => "VisitSourceConcept",
        CohortDomain.VisitDetail => "VisitDetailSourceConcept",
        CohortDomain.Death => "DeathSourceConcept",
        _ => null,
    };

    /// <summary>Whether the domain's events have a concept to be asked for.</summary>
    public static bool HasConcept(CohortDomain domain) => domain is not (CohortDomain.ObservationPeriod or CohortDomain.PayerPlanPeriod);
}
