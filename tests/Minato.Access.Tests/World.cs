using System.Text.Json;
using Minato.Catalogue;
using Minato.Ledger;

namespace Minato.Access.Tests;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class StoppedClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;

    public void Pass(double days) => Now = Now.AddDays(days);
}

/// <summary>Two datasets, as the catalogue would describe them.</summary>
internal sealed class TwoDatasets : ICatalogue
{
    public IReadOnlyList<DatasetDescription> All { get; } = [Dataset("claims", DataCategory.Claims), Dataset("records", DataCategory.MedicalRecord)];

    public DatasetDescription? Find(DatasetId dataset) => All.FirstOrDefault(d => d.Dataset.Id == dataset);

    public Task<Outcome<bool>> DescribeAsync(DatasetId dataset, HolderDescription description, Actor by, CancellationToken ct = default) => throw new NotSupportedException();

    public IReadOnlyList<DatasetDescription> Search(string text) => throw new NotSupportedException();

    public string ToJsonLd(DatasetId? dataset, Uri baseUri) => throw new NotSupportedException();

    public Task<Outcome<bool>> AttestAsync(DatasetId dataset, Actor by, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<Outcome<bool>> JudgeLabelAsync(DatasetId dataset, LabelStanding standing, string reason, Actor by, CancellationToken ct = default) => throw new NotSupportedException();

    public string ToTurtle(DatasetId? dataset, Uri baseUri) => throw new NotSupportedException();

    public string ToJsonLd(int from, int count, Uri baseUri) => throw new NotSupportedException();

    public string ToTurtle(int from, int count, Uri baseUri) => throw new NotSupportedException();

    public DateTimeOffset? ChangedAt => null;

    public void Refresh(IProgress<Step>? progress = null) { }

    private static DatasetDescription Dataset(string id, DataCategory category) => new(
        new(new(id), new("holder"), category, new($"{id}の見本", $"{id} sample")), null, "s1", 1000, new Dictionary<string, long?> { ["condition_occurrence"] = 5000 },
        new DateOnly(2015, 4, 1), new DateOnly(2024, 3, 31), new Dictionary<string, double>(),
        [.. new[] { "person_id", "condition_concept_id", "condition_start_date" }.Select(c => new VariableDescription("condition_occurrence", c, "Text", 5000, 0, null, null, []))]);
}

/// <summary>The people, the standards of the repository, and one application written well.</summary>
internal sealed class World
{
    public World(DateTimeOffset? start = null)
    {
        Clock = new StoppedClock(start ?? new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));
        Ledger = new MemoryLedger(Clock);
        Access = AccessRoom.Open(new AccessOptions(StandardsFolder), Ledger, Keys, new TwoDatasets(), Clock);
    }

    public static string Repository { get; } = FindRepository();

    /// <summary>The repository's own standards, with a processing standard that is this test's own.</summary>
    public static string StandardsFolder { get; } = MakeStandards();

    public StoppedClock Clock { get; }

    public MemoryLedger Ledger { get; }

    public IAccessDesk Access { get; }

    public static IKeyStore Keys { get; } = new OneKey();

    public static Actor Applicant { get; } = new(new("aoi"), Role.Researcher, "Aoi", "Minato Medical University");

    public static Actor Member { get; } = new(new("ren"), Role.Researcher, "Ren", "Minato Medical University");

    /// <summary>Of the holder of both datasets.</summary>
    public static Actor Holder { get; } = new(new("haru"), Role.Holder, "Haru", "holder");

    public static Actor Secretariat { get; } = new(new("office"), Role.Operator, "Office", "Harbour authority");

    public static Actor Auditor { get; } = new(new("audit"), Role.Auditor, "Auditor", "Board of audit");

    public static Actor Stranger { get; } = new(new("somebody"), Role.Researcher | Role.Reviewer | Role.Citizen | Role.Holder | Role.OutputChecker, "Somebody", "Elsewhere");

    public static Actor Expert { get; } = new(new("sato"), Role.Reviewer, "Sato", "Kita University");

    public static Actor OtherExpert { get; } = new(new("suzuki"), Role.Reviewer, "Suzuki", "Minami Hospital");

    public static Actor Citizen { get; } = new(new("tanaka"), Role.CitizenReviewer | Role.Citizen, "Tanaka");

    public static Actor Substitute { get; } = new(new("ito"), Role.Reviewer, "Ito", "Nishi Institute");

    public static IReadOnlyList<Actor> Panel { get; } = [Expert, OtherExpert, Citizen];

    public static RequestedUse Use { get; } = new(
        new("糖尿病の薬と腎臓", "Diabetes medicines and the kidney"),
        new("二つの薬のどちらが腎臓を守るかを調べます。", "We study which of two medicines protects the kidney."),
        "research",
        [
            new(new("claims"), [new("condition_occurrence", ["person_id", "condition_concept_id"])]),
            new(new("records"), [new("condition_occurrence", ["person_id", "condition_start_date"])]),
        ],
        """{"ConceptSets":[],"PrimaryCriteria":{}}""",
        new(2016, 1, 1), new(2023, 12, 31), "pseudonymised-v1", [Applicant.Id, Member.Id], 12);

    public static ApplicationDraft Draft { get; } = new(Use, ExampleAnswers());

    public static IReadOnlyDictionary<string, bool> AllMet { get; } = Met();

    public static IReadOnlyDictionary<string, bool> Met(params string[] except)
    {
        var criteria = StandardFolder<CriteriaStandard>.Read(Path.Combine(Repository, "standards", "review-criteria")).InForce(DateTimeOffset.UnixEpoch.AddYears(56));
        return criteria.Criteria.ToDictionary(c => c.Id, c => !except.Contains(c.Id));
    }

    public static ApplicationCommand.CastVote Approve { get; } = new(Vote.Approve, "Sound and useful.", AllMet, []);

    public static ApplicationCommand.CastVote Refuse { get; } = new(Vote.Refuse, "Too much data for the question.", Met("necessity"), []);

    public static ApplicationDraft With(string field, string answer) => Draft with { Answers = new Dictionary<string, string>(Draft.Answers) { [field] = answer } };

    public async Task<ApplicationId> Created() => (await Access.CreateAsync(Applicant)).Value;

    public async Task<ApplicationView> Do(ApplicationId id, Actor by, ApplicationCommand command) => (await Access.ExecuteAsync(id, command, by)).Value;

    public async Task<IReadOnlyList<string>> Refused(ApplicationId id, Actor by, ApplicationCommand command)
    {
        var outcome = await Access.ExecuteAsync(id, command, by);
        Assert.False(outcome.IsOk, $"{command.GetType().Name} was accepted");
        return [.. outcome.Findings.Select(f => f.Code)];
    }

    public async Task<ApplicationId> InReview()
    {
        var id = await Created();
        await Do(id, Applicant, new ApplicationCommand.SaveDraft(Draft));
        await Do(id, Applicant, new ApplicationCommand.Submit());
        await Do(id, Secretariat, new ApplicationCommand.AssignReviewers(Panel));
        return id;
    }

    public async Task<ApplicationId> Approved()
    {
        var id = await InReview();
        foreach (var reviewer in Panel)
        {
            await Do(id, reviewer, Approve);
        }

        await Do(id, Secretariat, new ApplicationCommand.Decide());
        return id;
    }

    public async Task<Permit> Permitted()
    {
        var id = await Approved();
        await Do(id, Member, new ApplicationCommand.ConfirmDuties());
        return (await Do(id, Applicant, new ApplicationCommand.AcceptFee())).Permit!;
    }

    /// <summary>A permit, and an application that changed it.</summary>
    public async Task<ApplicationId> Changed(FollowKind kind, Func<ApplicationDraft, ApplicationDraft>? change = null)
    {
        var permit = await Permitted();
        var id = (await Access.FollowAsync(new FollowUp(permit.Id, kind), Applicant)).Value;
        var draft = Access.Find(id)!.Draft!;
        await Do(id, Applicant, new ApplicationCommand.SaveDraft(change?.Invoke(draft) ?? draft));
        await Do(id, Applicant, new ApplicationCommand.Submit());
        await Do(id, Secretariat, new ApplicationCommand.AssignReviewers(Panel));
        foreach (var reviewer in Panel)
        {
            await Do(id, reviewer, Approve);
        }

        await Do(id, Secretariat, new ApplicationCommand.Decide());
        await Do(id, Applicant, new ApplicationCommand.AcceptFee());
        return id;
    }

    private static Dictionary<string, string> ExampleAnswers()
    {
        var answers = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(Path.Combine(Repository, "standards", "application-form", "examples", "sglt2-and-kidney.json")))!;
        return answers;
    }

    private static string MakeStandards()
    {
        var folder = Directory.CreateTempSubdirectory("minato-access-").FullName;
        foreach (var name in new[] { "application-form", "purposes", "review-criteria", "tariffs", "clocks", "calendars", "attachments", Path.Combine("bodies", "one"), Path.Combine("bodies", "shared") })
        {
            var to = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository, "standards", name), "*.json"))
            {
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
            }
        }

        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "processing")).FullName, "pseudonymised-v1.json"), """{"id":"pseudonymised","version":"1.0.0"}""");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }

    private static string FindRepository()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Minato.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("The repository's root was not found above the tests");
    }
}

internal sealed class OneKey : IKeyStore
{
    public byte[] Key(string name) => System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name));

    public void Destroy(string name) => throw new NotSupportedException();

    public bool IsDestroyed(string name) => false;
}
