using System.Runtime.InteropServices;

namespace Minato.Linkage.Matching;

/// <summary>
/// One identity as matching sees it: ids of interned normal forms, 0 where nothing is known. Two of them are one or two cache lines each,
/// which is what a comparison costs at the rate of tens of millions a second; a column apart per field would cost a miss per field.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct MatchRow
{
    /// <summary>Readings of the parts of the name (<see cref="Vocabulary"/> of readings).</summary>
    public int Family;
    public int Given;

    /// <summary>The reading of the whole name; the only one known where a name is not split.</summary>
    public int Whole;

    /// <summary>Kanji of the parts and of the whole, by class of variants.</summary>
    public int FamilyKanji;
    public int GivenKanji;
    public int WholeKanji;

    /// <summary>yyyymmdd; 00 for an unknown month or day. Need not be a date that exists.</summary>
    public int Birth;

    /// <summary>Insurer, symbol and number.</summary>
    public int Household;
    public int Insurer;
    public int Local;
    public int Holder;
    public int Prefecture;
    public int Place;
    public int Town;
    public int Lot;
    public int Postal;
    public int Other1;
    public int Other2;
    public int Other3;
    public int Other4;

    /// <summary>The last sixteen digits of symbol and number, four bits each, the last lowest, plus one so that 0 is none.</summary>
    public ulong Digits;

    /// <summary>Year in which the identity was true, 0 if not told: who is an adult is judged by it.</summary>
    public short AsOfYear;

    /// <summary>Branch (枝番) plus one; <see cref="Personal"/> where the number alone names one person; 0 not known.</summary>
    public byte Branch;

    private byte bits;

    /// <summary>A <see cref="Branch"/> of numbers that need none.</summary>
    public const byte Personal = 200;

    public Sex Sex
    {
        readonly get => (Sex)(bits & 3);
        set => bits = (byte)((bits & ~3) | (int)value);
    }

    /// <summary>The name is written in Latin letters.</summary>
    public bool IsLatin
    {
        readonly get => (bits & 4) != 0;
        set => bits = (byte)(value ? bits | 4 : bits & ~4);
    }

    public readonly bool NamesPerson => Household != 0 && Branch != 0;

    public readonly int Other(int index) => index switch { 0 => Other1, 1 => Other2, 2 => Other3, _ => Other4 };
}
