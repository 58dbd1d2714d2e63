using System.Text.RegularExpressions;
using Minato.Tables;

namespace Minato.Bench.Cohorts;

/// <summary>
/// Circe's SQL for DuckDB as somebody rendered it (schemas <c>cdm</c> and <c>results</c>, table <c>results.cohort</c>, cohort 1). Where it
/// limits events without saying which of the same day comes first, the number that it gave them itself says so; of overlapping observation periods around one event,
/// the earlier; of one period that several criteria give days of, the day (decision 0080).
/// </summary>
internal sealed partial class Peer(string folder)
{
    public string? Sql(string name, bool ordered)
    {
        var file = Path.Combine(folder, name + ".sql");
        if (!File.Exists(file))
        {
            return null;
        }

        var sql = File.ReadAllText(file);
        return !ordered ? sql : Replaced(
            (Primary(), "ORDER BY E.sort_date $1, E.event_id, OP.observation_period_start_date, OP.observation_period_end_date, E.start_date, E.end_date)"),
            (FirstPeriod(), "ORDER BY op.observation_period_start_date, op.observation_period_id)"),
            (Qualified(), "order by pe.start_date $1, pe.event_id)"),
            (Included(), "(partition by person_id order by start_date $1, event_id)"));

        string Replaced(params (Regex Of, string By)[] all) => all.Aggregate(sql, (text, one) => one.Of.Replace(text, one.By));
    }

    public static void Prepare(ITableSession session) =>
        session.Execute("create schema if not exists results; create or replace table results.cohort (cohort_definition_id bigint, subject_id bigint, cohort_start_date date, cohort_end_date date)");

    [GeneratedRegex(@"ORDER BY E\.sort_date (ASC|DESC), E\.event_id\)")]
    private static partial Regex Primary();

    [GeneratedRegex(@"ORDER BY op\.observation_period_start_date\)")]
    private static partial Regex FirstPeriod();

    [GeneratedRegex(@"order by pe\.start_date (ASC|DESC)\)")]
    private static partial Regex Qualified();

    [GeneratedRegex(@"\(partition by person_id order by start_date (ASC|DESC)\)")]
    private static partial Regex Included();
}
