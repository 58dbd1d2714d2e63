using System.Text;
using Minato.Access;
using Minato.Ledger.Age;
using Minato.Linkage;
using Minato.OptOut;
using Minato.Release.Enriched;
using Minato.Release.Findings;
using Minato.Release.HandingOver;
using Minato.Tests;
using Minato.Warehouse;
using static Minato.Release.Tests.Quayside;

namespace Minato.Release.Tests;

/// <summary>What a project derived goes back to the holder, row by patient, with real linkage and real choices.</summary>
public sealed class EnrichedStories : IDisposable
{
    private static readonly HolderId Hospital = new("kita-hospital");
    private static readonly DatasetId Charts = new("kita-charts");
    private static readonly Actor Clerk = new(new("clerk.kita"), Role.Holder, "Clerk", "kita-hospital");

    private readonly Village village = new();
    private readonly HandFilledOutbox outbox;
    private readonly AgeIdentity key = AgeIdentity.Create();
    private readonly LinkageRoom linkage;
    private readonly OptOutRoom optOut;
    private readonly IEnrichedData enriched;

    public EnrichedStories()
    {
        village.Access.Datasets = [new(Charts, [])];
        village.Access.Until = DateTimeOffset.UtcNow.AddYears(1);
        outbox = new(village);
        linkage = LinkageRoom.Open(new LinkageOptions(village.At("linkage"), Exit.Standards), village.Ledger, village.Keys, village.Clock);
        optOut = OptOutRoom.Open(new OptOutOptions(Exit.Standards, "opt-out-v1"), village.Ledger, village.Keys, village.Clock);
        enriched = ReleaseRoom.OpenEnriched(new ReleaseOptions(village.At("release"), Exit.Standards), village.Ledger, village.Access, outbox, linkage, optOut, Datasets, village.Clock);
    }

    private static IReadOnlyList<DatasetInfo> Datasets() => [new(Charts, Hospital, DataCategory.MedicalRecord, new("", ""))];

    public void Dispose()
    {
        linkage.Dispose();
        key.Dispose();
        village.Dispose();
    }

    private static PersonIdentity Identity(int n) => new()
    {
        InsurerNumber = "01130012", InsuredSymbol = "5", InsuredNumber = $"{1000 + n}", InsuredBranch = "00", NameKana = "ヤマダ タロウ", BirthDate = new DateOnly(1950, 1, 2).AddDays(n * 37), Sex = Sex.Male,
        LocalPatientId = n == 3 ? null : $"K,{n}", AsOf = new DateOnly(2024, 1, 1).AddDays(n),
    };

    /// <summary>Four persons, the last without a number at the hospital; the file has a row of each, in another order.</summary>
    private async Task<IReadOnlyList<Pseudonym<Project>>> PeopleAsync()
    {
        var linked = Ok(await linkage.LinkAsync(Hospital, Charts, new("d-1"), [.. Enumerable.Range(0, 4).Select(n => new IdentityTicket(n, Identity(n)))]));
        Ok(await linkage.OpenProjectAsync(Village.Permit, [Charts], village.Clock.GetUtcNow().AddYears(1), Village.Operator.Id));
        var converted = Ok(await linkage.ConvertAsync(new(Village.Permit, Charts, [.. linked.OrderBy(l => l.Ticket).Select(l => l.Person)], new("set", village.Clock.GetUtcNow(), []), Village.Operator.Id)));
        IReadOnlyList<Pseudonym<Project>> people = [.. converted.People.Select(p => p!.Value)];
        outbox.Put("risk.csv", Encoding.UTF8.GetBytes("risk,person_id\n" + string.Concat(new[] { 2, 0, 3, 1 }.Select(n => $"{n}.5,{people[n].ToGuid()}\n"))));
        return people;
    }

    private static EnrichedOffer Offer(string file = "risk.csv") =>
        new(Hospital, Exit.Run, file, "A five-year risk was added", [new DerivedColumn("risk", "Percent in five years", "A Cox model")]);

    private async Task<EnrichedView> ApprovedAsync()
    {
        var offered = Ok(await enriched.OfferAsync(Village.Permit, Offer(), Village.Researcher));
        Ok(await enriched.DecideAsync(offered.Id, true, "As described", Village.Checker));
        return Ok(await enriched.DecideAsync(offered.Id, true, "As described", Village.OtherChecker));
    }

    private async Task OpenTrayAsync() => Ok(await ReleaseRoom.OpenFindings(
        Exit.Standards, village.Ledger, village.Keys, village.Access, linkage, optOut, Datasets, village.Clock).OpenTrayAsync(Hospital, key.Recipient.ToString(), Village.Operator));

    private static string Code<T>(Outcome<T> outcome) => outcome.IsOk ? "ok" : outcome.Findings[0].Code;

    [Fact]
    public async Task The_holder_gets_each_row_under_its_own_patients_number()
    {
        var people = await PeopleAsync();
        var citizen = Ok(await linkage.IdentifyAsync(Identity(1)));
        Ok(await optOut.ChooseAsync(citizen, ChoiceScope.Everything, refuse: true, null, new Actor(new("citizen-1"), Role.Citizen, "C")));
        var approved = await ApprovedAsync();
        Assert.Equal("enriched.no-key", Code(await enriched.AnswerAsync(approved.Id, true, "Useful", Clerk)));
        await OpenTrayAsync();

        // Of four rows two go: one person has no number at the hospital, one refuses every use.
        var accepted = Ok(await enriched.AnswerAsync(approved.Id, true, "Useful", Clerk));
        Assert.Equal((EnrichedState.Accepted, 4, 2), (accepted.State, accepted.Rows, accepted.RowsSent));
        Assert.Null(enriched.VisibleTo(Village.Researcher).Single().RowsSent);
        var to = village.At("at-the-holder");
        using (var content = Ok(await enriched.FetchAsync(approved.Id, Clerk)))
        {
            Ok(SealedContainer.Open(content, key, to));
        }

        Assert.Equal("row,risk\n0,2.5\n1,0.5\n", await File.ReadAllTextAsync(Path.Join(to, "enriched.csv"), TestContext.Current.CancellationToken));
        using var sealedNumbers = File.OpenRead(Path.Join(to, "patients.csv.age"));
        using var numbers = new StreamReader(AgeFile.Read(sealedNumbers, key));
        Assert.Equal("row,patient\n0,\"K,2\"\n1,\"K,0\"\n", await numbers.ReadToEndAsync(TestContext.Current.CancellationToken));
        var description = await File.ReadAllTextAsync(Path.Join(to, "description.json"), TestContext.Current.CancellationToken);
        Assert.Contains("A Cox model", description, StringComparison.Ordinal);

        // Nowhere the project's pseudonyms, and on the ledger no row.
        var everything = description + string.Join('\n', village.Ledger.ReadAll().Select(e => Encoding.UTF8.GetString(e.Json.Span)));
        Assert.All(people, p => Assert.DoesNotContain(p.ToGuid().ToString(), everything, StringComparison.Ordinal));
        Assert.DoesNotContain("K,2", everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_holder_may_decline_and_says_why()
    {
        await PeopleAsync();
        var approved = await ApprovedAsync();
        var declined = Ok(await enriched.AnswerAsync(approved.Id, false, "We have the score already", Clerk));
        Assert.Equal((EnrichedState.Declined, "We have the score already", null), (declined.State, declined.Reasons, declined.ContainerSha256));
        Assert.Equal("enriched.not-now", Code(await enriched.FetchAsync(approved.Id, Clerk)));
        Assert.Empty(village.Ledger.ReadStream("linkage/ways-back"));
    }

    [Fact]
    public async Task Only_what_is_described_and_only_persons_of_the_project()
    {
        var people = await PeopleAsync();
        async Task<string> Offered(string csv, EnrichedOffer? offer = null)
        {
            outbox.Put("x.csv", Encoding.UTF8.GetBytes(csv));
            return Code(await enriched.OfferAsync(Village.Permit, offer ?? Offer("x.csv"), Village.Researcher));
        }

        var one = people[0].ToGuid();
        Assert.Equal("enriched.columns", await Offered($"person_id,risk,name\n{one},1,x\n"));
        Assert.Equal("enriched.columns", await Offered($"person_id\n{one}\n"));
        Assert.Equal("enriched.columns", await Offered("person_id,risk\n"));
        Assert.Equal("enriched.person", await Offered("person_id,risk\nsomebody,1\n"));
        Assert.Equal("enriched.person", await Offered($"person_id,risk\n{one},1\n{one},2\n"));
        Assert.Equal("enriched.holder", await Offered("", Offer() with { Holder = new("minami-hospital") }));
        Assert.Equal("enriched.description", await Offered("", Offer() with { Columns = [new DerivedColumn("risk", "", "m")] }));
        Assert.Equal("enriched.role", Code(await enriched.OfferAsync(Village.Permit, Offer(), Village.Stranger)));
        Assert.Equal("workspace.no-output", Code(await enriched.OfferAsync(Village.Permit, Offer("none.csv"), Village.Researcher)));

        // A stranger's pseudonym is found out by Linkage, and nothing goes.
        await OpenTrayAsync();
        outbox.Put("x.csv", Encoding.UTF8.GetBytes($"person_id,risk\n{Guid.NewGuid()},1\n"));
        var offered = Ok(await enriched.OfferAsync(Village.Permit, Offer("x.csv"), Village.Researcher));
        Ok(await enriched.DecideAsync(offered.Id, true, "Fine", Village.Checker));
        Ok(await enriched.DecideAsync(offered.Id, true, "Fine", Village.OtherChecker));
        Assert.Equal("linkage.unknown-pseudonym", Code(await enriched.AnswerAsync(offered.Id, true, "Yes", Clerk)));
        Assert.Equal(EnrichedState.Approved, enriched.VisibleTo(Clerk).Single().State);
    }

    [Fact]
    public async Task Two_look_who_have_no_part_in_it_and_only_the_holder_answers()
    {
        await PeopleAsync();
        var offered = Ok(await enriched.OfferAsync(Village.Permit, Offer(), Village.Researcher));
        Assert.Empty(enriched.VisibleTo(Clerk));
        Assert.Empty(enriched.VisibleTo(Village.Stranger));
        Assert.Equal("enriched.role", Code(await enriched.InspectAsync(offered.Id, Clerk)));
        Assert.Equal("enriched.role", Code(await enriched.DecideAsync(offered.Id, true, "Mine", Village.Researcher with { Roles = Role.Researcher | Role.OutputChecker })));
        using (var file = new StreamReader(Ok(await enriched.InspectAsync(offered.Id, Village.Checker))))
        {
            Assert.StartsWith("risk,person_id\n", await file.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        Ok(await enriched.DecideAsync(offered.Id, true, "Fine", Village.Checker));
        Assert.Equal("enriched.said-already", Code(await enriched.DecideAsync(offered.Id, true, "Fine", Village.Checker)));
        Assert.Equal("enriched.role", Code(await enriched.AnswerAsync(offered.Id, true, "Yes", Village.Checker)));
        Assert.Equal("enriched.not-now", Code(await enriched.AnswerAsync(offered.Id, true, "Yes", Clerk)));
        Assert.Equal(EnrichedState.Refused, Ok(await enriched.DecideAsync(offered.Id, false, "The method is not said", Village.OtherChecker)).State);
    }
}
