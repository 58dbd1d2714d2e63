using System.Security.Cryptography;
using System.Text;
using Minato.Access;
using Minato.Ledger;
using Minato.Processing;
using Minato.Tables;
using Minato.Workspace;

namespace Minato.Tests;

/// <summary>A small place with one permit and its extraction of 400 people: real ledger, real files, real sandbox.</summary>
public sealed class Village : IDisposable
{
    public static readonly PermitId Permit = new("p-2026-0001");
    public static readonly PermitId Other = new("p-2026-0002");
    public static readonly Actor Researcher = new(new ActorId("r.sato"), Role.Researcher, "Sato", "Kita University");
    public static readonly Actor Colleague = new(new ActorId("r.kudo"), Role.Researcher, "Kudo", "Kita University");
    public static readonly Actor Operator = new(new ActorId("o.hara"), Role.Operator, "Hara", "The harbour");
    public static readonly Actor Stranger = new(new ActorId("r.mori"), Role.Researcher, "Mori", "Minami University");
    public static readonly Actor Checker = new(new ActorId("c.ueda"), Role.OutputChecker, "Ueda", "The harbour");
    public static readonly Actor OtherChecker = new(new ActorId("c.endo"), Role.OutputChecker, "Endo", "An institute");
    public const int People = 400;

    private readonly string folder;
    private readonly bool isKept;
    private readonly LedgerRoom ledger;
    private readonly List<IDisposable> rooms = [];

    /// <param name="at">A folder that is kept, for what is opened again; null: one of its own.</param>
    public Village(string? at = null)
    {
        isKept = at is not null;
        folder = at is null ? Directory.CreateTempSubdirectory("minato-village-").FullName : Directory.CreateDirectory(at).FullName;
        ledger = LedgerRoom.Open(new LedgerOptions(At("ledger"), "village.example/ledger"), Keys, TimeProvider.System);
        Processing = new VillageProcessing(At("projects"));
        Processing.Extract(Permit);
        Access = new VillageAccess();
    }

    public VillageKeys Keys { get; } = new();

    public ILedger Ledger => ledger;

    public VillageAccess Access { get; }

    public VillageProcessing Processing { get; }

    /// <summary>The hands of the workspace's clock.</summary>
    public ShiftedClock Clock { get; } = new();

    public string At(string room) => Path.Join(folder, room);

    public IWorkspace OpenWorkspace(Func<WorkspaceOptions, WorkspaceOptions>? change = null)
    {
        var options = new WorkspaceOptions(At("workspace"), new JobLimits(WallSeconds: 60, CpuSeconds: 60, MemoryMiB: 1024, Processes: 64, ScratchMiB: 64)) { WorkMiB = 64 };
        var room = WorkspaceRoom.Open(change?.Invoke(options) ?? options, Ledger, Keys, Access, Processing, Clock);
        rooms.Add((IDisposable)room);
        return room;
    }

    public void Dispose()
    {
        rooms.ForEach(r => r.Dispose());
        ledger.Dispose();
        if (!isKept)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>The time of this machine, and as much later as a test likes.</summary>
public sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Later { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Later;
}

/// <summary>Keys that are the same each time, and forget nothing but what was destroyed.</summary>
public sealed class VillageKeys : IKeyStore
{
    private readonly HashSet<string> destroyed = [];

    public byte[] Key(string name) => IsDestroyed(name) ? throw new KeyDestroyedException(name) : SHA256.HashData(Encoding.UTF8.GetBytes("village " + name));

    public void Destroy(string name)
    {
        lock (destroyed)
        {
            destroyed.Add(name);
        }
    }

    public bool IsDestroyed(string name)
    {
        lock (destroyed)
        {
            return destroyed.Contains(name);
        }
    }
}

/// <summary>Permits without the way to them.</summary>
public sealed class VillageAccess : IAccess
{
    public bool Suspended { get; set; }

    public DateTimeOffset Until { get; set; } = DateTimeOffset.MaxValue;

    public IReadOnlyList<DatasetGrant> Datasets { get; set; } = [];

    /// <summary>The certified user whom the permits name.</summary>
    public string? HandOverTo { get; set; }

    public Permit? FindPermit(PermitId permit) =>
        new(permit, new ApplicationId("a-2026-0001"),
            new RequestedUse(new("題", "Title"), new("要約", "Summary"), "research", Datasets, "{}", new(2016, 1, 1), new(2025, 12, 31), "standard-v1", [Village.Researcher.Id, Village.Colleague.Id], 12) { HandOverTo = HandOverTo },
            [], DateTimeOffset.UnixEpoch, Until, "criteria-v1", new FeeQuote("tariff-v1", [], 0));

    public Outcome<Permit> InForce(PermitId permit) =>
        Suspended ? Finding.Error("access.not-in-force", "The permit is suspended", "Ask the operator") : FindPermit(permit)!;

    public Task<Outcome<ApplicationId>> CreateAsync(Actor by, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<Outcome<ApplicationView>> ExecuteAsync(ApplicationId application, ApplicationCommand command, Actor by, CancellationToken ct = default) => throw new NotSupportedException();

    public ApplicationView? Find(ApplicationId application) =>
        new(application, new ActorId("r.head"), "Kita University", ApplicationState.Permitted, null, [], [], [], [], null, null, [], null, null, DateTimeOffset.UnixEpoch, null, null, 1);

    public IReadOnlyList<ApplicationView> VisibleTo(Actor actor) => throw new NotSupportedException();

    public IReadOnlyList<string> PermittedCommands(ApplicationId application, Actor actor) => throw new NotSupportedException();

    public IReadOnlyList<ApplicationView> Published => throw new NotSupportedException();

    public ApplicationForm Form => throw new NotSupportedException();
}

/// <summary>An extraction written by hand: a table in Parquet and CSV, and the cohort.</summary>
public sealed class VillageProcessing(string folder) : IProcessing
{
    private readonly List<ExtractionManifest> made = [];

    public static string PersonId(int person) => Guid.Parse($"0f5e0000-0000-4000-8000-{person * 7919:x12}").ToString();

    public void Extract(PermitId permit)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{permit} {made.Count}")));
        var data = Directory.CreateDirectory(Path.Join(FolderOf(permit, id), "data")).FullName;
        if (!File.Exists(Path.Join(FolderOf(permit, id), "cohort.csv")))
        {
            Write(data);
            File.WriteAllText(Path.Join(FolderOf(permit, id), "cohort.csv"), string.Join('\n', Enumerable.Range(1, Village.People).Select(PersonId).Prepend("subject_id")) + "\n");
        }

        made.Add(new ExtractionManifest(
            id, permit.Value, new Dictionary<string, string>(), "standard-v1", "0", "0", "1", "", [], [], Village.People, [], DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(made.Count)));
    }

    public ErasedExtractions Erase(PermitId permit)
    {
        var all = new DirectoryInfo(Path.Join(folder, permit.Value));
        var files = all.Exists ? all.GetFiles("*", SearchOption.AllDirectories) : [];
        if (all.Exists)
        {
            all.Delete(recursive: true);
        }

        return new(files.Length, files.Sum(f => f.Length));
    }

    private static void Write(string data)
    {
        using var session = TablesRoom.OpenSession();
        const string person = """
            select cast('0f5e0000-0000-4000-8000-' || lpad(printf('%x', i * 7919), 12, '0') as uuid) as person_id,
                   case when i % 2 = 0 then 'F' else 'M' end as sex,
                   cast(1930 + (i * 13) % 70 as bigint) as year_of_birth,
                   case when i % 4 = 0 then 'yes' else 'no' end as diabetes,
                   date '2020-01-01' + cast(i as integer) as first_seen,
                   cast(5.0 + (i % 50) / 10.0 as decimal(4,1)) as hba1c
            from range(1, 401) t(i) order by i
            """;
        session.WriteParquet(person, Path.Join(data, "person.parquet"));
        session.WriteCsv(person, Path.Join(data, "person.csv"));
    }

    public IReadOnlyList<ExtractionManifest> Extractions(PermitId permit) => [.. made.Where(m => m.Permit == permit.Value)];

    public string FolderOf(PermitId permit, string extractionId) => Path.Join(folder, permit.Value, extractionId);

    public Task<Outcome<ExtractionManifest>> ExtractAsync(
        PermitId permit, Actor by, ExtractionManifest? repeat = null, IProgress<Step>? progress = null, CancellationToken ct = default) => throw new NotSupportedException();

    public Outcome<bool> CheckCohort(string circeJson) => throw new NotSupportedException();
}
