using System.Text.Json.Serialization;

namespace Minato.Intake;

/// <summary>What the ledger says of holders and deliveries. Receipts carry counts and findings, never a value.</summary>
[JsonDerivedType(typeof(HolderRegistered), "holder-registered")]
[JsonDerivedType(typeof(DeliveryReceived), "delivery-received")]
[JsonDerivedType(typeof(DeliveryClosed), "delivery-closed")]
[JsonDerivedType(typeof(PullAgreed), "pull-agreed")]
[JsonDerivedType(typeof(Pulled), "pulled")]
internal abstract record IntakeEvent
{
    internal sealed record HolderRegistered(HolderRegistration Holder) : IntakeEvent;

    internal sealed record DeliveryReceived(string Holder, string Dataset, string ContentSha256) : IntakeEvent;

    /// <summary>Applied or refused, with the receipt the holder got.</summary>
    internal sealed record DeliveryClosed(Receipt Receipt, IReadOnlyList<QuarantinedPiece> Quarantine) : IntakeEvent;

    /// <summary>From now on the dataset is fetched from there.</summary>
    internal sealed record PullAgreed(string Holder, string Dataset, BulkSource Source) : IntakeEvent;

    /// <param name="Delivery">Null where nothing had changed at the source.</param>
    /// <param name="Time">The source's own time of the export.</param>
    internal sealed record Pulled(string? Delivery, string Time, int Files, long Bytes) : IntakeEvent;
}

/// <summary>The projection of one holder's or one delivery's stream.</summary>
internal sealed record IntakeState(HolderRegistration? Holder = null, Receipt? Receipt = null, IReadOnlyList<QuarantinedPiece>? Quarantine = null, PullState? Pull = null)
{
    public static IntakeState Evolve(IntakeState? state, IntakeEvent e, Ledger.RecordedEvent recorded) => e switch
    {
        IntakeEvent.HolderRegistered r => new IntakeState(Holder: r.Holder),
        IntakeEvent.DeliveryClosed c => new IntakeState(Receipt: c.Receipt, Quarantine: c.Quarantine),
        IntakeEvent.PullAgreed a => new IntakeState(Pull: new PullState(
            new DatasetId(a.Dataset), new HolderId(a.Holder), a.Source, state?.Pull?.Last, a.Source.Fhir == state?.Pull?.Source.Fhir ? state?.Pull?.Since : null, a.Source.EveryHours > 0 ? recorded.At : null)),
        IntakeEvent.Pulled p when state?.Pull is { } pull => new IntakeState(Pull: pull with
        {
            Last = recorded.At, Since = p.Time, DueAt = pull.Source.EveryHours > 0 ? recorded.At.AddHours(pull.Source.EveryHours) : null,
        }),
        _ => state ?? new IntakeState(),
    };
}
