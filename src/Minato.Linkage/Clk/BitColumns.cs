using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Minato.Linkage.Clk;

/// <summary>
/// One side of a comparison, turned on its side: records sorted by set bits, in blocks of 512; column <c>k</c> of a block is the 512-bit mask of the
/// records whose CLK has bit <c>k</c>. A block is 64 KiB and stays in the second-level cache while many queries pass over it.
/// </summary>
internal sealed class BitColumns
{
    public const int Block = 512;
    private const int ColumnWords = Block / 64;

    /// <summary>One column more than a CLK has bits: it is empty, and fills up a query's last group of columns.</summary>
    public const int Empty = ClkBits.Length;
    private const int BlockWords = (ClkBits.Length + 1) * ColumnWords;

    private readonly ulong[] words;
    private readonly int start;
    private readonly int[] setBits;
    private readonly int[] order;

    public BitColumns(ClkSet set)
    {
        Set = set;
        (order, setBits) = BySetBits(set);
        Blocks = (set.Count + Block - 1) / Block;

        // A column that straddles two cache lines costs two loads.
        words = GC.AllocateUninitializedArray<ulong>((Blocks * BlockWords) + 8, pinned: true);
        start = (int)((64 - (Marshal.UnsafeAddrOfPinnedArrayElement(words, 0) & 63)) & 63) / 8;
        Parallel.For(0, Blocks, Transpose);
        Rarest = RarestFirst();
    }

    public ClkSet Set { get; }

    public int Blocks { get; }

    public int Count => order.Length;

    /// <summary>Bit positions, those that the fewest records have first.</summary>
    public ushort[] Rarest { get; }

    /// <summary>Index in the set of the record at a place of the sorted order.</summary>
    public int At(int place) => order[place];

    public int SetBitsAt(int place) => setBits[place];

    /// <summary>The columns of a block, 8 words each; the last one is <see cref="Empty"/>.</summary>
    public Span<ulong> Columns(int block) => words.AsSpan(start + (block * BlockWords), BlockWords);

    public (int First, int Last) Places(int block) => (block * Block, Math.Min(order.Length, (block + 1) * Block) - 1);

    public void Wipe() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(words.AsSpan()));

    /// <summary>Indices of a set in order of set bits, and the set bits in that order.</summary>
    public static (int[] Order, int[] SetBits) BySetBits(ClkSet set)
    {
        var counts = new int[set.Count];
        var order = new int[set.Count];
        for (var i = 0; i < order.Length; i++)
        {
            (counts[i], order[i]) = (set.SetBits(i), i);
        }

        Array.Sort(counts, order);
        return (order, counts);
    }

    private void Transpose(int block)
    {
        var columns = Columns(block);
        var (first, last) = Places(block);
        columns[(Empty * ColumnWords)..].Clear();
        Span<ulong> square = stackalloc ulong[64];
        for (var part = 0; part < ColumnWords; part++)
        {
            for (var w = 0; w < ClkBits.Words; w++)
            {
                for (var r = 0; r < 64; r++)
                {
                    var place = first + (part * 64) + r;
                    square[r] = place <= last ? Set[order[place]][w] : 0;
                }

                Transpose64(square);
                for (var k = 0; k < 64; k++)
                {
                    columns[(((w * 64) + k) * ColumnWords) + part] = square[k];
                }
            }
        }
    }

    /// <summary>Bit (r, k) to (k, r), by exchanging ever smaller quarters.</summary>
    private static void Transpose64(Span<ulong> m)
    {
        var mask = 0x00000000FFFFFFFFUL;
        for (var j = 32; j != 0; j >>= 1, mask ^= mask << j)
        {
            for (var k = 0; k < 64; k = (k + j + 1) & ~j)
            {
                var t = ((m[k] >> j) ^ m[k + j]) & mask;
                m[k] ^= t << j;
                m[k + j] ^= t;
            }
        }
    }

    private ushort[] RarestFirst()
    {
        var frequency = new long[ClkBits.Length];
        for (var block = 0; block < Blocks; block++)
        {
            var columns = Columns(block);
            for (var k = 0; k < ClkBits.Length; k++)
            {
                frequency[k] += ClkBits.Count(columns.Slice(k * ColumnWords, ColumnWords));
            }
        }

        var positions = new ushort[ClkBits.Length];
        for (var k = 0; k < positions.Length; k++)
        {
            positions[k] = (ushort)k;
        }

        Array.Sort(frequency, positions);
        return positions;
    }
}
