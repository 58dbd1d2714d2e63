namespace Minato.Linkage.Normal;

/// <summary>
/// An address in Latin letters, most general first or last: number and street (Town, Lot), suburb (Municipality), state (Prefecture), postal
/// code. Commas divide it; without them the word for the kind of street does (12 SMITH ST BAYSWATER WA 6053).
/// </summary>
internal static class LatinAddress
{
    private static readonly Dictionary<string, string> Streets = new(StringComparer.Ordinal)
    {
        ["STREET"] = "STREET", ["ST"] = "STREET", ["ROAD"] = "ROAD", ["RD"] = "ROAD", ["AVENUE"] = "AVENUE", ["AVE"] = "AVENUE", ["AV"] = "AVENUE",
        ["PLACE"] = "PLACE", ["PL"] = "PLACE", ["COURT"] = "COURT", ["CT"] = "COURT", ["DRIVE"] = "DRIVE", ["DR"] = "DRIVE", ["CRESCENT"] = "CRESCENT",
        ["CRES"] = "CRESCENT", ["CR"] = "CRESCENT", ["CLOSE"] = "CLOSE", ["CL"] = "CLOSE", ["CIRCUIT"] = "CIRCUIT", ["CCT"] = "CIRCUIT", ["TERRACE"] = "TERRACE",
        ["TCE"] = "TERRACE", ["HIGHWAY"] = "HIGHWAY", ["HWY"] = "HIGHWAY", ["PARADE"] = "PARADE", ["PDE"] = "PARADE", ["LANE"] = "LANE", ["LN"] = "LANE",
        ["SQUARE"] = "SQUARE", ["SQ"] = "SQUARE", ["BOULEVARD"] = "BOULEVARD", ["BLVD"] = "BOULEVARD", ["GROVE"] = "GROVE", ["WAY"] = "WAY", ["ESPLANADE"] = "ESPLANADE",
    };

    private static readonly HashSet<string> Units = ["UNIT", "FLAT", "APT", "APARTMENT", "SUITE", "SHOP", "NO", "LOT"];

    public static AddressForm Of(string written, string? postal)
    {
        var segments = Segments(written);
        if (segments.Count == 0)
        {
            return AddressForm.Empty with { Postal = CodeOf(postal) };
        }

        var last = segments[^1];
        var code = CodeOf(postal);
        if (last.Count > 0 && last[^1].Length is >= 4 and <= 8 && last[^1].All(c => char.IsAsciiDigit(c) || c == '-') && (segments.Count > 1 || last.Count > 2))
        {
            code = code.Length == 0 ? CodeOf(last[^1]) : code;
            last.RemoveAt(last.Count - 1);
        }

        var state = "";
        if (segments.Count == 1 && last.Count > 3 && last[^1].Length is 2 or 3 && last[^1].All(char.IsAsciiLetterUpper) && !Streets.ContainsKey(last[^1]))
        {
            state = last[^1];
            last.RemoveAt(last.Count - 1);
        }
        else if (segments.Count > 2)
        {
            state = string.Join(' ', last);
            segments.RemoveAt(segments.Count - 1);
        }

        var street = segments[0];
        var suburb = string.Join(' ', segments.Skip(1).Where(s => s.Count > 0).Select(s => string.Join(' ', s)));
        var lot = LotOf(street);
        var end = street.FindIndex(Math.Min(1, street.Count), Streets.ContainsKey);
        if (end >= 0)
        {
            street[end] = Streets[street[end]];
            if (segments.Count == 1)
            {
                suburb = string.Join(' ', street.Skip(end + 1));
                street.RemoveRange(end + 1, street.Count - end - 1);
            }
        }

        return new AddressForm(state, suburb, string.Join(' ', street), lot, code);
    }

    /// <summary>Takes the numbers from the front of the street, or the last from its end (HAUPTSTRASSE 12).</summary>
    private static string LotOf(List<string> street)
    {
        var numbers = new List<string>();
        while (street.Count > 0 && (street[0].Any(char.IsAsciiDigit) || (Units.Contains(street[0]) && street.Count > 1 && street[1].Any(char.IsAsciiDigit))))
        {
            if (street[0].Any(char.IsAsciiDigit))
            {
                numbers.Add(street[0]);
            }

            street.RemoveAt(0);
        }

        if (numbers.Count == 0 && street.Count > 1 && char.IsAsciiDigit(street[^1][0]))
        {
            numbers.Add(street[^1]);
            street.RemoveAt(street.Count - 1);
        }

        return string.Join('-', numbers);
    }

    private static string CodeOf(string? written)
    {
        var code = new string([.. WrittenForm.Unify(written).Where(char.IsAsciiLetterOrDigit)]);
        return code.Length is >= 3 and <= 10 && code.Any(c => c != code[0]) ? code : "";
    }

    /// <summary>Words in upper case without diacritics, divided at commas and line ends.</summary>
    private static List<List<string>> Segments(string written)
    {
        var made = new List<List<string>>();
        Span<char> room = written.Length <= 128 ? stackalloc char[256] : new char[ReadingText.Room(written.Length)];
        foreach (var part in written.Split([',', '，', '\n', ';']))
        {
            var words = new List<string>();
            foreach (var word in part.Split([' ', '\t', '\r', '　', '.', '\u00A0'], StringSplitOptions.RemoveEmptyEntries))
            {
                var n = 0;
                foreach (var c in word)
                {
                    // Letters by their table, digits as they are; what joins two numbers (3/12, 1-2) is one dash.
                    var joins = WrittenForm.IsDash(c) || c is '/' or '／';
                    n += joins ? 0 : ReadingText.Write([c], room[n..], out _);
                    if (joins && n > 0 && room[n - 1] != '-')
                    {
                        room[n++] = '-';
                    }
                }

                if (n > 0)
                {
                    words.Add(room[..n].ToString());
                }
            }

            if (words.Count > 0)
            {
                made.Add(words);
            }
        }

        return made;
    }
}
