using System.Collections.Concurrent;
using Minato.Linkage.Matching;
using Minato.Linkage.Store;

namespace Minato.Linkage.Persons;

/// <summary>A correction as the room keeps it: in nodes, to be told to each domain in its own pseudonyms.</summary>
/// <param name="Node">The node whose person changed; of a move, the node that the records were answered under.</param>
/// <param name="Row">Of a move: the identity. Otherwise -1.</param>
/// <param name="Page">The last page of the log before the call: tickets written up to it are concerned.</param>
internal readonly record struct CorrectionRow(CorrectionKind Kind, int Node, int From, int To, int Row, string Reason, long At, long Page);

/// <summary>All that the room knows, in memory: identities, what is given about them, where they were delivered, what is in doubt.</summary>
internal sealed class Register(LinkRules rules, PersonForest forest)
{
    private readonly Dictionary<int, List<Given>> givenOf = [];
    private readonly List<Given> given = [];
    private readonly Dictionary<int, IReadOnlyList<Doubt>> doubts = [];
    private readonly Chunked<int> founders = new();
    private readonly Dictionary<string, int> datasets = new(StringComparer.Ordinal);
    private readonly List<DeliveryRow> deliveries = [];
    private readonly Dictionary<int, int> datasetOf = [];
    private readonly ConcurrentBag<Worker> workers = [];

    public IdentityTable Table { get; } = new(rules.Weights);

    public Holdings Holdings { get; } = new();

    public List<CorrectionRow> Corrections { get; } = [];

    /// <summary>When each call that carried records was made, in ticks; the first has number 1.</summary>
    public List<long> Calls { get; } = [0];

    /// <summary>Where the identities stand in the log: the first row of each page, and the page.</summary>
    public List<(int First, long Page)> IdentityPages { get; } = [];

    /// <summary>Cases that the desk looked at and left open.</summary>
    public HashSet<string> Undecided { get; } = new(StringComparer.Ordinal);

    public IEnumerable<Doubt> Doubts => doubts.Values.SelectMany(d => d);

    public int DoubtsOpen => doubts.Values.Sum(d => d.Count);

    public IEnumerable<string> Datasets => datasets.Keys;

    public int LastDelivery => deliveries.Count == 0 ? 0 : deliveries[^1].Id;

    public IEnumerable<DeliveryRow> DeliveriesOf(DatasetId dataset) => deliveries.Where(d => d.Dataset == dataset);

    public void AddDelivery(DeliveryRow row)
    {
        if (!datasets.TryGetValue(row.Dataset.Value, out var dataset))
        {
            datasets.Add(row.Dataset.Value, dataset = datasets.Count);
        }

        deliveries.Add(row);
        datasetOf.Add(row.Id, dataset);
    }

    /// <summary>The number of the delivery's dataset.</summary>
    public int DatasetOf(int delivery) => datasetOf[delivery];

    public int? DatasetNumber(string dataset) => datasets.TryGetValue(dataset, out var number) ? number : null;

    public void SetFounder(int node, int row)
    {
        while (founders.Count <= node)
        {
            founders.Add(-1);
        }

        founders[node] = row;
    }

    public int FounderOf(int node) => founders[node];

    /// <summary>The identities of the person of this node.</summary>
    public int[] RowsOf(int node)
    {
        var kept = forest.Kept(node);
        return [.. Table.Component(founders[node]).Where(row => forest.Kept(Table.StateOf(row).Home) == kept)];
    }

    public bool Give(Given g)
    {
        if (!g.Desk && g.One && givenOf.TryGetValue(g.Left[0], out var known) && known.Any(k => !k.Desk && k.Left[0] == g.Left[0] && k.Right[0] == g.Right[0]))
        {
            return false;
        }

        given.Add(g);
        foreach (var row in g.Left.Concat(g.Right))
        {
            if (!givenOf.TryGetValue(row, out var list))
            {
                givenOf.Add(row, list = []);
            }

            list.Add(g);
        }

        if (g.One)
        {
            foreach (var row in g.Left.Concat(g.Right))
            {
                Table.Unite(g.Left[0], row);
            }
        }

        return true;
    }

    /// <summary>Takes back what a merge or case gave. Identities that only it brought together are still looked at together, which changes nothing.</summary>
    public void TakeBack(string id)
    {
        foreach (var g in given.Where(g => g.Id == id).ToList())
        {
            given.Remove(g);
            foreach (var row in g.Left.Concat(g.Right))
            {
                givenOf[row].Remove(g);
            }
        }
    }

    /// <summary>
    /// Earlier identities that each of these may be one person with, in pairs. On all cores; reads only.
    /// </summary>
    public IReadOnlyList<(int Row, int Other)> FindLinks(int from, int to)
    {
        var found = new ConcurrentBag<List<(int, int)>>();
        Spread(to - from, 512, (worker, first, last) =>
        {
            var mine = new List<(int, int)>();
            var links = new List<int>();
            for (var row = from + first; row < from + last; row++)
            {
                links.Clear();
                Table.FindLinks(row, worker.Rules, links);
                foreach (var other in links)
                {
                    mine.Add((row, other));
                }
            }

            found.Add(mine);
        });
        return [.. found.SelectMany(f => f)];
    }

    /// <summary>The persons in each of these components, by what is known now. On all cores; reads only.</summary>
    public Clustering[] Cluster(IReadOnlyList<int> heads)
    {
        var made = new Clustering[heads.Count];
        Spread(heads.Count, 64, (worker, first, last) =>
        {
            for (var i = first; i < last; i++)
            {
                var members = Table.Component(heads[i]);
                made[i] = worker.Cluster(members, GivenOf(members));
            }
        });
        return made;
    }

    public void SetDoubts(int[] members, IReadOnlyList<Doubt> open)
    {
        if (doubts.Count > 0)
        {
            foreach (var row in members)
            {
                doubts.Remove(row);
            }
        }

        if (open.Count > 0)
        {
            doubts[Table.Head(members[0])] = open;
        }
    }

    public Levels Compare(int a, int b) => Traits.Compare(Table.TraitsOf(a), Table.TraitsOf(b));

    /// <summary>What is given about a component: the desk's words in the order they were spoken, histories in the order of their content.</summary>
    private IReadOnlyList<Given> GivenOf(int[] members)
    {
        if (givenOf.Count == 0)
        {
            return [];
        }

        List<Given>? all = null;
        foreach (var row in members)
        {
            if (givenOf.TryGetValue(row, out var list))
            {
                (all ??= []).AddRange(list);
            }
        }

        return all is null ? [] : [.. all.Distinct()
            .OrderBy(g => g.Desk ? given.IndexOf(g) : int.MaxValue)
            .ThenBy(g => Table.StateOf(g.Left[0]).Hash).ThenBy(g => Table.StateOf(g.Right[0]).Hash)];
    }

    private void Spread(int count, int least, Action<Worker, int, int> work)
    {
        if (count <= least)
        {
            With(worker => work(worker, 0, count));
            return;
        }

        Parallel.ForEach(Partitioner.Create(0, count, least), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, range => With(worker => work(worker, range.Item1, range.Item2)));
    }

    private void With(Action<Worker> work)
    {
        if (!workers.TryTake(out var worker))
        {
            worker = new Worker(rules, Table);
        }

        work(worker);
        workers.Add(worker);
    }

    /// <summary>What one thread needs for itself.</summary>
    private sealed class Worker(LinkRules rules, IdentityTable table)
    {
        private readonly ComponentView view = new(table);
        private Clusterer? clusterer;

        public RuleMemory Rules { get; } = new(rules);

        public Clustering Cluster(int[] members, IReadOnlyList<Given> given)
        {
            view.Look(members);
            return (clusterer ??= new Clusterer(Rules, view)).Cluster(members, given);
        }
    }
}
