using System.Runtime.CompilerServices;

namespace Minato.Disclosure;

/// <summary>
/// The search through the lattice. A greedy climb gives a first answer; then all nodes are visited from the coarsest down. Each node
/// inherits from its coarser neighbours what must be suppressed at it too, and so a lower bound of its loss; only where that bound
/// beats the answer are the classes computed, by rolling up from a chain of prefixes (the first attributes at their level, the rest
/// at the finest) that is kept while neighbouring nodes need it. Threads share what they find out; a race only costs work.
/// </summary>
internal sealed class LatticeSearch
{
    private const double Slack = 1e-13;

    private readonly PersonTable table;
    private readonly IReadOnlyList<AnonymityModel> models;
    private readonly long limit;
    private readonly LossMeter meter;
    private readonly bool prove;
    private readonly bool infeasibleSpreads;
    private readonly int[] order;
    private readonly int[] levels;
    private readonly int[] strides;
    private readonly int nodes;

    private readonly bool[] infeasible;
    private readonly bool[] examined;
    private readonly int[] gone;
    private readonly float[] penalties;

    private readonly Lock gate = new();
    private Best? best;
    private long count;

    public LatticeSearch(PersonTable table, IReadOnlyList<AnonymityModel> models, long limit, LossMeter meter, bool prove)
    {
        (this.table, this.models, this.limit, this.meter, this.prove) = (table, models, limit, meter, prove);
        levels = [.. table.Keys.Select(h => h.Levels)];

        // Without suppression every model is monotone, save δ-presence that looks away from absent classes.
        infeasibleSpreads = limit == 0 && !models.OfType<DeltaPresence>().Any(m => !m.AbsentToo);
        order = OuterFirst();
        strides = new int[levels.Length];
        var stride = 1;
        foreach (var d in order.Reverse())
        {
            strides[d] = stride;
            stride *= levels[d];
        }

        nodes = stride;
        (infeasible, examined, gone, penalties) = (new bool[nodes], new bool[nodes], new int[nodes], new float[(long)nodes * meter.Penalties]);
    }

    public Generalisation? Run(int threads)
    {
        var first = new Worker(this);
        if (!prove)
        {
            first.Climb();
        }

        // Blocks of nodes with the same first attributes, coarsest first.
        var (inner, tasks) = (nodes, 1);
        foreach (var d in order)
        {
            if (tasks >= 8 * threads)
            {
                break;
            }

            (inner, tasks) = (inner / levels[d], tasks * levels[d]);
        }

        var next = tasks;
        void Take(Worker worker)
        {
            while (Interlocked.Decrement(ref next) is >= 0 and var task)
            {
                for (var node = (task * inner) + inner - 1; node >= task * inner; node--)
                {
                    worker.Visit(node);
                }
            }
        }

        var others = Enumerable.Range(1, Math.Max(0, threads - 1)).Select(_ => Task.Run(() => Take(new Worker(this)))).ToArray();
        Take(first);
        Task.WaitAll(others);
        if (best is null)
        {
            return null;
        }

        var kept = first.Judge(best.Levels);
        return new Generalisation(best.Levels, best.Loss, best.Suppressed, kept.Count, count, nodes) { KeptKeys = kept, Table = table };
    }

    /// <summary>Attributes that merge most come first, so that the many inner nodes roll up from few classes.</summary>
    private int[] OuterFirst()
    {
        var (slots, scratch) = (new Slots(), new ClassTable());
        return [.. Enumerable.Range(0, levels.Length).OrderBy(d =>
        {
            scratch.RollUp(table.Bottom, table.Shifts[d], table.Fields[d], table.Keys[d].Up(levels[d] - 1), slots);
            return scratch.Count;
        })];
    }

    private sealed record Best(double Loss, int[] Levels, int Height, int Classes, long Suppressed)
    {
        public bool Beats(Best? other)
        {
            if (other is null || Loss != other.Loss)
            {
                return other is null || Loss < other.Loss;
            }

            if (Height != other.Height)
            {
                return Height < other.Height;
            }

            if (Suppressed != other.Suppressed)
            {
                return Suppressed < other.Suppressed;
            }

            return Classes != other.Classes ? Classes < other.Classes : Levels.AsSpan().SequenceCompareTo(other.Levels) < 0;
        }
    }

    /// <summary>Losses are compared after rounding noise: what is no greater than this must be examined.</summary>
    private static double Above(double loss) => loss + (Slack * Math.Abs(loss));

    private void Offer(double loss, ReadOnlySpan<int> at, long suppressed, ClassTable classes)
    {
        var seen = Volatile.Read(ref best);
        if (seen is not null && loss > seen.Loss)
        {
            return;
        }

        var mine = new Best(loss, at.ToArray(), at.ToArray().Sum(), classes.Shown, suppressed);
        lock (gate)
        {
            if (mine.Beats(best))
            {
                Volatile.Write(ref best, mine);
            }
        }
    }

    /// <summary>One thread's tables.</summary>
    private sealed class Worker
    {
        private readonly LatticeSearch search;
        private readonly PersonTable table;
        private readonly int minimum;
        private readonly ModelCheck[] monotone;
        private readonly ModelCheck[] others;
        private readonly Presence? presence;
        private readonly bool absentToo;
        private readonly Slots slots = new();
        private readonly ClassTable[] own;
        private readonly ClassTable[] chain;
        private readonly int[] chainLevels;
        private readonly int[] at;
        private readonly float[] penalty;
        private int chained;

        public Worker(LatticeSearch search)
        {
            (this.search, table) = (search, search.table);
            var checks = search.models.Select(m => m.On(table)).ToArray();
            minimum = checks.OfType<MinimumSize>().Select(c => c.K).DefaultIfEmpty(1).Max();
            monotone = [.. checks.Where(c => c.Monotone && c is not MinimumSize)];
            presence = checks.OfType<Presence>().FirstOrDefault(p => p.AbsentBreaks);
            absentToo = search.models.All(m => m is DeltaPresence { AbsentToo: true } or not DeltaPresence)
                || !search.models.Any(m => m is KAnonymity or EstimatedKMap or DistinctDiversity or EntropyDiversity or RecursiveDiversity);
            others = [.. checks.Where(c => !c.Monotone)];
            own = [.. search.levels.Select(_ => new ClassTable())];
            chain = new ClassTable[own.Length];
            chainLevels = new int[search.levels.Length];
            (at, penalty) = (new int[search.levels.Length], new float[search.meter.Penalties]);
        }

        public void Visit(int node)
        {
            var s = search;
            if (s.examined[node])
            {
                return;
            }

            for (int d = 0; d < at.Length; d++)
            {
                at[d] = node / s.strides[d] % s.levels[d];
            }

            if (!s.prove && Excluded(node))
            {
                return;
            }

            _ = Examine(node, Classes(), climbing: false);
        }

        /// <summary>From the finest node upwards, each time to the neighbour that would lose least, suppression counted; to the first top beyond a feasible node.</summary>
        public void Climb()
        {
            var s = search;
            var (current, candidate, better) = (table.Bottom, new ClassTable(), new ClassTable());
            Array.Clear(at);
            var loss = Examine(0, current, climbing: true);
            while (true)
            {
                var (step, least) = (-1, double.PositiveInfinity);
                for (var d = 0; d < at.Length; d++)
                {
                    if (at[d] + 1 >= s.levels[d])
                    {
                        continue;
                    }

                    candidate.RollUp(current, table.Shifts[d], table.Fields[d], table.Keys[d].Step(at[d], at[d] + 1), slots);
                    at[d]++;
                    var node = 0;
                    for (var e = 0; e < at.Length; e++)
                    {
                        node += at[e] * s.strides[e];
                    }

                    var l = Examine(node, candidate, climbing: true);
                    at[d]--;
                    if (l < least)
                    {
                        (step, least) = (d, l);
                        (candidate, better) = (better, candidate);
                    }
                }

                if (step < 0 || (least >= loss && s.best is not null))
                {
                    return;
                }

                at[step]++;
                loss = least;
                (current, better) = (better, ReferenceEquals(current, table.Bottom) ? new ClassTable() : current);
            }
        }

        /// <summary>The keys of the classes that may be shown.</summary>
        public HashSet<ulong> Judge(int[] levels)
        {
            levels.CopyTo(at, 0);
            var classes = Classes();
            var kept = new HashSet<ulong>();
            for (var c = 0; c < classes.Count; c++)
            {
                if (classes.Sizes[c] >= minimum && !Broken(monotone, classes, c) && !Broken(others, classes, c))
                {
                    kept.Add(classes.Keys[c]);
                }
            }

            return kept;
        }

        private static bool Broken(ModelCheck[] checks, ClassTable classes, int c)
        {
            foreach (var check in checks)
            {
                if (check.Breaks(classes, c))
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Inherits from the coarser neighbours, and says whether nothing better can be here.</summary>
        private bool Excluded(int node)
        {
            var s = search;
            var inherited = s.gone[node];
            Array.Clear(penalty);
            for (var d = 0; d < at.Length; d++)
            {
                if (at[d] + 1 < s.levels[d])
                {
                    var above = node + s.strides[d];
                    if (s.infeasible[above])
                    {
                        s.infeasible[node] = true;
                        return true;
                    }

                    inherited = Math.Max(inherited, s.gone[above]);
                    var from = s.penalties.AsSpan(above * penalty.Length, penalty.Length);
                    for (var p = 0; p < penalty.Length; p++)
                    {
                        penalty[p] = Math.Max(penalty[p], from[p]);
                    }
                }
            }

            s.gone[node] = inherited;
            penalty.CopyTo(s.penalties.AsSpan(node * penalty.Length, penalty.Length));
            return Volatile.Read(ref s.best) is { } best && s.meter.Bound(at, inherited, penalty, Above(best.Loss)) > Above(best.Loss);
        }

        /// <summary>The classes of the node at <see cref="at"/>.</summary>
        private ClassTable Classes()
        {
            var s = search;
            var valid = 0;
            while (valid < chained && chainLevels[valid] == at[s.order[valid]])
            {
                valid++;
            }

            var last = valid == 0 ? table.Bottom : chain[valid - 1];
            for (var i = valid; i < at.Length; i++)
            {
                var d = s.order[i];
                if (at[d] > 0)
                {
                    own[i].RollUp(last, table.Shifts[d], table.Fields[d], table.Keys[d].Up(at[d]), slots);
                    last = own[i];
                }

                (chain[i], chainLevels[i]) = (last, at[d]);
            }

            chained = at.Length;
            return last;
        }

        /// <summary>Judges the classes of a node and offers it. Returns its loss, also where it is not feasible.</summary>
        private double Examine(int node, ClassTable classes, bool climbing)
        {
            var s = search;
            s.examined[node] = true;
            Interlocked.Increment(ref s.count);
            var (lost, absent) = JudgeMonotone(classes);

            // These records are lost at every finer node too.
            s.infeasible[node] |= lost > s.limit;
            if (s.infeasible[node] && !climbing)
            {
                return double.PositiveInfinity;
            }

            if (others.Length == 0 || lost > 0)
            {
                var monotoneLoss = s.meter.Measure(classes, at, lost, penalty);
                Inherit(node, lost);
                if (others.Length == 0)
                {
                    if (!s.infeasible[node])
                    {
                        s.Offer(monotoneLoss, at, lost, classes);
                    }

                    return monotoneLoss;
                }
            }

            var shown = 0;
            for (var i = 0; i < classes.Shown; i++)
            {
                var c = classes.ShownClasses[i];
                if (Broken(others, classes, c))
                {
                    classes.Kept[c] = false;
                    lost += classes.Sizes[c];
                }
                else
                {
                    classes.ShownClasses[shown++] = c;
                }
            }

            classes.Shown = shown;
            var refused = lost > s.limit || (absent && absentToo && presence is not null);
            s.infeasible[node] |= refused && s.infeasibleSpreads;
            var loss = s.meter.Measure(classes, at, lost, penalty);
            if (!refused && !s.infeasible[node])
            {
                s.Offer(loss, at, lost, classes);
            }

            return loss;
        }

        /// <summary>Judges classes by what holds at finer nodes too. Returns the records lost, and whether some class has none.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private (long Lost, bool Absent) JudgeMonotone(ClassTable classes)
        {
            long lost = 0;
            var (absent, shown) = (false, 0);
            var (sizes, kept, list) = (classes.Sizes, classes.Kept, classes.ShownClasses);
            for (var c = 0; c < classes.Count; c++)
            {
                var size = sizes[c];
                if (size >= minimum && (monotone.Length == 0 || !Broken(monotone, classes, c)))
                {
                    kept[c] = true;
                    list[shown++] = c;
                }
                else
                {
                    kept[c] = size == 0;
                    absent |= size == 0;
                    lost += size;
                }
            }

            classes.Shown = shown;
            return (lost, absent);
        }

        /// <summary>What finer nodes will find here.</summary>
        private void Inherit(int node, long lost)
        {
            if (lost == 0)
            {
                return;
            }

            var s = search;
            s.gone[node] = (int)Math.Max(s.gone[node], Math.Min(lost, int.MaxValue));
            var mine = s.penalties.AsSpan(node * penalty.Length, penalty.Length);
            for (var p = 0; p < penalty.Length; p++)
            {
                mine[p] = Math.Max(mine[p], penalty[p]);
            }
        }
    }
}
