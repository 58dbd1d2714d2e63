using System.Runtime.CompilerServices;

namespace Minato.Disclosure;

/// <summary>A loss made ready for one table. Holds no state of a node: all threads share it.</summary>
internal abstract class LossMeter
{
    /// <summary>Numbers per node that its finer neighbours inherit as a lower bound of theirs; 0 for none.</summary>
    public virtual int Penalties => 0;

    /// <summary>The loss of a node whose classes are judged (<see cref="ClassTable.Kept"/>).</summary>
    /// <param name="suppressed">Records of the sample in classes that are not kept.</param>
    /// <param name="penalty">Receives what suppressing these records costs at finer nodes at least, in numbers of <see cref="Penalties"/>.</param>
    public abstract double Measure(ClassTable table, ReadOnlySpan<int> levels, long suppressed, Span<float> penalty);

    /// <summary>The least loss that a node can have.</summary>
    /// <param name="suppressed">Records that are suppressed there for certain.</param>
    /// <param name="penalty">What measuring coarser nodes found, the greatest of each.</param>
    /// <param name="enough">A bound above this need not be sharpened.</param>
    public abstract double Bound(ReadOnlySpan<int> levels, long suppressed, ReadOnlySpan<float> penalty, double enough);

    /// <summary>ARX keeps ten decimals of each attribute's loss and cuts the rest.</summary>
    protected static double Cut(double x) => Math.Floor(x * 1e10) / 1e10;

    protected static double[] Weights(PersonTable table, IReadOnlyDictionary<string, double> weights)
    {
        var w = table.Keys.Select(h => weights.GetValueOrDefault(h.Attribute, 0.5)).ToArray();
        var most = w.Max();
        return [.. w.Select(x => most == 0 ? 1 : x / most)];
    }

    protected static double Together(ReadOnlySpan<double> x, double[] w, LossAggregate how)
    {
        double total = how == LossAggregate.GeometricMean ? 1 : 0;
        for (var d = 0; d < x.Length; d++)
        {
            total = how switch
            {
                LossAggregate.GeometricMean => total * Math.Pow((x[d] * w[d]) + 1, 1.0 / x.Length),
                LossAggregate.ArithmeticMean => total + (x[d] / x.Length * w[d]),
                LossAggregate.Sum => total + (x[d] * w[d]),
                _ => Math.Max(total, x[d] * w[d]),
            };
        }

        return how == LossAggregate.GeometricMean ? total - 1 : total;
    }

    /// <summary>By attribute and level: records of the sample by code.</summary>
    protected static long[][][] Marginals(PersonTable table)
    {
        var counts = table.Keys.Select(h => Enumerable.Range(0, h.Levels).Select(l => new long[h.Labels(l).Count]).ToArray()).ToArray();
        var bottom = table.Bottom;
        for (var d = 0; d < counts.Length; d++)
        {
            for (var c = 0; c < bottom.Count; c++)
            {
                counts[d][0][(int)(bottom.Keys[c] >> table.Shifts[d] & table.Fields[d])] += bottom.Sizes[c];
            }

            for (var l = 1; l < counts[d].Length; l++)
            {
                var up = table.Keys[d].Up(l);
                for (var leaf = 0; leaf < up.Length; leaf++)
                {
                    counts[d][l][up[leaf]] += counts[d][0][leaf];
                }
            }
        }

        return counts;
    }

    /// <summary>By attribute and level: how many labels occur. Their product bounds the classes of a node.</summary>
    protected static double[][] Occurring(PersonTable table) => [.. Marginals(table).Select(d => d.Select(l => (double)l.Count(n => n > 0)).ToArray())];

    protected static double MostClasses(double[][] occurring, ReadOnlySpan<int> levels)
    {
        var most = 1.0;
        for (var d = 0; d < levels.Length; d++)
        {
            most *= occurring[d][levels[d]];
        }

        return most;
    }
}

internal sealed class ShareMeter : LossMeter
{
    private readonly PersonTable table;
    private readonly double[] weights;
    private readonly LossAggregate aggregate;
    private readonly double records;
    private readonly double generalising;
    private readonly double suppressing;
    private readonly long[][] whole;
    private readonly int[][][] leaves;

    /// <summary>The geometric mean's factors where nothing is suppressed.</summary>
    private readonly double[][] factors;

    public ShareMeter(PersonTable table, IReadOnlyDictionary<string, double> weights, Loss loss)
    {
        (this.table, this.weights, aggregate, records) = (table, Weights(table, weights), loss.Aggregate, table.Records);
        suppressing = loss.Balance < 0.5 ? 2 * loss.Balance : 1;
        generalising = loss.Balance <= 0.5 ? 1 : 1 - (2 * (loss.Balance - 0.5));
        leaves = [.. table.Keys.Select(h => Enumerable.Range(0, h.Levels).Select(h.Leaves).ToArray())];
        whole = [.. Marginals(table).Select((levels, d) => levels.Select((counts, l) => counts.Select((n, c) => n * leaves[d][l][c]).Sum()).ToArray())];
        factors = [.. whole.Select((levels, d) => levels.Select(n => Math.Pow((Normal(d, n * generalising / (double)table.Keys[d].Rows) * this.weights[d]) + 1, 1.0 / whole.Length)).ToArray())];
    }

    public override int Penalties => weights.Length;

    public override double Measure(ClassTable table, ReadOnlySpan<int> levels, long suppressed, Span<float> penalty)
    {
        Span<double> x = stackalloc double[levels.Length];
        for (var d = 0; d < levels.Length; d++)
        {
            double rows = this.table.Keys[d].Rows;
            var kept = Kept(table, d, levels[d]);
            var (shown, gone) = (kept / rows * generalising, (whole[d][levels[d]] - kept) / rows);
            var lost = Suppressed(suppressed, gone);
            x[d] = Normal(d, shown + lost);

            // A finer label stands for less, so a finer node loses at least as much by suppressing the same records.
            penalty[d] = MathF.BitDecrement((float)(lost - (generalising * gone)));
        }

        return Together(x, weights, aggregate);
    }

    public override double Bound(ReadOnlySpan<int> levels, long suppressed, ReadOnlySpan<float> penalty, double enough)
    {
        if (aggregate == LossAggregate.GeometricMean)
        {
            var quick = 1.0;
            for (var d = 0; d < levels.Length; d++)
            {
                quick *= factors[d][levels[d]];
            }

            if (quick - 1 > enough || suppressed == 0)
            {
                return quick - 1;
            }
        }

        Span<double> x = stackalloc double[levels.Length];
        for (var d = 0; d < levels.Length; d++)
        {
            x[d] = Normal(d, (whole[d][levels[d]] * generalising / table.Keys[d].Rows) + penalty[d]);
        }

        return Together(x, weights, aggregate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long Kept(ClassTable classes, int d, int level)
    {
        var (shift, field, leaf) = (table.Shifts[d], table.Fields[d], leaves[d][level]);
        var (keys, sizes, list) = (classes.Keys, classes.Sizes, classes.ShownClasses);
        long sum = 0;
        for (var i = 0; i < classes.Shown; i++)
        {
            var c = list[i];
            sum += (long)sizes[c] * leaf[(int)(keys[c] >> shift & field)];
        }

        return sum;
    }

    private double Suppressed(double count, double share) => suppressing == 1 ? count : share + (suppressing * (count - share));

    private double Normal(int d, double sum)
    {
        var least = generalising * records / table.Keys[d].Rows;
        var x = (sum - least) / (records - least);
        return Cut(x >= 0 ? x : 0); // also not-a-number, where a ladder of one row allows no loss
    }
}

internal sealed class SquareMeter(PersonTable table, bool all) : LossMeter
{
    private readonly double records = table.Records;
    private readonly double[][] occurring = Occurring(table);

    public override double Measure(ClassTable table, ReadOnlySpan<int> levels, long suppressed, Span<float> penalty)
    {
        double squares = 0;
        for (var c = 0; c < table.Count; c++)
        {
            if (all || table.Kept[c])
            {
                squares += (double)table.Sizes[c] * table.Sizes[c];
            }
        }

        return all ? squares : squares + (records * suppressed);
    }

    // Least where the classes that the labels allow are all of one size.
    public override double Bound(ReadOnlySpan<int> levels, long suppressed, ReadOnlySpan<float> penalty, double enough)
    {
        var classes = Math.Min(records, MostClasses(occurring, levels));
        var shown = all ? records : records - suppressed;
        return ((shown * shown / classes) + (all ? 0 : records * suppressed)) * (1 - 1e-12);
    }
}

internal sealed class AverageMeter : LossMeter
{
    private readonly double records;
    private readonly double kept;
    private readonly double gone;
    private readonly double[][] occurring;

    public AverageMeter(PersonTable table, double balance)
    {
        (records, occurring) = (table.Records, Occurring(table));
        kept = balance < 0.5 ? 2 * balance : 1;
        gone = balance <= 0.5 ? 1 : 1 - (2 * (balance - 0.5));
    }

    public override double Measure(ClassTable table, ReadOnlySpan<int> levels, long suppressed, Span<float> penalty)
    {
        return records / ((table.Shown * kept) + (suppressed > 0 ? gone : 0));
    }

    public override double Bound(ReadOnlySpan<int> levels, long suppressed, ReadOnlySpan<float> penalty, double enough) =>
        records / ((Math.Min(records - suppressed, MostClasses(occurring, levels)) * kept) + gone) * (1 - 1e-12);
}

internal sealed class EntropyMeter : LossMeter
{
    private readonly PersonTable table;
    private readonly EntropyLoss loss;
    private readonly double[] weights;
    private readonly double suppressing;
    private readonly double[][] bits;

    public EntropyMeter(PersonTable table, IReadOnlyDictionary<string, double> weights, EntropyLoss loss)
    {
        (this.table, this.loss, this.weights) = (table, loss, Weights(table, weights));
        suppressing = loss.Balance < 0.5 ? 2 * loss.Balance : 1;
        var generalising = loss.Balance <= 0.5 ? 1 : 1 - (2 * (loss.Balance - 0.5));
        bits = [.. Marginals(table).Select((levels, d) => levels.Select((counts, l) =>
            generalising * -table.Keys[d].Up(l).Select((c, leaf) => levels[0][leaf] == 0 ? 0 : levels[0][leaf] * Log2((double)levels[0][leaf] / counts[c])).Sum()).ToArray())];
    }

    public override double Measure(ClassTable table, ReadOnlySpan<int> levels, long suppressed, Span<float> penalty)
    {
        Span<double> x = stackalloc double[levels.Length];
        for (var d = 0; d < levels.Length; d++)
        {
            x[d] = Cut(bits[d][levels[d]] + (loss.Suppression && suppressed > 0 ? suppressing * Among(table, d, levels[d], suppressed) : 0));
        }

        return Together(x, weights, loss.Aggregate);
    }

    public override double Bound(ReadOnlySpan<int> levels, long suppressed, ReadOnlySpan<float> penalty, double enough)
    {
        Span<double> x = stackalloc double[levels.Length];
        for (var d = 0; d < levels.Length; d++)
        {
            x[d] = Cut(bits[d][levels[d]]);
        }

        return Together(x, weights, loss.Aggregate);
    }

    private static double Log2(double x) => Math.Log(x) / Math.Log(2);

    private double Among(ClassTable classes, int d, int level, long suppressed)
    {
        Span<long> counts = new long[table.Keys[d].Labels(level).Count];
        for (var c = 0; c < classes.Count; c++)
        {
            if (!classes.Kept[c])
            {
                counts[(int)(classes.Keys[c] >> table.Shifts[d] & table.Fields[d])] += classes.Sizes[c];
            }
        }

        var sum = 0.0;
        foreach (var n in counts)
        {
            sum -= n == 0 ? 0 : n * Log2((double)n / suppressed);
        }

        return sum;
    }
}
