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

    public KanjiNames Kanji { get; } = new();

    public Vocabulary Texts { get; } = new();

    /// <summary>Household numbers and local numbers: nearly as many as identities, so apart from <see cref="Texts"/>.</summary>
    public Vocabulary Numbers { get; } = new();

    public int Count => Volatile.Read(ref count);

    public ref readonly MatchRow this[int row] => ref chunks[row >> ChunkBits][row & (ChunkSize - 1)];

    /// <summary>Adds an identity as a room delivers it; the holder says whose patient number it bears.</summary>
    /// <returns>The row, from 0, in order of calls.</returns>
    public int Add(PersonIdentity identity, HolderId? holder = null)
    {
        var row = RowOf(new IdentityParts(identity), holder);
        return Append(row);
    }

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
        return row;
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
        var kanji = KanjiForm.Of(parts.Identity.NameKanji, classes);
        var kana = parts.Identity.NameKana;
        if (kanji.IsKanaOnly || IsLatin(kanji.Exact))
        {
            kana = string.IsNullOrWhiteSpace(kana) ? parts.Identity.NameKanji : kana;
            kanji = KanjiForm.Empty;
        }

        var (family, given, whole) = Split(kana);
        row.Whole = Readings.Intern(Reading.Of(whole));
        row.Family = Readings.Intern(Reading.Of(parts.Family ?? family));
        row.Given = Readings.Intern(Reading.Of(parts.Given ?? given));
        if (row.Whole == 0 && (row.Family != 0 || row.Given != 0))
        {
            row.Whole = Readings.Intern(Reading.Of(parts.Family + parts.Given));
        }

        row.FamilyKanji = Kanji.Intern(parts.FamilyKanji is { } f ? KanjiForm.Of(f, classes).Loose : kanji.FamilyLoose);
        row.GivenKanji = Kanji.Intern(parts.GivenKanji is { } g ? KanjiForm.Of(g, classes).Loose : kanji.GivenLoose);
        row.WholeKanji = Kanji.Intern(kanji.Loose);
        row.IsLatin = row.Whole != 0 && Readings.TextOf(row.Whole)[0] < '\u0250';
    }

    private static bool IsLatin(string text) => text.Length > 0 && text.All(c => c < '\u0250');

    private static (string? Family, string? Given, string? Whole) Split(string? kana)
    {
        var text = WrittenForm.Unify(kana);
        var cut = text.IndexOf(' ', StringComparison.Ordinal);
        return text.Length == 0 ? default : cut < 0 ? (null, null, text) : (text[..cut], text[(cut + 1)..], text);
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
            row.Place = Texts.Intern(form.Municipality);
            row.Lot = form.Lot.Length > form.Municipality.Length ? Texts.Intern(form.Lot) : 0;
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
