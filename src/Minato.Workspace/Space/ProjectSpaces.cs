using System.Collections.Concurrent;
using System.Security.Cryptography;
using Minato.Access;
using Minato.Ledger;
using Minato.Processing;

namespace Minato.Workspace.Space;

/// <summary>The spaces of this node: their states, their saved work, their keys, their end.</summary>
internal sealed class ProjectSpaces : IProjectSpaces
{
    private const int AutomaticKept = 10;
    private const int Kept = 40;
    private const string WorkFolder = "work";

    private readonly WorkspaceOptions options;
    private readonly ILedger ledger;
    private readonly IKeyStore keys;
    private readonly IAccess access;
    private readonly IProcessing processing;
    private readonly TimeProvider clock;
    private readonly Projection<SpaceLife, SpaceEvent> lives;
    private readonly ConcurrentDictionary<PermitId, WorkStore> stores = new();

    public ProjectSpaces(WorkspaceOptions options, ILedger ledger, IKeyStore keys, IAccess access, IProcessing processing, TimeProvider clock)
    {
        (this.options, this.ledger, this.keys, this.access, this.processing, this.clock) = (options, ledger, keys, access, processing, clock);
        lives = new(ledger, SpaceLife.Room, SpaceLife.StreamPrefix, SpaceLife.Evolve);
    }

    /// <summary>Told when a space allows nothing to run any more: ends what runs in it, and waits until it has ended.</summary>
    public Func<PermitId, string, Task> Close { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>When the space was last worked in; null: never.</summary>
    public Func<PermitId, DateTimeOffset?> LastUse { get; set; } = _ => null;

    public WorkQuota Quota => new((long)options.WorkMiB << 20, options.WorkFiles);

    public string FolderOf(PermitId permit) => Path.Join(options.Folder, permit.Value);

    public static string KeyName(PermitId permit) => $"project-space/{permit}";

    public byte[] KeyOf(PermitId permit) => keys.Key(KeyName(permit));

    public WorkStore StoreOf(PermitId permit) => stores.GetOrAdd(permit, p => new(Path.Join(FolderOf(p), WorkFolder), () => KeyOf(p)));

    public SpaceView? Find(PermitId permit) => lives.Find(SpaceLife.Stream(permit)) is { } life ? View(life) : null;

    public IReadOnlyList<SpaceView> All => [.. lives.All.Select(View)];

    public IReadOnlyList<SpaceMove> PermittedMoves(PermitId permit, Actor by) =>
        lives.Find(SpaceLife.Stream(permit)) is { } life ? [.. SpaceTable.Rules.Where(r => r.From == life.State && r.Who.Intersect(RelationsOf(permit, by)).Any()).Select(r => r.Move)] : [];

    /// <summary>Whether something may start in a project's space; the space is opened at its first use.</summary>
    public async Task<Outcome<bool>> AdmitAsync(PermitId permit, Actor by)
    {
        if (IsOpen(permit) is { } known)
        {
            return known;
        }

        var opened = await lives.DecideAsync(SpaceLife.Stream(permit), by.Id, life => life is not null ? Nothing : Events(new SpaceEvent.Opened(KeyName(permit), Commitment(permit), clock.GetUtcNow())), ct: CancellationToken.None).ConfigureAwait(false);
        return opened.Then(_ => IsOpen(permit)!);
    }

    /// <summary>Null where the space was never opened.</summary>
    public Outcome<bool>? IsOpen(PermitId permit) => lives.Find(SpaceLife.Stream(permit)) switch
    {
        null => null,
        { State: SpaceState.Active } => true,
        var life => Finding.Error($"space.{Word(life.State)}", $"The project's space is {Word(life.State)}: {life.Steps[^1].Reason}", life.State == SpaceState.Hibernated ? "Resume it" : "Ask the operator"),
    };

    public async Task<Outcome<SpaceView>> MoveAsync(PermitId permit, SpaceMove move, string reason, Actor by, CancellationToken ct = default)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 500)
        {
            return Finding.Error("space.reason", "A move needs a reason of at most 500 characters; it stands on the ledger", "Say why, without names or values of persons");
        }

        var moved = await lives.DecideAsync(SpaceLife.Stream(permit), by.Id, life =>
        {
            if (life is null)
            {
                return Unknown();
            }

            return SpaceTable.Find(life.State, move) is { } rule && rule.Who.Intersect(RelationsOf(permit, by)).Any()
                ? Events(new SpaceEvent.Moved(move, rule.To, reason.Trim(), clock.GetUtcNow()))
                : Finding.Error("space.not-permitted", $"A space that is {Word(life.State)} cannot be moved so, or not by this person", $"This person can do here now: {string.Join(", ", PermittedMoves(permit, by).Select(m => m.ToString()).DefaultIfEmpty("nothing"))}");
        }, ct: ct).ConfigureAwait(false);
        if (!moved.Try(out var now))
        {
            return Outcome<SpaceView>.Refused(moved.Findings);
        }

        if (now.State != SpaceState.Active)
        {
            await Close(permit, $"space: {Word(now.State)}").ConfigureAwait(false);
        }

        return now.State == SpaceState.Erasing ? await EraseAsync(now, by).ConfigureAwait(false) : View(now);
    }

    public async Task<Outcome<WorkSnapshot>> SnapshotAsync(PermitId permit, string note, Actor by, CancellationToken ct = default)
    {
        if (RefusedTo(permit, by) is { } refusal)
        {
            return refusal;
        }

        return note.Length > 200
            ? Finding.Error("space.note", "A snapshot's note has at most 200 characters; it stands on the ledger", "Say what it is, without names or values of persons")
            : await KeepAsync(permit, note.Trim(), automatic: false, by.Id).ConfigureAwait(false);
    }

    /// <summary>Keeps <c>work</c> where it changed since the last snapshot.</summary>
    public async Task KeepIfChangedAsync(PermitId permit, ActorId by)
    {
        var head = StoreOf(permit).Head;
        if (head.Count > 0 && lives.Find(SpaceLife.Stream(permit))?.Snapshots.Any(s => s.Sha256 == head.Hash) == false)
        {
            await KeepAsync(permit, "before a job", automatic: true, by).ConfigureAwait(false);
        }
    }

    public async Task<Outcome<SpaceView>> RestoreAsync(PermitId permit, string snapshot, Actor by, CancellationToken ct = default)
    {
        if (RefusedTo(permit, by) is { } refusal)
        {
            return refusal;
        }

        if (lives.Find(SpaceLife.Stream(permit))!.Snapshots.All(s => s.Id != snapshot) || StoreOf(permit).Snapshot(snapshot) is not { } tree)
        {
            return Finding.Error("space.snapshot-unknown", "There is no such snapshot", "Name one of the list");
        }

        var before = await KeepAsync(permit, "before a restoration", automatic: true, by.Id).ConfigureAwait(false);
        if (!before.Try(out var was))
        {
            return Outcome<SpaceView>.Refused(before.Findings);
        }

        StoreOf(permit).Restore(tree);
        return (await lives.DecideAsync(SpaceLife.Stream(permit), by.Id, _ => Events(new SpaceEvent.Restored(snapshot, was.Id, clock.GetUtcNow())), ct: CancellationToken.None).ConfigureAwait(false)).Map(View);
    }

    public Outcome<IReadOnlyList<WorkFile>> Files(PermitId permit, Actor by) =>
        RefusedTo(permit, by) is { } refusal
            ? refusal
            : Outcome<IReadOnlyList<WorkFile>>.Ok([.. StoreOf(permit).Head.Entries.Where(e => e.Blob is not null).Select(e => new WorkFile(e.Path, e.Bytes, DateTimeOffset.FromUnixTimeSeconds(e.Modified)))]);

    public Outcome<Stream> Open(PermitId permit, string path, Actor by) =>
        RefusedTo(permit, by) is { } refusal ? refusal
        : StoreOf(permit).Head.Find(path) is { Blob: not null } entry ? StoreOf(permit).Open(entry)
        : Finding.Error("space.file-unknown", "There is no such file in /work as it was last saved", "Save first, or name a file of the list");

    public Outcome<Evidence> Certificate(PermitId permit) =>
        lives.Find(SpaceLife.Stream(permit))?.ErasedIndex is { } index ? ledger.ProveEvent(index) : Finding.Error("space.not-erased", "The space was not erased", "A certificate stands for a space whose key is destroyed");

    public async Task<Outcome<int>> SweepAsync(CancellationToken ct = default)
    {
        var moved = 0;
        foreach (var life in lives.All)
        {
            ct.ThrowIfCancellationRequested();
            var now = clock.GetUtcNow();
            var (move, reason) = life.State switch
            {
                SpaceState.Erased => default((SpaceMove?, string)),
                SpaceState.Erasing => (SpaceMove.Erase, ""),
                SpaceState.Expired => now - life.Steps[^1].At > options.ErasedAfter ? (SpaceMove.Erase, $"{options.ErasedAfter.TotalDays:0} days after the end of the permit") : default,
                _ when HasEnded(life.Permit, now) => (SpaceMove.Expire, "the permit has ended"),
                SpaceState.Active when now - (LastUse(life.Permit) ?? life.Steps[^1].At) > options.HibernatedAfter && now - life.Steps[^1].At > options.HibernatedAfter => (SpaceMove.Hibernate, $"not used for {options.HibernatedAfter.TotalDays:0} days"),
                _ => default,
            };
            if (move is { } due)
            {
                var outcome = life.State == SpaceState.Erasing ? await EraseAsync(life, Actor.Harbour).ConfigureAwait(false) : await MoveAsync(life.Permit, due, reason, Actor.Harbour, ct).ConfigureAwait(false);
                moved += outcome.IsOk ? 1 : 0;
            }
            else if (life.State != SpaceState.Erased)
            {
                StoreOf(life.Permit).Sweep(now);
            }
        }

        return moved;
    }

    /// <summary>Each step may have been done before: a power cut between any two of them changes nothing.</summary>
    private async Task<Outcome<SpaceView>> EraseAsync(SpaceLife life, Actor by)
    {
        await Close(life.Permit, "space: erasing").ConfigureAwait(false);
        keys.Destroy(life.Key);

        var folder = FolderOf(life.Permit);
        var files = Directory.Exists(folder) ? new DirectoryInfo(folder).GetFiles("*", SearchOption.AllDirectories) : [];
        var (count, bytes) = (files.Length, files.Sum(f => f.Length));
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        var extraction = processing.Erase(life.Permit);
        var erased = await lives.DecideAsync(SpaceLife.Stream(life.Permit), by.Id, now => now!.State == SpaceState.Erased
            ? Nothing
            : Events(new SpaceEvent.Erased(
                life.Permit, life.Key, life.KeyCommitment, count, bytes, life.Snapshots.Count, [.. processing.Extractions(life.Permit).Select(e => e.Id)], extraction.Files, extraction.Bytes,
                access.FindPermit(life.Permit)?.Until ?? DateTimeOffset.MinValue, "What left by the exit and the exit's dossiers; the ledger's record of hashes and figures", clock.GetUtcNow())), ct: CancellationToken.None).ConfigureAwait(false);
        return erased.Map(View);
    }

    private async Task<Outcome<WorkSnapshot>> KeepAsync(PermitId permit, string note, bool automatic, ActorId by)
    {
        var (store, tree) = (StoreOf(permit), StoreOf(permit).Head);
        var snapshots = lives.Find(SpaceLife.Stream(permit))!.Snapshots;
        var old = automatic ? snapshots.Where(s => s.Automatic).SkipLast(AutomaticKept - 1).ToList() : [];
        if (snapshots.Count - old.Count >= Kept)
        {
            return Finding.Error("space.snapshots", $"A project keeps at most {Kept} snapshots", "Restore what is needed and go on from there; the oldest automatic ones go by themselves");
        }

        var id = $"s-{Guid.CreateVersion7(clock.GetUtcNow()).ToString("n")[..20]}";
        store.Keep(id, tree);
        var kept = await lives.DecideAsync(SpaceLife.Stream(permit), by, _ => Events([
            new SpaceEvent.Snapshotted(id, note, automatic, tree.Hash, tree.Bytes, tree.Count, clock.GetUtcNow()), .. old.Select(s => new SpaceEvent.Forgotten(s.Id))]), ct: CancellationToken.None).ConfigureAwait(false);
        old.ForEach(s => store.Forget(s.Id));
        return kept.Map(life => life.Snapshots.Single(s => s.Id == id));
    }

    private Finding? RefusedTo(PermitId permit, Actor by) =>
        !IsMember(permit, by) ? Finding.Error("workspace.not-member", "Only members named in the permit work in its space", "Ask the applicant to have you added to the permit")
        : access.InForce(permit) is { IsOk: false } ended ? ended.Findings[0]
        : IsOpen(permit) is not { } open ? Unknown()
        : open.IsOk ? null : open.Findings[0];

    private bool IsMember(PermitId permit, Actor by) => access.FindPermit(permit)?.Use.Members.Contains(by.Id) == true;

    private IReadOnlyList<SpaceRelation> RelationsOf(PermitId permit, Actor by) => SpaceTable.RelationsOf(by, IsMember(permit, by));

    private bool HasEnded(PermitId permit, DateTimeOffset now) =>
        access.FindPermit(permit) is not { } p || p.Until <= now || access.Find(p.Application)?.State == ApplicationState.Ended;

    private SpaceView View(SpaceLife life)
    {
        var work = life.State is SpaceState.Erasing or SpaceState.Erased ? WorkTree.Empty : StoreOf(life.Permit).Head;
        return new(life.Permit, life.State, access.FindPermit(life.Permit)?.Use.Members ?? [], work.Bytes, work.Count, Quota.Bytes, Quota.Files, life.Snapshots, life.Steps);
    }

    private string Commitment(PermitId permit) => Convert.ToHexStringLower(HKDF.DeriveKey(HashAlgorithmName.SHA256, KeyOf(permit), 32, info: "minato project space, commitment"u8.ToArray()));

    private static Finding Unknown() => Finding.Error("space.unknown", "The project has no space yet", "It is opened with the first job");

    private static string Word(SpaceState state) => state == SpaceState.CutOff ? "cut-off" : state.ToString().ToLowerInvariant();

    private static Outcome<IReadOnlyList<SpaceEvent>> Nothing => Events();

    private static Outcome<IReadOnlyList<SpaceEvent>> Events(params SpaceEvent[] events) => Outcome<IReadOnlyList<SpaceEvent>>.Ok(events);
}
