using Minato.Linkage.Quality;

namespace Minato.Processing.Missing;

/// <param name="SetId">Names the set of choices: policy, ledger position, hash.</param>
/// <param name="Shares">The whole (<c>all</c>) first.</param>
public sealed record MissingInDataset(string Dataset, string SetId, IReadOnlyList<MissingShare> Shares);

/// <summary>Who is missing because of choices, against who is there: what a study's reader must know of its people (E).</summary>
/// <param name="Permit">Null: everybody who refused anything.</param>
/// <param name="AsOf">Choices made up to then count: a permit's beginning, or the day of the report.</param>
public sealed record MissingReport(string? Permit, DateTimeOffset AsOf, IReadOnlyList<MissingInDataset> Datasets);
