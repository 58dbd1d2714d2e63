using System.Collections.Concurrent;
using Minato.Tables;
using Minato.Tables.Queries;
using static Minato.Tables.Queries.Expr;

namespace Minato.Processing.Cohorts;

/// <summary>
/// Many cohorts over the same stored events, several at a time. Concept sets that are alike are one, and the events of each are put together once for all
/// cohorts: a criterion then reads its own events and nothing else.
/// </summary>
internal static class CohortBatch
{
    /// <summary>Computes all cohorts, <paramref name="lanes"/> at a time; in each lane one after another.</summary>
    /// <param name="events">Must hold every kind of event that a cohort speaks of.</param>
    /// <param name="use">Gets a cohort's place in the list, its result (of numbered persons) and the session to read it in; afterwards the result is gone. Called from several threads.</param>
    public static void Run(
        ITableSession session, StoredEvents events, IReadOnlyList<CohortDefinition> cohorts, ConceptTree tree, int lanes, Action<int, ITableSession, CohortResult> use, CancellationToken ct = default)
    {
        var remembered = Remembered(tree);
        var shared = new SharedEvents(events);
        var threads = session.Threads;
        try
        {
            shared.PutTogether(session, cohorts, remembered);

            // From here on queries are small: to hand parts of them to other threads takes longer than they do.
            session.Threads = lanes > 1 ? 1 : threads;
            var next = -1;
            Parallel.For(0, lanes, new ParallelOptions { MaxDegreeOfParallelism = lanes, CancellationToken = ct }, _ =>
            {
                using var lane = session.Beside();
                for (var i = Interlocked.Increment(ref next); i < cohorts.Count; i = Interlocked.Increment(ref next))
                {
                    var result = CohortPlan.Run(lane, shared, cohorts[i], remembered, ct: ct);
                    use(i, lane, result);
                    lane.Drop(result.Cohort);
                }
            });
        }
        finally
        {
            session.Threads = threads;
            session.Drop(shared.Stored);
        }
    }

    /// <summary>Cohorts name the same concepts again and again.</summary>
    private static ConceptTree Remembered(ConceptTree tree)
    {
        static Func<long, IEnumerable<long>> Once(Func<long, IEnumerable<long>> of)
        {
            var known = new ConcurrentDictionary<long, long[]>();
            return concept => known.GetOrAdd(concept, c => [.. of(c)]);
        }

        return new ConceptTree(Once(tree.Descendants), Once(tree.Mapped));
    }

    /// <summary>The stored events, and those of each concept set of the batch apart.</summary>
    private sealed class SharedEvents(StoredEvents all) : ICohortEvents
    {
        private readonly Dictionary<(CohortDomain Domain, string Set), (Query Events, long Number)> sets = [];

        public List<Scan> Stored { get; } = [];

        public Query Persons => all.Persons;

        public Query People => all.People;

        public Query Observation => all.Observation;

        public Query Providers => all.Providers;

        public Query CareSites => all.CareSites;

        public Query Of(CohortDomain domain) => all.Of(domain);

        public Query Of(CohortDomain domain, ConceptFilter? set, IReadOnlyList<string> columns) => set is not null && sets.TryGetValue((domain, Key(set)), out var known)
            ? known.Events.Keep([.. columns, "set"]).Where(Col("set").Eq(known.Number)).Keep(columns)
            : ((ICohortEvents)all).Of(domain, set, columns);

        public void PutTogether(ITableSession session, IReadOnlyList<CohortDefinition> cohorts, ConceptTree tree)
        {
            var counted = cohorts.SelectMany(c => c.Groups).SelectMany(g => g.Criteria).Select(c => c.Occurrence.Different).OfType<string>().ToArray();
            var criteria = cohorts.SelectMany(c => c.Criteria.Where(x => x.ConceptSet is not null).Select(x => (Criterion: x, Set: ConceptFilter.Of(c.ConceptSets.Single(s => s.Id == x.ConceptSet), tree))));
            foreach (var domain in criteria.Where(x => !x.Set.ByCode).GroupBy(x => x.Criterion.Domain))
            {
                var members = new TableShape("batch_member", [new("set", ColumnType.Integer, false), new("member", ColumnType.Integer, false)], []);
                session.CreateTable(members);
                var known = new Dictionary<string, long>(StringComparer.Ordinal);
                using (var rows = session.Insert(members))
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

                var scan = new Scan(members.Name, members);
                var events = all.Of(domain.Key);
                string[] asked = [.. CohortPlan.Basic.Union(["suspected", "source_concept"]).Union(domain.SelectMany(x => x.Criterion.Conditions).SelectMany(CohortPlan.ColumnsOf)).Union(counted.Where(events.Columns.Has))];

                // What has no concept at all is in no set.
                var (stored, together) = StoredEvents.Store(
                    session, "batch_" + domain.Key, events.Keep(asked), rows => rows.InnerJoin(scan, rows.Columns.Has("concept") ? Col("concept").Eq(Col("member")) : Any()).Keep([.. rows.Columns.Names, "set"]), ["set", "person"]);
                session.Drop(scan);
                Stored.Add(stored);
                foreach (var (key, number) in known)
                {
                    sets[(domain.Key, key)] = (together, number);
                }
            }
        }

        private static string Key(ConceptFilter set) => set.ByCode ? "" : string.Join(',', set.Concepts);
    }
}
