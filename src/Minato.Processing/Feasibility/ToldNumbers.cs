using Minato.Disclosure;

namespace Minato.Processing.Feasibility;

/// <summary>A number that was told, and of which group.</summary>
/// <param name="Number">-1: fewer than the smallest that is told.</param>
internal sealed record ToldNumber(ulong CellKey, int[] Sketch, long Number);

/// <summary>
/// What is told of a group of persons. The same group always gets the same number; so does a group that differs from one asked before by only a
/// few persons, so that subtracting two numbers tells nothing of those few. Pure: remembering is the desk's.
/// </summary>
internal sealed class ToldNumbers(FeasibilityRule rule)
{
    public const long Few = -1;

    /// <summary>The sketch's error is about 12 %: groups that differ by fewer than <c>closeBelow</c> are taken to be close but for one case in a million.</summary>
    private const double Margin = 1.6;

    private static readonly ToldNumber Nobody = new(0, new int[PersonGroup.Signs], Few);

    private readonly CellKeyNoise noise = new(rule.GreatestNoise, rule.NoiseVariance, neverShown: 0);
    private readonly List<ToldNumber> told = [];
    private readonly Dictionary<ulong, ToldNumber> byKey = [];

    public void Remember(ToldNumber number)
    {
        told.Add(number);
        byKey.TryAdd(number.CellKey, number);
    }

    /// <summary>The number that was told of this group or of one close to it, the first that was; null where the group is new. Nobody counts as told first of all.</summary>
    public ToldNumber? Find(PersonGroup group) =>
        byKey.GetValueOrDefault(group.CellKey) ?? told.Prepend(Nobody).FirstOrDefault(t => PersonGroup.Difference(t.Sketch, group.Sketch) <= rule.CloseBelow * Margin);

    /// <summary>The number for a group that is new: noise by the group's cell key, then rounded.</summary>
    public ToldNumber New(PersonGroup group)
    {
        var noisy = noise.Perturb(group.Count, group.CellKey);
        return new ToldNumber(group.CellKey, group.Sketch, noisy < rule.Smallest ? Few : Rounding.Nearest(noisy, rule.RoundedTo));
    }
}
