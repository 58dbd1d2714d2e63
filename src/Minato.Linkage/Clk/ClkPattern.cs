namespace Minato.Linkage.Clk;

/// <summary>
/// What two records agree in: for each field of the schema three bits (0 not known, 1 nothing in common … 7 the same), and one bit above them where family and
/// given name agree crosswise better than straight.
/// </summary>
internal static class ClkPattern
{
    public const int Levels = 8;
    public const int Same = 7;
    private const int BitsOfLevel = 3;
    private static readonly double[] Bounds = [0.40, 0.55, 0.68, 0.80, 0.90, 1.0];

    public static int Level(uint pattern, int field) => (int)(pattern >> (BitsOfLevel * field)) & (Levels - 1);

    public static bool IsSwapped(uint pattern, int fields) => (pattern >> (BitsOfLevel * fields) & 1) != 0;

    public static uint Of(SegmentTable a, int i, SegmentTable b, int j, (int First, int Second) swap)
    {
        uint pattern = 0;
        Span<double> dice = stackalloc double[a.Fields];
        for (var f = 0; f < a.Fields; f++)
        {
            dice[f] = SegmentTable.Dice(a, f, i, b, f, j);
        }

        if (swap.First >= 0)
        {
            var (first, second) = (SegmentTable.Dice(a, swap.First, i, b, swap.Second, j), SegmentTable.Dice(a, swap.Second, i, b, swap.First, j));

            // Half a name more has to agree before an exchange is the better story.
            if (Sum(first, second) > Sum(dice[swap.First], dice[swap.Second]) + 0.5)
            {
                (dice[swap.First], dice[swap.Second]) = (first, second);
                pattern |= 1u << (BitsOfLevel * a.Fields);
            }
        }

        for (var f = 0; f < a.Fields; f++)
        {
            pattern |= (uint)LevelOf(dice[f]) << (BitsOfLevel * f);
        }

        return pattern;

        static double Sum(double x, double y) => (double.IsNaN(x) ? 0 : x) + (double.IsNaN(y) ? 0 : y);
    }

    private static int LevelOf(double dice)
    {
        if (double.IsNaN(dice))
        {
            return 0;
        }

        var level = 1;
        foreach (var bound in Bounds)
        {
            level += dice >= bound ? 1 : 0;
        }

        return level;
    }
}
