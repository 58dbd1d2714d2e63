using System.Globalization;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Clk;

/// <summary>What of an identity can go into a CLK.</summary>
internal enum ClkPart
{
    Family,
    Given,
    Kanji,
    Birth,
    Sex,
    Postal,
    Municipality,
    Town,
    Lot,
}

/// <summary>The normal forms of one identity, part by part; what is not known is empty and sets no bit.</summary>
internal readonly struct ClkPerson
{
    public static int Parts { get; } = Enum.GetValues<ClkPart>().Length;

    private readonly string?[] parts;

    private ClkPerson(string?[] parts, DateOnly? birth) => (this.parts, Birth) = (parts, birth);

    public DateOnly? Birth { get; }

    public string this[ClkPart part] => parts[(int)part] ?? "";

    /// <param name="family">Reading of the family name, or of the whole name where <paramref name="given"/> is not known apart.</param>
    /// <param name="address">In one field; null where it comes in parts.</param>
    public static ClkPerson Of(
        string? family, string? given, string? kanji, DateOnly? birth, Sex sex, string? postal, string? address, KanjiClasses classes, DateOnly today)
    {
        var form = AddressForm.Of(address, postal);
        return Make(family, given, kanji, birth, sex, postal, form.Municipality, form.Town, form.Lot, classes, today);
    }

    /// <summary>The address too comes in parts.</summary>
    public static ClkPerson OfParts(
        string? family, string? given, string? kanji, DateOnly? birth, Sex sex, string? postal, string? municipality, string? town, string? lot, KanjiClasses classes, DateOnly today) =>
        Make(family, given, kanji, birth, sex, postal, Plain(municipality), Plain(town), Plain(lot), classes, today);

    private static ClkPerson Make(
        string? family, string? given, string? kanji, DateOnly? birth, Sex sex, string? postal, string municipality, string town, string lot, KanjiClasses classes, DateOnly today)
    {
        var reading = ReadingForm.OfParts(family, given);
        var sane = BirthDate.Sane(birth, today);
        var parts = new string?[Parts];
        parts[(int)ClkPart.Family] = Sound(reading.Family, reading.IsLatin);
        parts[(int)ClkPart.Given] = Sound(reading.Given, reading.IsLatin);
        parts[(int)ClkPart.Kanji] = KanjiForm.Of(kanji, classes) is { IsReadingOnly: false } form ? form.Loose : "";
        parts[(int)ClkPart.Birth] = sane?.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        parts[(int)ClkPart.Sex] = sex switch { Kernel.Sex.Male => "1", Kernel.Sex.Female => "2", _ => "" };
        parts[(int)ClkPart.Postal] = string.Concat(WrittenForm.Unify(postal).Where(char.IsAsciiLetterOrDigit));
        (parts[(int)ClkPart.Municipality], parts[(int)ClkPart.Town], parts[(int)ClkPart.Lot]) = (municipality, town, lot);
        return new ClkPerson(parts, sane);
    }

    /// <summary>What small kana and long vowels leave. Latin letters stay: a slip that makes them romaji, or no romaji, would change every bigram.</summary>
    private static string Sound(ReadingPart part, bool latin) => latin ? Plain(part.Exact) : part.Long;

    private static string Plain(string? text) => WrittenForm.Unify(text).Replace(" ", "", StringComparison.Ordinal);

    /// <summary>Holds an identity: printing one by accident must not leak it.</summary>
    public override string ToString() => "ClkPerson(withheld)";
}
