using Minato.Ledger;

namespace Minato.Workspace;

/// <summary>Where a project's space stands. What leads from one to another, and who may do it, is <see cref="Space.SpaceTable"/>.</summary>
public enum SpaceState
{
    /// <summary>Members work in it.</summary>
    Active,

    /// <summary>Put to rest: nothing runs, everything is kept.</summary>
    Hibernated,

    /// <summary>Closed at once, because something was wrong: what ran was killed, nothing starts.</summary>
    CutOff,

    /// <summary>The permit has ended. What is inside is kept until it is erased.</summary>
    Expired,

    /// <summary>Being erased; goes on by itself after a power cut.</summary>
    Erasing,

    /// <summary>Its key is destroyed, and there is a certificate.</summary>
    Erased,
}

public enum SpaceMove
{
    Hibernate,
    Resume,
    CutOff,
    Reinstate,
    Expire,
    Erase,
}

/// <summary>What somebody is to a project's space.</summary>
public enum SpaceRelation
{
    Member,
    Operator,

    /// <summary>The software itself: a rule that was broken, a permit that ended, a term that is over.</summary>
    Harbour,
}

/// <summary>One row of the table: from a state, a move that these may make, to a state.</summary>
public sealed record SpaceRule(SpaceState From, SpaceMove Move, SpaceState To, IReadOnlyList<SpaceRelation> Who);

/// <summary><c>work</c> as it was at one moment.</summary>
/// <param name="Automatic">Taken by the harbour before a job; the oldest of these go when there are many.</param>
/// <param name="Sha256">Over paths and contents.</param>
public sealed record WorkSnapshot(string Id, string Note, bool Automatic, string Sha256, long Bytes, int Files, DateTimeOffset At, ActorId By);

/// <summary>A step in the life of a space.</summary>
public sealed record SpaceStep(SpaceState State, string Reason, ActorId By, DateTimeOffset At);

/// <summary>A project's space as it stands.</summary>
/// <param name="Members">From the permit, and from nowhere else.</param>
/// <param name="Snapshots">Oldest first.</param>
/// <param name="Steps">Oldest first; the last one says why it stands where it stands.</param>
public sealed record SpaceView(
    PermitId Permit, SpaceState State, IReadOnlyList<ActorId> Members, long WorkBytes, int WorkFiles, long QuotaBytes, int QuotaFiles, IReadOnlyList<WorkSnapshot> Snapshots, IReadOnlyList<SpaceStep> Steps);

/// <summary>A file of <c>work</c> as it was last saved.</summary>
public sealed record WorkFile(string Path, long Bytes, DateTimeOffset Modified);

/// <summary>
/// A space for each permit (H5), also where the same persons have several: <c>/data</c> (the permit's extraction, read only), <c>/tools</c> (approved imports, read only),
/// <c>/work</c> (the project's own files, which stay) and <c>/out</c> (the way to Release).
/// </summary>
public interface IProjectSpaces
{
    /// <summary>Null where the project has not begun to work.</summary>
    SpaceView? Find(PermitId permit);

    /// <summary>Every space of this node, in the order they were opened.</summary>
    IReadOnlyList<SpaceView> All { get; }

    /// <summary>What this person may do with it now.</summary>
    IReadOnlyList<SpaceMove> PermittedMoves(PermitId permit, Actor by);

    /// <summary>Moves a space; what runs in it is killed where its new state allows nothing to run. Refused with <c>space.not-permitted</c> or <c>space.unknown</c>.</summary>
    Task<Outcome<SpaceView>> MoveAsync(PermitId permit, SpaceMove move, string reason, Actor by, CancellationToken ct = default);

    /// <summary>Keeps <c>work</c> as it was last saved. For members.</summary>
    Task<Outcome<WorkSnapshot>> SnapshotAsync(PermitId permit, string note, Actor by, CancellationToken ct = default);

    /// <summary>Makes a snapshot <c>work</c> again; what was there before is kept as a snapshot. For members.</summary>
    Task<Outcome<SpaceView>> RestoreAsync(PermitId permit, string snapshot, Actor by, CancellationToken ct = default);

    /// <summary>The files of <c>work</c>, by path. For members.</summary>
    Outcome<IReadOnlyList<WorkFile>> Files(PermitId permit, Actor by);

    /// <summary>A file of <c>work</c>, for members. It does not leave by this: only the site's own pages show it.</summary>
    Outcome<Stream> Open(PermitId permit, string path, Actor by);

    /// <summary>The certificate of an erasure: the ledger's event with its proof, which anybody with the node's published key can check (<see cref="Evidence.Check"/>).</summary>
    Outcome<Evidence> Certificate(PermitId permit);
}
