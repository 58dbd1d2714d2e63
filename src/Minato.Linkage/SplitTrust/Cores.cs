namespace Minato.Linkage.SplitTrust;

/// <summary>Work of some 50 µs an item, in chunks on all cores.</summary>
internal static class Cores
{
    private const int Chunk = 64;

    /// <exception cref="OperationCanceledException">Between two chunks.</exception>
    public static void For(int count, Action<int> each, CancellationToken ct)
    {
        if (count <= Chunk)
        {
            ct.ThrowIfCancellationRequested();
            for (var i = 0; i < count; i++)
            {
                each(i);
            }

            return;
        }

        try
        {
            Parallel.For(0, (count + Chunk - 1) / Chunk, new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = Environment.ProcessorCount }, chunk =>
            {
                var end = Math.Min(count, (chunk + 1) * Chunk);
                for (var i = chunk * Chunk; i < end; i++)
                {
                    each(i);
                }
            });
        }
        catch (AggregateException several) when (several.InnerExceptions.All(e => e is Group.NotAPointException))
        {
            throw several.InnerExceptions[0];
        }
    }
}
