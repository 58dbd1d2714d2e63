using Minato.Tables;

namespace Minato.Warehouse;

/// <summary>How a delivery that is in a dataset stands: whether its holder confirmed it (データ確定), and from when it may be used (B6).</summary>
/// <param name="Number">Of the first snapshot that has it.</param>
/// <param name="Embargo">First day of use; null: at once.</param>
/// <param name="ConfirmedAt">Null: preliminary.</param>
/// <param name="ConfirmedThrough">Only what happened up to that day is confirmed; null: all of it, where it is confirmed.</param>
public sealed record DeliveryStanding(DeliveryId Delivery, int Number, DateOnly? Embargo = null, DateTimeOffset? ConfirmedAt = null, DateOnly? ConfirmedThrough = null)
{
    public bool IsUnderEmbargo(DateOnly day) => day < Embargo;

    /// <summary>All of it.</summary>
    public bool IsConfirmed => ConfirmedAt is not null && ConfirmedThrough is null;
}

/// <summary>How a dataset stands as a whole.</summary>
/// <param name="Preliminary">Deliveries of which not everything is confirmed.</param>
/// <param name="ConfirmedThrough">What happened up to that day is confirmed in every delivery; null where some delivery is not confirmed at all, or all are wholly.</param>
/// <param name="EmbargoUntil">First day on which everything may be used; null where nothing is held back.</param>
public sealed record DatasetStanding(int Deliveries, int Preliminary, DateOnly? ConfirmedThrough, DateOnly? EmbargoUntil)
{
    public bool IsConfirmed => Deliveries > 0 && Preliminary == 0;

    /// <param name="day">Embargoes that are over by then are none.</param>
    public static DatasetStanding Of(IEnumerable<DeliveryStanding> deliveries, DateOnly day)
    {
        var all = deliveries.ToList();
        return new(
            all.Count,
            all.Count(d => !d.IsConfirmed),
            all.Any(d => d.ConfirmedAt is null) ? null : all.Where(d => d.ConfirmedThrough is not null).Select(d => d.ConfirmedThrough).Min(),
            all.Where(d => d.IsUnderEmbargo(day)).Select(d => d.Embargo).Max());
    }
}

/// <summary>What of a dataset may be used on a day.</summary>
/// <param name="Snapshot">The latest one without anything under embargo; null where there is none.</param>
/// <param name="Embargoed">The deliveries because of which it is not the latest; empty where it is.</param>
/// <param name="Standing">Of the deliveries in the snapshot.</param>
public sealed record UsableSnapshot(Snapshot? Snapshot, IReadOnlyList<DeliveryStanding> Embargoed, DatasetStanding Standing)
{
    /// <summary>First day on which all may be used.</summary>
    public DateOnly? EmbargoUntil => Embargoed.Max(d => d.Embargo);

    /// <summary>
    /// A snapshot holds every delivery up to it, so what is under embargo is left out by going back to before the first of them. What came later waits too,
    /// even without an embargo of its own: a part of a snapshot would be nobody's version of the data.
    /// </summary>
    public static UsableSnapshot Of(IWarehouse warehouse, DatasetId dataset, DateOnly day)
    {
        var standings = warehouse.StandingOf(dataset);
        var embargoed = standings.Where(d => d.IsUnderEmbargo(day)).ToList();
        var before = embargoed.Count == 0 ? int.MaxValue : embargoed.Min(d => d.Number);
        var snapshot = warehouse.Latest(dataset);
        while (snapshot is not null && snapshot.Number >= before)
        {
            snapshot = snapshot.Parent is { } parent ? warehouse.Find(dataset, parent) : null;
        }

        return new(snapshot, embargoed, DatasetStanding.Of(standings.Where(d => d.Number <= snapshot?.Number), day));
    }
}
