using BenchmarkDotNet.Running;

// ./minato bench                 lists and asks
// ./minato bench --filter '*Ledger*'
BenchmarkSwitcher.FromAssembly(typeof(LedgerBench).Assembly).Run(args);
