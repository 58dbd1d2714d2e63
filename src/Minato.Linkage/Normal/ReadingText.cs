namespace Minato.Linkage.Normal;

/// <summary>
/// The first step of a reading: any writing of kana or Latin to full-width katakana or upper-case Latin without
/// diacritics, parts apart by one space. One look-up a character; own tables, because the framework's normalisation does
/// nothing under invariant globalisation.
/// </summary>
internal static class ReadingText
{
    // What a character asks for instead of standing for itself. All are below U+0020, where nothing else is left.
    private const char Nothing = '\u0000';
    private const char VoiceMark = '\u0001';
    private const char HalfVoiceMark = '\u0002';
    private const char Two = '\u0003';
    private const char Comma = '\u0004';
    private const char Open = '\u0005';
    private const char Close = '\u0006';
    private const char Again = '\u0007';
    private const char AgainVoiced = '\u0008';
    private const char Dash = '\u0009';

    // Base letters of U+00C0–017F, U+01A0–021F and U+1E00–1EFF (Unicode decomposition; Ø Ł Đ ı by eye). A point is a letter of its own.
    private const string Latin1 = "AAAAAA.CEEEEIIIIDNOOOOO.OUUUUY..AAAAAA.CEEEEIIIIDNOOOOO.OUUUUY.YAAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIII..JJKKKLLLLLLLLLLNNNNNNNNNOOOOOO..RRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";
    private const string Latin2 = "OO.............UU............................AAIIOOUUUUUUUUUU.AAAA....GGKKOOOO..J...GG..NNAA....AAAAEEEEIIIIOOOORRRRUUUUSSTT..HH";
    private const string Latin3 = "AABBBBBBCCDDDDDDDDDDEEEEEEEEEEFFGGHHHHHHHHHHIIIIKKKKKKLLLLLLLLMMMMMMNNNNNNNNOOOOOOOOPPPPRRRRRRRRSSSSSSSSSSTTTTTTTTUUUUUUUUUUVVVVWWWWWWWWWWXXXXYYZZZZZZHTWY.S....AAAAAAAAAAAAAAAAAAAAAAAAEEEEEEEEEEEEEEEEIIIIOOOOOOOOOOOOOOOOOOOOOOOOUUUUUUUUUUUUUUYYYYYYYY......";

    private static readonly char[] Plain = Table();

    /// <summary>Characters that <see cref="Write"/> may need for a text of this length.</summary>
    public static int Room(int length) => 2 * length;

    /// <summary>No kana, and at least one Latin letter.</summary>
    public static bool IsLatin(ReadOnlySpan<char> text) =>
        text.ContainsAnyInRange('A', 'Z') && !text.ContainsAnyInRange('\u30A1', '\u30FF') && !text.ContainsAnyInRange('\u31F0', '\u31FF');

    /// <summary>
    /// Writes the normal text and gives its length. <paramref name="family"/> is the place of the space after the family
    /// name: after the words in front of a comma, else after the first word; -1 where there is one word only.
    /// </summary>
    public static int Write(ReadOnlySpan<char> written, Span<char> to, out int family)
    {
        var n = 0;
        var comma = -1;
        var open = true;
        for (var i = 0; i < written.Length; i++)
        {
            var c = Plain[written[i]];
            if (c > ' ')
            {
                if (!char.IsSurrogate(c))
                {
                    to[n++] = c;
                }
                else if (!WrittenForm.IsPair(written, i))
                {
                    to[n++] = '\uFFFD';
                }
                else if (WrittenForm.IsSelector(written, i++))
                {
                }
                else
                {
                    to[n++] = c;
                    to[n++] = written[i];
                }

                continue;
            }

            var before = n > 0 ? to[n - 1] : ' ';
            switch (c)
            {
                case Nothing:
                    continue;
                case VoiceMark or HalfVoiceMark:
                    if (n > 0)
                    {
                        to[n - 1] = Kana.Voiced(before, half: c == HalfVoiceMark);
                    }

                    continue;
                case Two:
                    var (first, second) = Pair(written[i]);
                    to[n++] = first;
                    to[n++] = second;
                    continue;
                case Again or AgainVoiced when Kana.IsKana(before):
                    var clear = Kana.Unvoiced(before);
                    to[n++] = c == AgainVoiced ? Kana.Voiced(clear, half: false) : clear;
                    continue;
                case Dash:
                    // After kana every dash is a long mark; in a Latin name it joins (ANNE-MARIE).
                    if (Kana.IsKana(before))
                    {
                        to[n++] = 'ー';
                    }

                    continue;
                case Open when open && n > 0:
                    // What stands in brackets is another name (旧姓, 通称) and not part of this one.
                    var end = ClosedAt(written, i + 1);
                    open = end >= 0;
                    i = open ? end : i;
                    break;
                case Comma when n > 0 && comma < 0:
                    comma = before == ' ' ? n - 1 : n;
                    break;
            }

            if (before != ' ')
            {
                to[n++] = ' ';
            }
        }

        if (n > 0 && to[n - 1] == ' ')
        {
            n--;
        }

        family = comma > 0 && comma < n ? comma : to[..n].IndexOf(' ');
        return n;
    }

    private static int ClosedAt(ReadOnlySpan<char> written, int from)
    {
        for (var i = from; i < written.Length; i++)
        {
            if (Plain[written[i]] == Close)
            {
                return i;
            }
        }

        return -1;
    }

    private static (char First, char Second) Pair(char c) => c switch
    {
        'ß' or 'ẞ' => ('S', 'S'),
        'Æ' or 'æ' => ('A', 'E'),
        'Œ' or 'œ' => ('O', 'E'),
        'Þ' or 'þ' => ('T', 'H'),
        'Ĳ' or 'ĳ' => ('I', 'J'),
        'ゟ' => ('ヨ', 'リ'),
        _ => ('コ', 'ト'), // ヿ
    };

    private static char[] Table()
    {
        var made = new char[char.MaxValue + 1];
        for (var i = 0; i <= char.MaxValue; i++)
        {
            made[i] = Of((char)i);
        }

        return made;
    }

    private static char Of(char c)
    {
        if (WrittenForm.IsSpace(c))
        {
            return ' ';
        }

        if (WrittenForm.IsInvisible(c) || c is (>= '\u0300' and <= '\u036F') or '\'' or '`' or '´' or '’' or '‘' or 'ʼ' or 'ʻ' or '′' or '＇' or '｀' or '"' or '＂' or '“' or '”')
        {
            return Nothing;
        }

        if (WrittenForm.IsDash(c))
        {
            return Dash;
        }

        switch (c)
        {
            case '\u3099' or '\u309B' or '\uFF9E':
                return VoiceMark;
            case '\u309A' or '\u309C' or '\uFF9F':
                return HalfVoiceMark;
            case 'ß' or 'ẞ' or 'Æ' or 'æ' or 'Œ' or 'œ' or 'Þ' or 'þ' or 'Ĳ' or 'ĳ' or 'ゟ' or 'ヿ':
                return Two;
            case ',' or '，' or '、' or '､':
                return Comma;
            case '(' or '（' or '[' or '［' or '〔' or '【' or '｟' or '〈' or '<' or '＜':
                return Open;
            case ')' or '）' or ']' or '］' or '〕' or '】' or '｠' or '〉' or '>' or '＞':
                return Close;
            case 'ヽ' or 'ゝ':
                return Again;
            case 'ヾ' or 'ゞ':
                return AgainVoiced;
        }

        var u = WrittenForm.One(c);
        return u switch
        {
            '・' or '。' or '.' or '=' or '/' or '゠' or '·' or '•' or '_' or '|' or '&' or '+' or ';' or ':' => ' ',
            >= '\u3041' and <= '\u3096' => (char)(u + 0x60),
            >= '\u00C0' and <= '\u017F' when Latin1[u - '\u00C0'] != '.' => Latin1[u - '\u00C0'],
            >= '\u01A0' and <= '\u021F' when Latin2[u - '\u01A0'] != '.' => Latin2[u - '\u01A0'],
            >= '\u1E00' and <= '\u1EFF' when Latin3[u - '\u1E00'] != '.' => Latin3[u - '\u1E00'],
            _ => u,
        };
    }
}
