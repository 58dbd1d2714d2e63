using System.Text.Json;
using Minato.Access;
using Minato.Ledger;
using Minato.OptOut;
using Minato.Warehouse;

namespace Minato.Processing.Extracting;

/// <summary>
/// Holds a manifest's evidence against the ledger: the choices it names are those that the ledger gives for that moment, and Linkage converted as
/// many persons, and withheld as many, as it says.
/// </summary>
internal static class RefusalProof
{
    public static IEnumerable<Finding> Check(ExtractionManifest manifest, Permit permit, IAccess access, IOptOut optOut, IWarehouse warehouse, ILedger ledger)
    {
        foreach (var evidence in manifest.Refusals)
        {
            var place = new Place(Field: evidence.Dataset);
            if (warehouse.Datasets.FirstOrDefault(d => d.Id.Value == evidence.Dataset) is not { } info)
            {
                yield return Finding.Error("proof.dataset", "The dataset is not known any more", "Ask the node that holds it", place);
                continue;
            }

            var use = Intended.Use(access, permit, info);
            if (optOut.RefusalsFor(use, evidence.AsOf).SetId != evidence.SetId || (evidence.AtPermit is { } first && optOut.RefusalsFor(use, permit.From).SetId != first))
            {
                yield return Finding.Error("proof.choices", "The ledger gives another set of choices for that moment than the manifest names", "Verify the ledger; if it is whole, the manifest is forged", place);
            }

            var (asked, withheld) = Converted(ledger, manifest.Permit, evidence);
            if (asked == 0 || asked % Math.Max(1, evidence.PersonsBefore) != 0 || withheld * evidence.PersonsBefore != evidence.Withheld * asked)
            {
                yield return Finding.Error("proof.conversion", "Linkage did not convert and withhold as many persons as the manifest says", "Compare linkage/conversions with the manifest", place);
            }
        }

        if (manifest.Linked is { } linked && (linked.Before != manifest.Refusals.Sum(r => r.PersonsBefore) || linked.Withheld != manifest.Refusals.Sum(r => r.Withheld)
            || linked.After != linked.Before - linked.Withheld || linked.Persons > linked.After || manifest.Flow[0].Persons != linked.Persons))
        {
            yield return Finding.Error("proof.linked", "What was linked is not what the datasets gave without those who refused", "Extract again");
        }
    }

    /// <summary>Sums over the chunks of a conversion. A repetition converts the same again: the sums are multiples.</summary>
    private static (long Asked, long Withheld) Converted(ILedger ledger, string permit, RefusalEvidence evidence)
    {
        var (asked, withheld) = (0L, 0L);
        foreach (var e in ledger.ReadStream("linkage/conversions").Where(e => !e.Erased && e.Type == "linkage.converted"))
        {
            using var json = JsonDocument.Parse(e.Json);
            var c = json.RootElement;
            if (c.GetProperty("permit").GetString() == permit && c.GetProperty("dataset").GetString() == evidence.Dataset
                && c.GetProperty("refusalSet").GetString() == evidence.SetId && c.GetProperty("refusalsAsOf").GetDateTimeOffset() == evidence.AsOf)
            {
                (asked, withheld) = (asked + c.GetProperty("asked").GetInt64(), withheld + c.GetProperty("withheld").GetInt64());
            }
        }

        return (asked, withheld);
    }
}
