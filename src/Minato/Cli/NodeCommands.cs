using System.CommandLine;
using Minato.Federation;
using Minato.Ledger;
using Minato.Linkage;

namespace Minato.Cli;

/// <summary>Plans, nodes, and what this machine lacks.</summary>
internal static class NodeCommands
{
    public static Command Plans()
    {
        var plan = new Argument<string>("plan") { Description = "Plan id, for example plan-2-2" };
        return Verb.Group("plan", "The institutional options, as files",
            Verb.Plain("list", "Lists the plans", [], (_, _) => Task.FromResult(PlanFile.ReadFolder(PlansFolder).Map(all => (object?)all.Select(p => new { p.Id, ja = p.Title.Ja, en = p.Title.En, nodes = string.Join(", ", p.Nodes.Select(n => n.Id)) }).ToList()))),
            Verb.Plain("show", "Shows which node runs which function", [plan], (p, _) => Task.FromResult(PlanFile.Read(PathOf(p.GetValue(plan)!)).Map(x => (object?)x.Nodes.Select(n => new
            {
                node = n.Id, ja = n.Name.Ja, en = n.Name.En, functions = string.Join(", ", x.FunctionsOf(n.Id)),
            }).ToList()))));
    }

    public static Command Node()
    {
        var listen = new Option<string>("--listen") { Required = true, Description = "https address to listen at, for example https://127.0.0.1:7443" };
        var callers = new Option<string[]>("--caller") { Required = true, Description = "Public-key SHA-256 (hex) of a node that may call (may be repeated)" };
        var name = new Option<string>("--name") { DefaultValueFactory = _ => "linkage", Description = "This node's id in the plan" };
        var linkage = new Command("linkage", "Runs Linkage alone on this node, for the other nodes of the plan") { listen, callers, name };
        linkage.SetAction(async (p, ct) =>
        {
            var options = Verb.OptionsOf(p);
            Directory.CreateDirectory(options.Folder);
            using var keys = Harbour.OpenKeys(options.Folder);
            using var ledger = LedgerRoom.Open(new LedgerOptions(Path.Combine(options.Folder, "ledger"), "minato.example/linkage"), keys, TimeProvider.System);
            using var room = LinkageRoom.Open(new LinkageOptions(Path.Combine(options.Folder, "linkage"), Path.Combine(options.RulesFolder, "standards")), ledger, keys, TimeProvider.System);
            using var self = NodeIdentity.From(keys, p.GetValue(name)!, TimeProvider.System);
            try
            {
                await using var node = await LinkageNode.StartAsync(room, self, new Uri(p.GetValue(listen)!), p.GetValue(callers)!, null, ct).ConfigureAwait(false);

                // One line that a script can read: where, and with which key.
                Console.Out.WriteLine($"linkage at {node.Address} key {self.KeySha256}");
                await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
            }
            catch (RefusedException e)
            {
                return Printing.Print(Outcome<object?>.Refused(e.Findings), p.GetValue(Verb.Json));
            }

            return 0;
        });
        return Verb.Group("node", "This node among the others of its plan",
            Verb.Plain("key", "The public-key SHA-256 by which other nodes know this one", [name], (p, _) =>
            {
                using var keys = Harbour.OpenKeys(Verb.OptionsOf(p).Folder);
                using var self = NodeIdentity.From(keys, p.GetValue(name)!, TimeProvider.System);
                return Task.FromResult(Verb.Value(self.KeySha256));
            }),
            Verb.Plain("describe", "What this node runs, and where the others are (from node.json)", [], (p, _) =>
                Task.FromResult(NodeStart.Read(Verb.OptionsOf(p).Folder, PlansFolder).Map(n => (object?)n.Describe()))),
            linkage);
    }

    public static Command Doctor() => Verb.Plain("doctor", "Says what this machine gives and lacks", [], (p, _) =>
    {
        var lines = new List<string>
        {
            $"code {Harbour.CodeVersion}",
            $"rules {Rules.Folder} {(Directory.Exists(Path.Combine(Rules.Folder, "standards")) ? "" : "(no standards/ there: set MINATO_RULES)")}",
            $"cores {Environment.ProcessorCount}, memory {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MiB",
        };
        var folder = Directory.CreateTempSubdirectory("minato-doctor-").FullName;
        try
        {
            using var harbour = Harbour.Open(new HarbourOptions(folder, Rules.Folder));
            var sandbox = harbour.Workspace.Sandbox;
            lines.Add(sandbox.IsOk ? $"sandbox {sandbox.Value}" : $"no sandbox: {string.Join("; ", sandbox.Findings)}");
            return Task.FromResult(sandbox.IsOk ? Verb.Value(lines) : Outcome<object?>.Refused(sandbox.Findings));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    });

    private static string PlansFolder => Path.Combine(Rules.Folder, "plans");

    private static string PathOf(string plan) => Path.Combine(PlansFolder, Slug.Check(plan, "plan id") + ".json");
}

/// <summary>The node's place in its plan: <c>node.json</c> in its folder; without one, it is the whole of option ①.</summary>
internal static class NodeStart
{
    public static Outcome<NodePlan> Read(string folder, string plansFolder) => Config(folder).Then(c => Slug.IsValid(c.Plan)
        ? PlanFile.Read(Path.Combine(plansFolder, c.Plan + ".json")).Then(plan => NodePlan.Make(plan, c))
        : Finding.Error("node.plan", "The plan's name is not well formed", "Name one of plans/", new Place(PathIn(folder), null, "plan")));

    public static Outcome<NodeConfig> Config(string folder) =>
        File.Exists(PathIn(folder)) ? NodeConfig.Read(PathIn(folder)) : Outcome<NodeConfig>.Ok(NodeConfig.Alone("plan-1", "state"));

    private static string PathIn(string folder) => Path.Combine(folder, "node.json");
}
