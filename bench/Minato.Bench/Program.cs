using BenchmarkDotNet.Running;
using Minato.Bench.Choices;
using Minato.Bench.Cohorts;
using Minato.Bench.Disclosure;
using Minato.Bench.Extract;
using Minato.Bench.Intake;
using Minato.Bench.Linkage;
using Minato.Bench.Notes;
using Minato.Bench.SecureEnvironment;
using Minato.Bench.Views;
using Minato.Bench.Web;

// ./minato bench                       lists and asks
// ./minato bench --filter '*Ledger*'
// ./minato bench linkage [--quick]     the linkage as a whole, with its peers beside it
// ./minato bench intake                from files to a committed snapshot, with its peers beside it
// ./minato bench views [samples]       ViewDefinitions over NDJSON, beside Firely
// ./minato bench notes                 precision and recall of reading free text
// ./minato bench anonymity [file]      generalisation of the Adult file, beside ARX
// ./minato bench disclosure            risk, suppression, noise, beside sdcMicro and GaussSuppression
// ./minato bench extract [millions …]  a permit's data from claims, beside DuckDB's plain copy
// ./minato bench environment [--quick] the secure environment and its exit
// ./minato bench cohorts              Circe cohorts over linked data, beside Circe's own SQL where it is given
// ./minato bench site [--quick]        public pages and search under wrk, with 10,000 datasets and 100,000 applications
// ./minato bench choices [--quick]     registering choices, and a nation converted without five million who refused
// ./minato bench learn-weights         writes standards/linkage/weights-v1.json and name-frequencies-v1.txt anew
return args switch
{
    ["linkage", .. var rest] => LinkageBench.Run(rest),
    ["intake", .. var rest] => IntakeBench.Run(rest),
    ["anonymity", .. var rest] => AnonymityBench.Run(rest),
    ["disclosure"] => DisclosureBench.Run(),
    ["extract", .. var rest] => ExtractBench.Run(rest),
    ["environment", .. var rest] => EnvironmentBench.Run(rest),
    ["cohorts", .. var rest] => CohortsBench.Run(rest),
    ["choices", .. var rest] => ChoicesBench.Run(rest),
    ["site", .. var rest] => SiteBench.Run(rest),
    ["notes"] => NotesBench.Run(),
    ["views", .. var rest] => ViewsBench.Run(rest),
    ["learn-weights", .. var rest] => LearnWeights.Run(rest),
    _ => Micro(args),
};

static int Micro(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(LedgerBench).Assembly).Run(args);
    return 0;
}
