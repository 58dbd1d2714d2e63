using System.Globalization;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Matching;

/// <summary>
/// How common names are: <c>standards/linkage/name-frequencies-v1.txt</c>, frozen, so that what two identities weigh depends on
/// nothing but the two. A name that is not in the table is as rare as the rarest that is; more is not claimed of it.
/// </summary>
internal sealed class NameFrequencies
{
    /// <summary>No name counts as rarer than one person in 2^13.</summary>
    public const double MostBits = 13;

    private readonly Dictionary<string, float>[] bits;

    private NameFrequencies(string version, Dictionary<string, float>[] bits) => (Version, this.bits) = (version, bits);

    /// <summary>The four tables of the file, in its order.</summary>
    public enum Part
    {
        FamilyReading,
        GivenReading,
        FamilyKanji,
        GivenKanji,
    }

    public string Version { get; }

    /// <summary>
    /// Lines are <c>name TAB people</c> under a head <c>= Part people</c>, which says how many people were counted; '#' begins a remark.
    /// Readings stand at level Voice, kanji as their classes.
    /// </summary>
    /// <exception cref="FormatException">A line says neither; the message names it.</exception>
    public static NameFrequencies Parse(string version, string text)
    {
        Dictionary<string, float>[] tables = [.. Enum.GetValues<Part>().Select(_ => new Dictionary<string, float>(StringComparer.Ordinal))];
        var (part, people) = (-1, 0.0);
        foreach (var (line, at) in text.Split('\n').Select((l, i) => (l.TrimEnd('\r'), i + 1)))
        {
            var cells = line.Split('\t');
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line[0] == '=' && line.Split(' ') is [_, var name, var all] && Enum.TryParse<Part>(name, out var which) && double.TryParse(all, CultureInfo.InvariantCulture, out people) && people > 0)
            {
                part = (int)which;
            }
            else if (part >= 0 && cells.Length == 2 && int.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0)
            {
                tables[part][cells[0]] = (float)Math.Min(MostBits, -Math.Log2(n / people));
            }
            else
            {
                throw new FormatException($"Name frequencies, line {at}: neither a name with its people nor the head of a table.");
            }
        }

        return new NameFrequencies(version, tables);
    }

    /// <summary>The step of rarity of a whole name (<see cref="Levels.Rare"/>), of two bits each: at 0 more than one person in 2^13 bears it, at 7 at most one in 2^25.</summary>
    public static byte WholeRarity(double bits) => (byte)Math.Clamp((int)(bits - 11) / 2, 0, Levels.Rarities);

    /// <summary>Of a given name, of one bit each: at 0 more than one person in 2^6 bears it, at 7 at most one in 2^12.</summary>
    public static byte GivenRarity(double bits) => (byte)Math.Clamp((int)bits - 5, 0, Levels.Rarities);

    /// <summary>Between one person in how many and one in how many bear a whole name of this rarity.</summary>
    public static (double From, double To) BearersOf(int rarity) => (Math.Pow(2, 11 + (2 * rarity)), Math.Pow(2, 13 + (2 * rarity)));

    /// <summary>How rare a name is, in bits: one person in 2^bits bears it. A missing name is as common as can be.</summary>
    public double BitsOf(Part part, ReadOnlySpan<char> name) =>
        name.IsEmpty ? 0 : bits[(int)part].GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var known) ? known : MostBits;

    /// <summary>Of a whole name; where nothing separates its parts, as if cut where that makes it most common.</summary>
    public double BitsOf(Part family, string whole, string familyName, string givenName)
    {
        if (familyName.Length > 0 && givenName.Length > 0)
        {
            return BitsOf(family, familyName) + BitsOf(family + 1, givenName);
        }

        var least = whole.Length == 0 ? 0 : 2 * MostBits;
        for (var cut = 1; cut < whole.Length; cut++)
        {
            least = Math.Min(least, BitsOf(family, whole.AsSpan(0, cut)) + BitsOf(family + 1, whole.AsSpan(cut)));
        }

        return least;
    }
}

/// <summary>What is known of names in general: which characters are variants, and how common which names are.</summary>
internal sealed record NameTables(KanjiClasses Classes, NameFrequencies Frequencies);
