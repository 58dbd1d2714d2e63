using System.Security.Cryptography;
using System.Text;

namespace Minato.Linkage.Normal;

/// <summary>Which characters registers write for one another: <c>standards/linkage/kanji-classes-v1.txt</c>.</summary>
internal sealed class KanjiClasses
{
    private readonly Dictionary<Rune, Rune> head = [];
    private readonly char[] folded = new char[char.MaxValue + 1];

    private KanjiClasses(string hash) => Hash = hash;

    /// <summary>SHA-256 of the table, so that a changed table is noticed.</summary>
    public string Hash { get; }

    /// <exception cref="FormatException">A character stands in two classes.</exception>
    public static KanjiClasses Parse(string text)
    {
        var made = new KanjiClasses(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var row = line.Trim();
            if (row.Length == 0 || row[0] == '#')
            {
                continue;
            }

            Rune? first = null;
            foreach (var rune in row.EnumerateRunes())
            {
                first ??= rune;
                if (!made.head.TryAdd(rune, first.Value))
                {
                    throw new FormatException($"Line {number} of the kanji classes repeats U+{rune.Value:X4}, which is in an earlier class.");
                }
            }
        }

        made.Fold();
        return made;
    }

    public Rune HeadOf(Rune rune) => head.TryGetValue(rune, out var h) ? h : rune;

    /// <summary>
    /// The one character that stands for this one in a folded name: the head of its class, hiragana and small kana as large katakana, one
    /// long mark, <see cref="KanjiForm.Wildcard"/> for what replaces a lost character. U+0000 for what needs a closer look.
    /// </summary>
    public char this[char c] => folded[c];

    private void Fold()
    {
        for (var i = 1; i <= char.MaxValue; i++)
        {
            var c = (char)i;
            var rune = char.IsSurrogate(c) || c is ' ' or '々' or '〻' ? default
                : c is >= '\u3041' and <= '\u3096' ? HeadOf(new Rune(Kana.Large((char)(c + 0x60))))
                : c is >= '\u30A1' and <= '\u30FA' ? HeadOf(new Rune(Kana.Large(c)))
                : KanjiForm.IsWildcard(c) ? new Rune(KanjiForm.Wildcard)
                : WrittenForm.IsDash(c) ? HeadOf(new Rune('ー'))
                : HeadOf(new Rune(c));
            folded[i] = rune.IsBmp ? (char)rune.Value : '\0';
        }
    }
}
