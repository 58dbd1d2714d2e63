using System.Globalization;
using System.Text;
using Minato.Kernel;
using Minato.Linkage.Matching;
using Minato.Linkage.Normal;
using Minato.Linkage.Store;
using Minato.Synthetic;

namespace Minato.Bench.Linkage;

/// <summary>
/// <c>./minato bench learn-weights [people [seed]]</c>: counts names in a register of the nation, and levels of agreement between two
/// identities of one person and between strangers, and writes what <see cref="LinkWeights"/> and <see cref="NameFrequencies"/> read.
/// The seed is not that of the nation on which quality is measured.
/// </summary>
internal static class LearnWeights
{
    private const int PairsOfPerson = 6;
    private const int Strangers = 200_000_000;

    /// <summary>Beyond it the two are most likely of one generation: names have fashions.</summary>
    private const double Generation = 0.03;

    private static readonly (Field First, Field? Second)[] Terms =
    [
        (Field.Kana, Field.Kanji), (Field.Birth, null), (Field.Sex, null), (Field.Address, null), (Field.Household, Field.Number), (Field.Local, null),
    ];

    private static IEnumerable<int> Steps => Enumerable.Range(0, Levels.Rarities + 1);

    public static int Run(string[] args)
    {
        var people = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
        var seed = args.Length > 1 ? ulong.Parse(args[1], CultureInfo.InvariantCulture) : 1;
        var nation = SyntheticRoom.Identities(new NationOptions(people, seed));
        var folder = Path.Combine(World.Standards, "linkage");
        var command = string.Create(CultureInfo.InvariantCulture, $"./minato bench learn-weights {people} {seed}");
        var register = nation.Register(SyntheticDesk.Municipality, new DateOnly(2021, 4, 1)).Select(r => (Kana: ReadingForm.Of(r.Identity.NameKana), Kanji: KanjiForm.Of(r.Identity.NameKanji, Engines.Classes))).ToList();
        var table = Frequencies(register, command);
        File.WriteAllText(Path.Combine(folder, "name-frequencies-v1.txt"), table);
        var names = new NameTables(Engines.Classes, NameFrequencies.Parse("name-frequencies@1", table));
        File.WriteAllText(Path.Combine(folder, "weights-v1.json"), Weights(register, names, Identities(nation, names), command));
        return 0;
    }

    /// <summary>Names that at least one person in 2^13 bears: rarer ones are not told apart, and nobody can be found by them.</summary>
    private static string Frequencies(List<(ReadingForm Kana, KanjiForm Kanji)> register, string command)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# How many people bear a name, in a register of the synthetic nation. Written by {command}\n");
        foreach (var part in Enum.GetValues<NameFrequencies.Part>())
        {
            var all = register.Select(r => part switch
            {
                NameFrequencies.Part.FamilyReading => r.Kana.Family.Voice,
                NameFrequencies.Part.GivenReading => r.Kana.Given.Voice,
                NameFrequencies.Part.FamilyKanji => r.Kanji.FamilyLoose,
                _ => r.Kanji.GivenLoose,
            }).Where(n => n.Length > 0).ToList();
            var least = all.Count / Math.Pow(2, NameFrequencies.MostBits);
            text.Append(CultureInfo.InvariantCulture, $"= {part} {all.Count}\n");
            foreach (var name in all.GroupBy(n => n).Where(g => g.Count() >= least).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"{name.Key}\t{name.Count()}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>The different identities of each person.</summary>
    private static List<Traits[]> Identities(SyntheticIdentities nation, NameTables names)
    {
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var key = new byte[32];
        var persons = new Dictionary<int, Dictionary<UInt128, Traits>>();
        foreach (var r in nation.Records())
        {
            if (!persons.TryGetValue(r.Person, out var own))
            {
                persons.Add(r.Person, own = []);
            }

            var holder = new HolderId(r.Holder);
            var hash = KeyedHash.Wide(RawIdentity.Line(r.Identity, holder, null, ""), key);
            if (!own.ContainsKey(hash))
            {
                own.Add(hash, Traits.Of(r.Identity, holder, null, today, names));
            }
        }

        return [.. persons.OrderBy(p => p.Key).Select(p => p.Value.Values.ToArray())];
    }

    private static string Weights(List<(ReadingForm Kana, KanjiForm Kanji)> register, NameTables names, List<Traits[]> persons, string command)
    {
        var (same, pairs) = Same(persons);
        var (strangers, contemporaries) = (Others(persons, nearInAge: false), Others(persons, nearInAge: true));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""
            {
              "version": "linkage-weights@1",
              "about": {
                "ja": "規則が結ばない二つの記録の重みです。m は同じ人の二つの記録で、u は別人の二つの記録で、その一致水準になる確率で、重みは log2(m/u) です。合計から求めた確率で結ぶか、担当者に見せるかを決めます。",
                "en": "Weights for pairs that no rule joins: m is the probability of a level between two identities of one person, u between two people (its upper bound), and log2(m/u) the weight. The sum, with the chance that two of so many people are one, gives the probability by which a pair is joined or shown to the desk. Learnt by {{command}}."
              },
              "people": 1000000,
              "wrongAtMost": 0.01,
              "askFrom": 0.5,
              "when": { "given": ["same"], "insurance": ["clear"], "local": ["same", "unknown"] },
              "terms": [

            """);
        foreach (var (first, second) in Terms)
        {
            var others = first == Field.Kana ? contemporaries : strangers;
            Term(text, first, second, Marginal(same, first, second), pairs, Marginal(others, first, second), Strangers);
            text.Append(",\n");
        }

        var (whole, given) = Rarities(register, names.Frequencies);
        Rarity(text, "\"name\"", "", whole);
        text.Append(",\n");
        Rarity(text, "\"name\", \"given\"", "different ", given);
        return text.Append("\n  ]\n}\n").ToString();
    }

    private static (Dictionary<ulong, long> Counts, long Pairs) Same(List<Traits[]> persons)
    {
        var (random, counts, pairs) = (new Random(1), new Dictionary<ulong, long>(), 0L);
        foreach (var own in persons.Where(p => p.Length > 1))
        {
            for (var k = 0; k < PairsOfPerson; k++)
            {
                var (a, b) = (random.Next(own.Length), random.Next(own.Length - 1));
                var levels = Traits.Compare(own[a], own[b >= a ? b + 1 : b]).Plain.Bits;
                counts[levels] = counts.GetValueOrDefault(levels) + 1;
                pairs++;
            }
        }

        return (counts, pairs);
    }

    /// <summary>Random pairs of two people; of one sex and about one age, or of any.</summary>
    private static Dictionary<ulong, long> Others(List<Traits[]> persons, bool nearInAge)
    {
        var random = new Random(2);
        Traits[] all = [.. persons.Select(p => p[random.Next(p.Length)]).OrderBy(t => t.Sex).ThenBy(t => t.Birth)];
        var reach = nearInAge ? (int)(all.Length * Generation) : all.Length - 1;
        var total = new Dictionary<ulong, long>();
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, part =>
        {
            var (own, counts) = (new Random(part), new Dictionary<ulong, long>());
            for (var i = 0; i < Strangers / 64; i++)
            {
                var a = own.Next(all.Length);
                var levels = Traits.Compare(all[a], all[(a + 1 + own.Next(reach)) % all.Length]).Plain.Bits;
                counts[levels] = counts.GetValueOrDefault(levels) + 1;
            }

            lock (total)
            {
                foreach (var (levels, n) in counts)
                {
                    total[levels] = total.GetValueOrDefault(levels) + n;
                }
            }
        });
        return total;
    }

    private static Dictionary<(Level, Level), long> Marginal(Dictionary<ulong, long> counts, Field first, Field? second)
    {
        var made = new Dictionary<(Level, Level), long>();
        foreach (var (bits, n) in counts)
        {
            var levels = new Levels(bits);
            var at = (levels[first], second is { } s ? levels[s] : Level.Unknown);
            made[at] = made.GetValueOrDefault(at) + n;
        }

        return made;
    }

    /// <summary>Levels that say something: u at its upper bound (95 %), so that what was never seen is not taken for impossible.</summary>
    private static void Term(StringBuilder text, Field first, Field? second, Dictionary<(Level, Level), long> m, long pairs, Dictionary<(Level, Level), long> u, long others)
    {
        const int SeenAtLeast = 5;
        var fields = second is { } s ? $"\"{Word(first)}\", \"{Word(s)}\"" : $"\"{Word(first)}\"";
        text.Append(CultureInfo.InvariantCulture, $"    {{ \"fields\": [{fields}], \"levels\": {{\n");
        var (known, compared) = (pairs - m.GetValueOrDefault((Level.Unknown, Level.Unknown)), others - u.GetValueOrDefault((Level.Unknown, Level.Unknown)));
        var lines = m.Keys.Union(u.Keys).Where(k => k != (Level.Unknown, Level.Unknown) && m.GetValueOrDefault(k) + u.GetValueOrDefault(k) >= SeenAtLeast).Order().Select(k =>
        {
            var (seen, chance) = (m.GetValueOrDefault(k), u.GetValueOrDefault(k));
            var word = second is null ? LevelWord.Of(k.Item1) : $"{LevelWord.Of(k.Item1)} {LevelWord.Of(k.Item2)}";
            return Line(word, (seen + 0.5) / (known + 1), (chance + (1.645 * Math.Sqrt(chance)) + 3) / compared);
        });
        text.Append(string.Join(",\n", lines)).Append("\n    } }");
    }

    /// <summary>By how rare it is: the share of the people who bear such a name, and of the pairs of strangers who share one.</summary>
    private static (double[][] Whole, double[][] Given) Rarities(List<(ReadingForm Kana, KanjiForm Kanji)> register, NameFrequencies frequencies)
    {
        // Half a person to begin with, so that a step which nobody's name is on has a weight too.
        double[][] Begin(double bits, double step) => [[.. Steps.Select(_ => 0.5)], [.. Steps.Select(r => 0.5 * Math.Pow(2, -(bits + (r * step))))]];
        var (whole, given) = (Begin(12, 2), Begin(5.5, 1));
        foreach (var (kana, _) in register.Where(r => !r.Kana.Given.IsEmpty))
        {
            var bits = frequencies.BitsOf(NameFrequencies.Part.FamilyReading, kana.Whole.Voice, kana.Family.Voice, kana.Given.Voice);
            var ofGiven = frequencies.BitsOf(NameFrequencies.Part.GivenReading, kana.Given.Voice);
            whole[0][NameFrequencies.WholeRarity(bits)]++;
            whole[1][NameFrequencies.WholeRarity(bits)] += Math.Pow(2, -bits);
            given[0][NameFrequencies.GivenRarity(ofGiven)]++;
            given[1][NameFrequencies.GivenRarity(ofGiven)] += Math.Pow(2, -ofGiven);
        }

        return (whole, given);
    }

    private static void Rarity(StringBuilder text, string fields, string before, double[][] counts)
    {
        text.Append(CultureInfo.InvariantCulture, $"    {{ \"fields\": [{fields}], \"levels\": {{\n");
        var lines = Steps.Select(r => Line(before + LevelWord.Of(Levels.Rare(r)), counts[0][r] / counts[0].Sum(), counts[1][r] / counts[1].Sum()));
        text.Append(string.Join(",\n", lines)).Append("\n    } }");
    }

    private static string Line(string word, double m, double u) =>
        string.Create(CultureInfo.InvariantCulture, $"      \"{word}\": {{ \"m\": {Math.Min(m, 0.999999):0.0#####E-0}, \"u\": {Math.Min(u, 0.999999):0.0#####E-0} }}");

    private static string Word(Field field) => field.ToString().ToLowerInvariant();
}
