using System.Diagnostics;
using System.Globalization;
using Minato.Bench.Linkage;
using Minato.Disclosure;

namespace Minato.Bench.Disclosure;

/// <summary>
/// <c>./minato bench anonymity</c>: the optimum of known configurations of the Adult file, beside what ARX 3.9.2 found and how long it took; the same as whole
/// processes; with every node examined; and a million records. <c>./minato bench anonymity FILE</c> runs configurations of one's own
/// (<see cref="Configuration"/>), one line each, and writes name|levels|loss|suppressed|examined|ms.
/// </summary>
internal static class AnonymityBench
{
    private const string Nine = "sex,age,race,marital-status,education,native-country,workclass,occupation,salary-class|-|";
    private const string Eight = "sex,age,race,marital-status,education,native-country,workclass,salary-class|occupation|";

    /// <summary>Configuration, ARX's levels, loss, suppressed records, its least time of the search in ms (one thread, quiet machine of this kind).</summary>
    private static readonly (string Line, string Levels, double Loss, long Suppressed, double Arx)[] Known =
    [
        ("k=5, none suppressed|" + Nine + "k:5|0|loss|-|-", "0,4,1,1,3,2,2,1,0", 0.5731509655590044, 0, 27),
        ("k=5, up to 5 %|" + Nine + "k:5|0.05|loss|-|-", "0,3,0,0,2,1,1,2,0", 0.2419323650662908, 1346, 861),
        ("k=5, up to 100 %|" + Nine + "k:5|1|loss|-|-", "0,3,0,0,2,1,1,1,0", 0.22041192847984292, 2553, 3217),
        ("distinct l=3, none|" + Eight + "k:5;dist:occupation:3|0|loss|-|-", "0,4,1,2,3,2,0,0", 0.542210825407941, 0, 25),
        ("distinct l=3, 5 %|" + Eight + "k:5;dist:occupation:3|0.05|loss|-|-", "0,3,0,0,2,1,1,0", 0.17170218121750636, 1400, 369),
        ("recursive (4,3), none|" + Eight + "k:5;rec:occupation:4:3|0|loss|-|-", "0,4,1,2,3,2,0,0", 0.542210825407941, 0, 23),
        ("entropy l=3, none|" + Eight + "k:5;ent:occupation:3|0|loss|-|-", "0,4,1,1,3,2,2,0", 0.613171784711847, 0, 23),
        ("entropy l=3, 5 %, as ARX rounds|" + Eight + "k:5;entf:occupation:3|0.05|loss|-|-", "0,3,0,1,2,1,1,0", 0.21544933, 1180, double.NaN),
        ("t=0.2 equal, none|" + Eight + "k:5;teq:occupation:0.2|0|loss|-|-", "1,4,1,1,3,2,2,1", 0.9183953641009659, 0, 10),
        ("k=5, none, entropy|" + Nine + "k:5|0|entm|-|-", "1,2,1,1,3,2,2,1,1", 407289.5388925293, 0, 33),
    ];

    public static int Run(string[] args)
    {
        AdultFile.Folder = Environment.GetEnvironmentVariable("MINATO_SAMPLES") is { } samples ? Path.Combine(samples, "adult") : Path.Combine(Root(), "../shared/samples/adult");
        if (!AdultFile.Found)
        {
            Console.Error.WriteLine($"no adult.csv in {Path.GetFullPath(AdultFile.Folder)}; name the folder above it in MINATO_SAMPLES");
            return 2;
        }

        if (args is ["--one", var line])
        {
            Console.WriteLine(Configuration.Of(line).Run());
            Console.WriteLine(Process.GetCurrentProcess().TotalProcessorTime.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
            return 0;
        }

        if (args is [var file])
        {
            foreach (var configuration in File.ReadLines(file).Where(l => l.Length > 0 && l[0] != '#'))
            {
                Console.WriteLine(Configuration.Of(configuration).Run());
            }

            return 0;
        }

        Console.WriteLine(Machine.Here());
        Console.WriteLine();
        Console.WriteLine("configuration                     same as ARX   loss                suppressed  examined    wall ms   CPU ms   ARX ms   process ms   process CPU ms");
        var right = true;
        foreach (var (text, levels, loss, suppressed, arx) in Known)
        {
            var configuration = Configuration.Of(text);
            var table = configuration.Read();
            var (wall, cpu, found) = Warm(() => configuration.Search(table)!, 15);
            var same = string.Join(',', found.Levels) == levels && Math.Abs(found.Loss - loss) <= 1e-9 * Math.Max(1, loss) + (double.IsNaN(arx) ? 1e-8 : 0) && found.Suppressed == suppressed;
            right &= same;
            var (processWall, processCpu) = WholeProcess(text);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{configuration.Name,-33} {(same ? "yes" : "NO"),-13} {found.Loss,-19:R} {found.Suppressed,10:N0} {found.Examined,9:N0} {wall,10:F1} {cpu,8:F1} {arx,8:F0} {processWall,12:F0} {processCpu,16:F0}"));
        }

        Console.WriteLine();
        foreach (var (text, _, loss, suppressed, _) in Known[1..3])
        {
            var configuration = Configuration.Of(text);
            var table = configuration.Read();
            var (wall, cpu, found) = Warm(() => configuration.Search(table, prove: true)!, 3);
            right &= found.Suppressed == suppressed && Math.Abs(found.Loss - loss) < 1e-9;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"every node examined: {configuration.Name}: {found.Examined:N0} of {found.Nodes:N0}, same optimum, {wall:F0} ms wall, {cpu:F0} ms CPU"));
        }

        var million = AdultFile.Million();
        foreach (var (limit, loss, suppressed) in new[] { ("0", 0.4565183380122708, 0L), ("0.05", 0.0958254210598466, 49_222L) })
        {
            Machine.ForgetPeak();
            var configuration = Configuration.Of($"a million|{Nine}k:5|{limit}|loss|-|-|{million}");
            var all = Stopwatch.StartNew();
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var table = configuration.Read();
            var read = all.Elapsed.TotalSeconds;
            var found = configuration.Search(table)!;
            var same = found.Suppressed == suppressed && Math.Abs(found.Loss - loss) < 1e-9;
            right &= same;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"a million records, {limit}: {(same ? "same as ARX" : "NOT AS ARX")}; reading {read:F2} s, search {all.Elapsed.TotalSeconds - read:F2} s, all {all.Elapsed.TotalSeconds:F2} s wall, {(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds:F2} s CPU, peak {Machine.Peak() >> 20} MiB"));
        }

        return right ? 0 : 1;
    }

    /// <summary>Least wall and CPU milliseconds of several runs.</summary>
    internal static (double Wall, double Cpu, T Result) Warm<T>(Func<T> run, int times)
    {
        var (wall, cpu) = (double.PositiveInfinity, double.PositiveInfinity);
        T result = default!;
        for (var i = 0; i < times; i++)
        {
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            var watch = Stopwatch.StartNew();
            result = run();
            wall = Math.Min(wall, watch.Elapsed.TotalMilliseconds);
            cpu = Math.Min(cpu, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds);
        }

        return (wall, cpu, result);
    }

    internal static string Root()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Minato.slnx")))
        {
            root = root.Parent;
        }

        return root!.FullName;
    }

    /// <summary>From the start of a process, over reading the files, to its end: the least of five.</summary>
    private static (double Wall, double Cpu) WholeProcess(string line)
    {
        var (wall, cpu) = (double.PositiveInfinity, double.PositiveInfinity);
        for (var i = 0; i < 5; i++)
        {
            var watch = Stopwatch.StartNew();
            using var process = Process.Start(new ProcessStartInfo(Path.ChangeExtension(typeof(AnonymityBench).Assembly.Location, null), ["anonymity", "--one", line]) { RedirectStandardOutput = true })!;
            var said = process.StandardOutput.ReadToEnd().Trim().Split('\n');
            process.WaitForExit();
            (wall, cpu) = (Math.Min(wall, watch.Elapsed.TotalMilliseconds), Math.Min(cpu, double.Parse(said[^1], CultureInfo.InvariantCulture)));
        }

        return (wall, cpu);
    }
}
