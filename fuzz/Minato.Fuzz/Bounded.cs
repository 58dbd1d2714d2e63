using System.IO.MemoryMappedFiles;

namespace Minato.Fuzz;

/// <summary>
/// Feeds a target and holds it to time and memory. The input under way stands in a mapped file, which outlives a process that
/// is killed or overflows its stack.
/// </summary>
internal sealed class Bounded : IDisposable
{
    /// <summary>Larger inputs are not made (<c>afl-fuzz -G</c>); they find nothing that smaller ones do not.</summary>
    public const int LargestInput = 64 * 1024;

    /// <summary>Processor time of one input; on a clock it may take longer.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    /// <summary>Three readings of a FHIR file with its buffers take about a third of this.</summary>
    private const long MostAllocated = 256L << 20;

    private const int GrowthEvery = 20_000;
    private const long MostGrowth = 32L << 20;

    private readonly FuzzTarget target;
    private readonly MemoryMappedFile? file;
    private readonly MemoryMappedViewAccessor? current;
    private long runs;
    private long live;

    /// <param name="currentFile">Where the input under way stands (length, then bytes); none for a replay.</param>
    public Bounded(FuzzTarget target, string? currentFile = null)
    {
        this.target = target;
        if (currentFile is not null)
        {
            file = MemoryMappedFile.CreateFromFile(currentFile, FileMode.Create, null, LargestInput + 4);
            current = file.CreateViewAccessor();
        }
    }

    public static byte[] Current(string currentFile)
    {
        var bytes = File.ReadAllBytes(currentFile);
        return bytes[4..(4 + BitConverter.ToInt32(bytes))];
    }

    public void Feed(Stream input)
    {
        using var kept = new MemoryStream();
        input.CopyTo(kept);
        Feed(kept.ToArray());
    }

    public void Feed(byte[] input)
    {
        if (current is not null && input.Length <= LargestInput)
        {
            current.Write(0, input.Length);
            current.WriteArray(4, input, 0, input.Length);
        }

        var time = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        target.Feed(input);
        Promise.Check(GC.GetAllocatedBytesForCurrentThread() - allocated < MostAllocated, "One input took more than 256 MiB");
        Promise.Check(Environment.CpuUsage.TotalTime - time < Longest, "One input took more than three seconds");
        if (++runs % GrowthEvery == 0)
        {
            var now = GC.GetTotalMemory(forceFullCollection: true);
            live = live == 0 ? now : live;
            Promise.Check(now - live < MostGrowth, "What stays in memory has grown by more than 32 MiB");
        }
    }

    public void Dispose()
    {
        current?.Dispose();
        file?.Dispose();
    }
}
