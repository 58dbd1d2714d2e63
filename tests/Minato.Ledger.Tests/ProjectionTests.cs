using System.Text.Json.Serialization;
using CsCheck;

namespace Minato.Ledger.Tests;

public sealed class ProjectionTests
{
    [JsonDerivedType(typeof(Opened), "opened")]
    [JsonDerivedType(typeof(Loaded), "loaded")]
    private abstract record HoldEvent;

    private sealed record Opened(string Ship) : HoldEvent;

    private sealed record Loaded(int Crates) : HoldEvent;

    private sealed record Hold(string Ship, int Crates, long Version);

    private static Projection<Hold, HoldEvent> Holds(ILedger ledger) => new(ledger, "hold", "hold/", (state, e, recorded) => e switch
    {
        Opened o => new Hold(o.Ship, 0, recorded.Version),
        Loaded l => (state ?? new Hold("?", 0, 0)) with { Crates = (state?.Crates ?? 0) + l.Crates, Version = recorded.Version },
        _ => throw new InvalidOperationException(),
    });

    [Fact]
    public void A_projection_rebuilt_is_the_projection_that_lived_through_it() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[1, 9], Gen.Bool).Array[1, 30].Sample(
            steps =>
            {
                using var quay = Quay.New();
                var live = Holds(quay.Ledger);
                foreach (var (ship, crates, look) in steps)
                {
                    var stream = $"hold/s-{ship}";
                    live.DecideAsync(stream, Quay.Operator, s => s is null ? new HoldEvent[] { new Opened(stream), new Loaded(crates) } : new HoldEvent[] { new Loaded(crates) })
                        .GetAwaiter().GetResult();
                    quay.Append("berth/b-1");
                    if (look)
                    {
                        Assert.NotNull(live.Find(stream));
                    }
                }

                quay.Reopen();
                var rebuilt = Holds(quay.Ledger);
                Assert.Equal(live.All, rebuilt.All);
                Assert.Equal(steps.GroupBy(s => s.Item1).Sum(g => g.Sum(s => s.Item2)), rebuilt.All.Sum(h => h.Crates));
            },
            iter: 15,
            threads: 1);

    [Fact]
    public async Task Deciders_at_the_same_time_all_get_their_turn()
    {
        using var quay = Quay.New();
        var holds = Holds(quay.Ledger);
        await holds.DecideAsync("hold/s-1", Quay.Operator, _ => new HoldEvent[] { new Opened("s-1") });
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() =>
            holds.DecideAsync("hold/s-1", Quay.Operator, s => s!.Crates < 10 ? new HoldEvent[] { new Loaded(1) } : Finding.Error("hold.full", "Full", "Take another")))));
        Assert.Equal(10, results.Count(r => r.IsOk));
        Assert.Equal(10, holds.Find("hold/s-1")!.Crates);
    }

    [Fact]
    public async Task A_stream_whose_events_were_erased_keeps_its_version()
    {
        using var quay = Quay.New();
        var holds = Holds(quay.Ledger);
        await holds.DecideAsync("hold/s-1", Quay.Operator, _ => new HoldEvent[] { new Opened("s-1") });
        await quay.Ledger.ErasePayloadAsync(0, Quay.Operator, "why");

        var rebuilt = Holds(quay.Ledger);
        Assert.Null(rebuilt.Find("hold/s-1"));
        Assert.Empty(rebuilt.All);
        var loaded = await rebuilt.DecideAsync("hold/s-1", Quay.Operator, _ => new HoldEvent[] { new Loaded(3) });
        Assert.Equal(new Hold("?", 3, 2), loaded.Value);
    }

    [Fact]
    public async Task A_repeated_command_is_answered_with_the_state_and_not_decided_again()
    {
        using var quay = Quay.New();
        var holds = Holds(quay.Ledger);
        Outcome<IReadOnlyList<HoldEvent>> OpenOnce(Hold? s) => s is null ? new HoldEvent[] { new Opened("s-1") } : Finding.Error("hold.open", "Open already", "Load it");
        var first = await holds.DecideAsync("hold/s-1", Quay.Operator, OpenOnce, "open-1");
        var second = await holds.DecideAsync("hold/s-1", Quay.Operator, OpenOnce, "open-1");
        Assert.Equal(first.Value, second.Value);
        Assert.False((await holds.DecideAsync("hold/s-1", Quay.Operator, OpenOnce, "open-2")).IsOk);
        Assert.Equal(1, quay.Ledger.Size);
    }

    [Fact]
    public void An_event_that_cannot_be_read_is_named_and_not_quoted()
    {
        using var quay = Quay.New();
        quay.Append("hold/s-1", "hold.opened", """{"$type":"sunk","ship":"secret"}""");
        var damaged = Assert.Throws<InvalidDataException>(() => Holds(quay.Ledger).Find("hold/s-1"));
        Assert.Contains("Event 0 (stream hold/s-1, version 1, hold.opened)", damaged.Message);
        Assert.DoesNotContain("secret", damaged.ToString());
    }

    [Fact]
    public void Events_of_other_streams_are_passed_once()
    {
        using var quay = Quay.New();
        var counted = new CountedReads(quay.Ledger);
        var holds = Holds(counted);
        for (var n = 0; n < 5; n++)
        {
            quay.Append("berth/b-1");
            Assert.Null(holds.Find("hold/s-1"));
            Assert.Null(holds.Find("hold/s-1"));
        }

        Assert.Equal([0L, 1, 2, 3, 4], counted.From);
    }

    private sealed class CountedReads(ILedger inner) : ILedger
    {
        public List<long> From { get; } = [];

        public long Size => inner.Size;

        public Checkpoint? LatestCheckpoint => inner.LatestCheckpoint;

        public IEnumerable<RecordedEvent> ReadAll(long fromIndex = 0, string? streamPrefix = null)
        {
            From.Add(fromIndex);
            return inner.ReadAll(fromIndex, streamPrefix);
        }

        public Task<Outcome<Appended>> AppendAsync(string stream, long expectedVersion, ActorId by, IReadOnlyList<NewEvent> events, string? idempotencyKey = null, CancellationToken ct = default) =>
            inner.AppendAsync(stream, expectedVersion, by, events, idempotencyKey, ct);

        public IReadOnlyList<RecordedEvent> ReadStream(string stream, long fromVersion = 1) => inner.ReadStream(stream, fromVersion);

        public Checkpoint MakeCheckpoint() => inner.MakeCheckpoint();

        public Outcome<InclusionProof> ProveInclusion(long index) => inner.ProveInclusion(index);

        public Outcome<ConsistencyProof> ProveConsistency(long oldSize, long newSize) => inner.ProveConsistency(oldSize, newSize);

        public Task<Outcome<bool>> ErasePayloadAsync(long index, ActorId by, string reason, CancellationToken ct = default) => inner.ErasePayloadAsync(index, by, reason, ct);

        public IEnumerable<Finding> Verify(IProgress<Step>? progress = null) => inner.Verify(progress);
    }
}
