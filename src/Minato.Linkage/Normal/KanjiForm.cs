using System.Buffers;
using System.Text;

namespace Minato.Linkage.Normal;

/// <summary>
/// A name as written in kanji (norm-v2). <see cref="Exact"/>: one width, parts apart by one space, no variation selectors.
/// <see cref="Whole"/>, <see cref="Family"/> and <see cref="Given"/>: folded to the heads of their classes
/// (<see cref="KanjiClasses"/>), hiragana as katakana, no spaces. A character that a payer's font lacked (●) stays as
/// <see cref="Wildcard"/>: compare with <see cref="Matches"/>. Parts are empty where nothing separates them.
/// </summary>
internal sealed record KanjiForm(string Exact, string Whole, string Family, string Given)
{
    public const char Wildcard = '●';

    private static readonly SearchValues<char> Separators = SearchValues.Create("・,、/=()[]〔〕.");

    public static KanjiForm Empty { get; } = new("", "", "", "");

    /// <summary>True where the field holds no kanji at all but kana: some payers fill it so when a character cannot be written.</summary>
    public bool IsKanaOnly => Exact.Length > 0 && Exact.All(c => c is ' ' or '・' || WrittenForm.IsDash(c) || Kana.IsKana(c));

    /// <summary>Kana or Latin only: a reading in the wrong field, or the written name of a foreigner.</summary>
    public bool IsReadingOnly => Exact.Length > 0 && Exact.All(c => c is ' ' or '・' or '.' or ',' or '\'' or (>= 'A' and <= 'Z') || WrittenForm.IsDash(c) || Kana.IsKana(c));

    /// <summary>A character of the name was lost.</summary>
    public bool HasWildcard => Whole.Contains(Wildcard, StringComparison.Ordinal);

    public string Loose => Known(Whole);

    public string FamilyLoose => Known(Family);

    public string GivenLoose => Known(Given);

    public static KanjiForm Of(string? written, KanjiClasses classes) => OfUnified(WrittenForm.Unify(written), classes);

    /// <summary>The form of a name whose parts stand in fields of their own.</summary>
    public static KanjiForm OfParts(string? family, string? given, KanjiClasses classes)
    {
        var (f, g) = (Of(family, classes), Of(given, classes));
        return f.Exact.Length == 0
            ? g with { Family = "", Given = g.Whole }
            : new KanjiForm(g.Exact.Length == 0 ? f.Exact : $"{f.Exact} {g.Exact}", f.Whole + g.Whole, f.Whole, g.Whole);
    }

    /// <summary>
    /// The folded names agree character by character, where a wildcard fits any one character, and at least one character
    /// that both know agrees. Equal names without wildcards match too.
    /// </summary>
    public static bool Matches(string a, string b)
    {
        var (left, right) = (a.EnumerateRunes(), b.EnumerateRunes());
        var agreeing = false;
        while (true)
        {
            var (more, also) = (left.MoveNext(), right.MoveNext());
            if (!more || !also)
            {
                return more == also && agreeing;
            }

            if (left.Current.Value == Wildcard || right.Current.Value == Wildcard)
            {
                continue;
            }

            if (left.Current != right.Current)
            {
                return false;
            }

            agreeing = true;
        }
    }

    private static KanjiForm OfUnified(string unified, KanjiClasses classes)
    {
        var exact = Separated(unified);
        if (exact.Length == 0)
        {
            return Empty;
        }

        var whole = Folded(exact, classes);
        var cut = exact.IndexOf(' ', StringComparison.Ordinal);
        return cut < 0
            ? new KanjiForm(exact, whole, "", "")
            : new KanjiForm(exact, whole, Folded(exact[..cut], classes), Folded(exact[(cut + 1)..], classes));
    }

    /// <summary>Every separator is one space; what stands in brackets is another name and goes.</summary>
    private static string Separated(string unified)
    {
        if (unified.AsSpan().IndexOfAny(Separators) < 0)
        {
            return unified;
        }

        var made = new StringBuilder(unified.Length);
        var open = true;
        for (var i = 0; i < unified.Length; i++)
        {
            var c = unified[i];
            if (c is '(' or '[' or '〔')
            {
                var end = open && made.Length > 0 ? unified.AsSpan(i).IndexOfAny(")]〕") : -1;
                open = made.Length == 0 || end >= 0;
                i += Math.Max(end, 0);
                c = ' ';
            }

            c = c is '・' or ',' or '、' or '/' or '=' or ')' or ']' or '〕' or '.' ? ' ' : c;
            if (c != ' ' || (made.Length > 0 && made[^1] != ' '))
            {
                made.Append(c);
            }
        }

        return made.ToString().TrimEnd(' ');
    }

    private static bool IsWildcard(Rune r) => r.Value is Wildcard or '■' or '〓' or '□' or '?' or '*' or '◆' or '◇' or '▲' or '△' or '▼' or '\uFFFD' or '○' or '◯' or '◎' or '※' or '＿' or '_' or '×';

    private static string Folded(string exact, KanjiClasses classes)
    {
        var made = new StringBuilder(exact.Length);
        var before = default(Rune);
        foreach (var rune in exact.EnumerateRunes())
        {
            var r = rune.Value switch
            {
                ' ' => default,
                '々' or '〻' when before.Value != 0 => before,
                >= 0x3041 and <= 0x3096 => classes.HeadOf(new Rune(Kana.Large((char)(rune.Value + 0x60)))),
                >= 0x30A1 and <= 0x30FA => classes.HeadOf(new Rune(Kana.Large((char)rune.Value))),
                _ when IsWildcard(rune) => new Rune(Wildcard),
                < 0x10000 when WrittenForm.IsDash((char)rune.Value) => classes.HeadOf(new Rune('ー')),
                _ => classes.HeadOf(rune),
            };
            if (r.Value != 0)
            {
                made.Append(r);
                before = r;
            }
        }

        return made.ToString();
    }

    private static string Known(string folded) => folded.Contains(Wildcard, StringComparison.Ordinal) ? "" : folded;
}
