namespace Minato.Federation;

/// <summary>From a plan as written to a plan that holds together; collects everything that is wrong.</summary>
internal sealed class PlanCheck(string fileName)
{
    public List<Finding> Findings { get; } = [];

    /// <summary>The result is of use only where nothing was found.</summary>
    public Plan Check(WrittenPlan written)
    {
        if (!Slug.IsValid(written.Id))
        {
            Wrong("plan.id", "id", "The plan has no id of a-z, 0-9, '-'", "Name it for example plan-1");
        }

        var nodes = Nodes(written.Nodes ?? []);
        var known = nodes.Select(n => n.Id).ToHashSet(StringComparer.Ordinal);
        var functions = Functions(written.Functions ?? [], known);
        var sharing = Sharing(written.Sharing ?? [], known);
        var datasets = Datasets(written.Datasets ?? [], known);
        SharedFunctionsFit(functions, sharing, datasets);
        foreach (var idle in known.Where(n => functions.Values.All(f => !f.Nodes.Contains(n))))
        {
            Wrong("plan.idle-node", "nodes", $"The node '{idle}' runs no function", "Give it a function, or leave it out");
        }

        return new Plan(written.Id ?? "", Text(written.Title, "title"), Text(written.Summary, "summary"), nodes, functions, sharing, datasets);
    }

    private List<PlanNode> Nodes(List<WrittenNode?> written)
    {
        if (written.Count == 0)
        {
            Wrong("plan.no-node", "nodes", "The plan has no node", "Name at least one body");
        }

        var nodes = new List<PlanNode>();
        for (var i = 0; i < written.Count; i++)
        {
            var at = $"nodes[{i}]";
            if (written[i] is not { } node || !Slug.IsValid(node.Id))
            {
                Wrong("plan.node-id", at, "The node has no id of a-z, 0-9, '-'", "Name it for example state");
                continue;
            }

            if (nodes.Exists(n => n.Id == node.Id))
            {
                Wrong("plan.node-twice", at, $"The node '{node.Id}' is there twice", "Give each node an id of its own");
            }

            if (node.Kind is null)
            {
                Wrong("plan.node-kind", at + ".kind", $"The node '{node.Id}' has no kind", "Write State or CertifiedOperator");
            }

            nodes.Add(new PlanNode(node.Id, Text(node.Name, at + ".name"), node.Kind ?? NodeKind.State));
        }

        return nodes;
    }

    private Dictionary<HarbourFunction, FunctionHome> Functions(Dictionary<HarbourFunction, WrittenHome?> written, HashSet<string> known)
    {
        var functions = new Dictionary<HarbourFunction, FunctionHome>();
        foreach (var function in HarbourFunctions.All)
        {
            var at = $"functions.{function}";
            var home = written.GetValueOrDefault(function);
            var nodes = (home?.Nodes ?? []).ConvertAll(n => Known(n, at, known));
            if (nodes.Count == 0)
            {
                Wrong("plan.homeless", at, $"{function} has no home", "Say which node runs it");
            }

            if (nodes.Distinct(StringComparer.Ordinal).Count() != nodes.Count)
            {
                Wrong("plan.home-twice", at, $"{function} names a node twice", "Name each home once");
            }

            if (home is { Division: null })
            {
                Wrong("plan.division", at, $"{function} does not say how its homes divide the work", "Write Unified, ByDataset, ByChoice or Each");
            }

            if (home?.Division == Division.Unified && nodes.Count > 1)
            {
                Wrong("plan.not-unified", at, $"{function} is unified but has {nodes.Count} homes", "Name exactly one, or divide it otherwise");
            }

            functions[function] = new FunctionHome(home?.Division ?? Division.Unified, nodes, home?.Stated ?? false);
        }

        return functions;
    }

    private Dictionary<string, IReadOnlyList<DataCategory>> Sharing(Dictionary<string, List<DataCategory>?> written, HashSet<string> known)
    {
        foreach (var twice in written.Values.SelectMany(c => c ?? []).GroupBy(c => c).Where(g => g.Count() > 1))
        {
            Wrong("plan.shared-twice", "sharing", $"{twice.Key} is given away twice", "Give each kind of data to one node, and name exceptions under datasets");
        }

        return written.ToDictionary(s => Known(s.Key, "sharing", known), s => (IReadOnlyList<DataCategory>)(s.Value ?? []), StringComparer.Ordinal);
    }

    private Dictionary<string, string> Datasets(Dictionary<string, string?> written, HashSet<string> known)
    {
        if (!written.Keys.All(Slug.IsValid))
        {
            Wrong("plan.dataset", "datasets", "A dataset's id is no slug", "Write it as the catalogue does");
        }

        return written.ToDictionary(d => d.Key, d => Known(d.Value, "datasets", known), StringComparer.Ordinal);
    }

    /// <summary>A function that is divided by dataset must find a home for every dataset there can be.</summary>
    private void SharedFunctionsFit(
        Dictionary<HarbourFunction, FunctionHome> functions, Dictionary<string, IReadOnlyList<DataCategory>> sharing, Dictionary<string, string> datasets)
    {
        var divided = functions.Where(f => f.Value.Division == Division.ByDataset).ToList();
        if (divided.Count == 0)
        {
            if (sharing.Count > 0 || datasets.Count > 0)
            {
                Wrong("plan.sharing-unused", "sharing", "Datasets are shared, but no function is divided by dataset", "Leave the sharing out, or divide a function by it");
            }

            return;
        }

        var orphans = Enum.GetValues<DataCategory>().Except(sharing.Values.SelectMany(c => c)).ToList();
        if (orphans.Count > 0)
        {
            Wrong("plan.shared-by-nobody", "sharing", $"Nobody has {string.Join(", ", orphans)}", "Give each kind of data to a node");
        }

        var owners = sharing.Keys.Concat(datasets.Values).ToHashSet(StringComparer.Ordinal);
        foreach (var (function, home) in divided)
        {
            foreach (var missing in owners.Except(home.Nodes, StringComparer.Ordinal))
            {
                Wrong("plan.owner-without-function", $"functions.{function}", $"{function} is divided by dataset, but '{missing}', which has datasets, does not run it", "Name it as a home too");
            }

            foreach (var empty in home.Nodes.Except(owners, StringComparer.Ordinal))
            {
                Wrong("plan.home-without-datasets", $"functions.{function}", $"{function} is divided by dataset, but '{empty}' has no datasets", "Give it kinds of data under sharing, or leave it out");
            }
        }
    }

    private Bilingual Text(WrittenText? text, string at)
    {
        if (string.IsNullOrWhiteSpace(text?.Ja) || string.IsNullOrWhiteSpace(text.En))
        {
            Wrong("plan.text", at, "The text is not there in both languages", "Write ja and en");
        }

        return new Bilingual(text?.Ja ?? "", text?.En ?? "");
    }

    private string Known(string? node, string at, HashSet<string> known)
    {
        if (node is not null && known.Contains(node))
        {
            return node;
        }

        var shown = Slug.IsValid(node) ? node : "?";
        Wrong("plan.unknown-node", at, $"There is no node '{shown}'", $"Use one of {string.Join(", ", known.Order(StringComparer.Ordinal))}");
        return node ?? "";
    }

    private void Wrong(string code, string field, string reason, string remedy) => Findings.Add(Finding.Error(code, reason, remedy, new Place(fileName, null, field)));
}
