using System.Text;

namespace Minato.Ledger.Tests;

public sealed class ErasureTests
{
    private const string Secret = "the-words-that-must-go-7361";

    [Fact]
    public async Task An_erased_payload_is_gone_from_the_disk_and_everything_still_verifies()
    {
        using var quay = Quay.WithTenEvents();
        var index = quay.Append("application/a-9", "access.noted", $$"""{"text":"{{Secret}}"}""").FirstIndex;
        var before = quay.Ledger.ProveInclusion(index).Value;
        var salt = quay.Peek<byte[]>("SELECT salt FROM events WHERE idx = $a", index);
        Assert.True(OnDisk(quay, Encoding.UTF8.GetBytes(Secret)));

        Assert.True((await quay.Ledger.ErasePayloadAsync(index, Quay.Operator, "erasure asked for")).Value);

        Assert.False(OnDisk(quay, Encoding.UTF8.GetBytes(Secret)));
        Assert.False(OnDisk(quay, salt));
        var e = Assert.Single(quay.Ledger.ReadStream("application/a-9"));
        Assert.True(e.Erased);
        Assert.True(e.Json.IsEmpty);
        Assert.Equal(before.LeafHash.ToArray(), e.LeafHash.ToArray());
        Assert.True(MerkleProof.VerifyInclusion(quay.Ledger.ProveInclusion(index).Value));
        var record = Assert.Single(quay.Ledger.ReadStream(StreamName.Erasures));
        Assert.Equal("ledger.payload-erased", record.Type);
        Assert.Equal("""{"index":10,"stream":"application/a-9","version":1,"reason":"erasure asked for"}""", Encoding.UTF8.GetString(record.Json.Span));
        quay.Reopen();
        Assert.Empty(quay.Verify());
    }

    [Fact]
    public async Task Erasing_twice_erases_once()
    {
        using var quay = Quay.WithTenEvents();
        Assert.True((await quay.Ledger.ErasePayloadAsync(3, Quay.Operator, "why")).Value);
        Assert.False((await quay.Ledger.ErasePayloadAsync(3, Quay.Operator, "why")).Value);
        Assert.Equal(11, quay.Ledger.Size);
    }

    [Fact]
    public async Task Records_of_erasures_stay_and_a_reason_is_needed()
    {
        using var quay = Quay.WithTenEvents();
        await quay.Ledger.ErasePayloadAsync(3, Quay.Operator, "why");
        Assert.Equal("ledger.not-erasable", (await quay.Ledger.ErasePayloadAsync(10, Quay.Operator, "why")).Findings[0].Code);
        Assert.Equal("ledger.no-such-event", (await quay.Ledger.ErasePayloadAsync(99, Quay.Operator, "why")).Findings[0].Code);
        Assert.Equal("ledger.reason", (await quay.Ledger.ErasePayloadAsync(1, Quay.Operator, " ")).Findings[0].Code);
    }

    [Fact]
    public void A_payload_that_vanished_without_a_record_is_noticed()
    {
        using var quay = Quay.WithTenEvents();
        quay.Tamper("UPDATE events SET payload = NULL, salt = NULL WHERE idx = 4");
        Assert.Contains(quay.Verify(), f => f.Reason.StartsWith("Event 4 (stream application/a-2, version 2)") && f.Reason.Contains("no erasure is recorded"));
    }

    [Fact]
    public async Task What_remains_of_an_erased_event_is_still_protected()
    {
        using var quay = Quay.WithTenEvents();
        await quay.Ledger.ErasePayloadAsync(4, Quay.Operator, "why");
        foreach (var change in new[] { "actor = 'operator-2'", "at = at + 1", "type = 'access.other'", "payload = x'7b7d', salt = zeroblob(32)", "payload = x'7b7d'" })
        {
            using var copy = new Copy(quay);
            quay.Tamper($"UPDATE events SET {change} WHERE idx = 4");
            Assert.Contains(quay.Verify(), f => f.Reason.StartsWith("Event 4 (stream application/a-2, version 2)"));
        }

        Assert.Empty(quay.Verify());
    }

    private static bool OnDisk(Quay quay, byte[] bytes) =>
        Directory.EnumerateFiles(quay.Folder).Any(f =>
        {
            using var stream = new FileStream(f, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content.AsSpan().IndexOf(bytes) >= 0;
        });

    /// <summary>Puts the events' rows back afterwards.</summary>
    private sealed class Copy : IDisposable
    {
        private readonly Quay quay;

        public Copy(Quay quay)
        {
            this.quay = quay;
            quay.Tamper("CREATE TABLE copy AS SELECT idx, stream, version, type, at, actor, commitment, leaf, salt, payload FROM events");
        }

        public void Dispose() =>
            quay.Tamper("""
                DELETE FROM events;
                INSERT INTO events (idx, stream, version, type, at, actor, commitment, leaf, salt, payload) SELECT * FROM copy;
                DROP TABLE copy
                """);
    }
}
