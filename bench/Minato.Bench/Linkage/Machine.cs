using System.Runtime.InteropServices;

namespace Minato.Bench.Linkage;

/// <summary>Where the figures were measured.</summary>
internal sealed record Machine(string Cpu, int Cores, double MemoryGiB, string Os, string DotNet, string Load)
{
    public static Machine Here() => new(
        Line("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "");

    public override string ToString() => $"{Cpu}, {Cores} cores, {MemoryGiB} GiB; {Os}; {DotNet}; load {Load} at the start";

    /// <summary>Greatest resident memory since <see cref="ForgetPeak"/>, in bytes.</summary>
    public static long Peak() => Line("/proc/self/status", "VmHWM") is { } kb && long.TryParse(kb.Split(' ')[0], out var n) ? n * 1024 : System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64;

    /// <summary>Collects what nobody holds, and begins to measure memory anew.</summary>
    public static void ForgetPeak()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (File.Exists("/proc/self/clear_refs"))
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
    }

    private static string? Line(string file, string key) => !File.Exists(file) ? null
        : File.ReadLines(file).Where(l => l.StartsWith(key, StringComparison.Ordinal)).Select(l => l[(l.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()).FirstOrDefault();
}
