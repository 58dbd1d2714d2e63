namespace Minato.Web;

/// <summary>While the site runs: tells subscribers of what happened, soon after it did.</summary>
internal sealed partial class WebhookClock(Harbour harbour, ILogger<WebhookClock> log) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                _ = await harbour.Webhooks.DeliverAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                NotDelivered(e.GetType().Name);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Webhooks were not delivered: {Reason}")]
    private partial void NotDelivered(string reason);
}
