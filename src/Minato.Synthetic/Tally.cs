namespace Minato.Synthetic;

/// <summary>Counts how often each rate had an occasion and was applied. Sums only, so threads may add in any order.</summary>
internal sealed class Tally(MessRates rates)
{
    private static readonly (string Name, Func<MessRates, double> Of)[] All =
    [
        (nameof(MessRates.HalfWidthKana), r => r.HalfWidthKana), (nameof(MessRates.LargeKana), r => r.LargeKana), (nameof(MessRates.LongVowelMark), r => r.LongVowelMark),
        (nameof(MessRates.VariantForm), r => r.VariantForm), (nameof(MessRates.MissingKana), r => r.MissingKana), (nameof(MessRates.MissingBranch), r => r.MissingBranch),
        (nameof(MessRates.WrongBirthDate), r => r.WrongBirthDate), (nameof(MessRates.MissingSex), r => r.MissingSex), (nameof(MessRates.NameTypo), r => r.NameTypo),
        (nameof(MessRates.FullWidthSymbol), r => r.FullWidthSymbol), (nameof(MessRates.SpacedSymbol), r => r.SpacedSymbol), (nameof(MessRates.LostLeadingZero), r => r.LostLeadingZero),
        (nameof(MessRates.OldNumberUsed), r => r.OldNumberUsed), (nameof(MessRates.OldNameUsed), r => r.OldNameUsed), (nameof(MessRates.Duplicate), r => r.Duplicate),
        (nameof(MessRates.CorrectedReceipt), r => r.CorrectedReceipt), (nameof(MessRates.MissingSearchNumber), r => r.MissingSearchNumber), (nameof(MessRates.Malformed), r => r.Malformed),
        (nameof(MessRates.SecondLocalId), r => r.SecondLocalId), (nameof(MessRates.MissingHistory), r => r.MissingHistory),
        (nameof(MessRates.OtherReading), r => r.OtherReading), (nameof(MessRates.MiddleNameLost), r => r.MiddleNameLost),
        (nameof(MessRates.LatinOrder), r => r.LatinOrder), (nameof(MessRates.LatinAsKana), r => r.LatinAsKana),
    ];

    private static readonly Dictionary<string, int> Index = All.Select((r, i) => (r.Name, i)).ToDictionary(x => x.Name, x => x.i);

    private readonly long[] occasions = new long[All.Length];
    private readonly long[] applied = new long[All.Length];
    private readonly double[] stated = [.. All.Select(r => r.Of(rates))];

    /// <summary>One occasion of a rate: does it happen?</summary>
    public bool Happens(string rate, Draw draw)
    {
        var i = Index[rate];
        occasions[i]++;
        var yes = stated[i] > 0 && draw.Chance(stated[i]);
        applied[i] += yes ? 1 : 0;
        return yes;
    }

    public void Add(Tally other)
    {
        lock (occasions)
        {
            for (var i = 0; i < occasions.Length; i++)
            {
                occasions[i] += other.occasions[i];
                applied[i] += other.applied[i];
            }
        }
    }

    public IReadOnlyList<RateFigure> Figures() => [.. All.Select((r, i) => new RateFigure(r.Name, stated[i], occasions[i], applied[i]))];
}
