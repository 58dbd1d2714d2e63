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

    /// <summary>The date; null where nothing is written; a refusal with the reason otherwise. The text is never quoted.</summary>
    public static Outcome<DateOnly?> Read(string? written)
    {
        var text = WrittenForm.Unify(written).Replace(" ", "", StringComparison.Ordinal);
        text = Trimmed(text);
        if (text.Length == 0 || text.All(c => c is '0' or '9' or '/' or '.' || WrittenForm.IsDash(c)))
        {
            return Outcome<DateOnly?>.Ok(null);
        }

        if (text.Length > 40)
        {
            return NoDate;
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
            numbers = (era, digits.Length) switch
            {
                (null, 8) => [digits[..4], digits[4..6], digits[6..]],
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

    private static Outcome<DateOnly?> NoDate =>
        Finding.Error("identity.birth-date", "A birth date is not a date", "Write it as YYYY-MM-DD, YYYYMMDD, or with the era, its year, the month and the day");

    /// <summary>Without 生 at the end, and without the time of a timestamp.</summary>
    private static string Trimmed(string text)
    {
        var time = text.IndexOf('T', StringComparison.Ordinal);
        text = time >= 8 && char.IsAsciiDigit(text[0]) ? text[..time] : text;
        return text.EndsWith("生まれ", StringComparison.Ordinal) ? text[..^3] : text.EndsWith('生') ? text[..^1] : text;
    }

    /// <summary>The runs of digits, 元 being 1; empty where anything else stands between them than a separator.</summary>
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
            else if (!(text[i] is '年' or '月' or '日' or '/' or '.' or '・' or ',' or ':' || WrittenForm.IsDash(text[i])))
            {
                return [];
            }
        }

        return [.. found];
    }

    private static int Int(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
