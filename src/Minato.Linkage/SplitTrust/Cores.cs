namespace Minato.Linkage.SplitTrust;

/// <summary>Work of some 50 µs an item, in chunks on all cores.</summary>
internal static class Cores
{
    private const int Chunk = 64;

    /// <exception cref="OperationCanceledException">Between two chunks.</exception>
    public static void For(int count, Action<int> each, CancellationToken ct) => For(
        count,
        (first, end) =>
        {
            for (var i = first; i < end; i++)
            {
                each(i);
            }
        },
        ct);

    /// <param name="each">Of the first item of a chunk and the one behind its last.</param>
    /// <exception cref="OperationCanceledException">Between two chunks.</exception>
    public static void For(int count, Action<int, int> each, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (count <= Chunk)
        {
            each(0, count);
            return;
        }

        try
        {
            Parallel.For(
                0,
                (count + Chunk - 1) / Chunk,
                new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = Environment.ProcessorCount },
                chunk => each(chunk * Chunk, Math.Min(count, (chunk + 1) * Chunk)));
        }
        catch (AggregateException several) when (several.InnerExceptions.All(e => e is Group.NotAPointException))
        {
            throw several.InnerExceptions[0];
        }
    }
}
