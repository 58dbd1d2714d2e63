using System.Globalization;

namespace Minato.Linkage.Normal;

/// <summary>Dates as people and systems write them, Western or of an era, of any width. Era bounds are checked to the day.</summary>
internal static class WrittenDate
{
    private static readonly (string Name, Era Era)[] Eras =
    [
        ("明治", Era.Meiji), ("大正", Era.Taisho), ("昭和", Era.Showa), ("平成", Era.Heisei), ("令和", Era.Reiwa),
        ("明", Era.Meiji), ("大", Era.Taisho), ("昭", Era.Showa), ("平", Era.Heisei), ("令", Era.Reiwa),
        ("㍾", Era.Meiji), ("㍽", Era.Taisho), ("㍼", Era.Showa), ("㍻", Era.Heisei), ("㋿", Era.Reiwa),
        ("MEIJI", Era.Meiji), ("TAISHO", Era.Taisho), ("SHOWA", Era.Showa), ("HEISEI", Era.Heisei), ("REIWA", Era.Reiwa),
        ("M", Era.Meiji), ("T", Era.Taisho), ("S", Era.Showa), ("H", Era.Heisei), ("R", Era.Reiwa),
    ];

    /// <summary>
    /// The date; null where nothing is written, and with a warning where a part of it is (1980-00-00, 昭和40年不詳); a refusal with the reason
    /// otherwise. Day before month and years of two digits are refused: nobody could tell. The text is never quoted.
    /// </summary>
    public static Outcome<DateOnly?> Read(string? written)
    {
        var text = Bare(WrittenForm.Unify(written));
        if (text.Length == 0 || text is "NULL" or "N/A" or "NA" or "NONE" or "UNKNOWN" || text.All(c => c is '0' or '9' or '/' or '.' || WrittenForm.IsDash(c)))
        {
            return Outcome<DateOnly?>.Ok(null);
        }

        if (text.Length > 40)
        {
            return NoDate;
        }

        if (text.Contains("不詳", StringComparison.Ordinal) || text.Contains("不明", StringComparison.Ordinal))
        {
            return Unknown(text.Length > 2);
        }

        var era = default(Era?);
        foreach (var (name, named) in Eras)
        {
            if (text.StartsWith(name, StringComparison.Ordinal))
            {
                (era, text) = (named, text[name.Length..]);
                break;
            }
        }

        var numbers = Numbers(text);
        if (numbers is [var digits])
        {
            // One run: YYYYMMDD (with a time behind it in HL7), GYYMMDD with the era's digit, or YYMMDD behind an era's name.
            numbers = (era, digits.Length) switch
            {
                (null, 8 or 12 or 14) => [digits[..4], digits[4..6], digits[6..8]],
                (null, 7) => [digits[1..3], digits[3..5], digits[5..]],
                (not null, 6) => [digits[..2], digits[2..4], digits[4..]],
                _ => [],
            };
            if (era is null && digits.Length == 7)
            {
                era = (Era)(digits[0] - '0');
            }
        }
        else if (era is null && numbers is [{ Length: 1 } code, { Length: <= 2 }, _, _])
        {
            (era, numbers) = ((Era)(code[0] - '0'), numbers[1..]);
        }

        if (numbers is not [{ Length: <= 4 } y, { Length: <= 2 } m, { Length: <= 2 } d])
        {
            return NoDate;
        }

        var (year, month, day) = (Int(y), Int(m), Int(d));
        if ((month == 0 && day == 0) || (day == 0 && month is >= 1 and <= 12))
        {
            return Unknown(true);
        }

        if (era is { } e)
        {
            return JapaneseDate.TryFromEra(e, year, month, day, out var date)
                ? Outcome<DateOnly?>.Ok(date)
                : Finding.Error("identity.birth-date", "A birth date is not a day of the era that it names", "Correct the era, the year of the era, the month or the day");
        }

        return y.Length == 4 && month is >= 1 and <= 12 && year >= 1 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? Outcome<DateOnly?>.Ok(new DateOnly(year, month, day))
            : NoDate;
    }

    private static Outcome<DateOnly?> Unknown(bool partly) => Outcome<DateOnly?>.Ok(null, partly
        ? [Finding.Warning("identity.birth-date-partial", "The month or the day of a birth date is not known; it was taken as unknown", "Give the whole date if it is known")]
        : []);

    private static Outcome<DateOnly?> NoDate =>
        Finding.Error("identity.birth-date", "A birth date is not a date", "Write it as YYYY-MM-DD, YYYYMMDD, or with the era, its year, the month and the day");

    /// <summary>Without spaces, 西暦 in front, 生 behind, and the time of a timestamp.</summary>
    private static string Bare(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var time = colon > 0 ? text.AsSpan(0, colon).LastIndexOfAny(" T") : text.EndsWith('Z') ? text.IndexOf('T', StringComparison.Ordinal) : -1;
        text = (time >= 6 ? text[..time] : text).Replace(" ", "", StringComparison.Ordinal);
        text = text.StartsWith("西暦", StringComparison.Ordinal) ? text[2..] : text;
        return text.EndsWith("生まれ", StringComparison.Ordinal) ? text[..^3] : text.EndsWith('生') ? text[..^1] : text;
    }

    /// <summary>The runs of digits or kanji numerals, 元 being 1; empty where anything else stands between them than a separator.</summary>
    private static string[] Numbers(string text)
    {
        var found = new List<string>();
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            while (i < text.Length && char.IsAsciiDigit(text[i]))
            {
                i++;
            }

            if (i > start)
            {
                found.Add(text[start..i]);
                i--;
            }
            else if (text[i] == '元' && found.Count == 0)
            {
                found.Add("1");
            }
            else if (WrittenNumber.At(text.AsSpan(i), out var value) is > 0 and var length)
            {
                found.Add(value.ToString(CultureInfo.InvariantCulture));
                i += length - 1;
            }
            else if (!(text[i] is '年' or '月' or '日' or '/' or '.' or '・' or ',' || WrittenForm.IsDash(text[i])))
            {
                return [];
            }
        }

        return [.. found];
    }

    private static int Int(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
