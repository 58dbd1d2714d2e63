using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Minato.Access;
using Minato.Disclosure;
using Minato.Ledger;
using Minato.Linkage;
using Minato.OptOut;
using Minato.Processing.Cohorts;
using Minato.Processing.Linked;
using Minato.Processing.Standards;
using Minato.Tables;
using Minato.Tables.Queries;
using Minato.Warehouse;
using static Minato.Tables.Queries.Expr;
using Project = Minato.Kernel.Project;

namespace Minato.Processing.Extracting;

/// <summary>A permit's data, made once or made again: link, leave out who refused, select, process, measure (H3, H4).</summary>
internal sealed class ExtractionDesk
{
    private readonly ProcessingOptions options;
    private readonly ILedger ledger;
    private readonly IAccess access;
    private readonly IOptOut optOut;
    private readonly ILinkage linkage;
    private readonly Linking linking;
    private readonly IWarehouse warehouse;
    private readonly TimeProvider clock;
    private readonly ExtractionFolders folders;
    private readonly Projection<ExtractionHistory, ProcessingEvent> history;
    private readonly ConcurrentDictionary<PermitId, SemaphoreSlim> turns = new();

    public ExtractionDesk(ProcessingOptions options, ILedger ledger, IAccess access, IOptOut optOut, ILinkage linkage, IWarehouse warehouse, Linking linking, TimeProvider clock)
    {
        (this.options, this.ledger, this.access, this.optOut, this.linkage, this.warehouse, this.linking, this.clock) = (options, ledger, access, optOut, linkage, warehouse, linking, clock);
        folders = new ExtractionFolders(options.Folder);
        history = new(ledger, "processing", "extraction/", (before, e, _) => ExtractionHistory.Evolve(before, e));
    }

    public IReadOnlyList<ExtractionManifest> Extractions(PermitId permit) => history.Find(ExtractionHistory.Stream(permit))?.Manifests ?? [];

    public string FolderOf(PermitId permit, string extractionId) => folders.Of(permit, extractionId);

    public Outcome<bool> MayBePut(PermitId permit, DataPlace place, string? extraction)
    {
        if (access.FindPermit(permit) is not { } known || (extraction is not null && Extractions(permit).All(e => e.Id != extraction)))
        {
            return Finding.Error("processing.unknown", "There is no such extraction of that permit", "List the permit's extractions");
        }

        var madeUnder = extraction is null ? null : Extractions(permit).Last(e => e.Id == extraction).ProcessingStandardSha256;
        return ProcessingStandard.Find(Path.Join(options.StandardsFolder, "processing"), known.Use.ProcessingStandard).Then<bool>(standard =>
            madeUnder is not null && madeUnder != standard.Sha256 ? Finding.Error("standard.changed", "The processing standard is not the one that the extraction was made under", "Extract anew", new Place(File: $"{standard.Name}.json"))
            : standard.Refuses(place) is { } no ? no
            : true);
    }

    public ErasedExtractions Erase(PermitId permit) => folders.Erase(permit);

    public Outcome<IReadOnlyList<RefusalEvidence>> ProveRefusals(PermitId permit, string extractionId, Actor by)
    {
        if (!by.Is(Role.Auditor | Role.Operator))
        {
            return Finding.Error("processing.role", "Only auditors and the operator may check an extraction's evidence", "Ask an auditor");
        }

        if (access.FindPermit(permit) is not { } known || Extractions(permit).LastOrDefault(e => e.Id == extractionId) is not { } manifest)
        {
            return Finding.Error("processing.unknown", "There is no such extraction of that permit", "List the permit's extractions");
        }

        Finding[] wrong = [.. RefusalProof.Check(manifest, known, access, optOut, warehouse, ledger)];
        return wrong.Length == 0 ? Outcome<IReadOnlyList<RefusalEvidence>>.Ok(manifest.Refusals) : Outcome<IReadOnlyList<RefusalEvidence>>.Refused(wrong);
    }

    public async Task<Outcome<ExtractionManifest>> ExtractAsync(
        PermitId permit, Actor by, ExtractionManifest? repeat = null, IProgress<Step>? progress = null, CancellationToken ct = default)
    {
        // One at a time per permit: two would make the same files twice.
        var turn = turns.GetOrAdd(permit, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (!access.InForce(permit).Try(out var inForce))
            {
                return Outcome<ExtractionManifest>.Refused(access.InForce(permit).Findings is { Count: > 0 } why
                    ? why
                    : [Finding.Error("processing.permit", "The permit is not in force", "Ask for a permit")]);
            }

            if (!by.Is(Role.Operator) && !by.Is(Role.System) && !inForce.Use.Members.Contains(by.Id))
            {
                return Finding.Error("processing.not-allowed", "Only the operator and members of the project may have the data made", "Ask one of them");
            }

            if (repeat is not null && Extractions(permit).All(e => e.Id != repeat.Id || e.ChoicesAsOf != repeat.ChoicesAsOf))
            {
                return Finding.Error("processing.repeat", "The extraction to be repeated is none of this permit", "Give a manifest as the list of extractions has it");
            }

            if (repeat is not null && !by.Is(Role.Operator) && !by.Is(Role.System))
            {
                return Finding.Error("processing.not-allowed", "A repetition uses the choices of its time; only the operator may make one", "Ask for a new extraction");
            }

            if (inForce.Use.Table is not null)
            {
                return Finding.Error("processing.statistics-only", "The permit gives a table that the harbour makes, and no rows", "Have the table made, or apply for rows");
            }

            var ordered = Order.From(inForce, warehouse, options.StandardsFolder, options.Keys, JapaneseDay.Today(clock), repeat);
            return ordered.Try(out var order)
                ? await MakeAsync(order, ordered.Findings, by, repeat, progress, ct).ConfigureAwait(false)
                : Outcome<ExtractionManifest>.Refused(ordered.Findings);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<Outcome<ExtractionManifest>> MakeAsync(
        Order order, IReadOnlyList<Finding> remarks, Actor by, ExtractionManifest? repeat, IProgress<Step>? progress, CancellationToken ct)
    {
        var permit = order.Permit.Id;
        var opened = await linkage.OpenProjectAsync(permit, [.. order.Datasets.Select(d => d.Info.Id)], order.Permit.Until, by.Id, ct).ConfigureAwait(false);
        if (!opened.IsOk)
        {
            return Outcome<ExtractionManifest>.Refused(opened.Findings);
        }

        var folder = folders.Begin(permit);
        try
        {
            using var session = TablesRoom.OpenSession(new SessionOptions { MemoryMegabytes = options.MemoryMegabytes, TempFolder = Directory.CreateDirectory(folder + "-spill").FullName });

            // A repetition names the provision that it repeats; it matters where the permit's provisions do not join.
            var provision = (repeat is null ? null : KeyDomain.ProvisionOf(repeat.KeyEpoch)) ?? $"x-{Extractions(permit).Count + 1}";
            var linked = await linking.RunAsync(
                session, permit, provision, info => Intended.Use(access, order.Permit, info), [.. order.Datasets.Select(d => (d.Info, d.Snapshot))], repeat?.ChoicesAsOf ?? clock.GetUtcNow(), by, progress, ct).ConfigureAwait(false);
            if (!linked.Try(out var people))
            {
                return Outcome<ExtractionManifest>.Refused(linked.Findings);
            }

            var written = Write(session, order, people, folder, progress, ct);
            if (!written.Try(out var made))
            {
                return Outcome<ExtractionManifest>.Refused(written.Findings);
            }

            // A repetition is compared with what it repeats, not with its predecessor.
            var former = repeat is null && Extractions(permit) is [.., var last] ? last : null;
            var changes = Refresh.Compare(session, former, former is null ? "" : folders.Of(permit, former.Id), made.Manifest, folder, order.Numbered);
            var manifest = ManifestFile.Named(made.Manifest with { Changes = changes });
            ManifestFile.Write(folder, manifest);
            folders.Commit(folder, permit, manifest);
            progress?.Report(new("Recording", 0));

            if (repeat is null)
            {
                var used = await linkage.RecordUseAsync(permit, manifest.Id, made.Persons, ct).ConfigureAwait(false);
                if (!used.IsOk)
                {
                    return Outcome<ExtractionManifest>.Refused(used.Findings);
                }
            }

            ProcessingEvent done = repeat is null ? new ProcessingEvent.Extracted(manifest) : new ProcessingEvent.Repeated(repeat.Id, manifest.Id);
            var recorded = await history.DecideAsync(ExtractionHistory.Stream(permit), by.Id, _ => Outcome<IReadOnlyList<ProcessingEvent>>.Ok([done]), ct: ct).ConfigureAwait(false);
            return recorded.IsOk
                ? Outcome<ExtractionManifest>.Ok(manifest, [.. remarks, .. Differences(manifest, repeat)])
                : Outcome<ExtractionManifest>.Refused(recorded.Findings);
        }
        finally
        {
            ExtractionFolders.Discard(folder);
            ExtractionFolders.Discard(folder + "-spill");
        }
    }

    /// <summary>Select, process, measure. Everything here is a function of the snapshots, the standard, the cohort and the mapping.</summary>
    private Outcome<(ExtractionManifest Manifest, IReadOnlyList<Pseudonym<Project>> Persons)> Write(
        ITableSession session, Order order, LinkedPeople linked, string folder, IProgress<Step>? progress, CancellationToken ct)
    {
        var use = order.Permit.Use;
        var standard = order.Standard;
        progress?.Report(new("Selecting", 0));
        standard.Prepare(session);
        var events = new LinkedEvents(session, linked.Datasets, warehouse.Shapes, warehouse.Vocabulary, use.StudyFrom, use.StudyTo);
        var (cohort, flow) = CohortPlan.Run(session, events, order.Cohort, new(c => warehouse.Vocabulary.Descendants(c), c => warehouse.Vocabulary.MappedTo(c)), ct: ct);
        Query persons = session.Materialise("cohort_persons", cohort.Keep("person").Distinct());

        RemainingRisk? risk = null;
        var personFile = PersonFile.Of(order, events, warehouse.Shapes["person"], persons) is { } file ? session.Materialise("person_file", file) : null;
        ComparedRisk? compared = null;
        if (personFile is not null)
        {
            var measured = PersonRisk.Measure(session, personFile, standard);
            if (!measured.Try(out var result))
            {
                return Outcome<(ExtractionManifest, IReadOnlyList<Pseudonym<Project>>)>.Refused(measured.Findings);
            }

            risk = result.Risk;
            if (result.Kept is { } kept)
            {
                persons = kept;
                flow = [.. flow, new FlowStep("k-anonymity", session.CountRows(kept))];
            }

            if (risk is not null)
            {
                var everybody = events.People.Keep("person");
                Query Raw() => PersonFile.Of(order, events, warehouse.Shapes["person"], everybody, asIs: true)!;
                compared = new(
                    risk.QuasiIdentifiers,
                    ComparedRisk.Of(session, Only(Raw(), personFile.Keep("person")), Raw(), risk.QuasiIdentifiers),
                    ComparedRisk.Of(session, Only(personFile, persons), PersonFile.Of(order, events, warehouse.Shapes["person"], everybody)!, risk.QuasiIdentifiers));
            }
        }
        else if (standard.K > 0)
        {
            return Finding.Error("processing.k-anonymity", "The standard asks for k-anonymity, which is measured on the person table, but the permit does not give it", "Grant the quasi-identifiers of the person table");
        }

        var recipients = new Recipients(session, linked.Datasets, persons, standard.Shifts ? ShiftOf(order) : null);
        var writer = new TableWriter(session, order, recipients, warehouse.Shapes, folder, (long)options.StageMegabytes << 20);
        if (personFile is not null)
        {
            writer.WritePersons(Only(personFile, persons));
        }

        writer.WriteCohort(Only(cohort, persons).InnerJoin(Recipients.Shifts, Col("person").Eq(Col("r_person"))));
        var tables = order.Tables.Where(t => t.Name != "person").ToArray();
        for (var i = 0; i < tables.Length; i++)
        {
            progress?.Report(new("Writing", i, tables.Length, "tables"));
            ct.ThrowIfCancellationRequested();
            writer.WriteTable(tables[i], ct);
        }

        writer.Finish();
        return (new ExtractionManifest(
            "",
            order.Permit.Id.Value,
            order.Datasets.ToDictionary(d => d.Info.Id.Value, d => d.Snapshot.Id),
            $"{standard.Name}@{standard.Version}",
            options.CodeVersion,
            warehouse.Vocabulary.Version,
            linked.KeyEpoch,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(use.CohortJson))),
            AtPermit(order, linked.Refusals),
            flow,
            recipients.People.Count,
            writer.Files,
            linked.AsOf,
            clock.GetUtcNow())
        {
            ProcessingStandardSha256 = standard.Sha256,
            Standings = order.Standings,
            Linked = new(linked.Refusals.Sum(r => r.PersonsBefore), linked.Refusals.Sum(r => r.Withheld), linked.Refusals.Sum(r => r.PersonsAfter), flow[0].Persons),
            Risk = risk is null ? null : risk with { RareRows = writer.RareRows },
            Compared = compared,
        }, recipients.People);
    }

    private static Query Only(Query rows, Query persons) =>
        rows.SemiJoin(persons.Select(("k_person", Col("person"))), Col("person").Eq(Col("k_person")));

    /// <summary>With the choices as of the permit's beginning beside those that were applied.</summary>
    private RefusalEvidence[] AtPermit(Order order, IReadOnlyList<RefusalEvidence> applied) =>
    [
        .. applied.Zip(order.Datasets, (e, d) => e with
        {
            AtPermit = optOut.RefusalsFor(Intended.Use(access, order.Permit, d.Info), order.Permit.From).SetId,
        }),
    ];

    private Func<Pseudonym<Project>, int> ShiftOf(Order order)
    {
        var key = options.Keys!.Key(PersonShift.KeyName(order.Permit.Id));
        return person => PersonShift.Days(key, person, order.Standard.ShiftDays);
    }

    /// <summary>A repetition that did not come out the same says where, and why it may be.</summary>
    private static IEnumerable<Finding> Differences(ExtractionManifest now, ExtractionManifest? then)
    {
        if (then is null || now.Id == then.Id)
        {
            yield break;
        }

        foreach (var (what, same) in new[]
        {
            ("code version", now.CodeVersion == then.CodeVersion), ("vocabulary", now.VocabularyVersion == then.VocabularyVersion),
            ("processing standard", now.ProcessingStandardSha256 == then.ProcessingStandardSha256), ("cohort", now.CohortSha256 == then.CohortSha256), ("key epoch", now.KeyEpoch == then.KeyEpoch),
        })
        {
            if (!same)
            {
                yield return Finding.Warning("processing.repeat-differs", $"Not the {what} of the repeated extraction", "Use the same one for the same bytes");
            }
        }

        foreach (var file in now.Files.Where(f => then.Files.FirstOrDefault(t => t.Path == f.Path)?.Sha256 != f.Sha256))
        {
            yield return Finding.Warning("processing.repeat-differs", "The file is not the same as in the repeated extraction", "Compare the manifests", new Place(File: file.Path));
        }
    }
}
