namespace Minato.Linkage.Quality;

/// <summary>People of a dataset, divided.</summary>
/// <param name="Group">What divides: <c>sex</c>, <c>age</c>, <c>prefecture</c>.</param>
/// <param name="Of">Of each person, in the order asked about, an index into <paramref name="Values"/>.</param>
public sealed record DividedPeople(string Group, IReadOnlyList<string> Values, IReadOnlyList<int> Of);

/// <summary>How many of a group a set of choices leaves out. Nothing that is of fewer than ten people is told, nor what could be worked out from the rest.</summary>
/// <param name="Group"><c>all</c>: the dataset.</param>
/// <param name="Persons">Down to tens.</param>
/// <param name="Missing">Down to tens; null: too few are missing, or too few are left, to say.</param>
/// <param name="Share">0 to 1, to the hundredth; null where <paramref name="Missing"/> is.</param>
public sealed record MissingShare(string Group, string Value, long Persons, long? Missing, double? Share);

/// <summary>What may be told of who is missing.</summary>
internal static class RefusalShares
{
    private const long Least = QualityTally.SmallCell;

    /// <param name="cells">Of one group: value, persons, and how many of them are missing.</param>
    /// <param name="isPart">The cells add up to a whole that is told too, so that a single hidden one could be worked out.</param>
    public static IReadOnlyList<MissingShare> Show(string group, IReadOnlyList<(string Value, long Persons, long Missing)> cells, bool isPart)
    {
        var there = cells.Where(c => c.Persons >= Least).ToList();
        var hidden = cells.Where(c => c.Persons > 0 && !Tells(c)).ToList();
        var shown = there.Where(Tells).OrderBy(c => Math.Min(c.Missing, c.Persons - c.Missing)).ToList();
        while (isPart && hidden.Count > 0 && shown.Count > 0 && (hidden.Sum(c => c.Missing) < Least || hidden.Sum(c => c.Persons - c.Missing) < Least))
        {
            hidden.Add(shown[0]);
            shown.RemoveAt(0);
        }

        return
        [
            .. there.Select(c => shown.Contains(c)
                ? new MissingShare(group, c.Value, Tens(c.Persons), Tens(c.Missing), Math.Round((double)c.Missing / c.Persons, 2))
                : new MissingShare(group, c.Value, Tens(c.Persons), null, null)),
        ];
    }

    private static bool Tells((string Value, long Persons, long Missing) cell) => cell.Missing >= Least && cell.Persons - cell.Missing >= Least;

    private static long Tens(long persons) => persons / Least * Least;
}
