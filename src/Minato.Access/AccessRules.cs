using Minato.Catalogue;

namespace Minato.Access;

/// <summary>Everything a decision may look at besides the application: the standards, and what the catalogue says.</summary>
internal sealed record AccessRules(
    StandardFolder<FormStandard> Forms,
    StandardFolder<PurposeStandard> Purposes,
    StandardFolder<CriteriaStandard> Criteria,
    StandardFolder<Tariff> Tariffs,
    Func<string, bool> ProcessingStandardExists,
    Func<DatasetId, DatasetDescription?> Dataset);
