using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace Minato.Federation.Tests;

/// <summary>The five institutional options as files (H17).</summary>
public sealed class PlanTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "plans");
    private static readonly IReadOnlyList<Plan> Plans = PlanFile.ReadFolder(Folder).Value;

    private static Plan Option(string id) => Plans.Single(p => p.Id == id);

    [Fact]
    public void The_five_options_are_there_and_hold_together()
    {
        Assert.Equal(["plan-1", "plan-2-1", "plan-2-2", "plan-3", "plan-4"], Plans.Select(p => p.Id));
        Assert.Equal(["案①", "案②-1", "案②-2", "案③", "案④"], Plans.Select(p => p.Title.Ja.Split(' ')[0]));
        Assert.All(Plans, p => Assert.All(HarbourFunctions.All, f => Assert.NotEmpty(p.Functions[f].Nodes)));
    }

    [Fact]
    public void Option_1_is_whole_on_one_node_and_needs_no_other()
    {
        var plan = NodePlan.Make(Option("plan-1"), NodeConfig.Alone("plan-1", "state")).Value;
        Assert.All(HarbourFunctions.All, f => Assert.True(plan.Runs(f)));
        Assert.All(HarbourFunctions.All, f => Assert.Null(plan.RemoteHome(f)));
    }

    [Theory]
    [InlineData("plan-1", "state", "state", "state", "state", "state")]
    [InlineData("plan-2-1", "state,operator", "state,operator", "state,operator", "state,operator", "state,operator")]
    [InlineData("plan-2-2", "state,operator", "desk", "desk", "state,operator", "desk")]
    [InlineData("plan-3", "state", "state", "operator-1,operator-2", "state", "operator-1,operator-2")]
    [InlineData("plan-4", "operator-1,operator-2", "operator-1", "operator-1,operator-2", "operator-1,operator-2", "operator-1,operator-2")]
    public void Who_collects_manages_choices_reviews_processes_and_runs_environments(
        string id, string collects, string choices, string reviews, string processes, string environments)
    {
        var plan = Option(id);
        string Homes(HarbourFunction f) => string.Join(',', plan.Functions[f].Nodes);
        Assert.Equal(
            [collects, choices, reviews, processes, environments],
            [Homes(HarbourFunction.Intake), Homes(HarbourFunction.OptOut), Homes(HarbourFunction.Review), Homes(HarbourFunction.Processing), Homes(HarbourFunction.Workspace)]);
    }

    [Fact]
    public void Only_the_bodies_an_option_speaks_of_are_in_it()
    {
        Assert.All(Option("plan-1").Nodes, n => Assert.Equal(NodeKind.State, n.Kind));
        Assert.All(Option("plan-4").Nodes, n => Assert.Equal(NodeKind.CertifiedOperator, n.Kind));
        Assert.All(Plans.Where(p => p.Id is not ("plan-1" or "plan-4")), p => Assert.Equal(2, p.Nodes.Select(n => n.Kind).Distinct().Count()));
    }

    [Fact]
    public void Where_they_share_each_kind_of_data_has_one_home()
    {
        foreach (var plan in Plans)
        {
            foreach (var category in Enum.GetValues<DataCategory>())
            {
                Assert.Single(plan.HomesFor(HarbourFunction.Intake, new DatasetId("some-data"), category, plan.Nodes[0].Id));
            }
        }

        var shared = Option("plan-2-2");
        Assert.Equal(["state"], shared.HomesFor(HarbourFunction.Intake, new DatasetId("claims"), DataCategory.Claims, "operator"));
        Assert.Equal(["operator"], shared.HomesFor(HarbourFunction.Processing, new DatasetId("charts"), DataCategory.MedicalRecord, "state"));
        Assert.Equal(["desk"], shared.HomesFor(HarbourFunction.Review, new DatasetId("charts"), DataCategory.MedicalRecord, "state"));
        Assert.Equal(["operator-1", "operator-2"], Option("plan-3").HomesFor(HarbourFunction.Workspace, new DatasetId("claims"), DataCategory.Claims, "state"));
        Assert.Equal(["operator"], Option("plan-2-1").HomesFor(HarbourFunction.Ledger, new DatasetId("claims"), DataCategory.Claims, "operator"));
    }

    [Fact]
    public void One_dataset_can_be_an_exception()
    {
        var plan = Change("plan-2-1", p => p["datasets"]!["national-claims"] = "operator").Value;
        Assert.Equal(["operator"], plan.HomesFor(HarbourFunction.Intake, new DatasetId("national-claims"), DataCategory.Claims, "state"));
        Assert.Equal(["state"], plan.HomesFor(HarbourFunction.Intake, new DatasetId("other-claims"), DataCategory.Claims, "state"));
    }

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "plan-1", "functions.Review.nodes=[\"states\"]", "plan.unknown-node" },
        { "plan-1", "functions.Review.nodes=[]", "plan.homeless" },
        { "plan-1", "functions.Review=null", "plan.homeless" },
        { "plan-1", "functions={}", "plan.homeless" },
        { "plan-1", "nodes=[]", "plan.no-node" },
        { "plan-1", "title={\"ja\":\"案①\"}", "plan.text" },
        { "plan-1", "id=\"Plan One\"", "plan.id" },
        { "plan-1", "functions.Review.nodes=[\"state\",\"state\"]", "plan.home-twice" },
        { "plan-1", "functions.Review={\"nodes\":[\"state\"]}", "plan.division" },
        { "plan-1", "functions.Review.division=\"Together\"", "plan.json" },
        { "plan-1", "functions.Revue={\"division\":\"Unified\",\"nodes\":[\"state\"]}", "plan.json" },
        { "plan-1", "reviewer=\"state\"", "plan.json" },
        { "plan-1", "sharing={\"state\":[\"Claims\"]}", "plan.sharing-unused" },
        { "plan-1", "nodes=[{\"id\":\"state\",\"name\":{\"ja\":\"国\",\"en\":\"State\"}}]", "plan.node-kind" },
        { "plan-1", "nodes=[{\"id\":\"../state\",\"kind\":\"State\"}]", "plan.node-id" },
        { "plan-2-2", "functions.OptOut.nodes=[\"state\",\"desk\"]", "plan.not-unified" },
        { "plan-2-2", "sharing.operator=[\"Claims\"]", "plan.shared-twice" },
        { "plan-2-2", "sharing.operator=[\"Image\"]", "plan.shared-by-nobody" },
        { "plan-2-2", "datasets={\"charts\":\"nobody\"}", "plan.unknown-node" },
        { "plan-2-2", "datasets={\"Charts!\":\"state\"}", "plan.dataset" },
        { "plan-2-2", "datasets={\"charts\":\"desk\"}", "plan.owner-without-function" },
        { "plan-2-2", "functions.Intake.nodes=[\"state\",\"operator\",\"desk\"]", "plan.home-without-datasets" },
        { "plan-3", "functions.Review.nodes=[\"operator-1\"]", "" },
        { "plan-4", "nodes=[{\"id\":\"operator-1\",\"name\":{\"ja\":\"一\",\"en\":\"1\"},\"kind\":\"CertifiedOperator\"},{\"id\":\"operator-1\",\"name\":{\"ja\":\"一\",\"en\":\"1\"},\"kind\":\"CertifiedOperator\"}]", "plan.node-twice" },
        { "plan-1", "nodes=[{\"id\":\"state\",\"name\":{\"ja\":\"国\",\"en\":\"State\"},\"kind\":\"State\"},{\"id\":\"idle\",\"name\":{\"ja\":\"一\",\"en\":\"1\"},\"kind\":\"State\"}]", "plan.idle-node" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_in_a_plan_is_told_with_its_place(string id, string change, string code)
    {
        var (path, value) = (change.Split('=', 2)[0].Split('.'), change.Split('=', 2)[1]);
        var outcome = Change(id, plan =>
        {
            JsonNode at = plan;
            foreach (var step in path[..^1])
            {
                at = at[step]!;
            }

            at[path[^1]] = JsonNode.Parse(value);
        });
        if (code.Length == 0)
        {
            Assert.True(outcome.IsOk);
            return;
        }

        Assert.Contains(outcome.Findings, f => f.Code == code && f.Place.File == "changed.json");
        Assert.All(outcome.Findings, f => Assert.NotEmpty(f.Remedy));
    }

    [Fact]
    public void A_member_that_is_there_twice_is_refused()
    {
        var text = File.ReadAllText(Path.Combine(Folder, "plan-1.json")).Replace("\"id\": \"plan-1\"", "\"id\": \"plan-9\", \"id\": \"plan-1\"");
        Assert.Equal("plan.json", PlanFile.Parse(Encoding.UTF8.GetBytes(text), "x.json").Findings[0].Code);
    }

    [Fact]
    public void Anything_at_all_is_answered_with_findings()
    {
        Gen.Byte.Array.Sample(bytes => Assert.NotEmpty(PlanFile.Parse(bytes, "x.json").Findings));
        var plan = File.ReadAllBytes(Path.Combine(Folder, "plan-2-2.json"));
        Gen.Select(Gen.Int[0, plan.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            byte[] changed = [.. plan];
            changed[at] = value;
            var outcome = PlanFile.Parse(changed, "x.json");
            Assert.NotEqual(outcome.IsOk, outcome.Findings.Count > 0);
        });
        Assert.Equal("plan.no-file", PlanFile.Read(Path.Combine(Folder, "none.json")).Findings[0].Code);
        Assert.Equal("plan.none", PlanFile.ReadFolder(Path.Combine(Folder, "none")).Findings[0].Code);
    }

    private static Outcome<Plan> Change(string id, Action<JsonNode> change)
    {
        var plan = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, id + ".json")))!;
        change(plan);
        return PlanFile.Parse(Encoding.UTF8.GetBytes(plan.ToJsonString()), "changed.json");
    }
}
