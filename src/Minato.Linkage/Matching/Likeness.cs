namespace Minato.Linkage.Matching;

/// <summary>How alike two different texts are: edits with exchanged neighbours (optimal string alignment) and Jaro–Winkler. Symmetric, ordinal.</summary>
internal static class Likeness
{
    private const int Longest = 64;

    /// <summary>One of <see cref="NameLevel.Edit"/>, <see cref="NameLevel.Close"/>, <see cref="NameLevel.Part"/>, <see cref="NameLevel.Distant"/>, <see cref="NameLevel.Different"/>.</summary>
    public static NameLevel OfNames(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        Order(ref a, ref b);

        // A syllable says as much as two letters.
        var kana = a.Length > 0 && a[0] > '\u3000';
        var unit = kana ? 1 : 2;
        var edits = Edits(a, b, 2);
        if (edits == 1 && a.Length >= 2 * unit && b.Length >= 3)
        {
            return NameLevel.Edit;
        }

        if (a.Length == 1 ? !kana && b[0] == a[0] : a.Length >= 2 * unit - 1 && a.Length >= 2 && b.StartsWith(a, StringComparison.Ordinal) && (!kana || b.Length - a.Length >= 2))
        {
            return NameLevel.Part;
        }

        var alike = CanReach(a, b, 0.80) ? JaroWinkler(a, b) : 0;
        return (edits == 2 && a.Length >= 4 + unit) || (alike >= 0.92 && a.Length >= 2 * unit) ? NameLevel.Close
            : alike >= 0.80 || (edits == 1 && a.Length >= 2) ? NameLevel.Distant
            : NameLevel.Different;
    }

    public static TextLevel OfTexts(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        Order(ref a, ref b);
        var edits = Edits(a, b, 2);
        var shorter = a.Length;
        return (edits == 1 && shorter >= 3) || (edits == 2 && shorter >= 7) ? TextLevel.Near
            : shorter >= 4 && CanReach(a, b, 0.88) && JaroWinkler(a, b) >= 0.88 ? TextLevel.Part
            : TextLevel.Different;
    }

    /// <summary>False where the letters that only one side has already forbid that similarity; spares most pairs the search.</summary>
    private static bool CanReach(ReadOnlySpan<char> a, ReadOnlySpan<char> b, double least)
    {
        var (left, right) = (Letters(a), Letters(b));
        var common = Math.Min(a.Length - System.Numerics.BitOperations.PopCount(left & ~right), b.Length - System.Numerics.BitOperations.PopCount(right & ~left));
        var most = ((common / (double)a.Length) + (common / (double)b.Length) + 1) / 3;
        var head = 0;
        while (head < 4 && head < a.Length && head < b.Length && a[head] == b[head])
        {
            head++;
        }

        return most + (head * 0.1 * (1 - most)) >= least;
    }

    // Folded to 64 bits: letters that fall on one bit only make the bound weaker.
    private static ulong Letters(ReadOnlySpan<char> text)
    {
        ulong made = 0;
        foreach (var c in text)
        {
            made |= 1UL << (c & 63);
        }

        return made;
    }

    // Jaro's greedy search is not symmetric by itself.
    private static void Order(ref ReadOnlySpan<char> a, ref ReadOnlySpan<char> b)
    {
        if (a.Length > b.Length || (a.Length == b.Length && a.SequenceCompareTo(b) > 0))
        {
            var c = a;
            a = b;
            b = c;
        }
    }

    /// <summary>Insertions, deletions, replacements and exchanges of neighbours; <paramref name="most"/> + 1 where there are more.</summary>
    public static int Edits(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int most)
    {
        if (Math.Abs(a.Length - b.Length) > most)
        {
            return most + 1;
        }

        var (left, right) = (Letters(a), Letters(b));
        if (Math.Max(System.Numerics.BitOperations.PopCount(left & ~right), System.Numerics.BitOperations.PopCount(right & ~left)) > most)
        {
            return most + 1;
        }

        while (a.Length > 0 && b.Length > 0 && a[0] == b[0])
        {
            a = a[1..];
            b = b[1..];
        }

        while (a.Length > 0 && b.Length > 0 && a[^1] == b[^1])
        {
            a = a[..^1];
            b = b[..^1];
        }

        if (a.Length == 0 || b.Length == 0)
        {
            return Math.Min(a.Length + b.Length, most + 1);
        }

        if (b.Length > Longest)
        {
            return most + 1;
        }

        Span<int> older = stackalloc int[Longest + 1];
        Span<int> last = stackalloc int[Longest + 1];
        Span<int> row = stackalloc int[Longest + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            var best = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var value = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    value = Math.Min(value, older[j - 2] + 1);
                }

                row[j] = value;
                best = Math.Min(best, value);
            }

            if (best > most)
            {
                return most + 1;
            }

            var spare = older;
            older = last;
            last = row;
            row = spare;
        }

        return Math.Min(last[b.Length], most + 1);
    }

    /// <summary>0 to 1; the common head of up to four letters weighs 0.1 each (Winkler 1990).</summary>
    public static double JaroWinkler(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.Length == 0 || b.Length == 0 || a.Length > Longest || b.Length > Longest)
        {
            return a.SequenceEqual(b) ? 1 : 0;
        }

        var window = Math.Max(0, (Math.Max(a.Length, b.Length) / 2) - 1);
        ulong usedA = 0, usedB = 0;
        var common = 0;
        for (var i = 0; i < a.Length; i++)
        {
            for (var j = Math.Max(0, i - window); j < b.Length && j <= i + window; j++)
            {
                if ((usedB & (1UL << j)) == 0 && a[i] == b[j])
                {
                    usedA |= 1UL << i;
                    usedB |= 1UL << j;
                    common++;
                    break;
                }
            }
        }

        if (common == 0)
        {
            return 0;
        }

        var crossed = 0;
        for (int i = 0, j = 0; i < a.Length; i++)
        {
            if ((usedA & (1UL << i)) != 0)
            {
                while ((usedB & (1UL << j)) == 0)
                {
                    j++;
                }

                crossed += a[i] == b[j++] ? 0 : 1;
            }
        }

        var m = (double)common;
        var jaro = ((m / a.Length) + (m / b.Length) + ((m - (crossed / 2)) / m)) / 3;
        var head = 0;
        while (head < 4 && head < a.Length && head < b.Length && a[head] == b[head])
        {
            head++;
        }

        return jaro + (head * 0.1 * (1 - jaro));
    }
}
