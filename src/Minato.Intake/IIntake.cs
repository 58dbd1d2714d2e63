using Minato.Warehouse;

namespace Minato.Intake;

/// <summary>A holder and the datasets it delivers (B3).</summary>
public sealed record HolderRegistration(HolderId Id, Bilingual Name, string Kind, IReadOnlyList<DatasetInfo> Datasets);

public enum DeliveryState
{
    Received,
    Applied,

    /// <summary>The whole delivery could not be applied; nothing of it was.</summary>
    Refused,
}

/// <summary>What a holder gets back (B5): counts and findings, naming file, line, field and remedy; never a value.</summary>
public sealed record Receipt(
    DeliveryId Delivery,
    HolderId Holder,
    DatasetId Dataset,
    DeliveryState State,
    DateTimeOffset At,
    string ContentSha256,
    bool AlreadyApplied,
    IReadOnlyDictionary<string, FormatCounts> ByFormat,
    IReadOnlyList<Finding> Findings,
    long FindingsNotListed,
    string? SnapshotId)
{
    /// <summary>Whether the holder confirmed it, and from when it may be used; null where it was not applied.</summary>
    public DeliveryStanding? Standing { get; init; }
}

/// <param name="HeldBack">Parts that were not put into use because the patient has not been told of them (未告知).</param>
public sealed record FormatCounts(long Files, long Bytes, long Records, long Facts, long Quarantined, long HeldBack = 0);

/// <summary>A quarantined piece: where, why, and its id; the bytes are sealed and only read by its holder's desk.</summary>
public sealed record QuarantinedPiece(string Id, DeliveryId Delivery, Finding Finding, DateTimeOffset At);

/// <summary>A resumable upload in progress.</summary>
public sealed record Upload(string Id, HolderId Holder, DatasetId Dataset, string FileName, long Length, long Offset, DateOnly? Embargo = null);

/// <summary>
/// Deliveries come in: validated, split at the door into identity and record (D2), linked, stored, receipted. The same
/// content twice is applied once; a bad record is quarantined; a bad delivery is never half-applied.
/// </summary>
public interface IIntake
{
    Task<Outcome<bool>> RegisterAsync(HolderRegistration holder, Actor by, CancellationToken ct = default);

    IReadOnlyList<HolderRegistration> Holders { get; }

    /// <summary>What the holders have agreed to deliver. A delivery outside its agreement is refused, and a file of a format that is not agreed is quarantined.</summary>
    IAgreements Agreements { get; }

    /// <summary>Takes a folder (or a single file, or a zip) as one delivery.</summary>
    Task<Outcome<Receipt>> ReceiveFolderAsync(HolderId holder, DatasetId dataset, string path, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default) =>
        ReceiveFolderAsync(holder, dataset, path, null, by, progress, ct);

    /// <param name="embargo">First day of use of this delivery (B6); the agreement's embargo holds beside it.</param>
    /// <inheritdoc cref="ReceiveFolderAsync(HolderId, DatasetId, string, Actor, IProgress{Step}?, CancellationToken)"/>
    Task<Outcome<Receipt>> ReceiveFolderAsync(HolderId holder, DatasetId dataset, string path, DateOnly? embargo, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default);

    /// <summary>Takes one FHIR Bundle or resource given as a stream (POST).</summary>
    Task<Outcome<Receipt>> ReceiveDocumentAsync(HolderId holder, DatasetId dataset, Stream json, Actor by, CancellationToken ct = default);

    /// <summary>Begins a resumable upload of <paramref name="length"/> bytes.</summary>
    /// <param name="embargo">First day of use of what is uploaded (B6).</param>
    Outcome<Upload> BeginUpload(HolderId holder, DatasetId dataset, string fileName, long length, Actor by, DateOnly? embargo = null);

    Outcome<Upload> FindUpload(string id, Actor by);

    /// <summary>Appends at the offset; refused with <c>upload.offset</c> where it is not the present end.</summary>
    Task<Outcome<Upload>> AppendUploadAsync(string id, long offset, Stream content, Actor by, CancellationToken ct = default);

    /// <summary>Gives an upload up: its key is destroyed, which the ledger certifies.</summary>
    Task<Outcome<bool>> EraseUploadAsync(string id, Actor by, CancellationToken ct = default);

    /// <summary>Erases uploads to which nothing was added for as long as the policy keeps them, and what a dead process left. The operator's and the clock's. How many.</summary>
    Task<Outcome<int>> EraseAbandonedAsync(Actor by, CancellationToken ct = default);

    /// <summary>Applies a whole upload as a delivery and erases it. Where the delivery is refused the upload stays, to be completed again.</summary>
    Task<Outcome<Receipt>> CompleteUploadAsync(string id, string sha256, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default);

    /// <summary>Agrees that the dataset is fetched from its holder's FHIR server, instead of or beside what the holder sends. The operator's.</summary>
    Task<Outcome<bool>> AgreePullAsync(DatasetId dataset, BulkSource source, Actor by, CancellationToken ct = default);

    /// <summary>Agrees that the dataset is fetched from its holder's SFTP drop folder; takes the place of another agreed source. The operator's.</summary>
    Task<Outcome<bool>> AgreeDropAsync(DatasetId dataset, SftpSource drop, Actor by, CancellationToken ct = default);

    /// <summary>The node's public key as a line of <c>authorized_keys</c>, for the SFTP servers that it fetches from.</summary>
    string SftpKey { get; }

    /// <summary>What is fetched from where, and when next.</summary>
    IReadOnlyList<PullState> Pulls { get; }

    /// <summary>
    /// Fetches what changed since the last time and takes it as a delivery; null where nothing had changed. Of a drop folder each finished file or folder is a delivery, and the last one's receipt comes back. Refused as a whole where the server or a
    /// part of its export fails: the next fetch asks for the same again.
    /// </summary>
    Task<Outcome<Receipt?>> PullAsync(DatasetId dataset, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default);

    /// <summary>
    /// FHIR <c>$import</c> by ping and pull: the holder names files at the server that was agreed for its dataset, and this node fetches them, by itself. How it goes
    /// is asked with <see cref="FindImport"/>.
    /// </summary>
    Task<Outcome<ImportState>> BeginImportAsync(HolderId holder, DatasetId dataset, BulkImport import, Actor by, CancellationToken ct = default);

    Outcome<ImportState> FindImport(string id, Actor by);

    /// <summary>The node's public keys as a JWK set, for the servers that it fetches from.</summary>
    string PullKeys { get; }

    /// <summary>
    /// Lets a dataset's records follow the corrections of linkage. Done after each delivery for all datasets; by command where
    /// that could not be, or where nothing is delivered. The operator's.
    /// </summary>
    Task<Outcome<CorrectionResult>> CorrectAsync(DatasetId dataset, Actor by, CancellationToken ct = default);

    IReadOnlyList<Receipt> Receipts(HolderId? holder = null);

    /// <summary>データ確定: the holder (or the operator for it) confirms a delivery wholly.</summary>
    Task<Outcome<Receipt>> ConfirmAsync(DeliveryId delivery, Actor by, CancellationToken ct = default);

    /// <summary>
    /// データ確定 of a period: what happened up to that day is confirmed in all that was delivered so far; what is delivered later, also for that period, is preliminary
    /// again. The number of deliveries that were not confirmed so far before.
    /// </summary>
    Task<Outcome<int>> ConfirmPeriodAsync(DatasetId dataset, DateOnly through, Actor by, CancellationToken ct = default);

    /// <summary>Sets the first day on which a delivery may be used (B6). Only the holder itself may make it earlier.</summary>
    Task<Outcome<Receipt>> EmbargoAsync(DeliveryId delivery, DateOnly until, Actor by, CancellationToken ct = default);

    IReadOnlyList<QuarantinedPiece> Quarantine(DeliveryId delivery);

    /// <summary>The sealed bytes of a quarantined piece, for the holder that delivered it.</summary>
    Outcome<byte[]> OpenQuarantined(string pieceId, Actor by);
}
