namespace Minato.Linkage.Normal;

/// <summary>How a birth date was mistyped.</summary>
internal enum BirthSlip
{
    None,

    /// <summary>One digit of YYYYMMDD.</summary>
    Digit,

    /// <summary>Two neighbouring digits exchanged.</summary>
    Neighbours,

    /// <summary>Day and month exchanged.</summary>
    DayAndMonth,

    /// <summary>A year more or less.</summary>
    Year,

    /// <summary>The same year of another era.</summary>
    Era,

    /// <summary>The first of January, where the day was not known.</summary>
    NewYear,
}

/// <summary>Whether a birth date can be one, and which other dates it may have been mistyped from.</summary>
internal static class BirthDate
{
    // The first day of Meiji: before it there is no era to write.
    private static readonly DateOnly Earliest = new(1868, 1, 25);

    // What systems write for "unknown": nobody born then lives, and spreadsheets start there.
    private static readonly HashSet<DateOnly> Placeholders = [new(1899, 12, 30), new(1899, 12, 31), new(1900, 1, 1), new(1901, 1, 1), new(1904, 1, 1)];

    // Shōwa read as Heisei and so on: the same era year in another era.
    // A year off comes from counting era years or years of age.
    private static readonly int[] YearSlips = [-63, 63, -30, 30, -14, 14, -44, 44, -1, 1];

    /// <summary>The date, or null where it cannot be a birth date (a placeholder, before any living memory, after the day of the record).</summary>
    public static DateOnly? Sane(DateOnly? written, DateOnly today) =>
        written is not { } date || date < Earliest || date > today.AddDays(1) || Placeholders.Contains(date) ? null : date;

    /// <summary>
    /// A written birth date: ISO, YYYYMMDD, YYYY/M/D, or of an era (昭和40年1月5日, S40.1.5, 3400105, 平成元年…), of any width. Null where
    /// nothing or a placeholder is written; a refusal where the text is no date, or the day is not in the era that it names.
    /// </summary>
    public static Outcome<DateOnly?> Parse(string? written) => WrittenDate.Read(written).Map(d => d is { } date && Placeholders.Contains(date) ? (DateOnly?)null : d);

    /// <summary>
    /// All dates that a clerk may have written for this one or the other way round: day and month exchanged, one digit of
    /// YYYYMMDD different, two neighbouring digits exchanged, a year off, the era mistaken (29 February then becomes the 28th), or the first of January for "day unknown".
    /// Symmetric: a is among b's slips exactly where b is among a's.
    /// </summary>
    public static IEnumerable<DateOnly> Slips(DateOnly date)
    {
        var seen = new HashSet<DateOnly> { date };
        foreach (var d in All(date))
        {
            if (d is { } slip && slip >= Earliest && seen.Add(slip))
            {
                yield return slip;
            }
        }
    }

    public static bool IsSlip(DateOnly a, DateOnly b) => SlipOf(a, b) != BirthSlip.None;

    /// <summary>By which slip the one date may have become the other; none where they are equal or too far apart.</summary>
    public static BirthSlip SlipOf(DateOnly a, DateOnly b)
    {
        if (a == b)
        {
            return BirthSlip.None;
        }

        if (a.Year == b.Year && a.Month == b.Day && a.Day == b.Month)
        {
            return BirthSlip.DayAndMonth;
        }

        if (a.Month == b.Month && (a.Day == b.Day || IsLeapDayPut(a, b) || IsLeapDayPut(b, a)) && Array.IndexOf(YearSlips, a.Year - b.Year) >= 0)
        {
            return a.Year - b.Year is 1 or -1 ? BirthSlip.Year : BirthSlip.Era;
        }

        var (x, y) = (Number(a), Number(b));
        while (x % 10 == y % 10)
        {
            (x, y) = (x / 10, y / 10);
        }

        // The last digit is different now.
        if (x / 10 == y / 10)
        {
            return BirthSlip.Digit;
        }

        if (x / 100 == y / 100 && x % 10 == y / 10 % 10 && x / 10 % 10 == y % 10)
        {
            return BirthSlip.Neighbours;
        }

        return a.Year == b.Year && (IsNewYear(a) || IsNewYear(b)) ? BirthSlip.NewYear : BirthSlip.None;
    }

    /// <summary>A system to which the wrong year has no 29th of February writes the 28th.</summary>
    private static bool IsLeapDayPut(DateOnly leap, DateOnly put) =>
        leap is { Month: 2, Day: 29 } && put is { Month: 2, Day: 28 } && !DateTime.IsLeapYear(put.Year);

    private static IEnumerable<DateOnly?> All(DateOnly date)
    {
        yield return Make(date.Year, date.Day, date.Month);
        foreach (var years in YearSlips)
        {
            yield return Make(date.Year + years, date.Month, date.Day);
            yield return Make(date.Year + years, 2, 28) is { } before && IsLeapDayPut(date, before) ? before : null;
            yield return Make(date.Year + years, 2, 29) is { } after && IsLeapDayPut(after, date) ? after : null;
        }

        var digits = new int[8];
        Digits(date, digits);
        for (var i = 0; i < 8; i++)
        {
            var old = digits[i];
            for (var d = 0; d <= 9; d++)
            {
                digits[i] = d;
                yield return Make(digits);
            }

            digits[i] = old;
            if (i < 7)
            {
                (digits[i], digits[i + 1]) = (digits[i + 1], digits[i]);
                yield return Make(digits);
                (digits[i], digits[i + 1]) = (digits[i + 1], digits[i]);
            }
        }

        yield return new DateOnly(date.Year, 1, 1);
        if (IsNewYear(date))
        {
            for (var d = date; d.Year == date.Year; d = d.AddDays(1))
            {
                yield return d;
            }
        }
    }

    private static bool IsNewYear(DateOnly d) => d is { Month: 1, Day: 1 };

    private static int Number(DateOnly date) => (date.Year * 10000) + (date.Month * 100) + date.Day;

    private static void Digits(DateOnly date, Span<int> eight)
    {
        var n = Number(date);
        for (var i = 7; i >= 0; i--)
        {
            eight[i] = n % 10;
            n /= 10;
        }
    }

    private static DateOnly? Make(int[] d) =>
        Make((d[0] * 1000) + (d[1] * 100) + (d[2] * 10) + d[3], (d[4] * 10) + d[5], (d[6] * 10) + d[7]);

    private static DateOnly? Make(int year, int month, int day) =>
        year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;
}
