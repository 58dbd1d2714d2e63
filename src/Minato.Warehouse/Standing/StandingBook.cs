using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Warehouse.Standing;

/// <summary>On stream <c>standing/&lt;dataset&gt;</c>.</summary>
[JsonDerivedType(typeof(Embargoed), "delivery-embargoed")]
[JsonDerivedType(typeof(Confirmed), "deliveries-confirmed")]
internal abstract record StandingEvent
{
    private StandingEvent() { }

    /// <param name="Until">First day of use.</param>
    internal sealed record Embargoed(string Delivery, DateOnly Until) : StandingEvent;

    /// <param name="Through">Null: all that they hold.</param>
    internal sealed record Confirmed(IReadOnlyList<string> Deliveries, DateOnly? Through) : StandingEvent;
}

/// <summary>What was said of a dataset's deliveries, whether they have come in or not.</summary>
internal sealed record SaidOfDeliveries(IReadOnlyDictionary<string, DeliveryStanding> ByDelivery)
{
    public DeliveryStanding Of(DeliveryId delivery) => ByDelivery.GetValueOrDefault(delivery.Value) ?? new(delivery, 0);

    public static SaidOfDeliveries Evolve(SaidOfDeliveries? state, StandingEvent e, RecordedEvent recorded)
    {
        var said = new SortedDictionary<string, DeliveryStanding>(state?.ByDelivery.ToDictionary() ?? [], StringComparer.Ordinal);
        switch (e)
        {
            case StandingEvent.Embargoed x:
                said[x.Delivery] = Of(x.Delivery) with { Embargo = x.Until };
                break;
            case StandingEvent.Confirmed x:
                foreach (var d in x.Deliveries)
                {
                    said[d] = Of(d) with { ConfirmedAt = recorded.At, ConfirmedThrough = x.Through };
                }

                break;
        }

        return new(said);

        DeliveryStanding Of(string delivery) => said.GetValueOrDefault(delivery) ?? new(new DeliveryId(delivery), 0);
    }
}

/// <summary>How deliveries stand, from the ledger: what was said of them, and in which snapshot each came in.</summary>
internal sealed class StandingBook(ILedger ledger)
{
    private const string Prefix = "standing/";
    private readonly Projection<SaidOfDeliveries, StandingEvent> book = new(ledger, "warehouse", Prefix, SaidOfDeliveries.Evolve);

    /// <param name="cameIn">The dataset's deliveries with the numbers of their snapshots, oldest first.</param>
    public IReadOnlyList<DeliveryStanding> Of(DatasetId dataset, IEnumerable<(DeliveryId Delivery, int Number)> cameIn)
    {
        var said = book.Find(Prefix + dataset);
        return [.. cameIn.Select(d => (said?.Of(d.Delivery) ?? new(d.Delivery, 0)) with { Number = d.Number })];
    }

    public async Task<Outcome<bool>> EmbargoAsync(DatasetId dataset, DeliveryId delivery, DateOnly until, ActorId by, CancellationToken ct)
    {
        var done = await book.DecideAsync(Prefix + dataset, by, state => Outcome<IReadOnlyList<StandingEvent>>.Ok(
            state?.Of(delivery).Embargo == until ? [] : [new StandingEvent.Embargoed(delivery.Value, until)]), ct: ct).ConfigureAwait(false);
        return done.Map(_ => true);
    }

    /// <summary>A wider confirmation is never narrowed.</summary>
    public async Task<Outcome<int>> ConfirmAsync(DatasetId dataset, IReadOnlyList<DeliveryId> deliveries, DateOnly? through, ActorId by, CancellationToken ct)
    {
        var confirmed = 0;
        var done = await book.DecideAsync(
            Prefix + dataset,
            by,
            state =>
            {
                var open = deliveries.Where(d => state?.Of(d) is not { ConfirmedAt: not null } s || (s.ConfirmedThrough is not null && !(through <= s.ConfirmedThrough))).Select(d => d.Value).ToList();
                confirmed = open.Count;
                return Outcome<IReadOnlyList<StandingEvent>>.Ok(open.Count == 0 ? [] : [new StandingEvent.Confirmed(open, through)]);
            },
            ct: ct).ConfigureAwait(false);
        return confirmed == 0 || done.IsOk ? confirmed : Outcome<int>.Refused(done.Findings);
    }
}
