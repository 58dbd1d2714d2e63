namespace Minato.Linkage.Normal;

/// <summary>
/// A Japanese address in parts (norm-v2). <see cref="Municipality"/>: without 郡, with the ward of a designated city.
/// <see cref="Town"/>: 町名 without 大字 and 字, its numerals before 条 線 番町 in Arabic digits, no Kyoto street names. <see cref="Lot"/>: up to three
/// numbers, 一丁目2番地3号 and 1-2-3 alike; the building and the room are cut. <see cref="Postal"/>: seven digits. Prefecture is
/// completed where the municipality says it. An address in Latin letters is read by <see cref="LatinAddress"/>. A part that is not known is empty.
/// </summary>
internal sealed record AddressForm(string Prefecture, string Municipality, string Town, string Lot, string Postal)
{
    private const int LotNumbers = 3;

    // Before these a number is part of a town's name.
    private static readonly string[] Naming = ["条", "線", "号線", "番町", "番丁", "番館", "番通", "番組", "地割"];
    private static readonly string[] Counting = ["丁目", "番地", "丁", "番", "号"];
    private static readonly string[] KyotoTurns = ["上ル", "下ル", "上ケル", "下ケル", "西入ル", "東入ル", "西入", "東入"];

    public static AddressForm Empty { get; } = new("", "", "", "", "");

    /// <summary>Municipality, town and lot in one.</summary>
    public string Whole => Municipality + Town + Lot;

    /// <summary>The form of an address in one field. Never throws, linear in the length.</summary>
    public static AddressForm Of(string? written, string? postal = null)
    {
        var code = PostalOf(postal);
        if (string.IsNullOrEmpty(written))
        {
            return code.Length == 0 ? Empty : Empty with { Postal = code };
        }

        if (!AddressText.IsJapanese(written))
        {
            return LatinAddress.Of(written, postal);
        }

        Span<char> buffer = written.Length <= 256 ? stackalloc char[256] : new char[written.Length];
        ReadOnlySpan<char> text = buffer[..AddressText.Write(written, buffer)];
        text = WithoutPostal(text, ref code);
        var prefecture = Municipalities.PrefectureOf(text);
        text = text[prefecture.Length..];
        var known = Municipalities.At(text, prefecture, out var length);
        string municipality;
        if (known is not null)
        {
            (prefecture, municipality) = (known.Prefecture, known.Name);
        }
        else
        {
            length = Guess(text);
            municipality = text[(text[..length].IndexOf('郡') is > 0 and var gun && gun < length - 2 ? gun + 1 : 0)..length].ToString();
        }

        text = text[length..];
        if (municipality.StartsWith("京都市", StringComparison.Ordinal))
        {
            text = WithoutStreets(text);
        }

        var (town, lot) = Place(text);
        return new AddressForm(prefecture, municipality, town, lot, code);
    }

    /// <summary>Seven digits, or empty: a filler is not a place.</summary>
    private static string PostalOf(string? written)
    {
        if (string.IsNullOrEmpty(written))
        {
            return "";
        }

        Span<char> digits = stackalloc char[7];
        var n = 0;
        foreach (var c in written)
        {
            var d = WrittenForm.One(c);
            if (char.IsAsciiDigit(d))
            {
                if (n == 7)
                {
                    return "";
                }

                digits[n++] = d;
            }
        }

        return n == 7 && digits.ContainsAnyExcept(digits[0]) ? digits.ToString() : "";
    }

    /// <summary>Without a postal code that stands in front.</summary>
    private static ReadOnlySpan<char> WithoutPostal(ReadOnlySpan<char> text, ref string code)
    {
        text = text is ['〒', ..] ? text[1..] : text;
        var at = 0;
        var digits = 0;
        while (at < text.Length && digits < 8 && (char.IsAsciiDigit(text[at]) || (digits == 3 && text[at] == AddressText.Dash)))
        {
            digits += text[at] == AddressText.Dash ? 0 : 1;
            at++;
        }

        if (digits != 7)
        {
            return text;
        }

        code = code.Length == 0 ? PostalOf(text[..at].ToString()) : code;
        return text[at..];
    }

    /// <summary>Where a municipality ends that no table knows.</summary>
    private static int Guess(ReadOnlySpan<char> text)
    {
        for (var i = 1; i < text.Length && i < 12; i++)
        {
            if (text[i] is '市' or '区' or '町' or '村')
            {
                // 市 and then 区 within a few characters: a ward.
                var ward = text[i] == '市' ? text[(i + 1)..Math.Min(text.Length, i + 5)].IndexOf('区') : -1;
                return ward > 0 ? i + ward + 2 : i + 1;
            }

            if (char.IsAsciiDigit(text[i]))
            {
                break;
            }
        }

        return 0;
    }

    /// <summary>In Kyoto people write the way along the streets in front of the town: 寺町通御池上る上本能寺前町 is 上本能寺前町.</summary>
    private static ReadOnlySpan<char> WithoutStreets(ReadOnlySpan<char> text)
    {
        var end = 0;
        foreach (var turn in KyotoTurns)
        {
            var at = text.LastIndexOf(turn);
            end = at > 0 ? Math.Max(end, at + turn.Length) : end;
        }

        return end > 0 && end < text.Length ? text[end..] : text;
    }

    private static (string Town, string Lot) Place(ReadOnlySpan<char> text)
    {
        Span<char> town = text.Length <= 64 ? stackalloc char[256] : new char[4 * text.Length]; // 千万条 is 10000000条
        var n = 0;
        var i = 0;
        while (i < text.Length)
        {
            var rest = text[i..];
            if (rest is ['大' or '小', '字', ..])
            {
                i += 2;
                continue;
            }

            if (rest[0] == '字')
            {
                i++;
                continue;
            }

            var number = WrittenNumber.At(rest, out var value);
            if (number == 0)
            {
                var ordinal = rest[0] == '第' && rest.Length > 1 && WrittenNumber.At(rest[1..], out _) > 0;
                if (!ordinal)
                {
                    town[n++] = rest[0];
                }

                i++;
                continue;
            }

            var after = rest[number..];
            var arabic = char.IsAsciiDigit(rest[0]);
            if (StartsWithAny(after, Naming) > 0)
            {
                value.TryFormat(town[n..], out var written, default, System.Globalization.CultureInfo.InvariantCulture);
                n += written;
            }
            else if (arabic || Counts(after))
            {
                return (town[..n].ToString(), LotOf(rest));
            }
            else
            {
                rest[..number].CopyTo(town[n..]);
                n += number;
            }

            i += number;
        }

        return (town[..n].ToString(), "");
    }

    /// <summary>What follows a kanji numeral says that it counts: 丁目, 番地, or a dash and another number; in 八丁堀 or 千代田 it does not.</summary>
    private static bool Counts(ReadOnlySpan<char> after) => after switch
    {
        ['丁', '目', ..] or ['番', '地', ..] or ['号', ..] or ['番'] => true,
        ['番', 'ノ' or '号' or AddressText.Dash, ..] => true,
        ['番', ..] or [AddressText.Dash or 'ノ', ..] => WrittenNumber.At(after[1..], out _) > 0,
        _ => false,
    };

    private static string LotOf(ReadOnlySpan<char> text)
    {
        Span<char> lot = stackalloc char[64];
        var n = 0;
        for (var numbers = 0; numbers < LotNumbers; numbers++)
        {
            var number = WrittenNumber.At(text, out var value);
            if (number == 0)
            {
                break;
            }

            if (n > 0)
            {
                lot[n++] = '-';
            }

            value.TryFormat(lot[n..], out var written, default, System.Globalization.CultureInfo.InvariantCulture);
            n += written;
            text = text[number..];
            var counted = text.Length;
            while (StartsWithAny(text, Counting) is > 0 and var word)
            {
                text = text[word..];
            }

            while (text.Length > 1 && text[0] is AddressText.Dash or 'ノ')
            {
                text = text[1..];
            }

            if (text.Length == counted)
            {
                break; // Nothing joins the next number to this one.
            }
        }

        return lot[..n].ToString();
    }

    private static int StartsWithAny(ReadOnlySpan<char> text, string[] words)
    {
        foreach (var word in words)
        {
            if (text.StartsWith(word))
            {
                return word.Length;
            }
        }

        return 0;
    }
}
