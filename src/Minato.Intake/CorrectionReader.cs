using System.Collections.Concurrent;
using Minato.Linkage;
using Minato.Warehouse;

namespace Minato.Intake;

/// <summary>
/// Carries the corrections of linkage to the warehouse, dataset by dataset. How far each has heard is kept in memory and ends
/// with the process; that a correction is applied once is the warehouse's, which keeps their numbers with the rows.
/// </summary>
internal sealed class CorrectionReader(ILinkage linkage, IWarehouse warehouse)
{
    /// <summary>The finding of a linkage that keeps no corrections.</summary>
    public const string NoCorrections = "linkage.no-corrections";

    private readonly ConcurrentDictionary<DatasetId, long> heard = new();

    /// <summary>
    /// Asks from the beginning: a dataset that has somebody's records for the first time never heard what became of the
    /// name before, because Linkage tells each only about names that it has.
    /// </summary>
    public async Task<Outcome<CorrectionResult>> ReadAllAsync(DatasetId dataset, CancellationToken ct) => await ApplyAsync(dataset, await AskAllAsync(dataset, ct).ConfigureAwait(false), ct).ConfigureAwait(false);

    /// <summary>What this process has not asked for yet.</summary>
    public async Task<Outcome<CorrectionResult>> ReadNewAsync(DatasetId dataset, CancellationToken ct) =>
        await ApplyAsync(dataset, await AskAsync(dataset, heard.GetValueOrDefault(dataset), ct).ConfigureAwait(false), ct).ConfigureAwait(false);

    /// <summary>All that Linkage has to say to the dataset so far, to be heard by a delivery and then applied.</summary>
    public Task<Outcome<IReadOnlyList<PersonCorrection>>> AskAllAsync(DatasetId dataset, CancellationToken ct) => AskAsync(dataset, 0, ct);

    public async Task<Outcome<CorrectionResult>> ApplyAsync(DatasetId dataset, Outcome<IReadOnlyList<PersonCorrection>> told, CancellationToken ct)
    {
        if (!told.Try(out var corrections))
        {
            return Outcome<CorrectionResult>.Refused(told.Findings);
        }

        var applied = await warehouse.CorrectAsync(dataset, corrections, ct).ConfigureAwait(false);
        if (applied.IsOk && corrections.Count > 0)
        {
            heard[dataset] = corrections.Max(c => c.Number);
        }

        return applied;
    }

    private async Task<Outcome<IReadOnlyList<PersonCorrection>>> AskAsync(DatasetId dataset, long after, CancellationToken ct) =>
        (await linkage.CorrectionsAsync(dataset, after, ct).ConfigureAwait(false)).Map<IReadOnlyList<PersonCorrection>>(told => [.. told.Select(Of)]);

    private static PersonCorrection Of(Correction<Dataset> c) =>
        new(c.Number, (PersonChange)(int)c.Kind, c.Record, c.To, [.. c.Tickets.SelectMany(t => t.Tickets.Select(n => new RecordTicket(t.Delivery, n)))]);
}
