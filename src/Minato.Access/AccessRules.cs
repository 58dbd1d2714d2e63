using Minato.Catalogue;

namespace Minato.Access;

/// <summary>Everything a decision may look at besides the application: the standards, and what the catalogue says.</summary>
/// <param name="KnownItems">Every table and column that any dataset of the catalogue has; empty while nothing was delivered.</param>
internal sealed record AccessRules(
    StandardFolder<FormStandard> Forms,
    StandardFolder<PurposeStandard> Purposes,
    StandardFolder<CriteriaStandard> Criteria,
    StandardFolder<Tariff> Tariffs,
    Func<string, bool> ProcessingStandardExists,
    Func<DatasetId, DatasetDescription?> Dataset,
    Func<IReadOnlySet<(string Table, string Column)>> KnownItems);
