using System.Diagnostics;

namespace Minato.Linkage.Matching;

/// <summary>What one key did.</summary>
/// <param name="Several">Keys that more than one record of a side bears: they link nobody.</param>
internal sealed record ExactFigures(string Key, int Links, int Several);

/// <param name="Key">Index of the key that linked them.</param>
internal readonly record struct ExactLink(int A, int B, int Key);

/// <summary>
/// Deterministic links of two files: by each key in turn the records that are alone with it on either side. On all cores, each with the keys of its own
/// residue. Linear; the same result in any order of records.
/// </summary>
internal sealed class ExactMatch
{
    private readonly ulong[][] left;
    private readonly ulong[][] right;
    private readonly int[] linkOfA;
    private readonly bool[] linkedB;
    private readonly byte[] keyOfA;

    private ExactMatch(ulong[][] left, ulong[][] right, int rowsA, int rowsB)
    {
        (this.left, this.right) = (left, right);
        (linkOfA, linkedB, keyOfA) = (new int[rowsA], new bool[rowsB], new byte[rowsA]);
        Array.Fill(linkOfA, -1);
    }

    public sealed record Result(IReadOnlyList<ExactLink> Links, IReadOnlyList<ExactFigures> Figures, double ReadSeconds, double JoinSeconds);

    public static Result Run<T>(IReadOnlyList<T> a, IReadOnlyList<T> b, Func<T, IdentityParts> partsOf, ExactKeys keys, CancellationToken ct = default)
    {
        var clock = Stopwatch.StartNew();
        var (left, right) = (KeysOf(a, partsOf, keys, ct), KeysOf(b, partsOf, keys, ct));
        var read = clock.Elapsed.TotalSeconds;
        var (links, figures) = Join(keys, left, right, a.Count, b.Count);
        return new Result(links, figures, read, clock.Elapsed.TotalSeconds - read);
    }

    /// <summary>For each key, that of each record.</summary>
    public static ulong[][] KeysOf<T>(IReadOnlyList<T> records, Func<T, IdentityParts> partsOf, ExactKeys keys, CancellationToken ct = default)
    {
        const int AtOnce = 4096;
        var made = keys.Keys.Select(_ => new ulong[records.Count]).ToArray();
        Parallel.For(0, (records.Count + AtOnce - 1) / AtOnce, new ParallelOptions { CancellationToken = ct }, part =>
        {
            Span<ulong> own = stackalloc ulong[made.Length];
            for (var i = part * AtOnce; i < Math.Min(records.Count, (part + 1) * AtOnce); i++)
            {
                keys.Of(partsOf(records[i]), own);
                for (var k = 0; k < own.Length; k++)
                {
                    made[k][i] = own[k];
                }
            }
        });
        return made;
    }

    public static (IReadOnlyList<ExactLink> Links, IReadOnlyList<ExactFigures> Figures) Join(ExactKeys keys, ulong[][] left, ulong[][] right, int rowsA, int rowsB)
    {
        var match = new ExactMatch(left, right, rowsA, rowsB);
        var figures = keys.Keys.Select((key, k) => match.By(key, k)).ToList();
        var links = new List<ExactLink>(figures.Sum(f => f.Links));
        for (var a = 0; a < match.linkOfA.Length; a++)
        {
            if (match.linkOfA[a] >= 0)
            {
                links.Add(new ExactLink(a, match.linkOfA[a], match.keyOfA[a]));
            }
        }

        return (links, figures);
    }

    private ExactFigures By(ExactKey key, int k)
    {
        var parts = Math.Max(1, Environment.ProcessorCount);
        var figures = new (int Links, int Several)[parts];
        Parallel.For(0, parts, part => figures[part] = Link(k, part, parts));
        return new ExactFigures(key.Id, figures.Sum(f => f.Links), figures.Sum(f => f.Several));
    }

    private (int Links, int Several) Link(int k, int part, int parts)
    {
        var (mine, others) = (left[k], right[k]);
        var (bits, keys) = (4, 0);
        for (var a = 0; a < mine.Length; a++)
        {
            keys += mine[a] != 0 && linkOfA[a] < 0 && Mine(mine[a], part, parts) ? 1 : 0;
        }

        while (1L << bits < keys * 3L / 2)
        {
            bits++;
        }

        var slots = new Slot[1 << bits];
        for (var a = 0; a < mine.Length; a++)
        {
            var key = mine[a];
            if (key != 0 && linkOfA[a] < 0 && Mine(key, part, parts))
            {
                ref var slot = ref slots[Place(slots, bits, key)];
                (slot.A, slot.Key) = (slot.Key == 0 ? a : -1, key);
                slot.B = -1;
            }
        }

        for (var b = 0; b < others.Length; b++)
        {
            var key = others[b];
            if (key != 0 && !linkedB[b] && Mine(key, part, parts))
            {
                ref var slot = ref slots[Place(slots, bits, key)];
                if (slot.Key != 0)
                {
                    slot.B = slot.B == -1 ? b : -2;
                }
            }
        }

        var (links, several) = (0, 0);
        foreach (ref var slot in slots.AsSpan())
        {
            if (slot.Key != 0 && slot.B != -1)
            {
                if (slot.A >= 0 && slot.B >= 0)
                {
                    (linkOfA[slot.A], linkedB[slot.B], keyOfA[slot.A]) = (slot.B, true, (byte)k);
                    links++;
                }
                else
                {
                    several++;
                }
            }
        }

        return (links, several);
    }

    private static bool Mine(ulong key, int part, int parts) => (uint)key % (uint)parts == (uint)part;

    private static int Place(Slot[] slots, int bits, ulong key)
    {
        var at = (int)(key >> (64 - bits));
        while (slots[at].Key != 0 && slots[at].Key != key)
        {
            at = (at + 1) & (slots.Length - 1);
        }

        return at;
    }

    /// <param name="Key">0: free.</param>
    /// <param name="A">The one record of side A, or -1 where there are several.</param>
    /// <param name="B">The one record of side B; -1 none yet, -2 several.</param>
    private record struct Slot(ulong Key, int A, int B);
}
