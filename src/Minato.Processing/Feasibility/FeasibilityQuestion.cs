namespace Minato.Processing;

/// <summary>How many would there be? A draft cohort over linked datasets, before anybody applies.</summary>
/// <param name="CohortJson">OHDSI Circe JSON.</param>
/// <param name="From">First day of the study period; events outside it do not exist for the cohort (decision 0041).</param>
/// <param name="Purpose">Of <c>standards/purposes/</c>: whoever refused it is not counted.</param>
public sealed record FeasibilityQuestion(string CohortJson, IReadOnlyList<DatasetId> Datasets, DateOnly From, DateOnly To, string Purpose = "research");

/// <summary>About how many persons are left after a step; null: fewer than <see cref="FeasibilityRule.Smallest"/>.</summary>
public sealed record FeasibilityStep(string Name, long? Persons);

/// <param name="Snapshots">What was counted on, by dataset.</param>
/// <param name="Left">New numbers that the asker may still get this month.</param>
public sealed record FeasibilityAnswer(
    IReadOnlyList<FeasibilityStep> Flow, IReadOnlyDictionary<string, string> Snapshots, DateTimeOffset ChoicesAsOf, FeasibilityRule Rule, long Left);

/// <summary>How exactly is answered: data, in <c>standards/feasibility/</c> (decision 0083).</summary>
/// <param name="Smallest">Fewer persons than this are told as 'fewer than'.</param>
/// <param name="RoundedTo">Numbers are multiples of this.</param>
/// <param name="GreatestNoise">In persons, before rounding.</param>
/// <param name="NoiseVariance">In persons².</param>
/// <param name="CloseBelow">Groups that differ by fewer persons than this get one answer, that of the group which was asked first.</param>
/// <param name="NumbersPerMonth">New numbers for one asker in a month (of Japan); numbers that were told before are free.</param>
public sealed record FeasibilityRule(string Id, string Version, int Smallest, int RoundedTo, int GreatestNoise, double NoiseVariance, int CloseBelow, int NumbersPerMonth);
