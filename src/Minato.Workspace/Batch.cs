using Minato.Workspace.Sandbox;
using Minato.Workspace.Space;

namespace Minato.Workspace;

/// <summary>What is left of a job. <paramref name="ExitCode"/> is the job's own; null where it was ended before it could say.</summary>
internal sealed record BatchEnd(int? ExitCode, Limit? Stopped, double WallSeconds, double CpuSeconds, long PeakMemoryBytes, Outbox Outbox);

/// <summary>Runs one program in a sandbox from its beginning to its end.</summary>
internal static class Batch
{
    /// <summary>128 + SIGXCPU: the kernel's own CPU limit of one process.</summary>
    private const int CpuLimit = 152;

    /// <param name="outFolder">Where the files of /out are put; made here.</param>
    /// <param name="key">Seals them; null: they lie open.</param>
    /// <param name="work">Stands in /work when the program starts, and takes what it leaves there; null: /work is empty and nothing is kept.</param>
    public static async Task<BatchEnd> RunAsync(ISandboxEngine engine, SandboxPlan plan, string outFolder, byte[]? key, (WorkStore Store, WorkDraft Draft)? work, JobLog log, string? delegated, CancellationToken ct)
    {
        var end = await SandboxRun.StartAsync(
            engine, plan,
            input => Archive.Write(input, work?.Draft.Began ?? WorkTree.Empty, entry => work!.Value.Store.Open(entry)),
            results => Outbox.Collect(results, outFolder, key, work?.Draft), log, delegated, ct).ConfigureAwait(false);
        var stopped = end.Stopped ?? (end.Taken.ExitCode == CpuLimit ? Limit.Cpu : null);
        return new(
            end.Taken.ExitCode ?? (stopped is null ? end.ExitCode : null), stopped, end.WallSeconds, Math.Max(end.CpuSeconds, end.Taken.CpuSeconds), end.PeakMemoryBytes,
            stopped is null ? end.Taken : end.Taken.Emptied(outFolder));
    }
}
