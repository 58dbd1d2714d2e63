using System.Runtime.InteropServices;

namespace Minato.Linkage.Matching;

/// <summary>How often each pattern was seen: all that learning needs to know of a hundred million pairs.</summary>
internal sealed class PatternCounts
{
    private readonly Dictionary<ulong, long> counts = [];

    public long Total { get; private set; }

    public int Distinct => counts.Count;

    public void Add(Pattern pattern, long times = 1)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(counts, pattern.Bits, out _) += times;
        Total += times;
    }

    public void Add(PatternCounts others)
    {
        foreach (var (bits, times) in others.counts)
        {
            Add(new Pattern(bits), times);
        }
    }

    /// <param name="parts">Null where a thread had nothing to do.</param>
    public static PatternCounts Sum(IEnumerable<PatternCounts?> parts)
    {
        var sum = new PatternCounts();
        foreach (var part in parts)
        {
            if (part is not null)
            {
                sum.Add(part);
            }
        }

        return sum;
    }

    /// <summary>In the order of the patterns themselves, so that sums come out the same however the pairs were counted.</summary>
    public IEnumerable<(Pattern Pattern, long Times)> Sorted() => counts.OrderBy(c => c.Key).Select(c => (new Pattern(c.Key), c.Value));
}
