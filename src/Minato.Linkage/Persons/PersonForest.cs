namespace Minato.Linkage.Persons;

/// <summary>One merge: two persons, as first made, are one. The edges in force never form a circle.</summary>
internal sealed record MergeEdge(string Id, long Sequence, int Kept, int Merged, string Rule, bool InForce);

/// <summary>
/// Persons as first made (nodes, from 0) and the merges drawn over them. Nothing is ever moved: the person who stays is
/// found by replaying the merges in force, so taking one back restores exactly what was before it.
/// </summary>
internal sealed class PersonForest
{
    private readonly List<UInt128> handles = [];
    private readonly List<int> kept = [];
    private readonly Dictionary<UInt128, int> byHandle = [];
    private readonly Dictionary<int, List<int>> groups = [];
    private readonly List<int[]> alone = [];
    private readonly Dictionary<string, MergeEdge> edges = new(StringComparer.Ordinal);
    private readonly Dictionary<int, List<string>> edgesOf = [];
    private readonly HashSet<(int, int)> apart = [];
    private readonly Dictionary<int, List<int>> apartFrom = [];

    public int Count => handles.Count;

    /// <summary>Persons after merges.</summary>
    public int Persons => handles.Count - MergesInForce;

    public int MergesInForce { get; private set; }

    public int Splits { get; private set; }

    public long NextSequence { get; private set; } = 1;

    public int Add(UInt128 handle)
    {
        byHandle.Add(handle, handles.Count);
        handles.Add(handle);
        kept.Add(handles.Count - 1);
        alone.Add([handles.Count - 1]);
        return handles.Count - 1;
    }

    public UInt128 HandleOf(int node) => handles[node];

    public int? Find(UInt128 handle) => byHandle.TryGetValue(handle, out var node) ? node : null;

    /// <summary>The node that stands for the person of this node.</summary>
    public int Kept(int node) => kept[node];

    /// <summary>All nodes of the person, in the order they were made.</summary>
    public IReadOnlyList<int> Members(int node) => groups.Count > 0 && groups.TryGetValue(kept[node], out var all) ? all : alone[node];

    public MergeEdge? Edge(string id) => edges.GetValueOrDefault(id);

    /// <summary>Draws a merge. The person of <see cref="MergeEdge.Kept"/> stays.</summary>
    /// <exception cref="InvalidOperationException">They are one person already.</exception>
    public void Merge(MergeEdge edge)
    {
        edges.Add(edge.Id, edge);
        NextSequence = Math.Max(NextSequence, edge.Sequence + 1);
        List(edgesOf, edge.Kept).Add(edge.Id);
        List(edgesOf, edge.Merged).Add(edge.Id);
        if (edge.InForce)
        {
            Draw(edge);
            MergesInForce++;
        }
        else
        {
            KeepApart(edge);
        }
    }

    /// <summary>Takes a merge back, and remembers that no rule may draw it again.</summary>
    /// <exception cref="InvalidOperationException">It is not in force.</exception>
    public void Split(string id)
    {
        var edge = edges[id];
        if (!edge.InForce)
        {
            throw new InvalidOperationException($"The merge {id} is not in force.");
        }

        var members = Members(edge.Kept).ToArray();
        groups.Remove(kept[edge.Kept]);
        edges[id] = edge with { InForce = false };
        MergesInForce--;
        KeepApart(edge);
        foreach (var node in members)
        {
            kept[node] = node;
        }

        var again = members.Where(edgesOf.ContainsKey).SelectMany(n => edgesOf[n]).Distinct().Select(e => edges[e]).Where(e => e.InForce);
        foreach (var e in again.OrderBy(e => e.Sequence))
        {
            Draw(e);
        }
    }

    /// <summary>Whether the desk has taken a merge between the two persons back.</summary>
    public bool AreKeptApart(int left, int right)
    {
        if (apart.Count == 0)
        {
            return false;
        }

        foreach (var node in Members(left))
        {
            if (apartFrom.TryGetValue(node, out var others) && others.Any(o => kept[o] == kept[right]))
            {
                return true;
            }
        }

        return false;
    }

    private void Draw(MergeEdge edge)
    {
        var (stays, goes) = (kept[edge.Kept], kept[edge.Merged]);
        if (stays == goes)
        {
            throw new InvalidOperationException($"The merge {edge.Id} joins a person with itself.");
        }

        var group = List(groups, stays);
        if (group.Count == 0)
        {
            group.Add(stays);
        }

        var joining = groups.Remove(goes, out var others) ? others : [goes];
        foreach (var node in joining)
        {
            kept[node] = stays;
        }

        group.AddRange(joining);
        group.Sort();
    }

    private void KeepApart(MergeEdge edge)
    {
        Splits++;
        if (apart.Add((edge.Kept, edge.Merged)))
        {
            List(apartFrom, edge.Kept).Add(edge.Merged);
            List(apartFrom, edge.Merged).Add(edge.Kept);
        }
    }

    private static List<T> List<T>(Dictionary<int, List<T>> of, int key)
    {
        if (!of.TryGetValue(key, out var list))
        {
            of.Add(key, list = []);
        }

        return list;
    }
}
