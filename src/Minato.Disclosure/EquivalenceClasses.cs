namespace Minato.Disclosure;

/// <summary>
/// Re-identification risk of a file of persons, from the sizes of its equivalence classes (records that agree on all
/// quasi-identifiers). A prosecutor knows that the person is in the file; a journalist only that they are in the
/// population; a marketer wants as many right matches as possible.
/// </summary>
/// <param name="MinimumClass">k of k-anonymity; 0 for an empty file.</param>
/// <param name="Unique">Records alone in their class.</param>
/// <param name="BelowMinimum">Records in classes smaller than the k that was asked.</param>
/// <param name="ProsecutorHighest">1 / smallest class.</param>
/// <param name="ProsecutorAverage">Classes / records; also the marketer's expected share of right matches.</param>
public sealed record ReidentificationRisk(
    long Records, long Classes, long MinimumClass, long Unique, long BelowMinimum, double ProsecutorHighest, double ProsecutorAverage)
{
    public double ShareUnique => Records == 0 ? 0 : (double)Unique / Records;

    /// <summary>The risk of these class sizes against a k.</summary>
    public static ReidentificationRisk Of(IEnumerable<long> classSizes, int k)
    {
        long records = 0, classes = 0, minimum = long.MaxValue, unique = 0, below = 0;
        foreach (var size in classSizes)
        {
            records += size;
            classes++;
            minimum = Math.Min(minimum, size);
            unique += size == 1 ? 1 : 0;
            below += size < k ? size : 0;
        }

        return classes == 0
            ? new(0, 0, 0, 0, 0, 0, 0)
            : new(records, classes, minimum, unique, below, 1.0 / minimum, (double)classes / records);
    }
}

/// <summary>Records grouped by their quasi-identifiers; null is a value of its own (unknown looks like unknown).</summary>
public sealed class EquivalenceClasses
{
    private readonly int[] classOf;
    private readonly int[] sizes;
    private readonly string[] keys;

    private EquivalenceClasses(int[] classOf, int[] sizes, string[] keys) => (this.classOf, this.sizes, this.keys) = (classOf, sizes, keys);

    public int Records => classOf.Length;

    public IReadOnlyList<int> Sizes => sizes;

    /// <summary>The size of the class that a record is in.</summary>
    public int SizeOf(int record) => sizes[classOf[record]];

    /// <param name="columns">The quasi-identifiers, each with one value per record.</param>
    /// <exception cref="ArgumentException">Columns of different lengths.</exception>
    public static EquivalenceClasses Of(IReadOnlyList<IReadOnlyList<string?>> columns)
    {
        var n = columns.Count == 0 ? 0 : columns[0].Count;
        if (columns.Any(c => c.Count != n))
        {
            throw new ArgumentException("Columns of different lengths", nameof(columns));
        }

        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        var (classOf, sizes) = (new int[n], new List<int>());
        var key = new System.Text.StringBuilder();
        for (var r = 0; r < n; r++)
        {
            key.Clear();
            foreach (var column in columns)
            {
                // Length before text: no value can imitate a separator.
                _ = column[r] is { } text ? key.Append(text.Length).Append(':').Append(text) : key.Append("-:");
            }

            var k = key.ToString();
            if (!index.TryGetValue(k, out var c))
            {
                index[k] = c = sizes.Count;
                sizes.Add(0);
            }

            classOf[r] = c;
            sizes[c]++;
        }

        return new EquivalenceClasses(classOf, [.. sizes], [.. index.OrderBy(p => p.Value).Select(p => p.Key)]);
    }

    /// <summary>Prosecutor and marketer risk.</summary>
    public ReidentificationRisk Risk(int k) => ReidentificationRisk.Of(sizes.Select(s => (long)s), k);

    /// <summary>Journalist risk: the highest 1 / (size of the class in the population), over classes of this file. 1 where the population lacks a class.</summary>
    public double JournalistHighest(EquivalenceClasses population)
    {
        var found = population.keys.Select((k, i) => (k, i)).ToDictionary(x => x.k, x => population.sizes[x.i], StringComparer.Ordinal);
        return keys.Length == 0 ? 0 : keys.Max(k => found.TryGetValue(k, out var size) ? 1.0 / size : 1.0);
    }

    /// <summary>Distinct l-diversity: the least number of different sensitive values in any class; 0 for an empty file.</summary>
    public int DistinctDiversity(IReadOnlyList<string?> sensitive)
    {
        var values = new HashSet<string>[sizes.Length];
        for (var r = 0; r < classOf.Length; r++)
        {
            (values[classOf[r]] ??= new(StringComparer.Ordinal)).Add(sensitive[r] is { } v ? "=" + v : "-");
        }

        return values.Length == 0 ? 0 : values.Min(v => v.Count);
    }
}
