using System.Globalization;

namespace Minato.Bench.Linkage;

internal sealed record Settings
{
    public bool Quick { get; init; }
    public IReadOnlyList<string> Only { get; init; } = [];
    public int People { get; init; }
    public ulong Seed { get; init; } = 2026;
    public string? Febrl { get; init; }
    public string? Json { get; init; }

    public static bool TryParse(string[] args, out Settings settings)
    {
        settings = new Settings();
        for (var i = 0; i < args.Length; i++)
        {
            string? Next() => i + 1 < args.Length ? args[++i] : null;
            switch (args[i])
            {
                case "--quick":
                    settings = settings with { Quick = true };
                    break;
                case "--only" when Next() is { } parts:
                    settings = settings with { Only = parts.Split(',') };
                    break;
                case "--people" when int.TryParse(Next(), CultureInfo.InvariantCulture, out var n) && n >= 1000:
                    settings = settings with { People = n };
                    break;
                case "--seed" when ulong.TryParse(Next(), CultureInfo.InvariantCulture, out var seed):
                    settings = settings with { Seed = seed };
                    break;
                case "--febrl" when Next() is { } folder:
                    settings = settings with { Febrl = folder };
                    break;
                case "--json" when Next() is { } file:
                    settings = settings with { Json = file };
                    break;
                default:
                    return false;
            }
        }

        settings = settings.People > 0 ? settings : settings with { People = settings.Quick ? 20_000 : 1_000_000 };
        return true;
    }
}
