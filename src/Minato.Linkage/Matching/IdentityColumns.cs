using Minato.Linkage.Normal;

namespace Minato.Linkage.Matching;

/// <summary>
/// Identities in their normal forms, interned: the one store that blocking, comparison and term frequencies read. Adding is safe from
/// many threads; reading a row is safe once it has been added. It holds names in clear and therefore lives in the memory of the
/// linkage process only and is never written.
/// </summary>
internal sealed class IdentityColumns(KanjiClasses classes)
{
    private const int ChunkBits = 16;
    private const int ChunkSize = 1 << ChunkBits;

    private static readonly HashSet<int> NoDates = [19000101, 19010101, 19990909, 18000101, 11111111, 99999999];

    private readonly Lock growing = new();
    private MatchRow[][] chunks = [new MatchRow[ChunkSize]];
    private int count;

    public Readings Readings { get; } = new();

    /// <summary>Readings of whole names, apart: there are nearly as many as people, and few are ever compared letter by letter.</summary>
    public Readings Wholes { get; } = new();

    public KanjiNames Kanji { get; } = new();

    public Vocabulary Texts { get; } = new();

    /// <summary>Household numbers and local numbers: nearly as many as identities, so apart from <see cref="Texts"/>.</summary>
    public Vocabulary Numbers { get; } = new();

    public int Count => Volatile.Read(ref count);

    /// <summary>Some identity tells a place, an address or a declared field.</summary>
    public bool HasTexts { get; private set; }

    public ref readonly MatchRow this[int row] => ref chunks[row >> ChunkBits][row & (ChunkSize - 1)];

    /// <summary>Adds an identity as a room delivers it; the holder says whose patient number it bears.</summary>
    /// <returns>The row, from 0, in order of calls.</returns>
    public int Add(PersonIdentity identity, HolderId? holder = null) => Append(RowOf(new IdentityParts(identity), holder));

    public int Add(IdentityParts parts, HolderId? holder = null) => Append(RowOf(parts, holder));

    /// <summary>Room for that many rows, to be filled by <see cref="Set"/> from several threads, so that order does not depend on them.</summary>
    /// <returns>The first row.</returns>
    public int Reserve(int rows)
    {
        lock (growing)
        {
            var first = count;
            Grow(count + rows);
            Volatile.Write(ref count, count + rows);
            return first;
        }
    }

    public void Set(int row, IdentityParts parts, HolderId? holder = null) => chunks[row >> ChunkBits][row & (ChunkSize - 1)] = RowOf(parts, holder);

    /// <summary>The normal forms of an identity without adding it: for looking somebody up.</summary>
    public MatchRow RowOf(IdentityParts parts, HolderId? holder = null)
    {
        var identity = parts.Identity;
        var row = default(MatchRow);
        Name(ref row, parts);
        row.Sex = identity.Sex;
        row.AsOfYear = (short)(identity.AsOf?.Year ?? 0);
        row.Birth = BirthOf(parts.Birth != 0 ? parts.Birth : NumberOf(identity.BirthDate), identity.AsOf);
        Insurance(ref row, parts);
        if (holder is { } h && LocalOf(identity.LocalPatientId) is { Length: > 0 } local)
        {
            row.Holder = Texts.Intern(h.Value);
            row.Local = Numbers.Intern($"{h.Value}|{local}");
        }

        Address(ref row, parts);
        var others = parts.Others;
        row.Other1 = others.Count > 0 ? Texts.Intern(Plain(others[0])) : 0;
        row.Other2 = others.Count > 1 ? Texts.Intern(Plain(others[1])) : 0;
        row.Other3 = others.Count > 2 ? Texts.Intern(Plain(others[2])) : 0;
        row.Other4 = others.Count > 3 ? Texts.Intern(Plain(others[3])) : 0;
        HasTexts |= (row.Place | row.Prefecture | row.Town | row.Lot | row.Postal | row.Other1 | row.Other2 | row.Other3 | row.Other4) != 0;
        return row;
    }

    /// <summary>A number that depends on the normal forms alone, never on ids or rows: breaks ties the same way in every order of input.</summary>
    public ulong DigestOf(int row)
    {
        ref readonly var r = ref this[row];
        var made = 0xCBF2_9CE4_8422_2325UL;
        foreach (var text in (ReadOnlySpan<string>)[Wholes.TextOf(r.Whole), Readings.TextOf(r.Family), Readings.TextOf(r.Given), Kanji.TextOf(r.WholeKanji), Numbers[r.Household], Numbers[r.Local],
            Texts[r.Prefecture], Texts[r.Place], Texts[r.Town], Texts[r.Lot], Texts[r.Postal], Texts[r.Other1], Texts[r.Other2], Texts[r.Other3], Texts[r.Other4]])
        {
            foreach (var c in text)
            {
                made = (made ^ c) * 0x0000_0100_0000_01B3;
            }

            made = (made ^ 0xFFFF) * 0x0000_0100_0000_01B3;
        }

        return ((made ^ (uint)r.Birth) * 0x0000_0100_0000_01B3) ^ ((ulong)r.Branch << 8) ^ (uint)r.Sex;
    }

    private int Append(in MatchRow row)
    {
        lock (growing)
        {
            Grow(count + 1);
            chunks[count >> ChunkBits][count & (ChunkSize - 1)] = row;
            Volatile.Write(ref count, count + 1);
            return count - 1;
        }
    }

    private void Grow(int rows)
    {
        var needed = (rows + ChunkSize - 1) >> ChunkBits;
        if (needed > chunks.Length)
        {
            var more = new MatchRow[needed][];
            chunks.CopyTo(more, 0);
            for (var i = chunks.Length; i < needed; i++)
            {
                more[i] = new MatchRow[ChunkSize];
            }

            Volatile.Write(ref chunks, more);
        }
    }

    private void Name(ref MatchRow row, IdentityParts parts)
    {
        var inParts = parts.FamilyKanji is not null || parts.GivenKanji is not null;
        var kanji = inParts ? KanjiForm.OfParts(parts.FamilyKanji, parts.GivenKanji, classes) : KanjiForm.Of(parts.Identity.NameKanji, classes);
        var reading = parts.Family is not null || parts.Given is not null ? ReadingForm.OfParts(parts.Family, parts.Given) : ReadingForm.Of(parts.Identity.NameKana);
        if (kanji.IsReadingOnly)
        {
            reading = !reading.Whole.IsEmpty ? reading : inParts ? ReadingForm.OfParts(parts.FamilyKanji, parts.GivenKanji) : ReadingForm.Of(parts.Identity.NameKanji);
            kanji = KanjiForm.Empty;
        }

        row.Whole = Wholes.Intern(reading.Whole);
        row.Family = Readings.Intern(reading.Family);
        row.Given = Readings.Intern(reading.Given);
        row.FamilyKanji = Kanji.Intern(kanji.Family);
        row.GivenKanji = Kanji.Intern(kanji.Given);
        row.WholeKanji = Kanji.Intern(kanji.Whole);
        row.IsLatin = reading.IsLatin;
    }

    private void Insurance(ref MatchRow row, IdentityParts parts)
    {
        var identity = parts.Identity;
        if (parts.PersonNumber is not null)
        {
            var own = LocalOf(parts.PersonNumber);
            row.Household = Numbers.Intern(own);
            row.Digits = DigitsOf(own);
            row.Branch = own.Length > 0 ? MatchRow.Personal : (byte)0;
            return;
        }

        var number = InsuredNumber.Of(identity.InsurerNumber, identity.InsuredSymbol, identity.InsuredNumber, identity.InsuredBranch);
        row.Insurer = Texts.Intern(number.Insurer);
        if (number.NamesHousehold)
        {
            row.Household = Numbers.Intern(number.Household);
            row.Digits = DigitsOf(number.Symbol + number.Number);
            row.Branch = !number.NamesPerson ? (byte)0
                : number.Insurer.StartsWith("39", StringComparison.Ordinal) ? MatchRow.Personal
                : (byte)(1 + ((number.Branch[0] - '0') * 10) + (number.Branch[1] - '0'));
        }
    }

    private void Address(ref MatchRow row, IdentityParts parts)
    {
        if (parts.Place is not null || parts.Town is not null || parts.Lot is not null || parts.Prefecture is not null)
        {
            row.Prefecture = Texts.Intern(Plain(parts.Prefecture));
            row.Place = Texts.Intern(Plain(parts.Place));
            row.Town = Texts.Intern(Plain(parts.Town));
            row.Lot = Texts.Intern(Plain(parts.Lot));
        }
        else
        {
            var form = AddressForm.Of(parts.Identity.Address);
            row.Prefecture = Texts.Intern(form.Prefecture);
            row.Place = Texts.Intern(form.Municipality);
            row.Town = Texts.Intern(form.Town);
            row.Lot = Texts.Intern(form.Lot);
        }

        row.Postal = Texts.Intern(Plain(parts.Identity.PostalCode).Replace("-", "", StringComparison.Ordinal));
    }

    /// <summary>One writing of a text that has no normal form of its own.</summary>
    private static string Plain(string? written)
    {
        var text = WrittenForm.Unify(written);
        return text is "NULL" or "NAN" or "NA" or "N/A" or "NONE" or "-" or "UNKNOWN" or "不明" ? "" : text;
    }

    private static string LocalOf(string? written)
    {
        var id = Plain(written).Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        var bare = id.Length > 0 && id.All(char.IsAsciiDigit) ? id.TrimStart('0') : id;
        return bare.Length > 0 && !(bare.Length >= 4 && bare.All(c => c == '9')) ? bare : "";
    }

    private static int NumberOf(DateOnly? date) => date is { } d ? (d.Year * 10000) + (d.Month * 100) + d.Day : 0;

    private static int BirthOf(int written, DateOnly? asOf) =>
        NoDates.Contains(written) || written / 10000 is < 1000 or > 2999 || (asOf is { } day && written > NumberOf(day.AddDays(1))) ? 0 : written;

    private static ulong DigitsOf(string number)
    {
        ulong made = 0;
        foreach (var c in number)
        {
            if (char.IsAsciiDigit(c))
            {
                made = (made << 4) | (uint)(c - '0');
            }
        }

        // The top nibble is given up so that plus one never overflows into "none".
        return number.Length == 0 ? 0 : (made & (ulong.MaxValue >> 4)) + 1;
    }
}
