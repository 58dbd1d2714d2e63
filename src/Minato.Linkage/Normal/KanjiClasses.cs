using System.Security.Cryptography;
using System.Text;

namespace Minato.Linkage.Normal;

/// <summary>Which characters registers write for one another: <c>standards/linkage/kanji-classes-v1.txt</c>.</summary>
internal sealed class KanjiClasses
{
    private readonly Dictionary<Rune, Rune> head = [];

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

        return made;
    }

    public Rune HeadOf(Rune rune) => head.TryGetValue(rune, out var h) ? h : rune;
}
