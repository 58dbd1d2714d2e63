using Minato.Tables;
using Minato.Tables.Queries;
using static Minato.Tables.Queries.Expr;

namespace Minato.Processing.Cohorts;

/// <summary>
/// Many cohorts over the same stored events, several at a time. Concept sets that are alike are one, and the events of each are put together once for all
/// cohorts: a criterion then reads its own events and nothing else.
/// </summary>
internal sealed class CohortBatch
{
    private readonly ITableSession session;
    private readonly IReadOnlyList<CohortDefinition> cohorts;
    private readonly ConceptTree tree;
    private readonly Shared events;

    /// <param name="events">Must hold every kind of event that a cohort speaks of.</param>
    public CohortBatch(ITableSession session, StoredEvents events, IReadOnlyList<CohortDefinition> cohorts, ConceptTree tree)
    {
        (this.session, this.cohorts) = (session, cohorts);
        this.tree = Remembered(tree);
        this.events = new Shared(session, events, cohorts, this.tree);
    }

    /// <summary>Computes all cohorts, <paramref name="lanes"/> at a time; in each lane one after another.</summary>
    /// <param name="use">Gets a cohort's place in the list, its result and the session to read it in; afterwards the result is gone. Called from several threads.</param>
    public void Run(int lanes, Action<int, ITableSession, CohortResult> use, CancellationToken ct = default)
    {
        var next = -1;
        Parallel.For(0, lanes, new ParallelOptions { MaxDegreeOfParallelism = lanes, CancellationToken = ct }, _ =>
        {
            using var lane = session.Beside();
            for (var i = Interlocked.Increment(ref next); i < cohorts.Count; i = Interlocked.Increment(ref next))
            {
                var result = CohortPlan.Run(lane, events, cohorts[i], tree, ct: ct);
                use(i, lane, result);
                lane.Drop(result.Cohort);
            }
        });
    }

    /// <summary>Cohorts name the same concepts again and again.</summary>
    private static ConceptTree Remembered(ConceptTree tree)
    {
        static Func<long, IEnumerable<long>> Once(Func<long, IEnumerable<long>> of)
        {
            var known = new System.Collections.Concurrent.ConcurrentDictionary<long, long[]>();
            return concept => known.GetOrAdd(concept, c => [.. of(c)]);
        }

        return new ConceptTree(Once(tree.Descendants), Once(tree.Mapped));
    }

    /// <summary>The stored events, and those of each concept set of the batch apart.</summary>
    private sealed class Shared : ICohortEvents
    {
        private readonly ICohortEvents all;
        private readonly Dictionary<(CohortDomain Domain, string Set), (Query Events, long Number)> sets = [];

        public Shared(ITableSession session, StoredEvents all, IReadOnlyList<CohortDefinition> cohorts, ConceptTree tree)
        {
            this.all = all;
            var counted = cohorts.SelectMany(c => c.Groups).SelectMany(g => g.Criteria).Select(c => c.Occurrence.Different).OfType<string>().ToHashSet(StringComparer.Ordinal);
            var criteria = cohorts.SelectMany(c => c.Criteria.Where(x => x.ConceptSet is not null).Select(x => (Criterion: x, Set: ConceptFilter.Of(c.ConceptSets.Single(s => s.Id == x.ConceptSet), tree))));
            foreach (var domain in criteria.Where(x => !x.Set.ByCode).GroupBy(x => x.Criterion.Domain))
            {
                var concepts = new TableShape("batch_set", [new("set", ColumnType.Integer, false), new("member", ColumnType.Integer, false)], []);
                session.CreateTable(concepts);
                var known = new Dictionary<string, long>(StringComparer.Ordinal);
                using (var rows = session.Insert(concepts))
                {
                    foreach (var (key, set) in domain.Select(x => (Key(x.Set), x.Set)).DistinctBy(x => x.Item1))
                    {
                        known.Add(key, known.Count);
                        foreach (var concept in set.Concepts)
                        {
                            rows.Add((long?)known[key]).Add((long?)concept).EndRow();
                        }
                    }
                }

                var columns = CohortPlan.Basic.Union(["suspected", "source_concept"]).Union(domain.SelectMany(x => x.Criterion.Conditions).SelectMany(CohortPlan.ColumnsOf)).Union(counted.Where(all.Of(domain.Key).Columns.Has));
                var scan = new Scan(concepts.Name, concepts);
                var events = all.Store("batch_" + domain.Key, all.Of(domain.Key).Keep([.. columns]), 
                    rows => rows.InnerJoin(scan, rows.Columns.Has("concept") ? Col("concept").Eq(Col("member")) : Any()).Keep([.. rows.Columns.Names, "set"]), ["set", "person"]);
                session.Drop(scan);
                foreach (var (key, number) in known)
                {
                    sets[(domain.Key, key)] = (events, number);
                }
            }
        }

        public Query Persons => all.Persons;

        public Query People => all.People;

        public Query Observation => all.Observation;

        public Query Providers => all.Providers;

        public Query CareSites => all.CareSites;

        public Query Of(CohortDomain domain) => all.Of(domain);

        public Query Of(CohortDomain domain, ConceptFilter? set, IReadOnlyList<string> columns) => set is not null && sets.TryGetValue((domain, Key(set)), out var known)
            ? known.Events.Keep([.. columns, "set"]).Where(Col("set").Eq(known.Number)).Keep(columns)
            : all.Of(domain, set, columns);

        private static string Key(ConceptFilter set) => set.ByCode ? "" : string.Join(',', set.Concepts);
    }
}
