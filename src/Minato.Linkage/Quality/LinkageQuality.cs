namespace Minato.Linkage.Quality;

/// <summary>
/// How well the persons of one group are linked, told without the truth. Everything that is of fewer people than the small-cell limit is
/// hidden (null or left out), and what could be worked out from the rest with it.
/// </summary>
/// <param name="Group"><c>all</c>, <c>sex</c>, <c>age</c>, <c>name-changed</c>.</param>
/// <param name="Value">Of sex <c>1 2 unknown</c>; of age the band in years.</param>
/// <param name="Persons">Persons with a record in the group; down to tens.</param>
/// <param name="ByClass">Share of the records by class of link, 0 to 1.</param>
/// <param name="Contested">Share of the records whose identity fitted several persons and was joined with none.</param>
public sealed record GroupLinkage(string Group, string Value, long Persons, IReadOnlyDictionary<string, double> ByClass, double? Contested);

/// <summary>A dataset's linkage, as the room sees it from its own data.</summary>
/// <param name="Rules">The rules and models in force.</param>
/// <param name="EstimatedFalse">Share of the probabilistic links that the weights expect to be wrong; null without a model.</param>
/// <param name="EstimatedMissed">Links that the weights expect among the pairs that were left apart for the desk, as a share of the persons; null without a model.</param>
/// <param name="NumbersOfSeveralPersons">Regression counters of the whole network (linkage facts §3); null below the small-cell limit unless 0.</param>
public sealed record LinkageQuality(
    DatasetId Dataset, string Rules, GroupLinkage All, IReadOnlyList<GroupLinkage> Groups, double? EstimatedFalse, double? EstimatedMissed,
    long? NumbersOfSeveralPersons, long? PersonsOfTwoSexes, long? PersonsOfSeveralBirthDates);
