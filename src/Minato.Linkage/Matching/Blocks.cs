using System.Runtime.CompilerServices;

namespace Minato.Linkage.Matching;

/// <summary>Sees candidate pairs, one after another, on one thread.</summary>
internal interface IPairVisitor
{
    void Visit(int i, int j);
}

/// <summary>What a pass cost and left out.</summary>
/// <param name="Pairs">Candidates handed on; a pair that several passes find counts in each.</param>
/// <param name="Skipped">Blocks too large to compare, and the pairs in them.</param>
internal sealed record PassFigures(string Pass, long Pairs, long Skipped, long SkippedPairs);

/// <summary>
/// Candidate pairs by sorting keys and merging the two sides. Pairs stream to visitors and are never held; the blocks are cut into pieces of
/// about equal cost, which the cores take in turn.
/// </summary>
/// <param name="split">Rows before it are side A, from it on side B; 0: one file, compared with itself.</param>
internal sealed class Blocks(IdentityColumns columns, int split)
{
    /// <summary>Pairs of one block from which on it is skipped: a block that large tells nobody apart.</summary>
    public long LargestBlock { get; init; } = 4_000_000;

    /// <summary>Pairs of one pass from which on its larger blocks are left out.</summary>
    public long LargestPass { get; init; } = 200_000_000;

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Rows that are in no block any more.</summary>
    public bool[] Settled { get; init; } = [];

    public long AllPairs => split == 0 ? (long)columns.Count * (columns.Count - 1) / 2 : (long)split * (columns.Count - split);

    /// <summary>Whether any of some rows spread over either side has a key of the pass: a look before a long way.</summary>
    public bool Knows(BlockPass pass)
    {
        const int Some = 2_000;
        bool Any(int from, int to)
        {
            for (var row = from; row < to; row += Math.Max(1, (to - from) / Some))
            {
                if (pass.KeyOf(columns[row], columns) != 0)
                {
                    return true;
                }
            }

            return false;
        }

        return Any(0, First) && (split == 0 || Any(split, columns.Count));
    }

    /// <summary>Every pair of the two sides, or of the one file.</summary>
    public long VisitAll<TVisitor>(Func<int, TVisitor> visitorOf) where TVisitor : struct, IPairVisitor
    {
        const int Tile = 1024;
        var n = columns.Count;
        var first = split == 0 ? n : split;
        var tiles = (first + Tile - 1) / Tile;
        Run(tiles, visitorOf, (ref visitor, tile) =>
        {
            var (from, to) = (tile * Tile, Math.Min(first, (tile + 1) * Tile));
            for (var start = split; start < n; start += Tile)
            {
                var end = Math.Min(n, start + Tile);
                if (split == 0 && end <= from)
                {
                    continue;
                }

                for (var i = from; i < to; i++)
                {
                    for (var j = split == 0 ? Math.Max(start, i + 1) : start; j < end; j++)
                    {
                        visitor.Visit(i, j);
                    }
                }
            }
        });
        return AllPairs;
    }

    public PassFigures Visit<TVisitor>(BlockPass pass, Func<int, TVisitor> visitorOf) where TVisitor : struct, IPairVisitor
    {
        var left = Sorted(Keys(pass, 0, First), 1);
        return Visit(left, split == 0 ? left : Sorted(Keys(pass, split, columns.Count), 1), visitorOf) with { Pass = pass.ToString() };
    }

    /// <summary>Visits about as many pairs as wanted, from blocks that are chosen by their keys.</summary>
    /// <returns>How many pairs the pass has, estimated from a part of its blocks.</returns>
    public long Sample<TVisitor>(BlockPass pass, int wanted, Func<int, TVisitor> visitorOf) where TVisitor : struct, IPairVisitor
    {
        var (keysA, keysB) = (Keys(pass, 0, First), split == 0 ? [] : Keys(pass, split, columns.Count));
        var share = Math.Min(1, 200_000.0 / Math.Max(1, keysA.Length));
        var (left, right) = Both(share);
        Pieces(left, right, out var figures);
        var size = (figures.Pairs + figures.SkippedPairs) / share;
        var needed = Math.Min(1, wanted / Math.Max(1, size));
        if (needed != share)
        {
            (left, right) = Both(needed);
        }

        Visit(left, right, visitorOf);
        return (long)size;

        (ulong[] Left, ulong[] Right) Both(double part)
        {
            var one = Sorted(keysA, part);
            return (one, split == 0 ? one : Sorted(keysB, part));
        }
    }

    private int First => split == 0 ? columns.Count : split;

    private PassFigures Visit<TVisitor>(ulong[] left, ulong[] right, Func<int, TVisitor> visitorOf) where TVisitor : struct, IPairVisitor
    {
        var pieces = Pieces(left, right, out var figures);
        Run(pieces.Count, visitorOf, (ref visitor, at) =>
        {
            var piece = pieces[at];
            for (int a = piece.A, b = piece.B; a < piece.EndA && b < right.Length;)
            {
                var (keyA, keyB) = ((uint)(left[a] >> 32), (uint)(right[b] >> 32));
                if (keyA != keyB)
                {
                    a += keyA < keyB ? 1 : 0;
                    b += keyB < keyA ? 1 : 0;
                    continue;
                }

                var (endA, endB) = (End(left, a), End(right, b));
                if (Size(endA - a, endB - b) <= piece.Limit)
                {
                    for (var x = a; x < endA; x++)
                    {
                        for (var y = split == 0 ? x + 1 : b; y < endB; y++)
                        {
                            visitor.Visit((int)(uint)left[x], (int)(uint)right[y]);
                        }
                    }
                }

                (a, b) = (endA, endB);
            }
        });
        return figures;
    }

    private delegate void Work<TVisitor>(ref TVisitor visitor, int piece);

    private readonly record struct Piece(int A, int EndA, int B, long Limit);

    private void Run<TVisitor>(int pieces, Func<int, TVisitor> visitorOf, Work<TVisitor> work) where TVisitor : struct, IPairVisitor
    {
        var next = -1;
        Parallel.For(0, Math.Max(1, Math.Min(Threads, pieces)), new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
        {
            var visitor = visitorOf(thread);
            for (var piece = Interlocked.Increment(ref next); piece < pieces; piece = Interlocked.Increment(ref next))
            {
                work(ref visitor, piece);
            }
        });
    }

    private long Size(long a, long b) => split == 0 ? a * (a - 1) / 2 : a * b;

    private static bool Wanted(uint key, double sample) => (key * 2654435769u) < sample * uint.MaxValue;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int End(ulong[] sorted, int at)
    {
        var key = sorted[at] >> 32;
        do
        {
            at++;
        }
        while (at < sorted.Length && sorted[at] >> 32 == key);
        return at;
    }

    private List<Piece> Pieces(ulong[] left, ulong[] right, out PassFigures figures)
    {
        var sizes = new List<long>();
        Walk(left, right, (a, endA, b, endB) => sizes.Add(Size(endA - a, endB - b)));
        var limit = LimitFor(sizes);
        long taken = 0, skipped = 0, skippedPairs = 0;
        foreach (var size in sizes)
        {
            taken += size <= limit ? size : 0;
            skipped += size > limit ? 1 : 0;
            skippedPairs += size > limit ? size : 0;
        }

        var share = Math.Max(20_000, taken / (Threads * 32));
        var pieces = new List<Piece>();
        var (from, fromB) = (-1, 0);
        long soFar = 0;
        Walk(left, right, (a, endA, b, endB) =>
        {
            if (from < 0)
            {
                (from, fromB) = (a, b);
            }

            var size = Size(endA - a, endB - b);
            soFar += size <= limit ? size : 0;
            if (soFar >= share)
            {
                pieces.Add(new Piece(from, endA, fromB, limit));
                (from, soFar) = (-1, 0);
            }
        });
        if (from >= 0)
        {
            pieces.Add(new Piece(from, left.Length, fromB, limit));
        }

        figures = new PassFigures("", taken, skipped, skippedPairs);
        return pieces;
    }

    /// <summary>The largest block such that all blocks up to it fit the pass.</summary>
    private long LimitFor(List<long> sizes)
    {
        if (sizes.Sum() <= LargestPass)
        {
            return LargestBlock;
        }

        var sorted = sizes.Order().ToArray();
        long sum = 0, limit = 0;
        for (var i = 0; i < sorted.Length;)
        {
            var same = i;
            while (same < sorted.Length && sorted[same] == sorted[i])
            {
                sum += sorted[same++];
            }

            if (sum > LargestPass)
            {
                break;
            }

            limit = sorted[i];
            i = same;
        }

        return Math.Min(limit, LargestBlock);
    }

    private static void Walk(ulong[] left, ulong[] right, Action<int, int, int, int> block)
    {
        for (int a = 0, b = 0; a < left.Length && b < right.Length;)
        {
            var (keyA, keyB) = (left[a] >> 32, right[b] >> 32);
            if (keyA < keyB)
            {
                a++;
            }
            else if (keyB < keyA)
            {
                b++;
            }
            else
            {
                var (endA, endB) = (End(left, a), End(right, b));
                block(a, endA, b, endB);
                (a, b) = (endA, endB);
            }
        }
    }

    /// <summary>key ≪ 32 | row; rows without the key, and settled ones, are left out.</summary>
    private ulong[] Keys(BlockPass pass, int from, int to)
    {
        var parts = new ulong[Math.Max(1, Threads)][];
        Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = parts.Length }, t =>
        {
            var (start, end) = (from + (int)((long)(to - from) * t / parts.Length), from + (int)((long)(to - from) * (t + 1) / parts.Length));
            var keys = new ulong[end - start];
            var known = 0;
            for (var row = start; row < end; row++)
            {
                if ((Settled.Length == 0 || !Settled[row]) && pass.KeyOf(columns[row], columns) is var key and not 0)
                {
                    keys[known++] = ((ulong)key << 32) | (uint)row;
                }
            }

            parts[t] = keys[..known];
        });
        return Together(parts);
    }

    private static ulong[] Together(ulong[][] parts)
    {
        var all = new ulong[parts.Sum(p => p.Length)];
        var at = 0;
        foreach (var part in parts)
        {
            part.CopyTo(all, at);
            at += part.Length;
        }

        return all;
    }

    /// <param name="part">Of the keys, the share to keep; the same keys on both sides.</param>
    private static ulong[] Sorted(ulong[] keys, double part)
    {
        var kept = part >= 1 ? keys : Array.FindAll(keys, key => Wanted((uint)(key >> 32), part));
        RadixSort.ByHighWord(kept);
        return kept;
    }
}
