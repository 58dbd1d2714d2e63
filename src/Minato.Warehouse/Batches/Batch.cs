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
    private readonly StagedFacts?[] facts = new StagedFacts?[Enum.GetValues<FactKind>().Length];
    private StagedFacts? told;
    private IRowAppender? wards;
    private readonly Dictionary<string, long> visits = new(StringComparer.Ordinal);
    private IRowAppender? records;
    private IRowAppender? answers;
    private IRowAppender? places;
    private Terms? terms;
    private long recordNumber;
    private long placed;
    private long sequence;
    private long withheld;
    private long adrift;

    /// <summary>From when to when the events of the record at hand reach.</summary>
    private DateOnly? first;
    private DateOnly? last;

    /// <summary>The note of the record at hand that was named last: what follows was read in it.</summary>
    private long? note;

    /// <summary>Where the last fact was: most facts are where the one before was.</summary>
    private (string? Facility, string? Specialty, long? FacilityId, long? ProviderId) place;

    public Batch(Warehouse warehouse, DatasetId dataset, DeliveryId delivery)
    {
        (this.warehouse, this.dataset, this.delivery) = (warehouse, dataset, delivery);
        session = warehouse.OpenSession();
        session.CreateTable(StagedRows.Records);
        session.CreateTable(StagedRows.Answers);
        session.CreateTable(StagedRows.Terms);
        session.CreateTable(StagedRows.Places);
        session.CreateTable(StagedRows.Wards);
        records = session.Insert(StagedRows.Records);
        answers = session.Insert(StagedRows.Answers);
        places = session.Insert(StagedRows.Places);
        wards = session.Insert(StagedRows.Wards);
        terms = new Terms(warehouse, session.Insert(StagedRows.Terms));
    }

    /// <summary>Codes that no concept is known for.</summary>
    public long Unmapped { get; private set; }

    public void Add(int ticket, string recordKey, Demographics demographics, IReadOnlyList<HealthFact> facts)
    {
        ObjectDisposedException.ThrowIf(records is null, this);
        ArgumentException.ThrowIfNullOrEmpty(recordKey);
        recordNumber++;
        (first, last) = (null, null);
        NoteVisits(facts);
        note = null;
        for (var i = 0; i < facts.Count; i++)
        {
            var fact = facts[i];
            Stage(fact, sequence + 1 + i, visits.Count > 0 && visits.TryGetValue(fact.VisitKey, out var visit) ? visit : null);
        }

        sequence += facts.Count;
        records.Add(recordNumber).Add(recordKey).Add((long)ticket).Add(demographics.YearOfBirth).Add(demographics.MonthOfBirth)
            .Add((long)demographics.Sex).Add(FactCleaning.PlaceCode(demographics, ref withheld)).Add(first).Add(last).EndRow();
    }

    public void Place(int ticket, Pseudonym<Dataset> person, int linkClass)
    {
        ObjectDisposedException.ThrowIf(answers is null, this);
        placed++;
        answers.Add((long)ticket).Add(person.ToGuid()).Add((long)linkClass).EndRow();
    }

    public void Hear(IReadOnlyList<PersonCorrection> corrections) => this.corrections = corrections;

    public async Task<Outcome<BatchResult>> CommitAsync(CancellationToken ct = default)
    {
        ObjectDisposedException.ThrowIf(records is null, this);
        Flush();
        if (warehouse.Find(dataset) is not { } info)
        {
            return Finding.Error("warehouse.unknown-dataset", $"Dataset {dataset} is not registered", "Register the dataset before delivering to it");
        }

        if (placed != recordNumber)
        {
            throw new InvalidOperationException($"Of {recordNumber} records {placed} have a person");
        }

        var turn = warehouse.Turns.GetOrAdd(dataset, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var written = await Task.Run(() => new BatchCommit(warehouse, session, info, delivery, Staged, corrections, ct).Write(), ct).ConfigureAwait(false);
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

    /// <summary>The tables that get rows.</summary>
    private HashSet<string> Staged =>
        [.. Enum.GetValues<FactKind>().Where(k => facts[(int)k] is not null).Select(k => CdmTables.Of(k).Name), .. told is null ? [] : (string[])[CdmTables.NoteNlp.Name]];

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
    private void NoteVisits(IReadOnlyList<HealthFact> facts)
    {
        visits.Clear();
        for (var i = 0; i < facts.Count; i++)
        {
            if (facts[i].Kind == FactKind.Visit)
            {
                visits.TryAdd(facts[i].VisitKey, sequence + 1 + i);
            }
        }
    }

    private void Stage(HealthFact fact, long seq, long? visit)
    {
        if (fact.Kind == FactKind.Ward && visit is null)
        {
            adrift++;
            return;
        }

        // A variant without its alleles says nothing.
        if (fact.Kind == FactKind.Variant && FactCleaning.Alleles(fact.Identifier, ref withheld) is null)
        {
            return;
        }

        if (fact.Kind == FactKind.Note)
        {
            note = seq;
        }

        var term = terms!.Of(fact);
        withheld += term.Withheld;
        Unmapped += term.IsMapped ? 0 : 1;
        var kind = Routing.TableOf(fact, term.Home);
        var days = FactCleaning.Days(fact.Days, ref withheld);
        var (facility, provider) = PlaceOf(fact);
        var stop = FactCleaning.Stop(fact, days);
        if (kind != FactKind.Coverage)
        {
            first = first is { } f && f <= fact.Start ? f : fact.Start;
            last = last is { } l && l >= (stop ?? fact.Start) ? l : stop ?? fact.Start;
        }

        var staged = new StagedFact(
            seq, recordNumber, term.Number, fact.Start, stop, FactCleaning.Number(fact.Value, ref withheld), fact.Suspected, days, FactCleaning.Number(fact.Quantity, ref withheld), visit, facility, provider,
            IdentifierOf(fact), fact.TextPlace, note, fact.Line);
        (this.facts[(int)kind] ??= new StagedFacts(session, CdmTables.Of(kind))).Add(staged);
        if (fact.FromText && note is not null)
        {
            (told ??= new StagedFacts(session, CdmTables.NoteNlp)).Add(staged);
        }
    }

    private string? IdentifierOf(HealthFact fact) => fact.Kind switch
    {
        FactKind.Variant => fact.Identifier,
        FactKind.Device => FactCleaning.Identifier(DeviceIdentifier.Of(fact.Identifier), ref withheld),
        _ => FactCleaning.Identifier(fact.Identifier, ref withheld),
    };

    private (long? Facility, long? Provider) PlaceOf(HealthFact fact)
    {
        if (place.Facility != fact.Facility || place.Specialty != fact.Specialty)
        {
            place = (fact.Facility, fact.Specialty, FactCleaning.Facility(fact.Facility), FactCleaning.Provider(fact.Facility, fact.Specialty));
            places!.Add(place.FacilityId).Add(place.ProviderId).EndRow();
        }

        if (fact.Kind == FactKind.Ward && FactCleaning.Ward(fact.Facility, fact.ValueCode) is { } ward)
        {
            wards!.Add(ward.Id).Add(place.FacilityId).Add(ward.Name).EndRow();
            return (ward.Id, place.ProviderId);
        }

        return (place.FacilityId, place.ProviderId);
    }

    private void Flush()
    {
        records?.Dispose();
        answers?.Dispose();
        places?.Dispose();
        terms?.Dispose();
        (records, answers, places, terms) = (null, null, null, null);
        wards?.Dispose();
        wards = null;
        told?.Dispose();
        foreach (var table in facts)
        {
            table?.Dispose();
        }
    }
}
