using System.Globalization;
using Minato.Formats.Writing;

namespace Minato.Synthetic;

/// <summary>Which kind of desk typed the identity; each has its own habits.</summary>
internal enum Desk
{
    Claims,
    Records,
    CheckUp,
    Municipality,
    Care,
    Death,
}

/// <summary>One person as one record shows them, with the mess of life in it.</summary>
internal sealed record WrittenIdentity(
    string Family, string Given, string FamilyKana, string GivenKana, DateOnly Birth, Sex Sex, string Insurer, string Symbol, string Number, string Branch, string Postal, string Address)
{
    /// <summary>Kanji, with a space of full width between the names.</summary>
    public string Name => Join(Family, Given, '　');

    /// <summary>Kana with a space of its own width.</summary>
    public string Kana => Join(FamilyKana, GivenKana, FamilyKana.Length > 0 && FamilyKana[0] is >= 'ｦ' and <= 'ﾟ' ? ' ' : '　');
    public string Birth8 => Birth.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
    public string SexDigit => Sex == Sex.Unknown ? "" : ((int)Sex).ToString(CultureInfo.InvariantCulture);

    private static string Join(string a, string b, char space) => a.Length + b.Length == 0 ? "" : a + space + b;
}

/// <summary>Every identifying text of one person as it stands in some file: what a leak test must look for.</summary>
internal sealed class Traces
{
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);
    public HashSet<string> Kana { get; } = new(StringComparer.Ordinal);
    public HashSet<string> Insured { get; } = new(StringComparer.Ordinal);
    public HashSet<string> Addresses { get; } = new(StringComparer.Ordinal);
    public HashSet<string> LocalIds { get; } = new(StringComparer.Ordinal);

    /// <summary>False: nobody asks for the texts, only for where the person is registered.</summary>
    public bool Kept { get; init; } = true;

    /// <summary>Where the person has been registered, and whether twice.</summary>
    public Dictionary<ulong, bool> Registered { get; } = [];
}

/// <summary>Writes identities as desks do. Per person; not shared between threads.</summary>
internal sealed class IdentityDesk(NationOptions options, Person person, Traces traces, Tally tally)
{
    public WrittenIdentity Write(Desk desk, DateOnly day, Draw draw)
    {
        var home = person.HomeOn(day);
        var (family, given, familyKana, givenKana) = Names(desk, day, draw);
        var cover = Cover(day);
        var (insurer, symbol, number, branch) = Number(desk, cover, draw);
        var style = (AddressStyle)draw.Weighted(desk switch { Desk.Death => [0.9, 0.05, 0.05, 0], Desk.Care => [0.3, 0.3, 0.3, 0.1], _ => [0.35, 0.35, 0.2, 0.1] });
        var written = new WrittenIdentity(
            family, given, familyKana, givenKana, BirthDate(day, draw), tally.Happens(nameof(MessRates.MissingSex), draw) ? Sex.Unknown : person.Sex,
            insurer, symbol, number, branch, home.Postal, desk == Desk.Claims ? "" : home.Write(style));

        var cp932 = desk is Desk.Claims or Desk.Care;
        if (!traces.Kept)
        {
            return written;
        }

        Trace(traces.Names, cp932 ? Cp932.AsWritten(written.Name) : written.Name);
        Trace(traces.Kana, written.Kana);
        Trace(traces.Addresses, written.Address);
        if (number.Length > 0 && desk is not (Desk.Care or Desk.Death))
        {
            traces.Insured.Add($"{insurer}:{symbol}:{number}:{branch}");
        }

        return written;
    }

    /// <summary>The institution's own number for the person; some patients were registered twice.</summary>
    public string LocalId(string holder, ulong key, Draw draw)
    {
        if (!traces.Registered.TryGetValue(key, out var twice))
        {
            traces.Registered[key] = twice = tally.Happens(nameof(MessRates.SecondLocalId), Draw.For(options.Seed, Topic.Identity, person.Id, (long)(key >> 1)));
        }

        var id = Scramble((uint)(person.Id * 2) + (twice && draw.Chance(0.35) ? 1u : 0u), key);
        var text = id.ToString("0000000000", CultureInfo.InvariantCulture);
        traces.LocalIds.Add($"{holder}:{text}");
        return text;
    }

    public void Remember(string holder, string id) => traces.LocalIds.Add($"{holder}:{id}");

    /// <summary>A keyed permutation of 32-bit numbers: unique as its input is, and telling nothing of it by eye.</summary>
    public static uint Scramble(uint x, ulong key)
    {
        for (var round = 0; round < 3; round++)
        {
            x ^= (uint)(key >> (round * 16));
            x *= 0x9E3779B1;
            x ^= x >> 15;
        }

        return x;
    }

    /// <summary>
    /// A keyed serial number in letters, for record ids: without digits, no part of it can be taken for somebody's number.
    /// </summary>
    public static string Serial(uint x, ulong key)
    {
        const string Letters = "bcdfghjklmnpqrstvwxz";
        var id = Scramble(x, key);
        return string.Create(8, id, (span, left) =>
        {
            for (var i = span.Length - 1; i >= 0; i--)
            {
                span[i] = Letters[(int)(left % 20)];
                left /= 20;
            }
        });
    }

    private static void Trace(HashSet<string> set, string text)
    {
        if (text.Length > 0)
        {
            set.Add(text);
        }
    }

    private (string Family, string Given, string FamilyKana, string GivenKana) Names(Desk desk, DateOnly day, Draw draw)
    {
        var surname = Surname(day);
        var (family, given, familyKana, givenKana) = (surname.Kanji, person.Given.Kanji, surname.Kana, person.Given.Kana);
        if (surname.Name.Forms.Length > 1 && tally.Happens(nameof(MessRates.VariantForm), draw))
        {
            var other = draw.Below(surname.Name.Forms.Length - 1);
            family = surname.Name.Forms[other >= surname.Form ? other + 1 : other];
        }

        if (surname.Name.OtherKana is { } heard && tally.Happens(nameof(MessRates.OtherReading), draw))
        {
            familyKana = heard;
        }

        if (ForeignNames.IsLatin(person.Origin))
        {
            (family, given, familyKana, givenKana) = Latin(desk, family, given, familyKana, givenKana, draw);
        }

        // A name that claims cannot hold is shown with ● (the encoding does it), or in kana.
        if (desk is Desk.Claims or Desk.Care && !Cp932.CanHold(family) && draw.Chance(0.5))
        {
            (family, given) = (familyKana, givenKana);
        }

        if (tally.Happens(nameof(MessRates.NameTypo), draw))
        {
            if (draw.Chance(0.5) && given.Length > 1)
            {
                given = given[..^1];
            }
            else
            {
                var at = draw.Below(givenKana.Length);
                givenKana = givenKana[..at] + draw.Pick(Slips) + givenKana[(at + 1)..];
            }
        }

        if (tally.Happens(nameof(MessRates.MissingKana), draw))
        {
            // Check-ups know people by their kana alone: there the family name is lost instead, never all.
            (familyKana, givenKana) = desk == Desk.CheckUp ? (familyKana, givenKana) : ("", "");
        }

        Respell(nameof(MessRates.LargeKana), Kana.ToLarge);
        Respell(nameof(MessRates.LongVowelMark), Kana.ToLongMark);
        Respell(nameof(MessRates.HalfWidthKana), Kana.ToHalfWidth);
        return (family, given, familyKana, givenKana);

        void Respell(string rate, Func<string, string> form)
        {
            var (f, g) = (form(familyKana), form(givenKana));
            if ((f != familyKana || g != givenKana) && tally.Happens(rate, draw))
            {
                (familyKana, givenKana) = (f, g);
            }
        }
    }

    /// <summary>Names in Latin letters have no place in forms made for kanji: parts are lost or change places, or the reading is written instead.</summary>
    private (string Family, string Given, string FamilyKana, string GivenKana) Latin(Desk desk, string family, string given, string familyKana, string givenKana, Draw draw)
    {
        if (given.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space && tally.Happens(nameof(MessRates.MiddleNameLost), draw))
        {
            given = given[(space + 1)..];
            givenKana = givenKana[(givenKana.IndexOf('　', StringComparison.Ordinal) + 1)..];
        }

        if (tally.Happens(nameof(MessRates.LatinOrder), draw))
        {
            (family, given, familyKana, givenKana) = (given, family, givenKana, familyKana);
        }

        return tally.Happens(nameof(MessRates.LatinAsKana), draw) ? (familyKana, givenKana, familyKana, givenKana)
            : desk == Desk.Records ? (family, given, familyKana, givenKana)
            : (Width.ToFull(family), Width.ToFull(given), familyKana, givenKana);
    }

    private static readonly string[] Slips = ["ア", "ナ", "ラ", "ト", "サ", "ミ", "コ"];

    private Surname Surname(DateOnly day)
    {
        var at = person.Surnames.FindLastIndex(s => s.From <= day);
        return at > 0 && day < person.Surnames[at].From.AddMonths(2) && OldNameUsed(at) ? person.Surnames[at - 1].Value : person.Surnames[Math.Max(at, 0)].Value;
    }

    private Cover Cover(DateOnly day)
    {
        var at = person.Covers.FindLastIndex(c => c.From <= day);
        return at > 0 && day < person.Covers[at].From.AddMonths(1) && OldNumberUsed(at) ? person.Covers[at - 1] : person.Covers[Math.Max(at, 0)];
    }

    private bool OldNameUsed(int change) => Draw.For(options.Seed, Topic.Identity, person.Id, -1000 - change).Chance(options.Rates.OldNameUsed);

    private bool OldNumberUsed(int change) => Draw.For(options.Seed, Topic.Identity, person.Id, -1 - change).Chance(options.Rates.OldNumberUsed);

    /// <summary>Counts the decisions about old names and numbers, one for each change, and second local numbers where asked for.</summary>
    public void CountChanges()
    {
        for (var i = 1; i < person.Covers.Count; i++)
        {
            tally.Happens(nameof(MessRates.OldNumberUsed), Draw.For(options.Seed, Topic.Identity, person.Id, -1 - i));
        }

        for (var i = 1; i < person.Surnames.Count; i++)
        {
            tally.Happens(nameof(MessRates.OldNameUsed), Draw.For(options.Seed, Topic.Identity, person.Id, -1000 - i));
        }
    }

    private (string Insurer, string Symbol, string Number, string Branch) Number(Desk desk, Cover cover, Draw draw)
    {
        if (desk is Desk.Care or Desk.Death || (desk == Desk.Municipality && cover.Insurer.Kind == InsurerKind.Employees && draw.Chance(0.5)))
        {
            return ("", "", "", "");
        }

        var (insurer, symbol, number, branch) = (cover.Insurer.Number, cover.Symbol, cover.Number, cover.Branch);
        if (desk == Desk.Claims && insurer.Length == 6)
        {
            insurer = "  " + insurer;
        }

        if (insurer[0] == '0' && tally.Happens(nameof(MessRates.LostLeadingZero), draw))
        {
            insurer = insurer[1..];
        }

        if (branch.Length > 0 && tally.Happens(nameof(MessRates.MissingBranch), draw))
        {
            branch = "";
        }

        if (symbol.Length > 1 && desk != Desk.Records && tally.Happens(nameof(MessRates.SpacedSymbol), draw))
        {
            symbol = draw.Chance(0.5) ? symbol[..1] + (draw.Chance(0.5) ? " " : "-") + symbol[1..] : symbol + " ";
        }

        if (tally.Happens(nameof(MessRates.FullWidthSymbol), draw))
        {
            (symbol, number) = (Width.ToFull(symbol), Width.ToFull(number));
        }

        return (insurer, symbol, number, branch);
    }

    private DateOnly BirthDate(DateOnly day, Draw draw)
    {
        var b = person.Birth;
        if (!tally.Happens(nameof(MessRates.WrongBirthDate), draw))
        {
            return b;
        }

        var wrong = draw.Below(3) switch
        {
            0 when b.Day <= 12 && b.Day != b.Month => new(b.Year, b.Day, b.Month),
            0 or 1 => b.AddYears(draw.Chance(0.5) ? 1 : -1),
            _ => new DateOnly(b.Year, 1, b is { Month: 1, Day: 1 } ? 2 : 1),
        };

        // Even a careless desk does not treat the unborn.
        return wrong > day ? b.AddYears(-1) : wrong;
    }
}
