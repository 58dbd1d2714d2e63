using Minato.Catalogue;

namespace Minato.Access;

/// <summary>Everything a decision may look at besides the application: the standards, and what the catalogue says.</summary>
/// <param name="KnownItems">Every table and column that any dataset of the catalogue has; empty while nothing was delivered.</param>
/// <param name="PermitCase">The application whose permit has that id.</param>
/// <param name="Clocks">The limits of an application as they stand.</param>
/// <param name="IsExcluded">Whether a measure keeps this person or organisation from applying.</param>
/// <param name="CohortDefects">What the executing room has against a cohort definition.</param>
internal sealed record AccessRules(
    StandardFolder<FormStandard> Forms,
    StandardFolder<PurposeStandard> Purposes,
    StandardFolder<CriteriaStandard> Criteria,
    StandardFolder<Tariff> Tariffs,
    StandardFolder<BodyStandard> Bodies,
    Func<string, bool> ProcessingStandardExists,
    Func<DatasetId, DatasetDescription?> Dataset,
    Func<IReadOnlySet<(string Table, string Column)>> KnownItems,
    Func<PermitId, ApplicationCase?> PermitCase,
    Func<ApplicationCase, IReadOnlyList<RunningClock>> Clocks,
    Func<ActorId, string, bool> IsExcluded,
    Func<string, IReadOnlyList<Finding>> CohortDefects);
