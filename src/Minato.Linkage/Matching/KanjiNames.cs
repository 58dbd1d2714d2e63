using System.Text;

namespace Minato.Linkage.Matching;

/// <summary>Interned kanji names, folded to their classes of variants; a ● is a wildcard that agrees with any one character.</summary>
internal sealed class KanjiNames
{
    public const char Wildcard = '●';

    private readonly Vocabulary forms = new();
    private readonly LevelCache measured = new(16);

    public int Count => forms.Count;

    public int Intern(ReadOnlySpan<char> folded) => forms.Intern(folded);

    public ulong ContentOf(int id) => forms.ContentOf(id);

    public KanjiAgreement Compare(int a, int b)
    {
        if (a == 0 || b == 0)
        {
            return KanjiAgreement.Unknown;
        }

        if (!measured.TryGet(a, b, out var level))
        {
            level = (byte)Measure(forms[a], forms[b]);
            measured.Set(a, b, level);
        }

        return (KanjiAgreement)level;
    }

    private static KanjiAgreement Measure(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var left = RunesOf(a);
        var right = RunesOf(b);
        if (left.Length != right.Length)
        {
            return KanjiAgreement.Different;
        }

        var (differ, wild) = (0, 0);
        for (var i = 0; i < left.Length; i++)
        {
            wild += left[i] == new Rune(Wildcard) || right[i] == new Rune(Wildcard) ? 1 : 0;
            differ += left[i] != right[i] && left[i] != new Rune(Wildcard) && right[i] != new Rune(Wildcard) ? 1 : 0;
        }

        return differ == 0 ? wild == 0 ? KanjiAgreement.Same : wild < left.Length ? KanjiAgreement.Compatible : KanjiAgreement.Unknown
            : differ == 1 && left.Length >= 2 && wild == 0 ? KanjiAgreement.Near
            : KanjiAgreement.Different;
    }

    private static Rune[] RunesOf(ReadOnlySpan<char> text)
    {
        var runes = new List<Rune>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            runes.Add(rune);
        }

        return [.. runes];
    }
}

internal enum KanjiAgreement : byte
{
    Unknown = 0,
    Different = 1,

    /// <summary>One character differs.</summary>
    Near = 2,

    /// <summary>Equal but for replaced characters.</summary>
    Compatible = 3,
    Same = 4,
}
