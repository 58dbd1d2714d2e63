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
        usage: ./minato bench cohorts [--definitions folder] [--peer folder] [--keep folder] [--persons n] [--only part[,part…]] [--name id[,id…]] [--seed n]
          --definitions  Circe JSON, one file a cohort; without it a set of our own
          --peer         Circe's SQL rendered for DuckDB, of the same names (schemas cdm and results, cohort 1), run on the same data
          --keep         makes the data there, and takes them from there the next time
          --persons      how many (100,000); the growth is measured against a tenth of it
          --only         parts: single batch linked growth; compare (needs --peer): rows on dense worlds of 150 persons
          --name         only these cohorts
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
                case "--only" when value.Length > 0: s = s with { Parts = value.Split(',') }; break;
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

        return 0;
    }

    private sealed record Settings
    {
        public string? Definitions { get; init; }

        public Peer? Peer { get; init; }

        public string? Keep { get; init; }

        public int Persons { get; init; } = 100_000;

        public int Seed { get; init; } = 1;

        public string[] Parts { get; init; } = ["single", "batch", "linked", "growth"];

        public string[] Names { get; init; } = [];

        public IReadOnlyList<Definition> Read()
        {
            var all = new List<Definition>();
            foreach (var file in Directory.GetFiles(Definitions!, "*.json").OrderBy(f => Path.GetFileNameWithoutExtension(f).PadLeft(8, '0'), StringComparer.Ordinal))
            {
                var (name, json) = (Path.GetFileNameWithoutExtension(file), File.ReadAllText(file));
                if (Names.Length > 0 && !Names.Contains(name))
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
