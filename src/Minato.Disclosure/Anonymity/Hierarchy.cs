namespace Minato.Disclosure;

/// <summary>
/// The ladder of one quasi-identifier: each value it may take, and the coarser labels above it, level by level. Level 0 is the value
/// itself. What two values share at one level they share at every level above (a tree), or rolling up would depend on the way taken.
/// </summary>
public sealed class Hierarchy
{
    private readonly Dictionary<string, int> index;
    private readonly string[][] labels;
    private readonly int[][] ups;
    private readonly int[][] leaves;

    private Hierarchy(string attribute, int rows, Dictionary<string, int> index, string[][] labels, int[][] ups, int[][] leaves)
    {
        (Attribute, Rows, this.index, this.labels, this.ups, this.leaves) = (attribute, rows, index, labels, ups, leaves);
        Bits = Math.Max(1, 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)(labels.Max(l => l.Length) - 1)));
    }

    public string Attribute { get; }

    /// <summary>Number of levels, level 0 included.</summary>
    public int Levels => labels.Length;

    /// <summary>Rows of the ladder: the domain against which a label's share is measured, also of values that no record has.</summary>
    public int Rows { get; }

    /// <summary>Bits that hold a code of any level.</summary>
    internal int Bits { get; }

    /// <summary>The labels of one level, by code.</summary>
    public IReadOnlyList<string> Labels(int level) => labels[level];

    /// <summary>The code of a value at level 0; -1 where the ladder lacks it.</summary>
    public int CodeOf(ReadOnlySpan<char> value) => index.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(value, out var code) ? code : -1;

    /// <summary>For each code of level 0, its code at this level.</summary>
    internal int[] Up(int level) => ups[level];

    /// <summary>For each code of this level, how many rows of the ladder carry its label.</summary>
    internal int[] Leaves(int level) => leaves[level];

    /// <summary>From codes of one level to codes of a coarser one.</summary>
    internal int[] Step(int from, int to)
    {
        var step = new int[labels[from].Length];
        for (var leaf = 0; leaf < ups[0].Length; leaf++)
        {
            step[ups[from][leaf]] = ups[to][leaf];
        }

        return step;
    }

    /// <summary>A ladder from its rows, finest label first; all rows of one length.</summary>
    /// <returns>Refused with <c>hierarchy.empty</c>, <c>hierarchy.ragged</c> or <c>hierarchy.not-a-tree</c>.</returns>
    public static Outcome<Hierarchy> Of(string attribute, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (rows.Count == 0 || rows[0].Count == 0)
        {
            return Finding.Error("hierarchy.empty", "A hierarchy without rows", "Give each value a row: the value, then its coarser labels", new Place(Field: attribute));
        }

        var levels = rows[0].Count;
        var codes = Enumerable.Range(0, levels).Select(_ => new Dictionary<string, int>(StringComparer.Ordinal)).ToArray();
        var of = new int[rows.Count][];
        for (var r = 0; r < rows.Count; r++)
        {
            if (rows[r].Count != levels)
            {
                return Finding.Error("hierarchy.ragged", $"A row has {rows[r].Count} labels where the first has {levels}", "Give every row the same number of labels", new Place(Line: r + 1, Field: attribute));
            }

            of[r] = new int[levels];
            for (var l = 0; l < levels; l++)
            {
                if (!codes[l].TryGetValue(rows[r][l], out of[r][l]))
                {
                    codes[l][rows[r][l]] = of[r][l] = codes[l].Count;
                }
            }
        }

        var counts = codes.Select(c => new int[c.Count]).ToArray();
        var above = codes.Select(c => Enumerable.Repeat(-1, c.Count).ToArray()).ToArray();
        for (var r = 0; r < rows.Count; r++)
        {
            for (var l = 0; l < levels; l++)
            {
                counts[l][of[r][l]]++;
                if (l + 1 < levels)
                {
                    ref var parent = ref above[l][of[r][l]];
                    if (parent >= 0 && parent != of[r][l + 1])
                    {
                        return Finding.Error("hierarchy.not-a-tree", $"A label of level {l} stands under two labels of level {l + 1}", "Give each label one label above it", new Place(Line: r + 1, Field: attribute));
                    }

                    parent = of[r][l + 1];
                }
            }
        }

        var ups = new int[levels][];
        ups[0] = [.. Enumerable.Range(0, codes[0].Count)];
        for (var l = 1; l < levels; l++)
        {
            ups[l] = [.. ups[l - 1].Select(c => above[l - 1][c])];
        }

        return new Hierarchy(attribute, rows.Count, codes[0], [.. codes.Select(c => c.OrderBy(p => p.Value).Select(p => p.Key).ToArray())], ups, counts);
    }
}
