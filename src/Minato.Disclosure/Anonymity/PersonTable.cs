namespace Minato.Disclosure;

/// <summary>
/// A file of persons as their distinct combinations of quasi-identifiers, packed into 64 bits each, with counts and with the sensitive
/// values beside them. Memory grows with the combinations, not with the records.
/// </summary>
public sealed class PersonTable
{
    private PersonTable(IReadOnlyList<Hierarchy> keys, IReadOnlyList<string> sensitive, ClassTable bottom, int[][] values, IReadOnlyList<string>[] names, long records, long population)
    {
        (Keys, Sensitive, Bottom, Values, ValueNames, Records, Population) = (keys, sensitive, bottom, values, names, records, population);
        (Shifts, Fields) = Packing(keys);
    }

    /// <summary>The quasi-identifiers, in the order of the levels of every result.</summary>
    public IReadOnlyList<Hierarchy> Keys { get; }

    /// <summary>The sensitive attributes.</summary>
    public IReadOnlyList<string> Sensitive { get; }

    /// <summary>Records of the sample: those that would be released.</summary>
    public long Records { get; }

    /// <summary>All records that were added, also those outside the sample.</summary>
    public long Population { get; }

    /// <summary>Distinct combinations of quasi-identifiers.</summary>
    public int Combinations => Bottom.Count;

    internal ClassTable Bottom { get; }

    internal int[] Shifts { get; }

    internal ulong[] Fields { get; }

    /// <summary>By sensitive attribute: the value's code of each joint code in <see cref="ClassTable.PairValue"/>.</summary>
    internal int[][] Values { get; }

    /// <summary>By sensitive attribute: the values by code.</summary>
    internal IReadOnlyList<string>[] ValueNames { get; }

    /// <summary>The number of nodes of the lattice: the product of the levels.</summary>
    public long Nodes => Keys.Aggregate(1L, (n, h) => checked(n * h.Levels));

    /// <summary>The records that a generalisation does not show.</summary>
    internal PersonTable Without(Generalisation shown)
    {
        var bottom = new ClassTable();
        bottom.Reserve(Bottom.Count, Bottom.PairCount, !ReferenceEquals(Bottom.Populations, Bottom.Sizes), Sensitive.Count > 0);
        long records = 0, population = 0;
        for (var c = 0; c < Bottom.Count; c++)
        {
            ulong key = 0;
            for (var d = 0; d < Keys.Count; d++)
            {
                key |= (ulong)(uint)Keys[d].Up(shown.Levels[d])[(int)(Bottom.Keys[c] >> Shifts[d] & Fields[d])] << Shifts[d];
            }

            if (shown.KeptKeys.Contains(key))
            {
                continue;
            }

            var at = bottom.Count++;
            (bottom.Keys[at], bottom.Sizes[at], bottom.Populations[at]) = (Bottom.Keys[c], Bottom.Sizes[c], Bottom.Populations[c]);
            records += Bottom.Sizes[c];
            population += Bottom.Populations[c];
            if (Sensitive.Count > 0)
            {
                bottom.First[at] = -1;
                for (var p = Bottom.First[c]; p >= 0; p = Bottom.Next[p])
                {
                    var to = bottom.PairCount++;
                    (bottom.PairClass[to], bottom.PairValue[to], bottom.PairSize[to]) = (at, Bottom.PairValue[p], Bottom.PairSize[p]);
                    (bottom.Next[to], bottom.First[at]) = (bottom.First[at], to);
                }
            }
        }

        return new PersonTable(Keys, Sensitive, bottom, Values, ValueNames, records, population);
    }

    private static (int[] Shifts, ulong[] Fields) Packing(IReadOnlyList<Hierarchy> keys)
    {
        var (shifts, fields) = (new int[keys.Count], new ulong[keys.Count]);
        for (int d = 0, at = 0; d < keys.Count; at += keys[d].Bits, d++)
        {
            (shifts[d], fields[d]) = (at, (1UL << keys[d].Bits) - 1);
        }

        return (shifts, fields);
    }

    /// <summary>Takes records one by one, in any order. Not for two threads at once.</summary>
    public sealed class Builder
    {
        private readonly IReadOnlyList<Hierarchy> keys;
        private readonly IReadOnlyList<string> sensitive;
        private readonly int[] shifts;
        private readonly Dictionary<ulong, int> classes = [];
        private readonly List<ulong> packed = [];
        private readonly List<int> sizes = [];
        private readonly List<int> populations = [];
        private readonly Dictionary<string, int>[] values;
        private readonly Dictionary<string, int> joint = new(StringComparer.Ordinal);
        private readonly List<int[]> jointValues = [];
        private readonly Dictionary<ulong, int> pairs = [];
        private readonly List<(int Class, int Value, int Size)> pairList = [];
        private readonly int[] one;
        private readonly bool[] missing;
        private long records;
        private long population;

        /// <param name="keys">The quasi-identifiers. Their codes must fit 64 bits together.</param>
        /// <param name="sensitive">The sensitive attributes, for diversity and closeness; none for k-anonymity alone.</param>
        public Builder(IReadOnlyList<Hierarchy> keys, IReadOnlyList<string>? sensitive = null)
        {
            (this.keys, this.sensitive) = (keys, sensitive ?? []);
            shifts = Packing(keys).Shifts;
            values = [.. this.sensitive.Select(_ => new Dictionary<string, int>(StringComparer.Ordinal))];
            (one, missing) = (new int[this.sensitive.Count], new bool[keys.Count]);
        }

        /// <summary>One record: its quasi-identifiers and sensitive values as text.</summary>
        /// <param name="inSample">False for a record of the population that would not be released (k-map, δ-presence).</param>
        public void Add(ReadOnlySpan<string> quasiIdentifiers, ReadOnlySpan<string> sensitiveValues = default, bool inSample = true)
        {
            Span<int> codes = stackalloc int[quasiIdentifiers.Length];
            for (var d = 0; d < codes.Length; d++)
            {
                codes[d] = keys[d].CodeOf(quasiIdentifiers[d]);
            }

            Span<int> sensitiveCodes = stackalloc int[sensitiveValues.Length];
            for (var s = 0; s < sensitiveCodes.Length; s++)
            {
                sensitiveCodes[s] = SensitiveCode(s, sensitiveValues[s]);
            }

            AddCodes(codes, sensitiveCodes, inSample);
        }

        /// <summary>The code of a sensitive value, new ones included.</summary>
        public int SensitiveCode(int attribute, ReadOnlySpan<char> value)
        {
            var lookup = values[attribute].GetAlternateLookup<ReadOnlySpan<char>>();
            if (!lookup.TryGetValue(value, out var code))
            {
                values[attribute][value.ToString()] = code = values[attribute].Count;
            }

            return code;
        }

        /// <summary>One record as codes of <see cref="Hierarchy.CodeOf"/> and <see cref="SensitiveCode"/>: the fast way for millions.</summary>
        public void AddCodes(ReadOnlySpan<int> quasiIdentifiers, ReadOnlySpan<int> sensitiveValues = default, bool inSample = true)
        {
            if (quasiIdentifiers.Length != keys.Count || sensitiveValues.Length != sensitive.Count)
            {
                throw new ArgumentException("A record needs one value per quasi-identifier and per sensitive attribute", nameof(quasiIdentifiers));
            }

            ulong key = 0;
            for (var d = 0; d < quasiIdentifiers.Length; d++)
            {
                if (quasiIdentifiers[d] < 0)
                {
                    missing[d] = true;
                    return;
                }

                key |= (ulong)(uint)quasiIdentifiers[d] << shifts[d];
            }

            ref var at = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(classes, key, out var known);
            if (!known)
            {
                at = packed.Count;
                packed.Add(key);
                sizes.Add(0);
                populations.Add(0);
            }

            population++;
            populations[at]++;
            if (!inSample)
            {
                return;
            }

            records++;
            sizes[at]++;
            if (sensitive.Count == 0)
            {
                return;
            }

            var value = sensitive.Count == 1 ? sensitiveValues[0] : Joint(sensitiveValues);
            ref var pair = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(pairs, (ulong)(uint)at << 32 | (uint)value, out known);
            if (!known)
            {
                pair = pairList.Count;
                pairList.Add((at, value, 0));
            }

            var (c, v, n) = pairList[pair];
            pairList[pair] = (c, v, n + 1);
        }

        /// <returns>Refused with <c>anonymity.value-missing</c> (a record has a value that its hierarchy lacks), <c>anonymity.too-wide</c> or <c>anonymity.no-keys</c>.</returns>
        public Outcome<PersonTable> Build()
        {
            if (keys.Count == 0)
            {
                return Finding.Error("anonymity.no-keys", "No quasi-identifier is named", "Name at least one column by which persons could be recognised");
            }

            if (keys.Sum(h => h.Bits) > 64)
            {
                return Finding.Error("anonymity.too-wide", $"The quasi-identifiers need {keys.Sum(h => h.Bits)} bits together, more than 64", "Coarsen the finest columns first, or drop one");
            }

            var gaps = Enumerable.Range(0, keys.Count).Where(d => missing[d])
                .Select(d => Finding.Error("anonymity.value-missing", "Records have a value that the hierarchy lacks", "Add a row for every value that occurs", new Place(Field: keys[d].Attribute))).ToArray();
            if (gaps.Length > 0)
            {
                return Outcome<PersonTable>.Refused(gaps);
            }

            var bottom = new ClassTable();
            bottom.Reserve(packed.Count, pairList.Count, population != records, sensitive.Count > 0);
            packed.CopyTo(bottom.Keys);
            sizes.CopyTo(bottom.Sizes);
            if (population != records)
            {
                populations.CopyTo(bottom.Populations);
            }

            bottom.Count = packed.Count;
            bottom.PairCount = pairList.Count;
            if (sensitive.Count > 0)
            {
                Array.Fill(bottom.First, -1);
                for (var p = 0; p < pairList.Count; p++)
                {
                    (bottom.PairClass[p], bottom.PairValue[p], bottom.PairSize[p]) = pairList[p];
                    bottom.Next[p] = bottom.First[pairList[p].Class];
                    bottom.First[pairList[p].Class] = p;
                }
            }

            int[][] of = sensitive.Count == 1
                ? [[.. Enumerable.Range(0, values[0].Count)]]
                : [.. Enumerable.Range(0, sensitive.Count).Select(s => jointValues.Select(j => j[s]).ToArray())];
            return new PersonTable(keys, sensitive, bottom, of, [.. values.Select(v => v.OrderBy(p => p.Value).Select(p => p.Key).ToArray())], records, population);
        }

        private int Joint(ReadOnlySpan<int> codes)
        {
            codes.CopyTo(one);
            var name = string.Join(',', one);
            if (!joint.TryGetValue(name, out var code))
            {
                joint[name] = code = jointValues.Count;
                jointValues.Add([.. one]);
            }

            return code;
        }
    }
}
