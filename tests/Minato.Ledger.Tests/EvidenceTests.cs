namespace Minato.Ledger.Tests;

public sealed class EvidenceTests
{
    [Fact]
    public async Task A_person_takes_the_evidence_home_and_checks_it_with_the_published_key()
    {
        using var quay = Quay.WithTenEvents();
        await quay.Ledger.AppendAsync("choice/c-7", 0, Quay.Operator, [Quay.Event("optout.chosen", """{"範囲":"すべて"}""")]);
        var json = quay.Ledger.ProveEvent(10).Value.ToJson();

        Assert.True(VerifierKey.TryParse(quay.Ledger.VerifierKey.ToString(), out var published));
        var evidence = Evidence.Parse(json).Value;
        Assert.Equal(11, evidence.Check(published).Value.Size);
        Assert.Equal("""{"範囲":"すべて"}""", evidence.Payload);
    }

    [Fact]
    public async Task Evidence_of_an_erased_event_still_proves_that_there_was_one()
    {
        using var quay = Quay.WithTenEvents();
        await quay.Ledger.ErasePayloadAsync(3, Quay.Operator, "why");
        var evidence = quay.Ledger.ProveEvent(3).Value;
        Assert.Null(evidence.Payload);
        Assert.Null(evidence.Salt);
        Assert.True(evidence.Check(quay.Ledger.VerifierKey).IsOk);
    }

    [Fact]
    public void Evidence_that_was_changed_anywhere_proves_nothing()
    {
        using var quay = Quay.WithTenEvents();
        using var stranger = new NoteSigner(Quay.Origin, new byte[32]);
        var key = quay.Ledger.VerifierKey;
        var good = quay.Ledger.ProveEvent(4).Value;
        Assert.True(good.Check(key).IsOk);
        var other = quay.Ledger.ProveEvent(5).Value;
        Evidence[] changed =
        [
            good with { Index = 5 },
            good with { Index = -1 },
            good with { Stream = "application/a-1" },
            good with { Version = 3 },
            good with { Type = "access.voted" },
            good with { At = good.At.AddTicks(10) },
            good with { By = "operator-2" },
            good with { By = "Not A Slug" },
            good with { Payload = """{"n":5}""" },
            good with { Payload = null },
            good with { Salt = null },
            good with { Salt = other.Salt },
            good with { Salt = "!" },
            good with { Commitment = other.Commitment },
            good with { Payload = null, Salt = null, Commitment = other.Commitment },
            good with { Path = other.Path },
            good with { Path = [] },
            good with { Path = [.. good.Path, "x"] },
            good with { Checkpoint = good.Checkpoint.Replace("10", "11") },
            good with { Checkpoint = "" },
        ];
        Assert.All(changed, e => Assert.StartsWith("evidence.", Assert.Single(e.Check(key).Findings).Code));
        Assert.Equal("evidence.signature", good.Check(stranger.VerifierKey).Findings[0].Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"index\":\"x\"}")]
    public void What_is_no_evidence_is_refused(string json) => Assert.Equal("evidence.unreadable", Evidence.Parse(json).Findings[0].Code);

    [Fact]
    public void Evidence_with_parts_missing_is_refused_quietly()
    {
        using var quay = Quay.WithTenEvents();
        Assert.Equal("evidence.signature", Evidence.Parse("{}").Value.Check(quay.Ledger.VerifierKey).Findings[0].Code);
        var hollow = Evidence.Parse("{}").Value with { Checkpoint = quay.Ledger.LatestCheckpoint!.SignedNote };
        Assert.Equal("evidence.payload", hollow.Check(quay.Ledger.VerifierKey).Findings[0].Code);
        Assert.Equal("ledger.no-such-event", quay.Ledger.ProveEvent(99).Findings[0].Code);
    }
}
