using Minato.Ledger;

namespace Minato.Access;

/// <summary>What other rooms recorded about permits and datasets, as marks for the clocks: types and moments only, no payload is read.</summary>
internal sealed class MarkBook(ILedger ledger)
{
    private static readonly string[] Prefixes = ["extraction/", "statistics/", "space/", "catalogue/"];

    private readonly Lock gate = new();
    private readonly Dictionary<string, List<ClockMark>> marks = new(StringComparer.Ordinal);
    private readonly SortedSet<string> datasets = new(StringComparer.Ordinal);
    private long next;
    private long version;

    /// <summary>Of a permit or a dataset, by its id, oldest first.</summary>
    public IReadOnlyList<ClockMark> Of(string subject)
    {
        lock (gate)
        {
            CatchUp();
            return marks.TryGetValue(subject, out var found) ? [.. found] : [];
        }
    }

    /// <summary>How many marks there are.</summary>
    public long Version
    {
        get
        {
            lock (gate)
            {
                CatchUp();
                return version;
            }
        }
    }

    public IReadOnlyList<string> Datasets
    {
        get
        {
            lock (gate)
            {
                CatchUp();
                return [.. datasets];
            }
        }
    }

    private void CatchUp()
    {
        var size = ledger.Size;
        if (size <= next)
        {
            return;
        }

        foreach (var prefix in Prefixes)
        {
            foreach (var e in ledger.ReadAll(next, prefix).TakeWhile(e => e.Index < size))
            {
                var subject = e.Stream[(e.Stream.LastIndexOf('/') + 1)..];
                if (prefix == "catalogue/")
                {
                    datasets.Add(subject);
                }

                if (!marks.TryGetValue(subject, out var list))
                {
                    marks[subject] = list = [];
                }

                list.Add(new ClockMark(e.Type, e.At));
                version++;
            }
        }

        next = size;
    }
}
