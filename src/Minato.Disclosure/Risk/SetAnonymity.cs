namespace Minato.Disclosure;

/// <summary>Codes as they may be shown so that sets of codes are kᵐ-anonymous.</summary>
/// <param name="Shown">Code → label to show; null for a code that is left out.</param>
/// <param name="Occurrences">(person, code) pairs before, and how many of them are generalised or left out.</param>
public sealed record ShownCodes(IReadOnlyDictionary<string, string?> Shown, long Occurrences, long Generalised, long LeftOut);

/// <summary>
/// kᵐ-anonymity of sets of codes (Terrovitis, Mamoulis, Kalnis 2008): whoever knows up to m codes of a person finds at least k persons who
/// have them. The right model for diagnoses and drugs, where every full set is unique.
/// </summary>
public static class SetAnonymity
{
    private const long MostCombinations = 50_000_000;

    /// <summary>Combinations of up to m codes that fewer than k persons have (and somebody has).</summary>
    /// <returns>Refused with <c>sets.too-many</c> where persons have too many codes for m.</returns>
    public static Outcome<long> Rare(IReadOnlyList<IReadOnlyCollection<string>> persons, int k, int m)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        int[][] sets = [.. persons.Select(p => p.Distinct(StringComparer.Ordinal).Select(c => index.TryGetValue(c, out var i) ? i : index[c] = index.Count).Order().ToArray())];
        return Work(sets, m) is { } refusal ? refusal : Enumerable.Range(1, m).Sum(size => (long)Count(sets, size).Count(c => c.Value < k));
    }

    /// <summary>Moves the rarest codes of each rare combination up their hierarchy, or leaves them out, until no combination of up to m is rare.</summary>
    /// <param name="hierarchy">Ladder of the codes; a code that stands at its top and is still rare, or that the ladder lacks, is left out.</param>
    public static Outcome<ShownCodes> Generalise(IReadOnlyList<IReadOnlyCollection<string>> persons, Hierarchy hierarchy, int k, int m)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        int[][] codes = [.. persons.Select(p => p.Distinct(StringComparer.Ordinal).Select(c => index.TryGetValue(c, out var i) ? i : index[c] = index.Count).ToArray())];
        var names = index.OrderBy(p => p.Value).Select(p => p.Key).ToArray();
        var leaf = names.Select(n => hierarchy.CodeOf(n)).ToArray();
        if (Work(codes, m) is { } refusal)
        {
            return refusal;
        }

        // What each code is shown as: level and code there; level -1 for left out. Moving up takes everything under the new label along.
        var level = leaf.Select(l => l < 0 ? -1 : 0).ToArray();
        long Label(int c) => level[c] < 0 ? -1 : ((long)level[c] << 32) | (uint)hierarchy.Up(level[c])[leaf[c]];
        for (var size = 1; size <= m; size++)
        {
            while (true)
            {
                var labels = new Dictionary<long, int>();
                var of = names.Select((_, c) => Label(c) is >= 0 and var l ? labels.TryGetValue(l, out var i) ? i : labels[l] = labels.Count : -1).ToArray();
                int[][] sets = [.. codes.Select(s => s.Select(c => of[c]).Where(l => l >= 0).Distinct().Order().ToArray())];
                var support = Count(sets, 1);
                var rare = Count(sets, size).Where(c => c.Value < k).Select(c => c.Key).ToArray();
                if (rare.Length == 0)
                {
                    break;
                }

                // One member of each rare combination moves: the least supported, since little is lost by it.
                var move = new HashSet<int>();
                foreach (var combination in rare)
                {
                    if (!combination.Members.Any(move.Contains))
                    {
                        move.Add(combination.Members.MinBy(l => support[new Combination([l])]));
                    }
                }

                var keys = labels.ToDictionary(p => p.Value, p => p.Key);
                foreach (var label in move)
                {
                    var (at, code) = ((int)(keys[label] >> 32), (int)(uint)keys[label]);
                    var up = at + 1 < hierarchy.Levels ? hierarchy.Step(at, at + 1)[code] : -1;
                    for (var c = 0; c < names.Length; c++)
                    {
                        if (level[c] >= 0 && up >= 0 && level[c] <= at && hierarchy.Up(at + 1)[leaf[c]] == up)
                        {
                            level[c] = at + 1;
                        }
                        else if (up < 0 && of[c] == label)
                        {
                            level[c] = -1;
                        }
                    }
                }
            }
        }

        return new ShownCodes(
            names.Select((n, c) => (n, Shown: level[c] < 0 ? null : hierarchy.Labels(level[c])[hierarchy.Up(level[c])[leaf[c]]])).ToDictionary(x => x.n, x => x.Shown, StringComparer.Ordinal),
            codes.Sum(s => (long)s.Length), codes.Sum(s => (long)s.Count(c => level[c] > 0)), codes.Sum(s => (long)s.Count(c => level[c] < 0)));
    }

    private static Finding? Work(int[][] sets, int m)
    {
        double work = 0;
        foreach (var set in sets)
        {
            var choose = 1.0;
            for (var i = 1; i <= m; i++)
            {
                work += choose = choose * Math.Max(0, set.Length - i + 1) / i;
            }
        }

        return work <= MostCombinations ? null
            : Finding.Error("sets.too-many", $"Persons have more than {MostCombinations} combinations of up to {m} codes", "Ask for a smaller m, or roll the codes up first");
    }

    private static Dictionary<Combination, int> Count(int[][] sets, int size)
    {
        var counts = new Dictionary<Combination, int>();
        var members = new int[size];
        void Choose(int[] set, int from, int at)
        {
            if (at == size)
            {
                var combination = new Combination([.. members]);
                counts[combination] = counts.GetValueOrDefault(combination) + 1;
                return;
            }

            for (var i = from; i <= set.Length - (size - at); i++)
            {
                members[at] = set[i];
                Choose(set, i + 1, at + 1);
            }
        }

        foreach (var set in sets)
        {
            Choose(set, 0, 0);
        }

        return counts;
    }

    private readonly struct Combination(int[] members) : IEquatable<Combination>
    {
        public int[] Members { get; } = members;

        public bool Equals(Combination other) => Members.AsSpan().SequenceEqual(other.Members);

        public override bool Equals(object? obj) => obj is Combination other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            foreach (var m in Members)
            {
                hash.Add(m);
            }

            return hash.ToHashCode();
        }
    }
}
