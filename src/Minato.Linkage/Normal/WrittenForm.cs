namespace Minato.Linkage.Normal;

/// <summary>
/// The first step for every field: one width, no invisible characters, one kind of space. Own tables instead of NFKC,
/// which does nothing under invariant globalisation and does not know what a register means.
/// </summary>
internal static class WrittenForm
{
    /// <summary>The version of all forms of this folder. Part of the domain string of every keyed token: forms of two versions never meet.</summary>
    public const string Version = "norm-v2";

    private const string HalfKana = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";

    // What a character asks for instead of standing for itself. All are below U+0020, where nothing else is left.
    private const char Nothing = '\u0000';
    private const char VoiceMark = '\u0001';
    private const char HalfVoiceMark = '\u0002';
    private static readonly char[] Plain = Table();

    /// <summary>Any writing of a space or of a separator between the parts of a name.</summary>
    public static bool IsSpace(char c) =>
        c is ' ' or '\t' or '\r' or '\n' or '\u00A0' or '\u3000' or '\u202F' or '\u205F' or (>= '\u2000' and <= '\u200A') or '\u1680';

    /// <summary>Characters that are not seen: zero-width, soft hyphen, byte order mark, variation selectors of the basic plane.</summary>
    public static bool IsInvisible(char c) =>
        c is (>= '\u200B' and <= '\u200F') or '\u2060' or '\uFEFF' or '\u00AD' or (>= '\uFE00' and <= '\uFE0F') or (>= '\u180B' and <= '\u180F') || (char.IsControl(c) && !IsSpace(c));

    /// <summary>Two halves of one character. Half a character is no text: the forms put U+FFFD for it, as encoding would.</summary>
    public static bool IsPair(ReadOnlySpan<char> text, int at) => at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]);

    /// <summary>A pair that is an ideographic variation selector, VS17 to VS256.</summary>
    public static bool IsSelector(ReadOnlySpan<char> text, int at) => text[at] == '\uDB40' && text[at + 1] is >= '\uDD00' and <= '\uDDEF';

    /// <summary>Every dash that is typed for another.</summary>
    public static bool IsDash(char c) =>
        c is '-' or '\u2010' or '\u2011' or '\u2012' or '\u2013' or '\u2014' or '\u2015' or '\u2212' or '\u2500' or '\u2501' or '\uFE63' or '\uFF0D' or '\uFF70' or '\u30FC' or '~' or '\u301C' or '\uFF5E' or '\u02D7' or '\u2043' or '\uFE58' or '\u207B';

    /// <summary>The one writing of a character that stands alone: full-width kana, half-width upper-case ASCII.</summary>
    public static char One(char c) => c switch
    {
        >= '\uFF66' and <= '\uFF9D' => HalfKana[c - '\uFF66'],
        '\uFF65' => '・',
        '\uFF64' => '、',
        '\uFF61' => '。',
        >= '\uFF01' and <= '\uFF5E' => char.ToUpperInvariant((char)(c - 0xFEE0)),
        _ => char.ToUpperInvariant(c),
    };

    /// <summary>
    /// Half-width kana to full-width with the voice mark joined, full-width ASCII to half-width, upper case, spaces to one
    /// U+0020, nothing invisible. Dashes stay as they are. Idempotent.
    /// </summary>
    public static string Unify(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        Span<char> to = text.Length <= 256 ? stackalloc char[256] : new char[text.Length];
        var made = to[..Unify(text, to)];
        return made.SequenceEqual(text) ? text : made.ToString();
    }

    /// <summary>As above into room of the same length; gives the length, which is never more.</summary>
    public static int Unify(ReadOnlySpan<char> text, Span<char> to)
    {
        var n = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = Plain[text[i]];
            if (c > ' ')
            {
                if (!char.IsSurrogate(c))
                {
                    to[n++] = c;
                }
                else if (!IsPair(text, i))
                {
                    to[n++] = '\uFFFD';
                }
                else if (IsSelector(text, i++))
                {
                }
                else
                {
                    to[n++] = c;
                    to[n++] = text[i];
                }

                continue;
            }

            if (c == ' ')
            {
                if (n > 0 && to[n - 1] != ' ')
                {
                    to[n++] = ' ';
                }
            }
            else if (c != Nothing && n > 0)
            {
                to[n - 1] = Kana.Voiced(to[n - 1], half: c == HalfVoiceMark);
            }
        }

        return n > 0 && to[n - 1] == ' ' ? n - 1 : n;
    }

    private static char[] Table()
    {
        var made = new char[char.MaxValue + 1];
        for (var i = 0; i <= char.MaxValue; i++)
        {
            var c = (char)i;
            made[i] = IsInvisible(c) ? Nothing
                : IsSpace(c) ? ' '
                : c is '\u3099' or '\u309B' or '\uFF9E' ? VoiceMark
                : c is '\u309A' or '\u309C' or '\uFF9F' ? HalfVoiceMark
                : One(c);
        }

        return made;
    }
}
