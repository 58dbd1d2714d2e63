using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Minato.Ledger;

/// <summary>
/// Reads the whole ledger and recomputes everything that can be recomputed: salted payloads, leaves, tree nodes,
/// versions, erasures, checkpoints. Streams; holds one hash per level. Works on one state of the file while others append.
/// </summary>
internal sealed class Verification(LedgerFile file, VerifierKey key, IProgress<Step>? progress)
{
    /// <summary>A wholly damaged ledger does not need a list longer than this.</summary>
    private const int MostFindings = 1000;

    private readonly List<Finding> findings = [];

    public IReadOnlyList<Finding> Run()
    {
        try
        {
            using var connection = file.OpenForReading();
            using var oneState = connection.BeginTransaction(deferred: true);
            CheckEventsAndTree(connection);
            CheckVersions(connection);
            CheckAnswers(connection);
            CheckFile(connection);
        }
        catch (Exception e) when (SqliteQueries.IsDamage(e))
        {
            Found("ledger.damaged", $"The ledger's file cannot be read to the end: {e.GetType().Name}", "");
        }

        return findings;
    }

    private void CheckEventsAndTree(SqliteConnection connection)
    {
        var erased = ReadErasures(connection);
        var size = connection.One("SELECT count(*) FROM events", r => r.GetInt64(0));
        var checkpoints = new Queue<Checkpoint>(LedgerFile.Checkpoints(connection));
        var edge = new TreeEdge();
        using var nodes = new StoredNodes(connection);
        using var command = connection.Command("""
            SELECT idx, CAST(stream AS BLOB), version, CAST(type AS BLOB), at, CAST(actor AS BLOB), commitment, leaf, salt, payload, stream
            FROM events ORDER BY idx
            """);
        using var reader = command.ExecuteReader();
        CheckCheckpoints(checkpoints, edge);
        while (reader.Read())
        {
            var (index, version, leaf) = (reader.GetInt64(0), reader.GetInt64(2), Bytes(reader, 7));
            var name = Name(index, reader.GetString(10), version);
            if (index != edge.Size)
            {
                Found("ledger.event-missing", $"Events {edge.Size} to {index - 1} are missing before {name}", $"event {edge.Size}");
                return;
            }

            CheckEvent(reader, name, index, version, leaf, erased);
            edge.Append(leaf, (level, position, hash) =>
            {
                if (!nodes.Next(level, position).AsSpan().SequenceEqual(hash))
                {
                    Found("ledger.tree-changed", $"The tree's node at level {level}, position {position} does not fit the events below it; the last is {name}", $"event {index}");
                }
            });
            CheckCheckpoints(checkpoints, edge);
            if (edge.Size % 4096 == 0)
            {
                progress?.Report(new Step("verify", edge.Size, size, "events"));
            }
        }

        progress?.Report(new Step("verify", edge.Size, size, "events"));
        foreach (var later in checkpoints)
        {
            Found("ledger.truncated", $"A checkpoint was signed at {later.Size} events, but the ledger has only {edge.Size}", $"event {edge.Size}");
        }

        foreach (var index in erased.Where(i => i < 0 || i >= edge.Size))
        {
            Found("ledger.erasure-unknown", $"An erasure is recorded for event {index}, which does not exist", $"event {index}");
        }

        var expectedNodes = 0L;
        for (var n = edge.Size >> 1; n > 0; n >>= 1)
        {
            expectedNodes += n;
        }

        if (connection.One("SELECT count(*) FROM nodes", r => r.GetInt64(0)) != expectedNodes)
        {
            Found("ledger.tree-changed", "The tree has nodes that no event explains, or lacks some", "");
        }
    }

    private void CheckEvent(SqliteDataReader reader, string name, long index, long version, byte[] leaf, HashSet<long> erased)
    {
        var commitment = Bytes(reader, 6);
        var (hasSalt, hasPayload) = (!reader.IsDBNull(8), !reader.IsDBNull(9));
        if (hasSalt != hasPayload)
        {
            Found("ledger.event-changed", $"{name}: the {(hasSalt ? "payload" : "salt")} is gone", $"event {index}");
        }
        else if (!hasPayload && !erased.Contains(index))
        {
            Found("ledger.event-changed", $"{name}: the payload is gone, and no erasure is recorded", $"event {index}");
        }
        else if (hasPayload && erased.Contains(index))
        {
            Found("ledger.event-changed", $"{name}: an erasure is recorded, but there is a payload", $"event {index}");
        }
        else if (hasPayload && !(Bytes(reader, 8) is { Length: EventLeaf.SaltLength } salt && EventLeaf.Commit(salt, Bytes(reader, 9)).AsSpan().SequenceEqual(commitment)))
        {
            Found("ledger.event-changed", $"{name}: payload, salt or commitment was changed", $"event {index}");
        }

        if (!EventLeaf.Hash(index, Bytes(reader, 1), version, Bytes(reader, 3), reader.GetInt64(4), Bytes(reader, 5), commitment).AsSpan().SequenceEqual(leaf))
        {
            Found("ledger.event-changed", $"{name}: stream, version, type, time, actor, commitment or leaf hash was changed", $"event {index}");
        }
    }

    private void CheckCheckpoints(Queue<Checkpoint> checkpoints, TreeEdge edge)
    {
        while (checkpoints.TryPeek(out var c) && c.Size <= edge.Size)
        {
            checkpoints.Dequeue();
            if (!TreeHead.TryOpen(c.SignedNote, key, out var head))
            {
                Found("ledger.checkpoint-signature", $"The checkpoint at {c.Size} events has no good signature of {key.Name}", $"checkpoint {c.Size}");
            }
            else if (head.Size != c.Size || !head.RootHash.Span.SequenceEqual(c.RootHash.Span))
            {
                Found("ledger.checkpoint-changed", $"The checkpoint at {c.Size} events differs from its signed note", $"checkpoint {c.Size}");
            }
            else if (head.Size == edge.Size && !head.RootHash.Span.SequenceEqual(edge.Root()))
            {
                Found("ledger.checkpoint-root", $"The checkpoint at {c.Size} events was signed over other events than the ledger has now: one of events 0 to {c.Size - 1} was changed after it was recorded", $"checkpoint {c.Size}");
            }
        }
    }

    private void CheckVersions(SqliteConnection connection)
    {
        var gaps = connection.All(
            """
            SELECT idx, stream, version FROM (
                SELECT idx, stream, version,
                    lag(version, 1, 0) OVER (PARTITION BY stream ORDER BY version) AS before,
                    lag(idx, 1, -1) OVER (PARTITION BY stream ORDER BY version) AS older
                FROM events)
            WHERE version <> before + 1 OR idx < older ORDER BY idx LIMIT 100
            """,
            r => (Index: r.GetInt64(0), Stream: r.GetString(1), Version: r.GetInt64(2)));
        foreach (var (index, stream, version) in gaps)
        {
            Found("ledger.version-gap", $"{Name(index, stream, version)}: the stream's version before this one is missing or younger", $"event {index}");
        }
    }

    /// <summary>Remembered answers to idempotency keys are not in the tree; they must at least speak of what is.</summary>
    private void CheckAnswers(SqliteConnection connection)
    {
        var wrong = connection.All(
            """
            SELECT a.first, a.last FROM answers a LEFT JOIN events f ON f.idx = a.first LEFT JOIN events l ON l.idx = a.last
            WHERE f.stream IS NOT a.stream OR l.stream IS NOT a.stream OR l.version IS NOT a.version OR l.idx - f.idx <> l.version - f.version LIMIT 100
            """,
            r => (First: r.GetInt64(0), Last: r.GetInt64(1)));
        foreach (var (first, last) in wrong)
        {
            Found("ledger.answer-changed", $"A remembered answer speaks of events {first} to {last}, which it does not fit", $"event {first}");
        }
    }

    /// <summary>The file's indexes lead to the events when streams are read, so they must agree with the table.</summary>
    private void CheckFile(SqliteConnection connection)
    {
        foreach (var line in connection.All("PRAGMA integrity_check(20)", r => r.GetString(0)).Where(l => l != "ok"))
        {
            Found("ledger.damaged", $"The ledger's file is damaged ({line.ReplaceLineEndings(" ")})", "");
        }
    }

    private HashSet<long> ReadErasures(SqliteConnection connection)
    {
        var indexes = new HashSet<long>();
        foreach (var (index, json) in connection.All("SELECT idx, payload FROM events WHERE stream = $a", r => (r.GetInt64(0), Bytes(r, 1)), StreamName.Erasures))
        {
            try
            {
                indexes.Add(JsonSerializer.Deserialize(json, LedgerJson.Default.PayloadErased)!.Index);
            }
            catch (Exception e) when (e is JsonException or NullReferenceException)
            {
                Found("ledger.event-changed", $"{Name(index, StreamName.Erasures, 0)}: the record of an erasure cannot be read", $"event {index}");
            }
        }

        return indexes;
    }

    private static byte[] Bytes(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? [] : reader.GetFieldValue<byte[]>(column);

    private static string Name(long index, string stream, long version) => $"Event {index} (stream {Printable(stream)}, version {version})";

    /// <summary>A changed name may contain anything.</summary>
    private static string Printable(string text) => string.Concat(text.Take(200).Select(c => c is > ' ' and <= '~' ? c : '?'));

    private void Found(string code, string reason, string where)
    {
        if (findings.Count < MostFindings)
        {
            findings.Add(Finding.Error(code, reason, "Compare with a backup or a witness; the ledger must not be used as evidence before", new Place(LedgerFile.FileName, null, where.Length == 0 ? null : where)));
        }
    }

    /// <summary>The stored nodes of each level in order, one open reader per level.</summary>
    private sealed class StoredNodes(SqliteConnection connection) : IDisposable
    {
        private readonly Dictionary<int, (SqliteCommand Command, SqliteDataReader Reader)> levels = [];

        public byte[] Next(int level, long position)
        {
            if (!levels.TryGetValue(level, out var open))
            {
                var command = connection.Command("SELECT position, hash FROM nodes WHERE level = $a ORDER BY position", level);
                levels[level] = open = (command, command.ExecuteReader());
            }

            return open.Reader.Read() && open.Reader.GetInt64(0) == position ? Bytes(open.Reader, 1) : [];
        }

        public void Dispose()
        {
            foreach (var (command, reader) in levels.Values)
            {
                reader.Dispose();
                command.Dispose();
            }
        }
    }
}
