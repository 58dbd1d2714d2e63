namespace Minato.Linkage.Matching;

/// <summary>What the rules may speak of.</summary>
internal enum Field
{
    /// <summary>Insurer, symbol, number and branch: one person.</summary>
    Number,

    /// <summary>Insurer, symbol and number: a household.</summary>
    Household,
    Insurer,

    /// <summary>The matched number was in force on the day of the record, as far as the history tells.</summary>
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
}

/// <summary>Agreement per field of one identity, or of all identities of a person, with another.</summary>
internal struct Comparison
{
    [System.Runtime.CompilerServices.InlineArray(13)]
    private struct Levels
    {
        private Level first;
    }

    private Levels levels;

    public readonly Level this[Field field] => levels[(int)field];

    public void AtLeast(Field field, Level level)
    {
        if (level > levels[(int)field])
        {
            levels[(int)field] = level;
        }
    }

    /// <summary>
    /// Adds what two birth dates say. Not per identity as the other fields: two people who were each once given the same
    /// placeholder would then be born on one day. It is the person's own date that counts (<see cref="BirthBallot"/>).
    /// </summary>
    public void AddBirth(DateOnly a, DateOnly b) =>
        AtLeast(Field.Birth, a == b ? Level.Same : Normal.BirthDate.IsSlip(a, b) ? Level.Near : Level.Different);

    /// <summary>Adds what two single identities say, but for the birth date, to what is known of their persons.</summary>
    public void Add(KnownIdentity left, KnownIdentity right)
    {
        var (a, b) = (left.Evidence, right.Evidence);
        AtLeast(Field.Insurer, Equal(a.Insurer, b.Insurer));
        if (a.Household != 0 && b.Household != 0)
        {
            var household = a.Household == b.Household;
            AtLeast(Field.Household, household ? Level.Same : Level.Different);
            if (a.Number != 0 && b.Number != 0)
            {
                AtLeast(Field.Number, a.Number == b.Number ? Level.Same : household ? Level.Different : Level.Unknown);
            }

            if (household)
            {
                AtLeast(Field.Period, left.InForceFor(right) && right.InForceFor(left) ? Level.Same : Level.Different);
            }
            else if (left.OverlapDays(right) >= KnownIdentity.RivalDays)
            {
                AtLeast(Field.Insurance, Level.Rival);
            }
        }

        if (a.Local != 0 && b.Local != 0)
        {
            AtLeast(Field.Local, a.Local == b.Local ? Level.Same : a.Holder == b.Holder ? Level.Different : Level.Unknown);
        }

        if (a.Sex != Sex.Unknown && b.Sex != Sex.Unknown)
        {
            AtLeast(Field.Sex, a.Sex == b.Sex ? Level.Same : Level.Different);
        }

        var kana = a.KanaLoose == 0 || b.KanaLoose == 0 ? Level.Unknown
            : a.KanaLoose == b.KanaLoose ? Level.Same
            : a.KanaNear == b.KanaNear ? Level.Near
            : Parts(a.KanaFamily, a.KanaGiven, b.KanaFamily, b.KanaGiven);
        // A name with a replaced character has no whole form; an intact given name still speaks for it, never against.
        var kanji = a.Kanji == 0 || b.Kanji == 0
            ? a.KanjiGiven != 0 && a.KanjiGiven == b.KanjiGiven ? Level.Given : Level.Unknown
            : a.Kanji == b.Kanji ? Level.Same
            : Parts(a.KanjiFamily, a.KanjiGiven, b.KanjiFamily, b.KanjiGiven);
        AtLeast(Field.Kana, kana);
        AtLeast(Field.Kanji, kanji);
        AtLeast(Field.Name, kana >= Level.Near || kanji == Level.Same ? Level.Same : kana == Level.Unknown && kanji == Level.Unknown ? Level.Unknown : Level.Different);
        AtLeast(Field.Given, kana >= Level.Given || kanji >= Level.Given ? Level.Same
            : (a.KanaGiven != 0 && b.KanaGiven != 0) || (a.KanjiGiven != 0 && b.KanjiGiven != 0) || kana == Level.Different || kanji == Level.Different ? Level.Different
            : Level.Unknown);

        AtLeast(Field.Address, Equal(a.Lot, b.Lot) is Level.Same ? Level.Same
            : a.Municipality == 0 || b.Municipality == 0 ? Level.Unknown
            : a.Municipality == b.Municipality ? Level.Municipality : Level.Different);
    }

    private static Level Equal(UInt128 a, UInt128 b) => a == 0 || b == 0 ? Level.Unknown : a == b ? Level.Same : Level.Different;

    private static Level Parts(UInt128 familyA, UInt128 givenA, UInt128 familyB, UInt128 givenB) =>
        givenA != 0 && givenA == givenB ? Level.Given : familyA != 0 && familyA == familyB ? Level.Family : Level.Different;
}
