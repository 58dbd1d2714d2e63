namespace Minato.Kernel;

/// <summary>和暦: Japanese eras with their true bounds, which the framework's calendar does not enforce.</summary>
public enum Era
{
    Meiji = 1,
    Taisho = 2,
    Showa = 3,
    Heisei = 4,
    Reiwa = 5,
}

/// <summary>Dates as Japanese health data writes them.</summary>
public static class JapaneseDate
{
    private static readonly (Era Era, DateOnly First, DateOnly Last)[] Bounds =
    [
        (Era.Meiji, new(1868, 1, 25), new(1912, 7, 29)),
        (Era.Taisho, new(1912, 7, 30), new(1926, 12, 24)),
        (Era.Showa, new(1926, 12, 25), new(1989, 1, 7)),
        (Era.Heisei, new(1989, 1, 8), new(2019, 4, 30)),
        (Era.Reiwa, new(2019, 5, 1), DateOnly.MaxValue),
    ];

    /// <summary>Era, year of the era, month and day to a date; false where the day is not in that era.</summary>
    public static bool TryFromEra(Era era, int year, int month, int day, out DateOnly date)
    {
        date = default;
        if (era is < Era.Meiji or > Era.Reiwa || year is < 1 or > 99)
        {
            return false;
        }

        var (_, first, last) = Bounds[(int)era - 1];
        return TryYmd(first.Year + year - 1, month, day, out date) && date >= first && date <= last;
    }

    /// <summary>YYYYMMDD, or GYYMMDD with the era digit 1–5 in front.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DateOnly date)
    {
        date = default;
        if (text.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        return text.Length switch
        {
            8 => TryYmd(Int(text[..4]), Int(text[4..6]), Int(text[6..]), out date),
            7 => TryFromEra((Era)Int(text[..1]), Int(text[1..3]), Int(text[3..5]), Int(text[5..]), out date),
            _ => false,
        };
    }

    /// <summary>YYYYMM, or GYYMM; gives the first day of that month.</summary>
    public static bool TryParseMonth(ReadOnlySpan<char> text, out DateOnly firstDay)
    {
        firstDay = default;
        if (text.ContainsAnyExceptInRange('0', '9') || text.Length is not (5 or 6))
        {
            return false;
        }

        if (text.Length == 6)
        {
            return TryYmd(Int(text[..4]), Int(text[4..]), 1, out firstDay);
        }

        // The first month of an era may begin after its first day: try the last day of the month, then go back.
        var (era, year, month) = ((Era)Int(text[..1]), Int(text[1..3]), Int(text[3..]));
        if (month is < 1 or > 12 || !(TryFromEra(era, year, month, 28, out var any) || TryFromEra(era, year, month, 1, out any)))
        {
            return false;
        }

        firstDay = new DateOnly(any.Year, any.Month, 1);
        return true;
    }

    private static int Int(ReadOnlySpan<char> digits) => int.Parse(digits, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture);

    private static bool TryYmd(int year, int month, int day, out DateOnly date)
    {
        var ok = year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
        date = ok ? new DateOnly(year, month, day) : default;
        return ok;
    }
}
