using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Minato.Access;
using Minato.Ledger;
using Minato.Linkage;
using Minato.OptOut;
using Minato.Tables;

namespace Minato.Processing.Tests;

/// <summary>
/// A village with a hospital and an insurer, small enough to write down: the rooms around Processing as they look from
/// its door, a real ledger and real Parquet snapshots behind them.
/// </summary>
internal sealed class Village : IDisposable
{
    public static readonly Actor Researcher = new(new("hanako"), Role.Researcher, "Hanako", "Minato University");
    public static readonly Actor Operator = new(new("operator"), Role.Operator, "Operator");

    private readonly LedgerRoom ledger;

    public Village(string standard = "pseudonymised-v1")
    {
        Folder = Directory.CreateTempSubdirectory("minato-processing-").FullName;
        Clock = new Hands();
        Keys = new KeyRing();
        ledger = LedgerRoom.Open(new LedgerOptions(Path.Join(Folder, "ledger"), "village.example/ledger"), Keys, Clock);
        Warehouse = new VillageWarehouse(Path.Join(Folder, "warehouse"));
        OptOut = new VillageChoices();
        Linkage = new VillageLinkage(OptOut);
        Access = new VillageAccess();
        Standard = standard;
        Open();
    }

    public string Folder { get; }

    public Hands Clock { get; }

    public KeyRing Keys { get; }

    public ILedger Ledger => ledger;

    public VillageWarehouse Warehouse { get; }

    public VillageLinkage Linkage { get; }

    public VillageChoices OptOut { get; }

    public VillageAccess Access { get; }

    public string Standard { get; set; }

    /// <summary>What the next permits ask for beside Parquet: tests read CSV.</summary>
    public IReadOnlyList<string> Forms { get; set; } = [ExtractionForm.Csv];

    public IProcessing Processing { get; private set; } = null!;

    public static string Standards
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!Directory.Exists(Path.Join(folder, "standards", "processing")))
            {
                folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("standards/");
            }

            return Path.Join(folder, "standards");
        }
    }

    public void Open(string? standards = null) => Processing = ProcessingRoom.Open(
        new ProcessingOptions(Path.Join(Folder, "projects"), standards ?? Standards, "test", Keys), ledger, Access, OptOut, Linkage, Warehouse, Clock);

    public Permit Grant(string id, string cohort, params DatasetGrant[] datasets)
    {
        var use = new RequestedUse(new("題", "Title"), new("概要", "Summary"), "research", datasets, cohort, new(2015, 1, 1), new(2020, 12, 31), Standard, [Researcher.Id], 12) { Forms = Forms };
        var permit = new Permit(new(id), new(id), use, [], Clock.GetUtcNow(), Clock.GetUtcNow().AddYears(1), "criteria", new("tariff", [], 0));
        Access.Permits[permit.Id] = permit;
        return permit;
    }

    public async Task<ExtractionManifest> Extract(string permit, ExtractionManifest? repeat = null) =>
        (await Processing.ExtractAsync(new(permit), Operator, repeat)).Value;

    /// <summary>A file of an extraction as text.</summary>
    public string Read(ExtractionManifest m, string file) => File.ReadAllText(Path.Join(Processing.FolderOf(new(m.Permit), m.Id), file));

    public void Dispose()
    {
        ledger.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}

internal sealed class Hands : TimeProvider
{
    private DateTimeOffset now = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

    public void Pass(TimeSpan time) => now += time;

    public override DateTimeOffset GetUtcNow() => now;
}

internal sealed class KeyRing : IKeyStore
{
    public byte[] Key(string name) => SHA256.HashData(Encoding.UTF8.GetBytes("village " + name));

    public void Destroy(string name) => throw new NotSupportedException();

    public bool IsDestroyed(string name) => false;
}

internal sealed class VillageAccess : IAccess
{
    public Dictionary<PermitId, Permit> Permits { get; } = [];

    public HashSet<PermitId> Suspended { get; } = [];

    public IReadOnlyList<ApplicationView> Published => [];

    public ApplicationForm Form => throw new NotSupportedException();

    public Outcome<Permit> InForce(PermitId permit) => Permits.TryGetValue(permit, out var p) && !Suspended.Contains(permit)
        ? p
        : Finding.Error("access.not-in-force", "The permit is not in force", "Ask the office");

    public Permit? FindPermit(PermitId permit) => Permits.GetValueOrDefault(permit);

    public Task<Outcome<ApplicationId>> CreateAsync(Actor by, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<Outcome<ApplicationView>> ExecuteAsync(ApplicationId application, ApplicationCommand command, Actor by, CancellationToken ct = default) => throw new NotSupportedException();

    public ApplicationView? Find(ApplicationId application) => null;

    public IReadOnlyList<ApplicationView> VisibleTo(Actor actor) => [];

    public IReadOnlyList<string> PermittedCommands(ApplicationId application, Actor actor) => [];
}

/// <summary>Choices by name of the person; the citizen pseudonym is the name's hash.</summary>
internal sealed class VillageChoices : IOptOut
{
    public List<(string Person, DateTimeOffset From)> Refused { get; } = [];

    public ChoicePolicy Policy => throw new NotSupportedException();

    public long PersonsRefusing => Refused.Count;

    public static Pseudonym<Citizen> Citizen(string person) => Names.Of<Citizen>("citizen", person);

    public RefusalSet RefusalsFor(IntendedUse use, DateTimeOffset asOf) =>
        new($"set-{asOf:O}", asOf, [.. Refused.Where(r => r.From <= asOf).Select(r => Citizen(r.Person))]);

    public Task<Outcome<Choice>> ChooseAsync(Pseudonym<Citizen> citizen, ChoiceScope scope, bool refuse, DateTimeOffset? from, Actor by, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<Outcome<Choice>> WithdrawAsync(Pseudonym<Citizen> citizen, string choiceId, Actor by, CancellationToken ct = default) => throw new NotSupportedException();

    public IReadOnlyList<Choice> ChoicesOf(Pseudonym<Citizen> citizen) => [];
}

internal static class Names
{
    public static Pseudonym<T> Of<T>(string domain, string person) => Pseudonym<T>.Read(SHA256.HashData(Encoding.UTF8.GetBytes($"{domain}/{person}")).AsSpan(0, 16));
}

/// <summary>Linkage with names for persons: every domain's pseudonym is a hash.</summary>
internal sealed class VillageLinkage(VillageChoices choices) : ILinkage
{
    private readonly Dictionary<Guid, string> known = [];
    private readonly HashSet<PermitId> open = [];

    public List<(string Extraction, IReadOnlyList<Pseudonym<Project>> People)> Uses { get; } = [];

    public Guid InDataset(string dataset, string person)
    {
        var id = Names.Of<Dataset>(dataset, person).ToGuid();
        known[id] = person;
        return id;
    }

    public static string InProject(string permit, string person) => Names.Of<Project>("project " + permit, person).ToGuid().ToString();

    public Task<Outcome<bool>> OpenProjectAsync(PermitId permit, IReadOnlyList<DatasetId> datasets, DateTimeOffset until, ActorId by, CancellationToken ct = default)
    {
        open.Add(permit);
        return Task.FromResult<Outcome<bool>>(true);
    }

    public Task<Outcome<Conversion>> ConvertAsync(ConversionRequest request, CancellationToken ct = default)
    {
        Assert.Contains(request.Permit, open);
        var refused = request.Refusals.Refused.ToHashSet();
        Pseudonym<Project>?[] people = [.. request.People.Select(p => known[p.ToGuid()]).Select(name =>
            refused.Contains(VillageChoices.Citizen(name)) ? (Pseudonym<Project>?)null : Names.Of<Project>("project " + request.Permit, name))];
        _ = choices;
        return Task.FromResult<Outcome<Conversion>>(new Conversion(people, people.Count(p => p is null), "epoch-1"));
    }

    public Task<Outcome<bool>> RecordUseAsync(PermitId permit, string extraction, IReadOnlyList<Pseudonym<Project>> people, CancellationToken ct = default)
    {
        Uses.Add((extraction, people));
        return Task.FromResult<Outcome<bool>>(true);
    }

    public Task<Outcome<IReadOnlyList<LinkedTicket>>> LinkAsync(HolderId holder, DatasetId dataset, DeliveryId delivery, IReadOnlyList<IdentityTicket> tickets, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<Outcome<int>> ImportHistoryAsync(IReadOnlyList<NumberHistory> changes, ActorId by, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<Outcome<bool>> CloseProjectAsync(PermitId permit, ActorId by, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<Outcome<Pseudonym<Citizen>>> IdentifyAsync(PersonIdentity identity, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<PersonalUse>> UsesOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<PersonalHolding>> HoldingsOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<Outcome<string>> MergeAsync(Pseudonym<Citizen> keep, Pseudonym<Citizen> merge, string reason, ActorId by, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<Outcome<bool>> SplitAsync(string mergeId, string reason, ActorId by, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<LinkageFigures> FiguresAsync(CancellationToken ct = default) => throw new NotSupportedException();
}
