using Minato.Warehouse;

namespace Minato.Intake;

/// <summary>What was delivered, as its holder sees it: receipts, how they stand, what was quarantined.</summary>
internal sealed partial class Intake
{
    public IReadOnlyList<Receipt> Receipts(HolderId? holder = null) =>
        Standing([.. deliveries.All.Where(d => d.Receipt is not null && (holder is null || d.Receipt.Holder == holder)).Select(d => d.Receipt!)]);

    public async Task<Outcome<Receipt>> ConfirmAsync(DeliveryId delivery, Actor by, CancellationToken ct = default)
    {
        var found = Applied(delivery, by);
        return found.Try(out var receipt)
            ? (await warehouse.ConfirmAsync(receipt.Dataset, delivery, null, by, ct).ConfigureAwait(false)).Map(_ => Standing([receipt])[0])
            : found;
    }

    public async Task<Outcome<int>> ConfirmPeriodAsync(DatasetId dataset, DateOnly through, Actor by, CancellationToken ct = default)
    {
        if (warehouse.Datasets.FirstOrDefault(d => d.Id == dataset) is not { } info)
        {
            return Finding.Error("intake.unknown-dataset", $"There is no dataset {dataset} here", "List the holders to see their datasets");
        }

        return Check(info.Holder, dataset, by) is { } no ? no : await warehouse.ConfirmAsync(dataset, null, through, by, ct).ConfigureAwait(false);
    }

    public async Task<Outcome<Receipt>> EmbargoAsync(DeliveryId delivery, DateOnly until, Actor by, CancellationToken ct = default)
    {
        var found = Applied(delivery, by);
        if (!found.Try(out var receipt))
        {
            return found;
        }

        if (until < receipt.Standing?.Embargo && !by.Is(Role.Holder))
        {
            return Finding.Error("intake.role", "Only the holder itself may let its data be used earlier", "Ask the holder");
        }

        return (await warehouse.EmbargoAsync(receipt.Dataset, delivery, until, by, ct).ConfigureAwait(false)).Map(_ => Standing([receipt])[0]);
    }

    public IReadOnlyList<QuarantinedPiece> Quarantine(DeliveryId delivery) => deliveries.Find($"delivery/{delivery}")?.Quarantine ?? [];

    public Outcome<byte[]> OpenQuarantined(string pieceId, Actor by)
    {
        var dot = pieceId.LastIndexOf('.');
        if (dot > 0 && Slug.IsValid(pieceId[..dot]) && int.TryParse(pieceId[(dot + 1)..], out var number)
            && deliveries.Find($"delivery/{pieceId[..dot]}")?.Receipt is { } receipt
            && (by.Is(Role.Holder) && by.Affiliation == receipt.Holder.Value)
            && quarantine.Read(receipt.Delivery, receipt.Holder, number) is { } bytes)
        {
            return bytes;
        }

        return Finding.Error("intake.quarantine", "There is no such piece for you", "Only the holder that delivered it can open a quarantined piece");
    }

    private Outcome<Receipt> Applied(DeliveryId delivery, Actor by) =>
        deliveries.Find($"delivery/{delivery}")?.Receipt is { State: DeliveryState.Applied } receipt && Check(receipt.Holder, receipt.Dataset, by) is null
            ? Standing([receipt])[0]
            : Finding.Error("intake.unknown-delivery", "There is no such delivery of this holder that was taken in", "List the receipts");

    /// <summary>Receipts with how their deliveries stand today.</summary>
    private List<Receipt> Standing(IReadOnlyList<Receipt> receipts)
    {
        var standings = receipts.Select(r => r.Dataset).Distinct().SelectMany(warehouse.StandingOf).ToDictionary(s => s.Delivery);
        return [.. receipts.Select(r => r.State == DeliveryState.Applied ? r with { Standing = standings.GetValueOrDefault(r.Delivery) } : r)];
    }

    /// <summary>When something came of a dataset: a delivery that was applied, or a FHIR server that had nothing new. An empty drop folder is nothing.</summary>
    private IEnumerable<DateTimeOffset> CameOf(DatasetId dataset)
    {
        var applied = deliveries.All.Where(d => d.Receipt is { State: DeliveryState.Applied } r && r.Dataset == dataset).Select(d => d.Receipt!.At);
        return pulls.Find($"pull/{dataset}")?.Pull is { Source: not null, Last: { } last } ? applied.Append(last) : applied;
    }
}
