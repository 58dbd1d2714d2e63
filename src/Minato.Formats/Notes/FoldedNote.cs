using System.Text;

namespace Minato.Formats.Notes;

/// <summary>
/// A note in one writing: full-width as half-width, kanji numerals as digits, Roman numerals and unit signs as letters; and from each
/// character the way back to where it stood. Written by hand, for normalisation of the platform depends on ICU.
/// </summary>
internal sealed class FoldedNote
{
    private readonly List<int> origins = [];

    private FoldedNote(string text) => Text = text;

    public string Text { get; private set; }

    public static FoldedNote Of(string note)
    {
        var folded = new FoldedNote("");
        var text = new StringBuilder(note.Length);
        void Add(string written, int from)
        {
            text.Append(written);
            for (var i = 0; i < written.Length; i++)
            {
                folded.origins.Add(from);
            }
        }

        for (var i = 0; i < note.Length; i++)
        {
            var c = note[i];
            var length = KanjiNumber(note, i, out var digits);
            if (length > 0)
            {
                Add(digits, i);
                i += length - 1;
                continue;
            }

            Add(
                c switch
                {
                    >= '！' and <= '～' => ((char)(c - 0xFEE0)).ToString(),
                    '\u3000' or '\u00A0' or '\t' => " ",
                    '‐' or '‑' or '–' or '—' or '−' => "-",
                    '㎝' => "cm",
                    '㎏' => "kg",
                    '㎜' => "mm",
                    '℃' => "℃",
                    '₂' => "2",
                    '⇒' or '➡' => "→",
                    >= 'Ⅰ' and <= 'Ⅳ' => Roman(c - 'Ⅰ'),
                    >= 'ⅰ' and <= 'ⅳ' => Roman(c - 'ⅰ'),
                    '\r' => "\n",
                    _ => c.ToString(),
                },
                i);
        }

        folded.Text = text.ToString();
        folded.origins.Add(note.Length);
        return folded;
    }

    /// <summary>Where a stretch of the folded text stands in the note.</summary>
    public (int Offset, int Length) Origin(int start, int length)
    {
        var from = origins[start];

        // The stretch ends where what follows it begins: one sign may have become several, and several one.
        var end = start + length;
        while (end < origins.Count - 1 && origins[end] == origins[end - 1])
        {
            end++;
        }

        return (from, origins[end] - from);
    }

    private static string Roman(int index) => index switch
    {
        0 => "I",
        1 => "II",
        2 => "III",
        _ => "IV",
    };

    /// <summary>百三十二, 一三二, 五十四・三: how many characters, and the digits. A single kanji is one only beside a unit (度, 分, 本, 合).</summary>
    private static int KanjiNumber(string note, int from, out string digits)
    {
        digits = "";
        var end = from;
        while (end < note.Length && end - from < 8 && "〇零一二三四五六七八九十百".Contains(note[end], StringComparison.Ordinal))
        {
            end++;
        }

        var length = end - from;
        if (length == 0 || (length == 1 && note[from] != '百' && !(end < note.Length && "度分本合箱回年・".Contains(note[end], StringComparison.Ordinal)) && !(from > 0 && note[from - 1] == '度')))
        {
            return 0;
        }

        var run = note.AsSpan(from, length);
        if (run.IndexOfAny('十', '百') < 0)
        {
            digits = string.Concat(run.ToArray().Select(c => Digit(c)));
        }
        else
        {
            var (value, pending) = (0, -1);
            foreach (var c in run)
            {
                if (c is '十' or '百')
                {
                    value += (pending < 0 ? 1 : pending) * (c == '十' ? 10 : 100);
                    pending = -1;
                }
                else
                {
                    pending = Digit(c);
                }
            }

            digits = (value + Math.Max(pending, 0)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        // 五十四・三 is a decimal; 百三十二・七十八 is a pair.
        if (end + 1 < note.Length && note[end] is '・' or '．' or '.' && Digit(note[end + 1]) >= 0 && !(end + 2 < note.Length && "〇零一二三四五六七八九十百".Contains(note[end + 2], StringComparison.Ordinal)))
        {
            digits += "." + Digit(note[end + 1]);
            length += 2;
        }

        return length;
    }

    private static int Digit(char c) => c is '零' ? 0 : "〇一二三四五六七八九".IndexOf(c, StringComparison.Ordinal);
}
