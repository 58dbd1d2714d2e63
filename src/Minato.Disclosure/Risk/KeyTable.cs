using System.Numerics;

namespace Minato.Disclosure;

/// <summary>
/// The quasi-identifiers of a file as codes, column by column; equal values of a column have equal codes. A missing value is a value of
/// its own (unknown looks like unknown).
/// </summary>
public sealed class KeyTable
{
    private KeyTable(IReadOnlyList<string> names, int[][] codes, int[] kinds) => (Names, Codes, Kinds) = (names, codes, kinds);

    public IReadOnlyList<string> Names { get; }

    public int Records => Codes.Length == 0 ? 0 : Codes[0].Length;

    /// <summary>By column: each record's code.</summary>
    internal int[][] Codes { get; }

    /// <summary>By column: how many values occur.</summary>
    internal int[] Kinds { get; }

    /// <exception cref="ArgumentException">Columns of different lengths, or none.</exception>
    public static KeyTable Of(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<string?>> columns)
    {
        if (columns.Count == 0 || columns.Count != names.Count || columns.Any(c => c.Count != columns[0].Count))
        {
            throw new ArgumentException("One name and equally many values for each column", nameof(columns));
        }

        var kinds = new int[columns.Count];
        var codes = columns.Select((column, d) =>
        {
            var index = new Dictionary<string, int>(StringComparer.Ordinal);
            var mine = new int[column.Count];
            var missing = -1;
            for (var r = 0; r < mine.Length; r++)
            {
                if (column[r] is not { } value)
                {
                    mine[r] = missing < 0 ? missing = kinds[d]++ : missing;
                }
                else if (!index.TryGetValue(value, out mine[r]))
                {
                    index[value] = mine[r] = kinds[d]++;
                }
            }

            return mine;
        }).ToArray();
        return new KeyTable(names, codes, kinds);
    }

    /// <summary>Codes of all columns in one word, and each column's mask in it; null where they need more than 64 bits.</summary>
    internal (ulong[] Keys, ulong[] Masks)? Packed()
    {
        var bits = Kinds.Select(k => 64 - BitOperations.LeadingZeroCount((ulong)Math.Max(1, k - 1))).ToArray();
        if (bits.Sum() > 64)
        {
            return null;
        }

        var (keys, masks, at) = (new ulong[Records], new ulong[bits.Length], 0);
        for (var d = 0; d < bits.Length; d++)
        {
            masks[d] = (bits[d] == 64 ? ulong.MaxValue : (1UL << bits[d]) - 1) << at;
            for (var r = 0; r < keys.Length; r++)
            {
                keys[r] |= (ulong)(uint)Codes[d][r] << at;
            }

            at += bits[d];
        }

        return (keys, masks);
    }
}
