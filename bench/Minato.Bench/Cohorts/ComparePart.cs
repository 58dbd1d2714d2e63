using System.Diagnostics;
using System.Globalization;
using Minato.Processing.Cohorts;
using Minato.Tables;
using Minato.Tables.Queries;

namespace Minato.Bench.Cohorts;

/// <summary>Every cohort of the folder on a dense world of its own, beside the peer's SQL on the same rows: which rows differ? Says so as soon as it is known.</summary>
internal static class ComparePart
{
    /// <summary>Cohorts from one line of progress to the next.</summary>
    private const int Often = 50;

    public static int Run(IReadOnlyList<Definition> definitions, Peer peer, int persons, int seed)
    {
        var (done, same, empty, rows, differ) = (0, 0, 0, 0L, 0);
        var clock = Stopwatch.StartNew();
        void Differs(string how)
        {
            differ++;
            Console.WriteLine(how);
        }

        foreach (var definition in definitions)
        {
            if (done++ > 0 && done % Often == 1)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"   {done - 1:N0} of {definitions.Count:N0} in {clock.Elapsed:m\\:ss}, {differ:N0} differ"));
            }

            using var session = TablesRoom.OpenSession(new SessionOptions { MemoryMegabytes = 2048, Threads = 1 });
            if (peer.Sql(definition.Name, ordered: true) is not { } sql)
            {
                continue;
            }

            try
            {
                session.Execute("create schema cdm");
                Peer.Prepare(session);
                var pools = Pools.Of([(definition.Json, definition.Cohort)], fair: true);
                Cdm.Make(session, pools, new(persons, Dense: true, seed));
                session.Execute(sql);
                var events = Harbour.Link(session, null, new Harbour.Vocabulary(pools));
                var ours = CohortPlan.Run(session, events, definition.Cohort, pools.Tree).Cohort;
                session.Execute($"create temp table ours as select p.person_id, c.\"start\", c.\"end\" from {ours.Table} c join cdm.person p on {Harbour.Pseudonym("p", "p.person_id")} = c.person");
                session.Execute("create temp table theirs as select subject_id, cohort_start_date, cohort_end_date from results.cohort");
                var n = session.Scalar<long>("select count(*) from theirs");
                var missing = session.Query("(from theirs except all from ours) order by all limit 3").Select(Line).ToArray();
                var more = session.Query("(from ours except all from theirs) order by all limit 3").Select(Line).ToArray();
                rows += n;
                if (missing.Length + more.Length == 0)
                {
                    same++;
                    empty += n == 0 ? 1 : 0;
                }
                else
                {
                    Differs($"{definition.Name}: {n} rows; not in ours: {string.Join(" ", missing)}; only in ours: {string.Join(" ", more)}");
                }
            }
            catch (Exception e) when (e is InvalidOperationException or System.Data.Common.DbException)
            {
                Differs($"{definition.Name}: {e.Message.ReplaceLineEndings(" ")[..Math.Min(300, e.Message.Length)]}");
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{same:N0} of {same + differ:N0} cohorts have the peer's rows ({rows:N0} in all; {empty:N0} cohorts are empty), {persons} persons each, seed {seed}"));
        return differ;
    }

    private static string Line(object?[] row) => $"[{row[0]} {row[1]:yyyy-MM-dd} {row[2]:yyyy-MM-dd}]";
}
