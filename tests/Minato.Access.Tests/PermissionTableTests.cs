using C = Minato.Access.ApplicationCommand;
using S = Minato.Access.ApplicationState;

namespace Minato.Access.Tests;

/// <summary>The table as its readers understand it, written a second time and independently, and tried out in every cell.</summary>
public class PermissionTableTests
{
    // A applicant, M member, R reviewer, C citizen reviewer, O asked holder, S secretariat, U auditor, H harbour, P public
    private const string Expected = """
        command          Draft Submitted InReview QuestionAsked Approved Refused Withdrawn Permitted Suspended Ended Applied
        SaveDraft        AM    -         -        AM            -        -       -         -         -         -     -
        Submit           A     -         -        -             -        -       -         -         -         -     -
        Withdraw         A     A         A        A             A        -       -         -         -         -     -
        AssignReviewers  -     S         S        S             -        -       -         -         -         -     -
        DeclareConflict  -     -         RC       RC            -        -       -         -         -         -     -
        Ask              -     S         RCS      -             -        -       -         -         -         -     -
        Answer           -     -         -        A             -        -       -         -         -         -     -
        CastVote         -     -         RC       -             -        -       -         -         -         -     -
        Decide           -     -         S        -             -        -       -         -         -         -     -
        AcceptFee        -     -         -        -             A        -       -         -         -         -     -
        Suspend          -     -         -        -             -        -       -         SH        -         -     -
        Resume           -     -         -        -             -        -       -         -         SH        -     -
        End              -     -         -        -             -        -       -         ASH       ASH       -     -
        ConfirmDuties    M     M         M        M             M        -       -         M         -         -     -
        InviteMember     -     -         -        -             -        -       -         A         -         -     -
        RemoveMember     -     -         -        -             -        -       -         ASH       ASH       -     -
        ExtendDeadline   -     S         S        -             -        -       -         S         -         S     -
        AskHolder        -     S         S        -             -        -       -         S         -         -     -
        AnswerAsHolder   -     O         O        O             -        -       -         O         -         -     -
        CloseUnanswered  -     -         -        S             -        -       -         -         -         -     -
        Appeal           -     -         -        -             -        A       -         -         -         -     -
        TakeStatistics   -     -         -        -             -        A       -         -         -         -     -
        DisputeFee       -     -         -        -             A        -       -         -         -         -     -
        SettleFee        -     -         -        -             S        -       -         -         -         -     -
        ReportResults    -     -         -        -             -        -       -         AM        A         AM    -
        """;

    private static readonly (char Letter, Relation Relation, Actor Actor)[] People =
    [
        ('A', Relation.Applicant, World.Applicant), ('M', Relation.Member, World.Member), ('R', Relation.Reviewer, World.Expert), ('C', Relation.CitizenReviewer, World.Citizen),
        ('O', Relation.Holder, World.Holder), ('S', Relation.Secretariat, World.Secretariat), ('U', Relation.Auditor, World.Auditor), ('H', Relation.Harbour, Actor.Harbour), ('P', Relation.Public, World.Stranger),
    ];

    private static readonly ApplicationCommand[] Commands =
    [
        new C.SaveDraft(World.Draft), new C.Submit(), new C.Withdraw("r"), new C.AssignReviewers([World.Substitute]), new C.DeclareConflict("r"), new C.Ask("q"), new C.Answer("a"),
        World.Approve, new C.Decide(), new C.AcceptFee(), new C.Suspend("r"), new C.Resume("r"), new C.End("r"),
        new C.ConfirmDuties(), new C.InviteMember(new("mei")), new C.RemoveMember(World.Member.Id, "r"), new C.ExtendDeadline("decision", "r"),
        new C.AskHolder(HolderTask.Feasibility, new("holder"), "q"), new C.AnswerAsHolder(HolderTask.Feasibility, true, "a", 1000), new C.CloseUnanswered(), new C.Appeal("r"),
        new C.TakeStatistics(["sex"]), new C.DisputeFee("r"), new C.SettleFee(0, "r"), new C.ReportResults(new("要約", "Summary"), "https://doi.org/10.1/x"),
    ];

    [Fact]
    public async Task Exactly_what_the_table_allows_is_allowed_in_every_state_for_everybody()
    {
        var expected = Parse();
        Assert.Equal(typeof(C).GetNestedTypes().Length, Commands.Length);
        var tried = 0;
        foreach (var state in Enum.GetValues<S>())
        {
            var (world, id) = await In(state);
            // A holder was asked, so that there is one to whom the application is something.
            var application = Rebuild(world, id) with { Holders = [new HolderExchange(HolderTask.Feasibility, new("holder"), "q", default)] };
            var rules = Rules();
            foreach (var (letter, relation, actor) in People)
            {
                // Before the panel sits there are no reviewers: then they are the public.
                var isThere = application.Reviewers.Count > 0 || relation is not (Relation.Reviewer or Relation.CitizenReviewer);
                Assert.Equal(isThere ? relation : Relation.Public, RelationOf.To(application, actor));
                foreach (var command in Commands)
                {
                    var name = command.GetType().Name;
                    var outcome = ApplicationDecisions.Decide(application, command, actor, world.Clock.Now, rules);
                    var refusedByTable = outcome.Findings.Any(f => f.Code == "access.not-permitted");
                    Assert.True(refusedByTable != expected[(name, state)].Contains(letter), $"{name} in {state} by {relation}");
                    Assert.Equal(expected[(name, state)].Contains(letter), PermissionTable.Commands(state, RelationOf.To(application, actor)).Contains(name));
                    Assert.True(letter == 'O' || PermissionTable.Commands(state, RelationOf.To(application, actor)).SequenceEqual(world.Access.PermittedCommands(id, actor)), $"{name} in {state} by {relation}");
                    if (refusedByTable)
                    {
                        Assert.False(outcome.IsOk);
                        Assert.Contains($"{state} × ", outcome.Findings[0].Reason, StringComparison.Ordinal);
                    }

                    tried++;
                }
            }
        }

        Assert.Equal(11 * 9 * 25, tried);
    }

    [Fact]
    public void An_operator_who_applies_is_an_applicant_and_nothing_else()
    {
        var application = new ApplicationCase { Id = new("a-2026-0001"), Applicant = new("office"), Affiliation = "", CreatedAt = default, State = S.Submitted };
        Assert.Equal(Relation.Applicant, RelationOf.To(application, World.Secretariat));
        Assert.Equal(Relation.Member, RelationOf.To(
            application with { Applicant = new("other"), Draft = World.Draft with { Use = World.Use with { Members = [World.Secretariat.Id] } } }, World.Secretariat));
        Assert.Equal(Relation.Reviewer, RelationOf.To(application with { Applicant = new("other"), Reviewers = [new(World.Secretariat.Id, false, "x")] }, World.Secretariat));
    }

    [Fact]
    public void The_readme_shows_the_table_as_it_is()
    {
        var readme = File.ReadAllText(Path.Combine(World.Repository, "src", "Minato.Access", "README.md"));
        Assert.Contains(PermissionTable.ToMarkdown(), readme, StringComparison.Ordinal);
    }

    private static AccessRules Rules()
    {
        string Folder(string name) => Path.Combine(World.StandardsFolder, name);
        return new(
            StandardFolder<FormStandard>.Read(Folder("application-form")), StandardFolder<PurposeStandard>.Read(Folder("purposes")),
            StandardFolder<CriteriaStandard>.Read(Folder("review-criteria")), StandardFolder<Tariff>.Read(Folder("tariffs")), StandardFolder<BodyStandard>.Read(Folder(Path.Combine("bodies", "one"))), _ => true, new TwoDatasets().Find, () => new HashSet<(string, string)>(), _ => null, _ => [], (_, _) => false,
            _ => []);
    }

    private static ApplicationCase Rebuild(World world, ApplicationId id) => world.Ledger.ReadStream($"application/{id}").Aggregate(
        (ApplicationCase?)null,
        (state, e) => ApplicationCase.Evolve(state, Minato.Ledger.EventJson.Read<AccessEvent>(e), new Stamp(id, e.Version, e.At, e.By, e.Type)))!;

    private static async Task<(World World, ApplicationId Id)> In(S state)
    {
        var world = new World();
        ApplicationId id;
        switch (state)
        {
            case S.Draft:
            case S.Submitted:
            case S.Withdrawn:
                id = await world.Created();
                await world.Do(id, World.Applicant, new C.SaveDraft(World.Draft));
                if (state != S.Draft)
                {
                    await world.Do(id, World.Applicant, state == S.Submitted ? new C.Submit() : new C.Withdraw("no time"));
                }

                break;
            case S.InReview:
                id = await world.InReview();
                break;
            case S.QuestionAsked:
                id = await world.InReview();
                await world.Do(id, World.Citizen, new C.Ask("What is a hazard ratio?"));
                break;
            case S.Approved:
                id = await world.Approved();
                break;
            case S.Refused:
                id = await world.InReview();
                foreach (var reviewer in World.Panel)
                {
                    await world.Do(id, reviewer, World.Refuse);
                }

                await world.Do(id, World.Secretariat, new C.Decide());
                break;
            case S.Applied:
                id = await world.Changed(FollowKind.Amendment);
                break;
            default:
                id = (await world.Permitted()).Application;
                if (state != S.Permitted)
                {
                    await world.Do(id, World.Secretariat, state == S.Suspended ? new C.Suspend("r") : new C.End("r"));
                }

                break;
        }

        Assert.Equal(state, world.Access.Find(id)!.State);
        return (world, id);
    }

    private static Dictionary<(string Command, S State), string> Parse()
    {
        string[][] rows = [.. Expected.Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        var states = rows[0][1..].Select(Enum.Parse<S>).ToArray();
        return rows[1..].SelectMany(r => states.Select((s, i) => (Key: (r[0], s), Letters: r[i + 1]))).ToDictionary(x => x.Key, x => x.Letters);
    }
}
