namespace Minato.Workspace.Desk;

/// <summary>What is brought in.</summary>
public enum ImportKind
{
    /// <summary>Programs: they are there in jobs with a kernel of their own only (gVisor).</summary>
    Software,

    /// <summary>Code lists, masters, published tables, models: nothing of single persons, nothing that runs.</summary>
    Reference,

    /// <summary>Data of persons: it is linked, or it is not there. It never goes into the environment directly.</summary>
    PersonData,
}

/// <summary>Where an import stands. What can be done in which state, and by whom, is <see cref="ImportTable"/>.</summary>
public enum ImportState
{
    /// <summary>Declared; not handed in.</summary>
    Draft,

    /// <summary>The machine stopped it: a virus, a bomb, a link, a type that does not come in.</summary>
    Blocked,
    InReview,
    Approved,
    Refused,

    /// <summary>Its makers took it back, or it was taken out of use.</summary>
    Withdrawn,
    Expired,
}

/// <param name="Title">What it is, in a line.</param>
/// <param name="Origin">Where it comes from: an address, a publication, an institution.</param>
/// <param name="Licence">Under which licence or agreement it may be used here.</param>
/// <param name="Why">What the project needs it for.</param>
/// <param name="FileName">Letters, digits, '.', '-', '_'.</param>
public sealed record ImportDeclaration(ImportKind Kind, string Title, string Origin, string Licence, string Why, string FileName)
{
    /// <summary>Of persons' data: what kind of data it is.</summary>
    public DataCategory? Category { get; init; }
}

/// <summary>A file of an import.</summary>
/// <param name="Type">By its bytes, never by its name: an id of the rules' types.</param>
public sealed record ImportedFile(string Name, long Bytes, string Type, string Sha256);

/// <summary>Whether somebody looked for viruses.</summary>
/// <param name="Scanner">Program and age of its signatures; null: nothing was scanned.</param>
/// <param name="Infected">Null: nothing was scanned.</param>
/// <param name="WhyNot">Why nothing was scanned.</param>
public sealed record ScanResult(string? Scanner, bool? Infected, string? WhyNot)
{
    public Bilingual Says => this switch
    {
        { Infected: true } => new("ウイルスが見つかりました。", "A virus was found."),
        { Infected: false } => new($"ウイルスは見つかりませんでした（{Scanner}）。", $"No virus was found ({Scanner})."),
        _ => new($"ウイルスの検査はしていません（{WhyNot}）。", $"It was not scanned for viruses ({WhyNot})."),
    };
}

/// <summary>An import as it stands.</summary>
public sealed record ImportView(string Id, PermitId Permit, ActorId By, ImportState State, ImportDeclaration Declaration, DateTimeOffset At)
{
    /// <summary>SHA-256 of the file as it was handed in; by it the environment knows the import.</summary>
    public string? Sha256 { get; init; }

    public long Bytes { get; init; }

    /// <summary>How many files of which type it unpacks to.</summary>
    public IReadOnlyDictionary<string, int> Types { get; init; } = new Dictionary<string, int>();

    public long UnpackedBytes { get; init; }

    public string? ContentsSha256 { get; init; }

    public ScanResult? Scan { get; init; }

    /// <summary>What the machine found.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Rules it was checked under, <c>id@version</c>.</summary>
    public string? Rules { get; init; }

    public ActorId? DecidedBy { get; init; }

    public string? Reasons { get; init; }

    /// <summary>The end of its use.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Persons' data: the delivery that it became, and its dataset.</summary>
    public string? Delivery { get; init; }

    public string? Dataset { get; init; }
}

/// <summary>What a delivery of brought persons' data became.</summary>
public sealed record HandedOver(DatasetId Dataset, DeliveryId Delivery);

/// <summary>The way of persons' data: through Intake, which splits off who it is, and Linkage, which says so. Held by the composition root, because the environment knows neither.</summary>
public interface IPersonDataDoor
{
    /// <summary>Takes the file as a delivery of the import's own dataset. The same file twice is one delivery.</summary>
    Task<Outcome<HandedOver>> DeliverAsync(ImportView import, string path, CancellationToken ct = default);
}

/// <summary>
/// Bring your own (H7): data and software come in declared, hashed, typed by their bytes, scanned where there is a scanner, and approved by somebody who has no part in the
/// project. What was approved is on the permit's record and lies read-only under <c>/tools</c>, by its hash.
/// </summary>
public interface IImportDesk : IProjectTools
{
    /// <summary>Types of files as the rules in force name them.</summary>
    IReadOnlyDictionary<string, Bilingual> Types { get; }

    /// <summary>Declares; with <paramref name="draft"/>, instead of that draft's declaration.</summary>
    Task<Outcome<ImportView>> DeclareAsync(PermitId permit, ImportDeclaration declaration, Actor by, string? draft = null, CancellationToken ct = default);

    /// <summary>Takes the file of a draft; a later one takes its place. Hashed while it comes.</summary>
    Task<Outcome<ImportView>> AttachAsync(string import, Stream content, Actor by, CancellationToken ct = default);

    /// <summary>Hands the draft in: unpacked within limits, typed, scanned; then it waits for a person, or is blocked.</summary>
    Task<Outcome<ImportView>> SubmitAsync(string import, Actor by, CancellationToken ct = default);

    /// <summary>An output checker without part in the project approves or refuses.</summary>
    /// <param name="unscanned">Approves although nothing was scanned for viruses.</param>
    Task<Outcome<ImportView>> DecideAsync(string import, bool approve, string reasons, Actor by, bool unscanned = false, CancellationToken ct = default);

    /// <summary>Takes it back, or out of use.</summary>
    Task<Outcome<ImportView>> WithdrawAsync(string import, string reasons, Actor by, CancellationToken ct = default);

    /// <summary>Hands approved persons' data to Intake once more, where that could not be done at once.</summary>
    Task<Outcome<ImportView>> HandOverAsync(string import, Actor by, CancellationToken ct = default);

    /// <summary>Ends the use of what is past its term. How many.</summary>
    Task<Outcome<int>> ExpireAsync(CancellationToken ct = default);

    /// <summary>The files of an import, by name. For members and checkers; a checker's look is recorded.</summary>
    Task<Outcome<IReadOnlyList<ImportedFile>>> ContentsAsync(string import, Actor by, CancellationToken ct = default);

    /// <summary>Members see their project's; checkers, operators and auditors everything that was handed in.</summary>
    IReadOnlyList<ImportView> VisibleTo(Actor actor);

    /// <summary>What of a permit was handed in, for its record.</summary>
    IReadOnlyList<ImportView> RecordOf(PermitId permit);
}
