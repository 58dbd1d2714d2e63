using System.Text;

namespace Minato.Linkage.Normal;

/// <summary>
/// A Japanese address as far as linkage needs it (norm-v1): the municipality, and the whole down to the lot number
/// without the building. Prefecture, 大字 and 字 come and go between registers and do not count.
/// </summary>
internal sealed record AddressForm(string Prefecture, string Municipality, string Town, string Lot, string Postal)
{
    private const string Ends = "市区町村";
    private const string KanjiDigits = "〇一二三四五六七八九";

    // Names that hold 市 町 村 in the middle, where a cut at the first would be wrong.
    private static readonly string[] Awkward = ["東村山市", "武蔵村山市", "野々市市", "四日市市", "廿日市市", "八日市市", "余市町", "玉村町", "大町市", "十日町市", "羽村市", "田村市", "村山市", "村上市", "町田市", "中村市", "市川市", "市原市", "大村市", "北村", "町村"];

    public static AddressForm Empty { get; } = new("", "", "", "", "");

    /// <summary>Municipality, town and lot in one.</summary>
    public string Whole => Municipality + Town + Lot;

    public static AddressForm Of(string? written, string? postal = null)
    {
        var code = new string([.. WrittenForm.Unify(postal).Where(char.IsAsciiDigit)]);
        code = code.Length == 7 && code.Distinct().Count() > 1 ? code : "";
        var text = Plain(written);
        if (text.Length == 0)
        {
            return code.Length == 0 ? Empty : Empty with { Postal = code };
        }

        var prefecture = text[..^WithoutPrefecture(text).Length];
        text = WithoutPrefecture(text);
        var end = MunicipalityEnd(text);
        var municipality = end > 0 ? text[..end] : "";
        var gun = municipality.IndexOf('郡', StringComparison.Ordinal);
        if (gun > 0 && gun < municipality.Length - 1)
        {
            municipality = municipality[(gun + 1)..];
        }

        var place = LotOf(text[Math.Max(end, 0)..]);
        var number = place.AsSpan().IndexOfAnyInRange('0', '9');
        return new AddressForm(prefecture, municipality, number < 0 ? place : place[..number], number < 0 ? "" : place[number..], code);
    }

    private static string Plain(string? written)
    {
        var made = new StringBuilder();
        foreach (var u in WrittenForm.Unify(written))
        {
            made.Append(u switch
            {
                ' ' or '、' or ',' => '\0',
                'ヶ' or 'が' or 'ガ' or 'ヵ' => 'ケ',
                _ => u,
            });
        }

        return made.Replace("\0", "").ToString();
    }

    private static string WithoutPrefecture(string text)
    {
        if (text.StartsWith("北海道", StringComparison.Ordinal))
        {
            return text[3..];
        }

        if (text.Length > 3 && (text.StartsWith("東京都", StringComparison.Ordinal) || text.StartsWith("大阪府", StringComparison.Ordinal) || text.StartsWith("京都府", StringComparison.Ordinal)))
        {
            return text[3..];
        }

        var ken = text.IndexOf('県', StringComparison.Ordinal);
        return ken is 2 or 3 ? text[(ken + 1)..] : text;
    }

    private static int MunicipalityEnd(string text)
    {
        foreach (var name in Awkward)
        {
            var at = text.IndexOf(name, StringComparison.Ordinal);
            if (at >= 0 && (at == 0 || text[at - 1] == '郡'))
            {
                return at + name.Length;
            }
        }

        for (var i = 1; i < text.Length && i < 16; i++)
        {
            if (!Ends.Contains(text[i], StringComparison.Ordinal))
            {
                continue;
            }

            if (text[i] == '市')
            {
                // A ward of a designated city belongs to the municipality.
                var ward = text.IndexOf('区', i + 1);
                return ward > i + 1 && ward <= i + 5 ? ward + 1 : i + 1;
            }

            return i + 1;
        }

        return 0;
    }

    /// <summary>Town and numbers in one writing: 一丁目2番地3号 and 1-2-3 are the same; what follows the numbers is a building.</summary>
    private static string LotOf(string rest)
    {
        var made = new StringBuilder();
        var digits = false;
        for (var i = 0; i < rest.Length; i++)
        {
            var c = rest[i];
            if (!digits && (rest.AsSpan(i).StartsWith("大字") || c == '字'))
            {
                i += c == '大' ? 1 : 0;
                continue;
            }

            if (NumberAt(rest, i, out var length) is { } number)
            {
                if (digits && made[^1] != '-')
                {
                    made.Append('-');
                }

                made.Append(number);
                i += length - 1;
                digits = true;
            }
            else if (digits && (WrittenForm.IsDash(c) || c is '番' or '号' or 'の' or 'ノ' || rest.AsSpan(i).StartsWith("丁目") || rest.AsSpan(i).StartsWith("番地")))
            {
                i += c is '丁' || rest.AsSpan(i).StartsWith("番地") ? 1 : 0;
                if (made[^1] != '-')
                {
                    made.Append('-');
                }
            }
            else if (digits)
            {
                break;
            }
            else
            {
                made.Append(c is >= '\u3041' and <= '\u3096' ? (char)(c + 0x60) : c);
            }
        }

        return made.ToString().TrimEnd('-');
    }

    /// <summary>Arabic digits anywhere; kanji numerals only in front of 丁目 or 番, because town names hold them too.</summary>
    private static string? NumberAt(string text, int at, out int length)
    {
        length = 0;
        while (at + length < text.Length && char.IsAsciiDigit(text[at + length]))
        {
            length++;
        }

        if (length > 0)
        {
            var bare = text.Substring(at, length).TrimStart('0');
            return bare.Length == 0 ? "0" : bare;
        }

        var value = 0;
        var tens = false;
        var unit = 0;
        while (at + length < text.Length && (text[at + length] == '十' || KanjiDigits.Contains(text[at + length], StringComparison.Ordinal)))
        {
            if (text[at + length] == '十')
            {
                value = (unit == 0 ? 1 : unit) * 10;
                (unit, tens) = (0, true);
            }
            else
            {
                unit = (tens ? 0 : unit * 10) + KanjiDigits.IndexOf(text[at + length], StringComparison.Ordinal);
            }

            length++;
        }

        var after = text.AsSpan(Math.Min(at + length, text.Length));
        if (length > 0 && length <= 3 && (after.StartsWith("丁目") || after.StartsWith("番")))
        {
            return (value + unit).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        length = 0;
        return null;
    }
}
