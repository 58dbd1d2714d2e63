using System.Numerics;

namespace Minato.Ledger;

/// <summary>
/// Verifiers of RFC 9162 proofs: pure, without the ledger, so that anyone can check what the ledger says.
/// Hashes are 32 bytes; anything malformed is simply not a proof.
/// </summary>
public static class MerkleProof
{
    /// <summary>RFC 9162 §2.1.3.2: is this the leaf at that index in the tree of that size and root?</summary>
    public static bool VerifyInclusion(
        long index, long size, ReadOnlyMemory<byte> leafHash, IReadOnlyList<ReadOnlyMemory<byte>> path, ReadOnlyMemory<byte> root)
    {
        if (index < 0 || index >= size || !AreHashes(leafHash, root) || !path.All(p => p.Length == 32))
        {
            return false;
        }

        var (fn, sn, r) = (index, size - 1, leafHash.ToArray());
        foreach (var p in path)
        {
            if (sn == 0)
            {
                return false;
            }

            if ((fn & 1) == 1 || fn == sn)
            {
                r = MerkleTree.Parent(p.Span, r);
                if ((fn & 1) == 0)
                {
                    var zeros = BitOperations.TrailingZeroCount(fn);
                    (fn, sn) = (fn >> zeros, sn >> zeros);
                }
            }
            else
            {
                r = MerkleTree.Parent(r, p.Span);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && r.AsSpan().SequenceEqual(root.Span);
    }

    /// <summary>The proof against its own checkpoint; the checkpoint's note must be checked with <see cref="TreeHead.TryOpen"/> too.</summary>
    public static bool VerifyInclusion(InclusionProof proof) =>
        proof.Size == proof.Checkpoint.Size && VerifyInclusion(proof.Index, proof.Size, proof.LeafHash, proof.Path, proof.Checkpoint.RootHash);

    /// <summary>RFC 9162 §2.1.4.2: is the tree of the old size and root the beginning of the new one?</summary>
    public static bool VerifyConsistency(
        long oldSize, ReadOnlyMemory<byte> oldRoot, long newSize, ReadOnlyMemory<byte> newRoot, IReadOnlyList<ReadOnlyMemory<byte>> path)
    {
        if (oldSize < 0 || oldSize > newSize || !AreHashes(oldRoot, newRoot) || !path.All(p => p.Length == 32))
        {
            return false;
        }

        if (oldSize == 0 || oldSize == newSize)
        {
            // Every tree extends the empty one; equal trees need no proof.
            var expected = oldSize == newSize ? newRoot : MerkleTree.EmptyRoot;
            return path.Count == 0 && oldRoot.Span.SequenceEqual(expected.Span);
        }

        var hashes = BitOperations.IsPow2(oldSize) ? [oldRoot, .. path] : path;
        if (hashes.Count == 0)
        {
            return false;
        }

        var trailingOnes = BitOperations.TrailingZeroCount(~(oldSize - 1));
        var (fn, sn) = ((oldSize - 1) >> trailingOnes, (newSize - 1) >> trailingOnes);
        var fr = hashes[0].ToArray();
        var sr = fr;
        foreach (var c in hashes.Skip(1))
        {
            if (sn == 0)
            {
                return false;
            }

            if ((fn & 1) == 1 || fn == sn)
            {
                fr = MerkleTree.Parent(c.Span, fr);
                sr = MerkleTree.Parent(c.Span, sr);
                if ((fn & 1) == 0)
                {
                    var zeros = BitOperations.TrailingZeroCount(fn);
                    (fn, sn) = (fn >> zeros, sn >> zeros);
                }
            }
            else
            {
                sr = MerkleTree.Parent(sr, c.Span);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && fr.AsSpan().SequenceEqual(oldRoot.Span) && sr.AsSpan().SequenceEqual(newRoot.Span);
    }

    private static bool AreHashes(ReadOnlyMemory<byte> a, ReadOnlyMemory<byte> b) => a.Length == 32 && b.Length == 32;
}
