namespace Minato.Disclosure;

/// <summary>How the losses of the attributes become one number.</summary>
public enum LossAggregate
{
    /// <summary>Π (xᵢ·wᵢ + 1)^(1/D) − 1.</summary>
    GeometricMean,
    ArithmeticMean,
    Sum,
    Maximum,
}

/// <summary>
/// What a generalisation costs; smaller is better. Weights: by attribute, scaled so that the greatest is 1; an attribute that is not named weighs 0.5.
/// Definitions follow ARX 3.9 (decision 0077).
/// </summary>
public abstract record LossMeasure
{
    private protected LossMeasure()
    {
    }

    internal abstract LossMeter On(PersonTable table, IReadOnlyDictionary<string, double> weights);
}

/// <summary>
/// Loss (Iyengar 2002): by attribute the mean share of the hierarchy's rows that a shown label stands for, 1 for a suppressed record, brought to
/// [0, 1] between 'nothing generalised' and 'all suppressed' and cut after ten decimals.
/// </summary>
/// <param name="Balance">0.5: generalising and suppressing weigh as they are; below, suppression weighs 2·b; above, generalisation weighs 2 − 2·b.</param>
public sealed record Loss(double Balance = 0.5, LossAggregate Aggregate = LossAggregate.GeometricMean) : LossMeasure
{
    internal override LossMeter On(PersonTable table, IReadOnlyDictionary<string, double> weights) => new ShareMeter(table, weights, this);
}

/// <summary>Discernibility (Bayardo, Agrawal 2005): Σ class² for kept classes, records × class for suppressed ones.</summary>
/// <param name="Kept">True: suppression is not punished, Σ class² over all classes (DM*).</param>
public sealed record Discernibility(bool Kept = false) : LossMeasure
{
    internal override LossMeter On(PersonTable table, IReadOnlyDictionary<string, double> weights) => new SquareMeter(table, Kept);
}

/// <summary>
/// Non-uniform entropy (Gionis, Tassa 2009), in bits: by attribute −Σ over original values of n(a)·log₂(n(a) / n(label of a)); with suppression
/// (<paramref name="Suppression"/>) also what is lost among the suppressed records' labels.
/// </summary>
public sealed record EntropyLoss(bool Suppression, double Balance = 0.5, LossAggregate Aggregate = LossAggregate.Sum) : LossMeasure
{
    internal override LossMeter On(PersonTable table, IReadOnlyDictionary<string, double> weights) => new EntropyMeter(table, weights, this);
}

/// <summary>Average class size: records / classes, all suppressed records together being one class.</summary>
/// <param name="Balance">As for <see cref="Loss"/>: the weight of kept classes and of the suppressed one, each in its turn.</param>
public sealed record AverageClassSize(double Balance = 0.5) : LossMeasure
{
    internal override LossMeter On(PersonTable table, IReadOnlyDictionary<string, double> weights) => new AverageMeter(table, Balance);
}
