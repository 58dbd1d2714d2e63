using System.Security.Cryptography;
using CsCheck;

namespace Minato.Ledger.Tests;

/// <summary>The tree against the vectors published with Certificate Transparency, and against the definition of RFC 9162 §2.1 written down naively.</summary>
public sealed class MerkleTreeTests
{
    private static readonly string[] PublishedLeaves =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] PublishedRoots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void Roots_are_the_published_ones()
    {
        var tree = new Grown(PublishedLeaves.Select(l => SHA256.HashData([0x00, .. Convert.FromHexString(l)])));
        for (var size = 0; size <= 8; size++)
        {
            Assert.Equal(PublishedRoots[size], Hex(MerkleTree.Root(size, tree.Node)));
            Assert.Equal(PublishedRoots[size], Hex(tree.RootAt[size]));
        }
    }

    [Fact]
    public void Published_inclusion_and_consistency_proofs_are_made_and_accepted()
    {
        var tree = new Grown(PublishedLeaves.Select(l => SHA256.HashData([0x00, .. Convert.FromHexString(l)])));
        string[] path0Of8 =
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ];
        string[] extend1To8 = path0Of8;
        Assert.Equal(path0Of8, MerkleTree.InclusionPath(0, 8, tree.Node).Select(Hex));
        Assert.Equal(extend1To8, MerkleTree.ConsistencyPath(1, 8, tree.Node).Select(Hex));
        Assert.True(MerkleProof.VerifyConsistency(1, Bytes(PublishedRoots[1]), 8, Bytes(PublishedRoots[8]), [.. extend1To8.Select(h => (ReadOnlyMemory<byte>)Bytes(h))]));
    }

    [Fact]
    public void Tree_roots_and_proofs_are_those_of_the_definition() =>
        Gen.Int[1, 70].SelectMany(n => Gen.Select(Gen.Const(n), Gen.Int[0, n - 1], Gen.Int[0, n])).Sample(
            (size, index, older) =>
            {
                var leaves = Enumerable.Range(0, size).Select(Leaf).ToArray();
                var tree = new Grown(leaves);
                var root = Naive.Root(leaves);
                Assert.Equal(Hex(root), Hex(tree.RootAt[size]));
                Assert.Equal(Hex(root), Hex(TreeEdge.Load(size, tree.Node).Root()));

                var path = MerkleTree.InclusionPath(index, size, tree.Node);
                Assert.Equal(Naive.Path(index, leaves).Select(Hex), path.Select(Hex));
                Assert.True(MerkleProof.VerifyInclusion(index, size, leaves[index], Memory(path), root));

                var extension = MerkleTree.ConsistencyPath(older, size, tree.Node);
                Assert.Equal(older == 0 ? [] : Naive.SubProof(older, leaves, true).Select(Hex), extension.Select(Hex));
                Assert.True(MerkleProof.VerifyConsistency(older, Naive.Root(leaves[..older]), size, root, Memory(extension)));
            },
            iter: 400);

    [Fact]
    public void A_changed_proof_proves_nothing() =>
        Gen.Int[2, 40].SelectMany(n => Gen.Select(Gen.Const(n), Gen.Int[0, n - 1], Gen.Int[1, n - 1], Gen.Int[0, 255], Gen.Byte[1, 255])).Sample(
            (size, index, older, at, mask) =>
            {
                var leaves = Enumerable.Range(0, size).Select(Leaf).ToArray();
                var tree = new Grown(leaves);
                var (root, olderRoot) = (tree.RootAt[size], tree.RootAt[older]);
                var path = MerkleTree.InclusionPath(index, size, tree.Node);
                var extension = MerkleTree.ConsistencyPath(older, size, tree.Node);

                Assert.False(MerkleProof.VerifyInclusion(index, size, Flip(leaves[index], at, mask), Memory(path), root));
                Assert.False(MerkleProof.VerifyInclusion(index, size, leaves[index], Memory(path), Flip(root, at, mask)));
                Assert.False(MerkleProof.VerifyInclusion(index, size, leaves[index], Memory([.. path, Leaf(0)]), root));
                Assert.False(MerkleProof.VerifyInclusion(index, size, leaves[index], Memory(path[1..]), root));
                Assert.False(MerkleProof.VerifyInclusion((index + 1) % size, size, leaves[index], Memory(path), root));
                path[at % path.Count] = Flip(path[at % path.Count], at, mask);
                Assert.False(MerkleProof.VerifyInclusion(index, size, leaves[index], Memory(path), root));

                Assert.False(MerkleProof.VerifyConsistency(older, Flip(olderRoot, at, mask), size, root, Memory(extension)));
                Assert.False(MerkleProof.VerifyConsistency(older, olderRoot, size, Flip(root, at, mask), Memory(extension)));
                Assert.False(MerkleProof.VerifyConsistency(older, olderRoot, size, root, Memory([.. extension, Leaf(0)])));
                Assert.False(MerkleProof.VerifyConsistency(older, olderRoot, size, root, Memory(extension[1..])));
                extension[at % extension.Count] = Flip(extension[at % extension.Count], at, mask);
                Assert.False(MerkleProof.VerifyConsistency(older, olderRoot, size, root, Memory(extension)));
            },
            iter: 300);

    [Fact]
    public void Nonsense_is_refused_without_an_exception()
    {
        var hash = new byte[32];
        Assert.False(MerkleProof.VerifyInclusion(-1, 1, hash, [], hash));
        Assert.False(MerkleProof.VerifyInclusion(0, 0, hash, [], hash));
        Assert.False(MerkleProof.VerifyInclusion(0, 1, new byte[31], [], new byte[31]));
        Assert.False(MerkleProof.VerifyInclusion(0, long.MaxValue, hash, [new byte[3]], hash));
        Assert.False(MerkleProof.VerifyConsistency(-1, hash, 1, hash, []));
        Assert.False(MerkleProof.VerifyConsistency(2, hash, 1, hash, []));
        Assert.False(MerkleProof.VerifyConsistency(3, hash, 5, hash, []));
        Assert.False(MerkleProof.VerifyConsistency(0, hash, 5, hash, []));
    }

    private static byte[] Leaf(int n) => SHA256.HashData(BitConverter.GetBytes(n));

    private static byte[] Flip(byte[] hash, int at, byte mask)
    {
        byte[] changed = [.. hash];
        changed[at % changed.Length] ^= mask;
        return changed;
    }

    private static List<ReadOnlyMemory<byte>> Memory(IEnumerable<byte[]> hashes) => [.. hashes.Select(h => (ReadOnlyMemory<byte>)h)];

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);

    /// <summary>A tree grown leaf by leaf, as the ledger grows it.</summary>
    private sealed class Grown
    {
        private readonly Dictionary<(int Level, long Position), byte[]> nodes = [];

        public Grown(IEnumerable<byte[]> leaves)
        {
            var edge = new TreeEdge();
            RootAt.Add(edge.Root());
            foreach (var leaf in leaves)
            {
                nodes[(0, edge.Size)] = leaf;
                edge.Append(leaf, (level, position, hash) => nodes[(level, position)] = hash);
                RootAt.Add(edge.Root());
            }
        }

        public List<byte[]> RootAt { get; } = [];

        public byte[] Node(int level, long position) => nodes[(level, position)];
    }

    /// <summary>RFC 9162 §2.1.1, §2.1.3.1 and §2.1.4.1, as they are written.</summary>
    private static class Naive
    {
        public static byte[] Root(byte[][] d) => d.Length switch
        {
            0 => SHA256.HashData([]),
            1 => d[0],
            var n => SHA256.HashData([0x01, .. Root(d[..K(n)]), .. Root(d[K(n)..])]),
        };

        public static IEnumerable<byte[]> Path(int m, byte[][] d) =>
            d.Length == 1 ? []
            : m < K(d.Length) ? [.. Path(m, d[..K(d.Length)]), Root(d[K(d.Length)..])]
            : [.. Path(m - K(d.Length), d[K(d.Length)..]), Root(d[..K(d.Length)])];

        public static IEnumerable<byte[]> SubProof(int m, byte[][] d, bool b) =>
            m == d.Length ? (b ? [] : [Root(d)])
            : m <= K(d.Length) ? [.. SubProof(m, d[..K(d.Length)], b), Root(d[K(d.Length)..])]
            : [.. SubProof(m - K(d.Length), d[K(d.Length)..], false), Root(d[..K(d.Length)])];

        private static int K(int n)
        {
            var k = 1;
            while (k * 2 < n)
            {
                k *= 2;
            }

            return k;
        }
    }
}
