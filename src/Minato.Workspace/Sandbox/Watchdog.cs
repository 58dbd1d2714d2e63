namespace Minato.Workspace.Sandbox;

/// <summary>Which limit ended a job.</summary>
internal enum Limit
{
    WallClock,
    Cpu,
    Memory,
    Processes,
    Inodes,
    Cancelled,
}

internal static class Watchdog
{
    /// <summary>
    /// The limit that is exceeded, if one is. CPU limits alone do not stop a job that sleeps or has stopped itself, so that
    /// the wall clock always counts.
    /// </summary>
    public static Limit? Exceeded(Usage usage, TimeSpan wall, EffectiveLimits limits) =>
        wall.TotalSeconds > limits.WallSeconds ? Limit.WallClock
        : usage.MemoryBytes > (long)limits.MemoryMiB << 20 ? Limit.Memory
        : usage.CpuSeconds > limits.CpuSeconds ? Limit.Cpu
        : usage.Processes > limits.Processes * 4 ? Limit.Processes
        : usage.Inodes > EffectiveLimits.Inodes ? Limit.Inodes
        : null;

    public static string Describe(Limit limit, EffectiveLimits limits) => limit switch
    {
        Limit.WallClock => $"wall clock: {limits.WallSeconds} s",
        Limit.Cpu => $"CPU time: {limits.CpuSeconds} s",
        Limit.Memory => $"memory: {limits.MemoryMiB} MiB",
        Limit.Processes => $"processes: {limits.Processes}",
        Limit.Inodes => $"files in all: {EffectiveLimits.Inodes}",
        _ => "cancelled",
    };
}
