using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Minato.Linkage.Clk;

/// <summary>A pair of similar records: their indices in the two sets, and how many bits their CLKs have in common.</summary>
internal readonly record struct ClkPair(int A, int B, int Common);

/// <summary>How to compare. Every choice gives the same pairs.</summary>
internal enum ClkKernel
{
    /// <summary>Row against row, <c>popcnt</c>.</summary>
    Plain,

    /// <summary>Row against row, 256-bit vectors.</summary>
    Plain256,

    /// <summary>Bit-sliced, 256 records at a time.</summary>
    Sliced256,

    /// <summary>Bit-sliced, 512 records at a time, AVX-512.</summary>
    Sliced512,
}

/// <param name="Abandon">Leave a block as soon as none of its records can reach the threshold.</param>
/// <param name="Prune">Skip blocks whose numbers of set bits rule the threshold out.</param>
internal readonly record struct ClkSearch(ClkKernel Kernel, bool Abandon = true, bool Prune = true, int Threads = 0)
{
    public static ClkKernel Best { get; } =
        Avx512F.IsSupported && Vector512.IsHardwareAccelerated ? ClkKernel.Sliced512 : Vector256.IsHardwareAccelerated || Vector128.IsHardwareAccelerated ? ClkKernel.Sliced256 : ClkKernel.Plain;

    public static ClkSearch Default => new(Best);

    /// <summary>Every pair is compared to the last bit: what a rate "exhaustive" means.</summary>
    public static ClkSearch Exhaustive => new(Best, Abandon: false, Prune: false);

    internal int Degree => Threads > 0 ? Threads : Environment.ProcessorCount;
}

/// <summary>
/// Finds all pairs of two sides with a Dice coefficient of at least a threshold, exactly: whatever the kernel, the pairs are those of brute force
/// (linkage facts §5). Neither side grows while it is compared; memory is the two sides, a turned copy of the second, and the pairs found.
/// </summary>
internal static class ClkMatcher
{
    /// <summary>Queries that pass over a block before the next block is fetched; their column lists (1 KiB each) share the cache with it.</summary>
    private const int Slice = 256;

    public static List<ClkPair> Match(ClkSet a, ClkSet b, DiceBound bound, ClkSearch? search = null) =>
        Match(a, b, null, bound, search ?? ClkSearch.Default);

    /// <param name="b">The second side, turned once for many calls.</param>
    public static List<ClkPair> Match(ClkSet a, BitColumns b, DiceBound bound, ClkSearch? search = null) =>
        Match(a, b.Set, b, bound, search ?? ClkSearch.Default);

    /// <summary>As <see cref="Match(ClkSet, BitColumns, DiceBound, ClkSearch?)"/>, all on the calling thread, so that its CPU time is that of the comparison.</summary>
    internal static List<ClkPair> MatchHere(ClkSet a, BitColumns b, DiceBound bound, ClkSearch search) => Match(a, b.Set, b, bound, search with { Threads = 1 });

    private static List<ClkPair> Match(ClkSet a, ClkSet b, BitColumns? turned, DiceBound bound, ClkSearch search)
    {
        if (a.Count == 0 || b.Count == 0)
        {
            return [];
        }

        var slices = (a.Count + Slice - 1) / Slice;
        var found = new List<ClkPair>[slices];
        if (search.Kernel is ClkKernel.Plain or ClkKernel.Plain256)
        {
            ForEach(slices, search.Degree, s =>
                PlainLoop.Match(a, s * Slice, Math.Min(a.Count, (s + 1) * Slice), b, bound, search.Kernel == ClkKernel.Plain256, found[s] = []));
        }
        else
        {
            var own = turned is null;
            turned ??= new BitColumns(b);
            var (order, setBits) = BitColumns.BySetBits(a);
            ForEach(slices, search.Degree, s =>
            {
                var queries = new Queries(a, order, setBits, s * Slice, Math.Min(a.Count, (s + 1) * Slice), turned.Rarest, bound);
                found[s] = search.Kernel == ClkKernel.Sliced512
                    ? Pass<Lanes512, Vector512<ulong>>(queries, turned, bound, search)
                    : Pass<Lanes256, Vector256<ulong>>(queries, turned, bound, search);
            });
            if (own)
            {
                turned.Wipe();
            }
        }

        return [.. found.SelectMany(f => f)];
    }

    private static void ForEach(int slices, int threads, Action<int> work)
    {
        if (threads > 1)
        {
            Parallel.For(0, slices, new ParallelOptions { MaxDegreeOfParallelism = threads }, work);
            return;
        }

        for (var s = 0; s < slices; s++)
        {
            work(s);
        }
    }

    private static List<ClkPair> Pass<TLanes, TVector>(Queries queries, BitColumns b, DiceBound bound, ClkSearch search)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var pairs = new List<ClkPair>();
        Span<ulong> found = stackalloc ulong[BitColumns.Block / 64];
        for (var block = 0; block < b.Blocks; block++)
        {
            var columns = b.Columns(block);
            var (first, last) = b.Places(block);
            var (fewest, most) = (b.SetBitsAt(first), b.SetBitsAt(last));
            for (var q = 0; q < queries.Count; q++)
            {
                ref readonly var query = ref queries[q];
                var (low, high) = (Math.Max(fewest, query.Least), Math.Min(most, query.Most));
                if (low > high)
                {
                    if (search.Prune)
                    {
                        continue;
                    }

                    (low, high) = (fewest, most);
                }

                // Need rises with the sum, and by at most one a step: the bounds of the whole block are at its ends.
                var limit = query.ByUnset ? high - bound.Need(query.SetBits + high) : bound.Need(query.SetBits + low);
                found.Clear();
                if ((query.ByUnset && limit < 0) || (!query.ByUnset && limit > query.SetBits))
                {
                    if (search.Prune)
                    {
                        continue;
                    }

                    limit = query.ByUnset ? 0 : query.SetBits;
                }

                if (queries.Columns(q) is { Length: > 0 } list)
                {
                    if (!CarrySave.Find<TLanes, TVector>(columns, list, limit, query.ByUnset, search.Abandon, found))
                    {
                        continue;
                    }
                }
                else
                {
                    found.Fill(ulong.MaxValue);
                }

                Verify(queries.Set, query, b, first, last, found, bound, pairs);
            }
        }

        return pairs;
    }

    /// <summary>The block's bound is that of its least demanding record; each record found is counted for itself.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Verify(ClkSet a, in Query query, BitColumns b, int first, int last, ReadOnlySpan<ulong> found, DiceBound bound, List<ClkPair> pairs)
    {
        for (var w = 0; w < found.Length; w++)
        {
            for (var mask = found[w]; mask != 0; mask &= mask - 1)
            {
                var place = first + (w * 64) + System.Numerics.BitOperations.TrailingZeroCount(mask);
                if (place > last)
                {
                    return;
                }

                var other = b.At(place);
                var common = ClkBits.Common(a[query.Index], b.Set[other]);
                if (common >= bound.Need(query.SetBits + b.SetBitsAt(place)))
                {
                    pairs.Add(new ClkPair(query.Index, other, common));
                }
            }
        }
    }

    /// <param name="ByUnset">The columns are those of the unset bits: what is counted is what the other record has beyond the query.</param>
    private readonly record struct Query(int Index, int SetBits, bool ByUnset, int Least, int Most, int From, int Length);

    /// <summary>A slice of the first side with the columns of each record, rarest first.</summary>
    private sealed class Queries
    {
        private readonly Query[] queries;
        private readonly ushort[] columns;

        public Queries(ClkSet set, int[] order, int[] setBits, int from, int to, ushort[] rarest, DiceBound bound)
        {
            Set = set;
            queries = new Query[to - from];
            columns = new ushort[queries.Length * CarrySave.MostColumns];
            var (at, range, of) = (0, (Least: 0, Most: -1), -1);
            for (var q = 0; q < queries.Length; q++)
            {
                var index = order[from + q];
                var count = setBits[from + q];
                if (count != of)
                {
                    (range, of) = (bound.Partners(count), count);
                }

                var clk = set[index];
                var unset = count > CarrySave.MostColumns;
                var begin = at;
                foreach (var k in rarest)
                {
                    if (((clk[k >> 6] >> (k & 63)) & 1) != 0 != unset)
                    {
                        columns[at++] = k;
                    }
                }

                while ((at - begin) % CarrySave.Group != 0)
                {
                    columns[at++] = BitColumns.Empty;
                }

                queries[q] = new Query(index, count, unset, range.Least, range.Most, begin, at - begin);
            }
        }

        public ClkSet Set { get; }

        public int Count => queries.Length;

        public ref readonly Query this[int q] => ref queries[q];

        public ReadOnlySpan<ushort> Columns(int q) => columns.AsSpan(queries[q].From, queries[q].Length);
    }
}
