using System.Text.Json;

namespace Minato.Linkage.Matching;

/// <summary>
/// Fellegi and Sunter's weights (1969) over <see cref="Levels"/>, for pairs that no rule joins: <c>standards/linkage/weights-v1.json</c>.
/// Each term is a field, or two that depend on one another, with the probability m of each of its levels between two identities of one person
/// and u between two people. How rare an agreeing name is, is a level like any other. Frozen data, so that a weight is a function of the pair.
/// All in sixteenths of a bit: sums of whole numbers are the same on every machine and in every order.
/// </summary>
internal sealed class LinkWeights
{
    /// <summary>The ranks of links by weight: after all rules, the heaviest first, in bands of <see cref="BandBits"/>.</summary>
    public const byte FirstRank = 100;
    public const byte LastRank = 124;

    /// <summary>Too likely to be thrown away and not likely enough to be joined: for the desk.</summary>
    public const byte Asked = 200;

    private const int Bit = 16;
    private const int BandBits = 4;
    private const int MostBits = 40;

    private readonly Term[] terms;
    private readonly int prior;
    private readonly int join;
    private readonly int ask;
    private readonly Clause when;

    private LinkWeights(string version, double people, double wrong, double likely, Clause when, Term[] terms)
    {
        (Version, this.when, this.terms) = (version, when, terms);
        prior = Sixteenths(-Math.Log2(people));
        join = Sixteenths(Math.Log2((1 - wrong) / wrong));
        ask = Sixteenths(Math.Log2(likely / (1 - likely)));
        RareFrom = Steps.FirstOrDefault(r => Most(r, Level.Near, [Level.Near, Level.Same], [Level.Same]) >= join, Levels.Rarities + 1);
        RareGivenFrom = Steps.FirstOrDefault(r => Most(r, Level.Same, [Level.Given], [Level.Given]) >= join, Levels.Rarities + 1);
    }

    public string Version { get; }

    /// <summary>
    /// From this rarity on (<see cref="Levels.Rarities"/>), a name can outweigh a slip in the birth date without help, so that people must be
    /// looked for by the name alone. Such a name has few bearers by its definition.
    /// </summary>
    public int RareFrom { get; }

    /// <summary>From this rarity on, a given name can outweigh another family name where the birth dates agree, without further help.</summary>
    public int RareGivenFrom { get; }

    private static IEnumerable<int> Steps => Enumerable.Range(0, Levels.Rarities + 1);

    /// <summary>How much more likely than not the two are one person, in sixteenths of a bit; below zero: less.</summary>
    public int Of(Levels levels)
    {
        var sum = prior;
        foreach (var term in terms)
        {
            sum += term.Of(levels);
        }

        return sum;
    }

    public double Bits(Levels levels) => Of(levels) / (double)Bit;

    /// <summary>The probability that two who agree so are one person.</summary>
    public double Probability(Levels levels) => 1 / (1 + Math.Pow(2, -Bits(levels)));

    /// <summary>The rank of a link by weight; <see cref="LinkRules.NoRule"/> where the two are not likely enough to be joined.</summary>
    public byte Rank(Levels levels) =>
        when.Holds(levels) && Of(levels) is var weight && weight >= join
            ? (byte)Math.Clamp(LastRank - (weight / (Bit * BandBits)), FirstRank, LastRank)
            : LinkRules.NoRule;

    /// <summary>Whether people should look at the two.</summary>
    public bool Asks(Levels levels) => when.Holds(levels) && Of(levels) >= ask;

    /// <exception cref="FormatException">The file does not say weights; the message names the place.</exception>
    public static LinkWeights Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return new LinkWeights(
                root.GetProperty("version").GetString() ?? throw new FormatException("The weights need a version."),
                Above(1, root.GetProperty("people").GetDouble(), "people"),
                Share(root.GetProperty("wrongAtMost").GetDouble(), "wrongAtMost"),
                Share(root.GetProperty("askFrom").GetDouble(), "askFrom"),
                Clause.Parse(root.GetProperty("when"), "weights"),
                [.. root.GetProperty("terms").EnumerateArray().Select(Term.Parse)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The weights are not the JSON that is expected: " + e.Message, e);
        }
    }

    /// <summary>The most that a name of this rarity weighs where kana or kanji agree so, the birth date so, and nothing else that a block finds.</summary>
    private int Most(int rarity, Level birth, Level[] kana, Level[] kanji)
    {
        Level[] all = [Level.Unknown, Level.Different, Level.Family, Level.Given, Level.Near, Level.Same];
        var whole = birth == Level.Near;
        var others = whole ? all : all[..4];
        var most = int.MinValue;
        foreach (var (k, j) in all.SelectMany(k => all.Select(j => (k, j))).Where(p => (kana.Contains(p.k) && others.Contains(p.j)) || (kanji.Contains(p.j) && others.Contains(p.k))))
        {
            foreach (var address in (ReadOnlySpan<Level>)[Level.Unknown, Level.Different, Level.Municipality])
            {
                most = Math.Max(most, Of(default(Levels).With(Field.Kana, k).With(Field.Kanji, j).With(Field.Name, whole ? Levels.Rare(rarity) : Level.Different)
                    .With(Field.Given, Levels.Rare(rarity)).With(Field.Birth, birth).With(Field.Sex, Level.Same).With(Field.Address, address)));
            }
        }

        return most;
    }

    private static int Sixteenths(double bits) => (int)Math.Round(Math.Clamp(bits, -1000, 1000) * Bit);

    private static double Share(double value, string what) =>
        value is > 0 and < 1 ? value : throw new FormatException($"'{what}' lies between 0 and 1.");

    private static double Above(double least, double value, string what) =>
        value > least ? value : throw new FormatException($"'{what}' is more than {least}.");

    /// <summary>One field or two, by their levels.</summary>
    private sealed class Term
    {
        private readonly int first;
        private readonly int second;
        private readonly short[] weights = new short[256];

        private Term(Field first, Field? second) => (this.first, this.second) = ((int)first * 4, second is { } s ? (int)s * 4 : -1);

        public int Of(Levels levels) =>
            weights[((int)(levels.Bits >> first) & 15) | (second < 0 ? 0 : ((int)(levels.Bits >> second) & 15) << 4)];

        public static Term Parse(JsonElement json)
        {
            var names = json.GetProperty("fields").EnumerateArray().Select(f => f.GetString() ?? "").ToList();
            var where = $"weights of {string.Join(" and ", names)}";
            Field[] fields = [.. names.Select(n => Enum.TryParse<Field>(n, ignoreCase: true, out var field) ? field : throw new FormatException($"{where}: there is no field '{n}'."))];
            if (fields.Length is 0 or > 2)
            {
                throw new FormatException($"{where}: a term has one field or two.");
            }

            var term = new Term(fields[0], fields.Length == 2 ? fields[1] : null);
            foreach (var property in json.GetProperty("levels").EnumerateObject())
            {
                Level[] levels = [.. property.Name.Split(' ').Select(word => LevelWord.Parse(word, where))];
                if (levels.Length != fields.Length)
                {
                    throw new FormatException($"{where}: '{property.Name}' does not name one level for each field.");
                }

                var (m, u) = (Share(property.Value.GetProperty("m").GetDouble(), where), Share(property.Value.GetProperty("u").GetDouble(), where));
                term.weights[(int)levels[0] | (levels.Length == 2 ? (int)levels[1] << 4 : 0)] = (short)Sixteenths(Math.Clamp(Math.Log2(m / u), -MostBits, MostBits));
            }

            return term;
        }
    }
}
