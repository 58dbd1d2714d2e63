using System.Runtime.InteropServices;
using Minato.Workspace.Devices;

namespace Minato.Workspace.Sandbox;

/// <summary>Limits with nothing left open. MiB = 2^20 bytes.</summary>
internal sealed record EffectiveLimits(int WallSeconds, int CpuSeconds, int MemoryMiB, int Processes, int ScratchMiB, int WorkMiB = EffectiveLimits.LeastWorkMiB)
{
    /// <summary>The outbox holds results, not data.</summary>
    public const int OutMiB = 32;

    public const int TemporaryMiB = 16;

    public const int LeastWorkMiB = 8;

    /// <summary>bubblewrap cannot limit inodes, and each costs the kernel about 1 KiB.</summary>
    public const int Inodes = 100_000;

    /// <summary>Beside <see cref="MemoryMiB"/> of the whole tree, which the watchdog or the control group holds: what one process may map. Libraries map far more than they use.</summary>
    public long AddressSpaceBytes => ((2L * MemoryMiB) + 1024) << 20;

    public JobLimits AsRecorded => new(WallSeconds, CpuSeconds, MemoryMiB, Processes, ScratchMiB);

    /// <summary>What was asked, the default where nothing was asked, and never more than the ceiling.</summary>
    public static EffectiveLimits From(JobLimits? asked, JobLimits defaults, JobLimits? ceiling)
    {
        int Choose(Func<JobLimits, int?> of, int fallback, int least)
        {
            var usual = of(defaults) ?? fallback;
            return Math.Clamp((asked is null ? null : of(asked)) ?? usual, least, Math.Max(least, (ceiling is null ? null : of(ceiling)) ?? usual));
        }

        return new(
            Choose(l => l.WallSeconds, 600, 1),
            Choose(l => l.CpuSeconds, 600, 1),
            Choose(l => l.MemoryMiB, 2048, 64),
            Choose(l => l.Processes, 64, 8),
            Choose(l => l.ScratchMiB, 512, 1));
    }
}

/// <summary>A host folder or file that the job may read, and where it sees it.</summary>
internal sealed record ReadOnlyBind(string Host, string Inside);

/// <summary>A small file that exists in the sandbox only.</summary>
internal sealed record PlantedFile(string Inside, ReadOnlyMemory<byte> Content);

/// <summary>What a job gets, whatever the engine: nothing else exists inside.</summary>
internal sealed record SandboxPlan(
    IReadOnlyList<string> Command,
    IReadOnlyList<ReadOnlyBind> Binds,
    IReadOnlyList<PlantedFile> Files,
    IReadOnlyDictionary<string, string> Environment,
    EffectiveLimits Limits)
{
    /// <summary>Programs and libraries: the node's own, or an image's.</summary>
    public SystemFiles System { get; init; } = SystemFiles.OfTheNode;

    /// <summary>A device that the job has while it runs; null: none.</summary>
    public LentDevice? Device { get; init; }

    /// <summary>Whether <see cref="Wrapper"/> runs the command: it puts /work in place before, and hands out /work and /out after.</summary>
    public bool IsWrapped { get; init; } = true;

    /// <summary>The folders that can be written, each in memory and of a size.</summary>
    public IReadOnlyList<(string Folder, int MiB)> Writable => [("/tmp", EffectiveLimits.TemporaryMiB), ("/scratch", Limits.ScratchMiB), ("/work", Limits.WorkMiB), ("/out", EffectiveLimits.OutMiB)];

    public const string Shell = "/bin/sh";

    public const string Wrapper = "/opt/minato/run.sh";

    /// <summary>
    /// The command under its limits and the wrapper. Limits are set inside the sandbox, because the number of processes is
    /// counted per user namespace: outside, the service's own threads would count.
    /// </summary>
    /// <remarks>A device's driver maps its whole memory into the process: with one, the watchdog alone holds memory.</remarks>
    /// <param name="ownKernel">A kernel in user space knows not all limits; what it lacks, the watchdog and its own design hold.</param>
    public IReadOnlyList<string> LimitedCommand(bool ownKernel) =>
    [
        "/usr/bin/prlimit", $"--cpu={Limits.CpuSeconds}:{Limits.CpuSeconds + 2}", $"--fsize={(long)Writable.Max(w => w.MiB) << 20}", "--nofile=256", "--core=0",
        .. Device is null ? [$"--as={Limits.AddressSpaceBytes}"] : Array.Empty<string>(), .. ownKernel ? Array.Empty<string>() : [$"--nproc={Limits.Processes}", "--memlock=0", "--msgqueue=0"], "--", .. IsWrapped ? [Shell, Wrapper] : Array.Empty<string>(), .. Command,
    ];
}

/// <summary>A program ready to be started: see <see cref="Spawn.Start"/>. Disposed after it has ended.</summary>
internal sealed record Launch(string Program, IReadOnlyList<string> Arguments, IReadOnlyList<SafeHandle> Descriptors, Action? AfterEnd = null) : IDisposable
{
    public void Dispose()
    {
        foreach (var d in Descriptors)
        {
            d.Dispose();
        }

        AfterEnd?.Invoke();
    }
}

/// <summary>A way of confining a job.</summary>
internal interface ISandboxEngine
{
    string Name { get; }

    /// <summary>Brings a kernel of its own, so that the host sees its memory as that kernel's.</summary>
    bool OwnKernel { get; }

    /// <summary>What is missing, or null.</summary>
    Finding? Missing { get; }

    Launch Prepare(SandboxPlan plan);
}
