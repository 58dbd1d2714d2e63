using System.Globalization;
using Minato.Tables;
using Minato.Warehouse;
using static Minato.Tables.ColumnType;

namespace Minato.Processing.Tests;

/// <summary>Datasets as snapshots of real Parquet files, filled from text.</summary>
internal sealed class VillageWarehouse : IWarehouse
{
    private readonly ISnapshotStore store;
    private readonly List<DatasetInfo> datasets = [];

    public VillageWarehouse(string folder) => store = TablesRoom.OpenSnapshots(folder);

    public IReadOnlyList<DatasetInfo> Datasets => datasets;

    public IReadOnlyDictionary<string, TableShape> Shapes { get; } = new[]
    {
        Shape("person", ("person_id", Uuid), ("gender_concept_id", Integer), ("year_of_birth", Integer), ("prefecture", Text), ("location_id", Integer)),
        Shape("observation_period", ("observation_period_id", Integer), ("person_id", Uuid), ("observation_period_start_date", Date), ("observation_period_end_date", Date)),
        Shape("visit_occurrence", ("visit_occurrence_id", Integer), ("person_id", Uuid), ("visit_concept_id", Integer), ("visit_start_date", Date), ("visit_end_date", Date), ("care_site_id", Integer), ("visit_source_value", Text), ("record_key", Text), ("source_system", Text)),
        Shape("condition_occurrence", ("condition_occurrence_id", Integer), ("person_id", Uuid), ("condition_concept_id", Integer), ("condition_start_date", Date), ("condition_end_date", Date), ("condition_status_concept_id", Integer), ("visit_occurrence_id", Integer), ("condition_source_value", Text), ("record_key", Text), ("source_system", Text)),
        Shape("drug_exposure", ("drug_exposure_id", Integer), ("person_id", Uuid), ("drug_concept_id", Integer), ("drug_exposure_start_date", Date), ("drug_exposure_end_date", Date), ("days_supply", Integer), ("drug_source_value", Text), ("record_key", Text), ("source_system", Text)),
        Shape("procedure_occurrence", ("procedure_occurrence_id", Integer), ("person_id", Uuid), ("procedure_concept_id", Integer), ("procedure_date", Date), ("procedure_end_date", Date), ("procedure_source_value", Text), ("source_system", Text)),
        Shape("measurement", ("measurement_id", Integer), ("person_id", Uuid), ("measurement_concept_id", Integer), ("measurement_date", Date), ("value_as_number", ColumnType.Decimal), ("unit_concept_id", Integer), ("measurement_source_value", Text), ("record_key", Text), ("source_system", Text)),
        Shape("observation", ("observation_id", Integer), ("person_id", Uuid), ("observation_concept_id", Integer), ("observation_date", Date), ("value_as_number", ColumnType.Decimal), ("value_as_string", Text), ("observation_source_value", Text), ("source_system", Text)),
        Shape("death", ("person_id", Uuid), ("death_date", Date), ("cause_concept_id", Integer), ("cause_source_value", Text), ("source_system", Text)),
        Shape(WarehouseRoom.Variants, ("variant_occurrence_id", Integer), ("person_id", Uuid), ("variant_date", Date), ("reference_sequence", Text), ("chromosome", Text), ("position", Integer), ("reference_allele", Text), ("alternate_allele", Text), ("genotype", Text), ("copies", Integer), ("record_key", Text)),
    }.ToDictionary(s => s.Name);

    public IVocabulary Vocabulary { get; } = new Words();

    private static TableShape Shape(string name, params (string Name, ColumnType Type)[] columns) => new(name, [.. columns.Select(c => new Column(c.Name, c.Type))], ["person_id"]);

    /// <summary>
    /// A new snapshot of a dataset. One line per row: <c>TABLE PERSON column=value …</c>; ids are numbered by themselves.
    /// </summary>
    public Snapshot Deliver(string dataset, VillageLinkage linkage, string text)
    {
        var id = new DatasetId(dataset);
        if (datasets.All(d => d.Id != id))
        {
            datasets.Add(new DatasetInfo(id, new HolderId(dataset + "-holder"), DataCategory.Claims, new(dataset, dataset)));
        }

        using var change = store.Begin(id, "test");
        foreach (var file in change.Base?.Files ?? [])
        {
            change.Remove(file);
        }

        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        long number = 1000;
        foreach (var table in lines.GroupBy(l => l[0]))
        {
            var shape = Shapes[table.Key];
            using var session = TablesRoom.OpenSession(new SessionOptions { Threads = 1 });
            session.CreateTable(shape);
            using (var rows = session.Insert(shape))
            {
                foreach (var line in table)
                {
                    var values = line[2..].ToDictionary(w => w.Split('=')[0], w => w[(w.IndexOf('=') + 1)..]);
                    Assert.All(values.Keys, k => Assert.Contains(shape.Columns, c => c.Name == k));
                    foreach (var column in shape.Columns)
                    {
                        var v = values.GetValueOrDefault(column.Name);
                        _ = column.Type switch
                        {
                            Uuid => rows.Add((Guid?)linkage.InDataset(dataset, line[1])),
                            Date => rows.Add(v is null ? null : World.Day(v)),
                            ColumnType.Decimal => rows.Add(v is null ? null : (decimal?)decimal.Parse(v, CultureInfo.InvariantCulture)),
                            Integer => rows.Add(v is not null ? long.Parse(v, CultureInfo.InvariantCulture) : column.Name == table.Key + "_id" ? number++ : null),
                            _ => rows.Add(v ?? (column.Name == "record_key" ? $"secret-key-of-{line[1]}" : null)),
                        };
                    }

                    rows.EndRow();
                }
            }

            var path = change.NewFile(table.Key);
            var count = session.WriteParquet($"select * from {table.Key}", path);
            change.Add(table.Key, path, count);
        }

        return change.Commit(DateTimeOffset.UnixEpoch).Value;
    }

    /// <summary>How the deliveries of the village's datasets stand; nothing is said of most.</summary>
    public Dictionary<string, IReadOnlyList<DeliveryStanding>> Standings { get; } = [];

    public IReadOnlyList<DeliveryStanding> StandingOf(DatasetId dataset) => Standings.GetValueOrDefault(dataset.Value) ?? [];

    public Snapshot? Latest(DatasetId dataset) => store.Latest(dataset);

    public Snapshot? Find(DatasetId dataset, string snapshotId) => store.Find(dataset, snapshotId);

    public void Attach(ITableSession session, Snapshot snapshot, string prefix = "")
    {
        foreach (var shape in Shapes.Values)
        {
            session.AttachTable(prefix + shape.Name, shape, [.. snapshot.Files.Where(f => f.Table == shape.Name).Select(f => store.PathOf(snapshot.Dataset, f))]);
        }
    }

    public ITableSession OpenSession() => TablesRoom.OpenSession();

    public Outcome<DatasetInfo> Register(DatasetInfo dataset) => throw new NotSupportedException();

    public IWarehouseBatch Begin(DatasetId dataset, DeliveryId delivery) => throw new NotSupportedException();

    public Task<Outcome<CorrectionResult>> CorrectAsync(DatasetId dataset, IReadOnlyList<PersonCorrection> corrections, CancellationToken ct = default) => throw new NotSupportedException();

    public IReadOnlyList<Pseudonym<Dataset>> NamesOf(DatasetId dataset) => throw new NotSupportedException();

    public Task<Outcome<CorrectionResult>> RenewAsync(DatasetId dataset, IReadOnlyList<(Pseudonym<Dataset> Former, Pseudonym<Dataset> New)> map, CancellationToken ct = default) => throw new NotSupportedException();

    public long ConceptOf(string system, string code) => 0;

    private sealed class Words : IVocabulary
    {
        public IReadOnlyCollection<long> MappedTo(long conceptId) => [];

        public IReadOnlyCollection<long> Ingredients(long drugConceptId) => [];

        public string Version => "village-1";

        public IReadOnlyCollection<long> Descendants(long conceptId) => [.. Concepts.Below(conceptId)];

        public Bilingual? NameOf(long conceptId) => null;

        public Bilingual? NameOf(string system, string code) => null;
    }
}
