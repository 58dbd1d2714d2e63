using System.Text;

namespace Minato.Linkage.Matching;

/// <summary>The fields of a <see cref="Pattern"/>. The number is the nibble's place.</summary>
internal enum PatternField : byte
{
    Given = 0,
    Family = 1,

    /// <summary>Whether the two parts of the name had to be exchanged to agree.</summary>
    Order = 2,
    Birth = 3,
    Sex = 4,

    /// <summary>Insured number and household in one: see <see cref="NumberLevel"/>.</summary>
    Number = 5,

    /// <summary>The holder's own patient number; unknown between two holders.</summary>
    Local = 6,
    Place = 7,
    Town = 8,
    Lot = 9,
    Postal = 10,

    /// <summary>Known only where two people share household or lot and bear other given names: see <see cref="TwinsLevel"/>.</summary>
    Twins = 11,

    /// <summary>What a mapping declares beside the fields of a person: mail address, telephone, birth place.</summary>
    Other1 = 12,
    Other2 = 13,
    Other3 = 14,
    Other4 = 15,
}

/// <summary>
/// How far one part of a name agrees, by its reading and by its kanji together; higher is more agreement.
/// Alone, neither decides: ヒロコ is 裕子, 弘子 or 寛子, and 裕子 is ヒロコ or ユウコ.
/// </summary>
internal enum NameLevel : byte
{
    Unknown = 0,
    Different = 1,

    /// <summary>A family name that differs, of an adult woman whose given name agrees: names change with marriage.</summary>
    Changed = 2,

    /// <summary>Somewhat alike.</summary>
    Distant = 3,

    /// <summary>An initial, a short form, or one of several names.</summary>
    Part = 4,

    /// <summary>Read the same, written with other kanji.</summary>
    OtherKanji = 5,

    /// <summary>One kanji differs; the reading is not known.</summary>
    KanjiNear = 6,

    /// <summary>Two slips in a long name.</summary>
    Close = 7,

    /// <summary>One slip.</summary>
    Edit = 8,

    /// <summary>Equal without voice marks.</summary>
    Voice = 9,

    /// <summary>Equal without long vowels.</summary>
    Long = 10,

    /// <summary>Equal with small kana written large.</summary>
    Small = 11,

    /// <summary>The kanji agree (as classes of variants); the reading is unknown or differs.</summary>
    Kanji = 12,

    /// <summary>The reading agrees; nothing speaks of other kanji.</summary>
    Exact = 13,

    /// <summary>The kanji agree, the reading up to a slip or a fold.</summary>
    NearBoth = 14,

    /// <summary>Reading and kanji agree.</summary>
    Both = 15,
}

internal enum OrderLevel : byte
{
    Unknown = 0,
    Swapped = 1,
    AsWritten = 2,
}

internal enum BirthLevel : byte
{
    Unknown = 0,
    Different = 1,

    /// <summary>Two of year, month and day agree.</summary>
    TwoParts = 2,

    /// <summary>One side is a placeholder or a part of a date, and what is known of it agrees.</summary>
    Compatible = 3,

    /// <summary>Day and month exchanged, era mistaken, a year off.</summary>
    Slip = 4,

    /// <summary>One digit differs, or two neighbouring digits are exchanged.</summary>
    Digit = 5,

    /// <summary>The same first of January: what systems write where the day is not known.</summary>
    SamePlaceholder = 6,
    Same = 7,
}

internal enum SexLevel : byte
{
    Unknown = 0,
    Different = 1,
    Same = 2,
}

internal enum NumberLevel : byte
{
    Unknown = 0,

    /// <summary>Same insurer (or a number without insurer), another number.</summary>
    Different = 1,

    /// <summary>Another insurer: numbers change with the employer, so this says little.</summary>
    OtherInsurer = 2,

    /// <summary>One household, two branches: two people, or a mistaken branch.</summary>
    OtherInHousehold = 3,

    /// <summary>One household, and at least one side has no branch.</summary>
    Household = 4,

    /// <summary>One slip in the number, or the insurer mistyped.</summary>
    Slip = 5,
    Same = 6,
}

internal enum LocalLevel : byte
{
    Unknown = 0,

    /// <summary>Two numbers of one holder: some patients are registered twice.</summary>
    Different = 1,
    Same = 2,
}

internal enum PlaceLevel : byte
{
    Unknown = 0,
    Different = 1,
    SamePrefecture = 2,
    Near = 3,
    Same = 4,
}

/// <summary>Of towns, lots, postal codes and declared fields.</summary>
internal enum TextLevel : byte
{
    Unknown = 0,
    Different = 1,

    /// <summary>A part agrees: the first three digits of a postal code, the head of a lot number, most letters of a text.</summary>
    Part = 2,

    /// <summary>One slip.</summary>
    Near = 3,
    Same = 4,
}

internal enum TwinsLevel : byte
{
    Unknown = 0,

    /// <summary>One birth date, another given name, one household.</summary>
    Likely = 1,

    /// <summary>Another birth date and another given name in one household: that they share all the rest says only that they live together.</summary>
    Relatives = 2,
}

/// <summary>
/// How far two identities agree, field by field: 4 bits a field, 0 unknown, 1 different, higher is more agreement. A value, so that
/// patterns are counted, weighed and looked up without an object per pair.
/// </summary>
internal readonly record struct Pattern(ulong Bits)
{
    public const int Fields = 16;
    public const int Levels = 16;

    private static readonly Type[] LevelTypes =
    [
        typeof(NameLevel), typeof(NameLevel), typeof(OrderLevel), typeof(BirthLevel), typeof(SexLevel), typeof(NumberLevel), typeof(LocalLevel), typeof(PlaceLevel),
        typeof(TextLevel), typeof(TextLevel), typeof(TextLevel), typeof(TwinsLevel), typeof(TextLevel), typeof(TextLevel), typeof(TextLevel), typeof(TextLevel),
    ];

    private static readonly string[][] Names = [.. LevelTypes.Select(t => Enum.GetNames(t).Select(JsonName).ToArray())];

    public static IReadOnlyList<PatternField> All { get; } = Enum.GetValues<PatternField>();

    public NameLevel Given => (NameLevel)this[PatternField.Given];

    public NameLevel Family => (NameLevel)this[PatternField.Family];

    public BirthLevel Birth => (BirthLevel)this[PatternField.Birth];

    public SexLevel Sex => (SexLevel)this[PatternField.Sex];

    public NumberLevel Number => (NumberLevel)this[PatternField.Number];

    public LocalLevel Local => (LocalLevel)this[PatternField.Local];

    public PlaceLevel Place => (PlaceLevel)this[PatternField.Place];

    public TextLevel Town => (TextLevel)this[PatternField.Town];

    public TextLevel Lot => (TextLevel)this[PatternField.Lot];

    public TextLevel Postal => (TextLevel)this[PatternField.Postal];

    public int this[PatternField field] => (int)(Bits >> ((int)field * 4)) & 15;

    public Pattern With(PatternField field, int level) => new((Bits & ~(15UL << ((int)field * 4))) | ((ulong)level << ((int)field * 4)));

    /// <summary>The names of a field's levels in order, as rules and models write them ('otherKanji'); the first is 'unknown'.</summary>
    public static IReadOnlyList<string> LevelNames(PatternField field) => Names[(int)field];

    public static string FieldName(PatternField field) => JsonName(field.ToString());

    /// <exception cref="FormatException">No field bears this name.</exception>
    public static PatternField FieldOf(string name)
    {
        foreach (var field in All)
        {
            if (FieldName(field) == name)
            {
                return field;
            }
        }

        throw new FormatException($"There is no field '{name}'.");
    }

    /// <exception cref="FormatException">The field has no level of this name.</exception>
    public static int LevelOf(PatternField field, string name)
    {
        var at = Array.IndexOf(Names[(int)field], name);
        return at >= 0 ? at : throw new FormatException($"Field '{FieldName(field)}' has no level '{name}'.");
    }

    /// <summary>What is known, for the desk and for tests: <c>given=exact birth=slip</c>. Holds no value of anybody.</summary>
    public override string ToString()
    {
        var made = new StringBuilder();
        foreach (var field in All)
        {
            if (this[field] is var level and > 0)
            {
                made.Append(made.Length > 0 ? " " : "").Append(FieldName(field)).Append('=').Append(Names[(int)field][level]);
            }
        }

        return made.ToString();
    }

    private static string JsonName(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
