using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Minato.Fuzz;

/// <summary>What ten minutes with one target came to.</summary>
/// <param name="Found">Files with inputs that crashed, hung or ended the process.</param>
/// <param name="PeakMegabytes">Resident memory of the reading process at its highest.</param>
internal sealed record FuzzFigures(string Target, long Executions, double Seconds, int Paths, int Branches, int Crashes, int Hangs, long PeakMegabytes, IReadOnlyList<string> Found);

/// <summary>Runs AFL++ on one target after the other. AFL makes the inputs; one process of ours reads them all (persistent), which is how .NET gets thousands a second.</summary>
internal sealed partial class Campaign(string root, string work, TimeSpan perTarget)
{
    private readonly string dll = Instrumented.Make(Path.Combine(work, "bin"));

    public string Corpora => Path.Combine(root, "fuzz", "corpus");

    public FuzzFigures Run(FuzzTarget target)
    {
        var here = Path.Combine(work, target.Name);
        if (Directory.Exists(here))
        {
            Directory.Delete(here, true);
        }

        var seeds = Directory.CreateDirectory(Path.Combine(here, "in")).FullName;
        foreach (var (name, bytes) in Corpus.Of(Corpora, target.Name).DefaultIfEmpty(("empty", "\n"u8.ToArray())))
        {
            File.WriteAllBytes(Path.Combine(seeds, name), bytes);
        }

        File.WriteAllText(Path.Combine(here, "words.dict"), Instrumented.Dictionary(target));
        var clock = Stopwatch.StartNew();
        var peak = 0L;
        var ended = new List<string>();
        while (perTarget - clock.Elapsed is var left && left > TimeSpan.FromSeconds(5) && ended.Count < 20)
        {
            peak = Math.Max(peak, Afl(target, here, left));
            if (perTarget - clock.Elapsed > TimeSpan.FromSeconds(5))
            {
                // AFL stopped before its time: the process was killed for its slowness, ran out of memory or overflowed its stack.
                if (!File.Exists(Current(here)))
                {
                    throw new InvalidOperationException($"afl-fuzz did not start; see {Path.Combine(here, "afl.log")}");
                }

                var last = Bounded.Current(Current(here));
                var path = Path.Combine(Directory.CreateDirectory(Path.Combine(here, "ended")).FullName, Corpus.Name(last));
                File.WriteAllBytes(path, last);
                ended.Add(path);
            }
        }

        return Figures(target, here, clock.Elapsed, peak, ended);
    }

    /// <summary>Brings what was found worth keeping into the corpus of the repository.</summary>
    /// <returns>Branches that the corpus reaches.</returns>
    public int Keep(FuzzTarget target, long mostBytes)
    {
        var all = Path.Combine(work, target.Name, "out", "default", "queue");
        using var minimise = Start("dotnet", [dll, "minimise", target.Name, all, Path.Combine(Corpora, target.Name), mostBytes.ToString(CultureInfo.InvariantCulture)], []);
        var said = minimise.StandardOutput.ReadToEnd();
        minimise.WaitForExit();
        return int.TryParse(said, CultureInfo.InvariantCulture, out var branches) ? branches : 0;
    }

    /// <returns>Peak resident MB.</returns>
    private long Afl(FuzzTarget target, string here, TimeSpan time)
    {
        string[] arguments =
        [
            "-i", Path.Combine(here, "in"), "-o", Path.Combine(here, "out"), "-x", Path.Combine(here, "words.dict"), "-V", ((int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            "-t", "20000", "-m", "none", "-G", Bounded.LargestInput.ToString(CultureInfo.InvariantCulture), "--", "dotnet", dll, "target", target.Name, Current(here),
        ];
        using var afl = Start("afl-fuzz", arguments, new()
        {
            ["AFL_SKIP_BIN_CHECK"] = "1", ["AFL_SKIP_CPUFREQ"] = "1", ["AFL_NO_AFFINITY"] = "1", ["AFL_NO_UI"] = "1", ["AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES"] = "1", ["AFL_AUTORESUME"] = "1",
            ["AFL_FORKSRV_INIT_TMOUT"] = "60000", ["DOTNET_gcConcurrent"] = "0", ["DOTNET_GCHeapHardLimit"] = "0x30000000", ["DOTNET_TieredPGO"] = "0",
        });
        using var log = new StreamWriter(Path.Combine(here, "afl.log"), append: true);
        var copying = Task.Run(() => afl.StandardOutput.BaseStream.CopyTo(log.BaseStream));
        var peak = 0L;
        while (!afl.WaitForExit(1000))
        {
            peak = Math.Max(peak, PeakOfChild(afl.Id));
        }

        copying.Wait();
        return peak;
    }

    private static string Current(string here) => Path.Combine(here, "current");

    private static Process Start(string program, IEnumerable<string> arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static long PeakOfChild(int parent)
    {
        try
        {
            return File.ReadAllText($"/proc/{parent}/task/{parent}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(child => HighWater().Match(File.ReadAllText($"/proc/{child}/status")))
                .Where(m => m.Success).Select(m => long.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture) / 1024).DefaultIfEmpty().Max();
        }
        catch (IOException)
        {
            return 0; // It ended in between.
        }
    }

    private static FuzzFigures Figures(FuzzTarget target, string here, TimeSpan took, long peak, List<string> ended)
    {
        var output = Path.Combine(here, "out", "default");
        var stats = File.ReadLines(Path.Combine(output, "fuzzer_stats")).Select(l => l.Split(':', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0].Trim(), p => p[1].Trim());
        string[] crashes = [.. Directory.EnumerateFiles(Path.Combine(output, "crashes"), "id*")];
        string[] hangs = [.. Directory.EnumerateFiles(Path.Combine(output, "hangs"), "id*")];
        return new(target.Name, Number("execs_done"), took.TotalSeconds, (int)Number("corpus_count"), (int)Number("edges_found"), crashes.Length, hangs.Length + ended.Count, peak, [.. crashes, .. hangs, .. ended]);

        long Number(string name) => stats.TryGetValue(name, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var n) ? n : 0;
    }

    [GeneratedRegex(@"VmHWM:\s+(\d+) kB")]
    private static partial Regex HighWater();
}
