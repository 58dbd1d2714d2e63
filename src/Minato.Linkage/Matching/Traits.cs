using System.Runtime.InteropServices;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Matching;

/// <summary>
/// What matching knows of one identity: its normal forms as keyed hashes (never written to a disk, made anew at each
/// opening), birth date, sex. 0 is "not known".
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Traits
{
    public ulong Number;
    public ulong Household;
    public ulong Local;
    public ulong KanaLoose;
    public ulong KanaNear;
    public ulong Kanji;
    public ulong Lot;

    /// <summary>The parts of the kana name, and of a name written in Latin: 16 bits each, for names whose parts come in any order or not all.</summary>
    public ulong KanaParts;
    public ulong LatinParts;

    /// <summary>The given name itself, as far as a slip of the pen in it is to be seen: eight kana, or four characters.</summary>
    public ulong GivenKana;
    public ulong GivenKanji;

    // Compared only between identities that share a block, so that half the width is plenty.
    public uint KanaFamily;
    public uint KanaGiven;
    public uint KanjiFamily;
    public uint KanjiGiven;
    public uint Holder;
    public uint Municipality;
    public uint Id1;
    public uint Id2;
    public uint Id4;
    public uint Id5;

    /// <summary>Day number of the birth date; 0: not known.</summary>
    public int Birth;
    public Sex Sex;

    /// <summary>How rare the whole name and the given name are, by reading and by kanji (<see cref="Levels.Rare"/>).</summary>
    public byte KanaRarity;
    public byte KanaGivenRarity;
    public byte KanjiRarity;
    public byte KanjiGivenRarity;

    /// <summary><see cref="Kanji"/> is a name written in Latin letters: it says nothing of one in kanji, for or against.</summary>
    public bool IsLatin
    {
        readonly get => latin != 0;
        set => latin = value ? 1 : 0;
    }

    // A whole word, so that no byte of the struct is padding: it is compared as bytes.
    private int latin;

    /// <summary>Enough is known to look for a person at all; otherwise each record stands alone.</summary>
    public readonly bool Suffices =>
        Number != 0 || Local != 0 || (Id1 | Id2 | Id4 | Id5) != 0 || (Birth != 0 && (Household != 0 || KanaLoose != 0 || Kanji != 0));

    public static Traits Of(PersonIdentity identity, HolderId? holder, NationalIds? ids, DateOnly today, NameTables names)
    {
        var (classes, frequencies) = names;
        var number = InsuredNumber.Of(identity.InsurerNumber, identity.InsuredSymbol, identity.InsuredNumber, identity.InsuredBranch);
        var kanji = KanjiForm.Of(identity.NameKanji, classes);
        var kana = ReadingForm.Of(identity.NameKana);
        var kanaText = identity.NameKana;
        if (kanji.IsReadingOnly && kana.Whole.IsEmpty)
        {
            (kana, kanaText) = (ReadingForm.Of(identity.NameKanji), identity.NameKanji);
        }

        if (IsLatinText(kana.Whole.Long))
        {
            // Latin that does not read as kana is a way of writing, not a reading.
            kanji = kanji.Exact.Length == 0 ? KanjiForm.Of(kanaText, classes) : kanji;
            (kana, kanaText) = (ReadingForm.Empty, null);
        }

        var latin = IsLatinText(kanji.Whole);
        if (kanji.IsKanaOnly)
        {
            kanji = KanjiForm.Empty;
        }

        var address = AddressForm.Of(identity.Address);
        var local = holder is { } h && LocalOf(identity.LocalPatientId) is { Length: > 0 } id ? $"{h.Value}|{id}" : "";
        return new Traits
        {
            Number = KeyedHash.Of('n', number.Person),
            Household = KeyedHash.Of('h', number.Household),
            Local = KeyedHash.Of('l', local),
            Holder = local.Length > 0 ? Half(KeyedHash.Of('o', holder!.Value.Value)) : 0,
            KanaLoose = KeyedHash.Of('k', kana.Whole.Small),
            KanaNear = KeyedHash.Of('v', kana.Whole.Voice),
            KanaFamily = Half(KeyedHash.Of('p', kana.Family.Voice)),
            KanaGiven = Half(KeyedHash.Of('p', kana.Given.Voice)),
            Kanji = KeyedHash.Of('j', kanji.Loose),
            KanjiFamily = Half(KeyedHash.Of('q', kanji.FamilyLoose)),
            KanjiGiven = Half(KeyedHash.Of('q', kanji.GivenLoose)),
            KanaParts = kana.HasOneGiven && !kana.Family.IsEmpty ? PartOf(kana.Family.Voice) | (PartOf(kana.Given.Voice) << 16) : PartsOf(kanaText, latin: false),
            LatinParts = latin ? PartsOf(kanji.Exact, latin: true) : 0,
            GivenKana = Packed(kana.Given.Voice, 8),
            GivenKanji = latin ? 0 : Packed(kanji.GivenLoose, 4),
            KanaRarity = NameFrequencies.WholeRarity(frequencies.BitsOf(NameFrequencies.Part.FamilyReading, kana.Whole.Voice, kana.Family.Voice, kana.Given.Voice)),
            KanaGivenRarity = NameFrequencies.GivenRarity(frequencies.BitsOf(NameFrequencies.Part.GivenReading, kana.Given.Voice)),
            KanjiRarity = latin ? (byte)0 : NameFrequencies.WholeRarity(frequencies.BitsOf(NameFrequencies.Part.FamilyKanji, kanji.Loose, kanji.FamilyLoose, kanji.GivenLoose)),
            KanjiGivenRarity = latin ? (byte)0 : NameFrequencies.GivenRarity(frequencies.BitsOf(NameFrequencies.Part.GivenKanji, kanji.GivenLoose)),
            IsLatin = latin,
            Lot = address.Whole.Length > address.Municipality.Length ? KeyedHash.Of('a', address.Whole) : 0,
            Municipality = Half(KeyedHash.Of('m', address.Municipality)),
            Id1 = Half(KeyedHash.Of('1', ids?.Id1)),
            Id2 = Half(KeyedHash.Of('2', ids?.Id2)),
            Id4 = Half(KeyedHash.Of('4', ids?.Id4)),
            Id5 = Half(KeyedHash.Of('5', ids?.Id5)),
            Birth = BirthDate.Sane(identity.BirthDate, today)?.DayNumber ?? 0,
            Sex = identity.Sex,
        };
    }

    /// <summary>How far two identities agree. <see cref="Field.Period"/> and <see cref="Field.Insurance"/> depend on days and are added by the caller.</summary>
    public static Levels Compare(in Traits a, in Traits b)
    {
        var levels = default(Levels);
        if (a.Household != 0 && b.Household != 0)
        {
            var household = a.Household == b.Household;
            levels = levels.With(Field.Household, household ? Level.Same : Level.Different);
            if (a.Number != 0 && b.Number != 0)
            {
                levels = levels.With(Field.Number, a.Number == b.Number ? Level.Same : household ? Level.Different : Level.Unknown);
            }

            if (household)
            {
                levels = levels.With(Field.Period, Level.Same);
            }
        }

        if (a.Local != 0 && b.Local != 0)
        {
            levels = levels.With(Field.Local, a.Local == b.Local ? Level.Same : a.Holder == b.Holder ? Level.Different : Level.Unknown);
        }

        if (a.Sex != Sex.Unknown && b.Sex != Sex.Unknown)
        {
            levels = levels.With(Field.Sex, a.Sex == b.Sex ? Level.Same : Level.Different);
        }

        var kana = a.KanaLoose == 0 || b.KanaLoose == 0 ? Level.Unknown
            : a.KanaLoose == b.KanaLoose ? Level.Same
            : a.KanaNear == b.KanaNear ? Level.Near
            : Parts(a.KanaFamily, a.KanaGiven, b.KanaFamily, b.KanaGiven, a.KanaParts, b.KanaParts);

        // A name with a replaced character has no whole form; an intact given name still speaks for it, never against.
        var kanji = a.Kanji == 0 || b.Kanji == 0
            ? a.KanjiGiven != 0 && a.KanjiGiven == b.KanjiGiven ? Level.Given : Level.Unknown
            : a.Kanji == b.Kanji ? Level.Same
            : a.IsLatin != b.IsLatin ? Level.Unknown
            : Parts(a.KanjiFamily, a.KanjiGiven, b.KanjiFamily, b.KanjiGiven, a.LatinParts, b.LatinParts);
        var given = kana >= Level.Given ? RarityOf(a.KanaGiven, b.KanaGiven, a.KanaGivenRarity, b.KanaGivenRarity)
            : kanji >= Level.Given ? RarityOf(a.KanjiGiven, b.KanjiGiven, a.KanjiGivenRarity, b.KanjiGivenRarity)
            : IsOneSlip(a.GivenKana, b.GivenKana, 8, least: 3) || IsOneSlip(a.GivenKanji, b.GivenKanji, 16, least: 2) ? Level.Near
            : (a.KanaGiven != 0 && b.KanaGiven != 0) || (a.KanjiGiven != 0 && b.KanjiGiven != 0 && a.IsLatin == b.IsLatin) || kana == Level.Different || kanji == Level.Different ? Level.Different
            : Level.Unknown;
        return levels
            .With(Field.Birth, CompareBirths(a.Birth, b.Birth))
            .With(Field.Kana, kana)
            .With(Field.Kanji, kanji)
            .With(Field.Name, kana >= Level.Near ? Levels.Rare(Math.Min(a.KanaRarity, b.KanaRarity))
                : kanji == Level.Same ? Levels.Rare(Math.Min(a.KanjiRarity, b.KanjiRarity))
                : kana == Level.Unknown && kanji == Level.Unknown ? Level.Unknown : Level.Different)
            .With(Field.Given, given)
            .With(Field.Address, a.Lot != 0 && a.Lot == b.Lot ? Level.Same
                : a.Municipality == 0 || b.Municipality == 0 ? Level.Unknown
                : a.Municipality == b.Municipality ? Level.Municipality : Level.Different)
            .With(Field.Id1, Equal(a.Id1, b.Id1))
            .With(Field.Id2, Equal(a.Id2, b.Id2))
            .With(Field.Id4, Equal(a.Id4, b.Id4))
            .With(Field.Id5, Equal(a.Id5, b.Id5));
    }

    /// <summary>Equal in all that is compared, however they are written.</summary>
    public static bool SayTheSame(in Traits a, in Traits b) =>
        a.KanaLoose == b.KanaLoose && MemoryMarshal.AsBytes(new ReadOnlySpan<Traits>(in a)).SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<Traits>(in b)));

    /// <summary>Both name an insurance, and not the same one: by the number, or where there is none by its hash.</summary>
    public static bool AreInsuredElsewhere(in Traits a, in Traits b) =>
        a.Household != 0 && b.Household != 0 ? a.Household != b.Household : a.Id1 != 0 && b.Id1 != 0 && a.Id1 != b.Id1;

    public static Level CompareBirths(int a, int b) =>
        a == 0 || b == 0 ? Level.Unknown
        : a == b ? Level.Same
        : BirthDate.IsSlip(DateOnly.FromDayNumber(a), DateOnly.FromDayNumber(b)) ? Level.Near : Level.Different;

    private static Level Equal(uint a, uint b) => a == 0 || b == 0 ? Level.Unknown : a == b ? Level.Same : Level.Different;

    /// <summary>
    /// By the parts: as registers write them, then in any order, then as far as the shorter name goes. Names of three and four
    /// parts lose some and change places from record to record.
    /// </summary>
    private static Level Parts(uint familyA, uint givenA, uint familyB, uint givenB, ulong partsA, ulong partsB)
    {
        if (givenA != 0 && givenA == givenB)
        {
            return Level.Given;
        }

        var (shared, fewer, more) = Shared(partsA, partsB);
        return fewer >= 2 && shared == fewer ? fewer == more ? Level.Near : Level.Given
            : familyA != 0 && familyA == familyB ? Level.Family : Level.Different;
    }

    /// <summary>Of given names that agree; where only some of their parts do, nothing is claimed of them.</summary>
    private static Level RarityOf(uint givenA, uint givenB, byte rarityA, byte rarityB) => Levels.Rare(givenA == givenB ? Math.Min(rarityA, rarityB) : 0);

    private static (int Shared, int Fewer, int More) Shared(ulong a, ulong b)
    {
        var (shared, left, right) = (0, 0, 0);
        for (var i = 0; i < 64; i += 16)
        {
            var part = (ushort)(a >> i);
            left += part != 0 ? 1 : 0;
            right += (ushort)(b >> i) != 0 ? 1 : 0;
            for (var j = 0; j < 64 && part != 0; j += 16)
            {
                if ((ushort)(b >> j) == part)
                {
                    shared++;
                    break;
                }
            }
        }

        return (shared, Math.Min(left, right), Math.Max(left, right));
    }

    /// <summary>One character differs, is missing or too many. Both packed with the first character lowest.</summary>
    /// <param name="least">So many characters at least in the longer one.</param>
    private static bool IsOneSlip(ulong a, ulong b, int bits, int least)
    {
        if (a == 0 || b == 0 || a == b)
        {
            return false;
        }

        var (lengthA, lengthB) = (Length(a, bits), Length(b, bits));
        if (Math.Max(lengthA, lengthB) < least || Math.Abs(lengthA - lengthB) > 1)
        {
            return false;
        }

        var differing = System.Numerics.BitOperations.TrailingZeroCount(a ^ b) / bits * bits;
        var one = (1UL << bits) - 1;
        var (restA, restB) = (a >> differing, b >> differing);
        return lengthA == lengthB ? (restA & ~one) == (restB & ~one)
            : lengthA > lengthB ? restA >> bits == restB
            : restB >> bits == restA;
    }

    private static int Length(ulong packed, int bits) => (64 - System.Numerics.BitOperations.LeadingZeroCount(packed) + bits - 1) / bits;

    /// <summary>The characters one after the other; 0 where they do not fit. Katakana fit in eight bits.</summary>
    private static ulong Packed(string text, int most)
    {
        var bits = 64 / most;
        var packed = 0UL;
        if (text.Length > most)
        {
            return 0;
        }

        for (var i = 0; i < text.Length; i++)
        {
            var c = bits == 8 ? text[i] - 0x309F : text[i];
            if (c <= 0 || c >= 1 << bits)
            {
                return 0;
            }

            packed |= (ulong)c << (i * bits);
        }

        return packed;
    }

    private static ulong PartsOf(string? written, bool latin)
    {
        if (string.IsNullOrEmpty(written))
        {
            return 0;
        }

        var (parts, n) = (0UL, 0);
        foreach (var part in WrittenForm.Unify(written).Split(' ', '・'))
        {
            var form = latin ? part : ReadingForm.Of(part).Whole.Voice;
            if (form.Length > 0 && n < 4)
            {
                parts |= PartOf(form) << (16 * n++);
            }
        }

        return parts;
    }

    private static ulong PartOf(string form) => form.Length == 0 ? 0 : (KeyedHash.Of('s', form) >> 48) | 1;

    private static bool IsLatinText(string text) => text.Length > 0 && text[0] < '\u0250';

    private static uint Half(ulong hash) => hash == 0 ? 0 : (uint)(hash >> 32) | 1;

    private static string LocalOf(string? written)
    {
        if (written is null)
        {
            return "";
        }

        var id = WrittenForm.Unify(written).Replace(" ", "", StringComparison.Ordinal);
        var bare = id.Length > 0 && id.All(char.IsAsciiDigit) ? id.TrimStart('0') : id;
        return bare.Length > 0 && !(bare.Length >= 4 && bare.All(c => c == '9')) ? bare : "";
    }
}
