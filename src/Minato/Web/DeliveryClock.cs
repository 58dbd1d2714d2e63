using Minato.Intake;

namespace Minato.Web;

/// <summary>
/// While the site runs: fetches from holders' servers what is due, reminds holders of what is overdue, erases uploads that were abandoned,
/// and measures the quality of new snapshots. What a fetch came to stands in its receipt; a failed
/// one is tried again at the next round.
/// </summary>
internal sealed partial class DeliveryClock(Harbour harbour, ILogger<DeliveryClock> log) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, harbour.Clock);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                _ = await harbour.Intake.Agreements.RemindAsync(Actor.Harbour, stoppingToken).ConfigureAwait(false);
                _ = await harbour.Intake.EraseAbandonedAsync(Actor.Harbour, stoppingToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                NotDone(e.GetType().Name);
            }

            foreach (var dataset in harbour.Warehouse.Datasets.Select(d => d.Id).Where(IsUnmeasured))
            {
                try
                {
                    _ = await harbour.Warehouse.MeasureAsync(dataset, null, stoppingToken).ConfigureAwait(false);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    NotMeasured(dataset.Value, e.GetType().Name);
                }
            }

            foreach (var pull in harbour.Intake.Pulls.Where(p => p.DueAt <= harbour.Clock.GetUtcNow()))
            {
                try
                {
                    var outcome = await harbour.Intake.PullAsync(pull.Dataset, Actor.Harbour, null, stoppingToken).ConfigureAwait(false);
                    if (!outcome.IsOk)
                    {
                        Refused(pull.Dataset.Value, outcome.Findings[0].Code);
                    }
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // One source's fault must not stop the others' fetches.
                    Refused(pull.Dataset.Value, e.GetType().Name);
                }
            }
        }
    }

    private bool IsUnmeasured(DatasetId dataset) =>
        harbour.Warehouse.Latest(dataset) is { } latest && harbour.Warehouse.SharesOf(dataset).All(s => s.Snapshot != latest.Id);

    [LoggerMessage(LogLevel.Warning, "The quality of {Dataset} could not be measured: {Reason}")]
    private partial void NotMeasured(string dataset, string reason);

    [LoggerMessage(LogLevel.Warning, "Holders could not be reminded, or abandoned uploads not erased: {Reason}")]
    private partial void NotDone(string reason);

    [LoggerMessage(LogLevel.Warning, "Fetching {Dataset} came to nothing: {Reason}")]
    private partial void Refused(string dataset, string reason);
}
