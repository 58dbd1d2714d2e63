using System.Collections.Concurrent;
using Minato.Linkage;
using Minato.Linkage.Quality;

namespace Minato.Federation.Tests;

/// <summary>Remembers what it was asked, and answers what it was told to.</summary>
internal sealed class FakeLinkage : ILinkage
{
    public object? Asked { get; private set; }

    public object? Answer { get; set; }

    public Exception? Failure { get; set; }

    public Task<Outcome<IReadOnlyList<LinkedTicket>>> LinkAsync(HolderId holder, DatasetId dataset, DeliveryId delivery, IReadOnlyList<IdentityTicket> tickets, CancellationToken ct = default) =>
        Reply<Outcome<IReadOnlyList<LinkedTicket>>>((holder, dataset, delivery, tickets));

    public Task<Outcome<int>> ImportHistoryAsync(IReadOnlyList<NumberHistory> changes, ActorId by, CancellationToken ct = default) => Reply<Outcome<int>>((changes, by));

    public Task<Outcome<Conversion>> ConvertAsync(ConversionRequest request, CancellationToken ct = default) => Reply<Outcome<Conversion>>(request);

    public Task<Outcome<bool>> OpenProjectAsync(PermitId permit, IReadOnlyList<DatasetId> datasets, DateTimeOffset until, ActorId by, CancellationToken ct = default) =>
        Reply<Outcome<bool>>((permit, datasets, until, by));

    public Task<Outcome<bool>> CloseProjectAsync(PermitId permit, ActorId by, CancellationToken ct = default) => Reply<Outcome<bool>>((permit, by));

    public Task<Outcome<Pseudonym<Citizen>>> IdentifyAsync(PersonIdentity identity, CancellationToken ct = default) => Reply<Outcome<Pseudonym<Citizen>>>(identity);

    public Task<Outcome<WayHome>> FindWayHomeAsync(PermitId permit, Pseudonym<Project> person, IReadOnlyList<FindingHome> homes, RefusalSet notToKnow, ActorId by, CancellationToken ct = default) =>
        Reply<Outcome<WayHome>>((permit, person, homes, notToKnow, by));

    public Task<Outcome<AddressedRows>> AddressRowsAsync(PermitId permit, IReadOnlyList<Pseudonym<Project>> people, FindingHome home, IReadOnlyList<RefusalSet> refusals, ActorId by, CancellationToken ct = default) =>
        Reply<Outcome<AddressedRows>>((permit, people, home, refusals, by));

    public Task<Outcome<bool>> RecordUseAsync(PermitId permit, string extraction, IReadOnlyList<Pseudonym<Project>> people, CancellationToken ct = default) =>
        Reply<Outcome<bool>>((permit, extraction, people));

    public Task<IReadOnlyList<PersonalUse>> UsesOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) => Reply<IReadOnlyList<PersonalUse>>(citizen);

    public Task<IReadOnlyList<PersonalHolding>> HoldingsOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) => Reply<IReadOnlyList<PersonalHolding>>(citizen);

    public Task<Outcome<string>> MergeAsync(Pseudonym<Citizen> keep, Pseudonym<Citizen> merge, string reason, ActorId by, CancellationToken ct = default) =>
        Reply<Outcome<string>>((keep, merge, reason, by));

    public Task<Outcome<bool>> SplitAsync(string mergeId, string reason, ActorId by, CancellationToken ct = default) => Reply<Outcome<bool>>((mergeId, reason, by));

    public Task<LinkageFigures> FiguresAsync(CancellationToken ct = default) => Reply<LinkageFigures>("figures");

    public Task<IReadOnlyList<Pseudonym<Citizen>>> AliasesOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) => Reply<IReadOnlyList<Pseudonym<Citizen>>>(citizen);

    public Task<Outcome<IReadOnlyList<Correction<Dataset>>>> CorrectionsAsync(DatasetId dataset, long after, CancellationToken ct = default) =>
        Reply<Outcome<IReadOnlyList<Correction<Dataset>>>>((dataset, after));

    public Task<Outcome<IReadOnlyList<Correction<Project>>>> CorrectionsAsync(PermitId permit, long after, CancellationToken ct = default) =>
        Reply<Outcome<IReadOnlyList<Correction<Project>>>>((permit, after));

    public Task<Outcome<IReadOnlyList<DeskCase>>> DeskAsync(Actor by, int most = 50, CancellationToken ct = default) => Reply<Outcome<IReadOnlyList<DeskCase>>>((by.Id, by.Roles, most));

    public Task<Outcome<bool>> DecideAsync(string caseId, DeskVerdict verdict, string reason, Actor by, CancellationToken ct = default) =>
        Reply<Outcome<bool>>((caseId, verdict, reason, by.Id, by.Roles));

    public Task<Outcome<IReadOnlyList<LinkageQuality>>> QualityAsync(DatasetId? dataset, ActorId by, CancellationToken ct = default) =>
        Reply<Outcome<IReadOnlyList<LinkageQuality>>>((dataset, by));

    private Task<T> Reply<T>(object asked)
    {
        Asked = asked;
        return Failure is null ? Task.FromResult((T)Answer!) : Task.FromException<T>(Failure);
    }
}

/// <summary>Keys of a node, the same each time.</summary>
internal sealed class NamedKeys(string world) : IKeyStore
{
    private readonly ConcurrentDictionary<string, byte[]> keys = new();

    public byte[] Key(string name) => [.. keys.GetOrAdd(name, n => System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{world}/{n}")))];

    public void Destroy(string name) => throw new NotSupportedException();

    public bool IsDestroyed(string name) => false;
}
