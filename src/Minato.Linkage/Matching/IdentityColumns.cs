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
        row.Birth = BirthOf(parts);
        Insurance(ref row, parts);
        if (holder is { } h && LocalOf(identity.LocalPatientId) is { Length: > 0 } local)
        {
            row.Holder = Texts.Intern(h.Value);
            row.Local = Numbers.Intern(string.Concat(h.Value, "|", local));
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
        foreach (var part in (ReadOnlySpan<ulong>)[Wholes.ContentOf(r.Whole), Readings.ContentOf(r.Family), Readings.ContentOf(r.Given), Kanji.ContentOf(r.WholeKanji), Numbers.ContentOf(r.Household), Numbers.ContentOf(r.Local),
            Texts.ContentOf(r.Prefecture), Texts.ContentOf(r.Place), Texts.ContentOf(r.Town), Texts.ContentOf(r.Lot), Texts.ContentOf(r.Postal),
            Texts.ContentOf(r.Other1), Texts.ContentOf(r.Other2), Texts.ContentOf(r.Other3), Texts.ContentOf(r.Other4), (uint)r.Birth, ((ulong)r.Branch << 8) ^ (uint)r.Sex])
        {
            made = ulong.RotateLeft((made ^ part) * 0x9E37_79B9_7F4A_7C15, 29);
        }

        return made;
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
        var reading = inParts ? KanjiOfParts(ref row, parts) : KanjiOf(ref row, parts.Identity.NameKanji);
        if (parts.Family is not null || parts.Given is not null)
        {
            Reading(ref row, parts.Family, parts.Given);
        }
        else
        {
            Reading(ref row, parts.Identity.NameKana);
        }

        if (reading && row.Whole == 0)
        {
            // A reading in the field of the kanji name is one all the same.
            if (inParts)
            {
                Reading(ref row, parts.FamilyKanji, parts.GivenKanji);
            }
            else
            {
                Reading(ref row, parts.Identity.NameKanji);
            }
        }
    }

    private void Reading(ref MatchRow row, string? written)
    {
        var size = NameText.Room(written);
        Span<char> text = size <= 512 ? stackalloc char[512] : new char[size];
        Reading(ref row, text, NameText.Read(written, text));
    }

    private void Reading(ref MatchRow row, string? family, string? given)
    {
        var size = NameText.Room(family, given);
        Span<char> text = size <= 512 ? stackalloc char[512] : new char[size];
        Reading(ref row, text, NameText.Read(family, given, text));
    }

    private void Reading(ref MatchRow row, ReadOnlySpan<char> text, NameText at)
    {
        row.Whole = Wholes.Intern(text[..at.Length]);
        row.Family = Readings.Intern(text[..at.Family]);
        row.Given = Readings.Intern(text[at.Given..at.Length]);
        row.IsLatin = ReadingText.IsLatin(text[..at.Length]);
    }

    /// <returns>True where no kanji stand there but a reading.</returns>
    private bool KanjiOf(ref MatchRow row, string? written)
    {
        if (string.IsNullOrEmpty(written))
        {
            return false;
        }

        var size = KanjiText.Room(written.Length);
        var name = KanjiText.Of(written, classes, size <= 512 ? stackalloc char[512] : new char[size]);
        if (KanjiText.IsReadingOnly(name.Exact))
        {
            return true;
        }

        (row.FamilyKanji, row.GivenKanji, row.WholeKanji) = (Kanji.Intern(name.Family), Kanji.Intern(name.Given), Kanji.Intern(name.Whole));
        return false;
    }

    private bool KanjiOfParts(ref MatchRow row, IdentityParts parts)
    {
        var name = KanjiForm.OfParts(parts.FamilyKanji, parts.GivenKanji, classes);
        if (name.IsReadingOnly)
        {
            return true;
        }

        (row.FamilyKanji, row.GivenKanji, row.WholeKanji) = (Kanji.Intern(name.Family), Kanji.Intern(name.Given), Kanji.Intern(name.Whole));
        return false;
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

        var size = InsuredText.Room(identity);
        var number = InsuredText.Of(identity, size <= 256 ? stackalloc char[256] : new char[size]);
        row.Insurer = Texts.Intern(number.Insurer);
        if (number.NamesHousehold)
        {
            row.Household = Numbers.Intern(number.Household);
            row.Digits = DigitsOf(number.Symbol, number.Number);
            row.Branch = number.IsPersonal ? MatchRow.Personal
                : number.Branch.Length == 0 ? (byte)0
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

    /// <summary>A number of one person in one writing: no leading zeros, empty for a filler.</summary>
    public static string LocalOf(string? written)
    {
        var id = Plain(written).Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        var bare = id.Length > 0 && id.All(char.IsAsciiDigit) ? id.TrimStart('0') : id;
        return bare.Length > 0 && !(bare.Length >= 4 && bare.All(c => c == '9')) ? bare : "";
    }

    private static int NumberOf(DateOnly? date) => date is { } d ? (d.Year * 10000) + (d.Month * 100) + d.Day : 0;

    /// <summary>yyyymmdd; 0 where it is not known, a placeholder or in the future.</summary>
    public static int BirthOf(IdentityParts parts) => BirthOf(parts.Birth != 0 ? parts.Birth : NumberOf(parts.Identity.BirthDate), parts.Identity.AsOf);

    private static int BirthOf(int written, DateOnly? asOf) =>
        NoDates.Contains(written) || written / 10000 is < 1000 or > 2999 || (asOf is { } day && written > NumberOf(day.AddDays(1))) ? 0 : written;

    private static ulong DigitsOf(ReadOnlySpan<char> number, ReadOnlySpan<char> more = default)
    {
        ulong made = 0;
        foreach (var c in number)
        {
            made = char.IsAsciiDigit(c) ? (made << 4) | (uint)(c - '0') : made;
        }

        foreach (var c in more)
        {
            made = char.IsAsciiDigit(c) ? (made << 4) | (uint)(c - '0') : made;
        }

        // The top nibble is given up so that plus one never overflows into "none".
        return number.Length + more.Length == 0 ? 0 : (made & (ulong.MaxValue >> 4)) + 1;
    }
}
