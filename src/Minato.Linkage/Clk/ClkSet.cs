using System.Security.Cryptography;
using System.Runtime.InteropServices;

namespace Minato.Linkage.Clk;

/// <summary>The CLKs of one side in memory, row by row, with the number of set bits of each. <see cref="Wipe"/> overwrites them.</summary>
internal sealed class ClkSet
{
    /// <summary>One side of one comparison: its words are one array.</summary>
    public const int Most = 100_000_000;

    private readonly List<uint> rows = [];
    private ulong[] words;

    public ClkSet(int capacity = 1024) => words = GC.AllocateUninitializedArray<ulong>(Math.Max(1, capacity) * ClkBits.Words, pinned: true);

    public int Count => rows.Count;

    public ReadOnlySpan<ulong> this[int i] => words.AsSpan(i * ClkBits.Words, ClkBits.Words);

    /// <summary>The row number that the holder gave to the record.</summary>
    public uint Row(int i) => rows[i];

    public int SetBits(int i) => ClkBits.Count(this[i]);

    public void Add(uint row, ReadOnlySpan<ulong> clk)
    {
        var at = rows.Count * ClkBits.Words;
        if (at == words.Length)
        {
            var larger = GC.AllocateUninitializedArray<ulong>(checked(words.Length * 2), pinned: true);
            words.AsSpan().CopyTo(larger);
            Clear(words);
            words = larger;
        }

        clk.CopyTo(words.AsSpan(at, ClkBits.Words));
        rows.Add(row);
    }

    public void Wipe()
    {
        Clear(words);
        rows.Clear();
    }

    private static void Clear(ulong[] array) => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(array.AsSpan()));
}
