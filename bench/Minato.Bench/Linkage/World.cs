using System.Text.Encodings.Web;
using System.Text.Json;
using Minato.Kernel;
using Minato.Synthetic;

namespace Minato.Bench.Linkage;

/// <summary>One record of a file to be linked, with the truth.</summary>
internal readonly record struct Row(PersonIdentity Identity, string Holder, int Person);

/// <summary>What the parts measure on: made once, when first asked for.</summary>
internal sealed class World(Settings settings) : IDisposable
{
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<string> folders = [];
    private SyntheticIdentities? nation;
    private (Row[], Row[])? registers;

    public Settings Settings => settings;

    public int People => settings.People;

    /// <summary>Ten years of the nation.</summary>
    public SyntheticIdentities Nation => nation ??= Live();

    /// <summary>The repository's standards folder.</summary>
    public static string Standards { get; } = Path.Combine(Root(), "standards");

    /// <summary>
    /// Two registers of the same people, eight years apart: the insurers' and the municipalities', each person once in each. In between they
    /// have moved, married, changed jobs, been born and died.
    /// </summary>
    public (Row[] Insurers, Row[] Towns) TwoRegisters()
    {
        if (registers is null)
        {
            registers = (Register(SyntheticDesk.Insurer, new DateOnly(2017, 4, 1)), Register(SyntheticDesk.Municipality, new DateOnly(2025, 4, 1)));

            // Who links two files holds no nation beside them.
            nation = null;
        }

        return registers.Value;
    }

    public string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("minato-bench-").FullName;
        folders.Add(folder);
        return folder;
    }

    public void Dispose()
    {
        foreach (var folder in folders.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Row[] Register(SyntheticDesk desk, DateOnly day) => [.. Nation.Register(desk, day).Select(r => new Row(r.Identity, r.Holder, r.Person))];

    private SyntheticIdentities Live()
    {
        var (seconds, made) = Timing.Once(() => SyntheticRoom.Identities(new NationOptions(settings.People, settings.Seed)));
        Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"   a nation of {settings.People:N0} people has lived ten years in {seconds:0.0} s"));
        return made;
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "global.json")))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
