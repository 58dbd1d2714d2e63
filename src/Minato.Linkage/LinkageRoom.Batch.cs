using System.Security.Cryptography;
using Minato.Ledger;
using Minato.Linkage.Matching;
using Minato.Linkage.Persons;
using Minato.Linkage.Pseudonyms;
using Minato.Linkage.Store;

namespace Minato.Linkage;

public sealed partial class LinkageRoom
{
    /// <summary>What one call changes: in memory at once, in the log when it is saved.</summary>
    private sealed class Batch(LinkageRoom room, string reason)
    {
        private const int IdentitiesInPage = 4096;
        private readonly Register register = room.register;
        private readonly PersonForest forest = room.forest;
        private readonly IdentityTable table = room.register.Table;
        private readonly int firstRow = room.register.Table.Count;
        private readonly int firstCorrection = room.register.Corrections.Count;
        private readonly long lastPage = room.store.LastPage;
        private readonly List<string> lines = [];
        private readonly List<UInt128> handles = [];
        private readonly Dictionary<int, int> homes = [];
        private readonly HashSet<int> touched = [];
        private readonly List<MergeEdge> merges = [];
        private readonly List<(MergeEdge Edge, string Why)> splits = [];
        private readonly List<(int Before, int After, int Day)> history = [];
        private readonly List<(Given Given, string? Undoes)> decisions = [];
        private readonly List<string> undecided = [];

        public int NewPersons => handles.Count;

        /// <summary>Where both merge into one person and neither is older by right: who stays.</summary>
        public int? Keep { get; set; }

        /// <summary>The id that the next merge gets, where the desk gave one already.</summary>
        public string? MergeId { get; set; }

        public int Ambiguous { get; private set; }

        public int Add(UInt128 hash, string line, in Traits traits, IdentityMarks marks)
        {
            lines.Add(line);
            return table.Add(hash, traits, marks);
        }

        public void Touch(int row) => touched.Add(row);

        public bool AddHistory(int before, int after, int day)
        {
            var news = table.End(before, day);
            if (before != after)
            {
                news |= register.Give(new Given("", One: true, Desk: false, [before], [after]));
            }

            if (news)
            {
                history.Add((before, after, day));
                touched.Add(before);
                touched.Add(after);
            }

            return news;
        }

        /// <param name="undoes">The merge that this word of the desk takes back.</param>
        public void Decide(Given g, string? undoes = null)
        {
            if (undoes is not null)
            {
                register.TakeBack(undoes);
            }

            register.Give(g);
            decisions.Add((g, undoes));
            touched.UnionWith(g.Left);
            touched.UnionWith(g.Right);
        }

        public void LeaveOpen(string id)
        {
            if (register.Undecided.Add(id))
            {
                undecided.Add(id);
            }
        }

        /// <summary>Finds whom the new identities may be, and makes the persons anew of every component that changed.</summary>
        public void Settle()
        {
            foreach (var (row, other) in register.FindLinks(firstRow, table.Count))
            {
                table.Unite(row, other);
            }

            var heads = new HashSet<int>();
            for (var row = firstRow; row < table.Count; row++)
            {
                heads.Add(table.Head(row));
            }

            foreach (var row in touched)
            {
                heads.Add(table.Head(row));
            }

            touched.Clear();
            Settle(register.Cluster([.. heads]));
        }

        /// <summary>Makes the persons be as clustering says, and notes what that changes.</summary>
        public void Settle(IEnumerable<Clustering> made)
        {
            foreach (var component in made)
            {
                Settle(component);
            }
        }

        public void Save()
        {
            var page = new PageWriter();
            for (var at = 0; at < lines.Count; at += IdentitiesInPage)
            {
                page.Clear();
                page.Number(firstRow + at);
                var count = Math.Min(IdentitiesInPage, lines.Count - at);
                page.Number(count);
                for (var i = at; i < at + count; i++)
                {
                    page.Number((int)(table.StateOf(firstRow + i).Marks & (IdentityMarks.Delivered | IdentityMarks.Alone)));
                    page.Text(lines[i]);
                }

                room.store.Append(PageKind.Identities, 0, page.Written);
                register.IdentityPages.Add((firstRow + at, room.store.LastPage));
            }

            SaveHomes(page);
            SavePage(PageKind.History, history, h =>
            {
                page.Number(h.Before);
                page.Number(h.After);
                page.Number(h.Day);
            });
            SavePage(PageKind.Decisions, decisions, d =>
            {
                page.Text(d.Given.Id);
                page.Number(d.Given.One ? 1 : 0);
                page.Text(d.Undoes ?? "");
                foreach (var side in (IReadOnlyList<int>[])[d.Given.Left, d.Given.Right])
                {
                    page.Number(side.Count);
                    foreach (var row in side)
                    {
                        page.Number(row);
                    }
                }
            });
            SavePage(PageKind.Open, undecided, id => page.Text(id));
            SavePage(PageKind.Merges, merges.Select(m => (Edge: m, Drawn: true)).Concat(splits.Select(s => (s.Edge, Drawn: false))).ToList(), m =>
            {
                page.Text(m.Edge.Id);
                page.Number(m.Drawn ? 1 : 0);
                page.Number(m.Edge.Kept);
                page.Number(m.Edge.Merged);
                page.Text(m.Edge.Rule);
                page.Number(m.Edge.Identities);
            });
            SavePage(PageKind.Corrections, register.Corrections[firstCorrection..], c =>
            {
                page.Number((int)c.Kind);
                page.Number(c.Node);
                page.Number(c.From);
                page.Number(c.To);
                page.Signed(c.Row);
                page.Text(c.Reason);
                page.Long(c.At);
                page.Long(c.Page);
            });

            void SavePage<T>(PageKind kind, List<T> items, Action<T> write)
            {
                if (items.Count > 0)
                {
                    page.Clear();
                    foreach (var item in items)
                    {
                        write(item);
                    }

                    room.store.Append(kind, 0, page.Written);
                }
            }
        }

        public void Tell(string stream, ActorId by, LinkageEvent e)
        {
            room.store.Tell(new Telling(stream, by, [Write(e)]), room.NewAppend());
            TellChanges();
        }

        /// <summary>Merges and splits by rule, and how many answers they correct. The desk's own word is told by the desk.</summary>
        public void TellChanges()
        {
            const int AppendAtMost = 500;
            using var citizens = room.Domain(PseudonymDomain.CitizenName);
            var told = splits.Where(s => s.Why != DeskRule).Select(s => (LinkageEvent)new LinkageEvent.PersonsSplit(s.Edge.Id, $"{room.rules.Version}: {s.Why}"))
                .Concat(merges.Where(m => m.Rule != DeskRule).Select(m => new LinkageEvent.PersonsMerged(
                    m.Id, room.CitizenOf(m.Kept, citizens).ToString(), room.CitizenOf(m.Merged, citizens).ToString(), m.Rule, $"{room.rules.Version}: {room.WordsOf(m.Rule).En}")));
            foreach (var some in told.Chunk(AppendAtMost))
            {
                room.store.Tell(new Telling(LedgerStreams.Persons, Actor.Harbour.Id, [.. some.Select(Write)]), room.NewAppend());
            }

            var corrections = register.Corrections[firstCorrection..];
            if (corrections.Count > 0)
            {
                int Count(CorrectionKind kind) => corrections.Count(c => c.Kind == kind);
                room.store.Tell(
                    new Telling(LedgerStreams.Corrections, Actor.Harbour.Id, [Write(new LinkageEvent.Corrected(Count(CorrectionKind.Merged), Count(CorrectionKind.Parted), Count(CorrectionKind.Moved), reason, register.Corrections.Count))]),
                    room.NewAppend());
            }
        }

        private void Settle(Clustering made)
        {
            var (rows, cluster) = (made.Rows, made.Cluster);
            room.Mark(made);
            Ambiguous += made.Rows.Count(row => row >= firstRow && (table.StateOf(row).Marks & IdentityMarks.Contested) != 0);
            if (IsOneKnownPerson(made))
            {
                return;
            }

            var nodes = NodesOf(made);
            var oldKept = nodes.Keys.ToDictionary(n => n, forest.Kept);
            if (nodes.Count > 0)
            {
                TakeApart(nodes);
            }

            var person = new int[made.Count];
            Array.Fill(person, -1);
            foreach (var group in nodes.GroupBy(n => n.Value.Cluster))
            {
                person[group.Key] = MergeNodes([.. group.Select(n => n.Key)], made);
            }

            for (var i = 0; i < rows.Length; i++)
            {
                var c = cluster[i];
                if (person[c] < 0)
                {
                    person[c] = NewPerson(rows[i]);
                }

                ref var state = ref table.StateOf(rows[i]);
                if (state.Home < 0)
                {
                    SetHome(rows[i], person[c]);
                }
                else if (nodes[state.Home].Cluster != c)
                {
                    register.Corrections.Add(new CorrectionRow(
                        CorrectionKind.Moved, state.Home, oldKept[state.Home], person[c], rows[i], reason, room.clock.GetUtcNow().UtcTicks, lastPage));
                    SetHome(rows[i], person[c]);
                }
            }

            foreach (var (node, (_, founder)) in nodes)
            {
                register.SetFounder(node, founder);
            }

            NoteChanges(oldKept);
        }

        /// <summary>Most components: one person, known under one name or new. Its new identities get that name.</summary>
        private bool IsOneKnownPerson(Clustering made)
        {
            var home = -1;
            foreach (var row in made.Rows)
            {
                var own = table.StateOf(row).Home;
                if (own >= 0 && home >= 0 && own != home)
                {
                    return false;
                }

                home = Math.Max(own, home);
            }

            if (made.Count > 1 || (home >= 0 && forest.Kept(home) != home))
            {
                return false;
            }

            foreach (var row in made.Rows)
            {
                if (table.StateOf(row).Home < 0)
                {
                    home = home < 0 ? NewPerson(row) : home;
                    SetHome(row, home);
                }
            }

            return true;
        }

        /// <summary>Which cluster each node goes to: where most of its identities are, and of these the first.</summary>
        private Dictionary<int, (int Cluster, int Founder)> NodesOf(Clustering made)
        {
            var nodes = new Dictionary<int, (int Cluster, int Founder)>();
            var votes = new Dictionary<(int Node, int Cluster), (int Count, int First)>();
            for (var i = 0; i < made.Rows.Length; i++)
            {
                if (table.StateOf(made.Rows[i]).Home is >= 0 and var home)
                {
                    var (count, first) = votes.GetValueOrDefault((home, made.Cluster[i]), (0, int.MaxValue));
                    votes[(home, made.Cluster[i])] = (count + 1, Math.Min(first, made.Rows[i]));
                }
            }

            foreach (var of in votes.GroupBy(v => v.Key.Node))
            {
                var most = of.OrderByDescending(v => v.Value.Count).ThenBy(v => v.Value.First).First();
                nodes.Add(of.Key, (most.Key.Cluster, most.Value.First));
            }

            return nodes;
        }

        private void TakeApart(Dictionary<int, (int Cluster, int Founder)> nodes)
        {
            if (nodes.Count == 1)
            {
                return;
            }

            foreach (var edge in nodes.Keys.SelectMany(n => forest.EdgesOf(n)).Distinct().ToList())
            {
                if (nodes[edge.Kept].Cluster != nodes[edge.Merged].Cluster)
                {
                    forest.Split(edge.Id);
                    splits.Add((edge, reason));
                }
            }
        }

        private int MergeNodes(int[] nodes, Clustering made)
        {
            var persons = nodes.Select(forest.Kept).Distinct().Order().ToList();
            var keep = Keep is { } k && persons.Contains(forest.Kept(k)) ? forest.Kept(k) : persons[0];
            foreach (var other in persons)
            {
                if (other != keep)
                {
                    var edge = new MergeEdge(MergeId ?? NewMergeId(), keep, other, RuleBetween(keep, other, made), firstRow, InForce: true);
                    MergeId = null;
                    forest.Merge(edge);
                    merges.Add(edge);
                }
            }

            return keep;
        }

        /// <summary>The rule of the step that brought the two together.</summary>
        private string RuleBetween(int keep, int other, Clustering made)
        {
            var sets = new Dictionary<int, int>();
            int Find(int row)
            {
                while (sets.TryGetValue(row, out var up) && up != row)
                {
                    row = up;
                }

                return row;
            }

            foreach (var step in made.Steps)
            {
                sets[Find(step.Right)] = Find(step.Left);
                if (Find(register.FounderOf(keep)) == Find(register.FounderOf(other)))
                {
                    return room.RuleName(step.Rank);
                }
            }

            return room.RuleName(Clusterer.ByDesk);
        }

        private void NoteChanges(Dictionary<int, int> oldKept)
        {
            foreach (var (node, old) in oldKept)
            {
                if (forest.Kept(node) is var now && now != old)
                {
                    var kind = forest.Kept(old) == now ? CorrectionKind.Merged : CorrectionKind.Parted;
                    register.Corrections.Add(new CorrectionRow(kind, node, old, now, -1, reason, room.clock.GetUtcNow().UtcTicks, lastPage));
                }
            }
        }

        private void SaveHomes(PageWriter page)
        {
            if (handles.Count + homes.Count == 0)
            {
                return;
            }

            page.Clear();
            page.Number(handles.Count);
            foreach (var handle in handles)
            {
                page.Wide(handle);
            }

            var last = 0;
            foreach (var (row, node) in homes.OrderBy(h => h.Key))
            {
                page.Number(row - last);
                page.Number(node);
                last = row;
            }

            room.store.Append(PageKind.Homes, 0, page.Written);
        }

        private int NewPerson(int founder)
        {
            Span<byte> bytes = stackalloc byte[16];
            RandomNumberGenerator.Fill(bytes);
            var handle = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
            var node = forest.Add(handle);
            handles.Add(handle);
            register.SetFounder(node, founder);
            return node;
        }

        private void SetHome(int row, int node)
        {
            table.StateOf(row).Home = node;
            homes[row] = node;
        }
    }
}
