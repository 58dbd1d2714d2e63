using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Minato.Access;
using Minato.Demo;
using C = Minato.Access.ApplicationCommand;
using S = Minato.Access.ApplicationState;

namespace Minato.Tests;

/// <summary>
/// Role × state × command, through HTTP: what the published table allows is done, everything else is refused and written down. The harbour's own
/// column cannot be walked so: nobody signs in as the harbour.
/// </summary>
public sealed class EveryCellOfTheTable(TheVoyage voyage)
{
    private static readonly (Relation Relation, string Who)[] People =
    [
        (Relation.Applicant, "r-sato"), (Relation.Member, "r-tanaka"), (Relation.Reviewer, "rev-ito"), (Relation.CitizenReviewer, "rev-mori"), (Relation.Holder, "clerk-hospital"),
        (Relation.Secretariat, "operator"), (Relation.Auditor, "audit-abe"), (Relation.Public, "r-yamada"),
    ];

    /// <summary>Allowed, but only after something that these states do not hold: the reason that is given instead.</summary>
    private static readonly Dictionary<(S, string), string> Preconditions = new()
    {
        [(S.QuestionAsked, nameof(C.CloseUnanswered))] = "access.still-time",
        [(S.Approved, nameof(C.SettleFee))] = "access.no-dispute",
        [(S.Refused, nameof(C.TakeStatistics))] = "access.no-offer",
        [(S.QuestionAsked, nameof(C.AssignReviewers))] = "access.reviewer-twice",
        [(S.InReview, nameof(C.AssignReviewers))] = "access.reviewer-twice",
        [(S.InReview, nameof(C.Decide))] = "access.quorum-votes",
        [(S.InReview, nameof(C.AskHolder))] = "access.holder-asked",
        [(S.Submitted, nameof(C.AskHolder))] = "access.holder-asked",
        [(S.Permitted, nameof(C.ConfirmDuties))] = "access.confirmed",
        [(S.Ended, nameof(C.ExtendDeadline))] = "access.no-clock",
        [(S.Permitted, nameof(C.ExtendDeadline))] = "access.no-clock",
    };

    private readonly Dictionary<string, HttpClient> clients = [];

    [Fact]
    public async Task What_the_table_allows_works_and_everything_else_is_refused_and_written_down()
    {
        using var open = await SignedIn.ApiAsync(voyage, null);
        var table = (await open.GetFromJsonAsync<JsonElement>("/api/v1/permissions")).EnumerateArray()
            .SelectMany(r => r.GetProperty("commands").EnumerateArray().Select(c => (State: Enum.Parse<S>(r.GetProperty("state").GetString()!), Relation: Enum.Parse<Relation>(r.GetProperty("relation").GetString()!), Command: c.GetString()!))).ToHashSet();
        Assert.True(table.Count > 60);
        foreach (var (_, who) in People.Append((Relation.Reviewer, "rev-kato")))
        {
            clients[who] = await SignedIn.ApiAsync(voyage, who);
        }

        var (allowed, refused) = (0, 0);
        foreach (var state in Enum.GetValues<S>())
        {
            var id = await InAsync(state);
            foreach (var (relation, who) in People)
            {
                // A reviewer is one from the panel's naming on, a holder from the question on; before it they are the public.
                var seen = relation is Relation.Reviewer or Relation.CitizenReviewer && state is S.Draft or S.Submitted or S.Withdrawn
                    || relation == Relation.Holder && state is S.Draft or S.Withdrawn ? Relation.Public : relation;
                foreach (var command in CommandReader.Names)
                {
                    using var response = await SendAsync(who, id, command, Parameters(command, state));
                    var answer = await response.Content.ReadAsStringAsync();
                    var where = $"{state} × {seen} × {command}: {(int)response.StatusCode} {answer}";
                    if (!table.Contains((state, seen, command)))
                    {
                        Assert.True(response.StatusCode == HttpStatusCode.Forbidden, where);
                        Assert.Contains($"rule {state} × {seen}", answer, StringComparison.Ordinal);
                        refused++;
                        continue;
                    }

                    allowed++;
                    if (response.IsSuccessStatusCode)
                    {
                        Assert.False(Preconditions.ContainsKey((state, command)), where);
                        id = await InAsync(state);
                    }
                    else
                    {
                        Assert.True(response.StatusCode == HttpStatusCode.UnprocessableEntity && Preconditions.TryGetValue((state, command), out var code) && answer.Contains(code, StringComparison.Ordinal), where);
                    }
                }
            }
        }

        Assert.Equal(Enum.GetValues<S>().Length * People.Length * CommandReader.Names.Count, allowed + refused);
        using var written = await (await SignedIn.ApiAsync(voyage, "audit-abe")).GetAsync("/api/v1/refusals?most=1000");
        var lines = JsonDocument.Parse(await written.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(1000, lines.GetArrayLength());
        Assert.Contains(lines.EnumerateArray(), l => l.GetProperty("who").GetString() == "r-yamada" && l.GetProperty("rule").GetString()!.Contains("× Public", StringComparison.Ordinal));
    }

    private async Task<string> InAsync(S state)
    {
        var id = (await clients["r-sato"].PostAsJsonAsync("/api/v1/applications", new { })).Content.ReadFromJsonAsync<string>().Result!;
        await Do("r-sato", nameof(C.SaveDraft));
        switch (state)
        {
            case S.Draft:
                return id;
            case S.Withdrawn:
                await Do("r-sato", nameof(C.Withdraw));
                return id;
        }

        await Do("r-sato", nameof(C.Submit));
        await Do("operator", nameof(C.AskHolder));
        if (state == S.Submitted)
        {
            return id;
        }

        await Do("operator", nameof(C.AssignReviewers));
        if (state == S.QuestionAsked)
        {
            await Do("rev-ito", nameof(C.Ask));
        }

        if (state is S.InReview or S.QuestionAsked)
        {
            return id;
        }

        foreach (var reviewer in DemoStudy.Panel)
        {
            await Do(reviewer, nameof(C.CastVote), state == S.Refused ? Vote(Access.Vote.Refuse, met: false) : null);
        }

        await Do("operator", nameof(C.Decide));
        if (state is S.Refused or S.Approved)
        {
            return id;
        }

        // The member has confirmed: an invited one could not be told from one who belongs to it.
        await Do("r-tanaka", nameof(C.ConfirmDuties));
        await Do("r-sato", nameof(C.AcceptFee));
        switch (state)
        {
            case S.Suspended:
                await Do("operator", nameof(C.Suspend));
                break;
            case S.Ended:
                await Do("operator", nameof(C.End));
                break;
            case S.Applied:
                var permit = "p" + id[1..];
                id = (await clients["r-sato"].PostAsJsonAsync($"/api/v1/permits/{permit}/follow-ups/Amendment", new { })).Content.ReadFromJsonAsync<string>().Result!;
                await Do("r-sato", nameof(C.Submit));
                await Do("operator", nameof(C.AskHolder));
                await Do("operator", nameof(C.AssignReviewers));
                foreach (var reviewer in DemoStudy.Panel)
                {
                    await Do(reviewer, nameof(C.CastVote));
                }

                await Do("operator", nameof(C.Decide));
                await Do("r-sato", nameof(C.AcceptFee));
                break;
        }

        return id;

        async Task Do(string who, string command, object? parameters = null)
        {
            using var response = await SendAsync(who, id, command, parameters ?? Parameters(command, S.Draft));
            Assert.True(response.IsSuccessStatusCode, $"{command} by {who} on the way to {state}: {await response.Content.ReadAsStringAsync()}");
        }
    }

    private Task<HttpResponseMessage> SendAsync(string who, string id, string command, object parameters) => clients[who].PostAsJsonAsync($"/api/v1/applications/{id}/commands/{command}", parameters);

    private object Parameters(string command, S state) => command switch
    {
        nameof(C.SaveDraft) => new { draft = Draft() },
        nameof(C.AssignReviewers) => new { reviewers = DemoStudy.Panel },
        nameof(C.CastVote) => Vote(Access.Vote.Approve, met: true),
        nameof(C.Ask) => new { question = "q" },
        nameof(C.Answer) => new { text = "a" },
        nameof(C.InviteMember) => new { member = "somebody-new" },
        nameof(C.RemoveMember) => new { member = "r-tanaka", reason = "r" },
        nameof(C.ExtendDeadline) => new { clock = "decision", reason = "r" },
        nameof(C.AskHolder) => new { kind = state == S.Permitted ? HolderTask.Delivery : HolderTask.Feasibility, holder = Hospital, question = "q" },
        nameof(C.AnswerAsHolder) => new { kind = HolderTask.Feasibility, feasible = true, text = "a", costYen = 1000 },
        nameof(C.TakeStatistics) => new { by = new[] { "gender_concept_id" } },
        nameof(C.SettleFee) => new { reductionYen = 0, reason = "r" },
        nameof(C.ReportResults) => new { summary = new { ja = "要約", en = "Summary" }, address = "https://doi.org/10.1/x" },
        _ => new { reason = "r" },
    };

    /// <summary>The holder whose clerk can sign in.</summary>
    private string Hospital => new People(voyage.Folder).Find("clerk-hospital").Value.Affiliation;

    private object Vote(Vote vote, bool met)
    {
        var criteria = voyage.Harbour.Access.CriteriaFor(new("a-0"));
        return new { vote = vote.ToString(), reasons = "r", criteria = criteria.ToDictionary(c => c.Id, _ => met), conditions = Array.Empty<string>() };
    }

    /// <summary>The demonstration's study, with a second member.</summary>
    private JsonNode Draft()
    {
        var study = DemoStudy.Use(voyage.Harbour);
        var answers = JsonNode.Parse(File.ReadAllText(Path.Combine(TheVoyage.Root(), "standards", "application-form", "examples", "sglt2-and-kidney.json")))!;
        return new JsonObject
        {
            ["use"] = new JsonObject
            {
                ["title"] = Both(study.Title), ["plainSummary"] = Both(study.PlainSummary), ["purpose"] = study.Purpose,
                ["datasets"] = new JsonArray([.. study.Datasets.Select(d => new JsonObject
                {
                    ["dataset"] = d.Dataset.Value,
                    ["tables"] = new JsonArray([.. d.Tables.Select(t => new JsonObject { ["table"] = t.Table, ["columns"] = new JsonArray([.. t.Columns.Select(c => (JsonNode)c)]) })]),
                })]),
                ["cohortJson"] = study.CohortJson, ["studyFrom"] = "2016-01-01", ["studyTo"] = "2025-12-31", ["processingStandard"] = study.ProcessingStandard,
                ["members"] = new JsonArray("r-sato", "r-tanaka"), ["monthsOfUse"] = 12,
            },
            ["answers"] = answers,
        };
        static JsonObject Both(Bilingual text) => new() { ["ja"] = text.Ja, ["en"] = text.En };
    }
}
