using System.Text;
using System.Text.Json;
using Minato.Access;
using Minato.Ledger.Age;
using Minato.Linkage;
using Minato.OptOut;
using Minato.Release.Findings;
using Minato.Tests;
using Minato.Warehouse;

namespace Minato.Release.Tests;

/// <summary>A finding on its way: from a project's pseudonym to the holder's own patient, with real linkage and real choices, and nobody on the way knows both ends.</summary>
public sealed class FindingStories : IDisposable
{
    private static readonly HolderId Hospital = new("kita-hospital");
    private static readonly HolderId Insurer = new("kita-insurer");
    private static readonly DatasetId Charts = new("kita-charts");
    private static readonly DatasetId Claims = new("kita-claims");
    private static readonly Actor Physician = new(new("rev.ishi"), Role.Reviewer, "Ishi", "An institute");
    private static readonly Actor Clerk = new(new("clerk.kita"), Role.Holder, "Clerk", "kita-hospital");

    private readonly Village village = new();
    private readonly AgeIdentity hospitalsKey = AgeIdentity.Create();
    private readonly AgeIdentity insurersKey = AgeIdentity.Create();
    private readonly LinkageRoom linkage;
    private readonly OptOutRoom optOut;
    private readonly IFindingsRelay relay;

    public FindingStories()
    {
        village.Access.Datasets = [new(Charts, []), new(Claims, [])];
        linkage = LinkageRoom.Open(new LinkageOptions(village.At("linkage"), Exit.Standards), village.Ledger, village.Keys, village.Clock);
        optOut = OptOutRoom.Open(new OptOutOptions(Exit.Standards, "opt-out-v1"), village.Ledger, village.Keys, village.Clock);
        relay = ReleaseRoom.OpenFindings(
            Exit.Standards, village.Ledger, village.Keys, village.Access, linkage, optOut,
            () => [new DatasetInfo(Charts, Hospital, DataCategory.MedicalRecord, new("", "")), new DatasetInfo(Claims, Insurer, DataCategory.Claims, new("", ""))], village.Clock);
    }

    public void Dispose()
    {
        linkage.Dispose();
        hospitalsKey.Dispose();
        insurersKey.Dispose();
        village.Dispose();
    }

    private static PersonIdentity Identity(int n, string? local) => new()
    {
        InsurerNumber = "01130012", InsuredSymbol = "5", InsuredNumber = $"{1000 + n}", InsuredBranch = "00", NameKana = "ヤマダ タロウ", BirthDate = new DateOnly(1950, 1, 2).AddDays(n * 37), Sex = Sex.Male,
        LocalPatientId = local, AsOf = new DateOnly(2024, 1, 1).AddDays(n),
    };

    /// <summary>Three persons of the hospital, the third without a number there; all known to the insurer, which has no numbers of its own.</summary>
    private async Task<IReadOnlyList<Pseudonym<Project>>> PeopleAsync()
    {
        Quayside.Ok(await linkage.LinkAsync(Insurer, Claims, new("d-1"), [.. Enumerable.Range(0, 3).Select(n => new IdentityTicket(n, Identity(n, null)))]));
        var linked = Quayside.Ok(await linkage.LinkAsync(Hospital, Charts, new("d-2"), [.. Enumerable.Range(0, 3).Select(n => new IdentityTicket(n, Identity(n, n == 2 ? null : $"K-{n}")))]));
        Quayside.Ok(await linkage.OpenProjectAsync(Village.Permit, [Charts, Claims], village.Clock.GetUtcNow().AddYears(1), Village.Operator.Id));
        var converted = Quayside.Ok(await linkage.ConvertAsync(new(Village.Permit, Charts, [.. linked.OrderBy(l => l.Ticket).Select(l => l.Person)], new("set", village.Clock.GetUtcNow(), []), Village.Operator.Id)));
        foreach (var (holder, key) in new[] { (Hospital, hospitalsKey), (Insurer, insurersKey) })
        {
            Quayside.Ok(await relay.OpenTrayAsync(holder, key.Recipient.ToString(), Village.Operator));
        }

        return [.. converted.People.Select(p => p!.Value)];
    }

    private static FindingReport Report(Pseudonym<Project> person, string evidence = "Potassium 7.1, twice") => new(person, "critical-laboratory", FindingUrgency.Urgent, evidence, "j-1");

    private async Task<FindingView> PassedOnAsync(Pseudonym<Project> person)
    {
        var reported = Quayside.Ok(await relay.ReportAsync(Village.Permit, Report(person), Village.Researcher));
        Assert.Equal("Potassium 7.1, twice", Quayside.Ok(await relay.ReadAsync(reported.Id, Physician)).Evidence);
        return Quayside.Ok(await relay.DecideAsync(reported.Id, true, "Needs action", Physician));
    }

    private static string Code<T>(Outcome<T> outcome) => outcome.IsOk ? "ok" : outcome.Findings[0].Code;

    private static JsonElement Open(byte[] sealedFile, AgeIdentity key)
    {
        using var content = AgeFile.Read(new MemoryStream(sealedFile), key);
        return JsonDocument.Parse(content).RootElement.Clone();
    }

    [Fact]
    public async Task It_reaches_the_holder_of_the_patient_and_only_the_holder_reads_who_and_what()
    {
        var people = await PeopleAsync();
        var passed = await PassedOnAsync(people[1]);
        var notice = Quayside.Ok(await relay.LookIntoTrayAsync(Hospital, Clerk)).Single();
        Assert.Equal("K-1", Open(notice.Address, hospitalsKey).GetProperty("patient").GetString());
        var content = Open(notice.Content, hospitalsKey);
        Assert.Equal((passed.Id, "critical-laboratory", "Potassium 7.1, twice", "Needs action"), (content.GetProperty("finding").GetString(), content.GetProperty("kind").GetString(), content.GetProperty("evidence").GetString(), content.GetProperty("reasons").GetString()));
        Assert.Throws<InvalidDataException>(() => Open(notice.Address, insurersKey));

        // The address says nothing of the finding, the content nothing of the person: neither the patient's number nor the project's pseudonym.
        Assert.DoesNotContain("Potassium", Open(notice.Address, hospitalsKey).GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(people[1].ToString(), content.GetRawText().Replace("-", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("K-1", content.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_want_to_know_is_not_told_and_nobody_can_tell()
    {
        var people = await PeopleAsync();
        var citizen = Quayside.Ok(await linkage.IdentifyAsync(Identity(0, null)));
        Assert.True(optOut.WantsToKnow(citizen));
        Assert.Equal("choice.not-yours", Code(await optOut.SayWhetherToTellAsync(citizen, false, Village.Researcher)));
        Quayside.Ok(await optOut.SayWhetherToTellAsync(citizen, false, new Actor(new("citizen-1"), Role.Citizen, "C")));
        Assert.False(optOut.WantsToKnow(citizen));

        // The same use of the data as before: the two choices do not touch each other.
        Assert.Empty(optOut.ChoicesOf(citizen));

        // Not wanted, without a way, not of the project, and delivered: to everybody but the holder they look the same.
        FindingView[] all = [await PassedOnAsync(people[0]), await PassedOnAsync(people[2]), await PassedOnAsync(new Pseudonym<Project>(7)), await PassedOnAsync(people[1])];
        Assert.All(all, f => Assert.Equal((FindingState.PassedOn, "Needs action"), (f.State, f.Reasons)));
        var events = all.Select(f => village.Ledger.ReadStream($"finding/{f.Id}").Select(e => (e.Type, e.Json.Length)).ToList()).ToList();
        Assert.All(events, e => Assert.Equal(events[0], e));
        Assert.Equal(4, village.Ledger.ReadStream("linkage/ways-back").Count);
        Assert.Equal(all[3].Id, Quayside.Ok(await relay.LookIntoTrayAsync(Hospital, Clerk)).Single().Id);

        // Told again, from now on.
        Quayside.Ok(await optOut.SayWhetherToTellAsync(citizen, true, new Actor(new("citizen-1"), Role.Citizen, "C")));
        var later = await PassedOnAsync(people[0]);
        Assert.Contains(Quayside.Ok(await relay.LookIntoTrayAsync(Hospital, Clerk)), n => n.Id == later.Id);
    }

    [Fact]
    public async Task Who_may_what()
    {
        var people = await PeopleAsync();
        Assert.Equal("finding.role", Code(await relay.ReportAsync(Village.Permit, Report(people[0]), Village.Stranger)));
        Assert.Equal("finding.kind", Code(await relay.ReportAsync(Village.Permit, Report(people[0]) with { Kind = "gossip" }, Village.Researcher)));
        Assert.Equal("finding.words", Code(await relay.ReportAsync(Village.Permit, Report(people[0], new string('あ', FindingReport.LongestEvidence + 1)), Village.Researcher)));
        var reported = Quayside.Ok(await relay.ReportAsync(Village.Permit, Report(people[0], new string('"', FindingReport.LongestEvidence)), Village.Researcher));

        foreach (var wrong in new[] { Village.Researcher, Village.Checker, Clerk, Village.Operator })
        {
            Assert.Equal("finding.role", Code(await relay.ReadAsync(reported.Id, wrong)));
            Assert.Equal("finding.role", Code(await relay.DecideAsync(reported.Id, true, "Yes", wrong)));
        }

        Assert.Equal("finding.role", Code(await relay.ReadAsync(reported.Id, Village.Researcher with { Roles = Role.Researcher | Role.Reviewer })));
        Assert.Equal("finding.role", Code(await relay.LookIntoTrayAsync(Insurer, Clerk)));
        Assert.Equal("finding.role", Code(await relay.OpenTrayAsync(Hospital, hospitalsKey.Recipient.ToString(), Clerk)));
        Assert.Equal("finding.tray", Code(await relay.OpenTrayAsync(Hospital, "age1nothing", Village.Operator)));
        Assert.Equal("finding.tray", Code(await relay.OpenTrayAsync(new("nobody"), hospitalsKey.Recipient.ToString(), Village.Operator)));
        Assert.Empty(relay.VisibleTo(Village.Stranger));
        Assert.Single(relay.VisibleTo(Village.Colleague));

        Assert.Equal(FindingState.Declined, Quayside.Ok(await relay.DecideAsync(reported.Id, false, "Known and treated", Physician)).State);
        Assert.Equal("finding.decided", Code(await relay.DecideAsync(reported.Id, true, "Yes", Physician)));
        Assert.Equal(new FindingFigures(1, 0, 1), relay.Figures);
        Assert.Empty(Quayside.Ok(await relay.LookIntoTrayAsync(Hospital, Clerk)));
    }

    [Fact]
    public async Task Neither_the_ledger_nor_what_is_kept_shows_what_was_found_about_whom()
    {
        var people = await PeopleAsync();
        await PassedOnAsync(people[1]);
        var said = string.Join('\n', village.Ledger.ReadAll().Select(e => e.Stream + Encoding.UTF8.GetString(e.Json.Span)));
        foreach (var secret in new[] { "Potassium", "K-1", people[1].ToString(), people[1].ToGuid().ToString(), "ヤマダ" })
        {
            Assert.DoesNotContain(secret, said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_closed_project_finds_nobody_any_more()
    {
        var people = await PeopleAsync();
        var reported = Quayside.Ok(await relay.ReportAsync(Village.Permit, Report(people[1]), Village.Researcher));
        Quayside.Ok(await linkage.CloseProjectAsync(Village.Permit, Village.Operator.Id));
        Assert.Equal("linkage.project-closed", Code(await relay.DecideAsync(reported.Id, true, "Needs action", Physician)));
        Assert.Equal(FindingState.Reported, relay.VisibleTo(Physician).Single().State);
    }
}
