using System.Globalization;
using Minato.Ledger;

namespace Minato.Portal;

/// <summary>How many events of each kind happened in each month of Japan's calendar; read once from the ledger and carried on from there.</summary>
public sealed class EventTally(ILedger ledger)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Month, string Type), int> counts = [];
    private long next;

    /// <param name="months">As <c>2026-04</c>.</param>
    public int Count(IReadOnlySet<string> months, string type)
    {
        lock (gate)
        {
            CatchUp();
            return months.Sum(m => counts.GetValueOrDefault((m, type)));
        }
    }

    /// <summary>The months in which something happened, oldest first.</summary>
    public IReadOnlyList<string> Months
    {
        get
        {
            lock (gate)
            {
                CatchUp();
                return [.. counts.Keys.Select(k => k.Month).Distinct().Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>By month and kind.</summary>
    public IReadOnlyList<(string Month, string Type, int Count)> All
    {
        get
        {
            lock (gate)
            {
                CatchUp();
                return [.. counts.OrderBy(c => c.Key.Month, StringComparer.Ordinal).ThenBy(c => c.Key.Type, StringComparer.Ordinal).Select(c => (c.Key.Month, c.Key.Type, c.Value))];
            }
        }
    }

    private void CatchUp()
    {
        foreach (var e in ledger.Size > next ? ledger.ReadAll(next) : [])
        {
            var key = (JapaneseDay.Of(e.At).ToString("yyyy-MM", CultureInfo.InvariantCulture), e.Type);
            counts[key] = counts.GetValueOrDefault(key) + 1;
            next = e.Index + 1;
        }
    }
}
