using System.Collections.Concurrent;
using Minato.Formats;
using Minato.Intake.Agreements;
using Minato.Intake.Pull;
using Minato.Intake.Raw;
using Minato.Ledger;
using Minato.Linkage;
using Minato.Warehouse;

namespace Minato.Intake;

/// <summary>The door: who may deliver what, and what all ways in share.</summary>
internal sealed partial class Intake : IIntake, IDisposable
{
    private const long LargestDocument = 16L << 20;
    private const int MostImports = 4;
    private readonly ILedger ledger;
    private readonly IKeyStore keys;
    private readonly ILinkage linkage;
    private readonly IWarehouse warehouse;
    private readonly TimeProvider clock;
    private readonly IntakeOptions options;
    private readonly Projection<IntakeState, IntakeEvent> holders;
    private readonly Projection<IntakeState, IntakeEvent> deliveries;
    private readonly Projection<IntakeState, IntakeEvent> pulls;
    private readonly QuarantineStore quarantine;
    private readonly RawKeys rawKeys;
    private readonly UploadStore uploads;
    private readonly CorrectionReader corrections;
    private readonly Projection<IntakeState, IntakeEvent> imports;
    private readonly BackendSignIn signIn;
    private readonly AgreementBook agreements;

    // Redirects are not followed: they could lead a token, or us, to somebody else.
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(30) }) { Timeout = TimeSpan.FromHours(6) };

    /// <summary>Imports on request that run in this process.</summary>
    private readonly ConcurrentDictionary<string, Task> running = new();

    private readonly CancellationTokenSource closing = new();

    // One delivery at a time: a snapshot has one parent, and the machine's two cores are already busy with one.
    private readonly SemaphoreSlim door = new(1, 1);

    public Intake(IntakeOptions options, ILedger ledger, IKeyStore keys, ILinkage linkage, IWarehouse warehouse, TimeProvider clock)
    {
        (this.options, this.ledger, this.keys, this.linkage, this.warehouse, this.clock) = (options, ledger, keys, linkage, warehouse, clock);
        holders = new(ledger, "intake", "holder/", IntakeState.Evolve);
        deliveries = new(ledger, "intake", "delivery/", IntakeState.Evolve);
        pulls = new(ledger, "intake", "pull/", IntakeState.Evolve);
        imports = new(ledger, "intake", "import/", IntakeState.Evolve);
        signIn = new(keys, clock);
        quarantine = new(Folder("quarantine"), keys);
        rawKeys = new(keys);
        uploads = new(Folder("uploads"), rawKeys);
        corrections = new(linkage, warehouse);
        agreements = new(options.Policy ?? DeliveryPolicy.Open, ledger, warehouse, clock, [.. (options.Readers ?? FormatsRoom.Readers).Select(r => r.Format).Distinct()], CameOf);

        string Folder(string name) => Directory.CreateDirectory(Path.Combine(options.Folder, name)).FullName;
    }

    public IAgreements Agreements => agreements;

    public IReadOnlyList<HolderRegistration> Holders => [.. holders.All.Select(s => s.Holder!)];

    public async Task<Outcome<bool>> RegisterAsync(HolderRegistration holder, Actor by, CancellationToken ct = default)
    {
        if (!by.Is(Role.Operator | Role.System))
        {
            return Finding.Error("intake.role", "Only an operator registers a holder", "Ask the operator of this node");
        }

        foreach (var dataset in holder.Datasets)
        {
            if (dataset.Holder != holder.Id)
            {
                return Finding.Error("intake.dataset-holder", $"The dataset {dataset.Id} names another holder", "Let each dataset name the holder that registers it");
            }

            if (warehouse.Register(dataset) is { IsOk: false } refused)
            {
                return Outcome<bool>.Refused(refused.Findings);
            }
        }

        var done = await holders.DecideAsync($"holder/{holder.Id}", by.Id, state =>
            Outcome<IReadOnlyList<IntakeEvent>>.Ok(Same(state?.Holder, holder) ? [] : [new IntakeEvent.HolderRegistered(holder)]), ct: ct).ConfigureAwait(false);
        return done.Map(_ => true);

        static bool Same(HolderRegistration? a, HolderRegistration b) =>
            a is not null && a.Name == b.Name && a.Kind == b.Kind && a.Datasets.SequenceEqual(b.Datasets);
    }

    private Finding? Check(HolderId holder, DatasetId dataset, Actor by)
    {
        if (!by.Is(Role.Operator | Role.System) && !(by.Is(Role.Holder) && by.Affiliation == holder.Value))
        {
            return Finding.Error("intake.role", "Only the holder itself or an operator may deliver", "Sign in as the holder");
        }

        return holders.Find($"holder/{holder}")?.Holder is { } registered && registered.Datasets.Any(d => d.Id == dataset)
            ? null
            : Finding.Error("intake.unknown-dataset", $"The holder {holder} has not registered the dataset {dataset}", "Register the holder and its datasets first");
    }

    public void Dispose()
    {
        closing.Cancel();
        Task.WaitAll([.. running.Values], TimeSpan.FromSeconds(30));
        closing.Dispose();
        door.Dispose();
        http.Dispose();
    }
}
