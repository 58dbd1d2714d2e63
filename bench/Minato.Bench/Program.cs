using BenchmarkDotNet.Running;
using Minato.Bench.Linkage;

// ./minato bench                       lists and asks
// ./minato bench --filter '*Ledger*'
// ./minato bench linkage [--quick]     the linkage as a whole, with its peers beside it
return args is ["linkage", .. var rest] ? LinkageBench.Run(rest) : Micro(args);

static int Micro(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(LedgerBench).Assembly).Run(args);
    return 0;
}
