using System.Buffers;
using System.Text;

namespace Minato.Linkage.Normal;

/// <summary>A <see cref="KanjiForm"/> in room that the caller gives.</summary>
internal readonly ref struct KanjiText
{
    private static readonly SearchValues<char> Separators = SearchValues.Create("・,、/=()[]〔〕.");

    private readonly int family;

    private KanjiText(ReadOnlySpan<char> exact, ReadOnlySpan<char> whole, int family)
    {
        Exact = exact;
        Whole = whole;
        this.family = family;
    }

    public ReadOnlySpan<char> Exact { get; }

    public ReadOnlySpan<char> Whole { get; }

    public ReadOnlySpan<char> Family => family < 0 ? default : Whole[..family];

    public ReadOnlySpan<char> Given => family < 0 ? default : Whole[family..];

    /// <summary>Characters that <see cref="Of"/> may need for a text of this length.</summary>
    public static int Room(int length) => 4 * length;

    public static KanjiText Of(ReadOnlySpan<char> written, KanjiClasses classes, Span<char> room)
    {
        var length = WrittenForm.Unify(written, room);
        var exact = Separated(room[..length]);
        room = room[written.Length..];
        var family = -1;
        length = Folded(exact, classes, room, ref family);
        return new KanjiText(exact, room[..length], family);
    }

    /// <inheritdoc cref="KanjiForm.IsKanaOnly"/>
    public static bool IsKanaOnly(ReadOnlySpan<char> exact)
    {
        foreach (var c in exact)
        {
            if (c is not (' ' or '・') && !WrittenForm.IsDash(c) && !Kana.IsKana(c))
            {
                return false;
            }
        }

        return exact.Length > 0;
    }

    /// <inheritdoc cref="KanjiForm.IsReadingOnly"/>
    public static bool IsReadingOnly(ReadOnlySpan<char> exact)
    {
        foreach (var c in exact)
        {
            if (c is not (' ' or '・' or '.' or ',' or '\'' or (>= 'A' and <= 'Z')) && !WrittenForm.IsDash(c) && !Kana.IsKana(c))
            {
                return false;
            }
        }

        return exact.Length > 0;
    }

    /// <summary>Every separator is one space; what stands in brackets is another name and goes. In place.</summary>
    private static ReadOnlySpan<char> Separated(Span<char> text)
    {
        if (!text.ContainsAny(Separators))
        {
            return text;
        }

        var n = 0;
        var open = true;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '(' or '[' or '〔')
            {
                var end = open && n > 0 ? text[i..].IndexOfAny(')', ']', '〕') : -1;
                open = n == 0 || end >= 0;
                i += Math.Max(end, 0);
                c = ' ';
            }

            c = c is '・' or ',' or '、' or '/' or '=' or ')' or ']' or '〕' or '.' ? ' ' : c;
            if (c != ' ' || (n > 0 && text[n - 1] != ' '))
            {
                text[n++] = c;
            }
        }

        return text[..n].TrimEnd(' ');
    }

    /// <param name="family">Length of the folded family name, where a space ends it.</param>
    private static int Folded(ReadOnlySpan<char> exact, KanjiClasses classes, Span<char> to, ref int family)
    {
        var n = 0;
        var last = 0; // Where the character before begins: 々 repeats it.
        for (var i = 0; i < exact.Length; i++)
        {
            var c = exact[i];
            var head = classes[c];
            if (head != '\0')
            {
                (to[n], last) = (head, n);
                n++;
            }
            else if (c == ' ')
            {
                family = family < 0 ? n : family;
            }
            else if (c is '々' or '〻' && n > 0)
            {
                var again = n - last;
                to[last..n].CopyTo(to[n..]);
                (last, n) = (n, n + again);
            }
            else
            {
                var rune = char.IsSurrogate(c) ? new Rune(c, exact[++i]) : new Rune(c);
                last = n;
                n += classes.HeadOf(rune).EncodeToUtf16(to[n..]);
            }
        }

        return n;
    }
}
