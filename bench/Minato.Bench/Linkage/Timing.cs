using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Minato.Bench.Linkage;

/// <summary>Wall time of whole runs; the processor time of one thread for kernels, which a busy machine cannot stretch.</summary>
internal static class Timing
{
    /// <summary>Best of several runs, in seconds of wall time.</summary>
    public static double BestWall(int runs, Action work)
    {
        var best = double.MaxValue;
        for (var i = 0; i < runs; i++)
        {
            var clock = Stopwatch.StartNew();
            work();
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }

        return best;
    }

    /// <summary>Best of several runs, in seconds of this thread's processor time; the first, unmeasured run compiles.</summary>
    public static double BestCpu(int runs, Action work)
    {
        work();
        var best = double.MaxValue;
        for (var i = 0; i < runs; i++)
        {
            var before = ThreadSeconds();
            work();
            best = Math.Min(best, ThreadSeconds() - before);
        }

        return best;
    }

    /// <summary>Best of several runs, in seconds of the whole process's processor time, for work that is told to use one thread.</summary>
    public static double BestProcess(int runs, Action work)
    {
        var best = double.MaxValue;
        for (var i = 0; i <= runs; i++)
        {
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            work();
            var took = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
            best = i == 0 && runs > 1 ? best : Math.Min(best, took);
        }

        return best;
    }

    public static (double Seconds, T Made) Once<T>(Func<T> work)
    {
        var clock = Stopwatch.StartNew();
        var made = work();
        return (clock.Elapsed.TotalSeconds, made);
    }

    private static double ThreadSeconds()
    {
        const int ThreadCpuTime = 3;
        return OperatingSystem.IsLinux() && clock_gettime(ThreadCpuTime, out var t) == 0 ? t.Seconds + (t.Nanoseconds * 1e-9) : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [DllImport("libc")]
    private static extern int clock_gettime(int clock, out Timespec time);
}
