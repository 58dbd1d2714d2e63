using Minato.Intake;
using Minato.Warehouse;
using Minato.Workspace.Desk;

namespace Minato;

/// <summary>
/// Persons' data that a project brings in, as a delivery like any other: a holder for the project, a dataset for the import. Intake splits off who it is, Linkage links; what comes
/// back to the project is an extraction under its own pseudonyms, or nothing.
/// </summary>
internal sealed class ImportedPersons(IIntake intake) : IPersonDataDoor
{
    public async Task<Outcome<HandedOver>> DeliverAsync(ImportView import, string path, CancellationToken ct = default)
    {
        var holder = new HolderId($"project-{import.Permit}");
        var dataset = new DatasetId($"import-{import.Id}");
        var before = intake.Holders.FirstOrDefault(h => h.Id == holder)?.Datasets.Where(d => d.Id != dataset) ?? [];
        var title = new Bilingual($"許可 {import.Permit} の研究が持ち込んだデータ", $"Brought in by the project of permit {import.Permit}");
        var registered = await intake.RegisterAsync(
            new HolderRegistration(holder, title, "project", [.. before, new DatasetInfo(dataset, holder, import.Declaration.Category!.Value, title)]), Actor.Harbour, ct).ConfigureAwait(false);
        if (!registered.IsOk)
        {
            return Outcome<HandedOver>.Refused(registered.Findings);
        }

        var received = await intake.ReceiveFolderAsync(holder, dataset, path, Actor.Harbour, null, ct).ConfigureAwait(false);
        return received.Then(receipt => receipt.State == DeliveryState.Applied
            ? Outcome<HandedOver>.Ok(new HandedOver(dataset, receipt.Delivery), receipt.Findings)
            : Outcome<HandedOver>.Refused([.. receipt.Findings.Where(f => f.Severity == Severity.Error).DefaultIfEmpty(Finding.Error("imports.delivery-refused", "Intake could not apply the delivery", "See its receipt, mend the file, and bring it in again"))]));
    }
}
