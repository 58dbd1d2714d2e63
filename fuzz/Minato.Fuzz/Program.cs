using System.Globalization;
using Minato.Fuzz;
using SharpFuzz;

// ./minato fuzz [--only NAME,NAME] [--minutes 10] [--keep] [--work FOLDER]
// ./minato fuzz replay NAME FILE…       reads inputs as the target does, and says what came of them
// Bytes that a target's corpus may hold in the repository.
const long MostKept = 16 * 1024;

Corpus.WatchNothing();
return args switch
{
    ["target", var name, var current] => UnderAfl(name, current),
    ["minimise", var name, var from, var into, var most] => Minimise(name, from, into, most),
    ["replay", var name, .. var files] => Replay(name, files),
    _ => All(args),
};

static FuzzTarget? Named(string name) => Targets.All.FirstOrDefault(t => t.Name == name);

static int UnderAfl(string name, string current)
{
    using var bounded = new Bounded(Named(name)!, current);
    Fuzzer.Run(bounded.Feed);
    return 0;
}

static int Minimise(string name, string from, string into, string most)
{
    var queue = Directory.EnumerateFiles(from).Concat(Directory.EnumerateFiles(into)).Select(File.ReadAllBytes).ToList();
    Console.Write(Corpus.Minimise(Named(name)!, queue, into, long.Parse(most, CultureInfo.InvariantCulture)));
    return 0;
}

static int Replay(string name, string[] files)
{
    if (Named(name) is not { } target)
    {
        return Unknown(name);
    }

    var failed = 0;
    using var bounded = new Bounded(target);
    foreach (var file in files.Where(f => !f.EndsWith("README.txt", StringComparison.Ordinal)))
    {
        try
        {
            bounded.Feed(File.ReadAllBytes(file));
            Console.WriteLine($"holds   {file}");
        }
        catch (Exception e)
        {
            failed++;
            Console.WriteLine($"fails   {file}\n{e}");
        }
    }

    return failed == 0 ? 0 : 1;
}

static int Unknown(string name)
{
    Console.Error.WriteLine($"minato fuzz: there is no target '{name}'. Targets: {string.Join(", ", Targets.All.Select(t => t.Name))}");
    return 64;
}

static int All(string[] args)
{
    string? Option(string name) => Array.IndexOf(args, name) is var i and >= 0 && i + 1 < args.Length ? args[i + 1] : null;
    var names = Option("--only")?.Split(',') ?? [.. Targets.All.Select(t => t.Name)];
    if (Array.Find(names, n => Named(n) is null) is { } wrong)
    {
        return Unknown(wrong);
    }

    if (!double.TryParse(Option("--minutes") ?? "10", CultureInfo.InvariantCulture, out var minutes) || minutes <= 0)
    {
        Console.Error.WriteLine("minato fuzz: --minutes is a number above 0");
        return 64;
    }

    var root = Environment.GetEnvironmentVariable("MINATO_ROOT") ?? Directory.GetCurrentDirectory();
    var campaign = new Campaign(root, Option("--work") ?? Path.Combine(Path.GetTempPath(), "minato-fuzz"), TimeSpan.FromMinutes(minutes));
    Console.WriteLine($"{"target",-14} {"executions",12} {"a second",9} {"paths",7} {"branches",9} {"crashes",8} {"hangs",6} {"peak MB",8}");
    var found = new List<string>();
    foreach (var target in names.Select(n => Named(n)!))
    {
        var f = campaign.Run(target);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{f.Target,-14} {f.Executions,12} {f.Executions / f.Seconds,9:0} {f.Paths,7} {f.Branches,9} {f.Crashes,8} {f.Hangs,6} {f.PeakMegabytes,8}"));
        found.AddRange(f.Found.Select(Path.GetDirectoryName).Distinct().Select(folder => $"{target.Name} {folder}/*"));
        if (args.Contains("--keep"))
        {
            campaign.Keep(target, MostKept);
        }
    }

    foreach (var inputs in found)
    {
        Console.WriteLine($"found: ./minato fuzz replay {inputs}");
    }

    return found.Count == 0 ? 0 : 1;
}
