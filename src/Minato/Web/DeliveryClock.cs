using Minato.Intake;

namespace Minato.Web;

/// <summary>
/// While the site runs: fetches from holders' servers what is due, reminds holders of what is overdue, erases uploads that were abandoned,
/// measures the quality of new snapshots, ends hand-overs that nobody fetched, issues the invoices that are due, and looks after project spaces: waiting jobs, ended permits, erasures. What a fetch came to stands in its receipt; a failed
/// one is tried again at the next round.
/// </summary>
internal sealed partial class DeliveryClock(Harbour harbour, ILogger<DeliveryClock> log) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // At once: jobs that were left waiting, and erasures that a power cut interrupted.
        await Try("looking after project spaces", () => harbour.Workspace.SweepAsync(stoppingToken)).ConfigureAwait(false);
        using var timer = new PeriodicTimer(Round, harbour.Clock);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            await Try("looking after project spaces", () => harbour.Workspace.SweepAsync(stoppingToken)).ConfigureAwait(false);
            await Try("reminding holders", () => harbour.Intake.Agreements.RemindAsync(Actor.Harbour, stoppingToken)).ConfigureAwait(false);
            await Try("erasing abandoned uploads", () => harbour.Intake.EraseAbandonedAsync(Actor.Harbour, stoppingToken)).ConfigureAwait(false);
            await Try("ending hand-overs that nobody fetched", () => harbour.HandOvers.SweepAsync(stoppingToken)).ConfigureAwait(false);
            await Try("fetching other catalogues", () => harbour.Harvest.FetchDueAsync(stoppingToken)).ConfigureAwait(false);
            await Try("issuing invoices", () => harbour.Money.IssueDueAsync(Actor.Harbour, stoppingToken)).ConfigureAwait(false);
            foreach (var dataset in harbour.Warehouse.Datasets.Select(d => d.Id).Where(IsUnmeasured))
            {
                await Try($"measuring {dataset}", () => harbour.Warehouse.MeasureAsync(dataset, null, stoppingToken)).ConfigureAwait(false);
            }

            foreach (var pull in harbour.Intake.Pulls.Where(p => p.DueAt <= harbour.Clock.GetUtcNow()))
            {
                await Try($"fetching {pull.Dataset}", () => harbour.Intake.PullAsync(pull.Dataset, Actor.Harbour, null, stoppingToken)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>One piece of a round: its fault, or its refusal, must not stop the others.</summary>
    private async Task Try<T>(string piece, Func<Task<Outcome<T>>> work)
    {
        try
        {
            if (await work().ConfigureAwait(false) is { IsOk: false } outcome)
            {
                NotDone(piece, outcome.Findings[0].Code);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            NotDone(piece, e.GetType().Name);
        }
    }

    private bool IsUnmeasured(DatasetId dataset) =>
        harbour.Warehouse.Latest(dataset) is { } latest && harbour.Warehouse.SharesOf(dataset).All(s => s.Snapshot != latest.Id);

    [LoggerMessage(LogLevel.Warning, "Not done: {Piece}: {Reason}")]
    private partial void NotDone(string piece, string reason);
}
