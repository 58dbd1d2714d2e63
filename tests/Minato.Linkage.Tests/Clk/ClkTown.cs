using Minato.Linkage.Clk;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Tests;

/// <summary>A small population with names as frequent as names are (Zipf), birth dates over eighty years, and a town to live in. The same every time.</summary>
internal static class ClkTown
{
    public static readonly DateOnly Today = new(2026, 4, 1);
    private static readonly KanjiClasses Classes = KanjiClasses.Parse("");
    private static readonly string[] Syllables = ["サ", "トウ", "スズ", "キ", "タカ", "ハシ", "ナカ", "ムラ", "ヤマ", "モト", "コ", "バヤシ", "カ", "イ", "ヨシ", "ダ", "マツ", "シタ", "ハル", "ミ", "ユウ", "ケン", "ジ", "アキ", "リョウ", "マ", "ナ", "エ"];

    public sealed record Person(string Family, string Given, DateOnly Birth, Sex Sex, string Postal, string Municipality, string Town, string Lot);

    public static List<Person> People(int count, int seed)
    {
        var names = new Random(7);
        var (families, givens) = (Names(names, 400), Names(names, 300));
        var random = new Random(seed);
        var people = new List<Person>();
        for (var i = 0; i < count; i++)
        {
            var area = random.Next(40);
            people.Add(new Person(
                families[Zipf(random, families.Length)],
                givens[Zipf(random, givens.Length)],
                new DateOnly(1945, 1, 1).AddDays(random.Next(80 * 365)),
                random.Next(2) == 0 ? Sex.Male : Sex.Female,
                $"{1000000 + (area * 137)}",
                families[area % 10] + "シ",
                givens[area] + "チヨウ",
                $"{random.Next(1, 9)}-{random.Next(1, 30)}-{random.Next(1, 20)}"));
        }

        return people;
    }

    /// <summary>As another register writes it: a fifth of the people with one slip.</summary>
    public static Person Misspelt(Person p, Random random) => random.Next(20) switch
    {
        0 => p with { Family = p.Family[1..] + "ン" },
        1 => p with { Given = p.Given + "コ" },
        2 => p with { Lot = $"{random.Next(1, 9)}-{random.Next(1, 30)}" },
        3 => p with { Family = p.Given, Given = p.Family },
        _ => p,
    };

    public static ClkSet Encode(ClkSchema schema, byte[] key, IReadOnlyList<Person> people)
    {
        var normal = people.Select(p => ClkPerson.OfParts(p.Family, p.Given, null, p.Birth, p.Sex, p.Postal, p.Municipality, p.Town, p.Lot, Classes, Today)).ToArray();
        using var encoder = new ClkEncoder(schema, key);
        var clks = new ulong[normal.Length * ClkBits.Words];
        encoder.Encode(normal, clks);
        var set = new ClkSet(normal.Length);
        for (var i = 0; i < normal.Length; i++)
        {
            set.Add((uint)i + 1, clks.AsSpan(i * ClkBits.Words, ClkBits.Words));
        }

        return set;
    }

    public static ClkSchema Schema(string name) => ClkSchema.Read(Quay.Standards, name).Value;

    public static byte[] Key(int n) => [.. Enumerable.Range(0, 32).Select(i => (byte)((i * 31) + n))];

    private static string[] Names(Random random, int count)
    {
        var names = new HashSet<string>();
        while (names.Count < count)
        {
            names.Add(string.Concat(Enumerable.Range(0, random.Next(2, 4)).Select(_ => Syllables[random.Next(Syllables.Length)])));
        }

        return [.. names];
    }

    private static int Zipf(Random random, int count) => (int)Math.Min(count - 1, Math.Pow(count + 1, random.NextDouble()) - 1);
}
