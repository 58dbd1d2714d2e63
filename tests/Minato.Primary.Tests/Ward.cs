using System.Security.Cryptography;
using System.Text;
using Minato.Formats.Sharing;
using Minato.Ledger;
using Minato.Linkage;

namespace Minato.Primary.Tests;

/// <summary>A ward with a real ledger and store, a clock that the test moves, and a linkage that knows people by their insured number.</summary>
internal sealed class Ward : IDisposable
{
    public static readonly HolderId Hospital = new("hospital-a");
    public static readonly HolderId Clinic = new("clinic-b");
    public static readonly Actor Me = new(new ActorId("hanako-at-home"), Role.Citizen, "Hanako");
    public static readonly Actor Doctor = new(new ActorId("dr-b"), Role.Clinician, "Dr B", Clinic.Value);
    public static readonly Actor Other = new(new ActorId("dr-c"), Role.Clinician, "Dr C", "clinic-c");
    public static readonly Actor Auditor = new(new ActorId("auditor"), Role.Auditor, "Auditor");
    public static readonly Actor Operator = new(new ActorId("operator"), Role.Operator, "Operator");
    public static readonly Pseudonym<Citizen> Hanako = Citizen(1);
    public const string Reason = "意識がなく、飲んでいる薬が分からない";

    public Ward()
    {
        Ledger = LedgerRoom.Open(new LedgerOptions(Path.Combine(Folder, "ledger"), "test.example/ledger"), Keys, Clock);
        Room = Reopen();
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("minato-ward-").FullName;

    public MovedClock Clock { get; } = new();

    public IKeyStore Keys { get; } = new NamedKeys();

    public LedgerRoom Ledger { get; }

    public IPrimary Room { get; private set; }

    public DateOnly Today => JapaneseDay.Today(Clock);

    public IPrimary Reopen() => Room = PrimaryRoom.Open(new PrimaryOptions(Path.Combine(Folder, "primary")), Ledger, Keys, new KnowsByNumber(), Clock);

    public static Pseudonym<Citizen> Citizen(int number) => new((UInt128)0xC0FFEE00 + (UInt128)number);

    public static PersonIdentity Card(int number) => new() { InsuredNumber = number.ToString("D4", System.Globalization.CultureInfo.InvariantCulture), NameKana = "ミナト ハナコ" };

    public static SharedDocument Document(string id, int person = 1, bool hidden = false, params IReadOnlyList<SharedItem> items) => new(
        id, SharedKind.DischargeSummary, "退院時サマリー", new DateOnly(2026, 3, 1), Card(person), items.Count > 0 ? items : [Item("ペニシリン")], hidden);

    public static SharedItem Item(string name, bool notTold = false) => new(SharedItemKind.Allergy, new DateOnly(2026, 3, 1), name, null, null, notTold);

    public Task<FeedResult> Take(params SharedDocument[] documents) => Room.TakeAsync(Hospital, documents);

    public void Dispose()
    {
        Ledger.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }

    internal sealed class MovedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    internal sealed class NamedKeys : IKeyStore
    {
        public byte[] Key(string name) => SHA256.HashData(Encoding.UTF8.GetBytes($"test key {name}"));

        public void Destroy(string name) => throw new NotSupportedException();

        public bool IsDestroyed(string name) => false;
    }

    internal sealed class KnowsByNumber : ILinkage
    {
        public Task<Outcome<Pseudonym<Citizen>>> IdentifyAsync(PersonIdentity identity, CancellationToken ct = default) => Task.FromResult<Outcome<Pseudonym<Citizen>>>(
            int.TryParse(identity.InsuredNumber, out var number) && number < 1000 ? Citizen(number) : Finding.Error("linkage.unknown-person", "Nobody", "Ask again"));

        public Task<Outcome<IReadOnlyList<LinkedTicket>>> LinkAsync(HolderId holder, DatasetId dataset, DeliveryId delivery, IReadOnlyList<IdentityTicket> tickets, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<Outcome<int>> ImportHistoryAsync(IReadOnlyList<NumberHistory> changes, ActorId by, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<Outcome<Conversion>> ConvertAsync(ConversionRequest request, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<Outcome<bool>> OpenProjectAsync(PermitId permit, IReadOnlyList<DatasetId> datasets, DateTimeOffset until, ActorId by, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<Outcome<bool>> CloseProjectAsync(PermitId permit, ActorId by, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<Outcome<bool>> RecordUseAsync(PermitId permit, string extraction, IReadOnlyList<Pseudonym<Project>> people, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<PersonalUse>> UsesOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<PersonalHolding>> HoldingsOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<Outcome<string>> MergeAsync(Pseudonym<Citizen> keep, Pseudonym<Citizen> merge, string reason, ActorId by, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<Outcome<bool>> SplitAsync(string mergeId, string reason, ActorId by, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<LinkageFigures> FiguresAsync(CancellationToken ct = default) => throw new NotSupportedException();
    }
}
