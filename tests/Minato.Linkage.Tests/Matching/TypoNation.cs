using Minato.Linkage.Matching;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Tests.Matching;

/// <summary>
/// People with Latin names of syllables, frequencies by Zipf, each written twice: the second time with FEBRL's kinds of error
/// (one to three a record: letters replaced, dropped, exchanged; names swapped; digits of the date; fields left empty).
/// </summary>
internal sealed record TypoNation(IdentityColumns Columns, IReadOnlyList<IdentityParts> Parts, IReadOnlyList<int> Persons, int Split)
{
    private static readonly string[] Heads = ["ba", "ke", "mi", "sto", "ra", "li", "wha", "den", "gar", "fo", "bry", "cha"];
    private static readonly string[] Tails = ["ton", "ley", "man", "rick", "sa", "nny", "berg", "dall", "vin", "th", "xis", "quel"];

    public static string Standards { get; } = Find();

    public static KanjiClasses Classes { get; } = KanjiClasses.Parse("高髙\n");

    public static TypoNation Make(int people, int seed)
    {
        var random = new Random(seed);
        var columns = new IdentityColumns(Classes);
        var (first, second) = (new List<IdentityParts>(), new List<IdentityParts>());
        for (var p = 0; p < people; p++)
        {
            var born = new DateOnly(1920, 1, 1).AddDays(random.Next(36_000));
            var clean = new IdentityParts(new PersonIdentity()) { Family = Name(random), Given = Name(random), Birth = (born.Year * 10000) + (born.Month * 100) + born.Day };
            first.Add(clean);
            second.Add(Spoilt(clean, random));
        }

        var order = Enumerable.Range(0, people).ToArray();
        random.Shuffle(order);
        List<IdentityParts> parts = [.. first, .. order.Select(o => second[o])];
        foreach (var part in parts)
        {
            columns.Add(part);
        }

        return new TypoNation(columns, parts, [.. Enumerable.Range(0, people), .. order], people);
    }

    public (double Precision, double Recall) Quality(MatchResult result)
    {
        var right = result.Links.Take(result.Made).Count(l => Persons[l.A] == Persons[l.B]);
        return ((double)right / Math.Max(1, result.Made), (double)right / Split);
    }

    private static string Name(Random random)
    {
        var rare = random.NextDouble() * random.NextDouble();
        return Heads[(int)(rare * Heads.Length)] + Heads[random.Next(Heads.Length)] + Tails[(int)(random.NextDouble() * random.NextDouble() * Tails.Length)];
    }

    private static IdentityParts Spoilt(IdentityParts clean, Random random)
    {
        var made = clean;
        for (var errors = random.Next(0, 3); errors > 0; errors--)
        {
            made = random.Next(12) switch
            {
                < 4 => made with { Family = Typed(made.Family, random) },
                < 8 => made with { Given = Typed(made.Given, random) },
                8 => made with { Family = made.Given, Given = made.Family },
                9 or 10 => made with { Birth = made.Birth - (made.Birth % 10) + random.Next(10) },
                _ => made with { Given = null },
            };
        }

        return made;
    }

    private static string? Typed(string? name, Random random)
    {
        if (name is null)
        {
            return null;
        }

        var at = random.Next(name.Length - 1);
        return random.Next(3) switch
        {
            0 => name.Remove(at, 1),
            1 => name[..at] + (char)('a' + random.Next(26)) + name[(at + 1)..],
            _ => name[..at] + name[at + 1] + name[at] + name[(at + 2)..],
        };
    }

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(folder, "standards", "linkage")))
        {
            folder = Path.GetDirectoryName(folder.TrimEnd('/'))!;
        }

        return Path.Combine(folder, "standards");
    }
}
