using System.Security.Cryptography;
using System.Text;
using Minato.Ledger;

namespace Minato.Linkage.Tests;

/// <summary>A linkage authority with a real ledger in a folder of its own, and a clock that stands still unless moved.</summary>
internal sealed class Quay : IDisposable
{
    public static readonly HolderId Hospital = new("hospital-a");
    public static readonly HolderId Review = new("review-body");
    public static readonly DatasetId Records = new("hospital-a-records");
    public static readonly DatasetId Claims = new("claims");
    public static readonly ActorId Desk = new("desk-1");
    public static readonly PermitId Permit = new("p-2026-0001");

    private readonly string folder = Directory.CreateTempSubdirectory("minato-linkage-").FullName;
    private readonly LedgerRoom ledgerRoom;
    private int deliveries;

    public Quay()
    {
        ledgerRoom = LedgerRoom.Open(new LedgerOptions(Path.Combine(folder, "ledger"), "test.example/ledger"), Keys, Clock);
        Ledger = new FallibleLedger(ledgerRoom);
        Room = Open();
    }

    public NamedKeys Keys { get; } = new();

    public StoppedClock Clock { get; } = new(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));

    public FallibleLedger Ledger { get; }

    public LinkageRoom Room { get; private set; }

    public VerifierKey PublishedKey => ledgerRoom.VerifierKey;

    public string Folder => Path.Combine(folder, "linkage");

    public static string Standards { get; } = Path.Combine(Root(), "standards");

    public void Reopen()
    {
        Room.Dispose();
        Room = Open();
    }

    public LinkageRoom Open(string? standards = null) => LinkageRoom.Open(new LinkageOptions(Folder, standards ?? Standards), Ledger, Keys, Clock);

    public async Task<IReadOnlyList<LinkedTicket>> Link(HolderId holder, DatasetId dataset, params PersonIdentity[] identities) =>
        (await Room.LinkAsync(holder, dataset, new DeliveryId($"d-{++deliveries}"), [.. identities.Select((identity, i) => new IdentityTicket(i, identity))])).Value;

    public async Task<LinkedTicket> Link(PersonIdentity identity) => (await Link(Hospital, Records, identity))[0];

    /// <summary>Whether two dataset pseudonyms (of the hospital) are of one person, asked the way a project would.</summary>
    public async Task<bool> AreOne(LinkedTicket left, LinkedTicket right)
    {
        var converted = await ToProject([left.Person, right.Person]);
        return converted.People[0] == converted.People[1];
    }

    public async Task<Conversion> ToProject(IReadOnlyList<Pseudonym<Dataset>> people, DatasetId? dataset = null, PermitId? permit = null, RefusalSet? refusals = null)
    {
        var p = permit ?? Permit;
        _ = (await Room.OpenProjectAsync(p, [Records, Claims], Clock.Now.AddYears(1), Desk)).Value;
        return (await Room.ConvertAsync(new ConversionRequest(p, dataset ?? Records, people, refusals ?? Nobody, Desk))).Value;
    }

    public RefusalSet Nobody => new("opt-out-v1@1/0/empty", Clock.Now, []);

    public IReadOnlyList<RecordedEvent> Told(string stream) => Ledger.ReadStream(stream);

    public IReadOnlyList<LinkageEvent> Events(string stream) => [.. Told(stream).Select(EventJson.Read<LinkageEvent>)];

    /// <summary>Every byte that Linkage and the ledger have written.</summary>
    public byte[] EverythingOnDisk()
    {
        Room.Dispose();
        return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith("-shm", StringComparison.Ordinal)).SelectMany(Read)];

        static byte[] Read(string file)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }

    public void Dispose()
    {
        Room.Dispose();
        ledgerRoom.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    public static string Root()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Minato.slnx")))
        {
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("The tests run outside the repository");
        }

        return at;
    }
}

/// <summary>Keys that are the hash of their name.</summary>
internal sealed class NamedKeys : IKeyStore
{
    private readonly HashSet<string> destroyed = [];

    public byte[] Key(string name) => destroyed.Contains(name) ? throw new KeyDestroyedException(name) : SHA256.HashData(Encoding.UTF8.GetBytes($"test key {name}"));

    public void Destroy(string name) => destroyed.Add(name);

    public bool IsDestroyed(string name) => destroyed.Contains(name);
}

internal sealed class StoppedClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    /// <summary>After so many questions more the clock breaks, in the middle of whatever is being done.</summary>
    public int? BreaksAfter { get; set; }

    public override DateTimeOffset GetUtcNow() => BreaksAfter-- == 0 ? throw new InvalidOperationException("The clock broke") : Now;
}

/// <summary>A ledger that can be made to fail, as a full disk would.</summary>
internal sealed class FallibleLedger(ILedger inner) : ILedger
{
    public bool Fails { get; set; }

    public long Size => inner.Size;

    public Checkpoint? LatestCheckpoint => inner.LatestCheckpoint;

    public Task<Outcome<Appended>> AppendAsync(string stream, long expectedVersion, ActorId by, IReadOnlyList<NewEvent> events, string? idempotencyKey = null, CancellationToken ct = default) =>
        Fails ? Task.FromResult<Outcome<Appended>>(Finding.Error("ledger.disk", "The disk is full", "Make room")) : inner.AppendAsync(stream, expectedVersion, by, events, idempotencyKey, ct);

    public IReadOnlyList<RecordedEvent> ReadStream(string stream, long fromVersion = 1) => inner.ReadStream(stream, fromVersion);

    public IEnumerable<RecordedEvent> ReadAll(long fromIndex = 0, string? streamPrefix = null) => inner.ReadAll(fromIndex, streamPrefix);

    public Checkpoint MakeCheckpoint() => inner.MakeCheckpoint();

    public Outcome<InclusionProof> ProveInclusion(long index) => inner.ProveInclusion(index);

    public Outcome<Evidence> ProveEvent(long index) => inner.ProveEvent(index);

    public Outcome<ConsistencyProof> ProveConsistency(long oldSize, long newSize) => inner.ProveConsistency(oldSize, newSize);

    public Task<Outcome<bool>> ErasePayloadAsync(long index, ActorId by, string reason, CancellationToken ct = default) => inner.ErasePayloadAsync(index, by, reason, ct);

    public IEnumerable<Finding> Verify(IProgress<Step>? progress = null) => inner.Verify(progress);
}
