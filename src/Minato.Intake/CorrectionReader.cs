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
    public Task<Outcome<CorrectionResult>> ReadAllAsync(DatasetId dataset, CancellationToken ct)
    {
        heard.TryRemove(dataset, out _);
        return ReadNewAsync(dataset, ct);
    }

    /// <summary>What this process has not asked for yet.</summary>
    public async Task<Outcome<CorrectionResult>> ReadNewAsync(DatasetId dataset, CancellationToken ct)
    {
        var told = await linkage.CorrectionsAsync(dataset, heard.GetValueOrDefault(dataset), ct).ConfigureAwait(false);
        if (!told.Try(out var corrections))
        {
            return Outcome<CorrectionResult>.Refused(told.Findings);
        }

        var applied = await warehouse.CorrectAsync(dataset, [.. corrections.Select(Of)], ct).ConfigureAwait(false);
        if (applied.IsOk && corrections.Count > 0)
        {
            heard[dataset] = corrections.Max(c => c.Number);
        }

        return applied;
    }

    /// <summary>All that Linkage has to say to the dataset so far; nothing where it keeps no corrections or cannot say now, for then it is said later.</summary>
    public async Task<IReadOnlyList<PersonCorrection>> AllAsync(DatasetId dataset, CancellationToken ct)
    {
        var told = await linkage.CorrectionsAsync(dataset, 0, ct).ConfigureAwait(false);
        return told.Try(out var corrections) ? [.. corrections.Select(Of)] : [];
    }

    private static PersonCorrection Of(Correction<Dataset> c) =>
        new(c.Number, (PersonChange)(int)c.Kind, c.Record, c.To, [.. c.Tickets.SelectMany(t => t.Tickets.Select(n => new RecordTicket(t.Delivery, n)))]);
}
