using System.Text.Json.Serialization;

namespace Minato.Intake;

/// <summary>What the ledger says of holders and deliveries. Receipts carry counts and findings, never a value.</summary>
[JsonDerivedType(typeof(HolderRegistered), "holder-registered")]
[JsonDerivedType(typeof(DeliveryReceived), "delivery-received")]
[JsonDerivedType(typeof(DeliveryClosed), "delivery-closed")]
internal abstract record IntakeEvent
{
    internal sealed record HolderRegistered(HolderRegistration Holder) : IntakeEvent;

    internal sealed record DeliveryReceived(string Holder, string Dataset, string ContentSha256) : IntakeEvent;

    /// <summary>Applied or refused, with the receipt the holder got.</summary>
    internal sealed record DeliveryClosed(Receipt Receipt, IReadOnlyList<QuarantinedPiece> Quarantine) : IntakeEvent;
}

/// <summary>The projection of one holder's or one delivery's stream.</summary>
internal sealed record IntakeState(HolderRegistration? Holder = null, Receipt? Receipt = null, IReadOnlyList<QuarantinedPiece>? Quarantine = null)
{
    public static IntakeState Evolve(IntakeState? state, IntakeEvent e, Ledger.RecordedEvent _) => e switch
    {
        IntakeEvent.HolderRegistered r => new IntakeState(Holder: r.Holder),
        IntakeEvent.DeliveryClosed c => new IntakeState(Receipt: c.Receipt, Quarantine: c.Quarantine),
        _ => state ?? new IntakeState(),
    };
}
