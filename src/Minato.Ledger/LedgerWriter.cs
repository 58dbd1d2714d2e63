using System.Collections.Concurrent;
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
