using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Minato.Ledger;

/// <summary>
/// The one place that writes. Work queues up; whatever waits when the writer looks up is done in one transaction and
/// shares its flush to the disk (group commit). Everybody learns the result after the commit, never before.
/// </summary>
internal sealed class LedgerWriter : IDisposable
{
    private const int LargestGroup = 1024;
    private readonly BlockingCollection<IWork> queue = new(boundedCapacity: 8 * LargestGroup);
    private readonly SqliteConnection connection;
    private readonly Thread thread;
    private readonly InsertCommands insert;
    private TreeEdge edge = new();
    private bool oldPagesRemain;

    public LedgerWriter(LedgerFile file)
    {
        connection = file.OpenForWriting();
        insert = new InsertCommands(connection);
        thread = new Thread(Loop) { IsBackground = true, Name = "ledger-writer" };
        thread.Start();
    }

    /// <summary>Does the work in a transaction of its group. An exception undoes this work alone.</summary>
    public Task<T> DoAsync<T>(Func<Writing, T> work, CancellationToken ct = default)
    {
        var item = new Work<T>(work, ct);
        try
        {
            queue.Add(item, ct);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(LedgerRoom));
        }

        return item.Task;
    }

    /// <summary>Payloads were erased in this group: their old pages must leave the write-ahead log too.</summary>
    private void ScrubOldPages()
    {
        // Blocked while a reader still looks at the old state; then the next commit, or closing, does it.
        try
        {
            oldPagesRemain = connection.One("PRAGMA wal_checkpoint(TRUNCATE)", r => r.GetInt64(0) != 0);
        }
        catch (SqliteException)
        {
            oldPagesRemain = true;
        }
    }

    public void Dispose()
    {
        queue.CompleteAdding();
        thread.Join();
        queue.Dispose();
        insert.Dispose();
        connection.Dispose();
    }

    private void Loop()
    {
        var group = new List<IWork>();
        foreach (var first in queue.GetConsumingEnumerable())
        {
            group.Add(first);
            while (group.Count < LargestGroup && queue.TryTake(out var next))
            {
                group.Add(next);
            }

            Commit(group);
            group.Clear();
        }
    }

    private void Commit(IReadOnlyList<IWork> group)
    {
        var edgeBefore = edge;
        try
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            var size = connection.One("SELECT max(idx) + 1 FROM events", r => r.IsDBNull(0) ? 0 : r.GetInt64(0));

            // Another process may have written since; the edge is then read again.
            edge = size == edge.Size ? edge.Clone() : TreeEdge.Load(size, LedgerFile.Nodes(connection));
            var writing = new Writing(connection, insert, edge, transaction);
            foreach (var work in group)
            {
                work.Run(writing);
            }

            transaction.Commit();
            oldPagesRemain |= writing.Erased;
        }
        catch (Exception e)
        {
            edge = edgeBefore;
            if (group.Count == 1)
            {
                group[0].Fail(e);
                return;
            }

            foreach (var work in group)
            {
                Commit([work]);
            }

            return;
        }

        if (oldPagesRemain)
        {
            ScrubOldPages();
        }

        foreach (var work in group)
        {
            work.Succeed();
        }
    }

    private interface IWork
    {
        void Run(Writing writing);

        void Succeed();

        void Fail(Exception reason);
    }

    private sealed class Work<T>(Func<Writing, T> work, CancellationToken ct) : IWork
    {
        private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? result;
        private bool cancelled;

        public Task<T> Task => done.Task;

        public void Run(Writing writing)
        {
            cancelled = ct.IsCancellationRequested;
            if (!cancelled)
            {
                result = work(writing);
            }
        }

        public void Succeed()
        {
            if (cancelled)
            {
                done.SetCanceled(ct);
            }
            else
            {
                done.SetResult(result!);
            }
        }

        public void Fail(Exception reason) => done.SetException(reason);
    }
}

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
