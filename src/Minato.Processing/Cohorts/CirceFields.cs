namespace Minato.Processing.Cohorts;

internal enum FieldKind
{
    Numbers,
    Dates,

    /// <summary>A list of concepts; <c>…Exclude</c> turns it round, <c>…CS</c> names a concept set instead.</summary>
    Concepts,
    Words,
}

/// <summary>A field of Circe's JSON, and what it is asked of (<see cref="Condition"/>).</summary>
internal sealed record CirceField(string Name, FieldKind Kind, string Of);

/// <summary>
/// What Circe lets one ask of each kind of event, as in its own criteria (circe-be, one class a domain). What is not here the warehouse does not
/// know: the specialty of a person who acted, the place of a service, a drug's strength.
/// </summary>
internal static class CirceFields
{
    private static readonly CirceField[] Happened = [new("OccurrenceStartDate", FieldKind.Dates, "start"), new("OccurrenceEndDate", FieldKind.Dates, "end")];

    private static readonly CirceField[] Who = [new("Age", FieldKind.Numbers, "age"), new("Gender", FieldKind.Concepts, "gender")];

    private static readonly CirceField[] DuringVisit = [new("VisitType", FieldKind.Concepts, "visit_concept")];

    private static readonly CirceField[] Measured =
        [new("ValueAsNumber", FieldKind.Numbers, "value"), new("ValueAsConcept", FieldKind.Concepts, "value_concept"), new("Unit", FieldKind.Concepts, "unit")];

    private static readonly CirceField[] Period =
    [
        new("PeriodStartDate", FieldKind.Dates, "start"), new("PeriodEndDate", FieldKind.Dates, "end"), new("PeriodType", FieldKind.Concepts, "type"), new("PeriodLength", FieldKind.Numbers, "days"),
        new("AgeAtStart", FieldKind.Numbers, "age"), new("AgeAtEnd", FieldKind.Numbers, "age_at_end"), new("Gender", FieldKind.Concepts, "gender"),
    ];

    private static readonly CirceField[] Era =
    [
        new("EraStartDate", FieldKind.Dates, "start"), new("EraEndDate", FieldKind.Dates, "end"), new("EraLength", FieldKind.Numbers, "days"), new("OccurrenceCount", FieldKind.Numbers, "count"),
        new("AgeAtStart", FieldKind.Numbers, "age"), new("AgeAtEnd", FieldKind.Numbers, "age_at_end"), new("Gender", FieldKind.Concepts, "gender"),
    ];

    public static IReadOnlyList<CirceField> Of(CohortDomain domain) => domain switch
    {
        CohortDomain.ConditionOccurrence =>
            [.. Happened, .. Who, .. DuringVisit, new("ConditionType", FieldKind.Concepts, "type"), new("ConditionStatus", FieldKind.Concepts, "status"), new("StopReason", FieldKind.Words, "stop_reason")],
        CohortDomain.DrugExposure =>
        [
            .. Happened, .. Who, .. DuringVisit, new("DrugType", FieldKind.Concepts, "type"), new("StopReason", FieldKind.Words, "stop_reason"), new("Refills", FieldKind.Numbers, "refills"),
            new("Quantity", FieldKind.Numbers, "quantity"), new("DaysSupply", FieldKind.Numbers, "days_supply"), new("RouteConcept", FieldKind.Concepts, "route"), new("LotNumber", FieldKind.Words, "lot"),
        ],
        CohortDomain.ProcedureOccurrence =>
            [.. Happened, .. Who, .. DuringVisit, new("ProcedureType", FieldKind.Concepts, "type"), new("Modifier", FieldKind.Concepts, "modifier"), new("Quantity", FieldKind.Numbers, "quantity")],
        CohortDomain.Measurement =>
        [
            .. Happened, .. Who, .. DuringVisit, .. Measured, new("MeasurementType", FieldKind.Concepts, "type"), new("Operator", FieldKind.Concepts, "operator"),
            new("RangeLow", FieldKind.Numbers, "range_low"), new("RangeHigh", FieldKind.Numbers, "range_high"),
            new("RangeLowRatio", FieldKind.Numbers, "low_ratio"), new("RangeHighRatio", FieldKind.Numbers, "high_ratio"),
        ],
        CohortDomain.Observation =>
        [
            .. Happened, .. Who, .. DuringVisit, .. Measured, new("ObservationType", FieldKind.Concepts, "type"), new("Qualifier", FieldKind.Concepts, "qualifier"),
            new("ValueAsString", FieldKind.Words, "value_text"),
        ],
        CohortDomain.DeviceExposure =>
            [.. Happened, .. Who, .. DuringVisit, new("DeviceType", FieldKind.Concepts, "type"), new("UniqueDeviceId", FieldKind.Words, "device"), new("Quantity", FieldKind.Numbers, "quantity")],
        CohortDomain.Specimen =>
        [
            .. Happened, .. Who, new("SpecimenType", FieldKind.Concepts, "type"), new("Quantity", FieldKind.Numbers, "quantity"), new("Unit", FieldKind.Concepts, "unit"),
            new("AnatomicSite", FieldKind.Concepts, "site"),
        ],
        CohortDomain.VisitOccurrence => [.. Happened, .. Who, new("VisitType", FieldKind.Concepts, "type"), new("VisitLength", FieldKind.Numbers, "days")],

        // Circe asks the age at a visit detail's end, unlike everywhere else.
        CohortDomain.VisitDetail =>
        [
            new("VisitDetailStartDate", FieldKind.Dates, "start"), new("VisitDetailEndDate", FieldKind.Dates, "end"), new("VisitDetailType", FieldKind.Concepts, "type"),
            new("VisitDetailLength", FieldKind.Numbers, "days"), new("Age", FieldKind.Numbers, "age_at_end"), new("Gender", FieldKind.Concepts, "gender"),
        ],
        CohortDomain.Death => [.. Happened, .. Who, new("DeathType", FieldKind.Concepts, "type")],
        CohortDomain.ObservationPeriod or CohortDomain.PayerPlanPeriod => Period,
        CohortDomain.ConditionEra => Era,
        CohortDomain.DrugEra => [.. Era, new("GapDays", FieldKind.Numbers, "gap")],
        _ => throw new ArgumentOutOfRangeException(nameof(domain), domain, "No fields are known of this domain"),
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
