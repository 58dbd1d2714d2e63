using System.Buffers.Binary;
using System.Security.Cryptography;
using Minato.Linkage.Matching;
using Minato.Linkage.Persons;
using Minato.Linkage.Pseudonyms;
using Minato.Linkage.Store;

namespace Minato.Linkage;

/// <summary>Deliveries and number histories in: identities to persons.</summary>
public sealed partial class LinkageRoom
{
    public async Task<Outcome<IReadOnlyList<LinkedTicket>>> LinkAsync(
        HolderId holder, DatasetId dataset, DeliveryId delivery, IReadOnlyList<IdentityTicket> tickets, CancellationToken ct = default) =>
        (await ResolveAsync(holder, dataset, delivery, tickets, ct).ConfigureAwait(false)).Map(resolved => InPseudonyms(dataset, resolved));

    /// <summary>
    /// As <see cref="LinkAsync"/>, before the persons get their name in the dataset: the handles stay inside this assembly, for
    /// a trust mode that makes pseudonyms otherwise.
    /// </summary>
    internal Task<Outcome<IReadOnlyList<ResolvedTicket>>> ResolveAsync(
        HolderId holder, DatasetId dataset, DeliveryId delivery, IReadOnlyList<IdentityTicket> tickets, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                Answer[] answers;
                var batch = new Batch(this);
                try
                {
                    using var transaction = BeginFresh();
                    answers = Link(batch, holder, dataset, delivery, tickets, ct);
                    transaction.Commit();
                }
                catch
                {
                    Load();
                    throw;
                }
                finally
                {
                    batch.Dispose();
                }

                var told = await TellAsync(ct).ConfigureAwait(false);

                // The person as first made, never the one who stays after a merge: so a split gives each their records back.
                return Outcome<IReadOnlyList<ResolvedTicket>>.Ok([.. tickets.Select((t, i) => new ResolvedTicket(t.Ticket, forest.HandleOf(answers[i].Known.Node), answers[i].Class))], Softened(told));
            },
            ct);

    public Task<Outcome<int>> ImportHistoryAsync(IReadOnlyList<NumberHistory> changes, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                var used = 0;
                var batch = new Batch(this);
                try
                {
                    using var transaction = BeginFresh();
                    foreach (var change in changes)
                    {
                        ct.ThrowIfCancellationRequested();
                        used += Import(batch, change) ? 1 : 0;
                    }

                    batch.Save();
                    Tell(batch, LedgerStreams.Deliveries, by, new LinkageEvent.HistoryImported(changes.Count, used));
                    transaction.Commit();
                }
                catch
                {
                    Load();
                    throw;
                }
                finally
                {
                    batch.Dispose();
                }

                return Outcome<int>.Ok(used, Softened(await TellAsync(ct).ConfigureAwait(false)));
            },
            ct);

    /// <summary>Sets identities of the history service apart from delivered ones in their digests.</summary>
    private const string History = "history";

    private Answer[] Link(Batch batch, HolderId holder, DatasetId dataset, DeliveryId delivery, IReadOnlyList<IdentityTicket> tickets, CancellationToken ct)
    {
        var answers = new Answer[tickets.Count];
        foreach (var group in batch.Prepare(tickets, Groups(tickets, ct), holder, dataset, delivery))
        {
            ct.ThrowIfCancellationRequested();
            group.Settle(batch, answers);
        }

        batch.Save();
        var fresh = Record(store.DeliveryRow(holder, dataset, delivery), tickets, answers);
        if (fresh.Count == 0)
        {
            return answers;
        }

        store.NoteHoldings(answers.Select(a => a.Known.Node).Distinct().Order(), dataset, clock.GetUtcNow());
        foreach (var (linkClass, count) in fresh)
        {
            ticketsByClass[linkClass] = ticketsByClass.GetValueOrDefault(linkClass) + count;
        }

        Tell(batch, LedgerStreams.Deliveries, Actor.Harbour.Id, new LinkageEvent.Linked(
            holder.Value, dataset.Value, delivery.Value, fresh.Values.Sum(), fresh.ToDictionary(p => p.Key.ToString(), p => p.Value), batch.NewPersons, batch.Ambiguous, rules.Version));
        return answers;
    }

    /// <summary>Tickets, by position, grouped by what is written in them.</summary>
    private static Dictionary<PersonIdentity, List<int>> Groups(IReadOnlyList<IdentityTicket> tickets, CancellationToken ct)
    {
        var groups = new Dictionary<PersonIdentity, List<int>>(RawIdentity.SameWriting);
        var position = 0;
        foreach (var ticket in tickets)
        {
            ct.ThrowIfCancellationRequested();
            if (!groups.TryGetValue(ticket.Identity, out var group))
            {
                groups.Add(ticket.Identity, group = []);
            }

            group.Add(position++);
        }

        return groups;
    }

    /// <summary>Writes the tickets down; one that was written before keeps the class it got then and is not counted again.</summary>
    private Dictionary<LinkClass, int> Record(long delivery, IReadOnlyList<IdentityTicket> tickets, Answer[] answers)
    {
        var fresh = new Dictionary<LinkClass, int>();
        using var book = store.TicketBook(delivery);
        for (var i = 0; i < answers.Length; i++)
        {
            var (known, linkClass) = answers[i];
            if (book.Add(tickets[i].Ticket, known.Id, linkClass, out var recorded))
            {
                fresh[linkClass] = fresh.GetValueOrDefault(linkClass) + 1;
            }
            else
            {
                answers[i] = new Answer(known, recorded);
            }
        }

        return fresh;
    }

    private IReadOnlyList<LinkedTicket> InPseudonyms(DatasetId dataset, IReadOnlyList<ResolvedTicket> resolved)
    {
        using var domain = Domain(PseudonymDomain.NameOf(dataset));
        var people = new UInt128[resolved.Count];
        for (var i = 0; i < people.Length; i++)
        {
            people[i] = resolved[i].Handle;
        }

        domain.Encrypt(people);
        return [.. resolved.Select((r, i) => new LinkedTicket(r.Ticket, new Pseudonym<Dataset>(people[i]), r.Class))];
    }

    /// <summary>The same person had both numbers: both become identities of one person, and whoever has the later one joins.</summary>
    private bool Import(Batch batch, NumberHistory change)
    {
        var ended = change.ChangedOn.DayNumber;
        var before = batch.Known(change.Before, History) ?? batch.Place(change.Before, IdentityOrigin.History, History);
        if (before.Origin == IdentityOrigin.Apart)
        {
            return false;
        }

        batch.Seen(before, 0, 0, ended);
        foreach (var same in index.OfPerson(before.Node).Where(k => k.Evidence.Number != 0 && k.Evidence.Number == before.Evidence.Number))
        {
            batch.Seen(same, 0, 0, ended);
        }

        // The later number is set down at this very person; whoever else has it then matches by number and joins.
        var after = batch.KnownAfter(change) ?? batch.PlaceAfter(change, before.Node);
        return after.Origin != IdentityOrigin.Apart;
    }

    private void Tell(Batch batch, string stream, ActorId by, LinkageEvent e)
    {
        store.Tell(new Telling(stream, by, [Write(e)]), NewAppend());
        const int AppendAtMost = 500;
        foreach (var some in batch.Merges.Chunk(AppendAtMost))
        {
            store.Tell(new Telling(LedgerStreams.Persons, Actor.Harbour.Id, [.. some.Select(Write)]), NewAppend());
        }
    }

    /// <summary>The work is done and will be told to the ledger later: that is worth a warning, not a refusal.</summary>
    private static IReadOnlyList<Finding> Softened(IReadOnlyList<Finding> untold) =>
        untold.Count == 0 ? [] : [Finding.Warning("linkage.ledger-behind", "The ledger could not be told yet; it will be at the next call", "See the ledger's own findings")];

    private readonly record struct Answer(KnownIdentity Known, LinkClass Class);

    /// <summary>Tickets with the same identity: their positions in the call, and what is known of it.</summary>
    private sealed record Group(
        PersonIdentity Identity, IReadOnlyList<int> Positions, IReadOnlyList<IdentityTicket> Tickets, Evidence? Evidence, KnownIdentity? Known, HolderId Holder, DatasetId Dataset, DeliveryId Delivery)
    {
        public void Settle(Batch batch, Answer[] answers)
        {
            var (from, to) = Days();
            if (Known is { } known)
            {
                batch.Seen(known, from, to);
                SetAll(answers, Positions, known);
            }
            else if (!Evidence!.Suffices)
            {
                foreach (var position in Positions)
                {
                    var alone = batch.Alone(Identity, Evidence, Holder, $"{Dataset}/{Delivery}/{Tickets[position].Ticket}");
                    batch.Seen(alone, from, to);
                    answers[position] = new Answer(alone, LinkClass.Unlinked);
                }
            }
            else
            {
                var placed = batch.Place(Identity, IdentityOrigin.Delivered, "", into: null, Holder, Evidence, Dataset, from, to);
                SetAll(answers, Positions, placed);
                answers[Positions[0]] = new Answer(placed, placed.JoinedBy);
            }
        }

        private static void SetAll(Answer[] answers, IReadOnlyList<int> positions, KnownIdentity known)
        {
            foreach (var position in positions)
            {
                answers[position] = new Answer(known, Again(known));
            }
        }

        /// <summary>An identity that was met before verifies itself: by its number, its local number, or its name.</summary>
        private static LinkClass Again(KnownIdentity known) =>
            known.Origin == IdentityOrigin.Apart ? LinkClass.Unlinked
            : known.JoinedBy != LinkClass.Unlinked ? known.JoinedBy
            : known.Evidence.Number != 0 || known.Evidence.Household != 0 ? LinkClass.NumberVerified
            : known.Evidence.Local != 0 ? LinkClass.LocalVerified
            : LinkClass.RuleMatched;

        private (int From, int To) Days()
        {
            var (from, to) = (0, 0);
            foreach (var position in Positions)
            {
                if (Tickets[position].Identity.AsOf is { } day)
                {
                    from = from == 0 ? day.DayNumber : Math.Min(from, day.DayNumber);
                    to = Math.Max(to, day.DayNumber);
                }
            }

            return (from, to);
        }
    }

    /// <summary>What one call adds: to memory at once, to the store when it is saved.</summary>
    private sealed class Batch(LinkageRoom room) : IDisposable
    {
        private readonly Seal seal = new(room.keys);
        private readonly MatchTokens tokens = new(room.keys);
        private readonly PseudonymDomain citizens = room.Domain(PseudonymDomain.CitizenName);
        private readonly List<(int Node, UInt128 Handle)> persons = [];
        private readonly List<(KnownIdentity Known, UInt128 Digest, string Raw)> identities = [];
        private readonly HashSet<KnownIdentity> changed = [];
        private readonly List<MergeEdge> edges = [];

        public List<LinkageEvent> Merges { get; } = [];

        public int NewPersons => persons.Count;

        public int Ambiguous { get; private set; }

        /// <summary>Richest first, then in the order of delivery: what says little finds what says more.</summary>
        public IEnumerable<Group> Prepare(IReadOnlyList<IdentityTicket> tickets, Dictionary<PersonIdentity, List<int>> groups, HolderId holder, DatasetId dataset, DeliveryId delivery)
        {
            var today = room.Today();
            var prepared = new List<Group>(groups.Count);
            foreach (var (identity, positions) in groups)
            {
                var known = Known(identity, "", holder) ?? Known(identity, dataset.Value, holder);
                var evidence = known is null ? Evidence.Of(identity, holder, today, room.classes, tokens) : null;
                prepared.Add(new Group(identity, positions, tickets, evidence, known, holder, dataset, delivery));
            }

            return prepared.OrderBy(g => g.Known is null ? 1 : 0).ThenByDescending(g => g.Evidence?.Richness ?? 0).ThenBy(g => g.Positions[0]);
        }

        public KnownIdentity? Known(PersonIdentity identity, string apart, HolderId? holder = null) => Find(Digest(identity, holder, apart));

        public KnownIdentity? KnownAfter(NumberHistory change) => Known(change.After, AfterOf(change));

        public KnownIdentity PlaceAfter(NumberHistory change, int node) => Place(change.After, IdentityOrigin.History, AfterOf(change), node);

        /// <param name="apart">What tells this identity from the same writing elsewhere; empty for a delivered one.</param>
        /// <param name="into">The person it is known to be of; null: to be found.</param>
        public KnownIdentity Place(
            PersonIdentity identity, IdentityOrigin origin, string apart, int? into = null, HolderId? holder = null, Evidence? evidence = null, DatasetId? dataset = null, int from = 0, int to = 0)
        {
            evidence ??= Evidence.Of(identity, holder, room.Today(), room.classes, tokens);
            var probe = new KnownIdentity(0, -1, evidence, origin, LinkClass.Unlinked);
            probe.Seen(from, to);
            var placement = into is { } node ? new Placement(node, null, LinkClass.Unlinked, false, room.index.Candidates(evidence)) : room.index.Place(probe);
            if (placement.Ambiguous || !evidence.Suffices)
            {
                Ambiguous += placement.Ambiguous ? 1 : 0;
                return PlaceApart(identity, evidence, holder, dataset?.Value ?? apart);
            }

            var known = Add(placement.Node ?? NewPerson(), evidence, origin, placement.Class, Digest(identity, holder, apart), RawIdentity.Line(identity, holder));
            Seen(known, from, to);
            foreach (var other in placement.Others)
            {
                JoinIfAllowed(known.Node, other);
            }

            return known;
        }

        /// <summary>A person of their own for one ticket that says too little; the same ticket again is the same person.</summary>
        public KnownIdentity Alone(PersonIdentity identity, Evidence evidence, HolderId holder, string ticket) =>
            Known(identity, ticket, holder) ?? PlaceApart(identity, evidence, holder, ticket);

        public void Seen(KnownIdentity known, int from, int to, int ended = 0)
        {
            if (known.Seen(from, to, ended))
            {
                changed.Add(known);
            }
        }

        public void JoinIfAllowed(int left, int right)
        {
            if (room.index.Joining(left, right) is not { } rule)
            {
                return;
            }

            var (older, younger) = room.forest.Kept(left) < room.forest.Kept(right) ? (left, right) : (right, left);
            var edge = new MergeEdge(NewMergeId(), room.forest.NextSequence, older, younger, rule.Id, InForce: true);
            room.forest.Merge(edge);
            edges.Add(edge);
            Merges.Add(new LinkageEvent.PersonsMerged(
                edge.Id, room.CitizenOf(older, citizens).ToString(), room.CitizenOf(younger, citizens).ToString(), rule.Id, $"{room.rules.Version}: {rule.Text.En}"));
        }

        public void Save()
        {
            room.store.AddPersons(persons);
            Span<byte> row = stackalloc byte[16];
            var rows = new List<IdentityRow>(identities.Count);
            foreach (var (known, digest, raw) in identities)
            {
                BinaryPrimitives.WriteUInt128BigEndian(row, digest);
                rows.Add(new IdentityRow(known, digest, SealedIdentity.Close(seal, known.Evidence, raw, row)));
                changed.Remove(known);
            }

            room.store.AddIdentities(rows);
            room.store.SetSeen(changed);
            foreach (var edge in edges)
            {
                room.store.AddMerge(edge);
            }
        }

        public void Dispose()
        {
            seal.Dispose();
            tokens.Dispose();
            citizens.Dispose();
        }

        /// <summary>Nobody's neighbour: no rule ever finds it again, only the same writing from the same place does.</summary>
        private KnownIdentity PlaceApart(PersonIdentity identity, Evidence evidence, HolderId? holder, string apart) =>
            Add(NewPerson(), evidence, IdentityOrigin.Apart, LinkClass.Unlinked, Digest(identity, holder, apart), RawIdentity.Line(identity, holder));

        private KnownIdentity Add(int node, Evidence evidence, IdentityOrigin origin, LinkClass joinedBy, UInt128 digest, string raw)
        {
            var known = new KnownIdentity(room.index.Identities.Count + 1, node, evidence, origin, joinedBy);
            room.index.Add(known);
            room.byDigest.Add(digest, known);
            identities.Add((known, digest, raw));
            return known;
        }

        private int NewPerson()
        {
            Span<byte> bytes = stackalloc byte[16];
            RandomNumberGenerator.Fill(bytes);
            var handle = BinaryPrimitives.ReadUInt128BigEndian(bytes);
            var node = room.forest.Add(handle);
            persons.Add((node, handle));
            return node;
        }

        private KnownIdentity? Find(UInt128 digest) => room.byDigest.GetValueOrDefault(digest);

        /// <param name="apart">What the identity alone does not say but must be told apart by: a dataset, a ticket, the history.</param>
        private UInt128 Digest(PersonIdentity identity, HolderId? holder, string apart) => tokens.Once("identity", $"{RawIdentity.Line(identity, holder)}\u001E{apart}");
    }

    private static string AfterOf(NumberHistory change) => $"{History}\u001E{RawIdentity.Line(change.Before, null)}";

    private static string NewMergeId() => $"m-{System.Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
}
