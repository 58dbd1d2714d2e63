using System.Security.Cryptography;
using System.Text;
using Minato.Ledger;
using Minato.Tables;
using Minato.Warehouse;

namespace Minato.Catalogue.Tests;

/// <summary>A warehouse of real Parquet files, written row by row by the test, and a real ledger.</summary>
internal sealed class Harbour : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("minato-catalogue-").FullName;
    private readonly LedgerRoom ledger;

    public Harbour(int smallCell = 10)
    {
        ledger = LedgerRoom.Open(new(Path.Combine(folder, "ledger"), "test.example/ledger"), new KeysInMemory(), TimeProvider.System);
        Warehouse = new ShelfWarehouse(Path.Combine(folder, "files"), ledger);
        Catalogue = CatalogueRoom.Open(new CatalogueOptions(smallCell) { UseTerms = Terms }, ledger, Warehouse, Clock);
    }

    /// <summary>The repository's own terms of use.</summary>
    private static UseTerms Terms { get; } = UseTerms.Read(Standards());

    public ShelfWarehouse Warehouse { get; }

    public ILedger Ledger => ledger;

    public ICatalogue Catalogue { get; }

    public SetClock Clock { get; } = new();

    public static Actor Operator { get; } = new(new("office"), Role.Operator, "Office");

    public static Actor HolderOf(string holder) => new(new("somebody"), Role.Holder, "Somebody", holder);

    public static HolderDescription Words { get; } = new(
        new("港病院の診療データ", "Clinical data of the Port Hospital"), new("入院と外来の診療記録。検査の値を含む。", "Inpatient and outpatient records with laboratory values."),
        new("薬の効果を調べる研究者", "Researchers of drug effects"), "B", 60, ["糖尿病", "laboratory"], "data@port-hospital.example", "monthly");

    private static string Standards()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Minato.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return Path.Combine(folder, "standards");
    }

    public ICatalogue Reopen(int smallCell = 10) => CatalogueRoom.Open(new CatalogueOptions(smallCell) { UseTerms = Terms }, ledger, Warehouse, Clock);

    public void Dispose()
    {
        ledger.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    internal sealed class SetClock : TimeProvider
    {
        public DateTimeOffset At { get; set; } = Now;

        public override DateTimeOffset GetUtcNow() => At;
    }

    private sealed class KeysInMemory : IKeyStore
    {
        public byte[] Key(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name));

        public void Destroy(string name) { }

        public bool IsDestroyed(string name) => false;
    }
}

/// <summary>The warehouse's port over files on a shelf, with the shapes that these stories need.</summary>
internal sealed class ShelfWarehouse(string folder, ILedger ledger) : IWarehouse
{
    private readonly List<DatasetInfo> datasets = [];
    private readonly Dictionary<DatasetId, Snapshot> latest = [];
    private int number;

    /// <summary>How all datasets' deliveries stand.</summary>
    public IReadOnlyList<DeliveryStanding> Standings { get; set => SayAll(field = value, "standing"); } = [];

    public IReadOnlyList<DeliveryStanding> StandingOf(DatasetId dataset) => Standings;

    /// <summary>What was measured of all datasets' snapshots.</summary>
    public IReadOnlyList<QualityShares> Shares { get; set => SayAll(field = value, "dataset"); } = [];

    public IReadOnlyList<QualityShares> SharesOf(DatasetId dataset) => Shares;

    public static TableShape Person { get; } = new("person",
        [new("person_id", ColumnType.Uuid, false), new("gender_concept_id", ColumnType.Integer), new("year_of_birth", ColumnType.Integer), new("person_source_value", ColumnType.Text)], ["person_id"]);

    public static TableShape Condition { get; } = new("condition_occurrence",
        [
            new("condition_occurrence_id", ColumnType.Integer, false), new("person_id", ColumnType.Uuid, false), new("condition_concept_id", ColumnType.Integer), new("condition_start_date", ColumnType.Date),
            new("condition_type_concept_id", ColumnType.Integer), new("condition_source_value", ColumnType.Text), new("care_site_source_value", ColumnType.Text),
            new("link_class", ColumnType.Integer), new("record_key", ColumnType.Text), new("source_line", ColumnType.Integer), new("source_system", ColumnType.Text),
        ],
        ["person_id"]);

    public static TableShape Measurement { get; } = new("measurement",
        [new("person_id", ColumnType.Uuid, false), new("measurement_concept_id", ColumnType.Integer), new("measurement_date", ColumnType.Date), new("value_as_number", ColumnType.Decimal)], ["person_id"]);

    public IReadOnlyList<DatasetInfo> Datasets => [.. datasets];

    public IReadOnlyDictionary<string, TableShape> Shapes { get; } = new[] { Person, Condition, Measurement }.ToDictionary(s => s.Name);

    public IVocabulary Vocabulary { get; } = new Words();

    public int Sessions { get; private set; }

    public Outcome<DatasetInfo> Register(DatasetInfo dataset)
    {
        datasets.Add(dataset);
        Say(dataset.Id, "dataset");
        return dataset;
    }

    /// <summary>As the warehouse does with whatever changes it; only the stream's name counts here.</summary>
    private void Say(DatasetId dataset, string stream) =>
        _ = ledger.AppendAsync($"{stream}/{dataset}", -1, Harbour.Operator.Id, [new NewEvent("warehouse.changed", "{}"u8.ToArray())]).GetAwaiter().GetResult().Value;

    public DatasetInfo Register(string id, DataCategory category = DataCategory.MedicalRecord, string ja = "見本", string en = "Sample") =>
        Register(new DatasetInfo(new(id), new("port-hospital"), category, new(ja, en))).Value;

    public Snapshot? Latest(DatasetId dataset) => latest.GetValueOrDefault(dataset);

    public Snapshot? Find(DatasetId dataset, string snapshotId) => throw new NotSupportedException();

    public IWarehouseBatch Begin(DatasetId dataset, DeliveryId delivery) => throw new NotSupportedException();

    public Task<Outcome<CorrectionResult>> CorrectAsync(DatasetId dataset, IReadOnlyList<PersonCorrection> corrections, CancellationToken ct = default) => throw new NotSupportedException();

    public IReadOnlyList<Pseudonym<Dataset>> NamesOf(DatasetId dataset) => throw new NotSupportedException();

    public Task<Outcome<CorrectionResult>> RenewAsync(DatasetId dataset, IReadOnlyList<(Pseudonym<Dataset> Former, Pseudonym<Dataset> New)> map, CancellationToken ct = default) => throw new NotSupportedException();

    public long ConceptOf(string system, string code) => throw new NotSupportedException();

    public ITableSession OpenSession()
    {
        Sessions++;
        return TablesRoom.OpenSession(new SessionOptions { Threads = 2 });
    }

    public void Attach(ITableSession session, Snapshot snapshot, string prefix = "")
    {
        foreach (var shape in Shapes.Values)
        {
            session.AttachTable(prefix + shape.Name, shape, [.. snapshot.Files.Where(f => f.Table == shape.Name).Select(f => Path.Combine(folder, f.Path))]);
        }
    }

    private void SayAll(object _, string stream) => datasets.ForEach(d => Say(d.Id, stream));

    /// <summary>Puts rows on the shelf as the dataset's next snapshot.</summary>
    public void Deliver(DatasetInfo dataset, params IReadOnlyList<(TableShape Shape, IReadOnlyList<object?[]> Rows)> tables)
    {
        Directory.CreateDirectory(folder);
        List<TableFile> files = [];
        using var session = TablesRoom.OpenSession();
        foreach (var (shape, rows) in tables)
        {
            session.CreateTable(shape);
            using (var appender = session.Insert(shape))
            {
                foreach (var row in rows)
                {
                    for (var i = 0; i < row.Length; i++)
                    {
                        _ = shape.Columns[i].Type switch
                        {
                            ColumnType.Integer => appender.Add(row[i] is null ? null : Convert.ToInt64(row[i])),
                            ColumnType.Decimal => appender.Add((decimal?)row[i]),
                            ColumnType.Date => appender.Add((DateOnly?)row[i]),
                            ColumnType.Uuid => appender.Add((Guid?)row[i]),
                            ColumnType.Boolean => appender.Add((bool?)row[i]),
                            _ => appender.Add((string?)row[i]),
                        };
                    }

                    appender.EndRow();
                }
            }

            var path = $"{dataset.Id}-{++number}-{shape.Name}.parquet";
            files.Add(new TableFile(shape.Name, path, session.WriteParquet($"select * from {shape.Name}", Path.Combine(folder, path)), 0, ""));
        }

        latest[dataset.Id] = new Snapshot($"s{++number}", dataset.Id, number, null, new(2025, 6, 30, 0, 0, 0, TimeSpan.Zero), "test", files);
        Say(dataset.Id, "dataset");
    }

    private sealed class Words : IVocabulary
    {
        public IReadOnlyCollection<long> MappedTo(long conceptId) => [];

        public IReadOnlyCollection<long> Ingredients(long drugConceptId) => [];

        public string Version => "test";

        public IReadOnlyCollection<long> Descendants(long conceptId) => [conceptId];

        public Bilingual? NameOf(long conceptId) => conceptId switch
        {
            201826 => new("２型糖尿病", "Type 2 diabetes mellitus"),
            320128 => new("高血圧症", "Essential hypertension"),
            _ => null,
        };

        public Bilingual? NameOf(string system, string code) => (system, code) == ("icd10", "E119") ? new("２型糖尿病", "Type 2 diabetes mellitus") : null;
    }
}

internal static class Rows
{
    public static Guid Who(int person) => new(person, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);

    public static object?[] Person(int person, int? born = 1960, int sex = 8507) => [Who(person), sex, born, "withheld"];

    public static object?[] Condition(int person, int concept = 201826, string? source = "E119", DateOnly? day = null, int linkClass = 1, int row = 0) =>
        [row, Who(person), concept, day ?? new DateOnly(2020, 5, 1), 32817, source, "clinic-7", linkClass, $"key-{person}", row, "icd10"];

    public static object?[] Measurement(int person, decimal? value, int concept = 3004410) => [Who(person), concept, new DateOnly(2021, 1, 1), value];

    public static IReadOnlyList<object?[]> Of(int people, Func<int, object?[]> row) => [.. Enumerable.Range(1, people).Select(row)];
}
