namespace Minato.Workspace;

/// <summary>
/// Whose turn it is: the project that has the fewest jobs running, then the one that was served longest ago; in a project the member likewise; of a member the
/// job that waits longest. So fifty jobs of one project do not keep another's first one waiting.
/// </summary>
internal static class FairShare
{
    /// <param name="runs">Runs of all projects: those that wait, those that run, those that ran.</param>
    /// <param name="mayStart">Whether a job may be started here.</param>
    public static JobRun? Next(IReadOnlyList<JobRun> runs, Func<JobRun, bool> mayStart)
    {
        var waiting = runs.Where(r => r.State == JobState.Queued && mayStart(r)).ToList();
        if (waiting.Count == 0)
        {
            return null;
        }

        var project = waiting.GroupBy(r => r.Permit).OrderBy(g => Served(runs.Where(r => r.Permit == g.Key))).ThenBy(g => g.Min(r => r.QueuedAt)).First();
        var member = project.GroupBy(r => r.By).OrderBy(g => Served(runs.Where(r => r.Permit == project.Key && r.By == g.Key))).ThenBy(g => g.Min(r => r.QueuedAt)).First();
        return member.OrderBy(r => r.QueuedAt).ThenBy(r => r.Id, StringComparer.Ordinal).First();
    }

    private static (int Running, DateTimeOffset Last) Served(IEnumerable<JobRun> runs)
    {
        var (running, last) = (0, DateTimeOffset.MinValue);
        foreach (var run in runs.Where(r => r is { IsSession: false, Sandbox.Length: > 0 }))
        {
            running += run.State == JobState.Running ? 1 : 0;
            last = run.StartedAt > last ? run.StartedAt : last;
        }

        return (running, last);
    }
}
