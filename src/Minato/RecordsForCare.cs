using Minato.Formats.Sharing;
using Minato.Intake;
using Minato.Primary;

namespace Minato;

/// <summary>Hands what a delivery shares for care to the room of primary use: the one place where both meet, and nothing comes back.</summary>
internal sealed class RecordsForCare(IPrimary primary) : IDeliveredBeside
{
    public IReadOnlySet<string> Formats { get; } = new HashSet<string>(StringComparer.Ordinal) { "fhir" };

    public async Task<IReadOnlyList<Finding>> TakeAsync(HolderId holder, DatasetId dataset, Stream content, CancellationToken ct)
    {
        var fed = await primary.TakeAsync(holder, SharedReader.Read(content, ct), ct).ConfigureAwait(false);
        return fed.Unclaimed == 0 ? []
            : [Finding.Note("primary.unclaimed", $"{fed.Unclaimed} documents are of persons who were not found safely; they are not shared for care", "Send them again with number, name and birth date as the insurance record has them")];
    }
}
