using System.Reflection;
using Minato.Access;
using Minato.Catalogue;
using Minato.Catalogue.Harvest;
using Minato.Federation;
using Minato.Formats;
using Minato.Intake;
using Minato.Ledger;
using Minato.Linkage;
using Minato.Linkage.SplitTrust;
using Minato.OptOut;
using Minato.OptOut.Desk;
using Minato.Primary;
using Minato.Processing;
using Minato.Processing.Missing;
using Minato.Release;
using Minato.Release.Enriched;
using Minato.Release.Findings;
using Minato.Release.HandingOver;
using Minato.Warehouse;
using Minato.Webhooks;
using Minato.Workspace;
using Minato.Workspace.Desk;
using Minato.Workspace.Training;
using Minato.Workspace.Watching;

namespace Minato;

/// <param name="Folder">Everything the node keeps.</param>
/// <param name="RulesFolder">Holds <c>standards/</c> and <c>plans/</c>.</param>
/// <param name="Linkage">The linkage authority, where it runs on another node; null: here.</param>
/// <param name="SplitTrust">Whether nobody alone may link (decision 0034); a node keeps the mode that it began with. Null: as <c>MINATO_LINKAGE_TRUST</c> says, <c>authority</c> or <c>split</c>.</param>
/// <param name="Bodies">Which bodies review, a folder of <c>standards/bodies</c>. Null: as <c>MINATO_BODIES</c> says, else <c>one</c>.</param>
/// <param name="DeliveryPolicy">Which deliveries are taken, a file of <c>standards/deliveries</c>. Null: as <c>MINATO_DELIVERY_POLICY</c> says, else <c>open-v1</c>.</param>
public sealed record HarbourOptions(string Folder, string RulesFolder, string ChoicePolicy = "opt-out-v1", ILinkage? Linkage = null, bool? SplitTrust = null, string? DeliveryPolicy = null, string? Bodies = null);

/// <summary>The composition root: opens every room of a node in the order of the voyage.</summary>
public sealed class Harbour : IDisposable
{
    private readonly List<IDisposable> open = [];

    private Harbour(HarbourOptions options, TimeProvider clock)
    {
        Options = options;
        Clock = clock;
        Standards = Path.Combine(options.RulesFolder, "standards");
        Keys = Owned(OpenKeys(options.Folder));
        Ledger = Owned(OpenLedger(options.Folder, Keys, clock));
        Linkage = options.Linkage ?? (ILinkage?)Remote() ?? LinkageHere();
        Warehouse = Owned(WarehouseRoom.Open(new WarehouseOptions(At("warehouse")), Ledger, clock));
        Primary = PrimaryRoom.Open(new PrimaryOptions(At("primary")), Ledger, Keys, Linkage, clock);
        var policy = DeliveryPolicy.Read(Standards, options.DeliveryPolicy ?? (Environment.GetEnvironmentVariable("MINATO_DELIVERY_POLICY") is { Length: > 0 } named ? named : "open-v1"));
        Intake = Owned(IntakeRoom.Open(new IntakeOptions(At("intake"), Readers: FormatsRoom.WithMappings(Path.Combine(Standards, "formats", "csv")).Value, Policy: policy) { Beside = new RecordsForCare(Primary) }, Ledger, Keys, Linkage, Warehouse, clock));
        var choices = OptOutRoom.Open(new OptOutOptions(Standards, options.ChoicePolicy), Ledger, Keys, clock);
        (OptOut, Acting, ChoiceDesk) = (choices, choices, ChoiceDeskRoom.Open(choices, Linkage, Ledger, Keys));
        Catalogue = Owned(CatalogueRoom.Open(new CatalogueOptions { UseTerms = UseTerms = UseTerms.Read(Standards) }, Ledger, Warehouse, clock));
        var access = new AccessOptions(Standards, options.Bodies ?? (Environment.GetEnvironmentVariable("MINATO_BODIES") is { Length: > 0 } bodies ? bodies : "one"))
        {
            IsExcluded = (person, organisation) => Measures?.IsExcluded(person, organisation) == true,
            CohortDefects = json => Processing?.CheckCohort(json).Findings ?? [],
        };
        Access = Owned(AccessRoom.Open(access, Ledger, Keys, Catalogue, clock));
        Measures = MeasureRoom.Open(access, Ledger, Access, clock);
        Money = MoneyRoom.Open(access, Ledger, Access, Catalogue, clock);
        Inquiries = InquiryRoom.Open(Ledger, Keys);
        Attachments = AttachmentRoom.Open(At("attachments"), Standards, Ledger, Keys, Access, clock);
        Similar = new SimilarUses(Access);
        Processing = Owned(ProcessingRoom.Open(new ProcessingOptions(At("projects"), Standards, CodeVersion, Keys) { CellRule = ReleaseRoom.CellRules(Standards, clock) }, Ledger, Access, OptOut, Linkage, Warehouse, clock));
        Missing = new MissingDesk(Access, OptOut, Linkage, Warehouse, clock);
        var watch = WatchRoom.Open(Standards, Ledger, Access, clock);
        Watch = watch;
        Imports = ImportRoom.Open(new ImportOptions(At("workspace"), Standards, new ImportedPersons(Intake)), Ledger, Keys, Access, clock);
        Training = TrainingRoom.Open(Standards, Ledger, clock);
        Workspace = Owned(WorkspaceRoom.Open(new WorkspaceOptions(At("workspace")) { DeviceFile = Environment.GetEnvironmentVariable("MINATO_DEVICES") is { Length: > 0 } devices ? devices : null }, Ledger, Keys, Access, Processing, clock, Imports, watch, Training));
        var release = new ReleaseOptions(At("release"), Standards) { MadeHere = () => Processing.AllTables };
        Release = Owned(ReleaseRoom.Open(release, Ledger, Access, Workspace, clock));
        HandOvers = ReleaseRoom.OpenHandOvers(release, Ledger, Access, Processing, clock);
        Enriched = ReleaseRoom.OpenEnriched(release, Ledger, Access, Workspace, Linkage, OptOut, () => Warehouse.Datasets, clock);
        var inside = Environment.GetEnvironmentVariable("MINATO_ALLOW_PRIVATE_ADDRESSES") == "1";
        Webhooks = Owned(WebhookRoom.Open(new WebhookOptions(At("webhooks"), Standards, inside) { AsNow = AsNow, MaySee = MaySee }, Ledger, Keys, clock));
        Harvest = HarvestRoom.Open(new HarvestOptions(At("harvest"), Owned(OutwardHttp.Client(inside, TimeSpan.FromMinutes(2))), inside), Ledger, clock);
        Findings = ReleaseRoom.OpenFindings(Standards, Ledger, Keys, Access, Linkage, OptOut, () => Warehouse.Datasets, clock);
    }

    public HarbourOptions Options { get; }

    public TimeProvider Clock { get; }

    public string Standards { get; }

    /// <summary>Which functions this node runs, and where the others are; null where Linkage was given.</summary>
    public NodePlan? Plan { get; private set; }

    public IKeyStore Keys { get; }

    public ILedger Ledger { get; }

    public ILinkage Linkage { get; }

    public IWarehouse Warehouse { get; }

    public IIntake Intake { get; }

    public IOptOut OptOut { get; }

    /// <summary>Records for care.</summary>
    public IPrimary Primary { get; }

    /// <summary>Who may choose for whom.</summary>
    public IActing Acting { get; }

    /// <summary>Choices by paper and phone.</summary>
    public IChoiceDesk ChoiceDesk { get; }

    public ICatalogue Catalogue { get; }

    /// <summary>The terms by which conditions of use are said.</summary>
    public UseTerms UseTerms { get; }

    public IAccessDesk Access { get; }

    public IMeasures Measures { get; }

    public IMoney Money { get; }

    public IInquiries Inquiries { get; }

    /// <summary>Documents attached to applications.</summary>
    public IAttachments Attachments { get; }

    public SimilarUses Similar { get; }

    public IProcessing Processing { get; }

    /// <summary>What projects bring into their environments.</summary>
    public IImportDesk Imports { get; }

    /// <summary>What is noticed in environments, and what was done about it.</summary>
    public IWatch Watch { get; }

    /// <summary>Who passed which training.</summary>
    public ITraining Training { get; }

    /// <summary>Who is missing because of choices.</summary>
    public MissingDesk Missing { get; }

    public IWorkspace Workspace { get; }

    public IRelease Release { get; }

    /// <summary>The door for certified users.</summary>
    public IHandOvers HandOvers { get; }

    /// <summary>The way of enriched data back to holders.</summary>
    public IEnrichedData Enriched { get; }

    /// <summary>Subscriptions to events.</summary>
    public IWebhooks Webhooks { get; }

    /// <summary>Other catalogues.</summary>
    public IHarvest Harvest { get; }

    /// <summary>The way of findings back to persons.</summary>
    public IFindingsRelay Findings { get; }

    /// <summary>The code that runs, as named in extraction manifests (H12).</summary>
    public static string CodeVersion { get; } =
        typeof(Harbour).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    public static Harbour Open(HarbourOptions options, TimeProvider? clock = null)
    {
        Directory.CreateDirectory(options.Folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(options.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        return new Harbour(options, clock ?? TimeProvider.System);
    }

    public void Dispose()
    {
        for (var i = open.Count - 1; i >= 0; i--)
        {
            open[i].Dispose();
        }
    }

    /// <summary>The node's key store: a file, or the token that its node.json names.</summary>
    internal static IOpenKeyStore OpenKeys(string folder)
    {
        Directory.CreateDirectory(folder);
        return NodeKeys.Open(Path.Combine(folder, "keys"), Cli.NodeStart.Config(folder).Value.Token, () => Passphrase(folder));
    }

    /// <summary>The node's ledger alone: it can be verified although something else of the node is broken.</summary>
    internal static LedgerRoom OpenLedger(string folder, IKeyStore keys, TimeProvider clock) =>
        LedgerRoom.Open(new LedgerOptions(Path.Combine(folder, "ledger"), "minato.example/ledger"), keys, clock);

    /// <summary>Linkage at another node of the plan, where node.json says so (D6).</summary>
    private RemoteLinkage? Remote()
    {
        Plan = Cli.NodeStart.Read(Options.Folder, Path.Combine(Options.RulesFolder, "plans")).Value;
        return Plan.RemoteHome(HarbourFunction.Linkage) is { } elsewhere
            ? Owned(RemoteLinkage.Connect(elsewhere, Owned(NodeIdentity.From(Keys, Plan.Node, Clock))))
            : null;
    }

    /// <summary>Linkage on this node. In split trust each party has a key store of its own.</summary>
    private ILinkage LinkageHere()
    {
        var (folder, split) = (At("linkage"), Options.SplitTrust ?? Environment.GetEnvironmentVariable("MINATO_LINKAGE_TRUST") == "split");
        if (split ? File.Exists(Path.Combine(folder, "linkage.db")) : Directory.Exists(Path.Combine(folder, "vaults")))
        {
            throw new RefusedException([Finding.Error(
                "linkage.trust-mode", "This node began in the other trust mode of Linkage", "Pseudonyms of the two are different; open the folder as it began, or begin a new one", new Place("linkage"))]);
        }

        return split
            ? Owned(SplitTrustLinkage.Open(new SplitTrustOptions(folder, Standards), Ledger, new SplitTrustKeys(Party("ida"), Party("la"), Party("ov"), Party("vaults")), Clock))
            : Owned(LinkageRoom.Open(new LinkageOptions(folder, Standards), Ledger, Keys, Clock));

        IKeyStore Party(string party) => Owned(FileKeyStore.Open(Path.Combine(folder, "keys", party), Passphrase(Options.Folder)));
    }

    /// <summary>Where this node keeps its own list of people, the roles of now; with a provider elsewhere, those of the subscription.</summary>
    private Actor? AsNow(Actor subscribed)
    {
        var people = new People(Options.Folder).All;
        return people.Count == 0 ? subscribed : people.FirstOrDefault(p => p.Id == subscribed.Id.Value)?.AsActor();
    }

    /// <summary>Whether somebody may see what an event is of: an application, a delivery of their own, a permit's data.</summary>
    private bool MaySee(RecordedEvent e, Actor who) => e.Stream.Split('/') switch
    {
        ["application", var id] => Access.FindFor(new ApplicationId(id), who) is not null,
        ["delivery", var id] => who.Is(Role.Operator) || (who.Is(Role.Holder) && Slug.IsValid(who.Affiliation) && Intake.Receipts(new HolderId(who.Affiliation)).Any(r => r.Delivery.Value == id)),
        ["extraction", var permit, ..] => Slug.IsValid(permit) && Access.FindPermit(new PermitId(permit)) is { } p && Access.FindFor(p.Application, who) is not null,
        _ => false,
    };

    private string At(string room) => Path.Combine(Options.Folder, room);

    private T Owned<T>(T room)
    {
        if (room is IDisposable d)
        {
            open.Add(d);
        }

        return room;
    }

    /// <summary>From <c>MINATO_KEY_PASSPHRASE</c>; else a random one kept beside the data with mode 0600, which protects a copied key file but not a copied machine.</summary>
    private static string Passphrase(string folder)
    {
        if (Environment.GetEnvironmentVariable("MINATO_KEY_PASSPHRASE") is { Length: > 0 } given)
        {
            return given;
        }

        var path = Path.Combine(folder, "key-passphrase");
        if (!File.Exists(path))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var writer = new StreamWriter(path, options);
            writer.Write(Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)));
        }

        return File.ReadAllText(path);
    }
}
