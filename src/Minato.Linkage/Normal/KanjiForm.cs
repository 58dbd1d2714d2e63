using System.Text;

namespace Minato.Linkage.Normal;

/// <summary>
/// A kanji name in two forms (norm-v1). <see cref="Exact"/>: one width, parts separated by one space, no variation
/// selectors. <see cref="Loose"/>: variant classes folded, hiragana as katakana, spaces gone. A part with a replaced
/// character (payers print ● for what their fonts lack) is a wildcard: it says nothing, for or against.
/// </summary>
internal sealed record KanjiForm(string Exact, string Loose, string FamilyLoose, string GivenLoose)
{
    public static KanjiForm Empty { get; } = new("", "", "", "");

    /// <summary>True where the field holds no kanji at all but kana: some payers fill it so when a character cannot be written.</summary>
    public bool IsKanaOnly => Exact.Length > 0 && Exact.All(c => c is ' ' or '・' || WrittenForm.IsDash(c) || KanaForm.IsKana(c));

    public static KanjiForm Of(string? written, KanjiClasses classes)
    {
        var exact = WrittenForm.Unify(written?.Replace('・', ' '));
        if (exact.Length == 0)
        {
            return Empty;
        }

        var cut = exact.IndexOf(' ', StringComparison.Ordinal);
        return new KanjiForm(
            exact,
            LooseOf(exact, classes),
            cut < 0 ? "" : LooseOf(exact[..cut], classes),
            cut < 0 ? "" : LooseOf(exact[(cut + 1)..], classes));
    }

    private static bool IsWildcard(Rune r) => r.Value is '●' or '■' or '〓' or '□' or '?' or '*' or '＊' or '◆' or '\uFFFD' or '○' or '◯';

    private static string LooseOf(string exact, KanjiClasses classes)
    {
        var made = new StringBuilder(exact.Length);
        var before = default(Rune);
        foreach (var rune in exact.EnumerateRunes())
        {
            if (IsWildcard(rune))
            {
                return "";
            }

            var r = rune.Value switch
            {
                ' ' => default,
                '々' or '〻' => before,
                >= 0x3041 and <= 0x3096 => new Rune(rune.Value + 0x60),
                _ => classes.HeadOf(rune),
            };
            if (r.Value is 'ヶ' or 'ヵ')
            {
                r = new Rune('ケ');
            }

            if (r.Value != 0)
            {
                made.Append(r);
                before = r;
            }
        }

        return made.ToString();
    }
}
