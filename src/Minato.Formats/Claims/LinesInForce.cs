using Minato.Formats.Text;

namespace Minato.Formats.Claims;

/// <summary>
/// The lines of one receipt as insurers get it, until it is whole and can be said which of them are in force. A record JY
/// (補正事由) names the line that was corrected and the one that took its place. Where a line was corrected without a JY, the
/// latest state of its 行番号 holds: the result of a re-review before a correction before the claim. What the insurer asks
/// for (3) and earlier rounds (12–14) are never in force.
/// </summary>
internal sealed class LinesInForce
{
    /// <summary>A receipt larger than this is refused, not collected.</summary>
    private const int MaxBytes = 8 << 20;

    private readonly List<Entry> entries = [];
    private readonly Dictionary<int, int> latest = [];
    private readonly HashSet<(int Row, int Branch)> replaced = [];
    private readonly HashSet<int> named = [];
    private byte[] bytes = new byte[16 * 1024];
    private int length;

    private readonly record struct Entry(HistoryColumns History, int From, int Length, long At, int Order);

    public bool IsEmpty => entries.Count == 0;

    /// <summary>A line of the receipt, or the whole of it, was too long to be held.</summary>
    public bool Overflown { get; set; }

    public bool Returned { get; private set; }

    /// <summary>Lines that are history, not claim.</summary>
    public int Superseded { get; private set; }

    public long FirstLine => entries[0].At;

    public bool HasReceipt { get; private set; }

    /// <summary>Nothing but the review body's heading (MN).</summary>
    public bool IsOnlyManagement => entries.Count == 1 && Of(entries[0]).StartsWith("MN,"u8) && !Overflown;

    public void Add(HistoryColumns history, ReadOnlySpan<byte> record, long at)
    {
        if (entries.Count > Receipt.MaxRows || length + record.Length > MaxBytes)
        {
            Overflown = true;
            return;
        }

        if (length + record.Length > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, length + record.Length));
        }

        record.CopyTo(bytes.AsSpan(length));
        entries.Add(new Entry(history, length, record.Length, at, entries.Count));
        length += record.Length;
        HasReceipt |= record.StartsWith("RE,"u8);
        Returned |= history.Source == HistoryColumns.Returned;
    }

    public delegate void Taker(ReadOnlySpan<byte> record, long at);

    /// <summary>Gives the lines in force, in the order of their 行番号.</summary>
    public void Give(Taker take)
    {
        Span<int> room = stackalloc int[CutLine.MaxColumns];
        var ordered = true;
        foreach (var entry in entries)
        {
            ordered &= entry.Order == 0 || entry.History.Row >= entries[entry.Order - 1].History.Row;
            var rank = Rank(entry.History);
            if (rank > 0)
            {
                latest[entry.History.Row] = Math.Max(rank, latest.GetValueOrDefault(entry.History.Row));
            }

            if (rank > 1 && Of(entry).StartsWith("JY,"u8))
            {
                var line = new CutLine(Of(entry), room, (byte)',');
                if (line.TryInt(2, out var row) && row is { } target && line.TryInt(3, out var branch) && line.TryInt(5, out var after))
                {
                    replaced.Add((target, branch ?? 0));
                    named.Add(target);
                    named.Add(after ?? target);
                }
            }
        }

        if (!ordered)
        {
            entries.Sort((a, b) => (a.History.Row, a.History.Branch, a.Order).CompareTo((b.History.Row, b.History.Branch, b.Order)));
        }

        foreach (var entry in entries)
        {
            if (IsInForce(entry.History))
            {
                take(Of(entry), entry.At);
            }
            else
            {
                Superseded++;
            }
        }
    }

    /// <summary>All lines as they came, for quarantine.</summary>
    public void CopyTo(Raw raw)
    {
        foreach (var entry in entries)
        {
            var (source, row, branch) = entry.History;
            raw.Add([.. System.Text.Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{source},{row},{branch},")), .. Of(entry)]);
        }
    }

    public void Clear()
    {
        entries.Clear();
        latest.Clear();
        replaced.Clear();
        named.Clear();
        (length, Overflown, Returned, HasReceipt, Superseded) = (0, false, false, false, 0);
    }

    private bool IsInForce(HistoryColumns line)
    {
        var rank = Rank(line);
        return rank > 0 && (named.Contains(line.Row) ? !replaced.Contains((line.Row, line.Branch)) : rank == latest[line.Row]);
    }

    /// <summary>0 where a line of that state is never in force. A returned receipt is refused whole, with its lines.</summary>
    private static int Rank(HistoryColumns line) => line.Source switch
    {
        HistoryColumns.Claimed or HistoryColumns.Returned => 1,
        HistoryColumns.Corrected => 2,
        HistoryColumns.Decided => 3,
        _ => 0,
    };

    private ReadOnlySpan<byte> Of(Entry entry) => bytes.AsSpan(entry.From, entry.Length);
}
