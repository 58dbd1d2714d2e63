using System.Diagnostics;
using System.Globalization;
using System.Text;
using Minato.Release;
using Minato.Workspace;

namespace Minato.Bench.SecureEnvironment;

/// <summary>
/// The secure environment as a whole: how long a job takes to start, what the sandbox costs beside the same program run bare, fifty jobs waiting for two
/// places, and how long the exit takes to check a large release against everything that left before.
/// </summary>
internal static class EnvironmentBench
{
    private const int Best = 5;

    private const string Cpu = "n = 0\nfor i in range(12_000_000):\n    n = (n * 31 + i) % 1_000_003\nprint(n)\n";

    private const string Io = "import os\nfor i in range(5000):\n    with open('f%d' % i, 'wb') as f:\n        f.write(b'x' * 2048)\nprint(sum(len(open('f%d' % i, 'rb').read()) for i in range(5000)))\n";

    private const string Query = "select measurement_concept_id, count(*) as n, avg(value_as_number) as mean, count(distinct person_id) as persons from measurement group by all order by 1";

    public static int Run(string[] args)
    {
        const long Rows = 5_000_000;
        using var stage = new Stage(Rows);
        if (!stage.Workspace.Sandbox.Try(out var sandbox))
        {
            Console.Error.WriteLine(string.Join("\n", stage.Workspace.Sandbox.Findings));
            return 1;
        }

        Console.WriteLine($"The secure environment, {Environment.ProcessorCount} cores, sandbox: {sandbox}");
        Console.WriteLine($"{"",-46}{"inside s",10}{"bare s",10}{"ratio",8}");
        Row("start: a shell job that does nothing", Inside(stage, JobLanguage.Shell, "true"), null);
        Row("processor: 12 M turns of a loop in Python", Inside(stage, JobLanguage.Python, Cpu), Bare(stage, Cpu));
        Row("files: 5,000 of 2 KiB written and read", Inside(stage, JobLanguage.Python, "import os\nos.chdir('/scratch')\n" + Io), Bare(stage, Io));
        Row("files: the same in /work, kept sealed", Inside(stage, JobLanguage.Python, "import os\nos.chdir('/work')\n" + Io), null);
        stage.Workspace.RunAsync(new JobRequest(Stage.Permit, JobLanguage.Shell, "rm -rf /work/*"), Stage.Researcher).GetAwaiter().GetResult();
        Row($"DuckDB: {Rows:N0} rows grouped, persons distinct", Inside(stage, JobLanguage.Sql, Query), BareQuery(stage));

        var watch = Stopwatch.StartNew();
        var jobs = Enumerable.Range(0, 50).Select(i => stage.Workspace.RunAsync(new JobRequest(Stage.Permit, JobLanguage.Sql, $"select {i} as job, count(*) as n from measurement where measurement_concept_id = {i}"), Stage.Researcher)).ToArray();
        Task.WaitAll(jobs);
        var failed = jobs.Count(j => j.Result is not { IsOk: true } done || done.Value.State != JobState.Succeeded);
        Console.WriteLine($"fifty SQL jobs at once, two places: {watch.Elapsed.TotalSeconds:0.0} s, {failed} failed");
        return CheckExit(args.Contains("--quick") ? 20 : 200) + failed;
    }

    private static void Row(string what, double inside, double? bare) =>
        Console.WriteLine($"{what,-46}{inside,10:0.000}{(bare is { } b ? b.ToString("0.000", CultureInfo.InvariantCulture) : ""),10}{(bare is { } c ? (inside / c).ToString("0.00", CultureInfo.InvariantCulture) : ""),8}");

    private static double Inside(Stage stage, JobLanguage language, string code) => BestOf(() =>
    {
        var run = stage.Workspace.RunAsync(new JobRequest(Stage.Permit, language, code), Stage.Researcher).GetAwaiter().GetResult().Value;
        if (run.State != JobState.Succeeded)
        {
            throw new InvalidOperationException($"{run.State} {run.Ended} {run.Log}");
        }
    });

    private static double Bare(Stage stage, string code)
    {
        var folder = Directory.CreateDirectory(Path.Join(stage.Folder, "bare")).FullName;
        return BestOf(() =>
        {
            using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", code]) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
        });
    }

    private static double BareQuery(Stage stage) => BestOf(() =>
    {
        using var session = Tables.TablesRoom.OpenSession(new() { Threads = 2 });
        foreach (var _ in session.Query(Query.Replace("from measurement", $"from '{Path.Join(stage.Data, "data", "measurement.parquet")}'", StringComparison.Ordinal)))
        {
        }
    });

    private static double BestOf(Action action) => Enumerable.Range(0, Best).Min(_ =>
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    });

    /// <summary>Tables of 5,000 cells each are released, then one more release of two such tables is handed in.</summary>
    private static int CheckExit(int tables)
    {
        const int AtOnce = 20;
        const int Cells = 5000;
        using var stage = new Stage(1000);
        var outbox = new HandFilledOutbox();
        var exit = ReleaseRoom.Open(new ReleaseOptions(Path.Join(stage.Folder, "release"), Standards()), stage.Ledger, stage.Access, outbox, TimeProvider.System);

        // Wholly different questions, and some on dimensions that the last tables have too.
        OutputDeclaration Table(int t)
        {
            var name = $"t{t}.csv";
            string[] dimensions = [$"region{t % 4}", $"item{t % 7}"];
            var text = new StringBuilder($"{dimensions[0]},{dimensions[1]},persons\n");
            for (var i = 0; i < Cells; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"r{i / 100},i{i % 100},{1000 + (((i * 131) + (t * 7919)) % 50000) * 20}\n");
            }

            outbox.Files[name] = Encoding.UTF8.GetBytes(text.ToString());
            return new("j-1", name, OutputKind.FrequencyTable, dimensions, "persons", null, "bench");
        }

        var stopped = 0;
        var watch = Stopwatch.StartNew();
        for (var t = 0; t < tables; t += AtOnce)
        {
            var view = exit.SubmitAsync(Stage.Permit, [.. Enumerable.Range(t, Math.Min(AtOnce, tables - t)).Select(Table)], Stage.Researcher).GetAwaiter().GetResult().Value;
            stopped += view.State == SubmissionState.Stopped ? 1 : 0;
            foreach (var checker in view.State == SubmissionState.InReview ? Stage.Checkers.Take(view.PeopleNeeded) : [])
            {
                view = exit.DecideAsync(view.Id, ExitVerdict.Release, "bench", checker).GetAwaiter().GetResult().Value;
            }
        }

        Console.WriteLine($"exit: {tables} tables of {Cells:N0} cells released in {watch.Elapsed.TotalSeconds:0.0} s ({stopped} submissions stopped)");
        double Check() => BestOf(() => exit.SubmitAsync(Stage.Permit, [Table(tables), Table(tables + 1)], Stage.Researcher).GetAwaiter().GetResult());
        var one = Stopwatch.StartNew();
        exit.SubmitAsync(Stage.Permit, [Table(tables + 2), Table(tables + 3)], Stage.Researcher).GetAwaiter().GetResult();
        Console.WriteLine($"exit: a release of {2 * Cells:N0} cells against {(long)tables * Cells:N0} released ones: {one.Elapsed.TotalSeconds:0.00} s the first time, {Check():0.00} s the best of {Best}");
        return 0;
    }

    private static string Standards()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Join(folder.FullName, "standards", "output-rules")))
        {
            folder = folder.Parent;
        }

        return Path.Join(folder?.FullName ?? throw new InvalidOperationException("The folder standards/ is not above this program"), "standards");
    }
}
