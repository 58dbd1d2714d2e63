namespace Minato.Linkage.Normal;

/// <summary>A number as Japanese text writes it: Arabic digits, 二十三, 百二, or 一二三 by place.</summary>
internal static class WrittenNumber
{
    // Longer runs are no house number and no part of a date; it also keeps the value in range.
    private const int Longest = 9;

    /// <summary>The length of the number with which a text begins and its value; 0 where there is none.</summary>
    public static int At(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        var n = 0;
        while (n < text.Length && n < Longest && char.IsAsciiDigit(text[n]))
        {
            value = (value * 10) + text[n++] - '0';
        }

        return n > 0 ? n : Kanji(text, out value);
    }

    private static int Kanji(ReadOnlySpan<char> text, out long value)
    {
        var (total, section, unit, n) = (0L, 0L, 0L, 0);
        var pending = false;
        for (; n < text.Length && n < Longest; n++)
        {
            var digit = DigitOf(text[n]);
            if (digit >= 0)
            {
                unit = (unit * 10) + digit;
                pending = true;
                continue;
            }

            var power = text[n] switch { '十' => 10, '百' => 100, '千' => 1000, '万' => 10_000, _ => 0 };
            if (power == 0)
            {
                break;
            }

            if (power == 10_000)
            {
                total += Math.Max(1, section + unit) * power;
                section = 0;
            }
            else
            {
                section += (pending ? unit : 1) * power;
            }

            unit = 0;
            pending = false;
        }

        value = total + section + unit;
        return n;
    }

    private static int DigitOf(char c) => c switch
    {
        '〇' or '零' => 0,
        '一' or '壱' => 1,
        '二' or '弐' => 2,
        '三' or '参' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => -1,
    };
}
