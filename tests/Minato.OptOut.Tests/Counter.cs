using System.Security.Cryptography;
using System.Text;
using Minato.Ledger;
using Minato.Linkage;
using Minato.OptOut.Desk;

namespace Minato.OptOut.Tests;

/// <summary>A counter with a real ledger, a clock that the test moves, and a linkage that knows people by their insured number.</summary>
internal sealed class Counter : IDisposable
{
    public static readonly Actor Clerk = new(new ActorId("clerk-1"), Role.ChoiceDesk, "Clerk");
    public static readonly Actor Colleague = new(new ActorId("clerk-2"), Role.ChoiceDesk, "Colleague");
    public static readonly Actor Third = new(new ActorId("clerk-3"), Role.ChoiceDesk, "Third");
    public static readonly Actor Somebody = new(new ActorId("somebody-at-home"), Role.Citizen, "Somebody");
    public static readonly IntendedUse Study = new("scientific-research", new DatasetId("claims"), new HolderId("review-body"), DataCategory.Claims, "university");

    private readonly string folder = Directory.CreateTempSubdirectory("minato-counter-").FullName;

    public Counter()
    {
        Ledger = LedgerRoom.Open(new LedgerOptions(folder, "test.example/ledger"), Keys, Clock);
        Reopen();
    }

    public MovedClock Clock { get; } = new();

    public IKeyStore Keys { get; } = new NamedKeys();

    public LedgerRoom Ledger { get; }

    public OptOutRoom Room { get; private set; } = null!;

    public IChoiceDesk Desk { get; private set; } = null!;

    public void Reopen()
    {
        Room = OptOutRoom.Open(new OptOutOptions(Standards(), "opt-out-v1"), Ledger, Keys, Clock);
        Desk = ChoiceDeskRoom.Open(Room, new KnowsByNumber(), Ledger, Keys);
    }

    /// <summary>Linkage's answer for the insured number.</summary>
    public static Pseudonym<Citizen> Citizen(int number) => new((UInt128)0xC0FFEE00 + (UInt128)number);

    public static PersonIdentity Who(int number, DateOnly? born = null) => new() { InsuredNumber = number.ToString("D4", System.Globalization.CultureInfo.InvariantCulture), NameKana = "ミナト タロウ", BirthDate = born };

    public bool IsRefused(int number, IntendedUse? use = null) => Room.RefusalsFor(use ?? Study, Clock.Now).Refused.Contains(Citizen(number));

    public async Task<Choice> Says(int number, bool refuse, ChoiceScope? scope = null) => (await Room.ChooseAsync(Citizen(number), scope ?? ChoiceScope.Everything, refuse, null, Somebody)).Value;

    public Task<Outcome<Choice>> SaysFor(int proxy, int person, bool refuse) => Room.ChooseForAsync(Citizen(person), ChoiceScope.Everything, refuse, new ChoiceWay(Proxy: Citizen(proxy)), Somebody);

    /// <summary>The parent may speak for the child, who is that old.</summary>
    public async Task<ActingGrant> Parent(int parent, int child, int age = 10) => (await Room.GrantAsync(
        $"{parent}{child}", new ActingRequest(Citizen(child), Citizen(parent), "parent", ["family-register"], JapaneseDay.Today(Clock).AddYears(-age)), [Clerk.Id, Colleague.Id], Clerk)).Value;

    public static string Standards()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Minato.slnx")))
        {
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("The tests run outside the repository");
        }

        return Path.Combine(at, "standards");
    }

    public void Dispose()
    {
        Ledger.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    internal sealed class MovedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now = Now.AddMilliseconds(1);
    }

    private sealed class NamedKeys : IKeyStore
    {
        public byte[] Key(string name) => SHA256.HashData(Encoding.UTF8.GetBytes($"test key {name}"));

        public void Destroy(string name) => throw new NotSupportedException();

        public bool IsDestroyed(string name) => false;
    }

    private sealed class KnowsByNumber : ILinkage
    {
        public Task<Outcome<Pseudonym<Citizen>>> IdentifyAsync(PersonIdentity identity, CancellationToken ct = default) => Task.FromResult<Outcome<Pseudonym<Citizen>>>(
            int.TryParse(identity.InsuredNumber, out var number) ? Citizen(number) : Finding.Error("linkage.unknown-person", "Nobody", "Ask again"));

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
