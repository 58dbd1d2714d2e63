using BenchmarkDotNet.Attributes;
using Minato.Federation;
using Minato.Kernel;
using Minato.Ledger;

/// <summary>What an acknowledged event costs, alone and in company (group commit).</summary>
[MemoryDiagnoser]
public class LedgerBench
{
    private string folder = "";
    private FileKeyStore keys = null!;
    private LedgerRoom ledger = null!;

    [Params(1, 64)]
    public int Writers { get; set; }

    [GlobalSetup]
    public void Open()
    {
        folder = Directory.CreateTempSubdirectory("minato-bench-").FullName;
        keys = FileKeyStore.Open(folder, "bench");
        ledger = LedgerRoom.Open(new LedgerOptions(folder, "bench"), keys, TimeProvider.System);
    }

    [GlobalCleanup]
    public void Close()
    {
        ledger.Dispose();
        keys.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = 1024)]
    public Task Append() => Task.WhenAll(Enumerable.Range(0, Writers).Select(async w =>
    {
        for (var i = 0; i < 1024 / Writers; i++)
        {
            _ = (await ledger.AppendAsync($"bench/{w}", -1, Actor.Harbour.Id, [new NewEvent("bench.event", "{\"n\":1}"u8.ToArray())])).Value;
        }
    }));
}
