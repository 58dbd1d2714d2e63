using System.Security.Cryptography;
using System.Text;
using Minato.Ledger;
using Minato.Linkage.SplitTrust;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.Tests.SplitTrust;

/// <summary>All parties of split trust in a folder of their own, with a tap on every message to and from the transcryptors.</summary>
internal sealed class SplitQuay : IDisposable
{
    public static readonly HolderId Holder = new("hospital-a");
    public static readonly DatasetId A = new("dataset-a");
    public static readonly DatasetId B = new("dataset-b");
    public static readonly PermitId P1 = new("p-2026-0001");
    public static readonly PermitId P2 = new("p-2026-0002");
    public static readonly ActorId Desk = new("desk-1");

    private readonly string folder = Directory.CreateTempSubdirectory("minato-split-").FullName;
    private readonly LedgerRoom ledgerRoom;
    private int deliveries;

    public SplitQuay(long enrolledADay = 1_000_000, IReadOnlyDictionary<string, byte[]>? officers = null, bool separateProvisions = false)
    {
        ledgerRoom = LedgerRoom.Open(new LedgerOptions(Path.Combine(folder, "ledger"), "test.example/ledger"), new NamedKeys(), Clock);
        Ledger = new FallibleLedger(ledgerRoom);
        Options = new SplitTrustOptions(Path.Combine(folder, "linkage"), Quay.Standards, enrolledADay, SeparateProvisions: separateProvisions, Officers: officers);
        Linkage = Open();
    }

    public SplitTrustOptions Options { get; }

    public StoppedClock Clock { get; } = new(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));

    public FallibleLedger Ledger { get; }

    public SplitTrustKeys Keys { get; } = new(new PartyStore("ida"), new PartyStore("la"), new PartyStore("ov"), new PartyStore("vaults"));

    public Tap Tap { get; } = new();

    public SplitTrustLinkage Linkage { get; private set; }

    public string Folder => Options.Folder;

    public void Reopen()
    {
        Linkage.Dispose();
        Linkage = Open();
    }

    public static PersonIdentity Person(int n) => new()
    {
        InsurerNumber = "01130012",
        InsuredSymbol = "5",
        InsuredNumber = $"{1000 + n}",
        InsuredBranch = "00",
        NameKana = "ヤマダ タロウ",
        BirthDate = new DateOnly(1950, 1, 2).AddDays(n * 37),
        Sex = Sex.Male,
    };

    public static PersonIdentity[] Persons(int count) => [.. Enumerable.Range(0, count).Select(Person)];

    public async Task<Pseudonym<Dataset>[]> Link(DatasetId dataset, params PersonIdentity[] identities) =>
        [.. (await Linkage.LinkAsync(Holder, dataset, new DeliveryId($"d-{++deliveries}"), [.. identities.Select((identity, i) => new IdentityTicket(i, identity))])).Value.Select(t => t.Person)];

    public async Task OpenProject(PermitId permit) => _ = (await Linkage.OpenProjectAsync(permit, [A, B], Clock.Now.AddYears(1), Desk)).Value;

    public RefusalSet Without(params Pseudonym<Citizen>[] refused) => new("opt-out-v1@1/0/test", Clock.Now, refused);

    public Task<Outcome<Conversion>> Convert(PermitId permit, DatasetId dataset, IReadOnlyList<Pseudonym<Dataset>> people, RefusalSet? refusals = null) =>
        Linkage.ConvertAsync(new ConversionRequest(permit, dataset, people, refusals ?? Without(), Desk));

    public async Task<Pseudonym<Project>?[]> Converted(PermitId permit, DatasetId dataset, IReadOnlyList<Pseudonym<Dataset>> people, RefusalSet? refusals = null) =>
        [.. (await Convert(permit, dataset, people, refusals)).Value.People];

    public async Task<Pseudonym<Citizen>> Citizen(int n) => (await Linkage.IdentifyAsync(Person(n))).Value;

    public IReadOnlyList<TranscryptorEvent> Lines(string party) => [.. Ledger.ReadStream($"linkage/{party}/work").Select(EventJson.Read<TranscryptorEvent>)];

    public IReadOnlyList<TranscryptorEvent> Lines(string party, PermitId permit) => [.. Ledger.ReadStream($"linkage/{party}/domains/project/{permit}").Select(EventJson.Read<TranscryptorEvent>)];

    public void Dispose()
    {
        Linkage.Dispose();
        ledgerRoom.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private SplitTrustLinkage Open() =>
        SplitTrustLinkage.Open(Options, Ledger, Ledger, Ledger, Keys, Clock, a => new TappedAuthority((LinkageAuthority)a, Tap), o => new TappedOverseer((Overseer)o, Tap));
}

/// <summary>Keys that are the hash of party and name: each party's store has others.</summary>
internal sealed class PartyStore(string party) : IKeyStore
{
    private readonly HashSet<string> destroyed = [];

    public byte[] Key(string name) => destroyed.Contains(name) ? throw new KeyDestroyedException(name) : SHA256.HashData(Encoding.UTF8.GetBytes($"test key {party} {name}"));

    public void Destroy(string name) => destroyed.Add(name);

    public bool IsDestroyed(string name) => destroyed.Contains(name);
}

internal sealed record EnrolMessage(SignedOrder Order, Point[] Blinded, Hopped Wrapped, Hopped Carried);

internal sealed record RunMessage(SignedOrder Order, Ciphers People, Ciphers Named, Begun Begun, Passed Passed, Hopped? Finished);

/// <summary>Everything that passed, and a hand that may change it on the way.</summary>
internal sealed class Tap
{
    public List<EnrolMessage> Enrolments { get; } = [];

    public List<RunMessage> Runs { get; } = [];

    public Func<Begun, Begun> OnBegun { get; set; } = b => b;

    public Func<Passed, Passed> OnPassed { get; set; } = p => p;

    public Func<Hopped?, Hopped?> OnFinished { get; set; } = f => f;

    public Func<Hopped, Hopped> OnWrapped { get; set; } = w => w;

    public LinkageAuthority? Authority { get; set; }

    public Overseer? Overseer { get; set; }

    internal Dictionary<string, (Ciphers People, Ciphers Named, Begun Begun, Passed Passed)> Open { get; } = [];
}

internal sealed class TappedAuthority : ILinkageAuthority
{
    private readonly LinkageAuthority inner;
    private readonly Tap tap;

    public TappedAuthority(LinkageAuthority inner, Tap tap) => (this.inner, this.tap, tap.Authority) = (inner, tap, inner);

    public Outcome<FactorStatement> Promise(Domain domain) => inner.Promise(domain);

    public Task<Outcome<bool>> OpenAsync(SignedOrder signed, FactorStatement peer, CancellationToken ct = default) => inner.OpenAsync(signed, peer, ct);

    public Task<Outcome<bool>> CloseAsync(SignedOrder signed, CancellationToken ct = default) => inner.CloseAsync(signed, ct);

    public Task<Outcome<bool>> RetireAsync(SignedOrder signed, CancellationToken ct = default) => inner.RetireAsync(signed, ct);

    public Task<Outcome<bool>> RaiseQuotaAsync(SignedOrder signed, CancellationToken ct = default) => inner.RaiseQuotaAsync(signed, ct);

    public async Task<Outcome<Hopped>> EnrolAsync(SignedOrder order, Point[] blinded, CancellationToken ct = default) => (await inner.EnrolAsync(order, blinded, ct)).Map(tap.OnWrapped);

    public async Task<Outcome<Begun>> BeginAsync(SignedOrder order, Ciphers people, Ciphers named, CancellationToken ct = default) => (await inner.BeginAsync(order, people, named, ct)).Map(tap.OnBegun);

    public async Task<Outcome<Hopped?>> FinishAsync(SignedOrder order, Begun begun, Passed passed, CancellationToken ct = default)
    {
        var finished = (await inner.FinishAsync(order, begun, passed, ct)).Map(tap.OnFinished);
        if (finished.Try(out var carried) && tap.Open.TryGetValue(order.Id, out var seen))
        {
            tap.Runs.Add(new(order, seen.People, seen.Named, seen.Begun, seen.Passed, carried));
        }

        return finished;
    }
}

internal sealed class TappedOverseer : IOverseer
{
    private readonly Overseer inner;
    private readonly Tap tap;

    public TappedOverseer(Overseer inner, Tap tap) => (this.inner, this.tap, tap.Overseer) = (inner, tap, inner);

    public Outcome<FactorStatement> Promise(Domain domain) => inner.Promise(domain);

    public Task<Outcome<bool>> OpenAsync(SignedOrder signed, FactorStatement peer, CancellationToken ct = default) => inner.OpenAsync(signed, peer, ct);

    public Task<Outcome<bool>> CloseAsync(SignedOrder signed, CancellationToken ct = default) => inner.CloseAsync(signed, ct);

    public Task<Outcome<bool>> RetireAsync(SignedOrder signed, CancellationToken ct = default) => inner.RetireAsync(signed, ct);

    public Task<Outcome<bool>> RaiseQuotaAsync(SignedOrder signed, CancellationToken ct = default) => inner.RaiseQuotaAsync(signed, ct);

    public async Task<Outcome<Hopped>> EnrolAsync(SignedOrder order, Point[] blinded, Hopped wrapped, CancellationToken ct = default)
    {
        var carried = await inner.EnrolAsync(order, blinded, wrapped, ct);
        if (carried.Try(out var c))
        {
            tap.Enrolments.Add(new(order, blinded, wrapped, c));
        }

        return carried;
    }

    public async Task<Outcome<Passed>> PassAsync(SignedOrder order, Ciphers people, Ciphers named, Begun begun, CancellationToken ct = default)
    {
        var passed = (await inner.PassAsync(order, people, named, begun, ct)).Map(tap.OnPassed);
        if (passed.Try(out var p))
        {
            tap.Open[order.Id] = (people, named, begun, p);
        }

        return passed;
    }
}
