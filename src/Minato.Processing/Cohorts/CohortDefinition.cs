namespace Minato.Processing.Cohorts;

/// <summary>
/// A cohort as OHDSI Circe means it: entry events, conditions around them, and an end. Every node is one line of meaning;
/// <see cref="CohortPlan"/> computes it; the oracle in the tests says slowly what it means.
/// </summary>
internal sealed record CohortDefinition(
    IReadOnlyList<ConceptSet> ConceptSets,
    PrimaryCriteria Primary,
    CriteriaGroup? Additional,
    EventLimit QualifiedLimit,
    IReadOnlyList<InclusionRule> InclusionRules,
    EventLimit ExpressionLimit,
    DateOffset? EndStrategy,
    IReadOnlyList<Criterion> Censoring,
    int EraPad)
{
    public CustomEra? CustomEra { get; init; }

    /// <summary>Stays are cut to these days.</summary>
    public Period? CensorWindow { get; init; }

    /// <summary>Every group, wherever it stands.</summary>
    public IEnumerable<CriteriaGroup> Groups =>
        Primary.Criteria.Concat(Censoring).SelectMany(c => Within(c.Nested)).Concat(Within(Additional)).Concat(InclusionRules.SelectMany(r => Within(r.Group)));

    /// <summary>Every criterion, wherever it stands.</summary>
    public IEnumerable<Criterion> Criteria => Primary.Criteria.Concat(Censoring).Concat(Groups.SelectMany(g => g.Criteria.Select(c => c.Criterion)));

    private static IEnumerable<CriteriaGroup> Within(CriteriaGroup? g) => g is null ? [] : g.Groups.SelectMany(Within).Concat(g.Criteria.SelectMany(c => Within(c.Criterion.Nested))).Prepend(g);
}

/// <summary>The stay ends with the person's time on a drug: exposures with at most that many days between are one, and it lasts so many days longer.</summary>
/// <param name="DaysSupply">How long each exposure is taken to last; null: as the record says.</param>
internal sealed record CustomEra(int DrugSet, int GapDays, int Offset, int? DaysSupply);

/// <summary>Which of a person's events count.</summary>
internal enum EventLimit
{
    All,
    First,
    Last,
}

internal sealed record ConceptSet(int Id, string Name, IReadOnlyList<ConceptItem> Items);

/// <summary>A standard concept, or (our extension) a source code; a source code matches all codes that begin with it where descendants are included.</summary>
internal sealed record ConceptItem(long? Concept, SourceCode? Source, bool IncludeDescendants, bool Excluded)
{
    /// <summary>With the source concepts that are mapped to these.</summary>
    public bool IncludeMapped { get; init; }
}

internal sealed record SourceCode(string System, string Code);

/// <param name="PriorDays">Days of observation needed before the event, and after it.</param>
internal sealed record PrimaryCriteria(IReadOnlyList<Criterion> Criteria, int PriorDays, int PostDays, EventLimit Limit);

internal sealed record InclusionRule(string Name, CriteriaGroup Group);

internal enum GroupKind
{
    All,
    Any,
    AtLeast,
    AtMost,
}

internal sealed record CriteriaGroup(
    GroupKind Kind, int Count, IReadOnlyList<CorrelatedCriterion> Criteria, IReadOnlyList<DemographicCriterion> Demographics, IReadOnlyList<CriteriaGroup> Groups)
{
    public int Parts => Criteria.Count + Demographics.Count + Groups.Count;
}

/// <summary>How often a criterion must happen in its windows around the index event.</summary>
internal sealed record CorrelatedCriterion(Criterion Criterion, TimeWindow? Start, TimeWindow? End, bool IgnoreObservationPeriod, Occurrence Occurrence)
{
    /// <summary>In the same visit as the index event.</summary>
    public bool RestrictVisit { get; init; }
}

internal enum OccurrenceKind
{
    Exactly = 0,
    AtMost = 1,
    AtLeast = 2,
}

/// <param name="Different">Counts different values of that instead of events: <c>concept</c>, <c>start</c>, <c>end</c>, <c>visit</c>, <c>days</c> or one of <see cref="EventColumns"/>; what is unknown is not counted.</param>
internal sealed record Occurrence(OccurrenceKind Kind, int Count, string? Different = null);

/// <param name="FromIndexEnd">Measured from the index event's end instead of its start.</param>
/// <param name="UseEventEnd">It is the event's end that must lie inside.</param>
internal sealed record TimeWindow(WindowEdge From, WindowEdge To, bool FromIndexEnd, bool UseEventEnd);

/// <param name="Days">Signed days from the index; null: as far as the observation period goes (before if <paramref name="Before"/>).</param>
internal sealed record WindowEdge(int? Days, bool Before);

/// <summary>One kind of event, filtered: by what it is, then the first of these where asked for, then by the conditions, then by what happened around it.</summary>
internal sealed record Criterion(CohortDomain Domain, int? ConceptSet, bool First, IReadOnlyList<Condition> Conditions, bool IncludeSuspected, IReadOnlyList<string> Datasets)
{
    /// <summary>A set that the source's own concept must be in.</summary>
    public int? SourceConceptSet { get; init; }

    /// <summary>What must have happened around the event itself, inside the observation period it lies in.</summary>
    public CriteriaGroup? Nested { get; init; }

    public DateAdjustment? Adjustment { get; init; }

    /// <summary>An observation period that covers these days counts as if it were they.</summary>
    public Period? UserDefined { get; init; }
}

/// <summary>The event's dates are taken to be others, counted from its own; where that would end it before it starts, it did not happen.</summary>
internal sealed record DateAdjustment(bool StartFromEnd, int StartDays, bool EndFromStart, int EndDays);

/// <summary>Days, each end of which may be open.</summary>
internal sealed record Period(DateOnly? Start, DateOnly? End);

/// <summary>What is asked of the person at the index event, and of the event's days.</summary>
internal sealed record DemographicCriterion(IReadOnlyList<Condition> Conditions);

internal enum RangeOp
{
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    GreaterOrEqual,
    Greater,
    Between,
    NotBetween,
}

internal sealed record NumericRange(RangeOp Op, decimal Value, decimal Extent);

internal sealed record DateRange(RangeOp Op, DateOnly Value, DateOnly Extent);

/// <param name="FromEnd">From the event's end instead of its start. Never beyond the observation period.</param>
internal sealed record DateOffset(bool FromEnd, int Days);

/// <summary>The kinds of events that a cohort can speak of, by Circe's names.</summary>
internal enum CohortDomain
{
    ConditionOccurrence,
    DrugExposure,
    ProcedureOccurrence,
    Measurement,
    Observation,
    VisitOccurrence,
    Death,
    ObservationPeriod,
    DeviceExposure,
    Specimen,
    VisitDetail,
    PayerPlanPeriod,
    ConditionEra,
    DrugEra,
    DoseEra,
}
