using System.Numerics;
using System.Security.Cryptography;

namespace Minato.Ledger;

/// <summary>
/// The Merkle tree of RFC 9162 §2.1 over leaf hashes. Only complete subtrees are kept: the node at level <c>l</c>,
/// position <c>p</c> covers the leaves from <c>p·2^l</c>, and never changes once it is there. Everything else is
/// put together from them in O(log n).
/// </summary>
internal static class MerkleTree
{
    /// <summary>Gives the hash of a complete subtree; level 0 is a leaf.</summary>
    public delegate byte[] NodeAt(int level, long position);

    public static byte[] EmptyRoot => SHA256.HashData([]);

    public static byte[] Parent(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> data = stackalloc byte[1 + 32 + 32];
        data[0] = 0x01;
        left.CopyTo(data[1..]);
        right.CopyTo(data[33..]);
        return SHA256.HashData(data);
    }

    public static byte[] Root(long size, NodeAt node) => size == 0 ? EmptyRoot : Subtree(0, size, node);

    /// <summary>RFC 9162 §2.1.3.1: from the leaf's sibling up to the root's child.</summary>
    public static List<byte[]> InclusionPath(long index, long size, NodeAt node)
    {
        var path = new List<byte[]>();
        Include(index, 0, size, node, path);
        return path;
    }

    /// <summary>RFC 9162 §2.1.4.1; empty where the sizes agree or the old tree was empty.</summary>
    public static List<byte[]> ConsistencyPath(long oldSize, long newSize, NodeAt node)
    {
        var path = new List<byte[]>();
        if (oldSize > 0)
        {
            Extend(oldSize, 0, newSize, whole: true, node, path);
        }

        return path;
    }

    private static void Include(long index, long from, long to, NodeAt node, List<byte[]> path)
    {
        if (to - from == 1)
        {
            return;
        }

        var middle = from + Split(to - from);
        if (index < middle)
        {
            Include(index, from, middle, node, path);
            path.Add(Subtree(middle, to, node));
        }
        else
        {
            Include(index, middle, to, node, path);
            path.Add(Subtree(from, middle, node));
        }
    }

    private static void Extend(long oldSize, long from, long to, bool whole, NodeAt node, List<byte[]> path)
    {
        if (oldSize == to)
        {
            if (!whole)
            {
                path.Add(Subtree(from, to, node));
            }

            return;
        }

        var middle = from + Split(to - from);
        if (oldSize <= middle)
        {
            Extend(oldSize, from, middle, whole, node, path);
            path.Add(Subtree(middle, to, node));
        }
        else
        {
            Extend(oldSize, middle, to, whole: false, node, path);
            path.Add(Subtree(from, middle, node));
        }
    }

    /// <summary>Hash over the leaves [from, to). By construction <paramref name="from"/> is aligned to the subtree's size.</summary>
    private static byte[] Subtree(long from, long to, NodeAt node)
    {
        var size = to - from;
        if (BitOperations.IsPow2(size))
        {
            var level = BitOperations.TrailingZeroCount(size);
            return node(level, from >> level);
        }

        var middle = from + Split(size);
        return Parent(Subtree(from, middle, node), Subtree(middle, to, node));
    }

    /// <summary>The largest power of two smaller than n, for n &gt; 1.</summary>
    private static long Split(long n) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(n - 1)));
}
