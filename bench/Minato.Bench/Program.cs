using BenchmarkDotNet.Running;
using Minato.Bench.Intake;
using Minato.Bench.Linkage;

// ./minato bench                       lists and asks
// ./minato bench --filter '*Ledger*'
// ./minato bench linkage [--quick]     the linkage as a whole, with its peers beside it
// ./minato bench intake                from files to a committed snapshot, with its peers beside it
// ./minato bench learn-weights         writes standards/linkage/weights-v1.json and name-frequencies-v1.txt anew
return args switch
{
    ["linkage", .. var rest] => LinkageBench.Run(rest),
    ["intake", .. var rest] => IntakeBench.Run(rest),
    ["learn-weights", .. var rest] => LearnWeights.Run(rest),
    _ => Micro(args),
};

static int Micro(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(LedgerBench).Assembly).Run(args);
    return 0;
}
