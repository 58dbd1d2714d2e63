using Minato.Tables;
using Minato.Warehouse.Shapes;

namespace Minato.Warehouse.Batches;

/// <summary>
/// A delivery on its way in: records go straight into the engine's staging tables, which spill to disk beyond the
/// memory limit. Used by one thread at a time.
/// </summary>
internal sealed class Batch : IWarehouseBatch
{
    private readonly Warehouse warehouse;
    private readonly DatasetId dataset;
    private readonly DeliveryId delivery;
    private readonly ITableSession session;
    private IReadOnlyList<PersonCorrection> corrections = [];
    private IRowAppender? records;
    private IRowAppender? facts;
    private long recordNumber;
    private long sequence;
    private long withheld;
    private long adrift;

    /// <summary>From when to when the events of the record at hand reach.</summary>
    private DateOnly? first;
    private DateOnly? last;

    public Batch(Warehouse warehouse, DatasetId dataset, DeliveryId delivery)
    {
        (this.warehouse, this.dataset, this.delivery) = (warehouse, dataset, delivery);
        session = warehouse.OpenSession();
        session.CreateTable(StagedRows.Records);
        session.CreateTable(StagedRows.Facts);
        records = session.Insert(StagedRows.Records);
        facts = session.Insert(StagedRows.Facts);
    }

    /// <summary>Codes that no concept is known for.</summary>
    public long Unmapped { get; private set; }

    public void Add(int ticket, Pseudonym<Dataset> person, int linkClass, string recordKey, Demographics demographics, IReadOnlyList<HealthFact> facts)
    {
        ObjectDisposedException.ThrowIf(records is null, this);
        ArgumentException.ThrowIfNullOrEmpty(recordKey);
        recordNumber++;
        (first, last) = (null, null);
        var visits = VisitsOf(facts);
        for (var i = 0; i < facts.Count; i++)
        {
            var fact = facts[i];
            Stage(fact, sequence + 1 + i, visits is not null && visits.TryGetValue(fact.VisitKey, out var visit) ? visit : null);
        }

        sequence += facts.Count;
        records.Add(recordNumber).Add(recordKey).Add((long)ticket).Add(person.ToGuid()).Add((long)linkClass).Add(demographics.YearOfBirth).Add(demographics.MonthOfBirth)
            .Add((long)demographics.Sex).Add(FactCleaning.PlaceCode(demographics, ref withheld)).Add(first).Add(last).EndRow();
    }

    public void Hear(IReadOnlyList<PersonCorrection> corrections) => this.corrections = corrections;

    public async Task<Outcome<BatchResult>> CommitAsync(CancellationToken ct = default)
    {
        ObjectDisposedException.ThrowIf(records is null, this);
        Flush();
        if (warehouse.InfoOf(dataset) is not { } info)
        {
            return Finding.Error("warehouse.unknown-dataset", $"Dataset {dataset} is not registered", "Register the dataset before delivering to it");
        }

        var turn = warehouse.Turns.GetOrAdd(dataset, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var written = await Task.Run(() => new BatchCommit(warehouse, session, info, delivery, corrections, ct).Write(), ct).ConfigureAwait(false);
            if (!written.Try(out var result))
            {
                return written;
            }

            // Not cancellable: the snapshot is there, so it must be said.
            var said = await warehouse.RecordAsync(result.Snapshot, CancellationToken.None).ConfigureAwait(false);
            return said.IsOk ? Outcome<BatchResult>.Ok(result with { UnmappedCodes = Unmapped }, [.. Warnings()]) : Outcome<BatchResult>.Refused(said.Findings);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        Flush();
        session.Dispose();
    }

    private List<Finding> Warnings()
    {
        var warnings = new List<Finding>();
        if (withheld > 0)
        {
            warnings.Add(Finding.Warning("warehouse.value-withheld", $"{withheld} values were not stored: too long for a code, or a number out of all range", "Look at the source's coded fields: free text does not belong there"));
        }

        if (adrift > 0)
        {
            warnings.Add(Finding.Warning("warehouse.ward-without-visit", $"{adrift} stretches in a ward were not stored: their record has no visit", "Deliver the stay together with its wards"));
        }

        return warnings;
    }

    /// <summary>Visit key → the number of the visit's row. The first visit fact of a key is the visit.</summary>
    private Dictionary<string, long>? VisitsOf(IReadOnlyList<HealthFact> facts)
    {
        Dictionary<string, long>? visits = null;
        for (var i = 0; i < facts.Count; i++)
        {
            if (facts[i].Kind == FactKind.Visit)
            {
                (visits ??= new(StringComparer.Ordinal)).TryAdd(facts[i].VisitKey, sequence + 1 + i);
            }
        }

        return visits;
    }

    private void Stage(HealthFact fact, long seq, long? visit)
    {
        if (fact.Kind == FactKind.Ward && visit is null)
        {
            adrift++;
            return;
        }

        var code = FactCleaning.Code(fact.System == CodeSystem.Udi ? DeviceIdentifier.Of(fact.Code) : fact.Code, ref withheld);
        var valueCode = FactCleaning.Code(fact.ValueCode, ref withheld);
        var unit = FactCleaning.Code(fact.Unit, ref withheld);
        var days = FactCleaning.Days(fact.Days, ref withheld);
        var (source, concept, kind) = ConceptsOf(fact, code);
        long? valueConcept = code is not null && valueCode is not null && ConceptOfValue(fact, code, valueCode) is > 0 and var known ? known : null;
        long? unitConcept = unit is null ? null : warehouse.Codes.Units.GetValueOrDefault(unit);
        var stop = FactCleaning.Stop(fact, days);
        if (kind != FactKind.Coverage)
        {
            first = first is { } f && f <= fact.Start ? f : fact.Start;
            last = last is { } l && l >= (stop ?? fact.Start) ? l : stop ?? fact.Start;
        }

        facts!.Add(seq).Add(recordNumber).Add((long)kind).Add(fact.Start).Add(stop).Add(FactCleaning.Code(fact.System, ref withheld)).Add(code)
            .Add(concept).Add(source).Add(FactCleaning.Number(fact.Value, ref withheld)).Add(unit).Add(unitConcept).Add(valueCode).Add(valueConcept).Add(fact.Suspected)
            .Add(days).Add(FactCleaning.Number(fact.Quantity, ref withheld)).Add(visit).Add(FactCleaning.Facility(fact.Facility)).Add(FactCleaning.Provider(fact.Facility, fact.Specialty))
            .Add(FactCleaning.Identifier(fact.Kind == FactKind.Device ? DeviceIdentifier.Of(fact.Identifier) : fact.Identifier, ref withheld)).Add(fact.FromText).Add(fact.Line).EndRow();
    }

    /// <summary>A coded result is said within its question (<c>code:value</c>), a body site by itself.</summary>
    private long ConceptOfValue(HealthFact fact, string code, string value) =>
        warehouse.ConceptOf(fact.System, fact.Kind is FactKind.Image or FactKind.Specimen ? value : $"{code}:{value}");

    /// <summary>The fact's concepts, and the kind of table it goes to: that of the standard concept's domain, as the CDM has it.</summary>
    private (long Source, long Standard, FactKind Kind) ConceptsOf(HealthFact fact, string? code)
    {
        switch (fact.Kind)
        {
            case FactKind.Visit or FactKind.Ward:
                return (0, Concepts.VisitOf(fact.Code), fact.Kind);
            case FactKind.Coverage or FactKind.Cost:
                return (0, 0, fact.Kind);
            default:
                if (code is null)
                {
                    return (0, 0, fact.Kind);
                }

                var (source, standard, home) = warehouse.Codes.Find(fact.System, code);
                Unmapped += standard == 0 ? 1 : 0;
                return (source, standard, Routing.TableOf(fact, home));
        }
    }

    private void Flush()
    {
        records?.Dispose();
        facts?.Dispose();
        (records, facts) = (null, null);
    }
}
