namespace Minato.Linkage.Matching;

/// <summary>
/// The weight of a pair in bits: the model's weights by level, with agreements on names made heavier for rare and lighter for common values of
/// these very files. Tables are by byte of the pattern (two fields), so that a weight is eight look-ups.
/// </summary>
internal sealed class Scorer
{
    private const double MostBonus = 8;

    private readonly LinkModel model;
    private readonly Comparer comparer;
    private readonly IdentityColumns columns;
    private readonly float[] table = new float[8 * 256];
    private readonly float[] best = new float[16];
    private readonly bool hasTexts;
    private readonly Terms? family;
    private readonly Terms? given;
    private readonly Terms? familyKanji;
    private readonly Terms? givenKanji;
    private readonly Terms? birth;
    private readonly Terms? whole;
    private readonly Terms? wholeKanji;
    private readonly float[] names = new float[2 * Pattern.Levels];

    public Scorer(IdentityColumns columns, Comparer comparer, LinkModel model)
    {
        (this.columns, this.comparer, this.model) = (columns, comparer, model);
        for (var pair = 0; pair < 8; pair++)
        {
            for (var b = 0; b < 256; b++)
            {
                table[(pair * 256) + b] = (float)(model.Weight((PatternField)(pair * 2), b & 15) + model.Weight((PatternField)((pair * 2) + 1), b >> 4));
            }
        }

        PatternField[] texts = [PatternField.Postal, PatternField.Place, PatternField.Town, PatternField.Lot, PatternField.Other1, PatternField.Other2, PatternField.Other3, PatternField.Other4];
        for (var t = 0; t < texts.Length; t++)
        {
            var same = (int)TextLevel.Same;
            best[t * 2] = (float)model.Weight(texts[t], same);
            best[(t * 2) + 1] = (float)Enumerable.Range(1, same - 1).Max(l => model.Weight(texts[t], l));
        }

        for (var level = 0; level < Pattern.Levels; level++)
        {
            names[level] = (float)model.Weight(PatternField.Given, level);
            names[Pattern.Levels + level] = (float)model.Weight(PatternField.Family, level);
        }

        hasTexts = columns.HasTexts;
        if (model.TermFrequency.Contains(PatternField.Family))
        {
            family = Terms.Of(columns, columns.Readings.Count, static (in r) => r.Family);
            familyKanji = Terms.Of(columns, columns.Kanji.Count, static (in r) => r.FamilyKanji);
        }

        if (model.TermFrequency.Contains(PatternField.Given))
        {
            given = Terms.Of(columns, columns.Readings.Count, static (in r) => r.Given);
            givenKanji = Terms.Of(columns, columns.Kanji.Count, static (in r) => r.GivenKanji);
        }

        if (family is not null && given is not null)
        {
            whole = Terms.Rarity(columns, columns.Wholes.Count, static (in r) => r.Whole);
            wholeKanji = Terms.Rarity(columns, columns.Kanji.Count, static (in r) => r.WholeKanji);
        }

        if (model.TermFrequency.Contains(PatternField.Birth))
        {
            birth = Terms.Of(columns, Days, static (in r) => DayOf(r.Birth), penaltyOnly: true);
        }
    }

    public Pattern Compare(int i, int j) => comparer.Compare(i, j);

    /// <summary>Twins, or relatives, and the model has something against them: never one person, whatever else agrees.</summary>
    public bool AreOthers(Pattern pattern) => model.Weight(PatternField.Twins, pattern[PatternField.Twins]) < 0;

    public float Weight(Pattern pattern)
    {
        var bits = pattern.Bits;
        return table[bits & 255] + table[256 + ((bits >> 8) & 255)] + table[512 + ((bits >> 16) & 255)] + table[768 + ((bits >> 24) & 255)]
            + table[1024 + ((bits >> 32) & 255)] + table[1280 + ((bits >> 40) & 255)] + table[1536 + ((bits >> 48) & 255)] + table[1792 + (bits >> 56)];
    }

    /// <summary>The weight, or some number below <paramref name="floor"/> where the weight is below it too.</summary>
    public float Weight(int i, int j, float floor = float.MinValue)
    {
        ref readonly var a = ref columns[i];
        ref readonly var b = ref columns[j];
        var core = comparer.CompareCore(a, b);
        var weight = Weight(core) + Bonus(core, a, b);
        if (!hasTexts)
        {
            return weight;
        }

        // Texts that are not equal can at best be near: most pairs end here, before a letter is looked at.
        var most = weight + Most(0, a.Postal, b.Postal) + Most(1, a.Place, b.Place) + Most(2, a.Town, b.Town) + Most(3, a.Lot, b.Lot)
            + Most(4, a.Other1, b.Other1) + Most(5, a.Other2, b.Other2) + Most(6, a.Other3, b.Other3) + Most(7, a.Other4, b.Other4);
        return most < floor ? most : Weight(comparer.Compare(a, b)) + (weight - Weight(core));
    }

    private float Most(int text, int a, int b) => a == 0 || b == 0 ? text == 1 ? best[3] : 0 : a == b ? best[text * 2] : best[(text * 2) + 1];

    /// <summary>What the frequency of the agreed values adds to the average weight of their levels.</summary>
    public float Bonus(Pattern pattern, in MatchRow a, in MatchRow b)
    {
        var swapped = pattern[PatternField.Order] == (int)OrderLevel.Swapped;
        var bonus = swapped
            ? given is null ? 0 : Crossed(a.Family, b.Given) + Crossed(a.Given, b.Family)
            : (family is null ? 0 : Name(pattern.Family, family, familyKanji!, a.Family, b.Family, a.FamilyKanji, b.FamilyKanji))
                + (given is null ? 0 : Name(pattern.Given, given, givenKanji!, a.Given, b.Given, a.GivenKanji, b.GivenKanji));
        if (whole is not null && a.Whole == b.Whole && a.Whole != 0)
        {
            // Given names follow family names (by country, if by nothing else): together they say no more than the whole name's own rarity.
            var most = a.WholeKanji != 0 && a.WholeKanji == b.WholeKanji ? wholeKanji![a.WholeKanji] : whole[a.Whole];
            bonus = Math.Min(bonus, most - names[(int)pattern.Given] - names[Pattern.Levels + (int)pattern.Family]);
        }

        return bonus + (birth is null || pattern.Birth < BirthLevel.SamePlaceholder ? 0 : birth[DayOf(a.Birth)]);
    }

    private float Crossed(int a, int b) => a == b && a != 0 ? Math.Min(0, given![a]) : 0;

    private const int Days = 300 * 13 * 32;

    /// <summary>A small number for each written date between 1800 and 2099; 0 for others.</summary>
    private static int DayOf(int birth) => birth / 10000 is var year and >= 1800 and < 2100 ? ((((year - 1800) * 13) + Math.Min(birth / 100 % 100, 12)) * 32) + Math.Min(birth % 100, 31) : 0;

    private static float Name(NameLevel level, Terms reading, Terms kanji, int readingA, int readingB, int kanjiA, int kanjiB) => level switch
    {
        NameLevel.Both or NameLevel.NearBoth or NameLevel.Kanji => kanjiA == kanjiB ? kanji[kanjiA] : 0,
        NameLevel.Exact => reading[readingA],
        >= NameLevel.Close and <= NameLevel.Small => Math.Min(reading[readingA], reading[readingB]) is var bonus && readingA != 0 && readingB != 0 ? bonus / 2 : 0,
        _ => 0,
    };

    internal delegate int IdOf(in MatchRow row);

    /// <summary>log2 of how much rarer than the average agreement each value is.</summary>
    private sealed class Terms(float[] bonus)
    {
        public float this[int id] => bonus[id];

        public static Terms Of(IdentityColumns columns, int ids, IdOf idOf, bool penaltyOnly = false)
        {
            var (counts, known) = Count(columns, ids, idOf);
            double squares = 0;
            foreach (var c in counts)
            {
                squares += c > 1 ? (double)c * (c - 1) : 0;
            }

            var average = known == 0 ? 1 : Math.Max(squares, 1) / ((double)known * known);
            return Each(counts, known, own =>
            {
                var bits = Math.Clamp(Math.Log2(average / own), -MostBonus, MostBonus);
                return penaltyOnly ? Math.Min(0, bits + 3) : bits;
            });
        }

        /// <summary>Bits of how rare each value is by itself.</summary>
        public static Terms Rarity(IdentityColumns columns, int ids, IdOf idOf)
        {
            var (counts, known) = Count(columns, ids, idOf);
            return Each(counts, known, own => -Math.Log2(own));
        }

        private static (int[] Counts, long Known) Count(IdentityColumns columns, int ids, IdOf idOf)
        {
            var counts = new int[ids];
            long known = 0;
            for (var i = 0; i < columns.Count; i++)
            {
                var id = idOf(in columns[i]);
                if (id > 0)
                {
                    counts[id]++;
                    known++;
                }
            }

            return (counts, known);
        }

        /// <param name="bits">From the share of the other identities that have the value.</param>
        private static Terms Each(int[] counts, long known, Func<double, double> bits)
        {
            var made = new float[counts.Length];
            for (var id = 1; id < made.Length; id++)
            {
                if (counts[id] > 0)
                {
                    made[id] = (float)bits(Math.Max(counts[id] - 1, 0.5) / known);
                }
            }

            return new Terms(made);
        }
    }
}
