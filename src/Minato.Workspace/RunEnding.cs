namespace Minato.Workspace;

/// <summary>How a job or session that runs here is ended from outside, and when it is over.</summary>
internal sealed class RunEnding : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RunEnding() => Stopped = stop.Token;

    public CancellationToken Stopped { get; }

    public Task Over => over.Task;

    /// <summary>Why it is ended, and as what; null where nobody ends it.</summary>
    public (JobState State, string Why)? As { get; private set; }

    /// <summary>Ends it and waits until it has ended. Who comes first says why.</summary>
    public async Task EndAsync(JobState state, string why)
    {
        As ??= (state, why);
        try
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }

        await Over.ConfigureAwait(false);
    }

    /// <summary>Breaks it off, where what came out of it was not understood.</summary>
    public void BreakOff() => stop.Cancel();

    public void IsOver() => over.TrySetResult();

    public void Dispose() => stop.Dispose();
}
