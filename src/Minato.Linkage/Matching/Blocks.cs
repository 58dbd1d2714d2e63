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
        using var left = Keys(pass, 0, First);
        left.Sort();
        if (split == 0)
        {
            return Visit(left, left, visitorOf) with { Pass = pass.ToString() };
        }

        using var right = Keys(pass, split, columns.Count);
        right.Sort();
        return Visit(left, right, visitorOf) with { Pass = pass.ToString() };
    }

    /// <summary>Visits about as many pairs as wanted, from blocks that are chosen by their keys.</summary>
    /// <returns>How many pairs the pass has, estimated from a part of its blocks.</returns>
    public long Sample<TVisitor>(BlockPass pass, int wanted, Func<int, TVisitor> visitorOf) where TVisitor : struct, IPairVisitor
    {
        using var keysA = Keys(pass, 0, First);
        using var keysB = Keys(pass, split, split == 0 ? 0 : columns.Count);
        var share = Math.Min(1, 200_000.0 / Math.Max(1, keysA.Count));
        double size = 0;
        With(share, (left, right) =>
        {
            Pieces(left, right, out var figures);
            size = (figures.Pairs + figures.SkippedPairs) / share;
        });
        With(Math.Min(1, wanted / Math.Max(1, size)), (left, right) => Visit(left, right, visitorOf));
        return (long)size;

        void With(double part, Action<KeyList, KeyList> work)
        {
            using var left = keysA.Some(part);
            left.Sort();
            using var right = split == 0 ? null : keysB.Some(part);
            right?.Sort();
            work(left, right ?? left);
        }
    }

    private int First => split == 0 ? columns.Count : split;

    private PassFigures Visit<TVisitor>(KeyList keysA, KeyList keysB, Func<int, TVisitor> visitorOf) where TVisitor : struct, IPairVisitor
    {
        var pieces = Pieces(keysA, keysB, out var figures);
        var (left, endOfA, right, endOfB) = (keysA.Values, keysA.Count, keysB.Values, keysB.Count);
        Run(pieces.Count, visitorOf, (ref visitor, at) =>
        {
            var piece = pieces[at];
            for (int a = piece.A, b = piece.B; a < piece.EndA && b < endOfB;)
            {
                var (keyA, keyB) = ((uint)(left[a] >> 32), (uint)(right[b] >> 32));
                if (keyA != keyB)
                {
                    a += keyA < keyB ? 1 : 0;
                    b += keyB < keyA ? 1 : 0;
                    continue;
                }

                var (endA, endB) = (End(left, endOfA, a), End(right, endOfB, b));
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int End(ulong[] sorted, int count, int at)
    {
        var key = sorted[at] >> 32;
        do
        {
            at++;
        }
        while (at < count && sorted[at] >> 32 == key);
        return at;
    }

    private List<Piece> Pieces(KeyList left, KeyList right, out PassFigures figures)
    {
        var limit = LimitFor(left, right);
        long taken = 0, skipped = 0, skippedPairs = 0;
        Walk(left, right, (a, endA, b, endB) =>
        {
            var size = Size(endA - a, endB - b);
            taken += size <= limit ? size : 0;
            skipped += size > limit ? 1 : 0;
            skippedPairs += size > limit ? size : 0;
        });

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
            pieces.Add(new Piece(from, left.Count, fromB, limit));
        }

        figures = new PassFigures("", taken, skipped, skippedPairs);
        return pieces;
    }

    /// <summary>The largest block such that all blocks up to it fit the pass.</summary>
    private long LimitFor(KeyList left, KeyList right)
    {
        long sum = 0, limit = 0;
        Walk(left, right, (a, endA, b, endB) => sum += Size(endA - a, endB - b));
        if (sum <= LargestPass)
        {
            return LargestBlock;
        }

        var sizes = new List<long>();
        Walk(left, right, (a, endA, b, endB) => sizes.Add(Size(endA - a, endB - b)));
        var sorted = sizes.Order().ToArray();
        sum = 0;
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

    private static void Walk(KeyList keysA, KeyList keysB, Action<int, int, int, int> block)
    {
        var (left, endOfA, right, endOfB) = (keysA.Values, keysA.Count, keysB.Values, keysB.Count);
        for (int a = 0, b = 0; a < endOfA && b < endOfB;)
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
                var (endA, endB) = (End(left, endOfA, a), End(right, endOfB, b));
                block(a, endA, b, endB);
                (a, b) = (endA, endB);
            }
        }
    }

    /// <summary>Of the rows that have one and are not settled.</summary>
    private KeyList Keys(BlockPass pass, int from, int to)
    {
        var keys = new KeyList(to - from);
        var (threads, known) = (Math.Max(1, Threads), new int[Math.Max(1, Threads)]);
        int Start(int t) => from + (int)((long)(to - from) * t / threads);
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, t =>
        {
            var at = Start(t) - from;
            for (var row = Start(t); row < Start(t + 1); row++)
            {
                if ((Settled.Length == 0 || !Settled[row]) && pass.KeyOf(columns[row], columns) is var key and not 0)
                {
                    keys.Values[at++] = ((ulong)key << 32) | (uint)row;
                }
            }

            known[t] = at - (Start(t) - from);
        });
        for (var t = 0; t < threads; t++)
        {
            keys.Values.AsSpan(Start(t) - from, known[t]).CopyTo(keys.Values.AsSpan(keys.Count));
            keys.Count += known[t];
        }

        return keys;
    }
}
