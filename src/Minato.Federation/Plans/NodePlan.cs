namespace Minato.Federation;

/// <summary>A plan seen from one of its nodes: what runs here, and where the rest is.</summary>
public sealed class NodePlan
{
    private NodePlan(Plan plan, NodeConfig config) => (Plan, Config) = (plan, config);

    public Plan Plan { get; }

    public NodeConfig Config { get; }

    public string Node => Config.Node;

    /// <summary>Fits a node's configuration to its plan: the node is known, and every node whose functions it needs has an address.</summary>
    public static Outcome<NodePlan> Make(Plan plan, NodeConfig config)
    {
        var findings = new List<Finding>();
        if (config.Plan != plan.Id)
        {
            findings.Add(Finding.Error("node.other-plan", $"The node is configured for '{config.Plan}', the plan is '{plan.Id}'", "Start the node with its own plan"));
        }

        if (plan.Nodes.All(n => n.Id != config.Node))
        {
            findings.Add(Finding.Error("node.unknown", $"The plan '{plan.Id}' has no node '{config.Node}'", $"Use one of {string.Join(", ", plan.Nodes.Select(n => n.Id))}"));
        }

        foreach (var stranger in config.Others.Where(o => plan.Nodes.All(n => n.Id != o.Node)))
        {
            findings.Add(Finding.Error("node.stranger", $"An address is given for '{stranger.Node}', which the plan '{plan.Id}' does not have", "Leave it out, or correct its id"));
        }

        if (findings.Count == 0)
        {
            findings.AddRange(Needed(plan, config.Node).Where(n => config.Others.All(o => o.Node != n)).Select(n =>
                Finding.Error("node.no-address", $"The node '{n}' has functions that this one needs, but no address is given for it", "Add it under others, with its key")));
        }

        return findings.Count > 0 ? Outcome<NodePlan>.Refused(findings) : new NodePlan(plan, config);
    }

    public bool Runs(HarbourFunction function) => Plan.Functions[function].Nodes.Contains(Node);

    /// <summary>The one other node that has the function; null where it runs here.</summary>
    /// <exception cref="InvalidOperationException">The function has several homes: ask <see cref="Plan.HomesFor"/> with the dataset.</exception>
    public NodeAddress? RemoteHome(HarbourFunction function) =>
        Runs(function) ? null
        : Plan.Functions[function].Nodes is [var only] ? AddressOf(only)
        : throw new InvalidOperationException($"{function} has several homes under {Plan.Id}");

    /// <exception cref="InvalidOperationException">No address was given, because this node does not need that one.</exception>
    public NodeAddress AddressOf(string node) => Config.Others.First(o => o.Node == node);

    /// <summary>What the node prints when it starts: who it is, what it runs, and where everything else is.</summary>
    public IReadOnlyList<string> Describe(string language = "en")
    {
        var ja = language == "ja";
        var name = Plan.Node(Node).Name.In(language);
        var lines = new List<string> { Plan.Title.In(language), ja ? $"このノード: {name} ({Node})" : $"This node: {name} ({Node})" };
        foreach (var function in HarbourFunctions.All)
        {
            var home = Plan.Functions[function];
            var places = home.Nodes.OrderBy(n => n != Node).Select(n =>
                n == Node ? (ja ? "ここ" : "here")
                : Config.Others.FirstOrDefault(o => o.Node == n) is { } other ? $"{n} ({other.Address})"
                : n);
            lines.Add($"  {function.Name().In(language)}: {string.Join(ja ? "、" : ", ", places)}{HowDivided(home, ja)}");
        }

        return lines;
    }

    private static IEnumerable<string> Needed(Plan plan, string node) =>
        plan.Functions.Values
            .Where(home => !(home.Division == Division.Each && home.Nodes.Contains(node)))
            .SelectMany(home => home.Nodes)
            .Where(n => n != node)
            .Distinct(StringComparer.Ordinal);

    private static string HowDivided(FunctionHome home, bool ja) => (home.Division, ja) switch
    {
        _ when home.Nodes.Count < 2 => "",
        (Division.ByDataset, true) => "(データごとに分担)",
        (Division.ByDataset, false) => " (each its own datasets)",
        (Division.ByChoice, true) => "(利用者が選択)",
        (Division.ByChoice, false) => " (the user chooses)",
        (_, true) => "(各機関がそれぞれ)",
        (_, false) => " (each for itself)",
    };
}
