using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;

namespace Minato.Workspace.Sandbox;

/// <summary>What is left of a run. <paramref name="ExitCode"/> is the job's own; null where it was ended before it could say.</summary>
internal sealed record SandboxEnd(int? ExitCode, Limit? Stopped, double WallSeconds, double CpuSeconds, long PeakMemoryBytes, string Log, Outbox Outbox);

/// <summary>Runs a plan to its end, on one thread of its own, watched.</summary>
internal static class SandboxRun
{
    private static readonly TimeSpan Pulse = TimeSpan.FromMilliseconds(40);

    /// <param name="outFolder">Where the files of /out are put; made here.</param>
    /// <param name="delegated">A control group to make the job's own in, or null.</param>
    public static Task<SandboxEnd> StartAsync(ISandboxEngine engine, SandboxPlan plan, string outFolder, string? delegated, CancellationToken ct) =>
        // LongRunning: a thread of its own. bubblewrap dies with the *thread* that started it, and pool threads come and go.
        Task.Factory.StartNew(() => Run(engine, plan, outFolder, delegated, ct), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static SandboxEnd Run(ISandboxEngine engine, SandboxPlan plan, string outFolder, string? delegated, CancellationToken ct)
    {
        using var launch = engine.Prepare(plan);
        using var group = delegated is null ? null : ControlGroup.Make(delegated, $"job-{Guid.NewGuid():n}", plan.Limits);
        var (program, arguments) = group?.Starting(launch.Program, launch.Arguments) ?? (launch.Program, launch.Arguments);

        using var results = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        using var log = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        var clock = Stopwatch.StartNew();
        var pid = Spawn.Start(program, arguments, [results.ClientSafePipeHandle, log.ClientSafePipeHandle, .. launch.Descriptors]);
        results.DisposeLocalCopyOfClientHandle();
        log.DisposeLocalCopyOfClientHandle();

        var collecting = Task.Factory.StartNew(() => Outbox.Collect(results, outFolder), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var logging = Task.Factory.StartNew(() => JobLog.Read(log), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        using var ended = new ManualResetEventSlim();
        var watching = Task.Factory.StartNew(() => Watch(pid, engine.OwnKernel, plan.Limits, clock, group, ended, ct), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Spawn.WaitForEnd(pid);
        ended.Set();
        var (stopped, peak, cpu) = watching.GetAwaiter().GetResult();
        var end = Spawn.Reap(pid);
        var wall = clock.Elapsed.TotalSeconds;
        var outbox = collecting.GetAwaiter().GetResult();
        var text = logging.GetAwaiter().GetResult();

        if (stopped is null && group?.RanOutOfMemory == true)
        {
            stopped = Limit.Memory;
        }

        // 152: SIGXCPU, the kernel's own CPU limit of one process.
        if (stopped is null && outbox.ExitCode == 152)
        {
            stopped = Limit.Cpu;
        }

        if (stopped is not null)
        {
            outbox = outbox.Emptied(outFolder);
        }

        return new SandboxEnd(
            outbox.ExitCode ?? (stopped is null ? end.ExitCode : null), stopped, wall, Math.Max(cpu, Math.Max(end.CpuSeconds, outbox.CpuSeconds)), Math.Max(peak, group?.PeakBytes ?? 0), text, outbox);
    }

    private static (Limit? Stopped, long PeakBytes, double CpuSeconds) Watch(int pid, bool ownKernel, EffectiveLimits limits, Stopwatch clock, ControlGroup? group, ManualResetEventSlim ended, CancellationToken ct)
    {
        long peak = 0;
        double cpu = 0;

        // Faster at first, so that short jobs are measured too.
        for (var pulse = TimeSpan.FromMilliseconds(5); !ended.Wait(pulse, CancellationToken.None); pulse = pulse < Pulse ? 2 * pulse : Pulse)
        {
            var tree = ProcessTree.Of(pid);
            var usage = ProcessTree.Measure(tree, (long)limits.ScratchMiB << 20);
            if (ownKernel)
            {
                usage = usage with { MemoryBytes = ProcessTree.InMemoryFiles(tree) ?? 0 };
            }

            var exceeded = ct.IsCancellationRequested ? Limit.Cancelled : Watchdog.Exceeded(usage, clock.Elapsed, limits);
            if (exceeded == Limit.Memory && !ownKernel && ProcessTree.ShareOfMemory(tree) is var share && share <= (long)limits.MemoryMiB << 20)
            {
                usage = usage with { MemoryBytes = share };
                exceeded = Watchdog.Exceeded(usage, clock.Elapsed, limits);
            }

            peak = Math.Max(peak, usage.MemoryBytes);
            cpu = Math.Max(cpu, usage.CpuSeconds);
            if (exceeded is { } limit)
            {
                group?.KillAll();

                // The starter first: its death ends the sandbox's own first process, and with that one all others.
                foreach (var process in tree)
                {
                    Spawn.Kill(process);
                }

                return (limit, peak, cpu);
            }
        }

        return (null, peak, cpu);
    }
}
