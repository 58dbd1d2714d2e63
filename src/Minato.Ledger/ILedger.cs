namespace Minato.Ledger;

/// <summary>An event to append: <paramref name="Type"/> such as <c>access.application-submitted</c>, payload as UTF-8 JSON.</summary>
public sealed record NewEvent(string Type, ReadOnlyMemory<byte> Json);

/// <summary>An event as recorded.</summary>
/// <param name="Index">Position in the whole ledger = leaf index of the Merkle tree, from 0.</param>
/// <param name="Version">Position in its stream, from 1.</param>
/// <param name="Json">Empty where the payload was erased.</param>
/// <param name="LeafHash">Salted RFC 9162 leaf hash; survives the erasure of the payload.</param>
public sealed record RecordedEvent(
    long Index, string Stream, long Version, string Type, ReadOnlyMemory<byte> Json, DateTimeOffset At, ActorId By, bool Erased, ReadOnlyMemory<byte> LeafHash);

/// <summary>A signed statement of the tree's size and root (C2SP tlog-checkpoint: the text is a signed note).</summary>
public sealed record Checkpoint(long Size, ReadOnlyMemory<byte> RootHash, DateTimeOffset At, string SignedNote);

/// <summary>RFC 9162 §2.1.3 inclusion proof of one event in the tree of a checkpoint.</summary>
public sealed record InclusionProof(long Index, long Size, ReadOnlyMemory<byte> LeafHash, IReadOnlyList<ReadOnlyMemory<byte>> Path, Checkpoint Checkpoint);

/// <summary>RFC 9162 §2.1.4 consistency proof between two tree sizes.</summary>
public sealed record ConsistencyProof(long OldSize, long NewSize, IReadOnlyList<ReadOnlyMemory<byte>> Path);

/// <summary>What an append did. <paramref name="Repeated"/>: the idempotency key was known, nothing was written, and the earlier result is given.</summary>
public sealed record Appended(long FirstIndex, long LastIndex, long Version, bool Repeated);

/// <summary>
/// The system of record (D1). Streams are slugs joined by '/', for example <c>application/a-2026-0001</c>.
/// Durable when the append returns: appends that wait together share one commit.
/// </summary>
public interface ILedger
{
    /// <summary>Appends to a stream if its version still is <paramref name="expectedVersion"/> (0: new stream; -1: any).</summary>
    /// <returns>Refused with <c>ledger.conflict</c> where the stream has moved on.</returns>
    Task<Outcome<Appended>> AppendAsync(string stream, long expectedVersion, ActorId by, IReadOnlyList<NewEvent> events, string? idempotencyKey = null, CancellationToken ct = default);

    /// <summary>What an append with that idempotency key on that stream gave; null where there was none. Lets a command be answered before it is decided again.</summary>
    Appended? Recall(string stream, string idempotencyKey) => null;

    /// <summary>The stream's events from a version on (1-based), in order.</summary>
    IReadOnlyList<RecordedEvent> ReadStream(string stream, long fromVersion = 1);

    /// <summary>All events from an index on, optionally only streams that begin with a prefix; read lazily in pages.</summary>
    IEnumerable<RecordedEvent> ReadAll(long fromIndex = 0, string? streamPrefix = null);

    long Size { get; }

    /// <summary>Signs the present tree; the latest checkpoint is returned again where nothing was appended since.</summary>
    Checkpoint MakeCheckpoint();

    Checkpoint? LatestCheckpoint { get; }

    /// <summary>The public key that checks checkpoints, as a verifier key of C2SP signed-note; null where this ledger signs nothing.</summary>
    string? PublishedKey => null;

    /// <summary>Hashes of a tile of height 8 (C2SP tlog-tiles): nodes at level 8·<paramref name="level"/>, from position 256·<paramref name="index"/> on.</summary>
    /// <param name="width">1 to 256.</param>
    /// <returns>Refused with <c>ledger.no-such-tile</c> where the tree has not so many of them.</returns>
    Outcome<IReadOnlyList<ReadOnlyMemory<byte>>> Tile(int level, long index, int width) => Finding.Error("ledger.no-such-tile", "This ledger gives no tiles", "Ask the node that has the ledger");

    /// <summary>Proof that the event is in the latest checkpoint's tree (a new checkpoint is made if the event is younger).</summary>
    Outcome<InclusionProof> ProveInclusion(long index);

    /// <summary>The event, its salt and its proof in one piece, to be handed to whoever has a right to the event.</summary>
    Outcome<Evidence> ProveEvent(long index) => Finding.Error("ledger.no-evidence", "This ledger keeps no salts", "Ask the node that has the ledger");

    Outcome<ConsistencyProof> ProveConsistency(long oldSize, long newSize);

    /// <summary>Removes the payload and salt of an event (right to erasure); the leaf hash and all proofs stay.</summary>
    Task<Outcome<bool>> ErasePayloadAsync(long index, ActorId by, string reason, CancellationToken ct = default);

    /// <summary>Recomputes every leaf, the tree, every checkpoint's signature and root; errors name the event (index, stream, version).</summary>
    IEnumerable<Finding> Verify(IProgress<Step>? progress = null);
}
