using Minato.Ledger;

namespace Minato.Access.Tests;

/// <summary>A ledger that keeps its promises about order and concurrency in a list. What makes it provable is the Ledger room's own story.</summary>
internal sealed class MemoryLedger(TimeProvider clock) : ILedger
{
    private readonly List<RecordedEvent> events = [];
    private readonly Lock gate = new();

    public long Size
    {
        get
        {
            lock (gate)
            {
                return events.Count;
            }
        }
    }

    public Checkpoint? LatestCheckpoint => null;

    public Task<Outcome<Appended>> AppendAsync(string stream, long expectedVersion, ActorId by, IReadOnlyList<NewEvent> toAppend, string? idempotencyKey = null, CancellationToken ct = default)
    {
        lock (gate)
        {
            long version = events.Count(e => e.Stream == stream);
            if (expectedVersion >= 0 && expectedVersion != version)
            {
                return Task.FromResult<Outcome<Appended>>(Finding.Error("ledger.conflict", "The stream has moved on", "Decide again"));
            }

            var first = events.Count;
            foreach (var e in toAppend)
            {
                events.Add(new RecordedEvent(events.Count, stream, ++version, e.Type, e.Json, clock.GetUtcNow(), by, false, default));
            }

            return Task.FromResult<Outcome<Appended>>(new Appended(first, events.Count - 1, version, false));
        }
    }

    public IReadOnlyList<RecordedEvent> ReadStream(string stream, long fromVersion = 1)
    {
        lock (gate)
        {
            return [.. events.Where(e => e.Stream == stream && e.Version >= fromVersion)];
        }
    }

    public IEnumerable<RecordedEvent> ReadAll(long fromIndex = 0, string? streamPrefix = null)
    {
        lock (gate)
        {
            return [.. events.Skip((int)fromIndex).Where(e => streamPrefix is null || e.Stream.StartsWith(streamPrefix, StringComparison.Ordinal))];
        }
    }

    public Checkpoint MakeCheckpoint() => throw new NotSupportedException();

    public Outcome<InclusionProof> ProveInclusion(long index) => throw new NotSupportedException();

    public Outcome<ConsistencyProof> ProveConsistency(long oldSize, long newSize) => throw new NotSupportedException();

    public Task<Outcome<bool>> ErasePayloadAsync(long index, ActorId by, string reason, CancellationToken ct = default) => throw new NotSupportedException();

    public IEnumerable<Finding> Verify(IProgress<Step>? progress = null) => throw new NotSupportedException();
}
