using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Minato.Ledger;

/// <summary>One transaction in progress: reads see what it wrote already.</summary>
internal sealed class Writing(SqliteConnection connection, InsertCommands insert, TreeEdge edge, SqliteTransaction transaction)
{
    public SqliteConnection Connection => connection;

    public TreeEdge Edge => edge;

    public bool Erased { get; private set; }

    public long Version(string stream) => insert.Version(stream, transaction);

    /// <summary>Adds events at the end of the ledger and of the stream.</summary>
    public Appended Append(string stream, long version, DateTimeOffset at, ActorId by, IReadOnlyList<NewEvent> events)
    {
        var (first, microseconds) = (edge.Size, EventLeaf.Microseconds(at));
        foreach (var e in events)
        {
            version++;
            var salt = RandomNumberGenerator.GetBytes(EventLeaf.SaltLength);
            var payload = e.Json.ToArray();
            var commitment = EventLeaf.Commit(salt, payload);
            var leaf = EventLeaf.Hash(edge.Size, stream, version, e.Type, at, by, commitment);
            insert.Event(transaction, edge.Size, stream, version, e.Type, microseconds, by.Value, commitment, leaf, salt, payload);
            edge.Append(leaf, (level, position, hash) => insert.Node(transaction, level, position, hash));
        }

        return new Appended(first, edge.Size - 1, version, Repeated: false);
    }

    /// <returns>False where the payload was erased before.</returns>
    public bool ErasePayload(long index)
    {
        var changed = connection.Run("UPDATE events SET payload = NULL, salt = NULL WHERE idx = $a AND payload IS NOT NULL", index) > 0;
        Erased |= changed;
        return changed;
    }
}

/// <summary>The prepared statements of the hot path.</summary>
internal sealed class InsertCommands : IDisposable
{
    private readonly SqliteCommand insertEvent;
    private readonly SqliteCommand insertNode;
    private readonly SqliteCommand version;

    public InsertCommands(SqliteConnection connection)
    {
        insertEvent = connection.Command(
            "INSERT INTO events (idx, stream, version, type, at, actor, commitment, leaf, salt, payload) VALUES ($a, $b, $c, $d, $e, $f, $g, $h, $i, $j)",
            0L, "", 0L, "", 0L, "", Array.Empty<byte>(), Array.Empty<byte>(), Array.Empty<byte>(), Array.Empty<byte>());
        insertNode = connection.Command("INSERT INTO nodes (level, position, hash) VALUES ($a, $b, $c)", 0, 0L, Array.Empty<byte>());
        version = connection.Command("SELECT coalesce(max(version), 0) FROM events WHERE stream = $a", "");
    }

    public void Event(SqliteTransaction transaction, params ReadOnlySpan<object> values) => Run(insertEvent, transaction, values);

    public void Node(SqliteTransaction transaction, params ReadOnlySpan<object> values) => Run(insertNode, transaction, values);

    public long Version(string stream, SqliteTransaction transaction)
    {
        version.Transaction = transaction;
        version.Parameters[0].Value = stream;
        return (long)version.ExecuteScalar()!;
    }

    public void Dispose()
    {
        insertEvent.Dispose();
        insertNode.Dispose();
        version.Dispose();
    }

    private static void Run(SqliteCommand command, SqliteTransaction transaction, ReadOnlySpan<object> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }
}
