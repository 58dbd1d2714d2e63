using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;

namespace Minato.Workspace.Sandbox;

/// <summary>How a sandbox ended, and what its reader made of its output.</summary>
/// <param name="ExitCode">Of the sandbox; a job's own stands in what it sent out.</param>
internal sealed record SandboxEnd<T>(int ExitCode, Limit? Stopped, double WallSeconds, double CpuSeconds, long PeakMemoryBytes, T Taken);

/// <summary>Runs a plan to its end, on one thread of its own, watched.</summary>
internal static class SandboxRun
{
    private static readonly TimeSpan Pulse = TimeSpan.FromMilliseconds(40);

    /// <param name="feed">Writes standard input; its end closes it. A sandbox that ended before is no error.</param>
    /// <param name="take">Reads standard output to its end.</param>
    /// <param name="log">Takes the error stream.</param>
    /// <param name="delegated">A control group to make the job's own in, or null.</param>
    public static Task<SandboxEnd<T>> StartAsync<T>(ISandboxEngine engine, SandboxPlan plan, Action<Stream> feed, Func<Stream, T> take, JobLog log, string? delegated, CancellationToken ct) =>
        // A thread of its own: bubblewrap dies with the *thread* that started it, and pool threads come and go.
        Alone(() => Run(engine, plan, feed, take, log, delegated, ct));

    private static SandboxEnd<T> Run<T>(ISandboxEngine engine, SandboxPlan plan, Action<Stream> feed, Func<Stream, T> take, JobLog log, string? delegated, CancellationToken ct)
    {
        using var launch = engine.Prepare(plan);
        using var group = delegated is null ? null : ControlGroup.Make(delegated, $"job-{Guid.NewGuid():n}", plan.Limits);
        var (program, arguments) = group?.Starting(launch.Program, launch.Arguments) ?? (launch.Program, launch.Arguments);

        using var input = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        using var results = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        using var errors = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        var clock = Stopwatch.StartNew();
        var pid = Spawn.Start(program, arguments, input.ClientSafePipeHandle, [results.ClientSafePipeHandle, errors.ClientSafePipeHandle, .. launch.Descriptors]);
        foreach (var pipe in new[] { input, results, errors })
        {
            pipe.DisposeLocalCopyOfClientHandle();
        }

        using var ended = new ManualResetEventSlim();
        var feeding = Alone(() => Feed(input, feed));
        var taking = Alone(() => take(results));
        var logging = Alone(() => log.Read(errors));
        var watching = Alone(() => Watch(pid, engine.OwnKernel, plan.Limits, clock, group, ended, ct));

        Spawn.WaitForEnd(pid);
        ended.Set();
        var (stopped, peak, cpu) = watching.GetAwaiter().GetResult();
        var end = Spawn.Reap(pid);
        var wall = clock.Elapsed.TotalSeconds;
        feeding.GetAwaiter().GetResult();
        var taken = taking.GetAwaiter().GetResult();
        logging.GetAwaiter().GetResult();
        if (stopped is null && group?.RanOutOfMemory == true)
        {
            stopped = Limit.Memory;
        }

        return new(end.ExitCode, stopped, wall, Math.Max(cpu, end.CpuSeconds), Math.Max(peak, group?.PeakBytes ?? 0), taken);
    }

    private static bool Feed(AnonymousPipeServerStream input, Action<Stream> feed)
    {
        try
        {
            feed(input);
        }
        catch (IOException)
        {
            // It ended and reads no more.
        }
        finally
        {
            input.Dispose();
        }

        return true;
    }

    private static Task<TResult> Alone<TResult>(Func<TResult> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static (Limit? Stopped, long PeakBytes, double CpuSeconds) Watch(int pid, bool ownKernel, EffectiveLimits limits, Stopwatch clock, ControlGroup? group, ManualResetEventSlim ended, CancellationToken ct)
    {
        long peak = 0;
        double cpu = 0;

        // Faster at first, so that short jobs are measured too.
        for (var pulse = TimeSpan.FromMilliseconds(5); !ended.Wait(pulse, CancellationToken.None); pulse = pulse < Pulse ? 2 * pulse : Pulse)
        {
            var tree = ProcessTree.Of(pid);
            var usage = ProcessTree.Measure(tree, (long)limits.WorkMiB << 20);
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
