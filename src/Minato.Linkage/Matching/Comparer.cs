namespace Minato.Linkage.Matching;

/// <summary>Compares two identities field by field. Symmetric, and a function of the normal forms alone.</summary>
internal sealed class Comparer(IdentityColumns columns)
{
    private const int AdultAge = 18;
    private const int OldestBride = 60;

    private readonly Readings readings = columns.Readings;
    private readonly KanjiNames kanji = columns.Kanji;
    private readonly LevelCache texts = new();

    public Pattern Compare(int i, int j) => Compare(in columns[i], in columns[j]);

    /// <summary>Everything but the texts (place, town, lot, postal code, declared fields): a fraction of the cost.</summary>
    public Pattern CompareCore(in MatchRow a, in MatchRow b) => Compare(a, b, withTexts: false);

    public Pattern Compare(in MatchRow a, in MatchRow b) => Compare(a, b, withTexts: true);

    private Pattern Compare(in MatchRow a, in MatchRow b, bool withTexts)
    {
        var birth = Birth(a.Birth, b.Birth);
        var (family, given, order) = Names(a, b);
        var number = Number(a, b);
        if (family is NameLevel.Different or NameLevel.Distant && given >= NameLevel.Edit && IsGrownWoman(a, b))
        {
            family = NameLevel.Changed;
        }

        var bits = (ulong)given
            | ((ulong)family << 4)
            | ((ulong)order << 8)
            | ((ulong)birth << 12)
            | ((ulong)Sex(a.Sex, b.Sex) << 16)
            | ((ulong)number << 20)
            | ((ulong)Local(a, b) << 24);
        if (!withTexts)
        {
            return new Pattern(bits);
        }

        var lot = Text(a.Lot, b.Lot);
        var town = Text(a.Town, b.Town);
        bits |= ((ulong)Place(a, b) << 28)
            | ((ulong)town << 32)
            | ((ulong)lot << 36)
            | ((ulong)Text(a.Postal, b.Postal) << 40)
            | ((ulong)Twins(birth, family, given, number, town, lot, a.Branch) << 44)
            | ((ulong)Text(a.Other1, b.Other1) << 48)
            | ((ulong)Text(a.Other2, b.Other2) << 52)
            | ((ulong)Text(a.Other3, b.Other3) << 56)
            | ((ulong)Text(a.Other4, b.Other4) << 60);
        return new Pattern(bits);
    }

    public static BirthLevel Birth(int a, int b)
    {
        if (a == 0 || b == 0)
        {
            return BirthLevel.Unknown;
        }

        if (a == b)
        {
            return a % 10000 is 101 or 0 ? BirthLevel.SamePlaceholder : BirthLevel.Same;
        }

        return BirthDates(a, b);
    }

    public static NumberLevel Number(in MatchRow a, in MatchRow b)
    {
        if (a.Household == 0 || b.Household == 0)
        {
            return NumberLevel.Unknown;
        }

        if (a.Household == b.Household)
        {
            return a.Branch == 0 || b.Branch == 0 ? NumberLevel.Household
                : a.Branch == b.Branch ? NumberLevel.Same
                : NumberLevel.OtherInHousehold;
        }

        var (left, right) = (a.Digits, b.Digits);
        if (a.Insurer != b.Insurer && a.Insurer != 0 && b.Insurer != 0)
        {
            // The same long number at two insurers is the insurer mistyped.
            return left == right && left > 0x10000 ? NumberLevel.Slip : NumberLevel.OtherInsurer;
        }

        return left > 0x10000 && right > 0x10000 && IsDigitSlip(left - 1, right - 1) ? NumberLevel.Slip : NumberLevel.Different;
    }

    private static SexLevel Sex(Sex a, Sex b) => a == 0 || b == 0 ? SexLevel.Unknown : a == b ? SexLevel.Same : SexLevel.Different;

    private static LocalLevel Local(in MatchRow a, in MatchRow b) =>
        a.Local == 0 || b.Local == 0 || a.Holder != b.Holder ? LocalLevel.Unknown : a.Local == b.Local ? LocalLevel.Same : LocalLevel.Different;

    private static BirthLevel BirthDates(int a, int b)
    {
        var (ya, ma, da) = (a / 10000, a / 100 % 100, a % 100);
        var (yb, mb, db) = (b / 10000, b / 100 % 100, b % 100);
        if (ya == yb && (a % 10000 == 101 || b % 10000 == 101 || ma == 0 || mb == 0 || (ma == mb && (da == 0 || db == 0))))
        {
            return BirthLevel.Compatible;
        }

        if ((ya == yb && ma == db && da == mb) || (ma == mb && da == db && IsYearSlip(ya - yb)))
        {
            return BirthLevel.Slip;
        }

        if (IsDigitSlip(Bcd(a), Bcd(b)))
        {
            return BirthLevel.Digit;
        }

        return (ya == yb ? 1 : 0) + (ma == mb ? 1 : 0) + (da == db ? 1 : 0) >= 2 ? BirthLevel.TwoParts : BirthLevel.Different;
    }

    // Shōwa read as Heisei and so on: the same era year in another era; a year off comes from counting era years or years of age.
    private static bool IsYearSlip(int years) => Math.Abs(years) is 1 or 14 or 30 or 44 or 63;

    private static ulong Bcd(int number)
    {
        ulong made = 0;
        for (var shift = 0; shift < 32; shift += 4)
        {
            made |= (ulong)(number % 10) << shift;
            number /= 10;
        }

        return made;
    }

    /// <summary>One digit differs, or two neighbours are exchanged.</summary>
    private static bool IsDigitSlip(ulong a, ulong b)
    {
        var x = a ^ b;
        var first = System.Numerics.BitOperations.TrailingZeroCount(x) & ~3;
        var rest = x >> first;
        if (rest <= 15)
        {
            return true;
        }

        return rest <= 255 && ((a >> first) & 15) == ((b >> first >> 4) & 15) && ((b >> first) & 15) == ((a >> first >> 4) & 15);
    }

    private (NameLevel Family, NameLevel Given, OrderLevel Order) Names(in MatchRow a, in MatchRow b)
    {
        var splitA = (a.Family | a.FamilyKanji | a.Given | a.GivenKanji) != 0;
        var splitB = (b.Family | b.FamilyKanji | b.Given | b.GivenKanji) != 0;
        if (!splitA || !splitB)
        {
            return Wholes(a, b, splitA, splitB);
        }

        var family = Part(a.Family, a.FamilyKanji, b.Family, b.FamilyKanji);
        var given = Part(a.Given, a.GivenKanji, b.Given, b.GivenKanji);
        if (family < NameLevel.Edit && given < NameLevel.Edit && (Meet(a.Family, a.FamilyKanji, b.Given, b.GivenKanji) || Meet(a.Given, a.GivenKanji, b.Family, b.FamilyKanji)))
        {
            var one = Part(a.Family, a.FamilyKanji, b.Given, b.GivenKanji);
            var two = Part(a.Given, a.GivenKanji, b.Family, b.FamilyKanji);
            var (low, high) = one < two ? (one, two) : (two, one);
            if (high >= NameLevel.Edit && (low >= NameLevel.Part || low == NameLevel.Unknown))
            {
                return (low, high, OrderLevel.Swapped);
            }
        }

        return (family, given, family >= NameLevel.Edit || given >= NameLevel.Edit ? OrderLevel.AsWritten : OrderLevel.Unknown);
    }

    // Cheap: most pairs of different people do not meet crosswise.
    private bool Meet(int readingA, int kanjiA, int readingB, int kanjiB) =>
        (readingA != 0 && readings.VoiceOf(readingA) == readings.VoiceOf(readingB)) || (kanjiA != 0 && kanjiA == kanjiB);

    /// <summary>Reading and kanji of one part, judged together.</summary>
    private NameLevel Part(int readingA, int kanjiA, int readingB, int kanjiB) => Part(readings, readingA, kanjiA, readingB, kanjiB);

    private NameLevel Part(Readings of, int readingA, int kanjiA, int readingB, int kanjiB)
    {
        var reading = of.Compare(readingA, readingB);
        return kanji.Compare(kanjiA, kanjiB) switch
        {
            KanjiAgreement.Unknown => reading,
            KanjiAgreement.Same => reading == NameLevel.Exact ? NameLevel.Both : reading >= NameLevel.Close ? NameLevel.NearBoth : NameLevel.Kanji,
            KanjiAgreement.Compatible => reading == NameLevel.Unknown ? NameLevel.KanjiNear : reading,
            KanjiAgreement.Near => reading switch { NameLevel.Unknown => NameLevel.KanjiNear, >= NameLevel.Voice => NameLevel.OtherKanji, _ => reading },
            _ => reading >= NameLevel.Voice ? NameLevel.OtherKanji : NameLevel.Different,
        };
    }

    /// <summary>Where a name is not split, the whole is compared; the parts of the other side say where it would be cut.</summary>
    private (NameLevel Family, NameLevel Given, OrderLevel Order) Wholes(in MatchRow a, in MatchRow b, bool splitA, bool splitB)
    {
        var whole = Part(columns.Wholes, a.Whole, a.WholeKanji, b.Whole, b.WholeKanji);
        if (whole is >= NameLevel.Close or NameLevel.Unknown or NameLevel.OtherKanji || splitA == splitB)
        {
            return (whole, whole, whole >= NameLevel.Edit ? OrderLevel.AsWritten : OrderLevel.Unknown);
        }

        ref readonly var parts = ref splitA ? ref a : ref b;
        ref readonly var one = ref splitA ? ref b : ref a;
        var text = columns.Wholes.TextOf(one.Whole);
        var family = readings.TextOf(parts.Family);
        var given = readings.TextOf(parts.Given);
        if (text.Length > 0 && family.Length > 0 && given.Length > 0)
        {
            // GIVEN FAMILY in one field is usual in Latin letters.
            if (text.Length == family.Length + given.Length && text.StartsWith(given, StringComparison.Ordinal) && text.EndsWith(family, StringComparison.Ordinal))
            {
                return (NameLevel.Exact, NameLevel.Exact, OrderLevel.Swapped);
            }

            if (text.StartsWith(family, StringComparison.Ordinal) || text.EndsWith(family, StringComparison.Ordinal))
            {
                var rest = text.StartsWith(family, StringComparison.Ordinal) ? text[family.Length..] : text[..^family.Length];
                return (NameLevel.Exact, rest.Length == 0 ? NameLevel.Unknown : Likeness.OfNames(rest, given), OrderLevel.AsWritten);
            }

            if (text.EndsWith(given, StringComparison.Ordinal) || text.StartsWith(given, StringComparison.Ordinal))
            {
                var rest = text.EndsWith(given, StringComparison.Ordinal) ? text[..^given.Length] : text[given.Length..];
                return (rest.Length == 0 ? NameLevel.Unknown : Likeness.OfNames(rest, family), NameLevel.Exact, OrderLevel.AsWritten);
            }
        }

        return (whole, whole, OrderLevel.Unknown);
    }

    private TextLevel Text(int a, int b)
    {
        if (a == 0 || b == 0)
        {
            return TextLevel.Unknown;
        }

        if (a == b)
        {
            return TextLevel.Same;
        }

        if (!texts.TryGet(a, b, out var level))
        {
            level = (byte)Likeness.OfTexts(columns.Texts[a], columns.Texts[b]);
            texts.Set(a, b, level);
        }

        return (TextLevel)level;
    }

    private PlaceLevel Place(in MatchRow a, in MatchRow b)
    {
        var prefecture = a.Prefecture != 0 && b.Prefecture != 0;
        if (a.Place == 0 || b.Place == 0)
        {
            return !prefecture ? PlaceLevel.Unknown : a.Prefecture == b.Prefecture ? PlaceLevel.SamePrefecture : PlaceLevel.Different;
        }

        return Text(a.Place, b.Place) switch
        {
            TextLevel.Same => PlaceLevel.Same,
            TextLevel.Near or TextLevel.Part => PlaceLevel.Near,
            _ => prefecture && a.Prefecture == b.Prefecture ? PlaceLevel.SamePrefecture : PlaceLevel.Different,
        };
    }

    private static bool IsGrownWoman(in MatchRow a, in MatchRow b)
    {
        if (a.Sex == Kernel.Sex.Male || b.Sex == Kernel.Sex.Male || (a.Sex == 0 && b.Sex == 0))
        {
            return false;
        }

        var born = Math.Max(a.Birth, b.Birth) / 10000;
        var age = Math.Max(a.AsOfYear, b.AsOfYear) - born;
        return born == 0 || (a.AsOfYear | b.AsOfYear) == 0 || age is >= AdultAge and <= OldestBride;
    }

    private static TwinsLevel Twins(BirthLevel birth, NameLevel family, NameLevel given, NumberLevel number, TextLevel town, TextLevel lot, byte branch)
    {
        var other = given is NameLevel.Different or NameLevel.Distant or NameLevel.KanjiNear;
        if (other && birth is BirthLevel.Different or BirthLevel.TwoParts)
        {
            var together = number is NumberLevel.Household or NumberLevel.OtherInHousehold
                || (number != NumberLevel.Same && lot == TextLevel.Same && town is TextLevel.Same or TextLevel.Unknown);
            return together ? TwinsLevel.Relatives : TwinsLevel.Unknown;
        }

        if (birth != BirthLevel.Same || given == NameLevel.Unknown)
        {
            return TwinsLevel.Unknown;
        }

        var twins = number switch
        {
            // Twins' names are often one kana apart; with another branch beside it that is no slip.
            NumberLevel.OtherInHousehold => given < NameLevel.Small,
            NumberLevel.Household => other,
            NumberLevel.Same => other && branch != MatchRow.Personal,
            NumberLevel.Slip => false,
            _ => other && family >= NameLevel.Edit && lot == TextLevel.Same && town is TextLevel.Same or TextLevel.Unknown,
        };
        return twins ? TwinsLevel.Likely : TwinsLevel.Unknown;
    }
}
