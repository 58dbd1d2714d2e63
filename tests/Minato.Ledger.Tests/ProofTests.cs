namespace Minato.Ledger.Tests;

/// <summary>What an outsider can check who has the published key, a checkpoint and a proof, and nothing else.</summary>
public sealed class ProofTests
{
    [Fact]
    public void Every_event_is_proved_to_an_outsider()
    {
        using var quay = Quay.WithTenEvents();
        Assert.True(VerifierKey.TryParse(quay.Ledger.VerifierKey.ToString(), out var published));
        for (var index = 0; index < 10; index++)
        {
            var proof = quay.Ledger.ProveInclusion(index).Value;
            Assert.Equal(10, proof.Size);
            Assert.True(TreeHead.TryOpen(proof.Checkpoint.SignedNote, published, out var head));
            Assert.Equal(quay.Ledger.ReadAll(index).First().LeafHash.ToArray(), proof.LeafHash.ToArray());
            Assert.True(MerkleProof.VerifyInclusion(index, head.Size, proof.LeafHash, proof.Path, head.RootHash));
            Assert.True(MerkleProof.VerifyInclusion(proof));
        }
    }

    [Fact]
    public void An_event_younger_than_the_checkpoint_gets_a_new_checkpoint()
    {
        using var quay = Quay.WithTenEvents();
        quay.Append("application/a-1");
        var proof = quay.Ledger.ProveInclusion(10).Value;
        Assert.Equal(11, proof.Size);
        Assert.Equal(11, quay.Ledger.LatestCheckpoint!.Size);
        Assert.True(MerkleProof.VerifyInclusion(proof));
    }

    [Fact]
    public void Each_checkpoint_extends_the_earlier_ones()
    {
        using var quay = Quay.New();
        var checkpoints = new List<Checkpoint> { quay.Ledger.MakeCheckpoint() };
        for (var n = 0; n < 20; n++)
        {
            quay.Append("application/a-1");
            checkpoints.Add(quay.Ledger.MakeCheckpoint());
        }

        foreach (var older in checkpoints)
        {
            foreach (var newer in checkpoints.Where(c => c.Size >= older.Size))
            {
                var proof = quay.Ledger.ProveConsistency(older.Size, newer.Size).Value;
                Assert.True(MerkleProof.VerifyConsistency(older.Size, older.RootHash, newer.Size, newer.RootHash, proof.Path));
            }
        }
    }

    [Fact]
    public void A_checkpoint_is_made_once_for_each_size_and_kept()
    {
        using var quay = Quay.WithTenEvents();
        var made = quay.Ledger.MakeCheckpoint();
        quay.Reopen();
        var again = quay.Ledger.MakeCheckpoint();
        Assert.Equal(made.SignedNote, again.SignedNote);
        Assert.Equal(made.At, again.At);
        Assert.Equal(2, quay.Peek<long>("SELECT count(*) FROM checkpoints"));
    }

    [Fact]
    public void What_does_not_exist_is_not_proved()
    {
        using var quay = Quay.New();
        Assert.Null(quay.Ledger.LatestCheckpoint);
        Assert.Equal("ledger.no-such-event", quay.Ledger.ProveInclusion(0).Findings[0].Code);
        Assert.Equal("ledger.no-such-event", quay.Ledger.ProveInclusion(-1).Findings[0].Code);
        Assert.Equal("ledger.tree-size", quay.Ledger.ProveConsistency(0, 1).Findings[0].Code);
        Assert.Equal("ledger.tree-size", quay.Ledger.ProveConsistency(-1, 0).Findings[0].Code);
    }
}
