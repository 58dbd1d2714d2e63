namespace Minato.Linkage.Quality;

/// <summary>A share with its 95 % interval.</summary>
/// <param name="Value">0 to 1; 1 where there was nothing to get wrong.</param>
/// <param name="Low">2.5th percentile.</param>
/// <param name="High">97.5th percentile.</param>
public readonly record struct Ratio(double Value, double Low, double High)
{
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Value:0.00000} ({Low:0.00000}–{High:0.00000})");
}

/// <summary>Pairs of records, counted at their ends: the ends of one person's records add up over persons and subgroups.</summary>
/// <param name="Right">Ends of pairs that were put together and belong together.</param>
/// <param name="Found">Ends of pairs that were put together.</param>
/// <param name="Belong">Ends of pairs that belong together.</param>
internal readonly record struct PairEnds(long Right, long Found, long Belong)
{
    public double Precision => Found == 0 ? 1 : (double)Right / Found;

    public double Recall => Belong == 0 ? 1 : (double)Right / Belong;

    public static PairEnds operator +(PairEnds a, PairEnds b) => new(a.Right + b.Right, a.Found + b.Found, a.Belong + b.Belong);
}
