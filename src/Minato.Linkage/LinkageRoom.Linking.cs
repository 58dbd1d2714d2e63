using System.Collections.Concurrent;
using System.Security.Cryptography;
using Minato.Linkage.Matching;
using Minato.Linkage.Persons;
using Minato.Linkage.Pseudonyms;
using Minato.Linkage.Store;

namespace Minato.Linkage;

/// <summary>Deliveries and number histories in: identities to persons.</summary>
public sealed partial class LinkageRoom
{
    /// <summary>Sets identities of the history service apart from delivered ones.</summary>
    private const string History = "history";
    private const int BooksAtOnce = 4;

    private readonly Dictionary<int, TicketBook> books = [];
    private long callsMade;

    public async Task<Outcome<IReadOnlyList<LinkedTicket>>> LinkAsync(
        HolderId holder, DatasetId dataset, DeliveryId delivery, IReadOnlyList<IdentityTicket> tickets, CancellationToken ct = default) =>
        (await ResolveAsync(holder, dataset, delivery, tickets, ct).ConfigureAwait(false)).Map<IReadOnlyList<LinkedTicket>>(resolved => InPseudonyms(dataset, resolved));

    /// <summary>
    /// As <see cref="LinkAsync"/>, before the persons get their name in the dataset: the handles stay inside this assembly, for
    /// a trust mode that makes pseudonyms otherwise.
    /// </summary>
    internal Task<Outcome<IReadOnlyList<ResolvedTicket>>> ResolveAsync(
        HolderId holder, DatasetId dataset, DeliveryId delivery, IReadOnlyList<IdentityTicket> tickets, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                IReadOnlyList<ResolvedTicket> resolved;
                var prepared = Prepare(tickets, holder, ct);
                try
                {
                    using var transaction = BeginFresh();
                    resolved = Link(holder, dataset, delivery, prepared, ct);
                    transaction.Commit();
                }
                catch (RefusedException damaged)
                {
                    Load();
                    return Outcome<IReadOnlyList<ResolvedTicket>>.Refused(damaged.Findings);
                }
                catch
                {
                    Load();
                    throw;
                }

                return Outcome<IReadOnlyList<ResolvedTicket>>.Ok(resolved, Softened(await TellAsync(ct).ConfigureAwait(false)));
            },
            ct);

    public Task<Outcome<int>> ImportHistoryAsync(IReadOnlyList<NumberHistory> changes, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                int used;
                try
                {
                    using var transaction = BeginFresh();
                    used = Import(changes, by, ct);
                    transaction.Commit();
                }
                catch
                {
                    Load();
                    throw;
                }

                return Outcome<int>.Ok(used, Softened(await TellAsync(ct).ConfigureAwait(false)));
            },
            ct);

    /// <summary>Reads every ticket once: what is written in it, in one hash. On all cores; knows nothing of the register yet.</summary>
    private Prepared[] Prepare(IReadOnlyList<IdentityTicket> tickets, HolderId holder, CancellationToken ct)
    {
        var prepared = new Prepared[tickets.Count];
        var at = 0;
        foreach (var ticket in tickets)
        {
            ct.ThrowIfCancellationRequested();
            prepared[at++].Ticket = ticket;
        }

        var key = keys.Key(WritingKey);
        var aliases = new NationalAliases(keys);
        OnAllCores(prepared.Length, (from, to) =>
        {
            using var line = new RawIdentity.LineWriter();
            for (var i = from; i < to; i++)
            {
                ref var p = ref prepared[i];
                p.Ids = aliases.Of(p.Ticket.Ids);
                RawIdentity.Write(line, p.Ticket.Identity, holder, p.Ids, "");
                p.Hash = KeyedHash.Wide(line.Text, key);
            }
        });
        return prepared;
    }

    private ResolvedTicket[] Link(HolderId holder, DatasetId dataset, DeliveryId delivery, Prepared[] tickets, CancellationToken ct)
    {
        var table = register.Table;
        var batch = new Batch(this, "later-evidence");
        FindKnown(tickets);
        var known = table.Count;
        AddNew(batch, tickets, holder, $"{holder}/{dataset}/{delivery}", ct);
        var seen = DaysOf(tickets);
        foreach (var (row, (from, to)) in seen)
        {
            if (table.Widen(row, from, to))
            {
                batch.Touch(row);
            }
        }

        ct.ThrowIfCancellationRequested();
        batch.Settle();
        ct.ThrowIfCancellationRequested();
        var deliveryRow = store.DeliveryId(holder, dataset, delivery);
        if (deliveryRow > register.LastDelivery)
        {
            register.AddDelivery(new DeliveryRow(deliveryRow, holder, dataset, delivery));
        }

        var classes = ClassesOf(tickets, known);
        var fresh = Record(deliveryRow, tickets, classes);
        batch.Save();
        if (fresh.Count > 0)
        {
            NoteSeen(deliveryRow, seen);
            var byClass = fresh.GroupBy(t => t.Class).ToDictionary(g => g.Key, g => g.Count());
            foreach (var (linkClass, count) in byClass)
            {
                ticketsByClass[linkClass] = ticketsByClass.GetValueOrDefault(linkClass) + count;
                store.CountTickets(linkClass, count);
            }

            batch.Tell(LedgerStreams.Deliveries, Actor.Harbour.Id, new LinkageEvent.Linked(
                holder.Value, dataset.Value, delivery.Value, fresh.Count, byClass.ToDictionary(p => p.Key.ToString(), p => p.Value), batch.NewPersons, batch.Ambiguous, rules.Version));
        }

        // The person as first made, never the one who stays after a merge: so a split gives each their records back.
        var resolved = new ResolvedTicket[tickets.Length];
        for (var i = 0; i < resolved.Length; i++)
        {
            resolved[i] = new ResolvedTicket(tickets[i].Ticket.Ticket, forest.HandleOf(table.StateOf(tickets[i].Row).Home), classes[i]);
        }

        return resolved;
    }

    private void FindKnown(Prepared[] tickets)
    {
        var table = register.Table;
        OnAllCores(tickets.Length, (from, to) =>
        {
            for (var i = from; i < to; i++)
            {
                tickets[i].Row = table.Find(tickets[i].Hash);
            }
        });
    }

    /// <summary>Writings that are new get a row; one that says too little gets one for each ticket.</summary>
    private void AddNew(Batch batch, Prepared[] tickets, HolderId holder, string place, CancellationToken ct)
    {
        var table = register.Table;
        var first = new Dictionary<UInt128, int>();
        var news = new List<int>();
        for (var i = 0; i < tickets.Length; i++)
        {
            if (tickets[i].Row < 0 && first.TryAdd(tickets[i].Hash, news.Count))
            {
                news.Add(i);
            }
        }

        if (news.Count == 0)
        {
            return;
        }

        var (traits, lines, today, key) = (new Traits[news.Count], new string[news.Count], Today(), keys.Key(WritingKey));
        OnAllCores(news.Count, (from, to) =>
        {
            for (var n = from; n < to; n++)
            {
                ref var p = ref tickets[news[n]];
                traits[n] = Traits.Of(p.Ticket.Identity, holder, p.Ids, today, names);
                lines[n] = traits[n].Suffices ? RawIdentity.Line(p.Ticket.Identity, holder, p.Ids, "") : "";
            }
        });
        ct.ThrowIfCancellationRequested();
        var rows = new int[news.Count];
        for (var n = 0; n < rows.Length; n++)
        {
            rows[n] = traits[n].Suffices ? batch.Add(tickets[news[n]].Hash, lines[n], traits[n], IdentityMarks.Delivered) : -1;
        }

        for (var i = 0; i < tickets.Length; i++)
        {
            ref var p = ref tickets[i];
            if (p.Row >= 0)
            {
                continue;
            }

            var n = first[p.Hash];
            p.Row = rows[n];
            if (p.Row < 0)
            {
                var line = RawIdentity.Line(p.Ticket.Identity, holder, p.Ids, $"{place}/{p.Ticket.Ticket}");
                var hash = KeyedHash.Wide(line, key);
                p.Row = table.Find(hash) is >= 0 and var again ? again : batch.Add(hash, line, traits[n], IdentityMarks.Delivered | IdentityMarks.Alone);
            }
        }
    }

    private static Dictionary<int, (int From, int To)> DaysOf(Prepared[] tickets)
    {
        var seen = new Dictionary<int, (int From, int To)>(tickets.Length);
        foreach (ref var p in tickets.AsSpan())
        {
            var day = p.Ticket.Identity.AsOf?.DayNumber ?? 0;
            ref var days = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(seen, p.Row, out _);
            if (day > 0)
            {
                days = (days.From == 0 ? day : Math.Min(days.From, day), Math.Max(days.To, day));
            }
        }

        return seen;
    }

    /// <summary>
    /// The class of each record: the first of a new writing is linked as its identity was; whoever was met before verifies itself.
    /// </summary>
    private LinkClass[] ClassesOf(Prepared[] tickets, int known)
    {
        var made = new LinkClass[tickets.Length];
        var met = new HashSet<int>();
        for (var i = 0; i < made.Length; i++)
        {
            var row = tickets[i].Row;
            made[i] = row >= known && met.Add(row) ? register.Table.StateOf(row).JoinedBy : Again(row);
        }

        return made;
    }

    private LinkClass Again(int row)
    {
        ref var state = ref register.Table.StateOf(row);
        ref var traits = ref register.Table.TraitsOf(row);
        return (state.Marks & (IdentityMarks.Alone | IdentityMarks.Contested)) != 0 ? LinkClass.Unlinked
            : state.JoinedBy != LinkClass.Unlinked ? state.JoinedBy
            : (traits.Number | traits.Household | traits.Id1 | traits.Id5) != 0 ? LinkClass.NumberVerified
            : traits.Local != 0 ? LinkClass.LocalVerified
            : LinkClass.RuleMatched;
    }

    /// <summary>Writes the tickets down; one that was written before keeps the class it got then and is not counted again.</summary>
    private List<(int Ticket, int Row, LinkClass Class)> Record(int delivery, Prepared[] tickets, LinkClass[] classes)
    {
        var book = BookOf(delivery);
        var fresh = new List<(int, int, LinkClass)>(tickets.Length);
        for (var i = 0; i < tickets.Length; i++)
        {
            if (book.Add(tickets[i].Ticket.Ticket, tickets[i].Row, classes[i], out var recorded))
            {
                fresh.Add((tickets[i].Ticket.Ticket, tickets[i].Row, classes[i]));
            }

            classes[i] = recorded;
        }

        if (fresh.Count > 0)
        {
            var page = new PageWriter();
            TicketBook.Write(page, fresh);
            store.Append(PageKind.Tickets, delivery, page.Written);
        }

        return fresh;
    }

    private TicketBook BookOf(int delivery)
    {
        if (!books.TryGetValue(delivery, out var book))
        {
            if (books.Count >= BooksAtOnce)
            {
                books.Remove(books.MinBy(b => b.Value.UsedAt).Key);
            }

            books.Add(delivery, book = new TicketBook());
            foreach (var (_, page) in store.Tickets(delivery))
            {
                foreach (var (ticket, row, linkClass) in TicketBook.Read(page))
                {
                    book.Add(ticket, row, linkClass, out _);
                }
            }
        }

        book.UsedAt = ++callsMade;
        return book;
    }

    private void NoteSeen(int delivery, Dictionary<int, (int From, int To)> seen)
    {
        var (page, at, dataset) = (new PageWriter(), clock.GetUtcNow().UtcTicks, register.DatasetOf(delivery));
        register.Calls.Add(at);
        page.Long(at);
        var rows = seen.Keys.ToArray();
        Array.Sort(rows);
        var last = 0;
        foreach (var row in rows)
        {
            var (from, to) = seen[row];
            page.Number(row - last);
            page.Number(from);
            page.Number(to - from);
            register.Holdings.Note(row, dataset, register.Calls.Count - 1);
            last = row;
        }

        store.Append(PageKind.Seen, delivery, page.Written);
    }

    private LinkedTicket[] InPseudonyms(DatasetId dataset, IReadOnlyList<ResolvedTicket> resolved)
    {
        using var domain = Domain(PseudonymDomain.NameOf(dataset));
        var people = new UInt128[resolved.Count];
        for (var i = 0; i < people.Length; i++)
        {
            people[i] = resolved[i].Handle;
        }

        domain.Encrypt(people);
        var linked = new LinkedTicket[people.Length];
        for (var i = 0; i < linked.Length; i++)
        {
            linked[i] = new LinkedTicket(resolved[i].Ticket, new Pseudonym<Dataset>(people[i]), resolved[i].Class);
        }

        return linked;
    }

    /// <summary>The same person had both numbers: both become identities of one person, unless a conflict speaks against it.</summary>
    /// <returns>How many changes could be used.</returns>
    private int Import(IReadOnlyList<NumberHistory> changes, ActorId by, CancellationToken ct)
    {
        var batch = new Batch(this, "history");
        var (today, key, used) = (Today(), keys.Key(WritingKey), 0);
        foreach (var change in changes)
        {
            ct.ThrowIfCancellationRequested();
            var (before, after) = (RowOf(change.Before), RowOf(change.After));
            if (before >= 0 && after >= 0)
            {
                used++;
                batch.AddHistory(before, after, change.ChangedOn.DayNumber);
            }
        }

        batch.Settle();
        batch.Save();
        batch.Tell(LedgerStreams.Deliveries, by, new LinkageEvent.HistoryImported(changes.Count, used));
        return used;

        int RowOf(PersonIdentity identity)
        {
            var line = RawIdentity.Line(identity, null, null, History);
            var hash = KeyedHash.Wide(line, key);
            if (register.Table.Find(hash) is >= 0 and var known)
            {
                return known;
            }

            var traits = Traits.Of(identity, null, null, today, names);
            return traits.Suffices ? batch.Add(hash, line, traits, IdentityMarks.None) : -1;
        }
    }

    /// <summary>The work is done and will be told to the ledger later: that is worth a warning, not a refusal.</summary>
    private static IReadOnlyList<Finding> Softened(IReadOnlyList<Finding> untold) =>
        untold.Count == 0 ? [] : [Finding.Warning("linkage.ledger-behind", "The ledger could not be told yet; it will be at the next call", "See the ledger's own findings")];

    private static void OnAllCores(int count, Action<int, int> work)
    {
        const int Least = 256;
        if (count <= Least)
        {
            work(0, count);
            return;
        }

        Parallel.ForEach(Partitioner.Create(0, count, Math.Max(Least, count / (Environment.ProcessorCount * 4))), range => work(range.Item1, range.Item2));
    }

    private static string NewMergeId() => $"m-{System.Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    /// <summary>A ticket on its way: its identity's hash, its aliases, and the row of its identity.</summary>
    private struct Prepared
    {
        public IdentityTicket Ticket;
        public NationalIds? Ids;
        public UInt128 Hash;
        public int Row;
    }
}
