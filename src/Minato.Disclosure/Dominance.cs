namespace Minato.Disclosure;

/// <summary>Rules for sums: a sum to which one or two units contribute nearly everything tells their values.</summary>
public static class Dominance
{
    /// <summary>(n,k): the n largest give more than the share k of the sum. Contributions must not be negative.</summary>
    public static bool BreaksNk(IEnumerable<decimal> contributions, int n, decimal share)
    {
        var sorted = Sorted(contributions);
        var sum = sorted.Sum();
        return sum > 0 && sorted.Take(n).Sum() > share * sum;
    }

    /// <summary>p%: the second largest unit could estimate the largest closer than p: X − x₁ − x₂ &lt; p·x₁.</summary>
    public static bool BreaksPPercent(IEnumerable<decimal> contributions, decimal p)
    {
        var sorted = Sorted(contributions);
        return sorted.Length > 0 && sorted[0] > 0 && sorted.Skip(2).Sum() < p * sorted[0];
    }

    /// <summary>Both rules on one cell of a magnitude table.</summary>
    public static IReadOnlyList<CellFinding> Check(IReadOnlyList<string> cell, IReadOnlyCollection<decimal> contributions, OutputRule rule)
    {
        if (contributions.Any(c => c < 0))
        {
            return [new("negative", cell, new("負の寄与があり、占有率を検査できません", "A negative contribution: dominance is not defined"))];
        }

        return BreaksNk(contributions, rule.DominanceUnits, rule.DominanceShare) || BreaksPPercent(contributions, rule.PPercent)
            ? [new("dominance", cell, new("少数の者が合計のほとんどを占めています", "A few units make up nearly all of this sum"))]
            : [];
    }

    private static decimal[] Sorted(IEnumerable<decimal> contributions) => [.. contributions.OrderDescending()];
}
