using System.Text;

namespace Minato.Ledger.Tests;

public sealed class AppendTests
{
    [Fact]
    public async Task Events_come_back_as_they_were_appended_also_after_reopening()
    {
        using var quay = Quay.New();
        var first = (await quay.Ledger.AppendAsync("application/a-1", 0, Quay.Operator, [Quay.Event("access.submitted", """{"題":"糖尿病"}"""), Quay.Event()])).Value;
        Assert.Equal(new Appended(0, 1, 2, false), first);
        Assert.Equal(new Appended(2, 2, 1, false), quay.Append("choice/c-1"));
        quay.Reopen();

        var events = quay.Ledger.ReadStream("application/a-1");
        Assert.Equal([(0L, 1L, "access.submitted"), (1L, 2L, "access.noted")], events.Select(e => (e.Index, e.Version, e.Type)));
        Assert.Equal("""{"題":"糖尿病"}""", Encoding.UTF8.GetString(events[0].Json.Span));
        Assert.Equal(Quay.Operator, events[0].By);
        Assert.Equal(DateTimeOffset.Parse("2026-04-01T09:00:01Z"), events[0].At);
        Assert.False(events[0].Erased);
        Assert.Equal(3, quay.Ledger.Size);
        Assert.Equal([1L], quay.Ledger.ReadStream("application/a-1", 2).Select(e => e.Index));
        Assert.Empty(quay.Ledger.ReadStream("application/none"));
    }

    [Fact]
    public async Task A_stream_that_moved_on_refuses_the_slower_writer()
    {
        using var quay = Quay.New();
        quay.Append("application/a-1");
        var conflict = await quay.Ledger.AppendAsync("application/a-1", 0, Quay.Operator, [Quay.Event()]);
        Assert.Equal("ledger.conflict", Assert.Single(conflict.Findings).Code);
        Assert.Equal(1, quay.Ledger.Size);
        Assert.True((await quay.Ledger.AppendAsync("application/a-1", 1, Quay.Operator, [Quay.Event()])).IsOk);
        Assert.True((await quay.Ledger.AppendAsync("application/a-1", -1, Quay.Operator, [Quay.Event()])).IsOk);
    }

    [Theory]
    [InlineData("", "ledger.stream-name")]
    [InlineData("a//b", "ledger.stream-name")]
    [InlineData("/a", "ledger.stream-name")]
    [InlineData("a/", "ledger.stream-name")]
    [InlineData("a/../b", "ledger.stream-name")]
    [InlineData("A/b", "ledger.stream-name")]
    [InlineData("a/1/2/3/4/5/6/7/8", "ledger.stream-name")]
    [InlineData("ledger/erasures", "ledger.reserved-stream")]
    public async Task Streams_have_plain_names(string stream, string code)
    {
        using var quay = Quay.New();
        Assert.Equal(code, Assert.Single((await quay.Ledger.AppendAsync(stream, -1, Quay.Operator, [Quay.Event()])).Findings).Code);
        Assert.Equal(0, quay.Ledger.Size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("no")]
    public async Task A_payload_is_one_JSON_value(string json)
    {
        using var quay = Quay.New();
        Assert.Equal("ledger.payload", Assert.Single((await quay.Ledger.AppendAsync("a/b", -1, Quay.Operator, [Quay.Event(), Quay.Event("a.b", json)])).Findings).Code);
        Assert.Equal("ledger.payload", Assert.Single((await quay.Ledger.AppendAsync("a/b", -1, Quay.Operator, [new NewEvent("a.b", new byte[] { 0x22, 0xFF, 0x22 })])).Findings).Code);
        Assert.Equal("ledger.nothing", Assert.Single((await quay.Ledger.AppendAsync("a/b", -1, Quay.Operator, [])).Findings).Code);
        Assert.Equal("ledger.event-type", Assert.Single((await quay.Ledger.AppendAsync("a/b", -1, Quay.Operator, [Quay.Event("A b")])).Findings).Code);
        Assert.Equal("ledger.expected-version", Assert.Single((await quay.Ledger.AppendAsync("a/b", -2, Quay.Operator, [Quay.Event()])).Findings).Code);
        Assert.Equal(0, quay.Ledger.Size);
    }

    [Fact]
    public async Task The_same_command_twice_is_one_event_even_when_sent_at_once()
    {
        using var quay = Quay.New();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ =>
            Task.Run(() => quay.Ledger.AppendAsync("application/a-1", 0, Quay.Operator, [Quay.Event(), Quay.Event()], "command-7"))));
        Assert.Equal(2, quay.Ledger.Size);
        Assert.Single(answers, a => !a.Value.Repeated);
        Assert.All(answers, a => Assert.Equal((0L, 1L, 2L), (a.Value.FirstIndex, a.Value.LastIndex, a.Value.Version)));

        quay.Append("application/a-1");
        quay.Reopen();
        var late = (await quay.Ledger.AppendAsync("application/a-1", 0, Quay.Operator, [Quay.Event(), Quay.Event()], "command-7")).Value;
        Assert.Equal(new Appended(0, 1, 2, true), late);
        Assert.Equal(late, quay.Ledger.Recall("application/a-1", "command-7"));
        Assert.Null(quay.Ledger.Recall("application/a-1", "command-8"));

        // The key on another stream would lose that stream's event silently: refused.
        var elsewhere = await quay.Ledger.AppendAsync("application/a-2", 0, Quay.Operator, [Quay.Event()], "command-7");
        Assert.Equal("ledger.key-reused", Assert.Single(elsewhere.Findings).Code);
        Assert.Equal(3, quay.Ledger.Size);
    }

    [Fact]
    public async Task Many_writers_at_once_lose_nothing_and_leave_no_gap()
    {
        using var quay = Quay.New();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(w => Task.Run(async () =>
        {
            for (var n = 0; n < 25; n++)
            {
                Assert.True((await quay.Ledger.AppendAsync($"writer/w-{w}", n, Quay.Operator, [Quay.Event()])).IsOk);
                Assert.True((await quay.Ledger.AppendAsync("shared/all", -1, Quay.Operator, [Quay.Event()])).IsOk);
            }
        })));
        Assert.Equal(2000, quay.Ledger.Size);
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => (long)i), quay.Ledger.ReadAll().Select(e => e.Index));
        Assert.Equal(Enumerable.Range(1, 1000).Select(v => (long)v), quay.Ledger.ReadStream("shared/all").Select(e => e.Version));
        Assert.Empty(quay.Verify());
    }

    [Fact]
    public async Task One_of_two_deciders_on_the_same_version_wins()
    {
        using var quay = Quay.New();
        for (var round = 0; round < 20; round++)
        {
            var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => quay.Ledger.AppendAsync("race/r", round, Quay.Operator, [Quay.Event()]))));
            Assert.Single(results, r => r.IsOk);
        }

        Assert.Equal(20, quay.Ledger.Size);
    }

    [Fact]
    public async Task Two_ledgers_on_one_folder_write_one_log()
    {
        using var quay = Quay.New();
        using var other = LedgerRoom.Open(new LedgerOptions(quay.Folder, Quay.Origin), new NamedKeys(), new TickingClock());
        for (var n = 0; n < 10; n++)
        {
            quay.Append("desk/one");
            await other.AppendAsync("desk/two", n, Quay.Operator, [Quay.Event()]);
            Assert.Equal(other.Size, quay.Ledger.Size);
        }

        other.MakeCheckpoint();
        Assert.Equal(20, quay.Ledger.Size);
        Assert.Empty(quay.Verify());
    }

    [Fact]
    public async Task Reading_all_can_start_late_and_follow_one_kind_of_stream_over_many_pages()
    {
        using var quay = Quay.New();
        for (var n = 0; n < 600; n++)
        {
            await quay.Ledger.AppendAsync("delivery/d-1", -1, Quay.Operator, [Quay.Event(), Quay.Event()]);
            if (n % 200 == 0)
            {
                quay.Append($"application/a-{n}");
                quay.Append($"applications/a-{n}");
            }
        }

        Assert.Equal(1206, quay.Ledger.ReadAll().Count());
        Assert.Equal(1200, quay.Ledger.ReadAll(streamPrefix: "delivery/").Count());
        Assert.Equal(["application/a-0", "application/a-200", "application/a-400"], quay.Ledger.ReadAll(streamPrefix: "application/").Select(e => e.Stream));
        Assert.Equal(6, quay.Ledger.ReadAll(streamPrefix: "application").Count());
        Assert.Equal(["application/a-400"], quay.Ledger.ReadAll(500, "application/").Select(e => e.Stream));
        Assert.Equal(["application/a-200"], quay.Ledger.ReadAll(0, "application/a-2").Select(e => e.Stream));
        Assert.Equal(6, quay.Ledger.ReadAll(1200).Count());
    }

    [Fact]
    public void Another_key_or_origin_does_not_open_the_ledger()
    {
        using var quay = Quay.New();
        var otherKey = Assert.Throws<RefusedException>(() => LedgerRoom.Open(new LedgerOptions(quay.Folder, Quay.Origin), new NamedKeys("other"), TimeProvider.System));
        var otherName = Assert.Throws<RefusedException>(() => LedgerRoom.Open(new LedgerOptions(quay.Folder, "other.example"), new NamedKeys(), TimeProvider.System));
        var badName = Assert.Throws<RefusedException>(() => LedgerRoom.Open(new LedgerOptions(quay.Folder, "my ledger"), new NamedKeys(), TimeProvider.System));
        Assert.Equal(["ledger.other-key", "ledger.other-key", "ledger.origin"], new[] { otherKey, otherName, badName }.Select(e => e.Findings[0].Code));
    }

    [Fact]
    public async Task After_closing_nothing_can_be_appended()
    {
        using var quay = Quay.New();
        quay.Ledger.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => quay.Ledger.AppendAsync("a/b", -1, Quay.Operator, [Quay.Event()]));
    }
}
