using System.Text;

namespace Minato.Federation.Tests;

public sealed class NodePlanTests
{
    private static readonly Plan Option3 = PlanFile.Read(Path.Combine(AppContext.BaseDirectory, "plans", "plan-3.json")).Value;
    private static readonly string Pin = new('a', 64);

    private static NodeAddress At(string node) => new(node, new Uri($"https://{node}.example:7443"), Pin);

    [Fact]
    public void A_node_says_what_it_runs_and_where_the_others_are()
    {
        var state = NodePlan.Make(Option3, new NodeConfig("plan-3", "state", null, [At("operator-1"), At("operator-2")])).Value;
        var lines = state.Describe();
        Assert.Equal("Option ③: the state collects and processes, certified operators review and run the environments", lines[0]);
        Assert.Equal("This node: State and public bodies (state)", lines[1]);
        Assert.Contains("  Linkage: here", lines);
        Assert.Contains("  Review: operator-1 (https://operator-1.example:7443/), operator-2 (https://operator-2.example:7443/) (the user chooses)", lines);
        Assert.Contains("  名寄せ・連結: ここ", state.Describe("ja"));
        Assert.Equal(2 + HarbourFunctions.All.Count, lines.Count);

        var operator2 = NodePlan.Make(Option3, new NodeConfig("plan-3", "operator-2", null, [At("state"), At("operator-1")])).Value;
        Assert.Contains("  Linkage: state (https://state.example:7443/)", operator2.Describe());
        Assert.Contains("  Secure environment: here, operator-1 (https://operator-1.example:7443/) (the user chooses)", operator2.Describe());
        Assert.Equal(At("state"), operator2.RemoteHome(HarbourFunction.Linkage));
        Assert.Null(operator2.RemoteHome(HarbourFunction.Workspace));
        Assert.True(operator2.Runs(HarbourFunction.Review));
        Assert.False(operator2.Runs(HarbourFunction.Intake));
    }

    [Fact]
    public void A_node_does_not_start_with_a_world_that_does_not_fit_its_plan()
    {
        string[] Codes(NodeConfig config) => [.. NodePlan.Make(Option3, config).Findings.Select(f => f.Code)];
        Assert.Equal(["node.other-plan"], Codes(new NodeConfig("plan-1", "state", null, [])));
        Assert.Equal(["node.unknown"], Codes(new NodeConfig("plan-3", "desk", null, [])));
        Assert.Equal(["node.no-address", "node.no-address"], Codes(new NodeConfig("plan-3", "state", null, [])));
        Assert.Equal(["node.stranger"], Codes(new NodeConfig("plan-3", "state", null, [At("operator-1"), At("operator-2"), At("operator-3")])));
    }

    [Fact]
    public void A_configuration_is_read_and_its_mistakes_are_told()
    {
        var config = Read($$"""{"plan":"plan-3","node":"state","listen":"https://0.0.0.0:7443","others":{"operator-1":{"address":"https://operator-1.example:7443","keySha256":"{{Pin}}"} } }""").Value;
        Assert.Equal(("plan-3", "state", new Uri("https://0.0.0.0:7443")), (config.Plan, config.Node, config.Listen));
        Assert.Equal([At("operator-1")], config.Others);

        string Code(string json) => Read(json).Findings[0].Code;
        Assert.Equal("node.json", Code("{"));
        Assert.Equal("node.json", Code("""{"plan":"plan-3","node":"state","pasword":"x"}"""));
        Assert.Equal("node.who", Code("null"));
        Assert.Equal("node.who", Code("""{"plan":"plan-3"}"""));
        Assert.Equal("node.address", Code("""{"plan":"plan-3","node":"state","listen":"http://0.0.0.0:1"}"""));
        Assert.Equal("node.address", Code("""{"plan":"plan-3","node":"state","others":{"operator-1":null}}"""));
        Assert.Equal("node.address", Code($$"""{"plan":"plan-3","node":"state","others":{"operator-1":{"address":"http://x","keySha256":"{{Pin}}"} } }"""));
        Assert.Equal("node.address", Code("""{"plan":"plan-3","node":"state","others":{"operator-1":{"address":"https://x","keySha256":"AA"} } }"""));
        Assert.Equal("node.other", Code("""{"plan":"plan-3","node":"state","others":{"state":null}}"""));
        Assert.Equal("node.no-file", NodeConfig.Read("/nowhere/node.json").Findings[0].Code);
    }

    private static Outcome<NodeConfig> Read(string json) => NodeConfig.Parse(Encoding.UTF8.GetBytes(json), "node.json");
}
