namespace Minato.Disclosure;

/// <summary>
/// The numbers of one rule set. The defaults are those of the Japanese public databases (a cell of patients below 10 is
/// not shown, 0 may be) and of the usual dominance rules; each dataset's rule file may be stricter.
/// </summary>
/// <param name="MinimumCell">Smallest count that may be shown; also how uncertain (in persons) a suppressed cell must stay.</param>
/// <param name="ZeroAllowed">Whether an empty cell may be shown as 0.</param>
/// <param name="DominanceUnits">n of the (n,k) rule.</param>
/// <param name="DominanceShare">k of the (n,k) rule, as a share of 1: more than this by the n largest fails.</param>
/// <param name="PPercent">p of the p% rule, as a share of 1.</param>
/// <param name="RoundedTo">Shown values are multiples of this and may be off by less than it; 0 or 1: values are exact.</param>
public sealed record OutputRule(
    int MinimumCell = 10, bool ZeroAllowed = true, int DominanceUnits = 2, decimal DominanceShare = 0.9m, decimal PPercent = 0.1m, int RoundedTo = 0)
{
    public static OutputRule Default { get; } = new();

    /// <summary>Whether a count may be shown.</summary>
    public bool MayShow(decimal count) => count == 0 ? ZeroAllowed : count >= MinimumCell;
}

/// <summary>What a check found in one cell. Reasons never quote the count.</summary>
/// <param name="Rule"><c>minimum-cell</c>, <c>complementary</c>, <c>totals</c>, <c>class-disclosure</c>, <c>differencing</c>, <c>dominance</c>, <c>negative</c>.</param>
/// <param name="Cell">Coordinates, one per dimension.</param>
public sealed record CellFinding(string Rule, IReadOnlyList<string> Cell, Bilingual Reason);
