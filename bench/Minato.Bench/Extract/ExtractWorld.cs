using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Minato.Access;
using Minato.Kernel;
using Minato.Ledger;
using Minato.Linkage;
using Minato.OptOut;
using Minato.Processing;
using Minato.Tables;
using Minato.Warehouse;

namespace Minato.Bench.Extract;

/// <summary>A snapshot of claims made by SQL, and the rooms around Processing as it sees them: linkage by a hash, one person in twenty refuses.</summary>
internal sealed class ExtractWorld : IDisposable
{
    public static readonly PermitId Permit = new("p-bench");
    public static readonly Actor Operator = new(new("operator"), Role.Operator, "Operator");

    private const string Everybody = """
        {"ConceptSets":[],"PrimaryCriteria":{"CriteriaList":[{"ObservationPeriod":{}}],"ObservationWindow":{"PriorDays":0,"PostDays":0},"PrimaryCriteriaLimit":{"Type":"First"}}}
        """;

    private static readonly string[] Columns =
        ["drug_exposure_id", "drug_concept_id", "drug_exposure_start_date", "drug_exposure_end_date", "days_supply", "quantity", "drug_source_value", "source_system"];

    private readonly LedgerRoom ledger;
    private readonly SnapshotWarehouse warehouse;

    public ExtractWorld(string folder, int people, int rowsEach)
    {
        ledger = LedgerRoom.Open(new LedgerOptions(Path.Join(folder, "ledger"), "bench.example/ledger"), new Ring(), TimeProvider.System);
        warehouse = new SnapshotWarehouse(Path.Join(folder, "warehouse"), people, rowsEach);
        var use = new RequestedUse(
            new("題", "Title"), new("概要", "Summary"), "research", [new DatasetGrant(SnapshotWarehouse.Claims, [new("drug_exposure", Columns)])], Everybody, new(2015, 1, 1), new(2026, 12, 31), "pseudonymised-v1", [], 12);
        var now = DateTimeOffset.UtcNow;
        var permit = new Permit(Permit, new("a-bench"), use, [], now.AddDays(-1), now.AddYears(1), "criteria", new("tariff", [], 0));
        Processing = ProcessingRoom.Open(
            new ProcessingOptions(Path.Join(folder, "projects"), Standards(), "bench", new Ring()), ledger, new OnePermit(permit), new NoChoices(), new HashLinkage(), warehouse, TimeProvider.System);
    }

    public IProcessing Processing { get; }

    public string DrugFile => warehouse.FileOf("drug_exposure");

    public string PersonFile => warehouse.FileOf("person");

    public void Dispose() => ledger.Dispose();

    private static string Standards()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Join(root.FullName, "Minato.slnx")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException("the repository");
        }

        return Path.Join(root.FullName, "standards");
    }

    private sealed class Ring : IKeyStore
    {
        public byte[] Key(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name));

        public void Destroy(string name) => throw new NotSupportedException();

        public bool IsDestroyed(string name) => false;
    }

    private sealed class OnePermit(Permit permit) : IAccess
    {
        public IReadOnlyList<ApplicationView> Published => [];

        public ApplicationForm Form => throw new NotSupportedException();

        public Outcome<Permit> InForce(PermitId id) => permit;

        public Permit? FindPermit(PermitId id) => permit;

        public Task<Outcome<ApplicationId>> CreateAsync(Actor by, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<Outcome<ApplicationView>> ExecuteAsync(ApplicationId application, ApplicationCommand command, Actor by, CancellationToken ct = default) => throw new NotSupportedException();

        public ApplicationView? Find(ApplicationId application) => null;

        public IReadOnlyList<ApplicationView> VisibleTo(Actor actor) => [];

        public IReadOnlyList<string> PermittedCommands(ApplicationId application, Actor actor) => [];
    }

    private sealed class NoChoices : IOptOut
    {
        public ChoicePolicy Policy => throw new NotSupportedException();

        public long PersonsRefusing => 0;

        public RefusalSet RefusalsFor(IntendedUse use, DateTimeOffset asOf) => new("bench", asOf, []);

        public Task<Outcome<Choice>> ChooseAsync(Pseudonym<Citizen> citizen, ChoiceScope scope, bool refuse, DateTimeOffset? from, Actor by, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<Outcome<Choice>> WithdrawAsync(Pseudonym<Citizen> citizen, string choiceId, Actor by, CancellationToken ct = default) => throw new NotSupportedException();

        public IReadOnlyList<Choice> ChoicesOf(Pseudonym<Citizen> citizen) => [];
    }

    /// <summary>A one-to-one map that mixes all bits; the real one takes as long.</summary>
    private sealed class HashLinkage : ILinkage
    {
        public Task<Outcome<Conversion>> ConvertAsync(ConversionRequest request, CancellationToken ct = default)
        {
            Pseudonym<Project>?[] people = [.. request.People.Select(p => (ulong)p.Value % 20 == 7 ? (Pseudonym<Project>?)null : new Pseudonym<Project>(unchecked((p.Value ^ (p.Value >> 67)) * 0x9E3779B97F4A7C15)))];
            return Task.FromResult<Outcome<Conversion>>(new Conversion(people, people.Count(p => p is null), "bench"));
        }

        public Task<Outcome<bool>> OpenProjectAsync(PermitId permit, IReadOnlyList<DatasetId> datasets, DateTimeOffset until, ActorId by, CancellationToken ct = default) => Task.FromResult<Outcome<bool>>(true);

        public Task<Outcome<bool>> RecordUseAsync(PermitId permit, string extraction, IReadOnlyList<Pseudonym<Project>> people, CancellationToken ct = default) => Task.FromResult<Outcome<bool>>(true);

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

    /// <summary>One dataset as Parquet, sorted by person as the warehouse sorts it.</summary>
    private sealed class SnapshotWarehouse : IWarehouse
    {
        public static readonly DatasetId Claims = new("claims");

        private readonly ISnapshotStore store;

        public SnapshotWarehouse(string folder, int people, int rowsEach)
        {
            store = TablesRoom.OpenSnapshots(folder);
            using var real = (IDisposable)WarehouseRoom.Open(new WarehouseOptions(Path.Join(folder, "shapes")), LedgerRoom.Open(new LedgerOptions(Path.Join(folder, "shapes-ledger"), "bench.example/shapes"), new Ring(), TimeProvider.System), TimeProvider.System);
            Shapes = ((IWarehouse)real).Shapes;
            using var change = store.Begin(Claims, "bench");
            using var session = TablesRoom.OpenSession(new SessionOptions { MemoryMegabytes = 4096, TempFolder = Directory.CreateDirectory(Path.Join(folder, "spill")).FullName });
            session.Execute(string.Create(CultureInfo.InvariantCulture, $"create temporary table people as select row_number() over (order by u) as r, u from (select cast(md5('d' || i) as uuid) as u from range({people}) t(i))"));
            Write("person", new() { ["person_id"] = "u", ["gender_concept_id"] = "8507", ["year_of_birth"] = "1940 + r % 60" }, "people");
            Write("observation_period", new() { ["person_id"] = "u", ["observation_period_id"] = "r", ["observation_period_start_date"] = "date '2015-01-01'", ["observation_period_end_date"] = "date '2026-12-31'" }, "people");
            Write("drug_exposure", new()
            {
                ["drug_exposure_id"] = "k",
                ["person_id"] = "u",
                ["drug_concept_id"] = "1000 + hash(k, 5) % 5000",
                ["drug_exposure_start_date"] = "day",
                ["drug_exposure_end_date"] = "day + 28",
                ["days_supply"] = "hash(k, 1) % 90",
                ["quantity"] = "hash(k, 2) % 10000",
                ["drug_source_value"] = "'C' || (hash(k, 3) % 3000)",
                ["source_system"] = "'receipt'",
                ["record_key"] = "'key-of-record-' || k",
            }, string.Create(CultureInfo.InvariantCulture, $"(select u, r * {rowsEach} + j as k, date '2016-01-01' + cast((j * 3000) // {rowsEach} as integer) as day from people, range({rowsEach}) t(j) order by u, day, k)"));
            _ = change.Commit(DateTimeOffset.UnixEpoch).Value;

            void Write(string table, Dictionary<string, string> values, string from)
            {
                var path = change.NewFile(table);
                var columns = Shapes[table].Columns.Select(c => $"cast({values.GetValueOrDefault(c.Name, "null")} as {session.Dialect.TypeName(c.Type)}) as {session.Dialect.Quote(c.Name)}");
                change.Add(table, path, session.WriteParquet($"select {string.Join(", ", columns)} from {from}", path));
            }
        }

        public string FileOf(string table) => store.PathOf(Claims, store.Latest(Claims)!.Files.Single(f => f.Table == table));

        public IReadOnlyList<DatasetInfo> Datasets { get; } = [new(Claims, new("insurer"), DataCategory.Claims, new("レセプト", "Claims"))];

        public IReadOnlyDictionary<string, TableShape> Shapes { get; }

        public IVocabulary Vocabulary { get; } = new NoVocabulary();

        public Snapshot? Latest(DatasetId dataset) => store.Latest(dataset);

        public Snapshot? Find(DatasetId dataset, string snapshotId) => store.Find(dataset, snapshotId);

        public void Attach(ITableSession session, Snapshot snapshot, string prefix = "")
        {
            foreach (var shape in Shapes.Values)
            {
                session.AttachTable(prefix + shape.Name, shape, [.. snapshot.Files.Where(f => f.Table == shape.Name).Select(f => store.PathOf(snapshot.Dataset, f))]);
            }
        }

        public ITableSession OpenSession() => TablesRoom.OpenSession();

        public Outcome<DatasetInfo> Register(DatasetInfo dataset) => throw new NotSupportedException();

        public IWarehouseBatch Begin(DatasetId dataset, DeliveryId delivery) => throw new NotSupportedException();

        public Task<Outcome<CorrectionResult>> CorrectAsync(DatasetId dataset, IReadOnlyList<PersonCorrection> corrections, CancellationToken ct = default) => throw new NotSupportedException();

        public IReadOnlyList<Pseudonym<Dataset>> NamesOf(DatasetId dataset) => throw new NotSupportedException();

        public Task<Outcome<CorrectionResult>> RenewAsync(DatasetId dataset, IReadOnlyList<(Pseudonym<Dataset> Former, Pseudonym<Dataset> New)> map, CancellationToken ct = default) => throw new NotSupportedException();

        public long ConceptOf(string system, string code) => 0;
    }

    private sealed class NoVocabulary : IVocabulary
    {
        public string Version => "bench";

        public IReadOnlyCollection<long> Descendants(long conceptId) => [conceptId];

        public IReadOnlyCollection<long> MappedTo(long conceptId) => [];

        public IReadOnlyCollection<long> Ingredients(long drugConceptId) => [];

        public Bilingual? NameOf(long conceptId) => null;

        public Bilingual? NameOf(string system, string code) => null;
    }
}
