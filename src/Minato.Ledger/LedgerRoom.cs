using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Minato.Ledger;

/// <param name="Folder">Where <c>ledger.db</c> lives; made if it is not there.</param>
/// <param name="Origin">The log's name in its checkpoints, like a URL without the scheme: <c>minato.example/ledger</c>. Never changes.</param>
public sealed record LedgerOptions(string Folder, string Origin);

/// <summary>
/// The ledger in a SQLite file (D1). Thread-safe; several processes may work on one folder.
/// </summary>
public sealed class LedgerRoom : ILedger, IDisposable
{
    /// <summary>The signing key's name in the key store.</summary>
    public const string SigningKey = "ledger-signing";

    /// <summary>Payloads are facts, not files: 1 MiB each at most.</summary>
    public const int LargestPayload = 1 << 20;

    private readonly LedgerFile file;
    private readonly LedgerWriter writer;
    private readonly NoteSigner signer;
    private readonly TimeProvider clock;
    private bool disposed;

    private LedgerRoom(LedgerFile file, NoteSigner signer, TimeProvider clock)
    {
        (this.file, this.signer, this.clock) = (file, signer, clock);
        writer = new LedgerWriter(file);
    }

    /// <summary>The public key that checks this ledger's checkpoints; publish it.</summary>
    public VerifierKey VerifierKey => signer.VerifierKey;

    public string? PublishedKey => VerifierKey.ToString();

    public long Size => file.Size();

    public Checkpoint? LatestCheckpoint => file.LatestCheckpoint();

    /// <exception cref="RefusedException">The origin is no log name, the folder's ledger was signed with another key or under another origin, or its file is damaged.</exception>
    public static LedgerRoom Open(LedgerOptions options, IKeyStore keys, TimeProvider clock)
    {
        try
        {
            return OpenFile(options, keys, clock);
        }
        catch (Exception e) when (SqliteQueries.IsDamage(e) && e is not SqliteException { SqliteErrorCode: not (SQLITE_ERROR or SQLITE_CORRUPT or SQLITE_NOTADB) })
        {
            throw new RefusedException([Finding.Error(
                "ledger.damaged", "The ledger's file is damaged or is no ledger", "Restore it from a backup; do not go on with it", new Place(LedgerFile.FileName))]);
        }
    }

    private static LedgerRoom OpenFile(LedgerOptions options, IKeyStore keys, TimeProvider clock)
    {
        if (!VerifierKey.IsValidName(options.Origin))
        {
            throw new RefusedException([Finding.Error(
                "ledger.origin", "The ledger's origin is empty or contains white space or '+'", "Name it like a URL without the scheme, for example minato.example/ledger")]);
        }

        var file = new LedgerFile(options.Folder);
        var signer = new NoteSigner(options.Origin, keys.Key(SigningKey));
        using (var connection = file.OpenForWriting())
        {
            connection.Run("INSERT OR IGNORE INTO about (name, value) VALUES ('verifier-key', $a)", signer.VerifierKey.ToString());
            if (connection.One("SELECT value FROM about WHERE name = 'verifier-key'", r => r.GetString(0)) != signer.VerifierKey.ToString())
            {
                signer.Dispose();
                file.Dispose();
                throw new RefusedException([Finding.Error(
                    "ledger.other-key", "The ledger was begun with another signing key or origin", "Open it with the key store and the origin it was begun with", new Place(LedgerFile.FileName))]);
            }
        }

        return new LedgerRoom(file, signer, clock);
    }

    public async Task<Outcome<Appended>> AppendAsync(
        string stream, long expectedVersion, ActorId by, IReadOnlyList<NewEvent> events, string? idempotencyKey = null, CancellationToken ct = default)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return Admission.Check(stream, expectedVersion, events, idempotencyKey) is { } refusal
            ? refusal
            : await writer.DoAsync(w => Append(w, stream, expectedVersion, by, events, idempotencyKey), ct).ConfigureAwait(false);
    }

    public Appended? Recall(string stream, string idempotencyKey)
    {
        using var connection = file.OpenForReading();
        return LedgerFile.Answer(connection, idempotencyKey, out var where) is { } answer && where == stream ? answer : null;
    }

    public IReadOnlyList<RecordedEvent> ReadStream(string stream, long fromVersion = 1) => file.Stream(stream, fromVersion);

    public IEnumerable<RecordedEvent> ReadAll(long fromIndex = 0, string? streamPrefix = null) => file.Events(fromIndex, streamPrefix);

    public Checkpoint MakeCheckpoint()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return writer.DoAsync(w =>
        {
            if (LedgerFile.LatestCheckpointOf(w.Connection) is { } latest && latest.Size == w.Edge.Size)
            {
                return latest;
            }

            var head = new TreeHead(signer.VerifierKey.Name, w.Edge.Size, w.Edge.Root());
            var at = EventLeaf.Microseconds(clock.GetUtcNow());
            var note = signer.Sign(head.ToText());
            w.Connection.Run("INSERT INTO checkpoints (size, root, at, note) VALUES ($a, $b, $c, $d)", head.Size, head.RootHash.ToArray(), at, note);
            return new Checkpoint(head.Size, head.RootHash, EventLeaf.Time(at), note);
        }).GetAwaiter().GetResult();
    }

    public Outcome<InclusionProof> ProveInclusion(long index)
    {
        if (index < 0 || index >= Size)
        {
            return NoSuchEvent(index);
        }

        var checkpoint = LatestCheckpoint is { } latest && index < latest.Size ? latest : MakeCheckpoint();
        using var connection = file.OpenForReading();
        var node = LedgerFile.Nodes(connection);
        return new InclusionProof(index, checkpoint.Size, node(0, index), AsMemory(MerkleTree.InclusionPath(index, checkpoint.Size, node)), checkpoint);
    }

    public Outcome<IReadOnlyList<ReadOnlyMemory<byte>>> Tile(int level, long index, int width)
    {
        const int Height = 8;
        const int Full = 1 << Height;
        const int Highest = 7;

        // Nodes of a tile cover 2^(8·level) leaves each; only whole ones are there.
        if (level is < 0 or > Highest || index < 0 || width is < 1 or > Full || index > (long.MaxValue >> (Height * (level + 1))) - 1 || ((index * Full) + width) << (Height * level) > Size)
        {
            return Finding.Error("ledger.no-such-tile", "The tree has no such tile yet", "Ask for tiles of the size that a checkpoint says");
        }

        using var connection = file.OpenForReading();
        var node = LedgerFile.Nodes(connection);
        return Outcome<IReadOnlyList<ReadOnlyMemory<byte>>>.Ok([.. Enumerable.Range(0, width).Select(i => (ReadOnlyMemory<byte>)node(Height * level, (index * Full) + i))]);
    }

    public Outcome<Evidence> ProveEvent(long index) => ProveInclusion(index).Map(proof =>
    {
        using var connection = file.OpenForReading();
        return connection.One(
            "SELECT stream, version, type, at, actor, commitment, salt, payload FROM events WHERE idx = $a",
            r => new Evidence(
                signer.VerifierKey.ToString(),
                index,
                r.GetString(0),
                r.GetInt64(1),
                r.GetString(2),
                EventLeaf.Time(r.GetInt64(3)),
                r.GetString(4),
                r.IsDBNull(7) ? null : Encoding.UTF8.GetString(r.GetFieldValue<byte[]>(7)),
                r.IsDBNull(6) ? null : Convert.ToBase64String(r.GetFieldValue<byte[]>(6)),
                Convert.ToBase64String(r.GetFieldValue<byte[]>(5)),
                [.. proof.Path.Select(p => Convert.ToBase64String(p.Span))],
                proof.Checkpoint.SignedNote),
            index)!;
    });

    public Outcome<ConsistencyProof> ProveConsistency(long oldSize, long newSize)
    {
        if (oldSize < 0 || oldSize > newSize || newSize > Size)
        {
            return Finding.Error("ledger.tree-size", $"There are no trees of {oldSize} and then {newSize} events", $"Ask for sizes from 0 to {Size}, the older one first");
        }

        using var connection = file.OpenForReading();
        return new ConsistencyProof(oldSize, newSize, AsMemory(MerkleTree.ConsistencyPath(oldSize, newSize, LedgerFile.Nodes(connection))));
    }

    public async Task<Outcome<bool>> ErasePayloadAsync(long index, ActorId by, string reason, CancellationToken ct = default)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return string.IsNullOrWhiteSpace(reason)
            ? Finding.Error("ledger.reason", "An erasure needs a reason", "Say why, without naming a person: it is published")
            : await writer.DoAsync<Outcome<bool>>(
                w =>
                {
                    var (stream, version) = w.Connection.One("SELECT stream, version FROM events WHERE idx = $a", r => (r.GetString(0), r.GetInt64(1)), index);
                    if (stream is null)
                    {
                        return NoSuchEvent(index);
                    }

                    if (stream.StartsWith(StreamName.ReservedPrefix, StringComparison.Ordinal))
                    {
                        return Finding.Error("ledger.not-erasable", $"Event {index} is the ledger's own record", "Records of erasures stay");
                    }

                    if (!w.ErasePayload(index))
                    {
                        return false;
                    }

                    var json = JsonSerializer.SerializeToUtf8Bytes(new PayloadErased(index, stream, version, reason), LedgerJson.Default.PayloadErased);
                    w.Append(StreamName.Erasures, w.Version(StreamName.Erasures), clock.GetUtcNow(), by, [new NewEvent(PayloadErased.Type, json)]);
                    return true;
                },
                ct).ConfigureAwait(false);
    }

    public IEnumerable<Finding> Verify(IProgress<Step>? progress = null) => new Verification(file, signer.VerifierKey, progress).Run();

    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;

            // Readers first: the last connection to close, which must be the writer's, folds the write-ahead log in.
            file.Dispose();
            writer.Dispose();
            signer.Dispose();
        }
    }

    private Outcome<Appended> Append(Writing w, string stream, long expectedVersion, ActorId by, IReadOnlyList<NewEvent> events, string? key)
    {
        if (key is not null && LedgerFile.Answer(w.Connection, key, out var where) is { } answer)
        {
            // A key that comes back on another stream is a caller's mistake; answering it would lose the new events silently.
            return where == stream ? answer : Finding.Error("ledger.key-reused", $"The idempotency key was used on another stream", "Use a new key for each command");
        }

        var version = w.Version(stream);
        if (expectedVersion >= 0 && expectedVersion != version)
        {
            return Finding.Error("ledger.conflict", $"Stream {stream} is at version {version}, expected was {expectedVersion}", "Read the stream again and decide anew");
        }

        var appended = w.Append(stream, version, clock.GetUtcNow(), by, events);
        if (key is not null)
        {
            w.Connection.Run(
                "INSERT INTO answers (key, stream, first, last, version) VALUES ($a, $b, $c, $d, $e)", key, stream, appended.FirstIndex, appended.LastIndex, appended.Version);
        }

        return appended;
    }

    private Finding NoSuchEvent(long index) => Finding.Error("ledger.no-such-event", $"There is no event {index}", $"The ledger has events 0 to {Size - 1}");

    private static List<ReadOnlyMemory<byte>> AsMemory(List<byte[]> hashes) => hashes.ConvertAll(h => (ReadOnlyMemory<byte>)h);
}

/// <summary>What the ledger records when a payload was erased.</summary>
internal sealed record PayloadErased(long Index, string Stream, long Version, string Reason)
{
    public const string Type = "ledger.payload-erased";
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PayloadErased))]
[JsonSerializable(typeof(Evidence))]
internal sealed partial class LedgerJson : JsonSerializerContext;
