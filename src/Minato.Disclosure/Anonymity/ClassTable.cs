using System.Numerics;
using System.Runtime.CompilerServices;

namespace Minato.Disclosure;

/// <summary>
/// The classes of one generalisation: a packed key per class, its records (of the sample, and of the whole population), and beside
/// them the pairs (class, sensitive value) with their counts. A coarser node is rolled up from a finer one: classes only merge.
/// </summary>
internal sealed class ClassTable
{
    public int Count;
    public ulong[] Keys = [];
    public int[] Sizes = [];

    /// <summary>Sizes in the population; the same array as <see cref="Sizes"/> where nobody is outside the sample.</summary>
    public int[] Populations = [];

    public int PairCount;
    public int[] PairClass = [];
    public int[] PairValue = [];
    public int[] PairSize = [];

    /// <summary>Pairs of a class as a chain: first pair of a class, next pair of a pair, -1 at the end.</summary>
    public int[] First = [];
    public int[] Next = [];

    /// <summary>Whether the class may be shown; written by the check.</summary>
    public bool[] Kept = [];

    /// <summary>The classes that are kept and have records in the sample: the first <see cref="Shown"/> are valid.</summary>
    public int[] ShownClasses = [];
    public int Shown;

    private bool population;
    private bool pairs;

    /// <summary>Room for this many classes and pairs; content is lost.</summary>
    public void Reserve(int classes, int pairCount, bool hasPopulation, bool hasPairs)
    {
        (population, pairs) = (hasPopulation, hasPairs);
        if (Keys.Length < classes)
        {
            var room = Math.Max(16, classes);
            (Keys, Sizes, Kept, ShownClasses) = (new ulong[room], new int[room], new bool[room], new int[room]);
            if (hasPopulation)
            {
                Populations = new int[room];
            }

            if (hasPairs)
            {
                First = new int[room];
            }
        }

        if (!hasPopulation)
        {
            Populations = Sizes;
        }

        if (hasPairs && PairSize.Length < pairCount)
        {
            (PairClass, PairValue, PairSize, Next) = (new int[pairCount], new int[pairCount], new int[pairCount], new int[pairCount]);
        }

        (Count, PairCount) = (0, 0);
    }

    /// <summary>Fills this table with the classes of a finer one after one attribute moved up.</summary>
    /// <param name="shift">Where the attribute's code stands in the key.</param>
    /// <param name="field">Its mask, not shifted.</param>
    /// <param name="map">New code of each old one.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void RollUp(ClassTable finer, int shift, ulong field, int[] map, Slots slots)
    {
        Reserve(finer.Count, finer.PairCount, finer.population, finer.pairs);
        var bits = slots.Begin(finer.Count);
        var (table, generation) = (slots.Table, slots.Generation);
        var mask = (1 << bits) - 1;
        var (from, sizes, populations) = (finer.Keys, finer.Sizes, finer.Populations);
        var (keys, mine, all) = (Keys, Sizes, Populations);
        var classOf = finer.pairs ? slots.ClassOf(finer.Count) : [];
        var clear = ~(field << shift);
        var count = 0;
        for (var i = 0; i < finer.Count; i++)
        {
            var old = from[i];
            var key = (old & clear) | ((ulong)(uint)map[(int)(old >> shift & field)] << shift);
            var at = (int)(key * 0x9E3779B97F4A7C15UL >> 64 - bits);
            int c;
            while (true)
            {
                var slot = table[at];
                if ((uint)(slot >> 32) != generation)
                {
                    table[at] = (ulong)generation << 32 | (uint)count;
                    c = count++;
                    keys[c] = key;
                    mine[c] = 0;
                    if (population)
                    {
                        all[c] = 0;
                    }

                    if (pairs)
                    {
                        First[c] = -1;
                    }

                    break;
                }

                c = (int)(uint)slot;
                if (keys[c] == key)
                {
                    break;
                }

                at = at + 1 & mask;
            }

            mine[c] += sizes[i];
            if (population)
            {
                all[c] += populations[i];
            }

            if (pairs)
            {
                classOf[i] = c;
            }
        }

        Count = count;
        if (pairs)
        {
            RollUpPairs(finer, classOf, slots);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RollUpPairs(ClassTable finer, int[] classOf, Slots slots)
    {
        var bits = slots.Begin(finer.PairCount);
        var (table, generation) = (slots.Table, slots.Generation);
        var mask = (1 << bits) - 1;
        var count = 0;
        for (var p = 0; p < finer.PairCount; p++)
        {
            var (c, value) = (classOf[finer.PairClass[p]], finer.PairValue[p]);
            var key = (ulong)(uint)c << 32 | (uint)value;
            var at = (int)(key * 0x9E3779B97F4A7C15UL >> 64 - bits);
            while (true)
            {
                var slot = table[at];
                if ((uint)(slot >> 32) != generation)
                {
                    table[at] = (ulong)generation << 32 | (uint)count;
                    (PairClass[count], PairValue[count], PairSize[count]) = (c, value, finer.PairSize[p]);
                    Next[count] = First[c];
                    First[c] = count++;
                    break;
                }

                var known = (int)(uint)slot;
                if (PairClass[known] == c && PairValue[known] == value)
                {
                    PairSize[known] += finer.PairSize[p];
                    break;
                }

                at = at + 1 & mask;
            }
        }

        PairCount = count;
    }
}

/// <summary>
/// The hash table of one thread, used again for each roll-up. A place holds the generation that wrote it and an index; of another
/// generation it is empty, so that nothing is ever cleared.
/// </summary>
internal sealed class Slots
{
    private int[] classOf = [];

    public ulong[] Table { get; private set; } = [];

    public uint Generation { get; private set; }

    /// <summary>Room for this many keys, two thirds full at most. Returns the bits of its size.</summary>
    public int Begin(int keys)
    {
        var bits = Math.Max(4, BitOperations.Log2((uint)Math.Max(1, keys + (keys >> 1))) + 1);
        if (Table.Length < 1 << bits || Generation == uint.MaxValue)
        {
            Table = new ulong[1 << bits];
            Generation = 0;
        }

        Generation++;
        return bits;
    }

    public int[] ClassOf(int classes) => classOf.Length >= classes ? classOf : classOf = new int[classes];
}
