using System.Globalization;
using Minato.Tables;
using Minato.Warehouse.Shapes;

namespace Minato.Warehouse.Quality;

/// <summary>Runs all checks over a snapshot, or over what one delivery brought, as SQL: one pass per table and per join.</summary>
internal sealed class QualityRun(Warehouse warehouse, ITableSession session, Snapshot snapshot)
{
    /// <summary>Counted at once; the engine plans wide selects slowly.</summary>
    private const int AtOnce = 60;

    public QualityReport Measure(DeliveryId? delivery, CancellationToken ct)
    {
        if (delivery is { } one)
        {
            AttachDelivered(one);
        }
        else
        {
            warehouse.Attach(session, snapshot);
        }

        return new QualityReport(
            snapshot.Dataset.Value, snapshot.Id, snapshot.Number, delivery?.Value, warehouse.Clock.GetUtcNow(), QualityStandard.Current.Version, Departures.Current.Version, Check(ct));
    }

    /// <summary>The checks, on the tables as the session shows them.</summary>
    /// <param name="only">Leaves the other checks out.</param>
    public IReadOnlyList<QualityResult> Check(CancellationToken ct, Func<QualityCheck, bool>? only = null)
    {
        var (standard, departures) = (QualityStandard.Current, Departures.Current);
        IReadOnlyList<long> Below(long concept) => [.. session.Query("select descendant_concept_id from concept_ancestor where ancestor_concept_id = $1 order by 1", concept).Select(r => (long)r[0]!)];
        var checks = new ConformanceChecks(session.Dialect, warehouse.Shapes).All()
            .Concat(new ContentChecks(session.Dialect, warehouse.Shapes, standard, DateOnly.FromDateTime(snapshot.At.UtcDateTime), Below).All())
            .Where(only ?? (_ => true)).ToList();
        var counts = new Dictionary<QualityCheck, (long Violated, long Rows)>(ReferenceEqualityComparer.Instance);
        foreach (var check in checks.Where(c => c.Settled is not null))
        {
            counts[check] = (check.Settled!.Value ? 1 : 0, 1);
        }

        foreach (var source in checks.Where(c => c.Settled is null).GroupBy(c => c.Source))
        {
            foreach (var some in source.Chunk(AtOnce))
            {
                ct.ThrowIfCancellationRequested();
                Count(source.Key, some, counts);
            }
        }

        return [.. checks.Select(c => Judged(c, counts[c], standard.PercentOf(c.Name, c.Table, c.Field), departures))];
    }

    private static QualityResult Judged(QualityCheck check, (long Violated, long Rows) count, decimal percent, Departures departures)
    {
        var broken = count.Violated * 100m > percent * count.Rows;
        var reason = broken ? departures.ReasonFor(check.Name, check.Table, check.Field) : null;
        var status = count.Rows == 0 ? QualityStatus.NotApplicable : !broken ? QualityStatus.Passed : reason is null ? QualityStatus.Failed : QualityStatus.Departure;
        return new QualityResult(check.Name, check.Category, check.Table, check.Field, check.About, count.Violated, count.Rows, percent, status, reason);
    }

    private void Count(string source, QualityCheck[] checks, Dictionary<QualityCheck, (long Violated, long Rows)> counts)
    {
        var sums = checks.Select(c => string.Create(CultureInfo.InvariantCulture, $"coalesce(sum(case when {c.Applies} then {c.Weight} end), 0), coalesce(sum(case when ({c.Applies}) and ({c.Violates}) then {c.Weight} end), 0)"));
        var row = session.Query($"select {string.Join(", ", sums)} from {source}").Single();
        foreach (var (i, check) in checks.Index())
        {
            counts[check] = (Convert.ToInt64(row[(2 * i) + 1], CultureInfo.InvariantCulture), Convert.ToInt64(row[2 * i], CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The same tables, of the delivery's records and their persons alone.</summary>
    private void AttachDelivered(DeliveryId delivery)
    {
        const string All = "whole_";
        warehouse.Attach(session, snapshot, All);
        session.AttachTable("record", CdmTables.Records, [.. snapshot.Files.Where(f => f.Table == CdmTables.Records.Name).Select(f => warehouse.Snapshots.PathOf(snapshot.Dataset, f))]);
        session.Execute($"create temp table delivered as select record_key, person_id from record where delivery = {session.Dialect.Literal(delivery.Value)}");
        foreach (var (name, shape) in warehouse.Shapes)
        {
            var whole = session.Dialect.Quote(All + name);
            var key = shape.Columns.Any(c => c.Name == "record_key") && name != CdmTables.Death.Name ? "record_key" : shape.Columns.Any(c => c.Name == "person_id") ? "person_id" : null;
            session.Execute($"create temp view {session.Dialect.Quote(name)} as select * from {whole}{(key is null ? "" : $" where {key} in (select {key} from delivered)")}");
        }
    }
}
