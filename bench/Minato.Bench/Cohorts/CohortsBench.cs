using System.Globalization;
using Minato.Bench.Linkage;
using Minato.Processing.Cohorts;

namespace Minato.Bench.Cohorts;

/// <summary>A cohort definition of the folder.</summary>
internal sealed record Definition(string Name, string Json, CohortDefinition Cohort);

/// <summary><c>./minato bench cohorts</c>: Circe cohorts over linked data, with the peer's SQL beside it on the same rows where it is given.</summary>
internal static class CohortsBench
{
    private const string Usage = """
        usage: ./minato bench cohorts [--definitions folder] [--peer folder] [--keep folder] [--persons n] [--only part[,part…]] [--name id[,id…]] [--from n] [--to n] [--claims n] [--seed n]
          --definitions  Circe JSON, one file a cohort; without it a set of our own
          --peer         Circe's SQL rendered for DuckDB, of the same names (schemas cdm and results, cohort 1), run on the same data
          --keep         makes the data there, and takes them from there the next time
          --claims       how many claim rows are linked (100,000,000)
          --persons      how many (100,000); the growth is measured against a tenth of it
          --only         parts: single batch linked growth; compare (needs --peer): rows on dense worlds of 150 persons
          --name         only these cohorts
          --from, --to   only cohorts whose names are numbers from here to there
        """;

    public static int Run(string[] args)
    {
        var s = new Settings();
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--definitions" when value.Length > 0: s = s with { Definitions = value }; break;
                case "--peer" when value.Length > 0: s = s with { Peer = new Peer(value) }; break;
                case "--keep" when value.Length > 0: s = s with { Keep = value }; break;
                case "--persons" when int.TryParse(value, out var n) && n >= 100: s = s with { Persons = n }; break;
                case "--seed" when int.TryParse(value, out var seed): s = s with { Seed = seed }; break;
                case "--claims" when long.TryParse(value, out var claims) && claims >= 100_000: s = s with { Claims = claims }; break;
                case "--only" when value.Length > 0: s = s with { Parts = value.Split(',') }; break;
                case "--from" when int.TryParse(value, out var from): s = s with { From = from }; break;
                case "--to" when int.TryParse(value, out var to): s = s with { To = to }; break;
                case "--name" when value.Length > 0: s = s with { Names = value.Split(',') }; break;
                default:
                    Console.Error.WriteLine(Usage);
                    return 64;
            }

            i++;
        }

        Console.WriteLine($"{Machine.Here()}\n");
        var definitions = s.Read();
        if (s.Parts.Contains("compare") && s.Peer is { } peer)
        {
            return ComparePart.Run(definitions, peer, Math.Min(s.Persons, 150), s.Seed) == 0 ? 0 : 1;
        }

        var home = s.Keep is { } keep ? Directory.CreateDirectory(keep).FullName : Directory.CreateTempSubdirectory("minato-bench-").FullName;
        try
        {
            return Measure(s, definitions, home);
        }
        finally
        {
            if (s.Keep is null)
            {
                Directory.Delete(home, recursive: true);
            }
        }
    }

    private static int Measure(Settings s, List<Definition> definitions, string home)
    {
        var missed = 0;
        Console.WriteLine("what                                              ours        target      peer       note");
        void Line(string what, double ours, string unit, double? target = null, double? peer = null, string note = "")
        {
            var miss = target is { } most && ours > most;
            missed += miss ? 1 : 0;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-46} {ours,7:F1} {unit,-3} {(target is { } t ? $"{(miss ? ">" : "≤")} {t:0.##}" : ""),10} {(peer is { } p ? $"{p:F1}" : ""),9}   {note}"));
        }

        double? small = null;
        foreach (var persons in s.Parts.Contains("growth") ? new[] { s.Persons / 10, s.Persons } : [s.Persons])
        {
            if (!s.Parts.Intersect(["single", "batch", "growth"]).Any())
            {
                break;
            }

            using var part = new SpeedPart(definitions, s.Peer, home, persons);
            Line(string.Create(CultureInfo.InvariantCulture, $"{persons:N0} persons: link and load"), part.Prepared, "s", note: "once for all cohorts of a snapshot");
            if (persons == s.Persons && s.Parts.Contains("single"))
            {
                foreach (var (name, i) in s.Typical(definitions).Select((n, i) => (n, i)))
                {
                    var (ours, theirs, rows, same) = part.Single(part.Find(name)!);
                    Line($"  cohort {name}{(i == 0 ? ", a simple count" : "")}", ours, "ms", i == 0 ? 50 : 150, theirs, $"{rows:N0} rows{(theirs is null ? "" : same ? ", the same" : ", NOT THE SAME")}");
                }
            }

            if (s.Parts.Contains("batch") || s.Parts.Contains("growth"))
            {
                var (ours, theirs, differing, notEmpty) = part.Batch();
                Line($"  all {definitions.Count:N0} cohorts", ours, "s", persons == 100_000 && definitions.Count <= 1100 ? 45 : null, theirs, $"{notEmpty:N0} not empty{(theirs is null ? "" : $", {differing:N0} with other rows than the peer")}");
                if (small is { } before)
                {
                    Line("  time a person against a tenth of them", ours / before / 10, "×", 1.2);
                }

                small ??= ours;
            }
        }

        if (s.Parts.Contains("linked"))
        {
            var (ours, hand, linking, found, byHand) = new LinkedPart(home, s.Claims).Run();
            Line(string.Create(CultureInfo.InvariantCulture, $"{s.Claims:N0} claims linked with laboratories"), ours, "s", hand * 1.3, hand, $"{found:N0} persons, by hand {byHand:N0}; linked in {linking:F1} s; target: 1.3 × by hand");
        }

        return missed == 0 ? 0 : 1;
    }

    private sealed record Settings
    {
        public string? Definitions { get; init; }

        public Peer? Peer { get; init; }

        public string? Keep { get; init; }

        public int Persons { get; init; } = 100_000;

        public long Claims { get; init; } = 100_000_000;

        public int Seed { get; init; } = 1;

        public string[] Parts { get; init; } = ["single", "batch", "linked", "growth"];

        public string[] Names { get; init; } = [];

        public int From { get; init; } = int.MinValue;

        public int To { get; init; } = int.MaxValue;

        private bool Asked(string name) =>
            (Names.Length == 0 || Names.Contains(name)) && ((From, To) is (int.MinValue, int.MaxValue) || (int.TryParse(name, out var number) && number >= From && number <= To));

        /// <summary>A simple count and five with rules: those of OHDSI's library where they are there.</summary>
        public IEnumerable<string> Typical(List<Definition> definitions)
        {
            string[] library = ["503", "71", "77", "362", "288", "1054"];
            return library.All(n => definitions.Any(d => d.Name == n)) ? library : definitions.Take(6).Select(d => d.Name);
        }

        public List<Definition> Read()
        {
            var all = new List<Definition>();
            var files = Definitions is null ? OwnCohorts.Make(1100) : Directory.GetFiles(Definitions, "*.json")
                .OrderBy(f => Path.GetFileNameWithoutExtension(f).PadLeft(8, '0'), StringComparer.Ordinal).Select(f => (Path.GetFileNameWithoutExtension(f), File.ReadAllText(f)));
            foreach (var (name, json) in files)
            {
                if (!Asked(name))
                {
                    continue;
                }

                var read = CirceReader.Read(json);
                if (read.Try(out var cohort))
                {
                    all.Add(new(name, json, cohort));
                }
                else
                {
                    Console.WriteLine($"{name} is refused: {string.Join("; ", read.Findings.Select(f => $"{f.Place.Field}: {f.Reason}").Take(3))}");
                }
            }

            return all;
        }
    }
}
