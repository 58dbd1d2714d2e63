using Minato.Formats;
using Minato.Ledger;
using Minato.Linkage;
using Minato.Warehouse;

namespace Minato.Intake;

/// <param name="Folder">Holds uploads and the sealed quarantine; nothing else of a delivery is kept here.</param>
/// <param name="RecordsLinkedAtOnce">Identities that are linked in one call; bounds memory.</param>
/// <param name="Readers">The formats that are taken in; all that Minato ships where none are given.</param>
/// <param name="Policy">Whether deliveries need an agreement; not where none is given.</param>
public sealed record IntakeOptions(string Folder, int RecordsLinkedAtOnce = 20_000, IReadOnlyList<IFormatReader>? Readers = null, DeliveryPolicy? Policy = null)
{
    /// <summary>Gets what was delivered, too; null: nobody.</summary>
    public IDeliveredBeside? Beside { get; init; }
}

/// <summary>The door of the room.</summary>
public static class IntakeRoom
{
    public static IIntake Open(IntakeOptions options, ILedger ledger, IKeyStore keys, ILinkage linkage, IWarehouse warehouse, TimeProvider clock) =>
        new Intake(options, ledger, keys, linkage, warehouse, clock);
}
