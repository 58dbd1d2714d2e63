using System.Text.Json.Serialization;

namespace Minato.Intake;

/// <summary>What the ledger says of holders and deliveries. Receipts carry counts and findings, never a value.</summary>
[JsonDerivedType(typeof(HolderRegistered), "holder-registered")]
[JsonDerivedType(typeof(DeliveryReceived), "delivery-received")]
[JsonDerivedType(typeof(DeliveryClosed), "delivery-closed")]
[JsonDerivedType(typeof(PullAgreed), "pull-agreed")]
[JsonDerivedType(typeof(DropAgreed), "drop-agreed")]
[JsonDerivedType(typeof(Pulled), "pulled")]
[JsonDerivedType(typeof(RawErased), "raw-erased")]
[JsonDerivedType(typeof(ImportAsked), "import-asked")]
[JsonDerivedType(typeof(ImportClosed), "import-closed")]
internal abstract record IntakeEvent
{
    internal sealed record HolderRegistered(HolderRegistration Holder) : IntakeEvent;

    internal sealed record DeliveryReceived(string Holder, string Dataset, string ContentSha256) : IntakeEvent;

    /// <summary>Applied or refused, with the receipt the holder got.</summary>
    internal sealed record DeliveryClosed(Receipt Receipt, IReadOnlyList<QuarantinedPiece> Quarantine) : IntakeEvent;

    /// <summary>From now on the dataset is fetched from there.</summary>
    internal sealed record PullAgreed(string Holder, string Dataset, BulkSource Source) : IntakeEvent;

    /// <summary>From now on the dataset is fetched from that drop folder.</summary>
    internal sealed record DropAgreed(string Holder, string Dataset, SftpSource Drop) : IntakeEvent;

    /// <param name="Delivery">Null where nothing had changed at the source.</param>
    /// <param name="Time">The source's own time of the export.</param>
    internal sealed record Pulled(string? Delivery, string Time, int Files, long Bytes) : IntakeEvent;

    /// <summary>On stream <c>import/&lt;id&gt;</c>: a holder asked that files be fetched from its server.</summary>
    internal sealed record ImportAsked(string Id, string Holder, string Dataset) : IntakeEvent;

    internal sealed record ImportClosed(string? Delivery, IReadOnlyList<Finding> Findings) : IntakeEvent;

    /// <summary>On stream <c>raw/&lt;upload&gt;</c>: the key of uploaded raw files was destroyed, and with it the files wherever copies are.</summary>
    /// <param name="Delivery">What they had become; null where they were given up.</param>
    /// <param name="Bytes">Sealed bytes.</param>
    /// <param name="KeyCommitment">SHA-256 (hex) of the wrapped key.</param>
    internal sealed record RawErased(string Holder, string? Delivery, long Bytes, string KeyCommitment) : IntakeEvent;
}

/// <summary>The projection of one holder's or one delivery's stream.</summary>
internal sealed record IntakeState(HolderRegistration? Holder = null, Receipt? Receipt = null, IReadOnlyList<QuarantinedPiece>? Quarantine = null, PullState? Pull = null, ImportState? Import = null, string? ImportedAs = null)
{
    public static IntakeState Evolve(IntakeState? state, IntakeEvent e, Ledger.RecordedEvent recorded) => e switch
    {
        IntakeEvent.HolderRegistered r => new IntakeState(Holder: r.Holder),
        IntakeEvent.DeliveryClosed c => new IntakeState(Receipt: c.Receipt, Quarantine: c.Quarantine),
        IntakeEvent.PullAgreed a => new IntakeState(Pull: new PullState(
            new DatasetId(a.Dataset), new HolderId(a.Holder), a.Source, state?.Pull?.Last, a.Source.Fhir == state?.Pull?.Source?.Fhir ? state?.Pull?.Since : null, a.Source.EveryHours > 0 ? recorded.At : null)),
        IntakeEvent.DropAgreed a => new IntakeState(Pull: new PullState(
            new DatasetId(a.Dataset), new HolderId(a.Holder), null, state?.Pull?.Last, null, a.Drop.EveryHours > 0 ? recorded.At : null, a.Drop)),
        IntakeEvent.Pulled p when state?.Pull is { } pull => new IntakeState(Pull: pull with
        {
            Last = recorded.At, Since = p.Time, DueAt = pull.EveryHours > 0 ? recorded.At.AddHours(pull.EveryHours) : null,
        }),
        IntakeEvent.ImportAsked a => new IntakeState(Import: new ImportState(a.Id, new HolderId(a.Holder), new DatasetId(a.Dataset), ImportStage.Running, recorded.At, null, [])),
        IntakeEvent.ImportClosed c when state?.Import is { } import => new IntakeState(
            Import: import with { Stage = c.Delivery is null ? ImportStage.Refused : ImportStage.Done, At = recorded.At, Findings = c.Findings }, ImportedAs: c.Delivery),
        _ => state ?? new IntakeState(),
    };
}
