using System.Numerics;

namespace Minato.Ledger;

/// <summary>The right edge of a growing Merkle tree: one complete subtree for each bit of the size. Enough to append and to know the root.</summary>
internal sealed class TreeEdge
{
    private readonly byte[]?[] peaks;

    public TreeEdge()
        : this(0, new byte[64][])
    {
    }

    private TreeEdge(long size, byte[]?[] peaks) => (Size, this.peaks) = (size, peaks);

    public long Size { get; private set; }

    public static TreeEdge Load(long size, MerkleTree.NodeAt node)
    {
        var peaks = new byte[]?[64];
        for (var rest = size; rest > 0; rest &= rest - 1)
        {
            var level = BitOperations.TrailingZeroCount(rest);
            peaks[level] = node(level, (size >> level) - 1);
        }

        return new TreeEdge(size, peaks);
    }

    public TreeEdge Clone() => new(Size, [.. peaks]);

    /// <summary>Adds a leaf; tells each subtree above it that became complete.</summary>
    public void Append(byte[] leaf, Action<int, long, byte[]> completed)
    {
        var (hash, level, position) = (leaf, 0, Size);
        for (; (position & 1) == 1; position >>= 1)
        {
            hash = MerkleTree.Parent(peaks[level]!, hash);
            completed(++level, position >> 1, hash);
        }

        peaks[level] = hash;
        Size++;
    }

    public byte[] Root()
    {
        byte[]? root = null;
        for (var rest = Size; rest > 0; rest &= rest - 1)
        {
            var peak = peaks[BitOperations.TrailingZeroCount(rest)]!;
            root = root is null ? peak : MerkleTree.Parent(peak, root);
        }

        return root ?? MerkleTree.EmptyRoot;
    }
}
