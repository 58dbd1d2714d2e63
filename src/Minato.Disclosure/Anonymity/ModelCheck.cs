using System.Numerics;

namespace Minato.Disclosure;

/// <summary>
/// A model made ready for one table; used by one thread. <see cref="Monotone"/>: what breaks it at a coarse node breaks it at every
/// finer one, record by record, so that a coarse node says something of all below it.
/// </summary>
internal abstract class ModelCheck(bool monotone)
{
    public bool Monotone { get; } = monotone;

    public abstract bool Breaks(ClassTable table, int c);
}

internal sealed class MinimumSize(int k) : ModelCheck(true)
{
    public int K { get; } = Math.Max(1, k);

    public override bool Breaks(ClassTable table, int c) => table.Sizes[c] < K;
}

internal sealed class MinimumPopulation(int k) : ModelCheck(true)
{
    public override bool Breaks(ClassTable table, int c) => table.Populations[c] < k;
}

internal sealed class Presence(double minimum, double maximum) : ModelCheck(false)
{
    /// <summary>Records outside the sample cannot be suppressed: their class breaking the minimum refuses the node.</summary>
    public bool AbsentBreaks => minimum > 0;

    public override bool Breaks(ClassTable table, int c)
    {
        var share = (double)table.Sizes[c] / table.Populations[c];
        return !(share >= minimum && share <= maximum);
    }
}

/// <summary>The counts of one class's sensitive values.</summary>
internal abstract class SensitiveCheck : ModelCheck
{
    /// <summary>A threshold that is met exactly must not be missed by the last bit of a product.</summary>
    protected const double Rounding = 1 + 1e-14;

    private readonly int[] codes;
    private readonly int[] counts;
    private readonly int[] touched;

    protected SensitiveCheck(PersonTable table, int attribute, bool monotone)
        : base(monotone)
    {
        codes = table.Values[attribute];
        Kinds = table.ValueNames[attribute].Count;
        (counts, touched) = (new int[Kinds], new int[Kinds]);
        var bottom = table.Bottom;
        Whole = new long[Kinds];
        for (var p = 0; p < bottom.PairCount; p++)
        {
            Whole[codes[bottom.PairValue[p]]] += bottom.PairSize[p];
        }
    }

    protected int Kinds { get; }

    /// <summary>Records of the sample by value.</summary>
    protected long[] Whole { get; }

    public override bool Breaks(ClassTable table, int c)
    {
        var kinds = 0;
        for (var p = table.First[c]; p >= 0; p = table.Next[p])
        {
            var value = codes[table.PairValue[p]];
            if (counts[value] == 0)
            {
                touched[kinds++] = value;
            }

            counts[value] += table.PairSize[p];
        }

        var breaks = Breaks(touched.AsSpan(0, kinds), counts, table.Sizes[c]);
        foreach (var value in touched.AsSpan(0, kinds))
        {
            counts[value] = 0;
        }

        return breaks;
    }

    protected abstract bool Breaks(ReadOnlySpan<int> values, int[] counts, int size);
}

internal sealed class DistinctCheck(PersonTable table, int attribute, int l) : SensitiveCheck(table, attribute, true)
{
    protected override bool Breaks(ReadOnlySpan<int> values, int[] counts, int size) => values.Length < l;
}

internal sealed class EntropyCheck(PersonTable table, int attribute, double l, bool exact) : SensitiveCheck(table, attribute, false)
{
    protected override bool Breaks(ReadOnlySpan<int> values, int[] counts, int size)
    {
        if (values.Length < (int)Math.Ceiling(l))
        {
            return true;
        }

        var limit = size * (Math.Log(size) - Math.Log(l));
        var sum = 0.0;
        foreach (var v in values)
        {
            sum += counts[v] * Math.Log(counts[v]);
        }

        return exact && Math.Abs(sum - limit) <= 1e-9 * (1 + Math.Abs(limit)) ? ExactlyBelow(values, counts, size) : limit < sum;
    }

    /// <summary>Π fᶠ · lⁿ &gt; nⁿ, with l as the fraction that its double is.</summary>
    private bool ExactlyBelow(ReadOnlySpan<int> values, int[] counts, int size)
    {
        var (numerator, denominator) = (l, BigInteger.One);
        while (numerator != Math.Floor(numerator))
        {
            (numerator, denominator) = (numerator * 2, denominator * 2);
        }

        var left = BigInteger.Pow(new BigInteger(numerator), size);
        foreach (var v in values)
        {
            left *= BigInteger.Pow(counts[v], counts[v]);
        }

        return left > BigInteger.Pow(size, size) * BigInteger.Pow(denominator, size);
    }
}

internal sealed class RecursiveCheck(PersonTable table, int attribute, double c, int l) : SensitiveCheck(table, attribute, false)
{
    private readonly int[] sorted = new int[table.ValueNames[attribute].Count];

    protected override bool Breaks(ReadOnlySpan<int> values, int[] counts, int size)
    {
        if (values.Length < l)
        {
            return true;
        }

        var mine = sorted.AsSpan(0, values.Length);
        for (var i = 0; i < mine.Length; i++)
        {
            mine[i] = counts[values[i]];
        }

        mine.Sort();
        double tail = 0;
        for (var i = mine.Length - l; i >= 0; i--)
        {
            tail += mine[i];
        }

        return !(mine[^1] < tail * c);
    }
}

// The three distances are compared in whole numbers: both sides times the records of the sample and of the class.
internal sealed class EqualCheck(PersonTable table, int attribute, double t) : SensitiveCheck(table, attribute, false)
{
    private readonly long records = table.Records;

    protected override bool Breaks(ReadOnlySpan<int> values, int[] counts, int size)
    {
        // Values that the class lacks add their whole share: all records minus those of the values that it has.
        var distance = records * size;
        foreach (var v in values)
        {
            distance += Math.Abs((Whole[v] * size) - (counts[v] * records)) - (Whole[v] * size);
        }

        return distance > t * 2 * records * size * Rounding;
    }
}

internal sealed class OrderedCheck : SensitiveCheck
{
    private readonly double t;
    private readonly long records;
    private readonly int[] order;

    public OrderedCheck(PersonTable table, int attribute, double t, IReadOnlyList<string>? order)
        : base(table, attribute, false)
    {
        var names = table.ValueNames[attribute];
        (this.t, records) = (t, table.Records);
        this.order = order is null
            ? [.. Enumerable.Range(0, names.Count).OrderBy(v => names[v], StringComparer.Ordinal)]
            : [.. order.Select(o => names.ToList().IndexOf(o)).Where(v => v >= 0)];
    }

    protected override bool Breaks(ReadOnlySpan<int> values, int[] counts, int size)
    {
        long sum = 0, distance = 0;
        foreach (var v in order)
        {
            sum += (counts[v] * records) - (Whole[v] * size);
            distance += Math.Abs(sum);
        }

        return distance > t * (order.Length - 1) * records * size * Rounding;
    }
}

internal sealed class HierarchicalCheck : SensitiveCheck
{
    private readonly double t;
    private readonly long records;
    private readonly int[][] steps;
    private readonly long[][] plus;
    private readonly long[][] minus;
    private readonly int[] leaf;

    public HierarchicalCheck(PersonTable table, int attribute, double t, Hierarchy hierarchy)
        : base(table, attribute, false)
    {
        (this.t, records) = (t, table.Records);
        leaf = [.. table.ValueNames[attribute].Select(v => hierarchy.CodeOf(v))];
        steps = [.. Enumerable.Range(0, hierarchy.Levels - 1).Select(l => hierarchy.Step(l, l + 1))];
        plus = [.. Enumerable.Range(0, hierarchy.Levels).Select(l => new long[hierarchy.Labels(l).Count])];
        minus = [.. plus.Select(p => new long[p.Length])];
    }

    protected override bool Breaks(ReadOnlySpan<int> values, int[] counts, int size)
    {
        foreach (var level in plus.Concat(minus))
        {
            Array.Clear(level);
        }

        for (var v = 0; v < leaf.Length; v++)
        {
            var extra = (Whole[v] * size) - (counts[v] * records);
            (extra > 0 ? plus : minus)[0][leaf[v]] = Math.Abs(extra);
        }

        // What is too much under one child moves to where it is missing under another; only the rest goes up.
        long cost = 0;
        for (var l = 0; l < steps.Length; l++)
        {
            for (var c = 0; c < plus[l].Length; c++)
            {
                var rest = plus[l][c] - minus[l][c];
                (rest > 0 ? plus : minus)[l + 1][steps[l][c]] += Math.Abs(rest);
            }

            for (var c = 0; c < plus[l + 1].Length; c++)
            {
                cost += (l + 1) * Math.Min(plus[l + 1][c], minus[l + 1][c]);
            }
        }

        return cost > t * steps.Length * records * size * Rounding;
    }
}
