using System.Buffers.Binary;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Matching;

/// <summary>What matching knows of one identity: tokens, birth date, sex, and when it was true. 0 is "not known".</summary>
internal sealed record Evidence
{
    private const int Tokens = 14;

    /// <summary>Bytes of <see cref="Write"/>.</summary>
    public const int Size = (Tokens * 16) + 5;

    public UInt128 Number { get; init; }

    public UInt128 Household { get; init; }

    public UInt128 Insurer { get; init; }

    public UInt128 Local { get; init; }

    public UInt128 Holder { get; init; }

    public UInt128 KanaLoose { get; init; }

    public UInt128 KanaNear { get; init; }

    public UInt128 KanaFamily { get; init; }

    public UInt128 KanaGiven { get; init; }

    public UInt128 Kanji { get; init; }

    public UInt128 KanjiFamily { get; init; }

    public UInt128 KanjiGiven { get; init; }

    public UInt128 Lot { get; init; }

    public UInt128 Municipality { get; init; }

    public DateOnly? Birth { get; init; }

    public Sex Sex { get; init; }

    /// <summary>Enough is known to look for a person at all; otherwise each record stands alone.</summary>
    public bool Suffices => Number != 0 || Local != 0 || (Birth is not null && (Household != 0 || KanaLoose != 0 || Kanji != 0));

    public bool HasName => KanaLoose != 0 || Kanji != 0;

    /// <summary>How much there is to go by: the richest identities of a batch are placed first, so that the sparse find them.</summary>
    public int Richness =>
        (Number != 0 ? 8 : Household != 0 ? 4 : 0) + (Birth is not null ? 4 : 0) + (KanaLoose != 0 ? 3 : 0) + (Kanji != 0 ? 2 : 0) +
        (KanaGiven != 0 ? 1 : 0) + (Lot != 0 ? 2 : Municipality != 0 ? 1 : 0) + (Local != 0 ? 1 : 0) + (Sex != Sex.Unknown ? 1 : 0);

    public static Evidence Of(PersonIdentity identity, HolderId? holder, DateOnly today, KanjiClasses classes, MatchTokens tokens)
    {
        var number = InsuredNumber.Of(identity.InsurerNumber, identity.InsuredSymbol, identity.InsuredNumber, identity.InsuredBranch);
        var kanji = KanjiForm.Of(identity.NameKanji, classes);
        var kana = KanaForm.Of(identity.NameKana);
        if (kanji.IsKanaOnly)
        {
            kana = kana == KanaForm.Empty ? KanaForm.Of(identity.NameKanji) : kana;
            kanji = KanjiForm.Empty;
        }

        var address = AddressForm.Of(identity.Address);
        var local = holder is { } h ? LocalOf(identity.LocalPatientId) is { Length: > 0 } id ? $"{h.Value}|{id}" : "" : "";
        return new Evidence
        {
            Number = tokens.Of("number", number.Person),
            Household = tokens.Of("household", number.Household),
            Insurer = tokens.Of("insurer", number.Insurer),
            Local = tokens.Of("local", local),
            Holder = local.Length > 0 ? tokens.Of("holder", holder!.Value.Value) : 0,
            KanaLoose = tokens.Of("kana", kana.Loose),
            KanaNear = tokens.Of("kana-near", kana.Near),
            KanaFamily = tokens.Of("kana-part", kana.FamilyNear),
            KanaGiven = tokens.Of("kana-part", kana.GivenNear),
            Kanji = tokens.Of("kanji", kanji.Loose),
            KanjiFamily = tokens.Of("kanji-part", kanji.FamilyLoose),
            KanjiGiven = tokens.Of("kanji-part", kanji.GivenLoose),
            Lot = address.Whole.Length > address.Municipality.Length ? tokens.Of("lot", address.Whole) : 0,
            Municipality = tokens.Of("municipality", address.Municipality),
            Birth = BirthDate.Sane(identity.BirthDate, today),
            Sex = identity.Sex,
        };
    }

    public void Write(Span<byte> to)
    {
        var i = 0;
        foreach (var token in (ReadOnlySpan<UInt128>)[Number, Household, Insurer, Local, Holder, KanaLoose, KanaNear, KanaFamily, KanaGiven, Kanji, KanjiFamily, KanjiGiven, Lot, Municipality])
        {
            BinaryPrimitives.WriteUInt128BigEndian(to[(i++ * 16)..], token);
        }

        BinaryPrimitives.WriteInt32BigEndian(to[(Tokens * 16)..], Birth?.DayNumber ?? -1);
        to[Size - 1] = (byte)Sex;
    }

    public static Evidence Read(ReadOnlySpan<byte> from)
    {
        var i = 0;
        UInt128 Next(ReadOnlySpan<byte> all) => BinaryPrimitives.ReadUInt128BigEndian(all[(i++ * 16)..]);
        var day = BinaryPrimitives.ReadInt32BigEndian(from[(Tokens * 16)..]);
        return new Evidence
        {
            Number = Next(from),
            Household = Next(from),
            Insurer = Next(from),
            Local = Next(from),
            Holder = Next(from),
            KanaLoose = Next(from),
            KanaNear = Next(from),
            KanaFamily = Next(from),
            KanaGiven = Next(from),
            Kanji = Next(from),
            KanjiFamily = Next(from),
            KanjiGiven = Next(from),
            Lot = Next(from),
            Municipality = Next(from),
            Birth = day < 0 ? null : DateOnly.FromDayNumber(day),
            Sex = (Sex)from[Size - 1],
        };
    }

    private static string LocalOf(string? written)
    {
        var id = WrittenForm.Unify(written).Replace(" ", "", StringComparison.Ordinal);
        var bare = id.Length > 0 && id.All(char.IsAsciiDigit) ? id.TrimStart('0') : id;
        return bare.Length > 0 && !(bare.Length >= 4 && bare.All(c => c == '9')) ? bare : "";
    }
}
