namespace Minato.Federation;

public enum NodeKind
{
    /// <summary>国・公的機関.</summary>
    State,

    /// <summary>認定事業者.</summary>
    CertifiedOperator,
}

/// <summary>A body that runs a node.</summary>
public sealed record PlanNode(string Id, Bilingual Name, NodeKind Kind);

/// <summary>How the homes of one function divide the work among them.</summary>
public enum Division
{
    /// <summary>One home for everything: 一元化.</summary>
    Unified,

    /// <summary>Each home has the datasets that are its own: 分担.</summary>
    ByDataset,

    /// <summary>Several homes offer the same; the user chooses one for the project (H5).</summary>
    ByChoice,

    /// <summary>Each home runs the function for itself.</summary>
    Each,
}

/// <summary>Where a function runs. <paramref name="Stated"/>: the report says so; otherwise it is inferred, and the file may be changed.</summary>
public sealed record FunctionHome(Division Division, IReadOnlyList<string> Nodes, bool Stated);

/// <summary>
/// One of the institutional options 案①–④ (H17), as a file in <c>plans/</c>: which bodies there are, which functions each
/// runs, and, where they share by dataset, whose datasets are whose.
/// </summary>
/// <param name="Sharing">Node → the kinds of data that it collects; used by functions divided <see cref="Division.ByDataset"/>.</param>
/// <param name="Datasets">Exceptions from <paramref name="Sharing"/>: dataset → node.</param>
public sealed record Plan(
    string Id,
    Bilingual Title,
    Bilingual Summary,
    IReadOnlyList<PlanNode> Nodes,
    IReadOnlyDictionary<HarbourFunction, FunctionHome> Functions,
    IReadOnlyDictionary<string, IReadOnlyList<DataCategory>> Sharing,
    IReadOnlyDictionary<string, string> Datasets)
{
    /// <exception cref="InvalidOperationException">The plan has no such node.</exception>
    public PlanNode Node(string id) => Nodes.First(n => n.Id == id);

    /// <summary>The functions that the node runs, in the order of the voyage.</summary>
    public IReadOnlyList<HarbourFunction> FunctionsOf(string node) => [.. HarbourFunctions.All.Where(f => Functions[f].Nodes.Contains(node))];

    /// <summary>The node whose datasets these are, where they are shared; null where the plan shares nothing.</summary>
    public string? OwnerOf(DatasetId dataset, DataCategory category) =>
        Datasets.TryGetValue(dataset.Value, out var node) ? node : Sharing.FirstOrDefault(s => s.Value.Contains(category)).Key;

    /// <summary>Where the function is done for a dataset, seen from a node: one node, or several to choose from (<see cref="Division.ByChoice"/>).</summary>
    public IReadOnlyList<string> HomesFor(HarbourFunction function, DatasetId dataset, DataCategory category, string seenFrom)
    {
        var home = Functions[function];
        return home.Division switch
        {
            Division.ByDataset when OwnerOf(dataset, category) is { } owner => [owner],
            Division.Each when home.Nodes.Contains(seenFrom) => [seenFrom],
            _ => home.Nodes,
        };
    }
}
