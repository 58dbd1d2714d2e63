namespace Minato.Linkage.Persons;

/// <summary>One merge: two persons, as first made, are one. Taken back by rule or by the desk it stays, as a tombstone's own tombstone.</summary>
/// <param name="Identities">How many identities were known when it was drawn: those of the two persons at that moment.</param>
internal sealed record MergeEdge(string Id, int Kept, int Merged, string Rule, int Identities, bool InForce);

/// <summary>
/// Persons as first made (nodes, from 0), each with a random handle, and the merges drawn over them. Nothing is ever moved or
/// forgotten: a node that was merged stays as a tombstone that leads to the person who stays.
/// </summary>
internal sealed class PersonForest
{
    private readonly Chunked<UInt128> handles = new();
    private readonly Chunked<int> kept = new();
    private readonly Dictionary<int, int[]> groups = [];
    private readonly Dictionary<string, int> edges = new(StringComparer.Ordinal);
    private readonly List<MergeEdge> inOrder = [];
    private readonly Dictionary<int, List<int>> edgesOf = [];
    private int[] byHandle = new int[1 << 12];

    public int Count => handles.Count;

    public int MergesInForce { get; private set; }

    /// <summary>Merges that were taken back.</summary>
    public int Splits { get; private set; }

    public int Add(UInt128 handle)
    {
        if ((Count + 1) * 10L > byHandle.Length * 7L)
        {
            Grow();
        }

        var node = handles.Add(handle);
        kept.Add(node);
        Put(node);
        return node;
    }

    public UInt128 HandleOf(int node) => handles[node];

    public int? Find(UInt128 handle)
    {
        var mask = byHandle.Length - 1;
        for (var at = (int)handle & mask; byHandle[at] != 0; at = (at + 1) & mask)
        {
            if (handles[byHandle[at] - 1] == handle)
            {
                return byHandle[at] - 1;
            }
        }

        return null;
    }

    /// <summary>The node that stands for the person of this node.</summary>
    public int Kept(int node) => kept[node];

    /// <summary>All nodes of the person, in the order they were made.</summary>
    public IReadOnlyList<int> Members(int node) => groups.TryGetValue(kept[node], out var all) ? all : [node];

    public MergeEdge? Edge(string id) => edges.TryGetValue(id, out var at) ? inOrder[at] : null;

    /// <summary>The merges in force between nodes of the person, in the order they were drawn.</summary>
    public IReadOnlyList<MergeEdge> EdgesOf(int node) => EdgesOf(Members(node));

    /// <summary>The nodes on either side of a merge in force: those that would still be together without it.</summary>
    public (IReadOnlySet<int> Kept, IReadOnlySet<int> Merged) Sides(MergeEdge edge)
    {
        var others = EdgesOf(edge.Kept).Where(e => e.Id != edge.Id).ToList();
        HashSet<int> Reach(int node)
        {
            HashSet<int> reached = [node];
            while (others.Any(e => reached.Contains(e.Kept) != reached.Contains(e.Merged)))
            {
                foreach (var e in others.Where(e => reached.Contains(e.Kept) || reached.Contains(e.Merged)))
                {
                    reached.Add(e.Kept);
                    reached.Add(e.Merged);
                }
            }

            return reached;
        }

        return (Reach(edge.Kept), Reach(edge.Merged));
    }

    /// <summary>Draws a merge. The person of <see cref="MergeEdge.Kept"/> stays.</summary>
    public void Merge(MergeEdge edge)
    {
        edges.Add(edge.Id, inOrder.Count);
        List(edge.Kept).Add(inOrder.Count);
        List(edge.Merged).Add(inOrder.Count);
        inOrder.Add(edge);
        if (edge.InForce)
        {
            MergesInForce++;
            Group(edge);
        }
        else
        {
            Splits++;
        }
    }

    /// <summary>Takes a merge back: the nodes that it held together fall apart where no other merge holds them.</summary>
    /// <exception cref="InvalidOperationException">It is not in force.</exception>
    public void Split(string id)
    {
        var edge = inOrder[edges[id]];
        if (!edge.InForce)
        {
            throw new InvalidOperationException($"The merge {id} is not in force.");
        }

        var members = Members(edge.Kept);
        inOrder[edges[id]] = edge with { InForce = false };
        MergesInForce--;
        Splits++;
        groups.Remove(kept[edge.Kept]);
        foreach (var node in members)
        {
            kept[node] = node;
        }

        foreach (var e in EdgesOf(members))
        {
            Group(e);
        }
    }

    private MergeEdge[] EdgesOf(IReadOnlyList<int> nodes) =>
        [.. nodes.Where(edgesOf.ContainsKey).SelectMany(n => edgesOf[n]).Distinct().Order().Select(at => inOrder[at]).Where(e => e.InForce)];

    private void Group(MergeEdge edge)
    {
        var (stays, goes) = (kept[edge.Kept], kept[edge.Merged]);
        int[] all = [.. Members(stays).Concat(Members(goes)).Distinct().Order()];
        groups.Remove(goes);
        foreach (var node in all)
        {
            kept[node] = stays;
        }

        groups[stays] = all;
    }

    private List<int> List(int node)
    {
        if (!edgesOf.TryGetValue(node, out var list))
        {
            edgesOf.Add(node, list = []);
        }

        return list;
    }

    private void Put(int node)
    {
        var mask = byHandle.Length - 1;
        var at = (int)handles[node] & mask;
        while (byHandle[at] != 0)
        {
            at = (at + 1) & mask;
        }

        byHandle[at] = node + 1;
    }

    private void Grow()
    {
        byHandle = new int[byHandle.Length * 2];
        for (var node = 0; node < Count; node++)
        {
            Put(node);
        }
    }
}
