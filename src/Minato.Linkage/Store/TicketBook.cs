namespace Minato.Linkage.Store;

/// <summary>
/// Which ticket of one delivery carried which identity, and with which class it was answered: written once, never changed.
/// A caller who repeats a call gets the same answers. Tickets are mostly numbered through, so an array holds them.
/// </summary>
internal sealed class TicketBook
{
    private const int Dense = 1 << 26;
    private readonly Dictionary<(int Ticket, int Row), LinkClass> others = [];
    private int[] rows = [];
    private byte[] classes = [];

    /// <summary>Counts the calls of the room; the least lately used book is forgotten first.</summary>
    public long UsedAt { get; set; }

    /// <returns>True: new. False: known, and <paramref name="recorded"/> is the class it was answered with.</returns>
    public bool Add(int ticket, int row, LinkClass linkClass, out LinkClass recorded)
    {
        recorded = linkClass;
        if ((uint)ticket < Dense)
        {
            if (ticket >= rows.Length)
            {
                var size = Math.Min(Dense, Math.Max(ticket + 1, rows.Length * 2));
                Array.Resize(ref rows, size);
                Array.Resize(ref classes, size);
            }

            if (rows[ticket] == 0)
            {
                (rows[ticket], classes[ticket]) = (row + 1, (byte)linkClass);
                return true;
            }

            if (rows[ticket] == row + 1)
            {
                recorded = (LinkClass)classes[ticket];
                return false;
            }
        }

        if (others.TryAdd((ticket, row), linkClass))
        {
            return true;
        }

        recorded = others[(ticket, row)];
        return false;
    }

    /// <summary>Tickets, rows and classes of a page.</summary>
    public static void Write(PageWriter page, IReadOnlyList<(int Ticket, int Row, LinkClass Class)> tickets)
    {
        page.Number(tickets.Count);
        var (ticket, row) = (0, 0);
        foreach (var t in tickets)
        {
            page.Signed(t.Ticket - ticket);
            page.Signed(t.Row - row);
            page.Number((int)t.Class);
            (ticket, row) = (t.Ticket, t.Row);
        }
    }

    public static List<(int Ticket, int Row, LinkClass Class)> Read(ReadOnlySpan<byte> bytes)
    {
        var page = new PageReader(bytes);
        var tickets = new List<(int, int, LinkClass)>(page.Int());
        var (ticket, row) = (0, 0);
        while (!page.AtEnd)
        {
            ticket += page.Signed();
            row += page.Signed();
            tickets.Add((ticket, row, (LinkClass)page.Int()));
        }

        return tickets;
    }
}
