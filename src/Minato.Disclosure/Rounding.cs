namespace Minato.Disclosure;

/// <summary>Deterministic rounding of counts; unlike random rounding it cannot be averaged away by asking again.</summary>
public static class Rounding
{
    /// <summary>To the nearest multiple, halves up.</summary>
    public static long Nearest(long count, int to) => Floor(count + (to / 2), to);

    /// <summary>Up to the next multiple (long-term-care open data round small areas up to 10).</summary>
    public static long Up(long count, int to) => Floor(count + to - 1, to);

    private static long Floor(long count, int to) =>
        to < 1 ? throw new ArgumentOutOfRangeException(nameof(to)) : count - (((count % to) + to) % to);
}
