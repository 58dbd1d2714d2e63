using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Minato.Bench.Linkage;

/// <summary>
/// <c>./minato bench linkage</c>: every figure that the linkage is held to, measured in one run on one machine, with its peers beside
/// it in the same run. Returns 1 where a target was missed.
/// </summary>
internal static class LinkageBench
{
    private const string Usage = """
        usage: ./minato bench linkage [--quick] [--only part[,part…]] [--people n] [--febrl folder] [--seed n] [--json file]
          --quick   small sizes: a look in about a minute, no targets
          --only    parts: normal deterministic probabilistic authority split-trust clk room quality febrl
          --people  size of the nation and of each file (1000000; quick 20000)
          --febrl   folder with febrl_dataset4a.csv and febrl_dataset4b.csv (FEBRL 4 is not shipped)
          --json    also write the figures to a file
        """;

    private static readonly Part[] Parts =
    [
        new NormalPart(), new DeterministicPart(), new ProbabilisticPart(), new AuthorityPart(), new SplitTrustPart(), new ClkPart(), new RoomPart(), new QualityPart(), new FebrlPart(),
    ];

    public static int Run(string[] args)
    {
        if (!Settings.TryParse(args, out var settings) || settings.Only.Except(Parts.Select(p => p.Name)).Any())
        {
            Console.Error.WriteLine(Usage);
            return 64;
        }

        var machine = Machine.Here();
        Console.WriteLine($"{machine}\n");
        using var world = new World(settings);
        var figures = new List<Figure>();
        foreach (var part in Parts.Where(p => settings.Only.Count == 0 || settings.Only.Contains(p.Name)))
        {
            if (part.Lacks(settings) is { } lack)
            {
                Console.WriteLine($"{part.Name}: left out ({lack})\n");
                continue;
            }

            Console.WriteLine($"== {part.Name}: {part.About}");
            var clock = Stopwatch.StartNew();
            foreach (var figure in part.Measure(world))
            {
                Console.WriteLine(figure.Line(settings.Quick));
                figures.Add(figure with { Part = part.Name });
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"   ({clock.Elapsed.TotalSeconds:0.0} s)\n"));
        }

        if (settings.Json is { } file)
        {
            File.WriteAllText(file, JsonSerializer.Serialize(new { command = "./minato bench linkage " + string.Join(' ', args), machine, settings.People, settings.Seed, figures }, World.Json));
        }

        var missed = settings.Quick ? [] : figures.Where(f => f.Met == false).ToList();
        foreach (var f in missed)
        {
            Console.WriteLine($"missed: {f.Part}, {f.Name}: {f.Shown}, wanted {f.Wanted}");
        }

        return missed.Count == 0 ? 0 : 1;
    }
}

/// <summary>One thing that is measured, in one file.</summary>
internal abstract class Part
{
    public abstract string Name { get; }

    public abstract string About { get; }

    /// <summary>What is missing for this part to run, or null.</summary>
    public virtual string? Lacks(Settings settings) => null;

    public abstract IEnumerable<Figure> Measure(World world);
}

internal enum Aim
{
    None,
    AtLeast,
    AtMost,
}

/// <summary>One measured value.</summary>
/// <param name="Peer">True: not ours, measured beside ours for comparison.</param>
internal sealed record Figure(string Name, double Value, string Unit, string Note = "", bool Peer = false, Aim Aim = Aim.None, double Target = 0)
{
    public string Part { get; init; } = "";

    public bool? Met => Aim switch { Aim.AtLeast => Value >= Target, Aim.AtMost => Value <= Target, _ => null };

    public string Wanted => Aim switch { Aim.AtLeast => $"≥ {Number(Target, Unit)}", Aim.AtMost => $"≤ {Number(Target, Unit)}", _ => "" };

    public string Shown => Number(Value, Unit);

    public Figure AtLeast(double target) => this with { Aim = Aim.AtLeast, Target = target };

    public Figure AtMost(double target) => this with { Aim = Aim.AtMost, Target = target };

    public string Line(bool quick)
    {
        var mark = quick || Met is not { } met ? "" : met ? "  ✓ " + Wanted : "  ✗ " + Wanted;
        return $"   {(Peer ? "peer: " : "")}{Name,-58} {Shown,18}{mark}{(Note.Length > 0 ? "   " + Note : "")}";
    }

    private static string Number(double value, string unit) => unit switch
    {
        "share" => value.ToString("0.000000", CultureInfo.InvariantCulture),
        "s" => value.ToString("0.000", CultureInfo.InvariantCulture) + " s",
        "" => value.ToString("N0", CultureInfo.InvariantCulture),
        _ => (Math.Abs(value) >= 1e9 ? (value / 1e9).ToString("0.00", CultureInfo.InvariantCulture) + " G"
            : Math.Abs(value) >= 1e6 ? (value / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + " M"
            : Math.Abs(value) >= 1e4 ? (value / 1e3).ToString("0.0", CultureInfo.InvariantCulture) + " k"
            : value.ToString("0.##", CultureInfo.InvariantCulture) + " ") + unit,
    };
}
