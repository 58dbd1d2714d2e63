namespace Minato.Linkage.Clk;

/// <summary>
/// The Dice threshold as whole numbers. Two filters with <c>a</c> and <c>b</c> set bits of which <c>c</c> are common have the Dice coefficient
/// <c>2c/(a+b)</c>; two empty filters have 0. What <see cref="Dice"/> says is what every kernel must give, to the last pair.
/// </summary>
internal sealed class DiceBound
{
    /// <summary>More common bits than two filters can have.</summary>
    public const int Never = 2 * ClkBits.Length;

    private readonly int[] need = new int[(2 * ClkBits.Length) + 1];

    /// <param name="threshold">Least Dice coefficient of a pair that counts, 0 to 1.</param>
    public DiceBound(double threshold)
    {
        if (!(threshold >= 0 && threshold <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A Dice coefficient is between 0 and 1.");
        }

        Threshold = threshold;
        var c = 0;
        for (var sum = 0; sum < need.Length; sum++)
        {
            while (c < Never && Dice(c, sum) < threshold)
            {
                c++;
            }

            need[sum] = sum == 0 && threshold > 0 ? Never : c;
            c = sum == 0 ? 0 : c;
        }
    }

    public double Threshold { get; }

    public static double Dice(int common, int sum) => sum == 0 ? 0 : 2.0 * common / sum;

    /// <summary>Least number of common bits for a pair whose set bits add up to <paramref name="sum"/>. Never falls as the sum grows (above 0).</summary>
    public int Need(int sum) => need[sum];

    /// <summary>Whether any pair of filters with these set bits could reach the threshold.</summary>
    public bool IsPossible(int a, int b) => need[a + b] <= Math.Min(a, b);

    /// <summary>The set-bit counts that a partner of a filter with <paramref name="a"/> set bits may have: one unbroken range; empty where Least is above Most.</summary>
    public (int Least, int Most) Partners(int a)
    {
        var least = 0;
        while (least <= ClkBits.Length && !IsPossible(a, least))
        {
            least++;
        }

        var most = ClkBits.Length;
        while (most >= least && !IsPossible(a, most))
        {
            most--;
        }

        return (least, most);
    }
}
