using System.Runtime.Intrinsics;

namespace Minato.Linkage.Matching;

/// <summary>What the rules may speak of. The order is the place of the field in <see cref="Levels"/>.</summary>
internal enum Field
{
    /// <summary>Insurer, symbol, number and branch: one person.</summary>
    Number,

    /// <summary>Insurer, symbol and number: a household.</summary>
    Household,

    /// <summary>Whether a shared number was in force on the day of the record, as far as the history tells.</summary>
    Period,

    /// <summary>The holder's own patient number.</summary>
    Local,
    Birth,
    Sex,
    Kana,
    Kanji,

    /// <summary>The whole name, by kana or kanji.</summary>
    Name,

    /// <summary>The given name, by kana or kanji.</summary>
    Given,
    Address,

    /// <summary>Two different insured numbers in use at the same time: one person has only one insurance.</summary>
    Insurance,

    /// <summary>NDB's hash of number, birth date and sex.</summary>
    Id1,

    /// <summary>NDB's hash of name, birth date and sex.</summary>
    Id2,

    /// <summary>Hash of kana name, birth date and sex.</summary>
    Id4,

    /// <summary>Hash of the oldest insured number.</summary>
    Id5,
}

/// <summary>
/// How far two sides agree. Higher is more agreement, so that the best over several identities of a person is the maximum.
/// <see cref="Different"/> therefore means: comparable, and none of the person's identities agrees.
/// </summary>
internal enum Level : byte
{
    Unknown = 0,
    Different = 1,

    /// <summary>Of an address: the municipality agrees.</summary>
    Municipality = 2,

    /// <summary>Of a name: only the family name agrees.</summary>
    Family = 3,

    /// <summary>Of a name: only the given name agrees (a family name changes with marriage).</summary>
    Given = 4,

    /// <summary>A likely slip of the pen: voice marks, long vowels; day and month exchanged, one digit.</summary>
    Near = 5,
    Same = 6,

    /// <summary>Of the insurance: two numbers were in use at once.</summary>
    Rival = 7,

    /// <summary>Of the period: the number had ended. One such sighting counts more than any inside the period.</summary>
    Lapsed = 8,

    /// <summary>From here on, of the name and the given name: the same, and ever rarer (<see cref="Levels.Rare"/>). To rules they are all the same.</summary>
    Rare = 9,
}

/// <summary>Agreement of two identities, or of all identities of two persons: sixteen fields of four bits.</summary>
internal readonly record struct Levels(ulong Bits)
{
    /// <summary>How many steps of rarity an agreeing name has beside 'common', which is 0.</summary>
    public const int Rarities = 15 - (int)Level.Lapsed;

    public Level this[Field field] => (Level)((Bits >> ((int)field * 4)) & 15);

    public Levels With(Field field, Level level) => new((Bits & ~(15UL << ((int)field * 4))) | ((ulong)level << ((int)field * 4)));

    /// <summary>The same levels without rarity: what rules see, and remember.</summary>
    public Levels Plain
    {
        get
        {
            const ulong Rare = (8UL << ((int)Field.Name * 4)) | (8UL << ((int)Field.Given * 4));
            var rare = (Bits & Rare) >> 3;
            return new Levels((Bits & ~(rare * 15)) | (rare * (ulong)Level.Same));
        }
    }

    /// <summary>A name that agrees and has this rarity, from 0 (common) to <see cref="Rarities"/>.</summary>
    public static Level Rare(int rarity) => rarity == 0 ? Level.Same : Level.Rare - 1 + (byte)rarity;

    /// <summary>The better of both in each field: what two persons agree on is what any two of their identities agree on.</summary>
    public static Levels Max(Levels a, Levels b)
    {
        const ulong Low = 0x0F0F0F0F0F0F0F0F;
        var max = Vector128.Max(
            Vector128.Create(a.Bits & Low, (a.Bits >> 4) & Low).AsByte(), Vector128.Create(b.Bits & Low, (b.Bits >> 4) & Low).AsByte()).AsUInt64();
        return new Levels(max[0] | (max[1] << 4));
    }
}

/// <summary>Levels as the files of rules and weights name them.</summary>
internal static class LevelWord
{
    /// <param name="where">What is being read, for the message.</param>
    /// <exception cref="FormatException">There is no such level.</exception>
    public static Level Parse(string word, string where) => word switch
    {
        "unknown" or "clear" => Level.Unknown,
        "different" => Level.Different,
        "family" => Level.Family,
        "municipality" => Level.Municipality,
        "given" => Level.Given,
        "near" => Level.Near,
        "same" or "inside" => Level.Same,
        "rival" => Level.Rival,
        "lapsed" => Level.Lapsed,
        ['r', 'a', 'r', 'e', >= '1' and <= '7' and var step] => Levels.Rare(step - '0'),
        _ => throw new FormatException($"{where}: there is no level '{word}'."),
    };

    public static string Of(Level level) => level >= Level.Rare ? $"rare{level - Level.Lapsed}" : level.ToString().ToLowerInvariant();
}
