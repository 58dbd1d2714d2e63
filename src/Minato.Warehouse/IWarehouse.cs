using Minato.Tables;

namespace Minato.Warehouse;

/// <summary>A dataset as the warehouse knows it.</summary>
public sealed record DatasetInfo(DatasetId Id, HolderId Holder, DataCategory Category, Bilingual Title);

/// <summary>What a batch added, corrected and left out.</summary>
public sealed record BatchResult(Snapshot Snapshot, IReadOnlyDictionary<string, long> RowsByTable, long PersonsAdded, long RecordsReplaced, long UnmappedCodes);

/// <summary>
/// What happened? OMOP CDM v5.4 tables per dataset, source values kept beside concepts (D4). Never sees a name.
/// <c>person_id</c> is the dataset pseudonym as UUID; every event row carries <c>record_key</c>, <c>source_line</c> and <c>link_class</c>.
/// </summary>
public interface IWarehouse
{
    Outcome<DatasetInfo> Register(DatasetInfo dataset);

    IReadOnlyList<DatasetInfo> Datasets { get; }

    /// <summary>How many datasets are registered.</summary>
    int Registered => Datasets.Count;

    DatasetInfo? Find(DatasetId dataset) => Datasets.FirstOrDefault(d => d.Id == dataset);

    /// <summary>Starts taking in one delivery. Nothing is visible before <see cref="IWarehouseBatch.CommitAsync"/>.</summary>
    IWarehouseBatch Begin(DatasetId dataset, DeliveryId delivery);

    /// <summary>
    /// Lets the dataset's records follow what Linkage says of who is who: one new snapshot, which also keeps the corrections, so that
    /// the same again changes nothing and later records are placed by them. Corrections of records that are not here are kept for
    /// when they come. In any order; of two about the same the higher number holds.
    /// </summary>
    Task<Outcome<CorrectionResult>> CorrectAsync(DatasetId dataset, IReadOnlyList<PersonCorrection> corrections, CancellationToken ct = default);

    /// <summary>Every name under which the dataset knows somebody, also of persons who were merged since: what a renewal must cover.</summary>
    IReadOnlyList<Pseudonym<Dataset>> NamesOf(DatasetId dataset);

    /// <summary>Replaces names everywhere by those of a newer key, in one new snapshot. Names that the map leaves out stay.</summary>
    Task<Outcome<CorrectionResult>> RenewAsync(DatasetId dataset, IReadOnlyList<(Pseudonym<Dataset> Former, Pseudonym<Dataset> New)> map, CancellationToken ct = default);

    /// <summary>The CDM tables' shapes, by name.</summary>
    IReadOnlyDictionary<string, TableShape> Shapes { get; }

    Snapshot? Latest(DatasetId dataset);

    Snapshot? Find(DatasetId dataset, string snapshotId);

    /// <summary>A session in which the snapshot's CDM tables are views, each under <c>{prefix}{table}</c>.</summary>
    void Attach(ITableSession session, Snapshot snapshot, string prefix = "");

    /// <summary>
    /// Runs the quality checks of <c>standards/quality</c> and <c>standards/cdm</c> on the latest snapshot, keeps the report with it and says so on the ledger.
    /// With a delivery: on what that one brought and still holds. A warehouse that keeps no quality refuses.
    /// </summary>
    Task<Outcome<QualityReport>> MeasureAsync(DatasetId dataset, DeliveryId? delivery = null, CancellationToken ct = default) =>
        Task.FromResult<Outcome<QualityReport>>(Finding.Error("warehouse.no-quality", "This warehouse measures no quality", "Ask the node that holds the dataset"));

    /// <summary>The reports of a dataset's snapshots and deliveries, oldest first: the trend.</summary>
    IReadOnlyList<QualityReport> QualityOf(DatasetId dataset) => [];

    /// <summary>What was measured of the dataset's whole snapshots, in short, oldest first: the trend.</summary>
    IReadOnlyList<QualityShares> SharesOf(DatasetId dataset) => [];

    /// <summary>How the deliveries that are in the dataset stand, oldest first.</summary>
    IReadOnlyList<DeliveryStanding> StandingOf(DatasetId dataset) => [];

    /// <summary>
    /// From now on the delivery may be used from that day only (B6). Said before the delivery comes in, so that there is no moment without it; a later word takes its place.
    /// A warehouse that keeps no standing refuses.
    /// </summary>
    Task<Outcome<bool>> EmbargoAsync(DatasetId dataset, DeliveryId delivery, DateOnly until, Actor by, CancellationToken ct = default) => Task.FromResult<Outcome<bool>>(NoStanding);

    /// <summary>Its holder confirms a delivery, or all that came in so far: wholly, or what happened up to a day. How many were not confirmed so far before.</summary>
    /// <param name="delivery">Null: all of the dataset.</param>
    Task<Outcome<int>> ConfirmAsync(DatasetId dataset, DeliveryId? delivery, DateOnly? through, Actor by, CancellationToken ct = default) => Task.FromResult<Outcome<int>>(NoStanding);

    private static Finding NoStanding => Finding.Error("warehouse.no-standing", "This warehouse does not keep how deliveries stand", "Ask the node that holds the dataset");

    ITableSession OpenSession();

    /// <summary>The concept of a source code, 0 where unmapped (OMOP's convention), with the vocabulary's version.</summary>
    long ConceptOf(string system, string code);

    IVocabulary Vocabulary { get; }
}

/// <summary>The loaded vocabulary: our own small one, or a loaded OHDSI export.</summary>
public interface IVocabulary
{
    string Version { get; }

    /// <summary>Concepts below a concept, itself included.</summary>
    IReadOnlyCollection<long> Descendants(long conceptId);

    /// <summary>The source concepts that are mapped to a standard one; none where no OHDSI export is loaded.</summary>
    IReadOnlyCollection<long> MappedTo(long conceptId);

    /// <summary>The ingredients of a drug, as the vocabularies know them; none where they do not.</summary>
    IReadOnlyCollection<long> Ingredients(long drugConceptId);

    /// <summary>Display name in both languages, null where unknown.</summary>
    Bilingual? NameOf(long conceptId);

    Bilingual? NameOf(string system, string code);
}

/// <summary>One delivery being stored. Records with the key of an earlier record of the dataset replace it.</summary>
public interface IWarehouseBatch : IDisposable
{
    /// <summary>Takes a record's medical half. Whose it is follows with <see cref="Place"/>, before the commit.</summary>
    /// <param name="ticket">The record's number within the delivery, by which Linkage answers it and may correct the answer.</param>
    void Add(int ticket, string recordKey, Demographics demographics, IReadOnlyList<HealthFact> facts);

    /// <summary>Whose the record of that ticket is. Once for each record.</summary>
    /// <param name="linkClass">Linkage's class of the record as a number.</param>
    void Place(int ticket, Pseudonym<Dataset> person, int linkClass);

    /// <summary>Takes a record of which it is known already whose it is.</summary>
    void Add(int ticket, Pseudonym<Dataset> person, int linkClass, string recordKey, Demographics demographics, IReadOnlyList<HealthFact> facts)
    {
        Add(ticket, recordKey, demographics, facts);
        Place(ticket, person, linkClass);
    }

    /// <summary>
    /// Corrections of linkage that the dataset may not have heard yet: the delivery's records are placed by them at once, instead of being
    /// written again afterwards. <see cref="IWarehouse.CorrectAsync"/> is what keeps them.
    /// </summary>
    void Hear(IReadOnlyList<PersonCorrection> corrections);

    Task<Outcome<BatchResult>> CommitAsync(CancellationToken ct = default);
}
