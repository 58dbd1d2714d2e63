using Minato.Linkage.Matching;
using Minato.Linkage.Persons;
using Minato.Linkage.Store;

namespace Minato.Linkage;

public sealed partial class LinkageRoom
{
    /// <summary>Components whose persons, as made out at opening, differ from what the log says; only other rules can do that.</summary>
    private IReadOnlyList<Clustering> unsettled = [];

    /// <summary>
    /// Reads the log into memory. Identities are normalised anew, so that no normal form is ever on the disk and none can be
    /// out of date; who may be whom is found anew as well.
    /// </summary>
    private sealed class Replay(LinkageRoom room)
    {
        private const int PagesAtOnce = 64;
        private readonly Register register = room.register;
        private readonly PersonForest forest = room.forest;
        private readonly IdentityTable table = room.register.Table;
        private readonly DateOnly today = room.Today();

        public void Run()
        {
            foreach (var delivery in room.store.Deliveries(after: 0))
            {
                register.AddDelivery(delivery);
            }

            try
            {
                long seq = 0;
                foreach (var pages in room.store.Pages(after: 0).Select(p => (Seq: ++seq, p.Kind, p.Topic, p.Page)).Chunk(PagesAtOnce))
                {
                    var identities = new Identity[pages.Length][];
                    Parallel.For(0, pages.Length, i => identities[i] = pages[i].Kind == PageKind.Identities ? Read(pages[i].Page) : []);
                    for (var i = 0; i < pages.Length; i++)
                    {
                        Take(pages[i].Seq, pages[i].Kind, pages[i].Topic, pages[i].Page, identities[i]);
                    }
                }
            }
            catch (Exception e) when (e is FormatException or ArgumentException or IndexOutOfRangeException or NullReferenceException)
            {
                throw new RefusedException([LinkageStore.Damaged($"a page does not say what its kind should ({e.GetType().Name})")]);
            }

            Connect();
            MakeOut();
        }

        private void Take(long seq, PageKind kind, int topic, byte[] bytes, Identity[] identities)
        {
            var page = new PageReader(bytes);
            switch (kind)
            {
                case PageKind.Identities:
                    register.IdentityPages.Add((table.Count, seq));
                    foreach (var i in identities)
                    {
                        table.Add(i.Hash, i.Traits, i.Marks);
                    }

                    break;
                case PageKind.Homes:
                    TakeHomes(page);
                    break;
                case PageKind.Seen:
                    register.Calls.Add(page.Long());
                    var dataset = register.DatasetOf(topic);
                    for (var row = 0; !page.AtEnd;)
                    {
                        row += page.Int();
                        var from = page.Int();
                        table.Widen(row, from, from + page.Int());
                        register.Holdings.Note(row, dataset, register.Calls.Count - 1);
                    }

                    break;
                case PageKind.History:
                    while (!page.AtEnd)
                    {
                        var (before, after) = (page.Int(), page.Int());
                        table.End(before, page.Int());
                        if (before != after)
                        {
                            register.Give(new Given("", One: true, Desk: false, [before], [after]));
                        }
                    }

                    break;
                case PageKind.Decisions:
                    TakeDecisions(page);
                    break;
                case PageKind.Open:
                    while (!page.AtEnd)
                    {
                        register.Undecided.Add(page.Text());
                    }

                    break;
                case PageKind.Merges:
                    while (!page.AtEnd)
                    {
                        var (id, drawn) = (page.Text(), page.Int() == 1);
                        var edge = new MergeEdge(id, page.Int(), page.Int(), page.Text(), page.Int(), InForce: true);
                        if (drawn)
                        {
                            forest.Merge(edge);
                        }
                        else
                        {
                            forest.Split(id);
                        }
                    }

                    break;
                case PageKind.Corrections:
                    while (!page.AtEnd)
                    {
                        register.Corrections.Add(new CorrectionRow((CorrectionKind)page.Int(), page.Int(), page.Int(), page.Int(), page.Signed(), page.Text(), page.Long(), page.Long()));
                    }

                    break;
                case PageKind.Tickets:
                    break;
                default:
                    throw new FormatException("There is no such kind of page.");
            }
        }

        private void TakeHomes(PageReader page)
        {
            for (var handles = page.Int(); handles > 0; handles--)
            {
                register.SetFounder(forest.Add(page.Wide()), -1);
            }

            for (var row = 0; !page.AtEnd;)
            {
                row += page.Int();
                table.StateOf(row).Home = page.Int();
                register.SetFounder(table.StateOf(row).Home, row);
            }
        }

        private void TakeDecisions(PageReader page)
        {
            while (!page.AtEnd)
            {
                var (id, one, undoes) = (page.Text(), page.Int() == 1, page.Text());
                var left = Rows(ref page);
                var right = Rows(ref page);
                if (undoes.Length > 0)
                {
                    register.TakeBack(undoes);
                }

                register.Give(new Given(id, one, Desk: true, left, right));
            }

            static int[] Rows(ref PageReader page)
            {
                var rows = new int[page.Int()];
                for (var i = 0; i < rows.Length; i++)
                {
                    rows[i] = page.Int();
                }

                return rows;
            }
        }

        /// <summary>The lines of a page of identities.</summary>
        public static string[] LinesOf(byte[] bytes)
        {
            var page = new PageReader(bytes);
            _ = page.Int();
            var lines = new string[page.Int()];
            for (var i = 0; i < lines.Length; i++)
            {
                _ = page.Int();
                lines[i] = page.Text();
            }

            return lines;
        }

        private Identity[] Read(byte[] bytes)
        {
            var page = new PageReader(bytes);
            _ = page.Int();
            var identities = new Identity[page.Int()];
            var key = room.keys.Key(WritingKey);
            for (var i = 0; i < identities.Length; i++)
            {
                var marks = (IdentityMarks)page.Int();
                var line = page.Text();
                var (identity, holder, ids) = RawIdentity.Read(line);
                identities[i] = new Identity(KeyedHash.Wide(line, key), Traits.Of(identity, holder, ids, today, room.names), marks);
            }

            return identities;
        }

        private void Connect()
        {
            const int RowsAtOnce = 1 << 16;
            for (var from = 0; from < table.Count; from += RowsAtOnce)
            {
                foreach (var (row, other) in register.FindLinks(from, Math.Min(table.Count, from + RowsAtOnce)))
                {
                    table.Unite(row, other);
                }
            }
        }

        private void MakeOut()
        {
            const int ComponentsAtOnce = 1 << 15;
            var unsettled = new List<Clustering>();
            foreach (var heads in Enumerable.Range(0, table.Count).Where(row => table.Head(row) == row).Chunk(ComponentsAtOnce))
            {
                foreach (var made in register.Cluster(heads))
                {
                    room.Mark(made);
                    if (!IsAsTheLogSays(made))
                    {
                        unsettled.Add(made);
                    }
                }
            }

            room.unsettled = unsettled;
            foreach (var made in unsettled)
            {
                foreach (var row in made.Rows)
                {
                    register.SetFounder(table.StateOf(row).Home, row);
                }
            }
        }

        private bool IsAsTheLogSays(Clustering made)
        {
            Span<int> persons = made.Count <= 64 ? stackalloc int[made.Count] : new int[made.Count];
            persons.Fill(-1);
            for (var i = 0; i < made.Rows.Length; i++)
            {
                var home = table.StateOf(made.Rows[i]).Home;
                if (home < 0)
                {
                    return false;
                }

                var kept = forest.Kept(home);
                ref var person = ref persons[made.Cluster[i]];
                if (person >= 0 && person != kept)
                {
                    return false;
                }

                person = kept;
            }

            persons.Sort();
            for (var i = 1; i < persons.Length; i++)
            {
                if (persons[i] == persons[i - 1])
                {
                    return false;
                }
            }

            return true;
        }

        private readonly record struct Identity(UInt128 Hash, Traits Traits, IdentityMarks Marks);
    }
}
