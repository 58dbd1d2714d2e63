using System.Globalization;
using System.Text;

namespace Minato.Synthetic.Notes;

/// <summary>
/// Japanese clinical notes with their truth: half, full-width and kanji numerals, abbreviations, negation, relatives, former values, corrections,
/// and numbers that mean something else. Same seed, same notes.
/// </summary>
/// <param name="unseen">The half of the phrasings that no rule was written for.</param>
public sealed class NoteGenerator(int seed, bool unseen)
{
    private static readonly string[] KanjiDigits = ["〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

    private readonly Random random = new(seed);
    private readonly StringBuilder text = new();
    private readonly List<TruthItem> truth = [];

    private enum Numerals
    {
        Half,
        Full,
        Kanji,
    }

    public GeneratedNote Next()
    {
        text.Clear();
        truth.Clear();
        var roll = random.Next(100);
        var numerals = roll < 70 ? Numerals.Half : roll < 92 ? Numerals.Full : Numerals.Kanji;
        var phrases = unseen ? NotePhrases.Unseen : NotePhrases.Seen;
        var parts = random.Next(3, 9);
        for (var i = 0; i < parts; i++)
        {
            if (random.Next(3) == 0)
            {
                Add(Pick(NotePhrases.Around), TruthContext.Present, numerals == Numerals.Kanji ? Numerals.Half : numerals);
                text.Append(Pick(NotePhrases.Ends));
            }
            else
            {
                var phrase = Pick(phrases);
                Add(phrase.Text, phrase.Context, numerals);

                // Whose or when it was must not run on into the next phrase.
                text.Append(phrase.Context == TruthContext.Present && !phrase.Text.Contains("{x}", StringComparison.Ordinal) ? Pick(NotePhrases.Ends) : random.Next(2) == 0 ? "。" : "\n");
            }
        }

        if (random.Next(6) == 0)
        {
            if (text.Length > 0 && text[^1] is not ('\n' or '。'))
            {
                text.Append('\n');
            }

            text.Append(Pick(NotePhrases.FamilyHeads));
            var about = Pick(phrases.Where(p => p is { Context: TruthContext.Present, Item: "smoking" or "drinking" or "stage" } && p.Text.Contains('[', StringComparison.Ordinal)).ToArray());
            text.Append(random.Next(2) == 0 ? "父 " : "母、");
            Add(about.Text, TruthContext.Family, numerals);
            text.Append("。\n");
        }

        return new(text.ToString(), [.. truth]);
    }

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];

    private void Add(string phrase, TruthContext context, Numerals numerals)
    {
        var (systolic, diastolic, body) = (random.Next(88, 199), 0, random.Next(2) == 0);
        diastolic = random.Next(45, Math.Min(116, systolic - 15));
        for (var i = 0; i < phrase.Length; i++)
        {
            switch (phrase[i])
            {
                case '{':
                    var token = phrase[i + 1];
                    i += 2;
                    var begin = text.Length;
                    var (item, value) = token switch
                    {
                        'S' => ("systolic", (decimal)systolic),
                        'D' => ("diastolic", diastolic),
                        'H' => ("height", body ? random.Next(140, 190) : random.Next(1400, 1890) / 10m),
                        'W' => ("weight", body ? random.Next(36, 106) : random.Next(360, 1050) / 10m),
                        'T' or 't' => ("temperature", random.Next(353, 401) / 10m),
                        'P' => ("pulse", random.Next(44, 138)),
                        'O' => ("spo2", random.Next(86, 101)),
                        'm' => ("", random.Next(160, 330) / 10m),
                        's' => ("", random.Next(2, 9)),
                        'y' => ("", random.Next(60, 100)),
                        _ => ("", Wrong(phrase)),
                    };
                    text.Append(token == 't' ? Degrees(value, numerals) : Number(value, numerals));
                    if (item.Length > 0)
                    {
                        truth.Add(new(item, value, null, context, begin, text.Length - begin));
                    }

                    break;
                case '[':
                    var end = phrase.IndexOf(']', i);
                    var parts = phrase[(i + 1)..end].Split('=');
                    var from = text.Length;
                    Plain(parts[0], numerals);
                    var code = parts[1].Split(':');
                    truth.Add(new(
                        code.Length == 2 ? $"tumour-{code[0].ToLowerInvariant()}" : parts[1] is "never" or "current" || (parts[1] == "ex" && phrase.IndexOfAny(['煙', 'タ', 'ス']) >= 0) ? "smoking" : parts[1][0] is 'I' or 'V' ? "tumour-stage" : "drinking",
                        null, code[^1], context, from, text.Length - from));
                    i = end;
                    break;
                default:
                    Plain(phrase[i].ToString(), numerals);
                    break;
            }
        }
    }

    /// <summary>A number of the phrase's own kind that is not the truth.</summary>
    private decimal Wrong(string phrase) =>
        phrase.Contains("{T}", StringComparison.Ordinal) ? random.Next(380, 410) / 10m
        : phrase.Contains("体重", StringComparison.Ordinal) ? random.Next(40, 95)
        : random.Next(120, 200);

    private void Plain(string words, Numerals numerals)
    {
        foreach (var c in words)
        {
            text.Append(numerals == Numerals.Full && (char.IsAsciiDigit(c) || c is '/' or ':' or '%' or '(' or ')') ? (char)(c + 0xFEE0) : c);
        }
    }

    private static string Number(decimal value, Numerals numerals)
    {
        var half = value.ToString(CultureInfo.InvariantCulture);
        return numerals switch
        {
            Numerals.Half => half,
            Numerals.Full => string.Concat(half.Select(c => (char)(c + 0xFEE0))),
            _ => Kanji((int)value) + (half.Contains('.', StringComparison.Ordinal) ? "・" + KanjiDigits[half[^1] - '0'] : ""),
        };
    }

    private static string Degrees(decimal value, Numerals numerals) =>
        $"{Number((int)value, numerals)}度{Number((int)(value * 10) % 10, numerals)}分";

    private static string Kanji(int value)
    {
        var (hundreds, tens, ones) = (value / 100, value / 10 % 10, value % 10);
        var kanji = (hundreds > 1 ? KanjiDigits[hundreds] : "") + (hundreds > 0 ? "百" : "") + (tens > 1 ? KanjiDigits[tens] : "") + (tens > 0 ? "十" : "") + (ones > 0 ? KanjiDigits[ones] : "");
        return kanji.Length == 0 ? "〇" : kanji;
    }
}
