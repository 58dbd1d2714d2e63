using System.Diagnostics;
using System.Globalization;
using Minato.Processing.Cohorts;
using Minato.Tables;
using Minato.Tables.Queries;

namespace Minato.Bench.Cohorts;

/// <summary>One CDM of lives of ten years, kept as a database for the peer and as files under pseudonyms for us: single cohorts, and all of them as one batch.</summary>
internal sealed class SpeedPart : IDisposable
{
    private readonly ITableSession session;
    private readonly Pools pools;
    private readonly StoredEvents events;
    private readonly IReadOnlyList<Definition> definitions;
    private readonly Peer? peer;

    public SpeedPart(IReadOnlyList<Definition> definitions, Peer? peer, string home, int persons)
    {
        (this.definitions, this.peer) = (definitions, peer);
        pools = Pools.Of(definitions.Select(d => (d.Json, d.Cohort)), fair: false);
        var (database, folder) = (Path.Combine(home, string.Create(CultureInfo.InvariantCulture, $"omop-{persons}.duckdb")), Path.Combine(home, string.Create(CultureInfo.InvariantCulture, $"omop-{persons}")));
        if (!Directory.Exists(folder))
        {
            using var make = TablesRoom.OpenSession(new SessionOptions { MemoryMegabytes = 8192, TempFolder = Path.Combine(home, "spill") });
            make.Execute($"attach '{database}' as cdm");
            var made = Stopwatch.StartNew();
            Cdm.Make(make, pools, new(persons, Dense: false, 1));
            Harbour.Export(make, Directory.CreateDirectory(folder).FullName);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"   data made in {made.Elapsed.TotalSeconds:F0} s"));
        }

        session = TablesRoom.OpenSession(new SessionOptions { MemoryMegabytes = 12_288, TempFolder = Path.Combine(home, "spill") });
        session.Execute($"attach '{database}' as cdm (read_only)");
        Peer.Prepare(session);
        var clock = Stopwatch.StartNew();
        var linked = Harbour.Link(session, folder, new Harbour.Vocabulary(pools));
        events = new StoredEvents(session, linked, definitions.SelectMany(d => d.Cohort.Criteria).Select(c => c.Domain).Append(CohortDomain.VisitOccurrence).Append(CohortDomain.DrugExposure));
        Prepared = clock.Elapsed.TotalSeconds;
    }

    /// <summary>Seconds to link the files and to load their events.</summary>
    public double Prepared { get; }

    public Definition? Find(string name) => definitions.FirstOrDefault(d => d.Name == name);

    /// <summary>Milliseconds of our cohort and of the peer's, each the median of five, and whether the rows are the same.</summary>
    public (double Ours, double? Theirs, long Rows, bool Same) Single(Definition definition)
    {
        var rows = 0L;
        var ours = Median(() => Ours(definition, scan => rows = session.CountRows(scan)));
        var sql = peer?.Sql(definition.Name, ordered: false);
        return (ours, sql is null ? null : Median(() => session.Execute(sql)), rows, sql is null || Same(definition, peer!.Sql(definition.Name, ordered: true)!));
    }

    /// <summary>Seconds of all cohorts, ours as one batch and the peer's one after another; how many cohorts give rows that differ.</summary>
    public (double Ours, double? Theirs, int Differing, int NotEmpty) Batch()
    {
        var notEmpty = 0;
        var clock = Stopwatch.StartNew();
        CohortBatch.Run(session, events, [.. definitions.Select(d => d.Cohort)], pools.Tree, Environment.ProcessorCount, (_, lane, result) => Interlocked.Add(ref notEmpty, lane.CountRows(result.Cohort) > 0 ? 1 : 0));
        var ours = clock.Elapsed.TotalSeconds;
        if (peer is null)
        {
            return (ours, null, 0, notEmpty);
        }

        var (theirs, differing) = (0.0, 0);
        foreach (var definition in definitions)
        {
            if (peer.Sql(definition.Name, ordered: false) is not { } sql)
            {
                continue;
            }

            clock.Restart();
            session.Execute(sql);
            theirs += clock.Elapsed.TotalSeconds;
            if (!Same(definition, peer.Sql(definition.Name, ordered: true)!))
            {
                differing++;
                Console.WriteLine($"   {definition.Name} gives other rows than the peer");
            }
        }

        return (ours, theirs, differing, notEmpty);
    }

    public void Dispose() => session.Dispose();

    private void Ours(Definition definition, Action<Scan> use)
    {
        var cohort = CohortPlan.Run(session, events, definition.Cohort, pools.Tree).Cohort;
        use(cohort);
        session.Drop(cohort);
    }

    private bool Same(Definition definition, string orderedSql)
    {
        session.Execute(orderedSql);
        var same = false;
        Ours(definition, scan => same = session.Scalar<long>($"""
            with theirs as (select {Harbour.Pseudonym("p", "t.subject_id")} as p, cohort_start_date as s, cohort_end_date as e from results.cohort t), ours as ({Sql.Compile(events.Named(scan), session.Dialect)})
            select (select count(*) from (from ours except all from theirs)) + (select count(*) from (from theirs except all from ours))
            """) == 0);
        return same;
    }

    private static double Median(Action work)
    {
        work();
        var times = Enumerable.Range(0, 5).Select(_ =>
        {
            var clock = Stopwatch.StartNew();
            work();
            return clock.Elapsed.TotalMilliseconds;
        }).Order().ToArray();
        return times[2];
    }
}
