using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Minato.Bench.Linkage;

namespace Minato.Bench.Intake;

/// <summary>
/// <c>./minato bench intake</c>: how fast files become a committed snapshot, format by format, with the peers and the raw read beside it in the
/// same run. Every way is a process of its own, so its peak memory is its own. Returns 1 where a target was missed.
/// </summary>
internal static class IntakeBench
{
    private const string Usage = """
        usage: ./minato bench intake [--only part[,part…]] [--mb n] [--samples folder] [--ways way[,way…]] [--keep folder]
          --only     parts: fhir claims
          --mb       megabytes of each format (300); the growth is measured against a tenth of it
          --samples  folder with NDJSON of FHIR resources, one kind a file, also gzipped; without it fhir is left out
          --ways     only these ways
          --keep     makes the files there, and takes them from there the next time
        """;

    private sealed record Way(string Name, string About, bool Peer = false);

    private static readonly Way[] FhirWays =
    [
        new("snapshot", "files → committed snapshot"), new("read", "our reader alone"), new("firely", "Firely", true), new("firely-2", "Firely", true),
        new("duckdb-json", "DuckDB read_ndjson", true), new("raw-utf8", "read and decode UTF-8", true), new("raw", "read alone", true),
    ];

    private static readonly Way[] ClaimWays =
    [
        new("snapshot", "files → committed snapshot"), new("read", "our reader alone"), new("sylvan", "Sylvan.Data.Csv", true), new("python", "Python's csv", true),
        new("raw-cp932", "read and decode CP932", true), new("raw", "read alone", true),
    ];

    public static int Run(string[] args)
    {
        if (args is ["one", var way, var folder])
        {
            return Ways.Child(way, folder);
        }

        if (!Parse(args, out var s))
        {
            Console.Error.WriteLine(Usage);
            return 64;
        }

        Console.WriteLine($"{Machine.Here()}\n");
        var home = s.Keep is { } keep ? Directory.CreateDirectory(keep).FullName : Directory.CreateTempSubdirectory("minato-bench-").FullName;
        var missed = 0;
        try
        {
            if (s.Wants("fhir") && s.Samples is { } samples)
            {
                missed += Part("fhir", FhirWays, s, home, (folder, bytes) => Corpus.Fhir(samples, folder, bytes));
            }

            if (s.Wants("claims"))
            {
                missed += Part("claims", ClaimWays, s, home, Corpus.Claims);
            }
        }
        finally
        {
            if (s.Keep is null)
            {
                Directory.Delete(home, recursive: true);
            }
        }

        return missed == 0 ? 0 : 1;
    }

    private static int Part(string name, Way[] ways, Settings s, string home, Func<string, long, long> write)
    {
        var sizes = new[] { s.Bytes / 10, s.Bytes };
        var folders = sizes.Select(b => Path.Combine(home, $"{name}-{b / 1_000_000}")).ToArray();
        for (var i = 0; i < sizes.Length; i++)
        {
            if (!Directory.Exists(Path.Combine(folders[i], name)))
            {
                write(Directory.CreateDirectory(folders[i]).FullName, sizes[i]);
            }
        }

        Console.WriteLine($"== {name}");
        var figures = new List<Figure>();
        Passed? whole = null;
        foreach (var way in ways.Where(w => s.Ways.Length == 0 || s.Ways.Contains(w.Name)))
        {
            var passed = way.Name == "python" ? Python(Path.Combine(folders[1], name)) : One(way.Name, Path.Combine(folders[1], name));
            if (passed is null)
            {
                Console.WriteLine($"   {way.About}: could not be run here");
                continue;
            }

            var speed = new Figure(way.About, passed.Bytes / passed.Seconds, "B/s", Note(passed), way.Peer);
            if (way.Name == "snapshot")
            {
                whole = passed;
                Add(speed.AtLeast(150e6));
                Add(new Figure("  its peak memory", passed.PeakBytes, "B").AtMost(1L << 30));
                if (One(way.Name, Path.Combine(folders[0], name)) is { } tenth)
                {
                    Add(new Figure("  time a byte against a tenth of the data", passed.Seconds / passed.Bytes / (tenth.Seconds / tenth.Bytes), "×").AtMost(1.1));
                }
            }
            else
            {
                Add(speed);
                if (way.Name == "firely" && whole is not null)
                {
                    Add(new Figure("  ours against Firely's parse alone", passed.Seconds / whole.Seconds, "×").AtLeast(2));
                }
            }
        }

        Console.WriteLine();
        return figures.Count(f => f.Met == false);

        void Add(Figure figure)
        {
            figures.Add(figure);
            Console.WriteLine(figure.Line(quick: false));
        }
    }

    private static string Note(Passed p) => string.Create(
        CultureInfo.InvariantCulture,
        $"{p.Bytes / 1e6:0} MB in {p.Seconds:0.00} s ({p.CpuSeconds:0.0} s of processor); {p.Items:N0} items ({p.Items / p.Seconds / 1000:0.0} k/s){(p.Rows > 0 ? $", {p.Rows:N0} facts" : "")}; peak {p.PeakBytes / 1e6:0} MB; {p.Note}");

    private static Passed? One(string way, string folder)
    {
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["intake", "one", way, folder]) { RedirectStandardOutput = true })!;
        var said = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0 ? JsonSerializer.Deserialize<Passed>(said) : null;
    }

    private static Passed? Python(string folder)
    {
        const string Script = """
            import csv, json, os, resource, sys, time
            t = time.time(); n = b = 0
            for d, _, names in os.walk(sys.argv[1]):
                for name in names:
                    p = os.path.join(d, name); b += os.path.getsize(p)
                    with open(p, encoding='cp932', newline='') as f:
                        for row in csv.reader(f): n += 1
            u = resource.getrusage(resource.RUSAGE_SELF)
            print(json.dumps(dict(Seconds=time.time() - t, CpuSeconds=u.ru_utime + u.ru_stime, Bytes=b, Items=n, Rows=0, PeakBytes=u.ru_maxrss * 1024, Note='one thread: rows split, nothing made of them')))
            """;
        try
        {
            using var child = Process.Start(new ProcessStartInfo("python3", ["-c", Script, folder]) { RedirectStandardOutput = true })!;
            var said = child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            return child.ExitCode == 0 ? JsonSerializer.Deserialize<Passed>(said) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private sealed record Settings(string[] Only, long Bytes, string? Samples, string[] Ways, string? Keep)
    {
        public bool Wants(string part) => Only.Length == 0 || Only.Contains(part);
    }

    private static bool Parse(string[] args, out Settings settings)
    {
        settings = new([], 300_000_000, null, [], null);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            var value = args[i + 1];
            Settings? next = args[i] switch
            {
                "--only" => settings with { Only = value.Split(',') },
                "--mb" when long.TryParse(value, CultureInfo.InvariantCulture, out var mb) && mb >= 10 => settings with { Bytes = mb * 1_000_000 },
                "--samples" when Directory.Exists(value) => settings with { Samples = value },
                "--ways" => settings with { Ways = value.Split(',') },
                "--keep" => settings with { Keep = value },
                _ => null,
            };
            if (next is null)
            {
                return false;
            }

            settings = next;
        }

        return args.Length % 2 == 0;
    }
}
