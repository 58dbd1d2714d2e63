using Minato.Access;
using Minato.Ledger;
using Minato.Workspace.Space;

namespace Minato.Workspace.Desk;

/// <param name="Folder">The workspace's folder: each permit's imports lie in the permit's own folder below it.</param>
/// <param name="StandardsFolder">The folder <c>standards/</c>; the rules are in <c>imports/</c> below it.</param>
/// <param name="PersonData">The way of persons' data; null: none comes in here.</param>
/// <param name="Scanners">Virus scanners, tried in order; null: ClamAV as Debian installs it.</param>
public sealed record ImportOptions(string Folder, string StandardsFolder, IPersonDataDoor? PersonData = null, IReadOnlyList<string>? Scanners = null);

public static class ImportRoom
{
    /// <exception cref="InvalidDataException">The rules are missing or cannot be used; the message names the file.</exception>
    public static IImportDesk Open(ImportOptions options, ILedger ledger, IKeyStore keys, IAccess access, TimeProvider clock) => new ImportDesk(options, ledger, keys, access, clock);
}

/// <summary>The import desk of this node.</summary>
internal sealed class ImportDesk : IImportDesk
{
    private readonly ImportStore store;
    private readonly IReadOnlyList<ImportRules> rules;
    private readonly VirusScanner scanner;
    private readonly IPersonDataDoor? personData;
    private readonly IAccess access;
    private readonly TimeProvider clock;
    private readonly Projection<ImportView, ImportEvent> imports;

    public ImportDesk(ImportOptions options, ILedger ledger, IKeyStore keys, IAccess access, TimeProvider clock)
    {
        store = new(options.Folder, permit => keys.Key(ProjectSpaces.KeyName(permit)));
        rules = ImportRules.ReadAll(Path.Join(options.StandardsFolder, "imports"));
        scanner = new(options.Scanners ?? ["/usr/bin/clamdscan", "/usr/bin/clamscan"]);
        personData = options.PersonData;
        this.access = access;
        this.clock = clock;
        imports = new(ledger, Import.Room, Import.StreamPrefix, Import.Evolve);
        foreach (var permit in imports.All.Select(i => i.Permit).Distinct())
        {
            Tidy(permit);
        }
    }

    public IReadOnlyDictionary<string, Bilingual> Types => InForce.Types.DistinctBy(t => t.Id).ToDictionary(t => t.Id, t => t.Title, StringComparer.Ordinal);

    public async Task<Outcome<ImportView>> DeclareAsync(PermitId permit, ImportDeclaration declaration, Actor by, string? draft = null, CancellationToken ct = default)
    {
        if ((Member(permit, by) ?? Import.Misdeclared(declaration)) is { } refusal)
        {
            return refusal;
        }

        var declared = new ImportEvent.Declared { Permit = permit.Value, Declaration = declaration };
        if (draft is not null)
        {
            return await Do(draft, by, ImportCommand.Declare, state => state.Permit == permit ? declared : null, ct).ConfigureAwait(false);
        }

        var id = $"i-{Guid.CreateVersion7(clock.GetUtcNow()).ToString("n")[..20]}";
        return await imports.DecideAsync(
            StreamOf(id), by.Id, state => state is null ? Outcome<IReadOnlyList<ImportEvent>>.Ok([declared]) : Finding.Error("imports.id-taken", "The id is taken", "Declare it again"), ct: ct).ConfigureAwait(false);
    }

    public async Task<Outcome<ImportView>> AttachAsync(string import, Stream content, Actor by, CancellationToken ct = default)
    {
        if (Find(import) is not { } found)
        {
            return Import.NotThere;
        }

        if ((Member(found.Permit, by) ?? ImportTable.Refusal(found.State, RoleOf(by, found), ImportCommand.Attach)) is { } refusal)
        {
            return refusal;
        }

        var most = InForce.MaximumBytes;
        if (await store.KeepAsync(found.Permit, content, most, ct).ConfigureAwait(false) is not var (sha256, bytes))
        {
            return Finding.Error("imports.size", $"The file is larger than {most >> 20} MiB", "Bring less, or several imports");
        }

        var attached = await Do(import, by, ImportCommand.Attach, _ => new ImportEvent.Attached { Sha256 = sha256, Bytes = bytes }, ct).ConfigureAwait(false);
        Tidy(found.Permit);
        return attached;
    }

    public async Task<Outcome<ImportView>> SubmitAsync(string import, Actor by, CancellationToken ct = default)
    {
        if (Find(import) is not { } found)
        {
            return Import.NotThere;
        }

        if ((Member(found.Permit, by) ?? ImportTable.Refusal(found.State, RoleOf(by, found), ImportCommand.Submit)) is { } refusal)
        {
            return refusal;
        }

        if (found.Sha256 is not { } sha256 || !store.IsWhole(found.Permit, sha256))
        {
            return Finding.Error("imports.no-file", "There is no file with this declaration", "Attach the file, then hand it in");
        }

        var now = InForce;
        var (contents, scan, findings) = await Task.Run(() => Inspect(found, now), ct).ConfigureAwait(false);
        var submitted = new ImportEvent.Submitted
        {
            Sha256 = sha256,
            Blocked = findings.Any(f => f.Severity == Severity.Error),
            Types = contents.CountBy(f => f.Type).OrderBy(t => t.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal),
            UnpackedBytes = contents.Sum(f => f.Bytes),
            ContentsSha256 = await store.KeepContentsAsync(found.Permit, contents, ct).ConfigureAwait(false),
            Scan = scan,
            Findings = findings,
            Rules = now.Name,
        };

        // What was inspected is what is handed in: another file may have been attached meanwhile.
        var handedIn = await Do(import, by, ImportCommand.Submit, state => state.Sha256 == sha256 ? submitted : null, ct).ConfigureAwait(false);
        Tidy(found.Permit);
        return handedIn;
    }

    public async Task<Outcome<ImportView>> DecideAsync(string import, bool approve, string reasons, Actor by, bool unscanned = false, CancellationToken ct = default)
    {
        if (Find(import) is not { } found)
        {
            return Import.NotThere;
        }

        var until = clock.GetUtcNow();
        if (approve && ImportTable.Refusal(found.State, RoleOf(by, found), ImportCommand.Decide) is null)
        {
            var inForce = access.InForce(found.Permit);
            if (!inForce.Try(out var permit))
            {
                return Outcome<ImportView>.Refused(inForce.Findings);
            }

            if (!store.IsWhole(found.Permit, found.Sha256!))
            {
                return Changed;
            }

            if (found.Declaration.Kind == ImportKind.PersonData && personData is null)
            {
                return NoDoor;
            }

            until = new[] { permit.Until, until.AddDays(InForce.Days) }.Min();
        }

        var decided = await imports.DecideAsync(StreamOf(import), by.Id, state => Import.Decide(state, approve, reasons, RoleOf(by, found), unscanned, until), ct: ct).ConfigureAwait(false);
        if (!decided.Try(out var view))
        {
            return decided;
        }

        Tidy(view.Permit);
        return view is { State: ImportState.Approved, Declaration.Kind: ImportKind.PersonData } ? await DeliverAsync(view, by, ct).ConfigureAwait(false) : view;
    }

    public async Task<Outcome<ImportView>> WithdrawAsync(string import, string reasons, Actor by, CancellationToken ct = default)
    {
        if (Find(import) is not { } found)
        {
            return Import.NotThere;
        }

        var withdrawn = await imports.DecideAsync(StreamOf(import), by.Id, state => Import.Withdraw(state, reasons, RoleOf(by, found)), ct: ct).ConfigureAwait(false);
        Tidy(found.Permit);
        return withdrawn;
    }

    public async Task<Outcome<ImportView>> HandOverAsync(string import, Actor by, CancellationToken ct = default) =>
        Find(import) is not { } found ? Import.NotThere
        : ImportTable.Refusal(found.State, RoleOf(by, found), ImportCommand.HandOver) is { } refusal ? refusal
        : found.Declaration.Kind != ImportKind.PersonData ? Finding.Error("imports.no-persons", "This import is no data of persons: it needs no linkage", "Nothing is left to do with it")
        : await DeliverAsync(found, by, ct).ConfigureAwait(false);

    public async Task<Outcome<int>> ExpireAsync(CancellationToken ct = default)
    {
        var over = imports.All.Where(i => i.State == ImportState.Approved && i.Until <= clock.GetUtcNow()).ToList();
        foreach (var import in over)
        {
            await imports.DecideAsync(
                StreamOf(import.Id), Actor.Harbour.Id, state => Outcome<IReadOnlyList<ImportEvent>>.Ok(state!.State == ImportState.Approved ? [new ImportEvent.Expired()] : []), ct: ct).ConfigureAwait(false);
            Tidy(import.Permit);
        }

        return over.Count;
    }

    public async Task<Outcome<IReadOnlyList<ImportedFile>>> ContentsAsync(string import, Actor by, CancellationToken ct = default)
    {
        if (Find(import) is not { } found)
        {
            return Import.NotThere;
        }

        if (ImportTable.Refusal(found.State, RoleOf(by, found), ImportCommand.Look) is { } refusal)
        {
            return refusal;
        }

        if (RoleOf(by, found) == ImportRole.IndependentChecker)
        {
            await Do(import, by, ImportCommand.Look, _ => new ImportEvent.LookedInto(), ct).ConfigureAwait(false);
        }

        return store.Contents(found.Permit, found.ContentsSha256!) is { } contents ? Outcome<IReadOnlyList<ImportedFile>>.Ok(contents) : Changed;
    }

    public IReadOnlyList<ImportView> VisibleTo(Actor actor) =>
        [.. imports.All.Where(i => RoleOf(actor, i) == ImportRole.OfTheProject || (i.State != ImportState.Draft && actor.Is(Role.OutputChecker | Role.Operator | Role.Auditor | Role.System)))];

    public IReadOnlyList<ImportView> RecordOf(PermitId permit) => [.. imports.All.Where(i => i.Permit == permit && i.State != ImportState.Draft)];

    public IReadOnlyList<ProjectTool> Of(PermitId permit, bool ownKernel) =>
        [.. Usable(permit).Where(i => ownKernel || i.Declaration.Kind != ImportKind.Software).Select(i => i.Sha256!).Distinct().Where(sha256 => store.IsWhole(permit, sha256)).Select(sha256 => new ProjectTool(sha256, sha256))];

    public ToolInUse? LayOut(PermitId permit, ProjectTool tool) => Usable(permit).FirstOrDefault(i => i.Sha256 == tool.Sha256) is { } import ? store.LayOut(import, InForce) : null;

    private IEnumerable<ImportView> Usable(PermitId permit) =>
        imports.All.Where(i => i.Permit == permit && i is { State: ImportState.Approved, Declaration.Kind: not ImportKind.PersonData } && i.Until > clock.GetUtcNow());

    private ImportRules InForce
    {
        get
        {
            var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
            return rules.Where(r => r.ValidFrom <= today).MaxBy(r => r.ValidFrom) ?? throw new InvalidDataException($"No rules for imports are in force on {today:yyyy-MM-dd}");
        }
    }

    private (IReadOnlyList<ImportedFile> Contents, ScanResult Scan, IReadOnlyList<Finding> Findings) Inspect(ImportView import, ImportRules now)
    {
        using var copy = store.OpenCopy(import.Permit, import.Sha256!);
        var read = Unpacking.Read(copy, import.Declaration.FileName, now);
        IReadOnlyList<ImportedFile> contents = read.IsOk ? read.Value : [];
        var findings = new List<Finding>(read.Findings);
        foreach (var type in contents.Select(f => f.Type).Distinct().Select(t => now[t]))
        {
            if (!type.In.Contains(import.Declaration.Kind))
            {
                findings.Add(Finding.Error("imports.type", $"It holds a file of a type that does not come in as {import.Declaration.Kind}: {type.Title.En}", "Leave it out, or declare it as what it is", new Place(contents.First(f => f.Type == type.Id).Name)));
            }
            else if (type.Look)
            {
                findings.Add(Finding.Warning("imports.look", $"It holds a file {type.Title.En}", "Say in the declaration what it is", new Place(contents.First(f => f.Type == type.Id).Name)));
            }
        }

        var scan = scanner.Scan(() => store.Lend(import));
        if (scan.Infected == true)
        {
            findings.Add(Finding.Error("imports.infected", "The virus scanner found something", "Take it from a clean source"));
        }
        else if (scan.Infected is null && now.ScanRequired)
        {
            findings.Add(Finding.Error("imports.not-scanned", "It was not scanned for viruses, and the rules in force require it", "Ask the operator to install a scanner"));
        }

        return (contents, scan, findings);
    }

    private async Task<Outcome<ImportView>> DeliverAsync(ImportView import, Actor by, CancellationToken ct)
    {
        if (import.Delivery is not null)
        {
            return import;
        }

        if (personData is null)
        {
            return NoDoor;
        }

        if (!store.IsWhole(import.Permit, import.Sha256!))
        {
            return Changed;
        }

        Outcome<HandedOver> delivered;
        var (path, remove) = store.Lend(import);
        try
        {
            delivered = await personData.DeliverAsync(import, path, ct).ConfigureAwait(false);
        }
        finally
        {
            remove();
        }

        if (!delivered.Try(out var over))
        {
            return Outcome<ImportView>.Refused(delivered.Findings);
        }

        var done = await imports.DecideAsync(
            StreamOf(import.Id), by.Id, state => Outcome<IReadOnlyList<ImportEvent>>.Ok(state!.Delivery is null ? [new ImportEvent.HandedOn { Dataset = over.Dataset.Value, Delivery = over.Delivery.Value }] : []), ct: ct).ConfigureAwait(false);
        Tidy(import.Permit);
        return done;
    }

    private async Task<Outcome<ImportView>> Do(string import, Actor by, ImportCommand command, Func<ImportView, ImportEvent?> happens, CancellationToken ct) =>
        !Slug.IsValid(import) ? Import.NotThere : await imports.DecideAsync(
            StreamOf(import), by.Id, state => state is null ? Import.NotThere
                : ImportTable.Refusal(state.State, RoleOf(by, state), command) is { } refusal ? refusal
                : happens(state) is { } happened ? Outcome<IReadOnlyList<ImportEvent>>.Ok([happened])
                : Finding.Error("imports.changed-meanwhile", "Somebody changed this import in the same moment", "Look at it, and do it again"),
            ct: ct).ConfigureAwait(false);

    private ImportView? Find(string import) => Slug.IsValid(import) ? imports.Find(StreamOf(import)) : null;

    private Finding? Member(PermitId permit, Actor by)
    {
        var inForce = access.InForce(permit);
        return !inForce.Try(out var project) ? inForce.Findings[0]
            : project.Use.Members.Contains(by.Id) ? null
            : Finding.Error("imports.not-member", "Only members named in the permit bring something in", "Ask a member to do it");
    }

    private ImportRole RoleOf(Actor actor, ImportView view)
    {
        var permit = access.FindPermit(view.Permit);
        var applicant = permit is null ? null : access.Find(permit.Application)?.Applicant;
        return actor.Id == view.By || actor.Id == applicant || permit?.Use.Members.Contains(actor.Id) != false ? ImportRole.OfTheProject
            : actor.Is(Role.OutputChecker) ? ImportRole.IndependentChecker
            : ImportRole.Other;
    }

    /// <summary>
    /// Copies stay while somebody may still use them or decide on them, so that a run can be repeated; the list of what was in an import stays with the permit. Persons' data goes as soon
    /// as Intake has it.
    /// </summary>
    private void Tidy(PermitId permit)
    {
        var all = imports.All.Where(i => i.Permit == permit).ToList();
        store.Keep(
            permit,
            all.Where(i => i.State is ImportState.Draft or ImportState.InReview or ImportState.Approved or ImportState.Expired && i.Delivery is null).Select(i => i.Sha256)
                .Concat(all.Select(i => i.ContentsSha256)).OfType<string>().ToHashSet(StringComparer.Ordinal));
    }

    private static Finding Changed { get; } = Finding.Error("imports.changed", "The file is not the one that was handed in", "Have it handed in again, and tell the operator");

    private static Finding NoDoor { get; } = Finding.Error("imports.no-linkage", "This node takes no persons' data in: it has no way to Intake and Linkage", "Bring it in at the node that links");

    private static string StreamOf(string import) => Import.StreamPrefix + import;
}
